"""The links along shortest ways between spots, whole ones and parts."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from corridors.measure import Floats, Ints, LineGraph, Spots, path_to


class Part(NamedTuple):
    """A part of a link, run from ``start_m`` to ``end_m`` of its true length."""

    link: int
    start_m: int
    end_m: int


Step = int | Part
"""A whole link, signed (-1 - id when reversed), or a part of one."""


def link_of(step: Step) -> int:
    """Return the link that a step runs over."""
    if isinstance(step, Part):
        return step.link
    return step if step >= 0 else -1 - step


def way_between(
    graph: LineGraph,
    distance: Floats,
    before: Ints,
    source: Spots,
    target: Spots,
    per_m: int = 1,
) -> tuple[float, list[Step]]:
    """Return the length of the shortest way between two spots, and its steps; infinite for none.

    Parameters
    ----------
    graph
        Without the spots.
    distance, before
        From the source to the nodes of the graph, and the nodes before them on the way, where the
        source itself is the first (`measure.from_spots`).
    source, target
        One spot each.
    per_m
        How many of its units `distance` has to the metre; the length is in them too.
    """
    ends = ends_of(target, per_m)
    totals = [float(distance[node]) + further for node, further in ends]
    nearest = min(totals)
    straight, steps = along_one_link(source, target)
    if straight * per_m <= nearest or nearest == inf:
        return straight * per_m, steps
    last = totals.index(nearest)
    path = path_to(before, ends[last][0])[1:]
    starts = [
        (further, at) for at, (node, further) in enumerate(ends_of(source)) if node == path[0]
    ]
    return nearest, with_parts(source, target, (min(starts)[1], last), graph.links_along(path))


def ends_of(spot: Spots, per_m: int = 1) -> list[tuple[int, int]]:
    """Return the nodes at the ends of the link that one spot lies on, and how far they are.

    It is one node only if the spot is that node.
    """
    tail = int(spot.tail[0]), int(spot.to_tail_m[0]) * per_m
    head = int(spot.head[0]), int(spot.to_head_m[0]) * per_m
    return [tail, head] if spot.link[0] >= 0 else [tail]


def along_one_link(source: Spots, target: Spots) -> tuple[float, list[Step]]:
    """Return the metres between two spots of one link along it, infinite if there is none."""
    link = int(source.link[0])
    if link < 0 or link != target.link[0]:
        return inf, []
    part = Part(link, int(source.to_tail_m[0]), int(target.to_tail_m[0]))
    return float(abs(part.end_m - part.start_m)), [part]


def with_parts(
    source: Spots, target: Spots, ends: tuple[int, int], links: Sequence[int]
) -> list[Step]:
    """Return whole links with the parts of links that lead to them and on from them.

    Parameters
    ----------
    ends
        By which of its ends (0 tail, 1 head) the way leaves the first link and enters the last.
    """
    steps: list[Step] = [*links]
    if source.link[0] >= 0:
        at, whole = _stands(source)
        steps.insert(0, Part(int(source.link[0]), at, whole if ends[0] else 0))
    if target.link[0] >= 0:
        at, whole = _stands(target)
        steps.append(Part(int(target.link[0]), whole if ends[1] else 0, at))
    return steps


def _stands(spot: Spots) -> tuple[int, int]:
    """Return how far along its link a spot lies, and how long that is, in metres."""
    at = int(spot.to_tail_m[0])
    return at, at + int(spot.to_head_m[0])
