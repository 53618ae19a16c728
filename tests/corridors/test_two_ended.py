"""Single ways: lengths against cut links, steps by walking them, and both searches alike."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from scipy.sparse.csgraph import dijkstra
from spotted import Links, drawn, split_oracle, spots_on

from corridors import two_ended
from corridors.distances import measurer_of
from corridors.eliminating import eliminated
from corridors.measure import Ints, LineGraph, Spots, line_graph, spots_of
from corridors.request import Request
from corridors.tracing import Part, Step, ends_of, link_of
from corridors.two_ended import SingleWays
from geodata.vocabulary import Mode

SEEDS = range(12)


def one(spots: Spots, at: int) -> Spots:
    return spots.some(slice(at, at + 1))


def both(graph: LineGraph) -> tuple[SingleWays, SingleWays]:
    """Return what searches plainly, and what climbs."""
    plain, prepared = SingleWays(graph), SingleWays(graph)
    prepared.prepare()
    return plain, prepared


def walked_m(links: Links, steps: list[Step], source: Spots, target: Spots) -> int:
    """Walk steps from spot to spot, each on from where the last led to; return their metres."""
    stands = {(int(source.link[0]), int(source.to_tail_m[0]))} if source.link[0] >= 0 else set()
    here = {node for node, metres in ends_of(source) if metres == 0}
    metres = 0
    for step in steps:
        link = link_of(step)
        tail, head, whole = (int(column[link]) for column in links)
        if isinstance(step, Part):
            start, end = step.start_m, step.end_m
        else:
            start, end = (0, whole) if step >= 0 else (whole, 0)
        node_of = {0: {tail}, whole: {head}} if whole else {0: {tail, head}}
        assert (link, start) in stands or here & node_of.get(start, set())
        stands, here = {(link, end)}, node_of.get(end, set())
        metres += abs(end - start)
    at_node = any(node in here for node, far in ends_of(target) if far == 0)
    assert at_node or (int(target.link[0]), int(target.to_tail_m[0])) in stands
    return metres


@pytest.mark.parametrize("kind", ["grid", "sparse", "dense"])
@pytest.mark.parametrize("seed", SEEDS)
def test_ways_between_spots(kind: str, seed: int) -> None:
    """Also on one link, at one node, over links of no length, and where there is no way."""
    graph, links = drawn(kind, seed)
    chance = np.random.default_rng(seed + 2000)
    sources, targets = (spots_on(links, 12, chance) for _ in range(2))
    right = split_oracle(links, graph.node_count, sources, targets)
    plain, climbing = both(graph)
    for at in range(12):
        for to in range(12):
            source, target = one(sources, at), one(targets, to)
            metres, steps = plain.way(source, target)
            assert metres == right[at][to]
            assert climbing.way(source, target) == (metres, steps)
            if metres < inf:
                assert walked_m(links, steps, source, target) == metres
            else:
                assert not steps


def test_without_hairs_the_searches_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above sees ties; it also sees spots that no way joins."""

    def bare(ways: SingleWays) -> Ints:
        return ways._graph.matrix.data.astype(np.int64) * two_ended.HAIRS_PER_M

    monkeypatch.setattr(SingleWays, "_hairs", property(bare))
    differ = 0
    for seed in SEEDS:
        graph, links = drawn("dense", seed)
        spots = spots_on(links, 12, np.random.default_rng(seed + 2000))
        ways = [
            [each.way(one(spots, 0), one(spots, to)) for to in range(12)] for each in both(graph)
        ]
        assert [metres for metres, _ in ways[0]] == [metres for metres, _ in ways[1]]
        differ += ways[0] != ways[1]
    assert differ
    assert np.isinf(dijkstra(drawn("grid", 0)[0].matrix)).any()


def test_all_hairs_together_are_less_than_a_metre() -> None:
    count = 5_000
    nodes = np.arange(count)
    graph = line_graph(nodes[:-1], nodes[1:], np.ones(count - 1, dtype=int), nodes[:-1], count)
    ends = spots_of([(-1, 0, 0, 0, 0)]), spots_of([(-1, count - 1, count - 1, 0, 0)])
    for ways in both(graph):
        metres, steps = ways.way(*ends)
        assert metres == count - 1
        assert steps == nodes[:-1].tolist()


def test_a_way_may_be_almost_round_the_world() -> None:
    """Hairs leave room for it in a float."""
    far = 22_000_000
    links = np.array([0, 1]), np.array([1, 2]), np.array([far, far + 1])
    graph = line_graph(*links, np.arange(2), 3)
    source, target = spots_of([(0, 0, 1, 1, far - 1)]), spots_of([(-1, 2, 2, 0, 0)])
    for ways in both(graph):
        assert ways.way(source, target) == (2 * far, [Part(0, 1, far), 1])


def test_nodes_are_taken_out_after_many_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_ended, "CLIMBS_FROM", 3)
    made: list[int] = []
    plain = two_ended.climbs_of

    def counted(*args: object) -> two_ended.Climbs:
        made.append(1)
        return plain(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(two_ended, "climbs_of", counted)
    graph, links = drawn("grid", 3)
    spots = spots_on(links, 2, np.random.default_rng(3))
    ways = SingleWays(graph)
    found = [ways.way(one(spots, 0), one(spots, 1)) for _ in range(3)]
    assert not made
    found += [ways.way(one(spots, 0), one(spots, 1)) for _ in range(3)]
    assert len(made) == 1
    assert found == [found[0]] * 6


@pytest.mark.parametrize("seed", SEEDS)
def test_all_nodes_go_in_an_order(seed: int) -> None:
    """Links lead up, from nodes taken out to later ones; what they pass went before both."""
    graph, _ = drawn("grid", seed)
    count = graph.node_count
    out = eliminated(
        graph.tails, graph.heads, graph.matrix.data.astype(np.int64), count, count, 0.0
    )
    assert (out.rank >= 0).all()
    assert not len(out.low)
    assert (out.rank[out.node] < out.rank[out.above]).all()
    passed = out.via >= 0
    assert passed.any()
    assert (out.rank[out.via[passed]] < out.rank[out.node[passed]]).all()


@pytest.mark.parametrize("mode", [Mode.RAIL, Mode.SEA])
def test_shipped_networks(mode: Mode) -> None:
    """Between nodes all over them, against searches of scipy over whole metres."""
    request = Request()
    graph = measurer_of(mode, request.world, request.network).lengths.graph
    nodes = np.random.default_rng(7).choice(graph.node_count, 12, replace=False).tolist()
    right = dijkstra(graph.matrix, indices=nodes)[:, nodes]
    plain, climbing = both(graph)
    spots = [spots_of([(-1, node, node, 0, 0)]) for node in nodes]
    for at, source in enumerate(spots):
        for to, target in enumerate(spots):
            metres, steps = climbing.way(source, target)
            assert metres == right[at, to]
            if at < 2:
                assert plain.way(source, target) == (metres, steps)
