"""What the README shows is what the product does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from corridors.cli import main
from corridors.request import Request
from corridors.sweep_file import read_sweep
from corridors.text import to_markdown
from corridors.validation import Judge, Kind, load_benchmarks
from corridors.validation_report import accuracy_rows

README = Path(__file__).parents[1] / "README.md"
EXAMPLE = re.compile(r"<!-- example: (\S+) -->\n```json\n(.*?)```", re.DOTALL)


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the README's example files into an empty folder, and go there."""
    found = EXAMPLE.findall(README.read_text("utf-8"))
    assert [name for name, _ in found] == [
        "rasht-astara.geojson", "dry-port.geojson", "closed-bridge.geojson",
    ]  # fmt: skip
    for name, text in found:
        (tmp_path / name).write_text(json.dumps(json.loads(text)), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cost(*files: str, corridor: str) -> int:
    request = Request(with_files=tuple(map(Path, files)), corridor=(corridor,))
    (itinerary,) = request.planner.compare(request.corridors).itineraries
    return itinerary.criteria.cost_cents


def test_the_examples_do_what_is_said_of_them(
    examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line drawn by hand saves what the planned line of the tables saves, within 1 %."""
    drawn = cost("rasht-astara.geojson", corridor="instc-west-astara")
    assert drawn < cost(corridor="instc-west-astara")
    planned = Request(scenario="rasht-astara", corridor=("instc-west-astara",))
    (itinerary,) = planned.planner.compare(planned.corridors).itineraries
    assert drawn == pytest.approx(itinerary.criteria.cost_cents, rel=0.01)
    by_uzbekistan = "instc-east-sarakhs"
    assert cost("closed-bridge.geojson", corridor=by_uzbekistan) > cost(corridor=by_uzbekistan)
    assert main(["network", "check", "dry-port.geojson"]) == 0
    assert "place on rail" in capsys.readouterr().out


def test_a_place_of_a_file_can_be_gone_to(examples: Path) -> None:
    files = (Path("dry-port.geojson"),)
    request = Request(with_files=files, destination="Zhetygen dry port")
    (itinerary,) = request.planner.route().itineraries
    assert itinerary.legs[-1].from_name == "Zhetygen dry port"


def test_the_accuracy_table_is_what_validation_finds() -> None:
    """To write it anew after a change of data: print what `expected` is."""
    request = Request()
    judge = Judge(request.world, request.compiled)
    rows = [row for row in load_benchmarks() if row.kind is Kind.DISTANCE]
    found = accuracy_rows([judge.judge(row) for row in rows])
    expected = to_markdown(found, list(found[0]))
    text = README.read_text("utf-8")
    assert text.split("<!-- accuracy -->\n")[1].split("<!-- end -->")[0] == expected


def test_the_sweep_is_one(tmp_path: Path) -> None:
    """Also with every line that the example only mentions."""
    (text,) = re.findall(
        r"<!-- example: cases.toml -->\n```toml\n(.*?)```", README.read_text("utf-8"), re.DOTALL
    )
    (tmp_path / "plants.csv").write_text("plant,lat,lon\nChatrapur,19.35,85\n", "utf-8")
    for name, shown in (
        ("as-it-stands", text),
        ("all", re.sub(r"^# (?=\w+ =)", "", text, flags=re.M)),
    ):
        path = tmp_path / f"{name}.toml"
        path.write_text(shown, "utf-8")
        sweep = read_sweep(path)
        assert (len(sweep.variants), len(sweep.cargoes), sweep.draws) == (4, 2, 1000)
    assert sweep.corridors == ("suez-st-petersburg",)
    assert "Chatrapur" in [point.name for point in sweep.origins]
