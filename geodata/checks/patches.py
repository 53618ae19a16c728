"""Checks of the curated rows that mend the lines: patches have names, waypoints go forward."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from geodata.checks.findings import Check, Finding
from geodata.network import LonLat
from geodata.patches import Patch, Waypoint, positions


def backward(start: LonLat, end: LonLat, via: Sequence[LonLat]) -> list[int]:
    """Return which points do not lie farther along the chord than the one before them.

    Each is projected on the straight line from start to end; the first must lie beyond the start,
    and none beyond the end.
    """
    squeeze = float(np.cos(np.radians((start[1] + end[1]) / 2)))
    scale = np.array([squeeze, 1.0])
    chord = (np.array(end) - np.array(start)) * scale
    along = ((np.array(via).reshape(-1, 2) - np.array(start)) * scale) @ chord / (chord @ chord)
    before = np.concatenate([[0.0], np.maximum.accumulate(along)[:-1]]) if len(along) else along
    back: list[int] = np.flatnonzero((along <= before) | (along >= 1.0)).tolist()
    return back


def check_waypoints(rows: Sequence[Waypoint]) -> Check:
    """Find stations through which a chord would run backwards."""
    found: list[Finding] = []
    for row in rows:
        via = positions(row.path)
        start, end = (row.a_lon, row.a_lat), (row.b_lon, row.b_lat)
        names = [" ".join(part.split()[2:]) or part for part in row.path.split(";")]
        found += [
            Finding(
                what=f"{names[at]} lies behind the point before it, or beyond an end, on the way "
                f"from {row.a_lat:g},{row.a_lon:g} to {row.b_lat:g},{row.b_lon:g}",
                remedy="put the stations in their order, or leave this one out",
                mode=row.mode,
                subject=f"{row.a_lat:g},{row.a_lon:g} - {row.b_lat:g},{row.b_lon:g}",
                lat=via[at][1],
                lon=via[at][0],
            )
            for at in backward(start, end, via)
        ]
    return Check(
        check_id="waypoint",
        name="stations of bent chords lie in their order along them",
        looked_at=len(rows),
        findings=tuple(found),
    )


def check_patches(rows: Sequence[Patch], sources: Collection[str]) -> Check:
    """Find lines drawn by hand that have no name, or no source."""
    found: list[Finding] = []
    for row in rows:
        lacking = [
            what
            for what, there in (("name", bool(row.name)), ("source", row.source_id in sources))
            if not there
        ]
        if lacking:
            lon, lat = positions(row.path)[0]
            found.append(
                Finding(
                    what=f"{row.patch_id} has no {' and no '.join(lacking)}",
                    remedy="name the line, and say where it is from",
                    mode=row.mode,
                    subject=row.patch_id,
                    lat=lat,
                    lon=lon,
                )
            )
    return Check(
        check_id="patch",
        name="lines drawn by hand have a name and a source",
        looked_at=len(rows),
        findings=tuple(found),
    )
