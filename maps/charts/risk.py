"""How sure the totals are: a band from P10 to P90 per corridor, and P50 as a mark in it."""

from __future__ import annotations

from typing import Any

import altair as alt

from maps.charts.looks import ROW, across, closed, in_rows, named, rows


def risk() -> dict[str, Any]:
    """Return the chart of the bands."""
    focus = alt.param(name="focus", value=0)
    lit = "datum.index === focus"
    bands = alt.Chart(rows("bands"))
    band = bands.mark_bar(cornerRadius=5).encode(
        y=in_rows(),
        x=alt.X("x0:Q", axis=across("@chart.axis.by"), scale=alt.Scale(zero=False, nice=True)),
        x2="x1:Q",
        color=alt.condition(lit, alt.value("$accent"), alt.value("$ink-2")),
        opacity=alt.condition(lit, alt.value(0.85), alt.value(0.45)),
    )
    middle = bands.transform_filter("!datum.over").mark_tick(
        thickness=3, size=12, color="$ink"
    ).encode(y="order:O", x="middle:Q")  # fmt: skip
    head = named(bands, 150)
    figures = bands.transform_calculate(
        label="(datum.over ? '→ ' : '') + format(datum.p10, form) + ' · ' + "
        "format(datum.p50, form) + ' · ' + format(datum.p90, form)"
    ).mark_text(align="right", baseline="bottom", fontSize=11.5, dy=-9, color="$ink").encode(
        y="order:O", x=alt.XValue("width"), text="label:N"
    )  # fmt: skip
    return closed(
        alt.layer(band, middle, head, figures).add_params(
            focus, alt.param(name="form", value=",.0f")
        ),
        alt.Step(ROW),
    )
