"""Whatever the bytes, `read_additions` gives additions or a `DataError`, and nothing in between."""

from __future__ import annotations

import json
import struct
import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import geopandas
import pytest
from additions import additions_from_features, read_additions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString

from geodata.errors import DataError
from geodata.importing.model import Additions
from geodata.importing.properties import PROPERTIES
from geodata.importing.raw import Limits, RawFeature, RawFile
from geodata.importing.schema import property_schema
from geodata.units import geodesic_length_km
from geodata.vocabulary import Mode

SMALL = Limits(max_bytes=200_000, max_features=200, max_vertices=5_000)
EXAMPLES = sorted((Path(__file__).parents[1] / "data" / "import").glob("*.geojson"))
MANY = settings(max_examples=200, suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=80, suppress_health_check=list(HealthCheck))

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.sampled_from([10**400, -(10**400), "\ud800", "\x1b[0m", "1520", "rail", "IR"]),
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
DEGREES = st.floats(-200, 200) | st.integers(-200, 200) | SCALARS
POSITIONS = st.lists(DEGREES, min_size=1, max_size=4) | JSON
LINES = st.lists(st.lists(st.floats(-89, 89), min_size=2, max_size=3), min_size=2, max_size=9)
GEOMETRIES = st.one_of(
    JSON,
    st.fixed_dictionaries({"type": st.just("LineString"), "coordinates": LINES}),
    st.fixed_dictionaries({"type": st.just("Point"), "coordinates": POSITIONS}),
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["LineString", "MultiLineString", "MultiPoint", "Polygon"]),
            "coordinates": st.lists(POSITIONS | st.lists(POSITIONS, max_size=4), max_size=6),
        }
    ),
)


def words_of(schema: Any) -> Iterator[Any]:
    """Yield values that a form may accept, as its schema tells them."""
    yield from schema.get("enum", ())
    for choice in schema.get("anyOf", ()):
        yield from words_of(choice)
    if "items" in schema:
        items = list(words_of(schema["items"]))
        yield items[:1]
        yield items[1:3]
        yield " ".join(str(item) for item in items[:2])


LIKELY = [
    "rail", "road", "IR", "KZ", "IR KZ", ["IR", "KZ"], "rail IR", "rail-road", ["rail-road"], 1435,
    "1520", 2030, 0, 1, 500.5, "2026-01-31", "planned", "operational", "Astara", True, None, "",
]  # fmt: skip
VALUES = {
    name: st.sampled_from([*words_of(row.form.schema), *LIKELY]) | JSON
    for name, row in PROPERTIES.items()
}
WAYS = (
    {"type": "LineString", "coordinates": [[49.6, 37.2], [48.9, 37.8]]},
    {"type": "LineString", "coordinates": [[49.6, 37.2, 5], [49.6, 37.2, 5], [48.9, 37.8, 6]]},
    {"type": "MultiLineString", "coordinates": [[[49, 37], [50, 37]], [[50, 37], [51, 38]]]},
)
POINTS = (
    {"type": "Point", "coordinates": [77.1, 43.6]},
    {"type": "MultiPoint", "coordinates": [[77.1, 43.6, 800]]},
)
GOOD = (
    {},
    {"mode": "rail", "country": "IR", "gauge_mm": 1435, "status": "operational"},
    {"mode": "road", "country": "IR", "status": "planned", "opens": 2030, "name": "A"},
    {"mode": "sea", "status": "operational", "link_id": 3, "length_m": 9},
    {"name": "A", "kind": "dry_port", "country": "KZ", "modes": ["rail", "sea"], "gauge_mm": 1520},
    {"name": "B", "kind": "port", "country": "KZ", "modes": "road", "cargo_units": "bulk"},
    {"name": "C", "kind": "border_crossing_point", "countries": "IR AZ", "mode": "road",
     "status": "operational"},
    {"closes": True, "mode": "rail"},
    {"place_id": "KZUKT", "grade": "published"},
    {"itinerary": "x", "leg": 1, "operation": "move"},
)  # fmt: skip


@st.composite
def property_sets(draw: st.DrawFn) -> Any:
    """Draw the properties of a good feature with a few of them changed, or anything."""
    found = dict(draw(st.sampled_from(GOOD)))
    for name in draw(st.lists(st.sampled_from([*VALUES, "grade", "leg", "foreign"]), max_size=3)):
        found[name] = draw(VALUES.get(name, JSON))
    return found if draw(st.integers(0, 9)) else draw(JSON)


@st.composite
def feature_parts(draw: st.DrawFn) -> tuple[Any, Any]:
    """Draw properties and a geometry, which mostly suit each other."""
    properties = draw(property_sets())
    is_point = isinstance(properties, dict) and {"kind", "closes", "place_id"} & properties.keys()
    geometry = draw(st.sampled_from(POINTS if is_point else WAYS))
    return properties, geometry if draw(st.integers(0, 3)) else draw(GEOMETRIES)


