"""The Pareto front against brute force, and against plain label correcting on the shipped graph."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import deque
from dataclasses import replace
from itertools import pairwise, product

import networkx as nx
import pytest

from corridors.groundwork import Shared
from corridors.itinerary import Criterion
from corridors.pareto import SearchLimitError, Vector, pareto_front
from corridors.public_graph import to_networkx
from corridors.request import Request
from corridors.search import Digraph, shortest_path
from corridors.simple_paths import first_return

Weights = tuple[list[int], list[int], list[int]]


def drawn_multigraph(seed: int) -> tuple[int, list[tuple[int, int]], Weights, set[int], set[int]]:
    """A small multigraph with parallel arcs, zero-cost arcs, loops and many ties."""
    chance = random.Random(seed)
    size = chance.randint(3, 8)
    arcs = [(chance.randrange(size), chance.randrange(size)) for _ in range(chance.randint(4, 20))]
    arcs += chance.choices(arcs, k=3)
    amounts = chance.choice([[0, 1, 2, 3], [0, 0, 1, 7], list(range(40))])
    vectors = [
        (0, 0, 0) if chance.random() < 0.15 else tuple(chance.choices(amounts, k=3)) for _ in arcs
    ]
    weights: Weights = tuple([vector[k] for vector in vectors] for k in range(3))  # type: ignore
    origins = set(chance.sample(range(size), chance.randint(1, 2)))
    return size, arcs, weights, origins, set(chance.sample(range(size), chance.randint(1, 2)))


def dominates(a: Vector, b: Vector) -> bool:
    return a != b and all(x <= y for x, y in zip(a, b, strict=True))


def enumerated(
    arcs: list[tuple[int, int]], weights: Weights, origins: set[int], goals: set[int]
) -> set[Vector]:
    """All non-dominated totals, by walking every path that visits no vertex twice."""
    totals: set[Vector] = set()

    def walk(vertex: int, seen: frozenset[int], total: Vector) -> None:
        if vertex in goals:
            totals.add(total)
        for at, (tail, head) in enumerate(arcs):
            if tail == vertex and head not in seen:
                a, b, c = total
                more = (a + weights[0][at], b + weights[1][at], c + weights[2][at])
                walk(head, seen | {head}, more)

    for origin in origins:
        walk(origin, frozenset({origin}), (0, 0, 0))
    return {one for one in totals if not any(dominates(other, one) for other in totals)}


@pytest.mark.parametrize("seed", range(400))
def test_equals_brute_force(seed: int) -> None:
    size, arcs, weights, origins, goals = drawn_multigraph(seed)
    graph = Digraph.of(size, [a for a, _ in arcs], [b for _, b in arcs])
    front = pareto_front(graph, weights, origins, goals)
    totals = [point.totals for point in front]
    assert len(totals) == len(set(totals))
    assert set(totals) == enumerated(arcs, weights, origins, goals)
    assert totals == sorted(totals)
    for point in front:
        assert point.totals == tuple(sum(weight[at] for at in point.arcs) for weight in weights)
        chain = [arcs[at] for at in point.arcs]
        assert all(a[1] == b[0] for a, b in pairwise(chain))
        if chain:
            assert chain[0][0] in origins
            assert chain[-1][1] in goals
        else:
            assert origins & goals


@pytest.mark.parametrize("seed", range(60))
def test_totals_do_not_depend_on_the_order_of_arcs_or_criteria(seed: int) -> None:
    size, arcs, weights, origins, goals = drawn_multigraph(seed)
    order = random.Random(seed).sample(range(len(arcs)), len(arcs))
    for turn in ((0, 1, 2), (2, 0, 1)):
        graph = Digraph.of(size, [arcs[at][0] for at in order], [arcs[at][1] for at in order])
        shuffled = [[weights[k][at] for at in order] for k in turn]
        found = {point.totals for point in pareto_front(graph, shuffled, origins, goals)}
        expected = enumerated(arcs, weights, origins, goals)
        assert found == {(v[turn[0]], v[turn[1]], v[turn[2]]) for v in expected}


def test_equal_totals_are_stood_for_by_the_first_arc() -> None:
    graph = Digraph.of(2, [0, 0, 0], [1, 1, 1])
    (point,) = pareto_front(graph, ([3, 2, 2], [3, 2, 2], [3, 2, 2]), [0], [1])
    assert point.arcs == (1,)


def test_no_way_is_an_empty_front() -> None:
    assert pareto_front(Digraph.of(2, [1], [0]), ([1], [1], [1]), [0], [1]) == ()


def test_amounts_beyond_64_bits_do_not_run_into_each_other() -> None:
    big = 10**30
    graph = Digraph.of(3, [0, 1, 0], [1, 2, 2])
    front = pareto_front(graph, ([big, big, 1], [1, 1, big], [0, big, 5]), [0], [2])
    assert [point.totals for point in front] == [(1, big, 5), (2 * big, 2, big)]


def test_too_many_labels_are_an_error_not_a_short_answer() -> None:
    steps = 12
    tails = [at for at in range(steps) for _ in range(2)]
    graph = Digraph.of(steps + 1, tails, [at + 1 for at in tails])
    up = [2**at * side for at, side in product(range(steps), (0, 1))]
    down = [2**at * (1 - side) for at, side in product(range(steps), (0, 1))]
    assert len(pareto_front(graph, (up, down, up), [0], [steps])) == 2**steps
    with pytest.raises(SearchLimitError, match="more than 1000 labels"):
        pareto_front(graph, (up, down, up), [0], [steps], most_labels=1000)


def label_correcting(public: nx.MultiDiGraph[int], start: int, goal: int) -> list[Vector]:
    """Martins without bounds, order or staircases: bags of vectors until nothing moves."""
    onward = {
        vertex: [
            (head, (data["cost_cents"], data["time_min"], data["co2e_g"]))
            for _, head, data in public.out_edges(vertex, data=True)
        ]
        for vertex in public
    }
    bags: dict[int, list[Vector]] = {start: [(0, 0, 0)]}
    queue: deque[tuple[int, Vector]] = deque([(start, (0, 0, 0))])
    while queue:
        vertex, (a, b, c) = queue.popleft()
        if (a, b, c) not in bags[vertex]:
            continue
        for head, (x, y, z) in onward[vertex]:
            p, q, r = new = (a + x, b + y, c + z)
            bag = bags.setdefault(head, [])
            if any(i <= p and j <= q and k <= r for i, j, k in bag):
                continue
            bag[:] = [(i, j, k) for i, j, k in bag if not (p <= i and q <= j and r <= k)]
            bag.append(new)
            queue.append((head, new))
    return sorted(bags.get(goal, []))


@pytest.mark.parametrize("request_", [
    Request(origin="IRTHR", destination="UZTAS", exclude_country=("CN", "IN", "RU")),
    Request(origin="IRSRP", destination="KZALM", exclude_country=("CN", "IN", "RU")),
    Request(origin="CNXIA", destination="KZALM"),
    Request(origin="INVTZ", destination="RUVVO", exclude_country=("IR", "KZ")),
    Request(origin="AZALT", destination="KZUKT", exclude_country=("CN", "IN", "RU")),
    Request(exclude_country=("CN", "RU", "PK", "AF")),
], ids=lambda r: f"{r.origin}-{r.destination}")  # fmt: skip
def test_equals_label_correcting_on_the_shipped_graph(request_: Request) -> None:
    planner = request_.planner
    found = planner.front()
    (origin,), (destination,) = planner.ends()
    expected = label_correcting(to_networkx(planner.graph, planner.pricing), origin, destination)
    criteria = [itinerary.criteria for itinerary in found.comparison.itineraries]
    assert sorted((c.cost_cents, c.time_min, c.co2e_g) for c in criteria) == expected
    assert found.routes == len(expected)
    assert found.hiding == 0


def test_the_front_holds_the_best_by_every_single_measure() -> None:
    planner = Request().planner
    front = planner.front().comparison.itineraries
    origins, destinations = planner.ends()
    for by in type(planner.by):
        path = shortest_path(
            planner.graph.digraph, planner.pricing.weights(by), origins, [destinations]
        )
        assert path is not None
        best = min(planner.pricing.measure(itinerary.criteria, by) for itinerary in front)
        assert best == path.weight


def test_the_front_does_not_depend_on_the_order_of_rows() -> None:
    planner, turned = Request().planner, Request().planner
    plan = turned._base.plan
    turned.__dict__["_base"] = Shared(plan=replace(plan, arcs=plan.arcs[::-1]))
    assert planner.front() == turned.front()


def test_same_bytes_whatever_the_hash_seed() -> None:
    code = (
        "from corridors.cli import main;"
        "main(['front', '--exclude-country', 'CN', '--max', '6', '--format', 'json']);"
        "main(['route', 'IRTHR', 'UZTAS', '--alternatives', '3', '--format', 'json'])"
    )
    results = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert results[0] == results[1]
    assert len(results[0]) > 10_000


def test_ways_that_return_to_a_place_hide_no_others() -> None:
    """Without Iran, a lorry's turn around Gwadar would make one port a hub between two ships."""
    request = Request(origin="INNSA", destination="AZBAK", scenario="no-iran")
    planner = request.planner
    front = planner.front()
    assert front.hiding == 0
    shown = {
        (c.cost_cents, c.time_min, c.co2e_g)
        for c in (itinerary.criteria for itinerary in front.comparison.itineraries)
    }
    weights = [planner.pricing.amounts(criterion) for criterion in Criterion]
    points = pareto_front(planner.graph.digraph, weights, *planner.ends())
    returning = {p.totals for p in points if first_return(planner.graph, p.arcs)}
    assert returning
    assert {p.totals for p in points} - returning <= shown
    assert not any(dominates(a, b) for a in shown for b in shown)
    for itinerary in front.comparison.itineraries:
        passed = [leg.from_place for leg in itinerary.legs if leg.from_place != leg.to_place]
        assert len(passed) == len(set(passed))
    again = Request(origin="INNSA", destination="AZBAK", scenario="no-iran", close=("PKRIZ",))
    other = again.planner.front().comparison.itineraries
    for criteria in (itinerary.criteria for itinerary in other):
        one = (criteria.cost_cents, criteria.time_min, criteria.co2e_g)
        assert one in shown or any(dominates(few, one) for few in shown)
