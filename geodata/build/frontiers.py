"""Cutting lines at frontiers, and giving curated crossings the ends of the cuts.

A line belongs to the countries of its nodes, not of the ground under its drawn chord: a chord that
clips a neighbour is not cut. Every edge between two countries is cut once. The cut's two ends, one
in each country, stay unconnected; only a row of ``border_crossings.csv`` joins them again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from geodata.build.countries import Countries
from geodata.build.graph import Floats, Ints, Lines, great_circle_km, reached

NEAR_ROW_KM: Final = 25.0
"""A cut belongs to a crossing row no farther away than this."""
BEND_FROM_KM: Final = 3.0
"""Edges longer than this are led through the crossing's own position."""
SAMPLE_KM: Final = 0.25
MAX_SAMPLES: Final = 2000
EXCURSION_KM: Final = 30.0
"""A shorter piece inside one neighbour, entered and left, counts as the neighbour's."""
TINY_KM: Final = 3.0
"""A piece this short, without a dead end, is given back even beside a crossing row."""
NEAR_PIECE_KM: Final = 5.0
TRACKS_MEET_KM: Final = 10.0
"""Tracks that meet within this distance are one line."""
SIDE_SHARE: Final = 0.5
"""A cut is on a main line if both sides' networks are at least this share of the largest near."""
SIDING_PENALTY_KM: Final = 5.0
"""Other cuts count as this much farther away."""

Cut = dict[str, int]
"""A line cut at a frontier: its two end nodes, by country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A crossing that the network has to be cut for.

    Parameters
    ----------
    crossing_id
        Of ``border_crossings.csv``.
    places
        Place id on each side, by country.
    lon, lat
        Position on the frontier, decimal degrees.
    """

    crossing_id: str
    places: dict[str, str]
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CutLines:
    """What cutting yields.

    Parameters
    ----------
    lines
        In which no edge joins two countries.
    bound
        Node of each crossing's place, by place id.
    unbound
        Crossings without a cut near them, by their id.
    """

    lines: Lines
    bound: dict[str, int]
    unbound: tuple[str, ...]


def without_excursions(lines: Lines, crossings: tuple[Crossing, ...]) -> Lines:
    """Give short pieces that only dip into a neighbour back to the country they come from.

    Without this a line that weaves along a frontier, or whose rounded nodes do, would be cut.
    Pieces with a crossing row of the two countries near them stay what they are.

    Parameters
    ----------
    lines
        With countries.
    crossings
        Of this mode.
    """
    rows = _by_pair(crossings)
    for longest_km in (TINY_KM, EXCURSION_KM, EXCURSION_KM):
        inner = lines.country[lines.start] == lines.country[lines.end]
        piece = lines.components(inner)
        km = np.bincount(piece[lines.start[inner]], lines.length_km[inner], len(lines.lon))
        around = lines.only(inner).neighbours()
        ends_there = np.bincount(piece, lines.degree() == 1, len(lines.lon)) > 0
        exits: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for start, end in zip(
            lines.start[~inner].tolist(), lines.end[~inner].tolist(), strict=True
        ):
            exits[int(piece[start])].append((start, end))
            exits[int(piece[end])].append((end, start))
        country = lines.country.copy()
        for number, out in sorted(exits.items()):
            beyond = {str(lines.country[other]) for _, other in out}
            if len(beyond) != 1 or len(out) == 1 or km[number] >= longest_km:
                continue
            if max(float(km[piece[other]]) for _, other in out) < km[number]:
                continue
            near = reached(around, out[0][1], TRACKS_MEET_KM)
            if all(other in near for _, other in out):
                continue  # two tracks into one yard, not a line that comes back
            pair = frozenset({*beyond, str(lines.country[out[0][0]])})
            at_row = any(
                _away_km(lines, node, row) < NEAR_PIECE_KM for row in rows[pair] for node, _ in out
            )
            if at_row and (longest_km > TINY_KM or ends_there[number]):
                continue
            country[piece == number] = next(iter(beyond))
        lines = replace(lines, country=country)
    return lines


def _by_pair(
    crossings: tuple[Crossing, ...],
) -> defaultdict[frozenset[str], list[Crossing]]:
    found = defaultdict(list)
    for row in crossings:
        found[frozenset(row.places)].append(row)
    return found


