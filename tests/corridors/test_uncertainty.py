"""Exposures, risk, sensitivity and break-even values against the engine and against scipy."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.stats
import worlds
from drawn import Drawn, planned
from worlds import PRICES, parameter, parameters

from corridors import uncertainty
from corridors.breakeven import ties
from corridors.cli import main
from corridors.consignment import make_consignment
from corridors.costing import COUNTED, Costing
from corridors.draws import draw_values, pert_quantiles, replicate_sizes
from corridors.exposures import Exposures, exposures_of
from corridors.itinerary import Criterion, Itinerary
from corridors.layers import ArcKinds, Layers, Lightest
from corridors.named import Corridor, pick
from corridors.planner import Comparison
from corridors.pricing import By
from corridors.reoptimise import measure_of, reoptimise
from corridors.request import Request
from corridors.risk import assess
from geodata.families import FAMILIES
from geodata.parameters import Parameters, theta
from geodata.vocabulary import CargoUnit, Status

PAIR = ("instc-east-sarakhs", "china-lianyungang-dostyk")
CENT = 0.01
SCALES = {
    **dict.fromkeys(("usd_per_teu_km", "usd_per_teu", "usd_per_vehicle_km"), "units"),
    **dict.fromkeys(("usd_per_unit", "usd_per_vehicle"), "units"),
    "percent_of_value": "value",
    "percent_of_insured_value": "insured",
    **dict.fromkeys(("usd_per_t_km", "usd_per_t", "usd_per_kg", "g_per_tkm", "kg_per_t"), ""),
    **dict.fromkeys(("km_per_day", "km_per_h", "kn", "h", "d"), ""),
}
"""What scales the quantity of a row besides mass and distance, by its unit."""


@cache
def request(*values: str, scenario: str = "open", ids: tuple[str, ...] = ()) -> Request:
    asked = Request(set_value=values, scenario=scenario, corridor=ids)
    if values or ids:
        plain = request(scenario=scenario)
        asked.__dict__.update(world=plain.world, compiled=plain.compiled)  # read once
    return asked


@cache
def compared(*values: str, scenario: str = "open", ids: tuple[str, ...] = ()) -> Comparison:
    asked = request(*values, scenario=scenario, ids=ids)
    return asked.planner.compare(asked.corridors)


def way(itinerary: Itinerary) -> list[tuple[str, str, str, int]]:
    return [(leg.operation, leg.from_place, leg.to_place, leg.length_m) for leg in itinerary.legs]


def by_id(comparison: Comparison) -> dict[str | None, Itinerary]:
    return {itinerary.corridor_id: itinerary for itinerary in comparison.itineraries}


def measured(itinerary: Itinerary, by: By) -> float:
    """USD, hours or kg as the engine has them."""
    criteria = itinerary.criteria
    return {
        By.COST: criteria.cost_cents / 100,
        By.TIME: criteria.time_min / 60,
        By.CO2E: criteria.co2e_g / 1000,
        By.GENERALISED: itinerary.generalised_cost_cents / 100,
    }[by]


def most_rounding(itinerary: Itinerary, criterion: Criterion) -> float:
    """Cents, minutes or grams: half a one per arc and ledger line; a leg's arcs count each."""
    return 0.5 * sum(
        max(1, len(leg.moves) + 2 * bool(leg.joint_line))
        for leg in itinerary.legs
        for line in leg.ledger
        if line.criterion is criterion
    )


def rounding(
    itinerary: Itinerary, by: By, hourly_usd: float = 0.0, usd_per_kg: float = 0.0
) -> float:
    """How far the engine may be from exact arithmetic, in USD, hours or kg."""
    cost, time, co2e = (
        most_rounding(itinerary, criterion) / scale
        for criterion, scale in zip(Criterion, (100, 60, 1000), strict=True)
    )
    both = cost + time * hourly_usd + co2e * usd_per_kg + CENT
    return {By.COST: cost, By.TIME: time, By.CO2E: co2e, By.GENERALISED: both}[by] + 1e-6


def hourly_usd(comparison: Comparison) -> float:
    goods = comparison.consignment
    return goods.holding_usd_per_h + goods.time_usd_per_h


