"""The two ends of a journey, from what people write: an id, a name, or ``lat,lon``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from corridors.compiled import CompiledGraph
from corridors.errors import CorridorsError, UnknownPlaceError
from corridors.finding import find_place, parse_coordinates
from corridors.graph import Endpoint, Spot
from geodata.network import Network
from geodata.rows import Place
from geodata.vocabulary import Mode
from geodata.world import World

if TYPE_CHECKING:
    from corridors.joining import PointJoiner

MOST_SNAP_KM: Final = 200.0
"""No point is moved farther than this, whatever is asked for."""


class EndFinder:
    """Finds ends in one world; what points need of the road network is prepared once.

    ``limit_km`` is how far a point may be moved to the nearest road.
    """

    def __init__(
        self, world: World, compiled: CompiledGraph, network: Network, limit_km: float
    ) -> None:
        if not 0 <= limit_km <= MOST_SNAP_KM:
            raise CorridorsError(f"--snap-km {limit_km:g}: give 0 to {MOST_SNAP_KM:g} km")
        self._world = world
        self._network = network
        self._limit_km = limit_km
        self._gateways = frozenset(compiled.gateway_place.tolist())

    @cached_property
    def _joiner(self) -> PointJoiner:
        from corridors.joining import PointJoiner  # scipy and the roads: only for free points

        return PointJoiner(
            self._network.layer(Mode.ROAD),
            self._network.place_nodes,
            self._world.parameters.find("detour_factor", Mode.ROAD).value,
        )

    def ends(self, origin: str, destination: str) -> tuple[Endpoint, Endpoint]:
        """Return the ends that two texts mean.

        A place that the compiled graph does not know is joined by road, like any point.

        Raises
        ------
        UnknownPlaceError
            If a text means no one place; of both, if both do.
        SnapError
            If a point lies too far from any road that leads somewhere.
        CorridorsError
            If both texts mean one place.
        """
        found: dict[str, Endpoint] = {}
        free: dict[str, Spot] = {}
        unknown: list[UnknownPlaceError] = []
        for role, text in (("origin", origin), ("destination", destination)):
            try:
                end = self._find(text)
            except UnknownPlaceError as error:
                unknown.append(error)
                continue
            if isinstance(end, Spot):
                free[role] = end
            else:
                found[role] = end
        if unknown:
            raise unknown[0].with_others(unknown[1:]) if len(unknown) > 1 else unknown[0]
        if free:
            found |= self._joiner.endpoints(free, self._limit_km)
        first, last = found["origin"], found["destination"]
        if first.place_id == last.place_id:
            raise CorridorsError(f"origin and destination are both {first.name}")
        return first, last

    def many(
        self, origins: Sequence[Spot], destinations: Sequence[Spot]
    ) -> tuple[list[Endpoint | str], list[Endpoint | str]]:
        """Return the ends of many journeys, or why a point cannot be one, each in its order.

        Points are joined to the roads together, and directly to those of the other side.

        Parameters
        ----------
        origins, destinations
            Spots without a place need names of their own.
        """
        sides = (origins, destinations)
        free = [[spot for spot in side if not self._is_gateway(spot)] for side in sides]
        joined: tuple[list[Endpoint | str], ...] = ([], [])
        if any(free):
            joined = self._joiner.endpoints_of_many(free[0], free[1], self._limit_km)
        found: list[list[Endpoint | str]] = []
        for side, ends in zip(sides, map(iter, joined), strict=True):
            found.append(
                [
                    self._as_end(self._world.places[spot.place_id])
                    if self._is_gateway(spot)
                    else next(ends)
                    for spot in side
                ]
            )
        return found[0], found[1]

    def _is_gateway(self, spot: Spot) -> bool:
        return spot.place_id in self._gateways and spot.place_id != ""

    def _find(self, text: str) -> Endpoint | Spot:
        at = parse_coordinates(text)
        if at is not None:
            return Spot(f"{at[0]:g},{at[1]:g}", *at)
        place = find_place(text, self._world)
        if place.place_id not in self._gateways:
            return Spot(place.name, place.lat, place.lon, place.place_id)
        return self._as_end(place)

    @staticmethod
    def _as_end(place: Place) -> Endpoint:
        return Endpoint(
            place_id=place.place_id,
            name=place.name,
            country=place.country,
            lon=place.lon,
            lat=place.lat,
        )
