"""Sweeps on tiny shipped cases: the file, the numbers, the folder, the schedulers, the report."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import worlds
from drawn import Drawn, Transit, planned

from corridors import ends as joined_ends
from corridors import groundwork, sweep_file, sweep_job, sweep_page
from corridors.cli import main
from corridors.draws import draw_values
from corridors.pricing import By
from corridors.request import Request
from corridors.risk import assess
from corridors.simple_paths import first_return, simple_path
from corridors.staging import cargo_vertices
from corridors.sweep_file import read_sweep
from corridors.sweep_file_points import POINT_KEYS
from corridors.sweep_job import Job, job_of
from corridors.sweep_optimum import _Searches
from corridors.sweep_rows import COLUMNS
from corridors.sweep_solve import Worker
from corridors.sweep_totals import DrawBank, ranks
from geodata.errors import DataError
from geodata.rows import Parameter
from geodata.vocabulary import Mode

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "tests" / "data" / "sweep" / "slag.toml"
PATIENCE_S = 120.0


def written(folder: Path, text: str) -> Path:
    path = folder / "cases.toml"
    path.write_text(text, encoding="utf-8")
    return path


def rows_of(job: Job) -> list[dict[str, Any]]:
    worker = Worker(job)
    return [row for block in job.blocks for row in worker.table(block).to_pylist()]


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def wait_for(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sweep") / "serial"
    assert main(["sweep", str(EXAMPLE), "-o", str(folder), "--scheduler", "serial", "--quiet"]) == 0
    return folder


# ---- the file ----

MISTAKES = """\
name = 7
solve = "corridor"
by = ["cost",
  "speed", "cost"]
corridors = [
  "instc-east-sarakhs",  # [not, an, element]
  "instc-east-sarakh",
  5,
]
scenarios = ["open",
  "no-irn",
  "mine.toml"]
years = [2026,
  1900, "2030", 2026]
snap_km = 999
data = "tables"
with = ["lines.geojson"]
colour = "red"
destinations = ["KZUKT", 'a "#]",',
  "Atlantis",
  2026-01-01,
  "95,10"]

[origins]
places = ["INVTZ", "INVTZ"]
file = "points.csv"
nam = "plant"
grid = { box = [80, 10, 70, 20], step_deg = 0, country = "XX" }

[[cargo]]
commodity = "titanium_slag"
mass_t = 10

[[cargo]]
commodity = "moon_dust"
mass_t = [5,
  -1, "ten"]
unit = "barrel"

[draws]
n = 3
seed = 1.5
sed = 4
"""
FAULTS = (
    (1, "name must be a text"),
    (2, "solve must be one of"),
    (4, "one of cost, time, co2e, generalised, not 'speed'"),
    (4, "'cost' stands twice"),
    (3, 'with solve = "corridors"'),
    (7, "unknown corridor 'instc-east-sarakh'; did you mean instc-east-sarakhs"),
    (8, "corridors: each must be a text, not 5"),
    (11, "'no-irn' is unknown; did you mean no-iran"),
    (12, "mine.toml cannot be read"),
    (14, "not 1900"),
    (14, "not '2030'"),
    (14, "2026 stands twice"),
    (15, "snap_km must be"),
    (16, "data must be a list"),
    (17, "lines.geojson does not exist"),
    (18, "unknown key colour"),
    (19, 'a "#]",'),
    (20, "Atlantis"),
    (21, "datetime.date(2026, 1, 1)"),
    (22, "95,10 is not lat,lon"),
    (25, "'INVTZ' stands twice"),
    (26, "points.csv: line 2: lat '19', lon 'x' are no numbers"),
    (26, "points.csv: line 3: lat 91"),
    (27, "unknown key origins.nam; did you mean name"),
    (28, "box [80, 10, 70, 20] is no box on Earth"),
    (28, "step_deg must be above 0"),
    (28, "name a box or a country, and not both"),
    (28, "not 'XX'"),
    (35, "moon_dust"),
    (37, "not -1"),
    (37, "not 'ten'"),
    (38, "'barrel'"),
    (41, "draws.n must be a whole number from 100"),
    (42, "draws.seed"),
    (43, "unknown key draws.sed"),
)


def test_every_mistake_is_listed_with_its_line(tmp_path: Path) -> None:
    """Also those that need tables to be seen, where some of the file's own cannot be read."""
    (tmp_path / "points.csv").write_text("name,lat,lon\nA,19,x\nA,91,80\nB,20,80\n")
    with pytest.raises(DataError) as caught:
        read_sweep(written(tmp_path, MISTAKES))
    problems = list(caught.value.problems)
    numbers = [int(problem.split(" ")[1].rstrip(":")) for problem in problems]
    assert numbers == sorted(numbers)
    for line, words in FAULTS:
        (found,) = [p for p in problems if p.startswith(f"line {line}: ") and words in p]
        problems.remove(found)
    assert not problems


