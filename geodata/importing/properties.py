"""The table of properties that a feature may have: for whom, in which form, meaning what.

`geodata.importing.features` reads features by it and `geodata.importing.schema` writes the JSON
Schema from it, so the two cannot disagree.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, Final

from geodata.importing import forms
from geodata.importing.forms import Form
from geodata.vocabulary import (
    GAUGES_MM,
    LAND_MODES,
    CargoUnit,
    GeometryBasis,
    Mode,
    PlaceKind,
    Status,
)

TRACK_GAUGES_MM: Final = tuple(gauge for gauge in GAUGES_MM if gauge)

_GAUGES_CALLED: Final[Mapping[str, tuple[int, ...]]] = {
    # a hint in messages: which of the gauges people mean by a word depends on where they are
    "broad": (1520, 1676),
    "russian": (1520,),
    "indian": (1676,),
    "standard": (1435,),
    "normal": (1435,),
    "narrow": (1000, 1067),
    "metre": (1000,),
    "meter": (1000,),
    "cape": (1067,),
}
_LONGEST_ID: Final = 2**31 - 1
_TRUNCATED: Final = 10
_LONGEST_NAME: Final = 64
_LIKENESS: Final = 0.8


class Role(StrEnum):
    """What a feature adds."""

    LINE = "line"
    PLACE = "place"
    CROSSING = "border crossing point"
    CLOSED = "closed spot"


LINE, PLACE, CROSSING, CLOSED = Role.LINE, Role.PLACE, Role.CROSSING, Role.CLOSED
EVERY: Final = frozenset(Role)
WAYS: Final = frozenset({LINE, CROSSING})


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its form, the roles it belongs to, and those that cannot do without it."""

    name: str
    form: Form
    roles: frozenset[Role]
    meaning: str
    required: frozenset[Role] = frozenset()


def _property(
    name: str,
    form: Form,
    roles: frozenset[Role] | Role,
    meaning: str,
    required: frozenset[Role] | Role = frozenset(),
) -> Property:
    def several(given: frozenset[Role] | Role) -> frozenset[Role]:
        return frozenset({given}) if isinstance(given, Role) else given

    return Property(name, form, several(roles), meaning, several(required))


