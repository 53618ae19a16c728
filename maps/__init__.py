"""How it is shown: one self-contained Folium page per comparison. Computes nothing."""

from __future__ import annotations

from maps.data import (
    MapData,
    MapFlag,
    MapHappening,
    MapLeg,
    MapRefusal,
    MapRoute,
    MapStop,
    check_page,
)
from maps.page import build_map, render_page, write_map

__all__ = [
    "MapData",
    "MapFlag",
    "MapHappening",
    "MapLeg",
    "MapRefusal",
    "MapRoute",
    "MapStop",
    "build_map",
    "check_page",
    "render_page",
    "write_map",
]
