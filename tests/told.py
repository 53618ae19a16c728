"""Runs what a text tells its reader to run, and compares what it shows with what comes out.

In a Markdown text, in order: a block after ``<!-- file: NAME -->`` is written to that file; a block
``sh`` is run by bash, one ``python`` by Python, with ``corridors`` and ``python`` those of the
tests; a block ``text`` right after one of them is what it prints, on 80 columns. A line ``...`` in
it stands for lines left out. ``<!-- ends: N -->`` before a block says that it ends with exit code
N, 0 if not said; ``<!-- elsewhere: ... -->`` that something else runs it. The blocks of a text
share one folder, and those of Python their names.

``python -m tests.told FILE...`` writes outputs anew where nothing is left out, and shows the
others that differ.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BASH = shutil.which("bash")
COLUMNS = 80
LEFT_OUT = "..."
_BLOCK = re.compile(
    r"(?P<marks>(?:<!-- [^\n]* -->\n)*)```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.M
)
_MARK = re.compile(r"<!-- (\w[\w-]*): (.*?) -->")
_SHELL = """set -euo pipefail
corridors() { "$TOLD_PYTHON" -m corridors "$@"; }
python() { "$TOLD_PYTHON" "$@"; }
"""


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind, its text, what marks say of it, and where all of that stands."""

    kind: str
    text: str
    marks: dict[str, str]
    start: int
    end: int

    @property
    def runs(self) -> bool:
        return self.kind in ("sh", "python") and not self.marks.keys() & {"file", "elsewhere"}


@dataclass(frozen=True)
class Told:
    """What was run, what the text shows of it (None if nothing), and what came out."""

    command: Block
    shown: Block | None
    output: str
    code: int

    @property
    def as_told(self) -> bool:
        wanted = int(self.command.marks.get("ends", "0"))
        return self.code == wanted and (self.shown is None or fits(self.shown.text, self.output))


def blocks(text: str) -> list[Block]:
    return [
        Block(
            found["kind"],
            found["text"],
            dict(_MARK.findall(found["marks"])),
            found.start(),
            found.end(),
        )
        for found in _BLOCK.finditer(text)
    ]


def fits(shown: str, output: str) -> bool:
    """Whether an output is the one shown; lines ``...`` stand for any lines."""
    pieces = [re.escape(line) for line in trimmed(shown)]
    any_lines = r"(?:[^\n]*\n)*"
    pattern = "".join(
        any_lines if piece == re.escape(LEFT_OUT) else piece + "\n" for piece in pieces
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in trimmed(output))) is not None


def trimmed(text: str) -> list[str]:
    """Return lines without spaces at their ends, and without empty lines at either end."""
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n").split("\n")


def run(text: str, folder: Path) -> Iterator[Told]:
    """Write the files of a text into a folder, run its blocks there, in order."""
    found = blocks(text)
    names: dict[str, Any] = {"__name__": "__told__"}
    for block, after in zip_longest(found, found[1:]):
        if "file" in block.marks:
            path = folder / block.marks["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif block.runs:
            follows = after is not None and not text[block.end : after.start].strip()
            shown = after if follows and after.kind == "text" else None
            execute = _shell if block.kind == "sh" else partial(_python, names=names)
            yield Told(block, shown, *execute(block.text, folder))


def _python(code: str, folder: Path, names: dict[str, Any]) -> tuple[str, int]:
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        try:
            exec(compile(code, "<told>", "exec"), names)
        except Exception:
            return out.getvalue() + traceback.format_exc(), 1
    return out.getvalue(), 0


def _shell(code: str, folder: Path) -> tuple[str, int]:
    assert BASH is not None
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {
        **os.environ,
        "COLUMNS": str(COLUMNS),
        "TOLD_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        [BASH, "-c", _SHELL + code], cwd=folder, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.stdout, done.returncode


def rewrite(path: Path) -> None:
    """Write outputs anew where nothing of them is left out; show what differs."""
    text = path.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        results = list(run(text, Path(folder)))
    for told in reversed(results):
        if told.as_told:
            continue
        sys.stdout.write(
            f"{path}: exit code {told.code}\n{told.command.text}---\n{told.output}===\n"
        )
        if told.shown and LEFT_OUT not in told.shown.text.split("\n"):
            new = "\n".join(trimmed(told.output)) + "\n"
            start = text.index("```text\n", told.shown.start) + len("```text\n")
            text = text[:start] + new + text[told.shown.end - len("```") :]
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        rewrite(Path(name))
