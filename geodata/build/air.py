"""Build the air network: one great-circle line for each service between two airports.

Airports are nodes by themselves; a service joins exactly two of them. A service whose line would
cross the antimeridian is refused: no map draws such a link rightly.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import shapely

from geodata.build.lanes import Point, densified, length_m, rounded
from geodata.build.layer import Layer, LinkRow, NodeRow
from geodata.errors import DataError
from geodata.network import PlaceNode
from geodata.rows import AirService, Place
from geodata.tables import read_table
from geodata.units import MAX_LON_DEG
from geodata.vocabulary import GeometryBasis, Mode

STEP_M: Final = 100_000.0
"""Longest segment of a drawn line."""


def build_air(directory: Path) -> Layer:
    """Build the air layer from ``places.csv`` and ``air_services.csv`` in the data directory.

    Raises
    ------
    DataError
        Listing every service that names a place without mode air, twice the same place, or crosses
        the antimeridian.
    """
    places = {
        place.place_id: rounded(place.lon, place.lat)
        for place in read_table(directory / "places.csv", Place, ["place_id"])
        if Mode.AIR in place.modes
    }
    services = read_table(directory / "air_services.csv", AirService, ["place_a", "place_b"])
    return air_layer(places, services)


def air_layer(places: dict[str, Point], services: tuple[AirService, ...]) -> Layer:
    """Return the air layer; see `build_air`.

    Parameters
    ----------
    places
        Position of each airport by its place id.
    services
        The services between them.
    """
    problems: list[str] = []
    for service in services:
        ends = (service.place_a, service.place_b)
        named = f"{service.place_a} - {service.place_b}"
        unknown = [end for end in ends if end not in places]
        problems += [f"{named}: '{end}' is no place with mode air" for end in unknown]
        if service.place_a == service.place_b:
            problems.append(f"{named}: both ends are the same place")
        elif not unknown and abs(places[ends[0]][0] - places[ends[1]][0]) > MAX_LON_DEG:
            problems.append(f"{named}: its line would cross the antimeridian")
    if problems:
        raise DataError("air_services.csv", problems)
    node_id = {
        place_id: index
        for index, (_, place_id) in enumerate(
            sorted((position, place_id) for place_id, position in places.items())
        )
    }
    drawn = sorted(
        (*sorted((node_id[service.place_a], node_id[service.place_b])), index)
        for index, service in enumerate(services)
    )
    position = {index: places[place_id] for place_id, index in node_id.items()}
    links = []
    for link_id, (start, end, index) in enumerate(drawn):
        service = services[index]
        path = densified((position[start], position[end]), STEP_M)
        links.append(
            LinkRow(
                link_id=link_id,
                from_node_id=start,
                to_node_id=end,
                status=service.status,
                as_of=service.as_of,
                length_m=round(length_m((path[0], path[-1]))),
                geometry_basis=GeometryBasis.GENERALISED,
                source_id=service.source_id,
                geometry=shapely.LineString(path),
            )
        )
    return Layer(
        mode=Mode.AIR,
        nodes=tuple(
            NodeRow(node_id=index, lon=lon, lat=lat)
            for index, (lon, lat) in sorted(position.items())
        ),
        links=tuple(links),
        place_nodes=tuple(
            PlaceNode(place_id, Mode.AIR, gauge_mm=0, node_id=node_id[place_id], snap_m=0)
            for place_id in sorted(node_id)
        ),
        packages=(),
    )
