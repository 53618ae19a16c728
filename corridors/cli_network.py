"""The network: what it holds, what a file would add to it, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from corridors import cli_completion as completion
from corridors.cli_help import Commands
from corridors.cli_options import (
    EXIT_DATA,
    DataOption,
    FormatOption,
    JoinOption,
    OutputOption,
    QuietOption,
    WithOption,
    reports_errors,
    takes_request,
)
from corridors.errors import CorridorsError
from corridors.output import Format, complain, doing, emit, emit_rows, show, to_json
from corridors.request import Request
from geodata.collector import undisturbed
from geodata.files import check_target
from geodata.vocabulary import Mode, Status

GRAPHML: Final = ".graphml"

app = typer.Typer(
    cls=Commands,
    help="The network: what it holds, what a file would add to it, and its files.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("check")
@reports_errors
def network_check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="GeoJSON, GeoPackage, ...; none: the network."),
    ] = None,
    join_km: JoinOption = Request.join_km,
    most: Annotated[
        int, typer.Option("--most", min=0, help="Findings of each check that a table shows.")
    ] = 10,
    data: DataOption = None,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Prove the network right, or say what files would add to it and what is wrong with that.

    Without files the shipped network and its corridors are checked. With files nothing is changed:
    what they would add is listed with what it is joined to and how far it was moved, and the same
    checks are made of it. Ends with 1 if anything is wrong on the network itself or with what the
    files add (--with would take it all the same), or if mistakes keep a file out; they are listed
    all at once.

    Examples: corridors network check; corridors network check mine.geojson
    """
    from corridors import checking

    request = Request(data=tuple(data or ()), with_files=tuple(files or ()), join_km=join_km)
    if files:
        _check_files(request, files, most, output_format, output)
    else:
        with doing("checking", quiet=quiet) as say:
            checks = checking.check_network(request, say)
        match output_format:
            case Format.TABLE:
                show(checking.checks_view(checks, most), output)
            case Format.JSON:
                version = request.network.version
                emit(to_json(checking.checks_document(checks, version)), output)
            case _:
                emit_rows(checking.finding_rows(checks), output_format, output, quiet=quiet)
        if checking.any_wrong(checks):
            raise typer.Exit(EXIT_DATA)


@undisturbed
def _check_files(
    request: Request, files: list[Path], most: int, output_format: Format, output: Path | None
) -> None:
    """Write what files would add, and what the checks find about that."""
    from rich.console import Group

    from corridors.additions import check_document, check_view, joined_rows
    from corridors.checking import checks_document, checks_view
    from geodata.checks.run import added_checks

    checks = added_checks(request.tables, request.attached)
    wrong = sum(len(check.wrong) for check in checks)
    match output_format:
        case Format.TABLE:
            added = check_view(request.attached, files, wrong)
            show(Group(added, checks_view(checks, most)) if checks else added, output)
        case Format.JSON:
            further = checks_document(checks, request.attached.network.version)
            emit(to_json({**further, **check_document(request.attached, files)}), output)
        case _:
            emit_rows(joined_rows(request.attached), output_format, output)
            if wrong:
                complain(f"the checks find {wrong} wrong; --format table and json say what")
    if wrong:
        raise typer.Exit(EXIT_DATA)


@app.command("schema")
@reports_errors
def network_schema(output: OutputOption = None) -> None:
    """Print the JSON Schema of the GeoJSON that --with and network check read.

    Example: corridors network schema -o schema.json
    """
    from geodata.importing.schema import property_schema

    emit(to_json(property_schema()), output)


@app.command("info")
@reports_errors
def network_info(output_format: FormatOption = Format.TABLE, output: OutputOption = None) -> None:
    """Say what the shipped network holds; as JSON, also where it is from and its licences.

    Example: corridors network info --format json
    """
    from corridors import listings
    from geodata.network import network_facts

    if output_format is Format.JSON:
        emit(to_json(network_facts()), output)
    else:
        emit_rows(listings.network_rows(network_facts()), output_format, output)


