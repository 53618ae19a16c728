"""Results as text for people: terminal tables by rich, CSV and Markdown from the same rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Group, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from corridors.evidence import (
    Founded,
    assumption_share,
    assumption_words,
    assumptions,
    share_words,
    shares,
)
from corridors.fitting import Fitted, Joined
from corridors.hindrance import DOES_NOT_FIT
from corridors.itinerary import Criterion, Itinerary
from corridors.planner import Comparison
from corridors.pricing import By
from corridors.report import comparison_rows
from corridors.scenario import Scenario
from geodata.families import Names

WIDE: Final = 118
"""From this many columns on, flags stand in the table instead of under it."""

_FEWEST_DIGITS: Final = 2
_SIGNIFICANT: Final = 7
BY_WORDS: Final = {
    By.COST: "cost",
    By.TIME: "time",
    By.CO2E: "CO2e",
    By.GENERALISED: "generalised cost",
}
_LIES_ELSEWHERE: Final = (
    "Only the named corridors are compared, and some lie elsewhere: `corridors route` finds the "
    "best way of all."
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain(text: str) -> Text:
    """Return data as text for a terminal: no markup, no control codes."""
    return Text(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))


def joined(text: str) -> Joined:
    """Return data as a cell that breaks words at their joints only."""
    return Joined(plain(text).plain)


def to_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as RFC 4180 CSV with a header."""
    return _separated(rows, columns, ",", cell)


