"""Finding places by what people type."""

from __future__ import annotations

import pytest
import worlds
from worlds import place

from corridors.errors import CorridorsError, UnknownPlaceError
from corridors.finding import find_place, matching_places, parse_coordinates

WORLD = worlds.world(
    [
        place("KZOSK", "KZ", name="Oskemen", aliases=("Ust-Kamenogorsk", "Öskemen")),
        place("IRSAR", "IR", name="Sarakhs"),
        place("IRSRX", "IR", name="Sarakhs border (IR side)"),
        place("INAAA", "IN", name="Alpha north"),
        place("INAAB", "IN", name="Alpha south"),
    ]
)


@pytest.mark.parametrize(
    "text", ["KZOSK", "kzosk", "oskemen", "OSKEMEN ", "Öskemen", "ust-kamenogorsk", "kamenog"]
)
def test_one_place_in_any_usual_spelling(text: str) -> None:
    assert find_place(text, WORLD).place_id == "KZOSK"


def test_an_exact_name_wins_over_longer_ones() -> None:
    assert find_place("Sarakhs", WORLD).place_id == "IRSAR"


def test_an_ambiguous_name_lists_its_matches() -> None:
    with pytest.raises(
        UnknownPlaceError, match="could be several places: INAAA Alpha north; INAAB"
    ):
        find_place("alpha", WORLD)


def test_an_unknown_name_lists_the_nearest() -> None:
    with pytest.raises(UnknownPlaceError, match="is no known place: KZOSK Oskemen"):
        find_place("Oskeman", WORLD)


def test_listing_by_country_or_text() -> None:
    assert [p.place_id for p in matching_places("ir", WORLD)] == ["IRSAR", "IRSRX"]
    assert len(matching_places("", WORLD)) == 5


@pytest.mark.parametrize(("text", "expected"), [
    ("27.1,56.06", (27.1, 56.06)),
    (" -3.5 , +120 ", (-3.5, 120.0)),
    ("27.1;56", None),
    ("Sarakhs", None),
])  # fmt: skip
def test_coordinates(text: str, expected: tuple[float, float] | None) -> None:
    assert parse_coordinates(text) == expected


def test_swapped_coordinates_are_recognised() -> None:
    with pytest.raises(CorridorsError, match=r"did you mean 27.1,120.5\?"):
        parse_coordinates("120.5,27.1")
