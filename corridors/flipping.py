"""What would make another corridor the best: the smallest change of one parameter in its range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corridors.breakeven import Tie, ties
from corridors.exposures import exposures_of
from corridors.itinerary import Itinerary
from corridors.named import Corridor
from corridors.planner import Comparison, Planner
from corridors.search import Path
from corridors.settling import settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """Where `other` ties with the best of a comparison as one parameter moves.

    ``ways_hold`` is false if one of the two has a better way at the value, which moves the tie.
    """

    other: Itinerary
    tie: Tie
    value: float
    ways_hold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Flips:
    """The first tie of the second best with the best; if there is none, that of any corridor."""

    second: Flip | None
    other: Flip | None


def flips_of(planner: Planner, corridors: Sequence[Corridor], comparison: Comparison) -> Flips:
    """Return what would flip a comparison that `planner` has made of `corridors`."""
    by_id = {corridor.corridor_id: corridor for corridor in corridors}
    found = comparison.itineraries
    second = first_flip(planner, by_id, found[:1], found[1:2])
    other = None if second else first_flip(planner, by_id, found[:1], found[2:])
    return Flips(second=second, other=other)


def first_flip(
    planner: Planner,
    corridors: dict[str, Corridor],
    best: Sequence[Itinerary],
    others: Sequence[Itinerary],
) -> Flip | None:
    """Return where the first of some corridors ties with the best; None if none does.

    One parameter moves, within its range, and the smallest relative change counts, with all ways
    held: whoever draws level with the best first is then level with the first of all.
    """
    candidates = [
        (tie, one, other) for one in best for other in others for tie in _ties(planner, one, other)
    ]
    for tie, one, other in sorted(candidates, key=lambda each: (each[0].change, each[0].row.key)):
        pair = [corridors[each.corridor_id or ""] for each in (one, other)]
        first, second = ways = [_way(planner, corridor) for corridor in pair]
        (exact,) = settled(planner, (first, second), planner.by, [tie])
        if exact.value is None or not exact.in_range:
            continue
        there = planner.repriced({exact.row.key: exact.value})
        now = [there.path_through(corridor) for corridor in pair]
        held = all(
            path is not None and path.arcs == way.arcs for path, way in zip(now, ways, strict=True)
        )
        return Flip(other=other, tie=exact, value=exact.value, ways_hold=held)
    return None


def _ties(planner: Planner, best: Itinerary, other: Itinerary) -> list[Tie]:
    """Return the ties of two itineraries that lie in their parameter's range."""
    model = exposures_of((best, other), planner.parameters, planner.consignment)
    return [tie for tie in ties(model, planner.by)[1] if tie.in_range]


def _way(planner: Planner, corridor: Corridor) -> Path:
    way = planner.path_through(corridor)
    assert way is not None  # it has an itinerary
    return way
