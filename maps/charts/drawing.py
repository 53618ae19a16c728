"""Every chart, drawn by altair."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from maps.charts.composition import composition
from maps.charts.distance import distance
from maps.charts.front import front
from maps.charts.risk import risk
from maps.charts.tornado import tornado

DAYS: Final = ",.1f"
USD: Final = ",.0f"

DRAWN: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "time-distance": lambda: distance("@chart.axis.days", DAYS),
    "cost-distance": lambda: distance("@chart.axis.usd", USD),
    "front": front,
    "cost-composition": lambda: composition("@chart.axis.usd", USD),
    "time-composition": lambda: composition("@chart.axis.days", DAYS),
    "risk": risk,
    "tornado": tornado,
    "tornado-gap": tornado,
}
