"""The fewest points of a front that stand for all of it, with proof. Plain integers.

A point covers another within a share if it is at most that share worse in every criterion. The
fewest points that cover all are a smallest set cover: solved by reduction (a row that another
implies, a column that another beats, a row with one column left) and branch and bound. When the
branching would take too long, the best cover found is returned with what is proven of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from corridors.pareto import Vector

MILLION: Final = 1_000_000
"""Shares are whole millionths, rounded up, so that "within 1 %" never means a little more."""

MOST_BRANCHES: Final = 3_000

_NEVER: Final = 1 << 200


@dataclass(frozen=True, slots=True)
class Cover:
    """Some points that cover all others.

    ``within`` is the share in millionths by which they do; ``proven`` says whether no fewer points
    could (or, for a given number of points, whether none could come closer).
    """

    chosen: tuple[int, ...]
    within: int
    proven: bool


def fewest_within(points: Sequence[Vector], share: int) -> Cover:
    """Return the fewest points that come within `share` millionths of every point.

    Parameters
    ----------
    points
        Whole, non-negative criteria vectors.
    share
        Millionths.
    """
    worse = _worse(points)
    chosen, proven = _cover(worse, share, len(points))
    return Cover(chosen, _reach(worse, chosen), proven)


def closest(points: Sequence[Vector], count: int) -> Cover:
    """Return the `count` points, or fewer, that come closest to every point.

    Closest by the largest share that any point is missed by: the spread is even in proportion.
    """
    worse = _worse(points)
    steps = sorted({value for row in worse for value in row})
    best = Cover(tuple(range(len(points))), 0, True)
    if count >= len(points):
        return best
    low, high = 0, len(steps) - 1
    proven = True
    while low <= high:
        middle = (low + high) // 2
        chosen, sure = _cover(worse, steps[middle], count)
        if len(chosen) <= count:
            best = Cover(chosen, _reach(worse, chosen), True)
            high = middle - 1
        else:
            proven &= sure
            low = middle + 1
    return Cover(best.chosen, best.within, proven)


def _worse(points: Sequence[Vector]) -> list[list[int]]:
    """Return by how many millionths each point (column) is at most worse than another (row)."""
    return [
        [
            max(
                0 if b <= a else _NEVER if a == 0 else -((a - b) * MILLION // a)
                for a, b in zip(point, other, strict=True)
            )
            for other in points
        ]
        for point in points
    ]


def _reach(worse: Sequence[Sequence[int]], chosen: Sequence[int]) -> int:
    return max((min(row[column] for column in chosen) for row in worse), default=0)


def _cover(worse: Sequence[Sequence[int]], share: int, most: int) -> tuple[tuple[int, ...], bool]:
    """Return a smallest cover and whether that is proven; beyond `most` any cover will do."""
    rows = [sum(1 << column for column, value in enumerate(row) if value <= share) for row in worse]
    search = _Search(best=_greedy(rows), most=most)
    search.run(rows, [])
    return tuple(sorted(search.best)), search.branches <= MOST_BRANCHES


@dataclass
class _Search:
    """Branch and bound over bit sets: a row holds the columns that cover it."""

    best: list[int]
    most: int
    branches: int = field(default=0)

    def run(self, rows: list[int], chosen: list[int]) -> None:
        self.branches += 1
        rows, forced = _reduce(rows)
        chosen = chosen + forced
        bound = len(chosen) + _apart(rows)
        if bound >= len(self.best) or bound > self.most:
            return
        if not rows:
            self.best = chosen
            return
        row = min(rows, key=lambda r: (r.bit_count(), r))
        columns = sorted(
            _bits(row), key=lambda column: (-sum(r >> column & 1 for r in rows), column)
        )
        for column in columns:
            if self.branches > MOST_BRANCHES:
                return
            self.run([r for r in rows if not r >> column & 1], [*chosen, column])


def _reduce(rows: list[int]) -> tuple[list[int], list[int]]:
    """Return what is left to cover, and the columns that some smallest cover must hold."""
    forced: list[int] = []
    while True:
        kept = _least(rows)
        single = [row for row in kept if row.bit_count() == 1]
        if single:
            forced += [row.bit_length() - 1 for row in single]
            taken = sum(single)
            rows = [row for row in kept if not row & taken]
            continue
        covered = {
            column: sum(1 << at for at, row in enumerate(kept) if row >> column & 1)
            for column in _bits(_union(kept))
        }
        useful = 0
        for column, mine in covered.items():
            beaten = any(
                mine & other == mine and (mine != other or rival < column)
                for rival, other in covered.items()
                if rival != column
            )
            useful |= 0 if beaten else 1 << column
        fewer = [row & useful for row in kept]
        if fewer == kept:
            return kept, forced
        rows = fewer


def _least(rows: list[int]) -> list[int]:
    """Return the rows that no other row is a part of, in order."""
    kept: list[int] = []
    for row in sorted(set(rows), key=lambda r: (r.bit_count(), r)):
        if not any(small & row == small for small in kept):
            kept.append(row)
    return kept


def _apart(rows: list[int]) -> int:
    """Return a number of rows that no two of can share a column: no cover is smaller."""
    taken = count = 0
    for row in sorted(rows, key=lambda r: (r.bit_count(), r)):
        if not row & taken:
            taken |= row
            count += 1
    return count


def _greedy(rows: list[int]) -> list[int]:
    chosen: list[int] = []
    while rows:
        column = max(_bits(_union(rows)), key=lambda c: (sum(r >> c & 1 for r in rows), -c))
        chosen.append(column)
        rows = [row for row in rows if not row >> column & 1]
    return chosen


def _union(rows: list[int]) -> int:
    union = 0
    for row in rows:
        union |= row
    return union


def _bits(row: int) -> list[int]:
    return [at for at in range(row.bit_length()) if row >> at & 1]