def test_the_example_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "--example"]) == 0
    text = capsys.readouterr().out
    path = written(tmp_path, text)
    assert main(["sweep", str(path), "-o", str(tmp_path / "x"), "--scheduler", "serial"]) == 0
    assert "2400 cases" in capsys.readouterr().out
    meant = re.findall(r"^(?:# )?(\w+) = ", text, flags=re.MULTILINE)
    known = {*sweep_file.KEYS, *sweep_file.CARGO_KEYS, *sweep_file.DRAW_KEYS, *POINT_KEYS}
    assert {*meant, "cargo", "draws", "origins"} == known


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("solve = ", "not TOML"),
        ('destinations = ["KZUKT"]', "key 'origins' is missing"),
        ('origins = ["INVTZ"]\ndestinations = []\n', "line 2: destinations is an empty list"),
        ('origins = ["20,85", "20.0,85"]\ndestinations = ["KZUKT"]', "two points are called"),
        ('origins = ["INVTZ"]\norigins = ["INVTZ"]', "line 2: not TOML: a key stands twice"),
        ("[cargo]\nunit = 3", "line 1: write [[cargo]]"),
        ("[cargo]\nunit = 3", "line 2: cargo.unit"),
        ("years = []", "line 1: years is an empty list"),
        ("[[draws]]\nn = 100", "line 1: draws must be one table"),
        (
            'origins = ["INVTZ"]\ndestinations = ["KZUKT"]\nby = ["cost", "time"]',
            "line 3: by: with solve",
        ),
        (
            'origins = ["INVTZ"]\ndestinations = ["KZUKT"]\nsolve = "optimum"\n'
            'corridors = ["suez-st-petersburg"]',
            "line 4: corridors: solve",
        ),
        ('origins = ["INVTZ"]\ndestinations = ["KZUKT"]\ndata = ["nowhere"]', "line 3: data: "),
        ('origins = ["INVTZ"]\ndestinations = ["KZUKT"]\nscenarios = ["x.toml"]', "line 3: scen"),
    ],
)
def test_single_mistakes(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DataError, match="problem") as caught:
        read_sweep(written(tmp_path, text))
    assert any(words in problem for problem in caught.value.problems), caught.value.problems


def test_a_grid_and_geojson_points(tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {"site": "Alpha"},
        "geometry": {"type": "Point", "coordinates": [85.0, 19.4]},
    }
    collection = {"type": "FeatureCollection", "features": [feature]}
    (tmp_path / "sites.geojson").write_text(json.dumps(collection))
    path = written(
        tmp_path,
        'destinations = ["KZUKT"]\n[origins]\nfile = "sites.geojson"\nname = "site"\n'
        "grid = { box = [80, 20, 81, 20.5], step_deg = 0.5 }\n",
    )
    points = read_sweep(path).origins
    assert [(p.name, p.lat, p.lon) for p in points[:1]] == [("Alpha", 19.4, 85.0)]
    assert [(p.lat, p.lon) for p in points[1:]] == [
        (lat, lon) for lat in (20.0, 20.5) for lon in (80.0, 80.5, 81.0)
    ]


def test_the_job_travels_as_text() -> None:
    job = job_of(read_sweep(EXAMPLE))
    assert Job.of_text(job.to_text()) == job


