"""Pieces of ways become links. Drawn on the equator, where 0.01 degrees are 1.113 km."""

from __future__ import annotations

import random
from itertools import pairwise

import networkx as nx
import osmnx
import pytest
import shapely

from geodata.importers.osm_features import main_way, simple_parts, thinned
from geodata.importers.osm_lines import LOOP_KM, MERGE_KM, PARALLEL_KM, Made, links_of
from geodata.importers.osm_tags import Kind
from geodata.network import LonLat
from geodata.units import geodesic_length_km
from geodata.vocabulary import Status

OPEN = Kind(Status.OPERATIONAL)
WIRED = Kind(Status.OPERATIONAL, electrified="yes")
PLANNED = Kind(Status.PLANNED, 2030)

Edges = list[tuple[int, int, int]]


def along(*nodes: int, way: int = 1) -> Edges:
    return [(min(a, b), max(a, b), way) for a, b in pairwise(nodes)]


def ends(made: Made) -> list[tuple[int, int]]:
    return [chain.ends for chain in made.chains]


def test_ways_that_follow_each_other_are_one_link() -> None:
    """1 --- 2 --- 3 --- 4, of two ways that meet at 3, one of them drawn backwards."""
    nodes = {n: (0.1 * n, 0.0) for n in range(1, 5)}
    made = links_of([*along(1, 2, 3), *along(4, 3, way=2)], {1: OPEN, 2: OPEN}, nodes)
    (link,) = made.chains
    assert link.nodes in ([1, 2, 3, 4], [4, 3, 2, 1])
    assert link.km == pytest.approx(geodesic_length_km([nodes[1], nodes[4]]))
    assert main_way(link.parts) == 1


def test_a_junction_and_a_change_of_kind_end_links() -> None:
    r"""
    1 --- 2 --- 3 === 4     (= electrified)
           \
            5
    """
    nodes = {1: (0.0, 0.0), 2: (0.1, 0.0), 3: (0.2, 0.0), 4: (0.3, 0.0), 5: (0.1, -0.1)}
    edges = [*along(1, 2, 3), *along(3, 4, way=2), *along(2, 5, way=3)]
    made = links_of(edges, {1: OPEN, 2: WIRED, 3: OPEN}, nodes)
    assert sorted(ends(made)) == [(1, 2), (2, 3), (2, 5), (3, 4)]


def test_lines_that_cross_without_a_node_stay_apart() -> None:
    """A bridge: the pieces 1-2 and 3-4 cross, and nothing joins them."""
    nodes = {1: (0.0, 0.0), 2: (0.2, 0.0), 3: (0.1, -0.1), 4: (0.1, 0.1)}
    made = links_of([*along(1, 2), *along(3, 4, way=2)], {1: OPEN, 2: OPEN}, nodes)
    assert ends(made) == [(1, 2), (3, 4)]


def double_track(crossover: Kind) -> tuple[Edges, dict[int, Kind], dict[int, LonLat]]:
    """Two tracks 20 m apart from 1 to 4, a crossover 12-22 in their middle, a branch at 22.

    ::

             11 --- 12 --- 13
            /        |        \\
        0-1          |          4-5
            \\        |        /
             21 --- 22 --- 23
                     |
                     30
    """
    up, down = 0.0001, -0.0001
    nodes = {
        0: (0.0, 0.0), 1: (0.1, 0.0), 11: (0.101, up), 12: (0.2, up), 13: (0.299, up),
        21: (0.101, down), 22: (0.2, down), 23: (0.299, down), 4: (0.3, 0.0), 5: (0.4, 0.0),
        30: (0.2, -0.1),
    }  # fmt: skip
    edges = [
        *along(0, 1), *along(1, 11, 12, 13, 4), *along(1, 21, 22, 23, 4, way=2),
        *along(12, 22, way=3), *along(22, 30, way=4), *along(4, 5),
    ]  # fmt: skip
    return edges, {1: OPEN, 2: OPEN, 3: crossover, 4: OPEN}, nodes


def test_a_double_track_becomes_one_line_with_its_branch() -> None:
    edges, kinds, nodes = double_track(OPEN)
    made = links_of(edges, kinds, nodes)
    assert nodes[12][1] - nodes[22][1] < MERGE_KM / 100
    middle = next(node for node in (12, 22) if any(node in pair for pair in ends(made)))
    assert sorted(ends(made)) == sorted([(0, middle), (5, middle), (middle, 30)])
    by_ends = {chain.ends: chain.km for chain in made.chains}
    assert by_ends[0, middle] == pytest.approx(
        geodesic_length_km([nodes[0], nodes[12]]), abs=2 * MERGE_KM
    )
    assert made.left_out_km["second tracks and carriageways"] == pytest.approx(
        geodesic_length_km([nodes[1], nodes[4]]), abs=0.1
    )


def test_what_is_only_planned_merges_nothing() -> None:
    """With the crossover planned, the branch hangs on the one track and not on the other."""
    edges, kinds, nodes = double_track(PLANNED)
    made = links_of(edges, kinds, nodes)
    open_ones = nx.Graph(
        chain.ends for chain in made.chains if chain.kind.status is Status.OPERATIONAL
    )
    assert 12 in {node for chain in made.chains if chain.kind == PLANNED for node in chain.ends}
    assert set(open_ones[22]) == {1, 4, 30}
    assert 22 not in open_ones[12]


