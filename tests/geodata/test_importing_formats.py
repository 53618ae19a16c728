"""The same additions through every format and reference system; limits; odd paths."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import os
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import pytest
from additions import read_additions
from shapely import LineString, MultiLineString, Point

from geodata.errors import DataError
from geodata.exporting.layer import in_countries
from geodata.exporting.network_layers import about_network, lines_layer, places_layer
from geodata.exporting.writing import write_layers
from geodata.importing.model import Additions
from geodata.importing.raw import Limits
from geodata.network import Network
from geodata.vocabulary import Mode
from geodata.world import load_world

DRIVERS = {
    "gpkg": "GPKG",
    "shp": "ESRI Shapefile",
    "fgb": "FlatGeobuf",
    "kml": "LIBKML",
    "tab": "MapInfo File",
}

PLACE_ROW = {
    "name": "Yard", "kind": "dry_port", "country": "KZ", "modes": "rail road", "gauge_mm": 1520,
    "cargo_units": "container_20 bulk", "transshipments": "rail-road", "loading": "rail,road",
}  # fmt: skip
LINE_ROW = {
    "name": "Own", "mode": "rail", "country": "KZ", "gauge_mm": 1520, "status": "planned",
    "as_of": "2026-01-31", "opens": 2031, "length_km": 130.5, "geometry_basis": "surveyed",
    "speed_km_per_day": 500.5, "co2e_g_per_tkm": 9.5,
}  # fmt: skip
READ = (
    "country", "gauge_mm", "status", "as_of", "opens", "name", "length_m", "geometry_basis",
)  # fmt: skip
LINE = LineString([(77.0, 43.5), (77.5, 43.9), (78.1, 44.1)])
SPOT = Point(77.1, 43.6)


def frame_of(row: dict[str, Any], shape: Any, crs: str | None) -> Any:
    frame = geopandas.GeoDataFrame([row], geometry=[shape], crs="EPSG:4326")
    return frame.to_crs(crs) if crs else frame.set_crs(None, allow_override=True)


def saved(path: Path, row: dict[str, Any], shape: Any, crs: str | None) -> Path:
    frame = frame_of(row, shape, crs)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
        return path
    if crs is None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # geopandas warns that no reference system is written
            frame.to_file(path, driver=DRIVERS[path.suffix[1:]], engine="pyogrio")
        return path
    if path.suffix == ".shp":
        frame = frame.rename(columns={name: name[:10] for name in row})
    frame.to_file(path, driver=DRIVERS[path.suffix[1:]], engine="pyogrio")
    return path


def as_geojson(path: Path, row: dict[str, Any], shape: Any) -> Path:
    drawn = {"type": "Feature", "properties": row, "geometry": shape.__geo_interface__}
    path.write_text(json.dumps(drawn), encoding="utf-8")
    return path


DEFAULT = Limits()


def problems_of(*paths: Path, limits: Limits = DEFAULT) -> tuple[str, ...]:
    with pytest.raises(DataError) as caught:
        read_additions(paths, limits=limits)
    return caught.value.problems


def bare(found: Additions) -> Additions:
    """Take away where additions come from, and round their positions to 1 cm."""

    def rounded(position: Any) -> Any:
        return (round(position[0], 7), round(position[1], 7))

    nowhere = {"origin": None}
    return Additions(
        links=tuple(
            replace(link, **nowhere, line=tuple(map(rounded, link.line))) for link in found.links
        ),
        places=tuple(
            replace(place, **nowhere, position=rounded(place.position)) for place in found.places
        ),
    )


@pytest.mark.parametrize(("ending", "crs"), [
    ("kml", "EPSG:4326"),  # by definition
    *itertools.product(
        ["gpkg", "shp", "fgb", "parquet"], ["EPSG:4326", "EPSG:32643", "EPSG:3857", "EPSG:20007"]
    ),
])  # fmt: skip
@pytest.mark.parametrize(("row", "shape"), [(PLACE_ROW, SPOT), (LINE_ROW, LINE)])
def test_every_format_says_the_same(
    tmp_path: Path, ending: str, crs: str, row: dict[str, Any], shape: Any
) -> None:
    found = read_additions([saved(tmp_path / f"drawn.{ending}", row, shape, crs)])
    expected = read_additions([as_geojson(tmp_path / "drawn.geojson", row, shape)])
    assert bare(found) == bare(expected)
    reprojected = [remark for remark in found.remarks if "reprojected" in remark]
    assert len(reprojected) == (crs != "EPSG:4326")
    assert reprojected == [remark for remark in found.remarks if crs in remark]


def test_mapinfo_is_read_as_far_as_it_keeps_positions(tmp_path: Path) -> None:
    found = read_additions([saved(tmp_path / "drawn.tab", LINE_ROW, LINE, "EPSG:4326")])
    expected = read_additions([as_geojson(tmp_path / "drawn.geojson", LINE_ROW, LINE)])
    (link,), (other,) = found.links, expected.links
    assert replace(link, origin=other.origin, line=other.line) == other
    for spot, drawn in zip(link.line, other.line, strict=True):
        assert spot == pytest.approx(drawn, abs=1e-6)


def test_nothing_is_written_beside_the_file(tmp_path: Path) -> None:
    """GDAL would: statistics, templates, journals."""
    folder = tmp_path / "given"
    folder.mkdir()
    for ending in ("gpkg", "shp", "fgb", "kml"):
        saved(folder / f"drawn.{ending}", LINE_ROW, LINE, "EPSG:4326")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    read_additions([folder / f"drawn.{ending}" for ending in ("shp", "fgb", "kml")])
    read_additions([folder / "drawn.gpkg"])
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_kml_as_drawn_by_hand(tmp_path: Path) -> None:
    data = "".join(
        f'<Data name="{name}"><value>{value}</value></Data>'
        for name, value in LINE_ROW.items()
        if name != "name"
    )
    path = tmp_path / "hand.kml"
    path.write_text(
        '<?xml version="1.0"?><!-- by hand --><kml xmlns="http://www.opengis.net/kml/2.2">'
        "<Document><Placemark><name>Own</name><description>By hand</description>"
        f"<ExtendedData>{data}</ExtendedData><LineString><coordinates>77,43.5 77.5,43.9 78.1,44.1"
        "</coordinates></LineString></Placemark></Document></kml>"
    )
    expected = read_additions([as_geojson(tmp_path / "drawn.geojson", LINE_ROW, LINE)])
    assert bare(read_additions([path])) == bare(expected)


@pytest.mark.parametrize("content", [
    "<OGRVRTDataSource><SrcDataSource>x</SrcDataSource></OGRVRTDataSource>",
    "<!-- <kml> --><OGRVRTDataSource/>",
    "<kml><!-- --><OGRWFSDataSource/></kml>",
    "<?xml version='1.0'?><osm/>",
    '<ogr:FeatureCollection xsi:schemaLocation="http://localhost/x.xsd"/>',
])  # fmt: skip
@pytest.mark.parametrize("name", ["x.kml", "x.gpkg", "x.tab", "x.geojson"])
def test_what_would_lead_elsewhere_is_not_given_to_gdal(
    tmp_path: Path, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    assert problems_of(path) == ("is XML, but not KML; save it as GeoJSON or GeoPackage",)


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "parquet"])
@pytest.mark.parametrize("own", ["mine", 7.5])
def test_a_row_without_an_id_is_not_called_none(tmp_path: Path, ending: str, own: Any) -> None:
    rows = [
        {**LINE_ROW, "mode": mode, "id": each} for mode, each in (("sleigh", own), ("cart", None))
    ]
    frame = geopandas.GeoDataFrame(rows, geometry=[LINE, LINE], crs="EPSG:4326")
    path = tmp_path / f"drawn.{ending}"
    frame.to_parquet(path) if ending == "parquet" else frame.to_file(path)
    first, second = problems_of(path)
    assert str(own) in first
    assert second.startswith("feature 2")
    assert "None" not in second
    assert "nan" not in second


@pytest.mark.parametrize("ending", ["gpkg", "shp", "fgb", "parquet"])
def test_without_reference_system_nothing_is_guessed(tmp_path: Path, ending: str) -> None:
    path = saved(tmp_path / f"drawn.{ending}", LINE_ROW, LINE, None)
    (problem,) = problems_of(path)
    assert problem.startswith("the file names no coordinate reference system; set it")


def test_geojson_of_before_rfc_7946_is_reprojected(tmp_path: Path) -> None:
    frame = frame_of({}, LINE, "EPSG:32643")
    line = {"type": "LineString", "coordinates": [list(spot) for spot in frame.geometry[0].coords]}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32643"}}
    feature = {"type": "Feature", "properties": LINE_ROW, "geometry": line}
    path = tmp_path / "old.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
    expected = read_additions([as_geojson(tmp_path / "new.geojson", LINE_ROW, LINE)])
    found = read_additions([path])
    assert bare(found) == bare(expected)
    assert found.remarks == (f"{path}: positions were reprojected from EPSG:32643 to EPSG:4326",)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_geojson_that_names_degrees_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    path = as_geojson(tmp_path / "new.geojson", LINE_ROW, LINE)
    feature = json.loads(path.read_text())
    old = tmp_path / "old.geojson"
    crs = {"type": "name", "properties": {"name": name}}
    old.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
    assert read_additions([old]).links[0].line == read_additions([path]).links[0].line


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    path = as_geojson(tmp_path / "drawn.geojson", LINE_ROW, LINE)
    marked = tmp_path / "marked.geojson"
    marked.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert bare(read_additions([marked])) == bare(read_additions([path]))


def test_all_layers_of_a_geopackage_are_read(tmp_path: Path) -> None:
    path = tmp_path / "layers.gpkg"
    frame_of(LINE_ROW, LINE, "EPSG:3857").to_file(path, layer="lines", driver="GPKG")
    frame_of(PLACE_ROW, SPOT, "EPSG:4326").to_file(path, layer="spots", driver="GPKG")
    found = read_additions([path])
    assert [link.origin.feature_id for link in found.links] == ["lines.1"]
    assert [place.origin.number for place in found.places] == [2]
    assert bare(found).links[0].line == tuple(LINE.coords)


@pytest.mark.parametrize("table", ["layer_styles", "notes"])
def test_a_table_without_shapes_is_passed_over_and_said_unless_it_is_of_styles(
    table: str, tmp_path: Path
) -> None:
    import pyogrio

    path = saved(tmp_path / "styled.gpkg", LINE_ROW, LINE, "EPSG:4326")
    styles = geopandas.pd.DataFrame({"styleName": ["x"], "styleQML": ["<qgis/>"]})
    pyogrio.write_dataframe(styles, path, layer=table, driver="GPKG")
    found = read_additions([path])
    assert len(found.links) == 1
    said = (f"{path}: layer notes draws nothing and was not read",)
    assert found.remarks == (said if table == "notes" else ())


def test_layers_of_areas_are_passed_over_and_said(tmp_path: Path) -> None:
    path = saved(tmp_path / "layers.gpkg", LINE_ROW, LINE, "EPSG:4326")
    frame_of({"admin": "Gilan"}, SPOT.buffer(1), "EPSG:4326").to_file(path, layer="provinces")
    found = read_additions([path])
    assert [link.origin.feature_id for link in found.links] == ["layers.1"]
    assert f"{path}: layer provinces draws areas" in found.remarks[0]


def test_a_layer_that_says_nothing_is_one_problem_and_another_can_be_read_alone(
    tmp_path: Path,
) -> None:
    path = saved(tmp_path / "layers.gpkg", LINE_ROW, LINE, "EPSG:4326")
    rivers = geopandas.GeoDataFrame({"river": ["A", "B"]}, geometry=[LINE, LINE], crs="EPSG:4326")
    rivers.to_file(path, layer="rivers")
    (problem,) = problems_of(path)
    assert problem.startswith("layer rivers: no column says the mode of lines or the kind")
    alone = read_additions([Path(f"{path}|layername=layers")])
    assert len(alone.links) == 1
    assert alone.digest != saved_digest(path)
    (problem,) = problems_of(Path(f"{path}|layername=railways"))
    assert problem == "there is no layer railways; there are layers, rivers"
    drawn = as_geojson(tmp_path / "drawn.geojson", LINE_ROW, LINE)
    assert "no layers" in problems_of(Path(f"{drawn}|layername=x"))[0]


def saved_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("encoding", "name", "said"),
    [
        ("UTF-8", "Решт", "were read as UTF-8"),
        ("cp1251", "Решт".encode("cp1251").decode("latin-1"), "read as ISO-8859-1 ('Ðåøò')"),
        ("ascii", "Rasht", ""),
    ],
)
def test_a_shapefile_that_does_not_say_its_encoding_is_noted(
    encoding: str, name: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "drawn.shp"
    row = {**LINE_ROW, "name": "Rasht" if encoding == "ascii" else "Решт"}
    frame = frame_of(row, LINE, "EPSG:4326").rename(columns={each: each[:10] for each in row})
    frame.to_file(path, encoding=encoding, engine="pyogrio")
    path.with_suffix(".cpg").unlink()
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = 0  # GDAL writes a language driver for some encodings
    path.with_suffix(".dbf").write_bytes(table)
    found = read_additions([path])
    assert [link.name for link in found.links] == [name]
    assert [said in remark for remark in found.remarks] == ([True] if said else [])
    path.with_suffix(".cpg").write_text(encoding)
    again = read_additions([path])
    assert [link.name for link in again.links] == [row["name"]]
    assert again.remarks == ()


@pytest.mark.parametrize(("ending", "delimiter", "point"), [("csv", ",", "."), ("csv", ";", ","),
                                                           ("tsv", "\t", "."), ])  # fmt: skip
@pytest.mark.parametrize("header", [("lon", "lat"), ("Longitude", "LATITUDE"), ("x", "y")])
def test_a_table_of_points_says_what_geojson_says(
    ending: str, delimiter: str, point: str, header: tuple[str, str], tmp_path: Path
) -> None:
    path = tmp_path / f"spots.{ending}"
    rows = [[*header, *PLACE_ROW], [*SPOT.coords[0], *PLACE_ROW.values()]]
    cells = [[str(cell) for cell in row] for row in rows]
    cells[1][:2] = [cell.replace(".", point) for cell in cells[1][:2]]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(cells)
    drawn = as_geojson(tmp_path / "drawn.geojson", PLACE_ROW, SPOT)
    assert bare(read_additions([path])) == bare(read_additions([drawn]))


def test_a_table_of_lines_in_wkt_says_what_geojson_says(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["WKT", *LINE_ROW], [LINE.wkt, *LINE_ROW.values()]])
    drawn = as_geojson(tmp_path / "drawn.geojson", LINE_ROW, LINE)
    assert bare(read_additions([path])) == bare(read_additions([drawn]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lon,lat,name\n77.1,43.6,Yard, one\n", "line 2 has 4 cells and the header 3"),
        ("lon,lat,name\neast,43.6,Yard\n", "feature 1: lon and lat are 'east', '43.6'; write dec"),
        ("lon,lat,name\n,,Yard\n", "feature 1: has no geometry"),
        ("wkt,name\nLINE 1,Yard\n", "feature 1: 'LINE 1' is no WKT"),
        ('lon,lat,name\n77,43,"Yard\n', "not readable ("),
        ("lon,lat,kind,KIND\n77,43,a,b\n", "columns kind, KIND mean the same"),
    ],
)
def test_a_table_that_is_wrong_says_where(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "spots.csv"
    path.write_text(text)
    assert any(problem.startswith(message) for problem in problems_of(path))


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "spots.csv"
    path.write_bytes("lon,lat,name\n77,43,Решт\n".encode("cp1251"))
    assert problems_of(path)[0].startswith("not UTF-8 text (byte 20); save it as UTF-8")


def test_gpx_is_told_how_to_become_geojson(tmp_path: Path) -> None:
    path = tmp_path / "stations.gpx"
    path.write_text('<?xml version="1.0"?><gpx version="1.1"></gpx>')
    assert "`ogr2ogr stations.geojson FILE waypoints`" in problems_of(path)[0]


def test_a_geopackage_that_a_gis_has_open_is_read_with_its_journal(tmp_path: Path) -> None:
    import sqlite3

    path = saved(tmp_path / "open.gpkg", LINE_ROW, LINE, "EPSG:4326")
    database = sqlite3.connect(path)
    database.execute("pragma journal_mode=wal")
    for (trigger,) in database.execute("select name from sqlite_master where type='trigger'"):
        database.execute(f"drop trigger {trigger}")  # they call functions that only GDAL has
    database.execute("update open set name='Renamed'")
    database.commit()
    assert read_additions([path]).links[0].name == "Renamed"
    database.close()


def test_multi_shapes_as_a_gis_saves_them(tmp_path: Path) -> None:
    lines = MultiLineString([[(77, 43), (78, 43)], [(78, 43), (79, 43.5), (80, 43)]])
    row = {key: LINE_ROW[key] for key in ("mode", "country", "gauge_mm", "opens", "status")}
    found = read_additions([saved(tmp_path / "multi.gpkg", row, lines, "EPSG:4326")])
    assert [link.line for link in found.links] == [tuple(part.coords) for part in lines.geoms]


def test_cut_names_of_a_shapefile_that_could_be_either_are_refused(tmp_path: Path) -> None:
    row = {**LINE_ROW, "tariff_usd": 0.5}
    (problem,) = problems_of(saved(tmp_path / "cut.shp", row, LINE, "EPSG:4326"))
    assert "'tariff_usd' is unknown; did you mean tariff_usd_per_t_km or" in problem
    short = {**LINE_ROW, "tariff_teu": 0.5}
    (link,) = read_additions([saved(tmp_path / "short.shp", short, LINE, "EPSG:4326")]).links
    assert link.parameters["tariff.line"] == (0.5, "usd_per_teu_km")


def test_columns_that_mean_the_same_are_refused(tmp_path: Path) -> None:
    row = {**LINE_ROW, "Mode": "road"}
    (problem,) = problems_of(saved(tmp_path / "twice.fgb", row, LINE, "EPSG:4326"))
    assert problem == "columns mode, Mode mean the same: mode; keep one of each"


def test_exported_places_are_known_and_not_added(tmp_path: Path) -> None:
    world = load_world()
    path = tmp_path / "places.gpkg"
    write_layers(path, [places_layer(world)], about_network(Network()))
    found = read_additions([path])
    assert {place.place_id for place in found.known_places} == set(world.places)
    assert (found.places, found.crossings) == ((), ())
    for place in found.known_places:
        row = world.places[place.place_id]
        assert (place.name, place.kind, place.country) == (row.name, row.kind, row.country)
        assert (place.position, place.modes) == ((row.lon, row.lat), row.modes)


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "fgb", "parquet"])
def test_an_exported_layer_is_read_without_loss(tmp_path: Path, ending: str) -> None:
    network = Network()
    layer = in_countries(lines_layer(Mode.RAIL, network, load_world()), ["IR", "AF"])
    path = tmp_path / f"rail.{ending}"
    write_layers(path, [layer], about_network(network))
    found = read_additions([path]).links
    assert len(found) == len(layer) > 100
    links = network.layer(Mode.RAIL).links
    drawn = network.layer(Mode.RAIL).lines([link.link_id for link in found])
    for link in found:
        assert link.line == drawn[link.link_id]
        assert (link.mode, link.data_version) == ("rail", network.version)
        said = {name: links[name][link.link_id] for name in READ}
        assert said == {name: getattr(link, name) for name in READ}
        assert link.source == links["source_id"][link.link_id]


@pytest.mark.parametrize(("limits", "message"), [
    (Limits(max_bytes=10), "MB, more than 0 MB; cut out"),
    (Limits(max_features=0), "features"),
    (Limits(max_vertices=2), "positions"),
    (Limits(max_names=3), "different properties, more than 3"),
])  # fmt: skip
@pytest.mark.parametrize("ending", ["geojson", "gpkg", "parquet"])
def test_limits(tmp_path: Path, ending: str, limits: Limits, message: str) -> None:
    path = tmp_path / f"drawn.{ending}"
    if ending == "geojson":
        as_geojson(path, LINE_ROW, LINE)
    else:
        saved(path, LINE_ROW, LINE, "EPSG:4326")
    (problem,) = problems_of(path, limits=limits)
    assert message in problem


def test_a_file_that_is_too_big_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "sparse.geojson"
    with path.open("wb") as stream:
        stream.truncate(500_000_000)
    path.chmod(0)
    assert problems_of(path)[0].startswith("500 MB, more than 200 MB; cut out the region")


def test_impossible_paths(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.geojson")
    assert problems_of(tmp_path) == ("is a folder; give a file in it",)
    assert problems_of(tmp_path / "no.geojson") == ("there is no such file; check the name",)
    assert "no regular file" in problems_of(tmp_path / "pipe.geojson")[0]
    assert "cannot be read" in problems_of(tmp_path / ("x" * 300))[0]
    assert "NUL" in problems_of(Path("a\0b"))[0]


@pytest.mark.parametrize("part", ["shx", "dbf", "prj"])
def test_a_part_of_a_shapefile_is_not_the_shapefile(tmp_path: Path, part: str) -> None:
    path = saved(tmp_path / "drawn.shp", LINE_ROW, LINE, "EPSG:4326")
    assert "give the .shp" in problems_of(path.with_suffix(f".{part}"))[0]


def test_a_shapefile_that_lost_its_index_says_so(tmp_path: Path) -> None:
    path = saved(tmp_path / "drawn.shp", LINE_ROW, LINE, "EPSG:4326")
    path.with_suffix(".shx").unlink()
    (problem,) = problems_of(path)
    assert problem.startswith("not readable (")
    assert ".shx" in problem


def test_an_archive_is_to_be_unpacked(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "drawn.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("drawn.geojson", "{}")
    assert problems_of(path) == ("is an archive; unpack it and give the file inside",)


def test_names_with_accents_and_blanks_are_no_matter(tmp_path: Path) -> None:
    path = saved(tmp_path / "Ligne à Öskemen.gpkg", LINE_ROW, LINE, "EPSG:4326")
    odd = tmp_path / "zip:a!b.gpkg"
    odd.write_bytes(path.read_bytes())
    assert bare(read_additions([path])) == bare(read_additions([odd]))
