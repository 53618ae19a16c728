"""Searching by words: parameters and corridors as people call them, also by a synonym."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from corridors.finding import plain_text
from corridors.synonyms import Said, meant
from geodata.families import Names, key_words
from geodata.parameters import Parameters
from geodata.rows import Parameter

Item = TypeVar("Item")

LEAST_LETTERS: Final = 3
"""Of a word that is looked for: shorter ones stand at the beginning of too many."""
MOST_NEAR: Final = 4
"""How many parameters an error names that may have been meant."""

_BETWEEN: Final = re.compile(r"[\s._*-]+")
_NO_WORD: Final = re.compile(r"[\W_]+")


def with_words(text: str, items: Iterable[Item], said: Callable[[Item], str]) -> list[Item]:
    """Return the items in whose description every word of a text stands, or part of one.

    If there is none, those in which for every word it or one of its synonyms does.

    Parameters
    ----------
    said
        Returns the description of an item.
    """
    described = [(item, plain_text(said(item))) for item in items]
    words = plain_text(text).split()
    found = [item for item, told in described if all(word in told for word in words)]
    if found or not words:
        return found
    choices = [(word, *map(plain_text, _meant(word))) for word in words]
    return [
        item
        for item, told in described
        if all(any(choice in told for choice in several) for several in choices)
    ]


def _meant(word: str) -> tuple[str, ...]:
    """Return the synonyms of a word, also of its singular."""
    return meant(Said.WORD, word) or meant(Said.WORD, word.removesuffix("s"))


def find_parameters(text: str, parameters: Parameters, names: Names) -> list[Parameter]:
    """Return the rows that a text means: a part of key, unit, source or grade, or words.

    Words are looked for in what people call the parameter ("rail tariff in Kazakhstan, bulk") too.
    """

    def said(row: Parameter) -> str:
        words = key_words(row.key, names)
        return " ".join((row.key, words, row.unit, row.source_id, row.grade.value))

    phrases = (text, *meant(Said.WORD, plain_text(text)))  # a synonym may be of several words
    found = (row for phrase in phrases for row in with_words(phrase, parameters.rows, said))
    return list({row.key: row for row in found}.values())


def near_parameters(key: str, parameters: Parameters, names: Names) -> list[str]:
    """Return keys that somebody may mean by words in place of a key: ``value_of_time``."""
    words = " ".join(_BETWEEN.split(key)).strip()
    found = find_parameters(words, parameters, names) if words else []
    return [row.key for row in found[:MOST_NEAR]]


def one_of(text: str, named: Sequence[tuple[str, str]]) -> list[str]:
    """Return the ids that a text means: by id or name in any case, else by beginnings of words.

    Parameters
    ----------
    named
        Ids and names.
    """
    wanted = plain_text(text)
    for at in (0, 1):
        exact = [pair[0] for pair in named if plain_text(pair[at]) == wanted]
        if exact:
            return exact
    words = _NO_WORD.sub(" ", wanted).split()
    if not words or min(map(len, words)) < LEAST_LETTERS:
        return []
    # words are looked for where words begin: "est" is a slip for east, and must not mean west
    told = {key: " " + _NO_WORD.sub(" ", plain_text(f"{key} {name}")) for key, name in named}
    return [key for key, text in told.items() if all(f" {word}" in text for word in words)]
