"""How it is shown: one self-contained Folium page per comparison. Computes nothing.

Folium is loaded when the page is asked for: who only wants the looks does without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maps.data import (
    MapAssumption,
    MapData,
    MapFlag,
    MapFlip,
    MapHappening,
    MapLeg,
    MapOwnLine,
    MapPart,
    MapRefusal,
    MapRoute,
    MapShare,
    MapSource,
    MapStop,
    MapStory,
    check_page,
)

if TYPE_CHECKING:
    from maps.page import build_map, render_page, write_map

__all__ = [
    "MapAssumption",
    "MapData",
    "MapFlag",
    "MapFlip",
    "MapHappening",
    "MapLeg",
    "MapOwnLine",
    "MapPart",
    "MapRefusal",
    "MapRoute",
    "MapShare",
    "MapSource",
    "MapStop",
    "MapStory",
    "build_map",
    "check_page",
    "render_page",
    "write_map",
]


def __getattr__(name: str) -> Any:
    if name in ("build_map", "render_page", "write_map"):
        from maps import page

        return getattr(page, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
