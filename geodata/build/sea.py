"""Build the sea network: Marnet's lanes, corrected, cut to the area, joined to the ports.

The steps, in order:

1. Marnet's lanes within the area, one lane for each segment; long ones drawn along the geodesic.
2. Corrections of ``sea_lanes.csv``: removed, bent and new lanes.
3. Each lane's chokepoint (its gate is crossed) and basin (its middle lies in the ring).
4. Lanes across land are dropped, but for straits, canals and rivers.
5. Ports are joined by their approach, then to the nearest point of the nearest lane, not to the
   nearest end of one: lanes are hundreds of kilometres long.
6. What is connected to no port is dropped; chains of lanes are made one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import shapely

from geodata.build.lanes import (
    Join,
    Lane,
    Point,
    components,
    contracted,
    densified,
    distinct,
    length_m,
    nearest_join,
    rounded,
    split,
)
from geodata.build.layer import Layer, LinkRow, NodeRow
from geodata.build.natural_earth import land_polygons, metres_on_land
from geodata.build.sea_tables import CorrectionKind, Gate, SeaTables, read_sea_tables
from geodata.build.upstream import read_member
from geodata.errors import DataError
from geodata.network import PlaceNode
from geodata.vocabulary import GeometryBasis, Mode

MARNET: Final = "searoute-1.6.0/searoute/data/marnet_searoute.geojson"
MARNET_SOURCE: Final = "eurostat-marnet"
AREA: Final = (-30.0, -45.0, 180.0, 72.0)
"""West, south, east, north of the lanes that are kept: round the Cape to the Baltic and Japan."""
ARCTIC: Final = (60.0, 62.0)
"""East of this and north of this no lane is kept: the Northern Sea Route is not modelled."""
OCEAN: Final = "ocean"
STEP_M: Final = 250_000.0
"""Longest segment of a drawn lane."""
MAX_JOIN_M: Final = 150_000.0
"""Longest distance from the end of a port's approach to a lane."""
MAX_LANE_END_M: Final = 5_000.0
"""Longest distance from the end of a new lane of ``sea_lanes.csv`` to the lane it joins."""
MAX_LAND_M: Final = 5_000.0
"""Most land of the 1:10m map that a lane or a port's connector may cross."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaNetwork:
    """The sea lanes with the ports on them, before they become rows.

    Parameters
    ----------
    lanes
        Lanes and connectors.
    land_m
        Metres of each on land, outside the rivers' rings.
    ports
        Place id, position and length in metres of the connector of every joined port.
    dropped
        Lanes left out because they cross land.
    """

    lanes: tuple[Lane, ...]
    land_m: tuple[int, ...]
    ports: tuple[tuple[str, Point, float], ...]
    dropped: tuple[Lane, ...]


def build_sea(directory: Path) -> Layer:
    """Build the sea layer from the upstream lanes and the tables in the data directory.

    Raises
    ------
    DataError
        If a table cannot be used, or a port can be joined only over land or from too far away.
    """
    tables = read_sea_tables(directory)
    network = sea_network(json.loads(read_member("searoute", MARNET)), tables, land_polygons())
    return layer_of(network)


def sea_network(collection: dict[str, Any], tables: SeaTables, land: Any) -> SeaNetwork:
    """Return lanes and ports joined to them.

    Parameters
    ----------
    collection
        Lanes as a GeoJSON FeatureCollection; property ``passage`` names straits and canals.
    tables
        The curated tables.
    land
        Polygons of land.
    """
    lanes, passages = upstream_lanes(collection)
    lanes = corrected(lanes, tables)
    lanes = tagged(lanes, tables)
    _check_gates(lanes, passages, tables.gates)
    lanes, dropped = afloat(lanes, tables, land)
    lanes, ports = joined(lanes, tables, land)
    lanes = tagged(lanes, tables)
    positions = {position for _, position, _ in ports}
    while True:  # segments that each touch a little land may make a lane that crosses much
        lanes, dry = afloat(contracted(_reached(lanes, positions), positions), tables, land)
        dropped += dry
        if not dry:
            break
    return SeaNetwork(
        lanes=tuple(lanes),
        land_m=tuple(round(metres) for metres in metres_ashore(lanes, tables, land)),
        ports=tuple(ports),
        dropped=tuple(dropped),
    )


def _reached(lanes: Sequence[Lane], positions: Collection[Point]) -> list[Lane]:
    """Return the lanes that are connected to a port."""
    return [
        lane
        for group in components(lanes)
        if any(end in positions for each in group for end in (each.path[0], each.path[-1]))
        for lane in group
    ]


def upstream_lanes(
    collection: dict[str, Any],
) -> tuple[list[Lane], dict[tuple[Point, Point], str]]:
    """Return one lane for each segment within the area, and the passages that upstream names."""
    lanes: list[Lane] = []
    passages: dict[tuple[Point, Point], str] = {}
    for feature in collection["features"]:
        passage = feature["properties"].get("passage") or ""
        geometry = feature["geometry"]
        multiple = geometry["type"] == "MultiLineString"
        for course in geometry["coordinates"] if multiple else [geometry["coordinates"]]:
            points = [rounded(*position[:2]) for position in course]
            for start, end in pairwise(points):
                if start == end or not (_in_area(start) and _in_area(end)):
                    continue
                if passage:
                    passages[min(start, end), max(start, end)] = passage
                lanes.append(
                    Lane(
                        path=densified((min(start, end), max(start, end)), STEP_M),
                        basis=GeometryBasis.GENERALISED,
                        source_id=MARNET_SOURCE,
                    )
                )
    return distinct(lanes), passages


def corrected(lanes: Sequence[Lane], tables: SeaTables) -> list[Lane]:
    """Return the lanes after removing, bending and adding the lanes of ``sea_lanes.csv``.

    Raises
    ------
    DataError
        If a lane to be bent or removed is not there, or a new one ends far from any other.
    """
    problems: list[str] = []
    by_ends = {_ends(lane.path): lane for lane in lanes}
    for correction in tables.corrections:
        if correction.kind is CorrectionKind.NEW:
            continue
        old = by_ends.pop(_ends(correction.path), None)
        if old is None:
            problems.append(f"{correction.lane_id}: no upstream lane joins its two ends")
        elif correction.kind is CorrectionKind.BEND:
            by_ends[_ends(correction.path)] = replace(
                old, path=correction.path, source_id=correction.source_id
            )
    result = distinct(list(by_ends.values()))
    find = nearest_join(result)
    joins: list[Join] = []
    added = [each for each in tables.corrections if each.kind is CorrectionKind.NEW]
    for correction in added:
        path = list(correction.path)
        for position in (0, -1):
            join = find(path[position])
            if join is None or join.distance_m > MAX_LANE_END_M:
                problems.append(
                    f"{correction.lane_id}: its end {path[position]} is more than "
                    f"{MAX_LANE_END_M / 1000:g} km from any lane"
                )
                continue
            joins.append(join)
            path[position] = join.point
        result.append(
            Lane(
                path=densified(path, STEP_M),
                basis=GeometryBasis.GENERALISED,
                source_id=correction.source_id,
            )
        )
    if problems:
        raise DataError("sea_lanes.csv", problems)
    return split(result, joins)


def tagged(lanes: Sequence[Lane], tables: SeaTables) -> list[Lane]:
    """Return the lanes with chokepoint and basin.

    Raises
    ------
    DataError
        If a lane crosses the gates of two chokepoints: it has to be split by a correction.
    """
    problems: list[str] = []
    result: list[Lane] = []
    for lane in lanes:
        line = shapely.LineString(lane.path)
        middle = line.interpolate(0.5, normalized=True)
        passed = [
            gate.chokepoint_id
            for gate in tables.gates
            if gate.shape.intersects(middle if isinstance(gate.shape, shapely.Polygon) else line)
        ]
        if len(passed) > 1:
            problems.append(f"{lane.path[0]} - {lane.path[-1]} passes {' and '.join(passed)}")
        basin = next((name for name, ring in tables.basins if ring.intersects(middle)), OCEAN)
        result.append(replace(lane, chokepoint="".join(passed[:1]), basin=basin))
    if problems:
        raise DataError("sea lanes", problems)
    return result


def afloat(lanes: Sequence[Lane], tables: SeaTables, land: Any) -> tuple[list[Lane], list[Lane]]:
    """Return the lanes that stay on water, and those that do not.

    A lane that passes a chokepoint, and what of any lane lies in a river's ring, may cross the
    map's land. Connectors of ports are checked where they are made.
    """
    kept: list[Lane] = []
    dropped: list[Lane] = []
    for lane, metres in zip(lanes, metres_ashore(lanes, tables, land), strict=True):
        free = bool(lane.chokepoint) or lane.basis is GeometryBasis.CONNECTOR
        (dropped if metres > MAX_LAND_M and not free else kept).append(lane)
    return kept, dropped


def metres_ashore(lanes: Sequence[Lane], tables: SeaTables, land: Any) -> list[float]:
    """Return how many metres of each lane lie on land, outside the rivers' rings."""
    rivers = shapely.union_all([ring for _, ring in tables.rivers])
    lines = [shapely.LineString(lane.path).difference(rivers) for lane in lanes]
    metres: list[float] = metres_on_land(lines, land).tolist()
    return metres


