"""Mending what rounding broke: dead ends that stop short of the line they belong to.

Upstream keeps positions on a grid of 0.001 degrees and lost many joints. Two rules bring them back;
neither ever joins two countries, because what crosses a frontier is curated.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from networkx.utils import UnionFind

from geodata.build.graph import (
    UPSTREAM,
    Floats,
    Ints,
    Lines,
    great_circle_km,
    index_of,
    reached,
)
from geodata.units import on_sphere_km

LEAST_DETOUR_KM: Final = 5.0
"""A dead end is joined to its own line only where the way round is longer than this ..."""
LEAST_DETOUR_RATIO: Final = 10.0
"""... and longer than this many times the gap."""
ALIGNED_DETOUR_RATIO: Final = 3.0
ALIGNED_TURN_DEG: Final = 50.0


def bridge_dead_ends(lines: Lines, reach_km: float) -> Lines:
    """Join dead ends to the nearest node of another line, shortest gap first.

    A dead end is joined once. Within one connected network a join has to save a detour.

    Parameters
    ----------
    lines
        With countries.
    reach_km
        The widest gap to close.
    """
    dead = np.flatnonzero(lines.degree() == 1)
    one, other, gap = _pairs(lines, dead, np.arange(len(lines.lon)), reach_km)
    around = lines.neighbours()
    piece = lines.components().tolist()
    joined: UnionFind[int] = UnionFind()
    open_ends = set(dead.tolist())
    known: dict[int, dict[int, float]] = {}
    joins: list[tuple[int, int, float]] = []
    for a, b, km in zip(one.tolist(), other.tolist(), gap.tolist(), strict=True):
        if a not in open_ends:
            continue
        if joined[piece[a]] == joined[piece[b]]:
            if a not in known:
                limit = max(LEAST_DETOUR_KM, LEAST_DETOUR_RATIO * reach_km)
                known[a] = reached(around, a, limit)
            least = max(LEAST_DETOUR_KM, LEAST_DETOUR_RATIO * km)
            if known[a].get(b, np.inf) <= least:
                continue
            if reached(around, a, least).get(b, np.inf) <= least:
                continue  # a join made since then leads there
        joined.union(piece[a], piece[b])
        around[a].append((b, km))
        around[b].append((a, km))
        open_ends.discard(a)
        open_ends.discard(b)
        joins.append((a, b, km))
    return _with_joins(lines, joins)


def bridge_aligned(lines: Lines, reach_km: float) -> Lines:
    """Join two dead ends that point at each other, as a line with a missing piece does.

    Parameters
    ----------
    lines
        With countries.
    reach_km
        The widest gap to close.
    """
    dead = np.flatnonzero(lines.degree() == 1)
    one, other, gap = _pairs(lines, dead, dead, reach_km)
    around = lines.neighbours()
    place = on_sphere_km(lines.lon, lines.lat)
    ended: set[int] = set()
    joins: list[tuple[int, int, float]] = []
    for a, b, km in zip(one.tolist(), other.tolist(), gap.tolist(), strict=True):
        if a in ended or b in ended or a > b:
            continue
        across = place[b] - place[a]
        onward_a = place[a] - place[around[a][0][0]]
        onward_b = place[b] - place[around[b][0][0]]
        if max(_turn_deg(onward_a, across), _turn_deg(onward_b, -across)) >= ALIGNED_TURN_DEG:
            continue
        least = ALIGNED_DETOUR_RATIO * km
        if reached(around, a, least).get(b, np.inf) < least:
            continue
        around[a].append((b, km))
        around[b].append((a, km))
        ended.update((a, b))
        joins.append((a, b, km))
    return _with_joins(lines, joins)


def _pairs(lines: Lines, ends: Ints, targets: Ints, reach_km: float) -> tuple[Ints, Ints, Floats]:
    """Return (end, target, gap in km) within reach and one country, shortest gap first."""
    tree = index_of(lines.lon[targets], lines.lat[targets])
    near = index_of(lines.lon[ends], lines.lat[ends]).query_ball_tree(tree, reach_km)
    one = np.repeat(ends, [len(hits) for hits in near])
    other = targets[np.array([hit for hits in near for hit in hits], dtype=np.int64)]
    real = (one != other) & (lines.country[one] == lines.country[other])
    one, other = one[real], other[real]
    gap = great_circle_km(lines.lon[one], lines.lat[one], lines.lon[other], lines.lat[other])
    order = np.lexsort((other, one, gap.round(4)))
    return one[order], other[order], gap[order]


def _turn_deg(onward: Floats, across: Floats) -> float:
    """Return the angle between two directions."""
    scale = float(np.linalg.norm(onward) * np.linalg.norm(across))
    if scale == 0.0:
        return 0.0
    return float(np.degrees(np.arccos(np.clip(np.dot(onward, across) / scale, -1.0, 1.0))))


def _with_joins(lines: Lines, joins: list[tuple[int, int, float]]) -> Lines:
    if not joins:
        return lines
    start, end, km = zip(*joins, strict=True)
    tags = np.full(len(joins), UPSTREAM, dtype=np.int64)
    return lines.with_edges(np.array(start), np.array(end), np.array(km, dtype=np.float64), tags)
