"""Options that mean one thing everywhere, and how commands end."""

from __future__ import annotations

import functools
import inspect
import math
import os
import re
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from corridors import cli_completion as completion
from corridors.errors import CorridorsError, NoItineraryError, UnknownPlaceError
from corridors.output import Format, check_ending, complain
from corridors.pricing import By
from corridors.request import (
    DEFAULT_CARGO,
    DEFAULT_DESTINATION,
    DEFAULT_MASS_T,
    DEFAULT_ORIGIN,
    Request,
)
from geodata.errors import DataError
from geodata.files import check_target
from geodata.vocabulary import CargoUnit

EXIT_DATA: Final = 1
EXIT_NO_ITINERARY: Final = 3


def refuse_early(path: Path, *checks: Callable[[Path], object]) -> None:
    """End the command if a file could not be written, before anything is computed for it."""
    try:
        for check in (check_target, *checks):
            check(path)
    except (CorridorsError, DataError) as error:
        complain(str(error))
        raise typer.Exit(EXIT_DATA) from None


def in_a_folder(context: typer.Context, path: Path | None) -> Path | None:
    """Refuse a file whose folder does not exist: the callback of an option that names one."""
    if path is not None and not context.resilient_parsing:
        refuse_early(path)
    return path


def _writable(context: typer.Context, path: Path | None) -> Path | None:
    if path is None or context.resilient_parsing:
        return path
    if str(path) == _STDOUT:
        return None
    refuse_early(path, check_ending)
    return path


FormatOption = Annotated[Format, typer.Option("--format", help="Output format.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write to a file instead of stdout.", callback=_writable),
]
DataOption = Annotated[
    list[Path] | None,
    typer.Option("--data", help="Folder of tables whose rows replace or extend the shipped ones."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No remarks on stderr.")]
WithOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--with", help="Lines and places of your own: GeoJSON, GeoPackage, ...; repeatable."
    ),
]
_STDOUT: Final = "-"
"""How other programs call it; nobody wants a file of that name."""
_EXAMPLE: Final = re.compile(r"^Examples?:", re.MULTILINE)
MOST_REMARKS: Final = 10
"""Remarks on files that stderr shows; `corridors network check` lists all."""


def _distance(value: float) -> float:
    if not (math.isfinite(value) and value >= 0):
        raise typer.BadParameter(f"must be a number of km, zero or more, not {value:g}")
    return value


JoinOption = Annotated[
    float,
    typer.Option(
        "--join-km",
        help="How far the ends of lines of --with may be moved.",
        callback=_distance,
    ),
]


def _positive(value: float) -> float:
    if not value > 0:
        raise typer.BadParameter(f"must be more than zero tonnes, not {value:g}")
    return value


REQUEST_PARAMETERS: Final = {
    "origin": Annotated[
        str, typer.Argument(help="Place id, name, or lat,lon.", autocompletion=completion.PLACES)
    ],
    "destination": Annotated[
        str, typer.Argument(help="Place id, name, or lat,lon.", autocompletion=completion.PLACES)
    ],
    "cargo": Annotated[
        str,
        typer.Option(
            "--cargo",
            help="Commodity: `corridors parameters value.` lists them.",
            autocompletion=completion.CARGOES,
        ),
    ],
    "mass_t": Annotated[
        float, typer.Option("--mass-t", help="Mass in tonnes.", callback=_positive)
    ],
    "unit": Annotated[CargoUnit, typer.Option("--unit", help="Cargo unit.")],
    "by": Annotated[By, typer.Option("--by", help="What is best by.")],
    "corridor": Annotated[
        list[str] | None,
        typer.Option(
            "--corridor",
            help="Only this corridor: id, name, or words of it; repeatable.",
            autocompletion=completion.CORRIDORS,
        ),
    ],
    "scenario": Annotated[
        str,
        typer.Option(
            "--scenario",
            help="Scenario name, or a .toml file of your own.",
            autocompletion=completion.SCENARIOS,
        ),
    ],
    "exclude_country": Annotated[
        list[str] | None,
        typer.Option(
            "--exclude-country",
            help="Country not to pass: ISO code or name; repeatable.",
            autocompletion=completion.COUNTRIES,
        ),
    ],
    "close": Annotated[
        list[str] | None,
        typer.Option(
            "--close",
            help="Place, border crossing or chokepoint to shut; repeatable.",
            autocompletion=completion.CLOSABLES,
        ),
    ],
    "year": Annotated[
        int | None, typer.Option("--year", help="Use planned lines that open by this year.")
    ],
    "set_value": Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="PARAMETER=VALUE, or =x2 to double it; * is any text; repeatable.",
            autocompletion=completion.VALUES,
        ),
    ],
    "data": DataOption,
    "with_files": WithOption,
    "join_km": JoinOption,
    "snap_km": Annotated[
        float,
        typer.Option(
            "--snap-km", help="How far a free point may be from a road.", callback=_distance
        ),
    ],
    "quiet": QuietOption,
}
REQUEST_DEFAULTS: Final[dict[str, Any]] = {
    "origin": DEFAULT_ORIGIN,
    "destination": DEFAULT_DESTINATION,
    "cargo": DEFAULT_CARGO,
    "mass_t": DEFAULT_MASS_T,
    "unit": CargoUnit.CONTAINER_20,
    "by": By.GENERALISED,
    "scenario": "open",
    "join_km": Request.join_km,
    "snap_km": Request.snap_km,
    "quiet": False,
}


