"""The network against published lengths: median error at most 3 %, none worse than 10 %."""

from __future__ import annotations

import csv
import statistics
from functools import cache
from pathlib import Path

import pytest

from corridors.distance import MeasuredLine, Measurer
from corridors.distances import find_spot
from geodata.network import load_layer, load_place_nodes
from geodata.vocabulary import Mode
from geodata.world import World, load_world

TABLE = Path(__file__).parent / "data" / "known_distances.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
ELIGIBLE = [row for row in ROWS if row["eligible"] == "yes"]


@cache
def world() -> World:
    return load_world()


@cache
def measurer(mode: Mode) -> Measurer:
    return Measurer(load_layer(mode), load_place_nodes(), world(), with_planned=True)


@cache
def measured(row_id: str) -> MeasuredLine:
    row = next(row for row in ROWS if row["id"] == row_id)
    texts = [row["from"], *filter(None, row["via"].split(";")), row["to"]]
    spots = [find_spot(text, world()) for text in texts]
    return measurer(Mode(row["mode"])).measure(spots)


def error(row: dict[str, str]) -> float:
    return measured(row["id"]).length_km / float(row["published_km"]) - 1


@pytest.mark.parametrize("row", ELIGIBLE, ids=lambda row: row["id"])
def test_no_published_length_is_missed_by_more_than_ten_per_cent(row: dict[str, str]) -> None:
    assert abs(error(row)) <= 0.10


def test_the_median_error_is_at_most_three_per_cent() -> None:
    assert len(ELIGIBLE) >= 12
    assert statistics.median(abs(error(row)) for row in ELIGIBLE) <= 0.03


def test_what_is_not_eligible_says_why() -> None:
    assert all(row["why_not"] for row in ROWS if row["eligible"] != "yes")
    assert all(row["source"] for row in ROWS)


@pytest.mark.parametrize("mode", [Mode.RAIL, Mode.ROAD])
def test_every_land_link_has_a_country_a_gauge_and_a_length(mode: Mode) -> None:
    links = load_layer(mode).links
    assert all(len(country) == 2 for country in links["country"])
    assert ((links["gauge_mm"] > 0) == (mode is Mode.RAIL)).all()
    assert (links["length_m"] >= 0).all()
    assert set(links["geometry_basis"]) <= {"surveyed", "connector", "bent", "generalised"}
