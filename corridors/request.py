"""One request as the command line states it, turned into a planner. No printing here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corridors.closures import closures_of
from corridors.compiled import ArcPaths, CompiledGraph, load_compiled, load_paths
from corridors.end_finder import EndFinder
from corridors.named import Corridor, corridor_files, load_corridors, pick
from corridors.planner import Planner
from corridors.pricing import By
from corridors.scenario import (
    FIRST_YEAR,
    LAST_YEAR,
    SCENARIOS,
    Scenario,
    load_scenario,
    matching_keys,
    with_overrides,
)
from geodata.errors import DataError
from geodata.importing.model import SnapLimits
from geodata.network import Network
from geodata.snapping import SNAP_LIMIT_KM
from geodata.tables import read_table
from geodata.vocabulary import CargoUnit, Mode
from geodata.world import DATA, TABLES, World, load_world

if TYPE_CHECKING:
    from corridors.overlap import Ground
    from geodata.importing.attach import Attached
    from geodata.importing.model import FerryLine

DEFAULT_ORIGIN = "INOSC"
DEFAULT_DESTINATION = "KZUKT"
DEFAULT_CARGO = "titanium_slag"
DEFAULT_MASS_T = 1500.0
TIMES: Final = "x"
"""What stands before a number of --set that multiplies."""

_TABLES = (
    "tables", "attached", "world", "network", "_extended", "compiled", "paths", "corridors",
    "data_version",
)  # fmt: skip


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
    with_files: tuple[Path, ...] = ()
    snap_km: float = SNAP_LIMIT_KM[Mode.ROAD]
    join_km: float = SnapLimits().line_km

    @cached_property
    def tables(self) -> World:
        """The shipped tables with the request's own folders of tables over them."""
        return load_world(*self.data)

    @cached_property
    def attached(self) -> Attached:
        """The network and the tables with the lines and places of the request's files.

        Those of folders of tables come first. Everything wrong with the files is told at once.
        """
        from geodata.importing.attach import attach
        from geodata.importing.reading import check_files

        files = [path for folder in self.data for path in line_files(folder)]
        additions, refused = check_files([*files, *self.with_files])
        limits = SnapLimits(line_km=self.join_km)
        return attach(Network(), self.tables, additions, limits, refused)

    @property
    def _adds(self) -> bool:
        lines = any(line_files(folder) for folder in self.data)
        return bool(self.with_files or lines or self.tables.parameters.own_lines)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said about the request's own lines and places, that joins nothing, say."""
        return (*(self.attached.remarks if self._adds else ()), *self._loose_places())

    def _loose_places(self) -> Iterator[str]:
        """Say which places of the request's own tables no line or ship reaches."""
        if not self.data:
            return
        shipped = {row.place_id for row in read_table(DATA / "places.csv", *TABLES["places"])}
        known = {*shipped, *self.compiled.gateway_place.tolist()}
        for place in self.tables.places.values():
            if place.modes and place.place_id not in known:
                yield (
                    f"{place.place_id} ({place.name}): a place of a table is joined by road only, "
                    "where a journey begins or ends; to be reached or passed otherwise, give it as "
                    "a Point, in a file of --with or in the folder lines of --data"
                )

    @cached_property
    def world(self) -> World:
        """The tables that are asked."""
        return self.attached.world if self._adds else self.tables

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
    def network(self) -> Network:
        """The detailed network."""
        return self.attached.network if self._adds else Network()

    @property
    def ferry_lines(self) -> tuple[FerryLine, ...]:
        """The ferries with a line of their own: they come from files."""
        return self.attached.ferry_lines if self._adds else ()

    @cached_property
    def _extended(self) -> tuple[CompiledGraph, ArcPaths]:
        from corridors.extending import extended_graph

        return extended_graph(load_compiled(), load_paths(), self.attached)

    @cached_property
    def compiled(self) -> CompiledGraph:
        """The graph compiled from it."""
        return self._extended[0] if self.network.additions else load_compiled()

    @cached_property
    def paths(self) -> ArcPaths:
        """The detailed links under the graph's arcs; read only to draw or export."""
        return self._extended[1] if self.network.additions else load_paths()

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
        values, factors, problems = parse_values(self.set_value)
        closures, faults = closures_of(self.close, self.exclude_country, self.world)
        problems += faults + self._value_problems(values, factors)
        if self.year is not None and not FIRST_YEAR <= self.year <= LAST_YEAR:
            problems.append(f"--year {self.year}: give a year from {FIRST_YEAR} to {LAST_YEAR}")
        if problems:
            raise DataError("request", problems)
        return with_overrides(
            base, closures=closures, values=values, factors=factors, year=self.year
        )

    def _value_problems(
        self, values: Mapping[str, float], factors: Mapping[str, float]
    ) -> list[str]:
        """Return what is wrong with values and factors, with the parameters that may be meant."""
        parameters = self.world.parameters

        def near(key: str) -> list[str]:
            from corridors.searching import near_parameters  # only where a key is unknown

            return near_parameters(key, parameters, self.world.selector_names)

        known = [row.key for row in parameters.rows]
        unknown = {key: 1.0 for key in factors if not matching_keys(key, known)}
        return [
            *parameters.change_problems(values, self.world.words, near),
            *parameters.change_problems(unknown, {}, near),
        ]

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
        origin, destination = self.finder.ends(self.origin, self.destination)
        return Planner(
            self.world,
            self.compiled,
            self.resolved_scenario,
            origin=origin,
            destination=destination,
            commodity=self.cargo,
            mass_t=self.mass_t,
            unit=self.unit,
            by=self.by,
        )

    @cached_property
    def finder(self) -> EndFinder:
        """What finds the two ends of a journey."""
        return EndFinder(self.world, self.compiled, self.network, self.snap_km)

    def between(self, origin: str, destination: str) -> Planner:
        """Return a planner of this request between other ends; what it can, it shares."""
        return self.planner.between(*self.finder.ends(origin, destination))

    @cached_property
    def ground(self) -> Ground:
        """The ground that the arcs of the planner's graph cover."""
        from corridors.geometry import check_version
        from corridors.overlap import Ground

        check_version(self.paths, self.network)
        layers = [self.network.layer(mode) for mode in (Mode.RAIL, Mode.ROAD, Mode.SEA, Mode.AIR)]
        return Ground(self.planner.graph, self.compiled, self.paths, layers)


