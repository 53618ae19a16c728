"""The map of a sweep: which corridor wins from where, as one page that opens without a network.

As on the other page, Folium is given positions and fixed words only; all that comes from data
travels as inert JSON, which the page's own script shows as text.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import folium

from geodata.files import write_text_whole
from maps import offline, style

# The first eight are those of Okabe and Ito, made to be told apart with any colour vision; with
# more winners letters on the map do that.
COLOURS: Final = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442", "#000000",
    "#7f3c8d", "#80ba5a", "#a5694f", "#66628d",
)  # fmt: skip
NONE_COLOUR: Final = "#9a9a9a"
NONE: Final = "none possible"
_MARGIN_DEG: Final = 3.0
_LETTERS: Final = 26
_STYLE: Final = re.compile(r"<style>.*?</style>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class WinnerCell:
    """One origin: where, what wins there (empty: nothing is possible), and more about it."""

    origin: str
    lat: float
    lon: float
    winner: str
    text: str


@dataclass(frozen=True, slots=True)
class WinnersView:
    """All origins under one scenario, cargo, destination and criterion."""

    label: str
    cells: tuple[WinnerCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WinnersPage:
    """What the page shows; ``step_deg`` is the step of the grid of origins, None for points."""

    title: str
    text: str
    views: tuple[WinnersView, ...]
    step_deg: float | None = None


class WinnersMap(folium.Map):
    """The Folium map of a page of winners; its layer is filled by the page's script."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - Folium's own attribute, only read
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, page: WinnersPage) -> None:
        cells = [cell for view in page.views for cell in view.cells]
        south, north = min(c.lat for c in cells), max(c.lat for c in cells)
        west, east = min(c.lon for c in cells), max(c.lon for c in cells)
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            zoom_start=4,
            tiles=None,
            control_scale=True,
            min_zoom=style.MIN_ZOOM,
            max_zoom=style.MAX_ZOOM,
        )
        self.base = folium.FeatureGroup(name="Base map", overlay=False, control=False)
        self.base.add_to(self)
        self.winners = folium.FeatureGroup(name="Winners")
        self.winners.add_to(self)
        self.fit_bounds(
            [
                [south - _MARGIN_DEG, west - _MARGIN_DEG],
                [north + _MARGIN_DEG, east + _MARGIN_DEG],
            ]
        )

    def wiring(self) -> str:
        """Return the script line that hands Folium's objects to the page's script, by name."""
        return (
            f"window.winnersPage = {{ map: {self.get_name()}, base: {self.base.get_name()}, "
            f"winners: {self.winners.get_name()} }};"
        )


def payload(page: WinnersPage) -> dict[str, Any]:
    """Return everything the page shows as plain JSON values."""
    counts = Counter(cell.winner for view in page.views for cell in view.cells if cell.winner)
    names = [name for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    number = {name: at for at, name in enumerate(names)}
    return {
        "title": page.title,
        "text": page.text,
        "step": page.step_deg,
        "none": [NONE, NONE_COLOUR],
        "winners": [[name, COLOURS[at % len(COLOURS)], _letter(at)] for name, at in number.items()],
        "views": [
            {
                "label": view.label,
                "cells": [
                    [cell.origin, cell.lat, cell.lon, number.get(cell.winner, -1), cell.text]
                    for cell in view.cells
                ],
            }
            for view in page.views
        ],
        "attribution": style.ATTRIBUTION,
    }


def render_sweep_map(page: WinnersPage) -> str:
    """Return the whole page as HTML; the same page gives the same text.

    Raises
    ------
    ValueError
        If there is nothing to show.
    """
    if not any(view.cells for view in page.views):
        raise ValueError("a map of winners needs an origin")
    chart = WinnersMap(page)
    header, body, script = offline.folium_parts(chart, chart.wiring())
    # Folium's own viewport and charset would stand there twice
    header = "\n".join(_styles(header))
    rest = "\n".join(
        (
            f"<title>{html.escape(page.title)}</title>",
            f"<style>{offline.leaflet_css()}</style>",
            header,
            f"<style>{_colours()}{offline.asset('sweep.css')}</style>",
            "</head>",
            "<body>",
            offline.asset("sweep.html").replace("<!-- map -->", body),
            f'<script type="application/json" id="page-data">{offline.inert_json(payload(page))}'
            "</script>",
            f'<script type="application/json" id="base-map">{offline.base_map()}</script>',
            f"<script>{offline.leaflet_js()}</script>",
            f"<script>{script}</script>",
            f"<script>{offline.asset('sweep.js')}</script>",
            "</body>",
            "</html>",
            "",
        )
    )
    return offline.document(rest)


def write_sweep_map(page: WinnersPage, path: Path) -> None:
    """Write the page to one self-contained HTML file."""
    write_text_whole(path, render_sweep_map(page))


def _letter(number: int) -> str:
    """Return A to Z, then AA and on."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def _styles(header: str) -> Iterator[str]:
    """Yield the lines of the styles in Folium's head; its meta elements are written by us."""
    for style_element in _STYLE.findall(header):
        yield from filter(None, map(str.strip, style_element.splitlines()))


def _colours() -> str:
    light = "".join(f"--{name}:{colour};" for name, (colour, _) in style.GROUND.items())
    dark = "".join(f"--{name}:{colour};" for name, (_, colour) in style.GROUND.items())
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
