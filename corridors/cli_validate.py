"""The command that holds the model against published figures."""

from __future__ import annotations

import typer

from corridors.cli_options import (
    DataOption,
    FormatOption,
    OutputOption,
    QuietOption,
    reports_errors,
)
from corridors.output import (
    Format,
    emit,
    emit_rows,
    progress,
    refuse_geojson,
    show,
    to_json,
    view_width,
)
from corridors.request import Request

app = typer.Typer()


@app.command()
@reports_errors
def validate(
    data: DataOption = None,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Compare the model with published distances, times and costs; a miss stays a miss.

    Exit code: 0 also with misses, which are a result.

    Example: corridors validate --format csv -o validation.csv
    """
    from corridors.validation import Judge, load_benchmarks
    from corridors.validation_report import (
        validation_document,
        validation_rows,
        validation_view,
    )

    refuse_geojson(output_format, "validate has no geometry")
    request = Request(data=tuple(data or ()))
    judge = Judge(request.world, request.compiled)
    rows = load_benchmarks()
    results = [judge.judge(row) for row in progress(rows, "measuring", quiet=quiet)]
    said = (judge.scenario, request.world.selector_names, request.data_version)
    match output_format:
        case Format.TABLE:
            show(validation_view(results, *said, view_width(output)), output)
        case Format.JSON:
            emit(to_json(validation_document(results, *said)), output)
        case _:
            emit_rows(validation_rows(results), output_format, output)
