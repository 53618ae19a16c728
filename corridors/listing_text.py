"""Listings as text for people: records where a table would break every word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.padding import Padding

from corridors.text import WIDE, cell, plain, table_view

PARAMETER_COLUMNS: Final = ("key", "value", "low", "high", "unit", "grade", "source_id")
_INDENT: Final = 4


def records_view(records: Iterable[tuple[str, Iterable[str]]]) -> RenderableType:
    """Return records one after the other: what each is of in bold, its lines indented below."""
    parts: list[RenderableType] = []
    for of, lines in records:
        title = plain(of)
        title.stylize("bold")
        parts += [title, *(Padding(plain(line), (0, 0, 0, _INDENT)) for line in lines)]
    return Group(*parts)


def parameters_view(rows: Sequence[Mapping[str, Any]], width: int) -> RenderableType:
    """Return parameters with what people call them; a table where a line is wide enough."""
    if width >= WIDE:
        return table_view(rows, PARAMETER_COLUMNS)
    return records_view(
        (
            row["key"],
            [
                f"{cell(row['value'])} ({cell(row['low'])} - {cell(row['high'])}) {row['unit']}"
                f"; {row['grade']}, {row['source_id']}",
                *([row["words"]] if row["words"] != row["key"] else []),
            ],
        )
        for row in rows
    )


def sources_view(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return sources with the address where each can be read."""
    return records_view(
        (
            row["source_id"],
            [
                "; ".join(filter(None, (row["title"], row["publisher"], str(row["year"])))),
                *filter(None, (row["url"], row["note"])),
            ],
        )
        for row in rows
    )


def scenarios_view(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return scenarios one after the other: id, date and name, changes, sources."""
    parts: list[RenderableType] = []
    for row in rows:
        title = plain(row["scenario"])
        title.stylize("bold")
        parts.append(title.append_text(plain(f"  {row['as_of']}  {row['name']}")))
        sources = row["sources"].replace(" ", ", ") or "none"
        for line in (f"changes: {row['changes']}", f"sources: {sources}"):
            parts += [Padding(plain(line), (0, 0, 0, _INDENT))]
    return Group(*parts)
