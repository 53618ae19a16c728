"""Results as rows and as JSON-ready values: the one source of every table, file and page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

from corridors import evidence
from corridors.closures import CLOSABLE
from corridors.evidence import Founded
from corridors.graph import CorridorGraph, Endpoint
from corridors.itinerary import LARGE_UNIT, Itinerary, LedgerLine, Leg, Operation
from corridors.planner import Comparison
from corridors.pricing import Pricing
from corridors.scenario import Scenario
from geodata.families import Names
from geodata.units import (
    CENTS_PER_USD,
    HOURS_PER_DAY,
    METRES_PER_KM,
)

SCHEMA_VERSION: Final = "1"

COLUMNS: Final = (
    "rank",
    "corridor",
    "name",
    "family",
    "status",
    "cost_usd_per_t",
    "time_days",
    "co2e_kg_per_t",
    "length_km",
    "border_crossings",
    "gauge_changes",
    "transshipments",
    "cost_usd",
    "time_h",
    "co2e_kg",
    "generalised_cost_usd",
    "flags",
)
"""Columns of the comparison, one row per itinerary."""

_LEG_COLUMNS: Final = (
    "operation", "mode", "from", "to", "from_name", "to_name", "country", "length_km", "time_h",
    "cost_usd", "co2e_kg", "chokepoints", "status",
)  # fmt: skip


def totals(itinerary: Itinerary, mass_t: float) -> dict[str, Any]:
    """Return the totals of an itinerary, in USD, hours and kg, whole and per tonne."""
    criteria = itinerary.criteria
    return {
        "length_km": itinerary.length_m / METRES_PER_KM,
        "time_h": criteria.time_h,
        "time_days": criteria.time_h / HOURS_PER_DAY,
        "cost_usd": criteria.cost_usd,
        "co2e_kg": criteria.co2e_kg,
        "cost_usd_per_t": criteria.cost_usd / mass_t,
        "co2e_kg_per_t": criteria.co2e_kg / mass_t,
        "generalised_cost_usd": itinerary.generalised_cost_cents / CENTS_PER_USD,
        "border_crossings": itinerary.border_crossings,
        "gauge_changes": itinerary.count(Operation.GAUGE_CHANGE),
        "transshipments": itinerary.count(Operation.TRANSSHIPMENT),
    }


def comparison_rows(comparison: Comparison) -> list[dict[str, Any]]:
    """Return one row per itinerary with the keys of `COLUMNS`, in rank order."""
    rows = []
    for rank, itinerary in enumerate(comparison.itineraries, start=1):
        row = {
            "rank": rank,
            "corridor": itinerary.corridor_id or "",
            "name": itinerary.name,
            "family": itinerary.family,
            "status": itinerary.status,
            "flags": "; ".join(dict.fromkeys(flag.label for flag in itinerary.flags)),
            **totals(itinerary, comparison.consignment.mass_t),
        }
        rows.append({column: row[column] for column in COLUMNS})
    return rows


def leg_rows(itinerary: Itinerary) -> list[dict[str, Any]]:
    """Return one row per leg."""
    rows = []
    for number, leg in enumerate(itinerary.legs, start=1):
        entry = leg_entry(leg)
        row = {"leg": number, **{column: entry[column] for column in _LEG_COLUMNS}}
        rows.append({**row, "mode": row["mode"] or "", "chokepoints": " ".join(leg.chokepoints)})
    return rows


def ledger_rows(itinerary: Itinerary) -> list[dict[str, Any]]:
    """Return one row per amount: leg, quantity, parameter, amount in USD, hours or kg, source."""
    return [
        {
            "leg": number,
            "operation": leg.operation.value,
            "from": leg.from_place,
            "to": leg.to_place,
            **ledger_entry(line),
        }
        for number, leg in enumerate(itinerary.legs, start=1)
        for line in leg.ledger
    ]


def document(comparison: Comparison, data_version: str) -> dict[str, Any]:
    """Return a whole result, JSON-ready, as the command line's contract has it."""
    goods = comparison.consignment
    return {
        **opening(comparison, data_version),
        "itineraries": [
            itinerary_entry(itinerary, goods.mass_t) for itinerary in comparison.itineraries
        ],
        "not_possible": not_possible_entries(comparison),
    }


def not_possible_entries(comparison: Comparison) -> list[dict[str, str]]:
    """Return the corridors that have no itinerary and why, JSON-ready."""
    return [
        {"corridor": item.corridor_id, "name": item.name, "reason": item.reason}
        for item in comparison.not_possible
    ]


def opening(
    comparison: Comparison,
    data_version: str,
    founded: Sequence[Founded] | None = None,
    of: str = "",
) -> dict[str, Any]:
    """Return `heading`, the order, and what the result rests on.

    Parameters
    ----------
    founded
        What has been asked about; all itineraries of the comparison if not given.
    of
        The same in words.
    """
    asked = comparison.itineraries if founded is None else founded
    return {
        **heading(comparison, data_version),
        "by": comparison.by.value,
        **evidence_entry(asked, comparison.names, of),
    }


