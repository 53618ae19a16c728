"""The shipped base map: what the page relies on."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest
import shapely

from geodata.build.basemap import AREA

LARGEST_BYTES = 450_000


@pytest.fixture(scope="module")
def text() -> str:
    return resources.files("maps").joinpath("assets", "basemap.json").read_text("utf-8")


@pytest.fixture(scope="module")
def ground(text: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def test_it_is_small_and_complete(text: str, ground: dict[str, Any]) -> None:
    assert len(text.encode()) <= LARGEST_BYTES
    assert list(ground) == ["land", "rivers", "lakes", "borders", "labels"]
    assert all(layer["type"] == "FeatureCollection" for layer in ground.values())


@pytest.mark.parametrize(
    ("name", "lon", "lat", "on_land"),
    [
        ("Oskemen", 82.6, 50.0, True),
        ("Nagpur", 79.1, 21.1, True),
        ("Kerman", 57.0, 30.3, True),
        ("Caspian Sea", 51.0, 41.0, False),
        ("Arabian Sea", 65.0, 18.0, False),
        ("Bay of Bengal", 88.0, 16.0, False),
        ("Black Sea", 35.0, 43.0, False),
    ],
)
def test_land_is_land_and_sea_is_sea(
    ground: dict[str, Any], name: str, lon: float, lat: float, on_land: bool
) -> None:
    land = shapely.geometry.shape(ground["land"]["features"][0]["geometry"])
    assert shapely.make_valid(land).contains(shapely.Point(lon, lat)) is on_land


@pytest.mark.parametrize(
    ("name", "lon", "lat"),
    [
        ("Volga at Volgograd", 44.5, 48.7),
        ("Irtysh at Semey", 80.2, 50.4),
        ("Ganges at Varanasi", 83.0, 25.3),
        ("Yangtze at Wuhan", 114.3, 30.6),
    ],
)
def test_the_large_rivers_run_where_they_do(
    ground: dict[str, Any], name: str, lon: float, lat: float
) -> None:
    rivers = shapely.geometry.shape(ground["rivers"]["features"][0]["geometry"])
    assert rivers.distance(shapely.Point(lon, lat)) < 0.4


def test_names_are_inside_and_carry_what_the_page_reads(ground: dict[str, Any]) -> None:
    west, south, east, north = AREA
    names: dict[str, list[str]] = {}
    for feature in ground["labels"]["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        assert west <= lon <= east
        assert south <= lat <= north
        properties = feature["properties"]
        assert set(properties) == {"name", "kind", "min_zoom", "rank"}
        names.setdefault(properties["kind"], []).append(properties["name"])
    assert set(names) == {"country", "sea", "city"}
    assert {"Kazakhstan", "India", "Iran", "China"} <= set(names["country"])
    assert {"Mumbai", "Almaty", "Tashkent", "Tehran", "Ürümqi"} <= set(names["city"])
    assert "Caspian Sea" in names["sea"]
