"""The rows of charts: they add up to the itineraries, and labels keep clear of each other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.chart_curves import GAP, distance_rows, place_of, spread
from corridors.chart_data import (
    FAR,
    Band,
    ChartLeg,
    ChartRoute,
    Measure,
    chart_routes,
    composition_rows,
    front_rows,
    limit_of,
    pareto,
    risk_rows,
)
from corridors.planner import Comparison
from corridors.request import Request
from geodata.families import FAMILIES, OWN_FAMILIES
from geodata.parts import FAMILY_PARTS, Part, part_of
from geodata.vocabulary import Mode

amounts = st.floats(min_value=0.0, max_value=1e4, allow_nan=False)


@pytest.fixture(scope="module")
def shipped() -> Comparison:
    request = Request()
    return request.planner.compare(request.corridors)


def leg(operation: str, km: float, hours: float, usd: float, at: str = "A") -> ChartLeg:
    mode = "rail" if operation == "move" else ""
    part = Part.RAIL if operation == "move" else Part.BORDERS
    return ChartLeg(
        operation=operation, mode=mode, status="operational", start=at, end=at, km=km, hours=hours,
        usd=usd, parts=((part, hours, usd),),
    )  # fmt: skip


def route(index: int, *legs: ChartLeg, days: float = 1.0, usd: float = 1.0) -> ChartRoute:
    return ChartRoute(
        index=index, rank=index + 1, name=f"R{index}", usd_per_t=usd, days=days, kg_per_t=10.0,
        legs=legs,
    )  # fmt: skip


@pytest.mark.parametrize("days", [True, False])
def test_curves_end_and_bars_add_up_at_the_totals_of_the_itineraries(
    shipped: Comparison, days: bool
) -> None:
    mass_t = shipped.consignment.mass_t
    measure = Measure(days=days, mass_t=mass_t)
    routes = chart_routes(shipped)
    curves, bars = distance_rows(routes, measure), composition_rows(routes, measure)
    limit = limit_of(map(measure.total, routes))
    for itinerary, drawn in zip(shipped.itineraries, routes, strict=True):
        criteria = itinerary.criteria
        total = criteria.time_min / 60 / 24 if days else criteria.cost_cents / 100 / mass_t
        own = [row for row in curves["legs"] if row["index"] == drawn.index]
        assert own[-1]["y1"] == pytest.approx(min(total, limit))
        for before, after in pairwise(own):
            assert (before["x1"], before["y1"]) == (after["x0"], after["y0"])
        parts = [row["amount"] for row in bars["bars"] if row["index"] == drawn.index]
        (head,) = (row for row in bars["totals"] if row["index"] == drawn.index)
        assert head["amount"] == pytest.approx(total)
        if not head["over"]:
            assert own[-1]["x1"] == pytest.approx(itinerary.length_m / 1000)
            assert sum(parts) == pytest.approx(total)


def test_every_stop_that_takes_something_is_a_step_with_a_name(shipped: Comparison) -> None:
    rows = distance_rows(chart_routes(shipped), Measure(days=True, mass_t=1500.0))
    for index, itinerary in enumerate(shipped.itineraries):
        steps = [row for row in rows["stops"] if row["index"] == index]
        standing = [
            one for one in itinerary.legs if one.operation != "move" and one.criteria.time_min
        ]
        assert [row["operation"] for row in steps] == [one.operation for one in standing]
        for row, one in zip(steps, standing, strict=True):
            assert row["y1"] - row["y0"] == pytest.approx(one.criteria.time_min / 60 / 24)
            assert row["place"] in one.from_name or one.from_name in row["place"]


def test_names_at_one_side_keep_their_distance(shipped: Comparison) -> None:
    routes = chart_routes(shipped)
    measure = Measure(days=True, mass_t=1500.0)
    limit = limit_of(map(measure.total, routes))
    rows = distance_rows(routes, measure)["stops"]
    for index in range(len(routes)):
        places = sorted(
            row["label_y"] for row in rows if row["index"] == index and row["side"] == "left"
        )
        assert all(b - a >= GAP * limit * 0.999 for a, b in pairwise(places))


@given(st.lists(amounts, min_size=1, max_size=25), st.floats(min_value=0.1, max_value=50))
def test_spread_keeps_order_distance_and_centre(wanted: list[float], gap: float) -> None:
    wanted = sorted(wanted)
    places = spread(wanted, gap)
    assert len(places) == len(wanted)
    assert all(b - a >= gap * (1 - 1e-6) - 1e-6 for a, b in pairwise(places))
    assert sum(places) == pytest.approx(sum(wanted), abs=1e-5, rel=1e-6)


@given(st.lists(amounts, min_size=1, max_size=30))
def test_a_chart_ends_at_a_total_and_leaves_out_only_what_is_far(totals: list[float]) -> None:
    limit = limit_of(totals)
    assert limit in totals
    middle = sorted(totals)[len(totals) // 2]
    assert all(total > middle for total in totals if total > limit)
    assert all(total <= limit for total in totals if total <= sorted(totals)[0] * FAR)


def test_a_corridor_far_dearer_than_the_rest_is_cut_and_says_so() -> None:
    cheap = [route(at, leg("move", 100, 24, 10), usd=10.0) for at in range(3)]
    dear = route(3, leg("move", 100, 24, 1000), usd=1000.0)
    rows = distance_rows([*cheap, dear], Measure(days=False, mass_t=1.0))
    end = rows["ends"][-1]
    assert (end["index"], end["over"], end["amount"]) == (3, True, 1000.0)
    assert (end["x"], end["y"]) == (pytest.approx(1.0), 10.0)
    points = front_rows([*cheap, dear])["points"]
    assert [(point["y"], point["over"]) for point in points[2:]] == [(10.0, False), (10.0, True)]


@given(
    st.lists(
        st.tuples(st.integers(1, 6).map(float), st.integers(1, 6).map(float)),
        min_size=1,
        max_size=12,
    )
)
def test_the_front_is_what_none_beats(pairs: list[tuple[float, float]]) -> None:
    routes = [route(at, days=days, usd=usd) for at, (days, usd) in enumerate(pairs)]
    found = {pairs[index] for index in pareto(routes)}
    best = {
        (days, usd)
        for days, usd in pairs
        if not any(a <= days and b <= usd and (a, b) != (days, usd) for a, b in pairs)
    }
    assert found == best


def test_a_border_is_named_once_and_a_way_between_two_places_by_both() -> None:
    assert place_of("X - Y border (CN side)", "X - Y border (KZ side)") == "X - Y border"
    assert place_of("Aktau", "Aktau") == "Aktau"
    assert place_of("Baku port", "Baku yard") == "Baku port – Baku yard"


def test_bands_come_by_rank_and_only_where_there_are_any() -> None:
    routes = [route(0), route(1), route(2)]
    bands = {at: Band(p10=1.0 + at, p50=2.0 + at, p90=3.0 + at, p_best=0.5) for at in (0, 2)}
    rows = risk_rows(routes, bands)["bands"]
    assert [(row["index"], row["order"], row["x0"], row["x1"]) for row in rows] == [
        (0, 1, 1.0, 3.0),
        (2, 2, 3.0, 5.0),
    ]


def test_every_family_that_costs_money_or_time_is_part_of_something() -> None:
    nothing = {
        "payload", "value", "content", "holding_rate", "time_value", "co2e_price", "insured_share",
        "detour_factor",
    }  # fmt: skip
    moving = {name for name in FAMILIES if name.startswith(("tariff.", "speed."))}
    moving |= {"ocean_rate", "ferry_rate", "air_rate", "road_toll", *OWN_FAMILIES}
    emitting = {name for name in FAMILIES if name.startswith("co2e.")}
    assert set(FAMILY_PARTS) == set(FAMILIES) - nothing - moving - emitting
    assert part_of("road_toll.KZ.truck", Mode.ROAD, "move") is Part.ROAD
    assert part_of("sailing_wait.A.B.truck", Mode.SEA, "move") is Part.WAITING
    assert part_of("tariff.line.mine.truck", Mode.RAIL, "border_crossing") is Part.BORDERS
    with pytest.raises(ValueError, match=r"tariff\.rail"):
        part_of("tariff.rail.KZ.truck", None, "move")