@st.composite
def drawn_features(draw: st.DrawFn) -> Any:
    """Draw a Feature, sometimes with members that do not belong there."""
    properties, geometry = draw(feature_parts())
    found = {"type": "Feature", "geometry": geometry, "properties": properties}
    if not draw(st.integers(0, 3)):
        found[draw(st.sampled_from(["id", "mode", "type", "bbox"]))] = draw(SCALARS)
    return found


FEATURES = drawn_features()
COLLECTIONS = st.fixed_dictionaries(
    {"type": st.just("FeatureCollection"), "features": st.lists(FEATURES | JSON, max_size=4)},
    optional={
        "replaces": JSON | st.just("rail IR"),
        "data_version": JSON,
        "crs": JSON
        | st.sampled_from(["EPSG:3857", "EPSG:32640", "EPSG:4978", "EPSG:5773", "x"]).map(
            lambda name: {"type": "name", "properties": {"name": name}}
        ),
    },
)


def read(content: bytes, ending: str = ".geojson", beside: dict[str, bytes] | None = None) -> Any:
    """Return additions or a `DataError`; anything else goes through and fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"drawn{ending}")
        path.write_bytes(content)
        for other, bytes_beside in (beside or {}).items():
            path.with_suffix(other).write_bytes(bytes_beside)
        try:
            found = read_additions([path], limits=SMALL)
        except DataError as error:
            refusal = error
        else:
            check(found)
            return found
    assert refusal.problems
    assert all(problem.isprintable() for problem in refusal.problems)
    return refusal


def check(found: Additions) -> None:
    """Check what every accepted import keeps, whatever the file said."""
    for link in found.links:
        assert len(link.line) >= 2
        assert all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in link.line)
        assert link.length_m >= 1
        assert (link.gauge_mm > 0) == (link.mode is Mode.RAIL)
        assert link.country or link.mode not in (Mode.RAIL, Mode.ROAD)
        if link.link_id is None:
            assert geodesic_length_km(link.line) > 0
        assert not link.parameters or (link.name and "." not in link.name)
    for place in found.places:
        assert set(place.loading) <= {*place.modes, Mode.FERRY}
        assert bool(place.gauges_mm) == (Mode.RAIL in place.modes)
        assert place.cargo_units or not (place.loading or place.transshipments)
    ids = [place.place_id for place in found.places]
    assert len(ids) == len(set(ids))
    for text in (*found.remarks, *(link.name for link in found.links)):
        assert text.isprintable()


@MANY
@given(st.binary(max_size=300), st.sampled_from([".geojson", ".gpkg", ".shp", ".fgb", ".kml", ""]))
def test_random_bytes(content: bytes, ending: str) -> None:
    read(content, ending)


@MANY
@given(JSON | COLLECTIONS | FEATURES)
def test_random_json(document: Any) -> None:
    read(json.dumps(document).encode("utf-8", "surrogatepass"))


@MANY
@given(st.data())
def test_random_text_of_json_tokens(data: st.DataObject) -> None:
    tokens = ["{", "}", "[", "]", ",", ":", '"type"', '"Feature"', '"', "\\", "1e999", "NaN", " "]
    parts = data.draw(st.lists(st.sampled_from(tokens), max_size=60))
    read("".join(parts).encode())


@MANY
@given(st.sampled_from(EXAMPLES), st.data())
def test_mutated_examples(path: Path, data: st.DataObject) -> None:
    read(mutated(path.read_bytes(), data))


@pytest.mark.parametrize("ending", [".gpkg", ".fgb", ".kml", ".shp", ".parquet", ".tab"])
@SOME
@given(st.data())
def test_mutated_files_of_gis(ending: str, data: st.DataObject) -> None:
    members = dict(gis_files()[ending])
    victim = data.draw(st.sampled_from(sorted(members)))
    members[victim] = mutated(members[victim], data)
    read(members.pop(ending), ending, members)


@MANY
@given(st.lists(FEATURES, min_size=1, max_size=2))
def test_the_schema_refuses_only_what_is_refused(features: list[Any]) -> None:
    """The table of properties speaks twice; both must agree (what JSON cannot hold is left out)."""
    document = {"type": "FeatureCollection", "features": features}
    try:
        content = json.dumps(document, allow_nan=False).encode()
    except ValueError:
        return
    if isinstance(read(content), Additions):
        errors = [error.message for error in validator().iter_errors(json.loads(content))]
        assert errors == []


@MANY
@given(st.lists(feature_parts(), max_size=3))
def test_what_is_accepted_one_by_one_adds_up(pairs: list[Any]) -> None:
    """A file is accepted only if each of its features is; it then adds what they add."""
    raw = [
        RawFeature(number=at, properties=given if isinstance(given, dict) else {}, geometry=shape)
        for at, (given, shape) in enumerate(pairs, start=1)
    ]
    try:
        whole = additions_from_features([RawFile(name="x", features=tuple(raw))])
    except DataError:
        return
    singles = [additions_from_features([RawFile(name="x", features=(each,))]) for each in raw]
    for kind in ("links", "places", "crossings", "closed", "known_places"):
        assert getattr(whole, kind) == tuple(
            record for single in singles for record in getattr(single, kind)
        )


@pytest.mark.parametrize("text", [
    '"' * 100_000, "\\" * 100_000, '"\\' * 50_000, "[" * 190_000, '{"":' * 40_000, "]" * 100_000,
    '["]]]]]]]]]]"' + ", [" * 60_000, "-" * 100_000, "1" * 100_000, "[" + "1," * 90_000,
    '{"type": "FeatureCollection", "features": [' + '{"a": 0, ' * 9_000,
])  # fmt: skip
def test_long_nonsense_is_refused(text: str) -> None:
    assert isinstance(read(text.encode()), DataError)


@pytest.mark.parametrize("content", [
    b"<!---->" * 20_000, b"<!--" + b"-->" * 50_000, b"<?" + b"?>" * 50_000 + b"<kml", b"<" * 90_000,
])  # fmt: skip
def test_nonsense_that_begins_like_kml_is_refused(content: bytes) -> None:
    assert isinstance(read(content, ".kml"), DataError)


def test_an_object_of_many_keys_twice_is_refused() -> None:
    many = ",".join(f'"a{at}":0' for at in range(8_000))
    wide = f'{{"type": "FeatureCollection", "features": [], {many}, {many}}}'
    assert "members beside the features" in read(wide.encode()).problems[0]
    inside = f'{{"type": "Feature", "geometry": null, "properties": {{{many}, {many}}}}}'
    assert "8000 different properties" in read(inside.encode()).problems[0]


def test_many_unlike_names_are_refused_before_they_are_compared() -> None:
    wide = {
        "type": "Feature",
        "geometry": None,
        "properties": {f"a{at}": at for at in range(9_000)},
    }
    (problem,) = read(json.dumps(wide).encode()).problems
    assert "9000 different properties, more than 1000" in problem


def test_a_line_that_crosses_itself_a_million_times_is_told_by_its_first() -> None:
    comb = [[at % 2 * 10, at / 1000] for at in range(2_000)]
    wave = [[at / 200, (at % 2) * 2.0 - 0.0005] for at in range(2_000)]
    line = {"type": "LineString", "coordinates": [*comb, *wave]}
    rail = {"mode": "rail", "country": "KZ", "gauge_mm": 1520, "status": "operational"}
    drawn = {"type": "Feature", "geometry": line, "properties": rail}
    (problem,) = read(json.dumps(drawn).encode()).problems
    assert "crosses or touches itself just before" in problem


def mutated(content: bytes, data: st.DataObject) -> bytes:
    """Return bytes with a few of them changed, left out, doubled or put in."""
    found = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(found) - 1, 0)))
        how = data.draw(st.sampled_from(["change", "change", "cut", "double", "insert", "end"]))
        size = data.draw(st.integers(1, 40))
        if how == "change":
            found[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
        elif how == "cut":
            del found[at : at + size]
        elif how == "double":
            found[at:at] = found[at : at + size]
        elif how == "insert":
            numbers = st.sampled_from([0, 1, -1, 2**31 - 1, 2**63 - 1])
            found[at:at] = struct.pack("<q", data.draw(numbers))
        else:
            del found[at:]
    return bytes(found)


@cache
def validator() -> Any:
    import jsonschema

    return jsonschema.Draft202012Validator(property_schema())


@cache
def gis_files() -> dict[str, dict[str, bytes]]:
    """Return small good files of every format, with their companions, by ending."""
    line = {
        "mode": "rail", "country": "KZ", "gauge_mm": 1520, "status": "planned", "opens": 2031,
        "name": "Öskemen", "length_km": 130.5,
    }  # fmt: skip
    frame = geopandas.GeoDataFrame(
        [line, {**line, "name": "other"}],
        geometry=[
            LineString([(77.0, 43.5), (77.5, 43.9), (78.1, 44.1)]),
            LineString([(77.0, 43.5), (77.5, 43.9), (78.1, 44.1)]),
        ],
        crs="EPSG:4326",
    )
    drivers = {".gpkg": "GPKG", ".fgb": "FlatGeobuf", ".kml": "LIBKML"}
    drivers |= {".shp": "ESRI Shapefile", ".tab": "MapInfo File"}
    writers: dict[str, Callable[[Path], Any]] = {
        ending: lambda path, driver=driver: frame.to_file(path, driver=driver)
        for ending, driver in drivers.items()
    }
    writers[".parquet"] = frame.to_parquet
    found: dict[str, dict[str, bytes]] = {}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        for ending, write in writers.items():
            path = Path(folder, f"good{ending}")
            write(path)
            members = sorted(Path(folder).glob("good.*"))
            found[ending] = {member.suffix: member.read_bytes() for member in members}
            for member in members:
                member.unlink()
            assert isinstance(read(found[ending][ending], ending, found[ending]), Additions)
    return found
