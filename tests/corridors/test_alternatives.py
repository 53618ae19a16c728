"""Alternatives differ by as much as they say, and nothing lighter does."""

from __future__ import annotations

import random

import numpy as np
import pytest
import shapely

from corridors.alternatives import Alternatives, find_alternatives
from corridors.compiled import load_paths
from corridors.errors import CorridorsError
from corridors.finding import find_place
from corridors.geometry import draw
from corridors.itinerary import Itinerary
from corridors.limited_paths import Limit, in_stages, lightest_within
from corridors.named import Gate, Stage
from corridors.pareto import SearchLimitError
from corridors.request import Request
from corridors.search import Digraph, Path, shortest_path
from geodata.network import Network


def drawn(seed: int) -> tuple[int, list[tuple[int, int]], list[int], list[list[int]], list[int]]:
    chance = random.Random(seed)
    size = chance.randint(4, 7)
    arcs = [(chance.randrange(size), chance.randrange(size)) for _ in range(chance.randint(8, 20))]
    weight = [chance.choice([0, 1, 2, 2, 5]) for _ in arcs]
    shared = [[chance.choice([0, 0, 1, 4]) for _ in arcs] for _ in range(chance.randint(0, 3))]
    return size, arcs, weight, shared, [chance.randint(0, 6) for _ in shared]


def lightest(
    arcs: list[tuple[int, int]], weight: list[int], shared: list[list[int]], most: list[int]
) -> int | None:
    """The least weight of a path from 0 to 1 under all limits, by walking every path."""
    found: list[int] = []

    def walk(vertex: int, seen: frozenset[int], path: list[int]) -> None:
        if vertex == 1:
            if all(sum(s[a] for a in path) <= m for s, m in zip(shared, most, strict=True)):
                found.append(sum(weight[a] for a in path))
            return
        for at, (tail, head) in enumerate(arcs):
            if tail == vertex and head not in seen:
                walk(head, seen | {head}, [*path, at])

    walk(0, frozenset({0}), [])
    return min(found, default=None)


@pytest.mark.parametrize("seed", range(200))
def test_the_lightest_under_limits_is_found(seed: int) -> None:
    size, arcs, weight, shared, most = drawn(seed)
    graph = Digraph.of(size, [a for a, _ in arcs], [b for _, b in arcs])
    limits = [Limit(s, m) for s, m in zip(shared, most, strict=True)]
    path = lightest_within(graph, weight, [0], [1], limits, lambda _: True)
    assert (path.weight if path else None) == lightest(arcs, weight, shared, most)
    if path is not None:
        assert path.weight == sum(weight[at] for at in path.arcs)
        assert all(sum(limit.shared_m[at] for at in path.arcs) <= limit.most_m for limit in limits)


@pytest.mark.parametrize("seed", range(100))
def test_stages_unrolled_are_the_staged_search(seed: int) -> None:
    size, arcs, weight, _, _ = drawn(seed)
    chance = random.Random(seed)
    graph = Digraph.of(size, [a for a, _ in arcs], [b for _, b in arcs])
    stages = [set(chance.sample(range(size), 2)) for _ in range(chance.randint(1, 3))]
    path = shortest_path(graph, weight, [0], stages)
    staged = in_stages(graph, [0], stages)
    unrolled = [weight[arc] for arc in staged.arc_of]
    found = lightest_within(
        staged.graph, unrolled, staged.origins, staged.destinations, [], lambda _: True
    )
    assert (found.weight if found else None) == (path.weight if path else None)


