"""What moves a total, or the gap of two: a bar from the low to the high value per parameter."""

from __future__ import annotations

from typing import Any

import altair as alt

from maps.charts.looks import ROW, across, closed, haloed, in_rows, rows


def tornado() -> dict[str, Any]:
    """Return the chart of the swings."""
    swings = alt.Chart(rows("swings"))
    words = alt.param(
        name="words", value={"low": "@chart.tornado.low", "high": "@chart.tornado.high"}
    )
    axis = across("@chart.axis.change", format="+,~r")
    colour = alt.Color(
        "end:N",
        scale=alt.Scale(domain=["low", "high"], range=["$part-waiting", "$part-sea"]),
        legend=alt.Legend(title=None, labelExpr="words[datum.value]"),
    )
    bars = [
        swings.transform_calculate(end=f"'{end}'", zero="0")
        .mark_bar(stroke="$background", strokeWidth=1)
        .encode(
            y=in_rows(),
            x=alt.X(f"at_{end}:Q", axis=axis, scale=alt.Scale(nice=True)),
            x2="zero:Q",
            color=colour,
        )
        for end in ("low", "high")
    ]
    rule = alt.Chart(rows("swings")).transform_filter("datum.order === 1").mark_rule(
        color="$ink", strokeWidth=1
    ).encode(x=alt.datum(0))  # fmt: skip
    turn = (
        alt.Chart(rows("swings"))
        .transform_filter("datum.order === 1 && isValid(datum.turn)")
        .mark_rule(color="$accent", strokeWidth=1.6, strokeDash=[5, 4])
        .encode(x="turn:Q")
    )
    head = haloed(
        swings,
        {"align": "left", "baseline": "bottom", "fontSize": 11.5, "dy": -9, "color": "$ink",
         "limit": alt.ExprRef(expr="width - (width > 460 ? 156 : 96)")},
        {"y": "order:O", "x": alt.value(0), "text": "label:N"},
    )  # fmt: skip
    span = haloed(
        swings.transform_calculate(
        label="format(datum.low, ',~r') + ' – ' + format(datum.high, ',~r') + ' ' + "
        "(width > 460 ? units[datum.unit] || datum.unit : '')"
    ),
        {"align": "right", "baseline": "bottom", "fontSize": 11, "dy": -9, "color": "$ink-2",
         "limit": 150},
        {"y": "order:O", "x": alt.XValue("width"), "text": "label:N"},
    )  # fmt: skip
    return closed(
        alt.layer(*bars, rule, turn, *head, *span).add_params(
            words, alt.param(name="units", value="$units")
        ),
        alt.Step(ROW),
    )
