"""How things look: tables only. The legend, the CSS and the map all read these."""

from __future__ import annotations

from typing import Final, NamedTuple

from geodata.parts import Part
from geodata.vocabulary import Mode, PlaceKind, Status


class ModeStyle(NamedTuple):
    """Label, colour on the light page and colour on the dark page of a mode."""

    label: str
    light: str
    dark: str


# Found by search around the usual hues: apart from each other under protanopia, deuteranopia and
# tritanopia, and at least 3 : 1 against land and water (tests/maps/test_style.py measures both).
MODES: Final[dict[str, ModeStyle]] = {
    Mode.RAIL: ModeStyle("Rail", "#c8480a", "#f5722e"),
    Mode.ROAD: ModeStyle("Road", "#5e4a20", "#ecd9a4"),
    Mode.SEA: ModeStyle("Sea", "#0b5aa5", "#3f97f2"),
    Mode.FERRY: ModeStyle("Ferry", "#12917c", "#a5f6ee"),
    Mode.AIR: ModeStyle("Air", "#4a1564", "#cf7ba0"),
}

# Parts of a composition that are not moving, light and dark; moving has the colour of its mode.
# Found by search: parts that can touch each other are apart as above.
STANDING: Final[dict[str, tuple[str, str]]] = {
    Part.WAITING: ("#86bed9", "#aec2f0"),
    Part.PASSAGES: ("#808bcf", "#645ea8"),
    Part.PORTS: ("#e39827", "#ffbd6d"),
    Part.BORDERS: ("#801953", "#ff7ace"),
    Part.GAUGE: ("#9379e7", "#a065d0"),
    Part.ENDS: ("#da9984", "#99a869"),
    Part.EQUIPMENT: ("#6f7e44", "#598866"),
    Part.INSURANCE: ("#c6a3ad", "#c8a6a4"),
}
PARTS: Final[dict[str, tuple[str, str]]] = {
    **{mode: (look.light, look.dark) for mode, look in MODES.items()},
    **STANDING,
}

# What charts outside the page are drawn in, light and dark; in the page they take the page's own.
INKS: Final[dict[str, tuple[str, str]]] = {
    "paper": ("#ffffff", "#14191e"),
    "ink": ("#1c2630", "#e8ecee"),
    "ink-2": ("#55616c", "#9fabb4"),
    "rule": ("#dfe3e2", "#2c353c"),
    "accent": ("#17466f", "#9cc9ef"),
}
# Vega's names of the symbols at the steps of a curve, by what happens there.
EVENT_SHAPES: Final[dict[str, str]] = {
    "load": "triangle-up",
    "transshipment": "circle",
    "border_crossing": "diamond",
    "gauge_change": "square",
    "unload": "triangle-down",
}

# Rail by gauge, in files for GIS: label and colour on light ground, the commonest like the mode's.
# Found and measured as above.
GAUGES: Final[dict[int, tuple[str, str]]] = {
    1520: ("1520 mm", "#c8480a"),
    1435: ("1435 mm", "#6255ee"),
    1676: ("1676 mm", "#bb5fb0"),
    1067: ("1067 mm", "#3e0c22"),
    1000: ("1000 mm", "#1e065d"),
}

# What the lines lie on, light and dark; the page gets them as --land and --water.
GROUND: Final[dict[str, tuple[str, str]]] = {
    "land": ("#f8f6f0", "#222a30"),
    "water": ("#dfe9ee", "#10171d"),
}

# SVG dash patterns in pixels; None is a solid line.
DASHES: Final[dict[str, str | None]] = {
    Status.OPERATIONAL: None,
    Status.PLANNED: "9 7",
    Status.CONSTRUCTION: "9 7",
    Status.SUSPENDED: "0.1 6",
    Status.CLOSED: "0.1 6",
}

# The legend's rows of dashes: the status that stands for all with its dash.
DASH_LEGEND: Final[tuple[str, ...]] = (
    Status.OPERATIONAL,
    Status.PLANNED,
    Status.SUSPENDED,
)


