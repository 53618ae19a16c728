"""Where numbers come from: the entries behind every ``source_id``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from geodata.errors import DataError


@dataclass(frozen=True, slots=True)
class Source:
    """A document, data set or statement. ``url`` names its site; ``year`` 0 was not read."""

    source_id: str
    title: str
    publisher: str
    year: int
    url: str
    licence: str
    note: str


def load_sources(directory: Path) -> dict[str, Source]:
    """Return every source of the TOML files in a directory, by id, sorted by id.

    Raises
    ------
    DataError
        Listing every unreadable file, unknown or missing key and id that stands in two files.
    """
    wanted = {field.name for field in fields(Source)} - {"source_id"}
    problems: list[str] = []
    found: dict[str, Source] = {}
    home: dict[str, str] = {}
    for path in sorted(directory.glob("*.toml")):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(f"{path.name}: {error}")
            continue
        for source_id, entry in tables.items():
            if source_id in home:
                problems.append(f"{path.name}: {source_id} already stands in {home[source_id]}")
            home[source_id] = path.name
            if not isinstance(entry, dict) or set(entry) != wanted:
                problems.append(
                    f"{path.name}: {source_id} must have exactly {', '.join(sorted(wanted))}"
                )
                continue
            if not isinstance(entry["year"], int):
                problems.append(f"{path.name}: {source_id}: year must be a whole number")
                continue
            found[source_id] = Source(source_id=source_id, **entry)
    if problems:
        raise DataError(str(directory), problems)
    return dict(sorted(found.items()))