def joined(
    lanes: Sequence[Lane], tables: SeaTables, land: Any
) -> tuple[list[Lane], list[tuple[str, Point, float]]]:
    """Return the lanes with the ports' connectors, and each port with its connector's length.

    A connector runs from the port along its approach, then straight to the nearest lane, which is
    split there.

    Raises
    ------
    DataError
        Listing every port that is too far from all lanes or whose connector crosses land.
    """
    find = nearest_join(lanes)
    joins: list[Join] = []
    connectors: list[Lane] = []
    problems: list[str] = []
    for port in tables.ports:
        course = (port.position, *(point for point in port.approach if point != port.position))
        join = find(course[-1])
        if join is None or join.distance_m > MAX_JOIN_M:
            away = "there is no lane" if join is None else f"{join.distance_m / 1000:.0f} km away"
            problems.append(
                f"{port.place_id}: nearest lane {away}, "
                f"limit {MAX_JOIN_M / 1000:g} km; add an approach"
            )
            continue
        joins.append(join)
        connectors.append(
            Lane(
                path=course if course[-1] == join.point else (*course, join.point),
                basis=GeometryBasis.CONNECTOR,
                source_id=port.source_id,
            )
        )
    drawn = [connector for connector in connectors if len(connector.path) > 1]
    names = {port.position: port.place_id for port in tables.ports}
    problems += [
        f"{names[connector.path[0]]}: its connector crosses {metres / 1000:.1f} km of land, "
        f"limit {MAX_LAND_M / 1000:g} km; mend its approach"
        for connector, metres in zip(drawn, metres_ashore(drawn, tables, land), strict=True)
        if metres > MAX_LAND_M
    ]
    if problems:
        raise DataError("approaches.csv", problems)
    return (
        distinct([*split(lanes, joins), *drawn]),
        [
            (port.place_id, port.position, length_m(connector.path) if connector in drawn else 0.0)
            for port, connector in zip(tables.ports, connectors, strict=True)
        ],
    )


def layer_of(network: SeaNetwork) -> Layer:
    """Return the rows of the sea layer; ids follow the positions, whatever the order of lanes."""
    points = sorted({end for lane in network.lanes for end in (lane.path[0], lane.path[-1])})
    node_id = {point: index for index, point in enumerate(points)}
    lanes = [
        (lane if lane.path[0] <= lane.path[-1] else replace(lane, path=lane.path[::-1]), metres)
        for lane, metres in zip(network.lanes, network.land_m, strict=True)
    ]
    lanes.sort(key=lambda each: (*(node_id[each[0].path[at]] for at in (0, -1)), each[0].path))
    return Layer(
        mode=Mode.SEA,
        nodes=tuple(
            NodeRow(node_id=index, lon=lon, lat=lat) for index, (lon, lat) in enumerate(points)
        ),
        links=tuple(
            LinkRow(
                link_id=index,
                from_node_id=node_id[lane.path[0]],
                to_node_id=node_id[lane.path[-1]],
                length_m=max(1, round(length_m(lane.path))),
                geometry_basis=lane.basis,
                basin=lane.basin,
                chokepoint=lane.chokepoint,
                source_id=lane.source_id,
                geometry=shapely.LineString(lane.path),
                land_m=land_m,
            )
            for index, (lane, land_m) in enumerate(lanes)
        ),
        place_nodes=tuple(
            PlaceNode(place_id, Mode.SEA, 0, node_id[position], snap_m=round(metres))
            for place_id, position, metres in sorted(network.ports)
        ),
        packages=("natural-earth", "searoute"),
    )


def _check_gates(
    lanes: Sequence[Lane], passages: dict[tuple[Point, Point], str], gates: Sequence[Gate]
) -> None:
    """Refuse a gate that no lane crosses, or none of those that upstream names."""
    problems: list[str] = []
    for gate in gates:
        passing = [lane for lane in lanes if lane.chokepoint == gate.chokepoint_id]
        named = {passages.get(_ends(lane.path), "") for lane in passing}
        if not passing:
            problems.append(f"{gate.chokepoint_id}: no lane crosses its gate")
        elif (
            gate.upstream_pass
            and gate.upstream_pass not in named
            and any(lane.source_id == MARNET_SOURCE for lane in passing)
        ):
            problems.append(
                f"{gate.chokepoint_id}: none of the lanes across its gate is part of "
                f"the upstream passage '{gate.upstream_pass}'"
            )
    if problems:
        raise DataError("sea_areas.csv", problems)


def _ends(path: Sequence[Point]) -> tuple[Point, Point]:
    """Return both ends of a line, the smaller first."""
    return min(path[0], path[-1]), max(path[0], path[-1])


def _in_area(point: Point) -> bool:
    """Tell whether a position is in the built area."""
    west, south, east, north = AREA
    arctic = point[0] > ARCTIC[0] and point[1] > ARCTIC[1]
    return west <= point[0] <= east and south <= point[1] <= north and not arctic