class PlaceStyle(NamedTuple):
    """Label, symbol (SVG path in a 16 x 16 box) and drawing order of a kind of place."""

    label: str
    path: str
    order: int


_CIRCLE: Final = "M8 3.2a4.8 4.8 0 1 0 .01 0z"
_SQUARE: Final = "M3.8 3.8h8.4v8.4h-8.4z"
_DIAMOND: Final = "M8 2.2 13.8 8 8 13.8 2.2 8z"
_STAR: Final = "M8 1.2l2 4.6 5 .4-3.8 3.2 1.2 4.9L8 11.7l-4.4 2.6 1.2-4.9L1 6.2l5-.4z"
_TRIANGLE: Final = "M8 2.4 14 13H2z"
_HEXAGON: Final = "M8 2.2l5 2.9v5.8l-5 2.9-5-2.9V5.1z"
_BARS: Final = "M2.5 3h4v10h-4zM9.5 3h4v10h-4z"
_HOURGLASS: Final = "M2.8 3h10.4L8 8l5.2 5H2.8L8 8z"

PLACES: Final[dict[str, PlaceStyle]] = {
    PlaceKind.PLANT: PlaceStyle("Plant", _STAR, 0),
    PlaceKind.PORT: PlaceStyle("Port", _CIRCLE, 1),
    PlaceKind.AIRPORT: PlaceStyle("Airport", _TRIANGLE, 2),
    PlaceKind.RAIL_TERMINAL: PlaceStyle("Rail terminal", _SQUARE, 3),
    PlaceKind.DRY_PORT: PlaceStyle("Dry port", _HEXAGON, 3),
    PlaceKind.GAUGE_INTERCHANGE: PlaceStyle("Gauge change", _BARS, 4),
    PlaceKind.BORDER_CROSSING_POINT: PlaceStyle("Border crossing", _DIAMOND, 5),
    PlaceKind.CITY: PlaceStyle("City", _CIRCLE, 6),
}
CHOKEPOINT_KIND: Final = "chokepoint"
CHOKEPOINT: Final = PlaceStyle("Strait or canal", _HOURGLASS, 4)
OTHER_PLACE: Final = PlaceStyle("Place", _CIRCLE, 7)

# Panes from bottom to top: name, z-index, whether the pointer reaches it.
PANES: Final[tuple[tuple[str, int, bool], ...]] = (
    ("ground", 210, False),
    ("halo", 410, True),
    ("own", 415, True),
    ("routes", 420, False),
    ("arrows", 425, False),
    ("casing", 430, False),
    ("lit", 440, True),
    ("names", 610, False),
    ("gateways", 620, True),
)

OPERATIONS: Final[dict[str, str]] = {
    "load": "Loading",
    "move": "Movement",
    "transshipment": "Transshipment",
    "gauge_change": "Gauge change",
    "border_crossing": "Border crossing",
    "unload": "Unloading",
}
PASSAGE: Final = "passage"
"""What happens at a strait or canal that a ship passes; a happening, but no operation."""

# What the page says of drawn lines, besides nothing; its words are in assets/page/texts.csv.
BASES: Final[tuple[str, ...]] = ("bent", "generalised", "connector")

# Always on the map, whatever the page's own attributions say.
ATTRIBUTION: Final = "© OpenStreetMap contributors (ODbL) · Natural Earth · Eurostat Marnet"
ATTRIBUTIONS: Final[tuple[str, ...]] = (
    "Rail and road lines © OpenStreetMap contributors, Open Database License (ODbL).",
    "Base map: Natural Earth, public domain.",
    "Sea lanes: Eurostat Marnet.",
)

TILES_URL: Final = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
TILES_HOST: Final = "https://tile.openstreetmap.org"
TILES_MAX_ZOOM: Final = 18
BASE_BOUNDS: Final = ((-40.0, -25.0), (75.0, 150.0))
"""Corners (lat, lon) of the shipped base map; the reader cannot pan far beyond."""
MARGIN_DEG: Final = 10.0
MAX_ZOOM: Final = 11
MIN_ZOOM: Final = 2
