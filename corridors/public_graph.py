"""The corridor graph as a networkx MultiDiGraph with OSMnx's conventions.

Nodes carry ``x``, ``y``; arcs ``length`` in metres and ``geometry``; the graph ``crs``. Tools that
read OSMnx graphs read it: `osmnx.convert.graph_to_gdfs` here turns it into tables for export.
"""

from __future__ import annotations

import json
from typing import Any, Final

import networkx as nx

from corridors.graph import CorridorGraph
from corridors.pricing import Pricing

CRS: Final = "epsg:4326"


def to_networkx(graph: CorridorGraph, pricing: Pricing) -> nx.MultiDiGraph[str]:
    """Return the corridor graph of a request; node names are vertex ids.

    Geometry is the straight line between the two places: the drawn lines belong to itineraries.
    Arcs carry ``operation``, ``mode``, ``length`` (m), ``cost_cents``, ``time_min``, ``co2e_g``.
    """
    from shapely import LineString

    public: nx.MultiDiGraph[str] = nx.MultiDiGraph(crs=CRS, name="corridor graph")
    ids = [vertex.vertex_id for vertex in graph.vertices]
    for name, vertex in zip(ids, graph.vertices, strict=True):
        lon, lat = graph.coordinates[vertex.place_id]
        public.add_node(
            name,
            x=lon,
            y=lat,
            place=vertex.place_id,
            name=graph.names[vertex.place_id],
            mode=vertex.mode.value if vertex.mode else "",
            gauge_mm=vertex.gauge_mm,
        )
    for number, arc in enumerate(graph.arcs):
        criteria = pricing.criteria(number)
        ends = [graph.coordinates[graph.vertices[at].place_id] for at in (arc.tail, arc.head)]
        public.add_edge(
            ids[arc.tail],
            ids[arc.head],
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
    """Return the arcs of the corridor graph as a GeoJSON FeatureCollection."""
    import osmnx

    edges = osmnx.convert.graph_to_gdfs(to_networkx(graph, pricing), nodes=False)
    features: dict[str, Any] = json.loads(edges.reset_index().to_json())
    return features
