"""Look-up of parameters: the most specific row wins, changes are checked, units hold."""

from __future__ import annotations

from pathlib import Path

import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import parameter

from geodata.errors import DataError
from geodata.families import FAMILIES, key_words
from geodata.parameters import Parameters, parameter_problems, theta
from geodata.world import load_world

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


def changed(value: float, low: float, typical: float, high: float, unit: str) -> list[float]:
    """The range of a row after its value was set."""
    row = parameter("border_fee.*.*", typical, unit, low=low, high=high)
    after = Parameters([row]).with_values({row.key: value}, source_id="user", words=WORDS)
    (row,) = after.rows
    assert row.value == value
    return [row.low, row.high]


AMOUNT = st.floats(min_value=1e-3, max_value=1e6)


@settings(max_examples=200)
@given(st.tuples(AMOUNT, AMOUNT, AMOUNT).map(sorted), AMOUNT)
def test_another_value_is_as_uncertain_as_before(ends: list[float], value: float) -> None:
    low, typical, high = ends
    after = changed(value, low, typical, high, "usd_per_unit")
    assert after[0] <= value <= after[1]
    assert after == pytest.approx([value * low / typical, value * high / typical])
    assert changed(typical, low, typical, high, "usd_per_unit") == ends[::2]
    assert changed(value, typical, typical, typical, "usd_per_unit") == [value, value]


@pytest.mark.parametrize(("value", "row", "after"), [
    (0, (1, 2, 6, "usd_per_unit"), [0, 0]),  # nothing is nothing for sure
    (8, (0, 0, 20, "usd_per_unit"), [0, 20]),  # of nothing there is no relative range
    (30, (0, 0, 20, "usd_per_unit"), [0, 30]),
    (8, (0, 0, 0, "usd_per_unit"), [8, 8]),
    (5, (0, 2, 4, "usd_per_unit"), [0, 10]),
    (95, (80, 85, 95, "percent"), [80, 95]),  # no content above 100 %
    (98, (80, 85, 95, "percent"), [80, 98]),
    (1.5, (1, 1.2, 1.4, "ratio"), [1, 1.5]),
    (250, (400, 500, 800, "km_per_day"), [200, 400]),
])  # fmt: skip
def test_where_a_range_cannot_be_stretched(
    value: float, row: tuple[float, float, float, str], after: list[float]
) -> None:
    assert changed(value, *row) == after


def test_a_key_reads_as_people_say_it() -> None:
    names = load_world().selector_names
    for key, words in {
        "tariff.rail.KZ.container_20": "rail tariff in Kazakhstan, container 20",
        "unload_dwell.container_20": "unloading time, container 20",
        "tariff.road.PK.*": "road tariff in Pakistan, any unit",
        "co2e_price.*": "price of CO2e",
        "value.titanium_slag": "value of titanium slag",
        "ocean_rate.IN-E.*.bulk": "ocean rate from East India to any region, bulk",
        "speed.sea.caspian.*": "ship speed on the Caspian, any unit",
        "nothing.known": "nothing.known",
    }.items():
        assert key_words(key, names) == words
    assert key_words("tariff.rail.XX.bulk", {}) == "rail tariff in XX, bulk"


def test_every_key_that_ships_has_words_and_every_code_a_name() -> None:
    world = load_world()
    words = {row.key: key_words(row.key, world.selector_names) for row in world.parameters.rows}
    assert len(set(words.values())) == len(words), "two keys read the same"
    for text in words.values():
        assert not any(sign in text for sign in "*_{}"), text
    for kind in ("country", "region", "basin"):
        assert set(world.selector_names[kind]) == set(world.words[kind])
    for family in FAMILIES.values():
        shown = family.words.format(*(f"<{at}>" for at in range(len(family.selectors))))
        wanted = 0 if family.selectors == ("any",) else len(family.selectors)
        assert shown.count("<") == wanted


def test_a_code_is_named_by_a_row_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "names.csv"
    head = "kind,id,name,source_id,grade,note\n"
    table.write_text(f"{head}country,KZ,the Kazakh steppe,assumption,assumed,\n", encoding="utf-8")
    names = load_world(tmp_path).selector_names
    assert key_words("road_toll.KZ.truck", names) == "road toll in the Kazakh steppe, truck"
    assert key_words("road_toll.TM.truck", names) == "road toll in Turkmenistan, truck"
    table.write_text(
        f"{head}land,KZ,x,assumption,assumed,\ncountry,ZZ,x,assumption,assumed,\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as found:
        load_world(tmp_path)
    assert list(found.value.problems) == [
        "names: land/KZ: kind must be country, region, basin",
        "names: country/ZZ: no place, trade lane or sea has this code; correct it",
    ]


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