_TABLE: Final = (
    _property(
        "mode",
        forms.word(Mode),
        frozenset({LINE, CROSSING, CLOSED}),
        "Mode of transport. At a border crossing point: rail or road.",
        frozenset({LINE, CROSSING, CLOSED}),
    ),
    _property(
        "kind",
        forms.word(PlaceKind),
        frozenset({PLACE, CROSSING}),
        "What the place is; border_crossing_point adds the right to cross a frontier.",
        frozenset({PLACE, CROSSING}),
    ),
    _property(
        "closes",
        forms.flag(),
        CLOSED,
        "true: nothing may pass this spot of the mode's network, as at a bridge that is shut. "
        "false says nothing.",
        CLOSED,
    ),
    _property(
        "country",
        forms.country(),
        frozenset({LINE, PLACE, CLOSED}),
        "Country, ISO 3166-1 alpha-2. Required of places and of rail and road lines.",
        PLACE,
    ),
    _property(
        "countries",
        forms.countries(),
        CROSSING,
        "The two countries that meet, ISO 3166-1 alpha-2.",
        CROSSING,
    ),
    _property(
        "gauge_mm",
        forms.choice(TRACK_GAUGES_MM, "mm", _GAUGES_CALLED),
        frozenset({LINE, PLACE, CROSSING}),
        "Track gauge in mm. Required of rail, forbidden elsewhere.",
    ),
    _property(
        "gauges_mm",
        forms.choices(TRACK_GAUGES_MM, "mm", _GAUGES_CALLED),
        PLACE,
        "Track gauges of a place in mm, in place of gauge_mm: two where the gauge is changed.",
    ),
    _property(
        "gauge_method",
        forms.word(("transshipment", "bogie_exchange", "variable_gauge")),
        PLACE,
        "How the gauge is changed. Required where a place has two gauges.",
    ),
    _property(
        "status",
        forms.word(Status),
        frozenset({LINE, PLACE, CROSSING}),
        "State on the date as_of. A place of which nothing is said is operational.",
        WAYS,
    ),
    _property(
        "as_of",
        forms.day(),
        frozenset({LINE, PLACE, CROSSING}),
        "Date for which the status is stated, ISO 8601.",
    ),
    _property(
        "opens",
        forms.year(),
        WAYS,
        "Year of opening. Required under construction and where planned, forbidden where "
        "operational.",
    ),
    _property(
        "name",
        forms.text(),
        EVERY,
        "Name. Required of places, of border crossing points and of lines with a tariff, speed or "
        "emission of their own: their parameters are called after it, so there it has no . * =",
        frozenset({PLACE, CROSSING}),
    ),
    _property(
        "place_id",
        forms.identifier(),
        PLACE,
        "Id of the place; its UN/LOCODE where it has one. Made of country and name if not stated.",
    ),
    _property(
        "crossing_id",
        forms.identifier(),
        CROSSING,
        "Id of the border crossing point. Made of name and mode if not stated.",
    ),
    _property(
        "length_km",
        forms.number(above=0.0, unit="km"),
        LINE,
        "True length in km, shared by the parts of a MultiLineString as they are drawn. Measured "
        "on the ellipsoid if not stated; at least 0.98 and at most 3 times what is drawn.",
    ),
    _property(
        "length_m",
        forms.whole(least=1, most=10**9 - 1),
        LINE,
        "True length in whole metres, as exports have it, in place of length_km.",
    ),
    _property(
        "geometry_basis",
        forms.word(GeometryBasis),
        LINE,
        "How far the drawing can be trusted. If not stated: generalised where it is straight "
        "between two positions, bent otherwise; surveyed has to be stated.",
    ),
    _property(
        "modes",
        forms.listed(Mode),
        PLACE,
        "The networks that the place is joined to.",
        PLACE,
    ),
    _property(
        "cargo_units",
        forms.listed(CargoUnit),
        frozenset({LINE, PLACE}),
        "What the place handles: required where it has transshipments, loading or two gauges. What "
        "a ferry carries: required of ferries, forbidden on other lines.",
    ),
    _property(
        "transshipments",
        forms.pairs(Mode),
        PLACE,
        "Pairs of modes between which the cargo units may be moved, as in rail-road.",
    ),
    _property(
        "loading",
        forms.listed(Mode),
        PLACE,
        "Modes on which a journey may begin or end here.",
    ),
    _property(
        "sea_region",
        forms.identifier(),
        PLACE,
        "Where trade lanes with a rate of their own end, as in IN-W; a place at sea only.",
    ),
    _property("source", forms.text(), EVERY, "Where this is known from."),
    _property("source_id", forms.text(), EVERY, "Where this is known from, as exports have it."),
    _property(
        "tariff_usd_per_teu_km",
        forms.number(least=0.0),
        LINE,
        "Tariff of this line alone, USD per TEU-km.",
    ),
    _property(
        "tariff_usd_per_t_km",
        forms.number(least=0.0),
        LINE,
        "Tariff of this line alone, USD per t-km; in place of tariff_usd_per_teu_km.",
    ),
    _property(
        "speed_km_per_day",
        forms.number(above=0.0),
        LINE,
        "Speed on this line alone, km per day, without stops at terminals and frontiers.",
    ),
    _property(
        "co2e_g_per_tkm",
        forms.number(least=0.0),
        LINE,
        "Emissions on this line alone, grams of CO2e per t-km.",
    ),
    _property(
        "link_id",
        forms.whole(least=0, most=_LONGEST_ID),
        LINE,
        "Number of a shipped link, in its export: the feature is compared with that link.",
    ),
    _property(
        "data_version",
        forms.text(),
        frozenset({LINE, PLACE}),
        "Version of the data that an export was made of.",
    ),
    _property(
        "replaces",
        forms.pattern(
            f"({'|'.join(sorted(LAND_MODES))}) [A-Z]{{2}}",
            "rail or road and a country; write it as in 'rail IR'",
        ),
        LINE,
        "Rail or road and a country, as in 'rail IR', whose lines give way to those of this file. "
        "The collection may say it for the whole file, in a member of the same name.",
    ),
)

PROPERTIES: Final[Mapping[str, Property]] = {row.name: row for row in _TABLE}
"""Every property by its name, in the order of the schema."""

OWN_PARAMETERS: Final[Mapping[str, tuple[str, str]]] = {
    "tariff_usd_per_teu_km": ("tariff.line", "usd_per_teu_km"),
    "tariff_usd_per_t_km": ("tariff.line", "usd_per_t_km"),
    "speed_km_per_day": ("speed.line", "km_per_day"),
    "co2e_g_per_tkm": ("co2e.line", "g_per_tkm"),
}
"""Properties that give a line a parameter of its own: family and unit."""

