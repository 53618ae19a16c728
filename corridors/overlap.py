"""How much of one way runs where another does: metres near it, by the detailed lines, any mode.

Links that differ may still be one way: the two tracks of a line, the road beside the railway, two
lanes across one sea. So ground counts, not links: a stretch is shared if it lies near the other
way. Every link is cut into stretches, and a stretch is near a way if its middle is near the middle
of a stretch of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import radians, sin
from typing import TYPE_CHECKING, Final

import numpy as np

from corridors.compiled import ArcPaths, CompiledGraph
from corridors.geometry import NETWORK_MODE
from corridors.graph import CorridorGraph
from geodata.units import METRES_PER_KM
from geodata.vocabulary import Mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.network import ModeNetwork

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

NEAR_KM: Final = 50.0
"""Ways closer than this go the same way: a policy, stated with every result."""

STRETCH_KM: Final = 25.0

_KM_PER_DEGREE: Final = 60 * 1.852
"""Of a great circle; only ever compared with `NEAR_KM`."""


class Ground:
    """The ground that the arcs of one corridor graph cover.

    ``near_km`` is how close two ways must be to go the same way.

    Parameters
    ----------
    graph, compiled, paths
        The arcs, and the detailed links under the compiled ones.
    layers
        The detailed network of every mode that moves.
    """

    def __init__(
        self,
        graph: CorridorGraph,
        compiled: CompiledGraph,
        paths: ArcPaths,
        layers: Sequence[ModeNetwork],
    ) -> None:
        self.near_km = NEAR_KM
        first, spots, of_link, metres = _stretches(layers)
        self._spots, self._of_link, self._metres = spots, of_link, metres
        modes = [NETWORK_MODE.get(Mode(mode), Mode(mode)) for mode in compiled.arc_mode.tolist()]
        counts = np.diff(paths.start)
        self._owner = np.repeat(np.arange(len(counts)), counts)
        self._link = np.where(paths.link < 0, -1 - paths.link, paths.link)
        self._link = self._link + np.array([first[mode] for mode in modes])[self._owner]
        self._start = paths.start
        self._compiled = np.array([arc.compiled for arc in graph.arcs], dtype=np.int64)
        self._length_m = np.array([arc.length_m for arc in graph.arcs], dtype=np.int64)

    def near(self, arcs: Sequence[int]) -> list[int]:
        """Return for every arc of the graph how many of its metres lie near a path.

        An arc without links, the joint of a free origin or destination, is near a path that uses
        it, and no other.
        """
        from scipy.spatial import KDTree

        used = np.zeros(len(self._length_m), dtype=bool)
        used[list(arcs)] = True
        links = [
            self._link[self._start[arc] : self._start[arc + 1]]
            for arc in np.unique(self._compiled[used & (self._compiled >= 0)])
        ]
        shared = np.where(used, self._length_m, 0)
        if not links:
            return [int(metres) for metres in shared]
        chosen = np.isin(self._of_link, np.concatenate(links))
        reach = 2 * sin(radians(self.near_km / _KM_PER_DEGREE) / 2)
        tree = KDTree(self._spots[chosen])
        gap, _ = tree.query(self._spots, distance_upper_bound=reach)
        size = int(self._of_link[-1]) + 1
        by_link = np.bincount(self._of_link, np.where(np.isfinite(gap), self._metres, 0.0), size)
        by_arc = np.bincount(self._owner, by_link[self._link], len(self._start) - 1)
        moves = np.minimum(np.rint(by_arc[self._compiled]).astype(np.int64), self._length_m)
        return [int(m) for m in np.where((self._compiled >= 0) & ~used, moves, shared)]


def _stretches(layers: Sequence[ModeNetwork]) -> tuple[dict[Mode, int], Floats, Ints, Floats]:
    """Return each mode's first link, then middle, link and metres of the stretches of all links.

    Middles are on the unit sphere; a link is taken as straight between its two nodes.
    """
    first: dict[Mode, int] = {}
    spots, owners, metres = [], [], []
    links = 0
    for layer in layers:
        first[layer.mode] = links
        length_m = layer.links["length_m"].astype(np.float64)
        pieces = np.maximum(1, np.ceil(length_m / (STRETCH_KM * METRES_PER_KM))).astype(np.int64)
        owner = np.repeat(np.arange(len(pieces)), pieces)
        step = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        share = ((step + 0.5) / pieces[owner])[:, None]
        points = _on_sphere(layer.node_lon, layer.node_lat)
        tail = points[layer.links["from_node_id"]][owner]
        head = points[layer.links["to_node_id"]][owner]
        middle = tail * (1 - share) + head * share
        spots.append(middle / np.linalg.norm(middle, axis=1, keepdims=True))
        owners.append(owner + links)
        metres.append((length_m / pieces)[owner])
        links += len(length_m)
    return first, np.concatenate(spots), np.concatenate(owners), np.concatenate(metres)


def _on_sphere(lon: Floats, lat: Floats) -> Floats:
    east, north = np.radians(lon), np.radians(lat)
    return np.column_stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
    )
