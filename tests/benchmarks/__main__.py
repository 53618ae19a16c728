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
NOTHING_CHOSEN = 5
"""What pytest ends with if a file has none of the chosen benchmarks."""


def main() -> int:
    """Run the benchmarks, and write report.md and report.json; after each file, what there is."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the report")
    parser.add_argument("--links", default="", help="sizes to grow to as well, as in 10000000")
    parser.add_argument("-k", dest="chosen", default="", help="as pytest has it: only some")
    given = parser.parse_args()
    folder = given.output.resolve() / "pytest-benchmark"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    environment = {**os.environ, "CORRIDORS_GROWTH": given.links}
    code = 0
    for path in sorted(HERE.glob("bench_*.py")):
        raw = folder / f"{path.stem}.json"
        argv = [
            sys.executable, "-m", "pytest", str(path), "-q", f"--benchmark-json={raw}",
            # warm searches are timed by the processor's clock: others may use the machine meanwhile
            "--benchmark-timer=time.process_time", "--benchmark-columns=min,median,rounds",
        ]  # fmt: skip
        argv += ["-k", given.chosen] if given.chosen else []
        ended = subprocess.run(argv, cwd=ROOT, env=environment, check=False).returncode
        code = code or (0 if ended == NOTHING_CHOSEN else ended)
        found = [each for each in sorted(folder.glob("*.json")) if each.stat().st_size]
        if found:
            print(write_report(found, given.output))  # noqa: T201 - a command of ours
    return code


if __name__ == "__main__":
    raise SystemExit(main())
