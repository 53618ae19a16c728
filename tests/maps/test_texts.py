"""The table of texts: complete, used, and filled without a second look at what was put in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from geodata.vocabulary import CargoUnit, Grade, Mode, PlaceKind, Status
from geodata.world import load_world
from maps.texts import LANGUAGES, PLACE, fill, interface_texts, text_rows

PAGE = resources.files("maps").joinpath("assets", "page")
PYTHON = Path(str(resources.files("maps")))

PLURALS = {  # as Unicode's plural rules have them
    "en": {"one", "other"},
    "ru": {"one", "few", "many", "other"},
    "kk": {"one", "other"},
    "hi": {"one", "other"},
}
CATEGORIES = {"one", "few", "many", "other"}
LATIN = re.compile("[A-Za-z][A-Za-z0-9₂]*")
INTERNATIONAL = {"USD", "TEU", "CO₂", "CO₂e", "Leaflet", "Folium", "P", "P10", "P50", "P90"}

_TEMPLATE = re.compile(r"`([^`]*\$\{[^`]*)`")
_HOLE = re.compile(r"\$\{[^{}]*\}")
_MARKED = re.compile(r"data-(?:text|says)=\"([^\"]+)\"")

ROWS = list(text_rows())


def plural_category(key: str) -> str | None:
    """Return the plural category that a key ends in; `other` alone is an ordinary word."""
    stem, _, last = key.rpartition(".")
    keys = {row["key"] for row in ROWS}
    return last if last in CATEGORIES and f"{stem}.many" in keys else None


def scripts() -> Iterator[tuple[str, str]]:
    for part in PAGE.iterdir():
        if part.name.endswith(".js"):
            yield part.name, re.sub(r"/\*.*?\*/", "", part.read_text("utf-8"), flags=re.DOTALL)


def test_the_table_has_a_column_per_language_and_every_key_once() -> None:
    for part in PAGE.iterdir():
        if part.name.startswith("texts") and part.name.endswith(".csv"):
            reader = csv.reader(part.read_text("utf-8").splitlines())
            assert next(reader) == ["key", *LANGUAGES], part.name
            assert {len(row) for row in reader} == {1 + len(LANGUAGES)}, part.name
    keys = [row["key"] for row in ROWS]
    assert sorted(keys) == sorted(set(keys))
    assert len(keys) > 100


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_key_has_its_text_and_the_same_places_in_every_language(language: str) -> None:
    wrong = []
    for row in ROWS:
        category = plural_category(row["key"])
        wanted = category is None or category in PLURALS[language]
        text = row[language]
        places = sorted(PLACE.findall(row["en"] or row["ru"]))
        whole = bool(text) == wanted and text == text.strip()
        same_places = not wanted or sorted(PLACE.findall(text)) == places
        if not (whole and same_places) or re.search(r"[{}]", PLACE.sub("", text)):
            wrong.append(row["key"])
    assert wrong == []
    assert set(interface_texts()[language]) == {row["key"] for row in ROWS if row[language]}


@pytest.mark.parametrize("language", ["ru", "kk", "hi"])
def test_no_english_is_left_in_other_languages(language: str) -> None:
    left = {
        row["key"]: set(LATIN.findall(PLACE.sub("", row[language])))
        for row in ROWS
        if not row["key"].endswith(".licence")  # notices keep the words of their licences
    }
    assert {key: words for key, words in left.items() if words - INTERNATIONAL} == {}


def test_every_key_that_the_page_asks_for_is_there_and_none_is_idle() -> None:
    keys = {row["key"] for row in ROWS}
    stems = {key.rpartition(".")[0] for key in keys if plural_category(key)}
    asked: set[str] = set()
    patterns: set[str] = set()
    missing = []
    for name, script in scripts():
        for call, key in re.findall(r"app\.(t|plural)\(\s*\"([^\"]+)\"", script):
            if key not in (keys if call == "t" else stems):
                missing.append((name, key))
        asked.update(key for key in keys | stems if f'"{key}"' in script)
        for text in _TEMPLATE.findall(script):
            if _HOLE.sub("", text).strip("."):
                patterns.add(".+".join(map(re.escape, _HOLE.split(text))))
            else:  # `${kind}.${word}`: the kinds are words of the same script
                patterns.update(
                    re.escape(kind) + r"\.\w+"
                    for kind in {key.partition(".")[0] for key in keys}
                    if f'"{kind}"' in script
                )
    page_html = PAGE.joinpath("page.html").read_text("utf-8")
    marked = set(_MARKED.findall(page_html))
    python = "\n".join(path.read_text("utf-8") for path in PYTHON.rglob("*.py"))
    asked |= marked | set(re.findall(r"[\"']([a-z_]+(?:\.[\w-]+)+)[\"']", python))
    assert missing == []
    assert marked <= keys
    idle = [
        key
        for key in keys
        if key not in asked
        and not (plural_category(key) and key.rpartition(".")[0] in asked)
        and not any(re.fullmatch(pattern, key) for pattern in patterns)
    ]
    assert idle == []


def test_every_word_of_the_data_that_the_page_may_name_has_a_text() -> None:
    keys = {row["key"] for row in ROWS}
    world = load_world()
    parameters = world.parameters.rows
    cargoes = {row.key.partition(".")[2] for row in parameters if row.key.startswith("value.")}
    wanted = {
        *(f"cargo.{cargo}" for cargo in cargoes),
        *(f"country.{place.country}" for place in world.places.values()),
        *(f"unit.{row.unit}" for row in parameters),
        *(f"cargo_unit.{unit}" for unit in CargoUnit),
        *(f"grade.{grade}" for grade in Grade),
        *(f"mode.{mode}" for mode in Mode),
        *(f"place.{kind}" for kind in PlaceKind),
        *(f"status.{status}" for status in Status),
        *(f"date.month.{month}" for month in range(1, 13)),
    }
    assert sorted(wanted - keys) == []


def test_what_is_put_into_a_text_is_not_filled_again() -> None:
    assert fill("{a} and {b}", {"a": "{b}", "b": "{a}\\1"}) == "{b} and {a}\\1"
    with pytest.raises(KeyError):
        fill("{c}", {"a": "x"})
