"""OpenStreetMap -> features: the same from XML, .pbf and a server, cut, filtered, told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from additions import read_additions
from osm_worlds import Drawing, serving, write_pbf, write_xml

from geodata.errors import DataError
from geodata.importers.osm import Refreshed, Wish, file_name, refresh, write_lines
from geodata.importers.osm_extract import Extract
from geodata.importers.osm_fetch import Server, fetch
from geodata.importers.osm_files import read_extract
from geodata.importers.territory import territory_of
from geodata.importing.attach import attach
from geodata.network import Network
from geodata.units import geodesic_length_km
from geodata.vocabulary import GeometryBasis, Mode
from geodata.world import World, load_world

LAND = Drawing(
    # ZZ lies on the equator between 9.5 and 10.25 degrees; its trunk line goes on to the east
    nodes={
        1: (10.0, 0.0), 2: (10.1, 0.0), 3: (10.2, 0.0), 4: (10.3, 0.0), 5: (10.2, 0.1),
        6: (10.0, -0.2), 7: (9.9, -0.2), 8: (9.9, 0.2), 9: (9.8, 0.2),
        11: (9.5, -0.5), 12: (10.25, -0.5), 13: (10.25, 0.5), 14: (9.5, 0.5),
    },
    ways={
        100: ({"railway": "rail", "gauge": "1520;1435", "name": "خط\u200cآهن",
               "ref": "T1"}, [1, 2]),
        101: ({"railway": "rail", "gauge": "1520", "name": "Trunk", "bridge": "yes"}, [2, 3, 4]),
        102: ({"railway": "rail", "gauge": "1520", "usage": "branch"}, [3, 5]),
        103: ({"railway": "rail", "gauge": "1520", "service": "yard"}, [1, 6]),
        104: ({"railway": "construction", "construction": "rail", "gauge": "1435"}, [1, 7]),
        105: ({"railway": "proposed", "proposed": "rail", "gauge": "1520",
               "opening_date": "2031"}, [1, 8]),
        106: ({"railway": "abandoned", "gauge": "1520"}, [8, 9]),
        200: ({"highway": "trunk", "ref": "M1"}, [1, 2, 3]),
        201: ({"highway": "residential"}, [3, 5]),
        900: ({"boundary": "administrative", "admin_level": "2"}, [11, 12, 13]),
        901: ({"boundary": "administrative", "admin_level": "2"}, [13, 14, 11]),
    },
    boundaries={"ZZ": [900, 901]},
)  # fmt: skip
RAIL = Wish(mode=Mode.RAIL, country="ZZ")
BOX = (9.0, -1.0, 11.0, 1.0)


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


@pytest.fixture(scope="module")
def network() -> Network:
    return Network()


def read(kind: str, drawing: Drawing, folder: Path, mode: Mode = Mode.RAIL) -> Extract:
    if kind == "xml":
        return read_extract(write_xml(drawing, folder / "zz.osm"), mode, "ZZ")
    if kind == "pbf":
        return read_extract(write_pbf(drawing, folder / "zz.osm.pbf"), mode, "ZZ")
    with serving(drawing) as overpass:
        server = Server(url=overpass.url, tile_deg=0.5)
        return fetch(mode, "ZZ", BOX, server=server, cache=folder / "cache", country_box=BOX)


def made_of(extract: Extract, wish: Wish, network: Network, world: World) -> Refreshed:
    return refresh(extract, wish, territory_of("ZZ", network, extract.boundary, None), world)


def by_ends(refreshed: Refreshed) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Properties by gauge and sorted ends."""
    found = {}
    for feature in refreshed.features:
        line = feature["geometry"]["coordinates"]
        own = feature["properties"]
        ends = sorted((tuple(line[0]), tuple(line[-1])))
        found[own.get("gauge_mm", 0), *ends] = own
    return found


