"""Ties as the engine has them: whole cents, minutes and grams, rounded arc by arc.

`breakeven.ties` works on unrounded totals. Put back, such a value leaves the sum of all roundings;
here it is moved, within the reach of those roundings, to where the engine's own totals are nearest
to each other with the ways held, and what is left is stated.

In the engine a total is a step function of a parameter. For a price a step is a cent, so the gap
can be closed. For a time it is a whole minute, which in generalised cost weighs as much as a minute
of the consignment does: the gap then closes only to half of that, at the step where the order
changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor
from typing import Final

from corridors.breakeven import Tie, in_order, turned_back
from corridors.consignment import WEIGHT_SCALE, Consignment
from corridors.costing import amount_of, criteria_of, small_units
from corridors.itinerary import LARGE_UNIT, Criterion, LedgerLine
from corridors.planner import Planner
from corridors.pricing import By
from corridors.search import Path
from geodata.parameters import theta_factor

_MOST_STEPS: Final = 2000
"""How many steps of a total are looked at around a tie; far more than roundings reach."""
_CORRECTIONS: Final = 8
"""How often the tie of one of the consignment's own rows is corrected; one does, as a rule."""
_NARROWEST: Final = 1e-12
"""A step narrower than this share of the value could be lost when the value is written down."""
_MARGIN: Final = 0.1
"""What a value keeps from both ends of its step, as a share of it."""
_DIGITS: Final = 17
_DECIMALS: Final = 8
"""A millionth of a cent in USD, below which the engine has nothing."""


def settled(planner: Planner, paths: tuple[Path, Path], by: By, ties: Iterable[Tie]) -> list[Tie]:
    """Return ties of two paths at values where the engine's totals are nearest to each other.

    Parameters
    ----------
    planner, paths
        The request, and the ways of its two corridors, which are held.
    by
        The criterion of the ties.
    ties
        Ties of unrounded totals.

    Returns
    -------
    list
        In the order of `breakeven.ties`; ``residual`` in USD, hours or kg, ``exact`` where that is
        at most a cent, minute or gram.
    """
    ledgers = _ledgers(planner, paths)
    weights = _weights(planner.consignment, by)
    gap = _gap(ledgers, weights)
    by_key: dict[str, list[tuple[int, LedgerLine]]] = {}
    for sign, ledger in zip((1, -1), ledgers, strict=True):
        for line in ledger:
            by_key.setdefault(line.parameter, []).append((sign, line))
    found = []
    for tie in ties:
        if tie.value is None:
            found.append(tie)
            continue
        if tie.row.key in by_key:
            value, left = _of_row(tie, by_key[tie.row.key], gap, weights)
        else:
            value, left = _of_consignment(planner, paths, by, tie, gap)
        whole = left / WEIGHT_SCALE
        found.append(
            replace(
                tie,
                value=value,
                residual=round(whole / LARGE_UNIT[by.counted_as][1], _DECIMALS),
                exact=abs(whole) <= 1,
            )
        )
    return in_order(found)


@dataclass(frozen=True, slots=True)
class _Steps:
    """What two ledgers owe to one row: the gap is ``rest`` + the weighted sum of rounded lines."""

    lines: tuple[tuple[int, float], ...]
    criterion: Criterion
    rest: int
    weight: int

    def gap(self, theta: float) -> int:
        """Return the engine's gap at a theta, in millionths of a cent, minute or gram."""
        amounts = (
            sign * amount_of(self.criterion, quantity, theta) for sign, quantity in self.lines
        )
        return self.rest + self.weight * sum(amounts)

    def levels(self) -> list[tuple[float, float]]:
        """Return the ranges of theta, near the tie, over which the gap stays the same.

        Every line is off by half a whole unit at most, so that nothing farther from the tie of
        the unrounded lines than twice their sum can come nearer to zero.
        """
        scale = small_units(self.criterion)
        slope = scale * sum(sign * quantity for sign, quantity in self.lines)
        steps = scale * sum(quantity for _, quantity in self.lines)
        if not slope or not self.weight:
            return []
        tie = -self.rest / self.weight / slope
        reach = min(len(self.lines) / abs(slope), _MOST_STEPS / steps / 2)
        low, high = max(tie - reach, 0.0), tie + reach
        edges = {low, high}
        for _, quantity in self.lines:
            per = quantity * scale
            if per:
                first, last = ceil(low * per - 0.5), floor(high * per - 0.5)
                edges.update((whole + 0.5) / per for whole in range(first, last + 1))
        inside = sorted(edge for edge in edges if low <= edge <= high)
        return [(a, b) for a, b in pairwise(inside) if b - a > _NARROWEST * b]


