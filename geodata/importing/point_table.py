"""A table of points or of lines as text: CSV with the columns lon and lat, or one of WKT."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, Final

from geodata.delimited import delimiter_of, number_of
from geodata.importing.drawing import vertex_count
from geodata.importing.forms import safe, shown
from geodata.importing.raw import Limits, RawFeature, RawFile
from geodata.importing.tables import RefusedError, geometry_of, our_names, own_id, properties_of

LONGITUDE: Final = ("lon", "long", "lng", "longitude", "x")
LATITUDE: Final = ("lat", "latitude", "y")
WKT: Final = ("wkt", "geometry", "geom", "the_geom")
"""How the columns of positions are called, in lower case, the first of each in messages."""

_NO_COLUMNS: Final = (
    "a table without the columns lon and lat (or one of WKT), which has {columns}; rename them, or "
    "open it in a GIS and save it as GeoPackage"
)


def read_point_table(name: str, content: bytes, limits: Limits) -> RawFile:
    """Read the bytes of a CSV file; what is wrong with it stands in the result."""
    try:
        return _read(name, content, limits)
    except RefusedError as refusal:
        return RawFile(name=name, problems=(str(refusal),))
    except csv.Error as error:
        return RawFile(name=name, problems=(f"not readable ({error}); save it as CSV again",))


def _read(name: str, content: bytes, limits: Limits) -> RawFile:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(
            f"not UTF-8 text (byte {error.start + 1}); save it as UTF-8 (in Excel: CSV UTF-8)"
        ) from None
    delimiter = delimiter_of(text)
    lines = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter, strict=True)
    table = [(lines.line_num, cells) for cells in lines if any(cell.strip() for cell in cells)]
    if not table:
        raise RefusedError("the file is empty; export it again")
    header = [cell.strip() for cell in table[0][1]]
    if len(table) - 1 > limits.max_features:
        raise RefusedError(
            f"{len(table) - 1} features, more than {limits.max_features}; split the file"
        )
    draw, used = _drawing_of(header)
    kept = [at for at in range(len(header)) if at not in used]
    names = our_names([header[at] for at in kept])
    features = []
    problems = []
    for number, (line, cells) in enumerate(table[1:], start=1):
        if len(cells) != len(header):
            problems.append(
                f"line {line} has {len(cells)} cells and the header {len(header)}; put what holds "
                f"{shown(delimiter)} into quotation marks"
            )
            continue
        geometry, fault = draw(cells)
        values = [cells[at].strip() or None for at in kept]
        own = values[names.index("id")] if "id" in names else None
        features.append(
            RawFeature(
                number=number,
                properties=properties_of(names, values),
                geometry=geometry,
                feature_id=own_id(own),
                problems=(fault,) if fault else (),
            )
        )
    if sum(vertex_count(feature.geometry) for feature in features) > limits.max_vertices:
        raise RefusedError(f"more than {limits.max_vertices} positions; simplify the lines")
    return RawFile(name=name, features=tuple(features), problems=tuple(problems))


def _drawing_of(header: Sequence[str]) -> tuple[Callable[[Sequence[str]], Any], set[int]]:
    """Return what makes a geometry, or a fault, of the cells of a row, and the columns it uses."""
    lower = [column.lower() for column in header]

    def find(called: Sequence[str]) -> int | None:
        return next((lower.index(each) for each in called if each in lower), None)

    lon, lat, wkt = find(LONGITUDE), find(LATITUDE), find(WKT)
    if lon is not None and lat is not None:
        at = (lon, lat)
        return (lambda cells: _point([cells[each].strip() for each in at])), set(at)
    if wkt is None:
        raise RefusedError(_NO_COLUMNS.format(columns=", ".join(map(safe, header))))
    column = wkt
    return (lambda cells: _shape(cells[column].strip())), {column}


def _point(texts: Sequence[str]) -> tuple[Any, str]:
    if not all(texts):
        return None, ""  # told as what it is: nothing is drawn
    try:
        spot = [number_of(text) for text in texts]
    except ValueError:
        return None, f"lon and lat are {', '.join(map(shown, texts))}; write decimal degrees"
    return {"type": "Point", "coordinates": spot}, ""


def _shape(text: str) -> tuple[Any, str]:
    import shapely

    if not text:
        return None, ""
    try:
        shape = shapely.from_wkt(text)
    except shapely.errors.GEOSException:
        return None, f"{shown(text)} is no WKT; write it as in LINESTRING (49.6 37.2, 49.3 37.3)"
    return geometry_of(shape, bool(shapely.has_z(shape))), ""
