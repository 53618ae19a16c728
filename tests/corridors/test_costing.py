"""Costing: what each operation uses of which parameter, against arithmetic done by hand."""

from __future__ import annotations

import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st
from worlds import parameter, place

from corridors.consignment import make_consignment
from corridors.costing import Costing, criteria_of
from corridors.itinerary import Criteria, Criterion
from geodata.errors import DataError
from geodata.parameters import Parameters
from geodata.vocabulary import CargoUnit, Mode


def costing(
    mass_t: float = 1000.0, unit: CargoUnit = CargoUnit.CONTAINER_20, **changes: float
) -> Costing:
    prices = worlds.parameters(**changes)
    places = [place("P", region="R"), place("Q", "BB", region="S")]
    return Costing(
        prices,
        make_consignment(prices, "slag", mass_t, unit),
        {row.place_id: row for row in places},
    )


def test_rail_move_by_hand() -> None:
    # 1 000 t in 40 boxes over 100 km: 40 x 100 x 0.50 USD; 100 km at 720 km/day; 100 000 tkm x 20 g
    assert criteria_of(costing().move_land(Mode.RAIL, "AA", 100_000)) == Criteria(
        200_000, 200, 2_000_000
    )


def test_units_are_rounded_up() -> None:
    # 1 001 t take 41 boxes
    (line, *_) = costing(1001.0).move_land(Mode.RAIL, "AA", 100_000)
    assert line.quantity == 41 * 100


def test_a_detour_on_a_lane_pays_its_further_km() -> None:
    prices = worlds.parameters()
    lane = parameter("ocean_rate.R.S.container_20", 100, "usd_per_teu")
    prices = Parameters([*prices.rows, lane])
    goods = make_consignment(prices, "slag", 1000.0, CargoUnit.CONTAINER_20)
    cost = Costing(prices, goods, {"P": place("P", region="R"), "Q": place("Q", region="S")})
    ledger = cost.move_vessel(Mode.SEA, ("P", "Q"), "ocean", 1_500_000, 1_000_000, ())
    # lane 40 x 100 USD, 500 km more at 0.05 USD per TEU-km
    assert criteria_of(ledger).cost_cents == 400_000 + 100_000


def test_chokepoints_charge_toll_risk_and_delay() -> None:
    plain = criteria_of(costing().move_vessel(Mode.SEA, ("P", "Q"), "ocean", 10_000, 10_000, ()))
    passing = criteria_of(
        costing().move_vessel(Mode.SEA, ("P", "Q"), "ocean", 10_000, 10_000, ("canal",))
    )
    # 40 TEU x 30 USD, 0.01 % of 800 000 USD, 12 h
    assert passing.cost_cents - plain.cost_cents == 120_000 + 8_000
    assert passing.time_min - plain.time_min == 12 * 60


def test_a_tariff_per_teu_cannot_price_bulk() -> None:
    with pytest.raises(
        DataError, match=r"tariff.rail.\*.\* is per TEU, but the cargo goes as bulk"
    ):
        costing(unit=CargoUnit.BULK).move_land(Mode.RAIL, "AA", 1000)


def test_a_missing_row_is_an_error_that_names_the_key() -> None:
    prices = Parameters([row for row in worlds.parameters().rows if "border_fee" not in row.key])
    goods = make_consignment(prices, "slag", 1000.0, CargoUnit.CONTAINER_20)
    with pytest.raises(DataError, match=r"no row for border_fee.gate.container_20"):
        Costing(prices, goods, {}).border_crossing("gate")


@given(
    st.floats(1, 50_000),
    st.integers(0, 9_000_000),
    st.floats(0.01, 3),
)
def test_doubling_a_tariff_doubles_its_line(mass_t: float, length_m: int, tariff: float) -> None:
    single = costing(mass_t, tariff__rail__ANY__ANY=tariff).move_land(Mode.RAIL, "AA", length_m)[0]
    double = costing(mass_t, tariff__rail__ANY__ANY=2 * tariff).move_land(
        Mode.RAIL, "AA", length_m
    )[0]
    assert abs(double.amount - 2 * single.amount) <= 1
    assert single.criterion is Criterion.COST


@given(st.floats(1, 50_000), st.integers(1, 9_000_000))
def test_every_line_is_quantity_times_value(mass_t: float, length_m: int) -> None:
    scale = {Criterion.COST: 100, Criterion.TIME: 60, Criterion.CO2E: 1}
    for line in costing(mass_t).move_land(Mode.ROAD, "AA", length_m):
        assert abs(line.quantity * line.value * scale[line.criterion] - line.amount) <= 0.5


@pytest.mark.parametrize(("mass_t", "commodity", "message"), [
    (-5.0, "slag", "mass must be more than zero"),
    (float("nan"), "slag", "mass must be more than zero"),
    (5.0, "gold", "commodity 'gold' is unknown; there are slag"),
])  # fmt: skip
def test_impossible_consignments(mass_t: float, commodity: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        make_consignment(worlds.parameters(), commodity, mass_t, CargoUnit.CONTAINER_20)
