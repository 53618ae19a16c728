"""Levers, candidate arcs and ledgers of arcs against the planner, on drawn worlds and shipped data.

`Oracle` computes from the page's JSON alone, in plain Python, and knows nothing of the engine.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pytest
from drawn import Drawn, planned
from worlds import parameter, parameters

from corridors.candidates import corners
from corridors.consignment import make_consignment
from corridors.costing import COUNTED, Costing
from corridors.exposures import exposures_of
from corridors.levers import ALWAYS, FURTHER, GROUPS, MAIN, find_levers, mass_range, step_of
from corridors.named import Corridor, Gate, Stage
from corridors.page_whatif import what_if_data
from corridors.planner import Planner
from corridors.pricing import By
from corridors.request import Request
from corridors.request_words import options_of
from corridors.sensitivity import swings
from corridors.whatif import UNITS, make_what_if, strata
from geodata.parameters import theta
from geodata.vocabulary import CargoUnit, Mode, Status
from maps import what_if_payload

SMALL = {"cost": 100.0, "time": 60.0, "co2e": 1.0}


@cache
def shipped() -> Request:
    return Request()


def test_levers_are_those_that_matter_most() -> None:
    """By the definition, with the swings that `corridors sensitivity` prints."""
    planner = shipped().planner
    found = planner.compare(shipped().corridors)
    levers = find_levers(planner, found)
    keys = [lever.row.key for lever in levers]
    assert len(set(keys)) == len(keys)
    assert MAIN + len(ALWAYS) <= len(keys) <= MAIN + len(ALWAYS) + 3 * FURTHER
    assert {"time_value.*", "co2e_price.*"} <= set(keys)
    parts: dict[str, list[float]] = {}
    for number, itinerary in enumerate(found.itineraries):
        model = exposures_of([itinerary], planner.parameters, planner.consignment)
        total, moved = swings(model, planner.by)
        for one in moved:
            known = parts.setdefault(one.row.key, [0.0] * len(found.itineraries))
            known[number] = (one.at_high - one.at_low) / total
    score = {key: np.abs(s).mean() + np.abs(s - np.mean(s)).mean() for key, s in parts.items()}
    assert set(sorted(score, key=score.__getitem__)[-MAIN:]) <= set(keys)
    assert sorted(levers, key=lambda one: GROUPS.index(one.group)) == levers


def test_ranges_hold_the_value_and_steps_meet_it() -> None:
    planner = shipped().planner
    levers = find_levers(planner, planner.compare(shipped().corridors))
    for one in [*(lever.range for lever in levers), mass_range(1500.0)]:
        low, value, high, step = (
            Decimal(repr(x)) for x in (one.low, one.value, one.high, one.step)
        )
        assert low <= value <= high
        assert (high - low) / step >= 40
        assert not (value - low) % step
        assert not (high - low) % step
    for lever in levers:
        if lever.row.low < lever.row.high:
            assert lever.range.low <= lever.row.low
            assert lever.range.high >= lever.row.high
        else:
            assert lever.range.low < lever.range.high


def test_an_odd_value_does_not_stop_the_steps() -> None:
    step = Decimal(repr(step_of(0.1, math.pi, 9.7)))
    assert 40 <= Decimal("9.6") / step <= 400


def test_a_lever_takes_what_set_takes_whatever_the_scenario_multiplies_by() -> None:
    request = Request(scenario="ktz-tariff-x2")
    planner = request.planner
    levers = find_levers(planner, planner.compare(request.corridors))
    (lever,) = [one for one in levers if one.row.key == "tariff.rail.KZ.container_20"]
    plain = shipped().planner.parameters.row(lever.row.key)
    assert lever.range.value == plain.value
    assert (lever.range.low, lever.range.high) == pytest.approx((plain.low, plain.high))
    assert lever.effective(lever.range.value) == lever.row.value == 2 * plain.value


def test_corners_hold_every_triple_in_all_eight_ways() -> None:
    found = corners(23)
    assert found.shape == (23, 64)
    chance = random.Random(1)
    for _ in range(200):
        three = found[chance.sample(range(23), 3)]
        ways, counts = np.unique(three, axis=1, return_counts=True)
        assert ways.shape[1] == 8
        assert set(counts.tolist()) == {8}


@pytest.mark.parametrize("unit", sorted(COUNTED))
def test_units_count_as_costing_counts(unit: str) -> None:
    goods = make_consignment(parameters(), "slag", 1010, CargoUnit.CONTAINER_20)
    row = parameter("some", 7, unit)
    driver, per_km, factor, inverse = UNITS[unit]
    quantity = drivers(goods.mass_t, 25, 800, 110, 1)[driver] * (12.345 if per_km else 1.0)
    assert quantity == Costing(parameters(), goods, {})._quantity(row, 12.345)
    assert (factor / 7 if inverse else factor * 7) == theta(row)[0]


def drivers(
    mass_t: float, payload: float, value: float, insured: float, teu: int | None
) -> dict[str, float]:
    units = math.ceil(mass_t / payload)
    usd = value * mass_t
    return {
        "": 1.0, "units": units, "teu": (teu or 0) * units, "mass_t": mass_t,
        "mass_kg": mass_t * 1000.0, "value_usd": usd, "insured_usd": usd * insured / 100.0,
    }  # fmt: skip


class Oracle:
    """Amounts of arcs, from the page's JSON."""

    def __init__(self, given: Mapping[str, Any], mass_t: float) -> None:
        self._given, self._mass_t = given, mass_t
        self.keys = [row[0] for row in given["rows"]]

    def amounts(self, arc: int, values: list[float]) -> tuple[int, int, int]:
        """Return cents, minutes and grams of an arc for values of the rows."""
        own = {family: values[at] for family, at in self._given["own"].items()}
        per = drivers(
            self._mass_t, own["payload"], own["value"], own["insured_share"],
            self._given["teuPerUnit"],
        )  # fmt: skip
        sums = dict.fromkeys(SMALL, 0)
        uses = self._given["arcs"][arc][-1] if len(self._given["arcs"][arc]) > 2 else []
        for at, metres in zip(uses[::2], uses[1::2], strict=True):
            _, unit, _, _, _, criterion, _ = self._given["rows"][at]
            driver, per_km, factor, inverse = self._given["units"][unit]
            quantity = per[driver] * (metres / 1000.0) if per_km else per[driver]
            value = factor / values[at] if inverse else values[at] * factor
            sums[criterion] += round(quantity * value * SMALL[criterion])
        return sums["cost"], sums["time"], sums["co2e"]


