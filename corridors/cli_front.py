"""`corridors front`: every itinerary that no other beats in cost, time and CO2e at once."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridors.cli_options import OutputOption, reports_errors, takes_request
from corridors.cli_results import ResultFormatOption, emit_comparison
from corridors.output import Format, view_width
from corridors.request import Request

if TYPE_CHECKING:
    from corridors.alternatives import Alternatives

app = typer.Typer()


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
    from corridors.front import MILLIONTHS
    from corridors.report import comparison_rows
    from corridors.text import comparison_view

    if epsilon is not None and most is not None:
        raise typer.BadParameter("--epsilon and --max exclude each other")
    if epsilon is not None and not isfinite(epsilon):
        raise typer.BadParameter(f"--epsilon {epsilon}: give a share such as 0.01")
    found = request.planner.front()
    if epsilon is not None:
        found = found.covered_within(round(epsilon * MILLIONTHS))
    if most is not None:
        found = found.spread(most)
    emit_comparison(
        request, found.comparison, output_format, output,
        lambda: comparison_view(
            found.comparison, request.data_version, view_width(output),
            remarks=[found.remark(epsilon)],
        ),
        comparison_rows(found.comparison),
        {"front": found.entry(epsilon)},
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
