"""The arcs that corridors may take as levers move: a graph small enough to be searched in a page.

A corridor's way depends on all values at once, and there are more ways than can be listed: they are
made up of a few choices here and there, each for itself. So the page is given no list but the few
hundred arcs that any way uses, and searches them itself, as the engine searches all.

Which arcs these are is found by searching corridors exactly under many settings of the levers. At
first they are the same for all: typical; corners of the box with every triple of levers in all
eight ways (`corners`); and settings inside the box. Then each corridor is put to the test by what
it has shown: all levers that one of its ways uses, or that any of them uses, at their high
ends and the others low, until no new way turns up. The arcs of all corridors are pooled. That no
setting needs an arc which none of these searches took is not proved: where many levers stand at
odd places at once, a corridor's best way may be missing, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from corridors.costing import small_units
from corridors.exposures import Exposures
from corridors.itinerary import Criterion
from corridors.layers import ArcKinds, Layers, Lightest, Way
from corridors.levers import Lever, Range
from corridors.named import Corridor
from corridors.planner import Planner
from corridors.pricing import By
from corridors.reoptimise import measure_of
from geodata.parameters import theta_factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

INSIDE: Final = 300
"""How many searches inside the box there are for all corridors together,"""
MOST_INSIDE: Final = 160
"""and for each at most."""
_MOVED: Final = 0.7
"""Part of the levers that such a setting moves."""
_SEED: Final = 20261125
ROUNDS: Final = 3
"""How many times ways found are put to the test for what beats them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The arcs any corridor may take, in the graph's order, and each corridor's typical way.

    ``searches`` is how many exact searches they rest on.
    """

    arcs: tuple[int, ...]
    ways: tuple[Way, ...]
    searches: int


def find_candidates(
    planner: Planner, corridors: Sequence[Corridor], levers: Sequence[Lever], mass: Range
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
    """
    kinds = ArcKinds(planner.graph, planner.pricing)
    model = Exposures(
        [[line for ledger in kinds.ledgers for line in ledger]],
        planner.parameters,
        planner.consignment,
    )
    settings = _Settings(model, levers, mass)

    # Where a free point joins the network, the same road may be made up of other arcs.
    rounded = planner.by is By.TIME or bool(planner.origin.joints or planner.destination.joints)

    def lightest(shares: Sequence[Share]) -> Lightest:
        values = settings.values(shares)
        if rounded:
            return Lightest(planner.graph, _weights(model, kinds, values, planner.by))
        whole = measure_of(model, kinds.ledgers, values, planner.by)
        return Lightest(planner.graph, kinds.of_arcs(whole))

    typical = planner.pricing.weights(planner.by)
    ways: list[Way] = []
    for corridor in corridors:
        path = planner.way(corridor, typical)
        assert path is not None
        ways.append(path.arcs)
    shares = settings.first(min(MOST_INSIDE, INSIDE // len(ways) + 1))
    weighed = lightest(shares)
    found = [
        dict.fromkeys([way, *Layers(planner, corridor, weighed).ways(way)])
        for corridor, way in zip(corridors, ways, strict=True)
    ]
    searches = len(shares) * len(ways)
    asked: list[set[Share]] = [set() for _ in ways]
    for _ in range(ROUNDS):
        news = [
            [share for share in settings.against(planner, known) if share not in before]
            for known, before in zip(found, asked, strict=True)
        ]
        if not any(news):
            break
        shares = list(dict.fromkeys(share for new in news for share in new))
        at = {share: number for number, share in enumerate(shares)}
        weighed = lightest(shares)
        for corridor, way, known, before, new in zip(
            corridors, ways, found, asked, news, strict=True
        ):
            if new:
                draws = [at[share] for share in new]
                known.update(dict.fromkeys(Layers(planner, corridor, weighed).ways(way, draws)))
                before.update(new)
                searches += len(new)
    arcs = {arc for known in found for way in known for arc in way}
    return Candidates(arcs=tuple(sorted(arcs)), ways=tuple(ways), searches=searches)


def _weights(model: Exposures, kinds: ArcKinds, values: Floats, by: By) -> Floats:
    """Return the weight of every arc in every setting, rounded line by line as the engine does.

    That decides between ways of equal length and ways equal to the minute.
    """
    from scipy.sparse import csr_array

    entries = [entry for ledger in kinds.ledgers for entry in model.entries(ledger)]
    arc, line, scale = kinds.lines_of_arcs()
    row = np.array([at for at, _ in entries], dtype=np.intp)[line]
    quantity = np.array([amount for _, amount in entries])[line] * scale
    weighted = model.weighted_theta(values)

    def summed(criterion: Criterion) -> Floats:
        if by not in (By.GENERALISED, criterion.value):
            return np.zeros(1)
        small = small_units(criterion)
        mine = np.flatnonzero(np.isin(row, model.rows_of(criterion)))
        whole = np.rint(weighted[row[mine]] * (quantity[mine, None] * small))
        place = (arc[mine], np.arange(mine.size))
        gather = csr_array((np.ones(mine.size), place), shape=(int(arc[-1]) + 1, mine.size))
        found: Floats = np.asarray(gather @ whole) / small
        return found

    cost, time, co2e_g = map(summed, Criterion)
    return model.weighed(cost, time, co2e_g, values).by(by)


Share = tuple[float, ...]
"""Where every lever, and last the mass, stands from low 0 to high 1; -1 is the typical value."""
_TYPICAL: Final = -1.0


class _Settings:
    """Settings of levers as values of all rows."""

    def __init__(self, model: Exposures, levers: Sequence[Lever], mass: Range) -> None:
        self._model, self._levers, self._mass = model, levers, mass
        self._row = {model.position[lever.row.key]: at for at, lever in enumerate(levers)}
        self._hard = [float(not theta_factor(lever.row.unit)[1]) for lever in levers]
        """The end at which a lever makes what uses it cost more: a speed its low one."""
        self._used: dict[int, frozenset[int]] = {}

    def first(self, random: int) -> list[Share]:
        """Return the settings that every corridor is searched under, some of them at random."""
        count = len(self._levers) + 1
        chance = np.random.default_rng(_SEED)
        inside = np.round(chance.random((count, random)), 3)
        inside[chance.random(inside.shape) > _MOVED] = _TYPICAL
        both = np.hstack([np.full((count, 1), _TYPICAL), corners(count), inside])
        return [tuple(share) for share in both.T.tolist()]

    def against(self, planner: Planner, ways: Iterable[Way]) -> list[Share]:
        """Return the settings that are hardest on a corridor's ways, on each and on all."""
        used = list(dict.fromkeys(self._levers_of(planner, way) for way in ways))
        used.append(frozenset().union(*used))
        own = frozenset(
            at for at, lever in enumerate(self._levers)
            if self._model.criteria[self._model.position[lever.row.key]] is None
        )  # fmt: skip
        found = []
        for high in dict.fromkeys(used):
            ends = [abs(float(at not in high) - hard) for at, hard in enumerate(self._hard)]
            for rest in (_TYPICAL, 1.0):
                share = [rest if at in own else end for at, end in enumerate(ends)]
                found.append((*share, _TYPICAL))
        return found

    def _levers_of(self, planner: Planner, way: Way) -> frozenset[int]:
        for arc in way:
            if arc not in self._used:
                rows = {
                    self._model.position[line.parameter] for line in planner.pricing.ledger(arc)
                }
                self._used[arc] = frozenset(self._row[at] for at in rows & self._row.keys())
        return frozenset().union(*(self._used[arc] for arc in way))

    def values(self, shares: Sequence[Share]) -> Floats:
        """Return values of all rows (rows x settings)."""
        model = self._model
        values = np.repeat(model.typical[:, None], len(shares), axis=1)
        share = np.array(shares).T
        for lever, own in zip(self._levers, share, strict=False):
            low, high = (lever.effective(end) for end in (lever.range.low, lever.range.high))
            moved = np.where(own < 0, lever.row.value, low + (high - low) * own)
            values[model.position[lever.row.key]] = moved
        # Whole units make a mass that fills the last one badly dearer a tonne; a payload does too.
        payload = values[model.own["payload"]]
        mass_t = self._mass.low + (self._mass.high - self._mass.low) * share[-1]
        moved = mass_t / np.ceil(mass_t / payload)
        values[model.own["payload"]] = np.where(share[-1] < 0, payload, moved)
        return values


def corners(levers: int) -> Floats:
    """Return corners of a box (levers x corners) with every triple of levers in all eight ways.

    Columns of a Hadamard matrix, and the same with signs turned: an orthogonal array of strength 3.
    """
    size = 1 << levers.bit_length()
    odd = [[(a & b).bit_count() % 2 for b in range(size)] for a in range(1, levers + 1)]
    found = np.array(odd, dtype=np.float64)
    return np.hstack([found, 1 - found])
