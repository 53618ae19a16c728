"""Closures in turn: what they cost by hand, and that they hold absolutely."""

from __future__ import annotations

import csv
import io
import json
import random
from functools import cache
from typing import Any

import pytest
import worlds
from worlds import crossing, loading, network, place, transshipment

from corridors.cli import main
from corridors.closing import Closer, Subject, touched_by
from corridors.closures import Closures
from corridors.compile import compile_network
from corridors.compiled import CompiledGraph
from corridors.named import Corridor, Gate, Stage
from corridors.planner import Planner
from corridors.pricing import By
from corridors.request import Request
from corridors.resilience_report import (
    NOTHING_LEFT,
    _saving,
    _worth_lines,
    closing_rows,
    way_words,
    worth_rows,
)
from corridors.scenario import Scenario, with_overrides
from corridors.worth import Unfinished, unfinished, with_status, worth_of
from geodata.network import PlaceNode
from geodata.vocabulary import CargoUnit, Mode, Status
from geodata.world import World

NODES = ("START", "M", "N", "GOAL", "AX", "BX", "BY", "AY")
NEW = {"status": "planned", "opens": 2030, "name": "new line"}


def drawn(**crossing_columns: Any) -> tuple[World, CompiledGraph]:
    """Three ways from START to GOAL: 200 km by M, 300 km by N, 20 + 50 km and two frontiers by BB.

    Rail costs 20 USD per km for the 40 boxes, 10 in BB; a frontier 2 400. A planned line leads
    straight there on 120 km.
    """
    countries = ["BB" if name.startswith("B") else "AA" for name in NODES]
    rail = network(
        Mode.RAIL,
        countries,
        [
            (0, 1, 100), (1, 3, 100), (0, 2, 150), (2, 3, 150), (0, 4, 10), (5, 6, 50),
            (7, 3, 10), (0, 3, 120, NEW),
        ],
    )  # fmt: skip
    nodes = [PlaceNode(name, Mode.RAIL, 1435, at, 0) for at, name in enumerate(NODES)]
    compiled, _ = compile_network({Mode.RAIL: rail}, nodes, (), "drawn")
    world = worlds.world(
        [place(name, country) for name, country in zip(NODES, countries, strict=True)],
        border_crossings=[
            crossing("c1", "AX", "BX", **crossing_columns),
            crossing("c2", "BY", "AY"),
        ],
        loading=[loading("START", Mode.RAIL), loading("GOAL", Mode.RAIL)],
    )
    return world, compiled


def plan(world: World, compiled: CompiledGraph, scenario: Scenario = worlds.OPEN) -> Planner:
    return Planner(
        world,
        compiled,
        scenario,
        origin=worlds.endpoint(world.places["START"]),
        destination=worlds.endpoint(world.places["GOAL"]),
        commodity="slag",
        mass_t=1000.0,
        unit=CargoUnit.CONTAINER_20,
        by=By.COST,
    )


def by_way_of(name: str) -> Corridor:
    return Corridor(
        corridor_id=name.lower(), name=f"By {name}", family="", description="",
        via=(Stage((Gate(name),)),), exclude_countries=frozenset(), exclude_modes=frozenset(),
        status=Status.OPERATIONAL, as_of="", reason="", sources=(),
    )  # fmt: skip


CORRIDORS = (by_way_of("M"), by_way_of("N"))


def rows_of(world: World, planner: Planner, subjects: list[Subject]) -> dict[str, dict[str, Any]]:
    closer = Closer(planner, CORRIDORS, world)
    states = {subject: closer.close(subject) for subject in subjects}
    rows = closing_rows(planner, closer.undisturbed, states, world)
    return {row["closed"]: row for row in rows}


def test_a_closed_place_costs_what_the_next_way_costs_more() -> None:
    world, compiled = drawn()
    planner = plan(world, compiled)
    closer = Closer(planner, CORRIDORS, world)
    assert {s.subject_id for s in closer.used()} == {"M", "N"}
    row = rows_of(world, planner, closer.used())["M"]
    assert row["loss_cost_usd_per_t"] == pytest.approx((900 + 2 * 2400 - 4000) / 1000)
    assert row["takes_over"] == "rail by c1, c2"
    assert row["corridor"] == "n"
    assert row["corridor_loss_cost_usd_per_t"] == pytest.approx((6000 - 4000) / 1000)
    assert row["corridor_loss_time_days"] == pytest.approx(100 / 720, abs=1e-3)
    assert row["corridors_lost"] == "m"