@pytest.mark.parametrize("values", [(), ("co2e_price.*=80", "time_value.*=0.01")])
@pytest.mark.parametrize("scenario", ["open", "situation-2026-11"])
def test_matrix_times_theta_is_the_ledger_but_for_rounding(
    values: tuple[str, ...], scenario: str
) -> None:
    found = compared(*values, scenario=scenario)
    planner = request(*values, scenario=scenario).planner
    model = exposures_of(found.itineraries, planner.parameters, planner.consignment)
    totals = model.totals(model.typical[:, None])
    kg = found.consignment.co2e_usd_per_t / 1000
    for at, itinerary in enumerate(found.itineraries):
        for by in By:
            exact = float(totals.by(by)[at, 0])
            limit = rounding(itinerary, by, hourly_usd(found), kg)
            assert exact == pytest.approx(measured(itinerary, by), abs=limit, rel=0)


@pytest.mark.parametrize(
    "change",
    [
        {"payload.container_20.*": 24.0},
        {"value.titanium_slag": 950.0},
        {"insured_share.*": 120.0, "value.titanium_slag": 600.0},
        {"holding_rate.*": 20.0},
        {"time_value.*": 0.02, "co2e_price.*": 100.0},
        {"value.titanium_slag": 0.0},
        {"tariff.rail.KZ.container_20": 0.7, "speed.rail.KZ.container_20": 450.0},
    ],
)
def test_other_values_need_no_new_ledger(change: dict[str, float]) -> None:
    """Also the consignment's own parameters: nothing but the way is held."""
    found = compared(ids=PAIR)
    planner = request(ids=PAIR).planner
    model = exposures_of(found.itineraries, planner.parameters, planner.consignment)
    values = model.typical[:, None].copy()
    for key, value in change.items():
        values[model.position[key]] = value
    again = planner.repriced(change)
    redone = by_id(again.compare(request(ids=PAIR).corridors))
    compared_ways = 0
    for at, itinerary in enumerate(found.itineraries):
        other = redone[itinerary.corridor_id]
        if way(other) != way(itinerary):
            continue
        compared_ways += 1
        for by in By:
            exact = float(model.totals(values).by(by)[at, 0])
            goods = again.consignment
            limit = rounding(
                other,
                by,
                hourly_usd(again.compare(())),
                goods.co2e_usd_per_t / 1000,
            )
            assert exact == pytest.approx(measured(other, by), abs=limit, rel=0)
    assert compared_ways


def test_no_goods_value_at_first_still_counts_when_drawn() -> None:
    planner = request(ids=PAIR).planner.repriced({"value.titanium_slag": 0.0})
    found = planner.compare(request(ids=PAIR).corridors)
    model = exposures_of(found.itineraries, planner.parameters, planner.consignment)
    values = model.typical[:, None].copy()
    without = model.totals(values).cost_usd[0, 0]
    values[model.position["value.titanium_slag"]] = 780.0
    row = {r.key: r for r in planner.parameters.rows}["insurance_all_risk.*"]
    insurance = 780 * 1500 * 1.1 * row.value / 100
    assert model.totals(values).cost_usd[0, 0] >= without + insurance


def test_every_unit_that_prices_something_has_a_driver() -> None:
    own = {"payload", "value", "holding_rate", "time_value", "co2e_price", "insured_share"}
    other = {"detour_factor", "content"}  # the build's, and a share that prices nothing
    units = {u for name, f in FAMILIES.items() if name not in own | other for u in f.units}
    assert units == set(COUNTED) == set(SCALES)


@pytest.mark.parametrize("unit", sorted(SCALES))
def test_drivers_scale_quantities_as_costing_does(unit: str) -> None:
    small, large = (
        make_consignment(
            parameters(payload__ANY__ANY=load, value__slag=value, insured_share__ANY=share),
            "slag", 1000, CargoUnit.CONTAINER_20,
        )
        for load, value, share in ((25, 800, 110), (20, 500, 120))
    )  # fmt: skip
    row = parameter("some", 1, unit)
    one, other = (Costing(parameters(), goods, {})._quantity(row, 7.0) for goods in (small, large))
    scale = {
        "units": large.units / small.units,
        "value": large.value_usd / small.value_usd,
        "insured": large.insured_value_usd / small.insured_value_usd,
        "": 1.0,
    }[SCALES[unit]]
    assert other == pytest.approx(one * scale)
    assert theta(row)[0] > 0


