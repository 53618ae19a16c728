"""The command that closes things in turn."""

from __future__ import annotations

from typing import Annotated

import typer

from corridors.cli_options import (
    FormatOption,
    OutputOption,
    QuietOption,
    reports_errors,
    takes_request,
)
from corridors.output import Format, emit, emit_rows, progress, refuse_geojson, show, to_json
from corridors.request import Request

app = typer.Typer()


@app.command()
@reports_errors
@takes_request(without=["quiet"])
def resilience(
    request: Request,
    everything: Annotated[
        bool, typer.Option("--all", help="Close everything there is, not only what is used.")
    ] = False,
    worth: Annotated[
        bool, typer.Option("--worth", help="Also what each unfinished line or terminal saves.")
    ] = False,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Close each place, crossing, country and chokepoint in turn: what is lost, what takes over.

    Closed is what the best way and the best of every corridor use, but never the two ends and their
    countries. CSV and Markdown hold the closures; with --worth, the worth instead.

    Example: corridors resilience --worth
    """
    from corridors.closing import Closer
    from corridors.resilience_report import (
        closing_rows,
        resilience_document,
        resilience_view,
        worth_rows,
    )
    from corridors.worth import outside_graph, unfinished, worth_of
    from geodata.vocabulary import Mode

    refuse_geojson(output_format, "resilience has no geometry")
    planner = request.planner
    closer = Closer(planner, request.corridors, request.world)
    undisturbed = closer.undisturbed
    if undisturbed.best is None:
        planner.route()  # says why there is none
    subjects = closer.everything() if everything else closer.used()
    states = {
        subject: closer.close(subject) for subject in progress(subjects, "closing", quiet=quiet)
    }
    rows = closing_rows(planner, undisturbed, states, request.world)
    gains = None
    if worth:
        unit, year = planner.consignment.unit, planner.scenario.year
        items = [
            *unfinished(request.world, request.compiled, unit, year),
            *outside_graph(request.compiled, request.network.layer(Mode.RAIL).links),
        ]
        found = [
            worth_of(item, planner, request.corridors, request.world, request.compiled, undisturbed)
            for item in progress(items, "opening", quiet=quiet)
        ]
        gains = worth_rows(found, planner, request.world)
    match output_format:
        case Format.TABLE:
            version = request.data_version
            show(resilience_view(planner, undisturbed, rows, gains, version), output)
        case Format.JSON:
            version = request.data_version
            emit(to_json(resilience_document(planner, undisturbed, rows, gains, version)), output)
        case _:
            emit_rows(rows if gains is None else gains, output_format, output)
