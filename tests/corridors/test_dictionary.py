"""The data dictionary says what the readers read."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import corridors
import geodata
from corridors import dictionary
from corridors.cli import main
from geodata.errors import DataError
from geodata.vocabulary import Mode

DATA = Path(geodata.__file__).parent / "data"
OWN = Path(corridors.__file__).parent / "data"
START, END = "<!-- tables -->\n", "<!-- end -->"


def shipped() -> Iterator[Path]:
    """Every CSV table in either package, but for the words themselves."""
    for folder in (DATA, OWN):
        yield from (path for path in folder.glob("*.csv") if path != dictionary.WORDS)


def test_the_committed_dictionary_is_what_the_schema_gives(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """To write it anew: ``corridors tables --format markdown`` between the two marks."""
    assert main(["tables", "--format", "markdown"]) == 0
    text = (DATA / "README.md").read_text("utf-8")
    assert text.split(START)[1].split(END)[0] == capsys.readouterr().out


def test_every_shipped_table_stands_in_it_with_its_own_columns() -> None:
    told = {table.name: table for table in dictionary.tables()}
    for path in shipped():
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        table = told[path.stem]
        assert list(rows[0]) == list(table.types), path.name
        assert len({tuple(row[column] for column in table.key) for row in rows}) == len(rows)


def test_a_column_without_words_and_words_without_a_column_are_told() -> None:
    words = dictionary.load_words()
    lacking = [row for row in words if (row.table, row.column) != ("places", "aliases")]
    stray = replace(words[0], table="places", column="colour")
    with pytest.raises(DataError) as caught:
        dictionary.dictionary_rows(dictionary.tables(), [*lacking, stray])
    assert [problem.split(";")[0] for problem in caught.value.problems] == [
        "places: column aliases has no words",
        "places: no such column colour",
    ]


def test_types_in_words() -> None:
    assert dictionary.type_words(tuple[str, ...]) == "text; several by semicolons"
    assert dictionary.type_words(int | None) == "whole number"
    assert dictionary.type_words(Mode) == ", ".join(f"`{mode}`" for mode in Mode)


def test_a_column_is_found_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tables", "sea_region", "--format", "csv"]) == 0
    (row,) = csv.DictReader(capsys.readouterr().out.splitlines())
    assert (row["table"], row["column"]) == ("places", "sea_region")
