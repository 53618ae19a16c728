"""The arcs that corridors may take as levers move: a graph small enough to be searched in a page.

A corridor's way depends on all values at once, and there are more ways than can be listed: they are
made up of a few choices here and there, each for itself. So the page is given no list but the few
hundred arcs that any way uses, and searches them itself, as the engine searches all.

Which arcs these are is found by searching every corridor exactly under many prices: the typical
ones, each lever by itself at both its ends, and combinations drawn at random over all levers, half
of them at the corners of the box, until a corridor comes to rest: until so many in a row need no
further arc. The arcs of all corridors are pooled. That no setting of the levers needs an arc which
none of these searches took is not proved, so the page says how many searches there were, and how
many corridors had not come to rest when no more were made.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from corridors.exposures import Exposures
from corridors.itinerary import Criterion
from corridors.layers import ArcKinds, Layers, Lightest, Way
from corridors.levers import Lever, Range
from corridors.named import Corridor
from corridors.planner import Planner
from corridors.pricing import By
from corridors.reoptimise import measure_of_kinds
from geodata.units import MINUTES_PER_HOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RANDOM: Final = 96
"""The most random settings that a corridor is searched under."""
QUIET: Final = 24
"""A corridor has come to rest when so many in a row have needed no further arc."""
_SEED: Final = 20261125
_KINDS: Final = 4
"""Of four random settings two are corners, one moves half of the levers, one moves all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The arcs any corridor may take, in the graph's order, and each corridor's typical way.

    ``searches`` is how many exact searches they rest on, ``restless`` how many corridors had not
    come to rest after the last.
    """

    arcs: tuple[int, ...]
    ways: tuple[Way, ...]
    searches: int
    restless: int


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
    lightest = Lightest(planner.graph, _weights(model, kinds, values, planner.by))
    typical = planner.pricing.weights(planner.by)
    ways: list[Way] = []
    known: set[int] = set()
    searches = restless = 0
    for corridor in corridors:
        fixed = planner.way(corridor, typical)
        assert fixed is not None
        ways.append(fixed.arcs)
        known.update(fixed.arcs)
        quiet = 0
        for setting, way in enumerate(Layers(planner, corridor, lightest).ways(fixed.arcs)):
            searches += 1
            quiet = quiet + 1 if known.issuperset(way) else 0
            known.update(way)
            if quiet >= QUIET and setting >= 2 * len(levers) + QUIET:
                break
        else:
            restless += quiet < QUIET
    return Candidates(
        arcs=tuple(sorted(known)), ways=tuple(ways), searches=searches, restless=restless
    )


def _weights(model: Exposures, kinds: ArcKinds, values: Floats, by: By) -> Floats:
    """Return the weight of every arc in every setting, in USD, hours or kg.

    Minutes are coarse enough for ways to tie: by time, amounts are rounded line by line, as in the
    engine. To a cent or a gram of a whole consignment, different ways do not.
    """
    if by is not By.TIME:
        return kinds.of_arcs(measure_of_kinds(model, kinds, values, by))
    from scipy.sparse import csr_array

    entries = [entry for ledger in kinds.ledgers for entry in model.entries(ledger)]
    arc, line, scale = kinds.lines_of_arcs()
    row = np.array([at for at, _ in entries], dtype=np.intp)[line]
    quantity = np.array([amount for _, amount in entries])[line] * scale
    mine = np.flatnonzero(np.isin(row, model.rows_of(Criterion.TIME)))
    hours = model.weighted_theta(values)[row[mine]] * quantity[mine, None]
    place = (arc[mine], np.arange(mine.size))
    gather = csr_array((np.ones(mine.size), place), shape=(int(arc[-1]) + 1, mine.size))
    return np.asarray(gather @ np.rint(hours * MINUTES_PER_HOUR)) / MINUTES_PER_HOUR


def _settings(model: Exposures, levers: Sequence[Lever], mass: Range, random: int) -> Floats:
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
