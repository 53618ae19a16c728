"""Tables about uncertainty for the terminal: risk, tornado, break-even values."""

from __future__ import annotations

from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from corridors.breakeven import Tie
from corridors.draws import REPLICATES
from corridors.exposures import SHOWN_UNIT
from corridors.itinerary import LARGE_UNIT
from corridors.pricing import By
from corridors.risk import Risk
from corridors.sensitivity import Swing
from corridors.spreads import Spread
from corridors.text import (
    BY_WORDS,
    comparison_heading,
    evidence_view,
    joined,
    plain,
    spaced,
    table_of,
)
from corridors.uncertainty import Breakeven, Sensitivity
from geodata.units import HOURS_PER_DAY, PERCENT

_HALF_BAR: Final = 9
_FEW: Final = 100.0
"""From here on amounts show no decimals."""
_LEAST: Final = 0.05
_TIE_FORMAT: Final = ".10g"
_LEFT: Final = (
    "±: what the totals of the whole consignment still differ by at the tie, where the order "
    "changes; the model counts whole minutes and whole cargo units, so no value closes the gap."
)


def risk_view(risk: Risk, data_version: str) -> RenderableType:
    """Return quantiles per corridor, then who is best how often."""
    by = risk.comparison.by
    amounts = table_of(
        ("#", "right"), ("corridor", "left"),
        ("USD/t", "right"), ("days", "right"), ("kg CO2e/t", "right"),
    )  # fmt: skip
    chances = table_of(
        ("corridor", "left"), ("gen. USD/t", "right"), ("cheap", "right"),
        ("fast", "right"), ("best", "right"), ("regret", "right"),
    )  # fmt: skip
    for column in (amounts.columns[0], *amounts.columns[2:], *chances.columns):
        column.no_wrap = True
    for rank, (itinerary, spread) in enumerate(
        zip(risk.comparison.itineraries, risk.spreads, strict=True), start=1
    ):
        name = itinerary.corridor_id or itinerary.name
        cells = [_quantiles(spread[each]) for each in (By.COST, By.TIME, By.CO2E)]
        amounts.add_row(*map(plain, (str(rank), itinerary.name, *cells)))
        best = spread[by]
        chances.add_row(
            *map(
                plain,
                (
                    name,
                    _quantiles(spread[By.GENERALISED]),
                    _percent(spread[By.COST].p_best),
                    _percent(spread[By.TIME].p_best),
                    _percent(best.p_best),
                    _amount(best.regret),
                ),
            )
        )
    return Group(
        comparison_heading(risk.comparison),
        Text("P10 – P50 – P90 of what a shipper would pay, wait and emit", style="bold"),
        amounts,
        Text(
            f"Cheapest, fastest, best by {BY_WORDS[by]} in % of draws; "
            f"mean regret in {SHOWN_UNIT[by]}",
            style="bold",
        ),
        chances,
        plain(_method(risk)),
        evidence_view(risk.comparison, data_version, of=risk.evidence_of),
    )


def _method(risk: Risk) -> str:
    by = risk.comparison.by
    widths = [each[by].p50_half_width / each[by].p50 for each in risk.spreads if each[by].p50]
    chance = max(each[by].p_best_half_width for each in risk.spreads)
    text = (
        f"{risk.draws} draws of {risk.parameters} parameters (PERT from low, typical, high; "
        f"independent), seed {risk.seed}. From {REPLICATES} replicates, 95 %: P50 within "
        f"±{PERCENT * max(widths, default=0.0):.2f} %, P(best) within ±{PERCENT * chance:.1f} "
        "points. "
    )
    anew = risk.reoptimised
    if anew is None:
        text += "Ways are held as compared; --reoptimise lets each draw choose its own. "
    else:
        worst = max(
            range(len(anew.ways)), key=lambda at: (anew.shortfall[at], anew.missed[at], -at)
        )
        scale = HOURS_PER_DAY if by is By.TIME else risk.comparison.consignment.mass_t
        text += (
            f"Each draw takes the best of {min(anew.ways)} to {max(anew.ways)} ways per corridor, "
            f"found by exact searches of {anew.exact_draws} draws; the other draws are not "
            f"searched. Tried on held-out searches, half of them, the ways of the other half lack "
            f"{_amount(anew.shortfall[worst] / scale)} {SHOWN_UNIT[by]} on average at worst "
            f"({risk.comparison.itineraries[worst].corridor_id}). "
        )
    return text.rstrip()


def _quantiles(spread: Spread) -> str:
    return "–".join(_amount(each) for each in (spread.p10, spread.p50, spread.p90))


