"""Rows of an amount against distance: a curve per corridor, its steps with names, its rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from corridors.chart_data import SAME, ChartRoute, Measure, Row, Rows, limit_of

MOST_RANKS: Final = 18
"""Corridors with their rank at the edge of a distance chart: as many as fit above each other."""
GAP: Final = 0.052
"""Least distance of two labels, as a share of a distance chart's height."""
HALF: Final = 0.03
"""From a step to the middle of its label, as such a share."""
TO_THE_LEFT: Final = 0.42
"""From this share of the distance on, there is room for a name to the left of the curve."""


def distance_rows(routes: Sequence[ChartRoute], measure: Measure) -> Rows:
    """Return the curves of an amount against distance: legs, named stops, ends with ranks."""
    limit = limit_of(map(measure.total, routes))
    reach_km = max((sum(leg.km for leg in route.legs) for route in routes), default=0.0)
    legs: list[Row] = []
    stops: list[Row] = []
    ends: list[Row] = []
    for route in routes:
        own, named, end = _curve(route, measure, limit)
        legs += own
        stops += _labelled(named, reach_km, limit)
        ends.append(end)
    return {"legs": legs, "stops": stops, "ends": _ranked(ends, limit)}


def frame(rows: Rows) -> dict[str, float]:
    """Return how far a distance chart reaches: kilometres, and the amount at its top."""
    return {
        "reach": max((leg["x1"] for leg in rows["legs"]), default=1.0),
        "top": max(
            (row[key] for name, key in _TOPS for row in rows[name]),
            default=1.0,
        ),
    }


_TOPS: Final = (("legs", "y1"), ("stops", "label_y"), ("ends", "label_y"))


def _curve(route: ChartRoute, measure: Measure, limit: float) -> tuple[list[Row], list[Row], Row]:
    legs: list[Row] = []
    stops: list[Row] = []
    who = {"index": route.index, "rank": route.rank, "name": route.name}
    total = measure.total(route)
    x = y = 0.0
    over = False
    for leg in route.legs:
        amount = measure.of(leg.hours, leg.usd)
        x1, y1 = x + leg.km, y + amount
        over = y1 > limit * (1 + SAME)
        if over:  # cut where the chart ends
            share = (limit - y) / amount
            x1, y1 = x + share * leg.km, limit
        if leg.km or amount:
            legs.append(
                {
                    **who,
                    "operation": leg.operation,
                    "mode": leg.mode,
                    "running": leg.status == "operational",
                    "start": leg.start,
                    "end": leg.end,
                    "km": leg.km,
                    "amount": amount,
                    "x0": x,
                    "x1": x1,
                    "y0": y,
                    "y1": y1,
                }
            )
        if amount and leg.operation != "move" and not over:
            stops.append(
                {
                    **who,
                    "operation": leg.operation,
                    "place": place_of(leg.start, leg.end),
                    "amount": amount,
                    "x": x,
                    "y": (y + y1) / 2,
                    "y0": y,
                    "y1": y1,
                }
            )
        x, y = x1, y1
        if over:
            break
    return legs, stops, {**who, "x": x, "y": y, "amount": total, "over": over}


def place_of(start: str, end: str) -> str:
    """Return where something happens: what the names of both sides have in common, or both."""
    if start == end:
        return start
    same = 0
    while same < min(len(start), len(end)) and start[same] == end[same]:
        same += 1
    if start[:same].endswith(" ("):  # "... border (CN side)" and "... border (KZ side)"
        return start[: same - 2]
    return f"{start} – {end}"


def _labelled(stops: Sequence[Row], reach_km: float, limit: float) -> list[Row]:
    """Place the names of one curve's stops beside its steps, clear of the curve and each other.

    A curve only ever rises: above it to the left and below it to the right there is room. What
    happens at the ends of the journey needs no name.
    """
    found = [
        {
            **stop,
            "side": _side(stop, reach_km),
            "label_y": stop["y"],
        }
        for stop in stops
    ]
    left = [stop for stop in found if stop["side"] == "left"]
    at = -GAP * limit
    for stop in left:
        at = stop["label_y"] = max(stop["y1"] + HALF * limit, at + GAP * limit)
    right = [stop for stop in found if stop["side"] == "right"]
    at = (1 + 2 * GAP) * limit
    for stop in reversed(right):
        at = min(stop["y0"] - HALF * limit, at - GAP * limit)
        stop["label_y"] = max(at, HALF * limit)  # not over the axis
    return found


def _side(stop: Row, reach_km: float) -> str:
    if stop["operation"] in ("load", "unload"):
        return ""
    return "left" if stop["x"] > TO_THE_LEFT * reach_km else "right"


def _ranked(ends: Sequence[Row], limit: float) -> list[Row]:
    """Place the ranks at the edge of the chart one above the other, near where curves end."""
    shown = sorted(
        (end for end in ends if end["rank"] <= MOST_RANKS), key=lambda end: (end["y"], end["rank"])
    )
    places = spread([end["y"] for end in shown], GAP * limit)
    return [{**end, "label_y": place} for end, place in zip(shown, places, strict=True)]


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Return places at least a gap apart, in the order wanted, and as near as blocks allow.

    Neighbours that would overlap form a block around the mean of what they want.
    """
    blocks: list[tuple[float, int]] = []  # mean of what its members want of the lowest; members
    for want in wanted:
        mean, count = want, 1
        while blocks and blocks[-1][0] + blocks[-1][1] * gap > mean:
            before, members = blocks.pop()
            mean = (before * members + (mean - members * gap) * count) / (members + count)
            count += members
        blocks.append((mean, count))
    return [low + step * gap for low, members in blocks for step in range(members)]
