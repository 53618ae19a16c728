"""Look-up of parameters: the most specific row wins, changes are checked, units hold."""

from __future__ import annotations

import pytest
import worlds
from worlds import parameter

from geodata.errors import DataError
from geodata.parameters import Parameters, parameter_problems, theta

WORDS = worlds.world([worlds.place("P"), worlds.place("Q", "BB")]).words


def test_the_most_specific_row_wins_and_the_leftmost_selector_weighs_most() -> None:
    rows = [
        parameter("tariff.rail.*.*", 1, "usd_per_teu_km"),
        parameter("tariff.rail.*.container_20", 2, "usd_per_teu_km"),
        parameter("tariff.rail.AA.*", 3, "usd_per_teu_km"),
        parameter("tariff.rail.AA.container_20", 4, "usd_per_teu_km"),
    ]
    found = [
        Parameters(rows[:count]).find("tariff.rail", "AA", "container_20").value
        for count in (1, 2, 3, 4)
    ]
    assert found == [1, 2, 3, 4]
    assert Parameters(rows).find("tariff.rail", "BB", "bulk").value == 1


def test_a_speed_is_used_as_slowness() -> None:
    assert theta(parameter("speed.rail.*.*", 480, "km_per_day")) == (0.05, "h_per_km")
    value, unit = theta(parameter("speed.sea.*.*", 10, "kn"))
    assert (round(value * 18.52, 12), unit) == (1.0, "h_per_km")


def test_changed_values_are_graded_assumed_and_leave_the_original_alone() -> None:
    before = worlds.parameters()
    after = before.with_values({"border_fee.*.*": 99}, source_id="user", words=WORDS)
    assert (
        before.find("border_fee", "x", "bulk").value,
        after.find("border_fee", "x", "bulk").value,
    ) == (60, 99)
    assert after.find("border_fee", "x", "bulk").grade == "assumed"


def test_a_more_specific_key_refines_a_general_row() -> None:
    after = worlds.parameters().with_values(
        {"speed.rail.AA.container_20": 500}, source_id="user", words=WORDS
    )
    assert after.find("speed.rail", "AA", "container_20").value == 500
    assert after.find("speed.rail", "AA", "bulk").value == 720


@pytest.mark.parametrize(("key", "value", "message"), [
    ("tarif.rail.AA.bulk", 1, "unknown parameter tarif.rail.AA.bulk; did you mean"),
    ("tariff.rail.XX.bulk", 1, "unknown parameter tariff.rail.XX.bulk"),
    ("speed.rail.*.*", 0, "must be more than zero"),
    ("border_fee.*.*", -1, "must not be negative"),
])  # fmt: skip
def test_impossible_changes_are_refused(key: str, value: float, message: str) -> None:
    with pytest.raises(DataError, match=message):
        worlds.parameters().with_values({key: value}, source_id="user", words=WORDS)


def test_every_problem_of_a_table_is_found_at_once() -> None:
    rows = [
        parameter("border_fee.*.*", 3, "eur"),
        parameter("border_dwell.*.*", 3, "h", low=4),
        parameter("bordr_fee.*.*", 3, "h"),
        parameter("tariff.rail.*", 3, "usd_per_teu_km"),
        parameter("tariff.rail.ZZ.*", 3, "usd_per_teu_km"),
    ]
    problems = "\n".join(parameter_problems(rows, WORDS))
    for part in (
        "unit 'eur' is wrong",
        "low <= value <= high does not hold: 4 / 3 / 3",
        "bordr_fee.*.*: unknown family; did you mean border_fee",
        "tariff.rail takes 2 selector(s): country, unit",
        "'ZZ' is not a known country",
    ):
        assert part in problems
