"""Two scenarios side by side, evidence and assumptions, freight per tonne of content."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from commands import Capture, result

from corridors import evidence, per_content
from corridors.cli import main
from corridors.itinerary import Criterion
from corridors.request import Request
from corridors.side_by_side import MOST_CAUSES, side_by_side


def both(capsys: Capture, a: str, b: str) -> dict[str, Any]:
    return result(capsys, "compare", "--scenario", a, "--scenario", b)


def test_values_are_those_of_the_two_comparisons(capsys: Capture) -> None:
    found = both(capsys, "open", "situation-2026-11")
    assert (found["scenario"]["id"], found["b"]["scenario"]["id"]) == ("open", "situation-2026-11")
    for side, name in (("a", "open"), ("b", "situation-2026-11")):
        single = result(capsys, "compare", "--scenario", name)
        ranks = {i["corridor"]: rank for rank, i in enumerate(single["itineraries"], 1)}
        costs = {i["corridor"]: i["cost_usd_per_t"] for i in single["itineraries"]}
        for row in found["corridors"]:
            assert row[f"rank_{side}"] == ranks.get(row["corridor"])
            assert row[f"usd_per_t_{side}"] == costs.get(row["corridor"])
        assert len(found["corridors"]) == len(single["itineraries"]) + len(single["not_possible"])


def test_one_tariff_explains_the_whole_difference(capsys: Capture) -> None:
    rows = {row["corridor"]: row for row in both(capsys, "open", "ktz-tariff-x2")["corridors"]}
    row = rows["china-lianyungang-dostyk"]
    (cause,) = row["causes"]
    assert cause["parameter"] == "tariff.rail.KZ.container_20"
    assert cause["value_b"] == 2 * cause["value_a"]
    assert cause["difference"] == pytest.approx(row["usd_per_t_difference"])
    assert "tariff.rail.KZ.container_20 0.38 > 0.76" in row["why"]
    assert rows["air-bom-ala"]["why"] == ""


@pytest.mark.parametrize("other", ["situation-2026-11", "ktz-tariff-x2", "suez-closed"])
def test_causes_add_up_to_the_difference_and_what_is_not_named_is_summed_up(
    capsys: Capture, other: str
) -> None:
    cut = 0
    for row in both(capsys, "open", other)["corridors"]:
        if row["rank_a"] is None or row["rank_b"] is None:
            continue
        for unit, key in (("USD/t", "usd_per_t_difference"), ("days", "days_difference")):
            causes = [one for one in row["causes"] if one["difference_unit"] == unit]
            total = sum(one["difference"] for one in causes)
            assert total == pytest.approx(row[key], abs=1e-9), row["corridor"]
        more = len(row["causes"]) - MOST_CAUSES
        cut += more > 0
        assert (f"; {more} more parameter" in row["why"]) == (more > 0), row["why"]
    assert cut


def test_a_closure_and_another_way_are_said(capsys: Capture) -> None:
    rows = {row["corridor"]: row for row in both(capsys, "open", "no-iran")["corridors"]}
    assert rows["instc-east-sarakhs"]["rank_b"] is None
    assert rows["instc-east-sarakhs"]["why"] == "not possible in B: country IR is closed"
    assert rows["instc-east-sarakhs"]["usd_per_t_difference"] is None
    rows = {row["corridor"]: row for row in both(capsys, "open", "suez-closed")["corridors"]}
    assert "suez" in rows["suez-novorossiysk"]["places_left"]
    assert "gibraltar" in rows["suez-novorossiysk"]["places_joined"]
    rows = {row["corridor"]: row for row in both(capsys, "open", "chabahar-rail")["corridors"]}
    assert rows["chabahar-rail"]["why"].startswith("possible in B only; in A: Chabahar-Zahedan")


def test_a_scenario_beside_itself_changes_nothing() -> None:
    request = Request()
    a = request.planner.compare(request.corridors)
    again = request.in_scenario("open")
    assert again.world is request.world
    prices = (request.planner.parameters, again.planner.parameters)
    rows = side_by_side(a, again.planner.compare(again.corridors), prices)
    assert {row.why for row in rows} == {""}
    assert {row.difference("usd_per_t") for row in rows} <= {0.0, None}


def test_causes_stand_in_the_units_of_their_rows(capsys: Capture, tmp_path: Path) -> None:
    """A premium in percent, a speed in km per day: as they are set, not as ledgers count."""
    moved = {"war_risk.bosporus": 1.0, "speed.rail.KZ.container_20": 500.0}
    scenario = tmp_path / "moved.toml"
    scenario.write_text(
        'id = "moved"\nname = "M"\nas_of = 2026-11-22\ndescription = "d"\n[set]\n'
        + "".join(f'"{key}" = {value}\n' for key, value in moved.items())
    )
    shipped = {row.key: row for row in Request().world.parameters.rows}
    rows = both(capsys, "open", str(scenario))["corridors"]
    seen = set()
    for row in rows:
        for cause in row["causes"]:
            key = cause["parameter"]
            if key in moved and None not in (cause["value_a"], cause["value_b"]):
                seen.add(key)
                own = (shipped[key].value, moved[key], shipped[key].unit)
                assert (cause["value_a"], cause["value_b"], cause["unit"]) == own
                assert f"{key} {own[0]:g} > {own[1]:g} {own[2]}: " in row["why"]
    assert seen == set(moved)


@pytest.mark.parametrize("width", ["80", "140"])
def test_the_table_fits(capsys: Capture, monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    monkeypatch.setenv("COLUMNS", width)
    for options in (["--scenario", "open", "--scenario", "suez-closed"], ["--per-content"]):
        assert main(["compare", *options]) == 0
        out = capsys.readouterr().out
        assert max(map(len, out.splitlines())) <= int(width)
        assert "…" not in out


def test_csv_has_one_row_per_corridor(capsys: Capture) -> None:
    argv = ["compare", "--scenario", "open", "--scenario", "no-russia"]
    assert main([*argv, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len({row["corridor"] for row in rows}) == len(rows) >= 15
    assert main([*argv, "--format", "markdown"]) == 0
    assert capsys.readouterr().out.startswith("| corridor |")


@pytest.mark.parametrize("argv", [
    ["--scenario", "open", "--scenario", "no-iran", "--scenario", "2030"],
    ["--scenario", "open", "--scenario", "no-iran", "--per-content"],
    ["--scenario", "open", "--scenario", "no-iran", "--format", "geojson"],
])  # fmt: skip
def test_what_cannot_be_asked_is_a_matter_of_usage(capsys: Capture, argv: list[str]) -> None:
    assert main(["compare", *argv]) == 2
    assert capsys.readouterr().out == ""


def test_shares_add_up_and_are_means_over_itineraries() -> None:
    request = Request()
    found = request.planner.compare(request.corridors).itineraries
    for parts in (evidence.shares(found), evidence.shares(found[:1])):
        assert all(sum(grades.values()) == pytest.approx(1) for grades in parts.values())
    singles = [evidence.shares([one]) for one in found]
    whole = evidence.shares(found)[Criterion.TIME]
    for grade, part in whole.items():
        mean = sum(one[Criterion.TIME][grade] for one in singles) / len(found)
        assert part == pytest.approx(mean)


def test_assumptions_are_the_assumed_rows_that_weigh_most(capsys: Capture) -> None:
    found = result(capsys, "compare", "--corridor", "china-lianyungang-dostyk")
    (itinerary,) = found["itineraries"]
    parts: dict[str, float] = {}
    for criterion in ("cost", "time"):
        lines = [
            line
            for leg in itinerary["legs"]
            for line in leg["ledger"]
            if line["criterion"] == criterion
        ]
        total = sum(line["amount_exact"] for line in lines)
        for key in {line["parameter"] for line in lines if line["grade"] == "assumed"}:
            amount = sum(line["amount_exact"] for line in lines if line["parameter"] == key)
            parts[key] = max(parts.get(key, 0), amount / total)
    expected = sorted(parts, key=lambda key: (-parts[key], key))[:5]
    assert [item["parameter"] for item in found["assumptions"]] == expected
    said = {item["parameter"]: item["words"] for item in found["assumptions"]}
    assert said["unload_dwell.container_20"] == "unloading time, container 20"
    assert found["evidence"] == itinerary["evidence"]


PAIR = ["instc-east-sarakhs", "china-lianyungang-dostyk"]


@pytest.mark.parametrize("argv", [
    ["compare"], ["route"], ["explain", PAIR[0]],
    ["risk", "--draws", "100"], ["sensitivity"], ["sensitivity", "--against", PAIR[1]],
    ["breakeven", *PAIR], ["resilience", "--corridor", PAIR[0]],
])  # fmt: skip
def test_every_text_says_what_it_rests_on(capsys: Capture, argv: list[str]) -> None:
    assert main(argv) == 0
    out = capsys.readouterr().out
    for words in ("Cost rests on", "Time rests on", "Most assumed", "open (2026-11-22); data"):
        assert words in out
    assert max(map(len, out.splitlines())) <= 80
    assert "numbers" in out.split("Time rests on")[1].splitlines()[0]
    for field in ("data_version", "scenario", "evidence", "assumptions"):
        assert field in result(capsys, *argv)


def mean_evidence(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        criterion: {
            grade: pytest.approx(
                sum(one["evidence"][criterion][grade] for one in found) / len(found)
            )
            for grade in ("published", "estimated", "assumed")
        }
        for criterion in ("cost", "time", "co2e")
    }


def test_evidence_is_that_of_the_itineraries_asked_about(capsys: Capture) -> None:
    by_id = {one["corridor"]: one for one in result(capsys, "compare")["itineraries"]}
    both_ = mean_evidence([by_id[name] for name in PAIR])
    assert result(capsys, "breakeven", *PAIR)["evidence"] == both_
    gap = result(capsys, "sensitivity", "--corridor", PAIR[0], "--against", PAIR[1])
    assert gap["evidence"] == both_
    assert gap["evidence"] != mean_evidence([by_id[PAIR[0]]])
    alone = result(capsys, "sensitivity", "--corridor", PAIR[0])
    assert alone["evidence"] == mean_evidence([by_id[PAIR[0]]])
    assert alone["evidence_of"] == by_id[PAIR[0]]["name"]
    everything = result(capsys, "risk", "--draws", "100")["evidence"]
    assert everything == mean_evidence(list(by_id.values()))
    (best,) = result(capsys, "route")["itineraries"]
    ways = [best, *(one for one in (by_id[PAIR[1]],) if one["legs"] != best["legs"])]
    asked = result(capsys, "resilience", "--corridor", PAIR[1])
    assert asked["evidence"] == mean_evidence(ways)
    assert asked["assumptions"]


def test_a_mean_is_over_those_that_have_an_amount() -> None:
    """Of a figure that is a time, the cost counts neither as founded nor as unfounded."""
    request = Request(corridor=(PAIR[0],))
    (whole,) = request.planner.compare(request.corridors).itineraries
    cost, time = (
        SimpleNamespace(ledger=[line for line in whole.ledger if line.criterion is criterion])
        for criterion in (Criterion.COST, Criterion.TIME)
    )
    parts, both_ = evidence.shares([whole]), evidence.shares([cost, time])
    assert both_[Criterion.COST] == pytest.approx(parts[Criterion.COST])
    assert both_[Criterion.TIME] == pytest.approx(parts[Criterion.TIME])
    assert set(both_[Criterion.CO2E].values()) == {0.0}


def test_map_data_says_what_it_rests_on(capsys: Capture) -> None:
    argv = ["compare", "--corridor", "air-bom-ala", "--format"]
    assert main([*argv, "geojson"]) == 0
    collection = json.loads(capsys.readouterr().out)
    whole = result(capsys, *argv[:-1])
    for field in ("data_version", "scenario", "evidence", "assumptions"):
        assert collection[field] == whole[field]


def test_freight_per_tonne_of_content(capsys: Capture) -> None:
    found = result(capsys, "compare", "--per-content")
    slag, ilmenite = found["per_content"]
    assert (slag["commodity"], ilmenite["commodity"]) == ("titanium_slag", "ilmenite")
    assert slag["corridor"] == ilmenite["corridor"] == found["itineraries"][0]["corridor"]
    for row in (slag, ilmenite):
        expected = row["cost_usd_per_t"] * 100 / row["content_percent"]
        assert row["cost_usd_per_t_content"] == pytest.approx(expected)
    other = result(capsys, "compare", "--cargo", "ilmenite", "--corridor", ilmenite["corridor"])[
        "itineraries"
    ][0]
    assert other["cost_usd_per_t"] == ilmenite["cost_usd_per_t"]
    # facts: about 41 % less at equal freight per tonne of goods
    saved = 1 - slag["cost_usd_per_t_content"] / ilmenite["cost_usd_per_t_content"]
    assert saved == pytest.approx(0.41, abs=0.02)
    assert main(["compare", "--per-content", "--format", "csv"]) == 0
    (first, *_) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert float(first[per_content.COLUMN]) == pytest.approx(slag["cost_usd_per_t_content"])


def test_content_can_be_set_and_must_be_known(capsys: Capture) -> None:
    argv = ["compare", "--per-content", "--set"]
    found = result(capsys, *argv, "content.titanium_slag=95")
    assert found["per_content"][0]["content_percent"] == 95
    assert main([*argv, "content.titanium_slag=0"]) == 1
    assert "must be more than 0" in capsys.readouterr().err
    assert main(["compare", "--per-content", "--cargo", "titanium_sponge"]) == 1
    assert "no row for content.titanium_sponge" in capsys.readouterr().err
