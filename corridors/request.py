"""One request as the command line states it, turned into a planner. No printing here."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corridors.compiled import CompiledGraph, load_compiled, load_paths
from corridors.errors import CorridorsError, UnknownPlaceError
from corridors.finding import find_place, parse_coordinates
from corridors.graph import Endpoint, Spot
from corridors.named import Corridor, corridor_files, load_corridors, pick
from corridors.planner import Planner
from corridors.pricing import By
from corridors.scenario import (
    FIRST_YEAR,
    LAST_YEAR,
    SCENARIOS,
    Closures,
    Scenario,
    closure_problems,
    load_scenario,
    with_overrides,
)
from geodata.errors import DataError
from geodata.vocabulary import CargoUnit, Mode
from geodata.world import World, load_world

if TYPE_CHECKING:
    from corridors.overlap import Ground

DEFAULT_ORIGIN = "INOSC"
DEFAULT_DESTINATION = "KZUKT"
DEFAULT_CARGO = "titanium_slag"
DEFAULT_MASS_T = 1500.0
_TABLES = ("world", "compiled", "corridors", "data_version")


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked for. The defaults are the shipped case."""

    origin: str = DEFAULT_ORIGIN
    destination: str = DEFAULT_DESTINATION
    cargo: str = DEFAULT_CARGO
    mass_t: float = DEFAULT_MASS_T
    unit: CargoUnit = CargoUnit.CONTAINER_20
    by: By = By.GENERALISED
    corridor: tuple[str, ...] = ()
    scenario: str = "open"
    exclude_country: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    year: int | None = None
    set_value: tuple[str, ...] = ()
    data: tuple[Path, ...] = ()

    @cached_property
    def world(self) -> World:
        """The shipped tables with the request's own folders of tables over them."""
        return load_world(*self.data)

    @cached_property
    def corridors(self) -> tuple[Corridor, ...]:
        """The corridors asked for, all if none is named."""
        found = load_corridors(self.world, *self.data)
        known = {corridor.corridor_id for corridor in found}
        problems = [
            f"{row.restriction_id}: corridor {row.subject_id!r} does not exist"
            for row in self.world.restrictions
            if row.subject_type == "corridor" and row.subject_id not in known
        ]
        if problems:
            raise DataError("restrictions", problems)
        return pick(found, self.corridor)

    @cached_property
    def compiled(self) -> CompiledGraph:
        """The compiled graph that ships."""
        return load_compiled()

    @cached_property
    def data_version(self) -> str:
        """Version of the network and a digest of the tables: two equal ones give equal results."""
        digest = hashlib.sha256(self.world.digest.encode())
        for path in corridor_files(*self.data):
            digest.update(path.read_bytes())
        return f"{self.compiled.version}+{digest.hexdigest()[:8]}"

    @cached_property
    def resolved_scenario(self) -> Scenario:
        """The scenario with the request's closures, values and year."""
        folders = (SCENARIOS, *(folder / "scenarios" for folder in self.data))
        base = load_scenario(self.scenario, self.world, folders, self.names_with_status)
        values, problems = parse_values(self.set_value)
        closures, faults = closures_of(self.close, self.exclude_country, self.world)
        problems += faults + self.world.parameters.change_problems(values, self.world.words)
        if self.year is not None and not FIRST_YEAR <= self.year <= LAST_YEAR:
            problems.append(f"--year {self.year}: give a year from {FIRST_YEAR} to {LAST_YEAR}")
        if problems:
            raise DataError("request", problems)
        return with_overrides(base, closures=closures, values=values, year=self.year)

    def names_with_status(self) -> frozenset[str]:
        """Return the names of lines and the ids of corridors, which a scenario may restate."""
        corridors = load_corridors(self.world, *self.data)
        lines = filter(None, self.compiled.arc_name.tolist())
        return frozenset({*lines, *(corridor.corridor_id for corridor in corridors)})

    def in_scenario(self, name: str) -> Request:
        """Return this request in another scenario; what a scenario cannot change is shared."""
        return self._sharing(replace(self, scenario=name), *_TABLES)

    def with_cargo(self, commodity: str) -> Request:
        """Return this request for another commodity; what that cannot change is shared."""
        return self._sharing(replace(self, cargo=commodity), *_TABLES, "resolved_scenario")

    def _sharing(self, other: Request, *names: str) -> Request:
        vars(other).update({name: vars(self)[name] for name in names if name in vars(self)})
        return other

    @cached_property
    def planner(self) -> Planner:
        """The planner of this request."""
        ends: dict[str, Endpoint] = {}
        for role in ("origin", "destination"):
            ends[role] = find_endpoint(getattr(self, role), self.world, self.compiled, role)
        if ends["origin"].place_id == ends["destination"].place_id:
            raise CorridorsError(f"origin and destination are both {ends['origin'].name}")
        origin, destination = ends["origin"], ends["destination"]
        return Planner(
            self.world,
            self.compiled,
            self.resolved_scenario,
            origin=_with_direct_way(origin, destination, self.world),
            destination=destination,
            commodity=self.cargo,
            mass_t=self.mass_t,
            unit=self.unit,
            by=self.by,
        )

    @cached_property
    def ground(self) -> Ground:
        """The ground that the arcs of the planner's graph cover."""
        from corridors.geometry import check_version
        from corridors.overlap import Ground
        from geodata.network import load_layer

        paths = load_paths()
        check_version(paths)
        layers = [load_layer(mode) for mode in (Mode.RAIL, Mode.ROAD, Mode.SEA, Mode.AIR)]
        return Ground(self.planner.graph, self.compiled, paths, layers)


