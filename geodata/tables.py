"""Reading CSV tables into typed rows. The row class *is* the schema; all problems come at once."""

from __future__ import annotations

import csv
import io
import math
import types
import typing
from collections.abc import Callable, Sequence
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from geodata.errors import DataError

Row = TypeVar("Row")
Parser = Callable[[str], Any]


def read_table(path: Path, row_type: type[Row], key: Sequence[str]) -> tuple[Row, ...]:
    """Read a CSV file into frozen dataclass rows, in file order.

    Parameters
    ----------
    path
        UTF-8 CSV with a header whose names are exactly the fields of `row_type`.
    row_type
        A dataclass. A field annotated ``X | None`` may be left empty; so may a ``str``.
    key
        The fields that together identify a row.

    Raises
    ------
    DataError
        Naming the file and, for every wrong cell, its line, column, reason and remedy.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # as spreadsheets save it
    except FileNotFoundError:
        raise DataError(str(path), ["the table is missing; restore it or reinstall"]) from None
    except UnicodeDecodeError as error:
        raise DataError(str(path), [f"not UTF-8 text ({error}); save it as UTF-8"]) from None
    return parse_table(text, row_type, key, str(path))


def parse_table(text: str, row_type: type[Row], key: Sequence[str], name: str) -> tuple[Row, ...]:
    """Parse CSV text into rows; see `read_table`."""
    parsers = _parsers(row_type)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[str] = []
    rows: list[Row] = []
    lines: dict[tuple[str, ...], int] = {}
    try:
        header = next(reader, [])
        problems += _header_problems(header, list(parsers))
        if problems:
            raise DataError(name, problems)
        at_key = [header.index(column) for column in key]
        columns = [(column, parsers[column]) for column in header]
        for cells in reader:
            line = reader.line_num
            if not cells:
                continue
            if len(cells) != len(header):
                problems.append(f"line {line}: {len(cells)} cells where {len(header)} belong")
                continue
            identity = tuple(cells[at] for at in at_key)
            if identity in lines:
                problems.append(
                    f"line {line}: {'/'.join(identity)} is already on line {lines[identity]}; "
                    "remove one of the two"
                )
            lines.setdefault(identity, line)
            values: dict[str, Any] = {}
            for (column, parse), cell in zip(columns, cells, strict=True):
                try:
                    values[column] = parse(cell)
                except ValueError as error:
                    problems.append(f"line {line} ({'/'.join(identity)}): {column}: {error}")
            if len(values) == len(columns):
                rows.append(row_type(**values))
    except csv.Error as error:
        problems.append(f"line {reader.line_num}: not readable as CSV ({error})")
    if problems:
        raise DataError(name, problems)
    return tuple(rows)


def _header_problems(header: list[str], expected: list[str]) -> list[str]:
    missing = [column for column in expected if column not in header]
    unknown = [column for column in header if column not in expected]
    twice = sorted({column for column in header if header.count(column) > 1})
    return (
        [f"column {column} is missing from the header" for column in missing]
        + [f"column {column} is unknown; the table has {', '.join(expected)}" for column in unknown]
        + [f"column {column} stands twice in the header" for column in twice]
    )


def _parsers(row_type: type[Any]) -> dict[str, Parser]:
    hints = typing.get_type_hints(row_type)
    return {field.name: _parser(hints[field.name]) for field in fields(row_type) if field.init}


def _parser(kind: Any) -> Parser:
    if isinstance(kind, types.UnionType):
        (inner,) = [part for part in typing.get_args(kind) if part is not types.NoneType]
        parse = _parser(inner)
        return lambda cell: None if cell == "" else parse(cell)
    if kind is str:
        return str
    if kind is int:
        return _integer
    if kind is float:
        return _number
    if typing.get_origin(kind) is tuple:
        parse = _parser(typing.get_args(kind)[0])
        separator = ";" if typing.get_args(kind)[0] is str else " "
        return lambda cell: tuple(parse(part.strip()) for part in cell.split(separator) if part)
    if isinstance(kind, type) and issubclass(kind, Enum):
        words = {str(member.value): member for member in kind}
        return lambda cell: _word(cell, words)
    raise TypeError(f"no parser for a column of type {kind!r}")


def _integer(cell: str) -> int:
    try:
        return int(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is not a whole number") from None


def _number(cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is not a number; use a decimal point and no unit") from None
    if not math.isfinite(value):
        raise ValueError(f"{cell!r} is not a finite number")
    return value


def _word(cell: str, words: dict[str, Any]) -> Any:
    try:
        return words[cell]
    except KeyError:
        raise ValueError(f"{cell!r} is not one of {', '.join(words)}") from None
