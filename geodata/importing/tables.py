"""Features from rows of a table with shapes: names, cells and geometries as GeoJSON has them."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from geodata.importing.forms import safe
from geodata.importing.projection import transformer_of
from geodata.importing.properties import PASSED_OVER, foreign_names
from geodata.importing.raw import RawFile

LONGEST_ID: Final = 100
"""Characters of a row's own id that messages show."""

_MIDNIGHT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00:00(?:\.0+)?(?:Z|[+-]00(?::?00)?)?")
_COPY: Final = re.compile(r"\S*corridors-[^/\\\s]+[/\\]copy")
_LONGEST_SAID: Final = 200
_LOOKED_AT: Final = 2_000
_NOT_WELL_FORMED: Final = "not well-formed"


class RefusedError(Exception):
    """A file that can be read and is not to be used; the text says why and what to do."""


def contained(name: str, read: Callable[[], RawFile], reader: str) -> RawFile:
    """Run a reader of others, whose failures come as any exception and doubts as warnings.

    Parameters
    ----------
    name
        The file, as messages name it.
    read
        What reads it.
    reader
        Whose warnings they are.
    """
    with warnings.catch_warnings(record=True) as doubts:
        warnings.simplefilter("always")
        try:
            found = read()
        except RefusedError as refusal:
            return RawFile(name=name, problems=(str(refusal),))
        except Exception as error:  # whatever a library makes of broken bytes
            remedy = "export it again, as GeoJSON or GeoPackage"
            return RawFile(name=name, problems=(f"not readable ({_said(error)}); {remedy}",))
    said = dict.fromkeys(_said(doubt.message) for doubt in doubts)
    return replace(found, remarks=(*found.remarks, *(f"{reader} says: {each}" for each in said)))


def own_id(cell: Any) -> str:
    """Return a cell of an `id` column as messages show it, empty where it says nothing."""
    nothing = cell is None or (isinstance(cell, float) and math.isnan(cell))
    return "" if nothing else safe(str(cell))[:LONGEST_ID]


def _said(error: Exception | Warning | str) -> str:
    """Return what a library says, in one short line without the name of the private copy."""
    line = " ".join(str(error)[:_LOOKED_AT].split()) or type(error).__name__
    return safe(_COPY.sub("the file", line)[:_LONGEST_SAID])


def our_names(written: Sequence[str]) -> list[str]:
    """Return our names of the columns of a table; a column that we do not know keeps its own.

    Raises
    ------
    RefusedError
        If two columns mean the same property.
    """
    known = foreign_names()
    found: list[str] = []
    for column in written:
        lower = column.lower()
        found.append(known.get(lower, lower if lower in PASSED_OVER else column))
    twice = {name for name in found if name not in PASSED_OVER and found.count(name) > 1}
    if twice:
        columns = [old for old, new in zip(written, found, strict=True) if new in twice]
        raise RefusedError(
            f"columns {', '.join(map(safe, columns))} mean the same: "
            f"{', '.join(map(safe, sorted(twice)))}; keep one of each"
        )
    return found


def properties_of(names: Sequence[str], cells: Sequence[Any]) -> dict[str, Any]:
    """Return the cells of a row that say something, by name."""
    read = ((name, _cell(cell)) for name, cell in zip(names, cells, strict=True))
    return {name: value for name, value in read if value is not None}


def _cell(value: Any) -> Any:
    """Return a cell as JSON would have it; what is missing in a table may be written as NaN."""
    if isinstance(value, str):
        text = value.strip()
        midnight = _MIDNIGHT.fullmatch(text)
        return midnight[1] if midnight else text
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, datetime):
        return _cell(value.isoformat())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value


def drawn_shapes(blobs: Any, crs: Any) -> tuple[list[Any], str, str]:
    """Return shapes as GeoJSON geometries in EPSG:4326, from which system, and what is wrong.

    Parameters
    ----------
    blobs
        An array of well-known binary; None where a row has no shape.
    crs
        What pyproj reads as the reference system.
    """
    import numpy as np
    import shapely

    shapes = shapely.from_wkb(blobs, on_invalid="ignore")
    high = shapely.has_z(shapes) | shapely.has_m(shapes)
    transformer, name, problem = transformer_of(crs)
    if transformer is not None:

        def moved(spots: Any) -> Any:
            return np.column_stack(transformer.transform(spots[:, 0], spots[:, 1]))

        shapes = shapely.transform(shapes, moved)
    drawn = [
        _NOT_WELL_FORMED if shape is None and blob is not None else geometry_of(shape, is_high)
        for shape, blob, is_high in zip(shapes, blobs, high.tolist(), strict=True)
    ]
    return drawn, name, problem


def geometry_of(shape: Any, high: bool) -> Any:
    """Return a shape as a GeoJSON geometry; a height stands for all that was left out."""
    if shape is None:
        return None
    kind: str = shape.geom_type
    parts = list(_parts(shape, high))
    coordinates: Any = parts
    if kind == "LineString":
        coordinates = parts[0]
    elif kind == "Point":
        coordinates = parts[0][0] if parts[0] else []
    elif kind == "MultiPoint":
        coordinates = [part[0] for part in parts if part]
    return {"type": kind, "coordinates": coordinates}


def _parts(shape: Any, high: bool) -> Iterator[list[list[float]]]:
    import shapely

    parts = [shape] if shape.geom_type in ("LineString", "Point") else shapely.get_parts(shape)
    for part in parts:
        spots = shapely.get_coordinates(part).tolist()
        yield [[*spot, 0.0] for spot in spots] if high else spots
