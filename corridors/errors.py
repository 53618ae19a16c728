"""Errors of planning.

::

    CorridorsError(Exception)          the command line ends with exit code 1
      UnknownPlaceError                carries the nearest matches
      SnapError                        a point that no network is near enough to
      NoItineraryError                 exit code 3; carries why
    geodata.DataError(ValueError)      exit code 1; carries all problems of a table
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


def did_you_mean(word: str, known: Iterable[str], *, most: int = 1, cutoff: float = 0.6) -> str:
    """Return a hint at the known words nearest to one, to stand behind a message; empty if none."""
    near = difflib.get_close_matches(word, list(known), n=most, cutoff=cutoff)
    return f"; did you mean {', '.join(near)}?" if near else ""


class CorridorsError(Exception):
    """Something a person can put right; the message says what, where and how."""


class UnknownPlaceError(CorridorsError):
    """A place that does not exist, or a name that several places share."""

    def __init__(self, text: str, matches: Sequence[str], *, ambiguous: bool = False) -> None:
        self.text = text
        self.matches = tuple(matches)
        what = "could be several places" if ambiguous else "is no known place"
        hint = f": {'; '.join(matches)}" if matches else ""
        remedy = "give the id, or lat,lon in decimal degrees (`corridors places` lists all)"
        super().__init__(f"{text!r} {what}{hint}; {remedy}")

    def with_others(self, others: Sequence[UnknownPlaceError]) -> UnknownPlaceError:
        """Return this error, its message that of others too, so that all are told at once."""
        joint = UnknownPlaceError(self.text, self.matches)
        told = "".join(f"\n  - {each}" for each in (self, *others))
        joint.args = (f"places: {1 + len(others)} problem(s){told}",)
        return joint


class SnapError(CorridorsError):
    """A point too far from the network of a mode."""


class NoItineraryError(CorridorsError):
    """Nothing leads from origin to destination under the request; says what stands in the way."""
