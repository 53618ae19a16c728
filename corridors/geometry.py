"""Drawn lines of legs: from compiled arcs to the detailed links under them. Read only to draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from corridors.compiled import ArcPaths
from corridors.itinerary import Leg
from geodata.errors import DataError
from geodata.importing.world_rows import SOURCE_ID
from geodata.network import Line, LonLat, Network
from geodata.vocabulary import GeometryBasis, Mode

NETWORK_MODE: Final = {Mode.FERRY: Mode.SEA}
"""Ferries run on the lanes of the sea network."""

_TRUST: Final = tuple(GeometryBasis)


@dataclass(frozen=True, slots=True)
class DrawnLeg:
    """The line of a leg, (lon, lat), and the least trustworthy basis of any part of it.

    ``lines`` is the same way link by link, in travel order, each as it is drawn along the way.
    ``own`` says that a file of the analyst drew some of it.
    """

    line: tuple[LonLat, ...]
    geometry_basis: str
    lines: tuple[Line, ...] = ()
    own: bool = False


def draw(legs: Iterable[Leg], paths: ArcPaths, network: Network) -> dict[int, DrawnLeg]:
    """Return the drawn line of every leg that moves, by the leg's position.

    Raises
    ------
    DataError
        If the graph was compiled from another network than the one that is there.
    """
    check_version(paths, network)
    moving: dict[int, tuple[Leg, Mode, list[tuple[int, bool]]]] = {}
    wanted: dict[Mode, set[int]] = {}
    for position, leg in enumerate(legs):
        if leg.mode is None or not (leg.moves or leg.joint_line):
            continue
        mode = NETWORK_MODE.get(leg.mode, leg.mode)
        steps = [step for move in leg.moves for step in _links(paths, move.compiled, move.reversed)]
        moving[position] = (leg, mode, steps)
        wanted.setdefault(mode, set()).update(link for link, _ in steps)
    lines = {mode: network.layer(mode).lines(sorted(ids)) for mode, ids in wanted.items()}
    bases = {mode: network.layer(mode).links["geometry_basis"] for mode in wanted}
    sources = {mode: network.layer(mode).links["source_id"] for mode in wanted}
    drawn: dict[int, DrawnLeg] = {}
    for position, (leg, mode, steps) in moving.items():
        parts = _parts(lines[mode], steps)
        line = _chain(parts)
        if leg.joint_line:
            before = not line or _starts(line, leg.joint_line)
            parts = (leg.joint_line, *parts) if before else (*parts, leg.joint_line)
            line = leg.joint_line + line if before else line + leg.joint_line
        basis = max(
            (str(bases[mode][link]) for link, _ in steps),
            key=_TRUST.index,
            default=GeometryBasis.GENERALISED.value,
        )
        own = any(sources[mode][link] == SOURCE_ID for link, _ in steps)
        drawn[position] = DrawnLeg(line, basis, parts, own)
    return drawn


def check_version(paths: ArcPaths, network: Network) -> None:
    """Raise a `DataError` if `paths` belong to another network than the one that is there."""
    there = network.version
    if paths.version != there:
        raise DataError(
            "corridor graph",
            [
                f"compiled from network {paths.version}, but {there} is there; "
                "run `python -m corridors.compile`"
            ],
        )


def _links(paths: ArcPaths, arc: int, against: bool) -> list[tuple[int, bool]]:
    steps = paths.of(arc)
    return [(link, not turned) for link, turned in reversed(steps)] if against else steps


def _parts(lines: Mapping[int, Line], steps: Iterable[tuple[int, bool]]) -> tuple[Line, ...]:
    """Return links as they are drawn along the way."""
    return tuple(lines[link][::-1] if turned else lines[link] for link, turned in steps)


def _chain(parts: Iterable[Line]) -> Line:
    """Join links end to end, leaving out the vertex that two neighbours share."""
    points: list[LonLat] = []
    for line in parts:
        points += line[1:] if points and points[-1] == line[0] else line
    return tuple(points)


def _starts(line: Line, joint: Line) -> bool:
    """Tell whether a joint's line lies before the rest, by the end that it touches."""
    return _gap(joint[-1], line[0]) <= _gap(line[-1], joint[0])


def _gap(a: LonLat, b: LonLat) -> float:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
