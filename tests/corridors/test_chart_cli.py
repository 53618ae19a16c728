"""`corridors chart`: pictures of the right kind and size, with names, or a clear refusal."""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from corridors import cli_chart
from corridors.cli import main
from corridors.request import Request
from maps.charts.kinds import KINDS

PNG = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"


def words(path: Path) -> str:
    root = ElementTree.fromstring(path.read_text("utf-8"))
    assert root.tag == f"{SVG}svg"
    return "\n".join(" ".join(text.itertext()) for text in root.iter(f"{SVG}text"))


def names() -> list[str]:
    request = Request()
    return [one.name for one in request.planner.compare(request.corridors).itineraries]


def test_the_kinds_are_those_of_the_page() -> None:
    assert [kind.value for kind in cli_chart.Kind] == list(KINDS)


@pytest.mark.parametrize("kind", ["time-distance", "cost-composition", "risk"])
def test_a_picture_names_every_corridor(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "chart.svg"
    assert main(["chart", kind, "-o", str(path)]) == 0
    text = " ".join(words(path).split())
    for name in names():
        assert " ".join(name.split()) in text
    assert "@" not in text
    assert "Scenario: Open" in text


@pytest.mark.parametrize("kind", ["cost-distance", "time-composition", "front", "tornado"])
def test_a_png_is_a_png_of_twice_the_drawing_and_always_the_same(kind: str, tmp_path: Path) -> None:
    pictures = [tmp_path / "a.png", tmp_path / "b.PNG"]
    for path in pictures:
        assert main(["chart", kind, "-o", str(path)]) == 0
    first, second = (path.read_bytes() for path in pictures)
    assert first == second
    assert first.startswith(PNG)
    width, height = struct.unpack(">II", first[16:24])
    assert width > 1280
    assert height > 600


def test_what_moves_the_lead_names_both_and_where_they_tie(tmp_path: Path) -> None:
    path = tmp_path / "gap.json"
    assert main(["chart", "tornado-gap", "-o", str(path)]) == 0
    spec = json.loads(path.read_text("utf-8"))
    best, after, *_ = names()
    assert best in spec["title"]["subtitle"][0]
    assert after in spec["title"]["subtitle"][0]
    swings = spec["datasets"]["swings"]
    assert swings[0]["turn"] > 0
    sizes = [abs(swing["at_high"] - swing["at_low"]) for swing in swings]
    assert sizes == sorted(sizes, reverse=True)


def test_json_is_vega_lite_with_its_rows_and_follows_the_request(tmp_path: Path) -> None:
    path = tmp_path / "chart.json"
    options = ["--corridor", "instc-east-sarakhs", "--set", "border_dwell.sarakhs-rail.*=100"]
    assert main(["chart", "time-distance", *options, "-o", str(path)]) == 0
    spec = json.loads(path.read_text("utf-8"))
    assert "vega-lite" in spec["$schema"]
    (step,) = (
        row for row in spec["datasets"]["stops"]
        if row["operation"] == "border_crossing" and "Sarakhs" in row["place"]
    )  # fmt: skip
    assert step["amount"] == pytest.approx(100 / 24, abs=1 / 24 / 60)
    assert '"@' not in path.read_text("utf-8")
    assert '"$i' not in path.read_text("utf-8")


def test_dark_and_light_differ_in_colours_only(tmp_path: Path) -> None:
    specs = []
    for theme in ("light", "dark"):
        path = tmp_path / f"{theme}.json"
        assert main(["chart", "front", "--theme", theme, "-o", str(path)]) == 0
        specs.append(json.loads(path.read_text("utf-8")))
    light, dark = specs
    assert light["datasets"] == dark["datasets"]
    assert (light["config"]["background"], dark["config"]["background"]) == ("#ffffff", "#14191e")


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (["chart", "front", "-o", "chart.html"], 2, ".png, .svg, .json"),
        (["chart", "pie", "-o", "chart.png"], 2, "pie"),
        (["chart", "front"], 2, "--output"),
        (["chart", "front", "-o", "no/such/chart.json"], 1, "does not exist"),
        (
            ["chart", "tornado-gap", "--corridor", "air-bom-ala", "-o", "gap.json"],
            1,
            "no lead over another",
        ),
        (
            ["chart", "front", "--corridor", "chabahar-rail", "-o", "none.json"],
            3,
            "nothing to draw",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    argv: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(argv) == code
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_without_the_converter_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert main(["chart", "front", "-o", str(tmp_path / "chart.png")]) == 1
    assert "pip install 'freight-corridors[charts]'" in capsys.readouterr().err
    assert main(["chart", "front", "-o", str(tmp_path / "chart.json")]) == 0
