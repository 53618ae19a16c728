"""What the page is given: places with ranges, straits and canals, link by link, own lines."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corridors.geometry import draw
from corridors.itinerary import Operation
from corridors.page import page_data
from corridors.request import Request
from geodata.units import CENTS_PER_USD, MINUTES_PER_HOUR
from maps import MapData, MapStop

USED = [[49.64, 37.2], [49.3, 37.3], [49.14, 37.55], [48.91, 37.8], [48.86, 38.41]]
UNUSED = [[57.0, 33.0], [59.5, 33.5], [60.2, 34.5]]


def page_of(request: Request) -> MapData:
    comparison = request.planner.compare(request.corridors)
    return page_data(request, comparison, levers=False)


@pytest.fixture(scope="module")
def request_() -> Request:
    return Request()


@pytest.fixture(scope="module")
def page(request_: Request) -> MapData:
    return page_of(request_)


def stop(page: MapData, corridor: str, place: str) -> MapStop:
    (route,) = [route for route in page.routes if route.corridor_id == corridor]
    return next(stop for stop in route.stops if stop.place_id == place)


def test_everything_that_happens_is_told_with_a_range_around_it(
    request_: Request, page: MapData
) -> None:
    comparison = request_.planner.compare(request_.corridors)
    for route, itinerary in zip(page.routes, comparison.itineraries, strict=True):
        told = [one for stop in route.stops for one in stop.happenings]
        standing = [leg for leg in itinerary.legs if leg.operation is not Operation.MOVE]
        at_gates = [one for one in told if one.operation != "passage"]
        assert len(at_gates) == len(standing)
        assert sum(one.hours for one in at_gates) == pytest.approx(
            sum(leg.criteria.time_min for leg in standing) / MINUTES_PER_HOUR
        )
        assert sum(one.usd for one in at_gates) == pytest.approx(
            sum(leg.criteria.cost_cents for leg in standing) / CENTS_PER_USD
        )
        for one in told:
            assert None not in (one.hours_low, one.hours_high, one.usd_low, one.usd_high)
            assert one.hours_low <= one.hours <= one.hours_high  # type: ignore[operator]
            assert one.usd_low <= one.usd <= one.usd_high  # type: ignore[operator]


@pytest.mark.parametrize("end", ["low", "high"])
def test_an_end_of_the_range_is_what_the_row_gives_at_its_end(
    request_: Request, page: MapData, end: str
) -> None:
    corridor, place = "china-lianyungang-dostyk", "CNLYG"
    before = stop(page, corridor, place).happenings[0]
    comparison = request_.planner.compare(request_.corridors)
    itinerary = next(one for one in comparison.itineraries if one.corridor_id == corridor)
    leg = next(leg for leg in itinerary.legs if leg.from_place == place and leg.mode is None)
    rows = {row.key: row for row in request_.planner.parameters.rows}
    values = {line.parameter: getattr(rows[line.parameter], end) for line in leg.ledger}
    changed = replace(
        request_,
        corridor=(corridor,),
        set_value=tuple(f"{key}={value!r}" for key, value in values.items()),
    )
    after = stop(page_of(changed), corridor, place).happenings[0]
    assert after.hours == pytest.approx(getattr(before, f"hours_{end}"))
    assert after.usd == pytest.approx(getattr(before, f"usd_{end}"))
    assert after.hours != before.hours


def test_straits_and_canals_stand_between_the_ends_of_a_voyage(page: MapData) -> None:
    (route,) = [r for r in page.routes if r.corridor_id == "suez-novorossiysk"]
    kinds = [stop.kind for stop in route.stops]
    assert kinds.count("chokepoint") >= 3
    assert "chokepoint" not in (kinds[0], kinds[-1])
    canal = stop(page, "suez-novorossiysk", "suez").happenings[0]
    assert canal.usd > 0
    assert canal.operation == "passage"


def test_the_links_of_a_leg_join_to_its_line(request_: Request) -> None:
    comparison = request_.planner.compare(request_.corridors[:2])
    for itinerary in comparison.itineraries:
        for leg in draw(itinerary.legs, request_.paths, request_.network).values():
            joined = list(leg.lines[0])
            for line in leg.lines[1:]:
                joined += line[1:] if line[0] == joined[-1] else line
            assert tuple(joined) == leg.line


def test_sources_are_named_in_words(page: MapData) -> None:
    named = {row.source_id for row in page.sources}
    stops = [stop for route in page.routes for stop in route.stops]
    told = {one for s in stops for h in s.happenings for one in h.source.split(", ")}
    assert told - {""} <= named
    assert all(row.title for row in page.sources)


def test_own_lines_and_places_are_given_whether_used_or_not(tmp_path: Path) -> None:
    about = {"mode": "rail", "country": "IR", "gauge_mm": 1435, "status": "operational"}
    features = [
        {
            "type": "Feature",
            "properties": {**about, "name": name},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for name, line in (("Used", USED), ("Unused", UNUSED))
    ]
    path = tmp_path / "own.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    page = page_of(Request(with_files=(path,)))
    assert {line.name for line in page.own_lines} == {"Used", "Unused"}
    own = {
        (route.corridor_id, leg.from_name) for route in page.routes for leg in route.legs if leg.own
    }
    assert {corridor for corridor, _ in own} == {"instc-west-astara"}


def test_without_own_files_nothing_is_own(page: MapData) -> None:
    assert page.own_lines == ()
    assert page.own_places == ()
    assert not any(leg.own for route in page.routes for leg in route.legs)
    assert not any(stop.own for route in page.routes for stop in route.stops)
