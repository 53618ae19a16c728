"""What the page is given: frozen records, already computed.

Everything here is display data: `corridors.cli` fills it, and the page makes its sentences of it.
Texts may hold anything at all: they reach the browser as text, never as markup or template.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

from geodata.errors import DataError
from geodata.units import on_earth
from geodata.vocabulary import Mode
from maps.texts import LANGUAGES
from maps.what_if import MapRisk, MapWhatIf

LonLat = tuple[float, float]
"""Longitude and latitude in decimal degrees, in this order."""


class MapFlag(NamedTuple):
    """A dated remark on a corridor or a place: sanctioned, suspended, shut, at risk."""

    label: str
    text: str
    as_of: str
    source: str


class MapHappening(NamedTuple):
    """One thing that happens at a place, in hours and USD for the whole consignment.

    Low and high are the ends of what is plausible; None where no range is known. ``source`` is
    the ids of its sources, joined by commas.
    """

    operation: str
    text: str
    hours: float
    usd: float
    source: str
    hours_low: float | None = None
    hours_high: float | None = None
    usd_low: float | None = None
    usd_high: float | None = None


class MapSource(NamedTuple):
    """What a source is, in words; ``year`` 0 is not known."""

    source_id: str
    title: str
    publisher: str
    year: int


class MapPart(NamedTuple):
    """What of a leg's hours and USD is for one thing; ``part`` is of `geodata.parts`."""

    part: str
    hours: float
    usd: float


class MapRefusal(NamedTuple):
    """A corridor without an itinerary, and why."""

    corridor_id: str
    name: str
    reason: str


class MapShare(NamedTuple):
    """Which parts of a criterion rest on numbers of each grade, 0 to 1; mean of the corridors."""

    criterion: str
    published: float
    estimated: float
    assumed: float


class MapAssumption(NamedTuple):
    """An assumed parameter and the part, 0 to 1, of cost or of time that rests on it."""

    parameter: str
    words: str
    criterion: str
    share: float


class MapFlip(NamedTuple):
    """The value of one parameter, in its own unit, at which another corridor ties with the best.

    ``corridor_id`` is that other one; ``low``, ``typical`` and ``high`` are the parameter's own.
    ``ways_hold`` is false if one of the two has a better way there, which would move the value.
    """

    corridor_id: str
    parameter: str
    words: str
    low: float
    typical: float
    high: float
    unit: str
    value: float
    ways_hold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapStory:
    """What the page tells besides its amounts: names and numbers, of which it makes sentences.

    ``cargo`` and ``cargo_unit`` are ids. ``flip`` is the smallest change of one parameter, within
    its range, that lifts the second best to the best; ``flip_other`` the smallest that does so for
    any corridor, only given where there is none for the second best.
    """

    origin: str
    destination: str
    cargo: str
    cargo_unit: str
    units: int
    scenario: str
    scenario_as_of: str
    scenario_description: str = ""
    shares: tuple[MapShare, ...] = ()
    assumptions: tuple[MapAssumption, ...] = ()
    flip: MapFlip | None = None
    flip_other: MapFlip | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLeg:
    """One movement or operation; money and CO2e are for the whole consignment.

    ``lines`` are the detailed lines in travel order, each a sequence of (lon, lat); empty for an
    operation at one place. ``mode`` is None where nothing moves. ``own`` says that a file of the
    analyst drew some of the line. ``parts`` divide hours and USD; if empty, the operation says what
    they are for.
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
    own: bool = False
    parts: tuple[MapPart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapStop:
    """A gateway of a corridor, and what happens to the consignment there.

    ``own`` says that a file of the analyst added it.
    """

    place_id: str
    name: str
    kind: str
    lon: float
    lat: float
    happenings: tuple[MapHappening, ...] = ()
    flags: tuple[MapFlag, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOwnLine:
    """A line that a file of the analyst added, whether a corridor runs on it or not."""

    mode: str
    name: str
    status: str
    country: str
    gauge_mm: int
    length_km: float
    line: tuple[LonLat, ...]


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

    ``lang`` is the language that the page starts with; it holds all of `maps.texts.LANGUAGES`.
    """

    story: MapStory
    data_version: str
    mass_t: float
    by: str
    routes: tuple[MapRoute, ...]
    not_possible: tuple[MapRefusal, ...] = ()
    attributions: tuple[str, ...] = ()
    sources: tuple[MapSource, ...] = ()
    own_lines: tuple[MapOwnLine, ...] = ()
    own_places: tuple[MapStop, ...] = ()
    lang: str = "en"
    what_if: MapWhatIf | None = None
    risk: MapRisk | None = None


def check_page(page: MapData) -> None:
    """Refuse a page that could not be drawn truthfully.

    Raises
    ------
    DataError
        If a corridor id occurs twice, a mode or the language is unknown, or a position or amount is
        not a number in its range. All problems are listed.
    """
    problems = list(_problems(page))
    if problems:
        raise DataError("map page", problems)


def _problems(page: MapData) -> Iterator[str]:
    if page.lang not in LANGUAGES:
        yield f"unknown language {page.lang!r}; there are {', '.join(LANGUAGES)}"
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
                told = (*happening[2:4], *happening[5:9])
                if not all(isfinite(amount) for amount in told if amount is not None):
                    yield f"{place}: hours or USD is not a finite number"
    for number, own in enumerate(page.own_lines, start=1):
        yield from _line_problems(own.mode, (own.line,), f"own line {number} {own.name!r}")
    for stop in page.own_places:
        yield from _position_problems((stop.lon, stop.lat), f"own place {stop.place_id!r}")


def _leg_problems(leg: MapLeg, where: str) -> Iterator[str]:
    if not all(map(isfinite, (leg.length_km, leg.time_h, leg.cost_usd, leg.co2e_kg))):
        yield f"{where}: length, time, cost or CO2e is not a finite number"
    yield from _line_problems(leg.mode, leg.lines, where)


def _line_problems(
    mode: str | None, lines: tuple[tuple[LonLat, ...], ...], where: str
) -> Iterator[str]:
    if mode is not None and mode not in {one.value for one in Mode}:
        yield f"{where}: unknown mode {mode!r}"
    for line in lines:
        if len(line) < 2:  # noqa: PLR2004 - a line has two ends
            yield f"{where}: a line with fewer than two points"
        for point in line:
            problem = next(_position_problems(point, where), None)
            if problem:
                yield problem
                break


def _position_problems(point: LonLat, where: str) -> Iterator[str]:
    if not on_earth(*point):
        yield f"{where}: (lon, lat) {point!r} is not on Earth; are they swapped?"
