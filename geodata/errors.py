"""Errors about data: one class, which carries every problem found, not only the first."""

from __future__ import annotations

from collections.abc import Sequence


class DataError(ValueError):
    """Data that cannot be used: names the table or file and lists *all* its problems.

    Parameters
    ----------
    where
        The table, file or parameter in which the problems are.
    problems
        What is wrong, one sentence each: the row or feature, the reason, the remedy.
    """

    def __init__(self, where: str, problems: Sequence[str]) -> None:
        self.where = where
        self.problems = tuple(problems)
        listing = "".join(f"\n  - {problem}" for problem in self.problems)
        super().__init__(f"{where}: {len(self.problems)} problem(s){listing}")
