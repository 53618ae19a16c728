"""Any point to any point: an itinerary between coordinates, warm.

No peer joins coordinates to a multimodal graph with rights and prices: what stands beside the
shared graph is one that is planned anew for every pair. What scgraph does is in `bench_answers`.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from corridors.request import Request

PAIRS = (
    ("22.57,88.36", "43.24,76.95"),
    ("13.41,75.20", "50.36,72.63"),
    ("25.24,80.92", "51.36,72.49"),
    ("17.38,78.48", "42.29,69.88"),
)
GROUP = "any point to any point, warm"


@pytest.mark.benchmark(group=GROUP)
def test_shared_graph(benchmark: Any) -> None:
    request = Request()
    request.planner.route()
    pairs = itertools.cycle(PAIRS)
    request.between(*PAIRS[0]).route()  # the road network is read once
    comparison = benchmark(lambda: request.between(*next(pairs)).route())
    assert comparison.itineraries[0].legs


@pytest.mark.benchmark(group=GROUP)
def test_graph_planned_anew(benchmark: Any) -> None:
    pairs = itertools.cycle(PAIRS)

    def anew() -> Any:
        origin, destination = next(pairs)
        return Request(origin=origin, destination=destination).planner.route()

    assert benchmark.pedantic(anew, rounds=4).itineraries[0].legs
