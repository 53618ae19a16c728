"""What cost or time is made of: a stacked bar per corridor, its name above it."""

from __future__ import annotations

from typing import Any

import altair as alt

from geodata.parts import Part
from maps.charts.looks import ROW, across, closed, in_rows, named, places, rows, shown, words_of


def composition(unit: str, form: str) -> dict[str, Any]:
    """Return the chart of the parts of an amount.

    Parameters
    ----------
    unit
        Key of the text that names the amount's unit on its axis.
    form
        Number format of amounts.
    """
    focus = alt.param(name="focus", value=0)
    names = [part.value for part in Part]
    bars = alt.Chart(rows("bars"))
    blocks = bars.mark_bar(stroke="$background", strokeWidth=1).encode(
        y=in_rows(),
        x=alt.X("x0:Q", axis=across(unit), scale=alt.Scale(nice=False)),
        x2="x1:Q",
        color=alt.Color(
            "part:N",
            scale=alt.Scale(domain=names, range=places("part", names)),
            legend=alt.Legend(
                title=None,
                labelExpr="words[datum.value]",
                columns=5,
                values=alt.ExprRef(expr="shown_parts"),
            ),
        ),
    )
    amounts = (
        bars.transform_filter("datum.wide")
        .transform_calculate(middle="(datum.x0 + datum.x1) / 2")
        .mark_text(baseline="middle", fontSize=10, dy=0.5)
        .encode(
            y="order:O",
            x="middle:Q",
            text=alt.Text("amount:Q", format=form),
            color=alt.Color(
                "part:N", legend=None, scale=alt.Scale(domain=names, range=places("on", names))
            ),
        )
    )
    totals = alt.Chart(rows("totals"))
    head = named(totals, 62)
    total = totals.transform_calculate(
        label=f"(datum.over ? '→ ' : '') + format(datum.amount, '{form}')"
    ).mark_text(
        align="right", baseline="bottom", fontSize=11.5, fontWeight="bold", dy=-9, color="$ink"
    ).encode(y="order:O", x=alt.XValue("width"), text="label:N")  # fmt: skip
    return closed(
        alt.layer(
            alt.layer(blocks, head, total), amounts
        ).resolve_scale(color="independent").add_params(
            focus, words_of("chart.part", names), shown("parts")
        ),
        alt.Step(ROW),
    )  # fmt: skip
