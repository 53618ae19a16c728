"""Published figures: every row resolves, and verdicts are plain arithmetic."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from functools import cache

import pytest

from corridors.cli import main
from corridors.report import SCHEMA_VERSION
from corridors.validation import (
    UNITS,
    Basis,
    Benchmark,
    Judge,
    Kind,
    Result,
    Standing,
    Verdict,
    error_of,
    load_benchmarks,
    verdict_of,
)
from corridors.validation_report import summary_rows
from geodata.vocabulary import CargoUnit, Grade, Mode
from geodata.world import World, load_world

ROWS = load_benchmarks()
BY_ID = {row.id: row for row in ROWS}


@cache
def world() -> World:
    return load_world()


@cache
def judged(row_id: str) -> Result:
    return Judge(world()).judge(BY_ID[row_id])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_resolves(row: Benchmark) -> None:
    low, high = row.bounds
    assert 0 < low <= high
    assert (row.published is None) == (row.low is not None) == (row.high is not None)
    assert row.tolerance_percent > 0
    assert row.source_id in world().sources
    assert row.confidence in {"high", "medium", "low"}
    assert bool(row.why) == (row.standing is not Standing.COUNTED)
    if not row.origin:
        assert row.standing is Standing.NOT_COMPARABLE
        return
    assert row.measure in UNITS
    assert {stop for stop in row.stops if "," not in stop} <= world().places.keys()
    assert len(row.mode) in {0, 1, len(row.stops) - 1}
    assert (row.cargo_unit is None) == (row.kind is Kind.DISTANCE)
    assert not row.close or row.close in world().chokepoints


def test_facts_are_all_there() -> None:
    heads = {row.id.rstrip("abcdt") for row in ROWS}
    assert {"T02", "T12", "T22", "T30", "C04", "C16", "C27", "C37", "B01", "B70"} <= heads
    assert {row.kind for row in ROWS} == set(Kind)


@pytest.mark.parametrize(("model", "bounds", "error"), [
    (100, (100, 100), 0.0),
    (110, (100, 100), 0.1),
    (90, (100, 100), -0.1),
    (150, (100, 200), 0.0),
    (220, (100, 200), 0.1),
    (80, (100, 200), -0.2),
])  # fmt: skip
def test_errors_are_against_the_nearer_end(
    model: float, bounds: tuple[float, float], error: float
) -> None:
    assert error_of(model, bounds) == pytest.approx(error)


def drawn(**changes: object) -> Benchmark:
    row = Benchmark(
        "X1", Kind.TIME, "drawn", "IRSRP", (), "IRSAR", (Mode.RAIL,), "", CargoUnit.CONTAINER_20,
        "days_between", 10.0, None, None, 30.0, Standing.COUNTED, "", Basis.FOUND, "high", "s", "",
    )  # fmt: skip
    return replace(row, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("changes", "model", "own", "verdict", "counted"), [
    ({}, 13.0, 0.0, Verdict.OK, True),
    ({}, 13.1, 0.0, Verdict.MISS, True),
    ({}, 6.9, 0.0, Verdict.MISS, True),
    ({}, 11.0, 0.6, Verdict.NOT_COMPARABLE, False),
    ({}, 20.0, 0.6, Verdict.MISS, True),
    ({"standing": Standing.CLAIM}, 11.0, 0.0, Verdict.OK, False),
    ({"standing": Standing.CLAIM}, 20.0, 0.0, Verdict.MISS, False),
    ({"standing": Standing.KNOWN_HIGH}, 10.0, 0.0, Verdict.KNOWN_BAD, False),
    ({"standing": Standing.PLANNED}, 10.0, 0.0, Verdict.NOT_COMPARABLE, False),
])  # fmt: skip
def test_verdicts(
    changes: dict[str, object], model: float, own: float, verdict: Verdict, counted: bool
) -> None:
    result = verdict_of(drawn(**changes), model, own)
    assert (result.verdict, result.counted) == (verdict, counted)


def test_grades_follow_basis_and_confidence() -> None:
    assert drawn().grade is Grade.PUBLISHED
    assert drawn(confidence="low").grade is Grade.ESTIMATED
    assert drawn(basis=Basis.COMPUTED).grade is Grade.ESTIMATED
    assert drawn(basis=Basis.RECALLED).grade is Grade.ESTIMATED


def test_the_summary_takes_the_median_of_what_counts() -> None:
    results = [verdict_of(drawn(), model, 0.0) for model in (10.0, 11.0, 16.0)] + [
        verdict_of(drawn(standing=Standing.KNOWN_HIGH), 99.0, 0.0)
    ]
    (row,) = [r for r in summary_rows(results) if (r["kind"], r["grade"]) == ("time", "published")]
    assert (row["counted"], row["ok"], row["miss"], row["known_bad"]) == (3, 2, 1, 1)
    assert row["median_error_percent"] == pytest.approx(10.0)


def test_a_time_is_the_sum_of_its_legs() -> None:
    row = BY_ID["T02"]
    itinerary = Judge(world()).itinerary(row)
    minutes = sum(leg.criteria.time_min for leg in itinerary.legs[1:-1])
    assert judged("T02").model == pytest.approx(minutes / 1440)
    passed = {leg.from_place for leg in itinerary.legs} | {leg.to_place for leg in itinerary.legs}
    assert {"IRSRP", "UZSRG"} <= passed
    assert {leg.mode for leg in itinerary.legs if leg.length_m} == {Mode.RAIL}


def test_a_figure_the_parameters_rest_on_is_no_check() -> None:
    result = judged("C14")
    assert result.verdict is Verdict.NOT_COMPARABLE
    assert result.own_share > 0.9
    assert "rests on this very source" in result.why


def test_a_figure_is_the_sum_of_its_ledger() -> None:
    for name in ("T02", "T22a"):
        result = judged(name)
        assert result.model == pytest.approx(sum(line.amount for line in result.ledger) / 1440)
    assert judged("B12b").ledger == ()  # a length


def test_sea_days_leave_the_wait_for_sailing_out() -> None:
    itinerary = Judge(world()).itinerary(BY_ID["T22a"])
    (sea,) = [leg for leg in itinerary.legs if leg.length_m]
    model = judged("T22a").model
    assert model is not None
    assert model < sea.criteria.time_min / 1440


def test_the_command_writes_every_format(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tuple(BY_ID[name] for name in ("B12b", "B61a", "T22a", "C16", "C37", "T25b"))
    monkeypatch.setattr("corridors.validation.load_benchmarks", lambda: few)
    assert main(["validate", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema_version"] == SCHEMA_VERSION
    assert [row["id"] for row in document["figures"]] == [row.id for row in few]
    assert document["scenario"]["id"] == "open"
    assert {item["parameter"] for item in document["assumptions"]} <= {
        line.parameter for row in few for line in judged(row.id).ledger
    }
    for criterion, kind in (("time", Kind.TIME), ("cost", Kind.COST)):
        found = [judged(row.id).ledger for row in few if row.kind is kind]
        ledgers = [ledger for ledger in found if ledger]
        assert ledgers
        part = [
            sum(line.amount for line in ledger if line.grade is Grade.ESTIMATED)
            / sum(line.amount for line in ledger)
            for ledger in ledgers
        ]
        mean = sum(part) / len(part)
        assert document["evidence"][criterion]["estimated"] == pytest.approx(mean)
    assert main(["validate", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    verdicts = {row["id"]: row["verdict"] for row in rows}
    assert verdicts["B61a"] == "known-bad"
    assert verdicts["C16"] == "not comparable"
    assert main(["validate"]) == 0
    captured = capsys.readouterr()
    assert "Summary of what counts" in captured.out
    for words in ("Evidence of", "Cost rests on", "Time rests on", "Most assumed"):
        assert words in captured.out
    assert captured.err == ""


@pytest.mark.parametrize("columns", ["80", "140"])
def test_the_table_names_every_source_and_fits(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    few = tuple(BY_ID[name] for name in ("B12b", "T22a", "C37"))
    monkeypatch.setattr("corridors.validation.load_benchmarks", lambda: few)
    monkeypatch.setenv("COLUMNS", columns)
    assert main(["validate"]) == 0
    lines = capsys.readouterr().out.split("* shown, not counted")[0].splitlines()
    assert max(map(len, lines)) <= int(columns)
    ids = [row.id for row in few]
    starts = [at for at, line in enumerate(lines) if line.split() and line.split()[0] in ids]
    assert len(starts) == len(few)
    for row, start, end in zip(few, starts, [*starts[1:], len(lines)], strict=True):
        own, unit = lines[start:end], UNITS[row.measure]
        words = [word for line in own for word in line.split()]
        assert unit in words
        assert row.source_id in "".join(word for word in words if word != unit)
        assert len([line for line in own if line.strip()]) <= (4 if columns == "80" else 2)


def test_every_counted_miss_has_a_likely_reason() -> None:
    results = [Judge(world()).judge(row) for row in ROWS if row.kind is not Kind.DISTANCE]
    assert all(one.benchmark.note for one in results if one.verdict is Verdict.MISS)
