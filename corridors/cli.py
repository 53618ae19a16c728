"""The command line: parse, call, print. Results on stdout, everything else on stderr."""

from __future__ import annotations

import gc
import io
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from corridors import (
    cli_chart,
    cli_compare,
    cli_dictionary,
    cli_doctor,
    cli_front,
    cli_help,
    cli_matrix,
    cli_network,
    cli_refresh,
    cli_resilience,
    cli_risk,
    cli_sweep,
    cli_tables,
    cli_validate,
)
from corridors import cli_completion as completion
from corridors.cli_options import (
    EXIT_DATA,
    DataOption,
    FormatOption,
    JoinOption,
    OutputOption,
    QuietOption,
    WithOption,
    in_a_folder,
    remark_on_files,
    reports_errors,
    takes_request,
)
from corridors.cli_results import ResultFormatOption, emit_comparison
from corridors.errors import CorridorsError, NoItineraryError, SnapError
from corridors.output import Format, emit, emit_rows, to_json, view_width
from corridors.request import Request
from geodata.collector import undisturbed
from geodata.vocabulary import Mode, Status
from maps.texts import Language

_COLLECT_AFTER: Final = 100_000
"""New objects after which garbage is looked for: a command makes much and drops little of it."""

app = typer.Typer(
    name="corridors",
    cls=cli_help.Commands,
    context_settings=cli_help.CONTEXT,
    help="Compare multimodal freight corridors by cost, time and CO2e; every number has a source.",
    epilog="Results go to stdout, all else to stderr. Exit code: 0 found, 1 something wrong with "
    "data or files, 2 with the command as typed, 3 no way leads there.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=True,
)
app.command()(cli_compare.compare)
app.add_typer(cli_front.app)
app.add_typer(cli_matrix.app)
app.add_typer(cli_risk.app)
app.add_typer(cli_resilience.app)
app.add_typer(cli_sweep.app)
app.add_typer(cli_validate.app)
app.add_typer(cli_tables.app)
app.add_typer(cli_dictionary.app)
cli_network.app.command("refresh")(cli_refresh.network_refresh)
app.add_typer(cli_network.app, name="network")
app.add_typer(cli_doctor.app)


def _tell_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"corridors {version('freight-corridors')}")
        except PackageNotFoundError:
            typer.echo("corridors, run without being installed")
        raise typer.Exit


@app.callback(help=app.info.help, epilog=app.info.epilog)
def corridors(
    version: Annotated[
        bool,
        typer.Option("--version", help="Say the version.", is_eager=True, callback=_tell_version),
    ] = False,
) -> None:
    """Take the options that go before a command."""


@app.command()
@reports_errors
@takes_request(without=["corridor"])
def route(
    request: Request,
    via: Annotated[
        list[str] | None,
        typer.Option(
            "--via",
            help="Place to pass, or PLACE@mode; repeatable, in order.",
            autocompletion=completion.PLACES,
        ),
    ] = None,
    alternatives: Annotated[
        int | None,
        typer.Option("--alternatives", min=1, help="So many that differ in where they go."),
    ] = None,
    max_overlap: Annotated[
        float,
        typer.Option("--max-overlap", help="Share of an earlier one that each may run near."),
    ] = 0.6,
    output_format: ResultFormatOption = None,
    output: OutputOption = None,
) -> None:
    """Find the best itinerary of all, through the given places in order.

    Exit code: 3 if nothing leads there.

    Example: corridors route INVTZ Almaty-1 --via IRSRP --by time
    """
    from corridors.finding import find_place
    from corridors.ledger_text import ledger_view
    from corridors.named import Gate, Stage
    from corridors.report import leg_rows

    stages = []
    for text in via or ():
        name, _, mode = text.partition("@")
        if mode and mode not in set(Mode):
            raise CorridorsError(f"--via {text}: {mode!r} is no mode; there are {', '.join(Mode)}")
        gate = Gate(find_place(name, request.world).place_id, Mode(mode) if mode else None)
        stages.append(Stage((gate,)))
    if alternatives is not None:
        from corridors.alternatives import find_alternatives
        from corridors.cli_front import emit_alternatives

        found = find_alternatives(
            request.planner, request.ground, stages, alternatives, max_overlap
        )
        emit_alternatives(request, found, output_format, output)
        return
    comparison = request.planner.route(stages)
    (itinerary,) = comparison.itineraries
    emit_comparison(
        request, comparison, output_format, output,
        lambda: ledger_view(comparison, request.data_version, view_width(output), brief=True),
        leg_rows(itinerary),
    )  # fmt: skip


