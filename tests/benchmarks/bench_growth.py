"""The same questions on grown networks of 10^4 to 10^6 links: how does the effort grow?

10^7 links too if the environment has ``CORRIDORS_GROWTH=10000000`` (minutes, and gigabytes).
The report fits the exponent of each step, the slope of log time over log links.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import numpy as np
import pytest
import worlds
from growing import Grown, grow

from corridors.compile import compile_network
from corridors.compiled import CompiledGraph
from corridors.contracting import contract
from corridors.distance import Measurer
from corridors.many import optimum_many
from corridors.measure import LineGraph, shortest_from, spots_of
from corridors.pareto import SearchLimitError
from corridors.planner import Planner
from geodata.vocabulary import CargoUnit, Mode

SIZES = [10_000, 100_000, 1_000_000]
SIZES += [int(text) for text in os.environ.get("CORRIDORS_GROWTH", "").split()]
MOST_LABELS = 200_000
ENDS = 20


class Sized:
    """A grown world of one size; only the last one asked for is kept."""

    def __init__(self, links: int) -> None:
        self.grown: Grown = grow(links)
        self.compiled: CompiledGraph | None = None

    def compile(self) -> CompiledGraph:
        grown = self.grown
        self.compiled, _ = compile_network(grown.networks, grown.place_nodes, (), "grown")
        return self.compiled

    @cache  # noqa: B019 - as long as the size is kept
    def planner(self) -> Planner:
        first, last = (self.grown.world.places[name] for name in self.corners())
        return Planner(
            self.grown.world, self.compiled or self.compile(), worlds.OPEN,
            origin=worlds.endpoint(first), destination=worlds.endpoint(last),
            commodity="slag", mass_t=1000.0, unit=CargoUnit.CONTAINER_20,
        )  # fmt: skip

    @cache  # noqa: B019
    def roads(self) -> LineGraph:
        """Return the roads of all countries, joined at the border crossings."""
        grown = self.grown
        measurer = Measurer(grown.networks[Mode.ROAD], grown.place_nodes, grown.world)
        return measurer.lengths.graph

    def corners(self) -> tuple[str, str]:
        names = sorted(row.place_id for row in self.grown.world.loading)
        return names[0], names[-1]


@cache
def _kept() -> dict[int, Sized]:
    return {}


@pytest.fixture(params=SIZES)
def sized(request: Any) -> Sized:
    kept = _kept()
    if request.param not in kept:
        kept.clear()
        kept[request.param] = Sized(request.param)
    return kept[request.param]


def noted(benchmark: Any, step: str, sized: Sized) -> None:
    benchmark.group = f"growth: {step}"
    benchmark.extra_info["links"] = sized.grown.links


def test_compile(benchmark: Any, sized: Sized) -> None:
    noted(benchmark, "1 compile the corridor graph", sized)
    compiled = benchmark.pedantic(sized.compile, rounds=1)
    benchmark.extra_info["gateways"] = len(compiled.gateway_place)
    benchmark.extra_info["arcs"] = len(compiled.arc_from)


def test_plan(benchmark: Any, sized: Sized) -> None:
    noted(benchmark, "2 graph and prices", sized)

    def plan() -> int:
        planner = sized.planner.__wrapped__(sized)  # type: ignore[attr-defined]
        return len(planner.pricing.weights(planner.by))

    benchmark.extra_info["arcs"] = benchmark.pedantic(plan, rounds=2)


def test_route(benchmark: Any, sized: Sized) -> None:
    noted(benchmark, "3 best itinerary, warm", sized)
    planner = sized.planner()
    planner.route()
    assert benchmark.pedantic(planner.best_path, rounds=3).arcs


def test_front(benchmark: Any, sized: Sized) -> None:
    noted(benchmark, "4 exact front, warm", sized)
    planner = sized.planner()
    try:
        front = benchmark.pedantic(planner.front, kwargs={"most_labels": MOST_LABELS}, rounds=1)
    except SearchLimitError as error:
        pytest.skip(f"more than {MOST_LABELS} labels: {error}")
    benchmark.extra_info["points"] = front.routes


def test_itineraries(benchmark: Any, sized: Sized) -> None:
    noted(benchmark, f"5 itineraries {ENDS} x {ENDS}, warm", sized)
    planner = sized.planner()
    names = sorted({row.place_id for row in sized.grown.world.loading})
    chosen = np.random.default_rng(1).choice(names, min(ENDS, len(names)), replace=False)
    ends = [worlds.endpoint(sized.grown.world.places[name]) for name in chosen.tolist()]
    found = benchmark.pedantic(lambda: list(optimum_many(planner, ends, ends)), rounds=2)
    assert sum(one.criteria is not None for one in found) == len(ends) * (len(ends) - 1)


def test_single_search(benchmark: Any, sized: Sized) -> None:
    noted(benchmark, "6 one search of the roads, warm", sized)
    graph = sized.roads()
    benchmark.pedantic(shortest_from, args=(graph, np.array([0])), rounds=3)


def test_contract_and_matrix(benchmark: Any, sized: Sized) -> None:
    """One contraction, and the matrix of 100 spots over it."""
    noted(benchmark, "7 contract and matrix 100 x 100 of the roads", sized)
    graph = sized.roads()
    nodes = np.random.default_rng(1).choice(graph.node_count, 100, replace=False).tolist()
    spots = spots_of((-1, node, node, 0, 0) for node in nodes)

    def both() -> Any:
        small = contract(
            graph.tails, graph.heads, graph.matrix.data.astype(np.int64), graph.node_count
        )
        benchmark.extra_info["core"] = small.core_nodes
        return small.between(spots, spots)

    assert (benchmark.pedantic(both, rounds=1).diagonal() == 0).all()
