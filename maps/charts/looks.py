"""What all charts have in common: places for words and colours, axes, and how specs are closed."""

from __future__ import annotations

from typing import Any, Final

import altair as alt

from geodata.parts import Part

WIDTH: Final = 640
"""Of the plot, in pixels; the page sets its own."""

ROW: Final = 36
"""Height of a corridor's or a parameter's row, in pixels."""

CONFIG: Final[dict[str, Any]] = {
    "font": "$font",
    "background": "$background",
    "aria": False,  # the page describes a chart as a whole
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "grid": True,
        "gridColor": "$rule",
        "labelColor": "$ink-2",
        "labelFontSize": 11,
        "labelPadding": 6,
        "titleColor": "$ink-2",
        "titleFontSize": 11,
        "titleFontWeight": "normal",
    },
    "legend": {
        "labelColor": "$ink",
        "labelFontSize": 11,
        "titleColor": "$ink-2",
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "orient": "bottom",
        "columns": 6,
        "symbolType": "square",
        "padding": 6,
    },
    "title": {
        "color": "$ink",
        "fontSize": 17,
        "fontWeight": "bold",
        "subtitleColor": "$ink-2",
        "subtitleFontSize": 11.5,
        "subtitleLineHeight": 15,
        "anchor": "start",
        "frame": "group",
        "offset": 18,
    },
}


def rows(name: str) -> alt.NamedData:
    """Return the place of a table of rows."""
    return alt.NamedData(name=name)


def in_rows() -> alt.Y:
    """Return the place of bars one below the other, each with a line of text above it."""
    return alt.Y("order:O", axis=None, scale=alt.Scale(paddingInner=0.6, paddingOuter=0.55))


def named(chart: alt.Chart, figures: int) -> alt.Chart:
    """Return rank and name above each bar, which leave so many pixels for figures."""
    labelled = chart.transform_calculate(label="datum.rank + '\u2002' + datum.name")
    found: alt.Chart = labelled.mark_text(
        align="left", baseline="bottom", fontSize=11.5, dy=-9,
        limit=alt.ExprRef(expr=f"width - {figures}"),
    ).encode(
        y="order:O", x=alt.value(0), text="label:N",
        color=alt.condition("datum.index === focus", alt.value("$accent"), alt.value("$ink")),
    )  # fmt: skip
    return found


def across(title: str, **more: Any) -> alt.Axis:
    """Return a horizontal axis: its title at the right end, under the labels."""
    return alt.Axis(
        title=title, titleAnchor="end", labelOverlap="greedy", labelFlush=True,
        tickCount=alt.ExprRef(expr="max(3, ceil(width / 90))"), **{"format": ",~r", **more},
    )  # fmt: skip


def upward(title: str, **more: Any) -> alt.Axis:
    """Return a vertical axis: its title lies flat above the labels."""
    return alt.Axis(
        title=title, titleAngle=0, titleAlign="left", titleBaseline="bottom", titleAnchor="end",
        titleX=-34, titleY=-12, format=",~r", tickCount=6, **more,
    )  # fmt: skip


def haloed(chart: alt.Chart, look: dict[str, Any], place: dict[str, Any]) -> list[alt.Chart]:
    """Return texts that stand out from the lines behind them: a halo, and the text on it."""
    halo = {"color": "$background", "stroke": "$background", "strokeWidth": 3.5}
    return [
        chart.mark_text(**{**look, **halo}, strokeJoin="round").encode(**place),
        chart.mark_text(**look).encode(**place),
    ]


def places(prefix: str, names: list[str]) -> list[Any]:
    """Return places for colours, one per name."""
    return [f"${prefix}-{name}" for name in names]


def words_of(key: str, names: list[str]) -> alt.Parameter:
    """Return a parameter that maps names to places for their words, for legends."""
    return alt.param(name="words", value={name: f"@{key}.{name}" for name in names})


def shown(name: str) -> alt.Parameter:
    """Return a parameter with the names that a legend has to explain, given with the rows."""
    return alt.param(name=f"shown_{name}", value=f"${name}")


def mode_scale() -> alt.Scale:
    """Return the colours of the modes."""
    modes = [Part.RAIL, Part.ROAD, Part.SEA, Part.FERRY, Part.AIR]
    names = [mode.value for mode in modes]
    return alt.Scale(domain=names, range=places("part", names))


def closed(chart: Any, height: int | alt.Step, **more: Any) -> dict[str, Any]:
    """Return a chart as a Vega-Lite document with places for its title and its looks."""
    whole = chart.properties(
        width=WIDTH,
        height=height,
        title=alt.TitleParams(text="@title", subtitle="@subtitle"),
        padding=16,
        **more,
    )
    found: dict[str, Any] = whole.to_dict(validate=True)
    found["config"] = CONFIG
    return found
