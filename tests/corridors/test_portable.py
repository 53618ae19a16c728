"""Other machines: plain terminals, other encodings, other scripts in names, Windows' paths."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest

import corridors
import geodata
import maps
from corridors.cli import main

Capture = pytest.CaptureFixture[str]
ROOT = Path(geodata.__file__).parent.parent
NAMES = ("дорога", "रेल मार्ग", "línea_ñ", "路线", "🚂 mine")
LINE = {
    "type": "Feature", "id": "мост",
    "properties": {"mode": "rail", "country": "IR", "gauge_mm": 1435, "status": "operational",
                   "name": "रश्त – Астара 🚂", "length_km": 164},
    "geometry": {"type": "LineString", "coordinates": [
        [49.64, 37.2], [49.3, 37.3], [49.14, 37.55], [48.91, 37.8], [48.86, 38.41]]},
}  # fmt: skip
SCENARIO = (
    'id = "моё"\nname = "Без моста 🚧"\nas_of = 2026-01-01\ndescription = "परीक्षण"\n'
    '[close]\nchokepoints = ["suez"]\n'
)
US = ("-m", "corridors")
ALIEN = {"PYTHONUTF8": "0", "LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0"}


def python(
    *argv: str, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    plain = {key: value for key, value in os.environ.items() if key != "PYTHONIOENCODING"}
    return subprocess.run(
        [sys.executable, *argv], cwd=cwd, env={**plain, **(env or {})}, capture_output=True,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_files_may_have_names_in_any_script(capsys: Capture, tmp_path: Path, name: str) -> None:
    lines, scenario = tmp_path / f"{name}.geojson", tmp_path / f"{name}.toml"
    lines.write_text(json.dumps(LINE, ensure_ascii=False), "utf-8")
    scenario.write_text(SCENARIO, "utf-8")
    asked = ("--with", str(lines), "--scenario", str(scenario), "--corridor", "instc-west-astara")
    for ending in ("json", "csv", "gpkg", "geojson"):
        target = tmp_path / f"{name}-{ending}.{ending}"
        assert main(["compare", *asked, "-o", str(target)]) == 0
        assert target.stat().st_size > 0
    found = json.loads((tmp_path / f"{name}-json.json").read_text("utf-8"))
    assert found["scenario"]["name"] == "Без моста 🚧"
    capsys.readouterr()
    assert main(["network", "check", str(lines), "--format", "json"]) == 0
    assert "мост" in capsys.readouterr().out


def test_a_place_is_found_by_its_name_in_another_script(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text(
        "place_id,name,kind,country,lat,lon,locode,sea_region,modes,aliases,source_id,grade,note\n"
        "KZNEW,Достық жаңа,city,KZ,45.25,82.48,,,road,नया दोस्तिक;🚉,assumption,assumed,\n",
        "utf-8",
    )
    for name in ("достық ЖАҢА", "नया दोस्तिक", "🚉"):
        assert main(["places", name, "--data", str(tmp_path), "--format", "csv"]) == 0
        out, _ = capsys.readouterr()
        assert "KZNEW,Достық жаңа" in out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp866"])
def test_the_machine_s_own_encoding_is_no_matter(tmp_path: Path, encoding: str) -> None:
    """As on Windows, where text is not UTF-8 unless one says so."""
    (tmp_path / "mine.geojson").write_text(json.dumps(LINE, ensure_ascii=False), "utf-8")
    (tmp_path / "mine.toml").write_text(SCENARIO, "utf-8")
    alien = {**ALIEN, "PYTHONIOENCODING": encoding}
    strict = ("-X", "warn_default_encoding", "-W", "error::EncodingWarning")
    asked = ("--with", "mine.geojson", "--scenario", "mine.toml", "--format", "json")
    done = python(*strict, *US, "compare", *asked, cwd=tmp_path, env={**alien, **path_to_us()})
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout.decode("utf-8"))["scenario"]["name"] == "Без моста 🚧"
    for command in (
        (*US, "map", "-o", "page.html"),  # folium itself does not state encodings
        (*strict, *US, "scenarios"),
        (*strict, *US, "sources"),
    ):
        done = python(*command, cwd=tmp_path, env={**alien, **path_to_us()})
        assert done.returncode == 0, done.stderr.decode()


def path_to_us() -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT)}


def test_no_text_file_is_opened_in_the_machine_s_own_encoding() -> None:
    """Every open, read_text and write_text of text names its encoding."""
    for package in (corridors, geodata, maps):
        for path in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _opens_text(node):
                    named = {keyword.arg for keyword in node.keywords}
                    where = f"{path}:{node.lineno}"
                    assert "encoding" in named or _states_encoding(node), where


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _opens_text(node: ast.Call) -> bool:
    name = _name(node)
    if name == "open":
        texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        library = isinstance(owner, ast.Name) and owner.id in {"wheel", "tarfile", "os"}
        return not library and not any("b" in str(mode) for mode in texts)
    return name in {"read_text", "write_text"}


def _states_encoding(node: ast.Call) -> bool:
    return any(isinstance(one, ast.Constant) and "utf" in str(one.value) for one in node.args)


def test_nothing_that_only_posix_has_is_imported() -> None:
    only_posix = {"fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "posix", "syslog"}
    calls = {"fork", "getuid", "killpg", "SIGKILL", "SIGHUP", "rename", "symlink", "mkfifo"}
    for package in (corridors, geodata, maps):
        for path in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    assert not {alias.name for alias in node.names} & only_posix, path
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    assert not (node.value.id in {"os", "signal"} and node.attr in calls), path


@pytest.mark.parametrize("text", [r"C:\Users\Анна\my lines.geojson", r"\\server\share\a.toml"])
def test_windows_paths_are_paths_and_no_places_or_options(capsys: Capture, text: str) -> None:
    """Taken whole, not cut at the colon or the backslash: the refusal names them as they are."""
    path = PureWindowsPath(text)
    assert main(["compare", "--with", str(path)]) == 1
    assert text in capsys.readouterr().err
    assert main(["compare", "--scenario", str(path.with_suffix(".toml"))]) == 1
    assert str(path.with_suffix(".toml")) in capsys.readouterr().err


def test_a_table_saved_by_a_windows_program_is_read(capsys: Capture, tmp_path: Path) -> None:
    """With a byte order mark and both characters at the ends of lines."""
    text = (
        "key,value,low,high,unit,price_year,source_id,locator,grade,as_of,note\r\n"
        "tariff.rail.KZ.container_20,0.76,0.38,1.18,usd_per_teu_km,2026,assumption,,assumed,2026,"
        "мой\r\n"
    )
    (tmp_path / "parameters.csv").write_bytes(text.encode("utf-8-sig"))
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "моё.toml").write_bytes(SCENARIO.replace("\n", "\r\n").encode())
    asked = ("--data", str(tmp_path), "--scenario", "моё", "--format", "csv")
    assert main(["parameters", "tariff.rail.KZ.container_20", *asked]) == 0
    out, _ = capsys.readouterr()
    assert ",0.76," in out
    assert ",мой," in out


PLAIN = [{"NO_COLOR": "1"}, {"TERM": "dumb"}]


@pytest.mark.parametrize("settings", [*PLAIN, {"TERM": "xterm-256color"}])
def test_colours_are_for_terminals_that_want_them(tmp_path: Path, settings: dict[str, str]) -> None:
    """Under `script`, which is a terminal; in a pipe there are none, whatever the settings."""
    command = [sys.executable, "-m", "corridors", "scenarios"]
    inherited = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR"}}
    env = {**inherited, **path_to_us(), **settings}
    piped = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, check=True)
    assert b"\x1b" not in piped.stdout + piped.stderr
    if sys.platform == "win32" or shutil.which("script") is None:
        pytest.skip("needs `script`, which gives a terminal")
    shown = subprocess.run(
        ["script", "-qec", " ".join(command), str(tmp_path / "typescript")],
        env=env, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, check=True,
    ).stdout  # fmt: skip
    colours = [
        code for code in shown.split(b"\x1b[")[1:] if code.partition(b"m")[0] not in (b"0", b"1")
    ]
    assert not colours
    if settings == {"TERM": "dumb"}:
        assert b"\x1b" not in shown
    if settings == {"TERM": "xterm-256color"}:
        assert b"\x1b[1m" in shown
