"""Many pairs at once are what each pair is alone: itineraries and distances."""

from __future__ import annotations

from dataclasses import replace

import pytest
import worlds
from drawn import Drawn, Transit, planned

from corridors.closures import Closures
from corridors.distances import find_spot
from corridors.end_finder import EndFinder
from corridors.errors import CorridorsError
from corridors.graph import Endpoint, Spot
from corridors.many import SAME, Optimum, optimum_many
from corridors.planner import Planner
from corridors.pricing import By
from corridors.request import Request
from geodata.vocabulary import Mode

SEEDS = range(8)


def alone(planner: Planner, origin: Endpoint, destination: Endpoint) -> tuple[object, str]:
    """Return the totals of one pair, or why there are none, as a planner finds it for it alone."""
    if origin.place_id == destination.place_id:
        return None, SAME
    try:
        (itinerary,) = planner.between(origin, destination).route().itineraries
    except CorridorsError as error:
        return None, str(error)
    return (itinerary.criteria, itinerary.length_m), ""


def found(optimum: Optimum) -> tuple[object, str]:
    if optimum.criteria is None:
        return None, optimum.reason
    return (optimum.criteria, optimum.length_m), ""


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("seed", SEEDS)
def test_drawn_worlds(seed: int, by: By) -> None:
    drawn = Drawn(seed) if seed % 2 else Transit(seed)
    world = drawn.world
    loads = [worlds.loading(name, mode) for name in world.places for mode in (Mode.RAIL, Mode.ROAD)]
    drawn.world = replace(world, loading=tuple(loads))
    planner = planned(drawn, by, Closures(crossings=frozenset({"c-road", "AA2-CC1-rail"})))
    ends = [worlds.endpoint(row) for row in drawn.places]
    pairs = list(optimum_many(planner, ends, ends))
    assert [(p.origin, p.destination) for p in pairs] == [
        (a, b) for a in range(len(ends)) for b in range(len(ends))
    ]
    expected = [alone(planner, a, b) for a in ends for b in ends]
    assert list(map(found, pairs)) == expected
    assert sum(totals is not None for totals, _ in expected) > len(ends)


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
    planner = request.planner
    planner.by = by
    expected = {}
    for pair in pairs:
        ends = request.finder.many([spots[pair.origin]], [spots[pair.destination]])
        expected[pair.origin, pair.destination] = alone(planner, ends[0][0], ends[1][0])
        assert found(pair) == expected[pair.origin, pair.destination]
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
