"""All that a page shows as plain JSON values, which it carries as data that nothing executes.

Folium compiles what it renders as a template once more, so a text that passes through it can run
as code. Therefore names, remarks and lines travel here, and Folium is given positions and fixed
words only.

This is the only module that swaps (lon, lat) to Leaflet's (lat, lon).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from geodata.parts import FAMILY_PARTS, OPERATION_PARTS, Part
from maps import style, what_if_payload
from maps.data import (
    LonLat,
    MapData,
    MapFlip,
    MapHappening,
    MapLeg,
    MapOwnLine,
    MapRoute,
    MapStop,
    MapStory,
)
from maps.lines import UNITS_PER_DEGREE, share_lines
from maps.texts import LANGUAGES, interface_texts

Json = dict[str, Any]

WORLD: Final = ((-20.0, 0.0), (60.0, 140.0))
"""Bounds (lat, lon) of a page without any corridor."""


def lat_lon(point: LonLat) -> tuple[float, float]:
    """Return Leaflet's (lat, lon) of a (lon, lat)."""
    lon, lat = point
    return lat, lon


def bounds(page: MapData) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the south-west and north-east corner of all lines and places as (lat, lon)."""
    points = [p for r in page.routes for leg in r.legs for line in leg.lines for p in line]
    points += [(stop.lon, stop.lat) for route in page.routes for stop in route.stops]
    if not points:
        return WORLD
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    return lat_lon((west, south)), lat_lon((east, north))


def payload(page: MapData) -> Json:
    """Return everything the page shows as plain JSON values, each line and place once."""
    arcs = _arc_lines(page)
    shared = share_lines((*page.routes, *arcs), [own.line for own in page.own_lines])
    further = page.what_if.stops if page.what_if else ()
    places, stops, numbers = _places(page.routes, (*further, *page.own_places))
    return {
        "story": _story(page.story),
        "dataVersion": page.data_version,
        "massT": page.mass_t,
        "by": page.by,
        "lang": page.lang,
        "languages": {str(code): name for code, name in LANGUAGES.items()},
        "texts": interface_texts(),
        "routes": [
            _route(route, shared.refs[number], shared.badges[number], stops[number])
            for number, route in enumerate(page.routes)
        ],
        "places": places,
        "ownLines": [_own_line(*own) for own in zip(page.own_lines, shared.own, strict=True)],
        "sources": {source_id: list(words) for source_id, *words in page.sources},
        "notPossible": [list(refusal) for refusal in page.not_possible],
        "attribution": style.ATTRIBUTION,
        "attributions": list(dict.fromkeys((*page.attributions, *style.ATTRIBUTIONS))),
        "bounds": [list(corner) for corner in bounds(page)],
        "toleranceDeg": shared.tolerance_deg,
        "unitsPerDegree": UNITS_PER_DEGREE,
        "arcs": [list(arc) for arc in shared.arcs],
        "style": _style(),
        "whatIf": page.what_if and what_if_payload.what_if(page.what_if, shared.refs[-1], numbers),
        "risk": page.risk and what_if_payload.risk(page.risk),
    }


def _story(story: MapStory) -> Json:
    return {
        "origin": story.origin,
        "destination": story.destination,
        "cargo": story.cargo,
        "cargoUnit": story.cargo_unit,
        "units": story.units,
        "scenario": story.scenario,
        "asOf": story.scenario_as_of,
        "description": story.scenario_description,
        "shares": [share._asdict() for share in story.shares],
        "assumptions": [assumption._asdict() for assumption in story.assumptions],
        "flip": story.flip and _flip(story.flip),
        "flipOther": story.flip_other and _flip(story.flip_other),
    }


def _flip(flip: MapFlip) -> Json:
    return {
        "corridor": flip.corridor_id,
        "parameter": flip.parameter,
        "words": flip.words,
        "low": flip.low,
        "typical": flip.typical,
        "high": flip.high,
        "unit": flip.unit,
        "value": flip.value,
        "waysHold": flip.ways_hold,
    }


def _arc_lines(page: MapData) -> list[MapRoute]:
    """Return the lines of all arcs that any corridor may take, as if they were one corridor's."""
    if page.what_if is None:
        return []
    legs = tuple(
        MapLeg(
            operation=arc.operation, mode=arc.mode, status=arc.status,
            geometry_basis=arc.geometry_basis, from_name=arc.from_name, to_name=arc.to_name,
            country=arc.country, gauge_mm=arc.gauge_mm, length_km=0.0, time_h=0.0, cost_usd=0.0,
            co2e_kg=0.0, lines=arc.lines,
        )
        for arc in page.what_if.arcs
    )  # fmt: skip
    return [replace(page.routes[0], corridor_id="", legs=legs, stops=())]


def _style() -> Json:
    return {
        "modes": [str(mode) for mode in style.MODES],
        "dashes": {str(status): dash for status, dash in style.DASHES.items()},
        "dashLegend": [str(status) for status in style.DASH_LEGEND],
        "places": {
            **{str(kind): _symbol(look) for kind, look in style.PLACES.items()},
            style.CHOKEPOINT_KIND: _symbol(style.CHOKEPOINT),
        },
        "otherPlace": _symbol(style.OTHER_PLACE),
        "operations": [*style.OPERATIONS, style.PASSAGE],
        "bases": list(style.BASES),
        "parts": [str(part) for part in Part],
        "familyParts": {name: str(part) for name, part in FAMILY_PARTS.items()},
        "operationParts": {name: str(part) for name, part in OPERATION_PARTS.items()},
    }


