"""Where the winner changes: between scenarios, along years and masses, along a row of origins."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

from corridors.sweep_report import NONE, Report, Winner


def switching_rows(report: Report) -> list[dict[str, Any]]:
    """Return a row for every change of winner between two neighbouring values of one axis.

    Axes are ``scenario`` (each against the first one of the sweep), ``year`` and ``mass_t`` in
    ascending order, and ``lon`` and ``lat``: origins that lie in one row of a grid, or on one
    meridian, in their order. All else that is asked stays the same.
    """
    rows = [*_against_first(report.winners)]
    rows += _along(report.winners, "year", _without_year, lambda w: w.asked.year)
    rows += _along(report.winners, "mass_t", _without_mass, lambda w: w.asked.mass_t)
    for axis, other in (("lon", "lat"), ("lat", "lon")):
        rows += _along(
            report.winners, axis, partial(_on_line, report, other), partial(_at, report, axis)
        )
    return rows


def _against_first(winners: Iterable[Winner]) -> Iterator[dict[str, Any]]:
    first: dict[Hashable, Winner] = {}
    for winner in winners:
        key = replace(winner.asked, scenario="")
        base = first.setdefault(key, winner)
        if base.winner != winner.winner:
            yield _row("scenario", base, winner, base.asked.scenario, winner.asked.scenario)


def _along(
    winners: Iterable[Winner],
    axis: str,
    same: Callable[[Winner], Hashable | None],
    value: Callable[[Winner], float | None],
) -> list[dict[str, Any]]:
    groups: dict[Hashable, list[tuple[float, Winner]]] = {}
    for winner in winners:
        key, at = same(winner), value(winner)
        if key is not None and at is not None:
            groups.setdefault(key, []).append((at, winner))
    found = []
    for group in groups.values():
        group.sort(key=lambda item: item[0])
        for (start, before), (end, after) in pairwise(group):
            if before.winner != after.winner:
                found.append(_row(axis, before, after, start, end))
    return found


def _row(axis: str, before: Winner, after: Winner, start: Any, end: Any) -> dict[str, Any]:
    asked = before.asked
    return {
        "axis": axis,
        "from": start,
        "to": end,
        "winner_from": before.winner or NONE,
        "winner_to": after.winner or NONE,
        "scenario": asked.scenario,
        "year": asked.year,
        "commodity": asked.commodity,
        "mass_t": asked.mass_t,
        "unit": asked.unit,
        "origin": asked.origin,
        "origin_to": after.asked.origin,
        "destination": asked.destination,
        "by": asked.by,
    }


def _without_year(winner: Winner) -> Hashable:
    return replace(winner.asked, year=None)


def _without_mass(winner: Winner) -> Hashable:
    return replace(winner.asked, mass_t=0.0)


def _on_line(report: Report, other: str, winner: Winner) -> Hashable | None:
    """Return what a row of free origins has in common; places of the tables lie in no row."""
    point = report.points["origin", winner.asked.origin]
    if point.place_id is not None:
        return None
    return replace(winner.asked, origin=""), float(getattr(point, other))


def _at(report: Report, axis: str, winner: Winner) -> float:
    return float(getattr(report.points["origin", winner.asked.origin], axis))
