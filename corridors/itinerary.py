"""Results: legs, itineraries and comparisons. Immutable, without geometry, without I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geodata.units import CENTS_PER_USD, GRAMS_PER_KG, METRES_PER_KM, MINUTES_PER_HOUR
from geodata.vocabulary import Grade, Mode, Status


class Operation(StrEnum):
    """What happens on a leg."""

    LOAD = "load"
    MOVE = "move"
    TRANSSHIPMENT = "transshipment"
    GAUGE_CHANGE = "gauge_change"
    BORDER_CROSSING = "border_crossing"
    UNLOAD = "unload"


class Criterion(StrEnum):
    """The three criteria that stay apart until a person picks."""

    COST = "cost"
    TIME = "time"
    CO2E = "co2e"


@dataclass(frozen=True, slots=True, order=True)
class Criteria:
    """Cost, time and CO2e of a whole consignment, in whole US cents, minutes and grams."""

    cost_cents: int
    time_min: int
    co2e_g: int

    def of(self, criterion: Criterion) -> int:
        """Return the whole cents, minutes or grams."""
        match criterion:
            case Criterion.COST:
                return self.cost_cents
            case Criterion.TIME:
                return self.time_min
            case Criterion.CO2E:
                return self.co2e_g

    @property
    def cost_usd(self) -> float:
        """Cost in US dollars."""
        return self.cost_cents / CENTS_PER_USD

    @property
    def time_h(self) -> float:
        """Time in hours."""
        return self.time_min / MINUTES_PER_HOUR

    @property
    def co2e_kg(self) -> float:
        """CO2e in kilograms."""
        return self.co2e_g / GRAMS_PER_KG

    def __add__(self, other: Criteria) -> Criteria:
        return Criteria(
            self.cost_cents + other.cost_cents,
            self.time_min + other.time_min,
            self.co2e_g + other.co2e_g,
        )


NOTHING = Criteria(0, 0, 0)
LARGE_UNIT: Final = {
    Criterion.COST: ("USD", CENTS_PER_USD),
    Criterion.TIME: ("h", MINUTES_PER_HOUR),
    Criterion.CO2E: ("kg", GRAMS_PER_KG),
}
"""The unit that a criterion is shown in, and how many whole cents, minutes or grams it has."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One amount of a leg: ``quantity`` x ``value`` of one parameter row.

    ``amount`` is in whole cents, minutes or grams. On a leg that merges several arcs it is the sum
    of the arcs' rounded amounts, so that ledgers add up to their totals exactly.
    """

    criterion: Criterion
    parameter: str
    quantity: float
    unit: str
    value: float
    amount: int
    source_id: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class MoveRef:
    """A compiled MOVE arc that a leg runs over, and whether against its stored direction."""

    compiled: int
    reversed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One continuous movement by one mode in one country, or one operation at one place."""

    operation: Operation
    mode: Mode | None
    from_place: str
    to_place: str
    from_name: str
    to_name: str
    country: str
    gauge_mm: int
    length_m: int
    chokepoints: tuple[str, ...]
    status: Status
    criteria: Criteria
    ledger: tuple[LedgerLine, ...]
    moves: tuple[MoveRef, ...] = ()
    joint_line: tuple[tuple[float, float], ...] = ()
    crossing_id: str = ""
    as_of: str = ""
    note: str = ""

    @property
    def length_km(self) -> float:
        """Length in kilometres."""
        return self.length_m / METRES_PER_KM


def total_of(legs: Iterable[Leg]) -> Criteria:
    """Return the exact sum of cost, time and CO2e over some legs."""
    return sum((leg.criteria for leg in legs), NOTHING)


@dataclass(frozen=True, slots=True)
class Flag:
    """A dated remark on something an itinerary uses: sanctioned, suspended, shut, at risk."""

    label: str
    text: str
    as_of: str
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Itinerary:
    """Connected legs from origin to destination; totals are properties."""

    legs: tuple[Leg, ...]
    generalised_cost_cents: int
    flags: tuple[Flag, ...] = ()
    corridor_id: str | None = None
    name: str = ""
    family: str = ""
    status: str = ""

    def __post_init__(self) -> None:
        if not self.legs:
            raise ValueError("an itinerary needs at least one leg")
        for before, after in zip(self.legs, self.legs[1:], strict=False):
            if before.to_place != after.from_place:
                raise ValueError(
                    f"legs do not connect: {before.to_place} is followed by {after.from_place}"
                )

    @property
    def criteria(self) -> Criteria:
        """Cost, time and CO2e: the exact sum over the legs."""
        return total_of(self.legs)

    @property
    def ledger(self) -> tuple[LedgerLine, ...]:
        """The ledger lines of all legs, in travel order."""
        return tuple(line for leg in self.legs for line in leg.ledger)

    @property
    def length_m(self) -> int:
        """Length of all movements in metres."""
        return sum(leg.length_m for leg in self.legs)

    @property
    def border_crossings(self) -> int:
        """How many frontiers take time or money; where trains only pass through does not count."""
        return sum(
            leg.operation is Operation.BORDER_CROSSING and leg.criteria != NOTHING
            for leg in self.legs
        )

    def count(self, operation: Operation) -> int:
        """Return how many legs are of an operation."""
        return sum(leg.operation is operation for leg in self.legs)


@dataclass(frozen=True, slots=True)
class NotPossible:
    """A corridor without an itinerary, and why."""

    corridor_id: str
    name: str
    reason: str
