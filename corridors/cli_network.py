"""The network: what it holds, what a file would add to it, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridors.cli_options import (
    DataOption,
    FormatOption,
    JoinOption,
    OutputOption,
    WithOption,
    reports_errors,
    takes_request,
)
from corridors.errors import CorridorsError
from corridors.output import Format, complain, emit, emit_rows, show, to_json
from corridors.request import Request

app = typer.Typer(
    help="The network: what it holds, what a file would add to it, and its files.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("check")
@reports_errors
def network_check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="GeoJSON, GeoPackage, ...")
    ],
    join_km: JoinOption = Request.join_km,
    data: DataOption = None,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Say what files of lines and places would add, what to, and how far each was moved.

    Nothing is changed. All mistakes of all files are listed at once.

    Example: corridors network check mine.geojson
    """
    from corridors.additions import check_document, check_view, joined_rows

    request = Request(data=tuple(data or ()), with_files=tuple(files), join_km=join_km)
    match output_format:
        case Format.TABLE:
            show(check_view(request.attached, files), output)
        case Format.JSON:
            emit(to_json(check_document(request.attached, files)), output)
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
    layers: Annotated[
        list[str] | None,
        typer.Argument(metavar="LAYER", help="rail, road, sea, air, places, crossings."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File ending in .gpkg, .geojson, .parquet or .fgb."),
    ] = None,
    country: Annotated[
        list[str] | None,
        typer.Option("--country", help="Only what lies in this country (ISO code); repeatable."),
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
    from geodata.exporting.network_layers import LAYERS, about_network, network_layer
    from geodata.exporting.writing import HOLD_LAYERS, ending_of, write_layers
    from maps.qgis import network_styles

    if output is None:
        raise typer.BadParameter("name the file to write", param_hint="--output")
    unknown = [name for name in layers or () if name not in LAYERS]
    if unknown:
        raise typer.BadParameter(f"no layer {', '.join(unknown)}; there are {', '.join(LAYERS)}")
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
    known = {place.country for place in request.world.places.values()}
    if strange := [code for code in wanted if code not in known]:
        raise CorridorsError(f"--country {', '.join(strange)}: no place of the network lies there")
    found = [
        in_box(in_countries(network_layer(name, request.network, request.world), wanted), box)
        for name in chosen
    ]
    empty = [layer.name for layer in found if not len(layer)]
    if len(empty) == len(found):
        raise CorridorsError(
            "nothing of the network lies there; choose another --country or --bbox (sea and air "
            "lines belong to no country)"
        )
    if empty:
        complain(f"nothing of {', '.join(empty)} lies there")
    write_layers(output, found, about_network(request.network), network_styles())


@app.command("graph")
@reports_errors
@takes_request(without=["corridor", "by"])
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
    emit_rows(graph["arcs"], output_format, output)
