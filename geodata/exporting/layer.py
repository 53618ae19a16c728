"""A layer: features of one kind as columns and shapes, in EPSG:4326; and what is said of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Flags = NDArray[np.bool_]

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; west of more than east crosses the antimeridian."""

DECIMALS: Final = 7
"""Of a degree, about a centimetre. The shipped lines are drawn on a grid of five decimals, so that
nothing is lost; an analyst's own line is rounded here."""

_HALF_TURN: Final = 180.0
_MAX_LAT: Final = 90.0
_LEAST: Final = 2


@dataclass(frozen=True, slots=True)
class Column:
    """Values of one property, and where it says nothing: text, whole numbers or numbers."""

    values: Array
    missing: Flags

    @classmethod
    def of(cls, cells: Sequence[Any], kind: type) -> Column:
        """Return the column of cells of one kind (`str`, `int`, `float`); None says nothing.

        Nor does an empty text.
        """
        missing = np.array([cell is None or cell == "" for cell in cells], dtype=bool)
        if kind is str:
            texts = ["" if cell is None else str(cell) for cell in cells]
            return cls(np.array(texts, dtype=object), missing)
        numbers = [0 if cell is None else cell for cell in cells]
        return cls(np.array(numbers, dtype=np.int64 if kind is int else np.float64), missing)

    @classmethod
    def of_array(cls, values: Array, *, nothing: int | None = None) -> Column:
        """Return the column of an array; an empty text, or the number `nothing`, says nothing."""
        if values.dtype.kind in "OU":
            texts = values.astype(object)
            return cls(texts, np.asarray(texts == "", dtype=bool))
        none = np.zeros(len(values), dtype=bool)
        return cls(values.astype(np.int64), none if nothing is None else values == nothing)

    @classmethod
    def same(cls, value: str, count: int) -> Column:
        """Return a column that says one and the same text throughout."""
        return cls(np.full(count, value, dtype=object), np.zeros(count, dtype=bool))

    @classmethod
    def nothing(cls, like: Column, count: int) -> Column:
        """Return a column of the kind of another, that says nothing."""
        empty: Any = "" if like.is_text else 0
        return cls(np.full(count, empty, dtype=like.values.dtype), np.ones(count, dtype=bool))

    @property
    def is_text(self) -> bool:
        """Tell whether the values are texts."""
        return self.values.dtype == object

    def cells(self) -> list[Any]:
        """Return the values as Python has them, None where nothing is said."""
        found: list[Any] = self.values.tolist()
        for at in np.flatnonzero(self.missing).tolist():
            found[at] = None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Features of one kind: ``columns`` by name, ``shapes`` of shapely, all equally long.

    ``keys`` are the columns that identify a feature together.
    """

    name: str
    title: str
    columns: Mapping[str, Column]
    shapes: Array
    keys: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.shapes)

    def where(self, chosen: Flags) -> Layer:
        """Return the layer of some of the features."""
        columns = {
            name: Column(column.values[chosen], column.missing[chosen])
            for name, column in self.columns.items()
        }
        return replace(self, columns=columns, shapes=self.shapes[chosen])


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a file says of itself: what it is, of which data, under which licence.

    ``attribution`` are the notices that whoever shows or publishes it has to repeat.
    """

    title: str
    data_version: str
    licence: str
    attribution: tuple[str, ...]
    description: str = ""

    @property
    def members(self) -> dict[str, str]:
        """The same by name, as formats with loose metadata have it."""
        return {
            "title": self.title,
            "description": self.description,
            "data_version": self.data_version,
            "licence": self.licence,
            "attribution": "; ".join(self.attribution),
        }


def in_countries(layer: Layer, countries: Sequence[str]) -> Layer:
    """Return the features of a layer that lie in some countries; all for none named.

    A border crossing point lies in both of its countries; what states no country lies in none.
    """
    if not countries:
        return layer
    chosen = np.zeros(len(layer), dtype=bool)
    for name in ("country", "countries"):
        if name in layer.columns:
            said = layer.columns[name].values
            chosen |= np.array([bool(set(cell.split()) & set(countries)) for cell in said])
    return layer.where(chosen)


