"""The story of the page: what it tells of a comparison besides its amounts."""

from __future__ import annotations

from corridors.evidence import Assumption, assumptions, shares
from corridors.flipping import Flip, Flips
from corridors.itinerary import Criterion
from corridors.planner import Comparison
from geodata.families import key_words
from geodata.vocabulary import Grade
from maps.data import MapAssumption, MapFlip, MapShare, MapStory


def story_of(comparison: Comparison, flips: Flips) -> MapStory:
    """Return the names and numbers of which the page makes its sentences."""
    goods, scenario = comparison.consignment, comparison.scenario
    return MapStory(
        origin=comparison.origin.name,
        destination=comparison.destination.name,
        cargo=goods.commodity,
        cargo_unit=goods.unit.value,
        units=goods.units,
        scenario=scenario.name,
        scenario_as_of=scenario.as_of,
        scenario_description=scenario.description,
        shares=tuple(
            MapShare(criterion.value, *(grades[grade] for grade in Grade))
            for criterion, grades in shares(comparison.itineraries).items()
        ),
        assumptions=tuple(
            _assumption(found) for found in assumptions(comparison.itineraries, comparison.names)
        ),
        flip=_flip(flips.second, comparison),
        flip_other=_flip(flips.other, comparison),
    )


def _assumption(found: Assumption) -> MapAssumption:
    """Return an assumption with the criterion in which it weighs more."""
    share, criterion = max(
        (found.cost_share, Criterion.COST.value), (found.time_share, Criterion.TIME.value)
    )
    return MapAssumption(found.parameter, found.words, criterion, share)


def _flip(flip: Flip | None, comparison: Comparison) -> MapFlip | None:
    if flip is None:
        return None
    row = flip.tie.row
    return MapFlip(
        corridor_id=flip.other.corridor_id or "",
        parameter=row.key,
        words=key_words(row.key, comparison.names),
        low=row.low,
        typical=row.value,
        high=row.high,
        unit=row.unit,
        value=flip.value,
        ways_hold=flip.ways_hold,
    )
