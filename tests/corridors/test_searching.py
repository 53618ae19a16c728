"""Words that people use lead to parameters, corridors, commands and options."""

from __future__ import annotations

import csv
import json
import re
from typing import Any

import pytest
import typer

from corridors.cli import app, main
from corridors.request import Request, is_factor, parse_values
from corridors.request_words import options_of
from corridors.searching import find_parameters, one_of
from corridors.synonyms import ROWS, Said
from geodata.world import load_world

Capture = pytest.CaptureFixture[str]
WORLD = load_world()


def run(capsys: Capture, *argv: str) -> tuple[int, str, str]:
    code = main(list(argv))
    out, err = capsys.readouterr()
    return code, out, " ".join(err.split())


def keys(text: str) -> list[str]:
    return [row.key for row in find_parameters(text, WORLD.parameters, WORLD.selector_names)]


@pytest.mark.parametrize(("said", "key"), [
    ("kazakh tariff", "tariff.rail.KZ.container_20"),
    ("rail tariff Kazakhstan", "tariff.rail.KZ.container_20"),
    ("Chabahar", "port_handling.IRZBR.bulk"),
    ("border charge", "border_fee.dostyk-rail.*"),
    ("carbon price", "co2e_price.*"),
    ("interest rate", "holding_rate.*"),
    ("holding_rate", "holding_rate.*"),
])  # fmt: skip
def test_parameters_are_found_by_words(said: str, key: str) -> None:
    assert key in keys(said)


def test_what_was_found_by_a_part_of_key_unit_source_or_grade_still_is() -> None:
    for text in ("tariff.rail.KZ", "assumed", "usd_per_teu", "cpmm", "DWELL"):
        found = set(keys(text))
        for row in WORLD.parameters.rows:
            fields = (row.key, row.unit, row.source_id, row.grade.value)
            if any(text.lower() in field.lower() for field in fields):
                assert row.key in found


@pytest.mark.parametrize(("key", "meant"), [
    ("value_of_time", ["time_value.*", "holding_rate.*"]),
    ("carbon_price", ["co2e_price.*"]),
])  # fmt: skip
def test_an_unknown_parameter_names_those_that_are_meant(
    capsys: Capture, key: str, meant: list[str]
) -> None:
    code, out, err = run(capsys, "compare", "--set", f"{key}=3")
    assert (code, out) == (1, "")
    assert f"did you mean {', '.join(meant)}?" in err


def test_a_corridor_is_its_id_its_name_or_words_of_one_only() -> None:
    named = [("a-east", "East: Alpha - Beta"), ("a-west", "West: Alpha - Gamma")]
    assert one_of("A-EAST", named) == one_of("east: alpha - beta", named) == ["a-east"]
    assert one_of("beta", named) == one_of("Alpha beta", named) == ["a-east"]
    assert one_of("alpha", named) == ["a-east", "a-west"]
    assert one_of("alp gam", named) == ["a-west"]
    assert one_of("est", named) == []
    assert one_of("be", named) == []  # too short to mean one
    assert one_of("delta", named) == one_of("-", named) == []


def test_words_of_several_corridors_list_them(capsys: Capture) -> None:
    code, out, err = run(capsys, "explain", "china")
    assert (code, out) == (1, "")
    assert "could be several corridors: china-lianyungang-dostyk (China: Lianyungang" in err
    assert run(capsys, "explain", "INSTC Sarakhs") == run(capsys, "explain", "instc-east-sarakhs")


def test_two_words_for_one_corridor_are_one(capsys: Capture) -> None:
    code, _, err = run(capsys, "breakeven", "instc-east-sarakhs", "INSTC Sarakhs")
    assert (code, "instc-east-sarakhs is named twice" in err) == (1, True)


def commands() -> dict[str, Any]:
    return typer.main.get_command(app).commands  # type: ignore[attr-defined, no-any-return]