@app.command()
@reports_errors
@takes_request(without=["corridor"])
def explain(
    request: Request,
    name: Annotated[
        str,
        typer.Argument(
            metavar="CORRIDOR",
            help="Id, name, or words of it.",
            autocompletion=completion.CORRIDORS,
        ),
    ],
    output_format: ResultFormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show the ledger of one corridor: every amount as quantity x parameter, with source.

    Example: corridors explain instc-east-sarakhs
    """
    from corridors.ledger_text import ledger_view
    from corridors.named import load_corridors, pick
    from corridors.report import ledger_rows

    chosen = pick(load_corridors(request.world, *request.data), [name])
    comparison = request.planner.compare(chosen)
    if not comparison.itineraries:
        (corridor,) = chosen
        planned = corridor.status in (Status.PLANNED, Status.CONSTRUCTION) and not request.year
        remedy = "; --year YYYY counts lines that open by then" if planned else ""
        reason = comparison.not_possible[0].reason
        raise NoItineraryError(f"{corridor.corridor_id}: {reason}{remedy}")
    (itinerary,) = comparison.itineraries
    emit_comparison(
        request, comparison, output_format, output,
        lambda: ledger_view(comparison, request.data_version, view_width(output)),
        ledger_rows(itinerary),
    )  # fmt: skip


@app.command(name="map")
@reports_errors
@takes_request()
def map_command(
    request: Request,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="The HTML file to write.", callback=in_a_folder),
    ],
    online: Annotated[
        bool, typer.Option("--online", help="Add OpenStreetMap tiles as a layer.")
    ] = False,
    lang: Annotated[
        Language, typer.Option("--lang", help="Language that the page starts with; it has all.")
    ] = Language.EN,
) -> None:
    """Write the comparison as one interactive HTML page that opens anywhere, also offline.

    Exit code: 3, and no file, if no corridor is possible.

    Example: corridors map -o corridors.html --lang ru
    """
    _write_page(request, output, online, lang)


app.command()(cli_chart.chart)


@undisturbed
def _write_page(request: Request, output: Path, online: bool, lang: Language) -> None:
    from corridors.page import page_data
    from maps import write_map

    comparison = request.planner.compare(request.corridors)
    if not comparison.itineraries:
        raise NoItineraryError("no corridor is possible in this scenario; there is nothing to draw")
    write_map(page_data(request, comparison, lang.value), output, online=online)


@app.command()
@reports_errors
def distance(
    start: Annotated[
        str,
        typer.Argument(
            metavar="FROM", help="Place id, name, or lat,lon.", autocompletion=completion.PLACES
        ),
    ],
    end: Annotated[
        str,
        typer.Argument(
            metavar="TO", help="Place id, name, or lat,lon.", autocompletion=completion.PLACES
        ),
    ],
    mode: Annotated[Mode, typer.Option("--mode", help="Mode of transport.")],
    via: Annotated[
        list[str] | None,
        typer.Option("--via", help="Place to pass; repeatable.", autocompletion=completion.PLACES),
    ] = None,
    close: Annotated[
        list[str] | None,
        typer.Option(
            "--close",
            help="Chokepoint not to pass; repeatable.",
            autocompletion=completion.CLOSABLES,
        ),
    ] = None,
    planned: Annotated[
        bool, typer.Option("--planned", help="Use lines under construction and planned ones.")
    ] = False,
    limit_km: Annotated[
        float | None, typer.Option("--limit-km", help="How far a point may be from the network.")
    ] = None,
    data: DataOption = None,
    with_files: WithOption = None,
    join_km: JoinOption = Request.join_km,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Measure length and line between two points by one mode.

    Exit code: 3 if no line leads from one to the other.

    Example: corridors distance IRSRP "Tashkent" --mode rail --via IRSAR
    """
    from corridors import distances

    request = Request(data=tuple(data or ()), with_files=tuple(with_files or ()), join_km=join_km)
    if not quiet:
        remark_on_files(request)
    ends = shlex.join([*(["--"] if start.startswith("-") else []), start, end])
    several = f"`corridors route {ends}` finds the best way by several modes"
    try:
        measured = distances.measure_between(
            [start, *(via or ()), end],
            mode,
            request.world,
            request.network,
            avoid=close or (),
            planned=planned,
            limit_km=limit_km,
        )
    except NoItineraryError as error:
        raise NoItineraryError(f"{error}; {several}") from None
    except SnapError as error:
        raise SnapError(f"{error}, or raise --limit-km; {several}") from None
    match output_format:
        case Format.JSON:
            emit(to_json(distances.document(measured)), output)
        case Format.GEOJSON:
            emit(to_json(distances.feature(measured)), output)
        case Format.TABLE:
            emit(distances.sentence(measured), output)
        case _:
            emit_rows([distances.row(measured)], output_format, output)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    if argv is None:
        gc.set_threshold(_COLLECT_AFTER)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(args=None if argv is None else list(argv), prog_name="corridors")
    except SystemExit as stop:
        if argv is None:
            gc.freeze()  # the last collections would walk over everything, to free what ends anyway
        return stop.code if isinstance(stop.code, int) else 0 if stop.code is None else EXIT_DATA
    return 0