def test_distribution_is_pert_as_scipy_has_it() -> None:
    levels = np.array([0.001, 0.1, 0.5, 0.9, 0.999])
    for low, value, high in ((1, 2, 6), (0, 0.005, 3), (0, 0, 1), (2, 5, 5)):
        a, b = 1 + 4 * (value - low) / (high - low), 1 + 4 * (high - value) / (high - low)
        beta = scipy.stats.beta(a, b, loc=low, scale=high - low)
        assert pert_quantiles(low, value, high, levels) == pytest.approx(beta.ppf(levels))
        assert beta.mean() == pytest.approx((low + 4 * value + high) / 6)
    assert pert_quantiles(3, 3, 3, levels).tolist() == [3.0] * 5


def test_draws_are_a_latin_hypercube_that_depends_on_key_and_seed_alone() -> None:
    rows = [
        parameter("one", 2, "h", low=1, high=6),
        parameter("two", 2, "h", low=1, high=6),
        parameter("sure", 4, "h"),
    ]
    values = draw_values(rows, 1003, seed=5)
    start = 0
    for size in replicate_sizes(1003):
        levels = (np.arange(size) + 0.5) / size
        block = np.sort(values[0, start : start + size])
        assert block == pytest.approx(pert_quantiles(1, 2, 6, levels))
        start += size
    assert start == 1003
    assert (values[2] == 4).all()
    assert abs(np.corrcoef(values[0], values[1])[0, 1]) < 0.12
    assert (draw_values(rows[1:2], 1003, seed=5)[0] == values[1]).all()
    assert (draw_values(rows, 1003, seed=6)[0] != values[0]).any()
    some = np.array([0, 500, 1002])
    assert (draw_values(rows, 1003, seed=5, only=some) == values[:, some]).all()


@pytest.fixture
def sure_tables(tmp_path: Path) -> Path:
    """All shipped parameters without range."""
    rows = Request().world.parameters.rows
    with (tmp_path / "parameters.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        names = [
            "key", "value", "low", "high", "unit", "price_year", "source_id", "locator", "grade",
            "as_of", "note",
        ]  # fmt: skip
        writer.writerow(names)
        for row in rows:
            sure = replace(row, low=row.value, high=row.value)
            cells = [getattr(sure, name) for name in names]
            writer.writerow(["" if cell is None else cell for cell in cells])
    return tmp_path


@pytest.mark.parametrize("anew", [False, True])
def test_ranges_of_no_width_give_the_comparison(sure_tables: Path, anew: bool) -> None:
    asked = Request(data=(sure_tables,))
    risk = assess(asked.planner, asked.corridors, draws=100, seed=3, anew=anew)
    plain = asked.planner.compare(asked.corridors)
    assert risk.parameters == 0
    assert [i.corridor_id for i in risk.comparison.itineraries] == [
        i.corridor_id for i in plain.itineraries
    ]
    mass = plain.consignment.mass_t
    for itinerary, by in zip(plain.itineraries, risk.spreads, strict=True):
        for criterion, spread in by.items():
            scale = 24 if criterion is By.TIME else mass
            limit = rounding(itinerary, criterion, hourly_usd(plain))
            for value in (spread.p10, spread.p50, spread.p90, spread.mean):
                exact = measured(itinerary, criterion)
                # a way chosen anew may be shorter by what rounding hides
                assert value * scale == pytest.approx(exact, abs=limit * (1 + anew), rel=0)
            assert spread.p50_half_width == pytest.approx(0, abs=1e-9)
    assert risk.spreads[0][By.GENERALISED].p_best == 1
    assert risk.spreads[0][By.GENERALISED].regret == 0


def doubled(pattern: str, parameters_: Parameters) -> Parameters:
    """As a scenario multiplies: the parameters of the shipped world, twice as high."""
    scenario = replace(worlds.OPEN, factors={pattern: 2.0})
    return scenario.parameters(replace(request().world, parameters=parameters_))


