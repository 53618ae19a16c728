"""The model against published distances, times and costs.

A published figure is a row of ``validation.csv``: two ends, the places between, the mode of every
stretch, what was measured. The model answers it over the same stretches, and the verdict is plain
arithmetic. A figure that the model's own parameters rest on is no check of it, unless it fails.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Final

from corridors.compiled import CompiledGraph, load_compiled
from corridors.consignment import Consignment, make_consignment
from corridors.distance import Measurer
from corridors.distances import find_spot
from corridors.end_finder import EndFinder
from corridors.errors import CorridorsError
from corridors.itinerary import Criterion, Itinerary, LedgerLine, Operation
from corridors.named import Corridor, Gate, Stage
from corridors.planner import Planner
from corridors.pricing import By
from corridors.request import DEFAULT_CARGO, DEFAULT_MASS_T
from corridors.scenario import load_scenario
from geodata.network import Network
from geodata.rows import Loading
from geodata.snapping import SNAP_LIMIT_KM
from geodata.tables import read_table
from geodata.units import CENTS_PER_USD, HOURS_PER_DAY, METRES_PER_KM, MINUTES_PER_HOUR, PERCENT
from geodata.vocabulary import CargoUnit, Grade, Mode, Status
from geodata.world import World

VALIDATION: Final = Path(__file__).parent / "data" / "validation.csv"
"""The published figures."""

MOST_OWN_SHARE: Final = 0.5
"""A model figure that rests on the published source by more than this is no check."""


_DIGITS: Final = 9
"""A figure exactly at its tolerance holds, whatever the last bit says."""


class Kind(StrEnum):
    """What a figure is about."""

    DISTANCE = "distance"
    TIME = "time"
    COST = "cost"


class Standing(StrEnum):
    """What a published figure is good for; only `COUNTED` ones enter the summary."""

    COUNTED = "counted"
    CLAIM = "claim"
    PLANNED = "planned"
    KNOWN_HIGH = "known_high"
    KNOWN_BAD = "known_bad"
    NOT_COMPARABLE = "not_comparable"


class Basis(StrEnum):
    """How a figure was come by."""

    FOUND = "found"
    RECALLED = "recalled"
    COMPUTED = "computed"


class Verdict(StrEnum):
    """What comes out."""

    OK = "ok"
    MISS = "miss"
    KNOWN_BAD = "known-bad"
    NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A published figure: one number, or a range from ``low`` to ``high``, in `UNITS` of `measure`.

    ``mode`` holds the mode of every stretch between the ends and the places of ``via``, or one for
    all, or none if any will do. ``close`` names a chokepoint that the figure goes round.
    """

    id: str
    kind: Kind
    what: str
    origin: str
    via: tuple[str, ...]
    destination: str
    mode: tuple[Mode, ...]
    close: str
    cargo_unit: CargoUnit | None
    measure: str
    published: float | None
    low: float | None
    high: float | None
    tolerance_percent: float
    standing: Standing
    why: str
    basis: Basis
    confidence: str
    source_id: str
    note: str

    @property
    def grade(self) -> Grade:
        """Published is what was read in a source with no low confidence; all else is estimated."""
        read = self.basis is Basis.FOUND and self.confidence != "low"
        return Grade.PUBLISHED if read else Grade.ESTIMATED

    @property
    def gates(self) -> bool:
        """Whether a length must hold for the network to be good: founded, and one line."""
        founded = self.basis is Basis.FOUND or (self.basis, self.confidence) == (
            Basis.RECALLED,
            "high",
        )
        return founded and self.standing is Standing.COUNTED and len(self.mode) == 1

    @property
    def bounds(self) -> tuple[float, float]:
        """The published range; both ends are one number where one was published."""
        if self.published is not None:
            return self.published, self.published
        assert self.low is not None
        assert self.high is not None
        return self.low, self.high

    @property
    def stops(self) -> list[str]:
        """The ends and the places between, in order."""
        return [self.origin, *self.via, self.destination]

    @property
    def modes(self) -> list[Mode | None]:
        """The mode of every stretch."""
        stretches = len(self.stops) - 1
        if len(self.mode) in (0, 1):
            return [self.mode[0] if self.mode else None] * stretches
        return list(self.mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A published figure next to the model's, None where the model has none.

    ``error`` is against the nearer end of a published range, zero inside it. ``own_share`` is how
    much of the model's figure rests on the published source itself. ``ledger`` holds the amounts
    that the model's figure is the sum of; a length, which is a sum of links, has none.
    """

    benchmark: Benchmark
    verdict: Verdict
    model: float | None = None
    error: float | None = None
    own_share: float = 0.0
    why: str = ""
    ledger: tuple[LedgerLine, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether the summary counts it."""
        judged = self.verdict in (Verdict.OK, Verdict.MISS)
        return judged and self.benchmark.standing is Standing.COUNTED


ENDS: Final = frozenset({Operation.LOAD, Operation.UNLOAD})
MOVES: Final = frozenset({Operation.MOVE})
BETWEEN: Final = frozenset(Operation) - ENDS
FRONTIERS: Final = frozenset({Operation.BORDER_CROSSING})
UNITS: Final = {
    "km": "km",
    "days_under_way": "d",
    "days_between": "d",
    "days_at_borders": "d",
    "usd_per_t": "USD/t",
    "usd_per_unit": "USD/unit",
    "usd_per_teu_km": "USD/TEU-km",
    "usd_per_t_km": "USD/t-km",
}
"""Measures that the model has, with their units; others are shown as they are named."""

SCOPES: Final = {
    "km": "length of the way",
    "days_under_way": "movements only, no wait for sailing",
    "days_between": "everything between the ends, without loading and unloading",
    "days_at_borders": "frontiers only",
    "usd_per_t": "everything between the ends, without loading and unloading",
    "usd_per_unit": "everything between the ends, without loading and unloading",
    "usd_per_teu_km": "movements only",
    "usd_per_t_km": "everything between the ends, without loading and unloading",
}
_OPERATIONS: Final = {
    "days_under_way": MOVES,
    "days_between": BETWEEN,
    "days_at_borders": FRONTIERS,
    "usd_per_t": BETWEEN,
    "usd_per_unit": BETWEEN,
    "usd_per_teu_km": MOVES,
    "usd_per_t_km": BETWEEN,
}
_BY_TIME: Final = frozenset({"days_under_way", "days_between"})
"""Measured on the fastest way through the stated places; all else on the cheapest."""

_WAITING: Final = "sailing_wait."


def load_benchmarks(path: Path = VALIDATION) -> tuple[Benchmark, ...]:
    """Return the published figures, in the table's order."""
    return read_table(path, Benchmark, ("id",))


class Judge:
    """Answers published figures with one world's network, tables and prices."""

    def __init__(self, world: World, compiled: CompiledGraph | None = None) -> None:
        self._world = world
        self._compiled = compiled or load_compiled()
        self._network = Network()
        self._finder = EndFinder(world, self._compiled, self._network, SNAP_LIMIT_KM[Mode.ROAD])
        self.scenario = load_scenario("open", world)
        self._measurers: dict[tuple[Mode, str], Measurer] = {}

    def judge(self, row: Benchmark) -> Result:
        """Return a figure next to the model's, with the verdict."""
        if not row.origin or row.measure not in UNITS:
            return Result(benchmark=row, verdict=Verdict.NOT_COMPARABLE, why=row.why)
        try:
            if row.kind is Kind.DISTANCE:
                return verdict_of(row, self.length_km(row), 0.0)
            itinerary = self.itinerary(row)
            model, own_share = figure(row, itinerary, self._goods(row))
        except CorridorsError as error:
            comparable = row.standing in (Standing.COUNTED, Standing.CLAIM)
            verdict = Verdict.MISS if comparable else Verdict.NOT_COMPARABLE
            return Result(benchmark=row, verdict=verdict, why=row.why or str(error))
        return verdict_of(row, model, own_share, measured_lines(row, itinerary))

    def length_km(self, row: Benchmark) -> float:
        """Return the length of a way over the detailed network."""
        stops, modes = row.stops, row.modes
        if len(set(modes)) == 1:
            ways = [(modes[0], stops)]
        else:
            ways = [(mode, list(ends)) for mode, ends in zip(modes, pairwise(stops), strict=True)]
        total = 0.0
        for mode, way in ways:
            assert mode is not None
            spots = [find_spot(stop, self._world) for stop in way]
            total += self._measurer(mode, row.close).measure(spots).length_km
        return total

    def itinerary(self, row: Benchmark) -> Itinerary:
        """Return the model's way through the stated places by the stated modes.

        Cargo may be loaded on the first mode and unloaded from the last, whatever the tables say
        of the two ends: a published figure starts and ends where it does.
        """
        assert row.cargo_unit is not None
        ends = (row.origin, row.modes[0]), (row.destination, row.modes[-1])
        rights = tuple(
            Loading(place, mode, row.cargo_unit, "", Grade.ASSUMED, "")
            for place, mode in ends
            if mode is not None
        )
        world = replace(self._world, loading=(*self._world.loading, *rights))
        origin, destination = self._finder.ends(row.origin, row.destination)
        planner = Planner(
            world,
            self._compiled,
            self.scenario,
            origin=origin,
            destination=destination,
            commodity=DEFAULT_CARGO,
            mass_t=DEFAULT_MASS_T,
            unit=row.cargo_unit,
            by=By.TIME if row.measure in _BY_TIME else By.COST,
        )
        corridor = as_corridor(row)
        path = planner.path_through(corridor)
        if path is None:
            (missing,) = planner.compare([corridor]).not_possible
            raise CorridorsError(f"the model has no such way: {missing.reason}")
        return planner.itinerary(path, corridor)

    def _goods(self, row: Benchmark) -> Consignment:
        """Return what the model moves."""
        assert row.cargo_unit is not None
        return make_consignment(
            self._world.parameters, DEFAULT_CARGO, DEFAULT_MASS_T, row.cargo_unit
        )

    def _measurer(self, mode: Mode, close: str) -> Measurer:
        if (mode, close) not in self._measurers:
            self._measurers[mode, close] = Measurer(
                self._network.layer(mode),
                self._network.place_nodes,
                self._world,
                with_planned=True,
                avoid=[close] if close else (),
            )
        return self._measurers[mode, close]


def as_corridor(row: Benchmark) -> Corridor:
    """Return a figure's way as a corridor: every stretch by its mode, the last one too."""
    stages = tuple(
        Stage((Gate(stop),), mode) for stop, mode in zip(row.stops[1:], row.modes, strict=True)
    )
    return Corridor(
        corridor_id=row.id, name=row.what, family="", description="", via=stages,
        exclude_countries=frozenset(), exclude_modes=frozenset(), status=Status.OPERATIONAL,
        as_of="", reason="", sources=(row.source_id,),
    )  # fmt: skip


def measured_lines(row: Benchmark, itinerary: Itinerary) -> tuple[LedgerLine, ...]:
    """Return the ledger lines of an itinerary that what was measured is the sum of."""
    operations = _OPERATIONS[row.measure]
    criterion = Criterion.TIME if row.kind is Kind.TIME else Criterion.COST
    return tuple(
        line
        for leg in itinerary.legs
        if leg.operation in operations
        for line in leg.ledger
        if line.criterion is criterion
        and not (row.measure == "days_under_way" and line.parameter.startswith(_WAITING))
    )


def figure(row: Benchmark, itinerary: Itinerary, goods: Consignment) -> tuple[float, float]:
    """Return what was measured on an itinerary, and the share of it that rests on the source."""
    lines = measured_lines(row, itinerary)
    amount = sum(line.amount for line in lines)
    own = sum(line.amount for line in lines if line.source_id == row.source_id)
    km = itinerary.length_m / METRES_PER_KM
    per = {
        "usd_per_t": CENTS_PER_USD * goods.mass_t,
        "usd_per_unit": CENTS_PER_USD * goods.units,
        "usd_per_teu_km": CENTS_PER_USD * goods.units * km,
        "usd_per_t_km": CENTS_PER_USD * goods.mass_t * km,
    }.get(row.measure, MINUTES_PER_HOUR * HOURS_PER_DAY)
    return amount / per, own / amount if amount else 0.0


def error_of(model: float, bounds: tuple[float, float]) -> float:
    """Return by what share a value lies off a range: against its nearer end, zero inside."""
    low, high = bounds
    if model < low:
        return model / low - 1
    return model / high - 1 if model > high else 0.0


def verdict_of(
    row: Benchmark, model: float, own_share: float, ledger: tuple[LedgerLine, ...] = ()
) -> Result:
    """Return the verdict on a model figure: arithmetic, and what the published one is good for."""
    error = error_of(model, row.bounds)
    why = row.why
    match row.standing:
        case Standing.KNOWN_HIGH | Standing.KNOWN_BAD:
            verdict = Verdict.KNOWN_BAD
        case Standing.PLANNED | Standing.NOT_COMPARABLE:
            verdict = Verdict.NOT_COMPARABLE
        case _ if round(abs(error) * PERCENT, _DIGITS) > row.tolerance_percent:
            verdict = Verdict.MISS
        case _ if own_share > MOST_OWN_SHARE:
            verdict = Verdict.NOT_COMPARABLE
            why = f"{own_share:.0%} of the model's figure rests on this very source"
        case _:
            verdict = Verdict.OK
    return Result(
        benchmark=row, verdict=verdict, model=model, error=error, own_share=own_share, why=why,
        ledger=ledger,
    )  # fmt: skip