@pytest.mark.parametrize("kind", ["xml", "pbf", "overpass"])
def test_rail_of_a_country(kind: str, tmp_path: Path, network: Network, world: World) -> None:
    refreshed = made_of(read(kind, LAND, tmp_path), RAIL, network, world)
    found = by_ends(refreshed)
    assert set(found) == {
        (1435, (10.0, 0.0), (10.1, 0.0)),
        (1520, (10.0, 0.0), (10.2, 0.0)),
        (1520, (10.2, 0.0), (10.25, 0.0)),
        (1520, (10.2, 0.0), (10.2, 0.1)),
        (1520, (9.9, 0.2), (10.0, 0.0)),
    }
    main = found[1520, (10.0, 0.0), (10.2, 0.0)]
    degree_km = geodesic_length_km([(10.0, 0.0), (11.0, 0.0)])
    assert main["length_km"] == pytest.approx(0.2 * degree_km, abs=0.001)
    assert main["bridge_km"] == pytest.approx(0.1 * degree_km, abs=0.001)
    assert main["ref"] == "T1"
    assert found[1435, (10.0, 0.0), (10.1, 0.0)]["name"] == "خط آهن"  # no invisible joiner
    planned = found[1520, (9.9, 0.2), (10.0, 0.0)]
    assert (planned["status"], planned["opens"]) == ("planned", 2031)
    assert all(own["as_of"] == "2026-01-31" for own in found.values())
    assert all(own["country"] == "ZZ" for own in found.values())
    remarks = "\n".join(refreshed.remarks)
    assert "the boundary in OpenStreetMap" in remarks
    assert "0.000, 10.250" in remarks
    assert "sidings, yards and spurs" in remarks
    assert "under construction, without a year of opening" in remarks


def test_every_way_of_reading_gives_the_same_file(
    tmp_path: Path, network: Network, world: World
) -> None:
    texts = {
        made_of(read(kind, LAND, tmp_path), RAIL, network, world).text
        for kind in ("xml", "pbf", "overpass")
    }
    assert len(texts) == 1


@pytest.mark.parametrize("kind", ["xml", "pbf", "overpass"])
def test_roads_of_a_country(kind: str, tmp_path: Path, network: Network, world: World) -> None:
    extract = read(kind, LAND, tmp_path, Mode.ROAD)
    refreshed = made_of(extract, replace(RAIL, mode=Mode.ROAD), network, world)
    ((key, own),) = by_ends(refreshed).items()
    assert key == (0, (10.0, 0.0), (10.2, 0.0))
    assert "gauge_mm" not in own
    assert own["ref"] == "M1"


def test_a_year_can_be_stated_for_unfinished_lines(
    tmp_path: Path, network: Network, world: World
) -> None:
    refreshed = made_of(read("xml", LAND, tmp_path), replace(RAIL, opens=2029), network, world)
    found = by_ends(refreshed)
    built = found[1435, (9.9, -0.2), (10.0, 0.0)]
    assert (built["status"], built["opens"]) == ("construction", 2029)
    assert found[1520, (9.9, 0.2), (10.0, 0.0)]["opens"] == 2031
    assert "opens" not in found[1520, (10.0, 0.0), (10.2, 0.0)]


def test_a_box_takes_what_has_an_end_in_it(tmp_path: Path, network: Network, world: World) -> None:
    wish = replace(RAIL, box=(10.19, -0.01, 10.21, 0.01))
    found = by_ends(made_of(read("xml", LAND, tmp_path), wish, network, world))
    assert set(found) == {
        (1520, (10.1, 0.0), (10.2, 0.0)),
        (1520, (10.2, 0.0), (10.25, 0.0)),
        (1520, (10.2, 0.0), (10.2, 0.1)),
    }
    assert file_name(wish) == "rail-ZZ_10.19_-0.01_10.21_0.01.geojson"


def test_rail_without_a_gauge_is_told_or_stated(
    tmp_path: Path, network: Network, world: World
) -> None:
    bare = replace(LAND, ways=LAND.ways | {102: ({"railway": "rail"}, [3, 5])})
    extract = read("xml", bare, tmp_path)
    with pytest.raises(DataError, match=r"way 102: 11\.1 km of rail without a gauge.*--gauge"):
        made_of(extract, RAIL, network, world)
    found = by_ends(made_of(extract, replace(RAIL, gauge_mm=1000), network, world))
    assert (1000, (10.2, 0.0), (10.2, 0.1)) in found


