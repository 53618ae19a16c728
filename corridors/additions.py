"""What files would add to the network, as rows, as a document and as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from corridors.report import SCHEMA_VERSION
from geodata.importing.attach import Attached

if TYPE_CHECKING:
    from rich.console import RenderableType


_MOST_ROWS: Final = 500
"""Rows of a table that somebody may read; files of thousands of features are for other formats."""


def joined_rows(attached: Attached) -> list[dict[str, Any]]:
    """Return one row per end, place or spot: what it was joined to, and how far it was moved."""
    return [
        {
            "file": row.origin.file,
            "feature": row.origin.number,
            "id": row.origin.feature_id,
            "what": row.what,
            "name": row.name,
            "joined_to": row.to,
            "snap_km": "" if row.snap_km is None else round(row.snap_km, 3),
        }
        for row in attached.joined
    ]


def check_document(attached: Attached, files: Sequence[Path]) -> dict[str, Any]:
    """Return what files would add, JSON-ready."""
    return {
        "schema_version": SCHEMA_VERSION,
        "files": [str(path) for path in files],
        "data_version": attached.network.version,
        "unchanged": attached.unchanged,
        "links_measured_anew": {
            mode.value: len(touched.links) for mode, touched in attached.touched.items()
        },
        "joined": joined_rows(attached),
        "remarks": list(attached.remarks),
    }


def check_view(attached: Attached, files: Sequence[Path], wrong: int = 0) -> RenderableType:
    """Return what files would add, as text; `wrong` is how much the checks found of it."""
    from rich.console import Group
    from rich.text import Text

    from corridors.text import table_view

    rows = [
        {
            "feature": f"{row['feature']} {row['id']}".strip(),
            "what": row["what"],
            "name": row["name"],
            "joined to": row["joined_to"],
            "moved km": row["snap_km"],
        }
        for row in joined_rows(attached)
    ]
    parts: list[RenderableType] = []
    if rows:
        parts.append(table_view(rows[:_MOST_ROWS], list(rows[0])))
    if len(rows) > _MOST_ROWS:
        parts.append(
            Text(
                f"... and {len(rows) - _MOST_ROWS} rows more: --format csv or json has all "
                f"{len(rows)}."
            )
        )
    if attached.unchanged:
        parts.append(Text(f"{attached.unchanged} features are what the network has already."))
    parts += [Text(f"Note: {remark}") for remark in attached.remarks]
    alone = _alone(rows)
    if alone:
        lines = "1 line joins" if alone == 1 else f"{alone} lines join"
        parts.append(
            Text(
                f"Note: {lines} nothing at either end; unless another line leads there, no journey "
                "can use what joins nothing. Draw the ends nearer, or raise --join-km."
            )
        )
    names = ", ".join(str(path) for path in files)
    verdict = "good to use with --with."
    if wrong:
        verdict = f"--with takes it as it is, but the checks find {wrong} wrong, listed below."
    parts.append(Text(f"{names}: {verdict if rows else 'adds nothing.'}"))
    return Group(*parts)


def _alone(rows: Sequence[Mapping[str, Any]]) -> int:
    """Return how many lines join nothing at either end; the end of one follows its start."""
    return sum(
        start["what"].endswith(", start") and {start["joined to"], end["joined to"]} == {"nothing"}
        for start, end in pairwise(rows)
    )
