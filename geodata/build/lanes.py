"""Sea lanes as plain lines: measuring, splitting, joining and contracting them.

A network at this stage is a list of :class:`Lane`. Two lanes meet where they end at the same
position (five decimals); lanes that cross elsewhere do not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from geodata.units import wgs84
from geodata.vocabulary import GeometryBasis

Point = tuple[float, float]
"""Longitude and latitude in decimal degrees, rounded to :data:`DECIMALS`."""

DECIMALS: Final = 5
_THROUGH: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A line along which ships can sail both ways, joined to others at its two ends only.

    Parameters
    ----------
    path
        At least two positions, in order.
    basis
        How far the drawn line can be trusted.
    source_id
        Where it comes from.
    chokepoint
        Id of the strait or canal that it passes, else empty.
    basin
        Which sea it lies in.
    """

    path: tuple[Point, ...]
    basis: GeometryBasis
    source_id: str
    chokepoint: str = ""
    basin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Where a position off the network meets it.

    Parameters
    ----------
    lane
        Index of the nearest lane.
    segment
        Index of the segment of its path.
    share
        How far along that segment, from 0 to 1.
    point
        The nearest point itself.
    distance_m
        Geodesic distance to it.
    """

    lane: int
    segment: int
    share: float
    point: Point
    distance_m: float


def rounded(lon: float, lat: float) -> Point:
    """Return a position rounded to five decimals; never minus zero."""
    return (round(lon, DECIMALS) + 0.0, round(lat, DECIMALS) + 0.0)


def length_m(path: Sequence[Point]) -> float:
    """Return the geodesic length of a line in metres."""
    lons, lats = zip(*path, strict=True)
    return float(wgs84().line_length(lons, lats))


def densified(path: Sequence[Point], step_m: float) -> tuple[Point, ...]:
    """Return the path with points added along the geodesic, so that no segment is longer than this.

    A lane of a thousand kilometres given by its two ends is drawn, and can be split, where a ship
    would sail; its length stays the same but for the rounding of positions.
    """
    dense = [path[0]]
    for start, end in pairwise(path):
        extra = int(length_m((start, end)) // step_m)
        if extra:
            dense += [rounded(lon, lat) for lon, lat in wgs84().npts(*start, *end, extra)]
        dense.append(end)
    return tuple(dense)


def distinct(lanes: Sequence[Lane]) -> list[Lane]:
    """Return the lanes in a fixed order, without repetitions, points and loops of one segment."""
    forward: dict[tuple[Point, ...], Lane] = {}
    for lane in lanes:
        path = [lane.path[0]]
        path += [b for a, b in pairwise(lane.path) if a != b]
        if len(path) < _THROUGH or (len(path) == _THROUGH and path[0] == path[1]):
            continue
        key = min(tuple(path), tuple(reversed(path)))
        forward.setdefault(key, replace(lane, path=key))
    return [forward[key] for key in sorted(forward)]


def nearest_join(
    lanes: Sequence[Lane], allowed: Callable[[Lane], bool] = lambda _: True
) -> Callable[[Point], Join | None]:
    """Return a function that finds the nearest point of any lane to a position.

    The nearest point is searched on a plane that is true to scale at the position, then measured
    along the geodesic. The function returns None only when no lane is allowed.
    """
    owners: list[tuple[int, int]] = []
    ends: list[tuple[float, float, float, float]] = []
    for index, lane in enumerate(lanes):
        if allowed(lane):
            for segment, (a, b) in enumerate(pairwise(lane.path)):
                owners.append((index, segment))
                ends.append((*a, *b))
    table: NDArray[np.float64] = np.array(ends, dtype=np.float64).reshape(-1, 4)

    def find(position: Point) -> Join | None:
        if not len(table):
            return None
        squeeze = float(np.cos(np.radians(position[1])))
        ax, ay = (table[:, 0] - position[0]) * squeeze, table[:, 1] - position[1]
        dx, dy = (table[:, 2] - table[:, 0]) * squeeze, table[:, 3] - table[:, 1]
        share = np.clip(-(ax * dx + ay * dy) / (dx * dx + dy * dy), 0.0, 1.0)
        best = int(np.argmin((ax + share * dx) ** 2 + (ay + share * dy) ** 2))
        along = float(share[best])
        west, south, east, north = table[best].tolist()
        point = rounded(west + along * (east - west), south + along * (north - south))
        return Join(
            lane=owners[best][0],
            segment=owners[best][1],
            share=along,
            point=point,
            distance_m=length_m((position, point)) if point != position else 0.0,
        )

    return find


def split(lanes: Sequence[Lane], joins: Sequence[Join]) -> list[Lane]:
    """Return the lanes with every lane cut where something joins it, whatever their order."""
    cuts: defaultdict[int, set[tuple[int, float, Point]]] = defaultdict(set)
    for join in joins:
        cuts[join.lane].add((join.segment, join.share, join.point))
    pieces: list[Lane] = []
    for index, lane in enumerate(lanes):
        path: list[Point] = []
        stops: set[Point] = set()
        for segment, vertex in enumerate(lane.path):
            path.append(vertex)
            for at, _, point in sorted(cuts.get(index, ())):
                if at == segment:
                    path.append(point)
                    stops.add(point)
        start = 0
        for position in range(1, len(path)):
            if position == len(path) - 1 or path[position] in stops:
                pieces.append(replace(lane, path=tuple(path[start : position + 1])))
                start = position
    return distinct(pieces)


def components(lanes: Sequence[Lane]) -> list[list[Lane]]:
    """Return the lanes grouped by connection, the group with the most lanes first."""
    graph = nx.Graph([(lane.path[0], lane.path[-1]) for lane in lanes])
    first = {point: min(group) for group in nx.connected_components(graph) for point in group}
    groups: defaultdict[Point, list[Lane]] = defaultdict(list)
    for lane in lanes:
        groups[first[lane.path[0]]].append(lane)
    return [groups[key] for key in sorted(groups, key=lambda key: (-len(groups[key]), key))]


def contracted(lanes: Sequence[Lane], kept: Collection[Point]) -> list[Lane]:
    """Return the lanes with chains made one, all vertices kept as the line.

    Two lanes become one where nothing else meets them, the point is not one of ``kept``, and they
    agree in everything but their path. A chain that would close on itself stays open at one point.
    """
    remaining = dict(enumerate(distinct(lanes)))
    at: defaultdict[Point, set[int]] = defaultdict(set)
    degree: Counter[Point] = Counter()
    for index, lane in remaining.items():
        for end in (lane.path[0], lane.path[-1]):
            at[end].add(index)
            degree[end] += 1
    fixed = set(kept)
    for point in sorted(at):
        if point in fixed or degree[point] != _THROUGH or len(at[point]) != _THROUGH:
            continue
        first, second = sorted(at[point])
        into, onward = remaining[first], remaining[second]
        if replace(into, path=()) != replace(onward, path=()):
            continue
        head = into.path if into.path[-1] == point else into.path[::-1]
        tail = onward.path if onward.path[0] == point else onward.path[::-1]
        if head[0] == tail[-1]:
            continue
        remaining[first] = replace(into, path=head + tail[1:])
        del remaining[second]
        del at[point]
        at[tail[-1]].discard(second)
        at[tail[-1]].add(first)
    return distinct(list(remaining.values()))
