"""What a check returns: how much it looked at, and what it found with place, measure and remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from geodata.tables import read_table
from geodata.units import geodesic_length_km
from geodata.vocabulary import Grade, Mode
from geodata.world import DATA

EXCEPTIONS: Final = DATA / "check_exceptions.csv"
"""What the checks find and is known, with the reason why it stands."""
SAME_SPOT_KM: Final = 1.0
"""An exception with a position means findings no farther away than this."""


class Verdict(StrEnum):
    """What comes out of a check."""

    OK = "ok"
    KNOWN = "known"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check found.

    Parameters
    ----------
    what
        In words, with what is wrong.
    remedy
        What to do about it.
    subject
        Id of the place, crossing, chokepoint or row, or ``link N``.
    lat, lon
        Decimal degrees; None where it has no place.
    measure
        In the check's unit; None where there is nothing to measure.
    known
        Why it may stand; empty for what is wrong.
    """

    what: str
    remedy: str
    mode: Mode | None = None
    subject: str = ""
    lat: float | None = None
    lon: float | None = None
    measure: float | None = None
    known: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check, done.

    Parameters
    ----------
    check_id, name
        Its id, and what must hold in words.
    looked_at
        How many things were looked at.
    unit, limit
        Of the measures; the limit in words and numbers, empty where there is none.
    worst
        The measure farthest out of all that were looked at, within the limit or not.
    findings
        In a fixed order.
    """

    check_id: str
    name: str
    looked_at: int
    findings: tuple[Finding, ...]
    unit: str = ""
    limit: str = ""
    worst: float | None = None

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """The findings for which no reason is known."""
        return tuple(finding for finding in self.findings if not finding.known)

    @property
    def verdict(self) -> Verdict:
        """Ok if nothing was found; known if there is a reason for all that was."""
        if not self.findings:
            return Verdict.OK
        return Verdict.WRONG if self.wrong else Verdict.KNOWN


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """A finding that is known: by the id of its subject, or by where it is."""

    check_id: str
    mode: str
    subject: str
    lat: float | None
    lon: float | None
    reason: str
    source_id: str
    grade: Grade

    def means(self, check_id: str, finding: Finding) -> bool:
        """Return whether this row is about a finding."""
        if check_id != self.check_id or self.mode not in ("", finding.mode):
            return False
        if self.subject:
            return self.subject == finding.subject
        if None in (self.lat, self.lon, finding.lat, finding.lon):
            return False
        spots = [(row.lon or 0.0, row.lat or 0.0) for row in (self, finding)]
        return geodesic_length_km(spots) <= SAME_SPOT_KM


def load_exceptions(path: Path = EXCEPTIONS) -> tuple[ExceptionRow, ...]:
    """Read the table of what is known."""
    return read_table(path, ExceptionRow, ("check_id", "mode", "subject", "lat", "lon"))


def with_exceptions(checks: Sequence[Check], rows: Sequence[ExceptionRow]) -> list[Check]:
    """Return the checks with the reasons of known findings, and a check of the rows themselves.

    A row that means nothing any more would hide what goes wrong there next: it is found.
    """
    used: set[int] = set()
    done: list[Check] = []
    for check in checks:
        findings: list[Finding] = []
        for finding in check.findings:
            meant = [at for at, row in enumerate(rows) if row.means(check.check_id, finding)]
            used.update(meant)
            known = finding.known or (rows[meant[0]].reason if meant else "")
            findings.append(replace(finding, known=known))
        done.append(replace(check, findings=tuple(findings)))
    idle = tuple(
        Finding(
            what=f"the exception to {row.check_id} for "
            f"{row.subject or f'{row.lat:g},{row.lon:g}'} means nothing that was found",
            remedy="remove the row from check_exceptions.csv",
            subject=row.subject,
            lat=row.lat,
            lon=row.lon,
        )
        for at, row in enumerate(rows)
        if at not in used
    )
    return [
        *done,
        Check(
            check_id="exceptions",
            name="every known exception still is one",
            looked_at=len(rows),
            findings=idle,
        ),
    ]
