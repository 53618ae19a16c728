"""Metamorphic laws: how an answer must change, or not, when the world does. On drawn worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from drawn import Drawn, Transit, planned
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from corridors.closures import Closures
from corridors.errors import NoItineraryError
from corridors.itinerary import Criteria, Itinerary
from corridors.planner import Planner
from corridors.pricing import By
from geodata.parameters import Parameters
from geodata.vocabulary import Mode, Status

SEEDS = st.integers(min_value=0, max_value=10**6)
BY = st.sampled_from([By.COST, By.TIME, By.CO2E, By.GENERALISED])
LAW = settings(max_examples=60)


def best(planner: Planner) -> Itinerary | None:
    try:
        return planner.route().itineraries[0]
    except NoItineraryError:
        return None


def measure(planner: Planner) -> float:
    found = best(planner)
    return float("inf") if found is None else planner.pricing.measure(found.criteria, planner.by)


def places_of(itinerary: Itinerary) -> list[str]:
    passed = [itinerary.legs[0].from_place]
    for leg in itinerary.legs:
        if leg.to_place != passed[-1]:
            passed.append(leg.to_place)
    return passed


@LAW
@given(SEEDS, BY, st.sampled_from([Mode.RAIL, Mode.ROAD]), st.integers(0, 2), st.data())
def test_adding_a_link_never_worsens_a_best_value(
    seed: int, by: By, mode: Mode, country: int, data: st.DataObject
) -> None:
    drawn = Transit(seed)
    before = measure(planned(drawn, by))
    nodes = st.integers(6 * country, 6 * country + 5)
    drawn.add(mode, (data.draw(nodes), data.draw(nodes), data.draw(st.integers(0, 10**6))))
    assert measure(planned(drawn, by)) <= before


@LAW
@given(SEEDS, BY)
def test_doubling_every_price_doubles_every_cost_and_nothing_else(seed: int, by: By) -> None:
    drawn = Drawn(seed)
    before = best(planned(drawn, by))
    assume(by is not By.GENERALISED)  # holding is no price of transport
    assume(before is not None)
    assert before is not None
    drawn.world = replace(drawn.world, parameters=doubled(drawn.world.parameters))
    after = best(planned(drawn, by))
    assert after is not None
    if by is By.COST:
        assert after.criteria.cost_cents == 2 * before.criteria.cost_cents
    else:  # only ties are broken by generalised cost, which prices have changed
        pick = (lambda c: c.time_min) if by is By.TIME else (lambda c: c.co2e_g)
        assert pick(after.criteria) == pick(before.criteria)
    # not only the best: every arc
    plain, dear = planned(Drawn(seed), by), planned(drawn, by)
    for number in range(len(plain.graph.arcs)):
        cost = plain.pricing.criteria(number)
        twice = Criteria(2 * cost.cost_cents, cost.time_min, cost.co2e_g)
        assert dear.pricing.criteria(number) == twice


def doubled(parameters: Parameters) -> Parameters:
    """Double what costs money on the way: every row in USD, and shares of the cargo's value."""
    return Parameters(
        replace(row, value=2 * row.value, low=2 * row.low, high=2 * row.high)
        if is_price(row.key, row.unit)
        else row
        for row in parameters.rows
    )


def is_price(key: str, unit: str) -> bool:
    of_goods = key.startswith(("value.", "time_value.", "co2e_price."))
    return not of_goods and (unit.startswith("usd_per_") or unit.endswith("_value"))


@LAW
@given(SEEDS, BY)
def test_excluding_a_country_equals_deleting_its_links(seed: int, by: By) -> None:
    without = best(planned(Transit(seed, without="CC"), by))
    excluded = best(planned(Transit(seed), by, Closures(countries=frozenset({"CC"}))))
    if without is None or excluded is None:
        assert without is excluded is None
    else:
        assert excluded.criteria == without.criteria
        assert places_of(excluded) == places_of(without)


@LAW
@given(SEEDS, BY)
def test_reversing_a_symmetric_world_reverses_the_itinerary(seed: int, by: By) -> None:
    drawn = Transit(seed)
    out, back = best(planned(drawn, by)), best(planned(drawn, by, backwards=True))
    if out is None or back is None:
        assert out is back is None
    else:
        assert back.criteria == out.criteria
        assert places_of(back) == places_of(out)[::-1]


@LAW
@given(SEEDS, BY, SEEDS)
def test_row_order_does_not_matter(seed: int, by: By, order: int) -> None:
    drawn = Transit(seed)
    before = best(planned(drawn, by))
    front = fronts(planned(drawn, by))
    drawn.shuffle(order)
    assert best(planned(drawn, by)) == before
    assert fronts(planned(drawn, by)) == front


