"""Assembly: Folium's map, the inert data, the page's own script and styles, in one HTML file."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Final

import folium
from folium.map import CustomPane

from geodata.files import write_text_whole
from maps import offline, style
from maps.charts.filling import ink_on
from maps.data import MapData, MapRoute, check_page
from maps.payload import bounds, payload
from maps.plain import without_scripts
from maps.texts import fill, interface_texts

# The parts of the page's own script and style, in the order in which the browser reads them.
_SCRIPTS: Final = (
    "core.js",
    "texts.js",
    "search.js",
    "spread.js",
    "engine.js",
    "words.js",
    "lines.js",
    "map.js",
    "controls.js",
    "gateways.js",
    "labels.js",
    "legend.js",
    "table.js",
    "whatif.js",
    "chart_model.js",
    "chart_rows.js",
    "chart_words.js",
    "charts.js",
    "filters.js",
    "story.js",
    "hash.js",
    "start.js",
)
_STYLES: Final = ("base.css", "table.css", "whatif.css", "charts.css", "story.css", "print.css")

_VIEWPORT: Final = re.compile(r'<meta name="viewport".*?/>\s*', re.DOTALL)
_CHARSET: Final = re.compile(r'<meta http-equiv="content-type".*?/>\s*', re.DOTALL)


class CorridorGroup(folium.FeatureGroup):
    """The Folium layer of one corridor. Its lines are filled in by the page's own script.

    Parameters
    ----------
    route
        The corridor; kept for reading back, never rendered by Folium.
    number
        Position among the page's corridors, from 0; the only thing Folium gets to see.
    """

    def __init__(self, route: MapRoute, number: int) -> None:
        super().__init__(name=f"corridor-{number}")
        self.route = route


class PageMap(folium.Map):
    """The Folium map of a page: panes, a layer per corridor, gateways, layer control.

    It links to nothing outside, since the page brings Leaflet itself, and it is given positions
    and fixed words only; the page's script fills its layers.

    Parameters
    ----------
    page
        What is shown; only positions and the number of corridors are used.
    online
        Whether OpenStreetMap tiles can be switched on.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - Folium's own attribute, only read
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, page: MapData, *, online: bool = False) -> None:
        corners = bounds(page)
        (south, west), (north, east) = corners
        low, high = style.BASE_BOUNDS
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            zoom_start=4,
            tiles=None,
            control_scale=True,
            zoom_control="topleft",
            min_zoom=style.MIN_ZOOM,
            max_zoom=style.TILES_MAX_ZOOM if online else style.MAX_ZOOM,
            zoom_snap=1 if online else 0.25,  # tiles are sharp at whole levels only
            zoom_delta=1 if online else 0.5,
            wheel_px_per_zoom_level=90,
            max_bounds=True,
            min_lat=min(low[0], south - style.MARGIN_DEG),
            max_lat=max(high[0], north + style.MARGIN_DEG),
            min_lon=min(low[1], west - style.MARGIN_DEG),
            max_lon=max(high[1], east + style.MARGIN_DEG),
            max_bounds_viscosity=0.8,
        )
        for name, z_index, pointer in style.PANES:
            CustomPane(name, z_index=z_index, pointer_events=pointer).add_to(self)
        self.base = folium.FeatureGroup(name="Base map", overlay=False, control=online)
        self.base.add_to(self)
        if online:
            folium.TileLayer(
                tiles=style.TILES_URL,
                attr=style.ATTRIBUTION,
                name="OpenStreetMap tiles (online)",
                max_zoom=style.TILES_MAX_ZOOM,
                overlay=False,
                show=False,
            ).add_to(self)
        self.corridors = [CorridorGroup(route, number) for number, route in enumerate(page.routes)]
        for group in self.corridors:
            group.add_to(self)
        self.gateways = folium.FeatureGroup(name="Gateways")
        self.gateways.add_to(self)
        self.control = folium.LayerControl(position="topright", collapsed=True, autoZIndex=False)
        self.control.add_to(self)

    def wiring(self) -> str:
        """Return the script line that hands Folium's objects to the page's script, by name."""
        corridors = ", ".join(group.get_name() for group in self.corridors)
        return (
            f"window.corridorPage = {{ map: {self.get_name()}, base: {self.base.get_name()}, "
            f"gateways: {self.gateways.get_name()}, control: {self.control.get_name()}, "
            f"corridors: [{corridors}] }};"
        )


