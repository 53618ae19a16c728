"""Commands that list what there is: places, parameters, scenarios, sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corridors import cli_completion as completion
from corridors.cli_options import (
    DataOption,
    FormatOption,
    OutputOption,
    WithOption,
    reports_errors,
)
from corridors.output import Format, emit_rows, show, view_width
from corridors.request import Request

if TYPE_CHECKING:
    from rich.console import RenderableType

app = typer.Typer()


@app.command()
@reports_errors
def places(
    text: Annotated[
        str,
        typer.Argument(
            help="Part of an id, name or alias; or a country.", autocompletion=completion.PLACES
        ),
    ] = "",
    data: DataOption = None,
    with_files: WithOption = None,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """List places: ports, terminals, border crossing points, plants, cities, airports.

    Example: corridors places Sarakhs
    """
    from corridors import listings

    request = Request(data=tuple(data or ()), with_files=tuple(with_files or ()))
    emit_rows(listings.place_rows(request.world, text), output_format, output)


@app.command()
@reports_errors
def parameters(
    text: Annotated[
        str,
        typer.Argument(
            help='Part of a key, unit, source or grade, or words: "rail tariff Kazakhstan".',
            autocompletion=completion.KEYS,
        ),
    ] = "",
    scenario: Annotated[
        str,
        typer.Option(
            "--scenario", help="Values as in this scenario.", autocompletion=completion.SCENARIOS
        ),
    ] = "open",
    data: DataOption = None,
    with_files: WithOption = None,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """List parameters with range, unit, year, source and grade.

    Examples: corridors parameters tariff.rail.KZ; corridors parameters assumed
    """
    from corridors import listings

    request = Request(scenario=scenario, data=tuple(data or ()), with_files=tuple(with_files or ()))
    world = request.world
    rows = listings.parameter_rows(
        request.resolved_scenario.parameters(world), world.selector_names, text
    )
    _emit(rows, output_format, output, lambda text: text.parameters_view(rows, view_width(output)))


@app.command()
@reports_errors
def scenarios(
    data: DataOption = None, output_format: FormatOption = Format.TABLE, output: OutputOption = None
) -> None:
    """List scenarios with their date, what they change and their sources.

    Example: corridors scenarios --format markdown
    """
    from corridors import listings

    request = Request(data=tuple(data or ()))
    rows = listings.scenario_rows(request.world, request.data, request.names_with_status)
    _emit(rows, output_format, output, lambda text: text.scenarios_view(rows))


@app.command()
@reports_errors
def sources(
    text: Annotated[str, typer.Argument(help="Part of an id, title or publisher.")] = "",
    data: DataOption = None,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """List the sources behind the numbers.

    Example: corridors sources cpmm
    """
    from corridors import listings
    from geodata.world import load_world

    rows = listings.source_rows(load_world(*(data or ())), text)
    _emit(rows, output_format, output, lambda text: text.sources_view(rows))


def _emit(
    rows: list[dict[str, Any]],
    output_format: Format,
    output: Path | None,
    view: Callable[[Any], RenderableType],
) -> None:
    """Write a listing that has a view of its own as a table."""
    if output_format is Format.TABLE and rows:
        from corridors import listing_text

        show(view(listing_text), output)
    else:
        emit_rows(rows, output_format, output)
