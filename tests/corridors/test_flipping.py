"""What would flip a comparison, held against the engine and against every smaller change."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from corridors.exposures import exposures_of
from corridors.flipping import Flips, flips_of
from corridors.planner import Comparison
from corridors.pricing import By
from corridors.request import Request

BEYOND = 1.01


@cache
def shipped(by: By) -> tuple[Request, Comparison, Flips]:
    request = Request(by=by)
    comparison = request.planner.compare(request.corridors)
    return request, comparison, flips_of(request.planner, request.corridors, comparison)


def test_the_shipped_case_has_no_flip_by_its_second_but_one_by_another() -> None:
    _, comparison, flips = shipped(By.GENERALISED)
    assert flips.second is None
    assert flips.other is not None
    assert flips.other.other.corridor_id not in {
        itinerary.corridor_id for itinerary in comparison.itineraries[:2]
    }


@pytest.mark.parametrize("by", [By.GENERALISED, By.COST])
def test_the_engine_ties_at_the_value_and_turns_the_order_beyond_it(by: By) -> None:
    request, comparison, flips = shipped(by)
    flip = flips.second or flips.other
    assert flip is not None
    assert flip.ways_hold
    row, best = flip.tie.row, comparison.itineraries[0]
    measure = request.planner.pricing.measure
    away = BEYOND if flip.value > row.value else 1 / BEYOND
    seen = []
    for value in (flip.value, flip.value * away):
        there = request.planner.repriced({row.key: value}).compare(request.corridors)
        now = {each.corridor_id: measure(each.criteria, by) for each in there.itineraries}
        seen.append(now[best.corridor_id] - now[flip.other.corridor_id])
    assert abs(seen[0]) < 0.001 * seen[1]
    assert seen[1] > 0


@pytest.mark.parametrize("by", list(By))
def test_no_smaller_change_of_any_parameter_flips_the_best(by: By) -> None:
    request, comparison, flips = shipped(by)
    planner = request.planner
    flip = flips.second or flips.other
    change = 0.999 * flip.tie.change if flip else np.inf
    model = exposures_of(comparison.itineraries, planner.parameters, planner.consignment)
    for at, row in enumerate(model.rows):
        ends = (max(row.low, row.value * (1 - change)), min(row.high, row.value * (1 + change)))
        values = np.repeat(model.typical[:, None], 2, axis=1)
        values[at] = ends
        totals = model.totals(values).by(by)
        rivals = totals[1:2] if flips.second else totals[1:]
        assert (totals[0] <= rivals + 1e-9 * totals[0]).all(), row.key


def test_one_corridor_alone_has_nothing_that_flips_it() -> None:
    request = Request(corridor=("china-lianyungang-dostyk",))
    comparison = request.planner.compare(request.corridors)
    assert flips_of(request.planner, request.corridors, comparison) == Flips(
        second=None, other=None
    )
