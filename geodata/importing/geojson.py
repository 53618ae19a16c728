"""GeoJSON read strictly: RFC 7946, the ``crs`` of its 2008 forerunner, bare features too.

Parsed here and not by GDAL, which repairs in silence what is wrong, and so that problems can name
features by their number.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from geodata.importing.drawing import (
    LINE_TYPES,
    OTHER_TYPES,
    POINT_TYPES,
    positions_of,
    vertex_count,
)
from geodata.importing.forms import safe, shown
from geodata.importing.projection import reproject
from geodata.importing.properties import PROPERTIES
from geodata.importing.raw import Limits, RawFeature, RawFile

_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+', re.DOTALL)
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")
_CHUNK: Final = 1 << 20
_MEMBERS: Final = frozenset({"type", "features", "crs", "bbox", "name", "replaces", "data_version"})
_GEOMETRIES: Final = (*LINE_TYPES, *POINT_TYPES, *OTHER_TYPES)
_OBLIGED: Final = ("geometry", "properties")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_LIKENESS: Final = 0.8


class _Twice(dict[str, Any]):
    """An object of JSON in which a key stands twice; ``keys_twice`` names those."""

    keys_twice: tuple[str, ...] = ()


def read_geojson(name: str, content: bytes, limits: Limits) -> RawFile:
    """Read the bytes of a GeoJSON file; what is wrong with it stands in the result."""
    problem = _text_problem(content) or _depth_problem(content, limits.max_depth)
    if problem:
        return RawFile(name=name, problems=(problem,))
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        return RawFile(name=name, problems=(_syntax_problem(error),))
    except ValueError:  # Python refuses to convert whole numbers of thousands of digits
        return RawFile(name=name, problems=("a number has thousands of digits; correct it",))
    return _collection(name, found, limits)


def _text_problem(content: bytes) -> str:
    if not content.strip():
        return "the file is empty; export it again"
    if content[:2] in _UTF_16:
        return "not UTF-8 but UTF-16 text; save it as UTF-8"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"not UTF-8 text (byte {error.start + 1}); save it as UTF-8"
    return ""


def _depth_problem(content: bytes, most: int) -> str:
    """Return whether arrays and objects lie too deep in each other, before anything parses them."""
    import numpy as np

    brackets = _STRING.sub(b"", content).translate(None, delete=_NOT_BRACKETS)
    depth = deepest = 0
    for start in range(0, len(brackets), _CHUNK):
        chunk = np.frombuffer(brackets[start : start + _CHUNK], dtype=np.uint8)
        opens = (chunk == ord("[")) | (chunk == ord("{"))
        depths = depth + np.cumsum(np.where(opens, 1, -1))
        depth, deepest = int(depths[-1]), max(deepest, int(depths.max()))
    if deepest > most:
        return f"arrays or objects lie {deepest} deep in each other, more than {most}; flatten them"
    return ""


def _syntax_problem(error: json.JSONDecodeError) -> str:
    where = f"line {error.lineno}, column {error.colno}"
    if error.msg == "Extra data":
        return (
            f"not one JSON document: more follows at {where}; a file of one feature per line has "
            "to be made one FeatureCollection"
        )
    reason = error.msg[:1].lower() + error.msg[1:].removesuffix(" at")
    return f"not JSON: {reason} at {where}; export it again"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = _Twice(found)
    counts = Counter(key for key, _ in pairs)
    twice.keys_twice = tuple(key for key, count in counts.items() if count > 1)
    return twice


def _twice_problems(where: str, value: Any) -> list[str]:
    if not isinstance(value, _Twice):
        return []
    return [
        f"{where}{shown(key)} stands twice in one object; remove one of the two"
        for key in value.keys_twice
    ]


def _collection(name: str, found: Any, limits: Limits) -> RawFile:
    kind = found.get("type") if isinstance(found, Mapping) else None
    members: Mapping[str, Any] = {}
    if kind == "Feature":
        items = [found]
    elif isinstance(kind, str) and kind in _GEOMETRIES:
        items = [{"type": "Feature", "properties": None, "geometry": found}]
    elif kind == "FeatureCollection" and isinstance(found.get("features"), list):
        items, members = found["features"], found
    else:
        is_collection = kind == "FeatureCollection"
        reason = "its features are no array" if is_collection else f"its type is {shown(kind)}"
        if not isinstance(found, Mapping):
            reason = f"it is {shown(found)}"
        return RawFile(
            name=name, problems=(f"JSON, but no GeoJSON: {reason}; save a FeatureCollection",)
        )
    if len(members) > limits.max_names:
        return RawFile(
            name=name,
            problems=(f"{len(members)} members beside the features; remove what is not read",),
        )
    problems = [*_twice_problems("", members), *_member_problems(members)]
    if len(items) > limits.max_features:
        problems.append(
            f"{len(items)} features, more than {limits.max_features}; "
            "cut out the region or split the file"
        )
        return RawFile(name=name, problems=tuple(problems))
    features = tuple(_feature(number, item) for number, item in enumerate(items, start=1))
    vertices = sum(vertex_count(feature.geometry) for feature in features)
    if vertices > limits.max_vertices:
        problems.append(
            f"{vertices} positions, more than {limits.max_vertices}; simplify the lines"
        )
        return RawFile(name=name, problems=tuple(problems))
    owner = found if kind == "Feature" else members
    crs, problem = _crs(owner)
    used = ""
    if crs and not problem:
        used, problem = reproject(
            [spot for feature in features for spot in positions_of(feature.geometry)], crs
        )
    return RawFile(
        name=name,
        features=features,
        crs=used,
        replaces=members.get("replaces"),
        data_version=members.get("data_version"),
        is_placed=not problem,
        problems=(*problems, *([problem] if problem else [])),
    )


def _member_problems(members: Mapping[str, Any]) -> list[str]:
    """Return members of the collection that look like one that is read, and are not."""
    return [
        f"member {shown(key)} of the collection is unknown; did you mean {near[0]}?"
        for key in members
        if key not in _MEMBERS
        and len(key) < max(map(len, _MEMBERS)) * 2
        and (near := difflib.get_close_matches(key.lower(), ("replaces",), 1, _LIKENESS))
    ]


def _feature(number: int, item: Any) -> RawFeature:
    if not isinstance(item, Mapping) or item.get("type") != "Feature":
        reason = f"its type is {shown(item.get('type'))}" if isinstance(item, Mapping) else ""
        reason = reason or f"it is {shown(item)}"
        return RawFeature(
            number=number,
            properties={},
            geometry=None,
            problems=(f"not a Feature: {reason}; wrap geometry and properties in a Feature",),
        )
    own, geometry, properties = item.get("id"), item.get("geometry"), item.get("properties")
    problems = [
        *(f"member {key} is missing; a Feature has it" for key in _OBLIGED if key not in item),
        *_twice_problems("", item),
        *_twice_problems("geometry: ", geometry),
        *_twice_problems("properties: ", properties),
    ]
    unique_id = None
    if isinstance(own, str | int | float) and not isinstance(own, bool):
        unique_id = ("text" if isinstance(own, str) else "number", str(own)[:1000])
    elif own is not None:
        problems.append(f"id is {shown(own)}; it has to be text or a number")
    if properties is not None and not isinstance(properties, Mapping):
        problems.append(f"properties are {shown(properties)}, not an object; correct them")
    problems += [
        f"{key} stands beside the properties, where nothing reads it; move it into them"
        for key in item
        if key in PROPERTIES
    ]
    inside = properties if isinstance(properties, Mapping) else {}
    label = own if unique_id else inside.get("id")
    said = isinstance(label, str | int | float) and not isinstance(label, bool)
    return RawFeature(
        number=number,
        properties=inside,
        geometry=geometry,
        feature_id=safe(_shown_id(label)) if said else "",
        unique_id=unique_id,
        problems=tuple(problems),
    )


def _shown_id(label: Any) -> str:
    """Return an id as messages name it: short, without quotation marks."""
    return label[:80] if isinstance(label, str) else shown(label)


def _crs(owner: Mapping[str, Any]) -> tuple[str, str]:
    """Return the reference system that a file of the 2008 kind names, or what is wrong with it."""
    if "crs" not in owner:
        return "", ""
    crs = owner["crs"]
    inside = crs.get("properties") if isinstance(crs, Mapping) else None
    called = inside.get("name") if isinstance(inside, Mapping) else None
    if isinstance(crs, Mapping) and crs.get("type") == "name" and isinstance(called, str):
        return called, ""
    reason = "is null" if crs is None else "names no reference system"
    return "", f"the member crs {reason}; remove it and save the file in EPSG:4326"