def test_what_the_best_way_does_not_use_costs_nothing() -> None:
    world, compiled = drawn()
    rows = rows_of(world, plan(world, compiled), [Subject("country", "BB"), Subject("place", "N")])
    assert [row["loss_cost_usd_per_t"] for row in rows.values()] == [0.0, 0.0]
    assert rows["BB"]["takes_over"] == "no change"
    assert rows["N"]["corridors_lost"] == "n"


@pytest.mark.parametrize("subject", [Subject("crossing", "c2"), Subject("country", "BB")])
def test_closures_add_to_those_of_the_request(subject: Subject) -> None:
    world, compiled = drawn()
    shut = with_overrides(
        worlds.OPEN, closures=Closures(places=frozenset({"M"})), values={}, year=None
    )
    row = rows_of(world, plan(world, compiled, shut), [subject])[subject.subject_id]
    assert row["loss_cost_usd_per_t"] == pytest.approx((6000 - 5700) / 1000)
    assert row["takes_over"] == "By N"


def test_nothing_is_left_is_said_plainly() -> None:
    world, compiled = drawn()
    closures = Closures(places=frozenset({"N"}), countries=frozenset({"BB"}))
    shut = with_overrides(worlds.OPEN, closures=closures, values={}, year=None)
    row = rows_of(world, plan(world, compiled, shut), [Subject("place", "M")])["M"]
    assert row["takes_over"] == row["corridor_name"] == NOTHING_LEFT
    assert row["loss_cost_usd_per_t"] is None


def test_no_closure_reaches_the_next() -> None:
    world, compiled = drawn()
    planner = plan(world, compiled)
    closer = Closer(planner, CORRIDORS, world)
    first = {subject: closer.close(subject) for subject in closer.everything()}
    again = {subject: closer.close(subject) for subject in reversed(closer.everything())}
    assert first == again
    assert planner.route().itineraries[0] == closer.undisturbed.best
    assert planner.compare(CORRIDORS).itineraries == closer.undisturbed.corridors


def test_ends_and_their_countries_stay_open() -> None:
    world, compiled = drawn()
    ids = {s.subject_id for s in Closer(plan(world, compiled), CORRIDORS, world).everything()}
    assert ids == {"M", "N", "AX", "BX", "BY", "AY", "c1", "c2", "BB"}


def test_a_planned_line_is_worth_the_kilometres_it_saves() -> None:
    world, compiled = drawn()
    planner = plan(world, compiled)
    closer = Closer(planner, CORRIDORS, world)
    (item,) = unfinished(world, compiled, CargoUnit.CONTAINER_20, None)
    assert (item.kind, item.name, item.status, item.opens) == ("line", "new line", "planned", 2030)
    worth = worth_of(item, planner, CORRIDORS, world, compiled, closer.undisturbed)
    best, m, n = worth_rows([worth], planner, world)
    assert best["saves_cost_usd_per_t"] == pytest.approx((4000 - 2400) / 1000)
    assert best["saves_time_days"] == pytest.approx(80 / 720, abs=1e-3)
    assert (m["result"], n["result"]) == ("nothing", "nothing")
    assert m["saves_cost_usd_per_t"] == 0.0


def test_what_is_suspended_counts_as_open_and_is_compared_with_it_shut() -> None:
    world, compiled = drawn(status=Status.SUSPENDED)
    shut = with_overrides(
        worlds.OPEN, closures=Closures(places=frozenset({"M"})), values={}, year=None
    )
    planner = plan(world, compiled, shut)
    undisturbed = Closer(planner, CORRIDORS, world).undisturbed
    item = unfinished(world, compiled, CargoUnit.CONTAINER_20, None)[0]
    assert (item.name, item.usable) == ("c1", True)
    worth = worth_of(item, planner, CORRIDORS, world, compiled, undisturbed)
    best = worth_rows([worth], planner, world)[0]
    assert best["saves_cost_usd_per_t"] == pytest.approx((6000 - 5700) / 1000)


