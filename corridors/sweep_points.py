"""Points of a sweep: places by name, a file of points, or a grid; all problems at once."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from corridors.errors import CorridorsError
from corridors.finding import find_place, parse_coordinates
from geodata.delimited import delimiter_of, number_of
from geodata.units import on_earth
from geodata.vocabulary import Mode
from geodata.world import World

if TYPE_CHECKING:
    from geodata.network import Box, Network

MOST_POINTS: Final = 100_000
"""Origins or destinations of one sweep."""
MOST_FILE_BYTES: Final = 100_000_000
_CORNERS: Final = 4
_DECIMALS: Final = 6
_SLACK: Final = 1e-9
"""Share of a step by which a grid may miss the far edge of its box and still reach it."""


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """An origin or a destination: a place of the tables, or a free point (``place_id`` empty)."""

    name: str
    lat: float
    lon: float
    place_id: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Points every ``step_deg`` degrees in a box (west, south, east, north) or a country.

    Points of a country are those near a road whose nearest road is one of its own.
    """

    step_deg: float
    box: Box | None = None
    country: str = ""


def named_points(texts: Iterable[str], world: World) -> tuple[list[SweepPoint], list[str]]:
    """Return the points that ids, names or ``lat,lon`` mean, and what is wrong with the rest."""
    points: list[SweepPoint] = []
    problems: list[str] = []
    for text in texts:
        try:
            at = parse_coordinates(text)
            if at is not None:
                points.append(_free(*at))
                continue
            place = find_place(text, world)
            points.append(SweepPoint(place.place_id, place.lat, place.lon, place.place_id))
        except CorridorsError as error:
            problems.append(str(error))
    return points, problems


def points_of_file(path: Path, column: str, world: World) -> tuple[list[SweepPoint], list[str]]:
    """Return the points of a CSV or GeoJSON file, and what is wrong with each of the others.

    Parameters
    ----------
    path
        CSV with a column of names, ``lat`` and ``lon``; or GeoJSON of Points.
    column
        The column or property with the names.
    world
        Gives the ids that no free point may have.
    """
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            return [], [f"{path} has more than {MOST_FILE_BYTES} bytes: split it"]
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return [], [f"{path} cannot be read: {error}"]
    rows = _csv_rows if path.suffix.lower() == ".csv" else _geojson_rows
    points: list[SweepPoint] = []
    problems: list[str] = []
    for where, name, lat, lon, unread in rows(text, column):
        problem = unread or _fault(name, lat, lon)
        if not problem and name.strip() in world.places:
            problem = f"{name!r} is the id of a place: name it under `places`, or rename the point"
        if problem:
            problems.append(f"{path.name}: {where}: {problem}")
        else:
            points.append(SweepPoint(name.strip(), _degrees(lat), _degrees(lon)))
    if not points and not problems:
        problems.append(f"{path.name}: no point in it")
    return points, problems


def grid_points(grid: Grid, network: Network, limit_km: float) -> list[SweepPoint]:
    """Return the points of a grid, from south-west to north-east, row by row.

    Of a country those are returned from which the nearest road, `limit_km` away at most, is one of
    its own. In a country the grid starts at whole multiples of the step, so that it does not
    depend on how far the country's roads reach.
    """
    if grid.box is not None:
        west, south, east, north = grid.box
        return [_free(lat, lon) for lat, lon in _steps(south, north, west, east, grid.step_deg)]
    import numpy as np

    from geodata.network import LINK_ENDS
    from geodata.snapping import Snapper

    roads = network.layer(Mode.ROAD)
    inside = roads.live & (roads.links["country"] == grid.country)
    if not inside.any():
        return []
    nodes = np.unique(np.concatenate([roads.links[name][inside] for name in LINK_ENDS]))
    lats, lons = roads.node_lat[nodes], roads.node_lon[nodes]
    step = grid.step_deg
    south, west = (floor(float(values.min()) / step) * step for values in (lats, lons))
    snapper = Snapper(roads, roads.live)
    found = []
    for lat, lon in _steps(south, float(lats.max()), west, float(lons.max()), step):
        snap = snapper.nearest(lon, lat)
        if snap is None or snap.snap_km > limit_km:
            continue
        if roads.links["country"][snap.link_id] == grid.country:
            found.append(_free(lat, lon))
    return found


