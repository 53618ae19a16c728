"""Cost against time: the Pareto front as a line, CO2e as the size of a corridor's disc."""

from __future__ import annotations

from typing import Any, Final

import altair as alt

from maps.charts.looks import across, closed, haloed, rows, upward

HEIGHT: Final = 330


def front() -> dict[str, Any]:
    """Return the chart of cost against time."""
    focus = alt.param(name="focus", value=0)
    lit = "datum.index === focus"
    x = alt.X("x:Q", axis=across("@chart.axis.days"), scale=alt.Scale(zero=False, nice=True))
    y = alt.Y("y:Q", axis=upward("@chart.axis.usd"), scale=alt.Scale(zero=False, nice=True))
    line = alt.Chart(rows("front")).mark_line(
        color="$accent", strokeWidth=1.6, interpolate="step-after", strokeDash=[6, 4]
    ).encode(x=x, y=y, order="order:Q")  # fmt: skip
    points = alt.Chart(rows("points"))
    discs = points.mark_point(filled=True, strokeWidth=1.5).encode(
        x="x:Q",
        y="y:Q",
        size=alt.Size(
            "kg:Q",
            scale=alt.Scale(type="linear", zero=True, rangeMin=0, rangeMax=1800),
            legend=alt.Legend(
                title="@chart.axis.kg", symbolType="circle", symbolOpacity=0.35, format=",~r",
                tickCount=3, columns=0,
            ),
        ),
        shape=alt.condition(
            "datum.over", alt.value("triangle-up"), alt.value("circle")
        ),
        fillOpacity=alt.condition(lit, alt.value(0.75), alt.value(0.3)),
        fill=alt.condition("datum.front", alt.value("$accent"), alt.value("$ink-2")),
        stroke=alt.condition(lit, alt.value("$ink"), alt.value("$paper")),
        opacity=alt.value(1),
    )  # fmt: skip
    look: dict[str, Any] = {
        "dx": alt.ExprRef(expr="datum.dx"), "dy": alt.ExprRef(expr="datum.dy"),
        "baseline": "middle", "fontSize": 11.5, "fontWeight": "bold", "color": "$ink",
    }  # fmt: skip
    ranks = haloed(points, look, {"x": "x:Q", "y": "y:Q", "text": "rank:N"})
    over = (
        points.transform_filter("datum.over")
        .transform_calculate(label="'↑ ' + format(datum.amount, ',.0f')")
        .mark_text(dy=34, fontSize=11.5, color="$ink")
        .encode(x="x:Q", y="y:Q", text="label:N")
    )
    return closed(alt.layer(line, discs, over, *ranks).add_params(focus), HEIGHT)
