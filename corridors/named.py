"""Named corridors: chains of gateways that people talk about, as rows of ``corridors.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from corridors.errors import did_you_mean
from geodata.errors import DataError
from geodata.vocabulary import Mode, Status
from geodata.world import World

CORRIDORS: Final = Path(__file__).parent / "data" / "corridors.toml"
_TEXTS: Final = ("id", "name", "family", "description", "status", "reason")
_LISTS: Final = ("via", "exclude_countries", "exclude_modes", "sources")
KEYS: Final[Mapping[str, type]] = {
    **dict.fromkeys(_TEXTS, str),
    **dict.fromkeys(_LISTS, list),
    "as_of": date,
}
"""Keys of a corridor in the table, and what they hold."""
REQUIRED: Final = ("id", "name", "family", "via", "status", "as_of", "sources")


@dataclass(frozen=True, slots=True)
class Gate:
    """A place to pass, on a mode if one is named."""

    place_id: str
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a corridor: pass one of the gates, reached by one mode only if `by` says so."""

    gates: tuple[Gate, ...]
    by: Mode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """A named chain of gateways, passed stage by stage, in order.

    In the table a stage is written ``PLACE``, ``PLACE@mode`` (at that mode's vertex) or
    ``mode > PLACE`` (from the stage before by that mode only), or as a list of alternatives.
    """

    corridor_id: str
    name: str
    family: str
    description: str
    via: tuple[Stage, ...]
    exclude_countries: frozenset[str]
    exclude_modes: frozenset[Mode]
    status: Status
    as_of: str
    reason: str
    sources: tuple[str, ...]


def load_corridors(world: World, *overlays: Path) -> tuple[Corridor, ...]:
    """Return the shipped corridors, and those of ``corridors.toml`` in each overlay folder.

    A corridor of an overlay replaces the shipped one with its id.

    Raises
    ------
    DataError
        Listing every problem of a file: ids that stand twice, unknown keys, places, countries.
    """
    found: dict[str, Corridor] = {}
    for path in corridor_files(*overlays):
        found |= {corridor.corridor_id: corridor for corridor in read_corridors(path, world)}
    return tuple(found.values())


def corridor_files(*overlays: Path) -> list[Path]:
    """Return the shipped table of corridors, and those of the overlays that have one."""
    own = [overlay / "corridors.toml" for overlay in overlays]
    return [CORRIDORS, *(path for path in own if path.exists())]