def test_synonyms_lead_to_what_exists_and_never_hide_it() -> None:
    with ROWS.open(encoding="utf-8", newline="") as file:
        rows = [(row["kind"], row["said"], row["meant"]) for row in csv.DictReader(file)]
    assert len(set(rows)) == len(rows)
    assert {kind for kind, _, _ in rows} == set(Said)
    known = commands()
    options = {name for one in known.values() for option in one.params for name in option.opts}
    for kind, said, meant in rows:
        assert said == said.casefold()
        if kind == "command":
            assert said not in known
            assert meant.startswith("--") or meant.split()[0] in known
        if kind in ("command", "option"):
            named = re.findall(r"--[a-z][a-z-]+", meant)
            assert all(name in options or name in ("--help", "--version") for name in named), meant
            assert all(one in known for one in re.findall(r"`corridors (\S+?)[ `]", meant))
        if kind == "word":
            assert keys(meant), meant


@pytest.mark.parametrize(("argv", "remedy"), [
    (["cheapest"], "compare --by cost"),
    (["compare", "--sep", ";"], "--format csv-semicolon"),
    (["compare", "--avoid", "RU"], "--exclude-country or --close"),
    (["compare", "--by", "days"], "try time"),
    (["compare", "--unit", "40ft"], "container_20; there are no prices of 40-foot"),
    (["comparee"], "Did you mean 'compare'"),
    (["network", "inf"], "Did you mean 'info'"),
])  # fmt: skip
def test_what_is_typed_otherwise_leads_to_what_there_is(
    capsys: Capture, argv: list[str], remedy: str
) -> None:
    code, out, err = run(capsys, *argv)
    assert (code, out) == (2, "")
    assert remedy in err
    assert "Value error" not in err


def test_a_factor_is_what_a_scenario_multiplies_by(capsys: Capture) -> None:
    found = []
    for more in (["--scenario", "ktz-tariff-x2"], ["--set", "tariff.rail.KZ.*=x2"], []):
        code, out, _ = run(capsys, "compare", *more, "--format", "json")
        assert code == 0
        found.append([
            (one["corridor"], one["cost_cents"], one["time_min"], one["co2e_g"])
            for one in json.loads(out)["itineraries"]
        ])  # fmt: skip
    assert found[0] == found[1] != found[2]


def test_factors_are_told_from_values_and_faults_are_listed_at_once() -> None:
    values, factors, problems = parse_values(
        ["a=2", "a=x2", "b.*= x0.5", "c", "d=*2", "e=xnan", "e=x-1"]
    )
    assert (values["a"], factors["a"], factors["b.*"]) == (2.0, 2.0, 0.5)
    assert [problem.split(":")[0].split(" stands")[0] for problem in problems] == [
        "--set c", "--set d=*2", "--set e=xnan", "--set e", "--set e=x-1"
    ]  # fmt: skip
    assert is_factor("a=x2")
    assert not is_factor("x=2")


def test_a_factor_for_no_parameter_names_the_nearest(capsys: Capture) -> None:
    code, _, err = run(capsys, "compare", "--set", "tarif.rail.KZ.bulk=x2", "--set", "zzz=x2")
    assert code == 1
    assert "unknown parameter tarif.rail.KZ.bulk; did you mean tariff.rail.KZ.bulk" in err
    assert "unknown parameter zzz" in err


def test_the_options_of_a_page_keep_what_multiplies() -> None:
    asked = Request(set_value=("a.b=3", "tariff.rail.KZ.*=x2"))
    assert options_of(asked)[-2:] == ("--set", "tariff.rail.KZ.*=x2")


def test_a_country_is_a_code_or_a_name_in_any_case(capsys: Capture) -> None:
    way = ("compare", "--format", "csv", "--exclude-country")
    assert run(capsys, *way, "iran") == run(capsys, *way, "IR")
    assert run(capsys, *way, "Turkiye")[0] == 0