def test_doubled_tariffs_double_the_quantiles_of_what_rests_on_them() -> None:
    """Ways held; exactly, since a row is drawn from the same quantiles and 2 is a power of two."""
    planner = request().planner
    itineraries = compared().itineraries
    quantiles = []
    for prices in (planner.parameters, doubled("tariff.*", planner.parameters)):
        model = exposures_of(itineraries, prices, planner.consignment)
        values = draw_values(model.rows, 500, seed=1)
        other = [at for key, at in model.position.items() if not key.startswith("tariff.")]
        matrix = model.matrix.copy()
        matrix[:, other] = 0.0
        costs = model.totals_of(matrix, values, model.weighted_theta(values)).cost_usd
        quantiles.append(np.quantile(costs, (0.1, 0.5, 0.9), axis=1))
    once, twice = quantiles
    assert (once[2] > once[0] * 1.05).any()
    assert twice == pytest.approx(2 * once, rel=1e-12)


def test_a_world_of_tariffs_alone_twice_as_dear() -> None:
    """The same law through the whole of `assess`, on a drawn world in which all else is free."""
    free = {
        key.replace(".", "__").replace("*", "ANY"): 0.0
        for key, (_, unit) in PRICES.items()
        if (unit.startswith("usd") and not key.startswith("tariff.")) or "insured_value" in unit
    }
    rows = [
        replace(row, low=row.value * 0.6, high=row.value * 1.7)
        if row.key.startswith("tariff.") else row
        for row in parameters(**free).rows
    ]  # fmt: skip
    drawn = Drawn(3)
    drawn.world = replace(drawn.world, parameters=Parameters(rows))
    corridor = Corridor(
        corridor_id="any", name="Any", family="", description="", via=(),
        exclude_countries=frozenset(), exclude_modes=frozenset(), status=Status.OPERATIONAL,
        as_of="", reason="", sources=(),
    )  # fmt: skip
    spreads = []
    for factors in ({}, {"tariff.*": 2.0}):
        planner = planned(drawn, By.COST, factors=factors)
        for anew in (False, True):
            found = assess(planner, [corridor], draws=200, seed=4, anew=anew)
            (spread,) = found.spreads
            spreads.append(spread[By.COST])
    assert spreads[0].p90 > 1.1 * spreads[0].p10 > 0
    for once, twice in zip(spreads[:2], spreads[2:], strict=True):
        for key in ("typical", "mean", "p10", "p50", "p90", "p50_half_width"):
            assert getattr(twice, key) == pytest.approx(2 * getattr(once, key), rel=1e-9)


def test_a_set_value_may_still_turn_out_higher_or_lower() -> None:
    key = "tariff.rail.KZ.container_20"
    rows = {r.key: r for r in request().planner.parameters.rows}
    (spread,) = (
        each.spreads[0][By.COST]
        for each in [
            assess(
                request(f"{key}={2 * rows[key].value}", ids=PAIR[1:]).planner,
                request(ids=PAIR[1:]).corridors, draws=200, seed=1, anew=False,
            )
        ]
    )  # fmt: skip
    model = exposures_of(
        compared(ids=PAIR[1:]).itineraries,
        doubled(key, request().planner.parameters), request().planner.consignment,
    )  # fmt: skip
    expected = model.totals(draw_values(model.rows, 200, 1)).shown(By.COST, model.mass_t)[0]
    assert [spread.p10, spread.p90] == pytest.approx(np.quantile(expected, (0.1, 0.9)).tolist())
    assert spread.p90 > spread.typical > spread.p10


@pytest.mark.parametrize("anew", [False, True])
def test_chances_sum_to_one_and_regret_is_never_negative(anew: bool) -> None:
    asked = request()
    risk = assess(asked.planner, asked.corridors, draws=500, seed=1, anew=anew)
    for by in By:
        assert sum(each[by].p_best for each in risk.spreads) == pytest.approx(1)
        for each in risk.spreads:
            assert each[by].p10 <= each[by].p50 <= each[by].p90
            assert each[by].regret >= 0


def test_choosing_anew_never_costs_more() -> None:
    asked = request()
    fixed, free = (
        assess(asked.planner, asked.corridors, draws=500, seed=1, anew=anew)
        for anew in (False, True)
    )
    for before, after in zip(fixed.spreads, free.spreads, strict=True):
        for key in ("p10", "p50", "p90", "mean"):
            worse = getattr(after[By.GENERALISED], key) - getattr(before[By.GENERALISED], key)
            assert worse <= 1e-3  # ways within a millionth of each other count as one