def test_a_planned_crossing_is_opened_alone() -> None:
    world, compiled = drawn(status=Status.PLANNED)
    items = unfinished(world, compiled, CargoUnit.CONTAINER_20, None)
    changed, graph = with_status(items[0], Status.OPERATIONAL, world, compiled)
    assert changed.border_crossings["c1"].status is Status.OPERATIONAL
    assert world.border_crossings["c1"].status is Status.PLANNED
    assert graph is compiled
    assert unfinished(changed, graph, CargoUnit.CONTAINER_20, None) == items[1:]


def random_world(seed: int) -> tuple[World, CompiledGraph]:
    """Rail and road at random between twelve places of three countries, frontiers at random."""
    chance = random.Random(seed)
    names = ["START", *(f"P{at}" for at in range(10)), "GOAL"]
    countries = ["AA"] * 4 + ["CC"] * 4 + ["BB"] * 4
    networks, nodes, crossings = {}, [], []
    for mode in (Mode.RAIL, Mode.ROAD):
        links = []
        for first in (0, 4, 8):
            inside = range(first, first + 4)
            links += [
                (a, b, chance.randint(1, 90))
                for a, b in (chance.sample(inside, 2) for _ in "12345")
            ]
        networks[mode] = network(mode, countries, links)
        gauge = 1435 if mode is Mode.RAIL else 0
        nodes += [PlaceNode(name, mode, gauge, at, 0) for at, name in enumerate(names)]
        for number in range(6):
            a, b = chance.choice([(0, 4), (4, 8), (0, 8)])
            ends = names[a + chance.randrange(4)], names[b + chance.randrange(4)]
            if not {"START", "GOAL"} & set(ends):
                crossings.append(crossing(f"{mode}-{number}", *ends, mode, gauge))
    compiled, _ = compile_network(networks, nodes, (), "drawn")
    pairs = {(row.place_a, row.place_b, row.mode): row for row in crossings}
    return worlds.world(
        [place(name, country) for name, country in zip(names, countries, strict=True)],
        border_crossings=pairs.values(),
        transshipments=[transshipment(name, Mode.RAIL, Mode.ROAD) for name in names[2:10:2]],
        loading=[loading(name, mode) for name in ("START", "GOAL") for mode in networks],
    ), compiled


def closed_at_random(chance: random.Random, closer: Closer) -> Closures:
    total = Closures()
    for subject in chance.sample(closer.everything(), 2):
        total = total | subject.closures()
    if chance.random() < 0.3:
        total = total | Closures(modes=frozenset({chance.choice(["rail", "road"])}))
    return total


def assert_holds(planner: Planner, closures: Closures, corridors: tuple[Corridor, ...]) -> int:
    """Check that no path of a planner touches what is closed; return how many paths there were."""
    paths = [planner.best_path(), *(planner.path_through(corridor) for corridor in corridors)]
    for path in filter(None, paths):
        for subject in touched_by(planner, path):
            shut = {
                "place": closures.places,
                "crossing": closures.crossings,
                "country": closures.countries,
                "chokepoint": closures.chokepoints,
            }[subject.kind]
            assert subject.subject_id not in shut
        modes = {planner.graph.arcs[number].mode for number in path.arcs}
        assert not {str(mode) for mode in modes} & closures.modes
    return sum(path is not None for path in paths)


@pytest.mark.parametrize("seed", range(25))
def test_closures_hold_and_equal_new_planners_on_random_worlds(seed: int) -> None:
    world, compiled = random_world(seed)
    planner = plan(world, compiled)
    corridors = tuple(by_way_of(f"P{at}") for at in (1, 5, 8))
    closer = Closer(planner, corridors, world)
    chance = random.Random(seed)
    for _ in range(4):
        closures = closed_at_random(chance, closer)
        scenario = with_overrides(worlds.OPEN, closures=closures, values={}, year=None)
        fresh, cheap = plan(world, compiled, scenario), planner.closing(closures)
        assert_holds(fresh, closures, corridors)
        assert_holds(cheap, closures, corridors)
        assert fresh.compare(corridors) == _with(cheap.compare(corridors), fresh)
    for subject in closer.everything():
        scenario = with_overrides(worlds.OPEN, closures=subject.closures(), values={}, year=None)
        fresh, state = plan(world, compiled, scenario), closer.close(subject)
        path = fresh.best_path()
        assert state.best == (fresh.itinerary(path, None) if path else None)
        assert state.corridors == fresh.compare(corridors).itineraries


