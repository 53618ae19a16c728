"""One itinerary as text for people: its legs, its ledger, its totals, what they are made of."""

from __future__ import annotations

from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from corridors.evidence import percent_text
from corridors.itinerary import LARGE_UNIT, Criterion, Itinerary, Leg, Operation
from corridors.planner import Comparison
from corridors.report import totals
from corridors.text import (
    WIDE,
    beside,
    comparison_heading,
    evidence_view,
    joined,
    plain,
    spaced,
    table_of,
)
from geodata.families import family_words

_AMOUNT_WIDTH: Final = 16
_TERM_WIDTH: Final = 30
_KEY_WIDTH: Final = 40


def ledger_view(
    comparison: Comparison, data_version: str, width: int, *, brief: bool = False
) -> RenderableType:
    """Return one itinerary leg by leg; unless `brief`, every amount as quantity x parameter."""
    (itinerary,) = comparison.itineraries
    body = [_legs_table(itinerary)] if brief else _ledgers(itinerary, wide=width >= WIDE)
    name = [Text(itinerary.name, style="bold")] if itinerary.corridor_id else []
    return Group(
        *name,
        comparison_heading(comparison, order="best by"),
        *body,
        _sums(comparison, brief=brief),
        *(
            plain(f"Flag   {flag.label}: {flag.text} ({flag.as_of} {flag.source_id})")
            for flag in itinerary.flags
        ),
        evidence_view(comparison, data_version),
    )


def _sums(comparison: Comparison, *, brief: bool) -> Table:
    """Return the totals, whole and per tonne, and unless `brief` what they are made of."""
    (itinerary,) = comparison.itineraries
    mass_t = comparison.consignment.mass_t
    found = totals(itinerary, mass_t)
    length = spaced(found["length_km"], 0)
    grid = beside()
    grid.add_row("Total", plain(f"{_criteria_text(itinerary)}; {length} km"))
    grid.add_row(
        "",
        plain(
            f"{spaced(found['cost_usd_per_t'], 1)} USD/t; {spaced(found['time_days'], 1)} days; "
            f"{spaced(found['co2e_kg_per_t'], 1)} kg CO2e/t; generalised cost "
            f"{spaced(found['generalised_cost_usd'] / mass_t, 1)} USD/t"
        ),
    )
    if not brief:
        for title, criterion in (("Cost is", Criterion.COST), ("Time is", Criterion.TIME)):
            made = ", ".join(
                f"{percent_text(part)} {what}" for what, part in made_of(itinerary, criterion)
            )
            grid.add_row(title, plain(made or "nothing"))
    return grid


def made_of(itinerary: Itinerary, criterion: Criterion) -> list[tuple[str, float]]:
    """Return what a criterion is made of: kinds of parameters and their parts of 1, largest first.

    A part that is nothing is left out.
    """
    sums: dict[str, int] = {}
    for line in itinerary.ledger:
        if line.criterion is criterion and line.amount:
            what = family_words(line.parameter)
            sums[what] = sums.get(what, 0) + line.amount
    total = sum(sums.values())
    return [
        (what, amount / total)
        for what, amount in sorted(sums.items(), key=lambda one: (-one[1], one[0]))
    ]


def _criteria_text(itinerary: Itinerary) -> str:
    return "; ".join(amount_text(each, itinerary.criteria.of(each)) for each in Criterion)


def _legs_table(itinerary: Itinerary) -> Table:
    table = table_of(("leg", "left"), ("USD", "right"), ("hours", "right"), ("kg CO2e", "right"))
    for number, leg in enumerate(itinerary.legs, start=1):
        table.add_row(
            plain(f"{number} {leg_title(leg)}"),
            spaced(leg.criteria.cost_usd, 0),
            spaced(leg.criteria.time_h, 1),
            spaced(leg.criteria.co2e_kg, 0),
        )
    return table


def _ledgers(itinerary: Itinerary, *, wide: bool) -> list[RenderableType]:
    """Return a heading and a table of amounts for every leg, columns aligned over all legs."""
    parts: list[RenderableType] = []
    for number, leg in enumerate(itinerary.legs, start=1):
        title = plain(f"{number} {leg_title(leg)}")
        title.stylize("bold")
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
        table.add_column(justify="right", min_width=_AMOUNT_WIDTH, no_wrap=True)
        table.add_column(min_width=_TERM_WIDTH, overflow="fold")
        table.add_column(min_width=_KEY_WIDTH if wide else None, overflow="fold")
        for line in leg.ledger:
            term = f"{spaced(line.quantity, 1)} x {line.value:.6g} {line.unit}"
            key = (line.parameter, line.grade.value, line.source_id)
            table.add_row(
                amount_text(line.criterion, line.amount),
                plain(term),
                *map(joined, key if wide else [f"{line.parameter} ({line.grade})"]),
            )
        parts += [title, table]
    return [*parts, Text("")]


def leg_title(leg: Leg) -> str:
    """Return a leg in words."""
    what = leg.operation.value.replace("_", " ")
    if leg.operation is Operation.BORDER_CROSSING:
        return f"{what} {leg.note}"
    ends = leg.from_name if leg.from_place == leg.to_place else f"{leg.from_name} - {leg.to_name}"
    if leg.length_m:
        passing = f", passing {', '.join(leg.chokepoints)}" if leg.chokepoints else ""
        return f"{leg.mode} {ends}, {spaced(leg.length_km, 0)} km{passing}"
    return f"{what} {ends}" + (f" ({leg.note})" if leg.note else "")


def amount_text(criterion: Criterion, amount: int) -> str:
    """Return whole cents, minutes or grams in USD, hours or kg."""
    unit, whole = LARGE_UNIT[criterion]
    return f"{spaced(amount / whole, 2 if criterion is Criterion.COST else 1)} {unit}"


def way_words(itinerary: Itinerary) -> str:
    """Return where an itinerary goes: mode by mode, with the frontiers it crosses."""
    runs: list[tuple[str, list[str], list[str]]] = []
    for leg in itinerary.legs:
        if leg.operation is Operation.MOVE and leg.length_m:
            if not runs or runs[-1][0] != leg.mode:
                runs.append((str(leg.mode), [], []))
            runs[-1][1].append(leg.to_name)
        elif leg.operation is Operation.BORDER_CROSSING and runs:
            runs[-1][2].append(leg.note)
    words = []
    for at, (mode, stops, frontiers) in enumerate(runs):
        by = f" by {', '.join(frontiers)}" if frontiers else ""
        to = "" if at == len(runs) - 1 and frontiers else f" to {stops[-1]}"
        words.append(f"{mode}{by}{to}")
    return "; ".join(words)
