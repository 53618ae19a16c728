"""What is wrong with files, and what was done to them, in words: each mistake once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from geodata.importing.forms import ranges, safe, shown
from geodata.importing.hints import in_unit, near_word
from geodata.importing.item import Reading
from geodata.importing.model import Origin
from geodata.importing.properties import PROPERTIES, Property

_TELLS_WHAT: Final = frozenset({"mode", "kind"})
_MOST_UNREAD: Final = 6
_MOST_NAMED: Final = 40
"""Runs of features with one mistake that a message names before it counts them."""


def told_problems(readings: Sequence[Reading]) -> Iterator[str]:
    """Yield every problem of every file; one that several features have, with all of these."""
    several = len(readings) > 1
    for reading in readings:
        file = f"{reading.raw.name}: " if several else ""
        yield from (f"{file}{problem}" for problem in reading.problems)
        alike: dict[str, list[Origin]] = {}
        for item in reading.items:
            for problem in dict.fromkeys(item.problems):
                alike.setdefault(problem, []).append(item.origin)
        yield from (f"{file}{_called(which)}: {problem}" for problem, which in alike.items())


def _called(origins: Sequence[Origin]) -> str:
    """Return features of one file as a message about all of them names them."""
    if len(origins) == 1:
        return origins[0].feature
    numbers = [origin.number for origin in origins]
    if len(numbers) <= _MOST_NAMED:
        return f"features {ranges(numbers)}"
    told = ranges(numbers).split(", ")
    rest = f", ... ({len(numbers)} in all)" if len(told) > _MOST_NAMED else ""
    return f"features {', '.join(told[:_MOST_NAMED])}{rest}"


def told_remarks(reading: Reading) -> Iterator[str]:
    """Yield what was done to a file and its features."""
    raw = reading.raw
    yield from (f"{raw.name}: {remark}" for remark in raw.remarks)
    if raw.crs:
        yield f"{raw.name}: positions were reprojected from {safe(raw.crs)} to EPSG:4326"
    for what, numbers in reading.notes.items():
        features = "feature" if len(numbers) == 1 else "features"
        told = f"{features} {ranges(numbers)}: " if numbers else ""
        yield f"{raw.name}: {told}{what}"


def missing_problem(row: Property, unread: Mapping[str, Any]) -> str:
    """Return that a property is missing; a column that was not read may say what it should be."""
    words = row.form.schema.get("enum", ())
    several = [
        word
        for form in row.form.schema.get("anyOf", ())
        for word in form.get("items", {}).get("enum", ())
    ]
    known = tuple(map(str, words or several))
    choice = "it"
    if known:
        choice = f"{'one of' if words else 'one or more of'} {', '.join(known)}"
    elif row.name == "country":
        choice = "the ISO 3166-1 alpha-2 code, as in IR or KZ"
    if row.name == "kind":
        choice += ", or closes: true for a spot that nothing may pass"
    hint = next(
        (
            f"; {shown(name)} has {shown(value)}: did you mean {near}?"
            for name, value in unread.items()
            if (near := near_word(value, known))
        ),
        "",
    )
    if row.name in _TELLS_WHAT and unread and not hint:
        hint = f" (not read: {', '.join(shown(name) for name in list(unread)[:_MOST_UNREAD])})"
    return f"{row.name} is missing; state {choice}{hint}"


def renaming_hint(name: str, meant: str, value: Any) -> str:
    """Return what else has to change where a property gets its right name."""
    row = PROPERTIES.get(meant)
    if row is None:
        return ""
    unit = meant.rpartition("_")[2]
    own = ([word for word in re.split(r"[^a-z]+", name.lower()) if word] or [""])[-1]
    digits = in_unit(value, unit, own if own != name.lower() else "")
    if digits and digits != in_unit(value, unit):
        return f", and write {digits} for the {shown(value)} {own}"
    try:
        row.form.read(value)
    except ValueError as error:
        return f"; as {meant}, {error}"
    return ""
