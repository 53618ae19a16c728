"""A sweep's report as what the map of winners shows."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from corridors.sweep_report import Report, Winner
from maps.sweep_map import WinnerCell, WinnersPage, WinnersView

_FEWEST_IN_GRID: Final = 4
_LEAST_FILLED: Final = 0.2
"""Of a grid's cells: rounded positions of scattered points have a step too, in a grid of voids."""
_DECIMALS: Final = 6
_TOLERANCE: Final = 1e-3
_PERCENT: Final = 100


def winners_page(report: Report) -> WinnersPage:
    """Return the winners as views, one for everything that was asked but the origin."""
    cells: dict[str, list[WinnerCell]] = {}
    for winner in report.winners:
        cells.setdefault(_label(winner, report), []).append(_cell(report, winner))
    stated = report.stated["inputs"]
    draws = f"{stated['draws']} draws each" if stated["draws"] else "typical values"
    return WinnersPage(
        title=f"Who wins where: {stated['name']}",
        text=(
            f"{report.stated['cases']} cases, {draws}, best by "
            f"{', '.join(stated['by'])}. Data {stated['data_version']}."
        ),
        views=tuple(WinnersView(label, tuple(found)) for label, found in cells.items()),
        step_deg=_step(report),
    )


def _label(winner: Winner, report: Report) -> str:
    asked = winner.asked
    by = f", by {asked.by}" if len(report.stated["inputs"]["by"]) > 1 else ""
    return f"to {asked.destination}: {asked.scenario_words}, {asked.cargo_words}{by}"


def _cell(report: Report, winner: Winner) -> WinnerCell:
    point = report.points["origin", winner.asked.origin]
    if winner.cost_usd_per_t is None or winner.time_days is None:
        return WinnerCell(winner.asked.origin, point.lat, point.lon, "", winner.error)
    text = (
        f"{winner.share * _PERCENT:.0f} % of draws; median {winner.cost_usd_per_t:.0f} USD/t, "
        f"{winner.time_days:.1f} days"
    )
    if winner.second:
        text += f"; then {winner.second}, {winner.second_share * _PERCENT:.0f} %"
    return WinnerCell(winner.asked.origin, point.lat, point.lon, winner.name, text)


def _step(report: Report) -> float | None:
    """Return the step of the grid that all origins stand in, None if they stand in none."""
    points = [point for (role, _), point in report.points.items() if role == "origin"]
    if len(points) < _FEWEST_IN_GRID or any(point.place_id is not None for point in points):
        return None
    gaps: set[float] = set()
    for values in ({p.lat for p in points}, {p.lon for p in points}):
        ordered = sorted(values)
        gaps |= {round(b - a, _DECIMALS) for a, b in pairwise(ordered)}
    if not gaps:
        return None
    step = min(gaps)
    whole = all(abs(gap / step - round(gap / step)) < _TOLERANCE for gap in gaps)
    axes = ([p.lat for p in points], [p.lon for p in points])
    rows, columns = (round((max(axis) - min(axis)) / step) + 1 for axis in axes)
    return step if whole and len(points) >= _LEAST_FILLED * rows * columns else None
