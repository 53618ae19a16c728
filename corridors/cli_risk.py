"""Commands about uncertainty: risk, sensitivity, break-even."""

from __future__ import annotations

from typing import Annotated

import typer

from corridors import cli_completion as completion
from corridors.cli_options import FormatOption, OutputOption, reports_errors, takes_request
from corridors.draws import DRAWS, FEWEST_DRAWS, MOST_DRAWS, SEED
from corridors.errors import CorridorsError
from corridors.output import Format, emit, emit_rows, refuse_geojson, show, to_json
from corridors.pricing import By
from corridors.request import Request

app = typer.Typer()

CriterionOption = Annotated[
    By | None, typer.Option("--criterion", help="What is measured; as --by if not given.")
]


@app.command()
@reports_errors
@takes_request()
def risk(
    request: Request,
    draws: Annotated[
        int, typer.Option("--draws", min=FEWEST_DRAWS, max=MOST_DRAWS, help="How many draws.")
    ] = DRAWS,
    seed: Annotated[int, typer.Option("--seed", min=0, help="What the draws start from.")] = SEED,
    anew: Annotated[
        bool,
        typer.Option("--reoptimise", help="Let each draw choose its way inside each corridor."),
    ] = False,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Say how sure the ranking is: P10, P50, P90 and how often each corridor is best.

    Every parameter is drawn from its low, typical and high value; one draw of a row holds wherever
    the row is used. A value given by --set or a scenario takes its range along, in proportion.

    Example: corridors risk --draws 10000 --seed 1 --reoptimise
    """
    from corridors.risk import assess, risk_document, risk_rows
    from corridors.uncertainty_text import risk_view

    refuse_geojson(output_format)
    found = assess(request.planner, request.corridors, draws=draws, seed=seed, anew=anew)
    match output_format:
        case Format.TABLE:
            show(risk_view(found, request.data_version), output)
        case Format.JSON:
            emit(to_json(risk_document(found, request.data_version)), output)
        case _:
            emit_rows(risk_rows(found), output_format, output)


@app.command()
@reports_errors
@takes_request(without=["corridor"])
def sensitivity(
    request: Request,
    corridor: Annotated[
        str | None,
        typer.Option(
            "--corridor",
            help="Id, name, or words of it; the best one if not given.",
            autocompletion=completion.CORRIDORS,
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            help="Measure the gap to this corridor.",
            autocompletion=completion.CORRIDORS,
        ),
    ] = None,
    criterion: CriterionOption = None,
    top: Annotated[
        int, typer.Option("--top", min=1, help="How many the table shows; files hold all.")
    ] = 15,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Show which parameters move a corridor's total, or its gap to another, from low to high.

    Example: corridors sensitivity --against china-lianyungang-dostyk
    """
    from corridors import uncertainty
    from corridors.named import pick
    from corridors.uncertainty_text import tornado_view

    refuse_geojson(output_format)
    chosen = pick(request.corridors, [corridor] if corridor else [])
    other = pick(request.corridors, [against])[0] if against else None
    if other is not None:
        if corridor and chosen[0] is other:
            raise CorridorsError(f"--against {against}: name another corridor than --corridor")
        chosen = tuple(one for one in chosen if one is not other)
    found = uncertainty.drivers_of(request.planner, chosen, criterion or request.by, other)
    match output_format:
        case Format.TABLE:
            show(tornado_view(found, top, request.data_version), output)
        case Format.JSON:
            emit(to_json(uncertainty.sensitivity_document(found, request.data_version)), output)
        case _:
            emit_rows(uncertainty.swing_rows(found), output_format, output)


@app.command()
@reports_errors
@takes_request(without=["corridor"])
def breakeven(
    request: Request,
    first: Annotated[
        str,
        typer.Argument(
            metavar="A", help="Id, name, or words of it.", autocompletion=completion.CORRIDORS
        ),
    ],
    second: Annotated[
        str,
        typer.Argument(
            metavar="B", help="Id, name, or words of it.", autocompletion=completion.CORRIDORS
        ),
    ],
    criterion: CriterionOption = None,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Find the value of each parameter at which two corridors tie.

    Example: corridors breakeven instc-east-sarakhs china-lianyungang-dostyk
    """
    from corridors import uncertainty
    from corridors.named import pick
    from corridors.uncertainty_text import breakeven_view

    refuse_geojson(output_format)
    pair = pick(request.corridors, [first, second])
    if len(pair) == 1:
        raise CorridorsError(f"{pair[0].corridor_id} is named twice: name two corridors")
    found = uncertainty.breakeven_of(request.planner, pair[0], pair[1], criterion or request.by)
    match output_format:
        case Format.TABLE:
            show(breakeven_view(found, request.data_version), output)
        case Format.JSON:
            emit(to_json(uncertainty.breakeven_document(found, request.data_version)), output)
        case _:
            emit_rows(uncertainty.tie_rows(found), output_format, output)
