"""One file that asks nothing of the network: Leaflet, base map, policy, Folium's parts, ids."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib import resources
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from maps import style
from maps.charts.kinds import KINDS

if TYPE_CHECKING:
    import folium

_LEAFLET: Final = ("static", "js_lib_leaflet")
_IMAGE: Final = re.compile(r"url\((images/[\w.-]+\.png)\)")
_SOURCE_MAP: Final = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_INTERNET_EXPLORER: Final = re.compile(r"^\s*behavior: url\(#default#VML\);$", re.MULTILINE)
_RANDOM_ID: Final = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")
_CODE: Final = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)

# Compact JSON has `<`, `>`, `&`, line separators and two template characters in a row only inside
# its strings, so each can be written as an escape without changing what is read back.
_INERT: Final = (
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("&", "\\u0026"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
    ("{{", "\\u007b\\u007b"),
    ("{%", "\\u007b%"),
    ("{#", "\\u007b#"),
)


def asset(name: str) -> str:
    """Return the text of a file in ``maps/assets``."""
    return resources.files("maps").joinpath("assets", name).read_text(encoding="utf-8")


def leaflet_js() -> str:
    """Return Leaflet's script from the installed package, without its source map line."""
    return _SOURCE_MAP.sub("", _text("leaflet.js")).strip()


def leaflet_css() -> str:
    """Return Leaflet's style sheet with its images inlined."""
    css = _INTERNET_EXPLORER.sub("", _text("leaflet.css"))
    return _IMAGE.sub(lambda found: f"url({_data_uri(found[1])})", css)


def _text(name: str) -> str:
    """Return a text with the line ends a browser sees; the policy's hashes depend on them."""
    return _leaflet(name).decode("utf-8").replace("\r\n", "\n")


def _leaflet(name: str) -> bytes:
    return resources.files("js_lib_leaflet").joinpath(*_LEAFLET, *name.split("/")).read_bytes()


def _data_uri(image: str) -> str:
    return "data:image/png;base64," + base64.b64encode(_leaflet(image)).decode("ascii")


def inert_json(value: Any) -> str:
    """Return JSON that neither HTML nor a template engine can take for code.

    Raises
    ------
    ValueError
        If a number is not finite: JSON has no word for it.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _inert(text)


def base_map() -> str:
    """Return the Natural Earth base map as inert JSON."""
    return _inert(asset("basemap.json").strip())


def chart_specs() -> str:
    """Return the charts of the page, compiled to Vega, with the names of their tables, inert."""
    specs = (
        f'"{kind}":{{"tables":{json.dumps(tables)},"spec":{asset(f"charts/{kind}.vg.json").strip()}}}'
        for kind, tables in KINDS.items()
    )
    return _inert("{" + ",".join(specs) + "}")


def _inert(text: str) -> str:
    for plain, escaped in _INERT:
        text = text.replace(plain, escaped)
    return text


def folium_parts(chart: folium.Map, wiring: str) -> tuple[str, str, str]:
    """Render a Folium map and return its head, body and script with stable ids.

    ``wiring`` are the lines of script that hand Folium's objects to the page's own.
    """
    from branca.element import Figure

    figure = chart.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("a Folium map stands in a Figure")
    figure.render()
    joint = "\x00"
    script = figure.script.render() + "\n" + wiring
    parts = joint.join((figure.header.render(), figure.html.render(), script))
    header, body, script = stable_ids(parts).split(joint)
    return header, body, script


def document(rest: str, *, lang: str = "en", online: bool = False) -> str:
    """Return a page whose head begins with its policy; ``rest`` is what follows, to the end."""
    policy = content_security_policy(rest, online=online)
    # The tile server wants to know who asks; a page without tiles tells nobody anything.
    referrer = "strict-origin-when-cross-origin" if online else "no-referrer"
    top = (
        "<!DOCTYPE html>",
        f'<html lang="{lang}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f'<meta name="referrer" content="{referrer}">',
        '<link rel="icon" href="data:,">',
        rest,
    )
    return "\n".join(top)


def stable_ids(html: str) -> str:
    """Replace Folium's random ids by numbers in order of appearance.

    For what Folium rendered only: in data, 32 hexadecimal digits may mean something.
    """
    numbers: dict[str, int] = {}
    fresh = count(1)

    def number(found: re.Match[str]) -> str:
        if found[0] not in numbers:
            numbers[found[0]] = next(fresh)
        return str(numbers[found[0]])

    return _RANDOM_ID.sub(number, html)


def content_security_policy(html: str, *, online: bool) -> str:
    """Return a policy that lets exactly this page's own scripts and styles run, and no request out.

    Scripts and styles are named by hash, so text that somehow became markup would still not run.
    Online, images from the tile server are allowed as well.
    """
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for tag, code in _CODE.findall(html):
        digest = hashlib.sha256(code.encode("utf-8")).digest()
        hashes[tag].append(f"'sha256-{base64.b64encode(digest).decode('ascii')}'")
    images = f"data: {style.TILES_HOST}" if online else "data:"
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(dict.fromkeys(hashes["script"])) or "'none'",
        "style-src": " ".join(dict.fromkeys(hashes["style"])) or "'none'",
        "img-src": images,
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{directive} {sources}" for directive, sources in rules.items())