def build_map(page: MapData, *, online: bool = False) -> PageMap:
    """Return the Folium map of a page; its layers are filled by the page's script."""
    return PageMap(page, online=online)


def render_page(page: MapData, *, online: bool = False, base_map: str | None = None) -> str:
    """Return the whole page as HTML.

    ``base_map`` is inert JSON in place of the shipped Natural Earth base map.

    Raises
    ------
    DataError
        If the page could not be drawn truthfully; see `check_page`.
    """
    check_page(page)
    header, body, script = _folium_parts(build_map(page, online=online))
    texts = interface_texts()[page.lang]
    ends = {"origin": page.story.origin, "destination": page.story.destination}
    styles = "".join(offline.asset(f"page/{name}") for name in _STYLES)
    head_end = "\n".join(
        (
            f"<title>{html.escape(fill(texts['story.title'], ends))}</title>",
            f"<style>{offline.leaflet_css()}</style>",
            header,
            f"<style>{_colours()}{styles}</style>",
        )
    )
    data = offline.inert_json(payload(page))
    ground = offline.base_map() if base_map is None else base_map
    rest = "\n".join(
        (
            head_end,
            "</head>",
            "<body>",
            offline.asset("page/page.html")
            .replace("<!-- noscript -->", without_scripts(page, texts))
            .replace("<!-- map -->", body),
            f'<script type="application/json" id="page-data">{data}</script>',
            f'<script type="application/json" id="base-map">{ground}</script>',
            f'<script type="application/json" id="chart-specs">{offline.chart_specs()}</script>',
            f"<script>{offline.leaflet_js()}</script>",
            f"<script>{script}</script>",
            *(f"<script>{offline.asset(f'page/{name}')}</script>" for name in _SCRIPTS),
            f"<script>{offline.asset('charts/vega.js')}</script>",
            "</body>",
            "</html>",
            "",
        )
    )
    return offline.document(rest, lang=page.lang, online=online)


def write_map(page: MapData, path: Path, *, online: bool = False) -> None:
    """Write the page to one self-contained HTML file; the same page gives the same bytes.

    With ``online`` the reader can switch to OpenStreetMap tiles; otherwise the file asks nothing
    of any network.

    Raises
    ------
    DataError
        If the page could not be drawn truthfully; see `check_page`.
    OSError
        If the file cannot be written. A file that was there before is left as it was.
    """
    write_text_whole(path, render_page(page, online=online))


def _folium_parts(chart: PageMap) -> tuple[str, str, str]:
    """Return head, body and script of the Folium map, without what the page says itself."""
    header, body, script = offline.folium_parts(chart, chart.wiring())
    header = _CHARSET.sub("", _VIEWPORT.sub("", header))
    return _tidy(header), _tidy(body), _tidy(script)


def _tidy(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _colours() -> str:
    """Return the colours of style.py as CSS variables and classes, light and dark."""
    pairs = {
        **{mode: (look.light, look.dark) for mode, look in style.MODES.items()},
        **style.GROUND,
        **{f"part-{part}": pair for part, pair in style.PARTS.items()},
        **{f"on-{part}": (ink_on(a), ink_on(b)) for part, (a, b) in style.PARTS.items()},
    }
    light = "".join(f"--{name}:{colour};" for name, (colour, _) in pairs.items())
    dark = "".join(f"--{name}:{colour};" for name, (_, colour) in pairs.items())
    classes = "".join(f".mode-{mode}{{--mode:var(--{mode})}}" for mode in style.MODES)
    classes += "".join(f".part-{part}{{fill:var(--part-{part})}}" for part in style.PARTS)
    media = "@media screen and (prefers-color-scheme:dark)"
    return f":root{{{light}}}{media}{{:root{{{dark}}}}}{classes}\n"
