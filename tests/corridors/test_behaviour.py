"""What itineraries on the shipped network must never, or always, do."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from corridors.itinerary import Itinerary
from corridors.pricing import By
from corridors.request import Request
from geodata.vocabulary import CargoUnit, Mode, Status

SCENARIOS = ("open", "situation-2026-11", "no-iran", "no-russia")


def places_passed(itinerary: Itinerary) -> list[str]:
    passed = [itinerary.legs[0].from_place]
    for leg in itinerary.legs:
        if leg.to_place != passed[-1]:
            passed.append(leg.to_place)
    return passed


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("unit", [CargoUnit.CONTAINER_20, CargoUnit.BULK])
def test_no_corridor_returns_to_a_place(unit: CargoUnit, scenario: str) -> None:
    request = Request(unit=unit, scenario=scenario)
    for itinerary in request.planner.compare(request.corridors).itineraries:
        passed = places_passed(itinerary)
        assert len(passed) == len(set(passed)), itinerary.name


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize(("origin", "destination"), [
    ("INOSC", "KZUKT"),
    ("INTKD", "RUOVB"),
    ("CNXIA", "KZALM"),
    ("IRTHR", "UZTAS"),
])  # fmt: skip
def test_no_best_route_returns_to_a_place(origin: str, destination: str, by: By) -> None:
    (itinerary,) = (
        Request(origin=origin, destination=destination, by=by).planner.route().itineraries
    )
    passed = places_passed(itinerary)
    assert len(passed) == len(set(passed))


def test_every_corridor_works_the_other_way_round() -> None:
    out = Request()
    back = Request(origin="KZUKT", destination="INOSC", cargo="titanium_sponge")
    there = {i.corridor_id for i in out.planner.compare(out.corridors).itineraries}
    home = {i.corridor_id for i in back.planner.compare(back.corridors).itineraries}
    assert there == home


def test_a_corridor_that_can_only_double_back_does_not_fit() -> None:
    request = Request(close=("dostyk-rail",), corridor=("china-lianyungang-dostyk",))
    comparison = request.planner.compare(request.corridors)
    assert comparison.itineraries == ()
    assert "crossing dostyk-rail is closed" in comparison.not_possible[0].reason


def test_the_dated_situation_says_why() -> None:
    request = Request(scenario="situation-2026-11", corridor=("karachi-overland",))
    (item,) = request.planner.compare(request.corridors).not_possible
    assert "(as of 20" in item.reason


@pytest.mark.parametrize("command", [
    ["compare"],
    ["compare", "--format", "json"],
    ["map", "-o", "page.html"],
])  # fmt: skip
def test_same_bytes_whatever_the_hash_seed(tmp_path: Path, command: list[str]) -> None:
    results = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "corridors", *command],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": str(Path(__file__).parents[2]),
            },
            capture_output=True,
            check=True,
        )
        page = folder / "page.html"
        results.append(done.stdout + (page.read_bytes() if page.exists() else b""))
    assert results[0] == results[1]
    assert len(results[0]) > 500


def test_ferries_run_for_the_cargo_units_of_their_rows() -> None:
    request = Request()
    graph = request.planner.graph
    rows = {
        frozenset({row.place_a, row.place_b})
        for row in request.world.ferries
        if row.cargo_unit is CargoUnit.CONTAINER_20 and row.status is not Status.CLOSED
    }
    found = {
        frozenset(graph.vertices[at].place_id for at in (arc.tail, arc.head))
        for arc in graph.arcs
        if arc.mode is Mode.FERRY and arc.length_m
    }
    assert found == rows


def test_a_closed_ferry_row_of_ones_own_stops_it(tmp_path: Path) -> None:
    shipped = Request().world.ferries
    row = next(row for row in shipped if row.cargo_unit is CargoUnit.CONTAINER_20)
    (tmp_path / "ferries.csv").write_text(
        "place_a,place_b,cargo_unit,status,as_of,source_id,grade,note\n"
        f"{row.place_a},{row.place_b},container_20,closed,2026-11-22,assumption,assumed,\n"
    )
    graph = Request(data=(tmp_path,)).planner.graph
    ends = {row.place_a, row.place_b}
    assert not any(
        arc.mode is Mode.FERRY
        and {graph.vertices[arc.tail].place_id, graph.vertices[arc.head].place_id} == ends
        for arc in graph.arcs
    )


def test_a_place_of_ones_own_is_an_origin(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text(
        "place_id,name,kind,country,lat,lon,locode,sea_region,modes,aliases,source_id,grade,note\n"
        "KZMY1,My mine,plant,KZ,45.02,78.40,,,road,,assumption,assumed,\n"
    )
    (found,) = Request(origin="My mine", data=(tmp_path,)).planner.route().itineraries
    assert found.legs[0].from_place == "KZMY1"
    assert 300 < found.length_m / 1000 < 1500


def test_points_close_to_each_other_are_joined_by_road() -> None:
    (found,) = Request(origin="28.6,77.2", destination="28.61,77.21").planner.route().itineraries
    assert [leg.operation.value for leg in found.legs] == ["load", "move", "unload"]
    assert found.length_m < 30_000  # trunk roads only, and access at both ends


@pytest.mark.parametrize(("origin", "destination"), [
    ("INOSC", "19.36,84.99"),
    ("KZUKT", "49.98,82.7"),
    ("20.27,85.84", "KZUKT"),
])  # fmt: skip
def test_points_near_places_are_reached(origin: str, destination: str) -> None:
    (found,) = Request(origin=origin, destination=destination).planner.route().itineraries
    assert found.legs
    for before, after in pairwise(found.legs):
        assert before.to_place == after.from_place
