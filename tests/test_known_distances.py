"""The network against published lengths: median error at most 3 %, none worse than 10 %.

The lengths are those of `corridors validate`; the ones that gate are founded and one line each.
"""

from __future__ import annotations

import statistics
from functools import cache

import pytest

from corridors.validation import Benchmark, Judge, Kind, Standing, load_benchmarks
from geodata.network import load_layer
from geodata.vocabulary import Mode
from geodata.world import load_world

ROWS = [row for row in load_benchmarks() if row.kind is Kind.DISTANCE]
ELIGIBLE = [row for row in ROWS if row.gates]


@cache
def judge() -> Judge:
    return Judge(load_world())


@cache
def error(row: Benchmark) -> float:
    assert row.published is not None
    return judge().length_km(row) / row.published - 1


@pytest.mark.parametrize("row", ELIGIBLE, ids=lambda row: row.id)
def test_no_published_length_is_missed_by_more_than_ten_per_cent(row: Benchmark) -> None:
    assert abs(error(row)) <= 0.10


def test_the_median_error_is_at_most_three_per_cent() -> None:
    assert len(ELIGIBLE) >= 12
    assert statistics.median(abs(error(row)) for row in ELIGIBLE) <= 0.03


def test_what_does_not_count_says_why() -> None:
    assert all(row.why for row in ROWS if row.standing is not Standing.COUNTED)
    assert all(row.source_id for row in ROWS)


@pytest.mark.parametrize("mode", [Mode.RAIL, Mode.ROAD])
def test_every_land_link_has_a_country_a_gauge_and_a_length(mode: Mode) -> None:
    links = load_layer(mode).links
    assert all(len(country) == 2 for country in links["country"])
    assert ((links["gauge_mm"] > 0) == (mode is Mode.RAIL)).all()
    assert (links["length_m"] >= 0).all()
    assert set(links["geometry_basis"]) <= {"surveyed", "connector", "bent", "generalised"}
