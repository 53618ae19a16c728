"""The links along shortest ways between spots, whole ones and parts."""

from __future__ import annotations

from typing import NamedTuple

from corridors.measure import Floats, Ints, LineGraph, Spots, path_to


class Part(NamedTuple):
    """A part of a link, run from ``start_m`` to ``end_m`` of its true length."""

    link: int
    start_m: int
    end_m: int


Step = int | Part
"""A whole link, signed (-1 - id when reversed), or a part of one."""


def way_between(
    graph: LineGraph, distance: Floats, before: Ints, source: Spots, target: Spots
) -> tuple[float, list[Step]]:
    """Return the metres of the shortest way between two spots, and its steps; infinite for none.

    Parameters
    ----------
    graph
        Without the spots.
    distance, before
        From the source to the nodes of the graph, and the nodes before them on the way, where the
        source itself is the first (`measure.from_spots`).
    source, target
        One spot each.
    """
    tail, head = int(target.tail[0]), int(target.head[0])
    link, along_m = int(target.link[0]), int(target.to_tail_m[0])
    start_link, start_m = int(source.link[0]), int(source.to_tail_m[0])
    by_tail_m = float(distance[tail]) + along_m
    by_head_m = float(distance[head]) + float(target.to_head_m[0])
    nearest_m = min(by_tail_m, by_head_m)
    if link == start_link and link >= 0 and abs(along_m - start_m) <= nearest_m:
        return float(abs(along_m - start_m)), [Part(link, start_m, along_m)]
    if nearest_m == float("inf"):
        return nearest_m, []
    by_tail = by_tail_m <= by_head_m
    path = path_to(before, tail if by_tail else head)[1:]
    steps: list[Step] = []
    if start_link >= 0:
        rest_m = int(source.to_head_m[0])
        at_tail, at_head = path[0] == source.tail[0], path[0] == source.head[0]
        backwards = at_tail and (not at_head or start_m <= rest_m)
        steps.append(Part(start_link, start_m, 0 if backwards else start_m + rest_m))
    steps += graph.links_along(path)
    if link >= 0:
        whole_m = along_m + int(target.to_head_m[0])
        steps.append(Part(link, 0 if by_tail else whole_m, along_m))
    return nearest_m, steps
