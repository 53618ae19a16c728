"""Commands in a process of their own, for benchmarks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

KIB_PER_MB = 1000 / 1.024


class Cold(NamedTuple):
    """What a process took: its largest memory in MB, and the seconds of the processor."""

    memory_mb: float
    cpu_s: float


def run_cold(*argv: str) -> Cold:
    """Run a command line of ours in a process of its own."""
    return run_python("-m", "corridors", *argv)


def run_python(*argv: str) -> Cold:
    """Run Python in a process of its own, and wait for it to end well."""
    child = subprocess.Popen([sys.executable, *argv], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return Cold(usage.ru_maxrss / KIB_PER_MB, usage.ru_utime + usage.ru_stime)


def measure_cold(benchmark: Any, run: Callable[[], Cold], rounds: int, warmup: int = 0) -> None:
    """Benchmark a process by the wall clock; note its memory and the least time it computed.

    The timer of a benchmark may be that of this process, in which nothing is computed meanwhile.
    """
    found: list[Cold] = []
    benchmark.pedantic(lambda: found.append(run()), rounds=rounds, warmup_rounds=warmup)
    benchmark.extra_info["memory_mb"] = round(max(one.memory_mb for one in found))
    benchmark.extra_info["cpu_s"] = round(min(one.cpu_s for one in found), 3)
