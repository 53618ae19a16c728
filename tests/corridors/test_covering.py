"""The fewest points that stand for a front: against brute force, and against scipy's solver."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp

from corridors import covering
from corridors.covering import MILLION, closest, fewest_within
from corridors.pareto import Vector
from corridors.request import Request


def gap(point: Vector, other: Vector) -> Fraction | None:
    """By which share `other` is worse than `point`, None if no share would do."""
    worst = Fraction(0)
    for a, b in zip(point, other, strict=True):
        if b > a:
            if a == 0:
                return None
            worst = max(worst, Fraction(b - a, a))
    return worst


def within(point: Vector, other: Vector, share: Fraction) -> bool:
    found = gap(point, other)
    return found is not None and found <= share


def drawn_points(seed: int) -> list[Vector]:
    chance = random.Random(seed)
    top = chance.choice([3, 30, 1000])
    count = chance.randint(1, 10)
    points = {tuple(chance.randint(0, top) for _ in range(3)) for _ in range(count)}
    return sorted(points)  # type: ignore[arg-type]


def covers(points: list[Vector], chosen: tuple[int, ...], share: Fraction) -> bool:
    return all(any(within(p, points[at], share) for at in chosen) for p in points)


@pytest.mark.parametrize("seed", range(150))
def test_no_smaller_cover_exists(seed: int) -> None:
    points = drawn_points(seed)
    share = random.Random(seed).choice([0, 10_000, 200_000, 900_000])
    cover = fewest_within(points, share)
    assert cover.proven
    assert cover.within <= share
    assert covers(points, cover.chosen, Fraction(cover.within, MILLION))
    for fewer in combinations(range(len(points)), len(cover.chosen) - 1):
        assert not covers(points, fewer, Fraction(share, MILLION))


@pytest.mark.parametrize("seed", range(150))
def test_no_other_choice_comes_closer(seed: int) -> None:
    points = drawn_points(seed)
    count = random.Random(seed).randint(1, 4)
    cover = closest(points, count)
    assert cover.proven
    assert len(cover.chosen) <= count
    for other in combinations(range(len(points)), min(count, len(points))):
        gaps = [
            min((g for at in other if (g := gap(p, points[at])) is not None), default=None)
            for p in points
        ]
        if None not in gaps:
            worst = max(g for g in gaps if g is not None)
            assert cover.within < worst * MILLION + 1


def shipped_front() -> list[Vector]:
    front = Request().planner.front().comparison.itineraries
    return [(i.criteria.cost_cents, i.criteria.time_min, i.criteria.co2e_g) for i in front]


@pytest.mark.parametrize("percent", [1, 5])
def test_the_shipped_cover_is_as_small_as_an_integer_program_finds(percent: int) -> None:
    points = shipped_front()
    cover = fewest_within(points, percent * MILLION // 100)
    share = Fraction(percent, 100)
    rows = np.array([[within(p, q, share) for q in points] for p in points], dtype=float)
    solved = milp(
        np.ones(len(points)),
        integrality=np.ones(len(points)),
        bounds=(0, 1),
        constraints=LinearConstraint(rows, lb=1),
    )
    assert solved.success
    assert len(cover.chosen) == round(solved.fun)
    assert cover.proven
    assert covers(points, cover.chosen, share)


def test_without_time_to_branch_the_cover_still_covers_but_claims_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(covering, "MOST_BRANCHES", 0)
    points = shipped_front()
    cover = fewest_within(points, 10_000)
    assert not cover.proven
    assert covers(points, cover.chosen, Fraction(1, 100))
