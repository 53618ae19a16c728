"""What analysts draw: the worked examples, and one bad file per kind of mistake."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from additions import read_additions

from geodata.errors import DataError
from geodata.importing.model import Additions
from geodata.units import geodesic_length_km
from geodata.vocabulary import CargoUnit, GeometryBasis, Mode, PlaceKind, Status

EXAMPLES = Path(__file__).parents[1] / "data" / "import"
BAD = EXAMPLES / "bad"

RAIL = {"mode": "rail", "country": "IR", "gauge_mm": 1435, "status": "operational"}
LINE = {"type": "LineString", "coordinates": [[49.6, 37.2], [49.3, 37.3], [48.9, 37.8]]}
PLACE = {"name": "Yard", "kind": "dry_port", "country": "KZ", "modes": ["road"]}
POINT = {"type": "Point", "coordinates": [77.1, 43.6]}

PROBLEMS = {
    "antimeridian.geojson": "jumps over the antimeridian at position 2; split it there",
    "bare-array.json": "no GeoJSON: it is a list",
    "bare-geometry.geojson": "feature 1: mode is missing; state one of rail, road",
    "closed-spot-of-no-mode.geojson": "mode is missing",
    "control-codes-in-a-name.geojson": r"name: '\\x1b\[31mred' has control characters",
    "country-in-words.geojson": "'Iran' is not an ISO 3166-1 alpha-2 code; use two capitals",
    "country-missing.geojson": "country is missing",
    "crossing-at-sea.geojson": "mode sea crosses no frontier at a point",
    "crossing-into-itself.geojson": "countries: a list names one of its entries twice",
    "crossing-of-one-country.geojson": "name the two countries that meet",
    "crs-null.geojson": "crs is null; remove it and save the file in EPSG:4326",
    "crs-of-the-moon.geojson": "'IAU_2015:30100' is unknown or not on Earth",
    "crs-unknown.geojson": "'EPSG:999999' is unknown or not on Earth; save the file in EPSG:4326",
    "cut-off.geojson": "not JSON: invalid control character at line 1, column 58",
    "date-impossible.geojson": "as_of: '2026-02-30' is not a date",
    "deep-nesting.geojson": "lie 5001 deep in each other, more than 32",
    "duplicate-ids.geojson": r"feature 2 \(a\): its id is that of feature 1 too",
    "empty-geometry.geojson": "the geometry is empty",
    "empty.geojson": "the file is empty",
    "feature-without-geometry.geojson": "member geometry is missing",
    "features-no-array.geojson": "its features are no array",
    "ferry-without-cargo-units.geojson": "cargo_units is missing; state what the ferry carries",
    "gauge-for-a-road.geojson": "gauge_mm is for rail only; remove it",
    "gauge-interchange-of-one-gauge.geojson": "a gauge interchange joins two gauges",
    "gauge-missing-for-rail.geojson": "gauge_mm is missing; state the track gauge",
    "gauge-unknown.geojson": "gauge_mm: 1453 is not one of 1000, 1067, 1435, 1520, 1676",
    "gauge-with-a-unit.geojson": "'1435 mm' is not a whole number; write digits without a unit",
    "huge-number.geojson": "a number has thousands of digits",
    "key-twice.geojson": "properties: 'mode' stands twice in one object",
    "latin-1.geojson": r"not UTF-8 text \(byte 42\); save it as UTF-8",
    "latitude-missing.geojson": r"position 1 is \[49.64\], not \[longitude, latitude\]",
    "length-in-metres.geojson": "98000.000 km is 1000.65 times the drawn 97.936 km",
    "length-shorter-than-drawn.geojson": "50.000 km is 0.51 times the drawn 97.936 km",
    "length-twice.geojson": "two lengths",
    "loading-by-a-mode-that-is-not-there.geojson": "loading: road is not among its modes",
    "longitude-from-0-to-360.geojson": "longitude goes from -180 to 180: subtract 360",
    "metres-for-degrees.geojson": "these are no degrees: save the file in EPSG:4326",
    "mode-misspelt.geojson": "property 'Mode' is unknown; did you mean mode?",
    "mode-missing.geojson": "mode is missing",
    "mode-unknown.geojson": "mode: 'railway' is not one of rail, road, sea, ferry, air",
    "name-without-latin-letters.geojson": "place_id is missing, and the name has no Latin letter",
    "nan.geojson": r"position 1 \(49.64, nan\) is not finite",
    "not-a-feature.geojson": "not a Feature: its type is 'LineString'",
    "not-json.geojson": "XML, but not KML",
    "null-geometry.geojson": "has no geometry; draw it or remove the feature",
    "number-for-a-name.geojson": "name: 17 is not text",
    "one-feature-per-line.geojson": "more follows at line 2, column 1",
    "one-name-two-speeds.geojson": "feature 2: has the name 'A' of feature 1, but not its tariff",
    "one-position.geojson": "a line of 1 position",
    "operational-with-year.geojson": "opens is for what is not operational",
    "own-tariff-with-dotted-name.geojson": r"'Rasht. Astara' has one of . \* = in it",
    "own-tariff-without-name.geojson": "name is missing; a line with a tariff",
    "place-without-gauge.geojson": "gauge_mm is missing",
    "places.csv": "kind is missing; state one of port",
    "place-without-modes.geojson": "modes is missing; state one or more of rail, road, sea",
    "plain-text.txt": "in no format that is read",
    "planned-without-year.geojson": "opens is missing; state the year",
    "point-without-kind.geojson": "kind is missing; .* or closes: true",
    "polygon.geojson": "Polygon is not read; draw ways as LineString",
    "properties-null.geojson": "mode is missing",
    "property-beside-properties.geojson": "mode stands beside the properties",
    "replaces-in-other-words.geojson": "write it as in 'rail IR'",
    "replaces-misspelt.geojson": "'replace' of the collection is unknown; did you mean replaces?",
    "replaces-nothing-drawn.geojson": "the file has no rail line in AZ",
    "rights-for-no-cargo.geojson": "cargo_units is missing; state what it handles",
    "same-place-twice.geojson": "feature 2: id IR-A is that of feature 1 too",
    "sea-region-on-land.geojson": "sea_region is for a place at sea",
    "self-crossing.geojson": r"crosses or touches itself just before \(49.0, 38.0\)",
    "several-points.geojson": "a MultiPoint of 2 points is not one place",
    "speed-in-kmh.geojson": "'speed_kmh' is unknown; did you mean speed_km_per_day?",
    "speed-zero.geojson": "speed_km_per_day: 0 must be more than 0",
    "status-missing.geojson": "status is missing; state one of operational",
    "swapped.geojson": r"\(37.2, 149.64\) is not on Earth; longitude comes first",
    "table-without-positions.csv": "without the columns lon and lat .* has name, kind, country, B",
    "text-for-a-coordinate.geojson": r"position 1 is \['49.64', '37.20'\]",
    "text-for-a-number.geojson": "length_km: 'about 100' is not a number",
    "topology.json": "its type is 'Topology'; save a FeatureCollection",
    "transshipment-of-one-mode.geojson": "'rail' is no pair of modes; .* as in rail-road",
    "two-gauges-without-method.geojson": "gauge_method is missing",
    "two-tariffs.geojson": "two tariffs",
    "unknown-cargo-unit.geojson": "'container_40' is not one of container_20, bulk, truck",
    "utf-16.geojson": "not UTF-8 but UTF-16 text",
    "virtual-layer.kml": "XML, but not KML",
    "zero-length.geojson": "all 2 positions are the same",
}


def written(tmp_path: Path, *features: dict[str, Any], **members: Any) -> Path:
    path = tmp_path / "drawn.geojson"
    collection = {"type": "FeatureCollection", **members, "features": features}
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def feature(geometry: Any, properties: Any, **members: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties, **members}


def problems_of(*paths: Path) -> tuple[str, ...]:
    with pytest.raises(DataError) as caught:
        read_additions(paths)
    return caught.value.problems


def test_rasht_astara_as_an_analyst_would_draw_it() -> None:
    found = read_additions([EXAMPLES / "rasht-astara.geojson"])
    (link,) = found.links
    assert (link.mode, link.country, link.gauge_mm) == (Mode.RAIL, "IR", 1435)
    assert (link.status, link.opens, link.name) == (Status.OPERATIONAL, 0, "Rasht - Astara")
    assert link.length_m == 164_000
    assert link.geometry_basis is GeometryBasis.BENT
    assert (link.line[0], link.line[-1]) == ((49.64, 37.20), (48.86, 38.41))
    assert "report.az" in link.source
    assert found.remarks == ()


def test_a_new_dry_port_has_its_rights() -> None:
    (place,) = read_additions([EXAMPLES / "dry-port.geojson"]).places
    assert place.place_id == "KZ-ZHETYGEN-DRY-PORT"
    assert place.kind is PlaceKind.DRY_PORT
    assert (place.modes, place.gauges_mm) == ((Mode.RAIL, Mode.ROAD), (1520,))
    assert place.cargo_units == (CargoUnit.CONTAINER_20,)
    assert place.transshipments == ((Mode.RAIL, Mode.ROAD),)
    assert place.loading == (Mode.RAIL, Mode.ROAD)


def test_a_closed_bridge() -> None:
    (spot,) = read_additions([EXAMPLES / "closed-bridge.geojson"]).closed
    assert (spot.mode, spot.country, spot.position) == (Mode.RAIL, "TM", (63.588, 39.152))


def test_a_line_of_two_parts_with_its_own_tariff_and_a_crossing() -> None:
    found = read_additions([EXAMPLES / "own-line-and-crossing.geojson"])
    assert [link.origin.number for link in found.links] == [1, 1]
    for link in found.links:
        assert link.parameters == {
            "tariff.line": (0.09, "usd_per_t_km"),
            "speed.line": (900.0, "km_per_day"),
            "co2e.line": (60.0, "g_per_tkm"),
        }
        assert link.length_m == round(geodesic_length_km(link.line) * 1000)
        assert (link.status, link.opens) == (Status.PLANNED, 2031)
    (crossing,) = found.crossings
    assert crossing.crossing_id == "example-crossing-rail"
    assert crossing.countries == ("CN", "KZ")


@pytest.mark.parametrize(("name", "message"), PROBLEMS.items())
def test_a_bad_file_is_refused_with_its_reason(name: str, message: str) -> None:
    assert any(re.search(message, problem) for problem in problems_of(BAD / name))


def test_every_bad_file_is_in_the_table() -> None:
    assert {path.name for path in BAD.iterdir()} == PROBLEMS.keys()


def test_problems_of_all_files_come_at_once() -> None:
    paths = sorted(BAD.iterdir())
    expected = [f"{path}: {problem}" for path in paths for problem in problems_of(path)]
    good = EXAMPLES / "rasht-astara.geojson"
    together = problems_of(*paths[:20], good, *paths[20:])
    # two files of the table have places and names that are in others too: those are told as well
    missing = [problem for problem in expected if problem not in together]
    assert missing == []
    assert len(together) >= len(expected)


def test_every_problem_of_a_feature_comes_at_once(tmp_path: Path) -> None:
    bowtie = {"type": "LineString", "coordinates": [[49, 37], [50, 38], [50, 37], [49, 38]]}
    wrong = {"mode": "road", "gauge_mm": 1435, "length_km": 1, "as_of": "soon", "nmae": "A"}
    problems = problems_of(written(tmp_path, feature(bowtie, wrong, id="x")))
    for part in (
        "country is missing", "status is missing", "gauge_mm is for rail", "times the drawn",
        "as_of", "did you mean name", "crosses or touches itself",
    ):  # fmt: skip
        assert sum(part in problem for problem in problems) == 1
    assert all(problem.startswith("feature 1 (x): ") for problem in problems)


@pytest.mark.parametrize(
    ("geometry", "said", "hint"),
    [
        (LINE, {"mode": "Railway"}, "rail"),
        (LINE, {"status": "under construction"}, "construction"),
        (LINE, {"status": "open"}, "operational"),
        (LINE, {"status": "half done"}, ""),
        (LINE, {"mode": "highway"}, "road"),
        (POINT, {"kind": "station"}, "rail_terminal"),
        (LINE, {"status": "constuction"}, "construction"),
        (LINE, {"geometry_basis": "generalized"}, "generalised"),
        (POINT, {"kind": "Dry port"}, "dry_port"),
        (POINT, {"cargo_units": ["container-20"]}, "container_20"),
        (POINT, {"cargo_units": ["container_40"]}, ""),  # another thing, not another spelling
        (POINT, {"modes": ["raod"]}, "road"),
        (POINT, {"transshipments": ["rail/road"]}, "rail-road"),
        (POINT, {"transshipments": ["rail-rod-sea"]}, ""),
        (LINE, {"mode": "r" * 10_000}, ""),
        (LINE, {"mode": 7}, ""),
    ],
)
def test_a_word_that_is_nearly_right_is_known_for_what_was_meant(
    geometry: Any, said: dict[str, Any], hint: str, tmp_path: Path
) -> None:
    right = RAIL if geometry is LINE else PLACE | {"cargo_units": ["container_20"]}
    (told,) = problems_of(written(tmp_path, feature(geometry, right | said)))
    assert told.endswith(f"; did you mean {hint}?") if hint else "did you mean" not in told


def test_nearly_a_border_crossing_point_is_told_as_one(tmp_path: Path) -> None:
    crossing = {
        "kind": "border_crossing", "name": "New", "countries": ["IR", "AZ"], "mode": "rail",
        "gauge_mm": 1520, "status": "operational",
    }  # fmt: skip
    (told,) = problems_of(written(tmp_path, feature(POINT, crossing)))
    assert told.endswith("did you mean border_crossing_point?")


def test_one_bad_feature_and_nothing_is_imported(tmp_path: Path) -> None:
    path = written(tmp_path, *[feature(LINE, RAIL)] * 5, feature(LINE, RAIL | {"mode": "tram"}))
    assert [problem[:9] for problem in problems_of(path)] == ["feature 6"]


def test_many_bad_positions_are_all_named(tmp_path: Path) -> None:
    spots = [[200 + at, 95] for at in range(6)]
    line = {"type": "LineString", "coordinates": [*spots, [0, 0], [500, 0]]}
    problems = problems_of(written(tmp_path, feature(line, RAIL)))
    assert len(problems) == 4
    assert problems[-1].endswith("positions 4-6, 8 are wrong like these")


@pytest.mark.parametrize(("geometry", "properties", "remark"), [
    ({**LINE, "coordinates": [[49, 37, 5], [50, 37, 6]]}, RAIL, "heights were dropped"),
    ({**LINE, "coordinates": [[49, 37], [49, 37], [50, 37]]}, RAIL, "repeat the one before"),
    (LINE, RAIL | {"colour": "red"}, "property 'colour' is unknown and was not read"),
    (POINT, PLACE, "neither loading nor transshipments"),
])  # fmt: skip
def test_what_is_done_to_features_is_said_once(
    tmp_path: Path, geometry: Any, properties: Any, remark: str
) -> None:
    others = [feature(LINE, RAIL)]
    alike = [
        feature(geometry, properties | ({"name": name} if "name" in properties else {}))
        for name in ("one", "two", "three")
    ]
    path = written(tmp_path, *others, *alike)
    (told,) = read_additions([path]).remarks
    assert told.startswith(f"{path}: features 2-4: ")
    assert remark in told


def test_heights_and_repeats_leave_the_line(tmp_path: Path) -> None:
    line = {**LINE, "coordinates": [[49, 37, 5], [49, 37, 9], [50, 37, 6]]}
    (link,) = read_additions([written(tmp_path, feature(line, RAIL))]).links
    assert link.line == ((49.0, 37.0), (50.0, 37.0))
    assert link.geometry_basis is GeometryBasis.GENERALISED


def test_a_stated_length_is_shared_by_the_parts_and_adds_up(tmp_path: Path) -> None:
    parts = [[[50, 37], [51, 37]], [[51, 37], [52, 37.3], [53, 37]], [[53, 37], [53.001, 37]]]
    geometry = {"type": "MultiLineString", "coordinates": parts}
    path = written(tmp_path, feature(geometry, RAIL | {"length_km": 333.333}))
    lengths = [link.length_m for link in read_additions([path]).links]
    assert sum(lengths) == 333_333
    drawn = [geodesic_length_km(part) for part in parts]
    for length_m, length_km in zip(lengths, drawn, strict=True):
        assert length_m == pytest.approx(333_333 * length_km / sum(drawn), abs=1)


def test_lists_and_numbers_may_be_text(tmp_path: Path) -> None:
    table = {
        "name": "Yard", "kind": "gauge_interchange", "country": "KZ", "modes": "rail, road",
        "gauges_mm": "1435 1520", "gauge_method": "transshipment", "cargo_units": '["bulk"]',
        "transshipments": "road-rail;rail-rail", "loading": "rail",
    }  # fmt: skip
    line = {key: str(value) for key, value in RAIL.items()} | {"length_km": "98.5"}
    found = read_additions([written(tmp_path, feature(POINT, table), feature(LINE, line))])
    (place,), (link,) = found.places, found.links
    assert (place.modes, place.gauges_mm) == ((Mode.RAIL, Mode.ROAD), (1435, 1520))
    assert place.transshipments == ((Mode.RAIL, Mode.ROAD), (Mode.RAIL, Mode.RAIL))
    assert place.cargo_units == (CargoUnit.BULK,)
    assert (link.gauge_mm, link.length_m) == (1435, 98_500)


def test_what_says_nothing_is_not_stated(tmp_path: Path) -> None:
    """A table of lines and spots has every column in every row."""
    empty = {
        "kind": None, "closes": False, "opens": 0, "transshipments": [], "name": "",
        "tariff_usd_per_t_km": None,
    }  # fmt: skip
    road = RAIL | {"mode": "road", "gauge_mm": 0}
    found = read_additions([written(tmp_path, feature(LINE, road | empty))])
    assert found.links[0].gauge_mm == 0
    assert found.remarks == ()


def test_what_the_lines_of_a_file_replace(tmp_path: Path) -> None:
    line = feature(LINE, RAIL | {"replaces": "rail IR"})
    by_feature = read_additions([written(tmp_path, line, line)])
    by_collection = read_additions([written(tmp_path, feature(LINE, RAIL), replaces="rail IR")])
    by_list = read_additions([written(tmp_path, feature(LINE, RAIL), replaces=["rail IR"])])
    for found, number in ((by_feature, 1), (by_collection, 0), (by_list, 0)):
        (replacement,) = found.replacements
        assert (replacement.mode, replacement.country) == (Mode.RAIL, "IR")
        assert replacement.origin.number == number


def test_lines_of_one_name_share_their_parameters_also_across_files(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    own = RAIL | {"name": "A", "speed_km_per_day": 400}
    one = written(first, feature(LINE, own))
    assert len(read_additions([one, written(second, feature(LINE, own))]).links) == 2
    plain = written(second, feature(LINE, RAIL | {"name": "A"}))
    (problem,) = problems_of(one, plain)
    assert problem.startswith(f"{plain}: feature 1: has the name 'A' of {one}: feature 1")


def test_legs_of_an_exported_itinerary_add_nothing(tmp_path: Path) -> None:
    leg = {"itinerary": "x", "leg": 1, "operation": "move", "mode": "rail", "status": "mixed"}
    path = written(tmp_path, feature(LINE, leg), feature(POINT, leg | {"leg": 2}))
    found = read_additions([path])
    remark = f"{path}: features 1-2: legs of an exported itinerary; nothing to add"
    assert found == Additions(remarks=(remark,), digest=found.digest)


def test_a_shipped_link_is_known_by_its_number(tmp_path: Path) -> None:
    """An export may cross itself and be far longer than it is drawn: it is the network's own."""
    bowtie = {"type": "LineString", "coordinates": [[49, 37], [50, 38], [50, 37], [49, 38]]}
    exported = RAIL | {
        "link_id": 7, "length_m": 4_000_000, "opens": 0, "source_id": "openstreetmap",
        "from_node_id": 1, "to_node_id": 2, "basin": "", "geometry_basis": "surveyed",
    }  # fmt: skip
    path = written(tmp_path, feature(bowtie, exported | {"data_version": "1"}))
    found = read_additions([path])
    (link,) = found.links
    assert (link.link_id, link.data_version, link.length_m) == (7, "1", 4_000_000)
    assert link.source == "openstreetmap"
    assert found.remarks == (
        f"{path}: feature 1: an exported link that crosses itself was kept as it is",
    )
    assert (
        read_additions([written(tmp_path, feature(bowtie, exported), data_version="2")])
        .links[0]
        .data_version
        == "2"
    )


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    import hashlib

    path = EXAMPLES / "dry-port.geojson"
    copy = tmp_path / "other-name.geojson"
    copy.write_bytes(path.read_bytes())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert read_additions([path]).digest == read_additions([copy]).digest == digest
    bridge = EXAMPLES / "closed-bridge.geojson"
    assert read_additions([path, bridge]).digest != read_additions([bridge, path]).digest
    assert read_additions([]) == Additions()


def test_a_file_without_features_is_said_to_add_nothing(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert read_additions([path]).remarks == (f"{path}: the file has no features; nothing to add",)
