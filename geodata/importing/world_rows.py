"""Rows that additions bring to the tables: places, rights, services, own parameters of lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from typing import Final

from geodata.families import ANY
from geodata.importing.model import Additions, NewCrossing, NewLink, NewPlace
from geodata.parameters import Parameters
from geodata.rows import (
    AirService,
    BorderCrossing,
    Ferry,
    GaugeInterchange,
    Loading,
    Parameter,
    Place,
    Transshipment,
)
from geodata.vocabulary import Grade, PlaceKind
from geodata.world import World, world_problems

SOURCE_ID: Final = "analyst-file"
"""The source of whatever a file adds, in ``sources/common.toml``."""
_GRADE: Final = Grade.ASSUMED


def side_id(crossing: NewCrossing, country: str) -> str:
    """Return the id of the place on one side of a new crossing."""
    return f"{crossing.crossing_id}-{country}"


def with_rows(
    world: World,
    additions: Additions,
    links: Iterable[NewLink],
    services: Iterable[Ferry | AirService],
) -> tuple[World, list[str]]:
    """Return the tables with the rows of additions, and what does not hold between them.

    Parameters
    ----------
    links
        Those that really are new.
    services
        Ferries and flights between places that exist by now.
    """
    added = [*map(_place, additions.places)]
    added += [side for crossing in additions.crossings for side in _sides(crossing)]
    problems = _taken(world, additions)
    services = list(services)
    wider = replace(
        world,
        places={**world.places, **{place.place_id: place for place in added}},
        border_crossings={
            **world.border_crossings,
            **{row.crossing_id: row for row in map(_crossing, additions.crossings)},
        },
        gauge_interchanges=(
            *world.gauge_interchanges,
            *(row for place in additions.places for row in _interchanges(place)),
        ),
        transshipments=(
            *world.transshipments,
            *(row for place in additions.places for row in _transshipments(place)),
        ),
        loading=(*world.loading, *(row for place in additions.places for row in _loading(place))),
        ferries=(*world.ferries, *(row for row in services if isinstance(row, Ferry))),
        air_services=(
            *world.air_services,
            *(row for row in services if isinstance(row, AirService)),
        ),
        parameters=Parameters([*world.parameters.rows, *_own_parameters(links)]),
    )
    return wider, problems or world_problems(wider)


def _taken(world: World, additions: Additions) -> list[str]:
    """Return every id that is there already or stands twice."""
    problems: list[str] = []
    wanted = [(place.origin, place.place_id) for place in additions.places]
    wanted += [
        (crossing.origin, side_id(crossing, country))
        for crossing in additions.crossings
        for country in crossing.countries
    ]
    seen: set[str] = set()
    for origin, place_id in wanted:
        if place_id in world.places or place_id in seen:
            problems.append(
                f"{origin}: place {place_id} is there already; choose another place_id "
                "(tables of --data can change a place that ships)"
            )
        seen.add(place_id)
    problems += [
        f"{row.origin}: border crossing {row.crossing_id} is there already; choose another "
        "crossing_id"
        for row in additions.crossings
        if row.crossing_id in world.border_crossings
    ]
    return problems


def _place(new: NewPlace) -> Place:
    lon, lat = new.position
    return Place(
        new.place_id, new.name, new.kind, new.country, lat, lon, "", new.sea_region,
        new.modes, (), SOURCE_ID, _GRADE, new.source,
    )  # fmt: skip


def _sides(new: NewCrossing) -> list[Place]:
    lon, lat = new.position
    return [
        Place(
            side_id(new, country), f"{new.name} ({country} side)", PlaceKind.BORDER_CROSSING_POINT,
            country, lat, lon, "", "", (new.mode,), (), SOURCE_ID, _GRADE, new.source,
        )
        for country in new.countries
    ]  # fmt: skip


def _crossing(new: NewCrossing) -> BorderCrossing:
    a, b = (side_id(new, country) for country in new.countries)
    return BorderCrossing(
        new.crossing_id, new.name, a, b, new.mode, new.gauge_mm, new.status, new.as_of,
        new.opens or None, SOURCE_ID, _GRADE, new.source,
    )  # fmt: skip


def _interchanges(new: NewPlace) -> list[GaugeInterchange]:
    return [
        GaugeInterchange(
            new.place_id, a, b, unit, new.gauge_method, new.status, new.as_of, SOURCE_ID, _GRADE,
            new.source,
        )
        for a, b in combinations(sorted(new.gauges_mm), 2)
        if new.gauge_method
        for unit in new.cargo_units
    ]  # fmt: skip


def _transshipments(new: NewPlace) -> list[Transshipment]:
    return [
        Transshipment(
            new.place_id, a, b, unit, new.status, new.as_of, SOURCE_ID, _GRADE, new.source
        )
        for a, b in new.transshipments
        for unit in new.cargo_units
    ]


def _loading(new: NewPlace) -> list[Loading]:
    return [
        Loading(new.place_id, mode, unit, SOURCE_ID, _GRADE, new.source)
        for mode in new.loading
        for unit in new.cargo_units
    ]


def _own_parameters(links: Iterable[NewLink]) -> list[Parameter]:
    """Return the parameters that lines have of their own; without a range, none being stated."""
    found: dict[str, Parameter] = {}
    for link in links:
        for family, (value, unit) in link.parameters.items():
            key = f"{family}.{link.name}.{ANY}"
            found[key] = Parameter(
                key, value, value, value, unit, None, SOURCE_ID,
                str(replace(link.origin, part=0)), _GRADE, link.as_of, link.source,
            )  # fmt: skip
    return list(found.values())
