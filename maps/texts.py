"""The interface's texts, by language: every ``texts_*.csv`` of the page's parts together."""

from __future__ import annotations

import csv
from importlib import resources
from typing import Final

LANGUAGES: Final = ("en",)


def interface_texts() -> dict[str, dict[str, str]]:
    """Return text by key for every language."""
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    parts = resources.files("maps").joinpath("assets", "page")
    for part in sorted(parts.iterdir(), key=lambda entry: entry.name):
        if not (part.name.startswith("texts_") and part.name.endswith(".csv")):
            continue
        for row in csv.DictReader(part.read_text(encoding="utf-8").splitlines()):
            for language in LANGUAGES:
                found[language][row["key"]] = row[language]
    return found
