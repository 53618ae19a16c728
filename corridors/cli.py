"""The command line: parse, call, print. Results on stdout, everything else on stderr."""

from __future__ import annotations

import functools
import inspect
import json
import os
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from corridors.errors import CorridorsError, NoItineraryError
from corridors.pricing import By
from corridors.request import (
    DEFAULT_CARGO,
    DEFAULT_DESTINATION,
    DEFAULT_MASS_T,
    DEFAULT_ORIGIN,
    Request,
)
from geodata.errors import DataError
from geodata.vocabulary import CargoUnit, Mode

if TYPE_CHECKING:
    from rich.console import RenderableType

EXIT_DATA: Final = 1
EXIT_USAGE: Final = 2
EXIT_NO_ITINERARY: Final = 3


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    GEOJSON = "geojson"


app = typer.Typer(
    name="corridors",
    help="Compare multimodal freight corridors by cost, time and CO2e; every number has a source.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=True,
)
network_app = typer.Typer(
    help="The network: what it holds, and the graph the search runs on.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(network_app, name="network")

FormatOption = Annotated[Format, typer.Option("--format", help="Output format.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write to a file instead of stdout.")
]
DataOption = Annotated[
    list[Path] | None,
    typer.Option("--data", help="Folder of tables whose rows replace or extend the shipped ones."),
]


def _positive(value: float) -> float:
    if not value > 0:
        raise typer.BadParameter(f"must be more than zero tonnes, not {value:g}")
    return value


REQUEST_PARAMETERS: Final = {
    "origin": Annotated[str, typer.Argument(help="Place id, name, or lat,lon.")],
    "destination": Annotated[str, typer.Argument(help="Place id, name, or lat,lon.")],
    "cargo": Annotated[str, typer.Option("--cargo", help="Commodity.")],
    "mass_t": Annotated[
        float, typer.Option("--mass-t", help="Mass in tonnes.", callback=_positive)
    ],
    "unit": Annotated[CargoUnit, typer.Option("--unit", help="Cargo unit.")],
    "by": Annotated[By, typer.Option("--by", help="What is best by.")],
    "corridor": Annotated[
        list[str] | None, typer.Option("--corridor", help="Only this corridor; repeatable.")
    ],
    "scenario": Annotated[
        str, typer.Option("--scenario", help="Scenario name, or a .toml file of your own.")
    ],
    "exclude_country": Annotated[
        list[str] | None,
        typer.Option("--exclude-country", help="Country (ISO code) not to pass; repeatable."),
    ],
    "close": Annotated[
        list[str] | None,
        typer.Option("--close", help="Place, border crossing or chokepoint to shut; repeatable."),
    ],
    "year": Annotated[
        int | None, typer.Option("--year", help="Use planned lines that open by this year.")
    ],
    "set_value": Annotated[
        list[str] | None, typer.Option("--set", help="PARAMETER=VALUE; repeatable.")
    ],
    "data": DataOption,
    "quiet": Annotated[bool, typer.Option("--quiet", help="No remarks on stderr.")],
}
REQUEST_DEFAULTS: Final[dict[str, Any]] = {
    "origin": DEFAULT_ORIGIN,
    "destination": DEFAULT_DESTINATION,
    "cargo": DEFAULT_CARGO,
    "mass_t": DEFAULT_MASS_T,
    "unit": CargoUnit.CONTAINER_20,
    "by": By.GENERALISED,
    "scenario": "open",
    "quiet": False,
}


def takes_request(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a request; it receives them as its first argument."""

    @functools.wraps(command)
    def wrapper(**given: Any) -> None:
        stated = {name: given.pop(name) for name in REQUEST_PARAMETERS}
        stated.pop("quiet")
        year = stated.pop("year")
        fields: dict[str, Any] = {
            name: tuple(value or ()) if value is None or isinstance(value, list) else value
            for name, value in stated.items()
        }
        request = Request(year=year, **fields)
        command(request, **given)

    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    front = [own_one for own_one in own if own_one.default is inspect.Parameter.empty]
    back = [own_one for own_one in own if own_one.default is not inspect.Parameter.empty]
    shared = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=REQUEST_DEFAULTS.get(name),
            annotation=annotation,
        )
        for name, annotation in REQUEST_PARAMETERS.items()
    ]
    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (*front, *shared, *back)]
    wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {p.name: p.annotation for p in parameters}
    del wrapper.__wrapped__
    return wrapper


def reports_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Turn what a person can put right into one message and an exit code."""

    @functools.wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except NoItineraryError as error:
            _complain(str(error))
            raise typer.Exit(EXIT_NO_ITINERARY) from None
        except (CorridorsError, DataError) as error:
            _complain(str(error))
            raise typer.Exit(EXIT_DATA) from None
        except OSError as error:
            _complain(f"{error.filename or 'file'}: {error.strerror or error}")
            raise typer.Exit(EXIT_DATA) from None

    return wrapper


def _complain(message: str) -> None:
    clean = "".join(
        c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in message
    )
    sys.stderr.write(f"corridors: {clean}\n")


def emit(text: str, output: Path | None) -> None:
    """Write a result to stdout, or to a file that is replaced only when it is complete."""
    if output is None:
        sys.stdout.write(text)
        return
    write_file(output, text)


def write_file(path: Path, text: str) -> None:
    """Write a text file under a temporary name, then rename it."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        scratch.write_text(text, encoding="utf-8", newline="\n")
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def to_json(value: Any) -> str:
    """Return JSON as every command writes it."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def show(view: RenderableType, output: Path | None) -> None:
    """Print a rich view, without colours when it is not a terminal."""
    from rich.console import Console

    if output is None:
        Console(highlight=False).print(view)
        return
    console = Console(file=open(os.devnull, "w"), record=True, width=140, highlight=False)  # noqa: PTH123, SIM115
    console.print(view)
    write_file(output, console.export_text())


def view_width() -> int:
    """Return the width of the terminal that results are printed on."""
    from rich.console import Console

    return Console().width


@app.command()
@reports_errors
@takes_request
def compare(
    request: Request, output_format: FormatOption = Format.TABLE, output: OutputOption = None
) -> None:
    """Rank every named corridor; what is not possible is listed with its reason.

    Example: corridors compare --mass-t 3000 --by cost --exclude-country IR
    """
    from corridors.text import comparison_view

    comparison = request.planner.compare(request.corridors)
    _emit_comparison(
        request, comparison, output_format, output,
        lambda: comparison_view(comparison, request.data_version, view_width()),
    )  # fmt: skip
    if not comparison.itineraries:
        raise NoItineraryError("no corridor is possible in this scenario")


@app.command()
@reports_errors
@takes_request
def route(
    request: Request,
    via: Annotated[
        list[str] | None,
        typer.Option("--via", help="Place to pass, or PLACE@mode; repeatable, in order."),
    ] = None,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Find the best itinerary of all, through the given places in order.

    Example: corridors route INVTZ Almaty-1 --via IRSRP --by time
    """
    from corridors.finding import find_place
    from corridors.named import Gate, Stage
    from corridors.text import ledger_view

    stages = []
    for text in via or ():
        name, _, mode = text.partition("@")
        if mode and mode not in set(Mode):
            raise CorridorsError(f"--via {text}: {mode!r} is no mode; there are {', '.join(Mode)}")
        gate = Gate(find_place(name, request.world).place_id, Mode(mode) if mode else None)
        stages.append(Stage((gate,)))
    comparison = request.planner.route(stages)
    _emit_comparison(
        request, comparison, output_format, output,
        lambda: ledger_view(comparison.itineraries[0], view_width(), brief=True),
    )  # fmt: skip


@app.command()
@reports_errors
@takes_request
def explain(
    request: Request,
    name: Annotated[str, typer.Argument(metavar="CORRIDOR", help="Corridor id.")],
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Show the ledger of one corridor: every amount as quantity x parameter, with source.

    Example: corridors explain instc-east-sarakhs
    """
    from corridors.named import load_corridors, pick
    from corridors.text import ledger_view

    chosen = pick(load_corridors(request.world, *request.data), [name])
    comparison = request.planner.compare(chosen)
    if not comparison.itineraries:
        raise NoItineraryError(f"{name}: {comparison.not_possible[0].reason}")
    _emit_comparison(
        request, comparison, output_format, output,
        lambda: ledger_view(comparison.itineraries[0], view_width()),
    )  # fmt: skip


def _emit_comparison(
    request: Request,
    comparison: Any,
    output_format: Format,
    output: Path | None,
    view: Callable[[], RenderableType],
) -> None:
    from corridors import report
    from corridors.text import to_csv, to_markdown

    match output_format:
        case Format.TABLE:
            show(view(), output)
        case Format.JSON:
            emit(to_json(report.document(comparison, request.data_version)), output)
        case Format.CSV:
            emit(to_csv(report.comparison_rows(comparison), report.COLUMNS), output)
        case Format.MARKDOWN:
            emit(to_markdown(report.comparison_rows(comparison), report.COLUMNS), output)
        case Format.GEOJSON:
            from corridors.compiled import load_paths
            from corridors.geometry import draw

            paths = load_paths()
            drawn = {i.corridor_id: draw(i.legs, paths) for i in comparison.itineraries}
            spots = request.planner.graph.coordinates
            emit(to_json(report.features(comparison, drawn, spots)), output)


@app.command(name="map")
@reports_errors
@takes_request
def map_command(
    request: Request,
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.")],
    online: Annotated[
        bool, typer.Option("--online", help="Add OpenStreetMap tiles as a layer.")
    ] = False,
) -> None:
    """Write the comparison as one interactive HTML page that opens anywhere, also offline.

    Example: corridors map -o corridors.html
    """
    from corridors.page import page_data
    from maps import write_map

    comparison = request.planner.compare(request.corridors)
    if not comparison.itineraries:
        raise NoItineraryError("no corridor is possible in this scenario; there is nothing to draw")
    data = page_data(
        comparison, request.world, request.planner.graph.coordinates, request.data_version
    )
    write_map(data, output, online=online)


@app.command()
@reports_errors
def distance(
    start: Annotated[str, typer.Argument(metavar="FROM", help="Place id, name, or lat,lon.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="Place id, name, or lat,lon.")],
    mode: Annotated[Mode, typer.Option("--mode", help="rail, road, sea or air.")],
    via: Annotated[
        list[str] | None, typer.Option("--via", help="Place to pass; repeatable.")
    ] = None,
    close: Annotated[
        list[str] | None, typer.Option("--close", help="Chokepoint not to pass; repeatable.")
    ] = None,
    planned: Annotated[
        bool, typer.Option("--planned", help="Use lines under construction and planned ones.")
    ] = False,
    limit_km: Annotated[
        float | None, typer.Option("--limit-km", help="How far a point may be from the network.")
    ] = None,
    data: DataOption = None,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Measure length and line between two points by one mode.

    Example: corridors distance IRSRP "Tashkent" --mode rail --via IRSAR
    """
    from corridors import distances
    from geodata.world import load_world

    if mode is Mode.FERRY:
        raise CorridorsError("ferries run on the lanes of the sea: use --mode sea")
    world = load_world(*(data or ()))
    measured = distances.measure_between(
        [start, *(via or ()), end],
        mode,
        world,
        avoid=close or (),
        planned=planned,
        limit_km=limit_km,
    )
    match output_format:
        case Format.JSON:
            emit(to_json(distances.document(measured)), output)
        case Format.GEOJSON:
            emit(to_json(distances.feature(measured)), output)
        case Format.CSV | Format.MARKDOWN:
            from corridors.text import to_csv, to_markdown

            write = to_csv if output_format is Format.CSV else to_markdown
            emit(write([distances.row(measured)], list(distances.row(measured))), output)
        case Format.TABLE:
            emit(distances.sentence(measured), output)


@app.command()
@reports_errors
def places(
    text: Annotated[str, typer.Argument(help="Part of an id, name or alias; or a country.")] = "",
    data: DataOption = None,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """List places: ports, terminals, border crossing points, plants, cities, airports.

    Example: corridors places Sarakhs
    """
    from corridors import listings
    from geodata.world import load_world

    _emit_rows(listings.place_rows(load_world(*(data or ())), text), output_format, output)


@app.command()
@reports_errors
def parameters(
    text: Annotated[str, typer.Argument(help="Part of a key, unit or source.")] = "",
    scenario: Annotated[
        str, typer.Option("--scenario", help="Values as in this scenario.")
    ] = "open",
    data: DataOption = None,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """List parameters with range, unit, year, source and grade.

    Example: corridors parameters tariff.rail.KZ
    """
    from corridors import listings

    request = Request(scenario=scenario, data=tuple(data or ()))
    rows = listings.parameter_rows(request.resolved_scenario.parameters(request.world), text)
    _emit_rows(rows, output_format, output, narrow=listings.PARAMETER_COLUMNS)


@app.command()
@reports_errors
def scenarios(
    data: DataOption = None, output_format: FormatOption = Format.TABLE, output: OutputOption = None
) -> None:
    """List scenarios with their date and what they change."""
    from corridors import listings

    request = Request(data=tuple(data or ()))
    rows = listings.scenario_rows(request.world, request.data)
    _emit_rows(rows, output_format, output, narrow=listings.SCENARIO_COLUMNS)


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
    _emit_rows(rows, output_format, output, narrow=listings.SOURCE_COLUMNS)


@network_app.command("info")
@reports_errors
def network_info(output_format: FormatOption = Format.TABLE, output: OutputOption = None) -> None:
    """Say what the shipped network holds, where it is from and under which licences."""
    from corridors import listings
    from geodata.network import network_facts

    if output_format is Format.JSON:
        emit(to_json(network_facts()), output)
    else:
        _emit_rows(listings.network_rows(network_facts()), output_format, output)


@network_app.command("graph")
@reports_errors
@takes_request
def network_graph(
    request: Request, output_format: FormatOption = Format.JSON, output: OutputOption = None
) -> None:
    """Export the corridor graph of a request with the very integers that the search runs on."""
    from corridors import report

    planner = request.planner
    graph = report.graph_document(planner.graph, planner.pricing, planner.ends())
    if output_format is Format.JSON:
        emit(to_json(graph), output)
        return
    if output_format is Format.GEOJSON:
        from corridors.public_graph import graph_features

        emit(to_json(graph_features(planner.graph, planner.pricing)), output)
        return
    _emit_rows(graph["arcs"], output_format, output)


@network_app.command("export")
@reports_errors
def network_export(
    layer: Annotated[str, typer.Argument(help="rail, road, sea, air or places.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File ending in .gpkg, .geojson, .fgb, .parquet.")
    ],
) -> None:
    """Write one layer of the detailed network as a GIS file.

    Example: corridors network export rail -o rail.gpkg
    """
    from geodata.export import network_layer, places_layer, write_layer
    from geodata.world import load_world

    layers = ("rail", "road", "sea", "air", "places")
    if layer not in layers:
        raise CorridorsError(f"no layer {layer!r}; there are {', '.join(layers)}")
    frame = places_layer(load_world()) if layer == "places" else network_layer(Mode(layer))
    write_layer(frame, output)


def _emit_rows(
    rows: Sequence[dict[str, Any]],
    output_format: Format,
    output: Path | None,
    narrow: Sequence[str] = (),
) -> None:
    """Write listings; the terminal table shows the `narrow` columns, files show all."""
    from corridors.text import table_view, to_csv, to_markdown

    columns = list(rows[0]) if rows else list(narrow)
    match output_format:
        case Format.JSON:
            emit(to_json(list(rows)), output)
        case Format.CSV:
            emit(to_csv(rows, columns), output)
        case Format.MARKDOWN:
            emit(to_markdown(rows, columns), output)
        case Format.GEOJSON:
            from corridors.listings import point_features

            emit(to_json(point_features(rows)), output)
        case Format.TABLE:
            if rows:
                show(table_view(rows, narrow or columns), output)
    if not rows:
        _complain("nothing matches")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        app(args=None if argv is None else list(argv), prog_name="corridors")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0 if stop.code is None else EXIT_DATA
    return 0
