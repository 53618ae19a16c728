"""Free points: joined to the roads, limited, reported; and many journeys over one graph."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
import worlds

from corridors.distance import Measurer
from corridors.errors import CorridorsError, SnapError
from corridors.graph import Spot
from corridors.joining import PointJoiner
from corridors.report import document
from corridors.request import Request
from geodata.network import ModeNetwork, PlaceNode
from geodata.units import geodesic_length_km
from geodata.vocabulary import Mode

FACTOR = 1.5


def roads() -> ModeNetwork:
    """Draw a square of roads with a diagonal, and an island road that leads nowhere.

    ::

        3 ---- 2      4 --- 5   (island)
        |    / |
        0 ---- 1
    """
    nodes = [(10, 10), (11, 10), (11, 11), (10, 11), (15, 10), (15.5, 10)]
    links = [(0, 1, 130), (1, 2, 120), (2, 3, 125), (3, 0, 128), (0, 2, 190), (4, 5, 60)]
    return worlds.on_map(Mode.ROAD, [(lon, lat, "AA") for lon, lat in nodes], links)


PLACES = [PlaceNode("SW", Mode.ROAD, 0, 0, 0), PlaceNode("NE", Mode.ROAD, 0, 2, 0)]


def joiner() -> PointJoiner:
    return PointJoiner(roads(), PLACES, FACTOR)


def oracle(lon: float, lat: float, km: float, along: tuple[int, int, float]) -> dict[str, float]:
    """Return the km from a point on a link (ends, share) to the places, by networkx."""
    layer = roads()
    graph = nx.Graph()
    for a, b, metres in zip(
        *(layer.links[name].tolist() for name in ("from_node_id", "to_node_id", "length_m")),
        strict=True,
    ):
        graph.add_edge(a, b, km=metres / 1000)
    a, b, share = along
    whole = graph.edges[a, b]["km"]
    graph.add_edge("point", a, km=whole * share)
    graph.add_edge("point", b, km=whole * (1 - share))
    reach = nx.single_source_dijkstra_path_length(graph, "point", weight="km")
    return {"SW": reach[0] + km * FACTOR, "NE": reach[2] + km * FACTOR}


@pytest.mark.parametrize(
    ("lon", "lat", "along"),
    [(10.25, 10.05, (0, 1, 0.25)), (11.02, 10.5, (1, 2, 0.5)), (9.9, 10.75, (3, 0, 0.25))],
)
def test_a_point_reaches_every_place_by_the_shortest_way(
    lon: float, lat: float, along: tuple[int, int, float]
) -> None:
    (end,) = joiner().endpoints({"origin": Spot("here", lat, lon)}, 25.0).values()
    assert end.snap_km is not None
    expected = oracle(lon, lat, end.snap_km, along)
    found = {joint.gateway.place_id: joint.length_m / 1000 for joint in end.joints}
    assert found == pytest.approx(expected, abs=0.15)
    for joint in end.joints:
        line = joint.drawn()
        assert line[0] == (lon, lat)
        assert line[-1] in {(10, 10), (11, 11)}


def test_two_points_in_one_country_are_joined_directly() -> None:
    spots = {"origin": Spot("a", 10.0, 10.2), "destination": Spot("b", 10.0, 10.7)}
    ends = joiner().endpoints(spots, 25.0)
    direct = ends["origin"].joints[-1]
    assert direct.gateway.place_id == "b"
    assert direct.length_m == pytest.approx(65_000, abs=10)  # half of the 130 km road
    assert direct.drawn()[-1] == (10.7, 10.0)


def test_a_point_moves_to_a_road_that_leads_somewhere() -> None:
    with pytest.raises(SnapError, match="an island of the road network"):
        joiner().endpoints({"origin": Spot("there", 10.01, 15.2)}, 25.0)


def test_every_point_too_far_is_named_with_its_distance() -> None:
    spots = {"origin": Spot("sea", 20.0, 10.0), "destination": Spot("moon", 10.0, 12.0)}
    with pytest.raises(SnapError) as error:
        joiner().endpoints(spots, 25.0)
    km = geodesic_length_km([(11, 10), (12, 10)])
    assert f"destination moon is {km:.0f} km from the nearest road; the limit is 25 km" in str(
        error.value
    )
    assert "origin sea is" in str(error.value)


@pytest.mark.parametrize(
    ("lat", "lon", "hint"),
    [
        (50.0, 30.0, "; did you mean 30,50?"),
        (50.1, 30.1, "; did you mean 30.1,50.1?"),  # 15 km from the road's end
        (50.4, 30.4, ""),  # 59 km from it
        (31.0, 50.0, ""),  # 111 km from it: a place without a road, hardly another one
        (-1.2, 1.0, ""),  # so too where the other way round there is a road
        (-60.0, 100.0, ""),  # the other way round it is not on Earth
    ],
)
def test_a_point_the_other_way_round_is_known_by_the_road_there(
    lat: float, lon: float, hint: str
) -> None:
    ends = [(50, 30, "AA"), (50, 29, "AA"), (0, 0, "AA"), (-1.2, 1, "AA")]
    road = worlds.on_map(Mode.ROAD, ends, [(0, 1, 120), (2, 3, 190)])
    placed = [PlaceNode("E", Mode.ROAD, 0, 0, 0), PlaceNode("F", Mode.ROAD, 0, 2, 0)]
    spot = Spot("there", lat, lon)
    with pytest.raises(SnapError) as error:
        PointJoiner(road, placed, FACTOR).endpoints({"origin": spot}, 25.0)
    assert str(error.value).endswith(f"from the nearest road{hint}") is bool(hint)
    assert ("did you mean" in str(error.value)) is bool(hint)
    with pytest.raises(SnapError) as error:
        Measurer(road, placed, worlds.world([worlds.place("E"), worlds.place("F")])).measure(
            [spot, spot]
        )
    assert hint in str(error.value)
    assert ("did you mean" in str(error.value)) is bool(hint)


@pytest.mark.parametrize(
    ("origin", "destination"),
    [
        ("22.57,88.36", "43.24,76.95"),
        ("INVTZ", "43.24,76.95"),
        ("41.3,69.3", "INNSA"),
        ("INOSC", "KZUKT"),
        ("19.07,72.88", "28.61,77.21"),
    ],
)
def test_a_shared_graph_gives_what_a_fresh_one_gives(origin: str, destination: str) -> None:
    shared = Request().between(origin, destination).route()
    fresh = Request(origin=origin, destination=destination).planner.route()
    assert document(shared, "") == document(fresh, "")


def test_restrictions_follow_the_origin_of_a_shared_graph() -> None:
    """What a scenario closes may depend on where the cargo is from; no other journey sees it."""
    request = Request(scenario="situation-2026-11")
    before = document(request.planner.compare(request.corridors), "")
    request.between("IRTHR", "KZALA").compare(request.corridors)
    assert document(request.planner.compare(request.corridors), "") == before


def test_the_snap_is_in_the_result_and_limited() -> None:
    entry: dict[str, Any] = document(Request(origin="22.57,88.36").planner.route(), "")["origin"]
    assert 0 < entry["snap_km"] < 1
    with pytest.raises(SnapError, match=r"the limit is 0\.1 km"):
        _ = Request(origin="22.57,88.36", snap_km=0.1).planner
    with pytest.raises(CorridorsError, match="give 0 to 200 km"):
        _ = Request(origin="22.57,88.36", snap_km=900).planner