@app.command("export")
@reports_errors
def network_export(
    layers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LAYER", help="rail, road, sea, air, places, crossings; ferry for your own."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="File ending in .gpkg, .geojson, .parquet, .fgb or .graphml."
        ),
    ] = None,
    country: Annotated[
        list[str] | None,
        typer.Option(
            "--country",
            help="Only what lies in this country (ISO code); repeatable.",
            autocompletion=completion.COUNTRIES,
        ),
    ] = None,
    bbox: Annotated[
        str | None,
        typer.Option("--bbox", help="W,S,E,N in degrees: only what lies at least partly in it."),
    ] = None,
    data: DataOption = None,
    with_files: WithOption = None,
    join_km: JoinOption = Request.join_km,
) -> None:
    """Write the network as a file for GIS programs; a GeoPackage holds every layer, with styles.

    What nobody changed in it says nothing new to --with; a changed line takes the place of its own.

    Example: corridors network export rail places -o rail.gpkg --country IR
    """
    from geodata.exporting.layer import box_of, in_box, in_countries
    from geodata.exporting.network_layers import (
        FERRIES,
        LAYERS,
        about_network,
        ferries_layer,
        network_layer,
    )
    from geodata.exporting.writing import HOLD_LAYERS, ending_of, write_layers
    from maps.qgis import network_styles

    if output is None:
        raise typer.BadParameter("name the file to write", param_hint="--output")
    check_target(output)
    known_layers = (*LAYERS, FERRIES)
    unknown = [name for name in layers or () if name not in known_layers]
    if unknown:
        there_are = ", ".join(known_layers)
        raise typer.BadParameter(f"no layer {', '.join(unknown)}; there are {there_are}")
    if not layers and ending_of(output) not in HOLD_LAYERS:
        raise typer.BadParameter(
            f"{output} holds one table: name the layers that go into it, or end it in .gpkg"
        )
    try:
        box = None if bbox is None else box_of(bbox)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--bbox") from None
    request = Request(data=tuple(data or ()), with_files=tuple(with_files or ()), join_km=join_km)
    chosen = [name for name in LAYERS if not layers or name in layers]
    wanted = [code.upper() for code in country or ()]
    if output.suffix.lower() == GRAPHML:
        _write_graph(request, chosen, output, wanted, box)
        return
    known = {place.country for place in request.world.places.values()}
    if strange := [code for code in wanted if code not in known]:
        raise CorridorsError(
            f"--country {', '.join(strange)}: no place of the network lies there; a country is its "
            "ISO 3166-1 alpha-2 code, as in IR or KZ"
        )
    whole = [network_layer(name, request.network, request.world) for name in chosen]
    ferries = request.ferry_lines
    if FERRIES in (layers or ()) and not ferries:
        raise CorridorsError("no ferry has a line of its own here; --with FILE may bring some")
    if ferries and (not layers or FERRIES in layers):
        whole.append(ferries_layer(request.network, ferries))
    found = [in_box(in_countries(layer, wanted), box) for layer in whole]
    empty = [layer.name for layer in found if not len(layer)]
    if len(empty) == len(found):
        raise CorridorsError(
            "nothing of the network lies there; choose another --country or --bbox (sea and air "
            "lines belong to no country)"
        )
    if empty:
        complain(f"nothing of {', '.join(empty)} lies there")
    write_layers(output, found, about_network(request.network), network_styles())


def _write_graph(
    request: Request,
    layers: list[str],
    output: Path,
    countries: list[str],
    box: tuple[float, float, float, float] | None,
) -> None:
    """Write one mode's lines as a graph that OSMnx and networkx read."""
    from corridors.public_graph import network_to_networkx, write_graphml
    from geodata.exporting.network_layers import MODES

    if len(layers) != 1 or layers[0] not in MODES or len(countries) > 1:
        raise typer.BadParameter(
            "a graph holds one mode, of one country at most: name rail, road, sea or air"
        )
    graph = network_to_networkx(
        request.network, Mode(layers[0]), box=box,
        country=countries[0] if countries else "", statuses=tuple(Status),
    )  # fmt: skip
    write_graphml(graph, output)


@app.command("graph")
@reports_errors
@takes_request(without=["corridor", "by"])
def network_graph(
    request: Request, output_format: FormatOption = Format.JSON, output: OutputOption = None
) -> None:
    """Export the corridor graph of a request with the very integers that the search runs on.

    With -o FILE.graphml, as a graph that OSMnx and networkx read.

    Example: corridors network graph --unit bulk -o graph.graphml
    """
    from corridors import report

    planner = request.planner
    if output is not None and output.suffix.lower() == GRAPHML:
        from corridors.public_graph import to_networkx, write_graphml

        write_graphml(to_networkx(planner.graph, planner.pricing), output)
        return
    if output_format is Format.GEOJSON:
        from corridors.public_graph import graph_features

        emit(to_json(graph_features(planner.graph, planner.pricing)), output)
        return
    graph = report.graph_document(planner.graph, planner.pricing, planner.ends())
    if output_format is Format.JSON:
        emit(to_json(graph), output)
    else:
        emit_rows(graph["arcs"], output_format, output)