def _symbol(look: style.PlaceStyle) -> list[str | int]:
    return [look.path, look.order]


def _route(
    route: MapRoute,
    refs: tuple[tuple[int, ...], ...],
    badge: LonLat | None,
    stops: list[int],
) -> Json:
    return {
        "id": route.corridor_id,
        "name": route.name,
        "family": route.family,
        "status": route.status,
        "rank": route.rank,
        "usdPerT": _rounded(route.cost_usd_per_t),
        "days": _rounded(route.days),
        "kgPerT": _rounded(route.co2e_kg_per_t),
        "km": _rounded(route.length_km),
        "borders": route.border_crossings,
        "gauges": route.gauge_changes,
        "generalisedPerT": _rounded(route.generalised_usd_per_t),
        "flags": [list(flag) for flag in route.flags],
        "badge": badge and list(lat_lon(badge)),
        "legs": [_leg(leg, arcs) for leg, arcs in zip(route.legs, refs, strict=True)],
        "stops": stops,
    }


def _leg(leg: MapLeg, arcs: tuple[int, ...]) -> Json:
    return {
        "operation": leg.operation,
        "mode": leg.mode,
        "status": leg.status,
        "basis": leg.geometry_basis,
        "from": leg.from_name,
        "to": leg.to_name,
        "country": leg.country,
        "gauge": leg.gauge_mm,
        "km": _rounded(leg.length_km),
        "h": _rounded(leg.time_h),
        "usd": _rounded(leg.cost_usd),
        "kg": _rounded(leg.co2e_kg),
        "arcs": list(arcs),
        **({"own": True} if leg.own else {}),
        "parts": [[part, _rounded(hours), _rounded(usd)] for part, hours, usd in leg.parts],
    }


def _own_line(own: MapOwnLine, arcs: tuple[int, ...]) -> Json:
    return {
        "mode": own.mode,
        "name": own.name,
        "status": own.status,
        "country": own.country,
        "gauge": own.gauge_mm,
        "km": _rounded(own.length_km),
        "arcs": list(arcs),
    }


def _places(
    routes: tuple[MapRoute, ...], further: tuple[MapStop, ...]
) -> tuple[list[Json], list[list[int]], dict[str, int]]:
    """Gather each spot once, with what happens there grouped by the corridors that agree.

    Returns the places, the numbers of those that every corridor passes, and the number of every
    place by its id. Further places are passed by none of the corridors, as they are now.
    """
    numbers: dict[_Spot, int] = {}
    by_id: dict[str, int] = {}
    first: list[MapStop] = []
    names: list[dict[str, str]] = []
    owned: list[bool] = []
    happenings: list[dict[tuple[MapHappening, ...], list[int]]] = []
    flags: list[dict[tuple[str, ...], None]] = []

    def number_of(stop: MapStop) -> int:
        number = numbers.setdefault(_spot(stop), len(numbers))
        if number == len(first):
            first.append(stop)
            names.append({})
            owned.append(False)
            happenings.append({})
            flags.append({})
        names[number].setdefault(stop.place_id, stop.name)
        owned[number] |= stop.own
        by_id[stop.place_id] = number
        flags[number].update(dict.fromkeys(stop.flags))
        return number

    stops: list[list[int]] = []
    for route_number, route in enumerate(routes):
        own: list[int] = []
        for together in _at_one_spot(route.stops):
            (number,) = {number_of(stop) for stop in together}
            items = tuple(item for stop in together for item in stop.happenings)
            agreeing = happenings[number].setdefault(items, [])
            if route_number not in agreeing:
                agreeing.append(route_number)
            own.append(number)
        stops.append(own)
    for stop in further:
        number_of(stop)
    places = [
        {
            "id": " / ".join(names[number]),
            "name": " / ".join(dict.fromkeys(names[number].values())),
            "kind": stop.kind,
            "at": list(lat_lon((round(stop.lon, 5), round(stop.lat, 5)))),
            "flags": [list(flag) for flag in flags[number]],
            **({"own": True} if owned[number] else {}),
            "happenings": [
                {"routes": agreeing, "items": [_happening(item) for item in items]}
                for items, agreeing in happenings[number].items()
            ],
        }
        for number, stop in enumerate(first)
    ]
    return places, stops, by_id


_Spot = tuple[str, float, float]


def _spot(stop: MapStop) -> _Spot:
    """Return where a stop is drawn: both sides of a crossing would hide each other."""
    return stop.kind, round(stop.lon, 4), round(stop.lat, 4)


def _at_one_spot(stops: tuple[MapStop, ...]) -> Iterator[tuple[MapStop, ...]]:
    """Join neighbouring stops at one spot."""
    return (tuple(group) for _, group in groupby(stops, key=_spot))


def _happening(happening: MapHappening) -> list[str | float | None]:
    operation, text, hours, usd, source, *ends = happening
    ranges = [None if end is None else _rounded(end) for end in ends]
    known = ranges if any(end is not None for end in ranges) else []
    return [operation, text, _rounded(hours), _rounded(usd), source, *known]


def _rounded(value: float) -> float:
    return round(float(value), 2)
