"""What messages say was meant: never taken for it, and only where it can be told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from additions import read_additions

from geodata.errors import DataError
from geodata.importing.hints import in_unit

RAIL = {"mode": "rail", "country": "IR", "gauge_mm": 1435, "status": "operational"}
LINE = {"type": "LineString", "coordinates": [[49.6, 37.2], [49.3, 37.3], [48.9, 37.8]]}


def told(tmp_path: Path, *rows: dict[str, Any], geometry: Any = LINE) -> list[str]:
    features = [{"type": "Feature", "properties": row, "geometry": geometry} for row in rows]
    path = tmp_path / "drawn.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with pytest.raises(DataError) as caught:
        read_additions([path])
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("value", "unit", "digits"),
    [
        ("162 km", "km", "162"),
        ("100 mi", "km", "160.934"),
        ("100 nm", "km", "185.2"),
        ("162000 m", "km", "162"),
        ("162,5", "km", "162.5"),
        ("1 162 km.", "km", "1162"),
        ("1,162", "km", ""),  # one or a thousand
        ("1,162.5", "km", ""),
        ("1.435 m", "mm", "1435"),
        ("1520 mm", "mm", "1520"),
        ("162 versts", "km", ""),
        ("about 100", "km", ""),
        ("", "km", ""),
        (True, "km", ""),
    ],
)
def test_a_number_with_a_unit_is_brought_into_ours(value: Any, unit: str, digits: str) -> None:
    assert in_unit(value, unit) == digits


@pytest.mark.parametrize(
    ("gauge", "meant"),
    [
        ("1.435 m", ": 1435"),
        ("broad", ": 1520 or 1676"),
        ("Standard gauge", ": 1435"),
        ("unknown", ": one of 1000, 1067, 1435, 1520, 1676"),
    ],
)
def test_a_gauge_in_words_is_one_problem_with_what_it_may_be(
    gauge: str, meant: str, tmp_path: Path
) -> None:
    for name in ("gauge_mm", "gauge"):
        properties = {key: value for key, value in RAIL.items() if key != "gauge_mm"}
        (problem,) = told(tmp_path, {**properties, name: gauge})
        assert problem.endswith(f"write digits without a unit{meant}")


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("gauge", 1435, "Rename or remove it"),
        ("length_miles", 62.5, "and write 100.584 for the 62.5 miles"),
        ("length_m.", "98000", "and write 98 for the '98000' m"),
        ("speed_kmh", 60, "and write 1440 for the 60 kmh"),
        ("length", "98 km", "as length_km, '98 km' is not a number; use a decimal point"),
    ],
)
def test_a_property_by_another_name_is_told_with_what_else_changes(
    name: str, value: Any, hint: str, tmp_path: Path
) -> None:
    row = {key: said for key, said in RAIL.items() if key != "gauge_mm" or name != "gauge"}
    (problem,) = told(tmp_path, {**row, "name": "Own", name: value})
    assert hint in problem


def test_a_column_that_is_not_read_may_say_what_is_missing(tmp_path: Path) -> None:
    row = {key: value for key, value in RAIL.items() if key != "mode"}
    assert told(tmp_path, {**row, "Type": "railway"}) == [
        "feature 1: mode is missing; state one of rail, road, sea, ferry, air; 'Type' has "
        "'railway': did you mean rail?"
    ]
    (problem,) = told(tmp_path, {**row, "Type": "iron"})
    assert problem.endswith("air (not read: 'Type')")


def test_a_mistake_of_many_features_is_told_once(tmp_path: Path) -> None:
    rows = [{**RAIL, "status": "half done"} if at % 2 else RAIL for at in range(100)]
    rows[51] = {**RAIL, "mode": 7}
    half_done, seven = told(tmp_path, *rows)
    assert half_done.startswith("features 2, 4, 6, 8, ")
    assert ", ... (49 in all): status: 'half done' is not one of" in half_done
    assert seven.startswith("feature 52: mode: 7 is not one of")


def test_an_area_lacks_nothing_but_a_line_or_a_point(tmp_path: Path) -> None:
    ring = [[49.6, 37.2], [49.3, 37.3], [48.9, 37.8], [49.6, 37.2]]
    (problem,) = told(
        tmp_path, {"name": "Yard"}, geometry={"type": "Polygon", "coordinates": [ring]}
    )
    assert problem.startswith("feature 1: Polygon is not read")


@pytest.mark.parametrize(
    ("length_km", "hint"),
    [(98_000, "(98000 m would be 98 km)"), (60, "(60 miles would be 96.5606 km)"), (10, "line")],
)
def test_a_length_that_fits_in_another_unit_says_so(
    length_km: float, hint: str, tmp_path: Path
) -> None:
    (problem,) = told(tmp_path, {**RAIL, "length_km": length_km})
    assert problem.endswith(hint)


def test_ids_that_are_not_unique_are_noted(tmp_path: Path) -> None:
    path = tmp_path / "drawn.geojson"
    rows = [{**RAIL, "id": each} for each in ("a", "b", "a", None, None)]
    features = [{"type": "Feature", "properties": row, "geometry": LINE} for row in rows]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (remark,) = read_additions([path]).remarks
    assert remark.startswith(f"{path}: features 1, 3: an id that others have too")


def test_a_table_of_blanks_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "blank.csv"
    path.write_text(" , ,\n\n", "utf-8")
    with pytest.raises(DataError, match="the file is empty; export it again"):
        read_additions([path])


def test_what_only_python_takes_for_a_number_is_none(tmp_path: Path) -> None:
    path = tmp_path / "spots.csv"
    path.write_text("lon,lat,kind\n4_9.46,37.47,port\n", "utf-8")
    with pytest.raises(DataError, match="write decimal degrees"):
        read_additions([path])


@pytest.mark.parametrize("behind", ["|layername=", "|layerid=0"])
def test_behind_a_file_stands_the_name_of_a_layer(tmp_path: Path, behind: str) -> None:
    path = tmp_path / "layers.gpkg"
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"only \|layername=NAME is read"):
        read_additions([Path(f"{path}{behind}")])
