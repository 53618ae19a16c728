"""The track gauge of a country's lines, and of the parts of it that differ: ``gauges.csv``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geodata.tables import read_table
from geodata.vocabulary import Grade

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GaugeRow:
    """The track gauge of a country, or of a box in it, which outranks the country's row."""

    country: str
    lat_min: float | None
    lat_max: float | None
    lon_min: float | None
    lon_max: float | None
    gauge_mm: int
    source_id: str
    grade: Grade
    note: str


def read_gauges(path: Path) -> tuple[GaugeRow, ...]:
    """Read ``gauges.csv``."""
    return read_table(path, GaugeRow, ["country", "lat_min", "lat_max", "lon_min", "lon_max"])


def gauges_at(
    rows: Iterable[GaugeRow], country: NDArray[np.str_], lon: Floats, lat: Floats
) -> NDArray[np.int64]:
    """Return the track gauge in mm at spots of countries; 0 where no row says it."""
    gauge = np.zeros(len(lon), dtype=np.int64)
    for row in sorted(rows, key=lambda row: row.lat_min is not None):
        here = country == row.country
        here &= _between(lon, row.lon_min, row.lon_max) & _between(lat, row.lat_min, row.lat_max)
        gauge[here] = row.gauge_mm
    return gauge


def _between(values: Floats, low: float | None, high: float | None) -> NDArray[np.bool_]:
    return (values >= (-np.inf if low is None else low)) & (
        values <= (np.inf if high is None else high)
    )
