"""Where a country ends, and lines cut there."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from scipy.spatial import KDTree

from geodata.errors import DataError
from geodata.importers.territory import (
    Nearest,
    Polygon,
    box_of,
    territory_of,
)
from geodata.network import Network
from geodata.units import geodesic_length_km, on_sphere_km
from geodata.vocabulary import Mode

SQUARE = shapely.box(0.0, 0.0, 1.0, 1.0)
HORSESHOE = shapely.box(0.0, 0.0, 3.0, 3.0) - shapely.box(1.0, 1.0, 2.0, 3.0)


@pytest.fixture(scope="module")
def network() -> Network:
    return Network()


def test_lines_are_cut_at_a_polygon() -> None:
    square = Polygon(SQUARE, "a drawing")
    inside, across, outward, outside = square.pieces([
        ((0.2, 0.2), (0.8, 0.2)), ((-1.0, 0.5), (2.0, 0.5)), ((2.0, 0.5), (0.5, 0.5)),
        ((2.0, 2.0), (3.0, 3.0)),
    ])  # fmt: skip
    assert inside == [((0.2, 0.2), (0.8, 0.2))]
    assert across == [((0.0, 0.5), (1.0, 0.5))]
    assert outward == [((1.0, 0.5), (0.5, 0.5))]
    assert outside == []
    assert square.pieces([]) == []


def test_a_line_that_leaves_and_comes_back_is_two() -> None:
    """The line weaves out of the country in the middle; both ends are in it."""
    (pieces,) = Polygon(HORSESHOE, "a drawing").pieces([((2.5, 2.0), (0.5, 2.0))])
    assert pieces == [((2.5, 2.0), (2.0, 2.0)), ((1.0, 2.0), (0.5, 2.0))]


def test_the_nearest_line_decides_without_a_polygon() -> None:
    """Two countries whose lines end at 0.9 and 1.1: the frontier is in the middle between them."""
    points = np.array([[0.0, 0.0], [0.9, 0.0], [1.1, 0.0], [2.0, 0.0]])
    own = np.array([True, True, False, False])
    nearest = Nearest(KDTree(on_sphere_km(*points.T)), own, "a drawing")
    inside, across, back, outside = nearest.pieces([
        ((0.1, 0.0), (0.5, 0.0)), ((0.5, 0.0), (1.5, 0.0)), ((1.5, 0.0), (0.5, 0.0)),
        ((1.2, 0.0), (1.5, 0.0)),
    ])  # fmt: skip
    assert inside == [((0.1, 0.0), (0.5, 0.0))]
    assert outside == []
    ((start, cut),), ((cut_again, end),) = across, back
    assert (start, end) == ((0.5, 0.0), (0.5, 0.0))
    assert cut == pytest.approx((1.0, 0.0), abs=0.001)
    assert cut_again == pytest.approx((1.0, 0.0), abs=0.001)


def test_osm_decides_if_it_is_to_be_believed(network: Network) -> None:
    layer = network.layer(Mode.RAIL)
    own = layer.node_country == "KG"
    spots = np.column_stack([layer.node_lon[own], layer.node_lat[own]])
    whole = shapely.box(*box_of("KG", network, 0.1))
    assert isinstance(territory_of("KG", network, whole, None), Polygon)
    island = shapely.box(*spots[0] - 0.01, *spots[0] + 0.01)
    assert isinstance(territory_of("KG", network, island, None), Nearest)
    assert isinstance(territory_of("ZZ", network, island, None), Polygon)


def test_recorded_crossings_are_where_the_nearest_line_changes(network: Network) -> None:
    """Straight on from the shipped frontier nodes: the cut is where the tables have it."""
    from geodata.world import load_world

    world = load_world()
    row = world.border_crossings["altynkol-rail"]
    ours, theirs = world.places[row.place_a], world.places[row.place_b]
    assert geodesic_length_km([(ours.lon, ours.lat), (theirs.lon, theirs.lat)]) < 5
    territory = territory_of(ours.country, network, None, None)
    (pieces,) = territory.pieces([((ours.lon - 0.05, ours.lat), (ours.lon + 0.3, ours.lat))])
    ((_, cut),) = pieces
    assert geodesic_length_km([cut, (ours.lon, ours.lat)]) < 5


def test_an_unknown_country_asks_for_its_polygon(network: Network, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="--boundary"):
        territory_of("ZZ", network, None, None)
    with pytest.raises(DataError, match="--bbox"):
        box_of("ZZ", network, 0.5)
    path = tmp_path / "zz.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(SQUARE)}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert territory_of("ZZ", network, None, path).pieces([((0.5, 0.5), (1.5, 0.5))]) == [
        [((0.5, 0.5), (1.0, 0.5))]
    ]


@pytest.mark.parametrize("content", ["no polygon at all", ""])
def test_a_file_without_a_polygon_is_told(content: str, network: Network, tmp_path: Path) -> None:
    path = tmp_path / "zz.geojson"
    path.write_text(content)
    with pytest.raises(DataError, match="polygon"):
        territory_of("ZZ", network, None, path)
