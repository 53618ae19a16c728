"""Scenarios: what is open, closed or priced differently. TOML in, one frozen value out.

A file has ``id``, ``name``, ``as_of``, ``description`` and, as needed, ``sources``, ``year``,
``apply_restrictions`` and four tables: ``[close]`` (places, crossings, countries, chokepoints,
modes: lists of ids), ``[status]`` (a line's name, or the id of a crossing, place or corridor, =
"operational" or another status), ``[set]`` (parameter = value) and ``[multiply]`` (parameter, with
``*`` for any text, = factor). Patterns that match one parameter multiply with each other:
"tariff.rail.*" = 3 and "tariff.rail.KZ.*" = 2 make 6 in KZ; so they do with a value that is set,
and its range goes along (`geodata.parameters.moved_range`). ``sources`` are ids of sources.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf, prod
from pathlib import Path
from typing import Any, Final

from corridors.closures import CLOSABLE, Closures, closure_of, closure_problems
from corridors.errors import did_you_mean
from corridors.toml_lines import TomlLines
from geodata.errors import DataError
from geodata.parameters import Parameters
from geodata.rows import Restriction
from geodata.vocabulary import Status
from geodata.world import World

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2200
SCENARIOS: Final = Path(__file__).parent / "data" / "scenarios"
REQUIRED: Final[Mapping[str, type]] = {"id": str, "name": str, "as_of": date, "description": str}
OPTIONAL: Final[Mapping[str, type]] = {
    "sources": list,
    "year": int,
    "apply_restrictions": bool,
    "close": dict,
    "status": dict,
    "set": dict,
    "multiply": dict,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One state of the world to plan in.

    ``year`` counts lines as open that open by then; ``apply_restrictions`` shuts what the table
    of restrictions says is closed on the data's date, instead of only remarking on it. ``status``
    overrules the status of single lines (by name), border crossings, places and corridors (by id).
    """

    scenario_id: str
    name: str
    as_of: str
    description: str
    sources: tuple[str, ...] = ()
    year: int | None = None
    apply_restrictions: bool = False
    closures: Closures = field(default_factory=Closures)
    status: Mapping[str, Status] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)

    def parameters(self, world: World) -> Parameters:
        """Return the world's parameters as this scenario has them."""
        problems = self.value_problems(world)
        if problems:
            raise DataError(f"scenario {self.scenario_id}", problems)
        values = dict(self.values)
        known = {row.key: row.value for row in world.parameters.rows}
        for pattern, factor in self.factors.items():
            for key in dict.fromkeys([*known, *self.values]):
                if _matches(pattern, key):
                    values[key] = (values[key] if key in values else known[key]) * factor
        if not values:
            return world.parameters
        return world.parameters.with_values(
            values, source_id=f"scenario:{self.scenario_id}", words=world.words
        )

    def factor(self, key: str) -> float:
        """Return the product of all factors for a parameter, also for one set by a request."""
        return prod(self.factors_of(key))

    def factors_of(self, key: str) -> tuple[float, ...]:
        """Return what a parameter is multiplied by, in this order."""
        return tuple(f for pattern, f in self.factors.items() if _matches(pattern, key))

    def value_problems(self, world: World) -> list[str]:
        """Return what is wrong with the values that this scenario sets and multiplies."""
        return [problem for _, _, problem in self.value_faults(world)]

    def value_faults(self, world: World) -> Iterable[tuple[str, str, str]]:
        """Return table, key and fault of every value that cannot be set or multiplied."""
        for key, value in self.values.items():
            for problem in world.parameters.change_problems({key: value}, world.words):
                yield "set", key, problem
        keys = [row.key for row in world.parameters.rows]
        for pattern, factor in self.factors.items():
            if not any(_matches(pattern, key) for key in keys):
                near = difflib.get_close_matches(pattern, keys, n=3, cutoff=0.5)
                hint = f"; near it are {', '.join(near)}" if near else ""
                yield "multiply", pattern, f"multiply: no parameter matches {pattern!r}{hint}"
            if not 0 <= factor < inf:
                problem = f"multiply: {pattern} = {factor}: must be a finite number, zero or more"
                yield "multiply", pattern, problem

    def applied(
        self, restrictions: Iterable[Restriction], origin_country: str
    ) -> list[Restriction]:
        """Return the restrictions that shut something for cargo from a country."""
        if not self.apply_restrictions:
            return []
        return [
            row for row in restrictions if row.effect == "closed" and row.concerns(origin_country)
        ]

    def closed(self, restrictions: Iterable[Restriction], origin_country: str) -> Closures:
        """Return all closures that hold for cargo from a country."""
        total = self.closures
        for row in self.applied(restrictions, origin_country):
            total |= closure_of(row.subject_type, row.subject_id)
        return total

    def shut_by_status(self, world: World) -> Closures:
        """Return what the statuses of this scenario put out of use as a whole.

        Lines and crossings are shut one by one, where the graph is put together.
        """
        shut = {name for name, status in self.status.items() if status in _NOT_IN_USE}
        return Closures(
            places=frozenset(shut & world.places.keys()),
            corridors=frozenset(
                name for name, status in self.status.items() if status is Status.CLOSED
            ),
        )


