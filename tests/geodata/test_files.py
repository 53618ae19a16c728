"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.errors import DataError
from geodata.files import write_text_whole, write_whole


def test_a_failing_writer_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "result.txt"
    write_text_whole(path, "old")

    def fail(scratch: Path) -> None:
        scratch.write_text("half")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        write_whole(path, fail)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.txt"]


@pytest.mark.parametrize(("name", "message"), [
    ("", "is a folder"),
    ("no/such/file.txt", "folder of .* does not exist"),
])  # fmt: skip
def test_impossible_targets(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        write_text_whole(tmp_path / name, "x")
