"""What commands print and write: results on stdout or in a file, everything else on stderr."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from corridors.errors import CorridorsError
from geodata.files import write_text_whole

if TYPE_CHECKING:
    from rich.console import RenderableType

Item = TypeVar("Item")

FILE_WIDTH: Final = 140
"""Columns of a table that is written to a file."""

BINARY_ENDINGS: Final = (".gpkg", ".parquet", ".fgb")
"""Files of GIS programs: no text belongs into them."""

MAP_ENDINGS: Final = (".shp", ".kml", ".kmz", ".gpx", ".gdb", ".tab", ".mif")
"""Files of GIS programs that no command writes."""
FOREIGN_ENDINGS: Final = (".xlsx", ".xls", ".ods", ".docx", ".odt", ".pdf", ".zip")
"""Files that people ask for and no command writes: text under such a name would not open."""

PAGE_ENDINGS: Final = (".html", ".htm")
"""Files that only `corridors map` writes."""

PATIENCE_S: Final = 1.0
"""What takes longer shows how far it is."""


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    CSV_SEMICOLON = "csv-semicolon"
    MARKDOWN = "markdown"
    GEOJSON = "geojson"


def refuse_geojson(output_format: Format, why: str = "there is nothing to draw here") -> None:
    """Raise `CorridorsError` if a result without places is asked for as GeoJSON."""
    if output_format is Format.GEOJSON:
        raise CorridorsError(f"{why}: use table, json, csv or markdown")


def complain(message: str) -> None:
    """Write a message to stderr, as text whatever is in it."""
    clean = (c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in message)
    sys.stderr.write(f"corridors: {''.join(clean)}\n")


def progress(items: Sequence[Item], what: str, *, quiet: bool) -> Iterator[Item]:
    """Yield items; on a terminal, a bar on stderr shows the work once it takes a second."""
    if quiet or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress

    started = time.monotonic()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=len(items), visible=False)
        for item in items:
            yield item
            bar.update(task, advance=1, visible=time.monotonic() - started > PATIENCE_S)


@contextmanager
def doing(what: str, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Give a function that says what is done next; on a terminal it shows beside a spinner."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        yield lambda part: status.update(f"{what}: {part}")


def emit(text: str, output: Path | None) -> None:
    """Write a result to stdout, or to a file that is replaced only when it is complete."""
    if output is None:
        sys.stdout.write(text)
    else:
        _write_text(output, text)


def to_json(value: Any) -> str:
    """Return JSON as every command writes it."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def view_width(output: Path | None) -> int:
    """Return how many columns a table may take."""
    from rich.console import Console

    return Console().width if output is None else FILE_WIDTH


def show(view: RenderableType, output: Path | None) -> None:
    """Print a rich view, without colours when it is not a terminal."""
    from rich.console import Console

    if output is None:
        Console(highlight=False).print(view)
        return
    text = io.StringIO()
    Console(file=text, width=FILE_WIDTH, highlight=False, no_color=True).print(view)
    _write_text(output, text.getvalue())


def _write_text(output: Path, text: str) -> None:
    if output.suffix.lower() in BINARY_ENDINGS:
        raise CorridorsError(
            f"{output}: this result is text, which no {output.suffix} file holds; itineraries "
            "(compare, route, front, explain) and `network export` can be written as one"
        )
    check_ending(output)
    write_text_whole(output, text)


def check_ending(output: Path) -> None:
    """Raise `CorridorsError` if no command that writes results writes files of that ending."""
    ending = output.suffix.lower()
    if ending in PAGE_ENDINGS:
        raise CorridorsError(
            f"{output}: a page is written by `corridors map -o {output}`, with the same options; "
            "for a file of this result take .csv, .json or .md"
        )
    if ending in MAP_ENDINGS:
        raise CorridorsError(
            f"{output}: {output.suffix} is not written; of itineraries and of the network end the "
            "name in .gpkg, .geojson, .fgb or .parquet, which GIS programs open, or make it of the "
            f"one with `ogr2ogr {output.name} FILE.gpkg LAYER`"
        )
    if ending in FOREIGN_ENDINGS:
        raise CorridorsError(
            f"{output}: {output.suffix} is not written; give the file the ending .csv and the "
            "--format csv (csv-semicolon where the decimal is a comma), which spreadsheets and "
            "word processors open"
        )


def emit_rows(
    rows: Sequence[Mapping[str, Any]],
    output_format: Format,
    output: Path | None,
    narrow: Sequence[str] = (),
    *,
    quiet: bool = False,
) -> None:
    """Write listings; the terminal table shows the `narrow` columns, files show all."""
    from corridors.text import table_view, to_csv, to_markdown, to_semicolons

    columns = list(rows[0]) if rows else list(narrow)
    match output_format:
        case Format.JSON:
            emit(to_json(list(rows)), output)
        case Format.CSV:
            emit(to_csv(rows, columns), output)
        case Format.CSV_SEMICOLON:
            emit(to_semicolons(rows, columns), output)
        case Format.MARKDOWN:
            emit(to_markdown(rows, columns), output)
        case Format.GEOJSON:
            from corridors.listings import point_features

            emit(to_json(point_features(rows)), output)
        case Format.TABLE:
            if rows:
                show(table_view(rows, narrow or columns), output)
    if not rows and not quiet:
        complain("nothing matches")
