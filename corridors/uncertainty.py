"""Answers about single parameters, ready to be printed: sensitivity, break-even."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from corridors.breakeven import Tie, ties
from corridors.errors import NoItineraryError
from corridors.exposures import SHOWN_UNIT, exposures_of
from corridors.itinerary import LARGE_UNIT, Itinerary
from corridors.named import Corridor
from corridors.planner import Comparison, Planner
from corridors.pricing import By
from corridors.report import opening
from corridors.sensitivity import Swing, swings
from corridors.settling import settled
from geodata.rows import Parameter
from geodata.units import CENTS_PER_USD, HOURS_PER_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What moves the total of one corridor, or its gap to another."""

    comparison: Comparison
    corridor: Itinerary
    against: Itinerary | None
    by: By
    total: float
    swings: list[Swing]

    @property
    def asked(self) -> list[Itinerary]:
        """The one or two itineraries in question."""
        return [self.corridor, *([self.against] if self.against else [])]

    @property
    def evidence_of(self) -> str:
        """Those, in words."""
        return _those(self.asked)


def drivers_of(
    planner: Planner, corridors: Sequence[Corridor], by: By, against: Corridor | None = None
) -> Sensitivity:
    """Return what moves the best of some corridors, or its gap to another corridor."""
    comparison = planner.compare([*corridors, *([against] if against else [])])
    named = {corridor.corridor_id for corridor in corridors}
    first = _itinerary(comparison, named)
    second = _itinerary(comparison, {against.corridor_id}) if against else None
    asked = [first, *([second] if second else [])]
    model = exposures_of(asked, planner.parameters, planner.consignment)
    total, found = swings(model, by)
    return Sensitivity(
        comparison=comparison, corridor=first, against=second, by=by, total=total, swings=found
    )


def _those(itineraries: Sequence[Itinerary]) -> str:
    names = " and ".join(itinerary.name for itinerary in itineraries)
    return f"{names} (mean of the two)" if len(itineraries) > 1 else names


def _itinerary(comparison: Comparison, ids: set[str]) -> Itinerary:
    """Return the best itinerary of some corridors; say why there is none."""
    for itinerary in comparison.itineraries:
        if itinerary.corridor_id in ids:
            return itinerary
    reasons = [
        f"{item.corridor_id}: {item.reason}"
        for item in comparison.not_possible
        if item.corridor_id in ids
    ]
    raise NoItineraryError("; ".join(reasons))


def _parameter(row: Parameter) -> dict[str, Any]:
    return {
        "parameter": row.key,
        "low": row.low,
        "value": row.value,
        "high": row.high,
        "unit": row.unit,
    }


def swing_rows(found: Sensitivity) -> list[dict[str, Any]]:
    """Return one row per parameter, the strongest first."""
    return [
        {
            **_parameter(item.row),
            "change_at_low": item.at_low,
            "change_at_high": item.at_high,
            "swing": item.swing,
            "change_unit": SHOWN_UNIT[found.by],
            "grade": item.row.grade.value,
            "source_id": item.row.source_id,
        }
        for item in found.swings
    ]


def sensitivity_document(found: Sensitivity, data_version: str) -> dict[str, Any]:
    """Return a sensitivity, JSON-ready."""
    return {
        **opening(found.comparison, data_version, found.asked, found.evidence_of),
        "corridor": found.corridor.corridor_id,
        "against": found.against.corridor_id if found.against else None,
        "criterion": found.by.value,
        "unit": SHOWN_UNIT[found.by],
        "total": found.total,
        "parameters": swing_rows(found),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A tie, and what the planner says when the value is put back with both ways free."""

    tie: Tie
    ways_hold: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakeven:
    """Where two corridors tie; ``gap`` is first less second, in the unit that reports show."""

    comparison: Comparison
    first: Itinerary
    second: Itinerary
    by: By
    gap: float
    ties: list[Confirmed]

    @property
    def asked(self) -> list[Itinerary]:
        """The two itineraries in question."""
        return [self.first, self.second]

    @property
    def evidence_of(self) -> str:
        """Those, in words."""
        return _those(self.asked)


def breakeven_of(planner: Planner, first: Corridor, second: Corridor, by: By) -> Breakeven:
    """Return every parameter's tie; those in range are put back to see whether the ways hold."""
    comparison = planner.compare([first, second])
    pair = [_itinerary(comparison, {corridor.corridor_id}) for corridor in (first, second)]
    model = exposures_of(pair, planner.parameters, planner.consignment)
    paths = planner.path_through(first), planner.path_through(second)
    assert paths[0] is not None
    assert paths[1] is not None
    gap, unrounded = ties(model, by)
    found = settled(planner, (paths[0], paths[1]), by, unrounded)
    confirmed = [
        Confirmed(
            tie=tie,
            ways_hold=_holds(planner, (first, second), pair, tie) if tie.in_range else None,
        )
        for tie in found
    ]
    return Breakeven(
        comparison=comparison,
        first=pair[0],
        second=pair[1],
        by=by,
        gap=gap / (HOURS_PER_DAY if by is By.TIME else model.mass_t),
        ties=confirmed,
    )


def _holds(
    planner: Planner, corridors: tuple[Corridor, Corridor], pair: Sequence[Itinerary], tie: Tie
) -> bool:
    assert tie.value is not None
    again = planner.repriced({tie.row.key: tie.value}).compare(corridors)
    now = {itinerary.corridor_id: itinerary for itinerary in again.itineraries}
    return all(
        before.corridor_id in now and _way(now[before.corridor_id]) == _way(before)
        for before in pair
    )


def _way(itinerary: Itinerary) -> list[tuple[str, str, str, int]]:
    return [
        (leg.operation.value, leg.from_place, leg.to_place, leg.length_m) for leg in itinerary.legs
    ]


def tie_rows(found: Breakeven) -> list[dict[str, Any]]:
    """Return one row per parameter: its value now, at the tie, and whether that is in range."""
    scenario = found.comparison.scenario
    rows = []
    for item in found.ties:
        tie = item.tie
        rows.append(
            {
                **_parameter(tie.row),
                "tie": tie.value,
                "in_range": tie.in_range,
                "exact": tie.exact,
                "residual": None if tie.value is None else tie.residual,
                "residual_unit": LARGE_UNIT[found.by.counted_as][0],
                "ways_hold": item.ways_hold,
                "set": None
                if tie.value is None
                else f"{tie.row.key}={tie.value / (scenario.factor(tie.row.key) or 1.0)!r}",
                "grade": tie.row.grade.value,
                "source_id": tie.row.source_id,
            }
        )
    return rows


def breakeven_document(found: Breakeven, data_version: str) -> dict[str, Any]:
    """Return break-even values, JSON-ready."""
    return {
        **opening(found.comparison, data_version, found.asked, found.evidence_of),
        "first": _side(found.first),
        "second": _side(found.second),
        "criterion": found.by.value,
        "unit": SHOWN_UNIT[found.by],
        "gap": found.gap,
        "in_range": sum(item.tie.in_range for item in found.ties),
        "parameters": tie_rows(found),
    }


def _side(itinerary: Itinerary) -> dict[str, Any]:
    criteria = itinerary.criteria
    return {
        "corridor": itinerary.corridor_id,
        "name": itinerary.name,
        "cost_usd": criteria.cost_usd,
        "time_h": criteria.time_h,
        "co2e_kg": criteria.co2e_kg,
        "generalised_cost_usd": itinerary.generalised_cost_cents / CENTS_PER_USD,
    }
