"""Layers as files: read back by geopandas and GDAL without loss, the same bytes each time.

The drawn world: rail in AA (1435, operational) and BB (1520, planned), a lane, one crossing::

      A----------C | E----------F
      0          2   2.01       4
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
import worlds
from shapely.geometry import shape

from geodata.errors import DataError
from geodata.exporting.geojson import geojson_text
from geodata.exporting.layer import (
    DECIMALS,
    About,
    Column,
    Layer,
    bounds_of,
    box_of,
    in_box,
    in_countries,
    rounded,
)
from geodata.exporting.network_layers import LAYERS, about_network, lines_layer, network_layer
from geodata.exporting.writing import WRITERS, write_layers
from geodata.network import Network
from geodata.units import geodesic_length_km
from geodata.vocabulary import Mode
from geodata.world import World

ENDINGS = [ending.removeprefix(".") for ending in WRITERS]
ABOUT = About(
    title="Drawn", data_version="drawn", licence="ODbL-1.0", attribution=("© Somebody", "Else"),
    description="A drawn world.",
)  # fmt: skip
PLACES = [
    worlds.place("CCC", lon=2.0, lat=0.0, name="Çé & <C>"),
    worlds.place("EEE", "BB", lon=2.01, lat=0.0),
]


def network() -> Network:
    planned = {"gauge_mm": 1520, "status": "planned", "opens": 2031, "name": 'Ünï "x"'}
    rail = worlds.on_map(
        Mode.RAIL,
        [(0, 0, "AA"), (2, 0, "AA"), (2.01, 0, "BB"), (4, 0.1234567, "BB")],
        [(0, 1, 240), (2, 3, 230, planned)],
    )
    sea = worlds.on_map(Mode.SEA, [(0, -1, ""), (4, -1, "")], [(0, 1, 450)])
    return worlds.whole([rail, sea], [])


def world() -> World:
    return worlds.world(PLACES, border_crossings=[worlds.crossing("c-e", "CCC", "EEE")])


def layers(*names: str) -> list[Layer]:
    return [network_layer(name, network(), world()) for name in names or LAYERS]


def read(path: Path, layer: str | None = None) -> Any:
    if path.suffix == ".parquet":
        return geopandas.read_parquet(path)
    if path.suffix == ".gpkg":
        return geopandas.read_file(path, layer=layer)
    return geopandas.read_file(path)


def cells(frame: Any, name: str) -> list[Any]:
    """Return a column's values; GDAL makes dates of what looks like one in GeoJSON."""
    column = frame[name]
    if str(column.dtype).startswith("datetime"):
        column = column.dt.strftime("%Y-%m-%d")
    return [None if value is None or value != value else value for value in column.tolist()]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", ["rail", "sea", "places", "crossings"])
def test_geopandas_reads_back_what_was_written(tmp_path: Path, ending: str, name: str) -> None:
    (layer,) = layers(name)
    path = tmp_path / f"drawn.{ending}"
    write_layers(path, [layer], ABOUT)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    found = read(path, name)
    assert found.crs == "EPSG:4326"
    keys = list(layer.keys)
    found = found.sort_values(keys, ignore_index=True)  # FlatGeobuf orders in space
    order = np.lexsort([layer.columns[key].values.astype(str) for key in keys[::-1]])
    drawn = rounded(layer).shapes[order]
    assert [a.equals_exact(b, 0) for a, b in zip(found.geometry, drawn, strict=True)] == [
        True
    ] * len(layer)
    for column, values in layer.columns.items():
        expected = [values.cells()[at] for at in order]
        if all(cell is None for cell in expected) and column not in found:
            continue  # GeoJSON: a property that is null throughout has no type
        assert cells(found, column) == expected, column


@pytest.mark.parametrize("ending", ENDINGS)
def test_several_layers_in_one_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"all.{ending}"
    given = layers()
    write_layers(path, given, ABOUT)
    if ending == "gpkg":
        counts = {layer.name: len(read(path, layer.name)) for layer in given}
        assert counts == {layer.name: len(layer) for layer in given}
        return
    found = read(path)
    assert len(found) == sum(map(len, given))
    kinds = {(row.mode, row.geometry.geom_type) for row in found.itertuples()}
    assert {mode for mode, kind in kinds if kind == "LineString"} == {"rail", "sea"}
    assert sorted(filter(None, cells(found, "place_id"))) == ["CCC", "EEE"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_same_input_same_bytes(tmp_path: Path, ending: str) -> None:
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    for path in (first, second):
        write_layers(path, layers(), ABOUT, {"rail": "<qgis/>"})
    assert first.read_bytes() == second.read_bytes()
    assert b"2000-01-01" in first.read_bytes() or ending != "gpkg"


def ogrinfo(path: Path, *more: str) -> str:
    if shutil.which("ogrinfo") is None:
        pytest.skip("ogrinfo is not installed (Debian: gdal-bin)")
    done = subprocess.run(
        ["ogrinfo", "-ro", "-al", *more, str(path)], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "fgb"])
