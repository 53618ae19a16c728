"""The page in four languages, and its story against one rendered here from the same templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple, is_dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from browser import Browser, Shown, needs_chromium, outside

from corridors.page import page_data
from corridors.request import Request
from maps import MapData, MapRoute, style
from maps.texts import LANGUAGES, fill, interface_texts

pytestmark = needs_chromium

ISOLATES = re.compile("[\u2068\u2069]")
THIN, MINUS = "\u202f", "\u2212"
ANSWER = "[...document.querySelectorAll('#answer p')].map(p => p.textContent)"


def choose(browser: Browser, language: str) -> None:
    """Choose a language as a reader does."""
    select = "document.getElementById('language')"
    browser.run(f"{select}.value = '{language}'; {select}.dispatchEvent(new Event('change'))")


def plain(text: str) -> str:
    return ISOLATES.sub("", text)


def number(value: float, digits: int = 0) -> str:
    """Write a number in English: narrow spaces, halves away from zero, a true minus."""
    whole = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{whole:,}".replace(",", THIN).replace("-", MINUS)


def signed(value: float, digits: int = 0) -> str:
    text = number(value, digits)
    return text if value <= 0 or not text.strip("0.") else f"+{text}"


def days(value: float, text: str) -> str:
    texts = interface_texts()["en"]
    return fill(texts[f"count.days.{'one' if value in (1, -1) else 'other'}"], {"n": text})


def english_answer(page: MapData) -> list[str]:
    """Return the answer of a page ranked by generalised cost, made in Python."""
    texts, (best, second) = interface_texts()["en"], page.routes[:2]
    said = [
        fill(
            texts["story.best"],
            {
                "criterion": "generalised cost",
                "best": best.name,
                "usd": number(best.cost_usd_per_t),
                "days": days(round(best.days), number(best.days)),
                "kg": number(best.co2e_kg_per_t),
            },
        ),
        fill(texts["story.next"], {"runner": second.name, **differences(best, second)}),
    ]
    flip = page.story.flip or page.story.flip_other
    assert flip is not None
    other = next(route.name for route in page.routes if route.corridor_id == flip.corridor_id)
    values = {
        "runner": second.name,
        "other": other,
        "parameter": flip.words,
        "value": f"{flip.value:.4g}",
        "typical": f"{flip.typical:g}",
        "low": f"{flip.low:g}",
        "high": f"{flip.high:g}",
        "unit": texts[f"unit.{flip.unit}"],
    }
    said.append(fill(texts["story.flip" if page.story.flip else "story.flip_other"], values))
    labels = dict.fromkeys(flag.label for flag in best.flags)
    said.append(fill(texts["story.flags"], {"flags": ", ".join(labels)}))
    return said


def differences(best: MapRoute, second: MapRoute) -> dict[str, str]:
    usd, day, kg, gap = (
        round(getattr(second, name), 2) - round(getattr(best, name), 2)
        for name in ("cost_usd_per_t", "days", "co2e_kg_per_t", "generalised_usd_per_t")
    )
    return {
        "gap": fill(interface_texts()["en"]["gap.generalised"], {"n": number(gap)}),
        "usd": signed(usd),
        "days": days(day, signed(day, 1)),
        "kg": signed(kg),
    }


def test_the_story_is_what_the_templates_and_the_numbers_make(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    assert [plain(text) for text in browser.run(ANSWER)] == english_answer(page)


def test_the_story_of_the_shipped_case(browser: Browser, shown: Shown) -> None:
    request = Request()
    comparison = request.planner.compare(request.corridors)
    page = page_data(request, comparison)
    shown(page)
    said = [plain(text) for text in browser.run(ANSWER)]
    expected = english_answer(page)
    assert said[1:] == expected[1:]
    assert said[0].startswith(expected[0].rstrip("."))  # how sure follows, once risk is there
    about = plain(browser.run("document.querySelector('.basis').textContent"))
    for share in page.story.shares:
        assert f"{number(100 * share.estimated)}%" in about
    for assumption in page.story.assumptions:
        assert assumption.words in about
    for text in (page.story.scenario_description, *page.attributions, page.data_version):
        assert text in about


@pytest.mark.parametrize(
    ("language", "km", "day", "date", "one", "five", "half"),
    [
        ("en", "13\u202f244", "43.1", "1 November 2026", "1 day", "5 days", "1.5 days"),
        ("ru", "13\u00a0244", "43,1", "1 ноября 2026 г.", "1 день", "5 дней", "1,5 дня"),
        ("kk", "13\u00a0244", "43,1", "2026 ж. 1 қараша", "1 күн", "5 күн", "1,5 күн"),
        ("hi", "13,244", "43.1", "1 नवंबर 2026", "1 दिन", "5 दिन", "1.5 दिन"),
    ],
)
def test_each_language_has_its_words_numbers_dates_and_plurals(
    browser: Browser, page: MapData, shown: Shown,
    language: str, km: str, day: str, date: str, one: str, five: str, half: str,
) -> None:  # fmt: skip
    shown(page)
    choose(browser, language)
    texts = interface_texts()[language]
    assert browser.run("document.documentElement.lang") == language
    assert (
        browser.run("document.getElementById('compared-title').textContent")
        == (texts["section.compared"])
    )
    ends = {"origin": page.story.origin, "destination": page.story.destination}
    assert browser.run("document.title") == fill(texts["story.title"], ends)
    assert plain(browser.run("document.querySelector('h1').textContent")) == browser.run(
        "document.title"
    )
    rows = browser.run("[...document.querySelectorAll('tr.row')].map(row => row.textContent)")
    assert day in rows[0]
    assert km in rows[1]
    assert date in plain(browser.run("document.getElementById('context').textContent"))
    plurals = browser.run(
        "[[1, 0], [5, 0], [1.5, 1]]"
        ".map(([n, digits]) => app.plural('count.days', n, { digits }).replace('\\u00a0', ' '))"
    )
    assert plurals == [one, five, half]
    assert browser.complaints == []


def test_russian_counts_in_four_ways(browser: Browser, page: MapData, shown: Shown) -> None:
    shown(replace(page, lang="ru"))
    said = browser.run(
        "[1, 2, 5, 11, 21, 22, 112].map(n => app.plural('count.days', n).split('\\u00a0')[1])"
    )
    assert said == ["день", "дня", "дней", "дней", "день", "дня", "дней"]


def test_numbers_are_rounded_alike_in_every_language(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    values = "[0, 0.5, 1.5, 2.5, -0.4, -1234.5, 1005.005, 999999.5, 1e7]"
    digits = {}
    for language in LANGUAGES:
        choose(browser, language)
        said = browser.run(f"{values}.map(value => app.number(value, 0))")
        digits[language] = [re.sub(r"[^\d\u2212]", "", text) for text in said]
        assert browser.run("app.signed(12.34, 1)").startswith("+")
        assert browser.run("app.signed(0.04, 1)") in {"0.0", "0,0"}
        assert browser.run("app.number(-0.4)") == "0"
    assert digits["en"] == ["0", "1", "2", "3", "0", "\u22121235", "1005", "1000000", "10000000"]
    assert all(found == digits["en"] for found in digits.values())
    choose(browser, "en")
    assert browser.run("app.percent(0.004)") == "<1%"
    assert browser.run("[0, 0.126, 1].map(app.percent)") == ["0%", "13%", "100%"]


def texts_of(record: Any) -> Iterator[str]:
    """Yield every text in a record and the records in it."""
    if isinstance(record, str):
        yield record
    elif is_dataclass(record) and not isinstance(record, type):
        yield from texts_of(astuple(record))
    elif isinstance(record, tuple | list):
        for part in record:
            yield from texts_of(part)


def names_in(page: MapData) -> set[str]:
    """Return what is data on the page: names, remarks, sources; no word of a closed list."""
    closed = {"rail", "road", "sea", "ferry", "air", "operational", "planned", "suspended"}
    closed |= {"load", "unload", "move", "transshipment", "gauge_change", "border_crossing"}
    closed |= {"port", "plant", "generalised", "cost", "time", "surveyed"}
    return {text for text in texts_of(page) if text} - closed


SEEN = """(() => {
  const shown = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const aside = node.parentElement.closest("script, style, noscript, #language, .labels");
    if (!aside) shown.push(node.data);
  }
  for (const node of document.querySelectorAll("body *")) {
    for (const name of ["title", "aria-label", "alt", "placeholder", "data-label"]) {
      if (node.hasAttribute(name)) shown.push(node.getAttribute(name));
    }
  }
  return shown;
})()"""


@pytest.mark.parametrize("language", ["ru", "kk", "hi"])
def test_no_english_is_left_but_names(
    browser: Browser, page: MapData, shown: Shown, language: str
) -> None:
    shown(page)
    choose(browser, language)
    browser.run("document.getElementById('pick-2').click()")
    browser.run("document.querySelector('.gateway').click()")
    browser.settle()
    texts = interface_texts()[language]
    notices = {style.ATTRIBUTION, *style.ATTRIBUTIONS}
    notices |= {text for key, text in texts.items() if key.endswith(".licence")}
    names = sorted(names_in(page) | notices, key=len, reverse=True)
    international = {"USD", "TEU", "CO₂", "CO₂e", "P", "P10", "P50", "P90", "Leaflet", "Folium"}
    left = set()
    for text in map(plain, browser.run(SEEN)):
        rest = text
        for name in names:
            rest = rest.replace(name, "")
        if set(re.findall(r"[A-Za-z][A-Za-z0-9₂]*", rest)) - international:
            left.add(text)
    assert left == set()
    assert browser.complaints == []


def test_a_page_starts_in_the_language_asked_for(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(replace(page, lang="kk"))
    assert browser.run("document.documentElement.lang") == "kk"
    assert browser.run("document.getElementById('language').value") == "kk"
    heading = browser.run("document.getElementById('compared-title').textContent")
    assert heading == interface_texts()["kk"]["section.compared"]
    assert browser.complaints == []


def test_the_language_is_chosen_by_keyboard_and_named_in_its_own_words(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    options = browser.run(
        "[...document.querySelectorAll('#language option')].map(o => [o.lang, o.textContent])"
    )
    assert options == [[code, name] for code, name in LANGUAGES.items()]
    browser.run("document.getElementById('language').focus()")
    browser.press("ArrowDown", 40)
    browser.settle()
    assert browser.run("document.documentElement.lang") == "ru"
    assert browser.run("document.activeElement.id") == "language"
    label = "document.getElementById('language').labels[0].textContent"
    assert interface_texts()["ru"]["page.language"] in browser.run(label)


@pytest.mark.parametrize("name", ["{best} {usd}", "$& {{ 1+1 }} <b>x</b>", "\u202eabc\u2069\u202e"])
def test_hostile_names_stay_names_in_sentences(
    browser: Browser, page: MapData, shown: Shown, name: str
) -> None:
    story = replace(page.story, origin=name, scenario=name)
    routes = (replace(page.routes[0], name=name), *page.routes[1:])
    shown(replace(page, story=story, routes=routes))
    shown = re.sub("[\u202a-\u202e\u2066-\u2069]", "", name)
    for language in LANGUAGES:
        choose(browser, language)
        (first, *_) = browser.run(ANSWER)
        assert f"\u2068{shown}\u2069" in first
        for text in (first, browser.run("document.querySelector('h1').textContent")):
            assert text.count("\u2068") == text.count("\u2069")
            assert not re.search("[\u202a-\u202e\u2066\u2067]", text)
        assert f"\u2068{shown}\u2069" in browser.run("document.querySelector('h1').textContent")
    assert browser.run("document.querySelectorAll('#head b, .basis b').length") == 0
    assert outside(browser) == []
    assert browser.complaints == []


def test_how_sure_the_best_is_belongs_to_the_answer_where_it_is_known(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    browser.run(
        "(before => { app.compute = () => { const now = before(); now.routes[0].pBest = 0.616;"
        " return now; }; })(app.compute); app.data.risk = { draws: 10000, seed: 1 };"
        " app.update(); app.emit('lang')"
    )
    (first, *_) = browser.run(ANSWER)
    assert "the best in 62% of random draws" in first
    about = browser.run("document.querySelector('.basis').textContent")
    assert f"10{THIN}000 random draws (seed 1)" in about


def test_with_other_settings_the_answer_says_so_and_tells_no_flip(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    browser.run(
        "(before => { app.compute = () => { const now = before(); now.changed = true;"
        " now.routes[0].rank = 2; now.routes[1].rank = 1; now.routes[1].usdPerT = 1; return now; };"
        " })(app.compute); app.update()"
    )
    texts = interface_texts()["en"]
    said = [plain(text) for text in browser.run(ANSWER)]
    assert said[0] == texts["story.changed"]
    assert page.routes[1].name in said[1]
    figures = plain(browser.run("document.querySelector('.figures').innerText"))
    assert figures.split("\n")[:2] == ["Cost", "1 USD/t"]
    assert said[3] == texts["story.flip_typical"]
    assert page.story.flip is not None
    assert not any(page.story.flip.words in text for text in said)
