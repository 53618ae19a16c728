"""Tables of texts as other programs save them: what parts their cells, how they write numbers."""

from __future__ import annotations

from typing import Final

_DELIMITERS: Final = ",;\t"


def delimiter_of(text: str) -> str:
    """Return what parts the cells of a table: what its first line has most of, a comma if none."""
    first = text.lstrip().split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)


def number_of(text: str) -> float:
    """Return a number that is written with a point, or with a comma as tables of semicolons do.

    Raises
    ------
    ValueError
        If it is none; also for what only Python takes for one (``1_0``).
    """
    if "_" in text or not text.isascii():
        raise ValueError(text)
    return float(text.replace(",", "."))
