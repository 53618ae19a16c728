"""The network: what it holds, what a file would add to it, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from corridors.cli_options import (
    EXIT_DATA,
    DataOption,
    FormatOption,
    JoinOption,
    OutputOption,
    QuietOption,
    reports_errors,
    takes_request,
)
from corridors.errors import CorridorsError
from corridors.output import Format, doing, emit, emit_rows, show, to_json
from corridors.request import Request
from geodata.vocabulary import Mode, Status

GRAPHML: Final = ".graphml"

app = typer.Typer(
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
    checks are made of it. Ends with 1 if anything is wrong on the network itself, or if mistakes
    keep a file out; they are listed all at once.

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


def _check_files(
    request: Request, files: list[Path], most: int, output_format: Format, output: Path | None
) -> None:
    """Write what files would add, and what the checks find about that."""
    from rich.console import Group

    from corridors.additions import check_document, check_view, joined_rows
    from corridors.checking import checks_document, checks_view
    from geodata.checks.run import added_checks

    checks = added_checks(request.tables, request.attached)
    match output_format:
        case Format.TABLE:
            added = check_view(request.attached, files)
            show(Group(added, checks_view(checks, most)) if checks else added, output)
        case Format.JSON:
            further = checks_document(checks, request.attached.network.version)
            emit(to_json({**further, **check_document(request.attached, files)}), output)
        case _:
            emit_rows(joined_rows(request.attached), output_format, output)


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
    """Say what the shipped network holds, where it is from and under which licences."""
    from corridors import listings
    from geodata.network import network_facts

    if output_format is Format.JSON:
        emit(to_json(network_facts()), output)
    else:
        emit_rows(listings.network_rows(network_facts()), output_format, output)


@app.command("export")
@reports_errors
def network_export(
    layer: Annotated[str, typer.Argument(help="rail, road, sea, air or places.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="File ending in .gpkg, .geojson, .fgb, .parquet or .graphml."
        ),
    ],
) -> None:
    """Write one layer of the detailed network as a GIS file, or as a graph that OSMnx reads.

    Example: corridors network export rail -o rail.gpkg
    """
    from geodata.export import network_layer, places_layer, write_layer
    from geodata.world import load_world

    layers = ("rail", "road", "sea", "air", "places")
    if layer not in layers:
        raise CorridorsError(f"no layer {layer!r}; there are {', '.join(layers)}")
    if output.suffix.lower() == GRAPHML:
        from corridors.public_graph import network_to_networkx, write_graphml
        from geodata.network import Network

        if layer == "places":
            raise CorridorsError("places are points and no graph: end the name in .gpkg")
        write_graphml(network_to_networkx(Network(), Mode(layer), statuses=tuple(Status)), output)
        return
    frame = places_layer(load_world()) if layer == "places" else network_layer(Mode(layer))
    write_layer(frame, output)


@app.command("graph")
@reports_errors
@takes_request(without=["corridor", "by"])
def network_graph(
    request: Request, output_format: FormatOption = Format.JSON, output: OutputOption = None
) -> None:
    """Export the corridor graph of a request with the very integers that the search runs on.

    With -o FILE.graphml, as a graph that OSMnx and networkx read.
    """
    from corridors import report

    planner = request.planner
    if output is not None and output.suffix.lower() == GRAPHML:
        from corridors.public_graph import to_networkx, write_graphml

        write_graphml(to_networkx(planner.graph, planner.pricing), output)
        return
    graph = report.graph_document(planner.graph, planner.pricing, planner.ends())
    if output_format is Format.JSON:
        emit(to_json(graph), output)
        return
    if output_format is Format.GEOJSON:
        from corridors.public_graph import graph_features

        emit(to_json(graph_features(planner.graph, planner.pricing)), output)
        return
    emit_rows(graph["arcs"], output_format, output)
