"""What a page needs to answer "what if", and how sure it is: frozen records, already computed.

The page searches a small graph of arcs anew whenever its reader moves a lever, so it is given that
graph, what every arc uses of which parameter, and the ranges of the levers. Arcs, vertices and rows
are referred to by their position.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maps.data import LonLat, MapFlag, MapStop


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """A parameter in use. ``criterion`` is cost, time or co2e; empty for the consignment's own.

    ``words`` are how people call it.
    """

    key: str
    words: str
    unit: str
    low: float
    value: float
    high: float
    criterion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLever:
    """A parameter that the reader may move, in the values that ``--set`` takes.

    ``row`` is the position of its row. ``factors`` are what the scenario multiplies a value that is
    set by. ``group`` is a key of the interface's texts, ``words`` how people call the parameter.
    """

    row: int
    words: str
    group: str
    low: float
    value: float
    high: float
    step: float
    factors: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapArc:
    """One step that a corridor may take: a movement or an operation.

    Attributes
    ----------
    tail, head
        Positions of its vertices.
    operation
        Empty where cargo only passes straight through a place.
    zone
        Movements of one zone that follow each other are shown as one leg; -1 never is.
    place_id, text, source
        Where an operation happens, and what.
    passes
        Straits and canals on the way, each with the positions of the rows that it costs.
    flags
        Positions of the remarks on what it uses.
    uses
        (row, whole metres) of every ledger line; zero metres where distance plays no part.
    """

    tail: int
    head: int
    operation: str = ""
    mode: str | None = None
    status: str = ""
    geometry_basis: str = ""
    from_name: str = ""
    to_name: str = ""
    country: str = ""
    gauge_mm: int = 0
    length_m: int = 0
    zone: int = -1
    place_id: str = ""
    text: str = ""
    source: str = ""
    passes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    flags: tuple[int, ...] = ()
    uses: tuple[tuple[int, int], ...] = ()
    lines: tuple[tuple[LonLat, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSearch:
    """How a corridor is searched: from which vertices through one of every stage's.

    ``banned`` are, stage by stage, the vertices not to enter before it; ``way`` is the way for
    typical values; ``flags`` are the remarks on the corridor itself.
    """

    origins: tuple[int, ...]
    stages: tuple[tuple[int, ...], ...]
    banned: tuple[tuple[int, ...], ...]
    way: tuple[int, ...]
    flags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapWhatIf:
    """Everything that a page computes with; what is not given a range stays as it is.

    Attributes
    ----------
    mass_t
        Low, typical and high mass, and the step.
    teu_per_unit
        Twenty-foot equivalents of a cargo unit, None if it is no container.
    own
        Positions of the consignment's own rows, by family.
    units
        What a unit of a parameter counts: (driver, whether per km, factor, whether inverse).
    vertices
        (place, mode, gauge) of every vertex; two vertices with equal numbers are of one place.
    flags
        The first ``status_flags`` of them are shown in the order of the way, the others as here.
    ends, options, stated
        The request as arguments of ``corridors``: the two ends, options other than mass and
        values, and the values it sets.
    found_by
        On how many exact searches the arcs rest.
    draws, replicates, strata
        Stratum of every row with a range in every draw, one byte each, row by row; every replicate
        is a Latin hypercube of its own.
    """

    mass_t: tuple[float, float, float, float]
    teu_per_unit: int | None
    rows: tuple[MapRow, ...]
    own: Mapping[str, int]
    units: Mapping[str, tuple[str, bool, float, bool]]
    levers: tuple[MapLever, ...]
    vertices: tuple[tuple[int, str, int], ...]
    arcs: tuple[MapArc, ...]
    searches: tuple[MapSearch, ...]
    stops: tuple[MapStop, ...]
    flags: tuple[MapFlag, ...]
    status_flags: int
    bases: tuple[str, ...]
    most_splits: int
    weight_scale: int
    ends: tuple[str, str]
    options: tuple[str, ...]
    stated: tuple[str, ...]
    found_by: int
    draws: int
    replicates: int
    strata: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSpread:
    """One criterion of one corridor over the draws, as reports show it; ``p_best`` is 0 to 1."""

    p10: float
    p50: float
    p90: float
    p_best: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSwing:
    """What one parameter moves from its low to its high value, as reports show the criterion."""

    key: str
    words: str
    unit: str
    low: float
    value: float
    high: float
    at_low: float
    at_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTornado:
    """A total, or the gap between two, and what moves it, the strongest first.

    ``route`` and ``against`` are positions of corridors; ``against`` is None for a total.
    """

    route: int
    against: int | None
    total: float
    swings: tuple[MapSwing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRisk:
    """How sure it is: spreads by criterion for every corridor, and tornado diagrams."""

    draws: int
    seed: int
    spreads: tuple[Mapping[str, MapSpread], ...]
    tornados: tuple[MapTornado, ...]
