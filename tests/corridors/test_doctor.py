"""The doctor: well here; and, on machines that are made up, whatever is wrong with them."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from corridors import doctor
from corridors.cli import main
from corridors.doctor import Finding, State
from geodata.errors import DataError

Capture = pytest.CaptureFixture[str]
PROJECT = Path(__file__).parents[2] / "pyproject.toml"
WANTED = [
    Requirement(text)
    for text in (
        "numpy>=1.26", "rich>=13.7", "shapely>=2.1", "typer>=0.26", 'osmium>=4; extra == "osm"',
        'vl-convert-python>=1.9; extra == "charts"', 'pytest>=8; extra == "test"',
    )
]  # fmt: skip


def looked_at(there: dict[str, str], faults: dict[str, str]) -> dict[str, Finding]:
    found = doctor.package_findings(WANTED, there.get, lambda name: faults.get(name, ""))
    return {one.name: one for one in found}


def test_what_is_missing_old_or_broken_is_told_with_what_mends_it() -> None:
    there = {"numpy": "1.26.0", "shapely": "2.0.4", "typer": "0.29.2", "osmium": "3.9"}
    found = looked_at(there, {"typer": "ImportError: no click"})
    states = {name: one.state for name, one in found.items()}
    assert states == {
        "numpy": State.OK,
        "rich": State.BROKEN,
        "shapely": State.BROKEN,
        "typer": State.BROKEN,
        "osmium": State.BROKEN,
        "vl-convert-python": State.ABSENT,
    }
    assert found["rich"].remedy == 'pip install "rich>=13.7"'
    assert found["shapely"].found == "2.0.4, but >=2.1 is needed"
    assert "no click" in found["typer"].found
    assert '"freight-corridors[osm]"' in found["osmium"].remedy
    assert '"freight-corridors[charts]"' in found["vl-convert-python"].remedy
    assert doctor.is_broken(list(found.values()))


def test_what_is_only_absent_is_not_broken() -> None:
    there = {one.name: "99" for one in WANTED if one.marker is None}
    found = looked_at(there, {})
    assert {one.state for one in found.values()} == {State.OK, State.ABSENT}
    assert not doctor.is_broken(list(found.values()))


def test_every_optional_part_is_an_extra_of_the_project() -> None:
    extras = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(doctor.OPTIONAL) == set(extras) - {"build", "test", "bench", "lint"}


def test_a_package_that_fails_to_load_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "brittle_thing.py").write_text("raise OSError('libgeos.so is missing')", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert doctor.import_fault("brittle-thing") == "OSError: libgeos.so is missing"
    assert doctor.import_fault("json") == ""


def test_the_data_that_ship_are_whole_and_their_age_is_counted() -> None:
    found = {one.name: one for one in doctor.data_findings(date(2030, 1, 1))}
    assert {one.state for one in found.values()} == {State.OK}
    age = found["scenarios"].found
    last = date.fromisoformat(age.split("as of ")[1][:10])
    assert f"({(date(2030, 1, 1) - last).days} days ago)" in age


def test_broken_data_are_told_and_the_rest_is_looked_at_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def refuse(*_: object) -> None:
        raise DataError("corridors.toml", ["line 3: no such place"])

    monkeypatch.setattr(doctor, "load_corridors", refuse)
    monkeypatch.setattr(doctor, "import_fault", lambda _: "")
    found = {one.name: one for one in doctor.data_findings(date(2030, 1, 1))}
    assert found["corridors"].state is State.BROKEN
    assert "line 3: no such place" in found["corridors"].found
    assert found["scenarios"].state is State.OK
    assert main(["doctor", "--format", "json"]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out)["broken"] is True


@pytest.mark.parametrize("form", ["table", "csv", "markdown"])
def test_the_command_names_versions_data_and_licences(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(doctor, "requirements_of", lambda _: WANTED)
    monkeypatch.setattr(doctor, "version_of", lambda name: "99" if name != "osmium" else None)
    monkeypatch.setattr(doctor, "import_fault", lambda _: "")
    assert main(["doctor", "--format", form]) == 0
    out, _ = capsys.readouterr()
    for words in ("numpy", "Python", "not installed", "freight-corridors[osm]", "ODbL-1.0"):
        assert words in out


def test_it_has_no_map(capsys: Capture) -> None:
    assert main(["doctor", "--format", "geojson"]) == 1
    assert "nothing to draw" in capsys.readouterr().err
