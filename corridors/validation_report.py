"""Verdicts as rows, as a summary and as text."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from math import ceil
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from corridors.report import SCHEMA_VERSION, evidence_entry, scenario_entry
from corridors.scenario import Scenario
from corridors.text import evidence_lines, joined, plain, spaced, table_of
from corridors.validation import SCOPES, UNITS, Kind, Result, Verdict
from geodata.families import Names
from geodata.units import PERCENT
from geodata.vocabulary import Grade

_WIDE: Final = 110
"""From this many columns on, unit and source have columns of their own."""
_NINETY: Final = 0.9
_WORDS: Final = {
    Verdict.OK: "ok",
    Verdict.MISS: "MISS",
    Verdict.KNOWN_BAD: "bad fig.",
    Verdict.NOT_COMPARABLE: "-",
}


def validation_rows(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return one row per published figure; errors and tolerances are in percent."""
    rows = []
    for result in results:
        row = result.benchmark
        low, high = row.bounds
        rows.append(
            {
                "id": row.id,
                "kind": row.kind.value,
                "what": row.what,
                "published": low if low == high else None,
                "published_low": low,
                "published_high": high,
                "model": result.model,
                "unit": UNITS.get(row.measure, row.measure),
                "measured": SCOPES.get(row.measure, "") if row.origin else "",
                "cargo_unit": row.cargo_unit.value if row.cargo_unit else "",
                "error_percent": None if result.error is None else result.error * PERCENT,
                "tolerance_percent": row.tolerance_percent,
                "verdict": result.verdict.value,
                "counted": result.counted,
                "standing": row.standing.value,
                "grade": row.grade.value,
                "source_id": row.source_id,
                "own_source_share": result.own_share,
                "why": result.why,
                "note": row.note,
            }
        )
    return rows