def test_layered_search_is_the_planners_own() -> None:
    """Ways under other prices: as good as what the planner finds once they are --set."""
    planner = request().planner
    change = {
        "tariff.rail.CN.container_20": 0.6,
        "tariff.rail.IR.container_20": 0.3,
        "ocean_rate.IN-E.IR-GULF.container_20": 2800.0,
        "speed.rail.RU.container_20": 400.0,
    }
    again = planner.repriced(change)
    ledgers = [planner.pricing.ledger(number) for number in range(len(planner.graph.arcs))]
    model = Exposures(
        [[line for each in ledgers for line in each]], planner.parameters, planner.consignment
    )
    values = model.typical[:, None].copy()
    for key, value in change.items():
        values[model.position[key]] = value
    weights = measure_of(model, ledgers, values, By.GENERALISED)
    lightest = Lightest(planner.graph, weights)
    whole = again.pricing.weights(By.GENERALISED)
    typical = planner.pricing.weights(By.GENERALISED)
    asked = request()
    for corridor in asked.corridors:
        best = again.way(corridor, whole)
        if best is None:
            continue
        fixed = planner.way(corridor, typical)
        assert fixed is not None
        (mine,) = Layers(planner, corridor, lightest).ways(fixed.arcs)
        weight = sum(whole[arc] for arc in mine)
        assert weight == pytest.approx(best.weight, rel=1e-5)


def test_arcs_weigh_by_kind_what_their_own_ledgers_say() -> None:
    planner = request().planner
    ledgers = [planner.pricing.ledger(number) for number in range(len(planner.graph.arcs))]
    kinds = ArcKinds(planner.graph, planner.pricing)
    assert len(kinds.ledgers) < len(ledgers)
    model = Exposures(
        [[line for each in kinds.ledgers for line in each]], planner.parameters, planner.consignment
    )
    values = draw_values(model.rows, 100, 4)[:, :3]
    own, by_kind = (measure_of(model, each, values, By.TIME) for each in (ledgers, kinds.ledgers))
    assert kinds.of_arcs(by_kind) == pytest.approx(own, rel=1e-9, abs=1e-9)


def test_exact_draws_are_exact() -> None:
    """With every draw searched there is nothing left to miss."""
    asked = request(ids=PAIR)
    found = reoptimise(
        asked.planner, asked.corridors, by=By.GENERALISED, draws=40, seed=2, exact=40
    )
    model_rows = found.totals.generalised_usd
    keys = {row.key: row for row in asked.planner.parameters.rows if row.high > row.low}
    rows = [keys[key] for key in sorted(keys)]
    values = draw_values(rows, 40, 2)
    for draw in (0, 17, 39):
        change = {row.key: float(values[at, draw]) for at, row in enumerate(rows)}
        again = asked.planner.repriced(change)
        best = by_id(again.compare(asked.corridors))
        for at, corridor in enumerate(asked.corridors):
            exact = measured(best[corridor.corridor_id], By.GENERALISED)
            assert float(model_rows[at, draw]) == pytest.approx(exact, rel=2e-5)


@pytest.mark.parametrize("by", list(By))
def test_sensitivities_are_finite_differences(by: By) -> None:
    asked = request(ids=PAIR)
    found = uncertainty.drivers_of(asked.planner, asked.corridors[:1], by)
    plain = found.corridor
    checked = 0
    for item in found.swings[:6]:
        for value, change in ((item.row.low, item.at_low), (item.row.high, item.at_high)):
            moved = compared(f"{item.row.key}={value!r}", ids=PAIR)
            other = by_id(moved)[plain.corridor_id]
            if way(other) != way(plain):
                continue
            checked += 1
            difference = measured(other, by) - measured(plain, by)
            limit = rounding(plain, by, hourly_usd(moved)) + rounding(other, by, hourly_usd(moved))
            scale = 24 if by is By.TIME else 1500
            assert change * scale == pytest.approx(difference, abs=limit, rel=0)
    assert checked >= 4


