"""The arcs that corridors may take as levers move: a graph small enough to be searched in a page.

A corridor's way depends on all values at once, and there are more ways than can be listed: they are
made up of a few choices here and there, each for itself. So the page is given no list but the few
hundred arcs that any way uses, and searches them itself, as the engine searches all.

Which arcs these are is found by searching every corridor exactly under many prices: the typical
ones, each lever by itself at both its ends, and combinations drawn at random over all levers, half
of them at the corners of the box. The arcs of all corridors are pooled. That no setting of the
levers needs an arc which none of these searches took is not proved; how often a search needed one
that those before it had not taken is counted over the last ones, and the page says it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from corridors.exposures import Exposures
from corridors.layers import ArcKinds, Layers, Lightest, Way
from corridors.levers import Lever, Range
from corridors.named import Corridor
from corridors.planner import Planner
from corridors.reoptimise import measure_of_kinds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RANDOM: Final = 64
HELD_OUT: Final = 24
"""So many of the random searches, the last, are counted as trials."""
_SEED: Final = 20261125
_KINDS: Final = 4
"""Of four random settings two are corners, one moves half of the levers, one moves all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The arcs any corridor may take, in the graph's order, and each corridor's typical way.

    ``settings`` is how many settings every corridor was searched under. In ``missing`` of
    ``trials`` searches the way needed an arc that no earlier search had found.
    """

    arcs: tuple[int, ...]
    ways: tuple[Way, ...]
    settings: int
    trials: int
    missing: int


def find_candidates(
    planner: Planner,
    corridors: Sequence[Corridor],
    levers: Sequence[Lever],
    mass: Range,
    *,
    random: int = RANDOM,
) -> Candidates:
    """Return the arcs that corridors take within the levers' ranges.

    Parameters
    ----------
    planner
        Of the request; it finds the typical ways.
    corridors
        Those that have an itinerary.
    levers, mass
        What may be moved.
    random
        How many random settings are searched.
    """
    kinds = ArcKinds(planner)
    model = Exposures(
        [[line for ledger in kinds.ledgers for line in ledger]],
        planner.parameters,
        planner.consignment,
    )
    values = _settings(model, levers, mass, random)
    weights = measure_of_kinds(model, kinds, values, planner.by)
    lightest = Lightest(planner.graph, kinds.of_arcs(weights))
    typical = planner.pricing.weights(planner.by)
    ways: list[Way] = []
    found: list[list[Way]] = []
    for corridor in corridors:
        fixed = planner.way(corridor, typical)
        assert fixed is not None
        ways.append(fixed.arcs)
        found.append(Layers(planner, corridor, lightest).ways(fixed.arcs))
    settings = values.shape[1]
    trials = min(HELD_OUT, random)
    first = settings - trials
    known = {arc for way in ways for arc in way}
    known |= {arc for searched in found for way in searched[:first] for arc in way}
    missing = 0
    for at in range(first, settings):
        taken = {arc for searched in found for arc in searched[at]}
        missing += sum(not known.issuperset(searched[at]) for searched in found)
        known |= taken
    return Candidates(
        arcs=tuple(sorted(known)),
        ways=tuple(ways),
        settings=settings,
        trials=trials * len(found),
        missing=missing,
    )


def _settings(
    model: Exposures, levers: Sequence[Lever], mass: Range, random: int
) -> Floats:
    """Return values of all rows (rows x settings): typical, one at a time, and at random."""
    count = 1 + 2 * len(levers) + random
    values = np.repeat(model.typical[:, None], count, axis=1)
    chance = np.random.default_rng(_SEED)
    share = chance.random((len(levers) + 1, random))
    corner = np.arange(random) % _KINDS < _KINDS // 2
    share[:, corner] = np.rint(share[:, corner])
    some = np.arange(random) % _KINDS == _KINDS // 2
    moved = ~some | (chance.random(share.shape) < 0.5)  # noqa: PLR2004 - every other one
    for number, lever in enumerate(levers):
        at = model.position[lever.row.key]
        low, high = (lever.effective(end) for end in (lever.range.low, lever.range.high))
        values[at, 1 + 2 * number : 3 + 2 * number] = low, high
        drawn = low + (high - low) * share[number]
        values[at, -random:] = np.where(moved[number], drawn, lever.row.value)
    # Whole units make a mass that fills the last one badly dearer per tonne; a payload does that.
    at = model.own["payload"]
    for number in range(random):
        payload = float(values[at, number - random])
        mass_t = mass.low + (mass.high - mass.low) * float(share[-1, number])
        if moved[-1, number]:
            values[at, number - random] = mass_t / math.ceil(mass_t / payload)
    return values
