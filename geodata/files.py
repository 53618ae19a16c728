"""Writing files whole: under a temporary name, then renamed. One routine for every format."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from geodata.errors import DataError


def check_target(path: Path) -> Path:
    """Return where a file would be written; for asking before long work, not only after it.

    Raises
    ------
    DataError
        If the name is empty or a folder, or its folder does not exist; says which.
    """
    if not path.name:
        raise DataError("output", [f"{str(path)!r} names no file"])
    target = path.resolve()
    if target.is_dir():
        raise DataError("output", [f"{path} is a folder; give a file name in it"])
    if not target.parent.is_dir():
        raise DataError("output", [f"the folder of {path} does not exist; make it first"])
    return target


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Have `write` make a file, and put it at `path` only when it is complete.

    A symbolic link is followed. What exists and is no regular file (a pipe, a device) is written
    into directly: it has no half-written state to hide.

    Raises
    ------
    DataError
        As `check_target` does.
    """
    target = check_target(path)
    if target.exists() and not target.is_file():
        write(path)
        return
    # the ending stays: some writers choose their format by it
    scratch = target.with_name(f".{os.getpid()}.{target.name}")
    try:
        write(scratch)
        scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)


def write_bytes_whole(path: Path, content: bytes) -> None:
    """Write bytes; see `write_whole`."""

    def write(scratch: Path) -> None:
        scratch.write_bytes(content)

    write_whole(path, write)


def write_text_whole(path: Path, text: str) -> None:
    """Write UTF-8 text with the line ends that it has; see `write_whole`."""
    write_bytes_whole(path, text.encode("utf-8"))
