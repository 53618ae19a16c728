"""The shipped tables of places and rights, read with the standard library alone."""

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from geodata.vocabulary import GAUGES_MM, CargoUnit, Grade, Mode, PlaceKind, Status

ROOT = Path(__file__).parents[2]
DATA = ROOT / "geodata" / "data"
TESTS = ROOT / "tests" / "data"

KEYS = {
    "places": ("place_id",),
    "border_crossings": ("crossing_id",),
    "gauge_interchanges": ("place_id", "gauge_a_mm", "gauge_b_mm", "cargo_unit"),
    "transshipments": ("place_id", "mode_a", "mode_b", "cargo_unit"),
    "loading": ("place_id", "mode", "cargo_unit"),
    "ferries": ("place_a", "place_b", "cargo_unit"),
    "air_services": ("place_a", "place_b"),
}
WORDS = {
    "kind": set(PlaceKind),
    "status": set(Status),
    "grade": set(Grade),
    "cargo_unit": set(CargoUnit),
    "mode": set(Mode),
    "mode_a": set(Mode),
    "mode_b": set(Mode),
    "method": {"transshipment", "bogie_exchange"},
}
COUNTRIES = {
    "AE",
    "AF",
    "AM",
    "AZ",
    "BD",
    "CN",
    "GE",
    "IN",
    "IR",
    "KG",
    "KZ",
    "LK",
    "MN",
    "NP",
    "PK",
    "RU",
    "TJ",
    "TM",
    "TR",
    "UZ",
}
SEA_REGIONS = {
    "IN-E",
    "IN-W",
    "LK",
    "IR-GULF",
    "IR-OMAN",
    "AE",
    "CN-N",
    "CN-E",
    "RU-PAC",
    "RU-BLK",
    "RU-BAL",
    "GE",
    "TR-MED",
    "PK",
    "CASP-IR",
    "CASP-AZ",
    "CASP-KZ",
    "CASP-TM",
    "CASP-RU",
}
NETWORKS = {"rail", "road", "sea", "air"}
CORRIDORS = {
    "instc-east-sarakhs",
    "instc-east-kti",
    "instc-trans-caspian",
    "instc-west-astara",
    "chabahar-road-sarakhs",
    "chabahar-rail",
    "china-lianyungang-dostyk",
    "china-qingdao-khorgos",
    "china-urumqi-maikapchagay",
    "middle-corridor-poti",
    "suez-novorossiysk",
    "suez-st-petersburg",
    "vladivostok-transsib",
    "karachi-overland",
    "air-bom-ala",
}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def table(name: str) -> list[dict[str, str]]:
    return read(DATA / f"{name}.csv")


@pytest.fixture(scope="module")
def places() -> dict[str, dict[str, str]]:
    return {row["place_id"]: row for row in table("places")}


