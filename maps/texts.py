"""The interface's texts: one table, ``texts.csv``, with a row per key and a column per language.

A text has places, ``{name}``, that are filled by plain replacement. A key that ends in a plural
category (``count.days.few``) has a text in the languages that know the category, and only there.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib import resources
from typing import Final


class Language(StrEnum):
    """The languages of the page, by their codes."""

    EN = "en"
    RU = "ru"
    KK = "kk"
    HI = "hi"


LANGUAGES: Final[Mapping[str, str]] = {
    Language.EN: "English",
    Language.RU: "Русский",
    Language.KK: "Қазақша",
    Language.HI: "हिन्दी",
}
"""Their names, each in its own words."""

PLACE: Final = re.compile(r"\{(\w+)\}")


def interface_texts() -> dict[str, dict[str, str]]:
    """Return text by key for every language."""
    found: dict[str, dict[str, str]] = {language.value: {} for language in Language}
    for row in text_rows():
        for language in Language:
            if text := row.get(language):
                found[language][row["key"]] = text
    return found


def text_rows() -> Iterator[dict[str, str]]:
    """Yield the rows of the table of texts: key and a text per language."""
    table = resources.files("maps").joinpath("assets", "page", "texts.csv")
    yield from csv.DictReader(table.read_text(encoding="utf-8").splitlines())


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its places filled; what is put in is not searched for places again."""
    return PLACE.sub(lambda place: values[place[1]], text)
