"""Where a key or a list item stands in a TOML text, so that a message can name its line."""

from __future__ import annotations

import re
from typing import Final

_PART: Final = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_PATH: Final = rf"{_PART}(?:\s*\.\s*{_PART})*"
_TABLE: Final = re.compile(rf"\s*\[\[?\s*({_PATH})\s*\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(rf"\s*({_PATH})\s*=")
_TEXT: Final = re.compile(r"\"\"\"|'''")
_TOKEN: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""|'
    r"'''.*?'''|"
    r'"(?:\\.|[^"\\\n])*"|'
    r"'[^'\n]*'|#[^\n]*|\s+|.",
    re.DOTALL,
)


class TomlLines:
    """Line numbers (from 1) of a text that `tomllib` has read without complaint.

    A path is the table's name and the key, joined by dots: ``set.tariff.rail.KZ.bulk`` is found
    whether the key was quoted or its parts were nested. Inline tables are found by their own key.
    """

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._starts: dict[str, int] = {}
        self._ends: dict[str, int] = {}
        table, last, inside = "", "", ""
        for number, line in enumerate(self._lines, start=1):
            if inside:
                inside = "" if inside in line else inside
                continue
            header, key = _TABLE.match(line), _KEY.match(line)
            # inside a list, a line of it may look like a table: a nested list does
            if header and not self._in_list(last, number):
                table = _path(header[1])
                self._note(last, table, number)
                last = table
            elif key and not self._in_list(last, number):
                path = ".".join(filter(None, (table, _path(key[1]))))
                self._note(last, path, number)
                last = path
            marks = _TEXT.findall(line)
            inside = marks[0] if len(marks) % 2 else ""
        self._ends.setdefault(last, len(self._lines) + 1)

    def of(self, *path: str) -> int:
        """Return the line of a key, else of the nearest table around it, else 1."""
        parts = list(path)
        while parts:
            found = self._starts.get(".".join(parts))
            if found is not None:
                return found
            parts.pop()
        return 1

    def of_item(self, item: str, *path: str) -> int:
        """Return the line of a text inside the value of a key, else the line of the key."""
        start = self.of(*path)
        end = self._ends.get(".".join(path), start + 1)
        quoted = (f'"{item}"', f"'{item}'")
        for number in range(start, end):
            if any(text in self._lines[number - 1] for text in quoted):
                return number
        return start

    def of_index(self, index: int, *path: str) -> int:
        """Return the line on which an element of a key's list begins, else the line of the key."""
        start = self.of(*path)
        if ".".join(path) not in self._starts:
            return start
        value = "\n".join(self._lines[start - 1 :]).split("=", 1)[-1]
        depth, at, fresh, line = 0, 0, False, start
        for token in _TOKEN.findall(value):
            opens, blank = token in "[{", token.isspace() or token.startswith("#")
            if fresh and not blank and token not in "],":
                if at == index:
                    return line
                fresh = False
            if opens:
                depth += 1
                fresh = fresh or depth == 1
            elif token in "]}":
                depth -= 1
            elif token == "," and depth == 1:
                at, fresh = at + 1, True
            if not depth and not blank:
                break  # the list has ended, or is none
            line += token.count("\n")
        return start

    def _note(self, before: str, path: str, number: int) -> None:
        self._ends.setdefault(before, number)
        self._starts.setdefault(path, number)

    def _in_list(self, path: str, number: int) -> bool:
        """Return whether the value of a key is a list that is still open before a line."""
        start = self._starts.get(path)
        if start is None or not _KEY.match(self._lines[start - 1]):
            return False
        value = "\n".join(self._lines[start - 1 : number - 1]).split("=", 1)[1]
        bare = re.sub(r'"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', "", value)
        return bare.count("[") > bare.count("]")


def _path(text: str) -> str:
    return ".".join(part.strip("\"'") for part in re.findall(_PART, text))