@pytest.mark.parametrize("make", [Drawn, Transit])
@LAW
@given(SEEDS, BY, st.data())
def test_what_is_closed_is_never_used_and_the_next_request_is_free(
    make: type[Drawn] | type[Transit], seed: int, by: By, data: st.DataObject
) -> None:
    """Neither by the best itinerary nor by any of the front."""
    drawn = make(seed)
    world = drawn.world
    inner = sorted(world.places.keys() - {"START", "GOAL"})
    countries = {name: place.country for name, place in world.places.items()}
    foreign = sorted(set(countries.values()) - {countries["START"], countries["GOAL"]})
    some = {
        "places": st.sets(st.sampled_from(inner), max_size=3),
        # with no crossing between the two all goes by sea and its chokepoints, or by way of CC
        "crossings": subsets(
            [name for name in sorted(world.border_crossings) if "CC" not in name], 2
        ),
        "countries": subsets(foreign, 1),
        "chokepoints": subsets(sorted(world.chokepoints), 2),
        "modes": subsets(["sea", "rail", "road"], 2),
    }
    closed = Closures(**{kind: frozenset(data.draw(names)) for kind, names in some.items()})
    free = fronts(planned(drawn, by)), best(planned(drawn, by))
    shut = planned(drawn, by, closed)
    one = best(shut)
    for found in [*fronts(shut), *([one] if one else [])]:
        assert not closed.places & set(places_of(found))
        assert not closed.countries & {countries[name] for name in places_of(found)}
        for leg in found.legs:
            assert leg.country not in closed.countries
            assert leg.crossing_id not in closed.crossings
            assert leg.mode is None or leg.mode.value not in closed.modes
            assert not closed.chokepoints & set(leg.chokepoints)
    assert (fronts(planned(drawn, by)), best(planned(drawn, by))) == free


def subsets(names: Sequence[str], most: int) -> st.SearchStrategy[set[str]]:
    return st.sets(st.sampled_from(names), max_size=most) if names else st.just(set())


def fronts(planner: Planner) -> tuple[Itinerary, ...]:
    try:
        return planner.front().comparison.itineraries
    except NoItineraryError:
        return ()


@pytest.mark.parametrize("kind", ["places", "crossings", "countries", "chokepoints", "modes"])
def test_drawn_worlds_use_what_the_law_of_closures_closes(kind: str) -> None:
    """That law would be empty if nothing of a kind were ever used, or nothing took over."""
    hit = rerouted = 0
    for seed in range(80):
        drawn = Transit(seed) if kind == "countries" else Drawn(seed)
        # the sea, and its chokepoints, are used where no crossing is left
        by_sea = frozenset(drawn.world.border_crossings) if kind == "chokepoints" else frozenset()
        free = best(planned(drawn, By.COST, Closures(crossings=by_sea)))
        if free is None:
            continue
        used = {
            "places": set(places_of(free)) - {"START", "GOAL"},
            "crossings": {leg.crossing_id for leg in free.legs} - {""},
            "countries": {leg.country for leg in free.legs} - {"", "AA", "BB"},
            "chokepoints": {name for leg in free.legs for name in leg.chokepoints},
            "modes": {leg.mode.value for leg in free.legs if leg.mode},
        }[kind]
        for name in sorted(used):
            one = Closures(**{kind: frozenset({name})})
            shut = best(planned(drawn, By.COST, Closures(crossings=by_sea) | one))
            hit += 1
            rerouted += shut is not None
            assert shut != free
    assert hit >= 8
    assert rerouted >= 3


@LAW
@given(SEEDS)
def test_opening_a_planned_line_equals_the_year_in_which_all_open(seed: int) -> None:
    drawn = Drawn(seed)
    by_year = planned(drawn, By.COST, year=2030)
    names = {arc.name for arc in by_year.graph.arcs if arc.status is Status.PLANNED}
    free = planned(drawn, By.COST)
    opened = Planner(
        drawn.world,
        free._compiled,
        replace(free.scenario, status=dict.fromkeys(names, Status.OPERATIONAL)),
        origin=free.origin,
        destination=free.destination,
        commodity="slag",
        mass_t=1000.0,
        unit=free.consignment.unit,
        by=By.COST,
    )
    assert measure(opened) == measure(by_year)


@pytest.mark.parametrize("make", [Drawn, Transit])
def test_most_drawn_worlds_lead_somewhere(make: type[Drawn] | type[Transit]) -> None:
    """The laws would be empty if nothing led anywhere, or always the same way."""
    found = [best(planned(make(seed), By.COST)) for seed in range(40)]
    there = [itinerary for itinerary in found if itinerary is not None]
    assert len(there) >= 20
    assert len({tuple(places_of(itinerary)) for itinerary in there}) >= 4
    if make is Transit:
        assert any("CC1" in places_of(itinerary) for itinerary in there)
    for itinerary in there:
        for before, after in pairwise(itinerary.legs):
            assert before.to_place == after.from_place
