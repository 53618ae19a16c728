"""The map and the table at work: lanes, arrows, popups, own lines, order, filters, the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import hypot
from pathlib import Path

import pytest
from browser import Browser, Shown, needs_chromium, outside, show

from maps import MapData, MapHappening, MapOwnLine, MapRoute, MapStop

pytestmark = needs_chromium

ROWS = (
    "[...document.querySelectorAll('.compare > tbody:not([hidden]) .rank')].map(r => r.innerText)"
)
PATHS = "document.querySelectorAll('.leaflet-{pane}-pane path').length"
POINTS = (
    "[...document.querySelectorAll('.leaflet-routes-pane path.mode-{mode}')]"
    ".map(path => path.getAttribute('d').replaceAll('Z', '').split(/[ML]/).filter(Boolean)"
    ".map(pair => pair.trim().split(/[ ,]/).map(Number)))"
)
POPUP = "document.querySelector('.leaflet-popup')?.innerText ?? ''"
SHOW = "window.corridorPage.map.setView([{lat}, {lon}], {zoom}, {{animate: false}}); true"


def twins(page: MapData, count: int) -> MapData:
    """Return a page on which the same corridor stands several times."""
    routes = tuple(
        replace(page.routes[0], corridor_id=f"twin-{n}", name=f"Twin {n}", rank=n + 1)
        for n in range(count)
    )
    return replace(page, routes=routes)


def open_popup(browser: Browser, name: str) -> str:
    browser.run(
        "[...document.querySelectorAll('.gateway')]"
        f".find(sign => sign.getAttribute('aria-label').startsWith('{name}')).click()"
    )
    browser.settle()
    return str(browser.run(POPUP))


@pytest.mark.parametrize("count", [2, 3])
def test_a_few_corridors_on_one_line_run_side_by_side(
    page: MapData, shown: Shown, count: int
) -> None:
    browser = shown(twins(page, count))
    lanes = browser.run(POINTS.format(mode="sea"))
    assert len(lanes) == count
    starts = sorted((lane[0][0], lane[0][1]) for lane in lanes)
    gaps = [((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in pairwise(starts)]
    assert all(2 <= gap <= 5 for gap in gaps)


def test_many_corridors_on_one_line_share_it(page: MapData, shown: Shown) -> None:
    browser = shown(twins(page, 5))
    drawn = [lane for lane in browser.run(POINTS.format(mode="sea")) if len(lane) > 1]
    assert len(drawn) == 1
    browser.run("app.hover(3)")
    browser.settle()
    lit = "document.querySelector('.leaflet-lit-pane path.line.mode-sea').getAttribute('d').length"
    assert browser.run(lit) > 20


def test_corridors_without_company_keep_to_their_line(page: MapData, shown: Shown) -> None:
    alone = shown(twins(page, 1)).run(POINTS.format(mode="sea"))
    browser = shown(twins(page, 2))
    browser.run("corridorPage.map.removeLayer(corridorPage.corridors[1]); true")
    browser.settle()
    assert browser.run(POINTS.format(mode="sea")) == alone


def test_of_numbers_in_one_spot_the_best_or_the_lit_one_is_shown(
    page: MapData, shown: Shown
) -> None:
    browser = shown(twins(page, 3))
    browser.run("app.map.leaflet.setZoom(2, {animate: false}); true")
    browser.settle()
    seen = (
        "[...document.querySelectorAll('.tag')].filter(tag => tag.checkVisibility())"
        ".map(tag => (box => [tag.innerText, box.x, box.y])(tag.getBoundingClientRect()))"
    )
    for wanted in ("1", "3"):
        tags = browser.run(seen)
        assert wanted in [text for text, *_ in tags]
        assert len(tags) < 3
        assert all(
            hypot(a[1] - b[1], a[2] - b[2]) > 20 for at, a in enumerate(tags) for b in tags[:at]
        )
        browser.run("app.hover(2)")
        browser.settle()


def test_arrows_point_the_way_the_goods_go(page: MapData, shown: Shown) -> None:
    browser = shown(twins(page, 1))
    heads = browser.run(
        "[...document.querySelectorAll('.leaflet-arrows-pane path.mode-sea')]"
        ".flatMap(path => path.getAttribute('d').split('M').filter(Boolean)"
        ".map(head => head.split('L').map(pair => pair.trim().split(/[ ,]/).map(Number))))"
    )
    line = browser.run(POINTS.format(mode="sea"))[0]
    assert heads
    for tip, _, notch, _ in heads:
        (x, y), (ux, uy) = tip, (tip[0] - notch[0], tip[1] - notch[1])
        _, along = min(
            (
                hypot((a[0] + b[0]) / 2 - x, (a[1] + b[1]) / 2 - y)
                - hypot(b[0] - a[0], b[1] - a[1]) / 2,
                (b[0] - a[0]) * ux + (b[1] - a[1]) * uy,
            )
            for a, b in pairwise(line)
        )  # the piece of the line that is nearest
        assert along > 0


def test_popups_tell_hours_and_usd_with_their_range_and_source(page: MapData, shown: Shown) -> None:
    ranged = MapHappening(
        "transshipment", "sea to rail", 120, 18_000, "PMO tariff 2025", 48, 240, 9_000, 30_000
    )
    stops = tuple(
        replace(stop, happenings=(ranged,)) if stop.place_id == "IRBND" else stop
        for stop in page.routes[0].stops
    )
    route = replace(page.routes[0], stops=stops)
    browser = shown(replace(page, routes=(route,), sources=()))
    text = open_popup(browser, "Bandar Abbas")
    for part in (
        "120",
        "48–240",
        "18\u202f000",
        "9\u202f000–30\u202f000",
        "PMO tariff 2025",
        "low",
    ):
        assert part in text


def test_straits_and_canals_are_signs_of_their_own(page: MapData, shown: Shown) -> None:
    strait = MapStop(
        place_id="hormuz",
        name="Strait of Hormuz",
        kind="chokepoint",
        lon=56.4,
        lat=26.5,
        happenings=(MapHappening("passage", "", 0, 750, "assumption", 0, 0, 200, 1_500),),
    )
    first, *rest = page.routes[0].stops
    route = replace(page.routes[0], stops=(first, strait, *rest))
    browser = shown(replace(page, routes=(route,)))
    assert "Strait or canal" in browser.run("document.querySelector('.legend').innerText")
    text = open_popup(browser, "Strait of Hormuz")
    assert "Passage" in text
    assert "200–1\u202f500" in text


def test_own_lines_and_places_are_marked_whether_used_or_not(page: MapData, shown: Shown) -> None:
    used, unused = page.routes[0].legs[5].lines[0], ((60.0, 30.0), (62.0, 32.0), (64.0, 31.0))
    about = {"mode": "rail", "status": "planned", "country": "IR", "gauge_mm": 1435}
    lines = tuple(
        MapOwnLine(name=name, length_km=300.0, line=line, **about)  # type: ignore[arg-type]
        for name, line in (("Used line", used), ("Unused line", unused))
    )
    place = MapStop(
        place_id="XX1", name="My dry port", kind="dry_port", lon=62.0, lat=32.0, own=True
    )
    legs = tuple(
        replace(leg, own=True) if leg.lines and leg.lines[0] == used else leg
        for leg in page.routes[0].legs
    )
    route = replace(page.routes[0], legs=legs)
    own = replace(page, routes=(route,), own_lines=lines, own_places=(place,))
    browser = shown(own)
    assert browser.run("document.querySelectorAll('.own-edge').length") == 3  # the legend's too
    drawn = browser.run(
        "[...document.querySelectorAll('.leaflet-own-pane path.line')]"
        ".filter(path => path.getAttribute('d').length > 6).length"
    )
    assert drawn == 1
    assert "Your own" in browser.run("document.querySelector('.legend').innerText")
    assert "Your own" in browser.run("document.querySelector('.compare > tbody').innerText")
    assert "Your own" in open_popup(browser, "My dry port")
    browser.run("document.getElementById('pick-0').click()")
    browser.settle()
    assert "Your own" in browser.run("document.querySelector('.legs').innerText")


@pytest.mark.parametrize("column", range(8))
def test_any_column_sorts_both_ways(page: MapData, shown: Shown, column: int) -> None:
    keys: list[Callable[[MapRoute], float | str]] = [
        lambda r: r.rank,
        lambda r: r.name,
        lambda r: r.cost_usd_per_t,
        lambda r: r.days,
        lambda r: r.co2e_kg_per_t,
        lambda r: r.length_km,
        lambda r: r.border_crossings,
        lambda r: r.gauge_changes,
    ]
    browser = shown(page)
    orders = []
    for _ in range(2):
        browser.run(f"document.querySelectorAll('.compare thead button')[{column}].click()")
        orders.append(browser.run(ROWS))
    up = browser.run("document.querySelector('[aria-sort]').getAttribute('aria-sort')")
    if up == "ascending":
        orders.reverse()
    by_rank = {str(route.rank): keys[column](route) for route in page.routes}
    ordered = [by_rank[rank] for rank in orders[0]]
    assert ordered == sorted(ordered)  # type: ignore[type-var]
    assert [by_rank[rank] for rank in orders[1]] == ordered[::-1]


def test_ranges_and_chances_are_columns_only_when_there_are_any(
    page: MapData, shown: Shown
) -> None:
    browser = shown(page)
    heads = (
        "[...document.querySelectorAll('.compare thead th:not([hidden])')].map(h => h.innerText)"
    )
    assert not any("P10" in head or "P(best)" in head for head in browser.run(heads))
    browser.run(
        "(compute => app.compute = () => { const found = compute(); found.routes.forEach((route, i)"
        " => Object.assign(route, {p10: 100 + i, p50: 150 + i, p90: 200 + i, pBest: .5 - i / 10}));"
        " return found; })(app.compute); app.update()"
    )
    assert [head.split("\n") for head in browser.run(heads)][-2:] == [
        ["Generalised", "USD/t, P10\u2060–\u2060P90"],
        ["P(best)", "of draws"],
    ]
    row = browser.run("document.querySelector('tr.row').innerText")
    assert "100–200" in row
    assert "50 %" in row


def test_amounts_ranks_badges_and_lines_follow_the_result(page: MapData, shown: Shown) -> None:
    browser = shown(page)
    browser.run(
        "(compute => app.compute = () => { const found = compute(); const last = found.routes[2];"
        " found.routes.forEach(route => route.rank = route.rank % 3 + 1); last.usdPerT = 7;"
        " last.way = 1; last.legs = last.legs.filter(leg => leg.mode !== 'road');"
        " return found; })(app.compute); app.update(); app.pick(2)"
    )
    browser.settle()
    assert browser.run(ROWS) == ["1", "2", "3"]
    first = browser.run("document.querySelector('.compare > tbody').innerText")
    assert page.routes[2].name in first
    assert browser.run("document.querySelector('tr.row td.best').innerText") == "7"
    badge = (
        f"document.querySelector(`.tag .badge[title=${{JSON.stringify('{page.routes[2].name}')}}]`)"
    )
    assert browser.run(f"{badge}.innerText") == "1"
    assert browser.run(PATHS.format(pane="routes") + "") == sum(
        leg.mode is not None for route in page.routes for leg in route.legs
    ) - sum(leg.mode == "road" for leg in page.routes[2].legs)
    legs = browser.run("document.querySelectorAll('.legs tbody tr').length")
    assert legs == sum(leg.mode != "road" for leg in page.routes[2].legs)
    assert browser.complaints == []


def test_filters_leave_rows_and_layers_out_and_can_be_undone(page: MapData, shown: Shown) -> None:
    browser = shown(page)
    every = browser.run(PATHS.format(pane="routes"))
    choose = (
        "(select => { select.value = '{value}'; select.dispatchEvent(new Event('change')); })"
        "(document.getElementById('filter-country'))"
    )
    browser.run(choose.replace("{value}", "+CN"))
    browser.settle()
    assert browser.run(ROWS) == ["2"]
    assert browser.run("document.querySelector('.tally').innerText") == "1 of 3 corridors"
    moves = sum(leg.mode is not None for leg in page.routes[1].legs)
    assert browser.run(PATHS.format(pane="routes")) == moves
    browser.run(choose.replace("{value}", "-CN"))
    browser.settle()
    assert browser.run(ROWS) == ["1", "3"]
    browser.run("document.querySelector('.filters button').click()")
    browser.settle()
    assert browser.run(ROWS) == ["1", "2", "3"]
    assert browser.run(PATHS.format(pane="routes")) == every
    assert browser.run("document.querySelector('.tally').hidden") is True


@pytest.mark.parametrize(("kind", "field"), [("family", "family"), ("status", "status")])
def test_families_and_states_filter(page: MapData, shown: Shown, kind: str, field: str) -> None:
    words = ("one", "two", "one") if kind == "family" else ("operational", "planned", "operational")
    routes = tuple(
        replace(route, **{field: word})  # type: ignore[arg-type]
        for route, word in zip(page.routes, words, strict=True)
    )
    browser = shown(replace(page, routes=routes))
    browser.run(f"app.filter({{{kind}: '{words[1]}'}})")
    assert browser.run(ROWS) == ["2"]
    browser.run("app.pick(0)")
    browser.settle()
    assert browser.run(ROWS) == ["1", "2", "3"]  # what is picked is never out of sight


def test_the_address_brings_everything_back(browser: Browser, page: MapData, shown: Shown) -> None:
    shown(page)
    browser.run("app.sort('days', false); app.filter({country: '+IR'}); app.pick(2)")
    browser.settle()
    browser.run(SHOW.format(lat=41.5, lon=60.25, zoom=6))
    browser.settle(0.8)
    state = "JSON.stringify([app.state.picked, app.state.sort, app.state.filters])"
    where = "(map => [map.getZoom(), map.getCenter().lat, map.getCenter().lng])(corridorPage.map)"
    before, at = browser.run(state), browser.run(where)
    address = browser.run("location.href")
    assert "#" in address
    browser.call("Page.navigate", url="about:blank")
    browser.call("Page.navigate", url=address)
    browser.wait()
    browser.settle()
    assert browser.run(state) == before
    assert browser.run(where) == pytest.approx(at, abs=1e-3)
    assert browser.complaints == []


@pytest.mark.parametrize(
    "fragment",
    [
        "c=nothing&s=-nothing&f=family%3Anobody&l=xx&t=-5&v=nothing%3A1&m=99/1000/x",
        "%E0%A4%A&&==;m=//&s=&f=:&v=:&t=NaN",
        "constructor=1&s=__proto__&l=toString&f=toString:1",
        "</script><img src=x onerror=alert(1)>",
    ],
)
def test_an_address_without_sense_is_left_alone(
    browser: Browser, page: MapData, shown: Shown, fragment: str
) -> None:
    shown(page)
    state = "JSON.stringify([app.state, window.corridorPage.map.getZoom()])"
    before = browser.run(state)
    address = browser.run("location.href").split("#")[0]
    browser.call("Page.navigate", url="about:blank")
    browser.call("Page.navigate", url=f"{address}#{fragment}")
    browser.wait()
    browser.settle()
    assert browser.run(state) == before
    assert browser.complaints == []


def test_hostile_names_are_text_in_filters_titles_and_the_address(
    browser: Browser, hostile: str, hostile_page: MapData, shown: Shown
) -> None:
    route = replace(hostile_page.routes[0], legs=hostile_page.routes[0].legs)
    page = replace(hostile_page, routes=(route, *hostile_page.routes[1:]))
    shown(page)
    options = browser.run(
        "[...document.querySelectorAll('.filters option')].map(option => option.value)"
    )
    assert {hostile, f"+{hostile}", f"-{hostile}"} <= set(options)
    browser.run("app.filter(" + "{family: app.data.routes[0].family}); app.pick(0)")
    browser.settle(0.8)
    before = browser.run("JSON.stringify([app.state.picked, app.state.filters])")
    address = browser.run("location.href")
    browser.call("Page.navigate", url="about:blank")
    browser.call("Page.navigate", url=address)
    browser.wait()
    browser.settle()
    assert browser.run("JSON.stringify([app.state.picked, app.state.filters])") == before
    assert browser.run("document.querySelector('.tag .badge').title") == hostile
    assert browser.run("document.querySelectorAll('img, b b').length") == 0
    assert outside(browser) == []
    assert browser.complaints == []


def test_clicking_the_map_picks_the_row(page: MapData, shown: Shown) -> None:
    browser = shown(page)
    spot = browser.run(
        "(map => { const box = map.getContainer().getBoundingClientRect();"
        " const at = map.latLngToContainerPoint(app.map.tagAt(1));"
        " return [box.x + at.x, box.y + at.y]; })(corridorPage.map)"
    )
    browser.mouse("mouseMoved", *spot)
    browser.settle()
    assert browser.run("document.querySelectorAll('.compare > tbody')[1].matches('.lit')")
    browser.mouse("mousePressed", *spot)
    browser.mouse("mouseReleased", *spot)
    browser.settle()
    assert browser.run("document.querySelectorAll('.compare > tbody')[1].matches('.picked')")


def test_attribution_is_always_shown_and_tiles_only_online(
    browser: Browser, page: MapData, base_map: str, tmp_path: Path
) -> None:
    layers = "[...document.querySelectorAll('.leaflet-control-layers-base label')].length"
    credit = "document.querySelector('.leaflet-control-attribution').innerText"
    wanted = "© OpenStreetMap contributors (ODbL) · Natural Earth · Eurostat Marnet"
    for online, count in ((False, 0), (True, 2)):
        show(browser, page, base_map, tmp_path, online=online)
        assert browser.run(layers) == count
        assert browser.run(credit) == wanted
        assert outside(browser) == []


def test_paper_shows_words_table_and_map_but_nothing_to_press(page: MapData, shown: Shown) -> None:
    browser = shown(page)
    browser.run("document.getElementById('pick-0').click()")
    browser.settle()
    browser.call("Emulation.setEmulatedMedia", media="print")
    try:
        seen = "getComputedStyle(document.querySelector('{0}')).display !== 'none'"
        for part in (".head", ".compare", ".map", ".legend", ".legs", "footer"):
            assert browser.run(seen.format(part)), part
        for part in (".nav", ".filters", ".skip", ".leaflet-control-zoom", ".leaflet-bar"):
            assert not browser.run(seen.format(part)), part
        assert (
            browser.run("getComputedStyle(document.querySelector('.map')).position") == "relative"
        )
    finally:
        browser.call("Emulation.setEmulatedMedia", media="")
