"""A comparison as a page can compute it anew: few arcs, and what each uses of which parameter.

The amounts of an arc are whole cents, minutes and grams, rounded once per ledger line, exactly as
`Costing` rounds them: quantity x theta x small units, in this order of operations. A quantity
follows from the row's unit, the metres and the consignment (`UNITS`), the consignment from mass and
rows (`make_consignment`). Whoever follows the same steps in double precision finds the same whole
numbers, to the last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from corridors.candidates import Candidates, find_candidates
from corridors.costing import COUNTED
from corridors.draws import REPLICATES, permutations
from corridors.exposures import Exposures
from corridors.itinerary import Criterion
from corridors.levers import Lever, Range, find_levers, mass_range
from corridors.named import Corridor
from corridors.planner import Comparison, Planner
from geodata.families import FAMILIES
from geodata.parameters import theta_factor
from geodata.rows import Parameter

DRAWS: Final = 250
"""Draws that travel with a page; each replicate has the same number of them."""


class Unit(NamedTuple):
    """What a row in some unit counts: so many of the driver (times km), at value -> theta.

    Theta is factor x value, or factor / value where it is ``inverse``.
    """

    driver: str
    per_km: bool
    factor: float
    inverse: bool


UNITS: Final = {
    unit: Unit(*COUNTED.get(unit, ("", False)), *theta_factor(unit))
    for family in FAMILIES.values()
    for unit in family.units
}
"""Of every unit; see `costing.COUNTED` and `geodata.parameters.theta`."""


class Use(NamedTuple):
    """One ledger line of an arc: position of the row, and the metres if it is used by the km."""

    row: int
    metres: int


class Search(NamedTuple):
    """How a corridor is searched, in positions of vertices and arcs; see `Planner.way`."""

    origins: tuple[int, ...]
    stages: tuple[tuple[int, ...], ...]
    banned: tuple[tuple[int, ...], ...]
    way: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What the totals of corridors depend on as levers move.

    Attributes
    ----------
    rows, criteria
        Parameters in use; the criterion each counts for, None for the consignment's own.
    own
        Positions of the consignment's own rows, by family.
    levers, mass
        What may be moved.
    arcs, vertices
        Numbers in the planner's graph, ascending: positions keep the graph's order.
    uses
        The ledger of every arc.
    searches
        Of every corridor, in the comparison's order.
    found
        On what the choice of arcs rests.
    """

    rows: tuple[Parameter, ...]
    criteria: tuple[Criterion | None, ...]
    own: dict[str, int]
    levers: tuple[Lever, ...]
    mass: Range
    arcs: tuple[int, ...]
    vertices: tuple[int, ...]
    uses: tuple[tuple[Use, ...], ...]
    searches: tuple[Search, ...]
    found: Candidates

    @property
    def uncertain(self) -> list[Parameter]:
        """The rows with a range."""
        return [row for row in self.rows if row.high > row.low]


def make_what_if(
    planner: Planner,
    corridors: Iterable[Corridor],
    comparison: Comparison,
) -> WhatIf:
    """Return what a page needs to compute a comparison anew.

    Parameters
    ----------
    planner, corridors
        The request.
    comparison
        Its answer, with an itinerary at least.
    """
    possible = comparison.corridors_among(corridors)
    levers = tuple(find_levers(planner, comparison))
    mass = mass_range(planner.consignment.mass_t)
    found = find_candidates(planner, possible, levers, mass)
    graph = planner.graph
    ends = {at for number in found.arcs for at in graph.arcs[number][:2]}
    vertices = tuple(sorted(ends))
    ledgers = [planner.pricing.uses(number) for number in found.arcs]
    model = Exposures(
        [[line for lines in ledgers for line, _ in lines]], planner.parameters, planner.consignment
    )
    return WhatIf(
        rows=model.rows,
        criteria=model.criteria,
        own=model.own,
        levers=levers,
        mass=mass,
        arcs=found.arcs,
        vertices=vertices,
        uses=tuple(
            tuple(Use(model.position[line.parameter], metres) for line, metres in lines)
            for lines in ledgers
        ),
        searches=tuple(
            _search(planner, corridor, way, found.arcs, vertices)
            for corridor, way in zip(possible, found.ways, strict=True)
        ),
        found=found,
    )


def _search(
    planner: Planner,
    corridor: Corridor,
    way: Sequence[int],
    arcs: Sequence[int],
    vertices: Sequence[int],
) -> Search:
    at = {vertex: position for position, vertex in enumerate(vertices)}
    of_arc = {number: position for position, number in enumerate(arcs)}
    stages, banned = planner.corridor_stages(corridor)
    origins, _ = planner.ends()

    def inside(some: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted(at[vertex] for vertex in some if vertex in at))

    return Search(
        origins=inside(origins),
        stages=tuple(map(inside, stages)),
        banned=tuple(map(inside, banned)),
        way=tuple(of_arc[number] for number in way),
    )


def strata(rows: Sequence[Parameter], seed: int) -> bytes:
    """Return the stratum of every row in each of `DRAWS` draws, one byte each, row by row.

    They are those of `draws.draw_values` for as many draws.
    """
    size = DRAWS // REPLICATES
    found = [permutations(size, REPLICATES, seed, row.key) for row in rows]
    return np.array(found, dtype=np.uint8).tobytes()
