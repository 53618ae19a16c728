"""The command that draws the page's charts as pictures: PNG, SVG, or Vega-Lite with its rows."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from corridors.cli_options import refuse_early, reports_errors, takes_request
from corridors.draws import DRAWS, SEED
from corridors.errors import CorridorsError, NoItineraryError
from corridors.output import to_json
from corridors.request import Request
from geodata.files import write_bytes_whole
from geodata.parts import Part
from maps.texts import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridors.chart_data import Rows
    from corridors.planner import Comparison


class Kind(StrEnum):
    """Which chart; `maps.charts.kinds` names the same."""

    TIME_DISTANCE = "time-distance"
    COST_DISTANCE = "cost-distance"
    FRONT = "front"
    COST_COMPOSITION = "cost-composition"
    TIME_COMPOSITION = "time-composition"
    RISK = "risk"
    TORNADO = "tornado"
    TORNADO_GAP = "tornado-gap"


class Theme(StrEnum):
    """Colours of a picture."""

    LIGHT = "light"
    DARK = "dark"


ENDINGS: Final = (".png", ".svg", ".json")
VEGA_LITE: Final = "6.4"
SCALE: Final = 2.0
"""Pixels of a PNG per unit of the drawing."""
EVENTS: Final = ("load", "transshipment", "border_crossing", "gauge_change", "unload")
NUMBERS: Final = {
    Language.EN: (".", "\u202f", [3]),
    Language.RU: (",", "\u00a0", [3]),
    Language.KK: (",", "\u00a0", [3]),
    Language.HI: (".", ",", [3, 2, 2, 2]),
}
"""Decimal sign, sign between groups, and the sizes of groups from the right."""


def _ending(context: typer.Context, path: Path) -> Path:
    if context.resilient_parsing:
        return path
    if path.suffix.lower() not in ENDINGS:
        raise typer.BadParameter(f"{path}: a chart is written as {', '.join(ENDINGS)}")
    refuse_early(path)
    return path


@reports_errors
@takes_request()
def chart(
    request: Request,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help=f"One of {', '.join(Kind)}.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="The .png, .svg or .json file.", callback=_ending),
    ],
    theme: Annotated[Theme, typer.Option("--theme", help="Colours.")] = Theme.LIGHT,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the words.")] = Language.EN,
) -> None:
    """Draw one of the page's charts as PNG or SVG, or write it as Vega-Lite with its rows.

    time-distance and cost-distance show every stop as a step, after UNESCAP; front shows cost
    against time; cost-composition and time-composition what it is made of; risk P10 to P90; tornado
    what moves the best corridor's total, tornado-gap what moves its lead.

    Example: corridors chart time-distance -o time-distance.svg
    """
    ending = output.suffix.lower()
    if ending != ".json":
        _converter()  # says what is missing before anything is computed
    comparison = request.planner.compare(request.corridors)
    if not comparison.itineraries:
        raise NoItineraryError("no corridor is possible in this scenario; there is nothing to draw")
    spec = _spec(request, comparison, kind, theme, lang)
    if ending == ".json":
        drawn = to_json(spec).encode()
    elif ending == ".svg":
        drawn = _converter().vegalite_to_svg(spec, vl_version=VEGA_LITE).encode()
    else:
        drawn = _converter().vegalite_to_png(spec, vl_version=VEGA_LITE, scale=SCALE)
    write_bytes_whole(output, drawn)


def _converter() -> Any:
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise CorridorsError(
            "pictures of charts need the package vl-convert-python: "
            "pip install 'freight-corridors[charts]'; a .json file needs nothing more"
        ) from None
    return vl_convert


def _spec(
    request: Request, comparison: Comparison, kind: Kind, theme: Theme, lang: Language
) -> dict[str, Any]:
    """Return the chart as Vega-Lite, with its words, colours and rows."""
    from corridors.chart_curves import frame as frame_of
    from maps.charts.filling import fill, looks
    from maps.offline import asset
    from maps.texts import interface_texts

    texts = interface_texts()[lang]
    rows = _rows(request, comparison, kind)
    by = comparison.by.value
    # the converter's own font has no small two: another font would take its place
    texts = {key: text.replace("₂", "2") for key, text in texts.items()}
    words = {
        **texts,
        "title": texts[f"chart.{kind.value.replace('-', '_')}.title"],
        "subtitle": [*_of_whom(comparison, kind, texts), *_subtitle(request, comparison, texts)],
        "chart.axis.by": texts[f"chart.axis.{by}"],
        "chart.axis.change": texts[f"chart.axis.change.{by}"],
    }
    frame = frame_of(rows) if "legs" in rows else {}
    found = {row["unit"] for row in rows.get("swings", ())}
    units = {unit: texts.get(f"unit.{unit}", unit) for unit in sorted(found)}
    spec: dict[str, Any] = fill(
        json.loads(asset(f"charts/{kind.value}.vl.json")),
        words,
        {**looks(dark=theme is Theme.DARK), **_shown(rows), **frame, "units": units},
    )
    decimal, thousands, grouping = NUMBERS[lang]
    spec["config"]["locale"] = {
        "number": {
            "decimal": decimal, "thousands": thousands, "grouping": grouping, "currency": ["", ""],
        }
    }  # fmt: skip
    spec["datasets"] = rows
    for parameter in spec.get("params", ()):
        if parameter["name"] == "form":
            parameter["value"] = ",.1f" if by == "time" else ",.0f"
    return spec


def _shown(rows: Rows) -> dict[str, list[str]]:
    """Return what the legends have to explain: what occurs in what is drawn in colours."""
    legs = [row for row in rows.get("legs", ()) if row["index"] == 0]
    stops = [row for row in rows.get("stops", ()) if row["index"] == 0]
    found = {
        "modes": [row["mode"] for row in legs if row["mode"]],
        "events": [row["operation"] for row in stops],
        "parts": [row["part"] for row in rows.get("bars", ())],
    }
    order = [str(one) for one in (*Part, *EVENTS)]
    return {name: [one for one in order if one in values] for name, values in found.items()}


def _rows(request: Request, comparison: Comparison, kind: Kind) -> Rows:
    """Return the rows of a chart."""
    from corridors import chart_curves, chart_data

    routes = chart_data.chart_routes(comparison)
    mass_t = comparison.consignment.mass_t
    match kind:
        case Kind.TIME_DISTANCE | Kind.COST_DISTANCE:
            measure = chart_data.Measure(days=kind is Kind.TIME_DISTANCE, mass_t=mass_t)
            return chart_curves.distance_rows(routes, measure)
        case Kind.TIME_COMPOSITION | Kind.COST_COMPOSITION:
            measure = chart_data.Measure(days=kind is Kind.TIME_COMPOSITION, mass_t=mass_t)
            return chart_data.composition_rows(routes, measure)
        case Kind.FRONT:
            return chart_data.front_rows(routes)
        case Kind.RISK:
            from corridors.risk import risk_of

            found = risk_of(request.planner, comparison)
            return chart_data.risk_rows(routes, chart_data.bands(found))
        case Kind.TORNADO | Kind.TORNADO_GAP:
            return _tornado(request, comparison, gap=kind is Kind.TORNADO_GAP)


def _tornado(request: Request, comparison: Comparison, *, gap: bool) -> Rows:
    from corridors import chart_data, uncertainty

    best, *rest = comparison.corridors_among(request.corridors)
    if gap and not rest:
        raise CorridorsError("one corridor only: it has no lead over another; draw tornado")
    found = uncertainty.drivers_of(request.planner, [best], comparison.by, rest[0] if gap else None)
    turn = -found.total if gap else None
    return chart_data.tornado_rows(found.swings, comparison.names, turn)


def _of_whom(comparison: Comparison, kind: Kind, texts: Mapping[str, str]) -> list[str]:
    """Return whose total or lead a tornado is about, and what the figures of a band are."""
    best, *rest = (itinerary.name for itinerary in comparison.itineraries)
    match kind:
        case Kind.TORNADO:
            return [best]
        case Kind.TORNADO_GAP:
            return [texts["chart.lead"].format(best=best, next=rest[0])]
        case Kind.RISK:
            return [texts["chart.figures"].format(draws=DRAWS, seed=SEED)]
        case _:
            return []


def _subtitle(request: Request, comparison: Comparison, texts: Mapping[str, str]) -> list[str]:
    """Return what makes a picture stand alone: from where to where, what, when, by which data."""
    from maps.texts import fill

    goods = comparison.consignment
    scenario = comparison.scenario
    ends = {"origin": comparison.origin.name, "destination": comparison.destination.name}
    load = {
        "cargo": texts.get(f"cargo.{goods.commodity}", goods.commodity.replace("_", " ")),
        "mass": f"{goods.mass_t:g}",
        "units": str(goods.units),
        "unit": texts.get(f"cargo_unit.{goods.unit}", goods.unit.replace("_", " ")),
    }
    said = fill(texts["story.scenario"], {"name": scenario.name})
    return [
        f"{fill(texts['story.title'], ends)}; {fill(texts['story.load'], load)}",
        f"{said[0].upper()}{said[1:]} ({scenario.as_of}); {request.data_version}",
    ]