def grid_size(grid: Grid) -> int:
    """Return how many points the box of a grid has; 0 for a country, which is counted later."""
    if grid.box is None:
        return 0
    west, south, east, north = grid.box
    return _count(south, north, grid.step_deg) * _count(west, east, grid.step_deg)


def box_fault(box: Any) -> str:
    """Return what is wrong with a box, empty if nothing is."""
    numbers = isinstance(box, list) and all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in box
    )
    if not numbers or len(box) != _CORNERS:
        return "must be four numbers: [west, south, east, north] in degrees"
    west, south, east, north = box
    in_order = west <= east and south <= north
    if not (in_order and on_earth(west, south) and on_earth(east, north)):
        return f"{box} is no box on Earth: [west, south, east, north], west <= east, south <= north"
    return ""


def _free(lat: float, lon: float) -> SweepPoint:
    lat, lon = round(lat, _DECIMALS), round(lon, _DECIMALS)
    return SweepPoint(f"{lat:g},{lon:g}", lat, lon)


def _count(low: float, high: float, step: float) -> int:
    return floor((high - low) / step + _SLACK) + 1


def _steps(
    south: float, north: float, west: float, east: float, step: float
) -> Iterator[tuple[float, float]]:
    for row in range(_count(south, north, step)):
        for column in range(_count(west, east, step)):
            yield south + row * step, west + column * step


Row = tuple[str, str, Any, Any, str]
"""Where, name, latitude, longitude, fault."""


def _csv_rows(text: str, column: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter_of(text))
    missing = [name for name in (column, "lat", "lon") if name not in (reader.fieldnames or ())]
    if missing:
        there = ", ".join(reader.fieldnames or ()) or "none"
        yield "line 1", "", 0, 0, f"column {', '.join(missing)} is missing; there are {there}"
        return
    for row in reader:
        where = f"line {reader.line_num}"
        yield where, row[column] or "", row["lat"], row["lon"], ""


def _geojson_rows(text: str, name_of: str) -> Iterator[Row]:
    try:
        document = json.loads(text)
    except ValueError as error:
        yield "file", "", 0, 0, f"neither .csv nor GeoJSON: {error}"
        return
    features = document.get("features") if isinstance(document, Mapping) else None
    if not isinstance(features, list):
        yield "file", "", 0, 0, "must be a GeoJSON FeatureCollection"
        return
    for number, feature in enumerate(features, start=1):
        where = f"feature {number}"
        parts = feature if isinstance(feature, Mapping) else {}
        geometry, properties = parts.get("geometry") or {}, parts.get("properties") or {}
        if not isinstance(geometry, Mapping) or geometry.get("type") != "Point":
            yield where, "", 0, 0, "must be a Point"
            continue
        at = geometry.get("coordinates")
        if not isinstance(at, list) or len(at) < 2:  # noqa: PLR2004 - longitude and latitude
            yield where, "", 0, 0, "coordinates must be [longitude, latitude]"
            continue
        name = properties.get(name_of) if isinstance(properties, Mapping) else None
        fault = "" if name is not None else f"property {name_of!r} is missing"
        yield where, str(name or ""), at[1], at[0], fault


def _degrees(written: Any) -> float:
    return number_of(str(written))


def _fault(name: str, lat: Any, lon: Any) -> str:
    if not name.strip():
        return "the name is empty"
    if not name.isprintable():
        return "the name has control characters in it"
    try:
        north, east = map(_degrees, (lat, lon))
    except (TypeError, ValueError):
        return f"lat {lat!r}, lon {lon!r} are no numbers"
    if not on_earth(east, north):
        return f"lat {lat}, lon {lon} is not on Earth"
    return ""