def _with(comparison: Any, other: Planner) -> Any:
    """A comparison as that of another planner's scenario: all else must be the same."""
    from dataclasses import replace

    return replace(comparison, scenario=other.scenario)


@cache
def shipped() -> tuple[Request, Closer]:
    request = Request()
    return request, Closer(request.planner, request.corridors, request.world)


def test_the_shipped_graph_equals_separate_runs() -> None:
    request, closer = shipped()
    for subject in random.Random(7).sample(closer.used(), 5):
        country = subject.kind == "country"
        separate = Request(
            close=() if country else (subject.subject_id,),
            exclude_country=(subject.subject_id,) if country else (),
        )
        state = closer.close(subject)
        assert separate.planner.route().itineraries == (state.best,)
        assert separate.planner.compare(request.corridors).itineraries == state.corridors


def test_closures_hold_on_the_shipped_graph() -> None:
    request, closer = shipped()
    chance = random.Random(11)
    used = closer.used()
    found = 0
    for _ in range(25):
        total = Closures()
        for subject in chance.sample(used, 3):
            total = total | subject.closures()
        total = total | Closures(
            modes=frozenset(chance.sample(["rail", "road", "ferry", "air"], 1))
        )
        found += assert_holds(request.planner.closing(total), total, request.corridors)
    assert found > 50


def test_ways_are_told_mode_by_mode() -> None:
    best = shipped()[1].undisturbed.best
    assert best is not None
    words = way_words(best)
    assert words.startswith("rail to ")
    assert words.count(";") == sum(leg.operation == "transshipment" for leg in best.legs)


def test_a_line_outside_the_graph_says_what_is_missing() -> None:
    world, compiled = drawn()
    planner = plan(world, compiled)
    state = Closer(planner, CORRIDORS, world).undisturbed
    item = Unfinished(kind="line", name="to nowhere", status="planned", in_graph=False)
    rows = worth_rows([worth_of(item, planner, CORRIDORS, world, compiled, state)], planner, world)
    text = "".join(str(part) for part in _worth_lines(rows))
    assert "no rail crossing" in text
    assert {row["result"] for row in rows} == {"nothing"}


def test_what_is_not_saved_is_said_to_cost() -> None:
    """A cheaper way may be a longer one: no negative savings in words."""
    row = {
        "result": "changes", "saves_cost_usd_per_t": 1.5, "saves_time_days": -0.59,
        "saves_generalised_usd_per_t": 1.1,
    }  # fmt: skip
    words = "saves 1.50 USD/t and costs 0.59 days (saves 1.10 USD/t generalised)"
    assert _saving(row) == words
    row |= {"saves_cost_usd_per_t": -2.0, "saves_time_days": -0.001}
    assert _saving(row) == "costs 2.00 USD/t and saves 0.00 days (saves 1.10 USD/t generalised)"


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    few = ["resilience", "--corridor", "china-lianyungang-dostyk", "--corridor", "chabahar-rail"]
    assert main([*few, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["kind"] for row in rows} == {"place", "crossing", "country", "chokepoint"}
    losses = [float(row["loss_generalised_usd_per_t"]) for row in rows]
    assert losses == sorted(losses, reverse=True)
    assert not {"IN", "KZ", "INOSC", "KZUKT"} & {row["closed"] for row in rows}
    assert main([*few, "--worth", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    worth = {(row["item"], row["corridor"]): row["result"] for row in document["worth"]}
    assert worth["Chabahar - Khash", "chabahar-rail"] == "possible only with it"
    assert len(document["closures"]) == len(rows)
    assert document["scenario"]["id"] == "open"
    assert sum(document["evidence"]["cost"].values()) == pytest.approx(1)
    assert document["assumptions"]
    assert main([*few, "--worth"]) == 0
    captured = capsys.readouterr()
    assert "what takes over" in captured.out
    assert "saves nothing" in captured.out
    assert "Most assumed" in captured.out
    assert captured.err == ""


def test_nothing_to_disturb_is_exit_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resilience", "INOSC", "KZUKT", "--exclude-country", "KZ"]) == 3
    assert "no itinerary" in capsys.readouterr().err
