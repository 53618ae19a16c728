"""The sea and air layers on small drawn worlds: joining, tagging, closing, contracting, order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely

from geodata.build.air import air_layer
from geodata.build.lanes import (
    Lane,
    Point,
    components,
    contracted,
    densified,
    length_m,
    nearest_join,
    split,
)
from geodata.build.layer import Layer
from geodata.build.sea import AREA, layer_of, sea_network
from geodata.build.sea_tables import (
    Correction,
    CorrectionKind,
    Gate,
    Port,
    SeaTables,
    parse_path,
)
from geodata.errors import DataError
from geodata.rows import AirService
from geodata.vocabulary import GeometryBasis, Grade, Status

NO_LAND = np.array([shapely.box(-170.0, -80.0, -169.0, -79.0)])


def sea(*courses: Sequence[Point], passage: str = "") -> dict[str, Any]:
    """Return upstream lanes; the first course carries the passage."""
    return {
        "features": [
            {
                "properties": {"passage": passage} if passage and index == 0 else {},
                "geometry": {
                    "type": "LineString",
                    "coordinates": [list(point) for point in course],
                },
            }
            for index, course in enumerate(courses)
        ]
    }


def port(place_id: str, position: Point, *approach: Point) -> Port:
    return Port(place_id=place_id, position=position, approach=approach, source_id="s")


def tables(
    *ports: Port,
    gates: Iterable[Gate] = (),
    corrections: Iterable[Correction] = (),
    rivers: Iterable[tuple[str, shapely.Polygon]] = (),
    basins: Iterable[tuple[str, shapely.Polygon]] = (),
) -> SeaTables:
    return SeaTables(
        gates=tuple(gates),
        basins=tuple(basins),
        rivers=tuple(rivers),
        corrections=tuple(corrections),
        ports=ports,
    )


def gate(chokepoint_id: str, *path: Point, upstream_pass: str = "") -> Gate:
    return Gate(
        chokepoint_id=chokepoint_id,
        upstream_pass=upstream_pass,
        shape=shapely.LineString(path),
    )


def layer(
    collection: dict[str, Any], given: SeaTables, land: Any = NO_LAND
) -> tuple[Layer, dict[str, int]]:
    built = layer_of(sea_network(collection, given, land))
    return built, {row.place_id: row.node_id for row in built.place_nodes}


def sailable(built: Layer, closed: str = "") -> nx.MultiGraph[int]:
    graph: nx.MultiGraph[int] = nx.MultiGraph()
    graph.add_nodes_from(node.node_id for node in built.nodes)
    for link in built.links:
        if not closed or link.chokepoint != closed:
            graph.add_edge(link.from_node_id, link.to_node_id, length_m=link.length_m)
    return graph


def test_a_port_joins_the_middle_of_a_long_lane_not_its_end() -> None:
    r"""West (60, 20) ------+------ east (64, 20), port at (62, 21)."""
    built, node = layer(sea([(60.0, 20.0), (64.0, 20.0)]), tables(port("P", (62.0, 21.0))))
    (connector,) = [link for link in built.links if link.geometry_basis is GeometryBasis.CONNECTOR]
    assert connector.length_m == pytest.approx(110_000, abs=1_000)  # the great circle bulges north
    assert len(built.links) == 3
    graph = sailable(built)
    corners = [n.node_id for n in built.nodes if n.lat == 20.0 and n.lon in (60.0, 64.0)]
    west, east = (
        nx.shortest_path_length(graph, node["P"], corner, weight="length_m") for corner in corners
    )
    assert west == pytest.approx(east, abs=2)


def test_the_lane_joined_is_the_one_nearest_to_the_end_of_the_approach() -> None:
    """The port is nearer to the southern lane, its channel leads to the northern one."""
    lanes = sea([(60.0, 20.0), (61.0, 20.0)], [(60.0, 21.0), (61.0, 21.0)])
    built, _ = layer(lanes, tables(port("P", (60.5, 20.3), (60.6, 20.6), (60.5, 20.9))))
    assert {node.lat for node in built.nodes} == {20.3, 21.0}
    (row,) = built.place_nodes
    assert row.snap_m == next(
        link.length_m for link in built.links if link.geometry_basis is GeometryBasis.CONNECTOR
    )


def test_a_port_on_a_lane_splits_it_without_a_connector() -> None:
    built, node = layer(sea([(60.0, 20.0), (60.0, 22.0)]), tables(port("P", (60.0, 21.0))))
    assert [link.geometry_basis for link in built.links] == [GeometryBasis.GENERALISED] * 2
    assert sailable(built).degree(node["P"]) == 2
    assert built.place_nodes[0].snap_m == 0


def test_every_port_out_of_reach_or_behind_land_is_listed_at_once() -> None:
    island = np.array([shapely.box(60.2, 20.2, 60.8, 20.4)])
    given = tables(port("FAR", (60.0, 30.0)), port("FINE", (60.5, 19.8)), port("HID", (60.5, 20.6)))
    with pytest.raises(DataError, match="FAR: nearest lane") as caught:
        layer(sea([(60.0, 20.0), (61.0, 20.0)]), given, island)
    assert len(caught.value.problems) == 2
    assert "HID: its connector crosses 22.1 km of land" in caught.value.problems[1]


def test_a_river_is_no_land() -> None:
    shore = np.array([shapely.box(60.2, 20.2, 60.8, 20.7)])
    given = tables(port("P", (60.5, 20.6)), rivers=[("river", shapely.box(60.4, 19.9, 60.6, 20.7))])
    built, node = layer(sea([(60.0, 20.0), (61.0, 20.0)]), given, shore)
    assert "P" in node
    assert len(built.links) == 3


def test_a_lane_over_land_is_dropped_unless_it_passes_a_chokepoint() -> None:
    """An isthmus between two seas, with a canal at 20 north and a lane drawn over it at 21."""
    isthmus = np.array([shapely.box(60.4, 15.0, 60.6, 25.0)])
    courses = [[(60.0, lat), (61.0, lat)] for lat in (20.0, 21.0)]
    sides = [[(lon, 20.0), (lon, 21.0)] for lon in (60.0, 61.0)]
    given = tables(
        port("A", (60.0, 20.5)),
        port("B", (61.0, 20.5)),
        gates=[gate("canal", (60.5, 19.5), (60.5, 20.5))],
    )
    built, node = layer(sea(*courses, *sides), given, isthmus)
    assert nx.has_path(sailable(built), node["A"], node["B"])
    assert not nx.has_path(sailable(built, closed="canal"), node["A"], node["B"])


def test_lanes_that_together_cross_too_much_land_are_dropped_and_what_is_left_is_measured() -> None:
    """Two isthmuses of 3.1 km each on one lane at 20 north; one of them on another at 21."""
    narrow = np.array([shapely.box(lon, 15.0, lon + 0.03, 20.5) for lon in (60.2, 60.7)])
    narrow = np.append(narrow, shapely.box(60.2, 20.6, 60.23, 25.0))
    courses = [[(60.0, lat), (60.5, lat), (61.0, lat)] for lat in (20.0, 21.0)]
    sides = [[(lon, 20.0), (lon, 21.0)] for lon in (60.0, 61.0)]
    given = tables(port("A", (60.0, 21.0)), port("B", (61.0, 21.0)))
    built, node = layer(sea(*courses, *sides), given, narrow)
    (lane,) = built.links
    assert {lane.from_node_id, lane.to_node_id} == {node["A"], node["B"]}
    assert lane.land_m == pytest.approx(0.03 * 111_320 * np.cos(np.radians(21)), rel=0.01)


def test_what_lies_in_a_rivers_ring_is_not_measured_as_land() -> None:
    shore = np.array([shapely.box(60.2, 20.2, 60.8, 20.7)])
    given = tables(port("P", (60.5, 20.6)), rivers=[("river", shapely.box(60.4, 19.9, 60.6, 20.7))])
    built, _ = layer(sea([(60.0, 20.0), (61.0, 20.0)]), given, shore)
    assert {link.land_m for link in built.links} == {0}
    half = replace(given, rivers=(("river", shapely.box(60.4, 20.24, 60.6, 20.7)),))
    built, _ = layer(sea([(60.0, 20.0), (61.0, 20.0)]), half, shore)
    assert max(link.land_m for link in built.links) == pytest.approx(0.04 * 110_700, rel=0.01)


def strait() -> tuple[dict[str, Any], SeaTables]:
    r"""Return two ways from A to B: by the strait (20 N) and round the cape (10 N).

    A --- x ---|--- x --- B        | is the gate
          \               /
           +--- cape ----+
    """
    return (
        sea(
            [(61.0, 20.0), (62.0, 20.0)],
            [(60.0, 20.0), (61.0, 20.0)],
            [(62.0, 20.0), (63.0, 20.0)],
            [(61.0, 20.0), (61.5, 10.0), (63.0, 20.0)],
            passage="narrows",
        ),
        tables(
            port("A", (60.0, 20.0)),
            port("B", (63.0, 20.0)),
            gates=[gate("strait", (61.5, 19.5), (61.5, 20.5), upstream_pass="narrows")],
        ),
    )


def test_only_what_crosses_the_gate_is_the_chokepoint() -> None:
    built, _ = layer(*strait())
    (passing,) = [link for link in built.links if link.chokepoint]
    assert passing.chokepoint == "strait"
    assert passing.geometry.equals(shapely.LineString([(61.0, 20.0), (62.0, 20.0)]))


def test_closing_a_chokepoint_leaves_the_way_round() -> None:
    built, node = layer(*strait())
    direct, round_the_cape = (
        nx.shortest_path_length(sailable(built, closed), node["A"], node["B"], weight="length_m")
        for closed in ("", "strait")
    )
    assert direct == pytest.approx(length_m([(60.0, 20.0), (61.5, 20.0), (63.0, 20.0)]), rel=1e-3)
    assert round_the_cape > 2_000_000


def test_a_gate_beside_the_water_is_refused() -> None:
    lanes, given = strait()
    astray = replace(given, gates=(gate("strait", (70.0, 19.5), (70.0, 20.5)),))
    with pytest.raises(DataError, match="strait: no lane crosses its gate"):
        layer(lanes, astray)


def test_a_gate_across_another_passage_than_it_says_is_refused() -> None:
    lanes, given = strait()
    wrong = gate("strait", (61.5, 19.5), (61.5, 20.5), upstream_pass="elsewhere")
    with pytest.raises(DataError, match="upstream passage 'elsewhere'"):
        layer(lanes, replace(given, gates=(wrong,)))


def test_a_lane_through_two_gates_is_refused() -> None:
    lanes, given = strait()
    second = gate("second", (61.7, 19.5), (61.7, 20.5))
    with pytest.raises(DataError, match="passes strait and second"):
        layer(lanes, replace(given, gates=(*given.gates, second)))


def test_a_lane_has_the_basin_in_which_its_middle_lies() -> None:
    given = tables(port("A", (60.0, 20.0)), basins=[("lake", shapely.box(60.9, 19.0, 62.1, 21.0))])
    built, _ = layer(sea([(60.0, 20.0), (61.0, 20.0), (62.0, 20.0)]), given)
    assert [link.basin for link in built.links] == ["ocean", "lake"]


def test_corrections_bend_remove_and_add_lanes() -> None:
    def correction(kind: CorrectionKind, *path: Point) -> Correction:
        return Correction(lane_id=kind, kind=kind, path=path, source_id="ours")

    lanes = sea([(60.0, 20.0), (61.0, 20.0), (62.0, 20.0)], [(60.0, 20.0), (61.0, 18.0)])
    given = tables(
        port("A", (60.0, 20.0)),
        corrections=[
            correction(CorrectionKind.BEND, (61.0, 20.0), (60.5, 20.4), (60.0, 20.0)),
            correction(CorrectionKind.NEW, (60.0, 20.0), (61.0, 20.8), (61.5, 20.02)),
            correction(CorrectionKind.REMOVE, (61.0, 18.0), (60.0, 20.0)),
        ],
    )
    built, node = layer(lanes, given)
    assert min(n.lat for n in built.nodes) == 20.0
    assert sorted(link.source_id for link in built.links).count("ours") == 2
    assert sailable(built).degree(node["A"]) == 2


def test_a_correction_of_nothing_is_refused() -> None:
    lost = Correction(
        lane_id="lost", kind=CorrectionKind.REMOVE, path=((1.0, 1.0), (2.0, 2.0)), source_id="s"
    )
    far = Correction(
        lane_id="far", kind=CorrectionKind.NEW, path=((60.0, 20.0), (70.0, 2.0)), source_id="s"
    )
    with pytest.raises(DataError, match="lost: no upstream lane") as caught:
        layer(sea([(60.0, 20.0), (61.0, 20.0)]), tables(corrections=[lost, far]))
    assert len(caught.value.problems) == 2


def test_what_is_outside_the_area_or_without_a_port_is_left_out() -> None:
    beyond = AREA[2] - 0.5
    lanes = sea(
        [(60.0, 20.0), (61.0, 20.0)], [(70.0, 20.0), (71.0, 20.0)], [(beyond, 20.0), (181.0, 20.0)]
    )
    built, _ = layer(lanes, tables(port("A", (60.5, 20.0))))
    assert max(node.lon for node in built.nodes) == 61.0


def lane(*path: Point, chokepoint: str = "") -> Lane:
    return Lane(path=path, basis=GeometryBasis.GENERALISED, source_id="s", chokepoint=chokepoint)


def zigzag(count: int) -> list[Point]:
    return [(60.0 + index / 10, 20.0 + (index % 3) / 10) for index in range(count)]


def test_contracting_a_chain_keeps_its_length_and_every_vertex() -> None:
    points = zigzag(12)
    parts = [lane(a, b) for a, b in pairwise(points)]
    (whole,) = contracted(parts, {points[0]})
    assert whole.path == tuple(points)
    assert length_m(whole.path) == pytest.approx(sum(length_m(part.path) for part in parts))


def test_contracting_stops_at_ports_forks_and_chokepoints() -> None:
    a, b, c, d, e, f = zigzag(6)
    lanes = [lane(a, b), lane(b, c), lane(c, d, chokepoint="strait"), lane(d, e), lane(e, f)]
    fork = lane(e, (61.0, 25.0))
    result = contracted([*lanes, fork], {b})
    assert {each.path for each in result} == {
        (a, b), (b, c), (c, d), (d, e), (e, f), (e, (61.0, 25.0)),
    }  # fmt: skip


def test_a_ring_of_lanes_survives_contraction() -> None:
    corners: list[Point] = [(60.0, 20.0), (61.0, 20.0), (61.0, 21.0), (60.0, 21.0)]
    ring = [lane(a, b) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    result = contracted(ring, {corners[0]})
    assert sum(length_m(each.path) for each in result) == pytest.approx(
        sum(length_m(each.path) for each in ring)
    )
    assert len(components(result)) == 1


def test_splitting_a_dense_lane_keeps_its_length() -> None:
    long = lane(*densified([(60.0, 10.0), (75.0, 18.0)], 50_000.0))
    join = nearest_join([long])((68.0, 13.0))
    assert join is not None
    pieces = split([long], [join])
    assert len(pieces) == 2
    assert sum(length_m(piece.path) for piece in pieces) == pytest.approx(
        length_m([(60.0, 10.0), (75.0, 18.0)]), rel=1e-4
    )


def test_the_order_of_lanes_and_ports_changes_nothing() -> None:
    lanes, given = strait()
    expected, _ = layer(lanes, given)
    for seed in range(5):
        shuffled = random.Random(seed)
        features = list(lanes["features"])
        ports = list(given.ports)
        shuffled.shuffle(features)
        shuffled.shuffle(ports)
        again, _ = layer({"features": features}, replace(given, ports=tuple(ports)))
        assert again == expected


def test_a_path_is_lon_lat() -> None:
    assert parse_path("72.9 18.92;72.86 18.86") == ((72.9, 18.92), (72.86, 18.86))
    for wrong in ("72.9", "72.9 18.92;", "18.9 95.0", "a b"):
        with pytest.raises(ValueError, match=r".+"):
            parse_path(wrong)


def service(place_a: str, place_b: str) -> AirService:
    return AirService(
        place_a=place_a,
        place_b=place_b,
        status=Status.OPERATIONAL,
        as_of="2026",
        source_id="s",
        grade=Grade.ASSUMED,
        note="",
    )


def test_an_air_line_is_the_great_circle() -> None:
    airports = {"A": (72.866, 19.09), "B": (77.041, 43.352)}
    built = air_layer(airports, (service("B", "A"),))
    (link,) = built.links
    assert (link.from_node_id, link.to_node_id) == (0, 1)
    assert link.length_m == round(length_m([airports["A"], airports["B"]]))
    assert length_m([(x, y) for x, y, *_ in link.geometry.coords]) == pytest.approx(
        link.length_m, rel=1e-6
    )
    assert [row.node_id for row in built.place_nodes] == [0, 1]


def test_air_services_that_cannot_be_drawn_are_all_listed() -> None:
    airports = {"A": (170.0, 19.0), "B": (-170.0, 19.0)}
    with pytest.raises(DataError, match="antimeridian") as caught:
        air_layer(airports, (service("A", "B"), service("A", "A"), service("A", "X")))
    assert len(caught.value.problems) == 3
