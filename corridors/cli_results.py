"""How the commands write itineraries: as text in a format, or as a file that GIS programs read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from corridors.output import BINARY_ENDINGS, Format, emit, emit_rows, show, to_json

if TYPE_CHECKING:
    from rich.console import RenderableType

    from corridors.planner import Comparison
    from corridors.request import Request
    from geodata.exporting.layer import About, Layer

_TOLD: Final = (
    "Output format; if not given, the ending of -o decides, which may also be .gpkg, .parquet, .fgb"
)
ResultFormatOption = Annotated[Format | None, typer.Option("--format", help=_TOLD)]

_BY_ENDING: Final[Mapping[str, tuple[Format, ...]]] = {
    ".geojson": (Format.GEOJSON,),
    ".json": (Format.JSON, Format.GEOJSON),
    ".csv": (Format.CSV, Format.CSV_SEMICOLON),
    ".md": (Format.MARKDOWN,),
    **dict.fromkeys(BINARY_ENDINGS, ()),
}
"""The formats that a file of an ending may be in, first the one it is in if none is stated."""


def format_of(stated: Format | None, output: Path | None) -> Format | None:
    """Return the format of a result: None for a binary file, whose ending says which.

    Raises
    ------
    typer.BadParameter
        If the format stated and the ending of the file disagree.
    """
    ending = output.suffix.lower() if output is not None else ""
    if ending not in _BY_ENDING:
        return stated or Format.TABLE
    fitting = _BY_ENDING[ending]
    if stated is None:
        return fitting[0] if fitting else None
    if stated not in fitting:
        raise typer.BadParameter(
            f"--format {stated.value} does not go with {output}; leave --format out, or "
            "give the file another ending"
        )
    return stated


def emit_comparison(
    request: Request,
    comparison: Comparison,
    output_format: Format | None,
    output: Path | None,
    view: Callable[[], RenderableType],
    rows: Sequence[Mapping[str, Any]],
    further: Mapping[str, Any] | None = None,
) -> None:
    """Write itineraries: `view` as table, `rows` as CSV or Markdown, all as JSON or for GIS.

    Parameters
    ----------
    further
        More fields of the JSON document.
    """
    from corridors import report

    match format_of(output_format, output):
        case Format.TABLE:
            show(view(), output)
        case Format.JSON:
            result = report.document(comparison, request.data_version)
            emit(to_json({**result, **(further or {})}), output)
        case Format.CSV | Format.CSV_SEMICOLON | Format.MARKDOWN as chosen:
            emit_rows(rows, chosen, output)
        case Format.GEOJSON:
            emit(_geojson(request, comparison), output)
        case None:
            from corridors.gis import apart
            from geodata.exporting.writing import HOLD_LAYERS, ending_of, write_layers
            from maps.qgis import itinerary_styles

            assert output is not None
            layer, about = _drawn(request, comparison)
            layers = apart(layer) if ending_of(output) in HOLD_LAYERS else [layer]
            write_layers(output, layers, about, itinerary_styles())


def _drawn(request: Request, comparison: Comparison) -> tuple[Layer, About]:
    from corridors.geometry import draw
    from corridors.gis import about_itineraries, itinerary_layer

    drawn = [draw(one.legs, request.paths, request.network) for one in comparison.itineraries]
    notices = request.network.facts["attribution"]
    return (
        itinerary_layer(comparison, drawn, request.planner.graph.coordinates),
        about_itineraries(comparison, request.data_version, notices),
    )


def _geojson(request: Request, comparison: Comparison) -> str:
    from corridors import report
    from geodata.exporting.geojson import geojson_text
    from geodata.exporting.layer import rounded
    from maps.qgis import leg_look

    layer, about = _drawn(request, comparison)
    members = {
        **about.members,
        "scenario": report.scenario_entry(comparison.scenario),
        **report.evidence_entry(comparison.itineraries, comparison.names),
    }
    return "".join(geojson_text([rounded(layer)], members, leg_look))
