"""Ends of a sweep: every point is joined to the network once, whatever it is paired with."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from corridors.errors import CorridorsError, SnapError
from corridors.graph import Endpoint, Spot
from corridors.request import Request
from corridors.sweep_points import SweepPoint
from geodata.vocabulary import Mode

if TYPE_CHECKING:
    from corridors.joining import PointJoiner


class SweepEnds:
    """The ends of journeys between points, as `EndFinder.ends` finds those of one journey.

    Parameters
    ----------
    request
        Holds the tables, the network and how far a point may be from a road.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._gateways = frozenset(request.compiled.gateway_place.tolist())
        self._alone: dict[tuple[SweepPoint, str], Endpoint | str] = {}

    @cached_property
    def _joiner(self) -> PointJoiner:
        from corridors.joining import PointJoiner  # scipy and the roads: only for free points

        request = self._request
        return PointJoiner(
            request.network.layer(Mode.ROAD),
            request.network.place_nodes,
            request.world.parameters.find("detour_factor", Mode.ROAD).value,
        )

    def alone(self, point: SweepPoint, role: str) -> Endpoint:
        """Return a point as an end of any journey to another country.

        Raises
        ------
        SnapError
            If it is too far from any road that leads somewhere; `role` names it in the message.
        """
        key = (point, role)
        if key not in self._alone:
            try:
                self._alone[key] = self._find(point, role)
            except SnapError as error:
                self._alone[key] = str(error)  # the error itself would hold on to its frames
        found = self._alone[key]
        if isinstance(found, str):
            raise SnapError(found)
        return found

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
            spots = {"origin": self._named(origin), "destination": self._named(destination)}
            found = self._joiner.endpoints(spots, self._request.snap_km)
            return _bare(found["origin"]), _bare(found["destination"])
        return ends

    def _find(self, point: SweepPoint, role: str) -> Endpoint:
        if point.place_id and point.place_id in self._gateways:
            place = self._request.world.places[point.place_id]
            return Endpoint(
                place_id=place.place_id,
                name=place.name,
                country=place.country,
                lon=place.lon,
                lat=place.lat,
            )
        spots = {role: self._named(point)}
        return _bare(self._joiner.endpoints(spots, self._request.snap_km)[role])

    def _named(self, point: SweepPoint) -> Spot:
        if not point.place_id:
            return _spot(point)
        place = self._request.world.places[point.place_id]
        return Spot(place.name, place.lat, place.lon, place.place_id)


def _bare(end: Endpoint) -> Endpoint:
    """Return an end without the lines of its joints, which hold on to the roads of a country."""
    return replace(end, joints=tuple(replace(joint, drawn=tuple) for joint in end.joints))


def _spot(point: SweepPoint) -> Spot:
    return Spot(point.name, point.lat, point.lon, point.place_id)
