"""`corridors network refresh`, from the command line to the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from osm_worlds import Drawing, serving, write_pbf, write_xml

from corridors.cli import main

IRAN = Drawing(
    # one line from Rasht a little way along the coast, far inside Iran
    nodes={1: (49.60, 37.20), 2: (49.70, 37.20), 3: (49.80, 37.20)},
    ways={1: ({"railway": "rail", "gauge": "1435"}, [1, 2, 3])},
)
BOX = "49,37,50,38"


def refresh(*more: str, country: str = "IR", mode: str = "rail") -> int:
    return main(["network", "refresh", "--mode", mode, "--country", country, *more])


def test_a_region_over_overpass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cache, out = str(tmp_path / "cache"), str(tmp_path / "out")
    with serving(IRAN) as overpass:
        options = ("--bbox", BOX, "--server", overpass.url, "--cache", cache, "-o", out)
        assert refresh(*options, "--format", "json") == 0
        told = capsys.readouterr()
        (row,) = json.loads(told.out)
        assert (row["gauge_mm"], row["links"], row["as_of"]) == (1435, 1, "2026-01-31")
        assert row["km"] == 17.8  # 0.2 degrees at 37.2 north
        assert "the shipped line that is nearest" in told.err
        path = tmp_path / "out" / "lines" / "rail-IR_49_37_50_38.geojson"
        assert str(path) in told.err
        first = path.read_bytes()
        assert "replaces" not in json.loads(first)
        count = len(overpass.asked)
        assert refresh(*options, "--quiet") == 0
        assert not capsys.readouterr().err
        assert len(overpass.asked) == count
        assert path.read_bytes() == first


@pytest.mark.parametrize("name", ["ir.osm", "ir.osm.pbf"])
def test_an_extract(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write = write_pbf if name.endswith("pbf") else write_xml
    file, out = str(write(IRAN, tmp_path / name)), str(tmp_path / "out")
    assert refresh("--file", file, "-o", out) == 1
    assert "--replace" in capsys.readouterr().err
    assert refresh("--file", file, "-o", out, "--replace") == 0
    assert "give way" in capsys.readouterr().err
    written = json.loads((tmp_path / "out" / "lines" / "rail-IR.geojson").read_text())
    assert written["replaces"] == "rail IR"


@pytest.mark.parametrize(("options", "message"), [
    (("--bbox", "1,2,3"), "west,south,east,north"),
    (("--bbox", "50,37,49,38"), "west,south,east,north"),
    (("--bbox", "nan,37,49,38"), "west,south,east,north"),
    (("--gauge", "1234"), "known gauges"),
    (("--as-of", "yesterday"), "2026-01-31"),
])  # fmt: skip
def test_wrong_options(
    options: tuple[str, ...], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refresh(*options, "-o", str(tmp_path)) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "lines").exists()


def test_wrong_subjects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refresh("-o", str(tmp_path), country="Iran", mode="air") == 1
    told = capsys.readouterr().err
    assert "ISO 3166-1" in told
    assert "rail, road and ferry" in told


def test_no_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--server", "http://127.0.0.1:9/api", "--cache", str(tmp_path / "cache"))
    assert refresh(*options, "-o", str(tmp_path / "out")) == 1
    assert "--file" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
