"""The nearest spots of many lines to many points, found together.

Distances are measured in a plane that is true to scale at each point (degrees of longitude shrink
with latitude), and reported on the ellipsoid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.units import geodesic_lengths_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.network import Line, LonLat

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Shapes = NDArray[np.object_]

_KM_PER_DEGREE: Final = 110.5
"""Less than any degree of latitude has, so that a window of so many degrees is wide enough."""
_LEAST_SHRINK: Final = 0.05
_DOUBT: Final = 1.05
"""More than the ellipsoid makes of a distance in a plane that is true to scale at the point."""
_DIGITS: Final = 5
"""Decimals of a degree that lines are drawn with, about a metre."""


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest spot of a line to a point: which line, where on it, and how far away."""

    line: int
    spot: LonLat
    km: float


class LineIndex:
    """Lines that points are looked up in; they are known by their position in the list.

    Parameters
    ----------
    shapes
        Shapely lines; `of_lines` takes points.
    """

    def __init__(self, shapes: Shapes) -> None:
        import shapely

        self._shapes = shapes
        self._tree = shapely.STRtree(shapes)

    @classmethod
    def of_lines(cls, lines: Sequence[Line]) -> LineIndex:
        """Return the index of lines given by their points, (lon, lat)."""
        from geodata.network import shapes_of

        return cls(shapes_of(lines))

    def nearest(
        self,
        points: Sequence[LonLat],
        limit_km: float,
        but: Sequence[int] | None = None,
        usable: Flags | None = None,
    ) -> list[Near | None]:
        """Return the nearest spot to each point, None where no line lies within the limit.

        Of lines equally near, the first in the list is taken.

        Parameters
        ----------
        points
            (lon, lat) in degrees.
        limit_km
            Lines farther away do not count.
        but
            For each point, the line that does not count for it.
        usable
            Mask of the lines that count at all.
        """
        import shapely

        found: list[Near | None] = [None] * len(points)
        if not len(points) or not len(self._shapes):
            return found
        at = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        shrink = np.maximum(_LEAST_SHRINK, np.cos(np.radians(at[:, 1])))
        reach = limit_km / _KM_PER_DEGREE
        wide = reach / np.maximum(_LEAST_SHRINK, np.cos(np.radians(np.abs(at[:, 1]) + reach)))
        # in degrees, nothing within the limit is farther than the widest side of its window
        who, which = self._tree.query(shapely.points(at), predicate="dwithin", distance=wide)
        counts = np.ones(len(which), dtype=bool) if usable is None else usable[which]
        if but is not None:
            counts &= which != np.asarray(but)[who]
        who, which = who[counts], which[counts]
        if not len(who):
            return found
        in_order = np.argsort(who, kind="stable")
        who, which = who[in_order], which[in_order]
        hopeful = _hopeful(self._shapes[which], at[who], who, shrink[who])
        who, which = who[hopeful], which[hopeful]
        spots = _nearest_spots(self._shapes[which], at[who], shrink[who])
        km = geodesic_lengths_km(at[who], spots)
        order = np.lexsort((which, km, who))
        first = order[np.r_[True, who[order][1:] != who[order][:-1]]]
        first = first[km[first] <= limit_km]
        columns = (who[first], which[first], spots[first], km[first])
        for point, line, (lon, lat), far in zip(*(each.tolist() for each in columns), strict=True):
            found[point] = Near(line, (lon, lat), far)
        return found


def _hopeful(shapes: Shapes, points: Floats, who: Ints, shrink: Floats) -> Flags:
    """Return which pairs may be the nearest of their point; `who` is its number, ascending.

    Degrees that shrink in one direction shrink a distance at least to that share of it: a line
    whose share is still longer than another's whole distance cannot be nearer.
    """
    import shapely

    far = shapely.distance(shapes, shapely.points(points))
    starts = np.flatnonzero(np.r_[True, who[1:] != who[:-1]])
    nearest = np.minimum.reduceat(far, starts)
    of_point = np.repeat(nearest, np.diff(np.r_[starts, len(who)]))
    hopeful: Flags = far * shrink <= of_point * _DOUBT + 10.0**-_DIGITS
    return hopeful


def _nearest_spots(shapes: Shapes, points: Floats, shrink: Floats) -> Floats:
    """Return the nearest spot of each line to its point, each pair in a plane of its own."""
    import shapely

    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    coordinates[:, 0] *= shrink[owner]
    flat = shapely.linestrings(coordinates, indices=owner)
    scaled = points * np.column_stack([shrink, np.ones(len(shrink))])
    share = shapely.line_locate_point(flat, shapely.points(scaled))
    spots = shapely.get_coordinates(shapely.line_interpolate_point(flat, share))
    spots[:, 0] /= shrink
    rounded: Floats = spots.round(_DIGITS)
    return rounded


def cut(line: Line, spots: Sequence[LonLat]) -> tuple[list[float], list[int], list[Line]]:
    """Return a line cut at the spots nearest to some points of it.

    Returns
    -------
    tuple
        Shares of the line's length (0 to 1) at which it is cut, in order; which of the spots each
        is; the pieces, whose ends are the spots themselves.
    """
    # plain numbers: most lines have few points, for which making arrays takes longer
    middle = np.radians(np.array([lat for _, lat in line]).mean())
    shrink = max(_LEAST_SHRINK, float(np.cos(middle)))
    flat = [(lon * shrink, lat) for lon, lat in line]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(flat)]
    lengths = [math.sqrt(east * east + north * north) for east, north in steps]
    ends = [0.0, *accumulate(lengths)]
    found: list[tuple[float, int, int]] = []
    for number, (lon, lat) in enumerate(spots):
        least, at, along = math.inf, 0, 0.0
        for step, ((x, y), (east, north)) in enumerate(zip(flat, steps, strict=False)):
            ahead_x, ahead_y = lon * shrink - x, lat - y
            square = east * east + north * north
            share = (ahead_x * east + ahead_y * north) / square if square else 0.0
            share = min(1.0, max(0.0, share))
            off_x, off_y = ahead_x - share * east, ahead_y - share * north
            away = off_x * off_x + off_y * off_y
            if away < least:
                least, at, along = away, step, share
        found.append((ends[at] + along * lengths[at], at, number))
    found.sort()
    whole = ends[-1] or 1.0
    stops = [(0, line[0]), *((at + 1, spots[number]) for _, at, number in found)]
    stops.append((len(line) - 1, line[-1]))
    pieces = [
        (start, *line[max(first, 1) : last], end) for (first, start), (last, end) in pairwise(stops)
    ]
    return [reach / whole for reach, _, _ in found], [number for *_, number in found], pieces


def share_along(line: Line, spot: LonLat) -> float:
    """Return how far along a line its nearest spot to a point lies, from 0 to 1."""
    (share,), _, _ = cut(line, [spot])
    return share
