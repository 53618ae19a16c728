"""What the page is given: frozen records, already computed, already in words.

Everything here is display data. `corridors.cli` fills it from the report; `maps` adds nothing to
it. Texts may hold anything at all: they reach the browser as text, never as markup or template.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

from geodata.errors import DataError
from geodata.vocabulary import Mode
from maps.what_if import MapRisk, MapWhatIf

LonLat = tuple[float, float]
"""Longitude and latitude in decimal degrees, in this order."""

MAX_LON_DEG = 180.0
MAX_LAT_DEG = 90.0


class MapFlag(NamedTuple):
    """A dated remark on a corridor or a place: sanctioned, suspended, shut, at risk."""

    label: str
    text: str
    as_of: str
    source: str


class MapHappening(NamedTuple):
    """One thing that happens at a place, in hours and USD for the whole consignment."""

    operation: str
    text: str
    hours: float
    usd: float
    source: str


class MapRefusal(NamedTuple):
    """A corridor without an itinerary, and why."""

    corridor_id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLeg:
    """One movement or operation; money and CO2e are for the whole consignment.

    ``lines`` are the detailed lines in travel order, each a sequence of (lon, lat); empty for an
    operation at one place. ``mode`` is None where nothing moves.
    """

    operation: str
    mode: str | None
    status: str
    geometry_basis: str
    from_name: str
    to_name: str
    country: str
    gauge_mm: int
    length_km: float
    time_h: float
    cost_usd: float
    co2e_kg: float
    lines: tuple[tuple[LonLat, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapStop:
    """A gateway of a corridor, and what happens to the consignment there."""

    place_id: str
    name: str
    kind: str
    lon: float
    lat: float
    happenings: tuple[MapHappening, ...] = ()
    flags: tuple[MapFlag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRoute:
    """One corridor: its row of the comparison, its legs and its gateways in travel order."""

    corridor_id: str
    name: str
    family: str
    status: str
    rank: int
    cost_usd_per_t: float
    days: float
    co2e_kg_per_t: float
    length_km: float
    border_crossings: int
    gauge_changes: int
    generalised_usd_per_t: float
    flags: tuple[MapFlag, ...] = ()
    legs: tuple[MapLeg, ...] = ()
    stops: tuple[MapStop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapData:
    """Everything on one page. Routes come in rank order, best ``by`` that criterion first.

    Without ``what_if`` nothing on the page can be moved, without ``risk`` nothing is said about it.
    """

    title: str
    question: str
    answer: tuple[str, ...]
    scenario_name: str
    as_of: str
    data_version: str
    consignment_text: str
    mass_t: float
    by: str
    routes: tuple[MapRoute, ...]
    not_possible: tuple[MapRefusal, ...] = ()
    attributions: tuple[str, ...] = ()
    what_if: MapWhatIf | None = None
    risk: MapRisk | None = None


def check_page(page: MapData) -> None:
    """Refuse a page that could not be drawn truthfully.

    Raises
    ------
    DataError
        If a corridor id occurs twice, a mode is unknown, or a position or amount is not a number
        in its range. All problems are listed.
    """
    problems = list(_problems(page))
    if problems:
        raise DataError("map page", problems)


def _problems(page: MapData) -> Iterator[str]:
    seen: set[str] = set()
    for route in page.routes:
        where = f"corridor {route.corridor_id!r}"
        if route.corridor_id in seen:
            yield f"{where} occurs twice"
        seen.add(route.corridor_id)
        amounts = (route.cost_usd_per_t, route.days, route.co2e_kg_per_t, route.length_km)
        if not all(map(isfinite, amounts)):
            yield f"{where}: cost, days, CO2e or length is not a finite number"
        for number, leg in enumerate(route.legs, start=1):
            yield from _leg_problems(leg, f"{where}, leg {number}")
        for stop in route.stops:
            place = f"{where}, place {stop.place_id!r}"
            yield from _position_problems((stop.lon, stop.lat), place)
            for happening in stop.happenings:
                if not all(map(isfinite, happening[2:4])):
                    yield f"{place}: hours or USD is not a finite number"


def _leg_problems(leg: MapLeg, where: str) -> Iterator[str]:
    if leg.mode is not None and leg.mode not in {mode.value for mode in Mode}:
        yield f"{where}: unknown mode {leg.mode!r}"
    if not all(map(isfinite, (leg.length_km, leg.time_h, leg.cost_usd, leg.co2e_kg))):
        yield f"{where}: length, time, cost or CO2e is not a finite number"
    for line in leg.lines:
        if len(line) < 2:  # noqa: PLR2004 - a line has two ends
            yield f"{where}: a line with fewer than two points"
        for point in line:
            problem = next(_position_problems(point, where), None)
            if problem:
                yield problem
                break


def _position_problems(point: LonLat, where: str) -> Iterator[str]:
    lon, lat = point
    if not (abs(lon) <= MAX_LON_DEG and abs(lat) <= MAX_LAT_DEG):
        yield f"{where}: (lon, lat) {point!r} is not on Earth; are they swapped?"
