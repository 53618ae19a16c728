"""Sets of places and points, from what people write and from files of them.

A file is a CSV with ``lon`` and ``lat`` (or ``place``: an id or a name) and, if wanted, ``name``;
Points of GeoJSON or of any other format that `geodata.importing` reads, named by ``name`` or
``id``; or a text file with a place or ``lat,lon`` per line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Final

from corridors.distances import find_spot
from corridors.errors import CorridorsError
from corridors.graph import Spot
from geodata.delimited import delimiter_of, number_of
from geodata.errors import DataError
from geodata.world import World

MOST_POINTS: Final = 20_000
"""Of one set: more are a sweep, not a matrix."""
_TABLES: Final = (".csv", ".txt")
_FILES: Final = (*_TABLES, ".geojson", ".json", ".gpkg", ".parquet", ".fgb", ".shp", ".kml")
_MOST_BYTES: Final = 50_000_000
_LON: Final = ("lon", "longitude", "x")
_LAT: Final = ("lat", "latitude", "y")
_PLACE: Final = ("place", "place_id")
_NAMES: Final = ("name", "id")


@dataclass(frozen=True, slots=True)
class NamedSpot:
    """A member of a set: how it is called in results, and where it is."""

    name: str
    spot: Spot


def read_points(texts: Iterable[str], world: World, option: str) -> list[NamedSpot]:
    """Return the places and points that texts name, or that files among them hold, in order.

    One that is given twice is in the set once.

    Parameters
    ----------
    texts
        Each a place id or name, ``lat,lon``, or the name of a file.
    option
        What they were given by, for messages.

    Raises
    ------
    DataError
        With every text, line and feature that means no one place, and why.
    """
    found: list[NamedSpot] = []
    problems: list[str] = []
    for text in texts:
        members = _of_file(Path(text)) if _is_file(text) else [("", "", text, None)]
        for where, name, place, lonlat in members:
            try:
                found.append(_spot(name, place, lonlat, world))
            except CorridorsError as error:
                problems.append(f"{where}{error}")
    if len(found) > MOST_POINTS:
        problems.append(
            f"{len(found)} points, more than {MOST_POINTS}; split the set or use `corridors sweep`"
        )
    names: dict[str, Spot] = {}
    problems += [
        f"{one.name!r} names two different points; give each a name of its own"
        for one in found
        if names.setdefault(one.name, one.spot) != one.spot
    ]
    if problems:
        raise DataError(option, list(dict.fromkeys(problems)))
    return list(dict.fromkeys(found))


Member = tuple[str, str, str, tuple[float, float] | None]
"""Where it stands, its name, and either the place it names or its (lon, lat)."""


def _is_file(text: str) -> bool:
    return Path(text).suffix.lower() in _FILES


def _spot(name: str, place: str, lonlat: tuple[float, float] | None, world: World) -> NamedSpot:
    if lonlat is None:
        spot = find_spot(place, world)
    else:
        lon, lat = lonlat
        # as text, so that what no place on Earth has is refused where every other text is
        spot = find_spot(f"{lat:.9f},{lon:.9f}", world)
    if not spot.place_id:
        # two points of one name would be one vertex: the figures are the name
        spot = Spot(f"{spot.lat!r},{spot.lon!r}", spot.lat, spot.lon)
    return NamedSpot(name or (spot.name if spot.place_id else place or spot.name), spot)


def _of_file(path: Path) -> Iterator[Member]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(str(path), [f"larger than {_MOST_BYTES} bytes; split it"])
        if path.suffix.lower() not in _TABLES:
            yield from _of_features(path)
            return
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(str(path), [f"cannot be read ({error.strerror})"]) from None
    except UnicodeDecodeError as error:
        raise DataError(str(path), [f"not UTF-8 text ({error}); save it as UTF-8"]) from None
    if path.suffix.lower() == ".csv":
        yield from _of_table(path, text)
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield f"{path}, line {number}: ", "", line.strip(), None


def _of_table(path: Path, text: str) -> Iterator[Member]:
    try:
        delimiter = delimiter_of(text)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise DataError(str(path), [f"no CSV: {error}"]) from None
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    lon, lat, place, name = (_column(header, known) for known in (_LON, _LAT, _PLACE, _NAMES))
    if place < 0 and (lon < 0 or lat < 0):
        raise DataError(str(path), ["no columns `lon` and `lat`, nor `place`; name them so"])
    problems: list[str] = []
    found: list[Member] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = [*row, *[""] * (len(header) - len(row))]
        where = f"{path}, line {number}: "
        called = cells[name].strip() if name >= 0 else ""
        if place >= 0 and cells[place].strip():
            found.append((where, called, cells[place].strip(), None))
            continue
        try:
            lonlat = (number_of(cells[lon]), number_of(cells[lat])) if min(lon, lat) >= 0 else None
        except ValueError:
            lonlat = None
        if lonlat is None or not all(map(isfinite, lonlat)):
            problems.append(f"line {number}: no place and no lon and lat in degrees; give one")
        else:
            found.append((where, called, "", lonlat))
    if problems:
        raise DataError(str(path), problems)
    yield from found


def _column(header: Sequence[str], known: Sequence[str]) -> int:
    """Return the position of the first column of a known name, -1 for none."""
    return next((header.index(name) for name in known if name in header), -1)


def _of_features(path: Path) -> Iterator[Member]:
    from geodata.importing.raw import Limits
    from geodata.importing.reading import read_file

    raw = read_file(path, Limits())
    problems = list(raw.problems)
    found: list[Member] = []
    for feature in raw.features:
        where = f"feature {feature.number}"
        problems += [f"{where}: {problem}" for problem in feature.problems]
        lonlat = _position(feature.geometry)
        if lonlat is None:
            problems.append(f"{where}: no Point; a set of places holds nothing else")
            continue
        named = [feature.properties.get(key) for key in _NAMES]
        name = next((str(each) for each in named if each not in (None, "")), feature.feature_id)
        found.append((f"{path}, {where}: ", name, "", lonlat))
    if problems:
        raise DataError(str(path), problems)
    yield from found


def _position(geometry: Any) -> tuple[float, float] | None:
    """Return (lon, lat) of a GeoJSON Point, None if it is none."""
    if not isinstance(geometry, Mapping) or geometry.get("type") != "Point":
        return None
    spot = geometry.get("coordinates")
    if not isinstance(spot, Sequence) or isinstance(spot, str):
        return None
    numbers = [part for part in spot[:2] if isinstance(part, int | float) and isfinite(part)]
    return (float(numbers[0]), float(numbers[1])) if len(numbers) == len(spot[:2]) == 2 else None  # noqa: PLR2004
