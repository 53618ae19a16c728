"""`corridors matrix`: distances by one mode, or totals of best itineraries, between two sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from corridors.cli_options import OutputOption, QuietOption, reports_errors, takes_request
from corridors.cli_results import ResultFormatOption, format_of
from corridors.output import Format, complain, emit, emit_rows, progress, to_json
from corridors.request import Request
from geodata.vocabulary import Mode

if TYPE_CHECKING:
    from geodata.exporting.layer import About, Layer

app = typer.Typer()

_SET: Final = "Place, lat,lon, or a file of them (CSV, GeoJSON, ..., .txt); repeatable."


@app.command()
@reports_errors
@takes_request(without=["origin", "destination", "corridor", "quiet"])
def matrix(
    request: Request,
    origins: Annotated[list[str], typer.Option("--from", help=_SET)],
    destinations: Annotated[
        list[str] | None, typer.Option("--to", help="The same; as --from if not given.")
    ] = None,
    mode: Annotated[
        Mode | None,
        typer.Option("--mode", help="Lengths by rail, road, sea or air, not itineraries."),
    ] = None,
    planned: Annotated[
        bool, typer.Option("--planned", help="With --mode: use lines that are not yet open.")
    ] = False,
    limit_km: Annotated[
        float | None,
        typer.Option("--limit-km", help="With --mode: how far a point may be from the network."),
    ] = None,
    output_format: ResultFormatOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Measure between all pairs of two sets: cost, time and CO2e of the best, or length by a mode.

    A pair that nothing leads between is a row too, with the reason. With --mode cargo, scenario and
    prices do not matter; --close takes chokepoints.
    Exit code: 0 also with pairs that nothing leads between.

    Example: corridors matrix --from suppliers.csv --to KZUKT -o matrix.parquet
    """
    from corridors import matrix as core
    from corridors.distances import check_limit, measurer_of
    from corridors.point_sets import read_points

    chosen = format_of(output_format, output)
    world = request.world
    starts = read_points(origins, world, "--from")
    goals = read_points(destinations, world, "--to") if destinations else starts
    core.check_size(starts, goals)
    if mode is None:
        if planned or limit_km is not None:
            raise typer.BadParameter(
                "--planned and --limit-km go with --mode; for itineraries use --year and --snap-km"
            )
        found = core.itinerary_rows(starts, goals, request.finder, request.planner)
        rows = [
            row
            for _ in progress(starts, "origins", quiet=quiet)
            for row in islice(found, len(goals))
        ]
        columns = core.ITINERARIES
    else:
        check_limit(limit_km)
        rows = core.distance_rows(
            starts, goals, mode,
            lambda: measurer_of(
                mode, world, request.network, avoid=request.close, planned=planned
            ),
            limit_km,
        )  # fmt: skip
        columns = core.DISTANCES
    missing = sum(bool(row["reason"]) for row in rows)
    if missing and not quiet:
        complain(f"{missing} of {len(rows)} pairs have no value; the column `reason` says why")
    _emit(request, rows, columns, mode, chosen, output)


def _emit(
    request: Request,
    rows: Sequence[dict[str, Any]],
    columns: Mapping[str, type],
    mode: Mode | None,
    chosen: Format | None,
    output: Path | None,
) -> None:
    from corridors.matrix import shown_rows

    match chosen:
        case Format.JSON:
            from corridors.report import SCHEMA_VERSION

            head = {"schema_version": SCHEMA_VERSION, **_about(request, mode)}
            emit(to_json({**head, "pairs": rows}), output)
        case Format.GEOJSON:
            from geodata.exporting.geojson import geojson_text
            from geodata.exporting.layer import rounded

            layer, about = _drawn(request, rows, columns, mode)
            emit("".join(geojson_text([rounded(layer)], about.members)), output)
        case None:
            from geodata.exporting.writing import write_layers

            assert output is not None
            layer, about = _drawn(request, rows, columns, mode)
            write_layers(output, [layer], about)
        case Format.TABLE:
            emit_rows(shown_rows(rows), Format.TABLE, output)
        case text:
            emit_rows(rows, text, output)


def _drawn(
    request: Request, rows: Sequence[dict[str, Any]], columns: Mapping[str, type], mode: Mode | None
) -> tuple[Layer, About]:
    from corridors.gis import LICENCE
    from corridors.matrix import about_matrix, matrix_layer

    said = "; ".join(f"{name}: {value}" for name, value in _about(request, mode).items())
    notices = request.network.facts["attribution"]
    about = about_matrix(said, request.data_version, LICENCE, notices)
    return matrix_layer(rows, columns), about


def _about(request: Request, mode: Mode | None) -> dict[str, Any]:
    """Return what was asked, beside the two sets."""
    if mode is not None:
        return {"data_version": request.data_version, "mode": mode.value}
    goods = request.planner.consignment
    return {
        "data_version": request.data_version,
        "scenario": request.resolved_scenario.scenario_id,
        "commodity": goods.commodity,
        "mass_t": goods.mass_t,
        "unit": goods.unit.value,
        "by": request.by.value,
    }