def test_parallels_that_run_apart_both_stay() -> None:
    """Two lines from 1 to 2, one of them around a lake 5 km wide."""
    nodes = {1: (0.0, 0.0), 2: (0.2, 0.0), 3: (0.1, 0.05)}
    assert PARALLEL_KM < 0.05 * 111
    made = links_of([*along(1, 2), *along(1, 3, 2, way=2)], {1: OPEN, 2: OPEN}, nodes)
    assert sorted(round(chain.km, 1) for chain in made.chains) == [22.3, 24.9]


def test_a_big_ring_is_two_links_and_a_small_one_nothing() -> None:
    r"""
    1 --- 2 --- 3        and a turning loop of 300 m at 1
          |     |
          5 --- 4
    """
    nodes = {
        1: (0.0, 0.0), 2: (0.1, 0.0), 3: (0.2, 0.0), 4: (0.2, -0.1), 5: (0.1, -0.1),
        6: (-0.001, 0.0), 7: (-0.001, 0.001),
    }  # fmt: skip
    ring = [(1, 6, 1), (6, 7, 1), (1, 7, 1)]
    made = links_of([*along(1, 2, 3, 4, 5), (2, 5, 1), *ring], {1: OPEN}, nodes)
    assert ends(made) == [(1, 2), (2, 4), (2, 4)]
    (reason,) = made.left_out_km
    assert "rings" in reason
    assert made.left_out_km[reason] < LOOP_KM


def test_fragments_are_dropped_unless_a_frontier_made_them() -> None:
    nodes = {
        1: (0.0, 0.0),
        2: (0.1, 0.0),
        3: (1.0, 1.0),
        4: (1.02, 1.0),
        -1: (2.0, 2.0),
        5: (2.02, 2.0),
    }
    edges = [*along(1, 2), *along(3, 4), (-1, 5, 1)]
    made = links_of(edges, {1: OPEN}, nodes, fixed={-1})
    assert sorted(ends(made)) == [(-1, 5), (1, 2)]
    assert sum(made.left_out_km.values()) == pytest.approx(geodesic_length_km([nodes[3], nodes[4]]))


def test_nothing_gives_nothing() -> None:
    assert links_of([], {}, {}).chains == []


@pytest.mark.parametrize("seed", range(8))
def test_chains_are_those_of_osmnx(seed: int) -> None:
    """On random networks with long pieces, links are the edges of OSMnx's simplified graph."""
    chance = random.Random(seed)
    spots = {n: (chance.uniform(0, 5), chance.uniform(0, 5)) for n in range(40)}
    tree = nx.random_labeled_tree(40, seed=seed)
    pairs = {(min(a, b), max(a, b)) for a, b in tree.edges}
    pairs |= {tuple(sorted(chance.sample(range(40), 2))) for _ in range(6)}  # type: ignore[misc]
    edges = [(a, b, 1) for a, b in sorted(pairs)]
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    for node, (x, y) in spots.items():
        graph.add_node(node, x=x, y=y)
    for a, b, _ in edges:
        length = geodesic_length_km([spots[a], spots[b]])
        for tail, head in ((a, b), (b, a)):
            graph.add_edge(tail, head, osmid=1, length=length)
    theirs = osmnx.simplification.simplify_graph(graph)
    expected = sorted(
        (min(a, b), max(a, b), round(edge["length"], 6))
        for a, b, edge in theirs.edges(data=True)
        if a < b
    )
    made = links_of(edges, {1: OPEN}, spots)
    assert [(*chain.ends, round(chain.km, 6)) for chain in made.chains] == expected


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_pieces_does_not_matter(seed: int) -> None:
    edges, kinds, nodes = double_track(OPEN)
    shuffled = list(edges)
    random.Random(seed).shuffle(shuffled)
    made = links_of(edges, kinds, nodes).chains
    again = links_of(shuffled, kinds, nodes).chains
    assert [(c.nodes, c.kind, round(c.km, 9)) for c in made] == [
        (c.nodes, c.kind, round(c.km, 9)) for c in again
    ]


def test_thinning_keeps_ends_and_stays_near() -> None:
    """A bow of 200 points: fewer remain, none of the old ones is farther away than allowed."""
    bow = [(0.001 * n, 0.05 * (n / 200) ** 2) for n in range(201)]
    line = thinned(bow)
    assert line[0] == bow[0]
    assert line[-1] == bow[-1]
    assert 2 < len(line) < 40
    off = shapely.hausdorff_distance(shapely.LineString(line), shapely.LineString(bow))
    assert off * 111.2 <= 0.021


def test_a_line_that_crosses_itself_is_cut() -> None:
    """A spiral up a mountain: 0 to 4 and back over its own beginning."""
    spiral = ((0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0), (1.0, -1.0), (3.0, -1.0))
    parts = simple_parts(spiral)
    assert len(parts) == 2
    assert parts[0] + parts[1][1:] == spiral
    assert all(shapely.is_simple(shapely.LineString(part)) for part in parts)
    assert simple_parts(spiral[:3]) == [spiral[:3]]
    assert simple_parts(spiral[:1]) == []
