"""The data dictionary: every table, column, type and unit, from the schema the readers use.

Types, keys and words are those of the row classes, so that they cannot disagree with what is
read; what a column means stands in ``data/columns.csv``, which has to fit the schema exactly.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Final

from corridors import named, scenario
from geodata.errors import DataError
from geodata.families import FAMILIES
from geodata.tables import read_table
from geodata.world import TABLES

WORDS: Final = Path(__file__).parent / "data" / "columns.csv"
EVERY: Final = "*"
"""In place of a table: the words hold for every table with that column."""

_TYPE_WORDS: Final[Mapping[Any, str]] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    date: "date",
    list: "list",
    dict: "table",
}


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """What a column of a table means, and its unit."""

    table: str
    column: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it is read: types of its columns in order, and those that identify a row.

    ``optional`` are the columns that may be empty, and the keys of TOML that may be left out.
    A text is none of them: it may be empty as far as reading goes.
    """

    name: str
    title: str
    key: tuple[str, ...]
    types: Mapping[str, Any]
    optional: frozenset[str] = frozenset()


def tables() -> tuple[Table, ...]:
    """Return every table: those of a folder of one's own first, then those of build and checks."""
    from corridors.network_checks import NamedLine
    from corridors.synonyms import KEY, Synonym
    from corridors.validation import Benchmark
    from geodata.build.basemap import SeaName
    from geodata.build.sea_tables import ApproachRow, AreaRow, CorrectionRow
    from geodata.checks.findings import ExceptionRow
    from geodata.checks.gauges import ExpectedGauge
    from geodata.gauges import GaugeRow
    from geodata.patches import Patch, Waypoint
    from geodata.sources import Source

    box = ("country", "lat_min", "lat_max", "lon_min", "lon_max")
    read: list[tuple[str, type[Any], tuple[str, ...]]] = [
        *((name, row_type, key) for name, (row_type, key) in TABLES.items()),
        ("sources/*.toml", Source, ("source_id",)),
    ]
    later: list[tuple[str, type[Any], tuple[str, ...]]] = [
        ("patches", Patch, ("patch_id",)),
        ("waypoints", Waypoint, ("mode", "a_lat", "a_lon", "b_lat", "b_lon")),
        ("gauges", GaugeRow, box),
        ("approaches", ApproachRow, ("place_id",)),
        ("sea_areas", AreaRow, ("area_id", "kind")),
        ("sea_lanes", CorrectionRow, ("lane_id",)),
        ("sea_names", SeaName, ("name",)),
        ("expected_gauges", ExpectedGauge, ("name", "country")),
        ("check_exceptions", ExceptionRow, ("check_id", "mode", "subject", "lat", "lon")),
        ("named_lines", NamedLine, ("line_id",)),
        ("validation", Benchmark, ("id",)),
        ("synonyms", Synonym, KEY),
    ]
    return (
        *(_of_rows(*one) for one in read),
        _of_keys("corridors.toml", "A named chain of gateways.", named.KEYS, named.REQUIRED),
        _of_keys(
            "scenarios/*.toml",
            "One state of the world to plan in.",
            {**scenario.REQUIRED, **scenario.OPTIONAL},
            tuple(scenario.REQUIRED),
        ),
        *(_of_rows(*one) for one in later),
    )


def _of_rows(name: str, row_type: type[Any], key: tuple[str, ...]) -> Table:
    hints = typing.get_type_hints(row_type)
    kinds = {field.name: hints[field.name] for field in fields(row_type) if field.init}
    title = (row_type.__doc__ or "").split("\n\n", maxsplit=1)[0].replace("\n", " ").strip()
    free = {
        column
        for column, kind in kinds.items()
        if isinstance(kind, types.UnionType) or typing.get_origin(kind) is tuple
    }
    return Table(name=name, title=title, key=key, types=kinds, optional=frozenset(free))


def _of_keys(name: str, title: str, kinds: Mapping[str, Any], required: Sequence[str]) -> Table:
    optional = frozenset(kinds) - frozenset(required)
    return Table(name=name, title=title, key=("id",), types=kinds, optional=optional)


def load_words(path: Path = WORDS) -> tuple[ColumnWords, ...]:
    """Read what columns mean."""
    return read_table(path, ColumnWords, ("table", "column"))


def dictionary_rows(
    found: Iterable[Table], words: Iterable[ColumnWords], text: str = ""
) -> list[dict[str, Any]]:
    """Return one row per column of every table; those with a text in table or column.

    Raises
    ------
    DataError
        Listing every column without words, and all words about a column that no table has.
    """
    told = {(row.table, row.column): row for row in words}
    used: set[tuple[str, str]] = set()
    rows: list[dict[str, Any]] = []
    problems: list[str] = []
    for table in found:
        for column, kind in table.types.items():
            at = next((key for key in ((table.name, column), (EVERY, column)) if key in told), None)
            if at is None:
                problems.append(f"{table.name}: column {column} has no words; add a row")
                continue
            used.add(at)
            rows.append(
                {
                    "table": table.name,
                    "column": column,
                    "key": column in table.key,
                    "type": type_words(kind),
                    "may_be_empty": column in table.optional,
                    "unit": told[at].unit,
                    "meaning": told[at].meaning,
                }
            )
    problems += [
        f"{table}: no such column {column}; remove the row or correct it"
        for table, column in told.keys() - used
    ]
    if problems:
        raise DataError(WORDS.name, sorted(problems))
    return [row for row in rows if text.lower() in f"{row['table']} {row['column']}".lower()]


def type_words(kind: Any) -> str:
    """Return how people call the type of a column; a closed list of words is written out."""
    if isinstance(kind, types.UnionType):
        (inner,) = [part for part in typing.get_args(kind) if part is not types.NoneType]
        return type_words(inner)
    if typing.get_origin(kind) is tuple:
        inner = typing.get_args(kind)[0]
        return f"{type_words(inner)}; several by {'semicolons' if inner is str else 'spaces'}"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(f"`{member.value}`" for member in kind)
    return _TYPE_WORDS[kind]


def dictionary_text(found: Sequence[Table], words: Iterable[ColumnWords]) -> str:
    """Return the whole dictionary as Markdown: a section per table, and the families."""
    rows = dictionary_rows(found, words)
    parts: list[str] = []
    for table in found:
        mine = [row for row in rows if row["table"] == table.name]
        parts += [f"### `{table.name}`", "", table.title.replace("``", "`"), ""]
        parts += [*_table_lines(mine), ""]
    parts += ["### Families of parameters", "", *_family_lines(), ""]
    return "\n".join(parts)


def _table_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield "| column | type | unit | meaning |"
    yield "| --- | --- | --- | --- |"
    for row in rows:
        name = f"**`{row['column']}`**" if row["key"] else f"`{row['column']}`"
        kind = row["type"] + (" or empty" if row["may_be_empty"] else "")
        cells = (name, kind, row["unit"], row["meaning"])
        yield "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _family_lines() -> Iterator[str]:
    yield "| key | units | words | a row is needed |"
    yield "| --- | --- | --- | --- |"
    for name, family in FAMILIES.items():
        key = ".".join((name, *(kind.upper() for kind in family.selectors)))
        units = ", ".join(f"`{unit}`" for unit in family.units)
        words = family.words.format(*(kind.upper() for kind in family.selectors))
        yield f"| `{key}` | {units} | {words} | {'yes' if family.required else 'no'} |"
