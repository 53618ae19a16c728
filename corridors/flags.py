"""Flags: what is sanctioned, suspended, shut or unfinished on the data's date, and is used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from corridors.itinerary import Flag, Leg
from corridors.named import Corridor
from geodata.vocabulary import Status
from geodata.world import World

_SEVERITY: Final = (
    Status.OPERATIONAL,
    Status.SUSPENDED,
    Status.CONSTRUCTION,
    Status.PLANNED,
    Status.CLOSED,
)


def worst_status(legs: Iterable[Leg]) -> Status:
    """Return the status of the leg that is furthest from being in operation."""
    return max((leg.status for leg in legs), key=_SEVERITY.index)


def flags_of(
    legs: Iterable[Leg], world: World, origin_country: str, corridor: Corridor | None = None
) -> tuple[Flag, ...]:
    """Return the dated remarks on what an itinerary uses, each once, in the table's order."""
    used: dict[str, set[str]] = {
        "country": set(),
        "place": set(),
        "crossing": set(),
        "chokepoint": set(),
        "corridor": {corridor.corridor_id} if corridor else set(),
    }
    flags: list[Flag] = []
    for leg in legs:
        used["place"] |= {leg.from_place, leg.to_place}
        used["crossing"].add(leg.crossing_id)
        used["chokepoint"] |= set(leg.chokepoints)
        if leg.status is not Status.OPERATIONAL:
            flags.append(_status_flag(leg, world))
    used["country"] = {world.places[p].country for p in used["place"] if p in world.places}
    flags += [
        Flag(row.label, row.reason, row.as_of, row.source_id)
        for row in world.restrictions
        if row.subject_id in used.get(row.subject_type, set()) and row.concerns(origin_country)
    ]
    return tuple(dict.fromkeys(flags))


def _status_flag(leg: Leg, world: World) -> Flag:
    """Return the remark on a crossing or line that is not simply in operation."""
    crossing = world.border_crossings.get(leg.crossing_id)
    what = leg.note or f"{leg.from_name} - {leg.to_name}"
    source_id = crossing.source_id if crossing else ""
    return Flag(leg.status.value, f"{what} is {leg.status.value}", leg.as_of, source_id)
