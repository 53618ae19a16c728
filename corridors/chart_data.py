"""Rows that charts are drawn from. Pure: records in, rows out; the page's charts.js does the same.

A chart's rows carry keys, names from data and numbers, no words of a language. Days and USD/t are
what reports show. Where one corridor costs many times what the others do, charts end before it
(`limit_of`), and its row says so (``over``): otherwise nothing could be read of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from corridors.itinerary import Criterion, Leg
from corridors.planner import Comparison
from geodata.families import Names, key_words
from geodata.parts import Part, part_of
from geodata.units import CENTS_PER_USD, HOURS_PER_DAY, MINUTES_PER_HOUR

if TYPE_CHECKING:
    from corridors.risk import Risk
    from corridors.sensitivity import Swing

SAME: Final = 1e-9
"""Sums that differ by less than this share are the same."""

Row = dict[str, Any]
Rows = dict[str, list[Row]]

FAR: Final = 2.5
"""Totals of more than so many medians are over the edge of a chart."""
MOST_ROWS: Final = 20
"""Corridors in a chart with a row for each: the best."""
MOST_SWINGS: Final = 12
WIDE: Final = 0.07
"""Share of a chart's width from which on a block holds its amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLeg:
    """One leg: kilometres, hours and USD of the whole consignment, and what these are for."""

    operation: str
    mode: str
    status: str
    start: str
    end: str
    km: float
    hours: float
    usd: float
    parts: tuple[tuple[Part, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRoute:
    """One corridor with its legs; ``index`` is its place in the page's order."""

    index: int
    rank: int
    name: str
    usd_per_t: float
    days: float
    kg_per_t: float
    legs: tuple[ChartLeg, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """How sure a total is, in the unit that reports show."""

    p10: float
    p50: float
    p90: float
    p_best: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Which amount a chart shows: days, or USD per tonne."""

    days: bool
    mass_t: float

    def of(self, hours: float, usd: float) -> float:
        """Return the amount in the unit of the chart."""
        return hours / HOURS_PER_DAY if self.days else usd / self.mass_t

    def total(self, route: ChartRoute) -> float:
        """Return a corridor's total, the sum over its legs."""
        return sum(self.of(leg.hours, leg.usd) for leg in route.legs)


def chart_routes(comparison: Comparison) -> tuple[ChartRoute, ...]:
    """Return what charts show of a comparison, best first."""
    mass_t = comparison.consignment.mass_t
    return tuple(
        ChartRoute(
            index=at,
            rank=at + 1,
            name=itinerary.name,
            usd_per_t=itinerary.criteria.cost_usd / mass_t,
            days=itinerary.criteria.time_h / HOURS_PER_DAY,
            kg_per_t=itinerary.criteria.co2e_kg / mass_t,
            legs=tuple(
                ChartLeg(
                    operation=leg.operation.value,
                    mode=leg.mode.value if leg.mode and leg.operation.value == "move" else "",
                    status=leg.status.value,
                    start=leg.from_name,
                    end=leg.to_name,
                    km=leg.length_km,
                    hours=leg.criteria.time_h,
                    usd=leg.criteria.cost_usd,
                    parts=leg_parts(leg),
                )
                for leg in itinerary.legs
            ),
        )
        for at, itinerary in enumerate(comparison.itineraries)
    )


def leg_parts(leg: Leg) -> tuple[tuple[Part, float, float], ...]:
    """Return what a leg's hours and USD are for, in the order of `Part`."""
    found: dict[Part, list[float]] = {}
    for line in leg.ledger:
        if line.criterion is Criterion.CO2E:
            continue
        part = part_of(line.parameter, leg.mode, leg.operation.value)
        amounts = found.setdefault(part, [0.0, 0.0])
        if line.criterion is Criterion.TIME:
            amounts[0] += line.amount / MINUTES_PER_HOUR
        else:
            amounts[1] += line.amount / CENTS_PER_USD
    return tuple((part, found[part][0], found[part][1]) for part in Part if part in found)


def limit_of(totals: Iterable[float]) -> float:
    """Return the largest total that is no more than `FAR` medians, where charts end."""
    known = sorted(totals)
    if not known:
        return 0.0
    return max(total for total in known if total <= FAR * median(known))


def front_rows(routes: Sequence[ChartRoute]) -> Rows:
    """Return the discs of cost against time, and the line of those that none beats in both."""
    limit = limit_of(route.usd_per_t for route in routes)
    front = pareto(routes)
    points: list[Row] = [
        {
            "index": route.index,
            "rank": route.rank,
            "name": route.name,
            "x": route.days,
            "y": min(route.usd_per_t, limit),
            "kg": route.kg_per_t,
            "amount": route.usd_per_t,
            "over": route.usd_per_t > limit,
            "front": route.index in front,
        }
        for route in routes
    ]
    line = sorted((point for point in points if point["front"]), key=lambda point: point["x"])
    return {
        "points": _dodged(points),
        "front": [{"order": at, "x": point["x"], "y": point["y"]} for at, point in enumerate(line)],
    }


def pareto(routes: Sequence[ChartRoute]) -> set[int]:
    """Return the indices of the routes that no other beats in both cost and time."""
    best = float("inf")
    found = set()
    for route in sorted(routes, key=lambda one: (one.days, one.usd_per_t, one.rank)):
        if route.usd_per_t < best:
            best = route.usd_per_t
            found.add(route.index)
    return found


PLOT_PX: Final = (420.0, 330.0)
"""Nominal plot of the front chart, on which labels are kept apart."""
DISC_PX: Final = 48.0
"""Area root of the largest disc (looks: rangeMax), as its diameter on screen."""
_AROUND: Final = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_LABEL_PX: Final = (18.0, 13.0)


def _dodged(points: list[Row]) -> list[Row]:
    """Give every disc's label an offset in pixels at which it meets the fewest others."""
    if not points:
        return []
    across = _scaled([point["x"] for point in points], PLOT_PX[0])
    down = [PLOT_PX[1] - y for y in _scaled([point["y"] for point in points], PLOT_PX[1])]
    heaviest = max(point["kg"] for point in points)
    radii = [DISC_PX / 2 * (point["kg"] / heaviest) ** 0.5 if heaviest else 0.0 for point in points]
    taken: list[tuple[float, float]] = []
    found = []
    for at, point in enumerate(points):
        best: tuple[float, float, float] | None = None
        for dx, dy in _AROUND:
            step = 1.0 if dx == 0 or dy == 0 else 0.75
            x = dx * step * (radii[at] + _LABEL_PX[0] / 2)
            y = dy * step * (radii[at] + _LABEL_PX[1] / 2)
            hits = sum(
                2.0
                for other_x, other_y in taken
                if abs(across[at] + x - other_x) < _LABEL_PX[0]
                and abs(down[at] + y - other_y) < _LABEL_PX[1]
            ) + sum(
                1.0
                for other in range(len(points))
                if other != at
                and abs(across[at] + x - across[other]) < radii[other] + _LABEL_PX[0] / 2
                and abs(down[at] + y - down[other]) < radii[other] + _LABEL_PX[1] / 2
            )
            if best is None or hits < best[0]:
                best = (hits, x, y)
        assert best is not None
        taken.append((across[at] + best[1], down[at] + best[2]))
        found.append({**point, "dx": best[1], "dy": best[2]})
    return found


def _scaled(values: Sequence[float], pixels: float) -> list[float]:
    low, high = min(values), max(values)
    return [(value - low) / (high - low) * pixels if high > low else 0.0 for value in values]


def composition_rows(routes: Sequence[ChartRoute], measure: Measure) -> Rows:
    """Return the blocks of every corridor's bar in the order of `Part`, and its total."""
    shown = sorted(routes, key=lambda route: route.rank)[:MOST_ROWS]
    limit = limit_of(map(measure.total, shown))
    bars: list[Row] = []
    totals: list[Row] = []
    for order, route in enumerate(shown, start=1):
        who = {"index": route.index, "order": order, "rank": route.rank, "name": route.name}
        sums = dict.fromkeys(Part, 0.0)
        for leg in route.legs:
            for part, hours, usd in leg.parts:
                sums[part] += measure.of(hours, usd)
        x = 0.0
        for part, amount in sums.items():
            if not amount or x >= limit:
                continue
            end = min(x + amount, limit)
            wide = end - x >= WIDE * limit
            bars.append(
                {**who, "part": part.value, "amount": amount, "x0": x, "x1": end, "wide": wide}
            )
            x = end
        total = measure.total(route)
        totals.append({**who, "amount": total, "over": total > limit * (1 + SAME)})
    return {"bars": bars, "totals": totals}


def risk_rows(routes: Sequence[ChartRoute], bands: Mapping[int, Band]) -> Rows:
    """Return the band of every corridor; ``bands`` by index."""
    ranked = sorted(routes, key=lambda route: route.rank)
    shown = [route for route in ranked if route.index in bands][:MOST_ROWS]
    limit = limit_of(bands[route.index].p90 for route in shown)
    found = []
    for order, route in enumerate(shown, start=1):
        band = bands[route.index]
        found.append(
            {
                "index": route.index,
                "order": order,
                "rank": route.rank,
                "name": route.name,
                "x0": min(band.p10, limit),
                "middle": min(band.p50, limit),
                "x1": min(band.p90, limit),
                "p10": band.p10,
                "p50": band.p50,
                "p90": band.p90,
                "p_best": band.p_best,
                "over": band.p50 > limit,
            }
        )
    return {"bands": found}


def tornado_rows(swings: Iterable[Swing], names: Names, turn: float | None) -> Rows:
    """Return the strongest swings.

    Parameters
    ----------
    swings
        The strongest first.
    names
        How people call what keys name.
    turn
        The change at which two corridors tie; None for the total of one.
    """
    return {
        "swings": [
            {
                "order": order,
                "key": swing.row.key,
                "label": key_words(swing.row.key, names),
                "low": swing.row.low,
                "value": swing.row.value,
                "high": swing.row.high,
                "unit": swing.row.unit,
                "at_low": swing.at_low,
                "at_high": swing.at_high,
                "turn": turn,
            }
            for order, swing in enumerate(islice(swings, MOST_SWINGS), start=1)
        ]
    }


def bands(risk: Risk) -> dict[int, Band]:
    """Return the bands of a risk by the criterion of its comparison, by index."""
    found = (spread[risk.comparison.by] for spread in risk.spreads)
    return {
        at: Band(p10=one.p10, p50=one.p50, p90=one.p90, p_best=one.p_best)
        for at, one in enumerate(found)
    }
