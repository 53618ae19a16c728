"""Runs a command in this process, and gives what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from corridors.cli import main

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *argv: object) -> tuple[int, str, str]:
    """Return the exit code of a command, its result and its remarks."""
    code = main([str(part) for part in argv])
    out, err = capsys.readouterr()
    return code, out, err


def result(capsys: Capture, *argv: object) -> dict[str, Any]:
    """Return the JSON of a command that ends well and has no remark."""
    code, out, err = run(capsys, *argv, "--format", "json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found
