"""Lines for the screen: each shared stretch once, thinned to what a screen can show.

Corridors share most of their way. As in TopoJSON, the lines are cut where the set of corridors on
them changes, so every stretch ("arc") is stored once, in whole units of 1/10 000 degree, the first
point absolute and the others as differences. A leg lists its arcs; ``~index`` means backwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from maps.data import LonLat, MapRoute

UNITS_PER_DEGREE: Final = 10_000

# Tolerances in degrees, tried in turn until the lines fit; the first is about 55 m.
TOLERANCES_DEG: Final = (
    0.0005,
    0.001,
    0.0015,
    0.002,
    0.003,
    0.004,
    0.006,
    0.008,
    0.012,
    0.02,
    0.03,
)
LINE_BUDGET_BYTES: Final = 800_000

_BADGE_FRACTIONS: Final = (0.5, 0.35, 0.65, 0.2, 0.8)
_BADGE_SPACING_DEG: Final = 4.0
_BADGE_ARCS: Final = 6

_Step = tuple[int, bool]  # link number, and whether it is run against its stored direction
_Chain = tuple[_Step, ...]


@dataclass(frozen=True, slots=True)
class SharedLines:
    """The distinct stretches of all corridors.

    ``arcs`` are encoded as the module says; ``refs[route][leg]`` lists arcs in travel order, and
    ``own[line]`` those of the analyst's own lines. ``badges[route]`` is a (lon, lat) where the
    corridor is as much alone as it ever is, or None if it has no line.
    """

    arcs: tuple[tuple[int, ...], ...]
    refs: tuple[tuple[tuple[int, ...], ...], ...]
    badges: tuple[LonLat | None, ...]
    tolerance_deg: float
    own: tuple[tuple[int, ...], ...] = ()


def share_lines(
    routes: Sequence[MapRoute], own_lines: Sequence[tuple[LonLat, ...]] = ()
) -> SharedLines:
    """Return all lines, of corridors and own ones, without repetition, thinned to fit the page."""
    links: dict[tuple[LonLat, ...], int] = {}
    steps = [[[_step(line, links) for line in leg.lines] for leg in r.legs] for r in routes]
    steps.append([[_step(line, links)] for line in own_lines])
    users: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for number, route in enumerate(steps):
        for leg_number, leg in enumerate(route):
            for link, _ in leg:
                users[link].add((number, leg_number))
    points = list(links)
    chains: dict[_Chain, int] = {}
    refs = tuple(
        tuple(
            tuple(_ref(chain, chains, points) for chain in _chains(leg, points, users))
            for leg in route
        )
        for route in steps
    )
    lines = [_join(chain, points) for chain in chains]
    alone = [len({route for route, _ in users[chain[0][0]]}) for chain in chains]
    arcs, tolerance = _thin(lines)
    of_routes, own = refs[:-1], refs[-1]
    return SharedLines(arcs, of_routes, _badges(of_routes, lines, alone), tolerance, own)


def _step(line: Iterable[LonLat], links: dict[tuple[LonLat, ...], int]) -> _Step:
    """Return the number of a line, the same for both directions, and the direction."""
    there = tuple(line)
    back = there[::-1]
    stored = min(there, back)
    return links.setdefault(stored, len(links)), stored != there


def _ends(step: _Step, points: Sequence[tuple[LonLat, ...]]) -> tuple[LonLat, LonLat]:
    link, backwards = step
    first, last = points[link][0], points[link][-1]
    return (last, first) if backwards else (first, last)


def _chains(
    leg: Sequence[_Step],
    points: Sequence[tuple[LonLat, ...]],
    users: dict[int, set[tuple[int, int]]],
) -> Iterator[_Chain]:
    """Cut a leg where its company changes, where it jumps, and where it would meet itself."""
    chain: list[_Step] = []
    for step in leg:
        if chain and (
            users[step[0]] != users[chain[-1][0]]
            or _ends(chain[-1], points)[1] != _ends(step, points)[0]
            or any(step[0] == link for link, _ in chain[-1:])
        ):
            yield tuple(chain)
            chain = []
        chain.append(step)
    if chain:
        yield tuple(chain)


def _ref(chain: _Chain, chains: dict[_Chain, int], points: Sequence[tuple[LonLat, ...]]) -> int:
    """Return a stretch's number, ``~number`` if it is stored the other way round."""
    back = tuple((link, not backwards) for link, backwards in reversed(chain))
    start, end = _ends(chain[0], points)[0], _ends(chain[-1], points)[1]
    stored = min((start, chain), (end, back))[1]
    number = chains.setdefault(stored, len(chains))
    return number if stored == chain else ~number