def summary_rows(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return one row per kind and grade: what counts, how much of it holds, the median error."""
    rows = []
    for kind in Kind:
        for grade in (Grade.PUBLISHED, Grade.ESTIMATED):
            own = [
                result
                for result in results
                if (result.benchmark.kind, result.benchmark.grade) == (kind, grade)
            ]
            counted = [result for result in own if result.counted]
            errors = [abs(one.error) * PERCENT for one in counted if one.error is not None]
            rows.append(
                {
                    "kind": kind.value,
                    "grade": grade.value,
                    "counted": len(counted),
                    "ok": sum(one.verdict is Verdict.OK for one in counted),
                    "miss": sum(one.verdict is Verdict.MISS for one in counted),
                    "median_error_percent": statistics.median(errors) if errors else None,
                    "worst_error_percent": max(errors) if errors else None,
                    "claims": sum(
                        not one.counted and one.verdict in (Verdict.OK, Verdict.MISS) for one in own
                    ),
                    "known_bad": sum(one.verdict is Verdict.KNOWN_BAD for one in own),
                    "not_comparable": sum(one.verdict is Verdict.NOT_COMPARABLE for one in own),
                }
            )
    return rows


def accuracy_rows(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return how far distances are off, one row per mode and grade; the worst with its reason.

    Only what counts; a way of several modes stands as ``mixed``. Percentiles are of the sizes of
    the errors, by the nearest rank.
    """
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        row = result.benchmark
        if row.kind is Kind.DISTANCE and result.counted and result.error is not None:
            modes = {mode.value for mode in row.modes if mode is not None}
            mode = modes.pop() if len(modes) == 1 else "mixed"
            groups.setdefault((mode, row.grade.value), []).append(result)
    rows = []
    for (mode, grade), found in sorted(groups.items()):
        found.sort(key=lambda one: abs(one.error or 0.0))
        errors = [abs(one.error or 0.0) * PERCENT for one in found]
        worst = found[-1]
        rows.append(
            {
                "distances by": mode,
                "grade": grade,
                "n": len(found),
                "misses": sum(map(_is_miss, found)),
                "median %": round(statistics.median(errors), 1),
                "90 % below": round(errors[ceil(_NINETY * len(errors)) - 1], 1),
                "worst %": round(errors[-1], 1),
                "worst is": f"{worst.benchmark.what} ({worst.benchmark.id}): "
                f"{worst.benchmark.note or worst.why}",
            }
        )
    return rows


def validation_document(
    results: Sequence[Result], scenario: Scenario, names: Names, data_version: str
) -> dict[str, Any]:
    """Return everything, JSON-ready."""
    founded = _founded(results)
    return {
        "schema_version": SCHEMA_VERSION,
        "data_version": data_version,
        "scenario": scenario_entry(scenario),
        **evidence_entry(founded, names, _evidence_of(results)),
        "summary": summary_rows(results),
        "accuracy": accuracy_rows(results),
        "figures": validation_rows(results),
    }


def _founded(results: Sequence[Result]) -> list[Result]:
    return [result for result in results if result.ledger]


def _evidence_of(results: Sequence[Result]) -> str:
    """Return in words whose evidence the shares are, and what they leave out."""
    found = _founded(results)
    times = sum(one.benchmark.kind is Kind.TIME for one in found)
    lengths = sum(one.model is not None and not one.ledger for one in results)
    return (
        f"the model's {times} times and {len(found) - times} costs (mean), over what each "
        f"measures; its {lengths} lengths rest on the network alone, and no figure is about CO2e"
    )


def validation_view(
    results: Sequence[Result], scenario: Scenario, names: Names, data_version: str, width: int
) -> RenderableType:
    """Return the figures as a table, then what is missed and why, then the summary.

    In fewer than 110 columns the source stands under ``what``, the unit under ``published``.
    """
    wide = width >= _WIDE
    table = table_of(
        ("id", "left"), ("what", "left"), ("published", "right"), ("model", "right"),
        *((("unit", "left"),) if wide else ()), ("error", "right"), ("verdict", "left"),
        *((("source", "left"),) if wide else ()),
    )  # fmt: skip
    for column in table.columns:
        column.no_wrap = column.header not in ("what", "source")
    compared = [result for result in results if result.model is not None or _is_miss(result)]
    for result in compared:
        row = result.benchmark
        low, high = row.bounds
        published = _short(low) if low == high else f"{_short(low)}-{_short(high)}"
        claimed = "" if result.counted or result.verdict is Verdict.KNOWN_BAD else "*"
        unit = UNITS[row.measure]
        under = "" if wide else f"\n{unit}"
        table.add_row(
            plain(row.id),
            joined(row.what if wide else f"{row.what}\n{row.source_id}"),
            published + under,
            "-" if result.model is None else _short(result.model),
            *((unit,) if wide else ()),
            "-" if result.error is None else f"{result.error * PERCENT:+.1f} %",
            f"{_WORDS[result.verdict]}{claimed}",
            *((joined(row.source_id),) if wide else ()),
        )
    parts: list[RenderableType] = [table]
    parts.append(plain("* shown, not counted: a claim, a plan, or not comparable"))
    parts += [Text(""), Text("Misses, and why most likely", style="bold")]
    parts += _lines(
        [
            (one, "; ".join(filter(None, (one.why, one.benchmark.note))))
            for one in results
            if _is_miss(one)
        ]
    )
    parts += [Text(""), Text("Not counted", style="bold")]
    parts += _lines([(one, one.why) for one in results if one.why and not _is_miss(one)])
    parts += [Text(""), Text("Summary of what counts", style="bold"), _summary(results)]
    of = _evidence_of(results)
    parts.append(evidence_lines(_founded(results), names, scenario, data_version, of))
    return Group(*parts)


def _is_miss(result: Result) -> bool:
    return result.verdict is Verdict.MISS


def _lines(found: Sequence[tuple[Result, str]]) -> list[RenderableType]:
    return [
        Padding(plain(f"{result.benchmark.id}  {result.benchmark.what}: {text}"), (0, 0, 0, 2))
        for result, text in found
    ]


def _summary(results: Sequence[Result]) -> RenderableType:
    table = table_of(
        ("kind", "left"), ("grade", "left"), ("counted", "right"), ("ok", "right"),
        ("miss", "right"), ("median error", "right"), ("not counted", "right"),
    )  # fmt: skip
    for row in summary_rows(results):
        median = row["median_error_percent"]
        table.add_row(
            row["kind"], row["grade"], str(row["counted"]), str(row["ok"]), str(row["miss"]),
            "-" if median is None else f"{median:.1f} %",
            str(row["claims"] + row["known_bad"] + row["not_comparable"]),
        )  # fmt: skip
    return table


def _short(value: float) -> str:
    """Return a number with about three digits, whole above a hundred."""
    size = abs(value)
    for least, digits in ((100, 0), (10, 1), (1, 2)):
        if size >= least:
            return spaced(value, digits)
    return f"{value:.3f}"
