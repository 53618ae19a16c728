"""The graphs in public: networkx MultiDiGraphs with OSMnx's conventions.

Nodes are whole numbers with ``x``, ``y``; edges have ``osmid``, ``length`` in metres and
``geometry``; the graph has a ``crs``. So OSMnx draws, saves, reads again, projects and routes on
them, and `osmnx.convert.graph_to_gdfs` turns them into tables.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import networkx as nx
import numpy as np

from corridors.errors import CorridorsError
from corridors.graph import CorridorGraph
from corridors.pricing import Pricing
from geodata.files import write_whole
from geodata.network import LINK_ENDS, Network
from geodata.vocabulary import Mode, Status

CRS: Final = "epsg:4326"

_LINK_WORDS: Final = ("country", "status", "name", "geometry_basis", "source_id")
_LINK_NUMBERS: Final = ("gauge_mm", "opens")


def to_networkx(graph: CorridorGraph, pricing: Pricing) -> nx.MultiDiGraph[int]:
    """Return the corridor graph of a request; nodes are numbers of vertices.

    Nodes carry ``vertex``, the id that the command line writes, ``place``, ``name``, ``mode`` and
    ``gauge_mm``. Arcs carry ``operation``, ``mode``, ``length`` (m), ``cost_cents``, ``time_min``,
    ``co2e_g``. Geometry is the straight line between the two places: the drawn lines belong to
    itineraries.
    """
    from shapely import LineString

    public: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs=CRS, name="corridor graph", simplified=True)
    for number, vertex in enumerate(graph.vertices):
        lon, lat = graph.coordinates[vertex.place_id]
        public.add_node(
            number,
            x=lon,
            y=lat,
            vertex=vertex.vertex_id,
            place=vertex.place_id,
            name=graph.names[vertex.place_id],
            mode=vertex.mode.value if vertex.mode else "",
            gauge_mm=vertex.gauge_mm,
        )
    for number, arc in enumerate(graph.arcs):
        criteria = pricing.criteria(number)
        ends = [graph.coordinates[graph.vertices[at].place_id] for at in (arc.tail, arc.head)]
        public.add_edge(
            arc.tail,
            arc.head,
            key=number,
            osmid=number,
            operation=arc.operation.value,
            mode=arc.mode.value if arc.mode else "",
            length=float(arc.length_m),
            cost_cents=criteria.cost_cents,
            time_min=criteria.time_min,
            co2e_g=criteria.co2e_g,
            geometry=LineString(ends),
        )
    return public


def graph_features(graph: CorridorGraph, pricing: Pricing) -> dict[str, Any]:
    """Return the arcs of the corridor graph as a GeoJSON FeatureCollection, ``u`` to ``v``."""
    import osmnx

    edges = osmnx.convert.graph_to_gdfs(to_networkx(graph, pricing), nodes=False).reset_index()
    ids = [vertex.vertex_id for vertex in graph.vertices]
    for end in ("u", "v"):
        edges[end] = [ids[number] for number in edges[end]]
    features: dict[str, Any] = json.loads(edges.to_json())
    return features


def network_to_networkx(
    network: Network,
    mode: Mode,
    *,
    box: tuple[float, float, float, float] | None = None,
    country: str = "",
    statuses: Collection[Status] = (Status.OPERATIONAL,),
) -> nx.MultiDiGraph[int]:
    """Return the detailed network of a mode, or a part of it, with the drawn lines.

    Each link is two edges, one in each direction, as OSMnx has two-way streets; ``osmid`` is its
    link id, ``length`` the true length in metres. Nodes carry their ``country``, and in ``places``
    the ids of the places that stand there.

    Parameters
    ----------
    box
        West, south, east, north in degrees: links with an end in it.
    country
        Links in this country only; ISO code.
    statuses
        States of the links wanted.

    Raises
    ------
    CorridorsError
        If there is no such link.
    """
    from shapely import LineString

    layer = network.layer(mode)
    wanted = layer.live & np.isin(layer.links["status"].astype(str), [str(s) for s in statuses])
    if country:
        wanted &= layer.links["country"] == country
    if box is not None:
        west, south, east, north = box
        lon, lat = layer.node_lon, layer.node_lat
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        wanted &= inside[layer.links[LINK_ENDS[0]]] | inside[layer.links[LINK_ENDS[1]]]
    links = np.flatnonzero(wanted).tolist()
    if not links:
        raise CorridorsError(f"no {mode} link in that part of the network; widen box or country")
    places: dict[int, list[str]] = defaultdict(list)
    for row in network.place_nodes:
        if row.mode is mode:
            places[row.node_id].append(row.place_id)
    public: nx.MultiDiGraph[int] = nx.MultiDiGraph(
        crs=CRS, name=f"{mode} network", data_version=network.version, simplified=True
    )
    lines = layer.lines(links)
    for link in links:
        tail, head = (int(layer.links[name][link]) for name in LINK_ENDS)
        for node in (tail, head):
            if node not in public:
                public.add_node(
                    node,
                    x=float(layer.node_lon[node]),
                    y=float(layer.node_lat[node]),
                    country=str(layer.node_country[node]),
                    places=" ".join(places[node]),
                )
        said = {name: str(layer.links[name][link]) for name in _LINK_WORDS}
        counts = {name: int(layer.links[name][link]) for name in _LINK_NUMBERS}
        for start, end, is_reversed in ((tail, head, False), (head, tail, True)):
            public.add_edge(
                start,
                end,
                osmid=link,
                mode=mode.value,
                length=float(layer.links["length_m"][link]),
                oneway=False,
                reversed=is_reversed,
                geometry=LineString(lines[link][::-1] if is_reversed else lines[link]),
                **said,
                **counts,
            )
    return public


def write_graphml(graph: nx.MultiDiGraph[int], path: Path) -> None:
    """Write a graph as GraphML, as `osmnx.load_graphml` reads it, when it is whole."""
    import osmnx

    write_whole(path, lambda scratch: osmnx.save_graphml(graph, scratch))
