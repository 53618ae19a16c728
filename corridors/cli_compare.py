"""The command that compares corridors: one scenario, two side by side, or per tonne of content."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from corridors import cli_completion as completion
from corridors.cli_options import OutputOption, reports_errors, takes_request
from corridors.cli_results import ResultFormatOption, emit_comparison, format_of
from corridors.errors import NoItineraryError
from corridors.output import Format, emit, emit_rows, show, to_json, view_width
from corridors.request import Request

_MOST_SCENARIOS: Final = 2
_HINT: Final = "--scenario"


@reports_errors
@takes_request(without=["scenario"])
def compare(
    request: Request,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario",
            help="Scenario name, or a .toml file of your own; two are set side by side.",
            autocompletion=completion.SCENARIOS,
        ),
    ] = None,
    per_content: Annotated[
        bool,
        typer.Option("--per-content", help="Freight per tonne of content (TiO2, say) as well."),
    ] = False,
    output_format: ResultFormatOption = None,
    output: OutputOption = None,
) -> None:
    """Rank every named corridor; what is not possible is listed with its reason.

    Exit code: 0 if one corridor at least is possible, 3 if none is.

    Example: corridors compare --scenario open --scenario situation-2026-11
    """
    names = scenario or [request.scenario]
    if len(names) > _MOST_SCENARIOS:
        raise typer.BadParameter("give one scenario, or two to set side by side", param_hint=_HINT)
    if len(names) == 1:
        _one(request.in_scenario(names[0]), output_format, output, per_content=per_content)
        return
    if per_content:
        raise typer.BadParameter("--per-content goes with one scenario", param_hint=_HINT)
    chosen = format_of(output_format, output)
    if chosen in (Format.GEOJSON, None):
        raise typer.BadParameter("two scenarios have no map; take table, json, csv or markdown")
    _two(request.in_scenario(names[0]), names[1], chosen, output)


def _one(
    request: Request, output_format: Format | None, output: Path | None, *, per_content: bool
) -> None:
    from corridors.reference import reference_entry, reference_of, reference_sentences
    from corridors.report import comparison_rows
    from corridors.text import comparison_view

    comparison = request.planner.compare(request.corridors)
    rows = comparison_rows(comparison)
    reference = reference_of(request.planner, comparison)
    further: dict[str, Any] = {}
    column: tuple[str, list[float]] | None = None
    remarks: list[str] = []
    if per_content:
        from corridors import per_content as content

        percent = content.content_percent(request.planner.parameters, request.cargo)
        amounts = [
            content.per_content(one, request.mass_t, percent) for one in comparison.itineraries
        ]
        for row, amount in zip(rows, amounts, strict=True):
            row[content.COLUMN] = amount
        column = ("USD/t content", amounts)
        if comparison.itineraries:
            best = comparison.itineraries[0]
            found = content.compare_contents(request, best, request.corridors)
            remarks = [f"{best.name}:", *(f"  {text}" for text in content.content_sentences(found))]
            further["per_content"] = [content.content_entry(one) for one in found]
    if reference is not None:
        further["best_of_all"] = reference_entry(reference)
    emit_comparison(
        request, comparison, output_format, output,
        lambda: comparison_view(
            comparison, request.data_version, view_width(output), further=column,
            remarks=remarks,
            reference=reference_sentences(reference) if reference else (),
        ),
        rows, further,
    )  # fmt: skip
    if not comparison.itineraries:
        raise NoItineraryError("no corridor is possible in this scenario")


def _two(request: Request, other: str, output_format: Format, output: Path | None) -> None:
    from corridors import side_by_side as sides

    a = request.planner.compare(request.corridors)
    second = request.in_scenario(other)
    b = second.planner.compare(second.corridors)
    rows = sides.side_by_side(a, b, (request.planner.parameters, second.planner.parameters))
    version = request.data_version
    match output_format:
        case Format.JSON:
            emit(to_json(sides.document(a, b, rows, version)), output)
        case Format.TABLE:
            from corridors.side_by_side_view import side_by_side_view

            show(side_by_side_view(a, b, rows, version, view_width(output)), output)
        case _:
            emit_rows(sides.flat_rows(rows), output_format, output)
    if not (a.itineraries or b.itineraries):
        raise NoItineraryError("no corridor is possible in either scenario")