def test_too_many_labels_are_an_error() -> None:
    graph = Digraph.of(9, [at // 2 for at in range(16)], [at // 2 + 1 for at in range(16)])
    used = [2 ** (at // 2) * (at % 2) for at in range(16)]
    weight = [2 ** (at // 2) * (1 - at % 2) for at in range(16)]
    assert lightest_within(graph, weight, [0], [8], [Limit(used, 0)], lambda _: True)
    with pytest.raises(SearchLimitError, match="fewer alternatives"):
        lightest_within(graph, weight, [0], [8], [Limit(used, 127)], lambda _: True, most_labels=9)


def test_too_many_comparisons_are_an_error_that_says_which_alternative() -> None:
    """Two ways at every step, of which neither is better: every label is held against all."""
    steps = 8
    tails = [at // 2 for at in range(2 * steps)]
    graph = Digraph.of(steps + 1, tails, [at + 1 for at in tails])
    used = [2 ** (at // 2) * (at % 2) for at in range(2 * steps)]
    weight = [2 ** (at // 2) * (1 - at % 2) for at in range(2 * steps)]
    limits = [Limit(used, 127)] * 3

    def search(most: int) -> Path | None:
        return lightest_within(
            graph, weight, [0], [steps], limits, lambda _: True, most_comparisons=most
        )

    assert search(100_000) is not None
    with pytest.raises(SearchLimitError, match=r"alternative 4 needs more than 50 comparisons"):
        search(50)


def alternatives(request: Request, count: int, most: float, *via: str) -> Alternatives:
    stages = [Stage((Gate(find_place(name, request.world).place_id, None),)) for name in via]
    return find_alternatives(request.planner, request.ground, stages, count, most)


def sampled(itinerary: Itinerary) -> tuple[np.ndarray, np.ndarray]:
    """Points along the drawn legs as (lon, lat), and for each how many km it stands for."""
    points, km = [], []
    lines = draw(itinerary.legs, load_paths(), Network())
    for position, leg in enumerate(itinerary.legs):
        if leg.length_m:
            line = shapely.LineString(lines[position].line)
            count = max(2, int(leg.length_km / 5))
            points += [
                p.coords[0]
                for p in shapely.line_interpolate_point(
                    line, (np.arange(count) + 0.5) / count, normalized=True
                )
            ]
            km += [leg.length_km / count] * count
    return np.array(points), np.array(km)


def near_share(itinerary: Itinerary, earlier: Itinerary, near_km: float) -> float:
    (points, km), (there, there_km) = sampled(itinerary), sampled(earlier)
    near = []
    for lon, lat in points:
        north = np.radians(there[:, 1] - lat)
        east = np.radians(there[:, 0] - lon) * np.cos(np.radians((there[:, 1] + lat) / 2))
        near.append(6371 * np.hypot(north, east).min() <= near_km)
    return float(km[np.array(near)].sum() / there_km.sum())


@pytest.mark.parametrize(("request_", "most", "via"), [
    (Request(), 0.6, ()),
    (Request(), 0.3, ()),
    (Request(origin="IRTHR", destination="UZTAS"), 0.5, ()),
    (Request(), 0.5, ("IRSRP",)),
], ids=["default", "strict", "overland", "via"])  # fmt: skip
def test_shipped_alternatives_differ_by_what_is_drawn(
    request_: Request, most: float, via: tuple[str, ...]
) -> None:
    found = alternatives(request_, 4, most, *via)
    ways = found.comparison.itineraries
    assert len(ways) == len(found.overlaps) > 1
    (best,) = request_.planner.route([Stage((Gate(place, None),)) for place in via]).itineraries
    assert ways[0].criteria == best.criteria
    costs = [way.generalised_cost_cents for way in ways]
    assert costs == sorted(costs)
    for rank, way in enumerate(ways):
        places = [leg.from_place for leg in way.legs]
        assert set(via) <= set(places)
        for at in range(rank):
            assert found.overlaps[rank][at] <= most
            independent = near_share(way, ways[at], found.near_km)
            assert independent == pytest.approx(found.overlaps[rank][at], abs=0.08)


def test_a_way_is_wholly_near_itself() -> None:
    request = Request()
    path = request.planner.best_path()
    shared = request.ground.near(path.arcs)
    lengths = [arc.length_m for arc in request.planner.graph.arcs]
    assert [shared[arc] for arc in path.arcs] == [lengths[arc] for arc in path.arcs]
    assert all(0 <= near <= length for near, length in zip(shared, lengths, strict=True))


def test_free_ends_have_alternatives_too() -> None:
    request = Request(origin="20.27,85.84", destination="IRSRP")
    found = alternatives(request, 2, 0.7)
    assert found.overlaps[1][0] <= 0.7


def test_an_overlap_of_one_is_refused() -> None:
    with pytest.raises(CorridorsError, match="from 0 to less than 1"):
        alternatives(Request(), 2, 1.0)
