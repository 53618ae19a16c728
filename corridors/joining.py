"""Joining a point that is no place to the road network of the country that it lies in."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from corridors.distance import Measurer
from corridors.errors import NoItineraryError, SnapError
from corridors.graph import Endpoint, Joint, Spot, Vertex
from corridors.measure import Ints, line_graph, path_to, shortest_from
from geodata.network import LonLat, ModeNetwork, PlaceNode
from geodata.snapping import SNAP_LIMIT_KM, Snap, Snapper
from geodata.units import METRES_PER_KM
from geodata.vocabulary import Mode, Status
from geodata.world import World


def join_point(
    spot: Spot,
    role: str,
    world: World,
    network: ModeNetwork,
    place_nodes: Iterable[PlaceNode],
) -> Endpoint:
    """Return a point as an endpoint: by road to every gateway of the country of the nearest road.

    The way from the point to the nearest road is straight, longer by the table's detour factor.
    """
    lat, lon = spot.lat, spot.lon
    links = network.links
    usable = network.live & (links["status"].astype(str) == Status.OPERATIONAL.value)
    snapper = Snapper(network, usable)
    snap = snapper.nearest(lon, lat)
    if snap.snap_km > SNAP_LIMIT_KM[Mode.ROAD]:
        raise SnapError(
            f"{role} {spot.name} is {snap.snap_km:.0f} km from the nearest road; the limit is "
            f"{SNAP_LIMIT_KM[Mode.ROAD]:g} km: move the point closer, or name a place"
        )
    country = str(links["country"][snap.link_id])
    members = np.flatnonzero(usable & (links["country"].astype(str) == country))
    node = network.node_count
    split = _split_link(network, snap, node)
    graph = line_graph(
        np.concatenate([links["from_node_id"][members].astype(np.int64), split[:, 0]]),
        np.concatenate([links["to_node_id"][members].astype(np.int64), split[:, 1]]),
        np.concatenate([links["length_m"][members].astype(np.int64), split[:, 2]]),
        np.concatenate([members, network.link_count + np.arange(2)]),
        node + 1,
    )
    distance, predecessor = shortest_from(graph, np.array([node]))
    factor = world.parameters.find("detour_factor", Mode.ROAD).value
    access_m = round(snap.snap_km * factor * METRES_PER_KM)
    gateways = [
        place
        for place in place_nodes
        if place.mode is Mode.ROAD and np.isfinite(distance[0, place.node_id])
    ]
    if not gateways:
        raise SnapError(
            f"{role} {spot.name}: the roads there lead to no terminal, port or border of {country}"
        )
    steps = {
        place.place_id: graph.links_along(path_to(predecessor[0], place.node_id))
        for place in gateways
    }
    drawn = network.lines(
        sorted({_plain(s) for way in steps.values() for s in way if _plain(s) < network.link_count})
    )
    whole_m = int(links["length_m"][snap.link_id])
    share = snap.along_m / whole_m if whole_m else 0.0
    drawn[network.link_count] = tuple(snapper.part(snap.link_id, 0.0, share))
    drawn[network.link_count + 1] = tuple(snapper.part(snap.link_id, share, 1.0))
    start = [(lon, lat)]
    return Endpoint(
        place_id=spot.place_id or spot.name,
        name=spot.name,
        country=country,
        lon=lon,
        lat=lat,
        mode=Mode.ROAD,
        joints=tuple(
            Joint(
                gateway=Vertex(place.place_id, Mode.ROAD, 0, ""),
                country=country,
                length_m=access_m + round(float(distance[0, place.node_id])),
                line=_line(start, steps[place.place_id], drawn),
            )
            for place in sorted(gateways, key=lambda place: place.place_id)
        ),
    )


def _split_link(network: ModeNetwork, snap: Snap, node: int) -> Ints:
    """Return the two halves of the link that a point lies on, as (from, to, metres)."""
    links = network.links
    whole = int(links["length_m"][snap.link_id])
    return np.array(
        [
            (int(links["from_node_id"][snap.link_id]), node, snap.along_m),
            (node, int(links["to_node_id"][snap.link_id]), whole - snap.along_m),
        ],
        dtype=np.int64,
    )


def _plain(signed: int) -> int:
    return signed if signed >= 0 else -1 - signed


def _line(
    start: list[LonLat], steps: list[int], drawn: dict[int, tuple[LonLat, ...]]
) -> tuple[LonLat, ...]:
    points = list(start)
    for step in steps:
        line = drawn[_plain(step)]
        points += line if step >= 0 else line[::-1]
    return tuple(points)


def join_directly(
    origin: Endpoint,
    destination: Endpoint,
    world: World,
    network: ModeNetwork,
    place_nodes: Iterable[PlaceNode],
) -> Joint | None:
    """Return the way by road between two points in one country, None if there is none."""
    spots = [Spot(end.name, end.lat, end.lon) for end in (origin, destination)]
    try:
        measured = Measurer(network, place_nodes, world).measure(spots)
    except NoItineraryError:
        return None
    factor = world.parameters.find("detour_factor", Mode.ROAD).value
    length_km = measured.length_km + sum(measured.snap_km) * factor
    return Joint(
        gateway=Vertex(destination.place_id, Mode.ROAD, 0, ""),
        country=origin.country,
        length_m=round(length_km * METRES_PER_KM),
        line=measured.line or tuple((spot.lon, spot.lat) for spot in spots),
    )
