"""What the doctor found, as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from corridors.doctor import Finding, State, is_broken
from corridors.text import plain

_HEADS: Final = {
    "program": "Program",
    "package": "Packages",
    "optional": "Optional parts",
    "data": "Data",
    "licence": "Licences of the data",
}
_STYLES: Final = {State.OK: "", State.ABSENT: "yellow", State.BROKEN: "bold red"}


def findings_view(findings: Sequence[Finding]) -> RenderableType:
    """Return the findings, part by part, and whether anything is broken."""
    parts: list[RenderableType] = []
    inside = sorted(findings, key=lambda one: list(_HEADS).index(one.part))
    for part, members in groupby(inside, key=lambda one: one.part):
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        for one in members:
            said = plain(one.found)
            if one.state is not State.OK:
                said = Text(f"{one.state}: ", style=_STYLES[one.state]) + said
            if one.remedy:
                said += plain(f"\n{one.remedy}")
            table.add_row(plain(f"  {one.name}"), said)
        parts += [Text(_HEADS[part], style="bold"), table]
    broken = sum(one.state is State.BROKEN for one in findings)
    parts.append(
        Text(f"\n{broken} broken", style="bold red")
        if is_broken(findings)
        else Text("\nNothing is broken.")
    )
    return Group(*parts)