def heading(comparison: Comparison, data_version: str) -> dict[str, Any]:
    """Return what every result says first, JSON-ready: versions, scenario, ends, consignment."""
    goods = comparison.consignment
    return {
        "schema_version": SCHEMA_VERSION,
        "data_version": data_version,
        "scenario": scenario_entry(comparison.scenario),
        "origin": _endpoint(comparison.origin),
        "destination": _endpoint(comparison.destination),
        "consignment": {
            "commodity": goods.commodity,
            "mass_t": goods.mass_t,
            "unit": goods.unit.value,
            "units": goods.units,
            "payload_t": goods.payload_t,
            "value_usd": goods.value_usd,
            "holding_usd_per_h": goods.holding_usd_per_h,
            "time_usd_per_h": goods.time_usd_per_h,
            "co2e_usd_per_t": goods.co2e_usd_per_t,
        },
    }


def evidence_entry(founded: Sequence[Founded], names: Names, of: str = "") -> dict[str, Any]:
    """Return what results rest on, JSON-ready: shares by grade, and the main assumptions.

    ``of`` says in words whose evidence it is, where that is not every itinerary shown.
    """
    return {
        **({"evidence_of": of} if of else {}),
        "evidence": evidence.share_entry(founded),
        "assumptions": [asdict(one) for one in evidence.assumptions(founded, names)],
    }


def itinerary_entry(itinerary: Itinerary, mass_t: float) -> dict[str, Any]:
    """Return an itinerary with its legs and their ledgers, JSON-ready."""
    return {
        "corridor": itinerary.corridor_id,
        "name": itinerary.name,
        "family": itinerary.family,
        "status": itinerary.status,
        "flags": [asdict(flag) for flag in itinerary.flags],
        **totals(itinerary, mass_t),
        "cost_cents": itinerary.criteria.cost_cents,
        "time_min": itinerary.criteria.time_min,
        "co2e_g": itinerary.criteria.co2e_g,
        "evidence": evidence.share_entry([itinerary]),
        "legs": [leg_entry(leg) for leg in itinerary.legs],
    }


def leg_entry(leg: Leg) -> dict[str, Any]:
    """Return a leg and its ledger, JSON-ready; amounts are in USD, hours and kg."""
    criteria = leg.criteria
    return {
        "operation": leg.operation.value,
        "mode": leg.mode.value if leg.mode else None,
        "from": leg.from_place,
        "to": leg.to_place,
        "from_name": leg.from_name,
        "to_name": leg.to_name,
        "country": leg.country,
        "gauge_mm": leg.gauge_mm or None,
        "chokepoints": list(leg.chokepoints),
        "length_km": leg.length_km,
        "time_h": criteria.time_h,
        "cost_usd": criteria.cost_usd,
        "co2e_kg": criteria.co2e_kg,
        "cost_cents": criteria.cost_cents,
        "time_min": criteria.time_min,
        "co2e_g": criteria.co2e_g,
        "status": leg.status.value,
        "note": leg.note,
        "ledger": [ledger_entry(line) for line in leg.ledger],
    }


def ledger_entry(line: LedgerLine) -> dict[str, Any]:
    """Return a ledger line, JSON-ready; ``amount`` is in USD, hours or kg CO2e."""
    unit, whole = LARGE_UNIT[line.criterion]
    return {
        "criterion": line.criterion.value,
        "parameter": line.parameter,
        "quantity": line.quantity,
        "unit": line.unit,
        "value": line.value,
        "amount": line.amount / whole,
        "amount_unit": unit,
        "amount_exact": line.amount,
        "source_id": line.source_id,
        "grade": line.grade.value,
    }


def graph_document(
    graph: CorridorGraph, pricing: Pricing, ends: tuple[Iterable[int], Iterable[int]]
) -> dict[str, Any]:
    """Return the corridor graph with the very integers that the search runs on."""
    arcs = []
    for number, arc in enumerate(graph.arcs):
        criteria = pricing.criteria(number)
        arcs.append(
            {
                "from": graph.vertices[arc.tail].vertex_id,
                "to": graph.vertices[arc.head].vertex_id,
                "operation": arc.operation.value,
                "mode": arc.mode.value if arc.mode else None,
                "length_km": arc.length_m / METRES_PER_KM,
                "cost_cents": criteria.cost_cents,
                "time_min": criteria.time_min,
                "co2e_g": criteria.co2e_g,
            }
        )
    return {
        "vertices": [
            {
                "id": vertex.vertex_id,
                "place": vertex.place_id,
                "mode": vertex.mode.value if vertex.mode else None,
                "gauge_mm": vertex.gauge_mm or None,
            }
            for vertex in graph.vertices
        ],
        "arcs": arcs,
        "origin": [graph.vertices[at].vertex_id for at in ends[0]],
        "destination": [graph.vertices[at].vertex_id for at in ends[1]],
    }


def scenario_entry(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario changes, JSON-ready."""
    closures = scenario.closures
    return {
        "id": scenario.scenario_id,
        "name": scenario.name,
        "as_of": scenario.as_of,
        "description": scenario.description,
        "year": scenario.year,
        "apply_restrictions": scenario.apply_restrictions,
        "close": {
            kind: sorted(getattr(closures, kind)) for kind in CLOSABLE if getattr(closures, kind)
        },
        "status": {name: status.value for name, status in scenario.status.items()},
        "set": dict(scenario.values),
        "multiply": dict(scenario.factors),
        "sources": list(scenario.sources),
    }


def _endpoint(end: Endpoint) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "place": end.place_id,
        "name": end.name,
        "country": end.country,
        "lat": end.lat,
        "lon": end.lon,
    }
    if end.snap_km is not None:
        entry["snap_km"] = round(end.snap_km, 3)
    return entry
