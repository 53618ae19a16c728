"""A graph as scgraph_data holds it: two literals of a Python module, read without running it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.errors import DataError


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjacency:
    """An undirected graph with positions.

    Parameters
    ----------
    lon, lat
        Positions of the nodes, decimal degrees.
    start, end
        Node indices of each edge, ``start < end``, sorted.
    length_km
        Length of each edge.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    length_km: NDArray[np.float64]


def read_adjacency(source: bytes, where: str) -> Adjacency:
    """Read the two literals ``graph`` and ``nodes`` of a scgraph module, without running it.

    ``graph`` is a list with one dictionary per node, from neighbour to km; ``nodes`` a list of
    ``[latitude, longitude]``. Self loops are dropped; an edge that is given from both ends is kept
    once, with the smaller length.

    Parameters
    ----------
    source
        Text of the module.
    where
        What to call it in an error.

    Raises
    ------
    DataError
        If the literals are missing or do not fit each other.
    """
    literals: dict[str, bytes] = {}
    for line in source.splitlines():
        match = re.match(rb"(graph|nodes) *= *(?=\[)", line)
        if match:
            literals[match[1].decode()] = line[match.end() :]
    if set(literals) != {"graph", "nodes"}:
        raise DataError(where, ["does not hold the literals 'graph' and 'nodes'"])
    try:
        positions = np.array(json.loads(literals["nodes"]), dtype=np.float64)
        neighbours = json.loads(re.sub(rb"(\d+):", rb'"\1":', literals["graph"]))
    except ValueError as error:
        raise DataError(where, [f"'graph' or 'nodes' is not a plain literal: {error}"]) from None
    if positions.ndim != 2 or len(positions) != len(neighbours):  # noqa: PLR2004 (a table)
        raise DataError(where, [f"{len(positions)} nodes, {len(neighbours)} neighbour lists"])
    degree = np.array([len(row) for row in neighbours])
    ends = np.array([int(key) for row in neighbours for key in row], dtype=np.int64)
    km = np.array([value for row in neighbours for value in row.values()], dtype=np.float64)
    starts = np.repeat(np.arange(len(neighbours)), degree)
    low, high = np.minimum(starts, ends), np.maximum(starts, ends)
    order = np.lexsort((km, high, low))
    low, high, km = low[order], high[order], km[order]
    keep = low != high
    keep[1:] &= (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return Adjacency(
        lon=positions[:, 1],
        lat=positions[:, 0],
        start=low[keep],
        end=high[keep],
        length_km=km[keep],
    )