def test_the_table_of_gauges_is_used_in_its_countries(tmp_path: Path, world: World) -> None:
    """Afghanistan is broad gauge, but for the line from Khaf: the box of its row is 34-35 N."""
    spots = {1: (61.0, 34.4), 2: (61.2, 34.4), 3: (67.0, 37.0), 4: (67.2, 37.0)}
    bare = ({"railway": "rail"}, [1, 2]), ({"railway": "rail"}, [3, 4])
    drawing = Drawing(nodes=spots, ways={1: bare[0], 2: bare[1]})
    extract = read_extract(write_xml(drawing, tmp_path / "af.osm"), Mode.RAIL, "AF")
    refreshed = refresh(extract, Wish(mode=Mode.RAIL, country="AF"), None, world)
    assert {key[0] for key in by_ends(refreshed)} == {1435, 1520}
    assert sum("state no gauge" in remark for remark in refreshed.remarks) == 2


def test_all_problems_are_told_at_once(tmp_path: Path, network: Network, world: World) -> None:
    bare = replace(LAND, ways=LAND.ways | {102: ({"railway": "rail"}, [3, 5])}, date="")
    with pytest.raises(DataError) as caught:
        made_of(read("pbf", bare, tmp_path), RAIL, network, world)
    assert len(caught.value.problems) == 2
    assert "--as-of" in caught.value.problems[0]
    stated = replace(RAIL, as_of="2025-05-05", gauge_mm=1520)
    refreshed = made_of(read("pbf", bare, tmp_path), stated, network, world)
    assert {own["as_of"] for own in by_ends(refreshed).values()} == {"2025-05-05"}


def test_nothing_usable_is_an_error(tmp_path: Path, network: Network, world: World) -> None:
    yard = replace(LAND, ways={k: v for k, v in LAND.ways.items() if k in (103, 106, 900, 901)})
    for kind in ("xml", "pbf", "overpass"):
        extract = read(kind, yard, tmp_path)
        with pytest.raises(DataError, match="no rail line in ZZ"):
            made_of(extract, RAIL, network, world)


def test_a_broken_boundary_is_not_believed(tmp_path: Path, network: Network) -> None:
    """Half of the boundary's ways are missing from the extract: there is no polygon then."""
    half = replace(LAND, ways={k: v for k, v in LAND.ways.items() if k != 901})
    for kind in ("xml", "pbf"):
        extract = read(kind, half, tmp_path)
        assert extract.boundary is None
        with pytest.raises(DataError, match="--boundary"):
            territory_of("ZZ", network, extract.boundary, None)


def test_ways_without_their_nodes(tmp_path: Path) -> None:
    torn = replace(LAND, nodes={n: at for n, at in LAND.nodes.items() if n != 2})
    with pytest.raises(DataError, match="complete ways"):
        read("xml", torn, tmp_path)
    extract = read("pbf", torn, tmp_path)
    assert (3, 4, 101) in extract.edges
    assert not any(2 in edge[:2] for edge in extract.edges)
    assert any("2 nodes" in remark for remark in extract.remarks)


@pytest.mark.parametrize(("name", "content"), [
    ("a.osm", b""), ("a.osm", b"<osm><node"), ("a.osm", b"\xff\xfe\x00"), ("a.osm.gz", b"no gzip"),
    ("a.osm.bz2", b"<osm/>"), ("a.osm.pbf", b"no pbf at all"), ("a.osm.pbf", b""),
    ("a.geojson", b"{}"),
    ("a.osm", b'<osm generator="OSMnx 2"><node id="1" lat="0" lon="0"/></osm>'),
])  # fmt: skip
def test_files_that_are_no_extracts(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError):
        refresh(read_extract(path, Mode.RAIL, "ZZ"), RAIL, None, load_world())
    with pytest.raises(DataError, match="no such file"):
        read_extract(tmp_path / "missing.osm", Mode.RAIL, "ZZ")


