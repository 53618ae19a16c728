"""Assembly: Folium's map, the inert data, the page's own script and styles, in one HTML file."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Final

import folium
from branca.element import MacroElement
from folium.map import CustomPane
from folium.template import Template

from maps import offline, style
from maps.data import MapData, check_page
from maps.layers import bounds, corridor_groups, payload

_VIEWPORT: Final = re.compile(r'<meta name="viewport".*?/>\s*', re.DOTALL)
_CHARSET: Final = re.compile(r'<meta http-equiv="content-type".*?/>\s*', re.DOTALL)


class PageMap(folium.Map):  # type: ignore[misc]
    """A Folium map that links to nothing outside: the page brings Leaflet itself."""

    default_js: Final = []
    default_css: Final = []


class Wiring(MacroElement):  # type: ignore[misc]
    """Hands Folium's objects to the page's script, by variable name only."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            window.corridorPage = {
                map: {{ this._parent.get_name() }},
                base: {{ this.base.get_name() }},
                gateways: {{ this.gateways.get_name() }},
                control: {{ this.control.get_name() }},
                corridors: [
                    {%- for group in this.corridors %}{{ group.get_name() }},{% endfor -%}
                ],
            };
        {% endmacro %}
        """
    )

    def __init__(
        self,
        base: folium.FeatureGroup,
        gateways: folium.FeatureGroup,
        corridors: list[folium.FeatureGroup],
        control: folium.LayerControl,
    ) -> None:
        super().__init__()
        self._name = "Wiring"
        self.base = base
        self.gateways = gateways
        self.corridors = corridors
        self.control = control


def build_map(page: MapData, *, online: bool = False) -> folium.Map:
    """Return the Folium map: panes, a layer per corridor, gateways, layer control. No data text."""
    corners = bounds(page)
    south_west, north_east = corners
    chart = PageMap(
        location=[(a + b) / 2 for a, b in zip(south_west, north_east, strict=True)],
        zoom_start=4,
        tiles=None,
        control_scale=True,
        zoom_control="topleft",
        min_zoom=style.MIN_ZOOM,
        max_zoom=style.TILES_MAX_ZOOM if online else style.MAX_ZOOM,
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=90,
        max_bounds=True,
        min_lat=-85,
        max_lat=85,
        min_lon=-200,
        max_lon=220,
        max_bounds_viscosity=0.8,
    )
    for name, z_index, pointer in style.PANES:
        CustomPane(name, z_index=z_index, pointer_events=pointer).add_to(chart)
    base = folium.FeatureGroup(name="Natural Earth base map", overlay=False, control=online)
    base.add_to(chart)
    if online:
        folium.TileLayer(
            tiles=style.TILES_URL,
            attr=style.ATTRIBUTION,
            name="OpenStreetMap tiles (online)",
            max_zoom=style.TILES_MAX_ZOOM,
            overlay=False,
            show=False,
        ).add_to(chart)
    corridors = corridor_groups(page)
    for group in corridors:
        group.add_to(chart)
    gateways = folium.FeatureGroup(name="Gateways")
    gateways.add_to(chart)
    control = folium.LayerControl(position="topright", collapsed=True, autoZIndex=False)
    control.add_to(chart)
    chart.fit_bounds([list(corner) for corner in corners], padding=(28, 28))
    Wiring(base, gateways, corridors, control).add_to(chart)
    return chart


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
    head_end = "\n".join(
        (
            f"<title>{html.escape(page.title)}</title>",
            f"<style>{offline.leaflet_css()}</style>",
            header,
            f"<style>{_colours()}{offline.asset('page.css')}</style>",
        )
    )
    data = offline.inert_json(payload(page))
    ground = offline.base_map() if base_map is None else base_map
    rest = "\n".join(
        (
            head_end,
            "</head>",
            "<body>",
            offline.asset("page.html").replace("<!-- map -->", body),
            f'<script type="application/json" id="page-data">{data}</script>',
            f'<script type="application/json" id="base-map">{ground}</script>',
            f"<script>{offline.leaflet_js()}</script>",
            f"<script>{script}</script>",
            f"<script>{offline.asset('page.js')}</script>",
            "</body>",
            "</html>",
            "",
        )
    )
    policy = offline.content_security_policy(rest, online=online)
    # The tile server wants to know who asks; a page without tiles tells nobody anything.
    referrer = "strict-origin-when-cross-origin" if online else "no-referrer"
    top = "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f'<meta name="referrer" content="{referrer}">',
            '<link rel="icon" href="data:,">',
            "",
        )
    )
    return top + rest


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
    offline.write_text_whole(path, render_page(page, online=online))


def _folium_parts(chart: folium.Map) -> tuple[str, str, str]:
    """Render the Folium map and return its head, body and script with stable ids."""
    figure = chart.get_root()
    figure.render()
    parts = (figure.header.render(), figure.html.render(), figure.script.render())
    joint = "\x00"
    header, body, script = offline.stable_ids(joint.join(parts)).split(joint)
    header = _CHARSET.sub("", _VIEWPORT.sub("", header))
    return _tidy(header), _tidy(body), _tidy(script)


def _tidy(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _colours() -> str:
    """Return the colours of style.py as CSS variables and classes, light and dark."""
    light = "".join(f"--{mode}:{look.light};" for mode, look in style.MODES.items())
    dark = "".join(f"--{mode}:{look.dark};" for mode, look in style.MODES.items())
    classes = "".join(f".mode-{mode}{{--mode:var(--{mode})}}" for mode in style.MODES)
    media = "@media (prefers-color-scheme:dark)"
    return f":root{{{light}}}{media}{{:root{{{dark}}}}}{classes}\n"
