"""Words that people say and the words this tool has for them: rows of ``data/synonyms.csv``.

Kinds of rows: ``command``, ``option``, ``value`` (of an option that takes one of a few words), and
``word`` of a search, where one word may stand for several. Read only when something said is not
known, so that an answer costs nothing for it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

KINDS: Final = ("command", "option", "value", "word")
_ROWS: Final = Path(__file__).parent / "data" / "synonyms.csv"


@cache
def synonyms() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return what is meant, in the rows' order, by kind and what is said (in lower case)."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    with _ROWS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["kind"], row["said"])
            found[key] = (*found.get(key, ()), row["meant"])
    return found


def meant(kind: str, said: str) -> tuple[str, ...]:
    """Return what somebody means who says something, empty if no row knows."""
    return synonyms().get((kind, said.casefold()), ())
