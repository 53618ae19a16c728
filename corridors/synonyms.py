"""Words that people say and the words this tool has for them: rows of ``data/synonyms.csv``.

Read only when something said is not known, so that an answer costs nothing for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

ROWS: Final = Path(__file__).parent / "data" / "synonyms.csv"
KEY: Final = ("kind", "said", "meant")


class Said(StrEnum):
    """What a synonym stands for: a ``value`` is that of an option, a ``word`` that of a search."""

    COMMAND = "command"
    OPTION = "option"
    VALUE = "value"
    WORD = "word"


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """A word that people say, and what this tool has for it; one may mean several."""

    kind: Said
    said: str
    meant: str


@cache
def synonyms() -> Mapping[tuple[Said, str], tuple[str, ...]]:
    """Return what is meant, in the rows' order, by kind and what is said (in lower case)."""
    from geodata.tables import read_table

    found: dict[tuple[Said, str], tuple[str, ...]] = {}
    for row in read_table(ROWS, Synonym, KEY):
        found[row.kind, row.said] = (*found.get((row.kind, row.said), ()), row.meant)
    return found


def meant(kind: Said, said: str) -> tuple[str, ...]:
    """Return what somebody means who says something, empty if no row knows."""
    return synonyms().get((kind, said.casefold()), ())
