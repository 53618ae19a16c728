"""JSON Schema (draft 2020-12) of the GeoJSON that is read, made of the table of properties.

What it refuses is refused by `geodata.importing.features`; it cannot say everything that is checked
there: what lies on Earth, what crosses itself, what two features have in common.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from geodata.importing.drawing import LINE_TYPES, POINT_TYPES
from geodata.importing.lines import NOT_YET_OPEN
from geodata.importing.properties import (
    CROSSING_COLUMNS,
    LEG_COLUMNS,
    OWN_PARAMETERS,
    PLACE_COLUMNS,
    PROPERTIES,
    SAYS_NOTHING,
    Property,
    Role,
    absent,
)
from geodata.vocabulary import LAND_MODES, Mode, PlaceKind

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_DEFS: Final[Mapping[Role, str]] = {
    Role.LINE: "line_properties",
    Role.PLACE: "place_properties",
    Role.CROSSING: "border_crossing_point_properties",
    Role.CLOSED: "closed_spot_properties",
}
_NOTHING: Final[tuple[Any, ...]] = (None, "", [])

Schema = dict[str, Any]


def property_schema() -> Schema:
    """Return the schema of a file: a FeatureCollection, or a single Feature."""
    return {
        "$schema": DIALECT,
        "title": "Lines and places to add to the network",
        "description": (
            "GeoJSON (RFC 7946) for `corridors ... --with FILE`: LineStrings become links, Points "
            "places, border crossing points or closed spots. A property that is null or an empty "
            "text is not stated. Lists may also be words between blanks or commas."
        ),
        "oneOf": [{"$ref": "#/$defs/collection"}, {"$ref": "#/$defs/feature"}],
        "$defs": {
            "collection": _collection(),
            "feature": _feature(),
            **{_DEFS[role]: _role(role) for role in Role},
            "itinerary_leg_properties": _recognised(
                sorted(LEG_COLUMNS), "A leg of an exported itinerary: nothing is added."
            ),
            "known_place_properties": _recognised(
                sorted(PLACE_COLUMNS), "A place of an export: it is compared, not added."
            ),
            "known_crossing_properties": _recognised(
                sorted(CROSSING_COLUMNS),
                "A border crossing point of an export: it is compared, not added.",
            ),
            "line": _geometry(LINE_TYPES),
            "point": _geometry(POINT_TYPES),
            "position": {
                "description": "Longitude and latitude in degrees, EPSG:4326; heights are dropped.",
                "type": "array",
                "minItems": 2,
                "items": {"type": "number"},
            },
        },
    }


def _collection() -> Schema:
    replaces = PROPERTIES["replaces"]
    one = replaces.form.schema
    return {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"const": "FeatureCollection"},
            "features": {"type": "array", "items": {"$ref": "#/$defs/feature"}},
            "replaces": {
                "description": replaces.meaning,
                "anyOf": [one, {"type": "array", "items": _or_nothing(one)}, _enum(_NOTHING)],
            },
            "crs": {
                "description": "Of GeoJSON before RFC 7946: the positions are reprojected.",
                "type": "object",
                "required": ["type", "properties"],
                "properties": {
                    "type": {"const": "name"},
                    "properties": {
                        "type": "object",
                        "required": ["name"],
                        "properties": {"name": {"type": "string"}},
                    },
                },
            },
        },
    }


def _feature() -> Schema:
    line_type = {"properties": {"type": {"enum": list(LINE_TYPES)}}, "required": ["type"]}
    return {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": ["string", "number", "null"]},
            "properties": {"type": "object"},
        },
        # a leg of an itinerary is passed over whatever else it has
        "if": {"properties": {"properties": {"$ref": "#/$defs/itinerary_leg_properties"}}},
        "else": {
            "properties": {"geometry": {"type": "object"}},
            "if": {"properties": {"geometry": line_type}},
            "then": {
                "properties": {
                    "geometry": {"$ref": "#/$defs/line"},
                    "properties": {"$ref": f"#/$defs/{_DEFS[Role.LINE]}"},
                }
            },
            "else": {
                "properties": {
                    "geometry": {"$ref": "#/$defs/point"},
                    "properties": {
                        "anyOf": [
                            {"$ref": "#/$defs/known_place_properties"},
                            {"$ref": "#/$defs/known_crossing_properties"},
                            *(
                                {"$ref": f"#/$defs/{_DEFS[role]}"}
                                for role in (Role.PLACE, Role.CROSSING, Role.CLOSED)
                            ),
                        ]
                    },
                }
            },
        },
    }


def _geometry(types: Sequence[str]) -> Schema:
    depths = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2}
    return {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {"type": {"enum": list(types)}},
        "allOf": [
            {
                "if": {"properties": {"type": {"const": kind}}},
                "then": {"properties": {"coordinates": _nested(kind, depths[kind])}},
            }
            for kind in types
        ],
    }


def _nested(kind: str, depth: int) -> Schema:
    if not depth:
        return {"$ref": "#/$defs/position"}
    is_line = kind in LINE_TYPES and depth == 1
    nested: Schema = {
        "type": "array",
        "minItems": 2 if is_line else 1,
        "items": _nested(kind, depth - 1),
    }
    if kind == "MultiPoint":
        nested["maxItems"] = 1
    return nested


def _role(role: Role) -> Schema:
    rows = [row for row in PROPERTIES.values() if role in row.roles]
    required = [row.name for row in rows if role in row.required]
    schema: Schema = {
        "title": f"Properties of a {role}",
        "type": "object",
        "required": required,
        "properties": {
            row.name: _described(row, required=row.name in required, role=role) for row in rows
        },
    }
    if conditions := _conditions(role):
        schema["allOf"] = conditions
    return schema


def _described(row: Property, *, required: bool, role: Role) -> Schema:
    allowed: Schema = dict(row.form.schema)
    if row.name == "kind":
        crossing = PlaceKind.BORDER_CROSSING_POINT
        words = (
            [crossing]
            if role is Role.CROSSING
            else [kind for kind in PlaceKind if kind != crossing]
        )
        allowed = {"enum": [word.value for word in words]}
    if row.name == "mode" and role is Role.CROSSING:
        allowed = {"enum": sorted(mode.value for mode in LAND_MODES)}
    if row.name == "closes":
        allowed = _enum([each for each in allowed["enum"] if not absent("closes", each)])
    if not required:
        allowed = _or_nothing(allowed, _nothing(row.name))
    return {"description": row.meaning, **allowed}


def _conditions(role: Role) -> list[Schema]:
    """Return what has to hold between the properties of a feature."""
    found: list[Schema] = []
    if role in (Role.LINE, Role.CROSSING):
        found.append(_when("mode", [Mode.RAIL.value], ["gauge_mm"]))
        others = [mode.value for mode in Mode if mode is not Mode.RAIL]
        found.append(_when("mode", others, [], without=["gauge_mm"]))
        found.append(_when("status", sorted(status.value for status in NOT_YET_OPEN), ["opens"]))
        found.append(_when("status", ["operational"], [], without=["opens"]))
    if role is Role.LINE:
        found.append(_when("mode", sorted(mode.value for mode in LAND_MODES), ["country"]))
        found.append(_when("mode", [Mode.FERRY.value], ["cargo_units"]))
        found.append(
            _when("mode", [m.value for m in Mode if m is not Mode.FERRY], [], ["cargo_units"])
        )
        found += [{"if": _stated([name]), "then": _stated(["name"])} for name in OWN_PARAMETERS]
    if role is Role.PLACE:
        interchange = [PlaceKind.GAUGE_INTERCHANGE.value]
        found.append(_when("kind", interchange, ["gauges_mm", "gauge_method"]))
        found += [
            {"if": _stated([name]), "then": _stated(["cargo_units"])}
            for name in ("transshipments", "loading")
        ]
    return found


def _when(
    name: str, words: Sequence[str], stated: Sequence[str], without: Sequence[str] = ()
) -> Schema:
    """Return that a property of one of some words needs others, or goes without them."""
    then = _stated(stated) if stated else {}
    if without:
        nothing = {each: _enum(_nothing(each)) for each in without}
        then = {**then, "properties": {**then.get("properties", {}), **nothing}}
    given = {"properties": {name: {"enum": list(words)}}, "required": [name]}
    return {"if": given, "then": then}


def _stated(names: Sequence[str]) -> Schema:
    nothing = {name: {"not": _enum(_nothing(name))} for name in names}
    return {"required": list(names), "properties": nothing}


def _recognised(names: Sequence[str], says: str) -> Schema:
    return {"description": says, "type": "object", **_stated(names)}


def _nothing(name: str) -> Sequence[Any]:
    """Return the values by which a property says nothing."""
    return (*_NOTHING, *SAYS_NOTHING.get(name, ()))


def _or_nothing(schema: Mapping[str, Any], nothing: Sequence[Any] = _NOTHING) -> Schema:
    choices = schema["anyOf"] if schema.keys() == {"anyOf"} else [dict(schema)]
    return {"anyOf": [*choices, _enum(nothing)]}


def _enum(words: Sequence[Any]) -> Schema:
    return {"enum": list(words)}
