"""Help: every command has an example that runs as it stands, on one line at any width."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from corridors.cli import app, main

Capture = pytest.CaptureFixture[str]
LINE = (
    '{"type": "Feature", "id": "mine", "properties": {"mode": "rail", "country": "IR",'
    '"gauge_mm": 1435, "status": "operational", "name": "Rasht - Astara", "length_km": 164},'
    '"geometry": {"type": "LineString", "coordinates":'
    "[[49.64, 37.2], [49.3, 37.3], [49.14, 37.55], [48.91, 37.8], [48.86, 38.41]]}}"
)
ELSEWHERE = {
    ("network", "refresh"): "asks a server; tests/corridors/test_refresh_cli.py has one of its own",
    ("chart",): "draws by an optional package; tests/corridors/test_chart_cli.py",
    ("resilience",): "tests/corridors/test_resilience.py closes as much",
    ("sweep",): "tests/corridors/test_sweep.py starts processes as this does",
    ("sweep-report",): "follows a sweep",
    ("validate",): "tests/corridors/test_validation.py",
}
"""Examples that are not run here once more, and why."""


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    group = group or typer.main.get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


COMMANDS = list(commands())


def shown(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...], width: int
) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    assert main([*path, "--help"]) == 0
    return capsys.readouterr().out


def examples(text: str) -> list[str]:
    found = re.findall(r"^  Examples?: (.*)$", text, re.MULTILINE)
    return [part.strip() for line in found for part in line.split(";")]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_has_an_example_on_one_line_at_any_width(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...]
) -> None:
    for width in (80, 140):
        text = shown(capsys, monkeypatch, path, width)
        # typer never breaks a list of choices
        assert all(len(line) <= width for line in text.splitlines() if "<" not in line)
        found = examples(text)
        assert found, text
        assert all(example.startswith(f"corridors {' '.join(path)}") for example in found)


@pytest.mark.parametrize("path", [p for p in COMMANDS if p not in ELSEWHERE], ids=" ".join)
def test_the_example_runs(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.geojson").write_text(LINE, "utf-8")
    Path("suppliers.csv").write_text("name,lat,lon\nA,19.35,85.0\nB,21.1,79.1\n", "utf-8")
    for example in examples(shown(capsys, monkeypatch, path, 80)):
        code = main(shlex.split(example)[1:])
        out, err = capsys.readouterr()
        assert code == 0, err
        target = re.search(r"-o (\S+)", example)
        assert Path(target[1]).stat().st_size if target else out.strip()


def test_the_front_page_names_exit_codes_and_every_command(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = shown(capsys, monkeypatch, (), 80)
    assert "Exit code: 0 found, 1" in " ".join(text.split())
    assert all(re.search(rf"^  {path[0]} ", text, re.MULTILINE) for path in COMMANDS)
    assert "..." not in text.split("Commands:")[1].replace("GeoPackage, ...", "")
    assert main(["-h"]) == 0
    assert capsys.readouterr().out == text
    assert main(["--version"]) == 0
    assert re.match(r"corridors(,| \d+\.\d+)", capsys.readouterr().out)