def test_ferries_between_ports(tmp_path: Path, world: World) -> None:
    """One from Alat to Kuryk for trains and lorries, one across a river where no port is."""
    alat, kuryk = world.places["AZALT"], world.places["KZKUR"]
    drawing = Drawing(
        nodes={
            1: (alat.lon, alat.lat), 2: (50.5, 41.0), 3: (kuryk.lon, kuryk.lat),
            4: (60.0, 50.0), 5: (60.1, 50.0),
        },
        ways={
            1: ({"route": "ferry", "train": "yes", "hgv": "yes"}, [1, 2, 3]),
            2: ({"route": "ferry", "motor_vehicle": "yes"}, [4, 5]),
            3: ({"route": "ferry", "foot": "yes"}, [1, 3]),
        },
    )  # fmt: skip
    extract = read("pbf", drawing, tmp_path, Mode.FERRY)
    refreshed = refresh(extract, Wish(mode=Mode.FERRY, country="AZ"), None, world)
    (feature,) = refreshed.features
    own = feature["properties"]
    assert (own["mode"], own["cargo_units"]) == ("ferry", ["bulk", "container_20", "truck"])
    assert "country" not in own
    additions = read_additions([write_lines(refreshed, tmp_path)])
    attached = attach(Network(), world, additions)
    (line,) = attached.ferry_lines
    assert {line.place_a, line.place_b} == {"AZALT", "KZKUR"}
    remarks = "\n".join(refreshed.remarks)
    assert "without a port" in remarks
    assert "not said to carry lorries" in remarks


def test_the_file_is_whole_and_says_where_it_is_from(
    tmp_path: Path, network: Network, world: World
) -> None:
    extract = read("xml", LAND, tmp_path)
    refreshed = made_of(extract, replace(RAIL, replaces=True), network, world)
    path = write_lines(refreshed, tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / "lines" / "rail-ZZ.geojson"
    found = json.loads(path.read_text("utf-8"))
    assert (found["type"], found["replaces"]) == ("FeatureCollection", "rail ZZ")
    assert "OpenStreetMap" in found["attribution"]
    assert found["licence"] == "ODbL-1.0"
    assert found["as_of"] == "2026-01-31"
    ids = [feature["id"] for feature in found["features"]]
    assert len(ids) == len(set(ids)) == 5
    write_lines(made_of(extract, RAIL, network, world), tmp_path / "new" / "folder")
    assert "replaces" not in json.loads(path.read_text("utf-8"))


def test_the_import_door_reads_what_was_written(
    tmp_path: Path, network: Network, world: World
) -> None:
    """Without a remark, with the lengths, and with what gives way."""
    refreshed = made_of(read("xml", LAND, tmp_path), replace(RAIL, replaces=True), network, world)
    path = write_lines(refreshed, tmp_path)
    additions = read_additions([path])
    assert not additions.remarks
    assert [(row.mode, row.country) for row in additions.replacements] == [(Mode.RAIL, "ZZ")]
    stated = [own["properties"]["length_km"] for own in refreshed.features]
    assert [link.length_m for link in additions.links] == [round(1000 * km) for km in stated]
    assert {link.geometry_basis for link in additions.links} == {GeometryBasis.SURVEYED}
    assert {link.as_of for link in additions.links} == {"2026-01-31"}


def test_a_line_beside_the_shipped_ones_is_joined(
    tmp_path: Path, network: Network, world: World
) -> None:
    """A new branch from Rasht, 30 km to the west."""
    layer = network.layer(Mode.RAIL)
    node = next(
        row.node_id
        for row in network.place_nodes
        if (row.place_id, row.mode) == ("IRRAS", Mode.RAIL)
    )
    lon, lat = float(layer.node_lon[node]), float(layer.node_lat[node])
    drawing = Drawing(
        nodes={1: (lon, lat), 2: (lon - 0.2, lat - 0.1), 3: (lon - 0.3, lat - 0.1)},
        ways={1: ({"railway": "rail", "gauge": "1435"}, [1, 2, 3])},
    )
    extract = read_extract(write_xml(drawing, tmp_path / "ir.osm"), Mode.RAIL, "IR")
    path = write_lines(refresh(extract, Wish(mode=Mode.RAIL, country="IR"), None, world), tmp_path)
    attached = attach(network, world, read_additions([path]))
    start, end = (row for row in attached.joined)
    assert "IRRAS" in start.to
    assert start.snap_km == pytest.approx(0.0, abs=0.01)
    assert end.to == "nothing"


def test_rows_add_up(tmp_path: Path, network: Network, world: World) -> None:
    refreshed = made_of(read("xml", LAND, tmp_path), RAIL, network, world)
    rows = refreshed.rows()
    assert [(row["gauge_mm"], row["status"], row["links"]) for row in rows] == [
        (1435, "operational", 1),
        (1520, "operational", 3),
        (1520, "planned", 1),
    ]
    total = sum(feature["properties"]["length_km"] for feature in refreshed.features)
    assert sum(row["km"] for row in rows) == pytest.approx(total, abs=0.2)
