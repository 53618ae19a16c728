"""The command that says what is installed and whether it is whole."""

from __future__ import annotations

import typer

from corridors.cli_options import EXIT_DATA, FormatOption, OutputOption, QuietOption, reports_errors
from corridors.output import Format, doing, emit, emit_rows, refuse_geojson, show, to_json

app = typer.Typer()


@app.command()
@reports_errors
def doctor(
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Say what is installed here, with versions, age and licences of the data, and what is broken.

    Every package is imported and every table read. Exit code: 1 if anything is broken, else 0,
    also where an optional part is absent.

    Example: corridors doctor --format json
    """
    from dataclasses import asdict
    from datetime import UTC, datetime

    from corridors import doctor as core

    refuse_geojson(output_format)
    with doing("looking", quiet=quiet):
        findings = core.examine(datetime.now(UTC).date())
    match output_format:
        case Format.TABLE:
            from corridors.doctor_view import findings_view

            show(findings_view(findings), output)
        case Format.JSON:
            emit(to_json(core.document(findings)), output)
        case _:
            emit_rows([asdict(one) for one in findings], output_format, output)
    if core.is_broken(findings):
        raise typer.Exit(EXIT_DATA)