_NOT_IN_USE: Final = frozenset({Status.CLOSED, Status.CONSTRUCTION, Status.PLANNED})
_TYPE_WORDS: Final[Mapping[type, str]] = {
    str: "a text",
    date: "a date (2026-11-22, without quotes)",
    list: "a list",
    int: "a whole number",
    bool: "true or false",
    dict: "a table",
}


def _matches(pattern: str, key: str) -> bool:
    regex = re.escape(pattern).replace(r"\*", ".*")
    return re.fullmatch(regex, key) is not None


def matching_keys(pattern: str, keys: Iterable[str]) -> list[str]:
    """Return the keys that a pattern matches, in which ``*`` stands for any text."""
    return [key for key in keys if _matches(pattern, key)]


def scenario_ids(directories: Iterable[Path] = (SCENARIOS,)) -> dict[str, Path]:
    """Return the scenario files by id, sorted, `open` first."""
    files = {path.stem: path for folder in directories for path in folder.glob("*.toml")}
    return dict(sorted(files.items(), key=lambda item: (item[0] != "open", item[0])))


NamesOf = Callable[[], Set[str]]
"""Gives the names of lines and the ids of corridors; asked only by a scenario with statuses."""


def load_scenario(
    name: str,
    world: World,
    directories: Iterable[Path] = (SCENARIOS,),
    names_of: NamesOf = frozenset,
) -> Scenario:
    """Return a named scenario, or the one in a TOML file.

    Parameters
    ----------
    names_of
        What `[status]` may name besides places and border crossings.

    Raises
    ------
    DataError
        Listing every problem of the file with its line.
    """
    shipped = scenario_ids(directories)
    path = Path(name) if name.endswith(".toml") else shipped.get(name)
    if path is None:
        near = difflib.get_close_matches(name, shipped, n=3)
        hint = f"did you mean {', '.join(near)}? " if near else ""
        raise DataError(
            f"scenario {name!r}",
            [f"unknown; {hint}there are {', '.join(shipped)}, or give a file ending in .toml"],
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(str(path), [f"cannot be read: {error}"]) from None
    return parse_scenario(text, world, str(path), names_of)


def parse_scenario(text: str, world: World, where: str, names_of: NamesOf = frozenset) -> Scenario:
    """Parse and check the text of a scenario; see `load_scenario`."""
    try:
        entry = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(where, [_not_toml(str(error))]) from None
    lines = TomlLines(text)
    faults = [*_key_problems(entry, lines)]
    problems = [*faults, *_content_problems(entry, lines, world)]
    status = {} if faults else _flat(entry.get("status", {}))
    if status:
        problems += _status_problems(status, lines, world, names_of())
    if problems:
        raise DataError(where, problems)
    close = {kind: frozenset(ids) for kind, ids in entry.get("close", {}).items()}
    scenario = Scenario(
        scenario_id=entry["id"],
        name=entry["name"],
        as_of=entry["as_of"].isoformat(),
        description=entry["description"],
        sources=tuple(entry.get("sources", ())),
        year=entry.get("year"),
        apply_restrictions=entry.get("apply_restrictions", False),
        closures=Closures(**close),
        status={name: Status(word) for name, word in status.items()},
        values=_flat(entry.get("set", {})),
        factors=_flat(entry.get("multiply", {})),
    )
    problems = [
        f"line {lines.of(table, key)}: {problem}"
        for table, key, problem in scenario.value_faults(world)
    ]
    if problems:
        raise DataError(where, problems)
    return scenario


def with_overrides(
    scenario: Scenario,
    *,
    closures: Closures,
    values: Mapping[str, float],
    year: int | None,
    factors: Mapping[str, float] | None = None,
) -> Scenario:
    """Return a scenario with the closures, values, factors and year of one request added.

    A factor of the request multiplies with one of the scenario for the same pattern.
    """
    both = {key: scenario.factors.get(key, 1.0) * by for key, by in (factors or {}).items()}
    return replace(
        scenario,
        closures=scenario.closures | closures,
        values={**scenario.values, **values},
        factors={**scenario.factors, **both},
        year=scenario.year if year is None else year,
    )


def _key_problems(entry: dict[str, Any], lines: TomlLines) -> Iterable[str]:
    allowed = {**REQUIRED, **OPTIONAL}
    for key, value in entry.items():
        line = lines.of(key)
        if key not in allowed:
            hint = did_you_mean(key, allowed)
            yield f"line {line}: unknown key {key!r}{hint} (allowed: {', '.join(allowed)})"
        elif type(value) is not allowed[key]:
            yield f"line {line}: {key} must be {_TYPE_WORDS[allowed[key]]}, not {value!r}"
    year = entry.get("year")
    if type(year) is int and not FIRST_YEAR <= year <= LAST_YEAR:
        line = lines.of("year")
        yield f"line {line}: year must be from {FIRST_YEAR} to {LAST_YEAR}, not {year}"
    for key in REQUIRED:
        if key not in entry:
            yield f"key {key!r} is missing"
    sources = entry.get("sources", [])
    if isinstance(sources, list) and not all(isinstance(name, str) for name in sources):
        yield f"line {lines.of('sources')}: sources must be a list of texts"
    close = entry.get("close", {})
    for kind, names in close.items() if isinstance(close, dict) else ():
        line = lines.of("close", kind)
        if kind not in CLOSABLE:
            yield f"line {line}: [close] has no key {kind!r}{did_you_mean(kind, CLOSABLE)}"
        elif not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            yield f"line {line}: [close] {kind} must be a list of texts"
    for table in ("set", "multiply"):
        part = entry.get(table, {})
        for key, value in _flat(part).items() if isinstance(part, dict) else ():
            if isinstance(value, bool) or not isinstance(value, int | float):
                line = lines.of(table, key)
                yield f"line {line}: [{table}] {key} must be a number, not {value!r}"
    part = entry.get("status", {})
    for key, value in _flat(part).items() if isinstance(part, dict) else ():
        if value not in tuple(Status):
            line, hint = lines.of("status", key), did_you_mean(str(value), tuple(Status))
            yield (
                f"line {line}: [status] {key} must be one of {', '.join(Status)}, "
                f"not {value!r}{hint}"
            )


def _not_toml(words: str) -> str:
    """Return a fault of `tomllib` with its line first, as every other problem has it."""
    found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", words, flags=re.DOTALL)
    return (
        f"line {found[2]}: not TOML: {found[1]} (column {found[3]})"
        if found
        else f"not TOML: {words}"
    )


def _content_problems(entry: dict[str, Any], lines: TomlLines, world: World) -> Iterable[str]:
    """Yield sources and closed ids that do not exist, passing over what `_key_problems` names."""
    sources = entry.get("sources")
    listed = sources if isinstance(sources, list) else []
    for name in dict.fromkeys(each for each in listed if isinstance(each, str)):
        if name not in world.sources:
            line, hint = lines.of_item(name, "sources"), did_you_mean(name, world.sources)
            yield f"line {line}: sources: {name!r} is in no file of sources/{hint}"
    close = entry.get("close", {})
    for kind, names in close.items() if isinstance(close, dict) else ():
        if kind not in CLOSABLE or not isinstance(names, list):
            continue
        for name in dict.fromkeys(each for each in names if isinstance(each, str)):
            line = lines.of_item(name, "close", kind)
            for problem in closure_problems(Closures(**{kind: frozenset({name})}), world):
                yield f"line {line}: {problem}"


def _status_problems(
    status: Mapping[str, str], lines: TomlLines, world: World, names: Set[str]
) -> Iterable[str]:
    known = {*world.places, *world.border_crossings, *names}
    for name in status:
        if name not in known:
            yield (
                f"line {lines.of('status', name)}: [status] {name!r} is no line, border crossing, "
                f"place or corridor{did_you_mean(name, known)}"
            )


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return a TOML table with nested keys joined by dots, so quoting a key is optional."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat
