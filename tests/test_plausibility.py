"""The corridors from Visakhapatnam against the plausibility ranges of `plausibility.csv`.

The ranges are priors, printed in whole days and whole USD per tonne; they catch errors of order of
magnitude. What falls outside is named below with the likely reason, and stays outside until a
sourced number moves it.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from corridors.itinerary import Itinerary
from corridors.report import totals
from corridors.request import Request

TABLE = Path(__file__).parent / "data" / "plausibility.csv"
ROWS = [
    row for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()) if row["corridor"]
]

OUTSIDE = {
    "K6": "cheaper and 1-2 days faster: rail tariffs read for Russia and Kazakhstan are below the "
    "prior's, and a transload at Rasht and at Astara takes a day each",
    "K13": "rail from Saryagash instead of a lorry all the way, and 8 days in the port of Karachi",
    "K14": "the prior leaves out stuffing, handling at two airports and 2 280 km by lorry",
}
YEAR = {"K8": 2030}
"""The railway to Chabahar is under construction: its range holds for when it is open."""


@cache
def itinerary(row_id: str) -> Itinerary:
    row = next(row for row in ROWS if row["id"] == row_id)
    request = Request(
        origin=row["origin"],
        destination=row["destination"],
        corridor=(row["corridor"],),
        year=YEAR.get(row_id),
    )
    (found,) = request.planner.compare(request.corridors).itineraries
    return found


def is_inside(row: dict[str, str]) -> bool:
    sums = totals(itinerary(row["id"]), 1500.0)
    days, cost = round(sums["time_days"]), round(sums["cost_usd_per_t"])
    return int(row["days_low"]) <= days <= int(row["days_high"]) and int(
        row["usd_per_t_low"]
    ) <= cost <= int(row["usd_per_t_high"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_inside_unless_a_reason_is_given(row: dict[str, str]) -> None:
    assert is_inside(row) is (row["id"] not in OUTSIDE)


def test_at_least_twelve_of_fifteen_are_inside() -> None:
    assert len(ROWS) == 15
    assert sum(is_inside(row) for row in ROWS) >= 12