def test_own_tables_travel_with_the_job(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    header = "key,value,low,high,unit,price_year,source_id,locator,grade,as_of,note\n"
    row = "tariff.rail.KZ.container_20,9.9,9.9,9.9,usd_per_teu_km,2026,assumption,,assumed,2026,\n"
    (tmp_path / "mine" / "parameters.csv").write_text(header + row)
    text = 'origins = ["INVTZ"]\ndestinations = ["KZUKT"]\ncorridors = ["instc-east-sarakhs"]\n'
    plain = job_of(read_sweep(written(tmp_path, text)))
    job = job_of(read_sweep(written(tmp_path, text + 'data = ["mine"]\n')))
    sent = job.to_text()
    (tmp_path / "mine" / "parameters.csv").unlink()
    (dear,), (usual,) = rows_of(Job.of_text(sent)), rows_of(plain)
    assert dear["cost_usd"] > usual["cost_usd"]


@pytest.mark.parametrize("rows", [1, 40, 1_000, 10**9])
def test_blocks_hold_every_case_once(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(sweep_job, "ROWS_PER_BLOCK", rows)
    job = job_of(read_sweep(EXAMPLE))
    job = replace(job, destinations=job.origins + job.destinations)
    cases = [
        job.first_case(block, destination, origin) + draw
        for block in job.blocks
        for destination in block.destinations
        for origin in block.origins
        for draw in range(job.sets)
    ]
    assert sorted(cases) == list(range(job.cases))


# ---- the numbers ----


def test_typical_corridors_are_those_of_compare(tmp_path: Path) -> None:
    text = (
        'by = "cost"\nscenarios = ["open", "strict-sanctions"]\n'
        'origins = ["INVTZ", "19.5,84.9", "IRSRP"]\ndestinations = ["KZUKT", "Tashkent"]\n'
    )
    found = rows_of(job_of(read_sweep(written(tmp_path, text))))
    seen = 0
    for scenario in ("open", "strict-sanctions"):
        request = Request(scenario=scenario, by=By.COST)
        for origin in ("INVTZ", "19.5,84.9", "IRSRP"):
            comparison = request.between(origin, "KZUKT").compare(request.corridors)
            mine = {
                row["corridor"]: row
                for row in found
                if (row["scenario"], row["origin"], row["destination"])
                == (scenario, origin, "KZUKT")
            }
            assert len(mine) == len(request.corridors)
            for rank, itinerary in enumerate(comparison.itineraries, start=1):
                row = mine[itinerary.corridor_id]
                assert row["cost_usd"] == itinerary.criteria.cost_cents / 100
                assert row["time_h"] == round(itinerary.criteria.time_min / 60, 4)
                assert row["co2e_kg"] == itinerary.criteria.co2e_g / 1000
                assert row["generalised_usd"] == itinerary.generalised_cost_cents / 100
                assert row["rank"] == rank
                assert row["best"] is (rank == 1)
                seen += 1
            for refused in comparison.not_possible:
                assert mine[refused.corridor_id]["error_kind"] == "no_itinerary"
                assert mine[refused.corridor_id]["error"]
                assert mine[refused.corridor_id]["cost_usd"] is None
    assert seen > 40


def test_drawn_corridors_are_those_of_risk(serial: Path) -> None:
    rows = pq.read_table(serial / "cases").to_pylist()
    request = Request(origin="INVTZ", mass_t=500.0, corridor=read_sweep(EXAMPLE).corridors)
    risk = assess(request.planner, request.corridors, draws=100, seed=7, anew=False)
    for itinerary, spread in zip(risk.comparison.itineraries, risk.spreads, strict=True):
        mine = [
            row
            for row in rows
            if (row["scenario"], row["origin"], row["mass_t"], row["corridor"])
            == ("open", "INVTZ", 500.0, itinerary.corridor_id)
        ]
        assert [row["draw"] for row in mine] == list(range(100))
        assert np.mean([row["cost_usd"] for row in mine]) / 500 == pytest.approx(
            spread[By.COST].mean, rel=1e-6
        )
        assert np.median([row["time_h"] for row in mine]) / 24 == pytest.approx(
            spread[By.TIME].p50, rel=1e-5
        )
        assert np.mean([row["best"] for row in mine]) == pytest.approx(
            spread[By.GENERALISED].p_best
        )


def test_typical_optima_are_those_of_route(tmp_path: Path) -> None:
    text = (
        'solve = "optimum"\nby = ["cost", "time", "generalised"]\n'
        'origins = ["INVTZ", "19.5,84.9", "KZUKT"]\ndestinations = ["KZUKT", "20.9,85.2"]\n'
    )
    found = rows_of(job_of(read_sweep(written(tmp_path, text))))
    request = Request()
    for row in found:
        if row["origin"] == row["destination"]:
            assert "both" in row["error"]
            continue
        planner = request.between(row["origin"], row["destination"]).with_by(By(row["by"]))
        (best,) = planner.route().itineraries
        assert row["cost_usd"] == best.criteria.cost_cents / 100
        assert row["time_h"] == round(best.criteria.time_min / 60, 4)
        assert row["corridor"] is None
    assert len(found) == 5 * 3 + 1


@pytest.mark.parametrize("by", ["generalised", "time"])
def test_drawn_optima_are_those_of_a_planner_with_the_drawn_prices(tmp_path: Path, by: str) -> None:
    text = (
        f'solve = "optimum"\nby = "{by}"\norigins = ["INVTZ", "INNSA"]\n'
        'destinations = ["KZUKT"]\n[draws]\nn = 100\nseed = 3\n'
    )
    found = rows_of(job_of(read_sweep(written(tmp_path, text))))
    column = {"generalised": "generalised_usd", "time": "time_h"}[by]
    planner = Request(origin="INNSA", by=By(by)).planner
    rows = planner.parameters.rows
    drawn = draw_values(rows, 100, 3)
    mine = {row["draw"]: row for row in found if row["origin"] == "INNSA"}
    assert len(mine) == 100
    for draw in (0, 33, 66, 99):
        values = {
            row.key: float(drawn[at, draw]) for at, row in enumerate(rows) if row.high > row.low
        }
        (best,) = planner.repriced(values).route().itineraries
        exact = {
            "generalised": best.generalised_cost_cents / 100,
            "time": best.criteria.time_min / 60,
        }[by]
        # the planner rounds every arc and ledger line to whole cents and minutes
        assert mine[draw][column] == pytest.approx(exact, rel=2e-4)


@pytest.mark.parametrize("seed", range(6))
def test_drawn_optima_are_the_same_from_either_side(seed: int) -> None:
    """On drawn worlds with prices so alike that most ways are equal; some ends are on both sides.

    One start and many goals are searched from the start, any single pair from its goal.
    """
    drawn = Drawn(seed) if seed % 2 else Transit(seed)
    world = drawn.world
    loads = [worlds.loading(name, mode) for name in world.places for mode in (Mode.RAIL, Mode.ROAD)]
    drawn.world = replace(world, loading=tuple(loads))
    ends = [worlds.endpoint(row) for row in drawn.places]
    graph, _ = planned(drawn, By.COST).joined(ends, ends)
    at = [cargo_vertices(graph, end)[0] for end in ends]
    weights = np.random.default_rng(seed).integers(0, 3, (len(graph.arcs), 4)).astype(float)
    seen = 0
    for start in at:
        pairs = [(start, goal) for goal in at if goal != start]
        together = _Searches(graph, weights, pairs).ways()
        for pair, ways in zip(pairs, together, strict=True):
            assert _Searches(graph, weights, [pair]).ways() == [ways]
            seen += ways is not None
            for draw, way in enumerate(ways or ()):
                assert (graph.arcs[way[0]].tail, graph.arcs[way[-1]].head) == pair
                if first_return(graph, way) is None:
                    planned_alone = simple_path(
                        graph,
                        (weights[:, draw] + 1).astype(int).tolist(),
                        [start],
                        [{pair[1]}],
                        [()],
                    )
                    assert planned_alone is not None
                    assert planned_alone.weight == sum(weights[arc, draw] + 1 for arc in way)
    assert seen > len(ends)


def test_drawn_optima_do_not_depend_on_the_shape_of_the_sweep(tmp_path: Path) -> None:
    """Three goals of one start, and each alone: searched from either side, the same to the byte."""
    text = (
        'solve = "optimum"\nby = ["cost", "generalised"]\norigins = ["19.35,85.0"]\n'
        "destinations = {}\n[draws]\nn = 100\nseed = 3\n"
    )

    def found(goals: list[str]) -> list[dict[str, Any]]:
        rows = rows_of(job_of(read_sweep(written(tmp_path, text.format(json.dumps(goals))))))
        return [{key: row[key] for key in row if key != "case_id"} for row in rows]

    goals = ["KZUKT", "20.9,85.2", "IRSRP"]
    together = found(goals)
    assert len(together) == 3 * 2 * 100
    assert together == [row for goal in goals for row in found([goal])]


def test_ranks_share_places_and_follow_amounts() -> None:
    amounts = np.array([[3.0, 1.0], [1.0, 1.0 + 1e-12], [2.0, 5.0]])
    assert ranks(amounts).tolist() == [[3, 1], [1, 1], [2, 3]]


def test_banked_draws_are_the_draws() -> None:
    rows: list[Parameter] = [r for r in Request().world.parameters.rows if r.high > r.low][:5]
    bank = DrawBank(120, 9)
    for chosen in (rows, rows[2:], rows[::-1]):
        assert np.array_equal(bank.values(chosen), draw_values(chosen, 120, 9))


# ---- the folder ----


def test_schema_has_units_and_meanings(serial: Path) -> None:
    schema = pq.read_schema(serial / "cases" / "part-00000.parquet")
    assert schema.names == [name for name, *_ in COLUMNS]
    assert schema.field("time_h").metadata[b"unit"] == b"h"
    assert all(field.metadata[b"description"] for field in schema)


def test_manifest_states_inputs_files_and_hashes(serial: Path) -> None:
    manifest = json.loads((serial / "manifest.json").read_text())
    assert manifest["complete"] is True
    assert manifest["inputs"]["data_version"] == Request().data_version
    assert manifest["seed"] == 7
    assert manifest["cases"] == 3 * 3 * 3 * 100
    total = 0
    for part in manifest["partitions"]:
        content = (serial / part["file"]).read_bytes()
        assert sha256(content).hexdigest() == part["sha256"]
        assert pq.read_table(io.BytesIO(content)).num_rows == part["rows"]
        total += part["rows"]
    assert total == manifest["rows"]
    assert sorted(files_of(serial)) == sorted(
        ["manifest.json", "points.parquet", *(part["file"] for part in manifest["partitions"])]
    )


def test_a_case_that_fails_is_a_row_and_stops_nothing(serial: Path) -> None:
    rows = pq.read_table(serial / "cases").to_pylist()
    failed = [row for row in rows if row["origin"] == "Bay of Bengal"]
    assert len(failed) == 9  # scenarios x masses: one row for all draws
    assert {row["error_kind"] for row in failed} == {"SnapError"}
    assert all("km from the nearest road" in row["error"] for row in failed)
    assert all(row["draw"] is None and row["cost_usd"] is None for row in failed)
    assert any(row["origin"] == "Chatrapur" and row["best"] for row in rows)


@pytest.mark.parametrize("solve", ["corridors", "optimum"])
@pytest.mark.parametrize("draws", ["", "[draws]\nn = 100\n"])
def test_whatever_fails_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, solve: str, draws: str
) -> None:
    text = (
        f'solve = "{solve}"\norigins = ["INVTZ", "INNSA", "INOSC"]\n'
        f'destinations = ["KZUKT"]\n{draws}'
    )
    job = job_of(read_sweep(written(tmp_path, text)))
    sound = rows_of(job)
    joined = joined_ends.with_ends

    def failing(*given: Any, **further: Any) -> Any:
        if any(origin.place_id == "INNSA" for origin in given[3]):
            raise KeyError("no such thing")
        return joined(*given, **further)

    monkeypatch.setattr(groundwork, "with_ends", failing)
    found = rows_of(job)
    (failed,) = [row for row in found if row["origin"] == "INNSA"]
    assert (failed["error_kind"], failed["draw"]) == ("KeyError", None)
    assert "no such thing" in failed["error"]
    assert [row for row in found if row["origin"] != "INNSA"] == [
        row for row in sound if row["origin"] != "INNSA"
    ]


def test_another_sweep_does_not_write_into_the_folder(
    serial: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_of(serial)
    text = EXAMPLE.read_text().replace("seed = 7", "seed = 8")
    path = written(tmp_path, text)
    (tmp_path / "plants.csv").write_text((EXAMPLE.parent / "plants.csv").read_text())
    assert main(["sweep", str(path), "-o", str(serial), "--scheduler", "serial"]) == 1
    told = capsys.readouterr().err
    assert "another sweep" in told
    assert "inputs.seed" in told
    assert main(["sweep", str(EXAMPLE), "-o", str(tmp_path), "--scheduler", "serial"]) == 1
    assert "not empty" in capsys.readouterr().err
    assert files_of(serial) == before


def test_dry_run_counts_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    argv = ["sweep", str(EXAMPLE), "--dry-run", "--scheduler", "serial", "--format", "json"]
    assert main(argv) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["cases"] == 2700
    assert entry["rows"] > 2700
    assert entry["blocks"] == 9
    assert entry["seconds"] > 0
    assert entry["bytes"] > 0
    assert not list(tmp_path.iterdir())


def test_a_spoilt_file_is_computed_again(serial: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    for path in serial.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(serial)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (folder / "cases" / "part-00003.parquet").write_bytes(b"PAR1 torn")
    (folder / "cases" / "part-00005.parquet").unlink()
    kept = (folder / "cases" / "part-00004.parquet").stat().st_mtime_ns
    assert main(["sweep", str(EXAMPLE), "-o", str(folder), "--scheduler", "serial", "--quiet"]) == 0
    assert files_of(folder) == files_of(serial)
    assert (folder / "cases" / "part-00004.parquet").stat().st_mtime_ns == kept


# ---- schedulers ----


def start(*argv: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, *argv],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finished(process: subprocess.Popen[bytes]) -> str:
    _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, told.decode()
    return told.decode()


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_schedulers_give_the_same_bytes(serial: Path, tmp_path: Path, scheduler: str) -> None:
    folder = tmp_path / scheduler
    finished(
        start("-m", "corridors", "sweep", str(EXAMPLE), "-o", str(folder), "--scheduler", scheduler)
    )
    assert files_of(folder) == files_of(serial)


def test_a_killed_run_goes_on_where_it_was(serial: Path, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    argv = ("-m", "corridors", "sweep", str(EXAMPLE), "-o", str(folder), "--scheduler", "serial")
    process = start(*argv)
    wait_for(lambda: (folder / "progress.jsonl").exists() or process.poll() is not None)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["complete"] is False
    first = folder / "cases" / "part-00000.parquet"
    before = first.stat().st_mtime_ns
    (folder / "cases" / ".1.part-00008.parquet").write_bytes(b"half")
    with (folder / "progress.jsonl").open("a") as journal:
        journal.write('{"file": "cases/part-0000')
    told = finished(start(*argv))
    assert "are there and are kept" in told
    assert first.stat().st_mtime_ns == before
    assert files_of(folder) == files_of(serial)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a Dask scheduler and two workers, as processes of their own over localhost."""
    where = tmp_path / "scheduler.json"
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    started = [
        start(
            "-m",
            "distributed.cli.dask_scheduler",
            *local,
            "--port",
            "0",
            "--scheduler-file",
            str(where),
        )
    ]
    wait_for(lambda: where.exists() and where.stat().st_size > 0)
    address = json.loads(where.read_text())["address"]
    worker = ["-m", "distributed.cli.dask_worker", address, *local, "--no-nanny", "--nthreads", "1"]
    started += [
        start(*worker, "--local-directory", str(tmp_path / f"worker-{number}"))
        for number in range(2)
    ]
    yield address, started
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(
    serial: Path, tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, (_, first, second) = cluster
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=PATIENCE_S)
    folder = tmp_path / "cluster"
    process = start(
        "-m", "corridors", "sweep", str(EXAMPLE), "-o", str(folder), "--scheduler", address
    )
    wait_for(lambda: (folder / "progress.jsonl").exists() or process.poll() is not None)
    assert process.poll() is None, "the run was over before a worker could be killed"
    first.send_signal(signal.SIGKILL)
    finished(process)
    assert first.wait() == -signal.SIGKILL
    assert second.poll() is None
    assert files_of(folder) == files_of(serial)


def test_bad_schedulers_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path / "x")
    assert main(["sweep", str(EXAMPLE), "-o", folder, "--scheduler", "slurm"]) == 1
    assert "there are processes, threads, serial" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["sweep", str(EXAMPLE), "-o", folder]) == 1
    assert 'pip install "freight-corridors[sweep]"' in capsys.readouterr().err
    assert not Path(folder).exists()


# ---- the report ----


def test_report_says_who_wins(serial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep-report", str(serial), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    rows = pq.read_table(serial / "cases").to_pylist()
    assert len(document["winners"]) == 3 * 3 * 3
    for winner in document["winners"]:
        mine = [
            row
            for row in rows
            if all(row[key] == winner[key] for key in ("scenario", "mass_t", "origin"))
        ]
        if not any(row["best"] for row in mine):
            assert winner["winner"] == ""
            assert winner["error"]
            continue
        won = {
            corridor: sum(row["best"] for row in mine if row["corridor"] == corridor)
            for corridor in {row["corridor"] for row in mine}
        }
        assert won[winner["winner"]] == max(won.values())
        assert winner["share_won"] == pytest.approx(max(won.values()) / 100)
        own = [row["cost_usd_per_t"] for row in mine if row["corridor"] == winner["winner"]]
        assert winner["median_cost_usd_per_t"] == pytest.approx(np.median(own))


def test_switching_lines_are_where_neighbours_differ(
    serial: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep-report", str(serial), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    by = {(w["origin"], w["scenario"], w["mass_t"]): w["winner"] for w in document["winners"]}
    masses = [20.0, 500.0, 1500.0]
    expected = {
        (origin, scenario, a, b)
        for (origin, scenario, _) in by
        for a, b in pairwise(masses)
        if by[origin, scenario, a] != by[origin, scenario, b]
    }
    found = {
        (s["origin"], s["scenario"], s["from"], s["to"])
        for s in document["switching"]
        if s["axis"] == "mass_t"
    }
    assert found == expected
    scenarios = {
        (s["origin"], s["mass_t"], s["to"])
        for s in document["switching"]
        if s["axis"] == "scenario"
    }
    assert scenarios == {
        (origin, mass, scenario)
        for origin, scenario, mass in by
        if by[origin, scenario, mass] != by[origin, "open", mass]
    }


def test_winners_change_along_a_row_of_a_grid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From Baluchistan to the Ganges the cheapest of two corridors changes somewhere."""
    path = written(
        tmp_path,
        'by = "cost"\ncorridors = ["instc-east-sarakhs", "china-lianyungang-dostyk"]\n'
        'destinations = ["KZUKT"]\nsnap_km = 100\n'
        "[origins]\ngrid = { box = [64, 27, 80, 27], step_deg = 4 }\n",
    )
    folder = tmp_path / "grid"
    assert main(["sweep", str(path), "-o", str(folder), "--scheduler", "serial", "--quiet"]) == 0
    capsys.readouterr()
    page = tmp_path / "winners.html"
    argv = ["sweep-report", str(folder), "--format", "json", "--map", str(page)]
    assert main(argv) == 0
    document = json.loads(capsys.readouterr().out)
    ordered = sorted((w["lon"], w["winner"]) for w in document["winners"])
    expected = [(a, b) for (a, one), (b, two) in pairwise(ordered) if one != two]
    assert expected
    assert [(s["from"], s["to"]) for s in document["switching"] if s["axis"] == "lon"] == expected
    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert "<script src" not in text
    assert '"step":4.0' in text
    first = page.read_bytes()
    assert main(argv) == 0
    assert page.read_bytes() == first


def test_report_in_a_terminal(serial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep-report", str(serial)]) == 0
    shown = capsys.readouterr().out
    assert "Who wins how many origins" in shown
    assert "Where the winner changes" in shown


def test_a_map_without_a_folder_is_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "none" / "winners.html"
    assert main(["sweep-report", str(tmp_path), "--map", str(page)]) == 1
    said = capsys.readouterr().err
    assert "the folder of" in said
    assert "no folder of a sweep" not in said


def test_report_of_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep-report", str(tmp_path)]) == 1
    assert "no folder of a sweep" in capsys.readouterr().err


@pytest.mark.parametrize("step", [1.0, None])
def test_scattered_points_are_no_grid(step: float | None) -> None:
    """Rounded to hundredths they have a step too, and their cells would be too small to see."""
    spots = [(row, column) for row in range(3) for column in range(3)]
    far = [(7.98, 76.86), (7.99, 78.82), (9.94, 77.42), (12.31, 80.05)]
    chosen = spots if step else far
    points = {
        ("origin", str(at)): SimpleNamespace(lat=lat, lon=lon, place_id=None)
        for at, (lat, lon) in enumerate(chosen)
    }
    assert sweep_page._step(SimpleNamespace(points=points)) == step  # type: ignore[arg-type]
