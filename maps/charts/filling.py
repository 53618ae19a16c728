"""Puts words, colours and rows into a chart's places.

A chart is stored without a word of any language and without a colour. A string that is ``@key`` as
a whole stands for an interface text, one that is ``$name`` for a colour or the font. The page's
charts.js does the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from maps import style

FONT: Final = "Liberation Sans, Noto Sans, DejaVu Sans, sans-serif"
"""Vega's own converter carries the first of these, so that pictures are alike everywhere."""
_LIGHT: Final = "#ffffff"
_DARK: Final = "#14191e"


def fill(spec: Any, texts: Mapping[str, Any], looks: Mapping[str, Any]) -> Any:
    """Return a chart with its texts and looks in place; a title may also be lines of text.

    Raises
    ------
    KeyError
        If a place names a text or a look that is not given.
    """
    if isinstance(spec, Mapping):
        return {key: fill(value, texts, looks) for key, value in spec.items()}
    if isinstance(spec, Sequence) and not isinstance(spec, str):
        return [fill(value, texts, looks) for value in spec]
    if isinstance(spec, str) and spec.startswith("@"):
        return texts[spec[1:]]
    if isinstance(spec, str) and spec.startswith("$"):
        return looks[spec[1:]]
    return spec


def looks(*, dark: bool) -> dict[str, Any]:
    """Return what ``$names`` stand for outside the page."""
    at = int(dark)
    found: dict[str, Any] = {name: pair[at] for name, pair in style.INKS.items()}
    for part, pair in style.PARTS.items():
        found[f"part-{part}"] = pair[at]
        found[f"on-{part}"] = ink_on(pair[at])
    return {**found, "font": FONT, "background": found["paper"]}


def ink_on(colour: str) -> str:
    """Return white or nearly black, whichever stands out more from a colour (``#rrggbb``)."""
    light, dark, ground = (_luminance(each) for each in (_LIGHT, _DARK, colour))
    on_light = (light + 0.05) / (ground + 0.05)
    on_dark = (ground + 0.05) / (dark + 0.05)
    return _LIGHT if on_light >= on_dark else _DARK


def _luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    values = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for value in values
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
