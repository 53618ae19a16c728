"""Who wins where in a sweep, read file by file: no more than one is in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from corridors.errors import CorridorsError
from corridors.sweep_store import POINTS, read_manifest
from geodata.units import HOURS_PER_DAY

_COLUMNS: Final = (
    "case_id", "scenario", "year", "commodity", "mass_t", "unit", "origin", "destination", "by",
    "corridor", "way", "cost_usd_per_t", "time_h", "best", "error",
)  # fmt: skip
_BULKY: Final = ("partitions", "columns")
_DIGITS: Final = 6
NONE: Final = "(none possible)"
"""In place of a winner where there is no answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One pair of ends in one scenario, cargo and criterion; all its draws together."""

    scenario: str
    year: int | None
    commodity: str
    mass_t: float
    unit: str
    origin: str
    destination: str
    by: str

    @property
    def scenario_words(self) -> str:
        """The scenario with the year that it is asked in, if not its own."""
        return f"{self.scenario} {self.year}" if self.year else self.scenario

    @property
    def cargo_words(self) -> str:
        """The cargo in one short text."""
        return f"{self.commodity} {self.mass_t:.15g} t {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Winner:
    """What is best most often. Without any answer, ``winner`` is empty and ``error`` says why.

    ``share`` of draws, ties divided; ``second`` is what is best next often, if anything is.
    Medians are over all draws of the winner (of an optimum: over those draws it is the best in).
    """

    asked: Asked
    winner: str = ""
    name: str = ""
    share: float = 0.0
    second: str = ""
    second_share: float = 0.0
    cost_usd_per_t: float | None = None
    time_days: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where an origin or a destination lies."""

    lat: float
    lon: float
    place_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The winners of a sweep in the order of its cases; points by role and name."""

    folder: Path
    stated: dict[str, Any]
    winners: tuple[Winner, ...]
    points: dict[tuple[str, str], Point]


def read_report(folder: Path) -> Report:
    """Return who wins where in a folder of results.

    Raises
    ------
    CorridorsError
        If it is no folder of a sweep, or the sweep is not finished.
    """
    manifest = read_manifest(folder)
    if not manifest.get("complete"):
        raise CorridorsError(f"{folder}: the sweep is not finished: run `corridors sweep` again")
    import pyarrow.parquet as pq

    points = pq.read_table(folder / POINTS).to_pylist()
    names: dict[str, str] = {}
    winners = tuple(
        winner
        for part in manifest["partitions"]
        for winner in _winners(folder / part["file"], names)
    )
    return Report(
        folder=folder,
        stated={key: value for key, value in manifest.items() if key not in _BULKY},
        winners=winners,
        points={
            (row["role"], row["name"]): Point(
                lat=row["lat"], lon=row["lon"], place_id=row["place_id"]
            )
            for row in points
        },
    )


def winner_rows(report: Report) -> list[dict[str, Any]]:
    """Return a flat row per winner, with where its origin lies."""
    return [
        {
            **asdict(winner.asked),
            "winner": winner.winner,
            "name": winner.name,
            "share_won": round(winner.share, _DIGITS),
            "second": winner.second,
            "second_share": round(winner.second_share, _DIGITS),
            "median_cost_usd_per_t": _rounded(winner.cost_usd_per_t),
            "median_time_days": _rounded(winner.time_days),
            "error": winner.error,
            "lat": report.points["origin", winner.asked.origin].lat,
            "lon": report.points["origin", winner.asked.origin].lon,
        }
        for winner in report.winners
    ]


def wins(report: Report) -> list[dict[str, Any]]:
    """Return how many origins every winner has, by all that is asked but the origin."""
    counts: dict[Asked, Counter[str]] = {}
    for winner in report.winners:
        counts.setdefault(replace(winner.asked, origin=""), Counter())[winner.winner] += 1
    rows = []
    for asked, counter in counts.items():
        for name, count in sorted(counter.items(), key=lambda item: (-item[1], item[0])):
            rows.append(
                {
                    "scenario": asked.scenario_words,
                    "cargo": asked.cargo_words,
                    "destination": asked.destination,
                    "by": asked.by,
                    "winner": name or NONE,
                    "origins": count,
                    "of": sum(counter.values()),
                }
            )
    return rows


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _winners(path: Path, names: dict[str, str]) -> Iterator[Winner]:
    """Yield the winners of one file; all rows of a pair of ends stand in one file."""
    import pyarrow.parquet as pq

    table = pq.read_table(path, columns=list(_COLUMNS))
    columns = {name: table[name].combine_chunks() for name in _COLUMNS}
    codes: dict[str, tuple[Any, list[Any]]] = {}
    for name in ("scenario", "commodity", "unit", "origin", "destination", "by", "corridor", "way",
                 "error"):  # fmt: skip
        codes[name] = _codes(columns[name])
    corridor, way = codes["corridor"], codes["way"]
    held = corridor[0].max(initial=-1) >= 0
    answer, words = corridor if held else way
    if held:
        for code, text in zip(answer.tolist(), way[0].tolist(), strict=True):
            if code >= 0 and words[code] not in names:
                names[words[code]] = way[1][text]
    origin, destination, by = (codes[name][0] for name in ("origin", "destination", "by"))
    changes = np.flatnonzero(
        (np.diff(origin) != 0) | (np.diff(destination) != 0) | (np.diff(by) != 0)
    )
    edges = [0, *(changes + 1).tolist(), len(origin)]
    plain = {
        name: columns[name].to_numpy(zero_copy_only=False)
        for name in ("case_id", "cost_usd_per_t", "time_h", "best", "mass_t")
    }
    first_year = columns["year"][0].as_py()
    pieces: dict[tuple[int, int, int], list[slice]] = {}
    for start, end in pairwise(edges):
        key = (int(destination[start]), int(origin[start]), int(by[start]))
        pieces.setdefault(key, []).append(slice(start, end))

    def word(name: str, at: int) -> Any:
        code, words = codes[name]
        return words[code[at]]

    for slices in pieces.values():
        rows = np.concatenate([np.arange(each.start, each.stop) for each in slices])
        at = int(rows[0])
        asked = Asked(
            scenario=word("scenario", at),
            year=first_year,
            commodity=word("commodity", at),
            mass_t=float(plain["mass_t"][at]),
            unit=word("unit", at),
            origin=word("origin", at),
            destination=word("destination", at),
            by=word("by", at),
        )
        yield _winner(asked, rows, plain, answer, words, names, codes["error"], held=held)


def _winner(
    asked: Asked,
    rows: Any,
    plain: dict[str, Any],
    answer: Any,
    words: list[str],
    names: dict[str, str],
    errors: tuple[Any, list[str]],
    *,
    held: bool,
) -> Winner:
    best = rows[plain["best"][rows].astype(bool)]
    if not best.size:
        why = dict.fromkeys(errors[1][code] for code in errors[0][rows].tolist() if code >= 0)
        return Winner(asked=asked, error="; ".join(why))
    _, case, ties = np.unique(plain["case_id"][best], return_inverse=True, return_counts=True)
    weight = np.bincount(answer[best], weights=1 / ties[case], minlength=len(words)) / ties.size
    order = sorted(
        np.flatnonzero(weight > 0).tolist(), key=lambda code: (-weight[code], words[code])
    )
    first = order[0]
    of_all = rows if held else best
    own = of_all[answer[of_all] == first]
    return Winner(
        asked=asked,
        winner=words[first],
        name=names.get(words[first], words[first]),
        share=float(weight[first]),
        second=words[order[1]] if len(order) > 1 else "",
        second_share=float(weight[order[1]]) if len(order) > 1 else 0.0,
        cost_usd_per_t=float(np.median(plain["cost_usd_per_t"][own])),
        time_days=float(np.median(plain["time_h"][own])) / HOURS_PER_DAY,
    )


def _codes(column: Any) -> tuple[Any, list[Any]]:
    """Return the codes of a dictionary column, -1 for null, and its words."""
    indices = column.indices
    codes = np.asarray(indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
    return codes, column.dictionary.to_pylist()
