"""The shipped parameters, restrictions, sources and scenarios, read with the standard library."""

import csv
import fnmatch
import re
import tomllib
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from geodata.families import FAMILIES, split_key
from geodata.vocabulary import CargoUnit, Grade, Mode

ROOT = Path(__file__).parents[2]
DATA = ROOT / "geodata" / "data"
SCENARIOS = sorted((ROOT / "corridors" / "data" / "scenarios").glob("*.toml"))
LAND = [
    "AF",
    "AM",
    "AZ",
    "CN",
    "GE",
    "IN",
    "IR",
    "KG",
    "KZ",
    "MN",
    "PK",
    "RU",
    "TJ",
    "TM",
    "TR",
    "UZ",
]
UNITS = [unit.value for unit in CargoUnit]
MONEY = re.compile(r"usd_per_")
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def read(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_sources() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for path in sorted((DATA / "sources").glob("*.toml")):
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
        assert not found.keys() & entries.keys(), path.name
        found |= entries
    return found


ROWS = read("parameters")
KEYS = {row["key"] for row in ROWS}
SOURCES = load_sources()
PLACES = {row["place_id"]: row for row in read("places")}
CROSSINGS = {row["crossing_id"]: row for row in read("border_crossings")}


def lookup(family: str, *selectors: str) -> dict[str, str] | None:
    """Find a row as the planner does: leftmost selectors weigh most."""
    for choice in product(*((selector, "*") for selector in selectors)):
        key = ".".join((family, *choice))
        if key in KEYS:
            return next(row for row in ROWS if row["key"] == key)
    return None


def test_keys_are_unique_and_sorted() -> None:
    keys = [row["key"] for row in ROWS]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert keys == sorted(keys)


def test_every_row_is_complete() -> None:
    problems = []
    for row in ROWS:
        low, value, high = (float(row[column]) for column in ("low", "value", "high"))
        parts = split_key(row["key"])
        if parts is None or len(parts[1]) != len(FAMILIES[parts[0]].selectors):
            problems.append(f"{row['key']}: unknown family or wrong number of selectors")
        elif row["unit"] not in FAMILIES[parts[0]].units:
            problems.append(f"{row['key']}: unit {row['unit']!r}")
        if not 0 <= low <= value <= high:
            problems.append(f"{row['key']}: {low} / {value} / {high}")
        policy = row["key"].startswith(("time_value.", "co2e_price."))
        if MONEY.match(row["unit"]) and not policy and not row["price_year"]:
            problems.append(f"{row['key']}: money without a price year")
        if not DATE.fullmatch(row["as_of"]):
            problems.append(f"{row['key']}: as_of {row['as_of']!r}")
        if not row["note"]:
            problems.append(f"{row['key']}: no note")
    assert problems == []


def test_grades_agree_with_sources() -> None:
    problems = []
    for row in ROWS:
        source, grade = row["source_id"], row["grade"]
        if grade not in set(Grade):
            problems.append(f"{row['key']}: grade {grade!r}")
        if source not in SOURCES:
            problems.append(f"{row['key']}: source {source!r} does not exist")
        if (source == "assumption") != (grade == Grade.ASSUMED):
            problems.append(f"{row['key']}: {grade} with source {source}")
        if source.startswith("recalled-"):
            if grade != Grade.ESTIMATED or "recalled" not in row["note"].lower():
                problems.append(f"{row['key']}: recalled, but graded {grade} or not said so")
        elif grade == Grade.PUBLISHED and not row["locator"]:
            problems.append(f"{row['key']}: published without a locator")
    assert problems == []


def test_recalled_sources_say_so() -> None:
    for source_id, entry in SOURCES.items():
        if source_id.startswith("recalled-"):
            assert "ecalled, not re-verified" in str(entry["note"]), source_id


def test_every_crossing_has_its_own_rows() -> None:
    for family in ("border_dwell", "border_fee"):
        missing = [cid for cid in CROSSINGS if f"{family}.{cid}.*" not in KEYS]
        assert missing == []


def test_no_lookup_of_a_land_journey_fails() -> None:
    wanted: list[tuple[str, ...]] = [
        (f"{family}.{mode}", country, unit)
        for family, (mode, units), country in product(
            ("tariff", "speed", "co2e"),
            (("rail", ("container_20", "bulk")), ("road", tuple(UNITS))),
            LAND,
        )
        for unit in units
    ]
    wanted += [(family, "KZ", unit) for family, unit in product(("equipment",), UNITS)]
    wanted += [
        (family, unit)
        for family, unit in product(
            ("load_handling", "unload_handling", "load_dwell", "unload_dwell"), UNITS
        )
    ]
    assert [query for query in wanted if lookup(*query) is None] == []


def test_land_countries_have_rows_of_their_own() -> None:
    wanted = [f"tariff.rail.{country}.{unit}" for country in LAND for unit in UNITS[:2]]
    wanted += [f"tariff.road.{country}.*" for country in LAND]
    wanted += [f"speed.road.{country}.*" for country in LAND]
    assert [key for key in wanted if key not in KEYS] == []


def test_no_lookup_of_a_transfer_fails() -> None:
    wanted: list[tuple[str, ...]] = []
    for row in read("transshipments"):
        kind = "port" if {"sea", "ferry"} & {row["mode_a"], row["mode_b"]} else "terminal"
        wanted += [
            (f"{kind}_{what}", row["place_id"], row["cargo_unit"]) for what in ("handling", "dwell")
        ]
        wanted.append(("co2e.handling", kind, row["cargo_unit"]))
    for row in read("gauge_interchanges"):
        wanted += [
            (f"gauge_change_{what}", row["place_id"], row["cargo_unit"])
            for what in ("fee", "dwell")
        ]
    for row in read("ferries"):
        ends = [PLACES[row[end]]["sea_region"] for end in ("place_a", "place_b")]
        for pair in (ends, ends[::-1]):
            wanted += [
                (family, *pair, row["cargo_unit"]) for family in ("ferry_rate", "sailing_wait")
            ]
    assert [query for query in wanted if lookup(*query) is None] == []


def test_units_fit_the_cargo() -> None:
    """A rate per TEU can price containers only."""
    wrong = [
        row["key"]
        for row in ROWS
        if row["unit"].startswith("usd_per_teu") and not row["key"].endswith(".container_20")
    ]
    assert wrong == []


@pytest.mark.parametrize("unit", ["container_20", "bulk"])
def test_indian_lanes_are_complete(unit: str) -> None:
    to = ["IR-GULF", "IR-OMAN", "CN-N", "RU-PAC", "RU-BLK", "RU-BAL", "GE", "TR-MED", "AE", "PK"]
    lanes = [f"ocean_rate.{a}.{b}.{unit}" for a in ("IN-E", "IN-W", "LK") for b in to]
    lanes += [f"ocean_rate.AE.{b}.{unit}" for b in ("IR-GULF", "IR-OMAN")]
    caspian = sorted(
        {
            place["sea_region"]
            for place in PLACES.values()
            if place["sea_region"].startswith("CASP-")
        }
    )
    lanes += [f"ocean_rate.{a}.{b}.{unit}" for a, b in product(caspian, caspian) if a != b]
    assert [lane for lane in lanes if lane not in KEYS] == []


def test_restrictions_name_what_exists() -> None:
    corridors = tomllib.loads(
        (ROOT / "corridors" / "data" / "corridors.toml").read_text(encoding="utf-8")
    )
    known = {
        "country": {place["country"] for place in PLACES.values()},
        "place": set(PLACES),
        "crossing": set(CROSSINGS),
        "chokepoint": {row["chokepoint_id"] for row in read("chokepoints")},
        "corridor": {entry["id"] for entry in corridors["corridor"]},
    }
    rows = read("restrictions")
    assert [row["restriction_id"] for row in rows] == sorted(
        {row["restriction_id"] for row in rows}
    )
    for row in rows:
        assert row["subject_id"] in known[row["subject_type"]], row
        assert row["effect"] in {"closed", "flag"}, row
        assert 1 <= len(row["label"].split()) <= 2, row
        assert row["source_id"] in SOURCES, row
        assert row["grade"] in set(Grade), row
        assert not (
            row["grade"] == Grade.PUBLISHED
            and row["source_id"].startswith(("recalled-", "assumption"))
        )
        assert DATE.fullmatch(row["as_of"]), row


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenarios_name_what_exists(path: Path) -> None:
    entry = tomllib.loads(path.read_text(encoding="utf-8"))
    assert entry["id"] == path.stem
    assert [source for source in entry["sources"] if source not in SOURCES] == []
    for key in entry.get("set", {}):
        parts = split_key(key)
        assert parts is not None, key
        assert lookup(parts[0], *parts[1]) is not None, key
    assert [key for key in entry.get("multiply", {}) if not fnmatch.filter(KEYS, key)] == []
    close = entry.get("close", {})
    assert set(close.get("countries", [])) <= {place["country"] for place in PLACES.values()}
    assert set(close.get("places", [])) <= set(PLACES)
    assert set(close.get("crossings", [])) <= set(CROSSINGS)
    assert set(close.get("modes", [])) <= set(Mode)