def takes_request(
    without: Collection[str] = (),
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of a request; it receives them as its first argument."""
    offered = {name: what for name, what in REQUEST_PARAMETERS.items() if name not in without}

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def wrapper(**given: Any) -> None:
            stated: dict[str, Any] = {name: given.pop(name) for name in offered}
            quiet = stated.pop("quiet", False)
            fields = {name: _plural(value) for name, value in stated.items() if value is not None}
            request = Request(**fields)
            if not quiet:
                remark_on_files(request)
            try:
                command(request, **given)
            except UnknownPlaceError as error:
                raise _corridor_for_place(error, request, optional=takes_corridor) from None

        takes_corridor = "corridor" in {*offered, *inspect.signature(command).parameters}
        own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
        shared = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=REQUEST_DEFAULTS.get(name),
                annotation=annotation,
            )
            for name, annotation in offered.items()
        ]
        needed = [one for one in own if one.default is inspect.Parameter.empty]
        other = [one for one in own if one.default is not inspect.Parameter.empty]
        parameters = [
            one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*needed, *shared, *other)
        ]
        wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        wrapper.__annotations__ = {one.name: one.annotation for one in parameters}
        del wrapper.__wrapped__
        return wrapper

    return decorate


def _corridor_for_place(
    error: UnknownPlaceError, request: Request, *, optional: bool
) -> CorridorsError:
    """Return the error of a place that is a corridor's id; any other as it is."""
    from corridors.named import load_corridors

    known = {one.corridor_id for one in load_corridors(request.world, *request.data)}
    if error.text not in known:
        return error
    remedy = f"give it as --corridor {error.text}" if optional else "leave it out"
    return CorridorsError(
        f"{error.text!r} is a corridor, no place: {remedy}; `corridors explain {error.text}` "
        "shows it amount by amount"
    )


def remark_on_files(request: Request) -> None:
    """Say on stderr what of the request's own lines and places is not as somebody may think."""
    remarks = request.remarks
    for remark in remarks[:MOST_REMARKS]:
        complain(remark)
    if len(remarks) > MOST_REMARKS:
        complain(
            f"{len(remarks) - MOST_REMARKS} remarks more: `corridors network check FILE` lists them"
        )


def _plural(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def reports_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Turn what a person can put right into one message and an exit code.

    The command's examples stand in its help as they are to be typed, whatever the width.
    """

    @functools.wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except NoItineraryError as error:
            complain(str(error))
            raise typer.Exit(EXIT_NO_ITINERARY) from None
        except (CorridorsError, DataError) as error:
            complain(str(error))
            raise typer.Exit(EXIT_DATA) from None
        except BrokenPipeError:
            # who reads our stdout has seen enough: say nothing more, also not when closing
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(EXIT_DATA) from None
        except OSError as error:
            complain(f"{error.filename or 'file'}: {error.strerror or error}")
            raise typer.Exit(EXIT_DATA) from None

    wrapper.__doc__ = _EXAMPLE.sub("\b\n\\g<0>", inspect.cleandoc(command.__doc__ or ""))
    return wrapper
