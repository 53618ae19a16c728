"""`corridors front` and `route --alternatives` as commands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from commands import Capture, result

from corridors.cli import main


def test_the_front_is_whole_and_its_ledgers_add_up(capsys: Capture) -> None:
    found = result(capsys, "front")
    ways = found["itineraries"]
    assert {"schema_version", "data_version", "scenario", "consignment"} <= set(found)
    assert found["front"]["routes"] == found["front"]["shown"] == len(ways) > 20
    assert (found["front"]["within"], found["front"]["returning_not_shown"]) == (0, 0)
    totals = [(way["cost_cents"], way["time_min"], way["co2e_g"]) for way in ways]
    assert len(set(totals)) == len(totals)
    for way, total in zip(ways, totals, strict=True):
        assert not any(
            other != total and all(x <= y for x, y in zip(other, total, strict=True))
            for other in totals
        )
        for at, criterion in enumerate(("cost", "time", "co2e")):
            lines = [line for leg in way["legs"] for line in leg["ledger"]]
            amounts = [line["amount_exact"] for line in lines if line["criterion"] == criterion]
            assert sum(amounts) == total[at]
    costs = [way["generalised_cost_usd"] for way in ways]
    assert costs == sorted(costs)


def test_epsilon_and_max_say_how_many_there_are(capsys: Capture) -> None:
    whole = result(capsys, "front")["itineraries"]
    keys = ("cost_cents", "time_min", "co2e_g")
    for option in (["--epsilon", "0.05"], ["--max", "5"]):
        found = result(capsys, "front", *option)
        shown, facts = found["itineraries"], found["front"]
        assert facts["routes"] == len(whole) > facts["shown"] == len(shown)
        assert facts["proven"] is True
        for way in whole:
            assert any(
                all(few[key] <= way[key] * (1 + facts["within"]) for key in keys) for few in shown
            )
    assert found["front"]["shown"] == 5


def test_the_table_fits_80_columns(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for command in (["front", "--epsilon", "0.05"], ["route", "--alternatives", "3"]):
        assert main(command) == 0
        out = capsys.readouterr().out
        assert max(map(len, out.splitlines())) <= 80
        assert "routes that no other beats" in out or "None runs within 50 km" in out


def test_csv_has_a_row_for_every_route(capsys: Capture) -> None:
    assert main(["front", "--max", "4", "--format", "csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5
    assert main(["route", "--alternatives", "2", "--format", "csv"]) == 0
    head, _, second = capsys.readouterr().out.splitlines()
    assert head.endswith(",overlap")
    assert 0 < float(second.rsplit(",", 1)[1]) <= 0.6


def test_every_route_is_drawn_as_itself(capsys: Capture) -> None:
    assert main(["front", "IRTHR", "UZTAS", "--max", "3", "--format", "geojson"]) == 0
    features = json.loads(capsys.readouterr().out)["features"]
    lines: dict[int, list[Any]] = {}
    for feature in features:
        if feature["geometry"]["type"] == "LineString":
            lines.setdefault(feature["properties"]["rank"], []).append(feature["geometry"])
    assert sorted(lines) == [1, 2, 3]
    assert lines[1] != lines[2] != lines[3]


def test_alternatives_state_their_overlap(capsys: Capture) -> None:
    found = result(capsys, "route", "--alternatives", "3", "--max-overlap", "0.4")
    facts = found["alternatives"]
    assert (facts["asked"], facts["found"], len(found["itineraries"])) == (3, 3, 3)
    assert [len(row) for row in facts["overlap_with_earlier"]] == [0, 1, 2]
    assert all(share <= 0.4 for row in facts["overlap_with_earlier"] for share in row)


@pytest.mark.parametrize(("argv", "code", "words"), [
    (["front", "--epsilon", "0.1", "--max", "3"], 2, "exclude each other"),
    (["front", "--epsilon", "nan"], 2, "epsilon"),
    (["front", "--epsilon", "inf"], 2, "give a share"),
    (["front", "--epsilon", "-0.1"], 2, "epsilon"),
    (["front", "--max", "0"], 2, "max"),
    (["route", "--alternatives", "0"], 2, "alternatives"),
    (["route", "--alternatives", "2", "--max-overlap", "1"], 1, "less than 1"),
    (["front", "--close", "nowhere at all"], 1, "--close"),
    (["front", "--exclude-country", "KZ"], 3, "country KZ is closed"),
])  # fmt: skip
def test_refusals_are_plain(capsys: Capture, argv: list[str], code: int, words: str) -> None:
    assert main(argv) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert words in " ".join(err.split())