def test_ogrinfo_reads_it(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rail.{ending}"
    write_layers(path, layers("rail"), ABOUT)
    said = ogrinfo(path)
    assert "Feature Count: 2" in said
    assert "WGS 84" in said
    assert re.search(r"LINESTRING \(2\.01 0(\.0)?,4(\.0)? 0\.1234567\)", said)
    assert re.search(r"length_m \(Integer(64)?\) = 230000", said)
    assert re.search(r"opens \(Integer(64)?\) = 2031", said)
    assert 'name (String) = Ünï "x"' in said


def test_a_geopackage_says_whose_it_is_and_how_it_looks(tmp_path: Path) -> None:
    path = tmp_path / "all.gpkg"
    write_layers(path, layers(), ABOUT, {"rail": "<qgis>rail</qgis>", "other": "<qgis/>"})
    database = sqlite3.connect(path)
    columns = [row[1] for row in database.execute("pragma table_info(layer_styles)")]
    assert columns[1:] == [
        "f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName",
        "styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui", "update_time",
    ]  # fmt: skip
    (style,) = database.execute(
        "select f_table_name, f_geometry_column, styleQML, useAsDefault from layer_styles"
    )
    assert style == ("rail", "geom", "<qgis>rail</qgis>", 1)
    geometry = database.execute("select table_name, column_name from gpkg_geometry_columns")
    assert ("rail", "geom") in list(geometry)
    (kind,) = database.execute(
        "select data_type from gpkg_contents where table_name='layer_styles'"
    )
    assert kind == ("attributes",)
    notices = " ".join(row[0] for row in database.execute("select metadata from gpkg_metadata"))
    assert "© Somebody; Else" in notices
    assert "ODbL-1.0" in notices
    assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    database.close()


def test_parquet_has_boxes_and_notices(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    path = tmp_path / "rail.parquet"
    write_layers(path, layers("rail"), ABOUT)
    metadata = pq.ParquetFile(path).metadata.metadata
    geo = json.loads(metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert geo["columns"]["geometry"]["bbox"] == [0.0, 0.0, 4.0, 0.1234567]
    assert metadata[b"attribution"].decode() == "© Somebody; Else"
    east = geopandas.read_parquet(path, bbox=(3, -1, 5, 1))
    assert east["link_id"].tolist() == [1]


def test_geojson_is_of_rfc_7946(tmp_path: Path) -> None:
    path = tmp_path / "all.geojson"
    write_layers(path, layers(), ABOUT)
    found = json.loads(path.read_text("utf-8"))
    assert "crs" not in found
    assert found["bbox"] == [0.0, -1.0, 4.0, 0.1234567]
    assert (found["attribution"], found["licence"]) == ("© Somebody; Else", "ODbL-1.0")
    ids = [feature["id"] for feature in found["features"]]
    assert len(set(ids)) == len(ids) == sum(map(len, layers()))
    for feature in found["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        spots = shapely.get_coordinates(shape(feature["geometry"]))
        assert (np.round(spots, DECIMALS) == spots).all()


def line_layer(*lines: list[tuple[float, float]]) -> Layer:
    return Layer(
        name="drawn", title="Drawn", columns={"n": Column.of(list(range(len(lines))), int)},
        shapes=np.array([shapely.LineString(line) for line in lines]), keys=("n",),
    )  # fmt: skip


@pytest.mark.parametrize("line", [
    [(179.0, 10.0), (-179.0, 12.0)],
    [(-170.0, 10.0), (170.0, 0.0), (160.0, 0.0)],
    [(170.0, 1.0), (180.0, 2.0), (-175.0, 3.0)],
    [(170.0, 1.0), (-180.0, 2.0), (-175.0, 3.0)],
    [(170.0, 1.0), (-170.0, 1.0), (170.0, 5.0)],
])  # fmt: skip
def test_lines_over_the_antimeridian_are_split_there(line: list[tuple[float, float]]) -> None:
    drawn = rounded(line_layer(line, [(150.0, 0.0), (160.0, 20.0)]))
    parts = [[(x, y) for x, y in part.coords] for part in shapely.get_parts(drawn.shapes[:1])]
    assert len(parts) > 1
    for before, after in pairwise(parts):
        assert abs(before[-1][0]) == abs(after[0][0]) == 180
        assert (before[-1][0], before[-1][1]) == (-after[0][0], after[0][1])
    for part in parts:
        assert all(abs(a[0] - b[0]) <= 180 for a, b in pairwise(part))
    assert (parts[0][0], parts[-1][-1]) == (line[0], line[-1])
    whole = geodesic_length_km(line)
    # the cut is straight on the map, not on the ellipsoid
    assert sum(map(geodesic_length_km, parts)) == pytest.approx(whole, rel=2e-3)
    west, south, east, north = bounds_of([drawn])  # type: ignore[misc]
    assert west > east
    assert (south, north) == (min(0.0, *(y for _, y in line)), 20.0)
    for x in shapely.get_coordinates(drawn.shapes)[:, 0]:
        assert x >= west or x <= east
    text = json.loads("".join(geojson_text([drawn], {})))
    assert text["bbox"] == [west, south, east, north]
    assert text["features"][0]["geometry"]["type"] == "MultiLineString"


def test_countries() -> None:
    lines, places, crossings, sea = layers("rail", "places", "crossings", "sea")
    assert in_countries(lines, ["BB"]).columns["link_id"].cells() == [1]
    assert in_countries(places, ["BB"]).columns["place_id"].cells() == ["EEE"]
    assert len(in_countries(crossings, ["BB"])) == len(in_countries(crossings, ["AA"])) == 1
    assert len(in_countries(crossings, ["CC"])) == len(in_countries(sea, ["AA"])) == 0
    assert len(in_countries(lines, [])) == 2


@pytest.mark.parametrize(("box", "links"), [
    ("-1,-1,1,1", [0]),
    ("3,-1,5,1", [1]),
    ("2.003,-1,2.006,1", []),
    ("-180,-90,180,90", [0, 1]),
    ("3,-1,-170,1", [1]),  # over the antimeridian
    ("170,-1,1,1", [0]),
])  # fmt: skip
def test_boxes(box: str, links: list[int]) -> None:
    (lines,) = layers("rail")
    assert in_box(lines, box_of(box)).columns["link_id"].cells() == links


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "0,2,1,1", "0,0,200,1",
                                  "0,-91,1,1", "nan,0,1,1", "0,nan,1,1"])  # fmt: skip
def test_what_is_no_box(text: str) -> None:
    with pytest.raises(ValueError, match=r"W,S,E,N|west and east|south"):
        box_of(text)


def test_what_is_retired_is_not_exported() -> None:
    before = network()
    rail = replace(before.layer(Mode.RAIL), retired=frozenset({0}))
    after = worlds.whole([rail], [])
    assert lines_layer(Mode.RAIL, after, world()).columns["link_id"].cells() == [1]


def test_parameters_of_a_line_go_along() -> None:
    own = worlds.parameter("speed.line.dream.*", 700.0, "km_per_day")
    prices = worlds.parameters()
    with_own = replace(world(), parameters=type(prices)([*prices.rows, own]))
    rail = network().layer(Mode.RAIL)
    links = {**rail.links, "name": np.array(["", "dream"], dtype=object)}
    layer = lines_layer(Mode.RAIL, worlds.whole([replace(rail, links=links)], []), with_own)
    assert layer.columns["speed_km_per_day"].cells() == [None, 700.0]
    assert "co2e_g_per_tkm" not in layer.columns


def test_an_unknown_ending_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"unknown format '.dwg'; end the name in .gpkg"):
        write_layers(tmp_path / "air.dwg", layers("sea"), ABOUT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_layer_is_a_file_too(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"none.{ending}"
    write_layers(path, layers("air"), ABOUT)
    assert len(read(path, "air")) == 0


def test_the_network_says_whose_it_is() -> None:
    about = about_network(Network())
    assert any("OpenStreetMap" in notice for notice in about.attribution)
    assert about.data_version == Network().version
