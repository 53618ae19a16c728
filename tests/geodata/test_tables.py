"""Reading tables: what is wrong is named with line, column, reason and remedy, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import DataError
from geodata.rows import AirService
from geodata.tables import parse_table, read_table

HEADER = "place_a,place_b,status,as_of,source_id,grade,note\n"
KEY = ("place_a", "place_b")


def test_a_good_row_is_typed() -> None:
    (row,) = parse_table(
        HEADER + 'A,B,operational,2026-01-01,s,published,"a, b"\n', AirService, KEY, "t"
    )
    assert (row.status, row.note) == ("operational", "a, b")


@pytest.mark.parametrize(("text", "message"), [
    (HEADER + "A,B,opne,2026,s,published,\n", r"\(A/B\): status: 'opne' is not one of"),
    (HEADER + "A,B,operational,2026,s,guess,\n", "grade: 'guess' is not one of published"),
    (HEADER + 2 * "A,B,planned,2026,s,assumed,\n", "line 3: A/B is already on line 2"),
    (HEADER + "A,B\n", "line 2: 2 cells where 7 belong"),
    (HEADER.replace("as_of", "asof"), "column as_of is missing"),
    (HEADER.replace("as_of", "asof"), "column asof is unknown"),
    (HEADER + '"A,B\n', "not readable as CSV"),
    ("", "column place_a is missing"),
])  # fmt: skip
def test_bad_tables(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_table(text, AirService, KEY, "t")


def test_all_problems_come_at_once() -> None:
    with pytest.raises(DataError) as caught:
        parse_table(HEADER + "A,B,x,,s,y,\nC,D,z,,s,assumed,\n", AirService, KEY, "t")
    assert len(caught.value.problems) == 3


def test_a_missing_or_binary_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the table is missing"):
        read_table(tmp_path / "none.csv", AirService, KEY)
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not UTF-8"):
        read_table(tmp_path / "bad.csv", AirService, KEY)
