"""Commands in a process of their own, for benchmarks."""

from __future__ import annotations

import os
import subprocess
import sys

KIB_PER_MB = 1000 / 1.024


def run_cold(*argv: str) -> float:
    """Run a command line in a process of its own and return its largest memory in MB."""
    child = subprocess.Popen([sys.executable, "-m", "corridors", *argv], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return usage.ru_maxrss / KIB_PER_MB
