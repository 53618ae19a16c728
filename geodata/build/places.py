"""Joining places to the contracted network, and carrying a second gauge to the frontier.

Works on links with their drawn lines, after everything else is done.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.build.graph import Floats, Tag, great_circle_km
from geodata.build.simplify import drawn_km
from geodata.rows import Place
from geodata.units import KM_PER_DEGREE
from geodata.vocabulary import GeometryBasis, Mode

SNAP_LIMIT_KM: Final = {Mode.RAIL: 5.0, Mode.ROAD: 20.0}
CONNECTOR_FROM_KM: Final = 1.0
"""Nearer than this the place stands on the line; farther, a connector leads to it."""
SAME_NODE_KM: Final = 0.1
SMALL_PIECE_KM: Final = 300.0
SMALL_PIECE_PENALTY_KM: Final = 3.0
"""A piece of network shorter than `SMALL_PIECE_KM` counts as this much farther away."""
GAUGE_COPY_KM: Final = 100.0
"""How far from an interchange a crossing of its second gauge may be."""

Position = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in the making; `line` is (lon, lat) from the node `start` to the node `end`."""

    start: int
    end: int
    line: tuple[Position, ...]
    country: str
    gauge_mm: int
    length_km: float
    basis: GeometryBasis
    tag: Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """The node by which a place is on the network, and how far off it was, in km."""

    node: int
    gauge_mm: int
    snap_km: float


@dataclass(slots=True, kw_only=True)
class Net:
    """The contracted network of one mode, to which places are being joined.

    Parameters
    ----------
    mode
        Rail or road.
    nodes
        (lon, lat, country) of each.
    links
        In any order.
    stands
        The nodes of each place, by place id.
    problems
        What could not be done, one sentence each.
    """

    mode: Mode
    nodes: list[tuple[float, float, str]]
    links: list[Link]
    stands: dict[str, list[Stand]] = field(default_factory=lambda: defaultdict(list))
    problems: list[str] = field(default_factory=list)

    def add_node(self, lon: float, lat: float, country: str) -> int:
        """Add a node and return its number."""
        self.nodes.append((round(lon, 5), round(lat, 5), country))
        return len(self.nodes) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """A place that wants to stand on a link, at a share of its drawn line."""

    place: Place
    share: float
    away_km: float


def join_places(
    net: Net, places: list[Place], gauges: dict[str, set[int]], detour_factor: float
) -> None:
    """Join places to the nearest line in their country; links are split there.

    Parameters
    ----------
    net
        Changed in place.
    places
        Those to join to this mode; border crossing points are bound to cuts, not here.
    gauges
        The gauges of interchange places, by place id: joined to a line of each where there is one.
    detour_factor
        True length of a connector over its geodesic one.
    """
    lines = [shapely.LineString(link.line) for link in net.links]
    tree = shapely.STRtree(lines)
    small = _piece_km(net) < SMALL_PIECE_KM
    wishes: dict[int, list[_Wish]] = defaultdict(list)
    for place in sorted(places, key=lambda place: place.place_id):
        near = _near(net, tree, lines, place)
        wanted = gauges.get(place.place_id)
        found = 0
        for gauge in sorted(wanted) if wanted else [None]:
            fitting = [item for item in near if gauge in (None, net.links[item[1]].gauge_mm)]
            if not fitting:
                continue
            found += 1
            away, index = min(
                fitting,
                key=lambda item: (
                    round(item[0] + SMALL_PIECE_PENALTY_KM * small[net.links[item[1]].start], 3),
                    item[1],
                ),
            )
            flat, point = _flat(lines[index], place)
            share = float(shapely.line_locate_point(flat, point, normalized=True))
            wishes[index].append(_Wish(place=place, share=share, away_km=away))
        if not found:
            net.problems.append(
                f"{place.place_id} ({place.name}, {place.lat} {place.lon}): no {net.mode} link in "
                f"{place.country} within {SNAP_LIMIT_KM[net.mode]:.0f} km"
            )
    for index in sorted(wishes):
        _stand_on(net, index, wishes[index], detour_factor)


