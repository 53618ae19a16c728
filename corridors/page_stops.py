"""The places of a corridor on the page: what happens there, with its range and its sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from corridors.costing import amount_of
from corridors.itinerary import Criterion, Itinerary, LedgerLine, Leg, Operation
from geodata.families import split_key
from geodata.importing.world_rows import SOURCE_ID
from geodata.parameters import theta
from geodata.rows import Parameter
from geodata.units import CENTS_PER_USD, MINUTES_PER_HOUR
from geodata.world import World
from maps.data import MapFlag, MapHappening, MapStop

_PASSAGE: Final = "passage"
_PASSAGE_FAMILIES: Final = ("canal_toll", "war_risk", "canal_delay")

Positions = Mapping[str, tuple[float, float]]
"""Longitude and latitude of places, by id."""
Rows = Mapping[str, Parameter]
"""Parameter rows by key."""


def stops_of(
    itinerary: Itinerary, world: World, coordinates: Positions, rows: Rows
) -> list[MapStop]:
    """Return the places at which something happens, in travel order; straits and canals too."""
    happenings: dict[tuple[str, str], list[MapHappening]] = {}
    for leg in itinerary.legs:
        if leg.operation is Operation.MOVE:
            for chokepoint in leg.chokepoints:
                passed = _told(_PASSAGE, "", passage_lines(leg, chokepoint), rows)
                happenings[chokepoint, _PASSAGE] = [passed]
        else:
            done = _told(leg.operation.value, happening_text(leg), leg.ledger, rows)
            happenings.setdefault((leg.from_place, ""), []).append(done)
    names = {leg.from_place: leg.from_name for leg in itinerary.legs}
    return [
        chokepoint_stop(place_id, world, found)
        if kind
        else gateway_stop(place_id, names[place_id], world, coordinates, found)
        for (place_id, kind), found in happenings.items()
    ]


def gateway_stop(
    place_id: str,
    name: str,
    world: World,
    coordinates: Positions,
    happenings: Iterable[MapHappening] = (),
) -> MapStop:
    """Return a place at which something happens, with the remarks on it."""
    place = world.places.get(place_id)
    lon, lat = coordinates[place_id]
    return MapStop(
        place_id=place_id,
        name=name,
        kind=place.kind.value if place else "point",
        lon=lon,
        lat=lat,
        happenings=tuple(happenings),
        flags=tuple(_flags(world, "place", place_id)),
        own=place is not None and place.source_id == SOURCE_ID,
    )


def chokepoint_stop(
    chokepoint_id: str, world: World, happenings: Iterable[MapHappening] = ()
) -> MapStop:
    """Return a strait or canal that is passed, with the remarks on it."""
    row = world.chokepoints[chokepoint_id]
    return MapStop(
        place_id=chokepoint_id,
        name=row.name,
        kind="chokepoint",
        lon=row.lon,
        lat=row.lat,
        happenings=tuple(happenings),
        flags=tuple(_flags(world, "chokepoint", chokepoint_id)),
    )


def _flags(world: World, kind: str, subject: str) -> Iterator[MapFlag]:
    for row in world.restrictions:
        if (row.subject_type, row.subject_id) == (kind, subject):
            yield MapFlag(row.label, row.reason, row.as_of, row.source_id)


def happening_text(leg: Leg) -> str:
    """Return what is told of an operation; one at two places leads to the second."""
    return leg.note if leg.from_place == leg.to_place else f"→ {leg.to_name}"


def happening_source(ledger: Iterable[LedgerLine]) -> str:
    """Return the sources of what something costs and takes, each once."""
    counted = (line.source_id for line in ledger if line.criterion is not Criterion.CO2E)
    return ", ".join(dict.fromkeys(counted))


def passage_lines(leg: Leg, chokepoint: str) -> Iterator[LedgerLine]:
    """Yield what a ship pays and waits for at a strait or canal, beyond the voyage itself."""
    for line in leg.ledger:
        parts = split_key(line.parameter)
        if parts and parts[0] in _PASSAGE_FAMILIES and parts[1][0] == chokepoint:
            yield line


def _told(operation: str, text: str, ledger: Iterable[LedgerLine], rows: Rows) -> MapHappening:
    """Return a happening with the hours and USD of its ledger, at the rows' values and ends."""
    lines = list(ledger)
    hours, hours_low, hours_high = _amounts(lines, Criterion.TIME, rows)
    cents, cents_low, cents_high = _amounts(lines, Criterion.COST, rows)
    return MapHappening(
        operation,
        text,
        hours / MINUTES_PER_HOUR,
        cents / CENTS_PER_USD,
        happening_source(lines),
        hours_low / MINUTES_PER_HOUR,
        hours_high / MINUTES_PER_HOUR,
        cents_low / CENTS_PER_USD,
        cents_high / CENTS_PER_USD,
    )


def _amounts(lines: Iterable[LedgerLine], criterion: Criterion, rows: Rows) -> tuple[int, int, int]:
    """Return the sums of one criterion, in whole small units: as stated, least and most."""
    stated = least = most = 0
    for line in lines:
        if line.criterion is not criterion:
            continue
        row = rows[line.parameter]
        ends = [
            amount_of(criterion, line.quantity, theta(replace(row, value=value))[0])
            for value in (row.low, row.high)
        ]
        stated += line.amount
        least += min(line.amount, *ends)
        most += max(line.amount, *ends)
    return stated, least, most
