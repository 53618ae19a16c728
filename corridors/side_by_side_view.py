"""Two scenarios side by side in a terminal."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from corridors.planner import Comparison
from corridors.side_by_side import Row
from corridors.text import WIDE, comparison_heading, evidence_view, plain, spaced

_COLUMNS = ("#A", "#B", "corridor", "USD/t A", "B", "+/-", "days A", "B", "+/-")
_OUTER, _INNER = (0, 0, 0, 2), (0, 0, 0, 4)


def side_by_side_view(
    a: Comparison, b: Comparison, rows: tuple[Row, ...], data_version: str, width: int
) -> RenderableType:
    """Return ranks and values in A and B, what changes and why, and what it all rests on."""
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, padding=0)
    for heading in _COLUMNS:
        words = heading == "corridor"
        grid.add_column(heading, justify="left" if words else "right", no_wrap=not words)
    for row in rows:
        if row.rank_a is not None or row.rank_b is not None:
            grid.add_row(
                str(row.rank_a or "-"),
                str(row.rank_b or "-"),
                plain(row.name if width >= WIDE else row.corridor_id),
                *_cells(row, "usd_per_t", 0),
                *_cells(row, "days", 1),
            )
    scenarios = plain(
        "".join(
            f"\n{side}: {one.scenario.scenario_id}, {one.scenario.name} ({one.scenario.as_of})"
            for side, one in (("A", a), ("B", b))
        )
    )
    parts: list[RenderableType] = [comparison_heading(a, scenarios), grid]
    shown = [row for row in rows if row.rank_a is not None or row.rank_b is not None]
    same_cause: dict[str, list[str]] = {}
    for row in shown:
        same_cause.setdefault(row.why, []).append(row.corridor_id)
    unchanged = same_cause.pop("", [])
    if same_cause:
        parts.append(Text("What changes in B, and why", style="bold"))
        for why, names in same_cause.items():
            parts += [Padding(plain(", ".join(names)), _OUTER), Padding(plain(why), _INNER)]
    if unchanged:
        parts.append(plain(f"Nothing changes for {', '.join(unchanged)}."))
    never = [row.corridor_id for row in rows if row.rank_a is None and row.rank_b is None]
    if never:
        parts.append(plain(f"Not possible in either: {', '.join(never)}"))
    parts += [Text(""), Text("A", style="bold"), evidence_view(a, data_version)]
    parts += [Text("B", style="bold"), evidence_view(b, data_version)]
    return Group(*parts)


def _cells(row: Row, key: str, digits: int) -> tuple[str, str, str]:
    values = [side[key] if side else None for side in (row.values_a, row.values_b)]
    a, b = ("-" if value is None else spaced(value, digits) for value in values)
    difference = row.difference(key)
    if difference is None:
        return a, b, ""
    changed = round(difference, digits) != 0
    return a, b, f"{difference:+,.{digits}f}".replace(",", " ") if changed else "0"
