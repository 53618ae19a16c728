"""The row types of the shipped tables: one frozen dataclass per table, one field per column."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.vocabulary import CargoUnit, Grade, Mode, PlaceKind, Status


@dataclass(frozen=True, slots=True)
class Place:
    """A named point: port, terminal, border crossing point, plant, city, airport (EPSG:4326).

    ``modes`` are the networks the place is joined to; ``sea_region`` is the end of trade lanes.
    """

    place_id: str
    name: str
    kind: PlaceKind
    country: str
    lat: float
    lon: float
    locode: str
    sea_region: str
    modes: tuple[Mode, ...]
    aliases: tuple[str, ...]
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class Name:
    """How people call a country, a sea region or a basin that other tables give as a code."""

    kind: str
    id: str
    name: str
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class BorderCrossing:
    """The right to cross a frontier between two places by one mode on one gauge."""

    crossing_id: str
    name: str
    place_a: str
    place_b: str
    mode: Mode
    gauge_mm: int
    status: Status
    as_of: str
    opens: int | None
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class GaugeInterchange:
    """The right to change track gauge at a place, for one cargo unit, by one method."""

    place_id: str
    gauge_a_mm: int
    gauge_b_mm: int
    cargo_unit: CargoUnit
    method: str
    status: Status
    as_of: str
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class Transshipment:
    """The right to move a cargo unit between two modes at a place, both ways."""

    place_id: str
    mode_a: Mode
    mode_b: Mode
    cargo_unit: CargoUnit
    status: Status
    as_of: str
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class Loading:
    """The right to begin or end a journey on a mode at a place, for one cargo unit."""

    place_id: str
    mode: Mode
    cargo_unit: CargoUnit
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class Ferry:
    """A ferry service between two ports for one cargo unit, both ways."""

    place_a: str
    place_b: str
    cargo_unit: CargoUnit
    status: Status
    as_of: str
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class AirService:
    """An air cargo service between two airports, both ways."""

    place_a: str
    place_b: str
    status: Status
    as_of: str
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class Chokepoint:
    """A canal or strait that sea lanes pass: tolls, delays, war risk and closures are its."""

    chokepoint_id: str
    name: str
    kind: str
    lat: float
    lon: float
    marnet_pass: str
    source_id: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class Restriction:
    """What is sanctioned, suspended or shut on a date.

    ``effect`` is ``closed`` (a scenario that applies restrictions shuts the subject) or ``flag``.
    ``origin_country`` limits the row to cargo from there; empty means any.
    """

    restriction_id: str
    subject_type: str
    subject_id: str
    origin_country: str
    effect: str
    label: str
    reason: str
    as_of: str
    source_id: str
    grade: Grade

    def concerns(self, origin_country: str) -> bool:
        """Return whether it holds for cargo from a country."""
        return self.origin_country in ("", origin_country)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number about the world: ``low <= value <= high``, with unit, year, source and grade."""

    key: str
    value: float
    low: float
    high: float
    unit: str
    price_year: int | None
    source_id: str
    locator: str
    grade: Grade
    as_of: str
    note: str
