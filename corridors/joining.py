"""Joining points that are no places to the road network of the countries that they lie in.

A point is moved to the nearest road from which a terminal, port or border can be reached, and
joined to every such gateway of that country by the shortest way. The stretch from the point to the
road is straight, longer by the table's detour factor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from corridors.errors import SnapError
from corridors.finding import swapped_hint
from corridors.graph import Endpoint, Spot
from corridors.roads import Joined, Roads
from geodata.network import LINK_ENDS, ModeNetwork, PlaceNode
from geodata.snapping import Snapper
from geodata.units import METRES_PER_KM
from geodata.vocabulary import Status


class PointJoiner:
    """Joins points to one road network; what all points need is prepared once.

    Parameters
    ----------
    network
        Of roads.
    place_nodes
        Where places stand.
    detour_factor
        How much longer the way to the nearest road is than a straight line.
    """

    def __init__(
        self, network: ModeNetwork, place_nodes: Iterable[PlaceNode], detour_factor: float
    ) -> None:
        self._network = network
        self._factor = detour_factor
        self._places = sorted(
            (place for place in place_nodes if place.mode is network.mode),
            key=lambda place: place.place_id,
        )
        self._usable = network.live & (network.links["status"] == Status.OPERATIONAL.value)
        self._leading = self._usable & _leading(network, self._usable, self._places)
        self._roads: dict[str, Roads] = {}

    def endpoints(self, spots: Mapping[str, Spot], limit_km: float) -> dict[str, Endpoint]:
        """Return spots, by their role in messages, as endpoints; two in one country directly too.

        Raises
        ------
        SnapError
            Listing every spot that is too far from a road, or on one that leads nowhere.
        """
        joined: dict[str, Joined] = {}
        problems: list[str] = []
        for role, found in zip(spots, self._join([*spots.values()], limit_km), strict=True):
            if isinstance(found, str):
                problems.append(f"{role} {found}")
            else:
                joined[role] = found
        if problems:
            raise SnapError("; ".join(problems))
        ends: dict[str, Endpoint] = {}
        for role, mine in joined.items():
            others = [other for other in joined.values() if other is not mine]
            (ends[role],) = self._endpoints([mine], others)
        return ends

    def endpoints_of_many(
        self, origins: Sequence[Spot], destinations: Sequence[Spot], limit_km: float
    ) -> tuple[list[Endpoint | str], list[Endpoint | str]]:
        """Return many spots as endpoints, or why one cannot be joined; by their positions.

        Origins are joined directly to the destinations of the same country.
        """
        starts, goals = (self._join(spots, limit_km) for spots in (origins, destinations))
        beside = [goal for goal in goals if not isinstance(goal, str)]
        found: list[list[Endpoint | str]] = []
        for joined, others in ((starts, beside), (goals, [])):
            good = [one for one in joined if not isinstance(one, str)]
            ends = iter(self._endpoints(good, others))
            found.append([one if isinstance(one, str) else next(ends) for one in joined])
        return found[0], found[1]

    def _join(self, spots: Sequence[Spot], limit_km: float) -> list[Joined | str]:
        """Return where spots lie on the roads, or why one cannot be joined."""
        snaps = Snapper(self._network, self._leading).nearest_all([(s.lon, s.lat) for s in spots])
        return [
            self._too_far(spot, limit_km)
            if snap is None or snap.snap_km > limit_km
            else Joined(
                spot,
                snap,
                str(self._network.links["country"][snap.link_id]),
                round(snap.snap_km * self._factor * METRES_PER_KM),
            )
            for spot, snap in zip(spots, snaps, strict=True)
        ]

    def _too_far(self, spot: Spot, limit_km: float) -> str:
        """Return why a spot cannot be joined: no road near, or one that leads nowhere."""
        near = Snapper(self._network, self._usable).nearest(spot.lon, spot.lat)
        if near is None:
            return f"{spot.name}: there are no roads in the network"
        if near.snap_km > limit_km:
            far = f"{spot.name} is {near.snap_km:.0f} km from the nearest road"
            leading = Snapper(self._network, self._leading)
            if not spot.place_id and leading.looks_swapped(spot.lon, spot.lat, limit_km):
                return f"{far}{swapped_hint(spot.lat, spot.lon)}"
            return (
                f"{far}; the limit is {limit_km:g} km: move the point closer, name a place, or "
                "raise --snap-km"
            )
        country = self._network.links["country"][near.link_id]
        return (
            f"{spot.name}: the roads there lead to no terminal, port or border of {country} "
            "(an island of the road network): name a port or terminal instead"
        )

    def _endpoints(self, joined: Sequence[Joined], others: Sequence[Joined]) -> list[Endpoint]:
        """Return spots as endpoints, joined to the gateways and the others of their countries."""
        found: dict[int, Endpoint] = {}
        for country in sorted({one.country for one in joined}):
            roads = self._roads_of(country)
            mine = [at for at, one in enumerate(joined) if one.country == country]
            beside = [other for other in others if other.country == country]
            ends = roads.endpoints([joined[at] for at in mine], beside)
            found.update(zip(mine, ends, strict=True))
        return [found[at] for at in range(len(joined))]

    def _roads_of(self, country: str) -> Roads:
        if country not in self._roads:
            self._roads[country] = Roads(self._network, self._usable, self._places, country)
        return self._roads[country]


def _leading(
    network: ModeNetwork, usable: npt.NDArray[np.bool_], places: Iterable[PlaceNode]
) -> npt.NDArray[np.bool_]:
    """Return the mask of the links from which some place can be reached."""
    ends = [network.links[name] for name in LINK_ENDS]
    size = network.node_count
    used = [end[usable] for end in ends]
    matrix = coo_array((np.ones(len(used[0]), dtype=np.int8), used), shape=(size, size))
    _, component = connected_components(matrix, directed=False)
    nodes = [place.node_id for place in places]
    found: npt.NDArray[np.bool_] = np.isin(component[ends[0]], component[nodes])
    return found
