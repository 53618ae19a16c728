"""Ends of a sweep: every point is joined to the network once, whatever it is paired with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from corridors.end_finder import EndFinder
from corridors.errors import CorridorsError, SnapError
from corridors.graph import Endpoint, Spot
from corridors.sweep_points import SweepPoint
from geodata.rows import Place


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
        self._alone: dict[SweepPoint, Endpoint | str] = {}

    def alone(self, point: SweepPoint, role: str) -> Endpoint:
        """Return a point as an end of any journey to another country.

        Raises
        ------
        SnapError
            If it is too far from any road that leads somewhere; `role` names it in the message.
        """
        if point not in self._alone:
            ((found,), _) = self._finder.many([self._spot(point)], [])
            self._alone[point] = found if isinstance(found, str) else _bare(found)
        known = self._alone[point]
        if isinstance(known, str):
            raise SnapError(f"{role} {known}")
        return known

    def pair(self, origin: SweepPoint, destination: SweepPoint) -> tuple[Endpoint, Endpoint]:
        """Return both ends of a journey; two free points of one country are joined directly too.

        Raises
        ------
        SnapError
            If a point is too far from any road that leads somewhere.
        CorridorsError
            If both are one place.
        """
        ends = self.alone(origin, "origin"), self.alone(destination, "destination")
        if ends[0].place_id == ends[1].place_id:
            raise CorridorsError(f"origin and destination are both {ends[0].name}")
        if ends[0].joints and ends[1].joints and ends[0].country == ends[1].country:
            ((start,), _) = self._finder.many([self._spot(origin)], [self._spot(destination)])
            assert isinstance(start, Endpoint)  # alone, it could be joined
            return _bare(start), ends[1]
        return ends

    def _spot(self, point: SweepPoint) -> Spot:
        if not point.place_id:
            return Spot(point.name, point.lat, point.lon, point.place_id)
        place = self._places[point.place_id]
        return Spot(place.name, place.lat, place.lon, place.place_id)


def _bare(end: Endpoint) -> Endpoint:
    """Return an end without the lines of its joints, which hold on to the roads of a country."""
    return replace(end, joints=tuple(replace(joint, drawn=tuple) for joint in end.joints))