def _amount(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= _FEW else f"{value:.1f}"


def _percent(share: float) -> str:
    return f"{PERCENT * share:.1f}" if 0 < share < 1 else f"{PERCENT * share:.0f}"


def tornado_view(found: Sensitivity, top: int, data_version: str) -> RenderableType:
    """Return the strongest parameters as bars around the typical total."""
    unit = SHOWN_UNIT[found.by]
    shown = found.swings[:top]
    table = table_of(("parameter", "left"), ("at low", "right"), ("", "left"), ("at high", "right"))
    for column in table.columns[1:]:
        column.no_wrap = True
    longest = max((max(abs(s.at_low), abs(s.at_high)) for s in shown), default=1.0)
    for item in shown:
        row = item.row
        table.add_row(
            joined(f"{row.key}\n  {row.low:g} – {row.value:g} – {row.high:g} {row.unit}"),
            plain(_signed(item.at_low)),
            plain(_bar(item, longest)),
            plain(_signed(item.at_high)),
        )
    names = found.corridor.name + (f" less {found.against.name}" if found.against else "")
    what = f"{'gap in ' if found.against else ''}{BY_WORDS[found.by]}"
    rest = len(found.swings) - len(shown)
    return Group(
        comparison_heading(found.comparison),
        plain(f"{names}: {what} {spaced(found.total, 1)} {unit}"),
        table,
        plain(
            f"Change in {unit} when one parameter stands at its low (▒) or high (█) and all else "
            f"at its typical value, ways held."
            + (f" {rest} weaker parameters are not shown." if rest > 0 else "")
        ),
        evidence_view(found.comparison, data_version, found.asked, found.evidence_of),
    )


def _signed(value: float) -> str:
    if abs(value) < _LEAST:
        return "0"
    return f"{value:+.1f}" if abs(value) < _FEW else f"{value:+.0f}"


def _bar(item: Swing, longest: float) -> str:
    left = right = ""
    for change, block in ((item.at_low, "▒"), (item.at_high, "█")):
        length = round(_HALF_BAR * abs(change) / longest) if longest else 0
        if change < 0:
            left = max(left, block * length, key=len)
        else:
            right = max(right, block * length, key=len)
    return f"{left:>{_HALF_BAR}}│{right:<{_HALF_BAR}}"


def breakeven_view(found: Breakeven, data_version: str) -> RenderableType:
    """Return the ties in range, then how far outside the others are."""
    unit = SHOWN_UNIT[found.by]
    inside = [item for item in found.ties if item.tie.in_range]
    outside = [item.tie for item in found.ties if not item.tie.in_range]
    ahead, behind = (found.first, found.second) if found.gap < 0 else (found.second, found.first)
    parts: list[RenderableType] = [
        comparison_heading(found.comparison),
        plain(f"{ahead.name} is ahead of"),
        plain(f"{behind.name} by {spaced(abs(found.gap), 2)} {unit} of {BY_WORDS[found.by]}."),
        Text("They tie inside the range of", style="bold"),
    ]
    if inside:
        table = _ties_table("ways")
        for item in inside:
            ways = "hold" if item.ways_hold else "change"
            left = "" if item.tie.exact else f"\n{_left(item.tie, found.by)}"
            table.add_row(*_cells(item.tie), plain(ways + left))
        parts.append(table)
        parts.append(
            plain(
                "ways: whether both corridors keep their way at the tie; where one changes, "
                "the totals differ once it is --set."
            )
        )
        if not all(item.tie.exact for item in inside):
            parts.append(plain(_LEFT))
    else:
        parts.append(plain("  none in range: no parameter alone makes them tie."))
    possible = [tie for tie in outside if tie.value is not None]
    if possible:
        parts.append(Text("\nOutside the range of", style="bold"))
        table = _ties_table("" if all(tie.exact for tie in possible) else "rest")
        for tie in possible:
            table.add_row(*_cells(tie), plain("" if tie.exact else _left(tie, found.by)))
        parts.append(table)
        if all(item.tie.exact for item in inside) and not all(tie.exact for tie in possible):
            parts.append(plain(_LEFT))
    never = [tie.row.key for tie in outside if tie.value is None]
    if never:
        parts.append(plain(f"They would have to be less than nothing to tie: {', '.join(never)}."))
    parts.append(evidence_view(found.comparison, data_version, found.asked, found.evidence_of))
    return Group(*parts)


def _left(tie: Tie, by: By) -> str:
    return f"±{spaced(abs(tie.residual), 2)} {LARGE_UNIT[by.counted_as][0]}"


def _ties_table(last: str) -> Table:
    table = table_of(
        ("parameter", "left"), ("now", "right"), ("tie", "right"), ("range", "right"),
        (last, "left"),
    )  # fmt: skip
    for column in table.columns[1:4]:
        column.no_wrap = True
    return table


def _cells(tie: Tie) -> list[RenderableType]:
    row = tie.row
    assert tie.value is not None
    return [
        joined(f"{row.key} ({row.unit})"),
        plain(f"{row.value:g}"),
        plain(f"{tie.value:{_TIE_FORMAT}}"),
        plain(f"{row.low:g} – {row.high:g}"),
    ]
