"""A sweep's report for people at a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.text import Text

from corridors.sweep_report import NONE, Report, winner_rows, wins
from corridors.text import plain, table_view

MOST_ROWS: Final = 40
"""Rows of one table; files hold all."""
_PERCENT: Final = 100


def report_view(
    report: Report, switches: Sequence[Mapping[str, Any]], *, only_switching: bool
) -> RenderableType:
    """Return who wins how often, who wins where, and where that changes."""
    parts: list[RenderableType] = []
    if not only_switching:
        stated = report.stated
        parts.append(
            plain(
                f"{stated['inputs']['name']}: {stated['cases']} cases, data "
                f"{stated['inputs']['data_version']}"
            )
        )
        parts += _table("Who wins how many origins", wins(report))
        where = [_short(row) for row in winner_rows(report)]
        parts += _table("Who wins where", where)
    parts += _table("Where the winner changes", [_switch(row) for row in switches])
    return Group(*parts)


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> list[RenderableType]:
    """Return a table; what is the same in all its rows stands in its title."""
    if not rows:
        return [Text(f"\n{title}: nowhere")]
    same = [key for key in rows[0] if len(rows) > 1 and len({row[key] for row in rows}) == 1]
    stated = ", ".join(f"{key} {rows[0][key]}" for key in same if rows[0][key] not in ("", None))
    shown = [{key: row[key] for key in row if key not in same} for row in rows]
    parts: list[RenderableType] = [plain(f"\n{title}" + (f" ({stated})" if stated else ""))]
    if shown[0]:
        parts.append(table_view(shown[:MOST_ROWS], list(shown[0])))
    if len(rows) > MOST_ROWS:
        parts.append(Text(f"{len(rows) - MOST_ROWS} more: --format csv has all"))
    return parts


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    scenario = f"{row['scenario']} {row['year']}" if row["year"] else row["scenario"]
    return {
        "origin": row["origin"],
        "destination": row["destination"],
        "scenario": scenario,
        "mass_t": row["mass_t"],
        "by": row["by"],
        "winner": row["winner"] or NONE,
        "won": f"{row['share_won'] * _PERCENT:.0f} %" if row["winner"] else "",
        "USD/t": _whole(row["median_cost_usd_per_t"]),
        "days": _whole(row["median_time_days"]),
    }


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _switch(row: Mapping[str, Any]) -> dict[str, Any]:
    line = row["axis"] in ("lon", "lat")
    return {
        "along": row["axis"],
        "between": f"{row['from']} and {row['to']}",
        "winner": row["winner_from"],
        "then": row["winner_to"],
        "origin": f"{row['origin']} to {row['origin_to']}" if line else row["origin"],
        "destination": row["destination"],
        "scenario": row["scenario"] if row["axis"] != "scenario" else "",
        "by": row["by"],
    }
