"""Styles for QGIS: every feature is drawn by exactly one rule, with the colours of the page."""

from __future__ import annotations

import sqlite3
from itertools import product
from xml.etree import ElementTree as ET

import pytest

from geodata.vocabulary import Mode, PlaceKind, Status
from maps import style
from maps.qgis import itinerary_styles, network_styles

STYLES = {**network_styles(), **itinerary_styles()}
WORDS = {
    "rail": [{"gauge_mm": g, "status": s} for g, s in product(style.GAUGES, Status)],
    **{
        mode: [{"mode": mode, "status": status} for status in Status]
        for mode in ("road", "sea", "air")
    },
    "places": [{"kind": kind} for kind in PlaceKind],
    "crossings": [{"mode": m, "status": s} for m, s in product(("rail", "road"), Status)],
    "legs": [{"mode": mode, "status": status} for mode, status in product(Mode, Status)],
    "operations": [{"operation": word} for word in style.OPERATIONS if word != "move"],
}


def rules(name: str) -> list[tuple[str, dict[str, str]]]:
    """Return the filters of a style, and what each draws with."""
    root = ET.fromstring(STYLES[name])
    drawn = {
        symbol.attrib["name"]: {
            option.attrib["name"]: option.attrib["value"]
            for option in symbol.findall("./layer/Option/Option")
        }
        for symbol in root.iter("symbol")
    }
    return [(r.attrib["filter"], drawn[r.attrib["symbol"]]) for r in root.iter("rule")]


def drawing(name: str, feature: dict[str, object]) -> list[dict[str, str]]:
    """Return what the rules that hold for a feature draw; filters are SQL, so SQLite may judge."""
    columns = ", ".join(f'? AS "{column}"' for column in feature)
    with sqlite3.connect(":memory:") as database:
        return [
            drawn
            for condition, drawn in rules(name)
            if database.execute(
                f"SELECT 1 FROM (SELECT {columns}) WHERE {condition}",
                [str(v) if isinstance(v, str) else v for v in feature.values()],
            ).fetchall()
        ]


@pytest.mark.parametrize("name", STYLES)
def test_every_feature_is_drawn_once(name: str) -> None:
    for feature in WORDS[name]:
        assert len(drawing(name, feature)) == 1, feature


def test_colours_and_dashes_are_those_of_the_page() -> None:
    for mode, status in product(Mode, Status):
        (drawn,) = drawing("legs", {"mode": mode, "status": status})
        red, green, blue, alpha = map(int, drawn["line_color"].split(","))
        assert (f"#{red:02x}{green:02x}{blue:02x}", alpha) == (style.MODES[mode].light, 255)
        assert (drawn["use_custom_dash"] == "1") == (style.DASHES[status] is not None)
    dashes = {
        status: drawing("sea", {"mode": "sea", "status": status})[0].get("customdash")
        for status in Status
    }
    for a, b in product(Status, Status):
        assert (dashes[a] == dashes[b]) == (style.DASHES[a] == style.DASHES[b])


def test_styles_are_the_same_each_time() -> None:
    assert network_styles() == network_styles()
