"""The land network mended: the rows of `geodata.patches` drawn into its lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from geodata.build.graph import (
    BENT,
    Bools,
    Floats,
    Ints,
    Lines,
    Strings,
    Tag,
    great_circle_km,
)
from geodata.errors import DataError
from geodata.gauges import GaugeRow, gauges_at
from geodata.network import MOST_DRAWN_SHARE
from geodata.patches import Patch, Waypoint, positions
from geodata.units import KM_PER_DEGREE

END_TO_NODE_KM: Final = 0.6
"""An end of a patch this close to a node is that node ..."""
END_TO_EDGE_KM: Final = 2.5
"""... and this close to an edge splits it; farther away it ends in the open."""
CHORD_TO_NODE_KM: Final = 0.25
"""How far a waypoint row's ends may be from the nodes they mean."""


def with_waypoints(lines: Lines, waypoints: tuple[Waypoint, ...]) -> Lines:
    """Bend long chords through stations; each keeps its true length.

    Raises
    ------
    DataError
        Listing every row whose chord does not exist or is shorter than the line drawn.
    """
    problems: list[str] = []
    for row in waypoints:
        label = f"{row.mode} {row.a_lat},{row.a_lon} - {row.b_lat},{row.b_lon}"
        ends = [
            _nearest_node(lines, lon, lat, CHORD_TO_NODE_KM)
            for lat, lon in ((row.a_lat, row.a_lon), (row.b_lat, row.b_lon))
        ]
        if ends[0] is None or ends[1] is None:
            problems.append(f"{label}: no node at one of the ends")
            continue
        forward = (lines.start == ends[0]) & (lines.end == ends[1])
        backward = (lines.start == ends[1]) & (lines.end == ends[0])
        edge = np.flatnonzero(forward | backward)
        if not len(edge):
            problems.append(f"{label}: the two nodes are not joined by an edge")
            continue
        via = positions(row.path)
        km = float(lines.length_km[edge[0]])
        rest = np.ones(len(lines.start), dtype=np.bool_)
        rest[edge] = False
        try:
            lines = _with_line(lines.only(rest), ends[0], ends[1], via, km, BENT)
        except ValueError as error:
            problems.append(f"{label}: {error}")
    if problems:
        raise DataError("waypoints.csv", problems)
    return lines


def without_removed(lines: Lines, patches: tuple[Patch, ...]) -> Lines:
    """Drop the edges that pass a `remove` row's point within its radius.

    Raises
    ------
    DataError
        Listing the rows that remove nothing.
    """
    stays = np.ones(len(lines.start), dtype=np.bool_)
    problems: list[str] = []
    for row in patches:
        if row.kind != "remove":
            continue
        lon, lat = positions(row.path)[0]
        hit = _distance_to_edges(lines, lon, lat)[0] <= row.length_km
        if not hit.any():
            problems.append(f"{row.patch_id}: no edge within {row.length_km} km of its point")
        stays &= ~hit
    if problems:
        raise DataError("patches.csv", problems)
    return lines.only(stays)


def with_patches(lines: Lines, patches: tuple[Patch, ...]) -> Lines:
    """Add the `join` and `new` rows, in file order; later rows may begin where earlier ones end.

    Raises
    ------
    DataError
        Listing every row that touches no line, or is drawn longer than its length.
    """
    problems: list[str] = []
    for row in patches:
        if row.kind == "remove":
            continue
        points = positions(row.path)
        lines, first, at_first = _attached(lines, *points[0])
        lines, last, at_last = _attached(lines, *points[-1])
        if not (at_first or at_last) or (row.kind == "join" and not (at_first and at_last)):
            problems.append(
                f"{row.patch_id}: an end is farther than {END_TO_EDGE_KM} km from a line"
            )
        tag = Tag(
            status=row.status,
            as_of=row.as_of,
            opens=row.opens or 0,
            name=row.name,
            source_id=row.source_id,
            by_hand=True,
            gauge_mm=row.gauge_mm,
        )
        lines = replace(lines, tags=[*lines.tags, tag])
        try:
            lines = _with_line(lines, first, last, points[1:-1], row.length_km, len(lines.tags) - 1)
        except ValueError as error:
            problems.append(f"{row.patch_id}: {error}")
    if problems:
        raise DataError("patches.csv", problems)
    return lines