def cut_at_frontiers(
    lines: Lines, countries: Countries, crossings: tuple[Crossing, ...]
) -> CutLines:
    """Cut every edge between two countries and bind the crossings to cuts.

    Parameters
    ----------
    lines
        With countries.
    countries
        Where the frontier runs.
    crossings
        Of this mode.
    """
    across = lines.country[lines.start] != lines.country[lines.end]
    edges = np.flatnonzero(across)
    rows = _by_pair(crossings)
    lon: list[float] = []
    lat: list[float] = []
    km: list[float] = []
    for edge in edges.tolist():
        start, end = int(lines.start[edge]), int(lines.end[edge])
        pair = frozenset({str(lines.country[start]), str(lines.country[end])})
        share, x, y = _frontier_point(lines, countries, edge)
        length = float(lines.length_km[edge])
        via = _led_through(lines, edge, rows[pair])
        if via is not None:
            share, x, y = via
        lon.append(round(x, 5))
        lat.append(round(y, 5))
        km.append(length * share)
    first = len(lines.lon)
    near = np.arange(first, first + len(edges))
    far = near + len(edges)
    starts, ends = lines.start[edges], lines.end[edges]
    position = np.array([lon + lon, lat + lat])
    owner = np.concatenate([lines.country[starts], lines.country[ends]])
    cut = lines.only(~across).with_nodes(
        position[0], position[1], owner, np.zeros(2 * len(edges), dtype=np.bool_)
    )
    done = np.array(km)
    tag = lines.tag[edges]
    cut = cut.with_edges(starts, near, done, tag)
    cut = cut.with_edges(far, ends, lines.length_km[edges] - done, tag)
    cuts = [
        {str(cut.country[a]): a, str(cut.country[b]): b}
        for a, b in zip(near.tolist(), far.tolist(), strict=True)
    ]
    return _bound(cut, cuts, crossings)


def _frontier_point(lines: Lines, countries: Countries, edge: int) -> tuple[float, float, float]:
    """Return (share of the edge, lon, lat) where it best parts into its two countries."""
    start, end = lines.start[edge], lines.end[edge]
    count = int(np.clip(lines.length_km[edge] / SAMPLE_KM, 8, MAX_SAMPLES))
    share: Floats = (np.arange(count) + 0.5) / count
    lon = lines.lon[start] + share * (lines.lon[end] - lines.lon[start])
    lat = lines.lat[start] + share * (lines.lat[end] - lines.lat[start])
    under = countries.of(lon, lat)
    gain = np.where(under == lines.country[start], 1, 0)
    gain = gain - np.where(under == lines.country[end], 1, 0)
    best = int(np.argmax(np.concatenate([[0], np.cumsum(gain)])))
    at = min(max(best / count, 1.0 / count), 1.0 - 1.0 / count)
    return (
        at,
        float(lines.lon[start] + at * (lines.lon[end] - lines.lon[start])),
        float(lines.lat[start] + at * (lines.lat[end] - lines.lat[start])),
    )


def _led_through(
    lines: Lines, edge: int, rows: list[Crossing]
) -> tuple[float, float, float] | None:
    """Return (share of the edge, lon, lat) of a crossing that a long edge can be led through."""
    length = float(lines.length_km[edge])
    if length < BEND_FROM_KM:
        return None
    start, end = lines.start[edge], lines.end[edge]
    best: tuple[float, float, float, float] | None = None
    for row in rows:
        x, y = np.array(row.lon), np.array(row.lat)
        before = float(great_circle_km(lines.lon[start], lines.lat[start], x, y))
        after = float(great_circle_km(x, y, lines.lon[end], lines.lat[end]))
        fits = before + after <= length * 1.002 + 0.1 and min(before, after) > SAMPLE_KM
        if fits and (best is None or before + after < best[0]):
            best = (before + after, before / (before + after), row.lon, row.lat)
    return None if best is None else best[1:]


def _bound(lines: Lines, cuts: list[Cut], crossings: tuple[Crossing, ...]) -> CutLines:
    """Give each crossing the nearest cut, before others one on a main line of both countries."""
    piece = lines.components()
    km = np.bincount(piece[lines.start], lines.length_km, len(lines.lon))
    by_pair: dict[frozenset[str], list[Cut]] = defaultdict(list)
    for cut in cuts:
        by_pair[frozenset(cut)].append(cut)
    bound: dict[str, int] = {}
    unbound: list[str] = []
    taken: set[int] = set()
    for row in sorted(crossings, key=lambda row: row.crossing_id):
        near: list[tuple[float, int, Cut]] = []
        candidates = [
            (cut, away)
            for cut in by_pair[frozenset(row.places)]
            if (away := _away_km(lines, next(iter(cut.values())), row)) <= NEAR_ROW_KM
        ]
        most = {
            code: max((float(km[piece[cut[code]]]) for cut, _ in candidates), default=0.0)
            for code in row.places
        }
        for cut, away in candidates:
            node = min(cut.values())
            if node in taken:
                continue
            main = all(km[piece[cut[c]]] >= SIDE_SHARE * most[c] for c in row.places)
            cost = away + (0.0 if main else SIDING_PENALTY_KM)
            near.append((round(cost, 3), node, cut))
        if not near:
            unbound.append(row.crossing_id)
            continue
        _, node, chosen = min(near, key=lambda item: item[:2])
        taken.add(node)
        for code, place_id in row.places.items():
            bound[place_id] = chosen[code]
    keep = lines.keep.copy()
    keep[np.array(sorted(bound.values()), dtype=np.int64)] = True
    return CutLines(lines=replace(lines, keep=keep), bound=bound, unbound=tuple(unbound))


def _away_km(lines: Lines, node: int, row: Crossing) -> float:
    """Return how far a node is from a crossing's position."""
    spot = lines.lon[node], lines.lat[node]
    return float(great_circle_km(*spot, np.array(row.lon), np.array(row.lat)))


def ends_of(bound: dict[str, int]) -> Ints:
    """Return the nodes of all bound places, sorted."""
    return np.array(sorted(bound.values()), dtype=np.int64)
