"""Joining points that are no places to the road network of the countries that they lie in.

A point is moved to the nearest road from which a terminal, port or border can be reached, and
joined to every such gateway of that country by the shortest way. The stretch from the point to the
road is straight, longer by the table's detour factor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from corridors.errors import SnapError
from corridors.finding import swapped_hint
from corridors.graph import Endpoint, Joint, Spot, Vertex
from corridors.measure import LineGraph, line_graph, path_to, shortest_from
from geodata.network import LINK_ENDS, Line, ModeNetwork, PlaceNode
from geodata.snapping import Snap, Snapper
from geodata.units import METRES_PER_KM
from geodata.vocabulary import Mode, Status


@dataclass(frozen=True, slots=True)
class _Joined:
    """A spot on the road network: where, in which country, and the node it makes there."""

    spot: Spot
    snap: Snap
    country: str
    node: int


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

    def endpoints(self, spots: Mapping[str, Spot], limit_km: float) -> dict[str, Endpoint]:
        """Return spots, by their role in messages, as endpoints; two in one country directly too.

        Raises
        ------
        SnapError
            Listing every spot that is too far from a road, or on one that leads nowhere.
        """
        problems: list[str] = []
        joined: dict[str, _Joined] = {}
        for role, spot in spots.items():
            snap = Snapper(self._network, self._leading).nearest(spot.lon, spot.lat)
            if snap is None or snap.snap_km > limit_km:
                problems.append(self._too_far(role, spot, limit_km))
                continue
            country = str(self._network.links["country"][snap.link_id])
            node = self._network.node_count + len(joined)
            joined[role] = _Joined(spot, snap, country, node)
        if problems:
            raise SnapError("; ".join(problems))
        return {
            role: self._endpoint(mine, [other for other in joined.values() if other is not mine])
            for role, mine in joined.items()
        }

    def _too_far(self, role: str, spot: Spot, limit_km: float) -> str:
        """Return why a spot cannot be joined: no road near, or one that leads nowhere."""
        near = Snapper(self._network, self._usable).nearest(spot.lon, spot.lat)
        if near is None:
            return f"{role} {spot.name}: there are no roads in the network"
        if near.snap_km > limit_km:
            far = f"{role} {spot.name} is {near.snap_km:.0f} km from the nearest road"
            leading = Snapper(self._network, self._leading)
            if not spot.place_id and leading.looks_swapped(spot.lon, spot.lat, limit_km):
                return f"{far}{swapped_hint(spot.lat, spot.lon)}"
            return (
                f"{far}; the limit is {limit_km:g} km: move the point closer, name a place, or "
                "raise --snap-km"
            )
        country = self._network.links["country"][near.link_id]
        return (
            f"{role} {spot.name}: the roads there lead to no terminal, port or border of {country} "
            "(an island of the road network): name a port or terminal instead"
        )

    def _endpoint(self, mine: _Joined, others: Sequence[_Joined]) -> Endpoint:
        beside = [other for other in others if other.country == mine.country]
        graph, halves = self._graph([mine, *beside])
        distance, predecessor = shortest_from(graph, np.array([mine.node]))
        reach, before = distance[0], predecessor[0]
        spot, snap = mine.spot, mine.snap
        access_m = round(snap.snap_km * self._factor * METRES_PER_KM)

        def joint(place_id: str, node: int, further_m: int, tail: Line) -> Joint:
            def drawn() -> Line:
                steps = graph.links_along(path_to(before, node))
                return self._line(((spot.lon, spot.lat),), steps, halves, tail)

            return Joint(
                gateway=Vertex(place_id, Mode.ROAD, 0, ""),
                country=mine.country,
                length_m=access_m + round(float(reach[node])) + further_m,
                drawn=drawn,
            )

        joints = [
            joint(place.place_id, place.node_id, 0, ())
            for place in self._places
            if np.isfinite(reach[place.node_id])
        ]
        joints += [
            joint(
                other.spot.place_id or other.spot.name,
                other.node,
                round(other.snap.snap_km * self._factor * METRES_PER_KM),
                ((other.spot.lon, other.spot.lat),),
            )
            for other in beside
            if np.isfinite(reach[other.node])
        ]
        return Endpoint(
            place_id=spot.place_id or spot.name,
            name=spot.name,
            country=mine.country,
            lon=spot.lon,
            lat=spot.lat,
            mode=Mode.ROAD,
            joints=tuple(joints),
            snap_km=snap.snap_km,
        )

    def _graph(self, joined: Sequence[_Joined]) -> tuple[LineGraph, dict[int, Callable[[], Line]]]:
        """Return the roads of a country with links split at spots, and how the pieces are drawn."""
        network, links = self._network, self._network.links
        country = joined[0].country
        members = np.flatnonzero(self._usable & (links["country"] == country))
        pieces: list[tuple[int, int, int]] = []
        drawn: dict[int, Callable[[], Line]] = {}
        by_link: dict[int, list[_Joined]] = {}
        for each in joined:
            by_link.setdefault(each.snap.link_id, []).append(each)
        for link, here in by_link.items():
            whole = int(links["length_m"][link])
            stops = [(0, int(links[LINK_ENDS[0]][link]))]
            stops += sorted((each.snap.along_m, each.node) for each in here)
            stops += [(whole, int(links[LINK_ENDS[1]][link]))]
            for (start_m, tail), (end_m, head) in pairwise(stops):
                drawn[network.link_count + len(pieces)] = self._part(link, start_m, end_m, whole)
                pieces.append((tail, head, end_m - start_m))
        extra = np.array(pieces, dtype=np.int64)
        graph = line_graph(
            np.concatenate([links["from_node_id"][members].astype(np.int64), extra[:, 0]]),
            np.concatenate([links["to_node_id"][members].astype(np.int64), extra[:, 1]]),
            np.concatenate([links["length_m"][members].astype(np.int64), extra[:, 2]]),
            np.concatenate([members, network.link_count + np.arange(len(extra))]),
            1 + max(each.node for each in joined),
        )
        return graph, drawn

    def _part(self, link: int, start_m: int, end_m: int, whole_m: int) -> Callable[[], Line]:
        share = [metres / whole_m if whole_m else 0.0 for metres in (start_m, end_m)]
        snapper = Snapper(self._network, self._usable)
        return lambda: tuple(snapper.part(link, *share))

    def _line(
        self,
        start: Line,
        steps: Sequence[int],
        pieces: Mapping[int, Callable[[], Line]],
        end: Line,
    ) -> Line:
        plain = [step if step >= 0 else -1 - step for step in steps]
        lines = self._network.lines([link for link in plain if link not in pieces])
        points = list(start)
        for step, link in zip(steps, plain, strict=True):
            line = pieces[link]() if link in pieces else lines[link]
            points += line if step >= 0 else line[::-1]
        return (*points, *end)


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
