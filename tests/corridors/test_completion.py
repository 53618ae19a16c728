"""Completion: what the scripts of each shell ask for, and that every offer is a right answer."""

from __future__ import annotations

import os
import shutil
import string
import subprocess
import sys
from pathlib import Path

import pytest

from corridors import completing
from corridors.cli import main
from corridors.cli_completion import written
from corridors.finding import find_place
from corridors.named import load_corridors
from corridors.request import Request
from corridors.scenario import scenario_ids
from geodata.world import load_world

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def asked(shell: str, *words: str) -> dict[str, str]:
    """Return what the script of a shell puts into the environment for these words."""
    line = " ".join(("corridors", *words))
    return {
        "_CORRIDORS_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "\n".join(("corridors", *words)),
        "COMP_CWORD": str(len(words)),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1],
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }


def complete(capsys: Capture, monkeypatch: Patch, shell: str, *words: str) -> list[str]:
    for name, value in asked(shell, *words).items():
        monkeypatch.setenv(name, value)
    assert main([]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out.splitlines()


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_a_script(capsys: Capture, monkeypatch: Patch, shell: str) -> None:
    monkeypatch.setenv("_CORRIDORS_COMPLETE", f"source_{shell}")
    assert main([]) == 0
    script, _ = capsys.readouterr()
    assert "_CORRIDORS_COMPLETE" in script
    assert "corridors" in script


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_it_is_installed_for_a_shell_by_name(tmp_path: Path, shell: str) -> None:
    """In a home of its own; the shell is not guessed, so that this runs under any."""
    away = {**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    away["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"
    done = subprocess.run(
        [sys.executable, "-m", "corridors", "--install-completion", shell],
        env=away, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    files = [path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert any("complete_" + shell in text for text in files)


@pytest.mark.parametrize(("words", "offer"), [
    (("compare", "INOS"), "INOSC"),
    (("compare", "INOSC", "kzuk"), "KZUKT"),
    (("compare", "--scenario", "no-ir"), "no-iran"),
    (("compare", "--corridor", "instc-e"), "instc-east-sarakhs"),
    (("compare", "--exclude-country", "kaz"), "KZ"),
    (("compare", "--close", "sue"), "suez"),
    (("compare", "--cargo", "titanium_sl"), "titanium_slag"),
    (("explain", "instc-w"), "instc-west-astara"),
    (("breakeven", "instc-east-sarakhs", "china-li"), "china-lianyungang-dostyk"),
    (("distance", "IRSRP", "Tashk"), "Tashkent"),
    (("route", "--via", "IRSA"), "IRSAR"),
    (("parameters", "tariff.rail.K"), "tariff.rail.KZ.container_20"),
    (("network", "export", "--country", "I"), "IR"),
])  # fmt: skip
def test_the_right_word_is_offered(
    capsys: Capture, monkeypatch: Patch, words: tuple[str, ...], offer: str
) -> None:
    assert offer in complete(capsys, monkeypatch, "bash", *words)
    fish = complete(capsys, monkeypatch, "fish", *words)
    assert offer in [line.split("\t")[0] for line in fish]
    assert f'"{offer}"' in "\n".join(complete(capsys, monkeypatch, "zsh", *words))
    shown = complete(capsys, monkeypatch, "powershell", *words)
    assert offer in [line.split(":::")[0] for line in shown]


def test_a_parameter_comes_with_its_value(capsys: Capture, monkeypatch: Patch) -> None:
    (row,) = [
        row for row in load_world().parameters.rows if row.key == "tariff.rail.KZ.container_20"
    ]
    (found,) = complete(capsys, monkeypatch, "bash", "compare", "--set", row.key)
    key, _, value = found.partition("=")
    assert (key, float(value)) == (row.key, row.value)


@pytest.mark.parametrize("letter", [*string.ascii_lowercase, "", "а", "к", "0"])
def test_every_place_offered_is_one_place(letter: str) -> None:
    world = load_world()
    offers = completing.place_offers(letter)
    if letter in ("", "k"):
        assert len(offers) > 20
    for offer in offers:
        place = find_place(offer.text, world)
        assert place.place_id in offer.about or place.name == offer.about


def test_every_offer_is_taken() -> None:
    """The columns that completion reads hold what the tables say when read in full."""
    request = Request()
    world = request.world
    assert {o.text for o in completing.country_offers("")} == world.words["country"]
    assert [o.text for o in completing.scenario_offers("")] == list(scenario_ids())
    assert [o.text for o in completing.corridor_offers("")] == [
        corridor.corridor_id for corridor in load_corridors(world)
    ]
    assert [o.text for o in completing.key_offers("")] == [r.key for r in world.parameters.rows]
    assert {o.text for o in completing.cargo_offers("")} == world.words["commodity"]
    shut = {o.text for o in completing.closable_offers("")}
    assert shut == {*world.border_crossings, *world.chokepoints, *world.places}


def test_own_tables_are_offered_too_and_broken_ones_passed_over(
    capsys: Capture, monkeypatch: Patch, tmp_path: Path
) -> None:
    (tmp_path / "places.csv").write_text(
        "place_id,name,kind,country,lat,lon,locode,sea_region,modes,aliases,source_id,grade,note\n"
        "XXABC,Қорғас жаңа,city,KZ,44,80,,,road,Khorgos new,assumption,assumed,\n",
        "utf-8",
    )
    (tmp_path / "border_crossings.csv").write_bytes(b"\xff\xfe\x00broken")
    (tmp_path / "corridors.toml").write_text("[[corridor", "utf-8")
    own = ("compare", "--data", str(tmp_path))
    assert "XXABC" in complete(capsys, monkeypatch, "bash", *own, "xxab")
    assert complete(capsys, monkeypatch, "fish", *own, "қорғас") == [
        "Қорғас жаңа\tXXABC Қорғас жаңа"
    ]
    assert "suez" in complete(capsys, monkeypatch, "bash", *own, "--close", "sue")
    assert "instc-east-sarakhs" in complete(capsys, monkeypatch, "bash", *own, "--corridor", "i")


@pytest.mark.parametrize(
    "text", ["Bandar Abbas", "Aqina (AF side)", "Ust'-Kut", "border.*=1", "a$b"]
)
def test_bash_reads_what_is_written_for_it_as_one_word(text: str) -> None:
    if (bash := shutil.which("bash")) is None:
        pytest.skip("needs bash")
    line = f"printf %s {written(text, 'bash', in_quotes=False)}"
    done = subprocess.run([bash, "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout == text


def test_powershell_quotes_as_it_reads() -> None:
    assert written("Ust'-Kut port", "powershell", in_quotes=False) == "'Ust''-Kut port'"
    assert written("Bandar Abbas", "zsh", in_quotes=False) == "Bandar Abbas"
    assert written("Bandar Abbas", "bash", in_quotes=True) == "Bandar Abbas"


def test_bash_begun_with_a_quote(capsys: Capture, monkeypatch: Patch) -> None:
    assert "Bandar Abbas" in complete(capsys, monkeypatch, "bash", "compare", '"Bandar A')


def test_neither_network_nor_graph_is_read() -> None:
    code = (
        "import sys, atexit; from corridors.cli import main; opened = [];"
        "sys.addaudithook(lambda e, a: opened.append(str(a[0])) if e in ('open', 'socket.connect')"
        " else None); main([]);"
        "print([p for p in opened if p.endswith(('.npz', '.parquet')) or 'network' in p],"
        "[m for m in ('scipy', 'pyarrow', 'geopandas', 'shapely') if m in sys.modules],"
        "file=sys.stderr)"
    )
    env = {**os.environ, **asked("bash", "compare", "Band")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, encoding="utf-8", check=True
    )
    assert "Bandar" in done.stdout
    assert done.stderr.strip() == "[] []"
