"""The curated tables that only the building of the sea needs, and what they become.

``approaches.csv``
    Course of a port's approach, from the port to open water.
``sea_areas.csv``
    ``gate`` of a chokepoint: a line from shore to shore, or a closed ring around the whole
    waterway. Ring of a ``basin``. Ring of a ``river``, in which lanes may cross the map's land.
``sea_lanes.csv``
    Lanes that are ``new``, take another course (``bend``) or are no lanes (``remove``).

Every course is written ``lon lat;lon lat;...`` in decimal degrees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import shapely

from geodata.build.lanes import Point, rounded
from geodata.errors import DataError
from geodata.rows import Chokepoint, Place
from geodata.tables import read_table
from geodata.vocabulary import Grade, Mode

_MAX_LON: Final = 180.0
_MAX_LAT: Final = 90.0
_Row = TypeVar("_Row")
_Made = TypeVar("_Made")


class AreaKind(StrEnum):
    """What a row of ``sea_areas.csv`` delimits."""

    GATE = "gate"
    BASIN = "basin"
    RIVER = "river"


class CorrectionKind(StrEnum):
    """What a row of ``sea_lanes.csv`` does to the upstream lanes."""

    NEW = "new"
    BEND = "bend"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class ApproachRow:
    """One row of ``approaches.csv``."""

    place_id: str
    path: str
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One row of ``sea_areas.csv``; a gate has the id of its chokepoint."""

    area_id: str
    kind: AreaKind
    path: str
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One row of ``sea_lanes.csv``."""

    lane_id: str
    kind: CorrectionKind
    path: str
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a lane has to cross to pass a chokepoint.

    Parameters
    ----------
    chokepoint_id
        Of ``chokepoints.csv``.
    upstream_pass
        What the upstream network calls the passage; empty when it does not know it.
    shape
        A line: lanes that cross it pass. A polygon: lanes whose middle lies in it do.
    """

    chokepoint_id: str
    upstream_pass: str
    shape: shapely.LineString | shapely.Polygon


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A lane of our own: drawn anew, drawn otherwise, or taken away.

    Parameters
    ----------
    lane_id
        Its id.
    kind
        A new lane's two ends are joined to the nearest lanes; the others name an upstream lane by
        its two ends.
    path
        Its course.
    source_id
        Where it comes from.
    """

    lane_id: str
    kind: CorrectionKind
    path: tuple[Point, ...]
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A place that has to be joined to the lanes.

    Parameters
    ----------
    place_id
        Of ``places.csv``.
    position
        Of the place.
    approach
        From the port to open water, without the port itself; empty when none is needed.
    source_id
        Where the approach, or without one the place, comes from.
    """

    place_id: str
    position: Point
    approach: tuple[Point, ...]
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaTables:
    """Everything curated that the sea network is built with, sorted by id.

    Parameters
    ----------
    gates
        Of the chokepoints within the built area.
    basins
        Name and ring; what lies in none is ocean.
    rivers
        Rings in which lanes may cross what a map without rivers shows as land.
    corrections
        Of the upstream lanes.
    ports
        Places with mode sea.
    """

    gates: tuple[Gate, ...]
    basins: tuple[tuple[str, shapely.Polygon], ...]
    rivers: tuple[tuple[str, shapely.Polygon], ...]
    corrections: tuple[Correction, ...]
    ports: tuple[Port, ...]


