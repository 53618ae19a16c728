"""The two ends of a journey, from what people write: an id, a name, or ``lat,lon``."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from corridors.compiled import CompiledGraph
from corridors.errors import CorridorsError
from corridors.finding import find_place, parse_coordinates
from corridors.graph import Endpoint, Spot
from geodata.network import Network
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
            If a text means no one place.
        SnapError
            If a point lies too far from any road that leads somewhere.
        CorridorsError
            If both texts mean one place.
        """
        found: dict[str, Endpoint] = {}
        free: dict[str, Spot] = {}
        for role, text in (("origin", origin), ("destination", destination)):
            end = self._find(text)
            if isinstance(end, Spot):
                free[role] = end
            else:
                found[role] = end
        if free:
            found |= self._joiner.endpoints(free, self._limit_km)
        first, last = found["origin"], found["destination"]
        if first.place_id == last.place_id:
            raise CorridorsError(f"origin and destination are both {first.name}")
        return first, last

    def _find(self, text: str) -> Endpoint | Spot:
        at = parse_coordinates(text)
        if at is not None:
            return Spot(f"{at[0]:g},{at[1]:g}", *at)
        place = find_place(text, self._world)
        if place.place_id not in self._gateways:
            return Spot(place.name, place.lat, place.lon, place.place_id)
        return Endpoint(
            place_id=place.place_id,
            name=place.name,
            country=place.country,
            lon=place.lon,
            lat=place.lat,
        )