def test_the_gap_moves_by_the_difference_of_the_two() -> None:
    asked = request(ids=PAIR)
    first, second = (pick(asked.corridors, [name]) for name in PAIR)
    alone = [
        {s.row.key: s for s in uncertainty.drivers_of(asked.planner, one, By.COST).swings}
        for one in (first, second)
    ]
    gap = uncertainty.drivers_of(asked.planner, first, By.COST, second[0])
    assert gap.swings
    for item in gap.swings:
        ends = [(each[item.row.key].at_high if item.row.key in each else 0.0) for each in alone]
        assert item.at_high == pytest.approx(ends[0] - ends[1], abs=1e-8)
    sizes = [item.swing for item in gap.swings]
    assert sizes == sorted(sizes, reverse=True)


def ties_of(first: str, second: str, by: By, **other: Any) -> dict[str, Any]:
    asked = replace(Request(), **other)
    pair = pick(asked.corridors, [first, second])
    found = uncertainty.breakeven_of(asked.planner, pair[0], pair[1], by)
    return uncertainty.breakeven_document(found, "")


@pytest.mark.parametrize(
    ("first", "second", "by", "kinds"),
    [
        (*PAIR, By.COST, {"tariff", "ocean_rate", "border_fee"}),
        (*PAIR, By.GENERALISED, {"tariff", "ocean_rate", "speed", "co2e_price", "port_dwell"}),
        ("instc-west-astara", "suez-novorossiysk", By.TIME, {"speed", "port_dwell", "canal_delay"}),
        ("suez-novorossiysk", "middle-corridor-poti", By.CO2E, {"co2e"}),
    ],
)
def test_ties_put_back_tie(first: str, second: str, by: By, kinds: set[str]) -> None:
    """--set with the stated text: the totals differ by the rounding of the ledgers alone.

    That is at most half a cent (minute, gram) for every arc and line of both ledgers.
    """
    found = ties_of(first, second, by)
    plain = by_id(compared(ids=(first, second)))
    seen = set()
    for row in found["parameters"]:
        if row["tie"] is None or not row["exact"]:
            continue
        if len(seen) >= 6 and row["parameter"].split(".")[0] not in kinds:
            continue
        moved = compared(row["set"], ids=(first, second))
        if len(moved.itineraries) < 2:
            continue  # at an absurd value every way through the gates may double back
        one, two = (by_id(moved)[name] for name in (first, second))
        held = all(way(by_id(moved)[name]) == way(plain[name]) for name in (first, second))
        if row["in_range"]:
            assert row["ways_hold"] == held
        if not held:
            continue
        seen.add(row["parameter"])
        kg = moved.consignment.co2e_usd_per_t / 1000
        limit = sum(rounding(each, by, hourly_usd(moved), kg) for each in (one, two))
        assert measured(one, by) == pytest.approx(measured(two, by), abs=limit, rel=0)
    families = {key.split(".")[0] for key in seen}
    assert seen, "nothing could be put back"
    assert families & kinds, families


@pytest.mark.parametrize(
    ("first", "second", "by"),
    [
        (*PAIR, By.GENERALISED),
        ("chabahar-road-sarakhs", "vladivostok-transsib", By.GENERALISED),
        ("chabahar-road-sarakhs", "vladivostok-transsib", By.COST),
        ("instc-west-astara", "suez-novorossiysk", By.TIME),
    ],
)
def test_ties_put_back_tie_to_the_cent_or_say_what_is_left(
    capsys: pytest.CaptureFixture[str], first: str, second: str, by: By
) -> None:
    """Through the commands alone: a price ties to the cent; a time to half of what a minute is."""
    code, out, _ = run(
        capsys, "breakeven", first, second, "--criterion", by.value, "--format", "json"
    )
    assert code == 0
    found = json.loads(out)
    minute_usd = hourly_usd(compared(ids=(first, second))) / 60
    units = {row.key: row.unit for row in request().planner.parameters.rows}
    tied = [row for row in found["parameters"] if row["in_range"]]
    seen = set()
    for row in tied:
        unit = units[row["parameter"]]
        priced = unit.startswith("usd_per") and row["parameter"].split(".")[0] != "time_value"
        timed = unit in {"h", "d", "kn", "km_per_day"}
        seen.add("price" if priced else "time" if timed else unit)
        assert row["exact"] == (abs(row["residual"]) <= (1 / 60 if by is By.TIME else CENT))
        if priced or by is By.TIME:
            assert row["exact"], row
        if timed and by is By.GENERALISED:
            assert abs(row["residual"]) <= minute_usd / 2 + CENT
        if not row["ways_hold"]:
            continue
        code, out, _ = run(
            capsys, "compare", "--corridor", first, "--corridor", second,
            "--set", row["set"], "--format", "json",
        )  # fmt: skip
        assert code == 0
        sides = {item["corridor"]: item for item in json.loads(out)["itineraries"]}
        name = {By.COST: "cost_usd", By.TIME: "time_h", By.GENERALISED: "generalised_cost_usd"}[by]
        difference = sides[first][name] - sides[second][name]
        # generalised cost is shown in whole cents, so that a difference may show one more
        assert difference == pytest.approx(row["residual"], abs=CENT + 1e-6)
    assert seen >= ({"time"} if by is By.TIME else {"price"})


