"""What a feature draws, checked: the lines or the point of a GeoJSON geometry in EPSG:4326."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from geodata.importing.forms import ranges, shown
from geodata.network import Line, LonLat
from geodata.units import geodesic_length_km

LINE_TYPES: Final = ("LineString", "MultiLineString")
POINT_TYPES: Final = ("Point", "MultiPoint")

_OTHER_TYPES: Final = ("Polygon", "MultiPolygon", "GeometryCollection")
_MAX_LON: Final = 180.0
_MAX_LAT: Final = 90.0
_TURN: Final = 360.0
_LEAST: Final = 2
_TOLD: Final = 3


@dataclass(slots=True)
class Drawing:
    """The parts of one geometry, and what is wrong or worth saying; filled by `read_drawing`.

    ``parts`` are lines of two or more different positions, or one point as a line of one;
    ``numbers`` which parts of the geometry the lines are, from 1 on, or 0 for all of it;
    ``lengths_km`` how long they are on the ellipsoid.
    """

    parts: list[Line] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    lengths_km: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    is_export: bool = False
    has_heights: bool = False
    has_repeats: bool = False


def is_line(geometry: Any) -> bool:
    """Tell whether a geometry claims to be a line."""
    return isinstance(geometry, Mapping) and geometry.get("type") in LINE_TYPES


def is_point(geometry: Any) -> bool:
    """Tell whether a geometry claims to be a point."""
    return isinstance(geometry, Mapping) and geometry.get("type") in POINT_TYPES


def is_drawn(geometry: Any) -> bool:
    """Tell whether a geometry is of a kind that is read, or none; a Polygon is not."""
    return not isinstance(geometry, Mapping) or geometry.get("type") not in _OTHER_TYPES


def positions_of(geometry: Any) -> Iterator[list[Any]]:
    """Yield the well-formed positions of a geometry, to be changed in place.

    What is not well-formed is left out: `read_drawing` names it.
    """
    if not (is_line(geometry) or is_point(geometry)):
        return
    for entry in _entries(geometry):
        if isinstance(entry, list) and _position(entry) is not None:
            yield entry


def vertex_count(geometry: Any) -> int:
    """Return how many positions a geometry has, well-formed or not."""
    return len(_entries(geometry)) if is_line(geometry) or is_point(geometry) else 0


def _entries(geometry: Mapping[str, Any]) -> list[Any]:
    entries = geometry.get("coordinates")
    if geometry["type"] == "Point":
        return [entries]
    if not isinstance(entries, list):
        return []
    if geometry["type"] == "MultiLineString":
        return [entry for part in entries if isinstance(part, list) for entry in part]
    return entries


def read_drawing(geometry: Any, crs: str = "", *, is_export: bool = False) -> Drawing:
    """Read and check one geometry.

    Parameters
    ----------
    geometry
        A GeoJSON geometry as parsed JSON, or None.
    crs
        The reference system that the positions were reprojected from, empty for none.
    is_export
        Whether this is a link of our own, whose positions stay as they are, repeated or not.
    """
    drawing = Drawing(is_export=is_export)
    if not isinstance(geometry, Mapping):
        reason = "has no geometry" if geometry is None else f"geometry is {shown(geometry)}"
        drawing.problems.append(f"{reason}; draw it or remove the feature")
        return drawing
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in LINE_TYPES and kind not in POINT_TYPES:
        known = isinstance(kind, str) and kind in _OTHER_TYPES
        named = kind if known else f"geometry type {shown(kind)}"
        remedy = "draw ways as LineString or MultiLineString and places as Point"
        drawing.problems.append(f"{named} is not read; {remedy}")
    elif not isinstance(coordinates, list):
        drawing.problems.append(f"coordinates are {shown(coordinates)}, not an array; draw it anew")
    elif not coordinates:
        drawing.problems.append("the geometry is empty; draw it or remove the feature")
    elif kind == "Point":
        _read_point(drawing, coordinates, crs)
    elif kind == "MultiPoint":
        if len(coordinates) == 1:
            _read_point(drawing, coordinates[0], crs)
        else:
            drawing.problems.append(
                f"a MultiPoint of {len(coordinates)} points is not one place; split it"
            )
    elif kind == "LineString":
        _read_line(drawing, coordinates, 0, crs)
    else:
        for number, part in enumerate(coordinates, start=1):
            _read_line(drawing, part, number, crs)
    return drawing


def crossing_at(line: Line) -> int:
    """Return the position, from 1 on, at the end of the segment where a line first crosses itself.

    `line` has to cross itself. Searched by halving: whether a beginning of the line crosses itself
    is monotone in its length, and no number of crossings makes it slow.
    """
    import shapely

    low, high = _LEAST, len(line)
    while low < high:
        middle = (low + high) // 2
        if shapely.is_simple(shapely.LineString(line[:middle])):
            low = middle + 1
        else:
            high = middle
    return low


def _read_point(drawing: Drawing, coordinates: Any, crs: str) -> None:
    found = _checked(drawing, [coordinates], "", crs)
    if len(found) == 1:
        drawing.parts.append(tuple(found))


def _read_line(drawing: Drawing, coordinates: Any, part: int, crs: str) -> None:
    where = f"part {part}: " if part else ""
    if not isinstance(coordinates, list):
        drawing.problems.append(
            f"{where}{shown(coordinates)} is no array of positions; draw it anew"
        )
        return
    found = _checked(drawing, coordinates, where, crs)
    if len(found) < len(coordinates):
        return
    line = [here for at, here in enumerate(found) if not at or here != found[at - 1]]
    if len(found) < _LEAST:
        count = f"{len(found)} position" + ("" if len(found) == 1 else "s")
        drawing.problems.append(f"{where}a line of {count}; draw two or more, or remove it")
    elif len(line) < _LEAST:
        drawing.problems.append(
            f"{where}all {len(found)} positions are the same, so the line has no length; "
            "draw it or remove it"
        )
    else:
        if drawing.is_export:
            line = found
        drawing.has_repeats |= len(line) < len(found)
        jump = _jump(line)
        if jump:
            drawing.problems.append(
                f"{where}jumps over the antimeridian at position {jump}; "
                "split it there into a MultiLineString, as RFC 7946 has it (ogr2ogr -wrapdateline)"
            )
        else:
            drawing.parts.append(tuple(line))
            drawing.numbers.append(part)
            drawing.lengths_km.append(geodesic_length_km(line))


def _checked(drawing: Drawing, entries: Sequence[Any], where: str, crs: str) -> list[LonLat]:
    """Return the good positions; the first few bad ones are told with reason, the others named."""
    found: list[LonLat] = []
    faults: dict[int, str] = {}
    for number, entry in enumerate(entries, start=1):
        if type(entry) is list and len(entry) == _LEAST:  # nearly all: said first, for speed
            lon, lat = entry
            if type(lon) is type(lat) is float and abs(lon) <= _MAX_LON and abs(lat) <= _MAX_LAT:
                found.append((lon, lat))
                continue
        position = _position(entry)
        if position is None:
            faults[number] = f"is {_entry(entry)}, not [longitude, latitude] in numbers; correct it"
        elif not (abs(position[0]) <= _MAX_LON and abs(position[1]) <= _MAX_LAT):
            faults[number] = _fault(position, crs)
        else:
            found.append(position)
            drawing.has_heights |= len(entry) > _LEAST
    told, rest = list(faults)[:_TOLD], list(faults)[_TOLD:]
    drawing.problems += [f"{where}position {number} {faults[number]}" for number in told]
    if rest:
        drawing.problems.append(f"{where}positions {ranges(rest)} are wrong like these")
    return found


def _position(entry: Any) -> LonLat | None:
    """Return a position as (longitude, latitude); a number that is too big is infinite."""
    if not isinstance(entry, list) or len(entry) < _LEAST:
        return None
    for value in entry:
        if type(value) is not float and type(value) is not int:
            return None
    try:
        return (float(entry[0]), float(entry[1]))
    except OverflowError:
        return (math.inf, math.inf)


def _entry(entry: Any) -> str:
    if isinstance(entry, list):
        inside = ", ".join(shown(value) for value in entry[:_TOLD])
        return f"[{inside}{', ...' if len(entry) > _TOLD else ''}]"
    return shown(entry)


def _fault(position: LonLat, crs: str) -> str:
    """Return why a position is not on Earth, and what to do."""
    lon, lat = position
    if not (math.isfinite(lon) and math.isfinite(lat)):
        if crs:
            return f"cannot be brought from {crs} to EPSG:4326; check the file's reference system"
        return f"({shown(lon)}, {shown(lat)}) is not finite; give it two finite numbers"
    said = f"({shown(lon)}, {shown(lat)}) is not on Earth"
    if crs:
        return f"{said} after reprojecting from {crs}; check the file's reference system"
    if abs(lon) <= _MAX_LAT and abs(lat) <= _MAX_LON:
        return f"{said}; longitude comes first and then latitude: swap them"
    if abs(lon) <= _TURN and abs(lat) <= _MAX_LAT:
        return f"{said}; longitude goes from -180 to 180: {'subtract' if lon > 0 else 'add'} 360"
    return f"{said}; these are no degrees: save the file in EPSG:4326"


def _jump(line: Sequence[LonLat]) -> int:
    """Return the position, from 1 on, before which a line jumps half around the Earth, or 0."""
    for number in range(1, len(line)):
        if abs(line[number][0] - line[number - 1][0]) > _MAX_LON:
            return number + 1
    return 0
