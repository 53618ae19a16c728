"""A request's own lines: by --with, by a folder of tables, as far as --join-km, never silently."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import pytest

from corridors.cli import main
from corridors.request import Request, line_files
from geodata.checks.run import added_checks

Capture = pytest.CaptureFixture[str]
COAST = [[49.64, 37.2], [49.3, 37.3], [49.14, 37.55], [48.91, 37.8], [48.86, 38.41]]
WEST = ("compare", "--corridor", "instc-west-astara", "--format", "json")


def write(path: Path, spots: list[list[float]] = COAST, **more: object) -> Path:
    """Write Rasht - Astara, which starts 0.5 km from Rasht and ends 1.9 km from Astara."""
    rail = {"mode": "rail", "country": "IR", "gauge_mm": 1435, "status": "operational"}
    geometry = {"type": "LineString", "coordinates": spots}
    feature = {"type": "Feature", "properties": {**rail, **more}, "geometry": geometry}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(feature))
    return path


def told(capsys: Capture, *argv: object) -> tuple[str, str]:
    assert main([str(part) for part in argv]) == 0
    return capsys.readouterr()


def test_lines_in_a_folder_of_tables_count_as_those_of_with(
    capsys: Capture, tmp_path: Path
) -> None:
    path = write(tmp_path / "mine" / "lines" / "rail-IR.geojson")
    shipped, _ = told(capsys, *WEST)
    by_folder, _ = told(capsys, *WEST, "--data", tmp_path / "mine")
    by_with, _ = told(capsys, *WEST, "--with", path)
    assert by_folder == by_with != shipped


def test_parts_of_a_shapefile_and_hidden_files_are_no_lines_of_their_own(tmp_path: Path) -> None:
    path = write(tmp_path / "drawn.geojson")
    lines = tmp_path / "mine" / "lines"
    lines.mkdir(parents=True)
    geopandas.read_file(path).to_crs(32639).to_file(lines / "rail.shp")
    (lines / ".DS_Store").write_bytes(b"not lines")
    assert line_files(tmp_path / "mine") == [lines / "rail.shp"]
    assert len(Request(data=(tmp_path / "mine",)).attached.joined) == 2
    assert line_files(tmp_path) == []


def test_distances_are_measured_on_own_lines(capsys: Capture, tmp_path: Path) -> None:
    path = write(tmp_path / "mine.geojson", length_km=164)
    way = ("distance", "IRRAS", "IRAST", "--mode", "rail", "--format", "json")
    km = json.loads(told(capsys, *way, "--with", path)[0])["length_km"]
    assert km == pytest.approx(164 + 0.499 + 1.88, abs=0.01)
    assert json.loads(told(capsys, *way)[0])["length_km"] > 1000


@pytest.mark.parametrize(("join_km", "joined"), [(0.4, 0), (1.0, 1), (2.0, 2)])
def test_ends_are_moved_as_far_as_asked(join_km: float, joined: int, tmp_path: Path) -> None:
    request = Request(with_files=(write(tmp_path / "mine.geojson"),), join_km=join_km)
    assert sum(row.to != "nothing" for row in request.attached.joined) == joined
    assert len(request.remarks) == 2 - joined


def test_what_joins_nothing_is_said_wherever_files_are_used(
    capsys: Capture, tmp_path: Path
) -> None:
    path = write(tmp_path / "mine.geojson", [[57.0, 33.0], [57.5, 33.5]])
    _, remarks = told(capsys, *WEST, "--with", path)
    assert "its start (57, 33) joins nothing" in remarks
    assert "its end (57.5, 33.5) joins nothing" in remarks
    _, remarks = told(capsys, *WEST, "--with", path, "--quiet")
    assert remarks == ""
    _, remarks = told(capsys, *WEST, "--with", write(tmp_path / "good.geojson"))
    assert remarks == ""


@pytest.mark.parametrize("option", ["--join-km", "--snap-km"])
@pytest.mark.parametrize("value", ["nan", "inf", "-1"])
def test_a_distance_is_a_finite_number(capsys: Capture, option: str, value: str) -> None:
    assert main([*WEST, f"{option}={value}"]) == 2
    assert "zero or more" in capsys.readouterr().err


@pytest.mark.parametrize(("km", "wrong"), [(164, 0), (200, 1)])
def test_a_length_that_the_importer_takes_is_not_called_wrong_for_being_a_little_short(
    km: int, wrong: int, tmp_path: Path
) -> None:
    request = Request(with_files=(write(tmp_path / "mine.geojson", length_km=km),))
    checks = {check.check_id: check for check in added_checks(request.tables, request.attached)}
    assert len(checks["length-rail"].wrong) == wrong


def test_listings_show_what_files_add(capsys: Capture, tmp_path: Path) -> None:
    path = write(tmp_path / "own.geojson", name="Coast line", speed_km_per_day=900)
    listed, _ = told(capsys, "parameters", "Coast line", "--with", path, "--format", "csv")
    assert "speed.line.Coast line.*,900" in listed
    port = {"kind": "dry_port", "name": "New yard", "country": "IR", "modes": ["rail"],
            "gauge_mm": 1435, "cargo_units": ["container_20"], "loading": ["rail"]}  # fmt: skip
    point = {"type": "Point", "coordinates": [49.63, 37.21]}
    (tmp_path / "port.geojson").write_text(
        json.dumps({"type": "Feature", "properties": port, "geometry": point})
    )
    places, _ = told(capsys, "places", "New yard", "--with", tmp_path / "port.geojson")
    assert "New yard" in places


@pytest.mark.parametrize(("join_km", "alone"), [("0.4", True), ("1.0", False)])
def test_a_check_says_which_lines_no_journey_can_use(
    join_km: str, alone: bool, capsys: Capture, tmp_path: Path
) -> None:
    path = write(tmp_path / "mine.geojson")
    main(["network", "check", str(path), "--join-km", join_km])
    text = " ".join(capsys.readouterr().out.split())
    assert ("1 line joins nothing at either end" in text) is alone