def _of_row(
    tie: Tie,
    lines: Sequence[tuple[int, LedgerLine]],
    gap: int,
    weights: dict[Criterion, int],
) -> tuple[float, int]:
    """Return the value of a priced row at which the gap is least, and the gap left."""
    assert tie.value is not None
    criterion = lines[0][1].criterion
    weight = weights[criterion]
    now = sum(sign * line.amount for sign, line in lines)
    steps = _Steps(
        lines=tuple((sign, line.quantity) for sign, line in lines),
        criterion=criterion,
        rest=gap - weight * now,
        weight=weight,
    )
    factor, inverse = theta_factor(tie.row.unit)
    value = tie.value
    levels = [
        (abs(steps.gap((low + high) / 2)), low - high, low, high) for low, high in steps.levels()
    ]
    if levels:
        *_, low, high = min(levels)
        margin = _MARGIN * (high - low)
        ends = [turned_back(theta, tie.row.unit) for theta in (low + margin, high - margin)]
        if ends[0] is not None and ends[1] is not None:
            value = _shortest(min(ends[0], ends[1]), max(ends[0], ends[1]))
    return value, steps.gap(factor / value if inverse else factor * value)


def _shortest(low: float, high: float) -> float:
    """Return the number with the fewest digits from low to high."""
    middle = (low + high) / 2
    return next(
        (
            short
            for short in (float(f"{middle:.{digits}g}") for digits in range(1, _DIGITS))
            if low <= short <= high
        ),
        middle,
    )


def _of_consignment(
    planner: Planner, paths: tuple[Path, Path], by: By, tie: Tie, gap: int
) -> tuple[float, int]:
    """Return the value of one of the consignment's own rows with the least gap, and that gap.

    Where cargo goes by the unit only whole units count, and the value stays.
    """

    def left_at(value: float) -> int:
        other = planner.repriced({tie.row.key: value})
        return _gap(_ledgers(other, paths), _weights(other.consignment, by))

    assert tie.value is not None
    best = value, left = tie.value, left_at(tie.value)
    if tie.row.unit == "t_per_unit" or value == tie.row.value:
        return best
    slope = (left - gap) / (value - tie.row.value)
    for _ in range(_CORRECTIONS):
        if not left or not slope:
            break
        value -= left / slope
        if value < 0:
            break
        left = left_at(value)
        best = min(best, (value, left), key=lambda each: abs(each[1]))
    return best


def _ledgers(planner: Planner, paths: tuple[Path, Path]) -> list[list[LedgerLine]]:
    """Return the ledger of each path, every arc for itself, as the engine rounds."""
    pricing = planner.pricing
    return [[line for arc in path.arcs for line in pricing.ledger(arc)] for path in paths]


def _weights(goods: Consignment, by: By) -> dict[Criterion, int]:
    """Return what a cent, a minute and a gram weigh in a criterion, in millionths of its unit."""
    if by is By.GENERALISED:
        return dict(zip(Criterion, goods.weights, strict=True))
    return {each: WEIGHT_SCALE * (each.value == by.value) for each in Criterion}


def _gap(ledgers: Sequence[Sequence[LedgerLine]], weights: dict[Criterion, int]) -> int:
    first, second = (criteria_of(ledger) for ledger in ledgers)
    return sum((first.of(each) - second.of(each)) * weights[each] for each in Criterion)
