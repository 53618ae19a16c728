"""Many pairs at once are what each pair is alone: itineraries and distances."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import pytest
import worlds
from drawn import Drawn, Transit, planned

from corridors.closures import Closures
from corridors.distances import find_spot
from corridors.end_finder import EndFinder
from corridors.graph import Endpoint, Spot
from corridors.many import SAME, Optimum, optimum_many
from corridors.pareto import arcs_into, least_from
from corridors.planner import Planner
from corridors.pricing import By
from corridors.request import Request
from corridors.search import Digraph, first_of_lightest, shortest_path
from geodata.vocabulary import Mode

SEEDS = range(8)


def alone(planner: Planner, origin: Endpoint, destination: Endpoint) -> tuple[object, str]:
    """Return what a planner finds for one pair alone: totals and way, or why there is none."""
    if origin.place_id == destination.place_id:
        return None, SAME
    pair = planner.between(origin, destination)
    path = pair.best_path()
    if path is None:
        return None, str(pair.no_itinerary())
    (itinerary,) = pair.as_comparison([path]).itineraries
    return (itinerary.criteria, itinerary.length_m, itinerary.name), ""


def found(optimum: Optimum) -> tuple[object, str]:
    if optimum.criteria is None:
        return None, optimum.reason
    return (optimum.criteria, optimum.length_m, optimum.name), ""


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("seed", SEEDS)
def test_drawn_worlds(seed: int, by: By) -> None:
    drawn = Drawn(seed) if seed % 2 else Transit(seed)
    world = drawn.world
    loads = [worlds.loading(name, mode) for name in world.places for mode in (Mode.RAIL, Mode.ROAD)]
    drawn.world = replace(world, loading=tuple(loads))
    planner = planned(drawn, by, Closures(crossings=frozenset({"c-road", "AA2-CC1-rail"})))
    ends = [worlds.endpoint(row) for row in drawn.places]
    expected = {
        (a, b): alone(planner, ends[a], ends[b]) for a, b in product(range(len(ends)), repeat=2)
    }
    assert sum(totals is not None for totals, _ in expected.values()) > len(ends)
    for few, many in ((ends, ends), (ends[:2], ends), (ends, ends[:2]), (ends, ends[-1:])):
        pairs = list(optimum_many(planner, few, many))
        shift = len(ends) - 1 if many == ends[-1:] else 0
        asked = [(p.origin, p.destination + shift) for p in pairs]
        assert asked == [(a, b + shift) for a, b in product(range(len(few)), range(len(many)))]
        assert list(map(found, pairs)) == [expected[pair] for pair in asked]


@pytest.mark.parametrize("seed", range(200))
def test_of_equal_ways_the_one_of_a_search_from_the_start(seed: int) -> None:
    """On graphs with parallel arcs and small weights, zero too, that are full of ties."""
    chance = Random(seed)
    size = chance.randint(2, 12)
    ends = [(chance.randrange(size), chance.randrange(size)) for _ in range(chance.randint(1, 50))]
    graph = Digraph.of(size, *zip(*ends, strict=True))
    weights = [chance.choice((0, 1, 1, 2, 3)) for _ in ends]
    into = arcs_into(graph)
    for start, goal in product(range(size), repeat=2):
        ahead = least_from(into, weights, [goal])
        assert first_of_lightest(graph, weights, ahead, start, goal) == shortest_path(
            graph, weights, [start], [{goal}]
        )


POINTS = ("22.57,88.36", "43.24,76.95", "13.41,75.20", "22.60,88.40", "INOSC", "Bandar Abbas")


@pytest.fixture(scope="module")
def shipped() -> tuple[Request, list[Spot]]:
    request = Request(scenario="situation-2026-11")
    return request, [find_spot(text, request.world) for text in POINTS]


def good(ends: list[Endpoint | str]) -> list[Endpoint]:
    assert not [end for end in ends if isinstance(end, str)]
    return [end for end in ends if not isinstance(end, str)]


@pytest.mark.parametrize("by", [By.GENERALISED, By.COST])
def test_shipped_pairs(shipped: tuple[Request, list[Spot]], by: By) -> None:
    """Points too, of one country and of several, from countries for which other things are shut."""
    request, spots = shipped
    origins, destinations = map(good, request.finder.many(spots, spots))
    pairs = optimum_many(request.planner, origins, destinations, by)
    planner = request.planner.with_by(by)
    expected = {}
    for pair in pairs:
        ends = request.finder.many([spots[pair.origin]], [spots[pair.destination]])
        expected[pair.origin, pair.destination] = alone(planner, ends[0][0], ends[1][0])
        assert found(pair) == expected[pair.origin, pair.destination]
    for one in optimum_many(request.planner, origins, destinations[:1], by):  # backwards
        assert found(one) == expected[one.origin, 0]
    reasons = {reason for _, reason in expected.values()}
    assert {"", SAME} < reasons  # some work, and some do not for a reason of their own


def test_a_pair_is_what_is_asked_for_by_name(shipped: tuple[Request, list[Spot]]) -> None:
    """The joints of two points are the same whether they are joined alone or with many."""
    request, spots = shipped
    origins, destinations = map(good, request.finder.many(spots[:4], spots[:4]))
    for pair in optimum_many(request.planner, origins, destinations, request.by):
        if pair.origin != pair.destination:
            ends = POINTS[pair.origin], POINTS[pair.destination]
            (itinerary,) = request.between(*ends).route().itineraries
            assert pair.criteria == itinerary.criteria


def test_a_point_that_cannot_be_joined_says_why(shipped: tuple[Request, list[Spot]]) -> None:
    request, spots = shipped
    finder = EndFinder(request.world, request.compiled, request.network, 25.0)
    (far, near), _ = finder.many([Spot("at sea", 0.0, 75.0), spots[0]], [])
    assert isinstance(far, str)
    assert "from the nearest road" in far
    assert isinstance(near, Endpoint)
