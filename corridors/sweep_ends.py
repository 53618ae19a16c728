"""Ends of a sweep: every point is joined to the network once, whatever it is paired with."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from corridors.end_finder import EndFinder
from corridors.errors import CorridorsError, SnapError
from corridors.graph import Endpoint, Spot
from corridors.sweep_points import SweepPoint
from geodata.rows import Place

ENDS_KEPT: Final = 4_000
"""Points whose ways to the gateways of their country are kept: some 20 kB each."""

Ends = tuple[Endpoint, Endpoint]


class SweepEnds:
    """The ends of journeys between points, as `EndFinder` finds those of one journey.

    Parameters
    ----------
    finder
        Finds them; knows how far a point may be from a road.
    places
        By id.
    """

    def __init__(self, finder: EndFinder, places: Mapping[str, Place]) -> None:
        self._finder, self._places = finder, places
        self._alone: OrderedDict[SweepPoint, Endpoint | str] = OrderedDict()

    def pairs(
        self, origins: Sequence[SweepPoint], destinations: Sequence[SweepPoint]
    ) -> dict[tuple[int, int], Ends | CorridorsError]:
        """Return both ends of every journey by their positions, or why it cannot be one.

        Two free points of one country are joined directly too.
        """
        starts, goals = self._join(origins), self._join(destinations)
        countries = _countries(starts) & _countries(goals)
        near = [at for at, end in enumerate(starts) if _country(end) in countries]
        beside = [self._spot(destinations[at]) for at, end in enumerate(goals)
                  if _country(end) in countries]  # fmt: skip
        if near:
            joined, _ = self._finder.many([self._spot(origins[at]) for at in near], beside)
            for at, end in zip(near, joined, strict=True):
                assert isinstance(end, Endpoint)  # alone, it could be joined
                starts[at] = _bare(end)
        return {
            (at, to): _pair(start, goal)
            for at, start in enumerate(starts)
            for to, goal in enumerate(goals)
        }

    def _join(self, points: Sequence[SweepPoint]) -> list[Endpoint | str]:
        """Return points as ends of any journey to another country, or why one cannot be an end."""
        missing = [point for point in dict.fromkeys(points) if point not in self._alone]
        joined, _ = self._finder.many([self._spot(point) for point in missing], [])
        for point, end in zip(missing, joined, strict=True):
            self._alone[point] = end if isinstance(end, str) else _bare(end)
        ends = [self._alone[point] for point in points]
        while len(self._alone) > ENDS_KEPT:
            self._alone.popitem(last=False)
        return ends

    def _spot(self, point: SweepPoint) -> Spot:
        if not point.place_id:
            return Spot(point.name, point.lat, point.lon, point.place_id)
        place = self._places[point.place_id]
        return Spot(place.name, place.lat, place.lon, place.place_id)


def _country(end: Endpoint | str) -> str | None:
    """Return the country in which an end is a point, None if it is a place of the network."""
    return end.country if isinstance(end, Endpoint) and end.joints else None


def _countries(ends: Sequence[Endpoint | str]) -> set[str | None]:
    return {_country(end) for end in ends} - {None}


def _pair(origin: Endpoint | str, goal: Endpoint | str) -> Ends | CorridorsError:
    if isinstance(origin, str):
        return SnapError(f"origin {origin}")
    if isinstance(goal, str):
        return SnapError(f"destination {goal}")
    if origin.place_id == goal.place_id:
        return CorridorsError(f"origin and destination are both {origin.name}")
    return origin, goal


def _bare(end: Endpoint) -> Endpoint:
    """Return an end without the lines of its joints, which hold on to the roads of a country."""
    return replace(end, joints=tuple(replace(joint, drawn=tuple) for joint in end.joints))
