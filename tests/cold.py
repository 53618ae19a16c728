"""Commands in a process of their own, for benchmarks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

KIB_PER_MB = 1000 / 1.024


class Cold(NamedTuple):
    """What a process took: its largest memory in MB, and the seconds of the processor."""

    memory_mb: float
    cpu_s: float


def run_cold(*argv: str, code: int = 0) -> Cold:
    """Run a command line of ours in a process of its own."""
    return run_python("-m", "corridors", *argv, code=code)


LAUNCHER = """
import os, sys
child = os.posix_spawn(sys.executable, [sys.executable, *sys.argv[1:]], os.environ,
    file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, used = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), used.ru_maxrss, used.ru_utime + used.ru_stime)
"""
"""A process counts as its own what its parent had when it was made: so the parent is small."""


def run_python(*argv: str, code: int = 0) -> Cold:
    """Run Python in a process of its own, and wait for it to end as expected."""
    command = [sys.executable, "-S", "-E", "-c", LAUNCHER, *argv]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    ended, memory_kib, cpu_s = done.stdout.split()
    assert int(ended) == code
    return Cold(int(memory_kib) / KIB_PER_MB, float(cpu_s))


def measure_cold(benchmark: Any, run: Callable[[], Cold], rounds: int, warmup: int = 0) -> None:
    """Benchmark a process by the wall clock; note its memory and the least time it computed.

    The timer of a benchmark may be that of this process, in which nothing is computed meanwhile.
    """
    found: list[Cold] = []
    benchmark.pedantic(lambda: found.append(run()), rounds=rounds, warmup_rounds=warmup)
    benchmark.extra_info["memory_mb"] = round(max(one.memory_mb for one in found))
    benchmark.extra_info["cpu_s"] = round(min(one.cpu_s for one in found), 3)
