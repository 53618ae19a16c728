"""Everything wrong with files in one list: the form of features, and the good ones' fit.

The drawn world, 1 degree = 111 km: one rail line of AA, 1435 mm, and a lane between two ports::

      lat  0   A----------C
      lat -1   PORT ------ FAR
      lon      0          2
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import worlds

from geodata.errors import DataError
from geodata.importing.attach import attach
from geodata.importing.reading import check_files
from geodata.network import PlaceNode
from geodata.vocabulary import Mode

Feature = dict[str, Any]
RAIL = {"mode": "rail", "country": "AA", "gauge_mm": 1435, "status": "operational"}
YARD = {
    "kind": "dry_port", "country": "AA", "modes": ["rail"], "gauge_mm": 1435,
    "cargo_units": ["container_20"], "loading": ["rail"],
}  # fmt: skip
PORT = {"kind": "port", "country": "AA", "modes": ["sea"], "cargo_units": ["container_20"],
        "loading": ["sea"]}  # fmt: skip
FERRY = {"mode": "ferry", "status": "operational", "cargo_units": ["container_20"]}
NOT_JSON = "{"


def line(*spots: tuple[float, float], **properties: object) -> Feature:
    geometry = {"type": "LineString", "coordinates": [list(spot) for spot in spots]}
    return {"type": "Feature", "geometry": geometry, "properties": {**RAIL, **properties}}


def point(lon: float, lat: float, name: str, **properties: object) -> Feature:
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {
        "type": "Feature", "geometry": geometry, "properties": {"name": name, **YARD, **properties}
    }  # fmt: skip


def port(lon: float, lat: float, name: str, **properties: object) -> Feature:
    return {**point(lon, lat, name), "properties": {"name": name, **PORT, **properties}}


def ferry(*spots: tuple[float, float]) -> Feature:
    return {**line(*spots), "properties": FERRY}


def problems(tmp_path: Path, *files: list[Feature] | str, **members: object) -> DataError:
    rail = worlds.on_map(Mode.RAIL, [(0, 0, "AA"), (2, 0, "AA")], [(0, 1, 240)])
    sea = worlds.on_map(Mode.SEA, [(0, -1, ""), (2, -1, "")], [(0, 1, 250)])
    stands = [PlaceNode("PORT", Mode.SEA, 0, 0, 0), PlaceNode("FAR", Mode.SEA, 0, 1, 0)]
    places = [worlds.place("AAA", lon=0, lat=0), worlds.place("PORT", lon=0, lat=-1, region="R"),
              worlds.place("FAR", "BB", lon=2, lat=-1, region="R")]  # fmt: skip
    world = worlds.world(places, chokepoints=[worlds.chokepoint("canal")])
    paths = []
    for number, content in enumerate(files, start=1):
        text = content if isinstance(content, str) else json.dumps(
            {"type": "FeatureCollection", **members, "features": content}
        )  # fmt: skip
        paths.append(tmp_path / f"{number}.geojson")
        paths[-1].write_text(text)
    additions, refused = check_files(paths)
    with pytest.raises(DataError) as error:
        attach(worlds.whole([rail, sea], stands), world, additions, None, refused)
    return error.value


def test_form_and_fit_are_told_in_one_list(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        [
            line((0.5, 0), (0.5, 0.2), mode="railway"),
            line((30, 1), (30, 1.5)),
            point(1.0, 0.9, "Nowhere"),
            {**line((1, 0), (1, 0.1)), "id": "bad", "geometry": None},
            point(0.9, 0.01, "Good"),
            point(1.5, 0.0, "Taken", place_id="AAA"),
        ],
    )
    assert found.where == str(tmp_path / "1.geojson")
    assert [problem.split(";")[0] for problem in found.problems] == [
        "feature 1: mode: 'railway' is not one of rail, road, sea, ferry, air",
        "feature 4 (bad): has no geometry",
        "feature 2: lies 3118 km from the nearest line or place of AA",
        "feature 6: place AAA is there already",
    ]


@pytest.mark.parametrize(
    ("refused", "is_told"),
    [
        (line((1, 0), (1, 0.95), status="open"), False),  # would lead to the yard
        (line((1.6, 0), (1.6, 0.95), status="open"), True),  # drawn elsewhere
        (line((1, 0), (1, 99)), False),  # where it leads is not known
        (line((1, 0), (1, 99), mode="road", gauge_mm=None), True),  # no rail, wherever it leads
        (line((1, 0), (1, 0.95), mode="road"), False),  # a gauge for a road: perhaps it is rail
        (point(1, 0.95, "Beside", modes=[]), True),  # no line
        ({"type": "Feature", "geometry": None, "properties": None}, False),  # who knows what
        ({"type": "LineString"}, False),
    ],
)
def test_what_leans_on_a_refused_line_is_not_told(
    refused: Feature, is_told: bool, tmp_path: Path
) -> None:
    closed = {**point(1, 0.955, "Bridge"), "properties": {"closes": True, "mode": "rail"}}
    found = "\n".join(problems(tmp_path, [refused, point(1, 0.96, "Yard"), closed]).problems)
    assert ("no rail line of AA, 1435 mm within 25 km of Yard" in found) is is_told
    assert ("no rail line within 1 km to close" in found) is is_told


@pytest.mark.parametrize(
    ("refused", "is_told"),
    [
        (port(1, -1.1, "New", kind="harbour"), False),
        (port(1, -5, "New", kind="harbour"), True),
        (port(1, -1.1, "New", position=1), True),  # is good, but is 11 km from the lane
        (port(1, -99, "New"), False),
        (line((1, -1), (1, -1.1), status="open"), True),
    ],
)
def test_what_leans_on_a_refused_port_is_not_told(
    refused: Feature, is_told: bool, tmp_path: Path
) -> None:
    good = port(1, -1.1, "New", position=1) == refused
    others = [line((0.5, 0), (0.5, 0.2), mode="railway")] if good else []
    found = problems(tmp_path, [*others, refused, ferry((0, -1), (1, -1.1))]).problems
    # the port that is good is there, and so there is nothing to tell
    assert any("no port within" in problem for problem in found) is (is_told and not good)


def test_a_ferry_to_a_port_that_is_too_far_from_every_lane_is_told_once(tmp_path: Path) -> None:
    found = problems(tmp_path, [port(1, -6, "New"), ferry((0, -1), (1, -6))]).problems
    assert [problem.split("; ")[0].split(": ")[-1] for problem in found] == [
        "lies 567 km from the nearest line or place of AA",
        "no sea line within 150 km of New",
    ]


def test_a_file_that_cannot_be_read_may_hold_whatever_is_missing(tmp_path: Path) -> None:
    yard, astray = point(1, 0.96, "Yard"), line((30, 1), (30, 1.5))
    found = problems(tmp_path, NOT_JSON, [yard, astray])
    names = [str(tmp_path / f"{number}.geojson") for number in (1, 2)]
    assert found.where == ", ".join(names)
    assert [problem.split(":")[0] for problem in found.problems] == names
    assert "feature 2: lies" in found.problems[1]


def test_where_the_reference_system_is_not_known_nothing_is_said_of_places(tmp_path: Path) -> None:
    astray = [line((30, 1), (30, 1.5)), point(1, 0.96, "Yard")]
    found = problems(tmp_path, astray, crs=None).problems
    assert len(found) == 1
    assert "crs is null" in found[0]


def test_a_version_that_cannot_be_read_is_not_called_another(tmp_path: Path) -> None:
    exported = line((0, 0), (2, 0), link_id=0, length_m=240_000)
    found = problems(tmp_path, [exported, line((30, 1), (30, 1.5))], data_version=7).problems
    assert [problem.split(";")[0] for problem in found] == [
        "data_version: 7 is not text",
        "feature 2: lies 3118 km from the nearest line or place of AA",
    ]


@pytest.mark.parametrize(
    ("feature", "is_told"),
    [
        (line((-1, 30), (-1.1, 30.2), mode="rail"), True),
        (line((-1, 30), (-1.1, 30.2), mode="train"), True),
        (line((-1, 30), (-1.1, 30.2), status="half done", name="x", opens="soon"), True),
        (point(-1, 30, "Yard", kind="stop"), True),
        (line((30, -1), (30.2, -1.1), mode="train"), False),
        (line((-1, 30), (-1.1, 30.2), mode="train", country=None), True),
        (line((-1, 30), (-1.1, 30.2), mode="sea", gauge_mm=None, status="half done"), False),
    ],
)
def test_swapped_coordinates_are_told_beside_what_else_is_wrong(
    feature: Feature, is_told: bool, tmp_path: Path
) -> None:
    rail = worlds.on_map(Mode.RAIL, [(30, -1, "AA"), (32, -1, "AA")], [(0, 1, 240)])
    world = worlds.world([worlds.place("AAA", lon=30, lat=-1)])
    path = tmp_path / "1.geojson"
    path.write_text(json.dumps(feature))
    additions, refused = check_files([path])
    if refused.problems or is_told:
        with pytest.raises(DataError) as error:
            attach(worlds.whole([rail], []), world, additions, None, refused)
        told = [problem for problem in error.value.problems if "look swapped" in problem]
        assert len(told) == is_told
        assert not any("within" in problem for problem in error.value.problems)