def read_corridors(path: Path, world: World) -> tuple[Corridor, ...]:
    """Read one file of corridors; see `load_corridors`."""
    try:
        text = path.read_text(encoding="utf-8")
        entries = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(str(path), [str(error)]) from None
    unknown = sorted(set(entries) - {"corridor"})
    problems = [f"unknown table [{name}]; there is only [[corridor]]" for name in unknown]
    corridors: list[Corridor] = []
    lines = [
        text.count("\n", 0, m.start()) + 1 for m in re.finditer(r"^\[\[corridor\]\]", text, re.M)
    ]
    rows = entries.get("corridor", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DataError(str(path), ["write [[corridor]] with double brackets"])
    first: dict[str, int] = {}
    for position, row in enumerate(rows):
        line = lines[position] if position < len(lines) else 0
        name = str(row.get("id", f"number {position + 1}"))
        if name in first:
            problems.append(
                f"line {line}: corridor id {name!r} is already used on line {first[name]}; "
                "give one of the two another id"
            )
        first.setdefault(name, line)
        faults = list(_problems(row, world))
        problems += [f"line {line}: corridor {name}: {fault}" for fault in faults]
        if not faults:
            corridors.append(_corridor(row))
    if problems:
        raise DataError(str(path), problems)
    return tuple(corridors)


def pick(corridors: Sequence[Corridor], ids: Iterable[str]) -> tuple[Corridor, ...]:
    """Return the corridors with the given ids, all if none is given.

    In place of an id a name may be given, or words that stand in the id or name of one only.

    Raises
    ------
    DataError
        Naming every text that means none or several, with those that may be meant.
    """
    known = {corridor.corridor_id: corridor for corridor in corridors}
    chosen: list[str] = []
    problems = []
    for text in ids:
        if text in known:
            chosen.append(text)
            continue
        from corridors.searching import one_of  # only where it is no id

        found = one_of(text, [(key, one.name) for key, one in known.items()])
        if len(found) == 1:
            chosen += found
        elif found:
            listed = "; ".join(f"{key} ({known[key].name})" for key in found)
            problems.append(f"{text!r} could be several corridors: {listed}")
        else:
            hint = (
                did_you_mean(text, known, most=3, cutoff=0.4) or f"; there are {', '.join(known)}"
            )
            problems.append(f"unknown corridor {text!r}{hint}")
    if problems:
        raise DataError("--corridor", problems)
    # two texts may mean the same one; twice in a comparison it would be no answer
    return tuple(known[key] for key in dict.fromkeys(chosen)) if chosen else tuple(corridors)


def _corridor(row: dict[str, Any]) -> Corridor:
    as_of = row["as_of"]
    return Corridor(
        corridor_id=row["id"],
        name=row["name"],
        family=row["family"],
        description=row.get("description", ""),
        via=tuple(_stage(item) for item in row["via"]),
        exclude_countries=frozenset(row.get("exclude_countries", ())),
        exclude_modes=frozenset(Mode(mode) for mode in row.get("exclude_modes", ())),
        status=Status(row["status"]),
        as_of=as_of.isoformat() if isinstance(as_of, date) else str(as_of),
        reason=row.get("reason", ""),
        sources=tuple(row["sources"]),
    )


def _alternatives(item: str | list[str]) -> list[str]:
    return [item] if isinstance(item, str) else item


def _is_item(item: object, *, nested: bool) -> bool:
    if nested and isinstance(item, list):
        return bool(item) and all(isinstance(text, str) for text in item)
    return isinstance(item, str)


def _stage(item: str | list[str]) -> Stage:
    parts = [_split(text) for text in _alternatives(item)]
    by = parts[0][0]
    return Stage(
        tuple(Gate(place, Mode(mode) if mode else None) for _, place, mode in parts),
        Mode(by) if by else None,
    )


def _split(text: str) -> tuple[str, str, str]:
    """Return the mode a gate is reached by, its place and its mode; empty where not said."""
    by, arrow, gate = text.rpartition(">")
    place, _, mode = gate.strip().partition("@")
    return (by.strip() if arrow else "", place.strip(), mode.strip())


def reverse(via: Sequence[Stage]) -> tuple[Stage, ...]:
    """Return stages for the way back: the mode of a stretch belongs to its other end.

    A gate that is reached by a mode is passed on that mode, whatever vertex the way out asks for.
    """
    modes = [stage.by for stage in via[1:]] + [None]
    return tuple(
        Stage(tuple(Gate(g.place_id, None if by else g.mode) for g in stage.gates), by)
        for stage, by in zip(reversed(via), reversed(modes), strict=True)
    )


def _problems(row: dict[str, Any], world: World) -> Iterable[str]:
    for key in row:
        if key not in KEYS:
            yield f"unknown key {key!r}{did_you_mean(key, KEYS)}"
    for key in REQUIRED:
        if key not in row:
            yield f"key {key!r} is missing"
    for key in _TEXTS:
        if key in row and not isinstance(row[key], str):
            yield f"{key} must be a text"
    for key in _LISTS:
        items = row.get(key, [])
        if not isinstance(items, list):
            yield f"{key} must be a list"
        elif not all(_is_item(item, nested=key == "via") for item in items):
            yield f"{key} must list texts" + (", or lists of texts" if key == "via" else "")
            return
    if str(row.get("status")) not in {status.value for status in Status}:
        yield f"status {row.get('status')!r} is not one of {', '.join(Status)}"
    modes = {mode.value for mode in Mode}
    via = row.get("via", [])
    for item in via if isinstance(via, list) else ():
        parts = [_split(str(text)) for text in _alternatives(item)]
        if len({by for by, _, _ in parts}) > 1:
            yield f"via {item!r}: alternatives must be reached by the same mode"
        for by, place, mode in parts:
            if place not in world.places:
                yield f"via {place!r} is no place of places.csv"
            for word in filter(None, (by, mode)):
                if word not in modes:
                    yield f"via {item!r}: {word!r} is no mode; there are {', '.join(Mode)}"
    for country in row.get("exclude_countries", ()):
        if country not in world.words["country"]:
            yield f"exclude_countries: {country!r} is no country of places.csv"
    for mode in row.get("exclude_modes", ()):
        if mode not in modes:
            yield f"exclude_modes: {mode!r} is no mode"
