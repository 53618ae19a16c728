"""Run every benchmark and write the report: ``python -m tests.benchmarks -o FOLDER``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.report import write_report

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main() -> int:
    """Run pytest-benchmark in a process of its own, and write report.md and report.json."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the report")
    parser.add_argument("--links", default="", help="sizes to grow to as well, as in 10000000")
    parser.add_argument("-k", dest="chosen", default="", help="as pytest has it: only some")
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    raw = given.output.resolve() / "pytest-benchmark.json"
    argv = [
        sys.executable, "-m", "pytest", str(HERE), "-q", f"--benchmark-json={raw}",
        # warm searches are timed by the processor's clock: others may use the machine meanwhile
        "--benchmark-timer=time.process_time", "--benchmark-columns=min,median,rounds",
    ]  # fmt: skip
    argv += ["-k", given.chosen] if given.chosen else []
    environment = {**os.environ, "CORRIDORS_GROWTH": given.links}
    done = subprocess.run(argv, cwd=ROOT, env=environment, check=False)
    if not raw.exists():
        return done.returncode or 1
    print(write_report(raw, given.output))  # noqa: T201 - a command of ours
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
