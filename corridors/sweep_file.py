"""A sweep as a TOML file, as `sweep_example` shows it: every mistake in it with line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corridors.consignment import MOST_MASS_T, make_consignment
from corridors.draws import FEWEST_DRAWS, MOST_DRAWS
from corridors.end_finder import MOST_SNAP_KM
from corridors.errors import CorridorsError, did_you_mean
from corridors.pricing import By
from corridors.request import DEFAULT_CARGO, DEFAULT_MASS_T, Request
from corridors.scenario import FIRST_YEAR, LAST_YEAR, SCENARIOS, parse_scenario, scenario_ids
from corridors.sweep_file_points import PointsReader
from corridors.sweep_points import SweepPoint
from corridors.toml_faults import Faults
from corridors.toml_lines import TomlLines
from geodata.errors import DataError
from geodata.vocabulary import CargoUnit

SOLVES: Final = ("corridors", "optimum")
KEYS: Final = (
    "name", "solve", "by", "corridors", "scenarios", "years", "snap_km", "data", "with", "origins",
    "destinations", "cargo", "draws",
)  # fmt: skip
_ENDS: Final = ("origins", "destinations")
_INPUTS: Final = ("data", "with")
CARGO_KEYS: Final = ("commodity", "mass_t", "unit")
DRAW_KEYS: Final = ("n", "seed")
_LARGEST_SEED: Final = 2**63 - 1
_CARGO_HEAD: Final = re.compile(r"^\s*\[\[\s*cargo\s*\]\]")
_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class Cargo:
    """What is moved: one commodity, mass and cargo unit."""

    commodity: str
    mass_t: float
    unit: CargoUnit

    @property
    def label(self) -> str:
        """The cargo in one short text, distinct within a sweep."""
        return f"{self.commodity} {self.mass_t:.15g} t {self.unit.value}"


@dataclass(frozen=True, slots=True)
class Variant:
    """A scenario by name and text, in its own year or in another."""

    name: str
    text: str
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepFile:
    """A sweep that was read and checked; `request` holds the tables and the network it is about."""

    name: str
    solve: str
    by: tuple[By, ...]
    corridors: tuple[str, ...]
    variants: tuple[Variant, ...]
    origins: tuple[SweepPoint, ...]
    destinations: tuple[SweepPoint, ...]
    cargoes: tuple[Cargo, ...]
    draws: int | None
    seed: int
    request: Request


def read_sweep(path: Path) -> SweepFile:
    """Read a sweep and check all of it.

    Raises
    ------
    DataError
        Listing every mistake with its line and key.
    """
    try:
        text = path.read_text(encoding="utf-8")
        entry = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(str(path), [f"cannot be read: {error}"]) from None
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = found[1] if found else len(text.splitlines())
        twice = ": a key stands twice" if "overwrite" in str(error) else ""
        raise DataError(str(path), [f"line {line}: not TOML{twice}: {error}"]) from None
    return _Reader(path, text, entry).sweep()


class _Reader:
    """Reads one file; every part adds its own problems, none stops the others."""

    def __init__(self, path: Path, text: str, entry: dict[str, Any]) -> None:
        self._path, self._text, self._entry = path, text, entry
        self._folder = path.parent
        self._lines = TomlLines(text)
        self._faults = Faults(self._lines)

    def sweep(self) -> SweepFile:
        """Return the sweep; raise all problems together."""
        entry = self._entry
        self._faults.unknown(entry, KEYS, "")
        for key in _ENDS:
            if key not in entry:
                self._faults.say(f"key {key!r} is missing")
        name = self._value("name", "", good=_is_text, must="a text")
        solve = self._one_of("solve", SOLVES, "corridors")
        by = self._by(solve)
        snap_km = self._value(
            "snap_km", Request.snap_km, good=_is_snap, must=f"a number from 0 to {MOST_SNAP_KM:g}"
        )
        request = self._request(float(snap_km))
        corridors = self._corridors(request, solve)
        variants = self._variants(request)
        cargoes = self._cargoes(request)
        draws, seed = self._draws()
        reader = PointsReader(self._faults, self._folder, request)
        origins, destinations = (reader.read(key, entry.get(key)) for key in _ENDS)
        known = {point.name: point for point in origins}
        for point in destinations:
            if known.get(point.name, point) != point:
                text = f"{point.name!r} is an origin somewhere else: rename one of them"
                self._faults.say(f"destinations: {text}", "destinations")
        if len(self._faults):
            raise DataError(str(self._path), self._faults.told())
        return SweepFile(
            name=name or self._path.stem, solve=solve, by=by, corridors=corridors,
            variants=variants, origins=origins, destinations=destinations, cargoes=cargoes,
            draws=draws, seed=seed, request=request,
        )  # fmt: skip

    def _value(self, key: str, default: Any, *, good: Callable[[Any], bool], must: str) -> Any:
        value = self._entry.get(key, default)
        if not good(value):
            self._faults.say(f"{key} must be {must}, not {value!r}", key)
            return default
        return value

    def _one_of(self, key: str, words: Collection[str], default: str) -> str:
        must = f"one of {', '.join(words)}"
        return str(self._value(key, default, good=words.__contains__, must=must))

    def _texts(self, key: str, default: list[str]) -> list[tuple[int, str]]:
        """Return a list of texts with their positions."""
        value = self._entry.get(key)
        if value is None:
            return [*enumerate(default)]
        return self._faults.items(value, key, good=_is_text, must="a text")

    def _by(self, solve: str) -> tuple[By, ...]:
        value = self._entry.get("by", By.GENERALISED.value)
        if not isinstance(value, list):
            return (By(self._one_of("by", tuple(By), By.GENERALISED)),)
        found = self._faults.items(value, "by", good=_is_criterion, must=f"one of {', '.join(By)}")
        if solve == "corridors" and len(value) > 1:
            self._faults.say(
                'by: with solve = "corridors" ways are held by one criterion: name one', "by"
            )
        return tuple(By(each) for _, each in found) or (By.GENERALISED,)

    def _request(self, snap_km: float) -> Request:
        """Return what the sweep is about; of tables and lines of its own, those that can be read.

        Where some cannot, the rest of the file is checked against the others.
        """
        own: dict[str, tuple[Path, ...]] = {}
        for key in _INPUTS:
            paths = [(at, self._folder / name) for at, name in self._texts(key, [])]
            own[key] = tuple(path for _, path in paths if path.exists())
            for at, path in paths:
                if not path.exists():
                    self._faults.say(f"{key}: {path} does not exist", key, index=at)
        request = Request(data=own["data"], with_files=own["with"], snap_km=snap_km)
        try:
            assert request.world is not None
            assert request.corridors is not None
        except (DataError, CorridorsError) as error:
            self._faults.say(str(error), "data" if own["data"] else "with")
            return Request(snap_km=snap_km)
        return request

    def _corridors(self, request: Request, solve: str) -> tuple[str, ...]:
        asked = self._texts("corridors", [])
        known = {corridor.corridor_id for corridor in request.corridors}
        for index, each in asked:
            if each not in known:
                near = did_you_mean(each, sorted(known), most=3, cutoff=0.4)
                hint = near or f"; give ids: {', '.join(sorted(known))}"
                text = f"corridors: unknown corridor {each!r}{hint}"
                self._faults.say(text, "corridors", index=index)
        if solve == "optimum":
            if asked:
                text = 'corridors: solve = "optimum" is bound to no corridor: leave it out'
                self._faults.say(text, "corridors")
            return ()
        return tuple(each for _, each in asked) or tuple(
            corridor.corridor_id for corridor in request.corridors
        )

    def _variants(self, request: Request) -> tuple[Variant, ...]:
        years: list[int | None] = [None]
        if "years" in self._entry:
            found = self._faults.items(
                self._entry["years"], "years", good=_is_year,
                must=f"a whole number from {FIRST_YEAR} to {LAST_YEAR}",
            )  # fmt: skip
            years = [year for _, year in found]
        shipped = scenario_ids((SCENARIOS, *(folder / "scenarios" for folder in request.data)))
        variants: list[Variant] = []
        for index, name in self._texts("scenarios", ["open"]):
            path = self._folder / name if name.endswith(".toml") else shipped.get(name)
            problems: tuple[str, ...] = ()
            if path is None:
                hint = did_you_mean(name, shipped, most=3) or ";"
                known = f"there are {', '.join(shipped)}, or a file ending in .toml"
                problems = (f"{name!r} is unknown{hint} {known}",)
            else:
                try:
                    text = path.read_text(encoding="utf-8")
                    parse_scenario(text, request.world, name, request.names_with_status)
                except (OSError, UnicodeDecodeError) as error:
                    problems = (f"{name} cannot be read: {error}",)
                except DataError as error:
                    problems = tuple(f"{name}: {problem}" for problem in error.problems)
                else:
                    variants += [Variant(name, text, year) for year in years]
            for problem in problems:
                self._faults.say(f"scenarios: {problem}", "scenarios", index=index)
        return tuple(variants)

    def _cargoes(self, request: Request) -> tuple[Cargo, ...]:
        entries = self._entry.get("cargo", [{}])
        if isinstance(entries, dict):
            self._faults.say("write [[cargo]] with double brackets", "cargo")
            entries = [entries]
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            self._faults.say("write [[cargo]] with double brackets, and keys below it", "cargo")
            return ()
        found: list[Cargo] = []
        for number, entry in enumerate(entries):
            lines = self._lines_of_cargo(number)
            self._faults.unknown(entry, CARGO_KEYS, "cargo", lines)
            for cargo in self._cargo(entry, lines, request):
                if cargo in found:
                    self._faults.say(
                        f"cargo: {cargo.label} stands twice; leave one", "cargo", lines=lines
                    )
                found.append(cargo)
        return tuple(found)

    def _cargo(self, entry: dict[str, Any], lines: TomlLines, request: Request) -> Iterable[Cargo]:
        commodity = entry.get("commodity", DEFAULT_CARGO)
        masses = entry.get("mass_t", DEFAULT_MASS_T)
        unit = entry.get("unit", CargoUnit.CONTAINER_20.value)
        faults = len(self._faults)
        known = sorted(request.world.words["commodity"] - {"*"})
        for key, value, words in (("commodity", commodity, known), ("unit", unit, [*CargoUnit])):
            if value not in words:
                text = f"cargo.{key} must be one of {', '.join(words)}, not {value!r}"
                self._faults.say(text, "cargo", key, lines=lines)
        found = self._faults.items(
            masses if isinstance(masses, list) else [masses], "cargo", "mass_t", good=_is_mass,
            must=f"a number above 0 and at most {MOST_MASS_T:.0f}", lines=lines,
        )  # fmt: skip
        if len(self._faults) > faults:
            return []
        try:
            make_consignment(request.world.parameters, commodity, 1.0, CargoUnit(unit))
        except DataError as error:
            for problem in error.problems:
                text = f"cargo: {commodity} as {unit}: {problem}"
                self._faults.say(text, "cargo", "unit", lines=lines)
            return []
        return [Cargo(commodity, float(mass), CargoUnit(unit)) for _, mass in found]

    def _lines_of_cargo(self, number: int) -> TomlLines:
        """Return the lines of one of several [[cargo]]: all others are blank."""
        rows = self._text.splitlines()
        heads = [at for at, row in enumerate(rows) if _CARGO_HEAD.match(row)]
        if not heads:  # written as an inline table, or with single brackets
            return self._lines
        ends = [*heads[1:], len(rows)]
        other = {
            at
            for each, (start, end) in enumerate(zip(heads, ends, strict=True))
            if each != number
            for at in range(start, end)
        }
        return TomlLines("\n".join("" if at in other else row for at, row in enumerate(rows)))

    def _draws(self) -> tuple[int | None, int]:
        table = self._entry.get("draws")
        if table is None:
            return None, 0
        if not isinstance(table, dict):
            self._faults.say(
                "draws must be one table: [draws], in single brackets, with n and seed", "draws"
            )
            return None, 0
        self._faults.unknown(table, DRAW_KEYS, "draws")
        count, seed = table.get("n"), table.get("seed", 1)
        if type(count) is not int or not FEWEST_DRAWS <= count <= MOST_DRAWS:
            limits = f"from {FEWEST_DRAWS} to {MOST_DRAWS}"
            self._faults.say(
                f"draws.n must be a whole number {limits}, not {count!r}", "draws", "n"
            )
            count = None
        if type(seed) is not int or not 0 <= seed <= _LARGEST_SEED:
            text = f"draws.seed must be a whole number, zero or more, not {seed!r}"
            self._faults.say(text, "draws", "seed")
            seed = 0
        return count, seed


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_snap(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= MOST_SNAP_KM


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_criterion(value: Any) -> bool:
    return value in tuple(By)


def _is_year(value: Any) -> bool:
    return type(value) is int and FIRST_YEAR <= value <= LAST_YEAR


def _is_mass(value: Any) -> bool:
    return _is_number(value) and 0 < value <= MOST_MASS_T