LEG_COLUMNS: Final = frozenset({"operation", "leg", "itinerary"})
"""What tells a leg of an exported itinerary: `corridors.gis` writes all of these."""

PLACE_COLUMNS: Final = frozenset({"place_id", "grade"})
"""What tells a place of the exported places layer: new places have no grade."""

CROSSING_COLUMNS: Final = frozenset({"crossing_id", "grade"})
"""What tells a border crossing point of the exported crossings layer."""

PASSED_OVER: Final = frozenset(
    (
        # columns of our own exports that say nothing which is not known of the link or place
        *("from_node_id", "from_node_", "to_node_id", "basin", "chokepoint", "place_a", "place_b"),
        *("grade", "note", "locode", "aliases"),
        # numbers that GIS programs give to rows, and what they measure of a shape
        *("id", "fid", "ogc_fid", "objectid", "gid", "gml_id", "__index_level_0__"),
        *("shape_leng", "shape_length", "bbox"),
        # KML's own elements, as GDAL names them
        *("description", "timestamp", "begin", "end", "altitudemode", "tessellate", "extrude"),
        *("visibility", "draworder", "icon", "snippet"),
        # what `corridors network refresh` tells of lines of OpenStreetMap besides
        *("electrified", "bridge_km", "ref", "maxspeed"),
        # how geojson.io and GitHub draw a feature
        *("stroke", "stroke-width", "stroke-opacity", "fill", "fill-opacity"),
        *("marker-color", "marker-size", "marker-symbol", "title"),
    )
)
"""Properties that other programs write on their own account: nothing is said about them."""

_TELLING_STEMS: Final[Mapping[str, str]] = {
    # an unknown property that begins like this was meant to be one with a unit
    "gauge": "gauge_mm",
    "gauges": "gauges_mm",
    "speed": "speed_km_per_day",
    "tariff": "tariff_usd_per_t_km or tariff_usd_per_teu_km",
    "length": "length_km",
    "co2": "co2e_g_per_tkm",
    "co2e": "co2e_g_per_tkm",
    "transshipment": "transshipments",
    "cargo": "cargo_units",
}

_SHORT_NAMES: Final[Mapping[str, str]] = {
    # a Shapefile cuts these two down to the same ten characters
    "tariff_teu": "tariff_usd_per_teu_km",
    "tariff_t": "tariff_usd_per_t_km",
}


SAYS_NOTHING: Final[Mapping[str, tuple[Any, ...]]] = {
    # exports have 0 where there is none, and a table of lines and spots false in most rows
    "gauge_mm": (0, "0"),
    "opens": (0, "0"),
    "closes": forms.FALSE,
}
"""Values by which a property says nothing, beside null and an empty text."""


def absent(name: str, value: Any) -> bool:
    """Tell whether a value says nothing: tables have one cell per column, used or not."""
    if value is None or value == "":
        return True
    if isinstance(value, list | tuple):
        return not value
    nothing = SAYS_NOTHING.get(name, ())
    return any(
        value == each and isinstance(value, bool) == isinstance(each, bool) for each in nothing
    )


@lru_cache(maxsize=4096)
def likely(name: str) -> str:
    """Return what an unknown property was probably meant to be, or an empty text."""
    lower = name.lower()
    if len(name) > _LONGEST_NAME:
        return ""
    if lower in PROPERTIES:
        return lower
    if full := foreign_names().get(lower):
        return full
    stem = re.split(r"[^a-z0-9]", lower, maxsplit=1)[0]
    if stem in _TELLING_STEMS:
        return _TELLING_STEMS[stem]
    near = difflib.get_close_matches(lower, PROPERTIES, n=1, cutoff=_LIKENESS)
    # letters that changed places are no likeness to difflib
    mixed = (name for name in PROPERTIES if sorted(name) == sorted(lower))
    return near[0] if near else next(mixed, "")


@cache
def foreign_names() -> Mapping[str, str]:
    """Return how formats with short or loose names write our properties, in lower case.

    A Shapefile has ten characters: a name cut down to them is understood where only one property
    begins so.
    """
    cut: dict[str, list[str]] = {}
    for name in (*PROPERTIES, *LEG_COLUMNS, *PLACE_COLUMNS, *CROSSING_COLUMNS):
        for written in {name, name[:_TRUNCATED]}:
            cut.setdefault(written, [])
            if name not in cut[written]:
                cut[written].append(name)
    return {short: full[0] for short, full in cut.items() if len(full) == 1} | dict(_SHORT_NAMES)