def read_sea_tables(directory: Path) -> SeaTables:
    """Read and check the tables in the data directory.

    Raises
    ------
    DataError
        For the first table that cannot be used, with all its problems.
    """
    chokepoints = {
        row.chokepoint_id: row
        for row in read_table(directory / "chokepoints.csv", Chokepoint, ["chokepoint_id"])
    }
    areas = read_table(directory / "sea_areas.csv", AreaRow, ["area_id", "kind"])
    unknown = [
        f"gate '{row.area_id}' is no chokepoint of chokepoints.csv"
        for row in areas
        if row.kind is AreaKind.GATE and row.area_id not in chokepoints
    ]
    if unknown:
        raise DataError("sea_areas.csv", unknown)
    gates = _each(
        "sea_areas.csv",
        [(row.area_id, row) for row in areas if row.kind is AreaKind.GATE],
        lambda row: Gate(
            chokepoint_id=row.area_id,
            upstream_pass=chokepoints[row.area_id].marnet_pass,
            shape=_shape(row.path),
        ),
    )
    rings = {
        kind: _each(
            "sea_areas.csv",
            [(row.area_id, row) for row in areas if row.kind is kind],
            lambda row: (row.area_id, _ring(row.path)),
        )
        for kind in (AreaKind.BASIN, AreaKind.RIVER)
    }
    corrections = _each(
        "sea_lanes.csv",
        [
            (row.lane_id, row)
            for row in read_table(directory / "sea_lanes.csv", CorrectionRow, ["lane_id"])
        ],
        lambda row: Correction(
            lane_id=row.lane_id,
            kind=row.kind,
            path=_line(row.path),
            source_id=row.source_id,
        ),
    )
    return SeaTables(
        gates=tuple(sorted(gates, key=lambda gate: gate.chokepoint_id)),
        basins=tuple(sorted(rings[AreaKind.BASIN], key=lambda area: area[0])),
        rivers=tuple(sorted(rings[AreaKind.RIVER], key=lambda area: area[0])),
        corrections=tuple(sorted(corrections, key=lambda correction: correction.lane_id)),
        ports=_ports(directory),
    )


def _ports(directory: Path) -> tuple[Port, ...]:
    """Return the places with mode sea and their approaches."""
    places = {
        place.place_id: place
        for place in read_table(directory / "places.csv", Place, ["place_id"])
        if Mode.SEA in place.modes
    }
    approaches = dict(
        _each(
            "approaches.csv",
            [
                (row.place_id, row)
                for row in read_table(directory / "approaches.csv", ApproachRow, ["place_id"])
            ],
            lambda row: (row.place_id, (parse_path(row.path), row.source_id)),
        )
    )
    astray = sorted(set(approaches) - set(places))
    if astray:
        raise DataError(
            "approaches.csv",
            [f"'{place_id}' is no place with mode sea in places.csv" for place_id in astray],
        )
    ports = []
    for place_id, place in sorted(places.items()):
        path, source_id = approaches.get(place_id, ((), place.source_id))
        ports.append(
            Port(
                place_id=place_id,
                position=rounded(place.lon, place.lat),
                approach=path,
                source_id=source_id,
            )
        )
    return tuple(ports)


def parse_path(text: str) -> tuple[Point, ...]:
    """Read ``lon lat;lon lat;...``.

    Raises
    ------
    ValueError
        If a pair is not two numbers within the ranges of longitude and latitude.
    """
    points: list[Point] = []
    for pair in text.split(";"):
        numbers = pair.split()
        if len(numbers) != 2:  # noqa: PLR2004 (a pair)
            raise ValueError(f"'{pair}' is not 'lon lat'")
        point = rounded(float(numbers[0]), float(numbers[1]))
        if not (abs(point[0]) <= _MAX_LON and abs(point[1]) <= _MAX_LAT):
            raise ValueError(f"'{pair}' is no position in degrees")
        points.append(point)
    return tuple(points)


def _line(text: str) -> tuple[Point, ...]:
    """Read a path of at least two positions."""
    path = parse_path(text)
    if len(path) < 2:  # noqa: PLR2004 (both ends)
        raise ValueError("a line needs at least two positions")
    return path


def _ring(text: str) -> shapely.Polygon:
    """Read a closed ring."""
    path = _line(text)
    if path[0] != path[-1]:
        raise ValueError("the ring does not end where it begins")
    return shapely.Polygon(path)


def _shape(text: str) -> shapely.LineString | shapely.Polygon:
    """Read a gate; a path that ends where it begins is a ring."""
    path = _line(text)
    return shapely.Polygon(path) if path[0] == path[-1] else shapely.LineString(path)


def _each(
    name: str, rows: Iterable[tuple[str, _Row]], make: Callable[[_Row], _Made]
) -> list[_Made]:
    """Convert every row of a table, given with its id, or list all that cannot be."""
    made: list[_Made] = []
    problems: list[str] = []
    for identity, row in rows:
        try:
            made.append(make(row))
        except ValueError as error:
            problems.append(f"{identity}: {error}")
    if problems:
        raise DataError(name, problems)
    return made