def to_semicolons(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as CSV for spreadsheets where the decimal is a comma: semicolons between.

    The text begins with a byte order mark: without it such spreadsheets misread what is not ASCII.
    """
    return "\N{BYTE ORDER MARK}" + _separated(rows, columns, ";", _comma_cell)


def _separated(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    delimiter: str,
    written: Callable[[Any], str],
) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: written(row[key]) for key in columns} for row in rows)
    return out.getvalue()


def _comma_cell(value: Any) -> str:
    text = cell(value)
    return text.replace(".", ",") if isinstance(value, float) else text


def to_markdown(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as a Markdown table."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    for row in rows:
        cells = (cell(row[key]).replace("|", r"\|").replace("\n", " ") for key in columns)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def cell(value: Any) -> str:
    """Return a value as text with six significant figures at least, the same in every format."""
    if value is None:
        return ""
    if isinstance(value, float):
        digits = max(_FEWEST_DIGITS, _SIGNIFICANT - len(str(int(abs(value)))))
        return f"{value:.{digits}f}".rstrip("0").rstrip(".") or "0"
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(value))


def comparison_view(
    comparison: Comparison,
    data_version: str,
    width: int,
    *,
    further: tuple[str, Sequence[float]] | None = None,
    remarks: Iterable[str] = (),
    reference: Sequence[str] = (),
) -> RenderableType:
    """Return the comparison as a table that fits the width, with what is not possible under it.

    Parameters
    ----------
    further
        Heading and values of one more column of amounts.
    remarks
        Lines between the table and what it rests on.
    reference
        What is said of the best of all ways, right under the table.
    """
    wide = width >= WIDE
    more, amounts = further or ("", ())
    counts = wide or not more  # a further column takes their place on a narrow terminal
    headings = [
        "USD/t", *([more] if more else []), "days", "kg CO2e/t" if wide else "kg/t", "km",
        *(["borders", "gauge"] if counts else []),
    ]  # fmt: skip
    named = any(itinerary.corridor_id for itinerary in comparison.itineraries)
    what = "corridor" if named or not comparison.itineraries else "itinerary"
    table = table_of(("#", "right"), (what, "left"), *((name, "right") for name in headings))
    for column in (table.columns[0], *table.columns[2:]):
        column.no_wrap = True
    if wide:
        table.add_column("flags", overflow="fold")
    for at, row in enumerate(comparison_rows(comparison)):
        cells = (
            str(row["rank"]),
            row["name"],
            spaced(row["cost_usd_per_t"], 0),
            *([spaced(amounts[at], 0)] if more else []),
            spaced(row["time_days"], 1),
            spaced(row["co2e_kg_per_t"], 0),
            spaced(row["length_km"], 0),
            *((str(row["border_crossings"]), str(row["gauge_changes"])) if counts else ()),
            *((row["flags"].replace("; ", ", "),) if wide else ()),
        )
        table.add_row(*map(plain, cells))
    parts: list[RenderableType] = [comparison_heading(comparison)]
    parts.append(table if comparison.itineraries else Text(""))
    for at, said in enumerate(reference):
        parts.append(
            hanging("Best of all ways" if at == 0 else " " * len("Best of all ways"), said)
        )
    if reference:
        parts.append(Text(""))
    if not wide:
        parts += _flag_lines(comparison.itineraries)
    if comparison.not_possible:
        parts.append(Text("Not possible in this scenario", style="bold"))
        for item in comparison.not_possible:
            parts += [plain(f"  {item.name}"), Padding(plain(item.reason), (0, 0, 0, 4))]
        if any(item.reason.endswith(DOES_NOT_FIT) for item in comparison.not_possible):
            parts.append(Text(_LIES_ELSEWHERE))
        parts.append(Text(""))
    lines = list(map(plain, remarks))
    parts += [*lines, *([Text("")] if lines else [])]
    parts.append(evidence_view(comparison, data_version))
    return Group(*parts)


def ranking(by: By) -> str:
    """Return in words what is best by, and what generalised cost is made of."""
    return BY_WORDS[by] + (" (freight and holding)" if by is By.GENERALISED else "")


def comparison_heading(
    comparison: Comparison, scenarios: Text | None = None, order: str = "ranked by"
) -> Text:
    """Return ends, consignment, scenario and order of a comparison.

    Parameters
    ----------
    scenarios
        Lines that name the scenarios where there are several.
    order
        What the criterion is for.
    """
    goods, scenario = comparison.consignment, comparison.scenario
    ends = plain(f"{comparison.origin.name} to {comparison.destination.name}")
    ends.stylize("bold")
    details = (
        f"\n{goods.mass_t:g} t {goods.commodity.replace('_', ' ')} in {goods.units} x "
        f"{goods.unit.replace('_', ' ')}; "
        + (f"scenario {scenario.scenario_id} ({scenario.as_of}); " if scenarios is None else "")
        + f"{order} {ranking(comparison.by)}"
    )
    ends.append_text(plain(details))
    for sentence in snap_sentences(comparison):
        ends.append_text(plain(f"\n{sentence}"))
    return ends if scenarios is None else ends.append_text(scenarios)


def snap_sentences(comparison: Comparison) -> list[str]:
    """Return how far each end that is a free point was moved to a road."""
    return [
        f"{end.name} is {end.snap_km:.1f} km from the road it is joined to"
        for end in (comparison.origin, comparison.destination)
        if end.snap_km is not None
    ]


def _flag_lines(itineraries: Iterable[Itinerary]) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for rank, itinerary in enumerate(itineraries, start=1):
        labels = ", ".join(dict.fromkeys(flag.label for flag in itinerary.flags))
        if labels:
            lines.append(hanging(f"  {rank:>2}", labels))
    return [Text("Flags", style="bold"), *lines, Text("")] if lines else []


def hanging(label: str, text: str) -> RenderableType:
    """Return a label with a text beside it that stays beside it on every line."""
    grid = beside()
    grid.add_row(label, plain(text))
    return grid


def beside() -> Table:
    """Return an empty table without lines: a label, and a text that stays beside it."""
    # not Table.grid: rich measures one-sided padding by a column more than it draws, and cuts words
    grid = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def evidence_view(
    comparison: Comparison,
    data_version: str,
    founded: Sequence[Founded] | None = None,
    of: str = "",
) -> RenderableType:
    """Return what a result rests on in short lines: grades, main assumptions, scenario, data.

    Parameters
    ----------
    founded, of
        What has been asked about, all itineraries of the comparison if not given; and in words.
    """
    asked = comparison.itineraries if founded is None else founded
    return evidence_lines(asked, comparison.names, comparison.scenario, data_version, of)


def evidence_lines(
    founded: Sequence[Founded], names: Names, scenario: Scenario, data_version: str, of: str = ""
) -> RenderableType:
    """Return `evidence_view` of anything with a ledger."""
    grid = beside()
    if of:
        grid.add_row("Evidence of", plain(of))
    if founded:
        parts = shares(founded)
        for title, criterion in (("Cost", Criterion.COST), ("Time", Criterion.TIME)):
            grades = parts[criterion]
            words = f"{share_words(grades)} numbers" if any(grades.values()) else "nothing"
            grid.add_row(f"{title} rests on", plain(words))
        found = [
            f"{assumption_share(one)}: {assumption_words(one)}"
            for one in assumptions(founded, names)
        ]
        for at, words in enumerate(found or ["nothing"]):
            grid.add_row("" if at else "Most assumed", plain(words))
    grid.add_row(
        "Scenario", plain(f"{scenario.scenario_id} ({scenario.as_of}); data {data_version}")
    )
    return grid


def table_of(*columns: tuple[str, JustifyMethod]) -> Table:
    """Return an empty table with the given headings."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading, justify in columns:
        table.add_column(heading, justify=justify, overflow="fold")
    return table


def spaced(value: float, digits: int) -> str:
    """Return a number with thousands spaced."""
    return f"{value:,.{digits}f}".replace(",", " ")


def table_view(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> RenderableType:
    """Return rows as a plain terminal table that breaks words at their joints only."""
    return Fitted(columns, [[cell(row[column]) for column in columns] for row in rows])