def passing(name: str, *stages: tuple[str, ...]) -> Corridor:
    return Corridor(
        corridor_id=name,
        name=name,
        family="",
        description="",
        via=tuple(Stage(tuple(Gate(place, None) for place in stage)) for stage in stages),
        exclude_countries=frozenset(),
        exclude_modes=frozenset(),
        status=Status.OPERATIONAL,
        as_of="",
        reason="",
        sources=(),
    )


CORRIDORS = (passing("free"), passing("sea", ("B1", "B4")), passing("two", ("A3", "A2"), ("B2",)))


def payload(planner: Planner, drawn: Drawn) -> dict[str, Any]:
    found = planner.compare(CORRIDORS)
    given = what_if_data(
        planner, CORRIDORS, found, drawn.world, lambda _: {}, ends=("START", "GOAL")
    )
    refs: list[tuple[int, ...]] = [()] * len(given.arcs)
    text = json.dumps(what_if_payload.what_if(given, refs, {}))
    result: dict[str, Any] = json.loads(text)
    return result


@pytest.mark.parametrize("by", list(By))
@pytest.mark.parametrize("seed", range(6))
def test_amounts_from_the_page_are_those_of_the_planner(seed: int, by: By) -> None:
    drawn = Drawn(seed)
    planner = planned(drawn, by)
    assert planner.compare(CORRIDORS).itineraries, "a world without a corridor tests nothing"
    given = payload(planner, drawn)
    model = make_what_if(planner, CORRIDORS, planner.compare(CORRIDORS))
    oracle = Oracle(given, planner.consignment.mass_t)
    at = {number: position for position, number in enumerate(model.arcs)}
    chance = random.Random(seed)
    compared = missing = 0
    for _ in range(12):
        values = [row[3] for row in given["rows"]]
        stated = {}
        for lever in given["levers"]:
            if chance.random() < 0.7:
                value = round(chance.uniform(lever["low"], lever["high"]), 6)
                stated[oracle.keys[lever["row"]]] = values[lever["row"]] = value
        again = planner.repriced(stated)
        for corridor in CORRIDORS:
            path = again.path_through(corridor)
            if path is None:
                continue
            compared += 1
            if not set(path.arcs) <= at.keys():
                missing += 1
                continue
            for number in path.arcs:
                criteria = again.pricing.criteria(number)
                expected = (criteria.cost_cents, criteria.time_min, criteria.co2e_g)
                assert oracle.amounts(at[number], values) == expected
    assert compared
    assert missing == 0


def test_searches_are_those_of_the_planner_inside_the_arcs() -> None:
    planner = shipped().planner
    found = planner.compare(shipped().corridors)
    model = make_what_if(planner, shipped().corridors, found)
    by_id = {corridor.corridor_id: corridor for corridor in shipped().corridors}
    for itinerary, search in zip(found.itineraries, model.searches, strict=True):
        way = planner.path_through(by_id[itinerary.corridor_id or ""])
        assert way is not None
        assert tuple(model.arcs[at] for at in search.way) == way.arcs
        stages, banned = planner.corridor_stages(by_id[itinerary.corridor_id or ""])
        inside = set(model.vertices)
        for given, all_ in zip((*search.stages, *search.banned), (*stages, *banned), strict=True):
            assert {model.vertices[at] for at in given} == set(all_) & inside


def test_strata_are_latin_hypercubes_of_the_draws() -> None:
    rows = [parameter("one", 2, "h", low=1, high=6), parameter("two", 2, "h", low=1, high=6)]
    found = np.frombuffer(strata(rows, 1), dtype=np.uint8).reshape(2, 10, 25)
    assert (np.sort(found, axis=2) == np.arange(25)).all()
    assert (found[0] != found[1]).any()


def test_options_leave_out_what_goes_without_saying() -> None:
    assert options_of(Request()) == ("--cargo", "titanium_slag")
    request = Request(
        cargo="ilmenite", by=By.TIME, scenario="2030", corridor=("a", "b"), close=("it's",),
        year=2030, snap_km=2.5,
    )  # fmt: skip
    assert options_of(request) == (
        "--cargo", "ilmenite", "--by", "time", "--scenario", "2030", "--year", "2030",
        "--snap-km", "2.5", "--corridor", "a", "--corridor", "b", "--close", "it's",
    )  # fmt: skip


def test_modes_of_the_drawn_worlds_are_all_there() -> None:
    """So that the law above speaks of rail, road and sea, of canals, crossings and gauges."""
    seen = set()
    for seed in range(6):
        planner = planned(Drawn(seed), By.GENERALISED)
        if planner.compare(CORRIDORS).itineraries:
            model = make_what_if(planner, CORRIDORS, planner.compare(CORRIDORS))
            seen |= {planner.graph.arcs[number].mode for number in model.arcs}
    assert {Mode.RAIL, Mode.ROAD, Mode.SEA} <= seen
