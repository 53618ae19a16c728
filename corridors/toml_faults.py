"""The mistakes of a TOML file, gathered: each with its line, none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
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

    def say(
        self, text: str, *path: str, index: int | None = None, lines: TomlLines | None = None
    ) -> None:
        """Note a mistake at a key or at an element of its list; without a key, nowhere.

        `lines` are those of a part of the file, if the key stands in several.
        """
        where, line = lines or self._lines, 0
        if path:
            line = where.of(*path) if index is None else where.of_index(index, *path)
        self._found[line, text] = None

    def items(
        self,
        value: Any,
        *path: str,
        good: Callable[[Any], bool],
        must: str,
        lines: TomlLines | None = None,
    ) -> list[tuple[int, Any]]:
        """Return the good elements of a list with their positions; note the others.

        Also what stands twice (the first is good), a list that is empty, and what is no list.
        """  # fmt: skip
        name = ".".join(path)
        if not isinstance(value, list):
            self.say(f"{name} must be a list, each {must}, not {value!r}", *path, lines=lines)
            return []
        if not value:
            self.say(f"{name} is an empty list: name something or leave it out", *path, lines=lines)
        found: list[tuple[int, Any]] = []
        for index, each in enumerate(value):
            if not good(each):
                text = f"{name}: each must be {must}, not {each!r}"
            elif any(each == other for _, other in found):
                text = f"{name}: {each!r} stands twice; leave one"
            else:
                found.append((index, each))
                continue
            self.say(text, *path, index=index, lines=lines)
        return found

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
                self._found[where, f"unknown key {f'{at}.{key}' if at else key}{hint}"] = None

    def told(self) -> list[str]:
        """Return all mistakes in the order of their lines."""
        ordered = sorted(self._found, key=lambda fault: fault[0])
        return [f"line {line}: {text}" if line else text for line, text in ordered]