@pytest.fixture(scope="module")
def sources() -> set[str]:
    found: Counter[str] = Counter()
    for path in sorted((DATA / "sources").glob("*.toml")):
        found.update(list(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert [name for name, count in found.items() if count > 1] == []
    return set(found)


@pytest.fixture(scope="module")
def corridors() -> list[dict[str, object]]:
    text = (ROOT / "corridors" / "data" / "corridors.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["corridor"]


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_unique_and_sorted(name: str) -> None:
    keys = [tuple(row[column] for column in KEYS[name]) for row in table(name)]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("name", KEYS)
def test_words_are_in_the_word_lists(name: str) -> None:
    wrong = [
        (row, column)
        for row in table(name)
        for column, words in WORDS.items()
        if column in row and row[column] not in words
    ]
    assert wrong == []


@pytest.mark.parametrize("name", KEYS)
def test_sources_resolve_and_fit_the_grade(name: str, sources: set[str]) -> None:
    rows = table(name)
    assert [row for row in rows if row["source_id"] not in sources] == []
    assert [
        row for row in rows if (row["source_id"] == "assumption") != (row["grade"] == "assumed")
    ] == []
    recalled = [row for row in rows if row["source_id"].startswith("recalled-")]
    assert [row for row in recalled if row["grade"] == "published"] == []


@pytest.mark.parametrize("name", sorted(KEYS.keys() - {"places"}))
def test_places_of_every_row_exist(name: str, places: dict[str, dict[str, str]]) -> None:
    columns = ("place_id", "place_a", "place_b")
    named = {row[column] for row in table(name) for column in columns if column in row}
    assert named - places.keys() == set()


def test_dates_are_iso() -> None:
    for name in KEYS.keys() - {"places", "loading"}:
        dates = {row["as_of"] for row in table(name)}
        assert [date for date in dates if not re.fullmatch(r"\d{4}(-\d\d-\d\d)?", date)] == []


def test_places_are_well_formed(places: dict[str, dict[str, str]]) -> None:
    for place_id, row in places.items():
        assert re.fullmatch(r"[A-Z]{5}", place_id), row
        assert place_id[:2] == row["country"], row
        assert row["country"] in COUNTRIES, row
        assert re.fullmatch(r"([A-Z]{2}[A-Z2-9]{3})?", row["locode"]), row
        assert -90 <= float(row["lat"]) <= 90, row
        assert -180 <= float(row["lon"]) <= 180, row
        assert row["name"].strip(), row
        modes = row["modes"].split(" ")
        assert set(modes) <= NETWORKS, row
        assert len(modes) == len(set(modes)), row


def test_ports_and_only_ports_have_a_sea_region(places: dict[str, dict[str, str]]) -> None:
    for row in places.values():
        port = row["kind"] == "port"
        assert (row["sea_region"] in SEA_REGIONS) == port, row
        assert ("sea" in row["modes"].split()) == port, row
        assert ("air" in row["modes"].split()) == (row["kind"] == "airport"), row


def test_names_and_aliases_do_not_repeat(places: dict[str, dict[str, str]]) -> None:
    for row in places.values():
        aliases = [alias for alias in row["aliases"].split(";") if alias]
        assert row["name"] not in aliases, row
        assert len(aliases) == len(set(aliases)), row
    counts = Counter(row["name"] for row in places.values())
    assert [name for name, count in counts.items() if count > 1] == []


def test_a_crossing_joins_two_countries_at_one_point(places: dict[str, dict[str, str]]) -> None:
    for row in table("border_crossings"):
        a, b = places[row["place_a"]], places[row["place_b"]]
        assert a["country"] != b["country"], row
        assert (a["lat"], a["lon"]) == (b["lat"], b["lon"]), row
        assert row["crossing_id"].endswith(f"-{row['mode']}"), row
        assert a["kind"] == b["kind"] == "border_crossing_point", row
        assert a["modes"] == b["modes"] == row["mode"], row
        rail = row["mode"] == "rail"
        assert (int(row["gauge_mm"]) in set(GAUGES_MM) - {0}) == rail, row


def test_every_border_point_belongs_to_one_crossing(places: dict[str, dict[str, str]]) -> None:
    ends = Counter(
        row[column] for row in table("border_crossings") for column in ("place_a", "place_b")
    )
    points = {key for key, row in places.items() if row["kind"] == "border_crossing_point"}
    assert points == set(ends)
    assert set(ends.values()) == {1}


def test_gauge_interchanges_stand_on_rail(places: dict[str, dict[str, str]]) -> None:
    for row in table("gauge_interchanges"):
        place = places[row["place_id"]]
        assert place["kind"] == "gauge_interchange", row
        assert "rail" in place["modes"].split(), row
        gauges = {int(row["gauge_a_mm"]), int(row["gauge_b_mm"])}
        assert gauges <= set(GAUGES_MM), row
        assert len(gauges) == 2, row


def test_rights_fit_the_networks_of_their_place(places: dict[str, dict[str, str]]) -> None:
    ferry_ports = {
        (row[column], row["cargo_unit"])
        for row in table("ferries")
        for column in ("place_a", "place_b")
    }
    for row in table("transshipments"):
        modes = set(places[row["place_id"]]["modes"].split())
        for mode in (row["mode_a"], row["mode_b"]):
            if mode == "ferry":
                assert (row["place_id"], row["cargo_unit"]) in ferry_ports, row
            else:
                assert mode in modes, row
        assert row["mode_a"] != row["mode_b"] or row["mode_a"] in {"sea", "air"}, row
    for row in table("loading"):
        assert row["mode"] in places[row["place_id"]]["modes"].split(), row


def test_services_join_places_that_have_them(places: dict[str, dict[str, str]]) -> None:
    for name, mode in (("ferries", "sea"), ("air_services", "air")):
        for row in table(name):
            assert row["place_a"] < row["place_b"], row
            assert mode in places[row["place_a"]]["modes"].split(), row
            assert mode in places[row["place_b"]]["modes"].split(), row


def test_no_container_is_handled_at_gopalpur() -> None:
    assert [
        row
        for row in table("transshipments")
        if row["place_id"] == "INGPR" and row["cargo_unit"] == "container_20"
    ] == []


def test_corridors_are_the_named_fifteen(corridors: list[dict[str, object]]) -> None:
    assert {row["id"] for row in corridors} == CORRIDORS
    assert len(corridors) == len(CORRIDORS)


def test_corridor_gateways_and_sources_resolve(
    corridors: list[dict[str, object]], places: dict[str, dict[str, str]], sources: set[str]
) -> None:
    ferry_ports = {row[end] for row in table("ferries") for end in ("place_a", "place_b")}
    for corridor in corridors:
        assert corridor["status"] in set(Status), corridor["id"]
        assert set(corridor["sources"]) <= sources, corridor["id"]
        assert set(corridor["exclude_countries"]) <= COUNTRIES, corridor["id"]
        assert set(corridor["exclude_modes"]) <= set(Mode), corridor["id"]
        for item in corridor["via"]:
            for gate in [item] if isinstance(item, str) else item:
                by, _, stop = gate.rpartition(" > ")
                place, _, mode = stop.partition("@")
                assert by in {"", *Mode}, (corridor["id"], gate)
                assert place in places, (corridor["id"], gate)
                assert places[place]["country"] not in corridor["exclude_countries"], gate
                if mode == "ferry":
                    assert place in ferry_ports, (corridor["id"], gate)
                elif mode:
                    assert mode in places[place]["modes"].split(), (corridor["id"], gate)


def test_plausibility_rows_are_ranges_of_known_corridors(sources: set[str]) -> None:
    rows = read(TESTS / "plausibility.csv")
    assert [row["id"] for row in rows] == [f"K{number}" for number in range(1, 17)]
    assert {row["corridor"] for row in rows} - {""} == CORRIDORS
    for row in rows:
        assert float(row["days_low"]) < float(row["days_high"]), row
        assert float(row["usd_per_t_low"]) < float(row["usd_per_t_high"]), row
        assert row["source"] in sources, row
