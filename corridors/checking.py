"""The network checked: its checks as rows, as a document and as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from corridors.report import SCHEMA_VERSION
from geodata.checks.findings import Check, Finding, load_exceptions, with_exceptions
from geodata.checks.run import whole_checks

if TYPE_CHECKING:
    from rich.console import RenderableType

    from corridors.request import Request

MOST_SHOWN: Final = 10
"""Findings of one check that a table shows unless it is told otherwise."""
_DIGITS: Final = 4


def check_network(request: Request, doing: Callable[[str], None] = lambda _: None) -> list[Check]:
    """Return every check of a request's network and corridors, known findings marked.

    Parameters
    ----------
    request
        Its network, tables and corridors are looked at.
    doing
        Told what is looked at next.
    """
    from corridors.network_checks import check_legs, named_lines_on, scenarios_with_new_lines

    checks = whole_checks(request.network, request.world, doing)
    doing("named lines")
    checks.append(named_lines_on(request.network, request.world))
    doing("legs of corridors")
    checks.append(check_legs(request, scenarios_with_new_lines(request)))
    return with_exceptions(checks, load_exceptions())


def any_wrong(checks: Sequence[Check]) -> bool:
    """Return whether a check found what no reason is known for."""
    return any(check.wrong for check in checks)


def check_rows(checks: Sequence[Check]) -> list[dict[str, Any]]:
    """Return one row per check."""
    return [
        {
            "check": check.check_id,
            "name": check.name,
            "looked_at": check.looked_at,
            "worst": None if check.worst is None else round(check.worst, _DIGITS),
            "unit": check.unit,
            "limit": check.limit,
            "wrong": len(check.wrong),
            "known": len(check.findings) - len(check.wrong),
            "verdict": check.verdict.value,
        }
        for check in checks
    ]


def finding_rows(checks: Sequence[Check]) -> list[dict[str, Any]]:
    """Return one row per finding, of each check those first that are wrong."""
    return [_finding_row(check, finding) for check in checks for finding in _in_order(check)]


def _in_order(check: Check) -> list[Finding]:
    return sorted(check.findings, key=lambda finding: bool(finding.known))


def _finding_row(check: Check, finding: Finding) -> dict[str, Any]:
    return {
        "check": check.check_id,
        "verdict": "known" if finding.known else "wrong",
        "what": finding.what,
        "mode": finding.mode.value if finding.mode else "",
        "subject": finding.subject,
        "lat": finding.lat,
        "lon": finding.lon,
        "measure": None if finding.measure is None else round(finding.measure, _DIGITS),
        "unit": check.unit,
        "limit": check.limit,
        "remedy": finding.remedy,
        "known": finding.known,
    }


def checks_document(checks: Sequence[Check], data_version: str) -> dict[str, Any]:
    """Return checks and all their findings, JSON-ready."""
    return {
        "schema_version": SCHEMA_VERSION,
        "data_version": data_version,
        "wrong": sum(len(check.wrong) for check in checks),
        "checks": check_rows(checks),
        "findings": finding_rows(checks),
    }


def checks_view(checks: Sequence[Check], most: int = MOST_SHOWN) -> RenderableType:
    """Return checks as text, with at most so many findings of each; known ones are counted."""
    from rich.console import Group
    from rich.text import Text

    from corridors.text import plain, table_view

    columns = ("check", "looked at", "worst", "wrong", "known", "verdict")
    rows = [
        {
            **row,
            "looked at": row["looked_at"],
            "worst": "" if row["worst"] is None else f"{row['worst']:g} {row['unit']}",
        }
        for row in check_rows(checks)
    ]
    parts: list[RenderableType] = [table_view(rows, columns)]
    for check in checks:
        if check.wrong:
            limit = f" ({check.unit} {check.limit})".replace("( ", "(") if check.limit else ""
            parts.append(plain(f"\n{check.check_id}: {check.name}{limit}"))
        for finding in check.wrong[:most]:
            where = "" if finding.lat is None else f" [{finding.lat:.4f},{finding.lon:.4f}]"
            parts.append(plain(f"  {finding.what}{where}; {finding.remedy}"))
        if len(check.wrong) > most:
            parts.append(Text(f"  and {len(check.wrong) - most} more: --most, or --format csv"))
    wrong = sum(len(check.wrong) for check in checks)
    known = sum(len(check.findings) for check in checks) - wrong
    parts.append(Text(f"\n{wrong} wrong; {known} known, with reasons in --format csv and json."))
    return Group(*parts)
