"""What a stranger meets: no scripts, a phone, keys alone, crowded places, words not yet known."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import hypot
from pathlib import Path

import pytest
from browser import Browser, Shown, needs_chromium

from maps import MapData, MapStop
from maps.page import render_page
from maps.texts import LANGUAGES, interface_texts

pytestmark = needs_chromium

SEEN = "[...document.querySelectorAll('.gateway')].filter(node => node.checkVisibility())"
SPOTS = f"{SEEN}.map(node => (box => [box.x, box.y])(node.getBoundingClientRect()))"
FOCUSED = "document.activeElement.getAttribute('aria-label')"


def crowded(page: MapData) -> MapData:
    """Put a border, a gauge change and a city within a few kilometres of the first port."""
    port = page.routes[0].stops[1]
    kinds = ("border_crossing_point", "gauge_interchange", "city")
    near = tuple(
        MapStop(place_id=f"N{k}", name=f"Near {k}", kind=kind, lon=port.lon + k / 50, lat=port.lat)
        for k, kind in enumerate(kinds, start=1)
    )
    stops = page.routes[0].stops
    route = replace(page.routes[0], stops=(*stops[:2], *near, *stops[2:]))
    return replace(page, routes=(route, *page.routes[1:]))


def zoom(browser: Browser, stop: MapStop, level: float) -> None:
    browser.run(
        f"corridorPage.map.setView([{stop.lat}, {stop.lon}], {level}, {{animate: false}}); true"
    )
    browser.settle()


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_without_scripts_every_corridor_stands_in_a_table_with_its_amounts(
    browser: Browser, page: MapData, base_map: str, tmp_path: Path, language: str
) -> None:
    path = tmp_path / "plain.html"
    path.write_text(render_page(replace(page, lang=language), base_map=base_map), encoding="utf-8")
    browser.view(360, 740, phone=True)
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.call("Page.navigate", url=path.as_uri())
        rows = "[...document.querySelectorAll('.plain tbody tr')].map(row => row.innerText)"
        for _ in range(100):
            if len(told := browser.run(rows)) == len(page.routes):
                break
        assert len(told) == len(page.routes)
        for text, route in zip(told, page.routes, strict=True):
            cells = text.split("\t")
            assert cells[0] == str(route.rank)
            assert cells[1] == route.name
            assert float(cells[3].replace(",", ".")) == pytest.approx(route.days, abs=0.051)
            assert [int(cells[k]) for k in (2, 4, 5, 6, 7)] == [
                round(route.cost_usd_per_t),
                round(route.co2e_kg_per_t),
                round(route.length_km),
                route.border_crossings,
                route.gauge_changes,
            ]
        assert not browser.run("document.querySelector('.layout').checkVisibility()")
        assert browser.run("document.querySelector('.noscript').getBoundingClientRect().top") < 100
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("hash_", ["#compared", "#map-part"])
def test_ways_past_the_top_leave_the_readers_settings_alone(
    browser: Browser, page: MapData, shown: Shown, hash_: str
) -> None:
    shown(page)
    browser.run("app.sort('days', false); app.pick(2)")
    browser.settle()
    state = "JSON.stringify([app.state, location.hash])"
    before = browser.run(state)
    browser.run(f"document.querySelector('.skip[href=\"{hash_}\"]').focus()")
    browser.press("Enter", 13)
    browser.settle(0.6)
    assert browser.run("document.activeElement.id") == hash_[1:]
    assert browser.run(state) == before
    browser.run(f"location.hash = '{hash_}'")  # a link from elsewhere that names a part
    browser.settle(0.6)
    assert browser.run(state) == before


def test_places_never_cover_each_other_and_come_as_one_zooms_in(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    page = crowded(page)
    shown(page)
    port = page.routes[0].stops[1]
    zoom(browser, port, 4)
    far = browser.run(SPOTS)
    assert all(hypot(a[0] - b[0], a[1] - b[1]) > 6 for a, b in combinations(far, 2))
    names = f"{SEEN}.map(node => node.getAttribute('aria-label')).join()"
    assert port.name in browser.run(names)  # the port outweighs what lies beside it
    assert "Near 1" not in browser.run(names)
    zoom(browser, port, 10)
    for wanted in (port.name, "Near 1", "Near 2", "Near 3"):
        assert wanted in browser.run(names)


def test_one_tab_stop_for_all_places_and_arrows_from_one_to_the_next(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    stops = "[...document.querySelectorAll('.gateway')].filter(node => node.tabIndex === 0)"
    assert browser.run(f"{stops}.length") == 1
    browser.run(f"{stops}[0].focus()")
    shown = browser.run(f"{SEEN}.length")
    met = []
    for _ in range(shown):
        met.append(browser.run(FOCUSED))
        browser.press("ArrowRight", 39)
    assert len(set(met)) == shown
    assert browser.run(FOCUSED) == met[0]  # round again
    browser.press("ArrowLeft", 37)
    assert browser.run(FOCUSED) == met[-1]
    assert browser.run(f"{stops}.length") == 1


def test_the_list_of_layers_takes_the_focus_and_gives_it_back(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    browser.run("app.pick(0); document.querySelector('.leaflet-control-layers-toggle').focus()")
    browser.press("Enter", 13)
    browser.settle()
    assert browser.run("document.activeElement.type") == "checkbox"
    browser.press("Escape", 27)
    browser.settle()
    assert browser.run("document.activeElement.className") == "leaflet-control-layers-toggle"
    assert not browser.run("!!document.querySelector('.leaflet-control-layers-expanded')")
    assert browser.run("app.state.picked") == 0  # what closes the list does nothing more


def test_on_a_phone_a_popup_lies_within_the_map(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    browser.view(360, 740, phone=True)
    shown(page)
    frame = "document.querySelector('.map').getBoundingClientRect()"
    for number in range(browser.run(f"{SEEN}.length")):
        browser.run(
            f"document.getElementById('map-part').scrollIntoView(); {SEEN}[{number}].click()"
        )
        browser.settle()
        inside = browser.run(
            "((box, map) => box.width > 200 && box.left >= map.left && box.right <= map.right"
            " && box.top >= map.top && box.bottom <= map.bottom)"
            f"(document.querySelector('.leaflet-popup').getBoundingClientRect(), {frame})"
        )
        assert inside
        browser.press("Escape", 27)
        browser.settle()
    assert browser.complaints == []


def test_the_answer_shows_its_amounts_with_ranges_and_explains_its_words(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    figures = "[...document.querySelectorAll('.figures > div')].map(one => one.innerText)"
    plain = browser.run(figures)
    best = page.routes[0]
    assert [text.split("\n")[0] for text in plain] == ["Cost", "Time", "CO₂e", "Generalised cost"]
    assert plain[1].split("\n")[1] == f"{best.days:.1f} days"
    browser.run(
        "(before => app.compute = () => { const now = before(); const spread = {p10: 7, p50: 8,"
        " p90: 9, pBest: 1}; now.routes[0].spreads = {cost: spread, time: spread, co2e: spread,"
        " generalised: spread}; return now; })(app.compute); app.update()"
    )
    assert [text.split("\n")[2] for text in browser.run(figures)] == [
        "7–9",
        "7.0–9.0",
        "7–9",
        "7–9",
    ]
    texts = interface_texts()["en"]
    told = browser.run("document.querySelector('.glossary').textContent")
    for word in ("generalised", "co2e", "transshipment", "gauge", "teu", "remarks"):
        assert texts[f"word.{word}.means"] in told
    assert texts["word.best_in.means"] not in told  # nothing is drawn on this page
