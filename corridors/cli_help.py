"""Help and usage errors: no summary cut short, and a word said otherwise leads to ours."""

from __future__ import annotations

import re
from typing import Any, Final

import typer
from typer.core import TyperGroup

from corridors.synonyms import Said, meant

CONTEXT: Final = {"help_option_names": ["--help", "-h"], "max_content_width": 120}
"""How wide help may be, and how it is asked for; commands have it from their group."""

_WHOLE: Final = 1000
_UsageError: Final[type[Exception]] = typer.BadParameter.__mro__[1]  # typer exports no name for it
_COMMAND: Final = re.compile(r"No such command '(.*?)'")
_VALUE: Final = re.compile(r"'(.*?)' is not one of ")
_NOISE: Final = "Value error, "


class Commands(TyperGroup):
    """Commands whose help lists their summaries whole, and whose errors say what to type."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands with their summaries, wrapped instead of cut."""
        shown = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [
            (name, command.get_short_help_str(_WHOLE))
            for name, command in shown
            if command is not None and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: Any) -> Any:
        """Run the command asked for; what is wrong with how it is typed is told with a remedy."""
        try:
            return super().invoke(ctx)
        except _UsageError as error:
            reword(error)
            raise


def reword(error: Any) -> None:
    """Add to a usage error what may have been meant, where a synonym is known."""
    message = str(getattr(error, "message", "") or "").removeprefix(_NOISE)
    option = getattr(error, "option_name", None)
    if option is not None:
        found = meant(Said.OPTION, str(option))
        if found and hasattr(error, "possibilities"):
            error.possibilities = None  # spelt alike, but not what it means
    elif command := _COMMAND.search(message):
        found = meant(Said.COMMAND, command[1])
        if found:
            message = message.split(". Did you mean")[0]
    elif value := _VALUE.search(message):
        found = meant(Said.VALUE, value[1])
    else:
        found = ()
    if found:
        message = f"{message.rstrip('.')}; try {', '.join(found)}"
    if message:
        error.message = message
