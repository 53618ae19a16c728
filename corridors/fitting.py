"""Tables that fit a width without breaking words: which columns are how wide, where cells wrap.

A terminal table wraps at spaces and breaks longer words anywhere. Keys, ids and units here are long
words of parts (``tariff.rail.KZ.container_20``): `fit` wraps them after a part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_BETWEEN: Final = 3
"""Columns of the terminal that a table has between two of its own."""
_EDGES: Final = 2
"""Those it has at its ends."""
_INDENT: Final = 4
_NUMBER: Final = re.compile(r"(-?(\d{1,3}( \d{3})+|\d+)(\.\d+)?)?")
_WORDS: Final = re.compile(r"\s*\S+|\s+")
_BREAKS: Final = re.compile(
    r"(?<=\S)(?=\s)"  # before a space
    r"|(?<=[^\W\d_*][._/;-])(?=\S)"  # after what joins two words: ports_of.KZ
    r"|(?<=[._/;-])(?=[^\W\d_]|\*)"  # never inside a number or a date
)


def parts(text: str) -> list[str]:
    """Return the pieces of a text between which a line may end; joined they are the text."""
    cuts = [0, *(found.start() for found in _BREAKS.finditer(text)), len(text)]
    return [text[a:b] for a, b in pairwise(cuts) if a < b]


def wrap(text: str, width: int) -> list[str]:
    """Return a text in lines no wider than `width`: between words, else between their `parts`."""
    if "\n" not in text and cell_len(text) <= width:
        return [text.rstrip()]
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _WORDS.findall(paragraph):
            whole = cell_len(word.strip()) <= width
            for part in [word] if whole else parts(word):
                if cell_len((line + part).rstrip()) <= width:
                    line += part
                    continue
                if line.strip():
                    lines.append(line.rstrip())
                *full, line = chop_cells(part.lstrip(), width) or [""]
                lines += full
        lines.append(line.rstrip())
    return lines


def fit(rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Return the widths of the columns of a table, None if it does not fit without broken parts.

    Every column has room for its longest part; what is left goes to the columns that are still too
    narrow for a whole cell, a cell's width at a time to the one that then wraps least.

    Parameters
    ----------
    rows
        The cells, headings among them.
    width
        Columns of the terminal for all, with what is between and around.
    """
    columns = [dict.fromkeys(column) for column in zip(*rows, strict=True)]
    least = [
        _longest(part.strip() for cell in column for part in parts(cell)) for column in columns
    ]
    most = [_longest(column) for column in columns]
    room = width - _BETWEEN * (len(columns) - 1) - _EDGES - sum(least)
    if room < 0:
        return None
    found = list(least)
    while room > 0:
        wanting = [at for at in range(len(found)) if found[at] < most[at]]
        if not wanting:
            break
        tallest = max(
            wanting, key=lambda at: (max(len(wrap(c, found[at])) for c in columns[at]), -at)
        )
        found[tallest] += 1
        room -= 1
    return found


def _longest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


@dataclass(frozen=True, slots=True)
class Joined:
    """A cell of any table whose words break at their joints only, where there is room for them."""

    text: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the text, wrapped for the width at hand."""
        yield Text("\n".join(wrap(self.text, options.max_width)))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return the width of the longest part and that of the longest line."""
        least = _longest(part.strip() for part in parts(self.text))
        most = _longest(self.text.split("\n"))
        return Measurement(least, most).with_maximum(options.max_width)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table as wide as where it is shown; too wide for it, one record after the other.

    Columns in which every cell is a number, or empty, are set to the right.
    """

    columns: Sequence[str]
    cells: Sequence[Sequence[str]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table for the width at hand."""
        widths = fit([self.columns, *self.cells], options.max_width)
        if widths is None:
            yield from self._records()
            return
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for at, (name, width) in enumerate(zip(self.columns, widths, strict=True)):
            number = all(_NUMBER.fullmatch(row[at]) for row in self.cells)
            heading = "\n".join(wrap(name, width))
            justify = "right" if number and self.cells else "left"
            table.add_column(heading, justify=justify, width=width, no_wrap=True)  # type: ignore[arg-type]
        for row in self.cells:
            lines = (wrap(value, width) for value, width in zip(row, widths, strict=True))
            table.add_row(*(Text("\n".join(of_cell)) for of_cell in lines))
        yield table

    def _records(self) -> RenderResult:
        for first, *others in self.cells:
            yield Text(first, style="bold")
            for name, value in zip(self.columns[1:], others, strict=True):
                if value:
                    yield Padding(Text(f"{name}: {value}"), (0, 0, 0, _INDENT))
