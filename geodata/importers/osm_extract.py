"""A piece of OpenStreetMap as it comes: nodes, the ways through them, and their tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geodata.importers.osm_tags import WAY_TAGS
from geodata.network import LonLat

if TYPE_CHECKING:
    import networkx as nx

Edge = tuple[int, int, int]
"""Two nodes, the lower id first, and the way between them."""


@dataclass(slots=True)
class Extract:
    """Straight pieces of ways between nodes, each once whatever its direction.

    ``as_of`` is the date up to which edits are in it, empty if it does not say. ``boundary`` is the
    country's polygon as OpenStreetMap has it, or None. ``remarks`` are what is worth knowing.
    """

    nodes: dict[int, LonLat] = field(default_factory=dict)
    edges: set[Edge] = field(default_factory=set)
    ways: dict[int, Mapping[str, str]] = field(default_factory=dict)
    as_of: str = ""
    boundary: Any = None
    remarks: list[str] = field(default_factory=list)

    def add_way(self, way: int, tags: Mapping[str, str], nodes: Iterable[int]) -> None:
        """Add a way through nodes, in their order."""
        self.ways[way] = tags
        before: int | None = None
        for node in nodes:
            if before is not None and before != node:
                self.edges.add((min(before, node), max(before, node), way))
            before = node

    def add_graph(self, graph: nx.MultiDiGraph[int], key: str) -> None:
        """Add an unsimplified graph of OSMnx: its edges whose ways have the tag `key`."""
        shared: dict[tuple[str, str], tuple[str, str]] = {}
        for tail, head, data in graph.edges(data=True):
            if key not in data:
                continue
            way = int(data["osmid"])
            if way not in self.ways:
                tags = ((tag, str(data[tag])) for tag in WAY_TAGS if tag in data)
                self.ways[way] = dict(shared.setdefault(tag, tag) for tag in tags)
            if tail != head:
                self.edges.add((min(tail, head), max(tail, head), way))
                for node in (tail, head):
                    if node not in self.nodes:
                        at = graph.nodes[node]
                        self.nodes[node] = (float(at["x"]), float(at["y"]))
