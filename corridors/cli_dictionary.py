"""The command that says what the tables hold: columns, types, units and meanings."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from corridors.cli_options import FormatOption, OutputOption, reports_errors
from corridors.output import Format, emit, emit_rows

app = typer.Typer()
_NARROW: Final = ("table", "column", "type", "unit", "meaning")


@app.command()
@reports_errors
def tables(
    text: Annotated[str, typer.Argument(help="Part of the name of a table or column.")] = "",
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """List the tables' columns: type, unit, meaning. As markdown: the data dictionary.

    Example: corridors tables transshipments
    """
    from corridors import dictionary

    found, words = dictionary.tables(), dictionary.load_words()
    if output_format is Format.MARKDOWN and not text:
        emit(dictionary.dictionary_text(found, words), output)
        return
    rows = dictionary.dictionary_rows(found, words, text)
    emit_rows(rows, output_format, output, narrow=_NARROW)
