"""What the peers have no function for, by the group of benchmarks; the report repeats it."""

from __future__ import annotations

from typing import Final

CANNOT: Final = {
    "cold start": {
        "networkx, igraph, rustworkx, scipy": "ship no network",
        "searoute": "ships the sea alone",
        "scgraph": "fetches networks of one mode each when first asked (sea, American rail and "
        "roads); none joins modes or knows a frontier, a gauge or a tariff",
    },
    "single route": {
        "searoute": "road and rail: has the sea only",
        "scipy, igraph, networkx, rustworkx": "coordinates: no moving of points to a network",
        "all": "rail: no gauges and no border crossings, they get ours as plain links",
    },
    "40 routes": {"scgraph": "draw no line, move points to a node instead of onto a line"},
    "any point to any point": {"all": "price, transship and cross borders between modes"},
    "matrix": {"searoute": "no matrix; pair by pair"},
    "front over three criteria": {
        "scgraph, searoute, igraph, rustworkx, scipy, networkx": "no exact front; beside ours "
        "stand Martins' search written over networkx, and weighted sums over scipy",
    },
    "10 000 draws": {"all": "no draws of parameters"},
    "page": {"folium": "no comparison, no offline file: its pages load ten files from the web"},
    "10 000 new features": {"all": "no check against a network; geopandas only reads the file"},
    "growth": {"scgraph, searoute": "no corridor graph, no exact front"},
}