def find_endpoint(text: str, world: World, compiled: CompiledGraph, role: str) -> Endpoint:
    """Return the endpoint that an id, a name or ``lat,lon`` means.

    A place that the compiled graph does not know is joined by road, like any point.

    Raises
    ------
    UnknownPlaceError
        If no one place is meant.
    SnapError
        If a point lies too far from any road.
    """
    spot = parse_coordinates(text)
    if spot is not None:
        return _joined(Spot(f"{spot[0]:g},{spot[1]:g}", *spot), world, role)
    place = find_place(text, world)
    if place.place_id in set(compiled.gateway_place.tolist()):
        return Endpoint(
            place_id=place.place_id,
            name=place.name,
            country=place.country,
            lon=place.lon,
            lat=place.lat,
        )
    return _joined(Spot(place.name, place.lat, place.lon, place.place_id), world, role)


def _joined(spot: Spot, world: World, role: str) -> Endpoint:
    from corridors.joining import join_point  # scipy, and the road network: only for free points
    from geodata.network import load_layer, load_place_nodes

    return join_point(spot, role, world, load_layer(Mode.ROAD), load_place_nodes())


def _with_direct_way(origin: Endpoint, destination: Endpoint, world: World) -> Endpoint:
    """Return the origin, joined straight to the destination when both are points in one country."""
    if not (origin.joints and destination.joints) or origin.country != destination.country:
        return origin
    from corridors.joining import join_directly
    from geodata.network import load_layer, load_place_nodes

    road = load_layer(Mode.ROAD)
    direct = join_directly(origin, destination, world, road, load_place_nodes())
    return replace(origin, joints=(*origin.joints, direct)) if direct else origin


def parse_values(texts: Iterable[str]) -> tuple[dict[str, float], list[str]]:
    """Return the values of ``KEY=NUMBER`` texts, and what is wrong with them."""
    values: dict[str, float] = {}
    problems: list[str] = []
    for text in texts:
        key, equals, number = text.partition("=")
        key = key.strip()
        if key in values:
            problems.append(f"--set {key} stands twice; leave one")
        try:
            values[key] = float(number if equals else "")
        except ValueError:
            problems.append(f"--set {text}: write PARAMETER=NUMBER")
    return values, problems


def closures_of(
    close: Iterable[str], countries: Iterable[str], world: World
) -> tuple[Closures, list[str]]:
    """Return closures by the kind of thing that each text names, and what is wrong with them.

    A text is the id of a border crossing or a chokepoint, or any spelling of a place.
    """
    kinds: dict[str, set[str]] = {"places": set(), "crossings": set(), "chokepoints": set()}
    problems: list[str] = []
    for name in close:
        if name in world.border_crossings:
            kinds["crossings"].add(name)
        elif name in world.chokepoints:
            kinds["chokepoints"].add(name)
        else:
            try:
                kinds["places"].add(find_place(name, world).place_id)
            except UnknownPlaceError as error:
                known = [*world.border_crossings, *world.chokepoints]
                near = [*difflib.get_close_matches(name, known, n=3), *error.matches]
                hint = f"; did you mean {', '.join(near)}?" if near else ""
                problems.append(f"--close {name}: no one place, crossing or chokepoint{hint}")
    closures = Closures(
        places=frozenset(kinds["places"]),
        crossings=frozenset(kinds["crossings"]),
        chokepoints=frozenset(kinds["chokepoints"]),
        countries=frozenset(country.upper() for country in countries),
    )
    return closures, problems + closure_problems(closures, world)