@pytest.mark.parametrize("first", ["chabahar-road-sarakhs", "air-bom-ala", "instc-trans-caspian"])
def test_ties_close_the_gap_with_the_ways_held(first: str) -> None:
    """Also of the consignment's own parameters, at whose tie a corridor may take another way."""
    second = "vladivostok-transsib"
    planner = request(ids=(first, second)).planner
    itineraries = by_id(compared(ids=(first, second)))
    model = exposures_of(
        [itineraries[first], itineraries[second]], planner.parameters, planner.consignment
    )
    _, found = ties(model, By.GENERALISED)
    exact = [tie for tie in found if tie.value is not None and tie.exact]
    assert {"holding_rate.*", "value.titanium_slag"} & {tie.row.key for tie in exact}
    for tie in exact:
        values = model.typical[:, None].copy()
        values[model.position[tie.row.key]] = tie.value
        one, two = model.totals(values).generalised_usd[:, 0].tolist()
        assert one == pytest.approx(two, rel=1e-9)


def test_in_a_scenario_that_multiplies_the_set_text_still_ties(tmp_path: Path) -> None:
    scenario = tmp_path / "double.toml"
    scenario.write_text(
        'id = "double"\nname = "Double"\nas_of = 2026-11-22\ndescription = "dearer"\n'
        '[multiply]\n"tariff.rail.CN.*" = 1.2\n'
    )
    found = ties_of(*PAIR, By.COST, scenario=str(scenario))
    row = next(r for r in found["parameters"] if r["parameter"] == "tariff.rail.CN.container_20")
    moved = compared(row["set"], scenario=str(scenario), ids=PAIR)
    one, two = (by_id(moved)[name] for name in PAIR)
    limit = rounding(one, By.COST) + rounding(two, By.COST)
    assert measured(one, By.COST) == pytest.approx(measured(two, By.COST), abs=limit, rel=0)


def test_in_range_is_the_range_of_the_request_that_risk_draws_from() -> None:
    """Neither the shipped row's, nor that of the row with the tie put back, which is always in."""
    key = "tariff.rail.CN.container_20"
    plain, moved = (
        {row["parameter"]: row for row in ties_of(*PAIR, By.COST, set_value=values)["parameters"]}
        for values in ((), (f"{key}=0.19",))
    )
    shipped = {row.key: row for row in request().planner.parameters.rows}[key]
    assert (plain[key]["low"], plain[key]["high"]) == (shipped.low, shipped.high)
    factor = 0.19 / shipped.value
    ends = [shipped.low * factor, shipped.high * factor]
    assert [moved[key]["low"], moved[key]["high"]] == pytest.approx(ends)
    assert moved[key]["tie"] == pytest.approx(plain[key]["tie"])  # where one starts is no matter
    for found in (plain, moved):
        for row in found.values():
            inside = row["tie"] is not None and row["low"] <= row["tie"] <= row["high"]
            assert row["in_range"] == inside
    assert (plain[key]["in_range"], moved[key]["in_range"]) == (True, False)


