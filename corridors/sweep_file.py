"""A sweep as a TOML file: what it may say, and every mistake in it with line and key.

::

    name = "Slag from the east coast"     # optional
    solve = "corridors"                   # each named corridor; or "optimum": the best of all ways
    by = "generalised"                    # cost, time, co2e; with "optimum" also a list of them
    corridors = ["suez-rostov"]           # with "corridors" only; all if not given
    scenarios = ["open", "mine.toml"]     # names or files; ["open"] if not given
    years = [2026, 2035]                  # optional: each scenario in each of these years
    snap_km = 50                          # optional: how far a free point may be from a road
    data = ["tables"]                     # optional: as --data
    with = ["lines.geojson"]              # optional: as --with
    destinations = ["KZUKT"]              # ids, names or "lat,lon"; or a table as below

    [origins]
    places = ["INOSC", "20.27,85.84"]     # any of these three
    file = "points.csv"                   # CSV with name, lat, lon; or GeoJSON of Points
    name = "plant"                        # the column or property with the names; "name"
    grid = { country = "IN", step_deg = 2 }   # or { box = [west, south, east, north], ... }

    [[cargo]]                             # repeatable; titanium slag, 1 500 t if there is none
    commodity = "titanium_slag"
    mass_t = [500, 1500]                  # a number or a list
    unit = "container_20"

    [draws]                               # optional: without, the typical values
    n = 1000
    seed = 1

Files are looked for beside the TOML file.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corridors.consignment import MOST_MASS_T, make_consignment
from corridors.draws import FEWEST_DRAWS, MOST_DRAWS
from corridors.errors import CorridorsError
from corridors.pricing import By
from corridors.request import DEFAULT_CARGO, DEFAULT_MASS_T, Request
from corridors.scenario import (
    FIRST_YEAR,
    LAST_YEAR,
    SCENARIOS,
    parse_scenario,
    scenario_ids,
)
from corridors.sweep_file_points import PointsReader
from corridors.sweep_points import SweepPoint
from corridors.toml_faults import Faults
from corridors.toml_lines import TomlLines
from geodata.errors import DataError
from geodata.vocabulary import CargoUnit

SOLVES: Final = ("corridors", "optimum")
_KEYS: Final = (
    "name", "solve", "by", "corridors", "scenarios", "years", "snap_km", "data", "with", "origins",
    "destinations", "cargo", "draws",
)  # fmt: skip
_ENDS: Final = ("origins", "destinations")
_CARGO_KEYS: Final = ("commodity", "mass_t", "unit")
_DRAW_KEYS: Final = ("n", "seed")
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
        where = f"line {found[1]}: " if found else ""
        raise DataError(str(path), [f"{where}not TOML: {error}"]) from None
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
        self._faults.unknown(entry, _KEYS, "")
        for key in _ENDS:
            if key not in entry:
                self._faults.say(f"key {key!r} is missing")
        name = self._typed("name", str, "a text", "")
        solve = self._one_of("solve", SOLVES, "corridors")
        by = self._by(solve)
        snap_km = self._number("snap_km", Request.snap_km)
        request = self._request(snap_km)
        corridors = self._corridors(request, solve)
        variants = self._variants(request)
        cargoes = self._cargoes(request)
        draws, seed = self._draws()
        reader = PointsReader(self._faults, self._folder, request)
        origins, destinations = (reader.read(key, entry.get(key)) for key in _ENDS)
        known = {point.name: point for point in origins}
        for point in destinations:
            if known.get(point.name, point) != point:
                self._faults.say(
                    f"destinations: {point.name!r} is an origin somewhere else: rename one of them",
                    "destinations",
                )
        if len(self._faults):
            raise DataError(str(self._path), self._faults.told())
        assert request is not None
        return SweepFile(
            name=name or self._path.stem, solve=solve, by=by, corridors=corridors,
            variants=variants, origins=origins, destinations=destinations, cargoes=cargoes,
            draws=draws, seed=seed, request=request,
        )  # fmt: skip

    def _typed(self, key: str, kind: type, words: str, default: Any) -> Any:
        value = self._entry.get(key, default)
        if type(value) is not kind:
            self._faults.say(f"{key} must be {words}, not {value!r}", key)
            return default
        return value

    def _number(self, key: str, default: float) -> float:
        value = self._entry.get(key, default)
        if not _is_number(value) or not 0 <= value <= MOST_SNAP_KM:
            self._faults.say(
                f"{key} must be a number from 0 to {MOST_SNAP_KM:g}, not {value!r}", key
            )
            return default
        return float(value)

    def _one_of(self, key: str, words: Iterable[str], default: str) -> str:
        value = self._entry.get(key, default)
        if value not in words:
            self._faults.say(f"{key} must be one of {', '.join(words)}, not {value!r}", key)
            return default
        return str(value)

    def _texts(self, key: str, default: list[str]) -> list[str]:
        """Return a list of texts without those that stand twice, which it names."""
        value = self._entry.get(key, default)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._faults.say(f"{key} must be a list of texts, not {value!r}", key)
            return default
        if not value and key in self._entry:
            self._faults.say(f"{key} is an empty list: name something or leave it out", key)
        for each in {each for each in value if value.count(each) > 1}:
            self._faults.say(f"{key}: {each!r} stands twice; leave one", key, item=each)
        return list(dict.fromkeys(value))

    def _by(self, solve: str) -> tuple[By, ...]:
        value = self._entry.get("by", By.GENERALISED.value)
        asked = value if isinstance(value, list) else [value]
        if not asked or len(set(map(str, asked))) < len(asked):
            self._faults.say("by must name criteria, each once", "by")
            return (By.GENERALISED,)
        good = [each for each in asked if each in tuple(By)]
        for each in asked:
            if each not in tuple(By):
                self._faults.say(
                    f"by: {each!r} is not one of {', '.join(By)}", "by", item=str(each)
                )
        if solve == "corridors" and len(asked) > 1:
            self._faults.say(
                'by: with solve = "corridors" ways are held by one criterion: name one', "by"
            )
        return tuple(By(each) for each in good) or (By.GENERALISED,)

    def _request(self, snap_km: float) -> Request | None:
        data, files = ([self._folder / each for each in self._texts(k, [])] for k in _INPUTS)
        for key, paths in zip(_INPUTS, (data, files), strict=True):
            for path in paths:
                if not path.exists():
                    self._faults.say(
                        f"{key}: {path} does not exist", key, item=self._as_written(path)
                    )
        request = Request(data=tuple(data), with_files=tuple(files), snap_km=snap_km)
        if any(not path.exists() for path in (*data, *files)):
            return None
        try:
            assert request.world is not None
            assert request.corridors is not None
        except (DataError, CorridorsError) as error:
            self._faults.say(str(error), _INPUTS[0] if data else _INPUTS[1])
            return None
        return request

    def _as_written(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()

    def _corridors(self, request: Request | None, solve: str) -> tuple[str, ...]:
        asked = self._texts("corridors", [])
        if solve == "optimum":
            if asked:
                text = 'corridors: solve = "optimum" is bound to no corridor: leave it out'
                self._faults.say(text, "corridors")
            return ()
        if request is None:
            return ()
        known = {corridor.corridor_id for corridor in request.corridors}
        for each in asked:
            if each not in known:
                near = difflib.get_close_matches(each, sorted(known), n=3, cutoff=0.4)
                hint = f"; did you mean {', '.join(near)}?" if near else ""
                self._faults.say(
                    f"corridors: unknown corridor {each!r}{hint}", "corridors", item=each
                )
        return tuple(asked) or tuple(corridor.corridor_id for corridor in request.corridors)

    def _variants(self, request: Request | None) -> tuple[Variant, ...]:
        names = self._texts("scenarios", ["open"])
        years = self._entry.get("years", [])
        if not isinstance(years, list) or any(type(year) is not int for year in years):
            self._faults.say(f"years must be a list of whole numbers, not {years!r}", "years")
            years = []
        for year in dict.fromkeys(years):
            if not FIRST_YEAR <= year <= LAST_YEAR:
                self._faults.say(f"years: {year} is not from {FIRST_YEAR} to {LAST_YEAR}", "years")
            if years.count(year) > 1:
                self._faults.say(f"years: {year} stands twice; leave one", "years")
        if request is None:
            return ()
        folders = (SCENARIOS, *(folder / "scenarios" for folder in request.data))
        shipped = scenario_ids(folders)
        found: list[Variant] = []
        for name in names:
            path = self._folder / name if name.endswith(".toml") else shipped.get(name)
            if path is None:
                near = difflib.get_close_matches(name, shipped, n=3)
                hint = f"did you mean {', '.join(near)}? " if near else ""
                self._faults.say(
                    f"scenarios: {name!r} is unknown; {hint}there are {', '.join(shipped)}, or a "
                    "file ending in .toml", "scenarios", item=name,
                )  # fmt: skip
                continue
            try:
                text = path.read_text(encoding="utf-8")
                parse_scenario(text, request.world, name, request.names_with_status)
            except (OSError, UnicodeDecodeError) as error:
                self._faults.say(
                    f"scenarios: {name} cannot be read: {error}", "scenarios", item=name
                )
            except DataError as error:
                for problem in error.problems:
                    self._faults.say(f"scenarios: {name}: {problem}", "scenarios", item=name)
            else:
                found += [Variant(name, text, year) for year in years or [None]]
        return tuple(found)

    def _cargoes(self, request: Request | None) -> tuple[Cargo, ...]:
        entries = self._entry.get("cargo", [{}])
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            self._faults.say("write [[cargo]] with double brackets", "cargo")
            return ()
        found: list[Cargo] = []
        for number, entry in enumerate(entries):
            lines = self._lines_of_cargo(number)
            self._faults.unknown(entry, _CARGO_KEYS, "cargo", lines)
            found += self._cargo(entry, lines, request)
        for cargo in {each for each in found if found.count(each) > 1}:
            self._faults.say(f"cargo: {cargo.label} stands twice; leave one", "cargo")
        return tuple(dict.fromkeys(found))

    def _cargo(
        self, entry: dict[str, Any], lines: TomlLines, request: Request | None
    ) -> Iterable[Cargo]:
        commodity = entry.get("commodity", DEFAULT_CARGO)
        masses = entry.get("mass_t", DEFAULT_MASS_T)
        unit = entry.get("unit", CargoUnit.CONTAINER_20.value)
        faults = len(self._faults)
        if unit not in tuple(CargoUnit):
            text = f"cargo.unit must be one of {', '.join(CargoUnit)}, not {unit!r}"
            self._faults.say(text, line=lines.of("cargo", "unit"))
        masses = masses if isinstance(masses, list) else [masses]
        if not masses:
            self._faults.say("cargo.mass_t is an empty list", line=lines.of("cargo", "mass_t"))
        for mass in masses:
            if not _is_number(mass) or not 0 < mass <= MOST_MASS_T:
                text = f"cargo.mass_t must be above 0 and at most {MOST_MASS_T:g}, not {mass!r}"
                self._faults.say(text, line=lines.of("cargo", "mass_t"))
        known = sorted(request.world.words["commodity"] - {"*"}) if request else []
        if request and commodity not in known:
            text = f"cargo.commodity must be one of {', '.join(known)}, not {commodity!r}"
            self._faults.say(text, line=lines.of("cargo", "commodity"))
        if len(self._faults) > faults or request is None:
            return []
        try:
            make_consignment(request.world.parameters, commodity, 1.0, CargoUnit(unit))
        except DataError as error:
            for problem in error.problems:
                self._faults.say(
                    f"cargo: {commodity} as {unit}: {problem}", line=lines.of("cargo", "unit")
                )
            return []
        return [Cargo(commodity, float(mass), CargoUnit(unit)) for mass in masses]

    def _lines_of_cargo(self, number: int) -> TomlLines:
        """Return the lines of one of several [[cargo]]: all others are blank."""
        rows = self._text.splitlines()
        heads = [at for at, row in enumerate(rows) if _CARGO_HEAD.match(row)]
        if number >= len(heads):
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
            self._faults.say("draws must be a table: [draws] with n and seed", "draws")
            return None, 0
        self._faults.unknown(table, _DRAW_KEYS, "draws")
        count, seed = table.get("n"), table.get("seed", 1)
        if type(count) is not int or not FEWEST_DRAWS <= count <= MOST_DRAWS:
            limits = f"from {FEWEST_DRAWS} to {MOST_DRAWS}"
            self._faults.say(
                f"draws.n must be a whole number {limits}, not {count!r}", "draws", "n"
            )
            count = None
        if type(seed) is not int or not 0 <= seed <= _LARGEST_SEED:
            self._faults.say(f"draws.seed must be a whole number, zero or more, not {seed!r}",
                      "draws", "seed")  # fmt: skip
            seed = 0
        return count, seed


MOST_SNAP_KM: Final = 200.0
_INPUTS: Final = ("data", "with")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
