"""Which charts there are, and which tables of rows each is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "time-distance": ("legs", "stops", "ends"),
    "cost-distance": ("legs", "stops", "ends"),
    "front": ("points", "front"),
    "cost-composition": ("bars", "totals"),
    "time-composition": ("bars", "totals"),
    "risk": ("bands",),
    "tornado": ("swings",),
    "tornado-gap": ("swings",),
}
"""Kind of chart -> names of its tables, in the order in which the page shows the charts."""
