"""All tables of one world, read together and checked against each other."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from geodata.errors import DataError
from geodata.families import Names
from geodata.parameters import Parameters, parameter_problems
from geodata.rows import (
    AirService,
    BorderCrossing,
    Chokepoint,
    Ferry,
    GaugeInterchange,
    Loading,
    Name,
    Parameter,
    Place,
    Restriction,
    Transshipment,
)
from geodata.sources import Source, load_sources
from geodata.tables import read_table
from geodata.vocabulary import GAUGES_MM, CargoUnit, Mode

_MAX_LAT: Final = 90.0
_MAX_LON: Final = 180.0
DATA: Final = Path(__file__).parent / "data"
"""The tables that ship with the package."""

TABLES: Final[Mapping[str, tuple[type[Any], tuple[str, ...]]]] = {
    "places": (Place, ("place_id",)),
    "border_crossings": (BorderCrossing, ("crossing_id",)),
    "gauge_interchanges": (
        GaugeInterchange,
        ("place_id", "gauge_a_mm", "gauge_b_mm", "cargo_unit"),
    ),
    "transshipments": (Transshipment, ("place_id", "mode_a", "mode_b", "cargo_unit")),
    "loading": (Loading, ("place_id", "mode", "cargo_unit")),
    "ferries": (Ferry, ("place_a", "place_b", "cargo_unit")),
    "air_services": (AirService, ("place_a", "place_b")),
    "chokepoints": (Chokepoint, ("chokepoint_id",)),
    "restrictions": (Restriction, ("restriction_id",)),
    "parameters": (Parameter, ("key",)),
    "names": (Name, ("kind", "id")),
}
"""Every table: its row type and the columns that identify a row."""

NAMED: Final = ("country", "region", "basin")
"""Kinds of codes that the table of names explains; other tables name their own ids."""


@dataclass(frozen=True)
class World:
    """The tables of places, rights and parameters; rows by key, in the tables' order."""

    places: Mapping[str, Place]
    border_crossings: Mapping[str, BorderCrossing]
    gauge_interchanges: tuple[GaugeInterchange, ...]
    transshipments: tuple[Transshipment, ...]
    loading: tuple[Loading, ...]
    ferries: tuple[Ferry, ...]
    air_services: tuple[AirService, ...]
    chokepoints: Mapping[str, Chokepoint]
    restrictions: tuple[Restriction, ...]
    parameters: Parameters
    names: tuple[Name, ...] = ()
    directories: tuple[Path, ...] = (DATA,)
    digest: str = ""

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every source by id; read when first asked for."""
        found: dict[str, Source] = {}
        for directory in self.directories:
            found |= load_sources(directory / "sources")
        return found

    @cached_property
    def words(self) -> Mapping[str, Set[str]]:
        """The known values of each kind of parameter selector."""
        places = self.places.values()
        commodities = {
            row.key.rsplit(".", 1)[1]
            for row in self.parameters.rows
            if row.key.startswith("value.")
        }
        return {
            "any": frozenset(),
            "unit": frozenset(unit.value for unit in CargoUnit),
            "commodity": frozenset(commodities),
            "country": frozenset(place.country for place in places),
            "region": frozenset(place.sea_region for place in places if place.sea_region),
            "place": frozenset(self.places),
            "crossing": frozenset(self.border_crossings),
            "chokepoint": frozenset(self.chokepoints),
            "basin": frozenset({"ocean", "caspian"}),
            "handling": frozenset({"port", "terminal", "gauge"}),
            "mode": frozenset(mode.value for mode in Mode),
            "line": self.parameters.own_lines,
        }

    @cached_property
    def selector_names(self) -> Names:
        """How people call the values of parameter selectors, by kind."""
        found: dict[str, dict[str, str]] = {kind: {} for kind in NAMED}
        for row in self.names:
            found.setdefault(row.kind, {})[row.id] = row.name
        found["place"] = {key: row.name for key, row in self.places.items()}
        found["crossing"] = {  # one frontier may be crossed by rail and by road
            key: f"{row.name} by {row.mode}" for key, row in self.border_crossings.items()
        }
        found["chokepoint"] = {key: row.name for key, row in self.chokepoints.items()}
        return found


def load_world(*overlays: Path) -> World:
    """Read the shipped tables, extended by the tables in `overlays`.

    A row of an overlay replaces the row with the same key, or is added.

    Raises
    ------
    DataError
        For one table with all its problems, or for the tables together: ids that do not resolve,
        wrong units, ranges that do not hold.
    """
    digest = hashlib.sha256()
    read: dict[str, dict[tuple[Any, ...], Any]] = {}
    _check_overlays(overlays)
    for name, (row_type, key) in TABLES.items():
        merged: dict[tuple[Any, ...], Any] = {}
        for directory in (DATA, *overlays):
            path = directory / f"{name}.csv"
            if directory is not DATA and not path.exists():
                continue
            found = read_table(path, row_type, key)
            digest.update(path.read_bytes())
            merged |= {tuple(getattr(row, column) for column in key): row for row in found}
        read[name] = merged

    def by_id(name: str) -> dict[str, Any]:
        return {key[0]: row for key, row in read[name].items()}

    world = World(
        places=by_id("places"),
        border_crossings=by_id("border_crossings"),
        gauge_interchanges=tuple(read["gauge_interchanges"].values()),
        transshipments=tuple(read["transshipments"].values()),
        loading=tuple(read["loading"].values()),
        ferries=tuple(read["ferries"].values()),
        air_services=tuple(read["air_services"].values()),
        chokepoints=by_id("chokepoints"),
        restrictions=tuple(read["restrictions"].values()),
        parameters=Parameters(read["parameters"].values()),
        names=tuple(read["names"].values()),
        directories=(DATA, *(path for path in overlays if (path / "sources").is_dir())),
        digest=digest.hexdigest(),
    )
    problems = world_problems(world)
    if overlays:
        problems += source_problems(world)
    if problems:
        where = ", ".join(str(path) for path in overlays) or "shipped tables"
        raise DataError(where, problems)
    return world


def _check_overlays(overlays: Iterable[Path]) -> None:
    """Refuse folders that are none, and files in them that no table is read from."""
    known = {*(f"{name}.csv" for name in TABLES), "corridors.toml"}
    problems: list[str] = []
    for overlay in overlays:
        if not overlay.is_dir():
            problems.append(f"{overlay} is not a folder; --data takes a folder of tables")
            continue
        for path in sorted([*overlay.glob("*.csv"), *overlay.glob("*.toml")]):
            if path.name not in known:
                near = difflib.get_close_matches(path.name, known, n=1)
                hint = (
                    f"; did you mean {near[0]}?"
                    if near
                    else f"; there are {', '.join(sorted(known))}"
                )
                problems.append(f"{path} is no table that is read{hint}")
            elif not path.exists():
                problems.append(f"{path} is a link to a file that is not there")
    if problems:
        raise DataError("--data", problems)


def world_problems(world: World) -> list[str]:
    """Return every reference between tables that does not hold, and every bad parameter."""
    return [
        *_place_problems(world),
        *_restriction_problems(world),
        *_name_problems(world),
        *parameter_problems(world.parameters.rows, world.words),
    ]


def source_problems(world: World) -> list[str]:
    """Return every ``source_id`` that no source file explains (read on demand, not at each run)."""
    return [
        f"{name}: {'/'.join(str(getattr(row, column)) for column in key)}: "
        f"source {row.source_id!r} is in no file of sources/"
        for name, (_, key) in TABLES.items()
        for row in _rows(world, name)
        if row.source_id not in world.sources
    ]


def _rows(world: World, name: str) -> Iterable[Any]:
    """Return the rows of a table, which a world holds under the table's name."""
    table = getattr(world, name)
    if isinstance(table, Parameters):
        return table.rows
    return table.values() if isinstance(table, Mapping) else table