def carry_gauge(net: Net, place_id: str, gauge_mm: int, interchanges: dict[str, set[int]]) -> None:
    """Copy the line between a crossing's place and an interchange onto the crossing's gauge.

    At a frontier the neighbour's gauge reaches only as far as the yard where it ends. Upstream
    knows one line there; this makes a second one beside it, which nothing else joins.

    Parameters
    ----------
    net
        Changed in place: the crossing's place then stands on the copy, the interchange on both.
    place_id
        The crossing's place on the side of the interchange.
    gauge_mm
        On which the frontier is crossed.
    interchanges
        Gauges of the interchange places, by place id.
    """
    (stand,) = net.stands[place_id]
    goals = {
        other.node: name
        for name, gauges in sorted(interchanges.items())
        if {stand.gauge_mm, gauge_mm} <= gauges
        for other in net.stands.get(name, [])
        if other.gauge_mm == stand.gauge_mm
    }
    path = _path(net, stand.node, set(goals))
    if path is None:
        net.problems.append(
            f"{place_id}: crossed on {gauge_mm} mm, but no interchange of {stand.gauge_mm} and "
            f"{gauge_mm} mm stands on its {stand.gauge_mm} mm line within {GAUGE_COPY_KM:.0f} km"
        )
        return
    links, goal = path
    name = goals[goal]
    copies: dict[int, int] = {}
    for other in net.stands[name]:
        if other.gauge_mm == gauge_mm:
            copies[goal] = other.node
    for index in links:
        link = net.links[index]
        for node in (link.start, link.end):
            if node not in copies:
                copies[node] = net.add_node(*net.nodes[node])
        net.links.append(
            replace(link, start=copies[link.start], end=copies[link.end], gauge_mm=gauge_mm)
        )
    net.stands[place_id] = [replace(stand, node=copies[stand.node], gauge_mm=gauge_mm)]
    if all(other.gauge_mm != gauge_mm for other in net.stands[name]):
        native = next(other for other in net.stands[name] if other.node == goal)
        net.stands[name].append(replace(native, node=copies[goal], gauge_mm=gauge_mm))


def _flat(line: shapely.LineString, place: Place) -> tuple[shapely.LineString, shapely.Point]:
    """Return line and place in degrees of latitude, the longitudes shrunk for the place."""
    scale = float(np.cos(np.radians(place.lat)))
    flat = shapely.LineString([(lon * scale, lat) for lon, lat in line.coords])
    return flat, shapely.Point(place.lon * scale, place.lat)


def _near(
    net: Net, tree: shapely.STRtree, lines: list[shapely.LineString], place: Place
) -> list[tuple[float, int]]:
    """Return (km away, link) of the links of the place's country within the limit."""
    limit = SNAP_LIMIT_KM[net.mode]
    high = limit / KM_PER_DEGREE
    wide = high / float(np.cos(np.radians(place.lat)))
    around = shapely.box(place.lon - wide, place.lat - high, place.lon + wide, place.lat + high)
    found: list[tuple[float, int]] = []
    for index in tree.query(around).tolist():
        if net.links[index].country != place.country:
            continue
        flat, point = _flat(lines[index], place)
        away = float(shapely.distance(flat, point)) * KM_PER_DEGREE
        if away <= limit:
            found.append((away, index))
    return found


