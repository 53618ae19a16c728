"""What a file of an analyst adds: links, places with rights, closed spots. Checked, not yet joined.

``geodata.importing.features`` makes these records of the features of a file;
``geodata.importing.attach`` joins them to a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geodata.network import Line, LonLat
from geodata.vocabulary import CargoUnit, GeometryBasis, Mode, PlaceKind, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a record comes from: the file, the number of the feature from 1 on, and its id.

    Number 0 is the file as a whole. ``part`` is that of a MultiLineString, from 1 on, and 0 for the
    feature as a whole; all parts of a feature are of one origin.
    """

    file: str
    number: int
    feature_id: str = ""
    part: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """Return it as messages name it."""
        return f"{self.file}: {self.feature}" if self.number else self.file

    @property
    def feature(self) -> str:
        """Return the feature as messages about a single file name it; empty for the file itself."""
        own = f" ({self.feature_id})" if self.feature_id else ""
        part = f", part {self.part}" if self.part else ""
        return f"feature {self.number}{own}{part}" if self.number else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A way to add, drawn in EPSG:4326.

    ``length_m`` is the true length in metres: as stated, or measured on the ellipsoid.
    ``parameters`` are its own, by family (``tariff.line``, ``speed.line``, ``co2e.line``): value
    and unit; such a line needs a name. ``link_id`` and ``data_version`` are given where the feature
    is an export of a shipped link: it is then compared with that link, and replaces it only where
    it differs. ``cargo_units`` are what a ferry carries. A MultiLineString is one record per part,
    with the same origin.
    """

    origin: Origin
    mode: Mode
    country: str
    gauge_mm: int
    status: Status
    as_of: str
    opens: int
    name: str
    length_m: int
    geometry_basis: GeometryBasis
    line: Line
    source: str
    cargo_units: tuple[CargoUnit, ...] = ()
    parameters: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    link_id: int | None = None
    data_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """A terminal, port, plant or gauge interchange to add, with the rights it has.

    ``gauges_mm`` are those of its tracks: one, or two at a gauge interchange (``gauge_method`` then
    says how). ``transshipments`` are pairs of modes between which `cargo_units` may be moved;
    ``loading`` the modes on which a journey may begin or end.
    """

    origin: Origin
    place_id: str
    name: str
    kind: PlaceKind
    country: str
    position: LonLat
    modes: tuple[Mode, ...]
    gauges_mm: tuple[int, ...] = ()
    gauge_method: str = ""
    cargo_units: tuple[CargoUnit, ...] = ()
    transshipments: tuple[tuple[Mode, Mode], ...] = ()
    loading: tuple[Mode, ...] = ()
    status: Status = Status.OPERATIONAL
    as_of: str = ""
    sea_region: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCrossing:
    """A border crossing point to add: the right to cross between two countries by one mode.

    It makes two places, ``<crossing_id>-<country>``, one on each side.
    """

    origin: Origin
    crossing_id: str
    name: str
    countries: tuple[str, str]
    position: LonLat
    mode: Mode
    gauge_mm: int
    status: Status
    as_of: str
    opens: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSpot:
    """A spot of a mode's network that nothing may pass: a bridge that is shut, a line cut."""

    origin: Origin
    mode: Mode
    position: LonLat
    name: str
    country: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlace:
    """A place of an exported places layer, as it stands in the file: to be compared, not added."""

    origin: Origin
    place_id: str
    name: str
    kind: str
    country: str
    position: LonLat
    modes: tuple[Mode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCrossing:
    """A border crossing point of an exported layer, as it stands there: to be compared only."""

    origin: Origin
    crossing_id: str
    name: str
    countries: tuple[str, ...]
    position: LonLat
    mode: str
    gauge_mm: int
    status: str
    as_of: str
    opens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A mode's lines in one country give way to those of the file they come with."""

    origin: Origin
    mode: Mode
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """Everything that some files add, in the order of files and features.

    ``known_places`` and ``known_crossings`` are those of exports.
    ``digest`` is the SHA-256 of the files' contents, empty for none. ``remarks`` are what was done
    to a feature and is worth knowing (heights dropped, coordinates reprojected), one sentence each.
    """

    links: tuple[NewLink, ...] = ()
    places: tuple[NewPlace, ...] = ()
    crossings: tuple[NewCrossing, ...] = ()
    closed: tuple[ClosedSpot, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    known_places: tuple[KnownPlace, ...] = ()
    known_crossings: tuple[KnownCrossing, ...] = ()
    remarks: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapLimits:
    """How far things may be moved to the network, in km: a policy, not a fact.

    ``line_km`` is for the ends of lines and for border crossing points, ``place_km`` for places on
    land, ``port_km`` from a port to the sea lanes, ``closed_km`` from a closed spot to its line.
    """

    line_km: float = 5.0
    place_km: float = 25.0
    port_km: float = 150.0
    closed_km: float = 1.0


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of a feature: ``what`` it is, ``to`` what it was joined to.

    ``snap_km`` is how far it was moved to get there; None where there is nothing to move.
    """

    origin: Origin
    what: str
    name: str
    to: str
    snap_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FerryLine:
    """A ferry service along a line of its own: a link of the sea's network that no ship sails.

    ``cargo_units`` are what it carries, ``source`` where it is known from.
    """

    place_a: str
    place_b: str
    link_id: int
    length_m: int
    basin: str
    cargo_units: tuple[CargoUnit, ...] = ()
    source: str = ""