def _place_problems(world: World) -> list[str]:
    places = world.places
    problems = [
        f"places: {place.place_id}: lat {place.lat}, lon {place.lon} is not on Earth"
        for place in places.values()
        if abs(place.lat) > _MAX_LAT or abs(place.lon) > _MAX_LON
    ]
    named: list[tuple[str, str]] = []
    for crossing in world.border_crossings.values():
        ends = (crossing.place_a, crossing.place_b)
        named += [(f"border_crossings: {crossing.crossing_id}", end) for end in ends]
        if crossing.gauge_mm not in GAUGES_MM:
            problems.append(
                f"border_crossings: {crossing.crossing_id}: gauge {crossing.gauge_mm} mm is unknown"
            )
        if all(end in places for end in ends) and len({places[end].country for end in ends}) == 1:
            problems.append(
                f"border_crossings: {crossing.crossing_id}: both places lie in one country"
            )
    named += [("gauge_interchanges", row.place_id) for row in world.gauge_interchanges]
    named += [("transshipments", row.place_id) for row in world.transshipments]
    named += [("loading", row.place_id) for row in world.loading]
    services: list[Ferry | AirService] = [*world.ferries, *world.air_services]
    for service in services:
        named += [("ferries or air_services", end) for end in (service.place_a, service.place_b)]
    problems += [
        f"{table}: place {place!r} is not in places.csv; add it there or correct the id"
        for table, place in named
        if place not in places
    ]
    return problems


def _restriction_problems(world: World) -> list[str]:
    known: dict[str, Set[str]] = {
        "country": {place.country for place in world.places.values()},
        "place": world.places.keys(),
        "crossing": world.border_crossings.keys(),
        "chokepoint": world.chokepoints.keys(),
    }
    problems: list[str] = []
    for row in world.restrictions:
        where = f"restrictions: {row.restriction_id}"
        if row.subject_type == "corridor":
            continue  # corridors are checked where they are known, in the package above
        if row.subject_type not in known:
            problems.append(f"{where}: subject_type {row.subject_type!r} is unknown")
        elif row.subject_id not in known[row.subject_type]:
            problems.append(f"{where}: {row.subject_type} {row.subject_id!r} does not exist")
        if row.effect not in {"closed", "flag"}:
            problems.append(f"{where}: effect must be closed or flag, not {row.effect!r}")
    return problems


def _name_problems(world: World) -> list[str]:
    problems = [
        f"names: {row.kind}/{row.id}: kind must be {', '.join(NAMED)}"
        for row in world.names
        if row.kind not in NAMED
    ]
    return problems + [
        f"names: {row.kind}/{row.id}: no place, trade lane or sea has this code; correct it"
        for row in world.names
        if row.kind in NAMED and row.id not in world.words[row.kind]
    ]
