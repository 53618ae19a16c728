"""What the README shows is what the product does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import told

from corridors.cli import main
from corridors.request import Request
from corridors.sweep_file import read_sweep
from corridors.text import to_markdown
from corridors.validation import Judge, Kind, load_benchmarks
from corridors.validation_report import accuracy_rows

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
LINES = ROOT / "tests" / "tutorials" / "lines-and-places.md"
SCALE = ROOT / "tests" / "tutorials" / "at-scale.md"
EXAMPLE = re.compile(r"<!-- file: (\S+) -->\n```json\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^):]+)\)")
MOST_LINES = 210
MOST_PICTURE_BYTES = 150_000


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the example files of the reference into an empty folder, and go there."""
    found = EXAMPLE.findall(LINES.read_text("utf-8"))
    assert [name for name, _ in found] == [
        "rasht-astara.geojson", "dry-port.geojson", "closed-bridge.geojson",
    ]  # fmt: skip
    for name, text in found:
        (tmp_path / name).write_text(json.dumps(json.loads(text)), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.skipif(told.BASH is None, reason="no bash to run the blocks with")
def test_the_readme_does_what_it_tells(tmp_path: Path) -> None:
    results = list(told.run(README.read_text("utf-8"), tmp_path))
    for one in results:
        assert one.as_told, f"{one.command.text}\nexit code {one.code}\n{one.output}"
    assert any(one.shown for one in results)


def test_what_no_test_here_runs_is_run_by_the_script_of_all_checks() -> None:
    """That is: to install, to install and test, to rebuild the data."""
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    text = README.read_text("utf-8")
    others = [block for block in told.blocks(text) if "elsewhere" in block.marks]
    assert [block.marks["elsewhere"].split(",")[0] for block in others] == [".ci/run"] * 3
    for mark in ("<!-- install-command -->", "<!-- test-command -->"):
        assert mark in text
        assert mark in script
    for command in re.findall(r"python (-m [\w.]+)", others[-1].text):
        assert f"{command} --check" in script


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    text = README.read_text("utf-8")
    assert len(text.splitlines()) < MOST_LINES
    links = LINK.findall(text)
    assert [link for link in links if not (ROOT / link).exists()] == []
    tutorials = {path.name for path in LINES.parent.glob("*.md")}
    assert tutorials == {Path(link).name for link in links if "tutorials" in link and ".md" in link}


def test_the_picture_is_one_and_small() -> None:
    (link,) = re.findall(r"!\[[^]]{40,}\]\((.*?)\)", README.read_text("utf-8"))
    data = (ROOT / link).read_bytes()
    assert (data[:4], data[8:12]) == (b"RIFF", b"WEBP")
    assert len(data) <= MOST_PICTURE_BYTES


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
        r"<!-- file: cases.toml -->\n```toml\n(.*?)```", SCALE.read_text("utf-8"), re.DOTALL
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