def _stand_on(net: Net, index: int, wishes: list[_Wish], detour_factor: float) -> None:
    """Split one link where places want to stand, and lead connectors to those farther off."""
    link = net.links[index]
    pieces = drawn_km(np.array([p[0] for p in link.line]), np.array([p[1] for p in link.line]))
    whole = float(pieces.sum())
    along = np.concatenate([[0.0], np.cumsum(pieces)])
    nodes: list[tuple[float, int]] = [(0.0, link.start)]
    landed: list[tuple[_Wish, int]] = []
    flat_whole = shapely.LineString(link.line)
    for wish in sorted(wishes, key=lambda wish: (wish.share, wish.place.place_id)):
        flat, _ = _flat(flat_whole, wish.place)
        foot = shapely.line_interpolate_point(flat, wish.share, normalized=True)
        scale = float(np.cos(np.radians(wish.place.lat)))
        lon, lat = float(foot.x) / scale, float(foot.y)
        km = _km_along(link, along, wish.share, wish.place)
        if km - nodes[-1][0] < SAME_NODE_KM:
            node = nodes[-1][1]
        elif whole - km < SAME_NODE_KM:
            node = link.end
        else:
            node = net.add_node(lon, lat, link.country)
            nodes.append((km, node))
        landed.append((wish, node))
    nodes.append((whole, link.end))
    lines: list[tuple[Position, ...]] = []
    for (km_a, a), (km_b, b) in pairwise(nodes):
        inner = [p for p, km in zip(link.line, along, strict=True) if km_a < km < km_b]
        lines.append((net.nodes[a][:2], *inner, net.nodes[b][:2]))
    # by what is drawn: halfway along in degrees is not halfway in km on a long chord
    drawn = np.array([float(drawn_km(*np.array(line).T).sum()) for line in lines])
    shares = drawn / drawn.sum()
    parts = [
        replace(link, start=a, end=b, line=line, length_km=link.length_km * share)
        for ((_, a), (_, b)), line, share in zip(
            pairwise(nodes), lines, shares.tolist(), strict=True
        )
    ]
    net.links[index] = parts[0]
    net.links += parts[1:]
    for wish, node in landed:
        net.stands[wish.place.place_id].append(
            _stand(net, wish, node, link.gauge_mm, detour_factor)
        )


def _stand(net: Net, wish: _Wish, node: int, gauge_mm: int, detour_factor: float) -> Stand:
    """Return where a place stands: on the line, or at the end of a connector to it."""
    place = wish.place
    if wish.away_km > CONNECTOR_FROM_KM:
        lon, lat, _ = net.nodes[node]
        outer = net.add_node(place.lon, place.lat, place.country)
        km = great_circle_km(np.array(lon), np.array(lat), np.array(place.lon), np.array(place.lat))
        net.links.append(
            Link(
                start=node,
                end=outer,
                line=((lon, lat), net.nodes[outer][:2]),
                country=place.country,
                gauge_mm=gauge_mm,
                length_km=float(km) * detour_factor,
                basis=GeometryBasis.CONNECTOR,
                tag=Tag(source_id="assumption"),
            )
        )
        node = outer
    return Stand(node=node, gauge_mm=gauge_mm, snap_km=wish.away_km)


def _km_along(link: Link, along: Floats, share: float, place: Place) -> float:
    """Return km from the start of a link to a share of its line as drawn around a place."""
    scale = float(np.cos(np.radians(place.lat)))
    flat = np.array(link.line) * np.array([scale, 1.0])
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(flat, axis=0).T))])
    return float(np.interp(share * steps[-1], steps, along))


def _piece_km(net: Net) -> Floats:
    """Return for each node how many km of line its connected piece of network has."""
    start = np.array([link.start for link in net.links])
    end = np.array([link.end for link in net.links])
    km = np.array([link.length_km for link in net.links])
    shape = (len(net.nodes), len(net.nodes))
    piece = connected_components(coo_array((np.ones(len(km)), (start, end)), shape=shape))[1]
    return np.asarray(np.bincount(piece[start], weights=km, minlength=len(net.nodes))[piece])


def _path(net: Net, origin: int, goals: set[int]) -> tuple[list[int], int] | None:
    """Return the links of the shortest way to the nearest goal, within `GAUGE_COPY_KM`."""
    around: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for index, link in enumerate(net.links):
        around[link.start].append((link.end, index))
        around[link.end].append((link.start, index))
    heap: list[tuple[float, int, int, int]] = [(0.0, origin, -1, -1)]
    came: dict[int, tuple[int, int]] = {}
    while heap:
        km, node, before, by = heapq.heappop(heap)
        if node in came:
            continue
        came[node] = (before, by)
        if node in goals:
            links: list[int] = []
            at = node
            while at != origin:
                at, index = came[at]
                links.append(index)
            return links, node
        for other, index in around[node]:
            further = km + net.links[index].length_km
            if other not in came and further <= GAUGE_COPY_KM:
                heapq.heappush(heap, (further, other, node, index))
    return None