def test_payload_switches_at_whole_units() -> None:
    """Where payload cannot tie, the order differs on the two sides of the value it names."""
    found = ties_of("air-bom-ala", "karachi-overland", By.COST)
    rows = [r for r in found["parameters"] if r["parameter"].startswith("payload")]
    for row in rows:
        if row["tie"] is None:
            continue
        planner = request(ids=("air-bom-ala", "karachi-overland")).planner
        model = exposures_of(
            list(compared(ids=("air-bom-ala", "karachi-overland")).itineraries),
            planner.parameters,
            planner.consignment,
        )
        signs = []
        beside = 1.001 if row["tie"] < row["value"] else 0.999
        for factor in (beside, 1.0):
            values = model.typical[:, None].copy()
            values[model.own["payload"]] = row["tie"] * factor
            one, two = model.totals(values).cost_usd[:, 0].tolist()
            signs.append(one > two)
        assert signs[0] != signs[1]


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = main(list(argv))
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("output_format", ["table", "json", "csv", "markdown"])
@pytest.mark.parametrize(
    "command",
    [
        ("risk", "--draws", "200"),
        ("sensitivity", "--corridor", PAIR[0], "--against", PAIR[1]),
        ("breakeven", *PAIR, "--criterion", "time"),
    ],
)
def test_commands_answer_in_every_format(
    capsys: pytest.CaptureFixture[str], command: tuple[str, ...], output_format: str
) -> None:
    code, out, err = run(capsys, *command, "--format", output_format)
    assert (code, err) == (0, "")
    assert out
    if output_format == "json":
        found = json.loads(out)
        assert {"schema_version", "data_version", "scenario", "consignment", "by"} <= set(found)
    if output_format == "table":
        assert max(map(len, out.splitlines())) <= 80


def test_plain_refusals(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "breakeven", PAIR[0], PAIR[0])[0] == 1
    assert run(capsys, "breakeven", PAIR[0], "nowhere")[0] == 1
    assert run(capsys, "breakeven", PAIR[0])[0] == 2
    assert run(capsys, "risk", "--draws", "5")[0] == 2
    assert run(capsys, "risk", "--format", "geojson")[0] == 1
    code, out, err = run(capsys, "breakeven", PAIR[0], "chabahar-rail")
    assert (code, out) == (3, "")
    assert "under construction" in err
    assert run(capsys, "risk", "--exclude-country", "CN", "--corridor", PAIR[1])[0] == 3
    assert run(capsys, "sensitivity", "--corridor", PAIR[0], "--against", PAIR[0])[0] == 1


def test_none_in_range_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "breakeven", "air-bom-ala", PAIR[1], "--criterion", "co2e")
    assert code == 0
    assert "none in range" in out


def test_same_seed_same_bytes_in_two_processes() -> None:
    argv = [sys.executable, "-m", "corridors", "risk", "--draws", "300", "--seed", "7"]
    for extra in ([], ["--reoptimise", "--corridor", PAIR[0], "--corridor", "instc-trans-caspian"]):
        outputs = {
            subprocess.run(
                [*argv, *extra, "--format", "json"],
                capture_output=True,
                check=True,
                env={"PYTHONHASHSEED": seed, "PATH": ""},
            ).stdout
            for seed in ("1", "2")
        }
        assert len(outputs) == 1


def test_drawn_rows_are_shared_by_all_corridors() -> None:
    """Two corridors over the same row move together: one draw per row, not per arc."""
    asked = request(ids=PAIR)
    assert isinstance(asked.planner.parameters, Parameters)
    model = exposures_of(
        compared(ids=PAIR).itineraries, asked.planner.parameters, asked.planner.consignment
    )
    at = model.position["tariff.rail.KZ.container_20"]
    values = np.repeat(model.typical[:, None], 50, axis=1)
    values[at] = draw_values([model.rows[at]], 100, 1)[0, :50]
    totals = model.totals(values).cost_usd
    assert np.corrcoef(totals[0], totals[1])[0, 1] == pytest.approx(1)


def test_every_corridor_can_be_chosen_anew_in_every_draw() -> None:
    whole = Request()
    risk = assess(whole.planner, whole.corridors, draws=200, seed=1, anew=True)
    assert len(risk.spreads) == len(risk.comparison.itineraries) >= 14
