"""Styles for QGIS (QML), made of the tables of `maps.style`: the same colours, dashes, symbols."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree as ET

from geodata.vocabulary import Mode, PlaceKind, Status
from maps.style import DASHES, GAUGES, MODES, OPERATIONS, PLACES

_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
_MM_PER_PIXEL: Final = 25.4 / 96
_LINE_MM: Final = {
    Mode.RAIL: 0.5,
    Mode.ROAD: 0.3,
    Mode.SEA: 0.4,
    Mode.FERRY: 0.4,
    Mode.AIR: 0.4,
}
_LEG_MM: Final = 0.9
_POINT_MM: Final = 2.4
_EDGE: Final = "#ffffff"
_INK: Final = "#1f2933"

_SHAPES: Final[Mapping[str, str]] = {
    PlaceKind.PLANT: "star",
    PlaceKind.PORT: "circle",
    PlaceKind.AIRPORT: "triangle",
    PlaceKind.RAIL_TERMINAL: "square",
    PlaceKind.DRY_PORT: "hexagon",
    PlaceKind.GAUGE_INTERCHANGE: "cross_fill",
    PlaceKind.BORDER_CROSSING_POINT: "diamond",
    PlaceKind.CITY: "pentagon",
}
"""QGIS's own symbols, the nearest to those of the page."""

_OPERATION_SHAPES: Final[Mapping[str, str]] = {
    "load": "star",
    "unload": "star",
    "transshipment": "circle",
    "gauge_change": "cross_fill",
    "border_crossing": "diamond",
}

_STATES: Final[tuple[tuple[str, tuple[Status, ...]], ...]] = (
    ("", (Status.OPERATIONAL,)),
    ("planned or under construction", (Status.PLANNED, Status.CONSTRUCTION)),
    ("suspended or closed", (Status.SUSPENDED, Status.CLOSED)),
)


class _Rule(NamedTuple):
    """Which features are drawn how: a filter in QGIS's language, and QGIS's own properties."""

    label: str
    condition: str
    drawing: Mapping[str, str]


def network_styles() -> dict[str, str]:
    """Return the styles of the layers of the network, by name."""
    plain = {mode.value: _lines(_modes([mode])) for mode in (Mode.ROAD, Mode.SEA, Mode.AIR)}
    gauges = [
        _Rule(
            f"{label}, {state}" if state else label,
            f'"gauge_mm" = {gauge_mm} AND {_any_of("status", statuses)}',
            _line(colour, _LINE_MM[Mode.RAIL], DASHES[statuses[0]]),
        )
        for gauge_mm, (label, colour) in GAUGES.items()
        for state, statuses in _STATES
    ]
    kinds = [
        _Rule(look.label, f"\"kind\" = '{kind}'", _marker(_SHAPES[kind], _INK))
        for kind, look in sorted(PLACES.items(), key=lambda item: item[1].order)
    ]
    crossings = [
        _Rule(
            f"{MODES[mode].label} crossing{f', {state}' if state else ''}",
            f"\"mode\" = '{mode}' AND {_any_of('status', statuses)}",
            _marker("diamond", MODES[mode].light, filled=not state),
        )
        for mode in (Mode.RAIL, Mode.ROAD)
        for state, statuses in _STATES
    ]
    return {
        Mode.RAIL.value: _lines(gauges),
        **plain,
        "places": _points(kinds),
        "crossings": _points(crossings),
    }


def itinerary_styles() -> dict[str, str]:
    """Return the styles of the layers of itineraries, by name."""
    operations = [
        _Rule(
            OPERATIONS[operation],
            f"\"operation\" = '{operation}'",
            _marker(shape, _INK),
        )
        for operation, shape in _OPERATION_SHAPES.items()
    ]
    return {"legs": _lines(_modes(list(Mode), _LEG_MM)), "operations": _points(operations)}


def leg_look(feature: Mapping[str, Any]) -> dict[str, str | float]:
    """Return how geojson.io and GitHub draw the leg of an itinerary (simplestyle)."""
    if feature["geometry"]["type"] == "Point":
        return {"marker-color": _INK, "marker-size": "small"}
    return {"stroke": MODES[feature["properties"]["mode"]].light, "stroke-width": 3}


def _modes(modes: Iterable[Mode], width_mm: float | None = None) -> list[_Rule]:
    return [
        _Rule(
            f"{MODES[mode].label}{f', {state}' if state else ''}",
            f"\"mode\" = '{mode}' AND {_any_of('status', statuses)}",
            _line(MODES[mode].light, width_mm or _LINE_MM[mode], DASHES[statuses[0]]),
        )
        for mode in modes
        for state, statuses in _STATES
    ]


def _any_of(name: str, words: Iterable[str]) -> str:
    return f'"{name}" IN ({", ".join(repr(str(word)) for word in words)})'


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _line(colour: str, width_mm: float, dash: str | None) -> dict[str, str]:
    drawing = {
        "line_color": _rgba(colour),
        "line_style": "solid",
        "line_width": f"{width_mm:g}",
        "line_width_unit": "MM",
        "capstyle": "round" if dash else "flat",
        "joinstyle": "round",
        "use_custom_dash": "0",
    }
    if dash:
        lengths = [float(part) * _MM_PER_PIXEL for part in dash.split()]
        drawing |= {
            "use_custom_dash": "1",
            "customdash": ";".join(f"{length:.2f}" for length in lengths),
            "customdash_unit": "MM",
        }
    return drawing


def _marker(shape: str, colour: str, *, filled: bool = True) -> dict[str, str]:
    return {
        "name": shape,
        "color": _rgba(colour if filled else _EDGE),
        "outline_color": _rgba(_EDGE if filled else colour),
        "outline_style": "solid",
        "outline_width": "0.3",
        "outline_width_unit": "MM",
        "size": f"{_POINT_MM:g}",
        "size_unit": "MM",
    }


def _lines(rules: Iterable[_Rule]) -> str:
    return _qml(rules, "line", "SimpleLine", 1)


def _points(rules: Iterable[_Rule]) -> str:
    return _qml(rules, "marker", "SimpleMarker", 0)


def _qml(rules: Iterable[_Rule], kind: str, drawn_as: str, geometry: int) -> str:
    """Return a style of rules as QGIS 3 reads it, with the older way to write properties too."""
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = ET.SubElement(
        root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0",
        forceraster="0",
    )  # fmt: skip
    listed = ET.SubElement(renderer, "rules", key="rules")
    symbols = ET.SubElement(renderer, "symbols")
    for number, rule in enumerate(rules):
        ET.SubElement(
            listed, "rule", key=f"rule{number}", symbol=str(number), label=rule.label,
            filter=rule.condition,
        )  # fmt: skip
        symbol = ET.SubElement(
            symbols, "symbol", type=kind, name=str(number), alpha="1", clip_to_extent="1",
            force_rhr="0",
        )  # fmt: skip
        layer = ET.SubElement(
            symbol, "layer", {"class": drawn_as, "enabled": "1", "locked": "0", "pass": "0"}
        )
        options = ET.SubElement(layer, "Option", type="Map")
        for name, value in rule.drawing.items():
            ET.SubElement(options, "Option", type="QString", name=name, value=value)
        for name, value in rule.drawing.items():
            ET.SubElement(layer, "prop", k=name, v=value)
    ET.SubElement(root, "blendMode").text = "0"
    ET.SubElement(root, "layerGeometryType").text = str(geometry)
    return f"{_DOCTYPE}\n{ET.tostring(root, encoding='unicode')}\n"
