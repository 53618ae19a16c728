"""Benchmarks of sweeps: a million cases of named corridors, ten thousand optimum searches.

Whole commands by the wall clock; beside them the seconds of the processor that one block takes
alone, and what the straight way costs, one planner and one search per pair, in cases per second.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from cold import measure_cold, run_cold

from corridors.request import Request
from corridors.risk import assess
from corridors.sweep_file import read_sweep
from corridors.sweep_job import job_of
from corridors.sweep_solve import Worker

MILLION = """
destinations = ["KZUKT"]
scenarios = ["open", "no-iran", "no-russia", "suez-closed", "hormuz-shut", "situation-2026-11",
             "2030", "chabahar-rail", "rasht-astara", "winter-caspian"]
[origins]
grid = { box = [74.0, 16.0, 83.0, 25.0], step_deg = 1.0 }
[draws]
n = 1000
"""
TEN_THOUSAND = """
solve = "optimum"
destinations = ["KZUKT", "Tashkent", "Almaty-1", "RUMOW"]
[origins]
grid = { box = [74.0, 18.0, 82.0, 26.0], step_deg = 2.0 }
[draws]
n = 100
"""
HUNDRED_BY_HUNDRED = """
solve = "optimum"
[origins]
grid = { box = [74.0, 16.0, 83.0, 25.0], step_deg = 1.0 }
[destinations]
grid = { box = [64.0, 40.0, 82.0, 54.0], step_deg = 2.0 }
"""
FROM_EVERYWHERE = """
solve = "optimum"
destinations = ["KZUKT"]
[origins]
grid = { box = [73.5, 15.0, 83.4, 24.9], step_deg = 0.1 }
"""
TO_EVERYWHERE = """
solve = "optimum"
origins = ["INOSC"]
scenarios = ["open", "no-iran"]
[destinations]
grid = { box = [64.0, 40.0, 83.8, 49.9], step_deg = 0.2 }
"""
SWEEPS = {
    "million corridor-fixed": MILLION,
    "10 000 optimum: 25 x 4 x 100 draws": TEN_THOUSAND,
    "10 000 optimum: 100 x 80": HUNDRED_BY_HUNDRED,
    "10 000 optimum: 10 000 x 1": FROM_EVERYWHERE,
    "10 000 optimum: 1 x 5 000 x 2": TO_EVERYWHERE,
}


def _written(folder: Path, text: str) -> Path:
    path = folder / "cases.toml"
    path.write_text(text)
    return path


@pytest.mark.benchmark(group="sweeps, whole command", timer=time.perf_counter)
@pytest.mark.parametrize("scheduler", ["processes", "serial"])
@pytest.mark.parametrize("name", SWEEPS)
def test_sweep(benchmark: Any, tmp_path: Path, name: str, scheduler: str) -> None:
    """Memory is that of the largest process, seconds of processor are those of all."""
    path = _written(tmp_path, SWEEPS[name])
    folder = tmp_path / "results"
    argv = ("sweep", str(path), "-o", str(folder), "--scheduler", scheduler, "--quiet")
    measure_cold(benchmark, lambda: run_cold(*argv), rounds=1)
    benchmark.extra_info["cases"] = job_of(read_sweep(path)).cases
    size = sum(part.stat().st_size for part in folder.rglob("*.parquet"))
    benchmark.extra_info["parquet_mb"] = round(size / 1e6, 1)


@pytest.mark.benchmark(group="sweeps, beside one request per pair")
def test_blocks_of_corridors(benchmark: Any, tmp_path: Path) -> None:
    job = job_of(read_sweep(_written(tmp_path, MILLION)))
    worker = Worker(job)
    worker.table(job.blocks[0])
    started = time.process_time()
    benchmark.pedantic(worker.table, args=(job.blocks[1],), rounds=1)
    spent = time.process_time() - started
    benchmark.extra_info["cases_per_processor_s"] = round(job.blocks[1].pairs * job.sets / spent)


@pytest.mark.benchmark(group="sweeps, beside one request per pair")
def test_risk_of_one_pair(benchmark: Any) -> None:
    request = Request()
    assess(request.planner, request.corridors, draws=1000, seed=1, anew=False)
    planner = request.between("19.5,82.0", "KZUKT")
    started = time.process_time()
    benchmark.pedantic(
        assess,
        args=(planner, request.corridors),
        kwargs={"draws": 1000, "seed": 1, "anew": False},
        rounds=1,
    )
    benchmark.extra_info["cases_per_processor_s"] = round(1000 / (time.process_time() - started))