def line_files(folder: Path) -> list[Path]:
    """Return the files of lines in a folder of tables: what ``network refresh`` writes there.

    Hidden files and what belongs to another file (a Shapefile's .dbf, say) are none of their own.
    """
    found = sorted(path for path in (folder / "lines").glob("*") if path.is_file())
    if not found:
        return []
    from geodata.importing.formats import family_of

    parts = {part for path in found for part in family_of(path) if part != path}
    return [path for path in found if path not in parts and not path.name.startswith(".")]


def parse_values(
    texts: Iterable[str],
) -> tuple[dict[str, float], dict[str, float], list[str]]:
    """Return the values of ``KEY=NUMBER`` texts, the factors of ``PATTERN=xNUMBER``, and faults."""
    values: dict[str, float] = {}
    factors: dict[str, float] = {}
    problems: list[str] = []
    for text in texts:
        key, _, number = text.partition("=")
        key, number = key.strip(), number.strip()
        found = factors if is_factor(text) else values
        if key in found:
            problems.append(f"--set {key} stands twice; leave one")
        try:
            found[key] = float(number.removeprefix(TIMES).replace("_", "no number"))
        except ValueError:
            problems.append(
                f"--set {text}: write PARAMETER=NUMBER, or PARAMETER=x2 to double it, where * "
                "stands for any text"
            )
        else:
            if found is factors and not 0 <= found[key] < inf:
                problems.append(f"--set {text}: a factor must be a finite number, zero or more")
    return values, factors, problems


def is_factor(text: str) -> bool:
    """Return whether a text of --set multiplies: ``tariff.rail.KZ.*=x2``."""
    return text.partition("=")[2].strip().startswith(TIMES)