def in_box(layer: Layer, box: Box | None) -> Layer:
    """Return the features of a layer that lie at least partly in a box; all for none."""
    if box is None:
        return layer
    import shapely

    west, south, east, north = box
    boxes = [(west, east)] if west <= east else [(west, _HALF_TURN), (-_HALF_TURN, east)]
    chosen = np.zeros(len(layer), dtype=bool)
    for low, high in boxes:
        chosen |= shapely.intersects(layer.shapes, shapely.box(low, south, high, north))
    return layer.where(chosen)


def box_of(text: str) -> Box:
    """Return the box that ``W,S,E,N`` in degrees names.

    Raises
    ------
    ValueError
        If it names none; says why.
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"{text!r}: write W,S,E,N in degrees, as in 44,25,64,40") from None
    if not (abs(west) <= _HALF_TURN and abs(east) <= _HALF_TURN):
        raise ValueError(f"{text!r}: west and east go from -180 to 180")
    if not -_MAX_LAT <= south <= north <= _MAX_LAT:
        raise ValueError(f"{text!r}: south must not lie north of north, both from -90 to 90")
    return west, south, east, north


def rounded(layer: Layer) -> Layer:
    """Return a layer whose positions have `DECIMALS`, its lines split where they cross 180."""
    import shapely

    # adding zero makes a negative zero a plain one
    shapes = shapely.transform(layer.shapes, lambda spots: spots.round(DECIMALS) + 0.0)
    spots, owner = shapely.get_coordinates(shapes, return_index=True)
    jumps = (np.abs(np.diff(spots[:, 0])) > _HALF_TURN) & (np.diff(owner) == 0)
    for at in np.unique(owner[1:][jumps]).tolist():
        shapes[at] = _split(shapely.get_coordinates(shapes[at]).tolist())
    return replace(layer, shapes=shapes)


def _split(line: Sequence[Sequence[float]]) -> Any:
    """Return a line that crosses the antimeridian as lines that end there, as RFC 7946 has it."""
    from shapely import LineString, MultiLineString

    parts: list[list[tuple[float, float]]] = [[(line[0][0], line[0][1])]]
    for (a, b), (c, d) in pairwise(line):
        if abs(c - a) > _HALF_TURN:
            edge = _HALF_TURN if a > 0 else -_HALF_TURN
            beyond = c + 2 * edge
            share = (edge - a) / (beyond - a) if beyond != a else 0.0
            lat = round(b + share * (d - b), DECIMALS)
            parts[-1].append((edge, lat))
            parts.append([(-edge, lat)])
        parts[-1].append((c, d))
    lines = [[p for at, p in enumerate(part) if not at or p != part[at - 1]] for part in parts]
    lines = [part for part in lines if len(part) >= _LEAST]
    return LineString(lines[0]) if len(lines) == 1 else MultiLineString(lines)


def bounds_of(layers: Sequence[Layer]) -> Box | None:
    """Return the smallest box around layers, None for none; it may cross the antimeridian.

    A shape in several parts is one that `rounded` split there.
    """
    import shapely

    shapes = np.concatenate([layer.shapes for layer in layers])
    if not len(shapes):
        return None
    spans = shapely.bounds(shapely.get_parts(shapes))
    west, east = spans[:, 0], spans[:, 2]
    south, north = float(spans[:, 1].min()), float(spans[:, 3].max())
    if (shapely.get_num_geometries(shapes) == 1).all():
        return float(west.min()), south, float(east.max()), north
    order = np.argsort(west, kind="stable")
    reach = np.maximum.accumulate(east[order])
    gaps = west[order][1:] - reach[:-1]
    if not len(gaps) or gaps.max() <= 0:
        return -_HALF_TURN, south, _HALF_TURN, north
    widest = int(gaps.argmax())
    return float(west[order][widest + 1]), south, float(reach[widest]), north
