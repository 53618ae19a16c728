"""Time or cost against distance, after UNESCAP: a step curve per corridor, each stop a step up.

All corridors are thin lines with their rank at the right edge; the one in focus is drawn in the
colours of its modes, with a symbol and a name at every step.
"""

from __future__ import annotations

from typing import Any, Final

import altair as alt

from maps import style
from maps.charts.looks import across, closed, haloed, mode_scale, rows, shown, upward, words_of

HEIGHT: Final = 340
"""Of the plot, in pixels."""


def distance(unit: str, form: str) -> dict[str, Any]:
    """Return the chart of an amount against distance.

    Parameters
    ----------
    unit
        Key of the text that names the amount's unit on its axis.
    form
        Number format of the amounts at the steps.
    """
    focus = alt.param(name="focus", value=0)
    named = alt.param(name="named", value=True)
    words = words_of("mode", ["rail", "road", "sea", "ferry", "air"])
    events = list(style.EVENT_SHAPES)
    event_words = alt.param(name="events", value={name: f"@operation.{name}" for name in events})
    in_focus = "datum.index === focus"
    # Stated, not found in the rows: with another focus nothing but the marks in focus changes.
    x = alt.X(
        "x0:Q", axis=across("@chart.axis.km"),
        scale=alt.Scale(domain=[0, alt.ExprRef(expr="reach")], nice=False),
    )  # fmt: skip
    y = alt.Y(
        "y0:Q", axis=upward(unit), scale=alt.Scale(domain=[0, alt.ExprRef(expr="top")], nice=True)
    )
    legs = alt.Chart(rows("legs"))
    thin = legs.mark_rule(color="$ink-2", opacity=0.45, strokeWidth=1.2, strokeCap="round").encode(
        x=x, x2="x1:Q", y=y, y2="y1:Q"
    )
    ends = alt.Chart(rows("ends"))
    leader = ends.mark_rule(
        color="$ink-2", opacity=0.5, strokeWidth=1, strokeDash=[1, 4], strokeCap="round"
    ).encode(x="x:Q", y="y:Q", x2=alt.X2Value(alt.ExprRef(expr="width + 6")), y2="label_y:Q")
    dots = ends.mark_point(filled=True, size=14, color="$ink-2", opacity=0.8).encode(
        x="x:Q", y="y:Q"
    )
    chosen = legs.transform_filter(in_focus)
    halo = chosen.mark_rule(color="$paper", strokeWidth=7, strokeCap="round").encode(
        x="x0:Q", x2="x1:Q", y="y0:Q", y2="y1:Q"
    )
    standing = (
        chosen.transform_filter("datum.mode === ''")
        .mark_rule(color="$ink", strokeWidth=2.6, strokeCap="round")
        .encode(x="x0:Q", x2="x1:Q", y="y0:Q", y2="y1:Q")
    )
    running = chosen.transform_filter("datum.mode !== ''").mark_rule(
        strokeWidth=3.6, strokeCap="round"
    ).encode(
        x="x0:Q", x2="x1:Q", y="y0:Q", y2="y1:Q",
        color=alt.Color(
            "mode:N", scale=mode_scale(),
            legend=alt.Legend(
                title=None, labelExpr="words[datum.value]", symbolType="stroke",
                symbolStrokeWidth=4, values=alt.ExprRef(expr="shown_modes"),
            ),
        ),
        strokeDash=alt.condition("datum.running", alt.value([1, 0]), alt.value([5, 5])),
    )  # fmt: skip
    stops = alt.Chart(rows("stops")).transform_filter(in_focus)
    symbols = stops.mark_point(
        filled=False, size=52, fill="$paper", color="$ink", strokeWidth=1.6, opacity=1
    ).encode(
        x="x:Q", y="y:Q",
        shape=alt.Shape(
            "operation:N",
            scale=alt.Scale(domain=events, range=list(style.EVENT_SHAPES.values())),
            legend=alt.Legend(
                title=None, labelExpr="events[datum.value]", symbolStrokeWidth=1.6,
                values=alt.ExprRef(expr="shown_events"),
            ),
        ),
    )  # fmt: skip
    return closed(
        alt.layer(
            thin, leader, dots, halo, standing, running, symbols,
            *_names(stops, form), *_ranks(ends, form),
        ).add_params(
            focus, named, words, event_words, shown("modes"), shown("events"),
            alt.param(name="reach", value="$reach"), alt.param(name="top", value="$top"),
        ).resolve_scale(shape="independent"),
        HEIGHT,
    )  # fmt: skip


def _names(stops: alt.Chart, form: str) -> list[alt.Chart]:
    """Name the steps: to the left of the curve in its second half, to the right before."""
    found = []
    for side, align, shift in (("left", "right", -9), ("right", "left", 9)):
        there = stops.transform_filter(f"datum.side === '{side}'").transform_calculate(
            label=f"format(datum.amount, '+{form}') + '\u2002' + datum.place"
        )
        look = {
            "align": align, "dx": shift, "baseline": "middle", "fontSize": 11, "color": "$ink",
            "limit": alt.ExprRef(expr="width * 0.44"),
        }  # fmt: skip
        found += haloed(there, look, {"x": "x:Q", "y": "label_y:Q", "text": "label:N"})
    return found


def _ranks(ends: alt.Chart, form: str) -> list[alt.Chart]:
    """Put ranks at the right edge, with an arrow where a curve leaves the chart at the top."""
    lit = "datum.index === focus"
    x = alt.XValue(alt.ExprRef(expr="width + 15"))
    badge = ends.mark_point(filled=True, size=230, opacity=1).encode(
        x=x, y="label_y:Q", color=alt.condition(lit, alt.value("$accent"), alt.value("$ink-2"))
    )
    rank = ends.mark_text(
        color="$paper", fontSize=10.5, fontWeight="bold", baseline="middle", dy=0.5
    ).encode(x=x, y="label_y:Q", text="rank:N")
    name = (
        ends.transform_filter("named")
        .mark_text(align="left", baseline="middle", dx=13, fontSize=11.5, limit=420, color="$ink")
        .encode(x=x, y="label_y:Q", text="name:N")
    )
    over = ends.transform_filter("datum.over").transform_calculate(
        label=f"'↑ ' + format(datum.amount, '{form}')"
    )
    look: dict[str, Any] = {
        "baseline": "bottom", "align": "left", "dx": -4, "dy": -5, "fontSize": 11, "color": "$ink",
    }  # fmt: skip
    return [badge, rank, name, *haloed(over, look, {"x": "x:Q", "y": "y:Q", "text": "label:N"})]
