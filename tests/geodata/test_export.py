"""Layers of the network as GIS files, read back by GDAL and geopandas."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
from geodata.export import network_layer, places_layer, write_layer

from geodata.errors import DataError
from geodata.files import write_text_whole, write_whole
from geodata.vocabulary import Mode
from geodata.world import load_world


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "fgb", "parquet"])
def test_what_is_written_is_read_back(tmp_path: Path, ending: str) -> None:
    frame = network_layer(Mode.AIR)
    path = tmp_path / f"air.{ending}"
    write_layer(frame, path)
    read = geopandas.read_parquet if ending == "parquet" else geopandas.read_file
    again = read(path).sort_values("link_id", ignore_index=True)  # FlatGeobuf sorts in space
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert list(again["length_m"]) == list(frame["length_m"])
    assert again.crs == frame.crs == "EPSG:4326"
    assert again.geometry.geom_equals_exact(frame.geometry, tolerance=1e-6).all()


def test_places_are_points_where_the_table_has_them() -> None:
    world = load_world()
    frame = places_layer(world).set_index("place_id")
    assert len(frame) == len(world.places)
    assert (frame.geometry["KZUKT"].x, frame.geometry["KZUKT"].y) == (
        world.places["KZUKT"].lon,
        world.places["KZUKT"].lat,
    )


def test_an_unknown_ending_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"unknown format '.dwg'; end the name in .gpkg"):
        write_layer(network_layer(Mode.AIR), tmp_path / "air.dwg")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_writer_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "result.txt"
    write_text_whole(path, "old")

    def fail(scratch: Path) -> None:
        scratch.write_text("half")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        write_whole(path, fail)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.txt"]


@pytest.mark.parametrize(("name", "message"), [
    ("", "is a folder"),
    ("no/such/file.txt", "folder of .* does not exist"),
])  # fmt: skip
def test_impossible_targets(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        write_text_whole(tmp_path / name, "x")
