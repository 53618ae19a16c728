"""Plausible corridor networks of any size, for benchmarks of growth: the same from the same seed.

Countries lie in a square. In each, rail and road are a lattice of trunk lines, cut into links of
some km, with side branches that end in towns; terminals hand over between the two, and border
crossings join neighbouring countries by both.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt, sqrt
from typing import Any

import numpy as np
import worlds
from worlds import crossing, loading, place, transshipment

from geodata.network import ModeNetwork, PlaceNode
from geodata.vocabulary import Mode
from geodata.world import World

SEED = 20261125
LINKS_PER_COUNTRY = 20_000
FEWEST_COUNTRIES = 4
ROAD_SHARE = 0.7
PIECES = 4
"""Links between two crossings of trunk lines."""
BRANCH = 3
"""Links of a side branch."""
BRANCHING = 0.3
"""Share of the nodes of trunk lines that a branch leaves from."""
LINKS_PER_TERMINAL = 1_000
SIDE_DEG = 5.0
METRES = (2_000, 20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A grown world: its tables, its networks, and where its places stand."""

    world: World
    networks: dict[Mode, ModeNetwork]
    place_nodes: list[PlaceNode]
    links: int


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of one mode in one country: links by node, and where nodes lie in the square."""

    tails: Any
    heads: Any
    metres: Any
    x: Any
    y: Any
    side: int


_Piece = tuple[str, int, _Lines, tuple[int, int]]
"""One mode in one country: its code, the number of its first node, its lines, its cell."""


def grow(links: int) -> Grown:
    """Return a world with about so many links."""
    chance = np.random.default_rng([SEED, links])
    per_side = max(isqrt(FEWEST_COUNTRIES), round(sqrt(links / LINKS_PER_COUNTRY)))
    share = links / per_side**2
    sizes = {Mode.ROAD: share * ROAD_SHARE, Mode.RAIL: share * (1 - ROAD_SHARE)}
    countries = [(row, column) for row in range(per_side) for column in range(per_side)]
    pieces: dict[Mode, list[_Piece]] = {mode: [] for mode in sizes}
    for mode, size in sizes.items():
        first = 0
        for cell in countries:
            lines = _country(size, chance)
            pieces[mode].append((_code(cell), first, lines, cell))
            first += len(lines.x)
    networks = {mode: _network(mode, parts) for mode, parts in pieces.items()}
    world, place_nodes = _tables(pieces, per_side, share, chance)
    total = sum(network.link_count for network in networks.values())
    return Grown(world=world, networks=networks, place_nodes=place_nodes, links=total)


def _code(cell: tuple[int, int]) -> str:
    """Return the code of a country; no two are the same."""
    return f"{chr(65 + cell[0])}{chr(65 + cell[1])}"


def _country(size: float, chance: np.random.Generator) -> _Lines:
    per_edge = PIECES * (1 + BRANCHING * BRANCH)
    side = max(3, round(sqrt(size / (2 * per_edge))))
    at = np.arange(side * side).reshape(side, side)
    a = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    b = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    between = side * side + np.arange(len(a) * (PIECES - 1)).reshape(len(a), PIECES - 1)
    chain = np.column_stack([a, between, b])
    trunk = side * side + between.size
    share = np.arange(1, PIECES) / PIECES
    spot = np.column_stack([at.ravel() % side, at.ravel() // side]) / side
    inner = spot[a][:, None] + share[:, None] * (spot[b] - spot[a])[:, None]
    spots = np.concatenate([spot, inner.reshape(-1, 2)])
    roots = np.flatnonzero(chance.random(trunk) < BRANCHING)
    twigs = trunk + np.arange(len(roots) * BRANCH).reshape(len(roots), BRANCH)
    off = np.cumsum(chance.uniform(-0.1, 0.1, (len(roots), BRANCH, 2)) / side, axis=1)
    spots = np.concatenate([spots, (spots[roots][:, None] + off).reshape(-1, 2)])
    grown = np.column_stack([roots, twigs])
    tails = np.concatenate([chain[:, :-1].ravel(), grown[:, :-1].ravel()])
    heads = np.concatenate([chain[:, 1:].ravel(), grown[:, 1:].ravel()])
    metres = chance.integers(*METRES, len(tails))
    return _Lines(tails, heads, metres, spots[:, 0], spots[:, 1], side)


def _network(mode: Mode, parts: list[_Piece]) -> ModeNetwork:
    counts = [len(lines.tails) for _, _, lines, _ in parts]
    codes = np.array([code for code, *_ in parts], dtype=object)
    total = sum(counts)
    same = {"status": "operational", "as_of": "", "name": "", "geometry_basis": "generalised"}
    same |= {"basin": "", "chokepoint": "", "source_id": "grown"}
    links = {name: np.full(total, value, dtype=object) for name, value in same.items()}
    links |= {
        "from_node_id": np.concatenate([first + lines.tails for _, first, lines, _ in parts]),
        "to_node_id": np.concatenate([first + lines.heads for _, first, lines, _ in parts]),
        "length_m": np.concatenate([lines.metres for _, _, lines, _ in parts]),
        "country": np.repeat(codes, counts),
        "gauge_mm": np.full(total, 1435 if mode is Mode.RAIL else 0),
        "opens": np.zeros(total, dtype=np.int64),
    }
    lon = np.concatenate([(lines.x + cell[1]) * SIDE_DEG for _, _, lines, cell in parts])
    lat = np.concatenate([(lines.y + cell[0]) * SIDE_DEG for _, _, lines, cell in parts])
    nodes = np.repeat(codes, [len(lines.x) for _, _, lines, _ in parts])
    return ModeNetwork(mode, links, lon, lat, nodes)


def _tables(
    pieces: dict[Mode, list[_Piece]],
    per_side: int,
    share: float,
    chance: np.random.Generator,
) -> tuple[World, list[PlaceNode]]:
    """Return the tables of a grown world, and where its places stand."""
    places, crossings, transfers, loads = [], [], [], []
    stand: list[PlaceNode] = []
    terminals = max(2, round(share / LINKS_PER_TERMINAL))
    gauge = {Mode.RAIL: 1435, Mode.ROAD: 0}
    cells = {
        mode: {cell: (code, first, lines.side) for code, first, lines, cell in parts}
        for mode, parts in pieces.items()
    }
    for row in range(per_side):
        for column in range(per_side):
            cell = (row, column)
            code = _code(cell)
            names = [f"{code}{at}" for at in range(terminals)]
            places += [
                place(name, code, lon=SIDE_DEG * column, lat=SIDE_DEG * row) for name in names
            ]
            for mode in cells:
                _, first, side = cells[mode][cell]
                inner = np.arange(side * side).reshape(side, side)[1:-1, 1:-1].ravel()
                nodes = chance.choice(inner, terminals, replace=len(inner) < terminals)
                stand += [
                    PlaceNode(name, mode, gauge[mode], first + int(node), 0)
                    for name, node in zip(names, nodes, strict=True)
                ]
                loads += [loading(name, mode) for name in names]
            transfers += [transshipment(name, Mode.RAIL, Mode.ROAD) for name in names]
            for beyond, edge in (((row, column + 1), "east"), ((row + 1, column), "north")):
                if max(beyond) >= per_side:
                    continue
                for mode in cells:
                    ends = []
                    for here, far in ((cell, True), (beyond, False)):
                        other, first, side = cells[mode][here]
                        middle, last = side // 2, side - 1 if far else 0
                        at = middle * side + last if edge == "east" else last * side + middle
                        name = f"{other}-{edge}-{mode}-{'out' if far else 'in'}"
                        places.append(place(name, other))
                        stand.append(PlaceNode(name, mode, gauge[mode], first + at, 0))
                        ends.append(name)
                    crossings.append(crossing(f"{ends[0]}+", *ends, mode, gauge[mode]))
    world = worlds.world(
        places, border_crossings=crossings, transshipments=transfers, loading=loads
    )
    return world, stand
