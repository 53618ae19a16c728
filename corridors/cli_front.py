"""`corridors front`: every itinerary that no other beats in cost, time and CO2e at once."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from corridors.cli_options import OutputOption, reports_errors, takes_request
from corridors.cli_results import ResultFormatOption, emit_comparison
from corridors.output import Format, view_width
from corridors.request import Request

if TYPE_CHECKING:
    from corridors.alternatives import Alternatives
    from corridors.front import Front

app = typer.Typer()

_MILLIONTHS: Final = 1e6
_PERCENT: Final = 1e4


@app.command()
@reports_errors
@takes_request(without=["corridor"])
def front(
    request: Request,
    epsilon: Annotated[
        float | None,
        typer.Option(
            "--epsilon", min=0, help="Only the fewest that come within this share of every one."
        ),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option("--max", min=1, help="Only so many: those that come closest to all."),
    ] = None,
    output_format: ResultFormatOption = None,
    output: OutputOption = None,
) -> None:
    """List every itinerary that no other beats in cost, time and CO2e at once: exact, complete.

    Example: corridors front --epsilon 0.05
    """
    from corridors.report import comparison_rows
    from corridors.text import comparison_view

    if epsilon is not None and most is not None:
        raise typer.BadParameter("--epsilon and --max exclude each other")
    if epsilon is not None and not isfinite(epsilon):
        raise typer.BadParameter(f"--epsilon {epsilon}: give a share such as 0.01")
    found = request.planner.front()
    if epsilon is not None:
        found = found.covered_within(round(epsilon * _MILLIONTHS))
    if most is not None:
        found = found.spread(most)
    emit_comparison(
        request, found.comparison, output_format, output,
        lambda: comparison_view(
            found.comparison, request.data_version, view_width(output),
            remarks=[remark(found, epsilon)],
        ),
        comparison_rows(found.comparison),
        {"front": front_entry(found, epsilon)},
    )  # fmt: skip


def emit_alternatives(
    request: Request, found: Alternatives, output_format: Format | None, output: Path | None
) -> None:
    """Write itineraries that differ in where they go, with how much they overlap."""
    from corridors.report import comparison_rows
    from corridors.text import comparison_view

    comparison = found.comparison
    rows = [
        {**row, "overlap": max(shares, default=0.0)}
        for row, shares in zip(comparison_rows(comparison), found.overlaps, strict=True)
    ]
    emit_comparison(
        request, comparison, output_format, output,
        lambda: comparison_view(
            comparison, request.data_version, view_width(output),
            remarks=[found.remark()],
        ),
        rows,
        {"alternatives": found.entry()},
    )  # fmt: skip


def front_entry(found: Front, epsilon: float | None) -> dict[str, Any]:
    """Return how much of the front is shown, JSON-ready."""
    return {
        "routes": found.routes,
        "shown": len(found.comparison.itineraries),
        "returning_not_shown": found.hiding,
        "epsilon": epsilon,
        "within": found.within / _MILLIONTHS,
        "proven": found.proven,
    }


def remark(found: Front, epsilon: float | None) -> str:
    """Return how much of the front is shown, in a sentence or two."""
    shown = len(found.comparison.itineraries)
    if shown == found.routes:
        all_of_them = "The one route" if shown == 1 else f"All {shown} routes"
        text = f"{all_of_them} that no other beats in cost, time and CO2e at once."
    else:
        text = (
            f"{shown} of {found.routes} routes that no other beats in cost, time and CO2e at once. "
            f"Every other is within {found.within / _PERCENT:.3g} % of one shown in each of them; "
        )
        can_or_not = "provably" if found.proven else "as far as the search went"
        closer = f"{can_or_not}, no {shown} come closer."
        fewer = f"{can_or_not}, no fewer than {shown} come within {100 * (epsilon or 0):g} %."
        text += closer if epsilon is None else fewer
    if found.hiding:
        text += f" {found.hiding} more were found only for ways that return to a place; not shown."
    return text
