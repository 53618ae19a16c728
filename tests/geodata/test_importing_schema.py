"""The JSON Schema of what is read: valid, complete, and no other than what the importer checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from additions import read_additions

from geodata.errors import DataError
from geodata.importing.properties import PROPERTIES, Role
from geodata.importing.schema import property_schema

EXAMPLES = Path(__file__).parents[1] / "data" / "import"
BAD = EXAMPLES / "bad"

RAIL = {"mode": "rail", "country": "IR", "gauge_mm": 1435, "status": "operational"}
PLACE = {"name": "A", "kind": "dry_port", "country": "KZ", "modes": ["road"]}
CROSSING = {
    "name": "A", "kind": "border_crossing_point", "countries": ["IR", "AZ"], "mode": "road",
    "status": "operational",
}  # fmt: skip
LINE = {"type": "LineString", "coordinates": [[49.6, 37.2], [48.9, 37.8]]}
POINT = {"type": "Point", "coordinates": [77.1, 43.6]}

BEYOND_THE_SCHEMA = {
    # what JSON Schema cannot say: Earth, geometry, features together, the text of the file itself
    "antimeridian.geojson", "control-codes-in-a-name.geojson", "crs-of-the-moon.geojson",
    "crs-unknown.geojson", "date-impossible.geojson", "duplicate-ids.geojson",
    "key-twice.geojson", "length-in-metres.geojson", "length-shorter-than-drawn.geojson",
    "length-twice.geojson", "loading-by-a-mode-that-is-not-there.geojson",
    "longitude-from-0-to-360.geojson", "metres-for-degrees.geojson",
    "name-without-latin-letters.geojson", "nan.geojson", "one-name-two-speeds.geojson",
    "own-tariff-with-dotted-name.geojson", "place-without-gauge.geojson",
    "replaces-misspelt.geojson", "replaces-nothing-drawn.geojson", "same-place-twice.geojson",
    "sea-region-on-land.geojson", "self-crossing.geojson", "speed-in-kmh.geojson",
    "swapped.geojson", "two-gauges-without-method.geojson", "two-tariffs.geojson",
    "zero-length.geojson",
}  # fmt: skip
NOT_JSON = {
    "cut-off.geojson", "empty.geojson", "huge-number.geojson", "latin-1.geojson",
    "not-json.geojson", "one-feature-per-line.geojson", "places.csv", "plain-text.txt",
    "table-without-positions.csv", "utf-16.geojson", "virtual-layer.kml",
}  # fmt: skip


def validator() -> Any:
    return jsonschema.Draft202012Validator(property_schema())


def test_it_is_a_schema_and_the_same_each_time() -> None:
    jsonschema.Draft202012Validator.check_schema(property_schema())
    assert json.dumps(property_schema()) == json.dumps(property_schema())


def test_every_property_is_documented_where_it_belongs() -> None:
    definitions = property_schema()["$defs"]
    named = {
        Role.LINE: "line_properties",
        Role.PLACE: "place_properties",
        Role.CROSSING: "border_crossing_point_properties",
        Role.CLOSED: "closed_spot_properties",
    }
    for role, name in named.items():
        documented = definitions[name]["properties"]
        assert set(documented) == {row.name for row in PROPERTIES.values() if role in row.roles}
        assert all(entry["description"] for entry in documented.values())


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.geojson")), ids=lambda path: path.stem)
def test_the_worked_examples_are_valid(path: Path) -> None:
    assert list(validator().iter_errors(json.loads(path.read_text("utf-8")))) == []


SHALLOW = sorted(path for path in BAD.iterdir() if path.name != "deep-nesting.geojson")
"""How deep JSON may nest for Python's reader differs by version; ours has a limit of its own."""


@pytest.mark.parametrize("path", SHALLOW, ids=lambda path: path.name)
def test_bad_files_are_invalid_as_far_as_a_schema_can_tell(path: Path) -> None:
    if path.name in NOT_JSON:
        with pytest.raises(ValueError):  # noqa: PT011 - of bytes, of digits, or of JSON
            json.loads(path.read_text("utf-8"))
        return
    is_valid = validator().is_valid(json.loads(path.read_text("utf-8")))
    assert is_valid == (path.name in BEYOND_THE_SCHEMA)


@pytest.mark.parametrize(("geometry", "properties"), [
    (LINE, {**RAIL, "mode": None}),
    (LINE, {**RAIL, "gauge_mm": 0}),
    (LINE, {**RAIL, "gauge_mm": "1435mm"}),
    (LINE, {**RAIL, "mode": "road"}),
    (LINE, {**RAIL, "country": "ir"}),
    (LINE, {**RAIL, "status": "planned", "opens": None}),
    (LINE, {**RAIL, "opens": 2030}),
    (LINE, {**RAIL, "speed_km_per_day": 300}),
    (LINE, {**RAIL, "name": "A", "co2e_g_per_tkm": -1}),
    (LINE, {**RAIL, "name": 5}),
    (LINE, {**RAIL, "link_id": 1.5}),
    (LINE, {**RAIL, "replaces": "sea IR"}),
    (LINE, {**RAIL, "as_of": "31.01.2026"}),
    ({**LINE, "coordinates": [[49.6, 37.2]]}, RAIL),
    ({**LINE, "coordinates": [[49.6], [48.9, 37.8]]}, RAIL),
    ({**LINE, "coordinates": [["49", 37.2], [48.9, 37.8]]}, RAIL),
    (POINT, {**PLACE, "modes": []}),
    (POINT, {**PLACE, "modes": ["road", "road"]}),
    (POINT, {**PLACE, "modes": ["tram"]}),
    (POINT, {**PLACE, "place_id": "a.b"}),
    (POINT, {**PLACE, "loading": ["road"]}),
    (POINT, {**PLACE, "transshipments": ["road-tram"], "cargo_units": ["bulk"]}),
    (POINT, {**PLACE, "kind": "station"}),
    (POINT, {**CROSSING, "countries": ["IR"]}),
    (POINT, {**CROSSING, "gauge_mm": 1435}),
    (POINT, {"closes": True}),
    (POINT, {"closes": False, "mode": "rail"}),
    (POINT, {"closes": "maybe", "mode": "rail"}),
])  # fmt: skip
def test_what_the_schema_refuses_is_refused(tmp_path: Path, geometry: Any, properties: Any) -> None:
    drawn = {"type": "Feature", "geometry": geometry, "properties": properties}
    assert not validator().is_valid(drawn)
    path = tmp_path / "drawn.geojson"
    path.write_text(json.dumps(drawn))
    with pytest.raises(DataError):
        read_additions([path])


@pytest.mark.parametrize(("geometry", "properties"), [
    (LINE, RAIL), (POINT, PLACE), (POINT, CROSSING), (POINT, {"closes": True, "mode": "rail"}),
])  # fmt: skip
def test_the_least_that_has_to_be_stated(tmp_path: Path, geometry: Any, properties: Any) -> None:
    """Each of these is needed, by the schema as by the importer; together they are enough."""
    path = tmp_path / "drawn.geojson"
    for left_out in [None, *properties]:
        less = {key: value for key, value in properties.items() if key != left_out}
        drawn = {"type": "Feature", "geometry": geometry, "properties": less}
        path.write_text(json.dumps(drawn))
        assert validator().is_valid(drawn) == (left_out is None)
        if left_out is None:
            read_additions([path])
        else:
            with pytest.raises(DataError):
                read_additions([path])