def _join(chain: _Chain, points: Sequence[tuple[LonLat, ...]]) -> shapely.LineString:
    joined: list[LonLat] = []
    for link, backwards in chain:
        line = points[link][::-1] if backwards else points[link]
        joined.extend(line[1:] if joined else line)
    return shapely.LineString(joined)


def _thin(lines: Sequence[shapely.LineString]) -> tuple[tuple[tuple[int, ...], ...], float]:
    """Encode all lines at the finest tolerance at which they fit, or at the coarsest."""
    given = np.array(lines, dtype=object)
    steps: list[np.ndarray] = []
    tolerance = 0.0
    for tolerance in TOLERANCES_DEG:
        steps = [
            _steps(shapely.get_coordinates(line)) for line in shapely.simplify(given, tolerance)
        ]
        if sum(map(_written, steps)) <= LINE_BUDGET_BYTES:
            break
    return tuple(tuple(arc.tolist()) for arc in steps), tolerance


def _written(values: np.ndarray) -> int:
    """Return the characters that whole numbers take in JSON, each with its sign and its comma."""
    digits = np.floor(np.log10(np.maximum(np.abs(values), 1))) + 1
    return int(np.sum(digits) + np.sum(values < 0) + len(values))


def _steps(coordinates: np.ndarray) -> np.ndarray:
    """Return lon, lat of the first point and the differences to the others, in whole units."""
    whole = np.rint(coordinates * UNITS_PER_DEGREE).astype(np.int64)
    # A line over the antimeridian goes on past 180 degrees instead of crossing the whole map.
    jumps = np.diff(whole[:, 0]) / (360 * UNITS_PER_DEGREE)
    whole[1:, 0] -= np.cumsum(np.rint(jumps).astype(np.int64)) * 360 * UNITS_PER_DEGREE
    steps = np.diff(whole, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    if not len(steps):
        steps = np.zeros((1, 2), dtype=np.int64)
    return np.vstack([whole[:1], steps]).ravel()


def _badges(
    refs: Sequence[Sequence[Sequence[int]]],
    lines: Sequence[shapely.LineString],
    alone: Sequence[int],
) -> tuple[LonLat | None, ...]:
    """Place each corridor's number on its least shared, longest stretch, clear of the others."""
    placed: list[LonLat] = []
    badges: list[LonLat | None] = []
    for route in refs:
        own = {arc if arc >= 0 else ~arc for leg in route for arc in leg}
        ranked = sorted(own, key=lambda arc: (alone[arc], -lines[arc].length, arc))[:_BADGE_ARCS]
        best: tuple[float, LonLat] | None = None
        for arc in ranked:
            for fraction in _BADGE_FRACTIONS:
                point = lines[arc].interpolate(fraction, normalized=True)
                here = (round(point.x, 4), round(point.y, 4))
                room = min((_apart(here, other) for other in placed), default=_BADGE_SPACING_DEG)
                if best is None or min(room, _BADGE_SPACING_DEG) > best[0]:
                    best = (min(room, _BADGE_SPACING_DEG), here)
        if best is not None:
            placed.append(best[1])
        badges.append(None if best is None else best[1])
    return tuple(badges)


def _apart(a: LonLat, b: LonLat) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))
