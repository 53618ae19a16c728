"""Shell completion: which option completes what, written as the asking shell wants it.

Installing and the protocol are typer's own (``--install-completion``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import typer

from corridors import completing
from corridors.completing import Offer

_ASKED: Final = "_CORRIDORS_COMPLETE"
"""Where typer's scripts say which shell asks."""
_PLAIN: Final = re.compile(r"[\w@%+=:,./-]*")
_SPECIAL: Final = re.compile(r"([^\w@%+=:,./-])")

Finder = Callable[[str, Sequence[Path]], list[Offer]]
Completer = Callable[[typer.Context, str], list[tuple[str, str]]]


class Chosen(str):
    """A completion that fits: typer compares first letters again and would drop `Ust` for `ust`."""

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        """Say yes."""
        return True


def completer(find: Finder) -> Completer:
    """Return what typer asks for completions: those of `find`, also from the folders of --data."""

    def complete(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
        folders = [Path(folder) for folder in ctx.params.get("data") or ()]
        shell = os.environ.get(_ASKED, "").partition("_")[2]
        in_quotes = os.environ.get("COMP_WORDS", "").rpartition("\n")[2].startswith(("'", '"'))
        return [
            (Chosen(written(offer.text, shell, in_quotes=in_quotes)), offer.about)
            for offer in find(incomplete, folders)
        ]

    return complete


def written(text: str, shell: str, *, in_quotes: bool) -> str:
    """Return a completion so that the command line gets it as one word.

    Parameters
    ----------
    in_quotes
        Whether the word was begun with a quotation mark, so that Bash adds none of its own.
    """
    if _PLAIN.fullmatch(text):
        return text
    match shell:
        case "bash":  # zsh and fish escape by themselves
            return text if in_quotes else _SPECIAL.sub(r"\\\1", text)
        case "powershell" | "pwsh":
            return "'" + text.replace("'", "''") + "'"
        case _:
            return text


PLACES: Final[Any] = completer(completing.place_offers)
CLOSABLES: Final[Any] = completer(completing.closable_offers)
COUNTRIES: Final[Any] = completer(completing.country_offers)
CORRIDORS: Final[Any] = completer(completing.corridor_offers)
SCENARIOS: Final[Any] = completer(completing.scenario_offers)
VALUES: Final[Any] = completer(completing.value_offers)
KEYS: Final[Any] = completer(completing.key_offers)
CARGOES: Final[Any] = completer(completing.cargo_offers)
