"""Making the network small without changing what it measures.

Close nodes are merged, parallel tracks reduced to the shortest, chains drawn as one link with its
summed length, and sidings and fragments left out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from networkx.utils import UnionFind

from geodata.build.graph import (
    BENT,
    UPSTREAM,
    Floats,
    Ints,
    Lines,
    great_circle_km,
    index_of,
)
from geodata.units import on_sphere_km

CLUSTER_SPREAD: Final = 1.5
"""How much wider than the merging distance a cluster may grow."""


@dataclass(slots=True)
class Chain:
    """A link in the making: the nodes it is drawn through, and what it is.

    Parameters
    ----------
    nodes
        From end to end.
    length_km
        True length.
    tag
        Index into the tags of the lines.
    gauge_mm
        Track gauge, 0 for roads.
    by_hand
        Whether any part of it was drawn through named stations.
    """

    nodes: list[int]
    length_km: float
    tag: int
    gauge_mm: int
    by_hand: bool


def merge_clusters(lines: Lines, within_km: float) -> Lines:
    """Merge nodes of one country that lie close together; what is kept is never moved.

    An edge whose ends move apart is as long as the chord between them, at least.

    Parameters
    ----------
    lines
        With countries.
    within_km
        Nodes closer than this become one.
    """
    pairs = index_of(lines.lon, lines.lat).query_pairs(within_km, output_type="ndarray")
    pairs = pairs[lines.country[pairs[:, 0]] == lines.country[pairs[:, 1]]]
    pairs = pairs[~(lines.keep[pairs[:, 0]] & lines.keep[pairs[:, 1]])]
    place = on_sphere_km(lines.lon, lines.lat)
    gap = np.linalg.norm(place[pairs[:, 0]] - place[pairs[:, 1]], axis=1).round(4)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0], gap))]
    groups: UnionFind[int] = UnionFind()
    low = {node: place[node] for node in np.unique(pairs).tolist()}
    high = dict(low)
    kept = {node: bool(lines.keep[node]) for node in low}
    for a, b in pairs.tolist():
        one, other = groups[a], groups[b]
        if one == other or (kept[one] and kept[other]):
            continue
        least = np.minimum(low[one], low[other])
        most = np.maximum(high[one], high[other])
        if float(np.linalg.norm(most - least)) > CLUSTER_SPREAD * within_km:
            continue
        groups.union(one, other)
        root = groups[one]
        low[root], high[root] = least, most
        kept[root] = kept[one] or kept[other]
    stands = np.arange(len(lines.lon))
    for group in groups.to_sets():
        stands[list(group)] = min(group, key=lambda node: (not lines.keep[node], node))
    start, end = stands[lines.start], stands[lines.end]
    chord = great_circle_km(lines.lon[start], lines.lat[start], lines.lon[end], lines.lat[end])
    length = np.maximum(lines.length_km, chord)
    merged = replace(lines, start=start, end=end, length_km=length)
    return merged.only(start != end)


def shortest_of_parallels(lines: Lines, gauge_mm: Ints) -> tuple[Lines, Ints]:
    """Return the lines with only the shortest of edges alike between the same two nodes."""
    low, high = np.minimum(lines.start, lines.end), np.maximum(lines.start, lines.end)
    order = np.lexsort((lines.length_km, gauge_mm, lines.tag, high, low))
    keys = np.array([low, high, lines.tag, gauge_mm])[:, order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    chosen = np.sort(order[first])
    picked = np.zeros(len(order), dtype=np.bool_)
    picked[chosen] = True
    return lines.only(picked), gauge_mm[picked]


def without_fragments(lines: Lines, shorter_than_km: float, wanted: Ints) -> Lines:
    """Drop connected pieces shorter than a length, unless they hold a wanted node."""
    component = lines.components()
    km = np.bincount(component[lines.start], weights=lines.length_km, minlength=len(lines.lon))
    stays = km >= shorter_than_km
    stays[component[wanted]] = True
    return lines.only(stays[component[lines.start]])


def chains_of(lines: Lines, gauge_mm: Ints, spur_km: float) -> list[Chain]:
    """Contract the network to links between junctions.

    Nodes in the middle of a line become vertices. Dead ends shorter than `spur_km` are dropped, of
    parallel links alike the shortest stays, and both are repeated until nothing changes.

    Parameters
    ----------
    lines
        Kept nodes are never contracted or dropped.
    gauge_mm
        Of each edge.
    spur_km
        The longest siding to drop.
    """
    by_hand = [tag.by_hand for tag in lines.tags]
    plain = [UPSTREAM if tag == BENT else tag for tag in range(len(lines.tags))]
    chains = [
        Chain([start, end], km, plain[tag], gauge, by_hand[tag])
        for start, end, km, tag, gauge in zip(
            lines.start.tolist(),
            lines.end.tolist(),
            lines.length_km.tolist(),
            lines.tag.tolist(),
            gauge_mm.tolist(),
            strict=True,
        )
    ]
    keep = set(np.flatnonzero(lines.keep).tolist())
    while True:
        before = len(chains)
        opened = [_opened(chain, lines) for chain in _contracted(chains, keep)]
        chains = _without_spurs(_without_parallels(opened), keep, spur_km)
        if len(chains) == before:
            return chains


def _contracted(chains: list[Chain], keep: set[int]) -> list[Chain]:
    at: dict[int, list[int]] = defaultdict(list)
    for index, chain in enumerate(chains):
        at[chain.nodes[0]].append(index)
        at[chain.nodes[-1]].append(index)

    def passes(node: int) -> bool:
        here = at[node]
        if node in keep or len(here) != 2 or here[0] == here[1]:  # noqa: PLR2004 (in and out)
            return False
        one, other = chains[here[0]], chains[here[1]]
        return (one.tag, one.gauge_mm) == (other.tag, other.gauge_mm)

    done = [False] * len(chains)

    def followed(index: int, *, backward: bool) -> Chain:
        done[index] = True
        chain = chains[index]
        nodes = chain.nodes[::-1] if backward else list(chain.nodes)
        km, by_hand = chain.length_km, chain.by_hand
        while passes(nodes[-1]) and nodes[-1] != nodes[0]:
            index = next(other for other in at[nodes[-1]] if other != index)
            following = chains[index]
            done[index] = True
            forward = following.nodes[0] == nodes[-1]
            nodes += following.nodes[1:] if forward else following.nodes[-2::-1]
            km += following.length_km
            by_hand = by_hand or following.by_hand
        return Chain(nodes, km, chain.tag, chain.gauge_mm, by_hand)

    starts = [(index, False) for index, chain in enumerate(chains) if not passes(chain.nodes[0])]
    starts += [(index, True) for index, chain in enumerate(chains) if not passes(chain.nodes[-1])]
    # what is left then are rings that nothing joins: they begin anywhere
    starts += [(index, False) for index in range(len(chains))]
    joined: list[Chain] = []
    for index, backward in starts:
        if not done[index]:
            joined.append(followed(index, backward=backward))
    return joined


def _opened(chain: Chain, lines: Lines) -> Chain:
    """Return a branch of two tracks, which is a loop, as one: the shorter way to its far end."""
    if chain.nodes[0] != chain.nodes[-1] or len(chain.nodes) < 3:  # noqa: PLR2004 (no loop)
        return chain
    nodes = np.array(chain.nodes)
    place = on_sphere_km(lines.lon[nodes], lines.lat[nodes])
    far = int(np.argmax(np.linalg.norm(place - place[0], axis=1)))
    drawn = np.linalg.norm(np.diff(place, axis=0), axis=1)
    share = float(drawn[:far].sum() / drawn.sum()) if drawn.sum() else 0.0
    shorter = chain.nodes[: far + 1] if share <= 0.5 else chain.nodes[far:]  # noqa: PLR2004 (half)
    km = chain.length_km * min(share, 1 - share)
    return Chain(shorter, km, chain.tag, chain.gauge_mm, chain.by_hand)


def _without_parallels(chains: list[Chain]) -> list[Chain]:
    best: dict[tuple[int, int, int, int], Chain] = {}
    for chain in chains:
        low, high = sorted((chain.nodes[0], chain.nodes[-1]))
        if low == high:
            continue
        key = (low, high, chain.tag, chain.gauge_mm)
        if key not in best or chain.length_km < best[key].length_km:
            best[key] = chain
    return list(best.values())


def _without_spurs(chains: list[Chain], keep: set[int], spur_km: float) -> list[Chain]:
    degree: dict[int, int] = defaultdict(int)
    for chain in chains:
        degree[chain.nodes[0]] += 1
        degree[chain.nodes[-1]] += 1

    def is_spur(chain: Chain) -> bool:
        loose = any(
            degree[end] == 1 and end not in keep for end in (chain.nodes[0], chain.nodes[-1])
        )
        return loose and chain.length_km < spur_km

    return [chain for chain in chains if not is_spur(chain)]


def drawn_km(lon: Floats, lat: Floats) -> Floats:
    """Return the length in km of each straight piece of a line."""
    place = on_sphere_km(lon, lat)
    return np.asarray(np.linalg.norm(np.diff(place, axis=0), axis=1), dtype=np.float64)
