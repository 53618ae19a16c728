"""The mistakes of a TOML file, gathered: each with its line, none stops the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from corridors.errors import did_you_mean
from corridors.toml_lines import TomlLines


class Faults:
    """What is wrong with a file, and where.

    Parameters
    ----------
    lines
        Where its keys stand.
    """

    def __init__(self, lines: TomlLines) -> None:
        self._lines = lines
        self._found: dict[tuple[int, str], None] = {}

    def __len__(self) -> int:
        return len(self._found)

    def say(self, text: str, *path: str, item: str = "", line: int = 0) -> None:
        """Note a mistake at a key, at an item of its list, or on a line; without these, nowhere."""
        if not line and path:
            line = self._lines.of_item(item, *path) if item else self._lines.of(*path)
        self._found[line, text] = None

    def unknown(
        self,
        table: Mapping[str, Any],
        known: Collection[str],
        at: str,
        lines: TomlLines | None = None,
    ) -> None:
        """Note the keys of a table that mean nothing."""
        for key in table:
            if key not in known:
                hint = did_you_mean(key, known) or f"; there are {', '.join(known)}"
                where = (lines or self._lines).of(*filter(None, (*at.split("."), key)))
                self.say(f"unknown key {f'{at}.{key}' if at else key}{hint}", line=where)

    def told(self) -> list[str]:
        """Return all mistakes in the order of their lines."""
        ordered = sorted(self._found, key=lambda fault: fault[0])
        return [f"line {line}: {text}" if line else text for line, text in ordered]
