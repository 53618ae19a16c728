"""Landed freight per tonne of what the buyer wants in the goods, not per tonne of goods.

A row ``content.COMMODITY`` (percent) says how much of it a commodity holds. Freight is paid for
the whole tonne, so a richer feedstock pays less per tonne of content.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from corridors.itinerary import Itinerary
from corridors.named import Corridor
from corridors.report import totals
from corridors.request import Request
from geodata.errors import DataError
from geodata.parameters import Parameters
from geodata.units import PERCENT

FAMILY = "content"
COLUMN = "cost_usd_per_t_content"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRow:
    """A commodity over one corridor: freight per tonne of goods and per tonne of content."""

    commodity: str
    content_percent: float
    corridor_id: str
    cost_usd_per_t: float
    cost_usd_per_t_content: float
    time_days: float
    source_id: str
    grade: str


def content_percent(parameters: Parameters, commodity: str) -> float:
    """Return how much of a commodity is content, in percent.

    Raises
    ------
    DataError
        If no row says so, or a row says none or more than all.
    """
    row = parameters.get(FAMILY, commodity)
    if row is None:
        known = ", ".join(commodities(parameters)) or "none"
        raise DataError(
            "parameters.csv",
            [
                f"no row for {FAMILY}.{commodity}; add one, or take a cargo that has one "
                f"(--cargo): {known}"
            ],
        )
    if not 0 < row.value <= PERCENT:
        raise DataError(
            "parameters.csv", [f"{row.key} = {row.value}: must be more than 0 and at most 100 %"]
        )
    return row.value


def commodities(parameters: Parameters) -> list[str]:
    """Return the commodities whose content is known, sorted."""
    prefix = f"{FAMILY}."
    return sorted(
        row.key.removeprefix(prefix) for row in parameters.rows if row.key.startswith(prefix)
    )


def per_content(itinerary: Itinerary, mass_t: float, percent: float) -> float:
    """Return an itinerary's freight in USD per tonne of content."""
    freight: float = totals(itinerary, mass_t)["cost_usd_per_t"]
    return freight * PERCENT / percent


def compare_contents(
    request: Request, best: Itinerary, corridors: Sequence[Corridor]
) -> list[ContentRow]:
    """Return every commodity whose content is known over the best corridor, cheapest first.

    Each is planned anew, as the same mass in the same cargo unit, so that its own payload, value
    and insurance count. A commodity that cannot go that way is left out.
    """
    parameters = request.planner.parameters
    chosen = [one for one in corridors if one.corridor_id == best.corridor_id]
    rows = []
    for commodity in commodities(parameters):
        percent = content_percent(parameters, commodity)
        if commodity == request.cargo:
            found: Sequence[Itinerary] = [best]
        else:
            found = request.with_cargo(commodity).planner.compare(chosen).itineraries
        row = parameters.find(FAMILY, commodity)
        for itinerary in found:
            sums = totals(itinerary, request.mass_t)
            rows.append(
                ContentRow(
                    commodity=commodity,
                    content_percent=percent,
                    corridor_id=itinerary.corridor_id or "",
                    cost_usd_per_t=sums["cost_usd_per_t"],
                    cost_usd_per_t_content=per_content(itinerary, request.mass_t, percent),
                    time_days=sums["time_days"],
                    source_id=row.source_id,
                    grade=row.grade.value,
                )
            )
    return sorted(rows, key=lambda row: (row.cost_usd_per_t_content, row.commodity))


def content_entry(row: ContentRow) -> dict[str, Any]:
    """Return a row, JSON-ready."""
    return {
        "commodity": row.commodity,
        "content_percent": row.content_percent,
        "corridor": row.corridor_id,
        "cost_usd_per_t": row.cost_usd_per_t,
        COLUMN: row.cost_usd_per_t_content,
        "time_days": row.time_days,
        "source_id": row.source_id,
        "grade": row.grade,
    }


def content_sentences(rows: Sequence[ContentRow]) -> list[str]:
    """Return one line per commodity; dearer ones say by how much."""
    lines = []
    for row in rows:
        least = rows[0].cost_usd_per_t_content
        more = row.cost_usd_per_t_content / least - 1 if least else 0.0
        lines.append(
            f"{row.commodity.replace('_', ' ')}: {row.cost_usd_per_t:.0f} USD/t at "
            f"{row.content_percent:g} % content is {row.cost_usd_per_t_content:.0f} USD per t of "
            f"content" + (f", {more:+.0%}" if more else "")
        )
    return lines
