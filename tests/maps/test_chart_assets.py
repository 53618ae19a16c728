"""The stored charts: as the packages give them, complete in words and looks, fit for the page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from geodata.parts import Part
from maps import build_charts, style
from maps.charts.filling import fill, ink_on, looks
from maps.charts.kinds import KINDS
from maps.offline import asset
from maps.texts import interface_texts

ROWS = {"modes": [], "events": [], "parts": [], "units": {}, "reach": 1.0, "top": 1.0}
GIVEN = {"title", "subtitle", "chart.axis.by", "chart.axis.change"}


def places(value: Any, sign: str) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(places(one, sign) for one in value.values()), set())
    if isinstance(value, list):
        return set().union(*(places(one, sign) for one in value), set())
    return {value[1:]} if isinstance(value, str) and value.startswith(sign) else set()


def test_the_shipped_charts_are_what_the_packages_give(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("altair")
    assert build_charts.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_changed_chart_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("altair")
    built = dict(build_charts.built())
    built["front.vg.json"] += " "
    del built["risk.vl.json"]
    monkeypatch.setattr(build_charts, "built", built.items)
    assert build_charts.main(["--check"]) == 1
    assert capsys.readouterr().out.split() == ["front.vg.json", "risk.vl.json"]


@pytest.mark.parametrize("form", ["vl", "vg"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_place_of_a_chart_is_a_text_or_a_look(kind: str, form: str) -> None:
    spec = json.loads(asset(f"charts/{kind}.{form}.json"))
    texts = interface_texts()["en"]
    assert places(spec, "@") - GIVEN <= set(texts)
    words = {**texts, **dict.fromkeys(GIVEN, "")}
    filled = fill(spec, words, {**looks(dark=False), **ROWS})
    assert places(filled, "$") == places(filled, "@") == set()
    assert not re.search(r'"#[0-9a-f]{3,6}"', json.dumps(spec)), "a colour that is not a look"


def test_the_tables_of_a_chart_are_those_it_is_said_to_have() -> None:
    for kind, tables in KINDS.items():
        spec = json.loads(asset(f"charts/{kind}.vg.json"))
        own = {data["name"] for data in spec["data"] if "source" not in data}
        assert own == set(tables)


def test_vega_stands_in_the_page_with_its_notices_and_without_eval_by_default() -> None:
    script = asset("charts/vega.js")
    assert "University of Washington Interactive Data Lab" in script[:4000]
    assert "</script" not in script
    assert len(script) < 500_000


@pytest.mark.parametrize("scheme", [0, 1])
def test_amounts_can_be_read_on_their_blocks(scheme: int) -> None:
    found = looks(dark=bool(scheme))
    for part in Part:
        assert found[f"on-{part}"] == ink_on(style.PARTS[part][scheme])
    assert ink_on("#000000") == "#ffffff"
    assert ink_on("#ffffff") == "#14191e"
