"""The curated rows that mend the land network: ``patches.csv`` and ``waypoints.csv``.

Positions in these tables are ``lat lon``, as gazetteers print them; in code they are (lon, lat).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.tables import read_table
from geodata.vocabulary import Grade, Mode, Status

if TYPE_CHECKING:
    from geodata.network import LonLat


@dataclass(frozen=True, slots=True)
class Patch:
    """A line that upstream lacks (`join`, `new`), or one that is no freight line (`remove`)."""

    patch_id: str
    mode: Mode
    kind: str
    status: Status
    as_of: str
    opens: int | None
    country: str
    gauge_mm: int
    path: str
    length_km: float
    name: str
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class Waypoint:
    """Stations, in their order, through which a long straight chord of upstream really runs."""

    mode: Mode
    a_lat: float
    a_lon: float
    b_lat: float
    b_lon: float
    path: str
    source_id: str
    grade: Grade
    note: str


def read_patches(path: Path) -> tuple[Patch, ...]:
    """Read ``patches.csv``."""
    return read_table(path, Patch, ["patch_id"])


def read_waypoints(path: Path) -> tuple[Waypoint, ...]:
    """Read ``waypoints.csv``."""
    return read_table(path, Waypoint, ["mode", "a_lat", "a_lon", "b_lat", "b_lon"])


def positions(path: str) -> list[LonLat]:
    """Read ``lat lon name;lat lon name`` into (lon, lat)."""
    parts = [part.split() for part in path.split(";")]
    return [(float(lon), float(lat)) for lat, lon, *_ in parts]