def gauges_of(lines: Lines, rows: tuple[GaugeRow, ...]) -> Ints:
    """Return the track gauge in mm of each edge, by its country and middle.

    Raises
    ------
    DataError
        Listing the countries without a row.
    """
    lon = (lines.lon[lines.start] + lines.lon[lines.end]) / 2
    lat = (lines.lat[lines.start] + lines.lat[lines.end]) / 2
    country = lines.country[lines.start]
    own = np.array([tag.gauge_mm for tag in lines.tags], dtype=np.int64)[lines.tag]
    gauge = np.where(own > 0, own, gauges_at(rows, country, lon, lat))
    if (gauge == 0).any():
        missing = sorted(set(country[gauge == 0].tolist()))
        raise DataError("gauges.csv", [f"{code}: has rail but no row" for code in missing])
    return gauge


def _nearest_node(lines: Lines, lon: float, lat: float, within_km: float) -> int | None:
    away = great_circle_km(lines.lon, lines.lat, np.array(lon), np.array(lat))
    away[lines.degree() == 0] = np.inf
    node = int(np.argmin(away))
    return node if away[node] <= within_km else None


def _distance_to_edges(lines: Lines, lon: float, lat: float) -> tuple[Floats, Floats]:
    """Return the distance in km of a point to every edge, and where along each that is (0..1)."""
    scale = np.cos(np.radians(lat))
    ax, ay = (lines.lon[lines.start] - lon) * scale, lines.lat[lines.start] - lat
    bx, by = (lines.lon[lines.end] - lon) * scale, lines.lat[lines.end] - lat
    dx, dy = bx - ax, by - ay
    square = np.maximum(dx * dx + dy * dy, 1e-18)
    along = np.clip(-(ax * dx + ay * dy) / square, 0.0, 1.0)
    away = np.hypot(ax + along * dx, ay + along * dy) * KM_PER_DEGREE
    return away, along


def _attached(lines: Lines, lon: float, lat: float) -> tuple[Lines, int, bool]:
    """Return the node for the end of a patch, splitting an edge or adding a node for it."""
    node = _nearest_node(lines, lon, lat, END_TO_NODE_KM)
    if node is not None:
        return lines, node, True
    away, along = _distance_to_edges(lines, lon, lat)
    edge = int(np.argmin(away))
    touches = bool(away[edge] <= END_TO_EDGE_KM)
    node = len(lines.lon)
    if not touches:
        return _with_nodes(lines, [(lon, lat)], ""), node, False
    start, end = lines.start[edge], lines.end[edge]
    share = float(along[edge])
    foot = (
        float(lines.lon[start] + share * (lines.lon[end] - lines.lon[start])),
        float(lines.lat[start] + share * (lines.lat[end] - lines.lat[start])),
    )
    rest: Bools = np.ones(len(lines.start), dtype=np.bool_)
    rest[edge] = False
    km, tag = float(lines.length_km[edge]), int(lines.tag[edge])
    split = _with_nodes(lines.only(rest), [foot], str(lines.country[start])).with_edges(
        np.array([start, node]),
        np.array([node, end]),
        np.array([km * share, km * (1 - share)]),
        np.array([tag, tag]),
    )
    return split, node, True


def _with_nodes(lines: Lines, points: list[tuple[float, float]], country: str) -> Lines:
    countries: Strings = np.full(len(points), country, dtype="<U2")
    place = np.array(points, dtype=np.float64).round(5).reshape(-1, 2)
    free = np.zeros(len(points), dtype=np.bool_)
    return lines.with_nodes(place[:, 0], place[:, 1], countries, free)


def _with_line(
    lines: Lines, first: int, last: int, via: list[tuple[float, float]], km: float, tag: int
) -> Lines:
    """Add a line between two nodes through points; the pieces share its length in proportion."""
    count = len(lines.lon)
    lines = _with_nodes(lines, via, "")
    nodes = np.array([first, *range(count, count + len(via)), last], dtype=np.int64)
    drawn = great_circle_km(
        lines.lon[nodes[:-1]], lines.lat[nodes[:-1]], lines.lon[nodes[1:]], lines.lat[nodes[1:]]
    )
    if drawn.sum() > km * MOST_DRAWN_SHARE:
        raise ValueError(f"drawn {drawn.sum():.1f} km long, but its true length is {km:.1f} km")
    tags = np.full(len(drawn), tag, dtype=np.int64)
    return lines.with_edges(nodes[:-1], nodes[1:], drawn * (km / drawn.sum()), tags)
