"""Pieces of ways -> links: chains between junctions, small things merged, parallels reduced. Pure.

Everything is by topology: lines that cross without a common node, as at a bridge, are never joined.

1. Pieces that follow each other without a junction and are of one kind become one chain.
2. Junctions joined by a chain in service shorter than `MERGE_KM` (points, crossovers, slip roads)
   become one; other chains are drawn on to where it is, and are so much longer.
3. Of chains of one kind between the same two junctions that run within `PARALLEL_KM` of each other
   (double track, dual carriageway) the shortest stays. A ring is two chains, to its far end.
4. Both are repeated with 1 until nothing changes; fragments shorter than `FRAGMENT_KM` are dropped.

The length of a link is that of all its pieces on the ellipsoid, before its drawing is thinned out.
All distances are policies: how fine the network is to be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

import networkx as nx
import numpy as np
from networkx.utils import UnionFind
from numpy.typing import NDArray

from geodata.importers.osm_tags import Kind
from geodata.network import Box, LonLat
from geodata.units import KM_PER_DEGREE, geodesic_length_km, geodesic_lengths_km
from geodata.vocabulary import Status

MERGE_KM: Final = 0.1
SPREAD: Final = 1.5
"""How much wider than `MERGE_KM` junctions that become one may lie apart."""
PARALLEL_KM: Final = 0.5
LOOP_KM: Final = 1.0
"""Rings shorter than this, such as roundabouts and turning loops, are dropped."""
FRAGMENT_KM: Final = 5.0

_INNER_DEGREE: Final = 2

Parts = list[tuple[int, float]]
"""The way of each piece between two nodes of a link, and its length in km."""


@dataclass(slots=True)
class Chain:
    """A link in the making: nodes from end to end, and the pieces between them."""

    nodes: list[int]
    kind: Kind
    parts: Parts

    @property
    def km(self) -> float:
        """Length in km."""
        return sum(km for _, km in self.parts)

    @property
    def ends(self) -> tuple[int, int]:
        """The two ends, the lower id first."""
        first, last = self.nodes[0], self.nodes[-1]
        return (first, last) if first <= last else (last, first)


@dataclass(slots=True)
class Made:
    """Links, and the km that were left out on the way, by reason."""

    chains: list[Chain]
    left_out_km: dict[str, float] = field(default_factory=lambda: defaultdict(float))


def links_of(
    edges: Sequence[tuple[int, int, int]],
    kinds: Mapping[int, Kind],
    nodes: Mapping[int, LonLat],
    fixed: Set[int] = frozenset(),
) -> Made:
    """Make links of pieces of ways.

    Parameters
    ----------
    edges
        Two nodes and a way each.
    kinds
        What each way is.
    nodes
        (lon, lat) by node.
    fixed
        Nodes that stay where they are and end links, such as those at frontiers.
    """
    chains = _pieces(edges, kinds, nodes)
    made = Made(chains)
    stay = set(fixed)
    made.chains = _merged(_joined(made.chains, stay), nodes, stay)
    before: tuple[int, ...] = ()
    while True:
        joined = _joined(made.chains, stay)
        opened = _opened(made, joined, nodes, stay)
        made.chains = _without_parallels(made, opened, nodes)
        counts = (len(joined), len(opened), len(made.chains))
        if counts == before:
            break
        before = counts
    made.chains = _without_fragments(made, _joined(made.chains, stay), stay)
    made.chains.sort(key=lambda chain: (chain.ends, chain.kind, chain.km, chain.nodes))
    return made


def _pieces(
    edges: Sequence[tuple[int, int, int]],
    kinds: Mapping[int, Kind],
    nodes: Mapping[int, LonLat],
) -> list[Chain]:
    if not edges:
        return []
    ends = np.array([[nodes[tail], nodes[head]] for tail, head, _ in edges], dtype=np.float64)
    lengths = geodesic_lengths_km(ends[:, 0], ends[:, 1]).tolist()
    return [
        Chain([tail, head], kinds[way], [(way, km)])
        for (tail, head, way), km in sorted(zip(edges, lengths, strict=True))
    ]


def _joined(chains: list[Chain], stay: Set[int]) -> list[Chain]:
    """Join chains that follow each other without a junction and are of one kind."""
    at: dict[int, list[int]] = defaultdict(list)
    for index, chain in enumerate(chains):
        at[chain.nodes[0]].append(index)
        at[chain.nodes[-1]].append(index)

    def goes_on(node: int) -> bool:
        here = at[node]
        return (
            len(here) == _INNER_DEGREE
            and here[0] != here[1]
            and node not in stay
            and chains[here[0]].kind == chains[here[1]].kind
        )

    done = [False] * len(chains)
    joined: list[Chain] = []

    def follow(index: int, *, backward: bool) -> None:
        chain = chains[index]
        done[index] = True
        nodes = chain.nodes[::-1] if backward else list(chain.nodes)
        parts = chain.parts[::-1] if backward else list(chain.parts)
        while goes_on(nodes[-1]):
            index = next(other for other in at[nodes[-1]] if other != index)
            if done[index]:
                break  # all around a ring
            done[index] = True
            other = chains[index]
            forward = other.nodes[0] == nodes[-1]
            nodes += other.nodes[1:] if forward else other.nodes[-2::-1]
            parts += other.parts if forward else other.parts[::-1]
        joined.append(Chain(nodes, chain.kind, parts))

    for index, chain in enumerate(chains):
        if done[index]:
            continue
        if not goes_on(chain.nodes[0]):
            follow(index, backward=False)
        elif not goes_on(chain.nodes[-1]):
            follow(index, backward=True)
    for index in range(len(chains)):
        if not done[index]:
            follow(index, backward=False)
    return joined


def _merged(chains: list[Chain], nodes: Mapping[int, LonLat], stay: Set[int]) -> list[Chain]:
    """Make one of junctions that short chains in service join."""
    groups: UnionFind[int] = UnionFind()
    box: dict[int, Box] = {}
    held: dict[int, bool] = {}
    short = sorted(
        (chain.km, chain.ends)
        for chain in chains
        if chain.km < MERGE_KM and chain.kind.status is Status.OPERATIONAL
    )
    for _, ends in short:
        for node in ends:
            lon, lat = nodes[node]
            box.setdefault(node, (lon, lat, lon, lat))
            held.setdefault(node, node in stay)
        one, other = (groups[end] for end in ends)
        if one == other or (held[one] and held[other]):
            continue
        a, b = box[one], box[other]
        both = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
        if geodesic_length_km([both[:2], both[2:]]) > SPREAD * MERGE_KM:
            continue
        groups.union(one, other)
        root = groups[one]
        box[root] = both
        held[root] = held[one] or held[other]
    stands: dict[int, int] = {}
    for group in groups.to_sets():
        stands |= dict.fromkeys(group, _middle(sorted(group), nodes, stay))
    moved: list[Chain] = []
    for chain in chains:
        first, last = (stands.get(node, node) for node in (chain.nodes[0], chain.nodes[-1]))
        if first == last and chain.nodes[0] != chain.nodes[-1] and chain.km < LOOP_KM:
            continue  # what was merged away
        through, parts = list(chain.nodes), list(chain.parts)
        if first != through[0]:
            parts.insert(0, (parts[0][0], geodesic_length_km([nodes[first], nodes[through[0]]])))
            through.insert(0, first)
        if last != through[-1]:
            parts.append((parts[-1][0], geodesic_length_km([nodes[through[-1]], nodes[last]])))
            through.append(last)
        moved.append(Chain(through, chain.kind, parts))
    return moved


def _middle(group: Sequence[int], nodes: Mapping[int, LonLat], stay: Set[int]) -> int:
    """Return the member that stands for a group: one that must stay, or that nearest the middle."""
    for node in group:
        if node in stay:
            return node
    spots = np.array([nodes[node] for node in group])
    off = np.abs(spots - spots.mean(axis=0)).sum(axis=1).round(9)
    return min(zip(off.tolist(), group, strict=True))[1]


def _opened(
    made: Made, chains: list[Chain], nodes: Mapping[int, LonLat], stay: set[int]
) -> list[Chain]:
    """Cut rings at their far end, which stays from then on, and drop the small ones."""
    found: list[Chain] = []
    for chain in chains:
        if chain.nodes[0] != chain.nodes[-1]:
            found.append(chain)
            continue
        if chain.km < LOOP_KM:
            made.left_out_km["rings shorter than 1 km"] += chain.km
            continue
        spots = _plane(chain.nodes, nodes)
        far = int(np.argmax(np.linalg.norm(spots - spots[0], axis=1)))
        stay.add(chain.nodes[far])
        found += [
            Chain(chain.nodes[: far + 1], chain.kind, chain.parts[:far]),
            Chain(chain.nodes[far:], chain.kind, chain.parts[far:]),
        ]
    return found


def _without_parallels(made: Made, chains: list[Chain], nodes: Mapping[int, LonLat]) -> list[Chain]:
    alike: dict[tuple[tuple[int, int], Kind], list[Chain]] = defaultdict(list)
    for chain in chains:
        alike[chain.ends, chain.kind].append(chain)
    found: list[Chain] = []
    for group in alike.values():
        kept: list[Chain] = []
        for chain in sorted(group, key=lambda chain: (chain.km, chain.nodes)):
            if any(_side_by_side(chain, other, nodes) for other in kept):
                made.left_out_km["second tracks and carriageways"] += chain.km
            else:
                kept.append(chain)
        found += kept
    return found


def _side_by_side(chain: Chain, other: Chain, nodes: Mapping[int, LonLat]) -> bool:
    import shapely

    middle = nodes[chain.nodes[0]]
    a, b = (shapely.LineString(_plane(one.nodes, nodes, middle)) for one in (chain, other))
    return float(shapely.hausdorff_distance(a, b)) <= PARALLEL_KM


def _without_fragments(made: Made, chains: list[Chain], stay: Set[int]) -> list[Chain]:
    """Drop what is joined to nothing, unless it is long or touches what stays."""
    pieces = nx.connected_components(nx.Graph([chain.ends for chain in chains]))
    piece = {node: number for number, nodes in enumerate(pieces) for node in nodes}
    km: dict[int, float] = defaultdict(float)
    for chain in chains:
        km[piece[chain.ends[0]]] += chain.km
    held = {piece[node] for node in stay if node in piece}
    found = []
    for chain in chains:
        own = piece[chain.ends[0]]
        if km[own] < FRAGMENT_KM and own not in held:
            made.left_out_km[f"fragments shorter than {FRAGMENT_KM:g} km"] += chain.km
        else:
            found.append(chain)
    return found


def _plane(
    through: Iterable[int], nodes: Mapping[int, LonLat], middle: LonLat | None = None
) -> NDArray[np.float64]:
    """Return nodes as positions in km in a plane that is true to scale at the first of them."""
    spots = np.array([nodes[node] for node in through], dtype=np.float64)
    lat = np.radians(spots[0, 1] if middle is None else middle[1])
    scaled: NDArray[np.float64] = spots * np.array([np.cos(lat), 1.0]) * KM_PER_DEGREE
    return scaled
