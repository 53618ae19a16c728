"""The page in a real browser: no request, no complaint, everything there and within reach."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import Browser, Shown, needs_chromium, outside, show

from maps import MapData

pytestmark = needs_chromium


def lit(browser: Browser) -> int:
    return int(browser.run("document.querySelectorAll('.leaflet-lit-pane path.line').length"))


@pytest.mark.parametrize("online", [False, True])
def test_opens_without_a_request_or_a_complaint(
    browser: Browser, page: MapData, base_map: str, tmp_path: Path, online: bool
) -> None:
    show(browser, page, base_map, tmp_path, online=online)
    assert outside(browser) == []
    assert browser.complaints == []


def test_table_layers_lines_and_gateways_are_there(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    rows = browser.run("[...document.querySelectorAll('.compare > tbody')].map(r => r.innerText)")
    for route, row in zip(page.routes, rows, strict=True):
        assert route.name in row
        assert f"{route.cost_usd_per_t:.0f}" in row
        assert all(flag.label in row for flag in route.flags)
    layers = browser.run(
        "[...document.querySelectorAll('.leaflet-control-layers-overlays label')]"
        ".map(label => label.textContent.trim())"
    )
    assert layers == [*(f"{r.rank}  {r.name}" for r in page.routes), "Gateways"]
    moves = [leg for route in page.routes for leg in route.legs if leg.mode]
    assert browser.run("document.querySelectorAll('.leaflet-routes-pane path').length") == len(
        moves
    )
    dashed = browser.run("document.querySelectorAll('path.line[stroke-dasharray]').length")
    assert dashed == sum(leg.status != "operational" for leg in moves)
    places = {stop.place_id for route in page.routes for stop in route.stops}
    assert browser.run("document.querySelectorAll('.gateway').length") == len(places)
    refused = browser.run("document.getElementById('refused').innerText")
    assert all(one.name in refused and one.reason in refused for one in page.not_possible)
    legend = browser.run("document.querySelector('.legend').innerText")
    for label in (
        "Rail",
        "Road",
        "Sea",
        "Ferry",
        "Planned",
        "Suspended",
        "Port",
        "Border crossing",
    ):
        assert label in legend
    assert "Air" not in legend


def test_hovering_lights_and_clicking_zooms(browser: Browser, page: MapData, shown: Shown) -> None:
    shown(page)
    zoom = "window.corridorPage.map.getZoom()"
    before = browser.run(zoom)
    row = browser.run(
        "(r => [r.x + 90, r.y + 12])(document.querySelector('tr.row').getBoundingClientRect())"
    )
    assert lit(browser) == 0
    browser.mouse("mouseMoved", *row)
    browser.settle()
    assert lit(browser) == sum(leg.mode is not None for leg in page.routes[0].legs)
    browser.mouse("mousePressed", *row)
    browser.mouse("mouseReleased", *row)
    browser.settle()
    assert browser.run(zoom) > before
    assert browser.run("document.querySelectorAll('.legs tbody tr').length") == len(
        page.routes[0].legs
    )
    browser.mouse("mouseMoved", 500, 890)
    browser.press("Escape", 27)
    browser.settle()
    assert lit(browser) == 0
    assert browser.complaints == []


def test_the_keyboard_reaches_corridors_and_popups(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    browser.run("document.getElementById('pick-1').focus()")
    browser.press("Enter", 13)
    browser.settle()
    assert browser.run("document.getElementById('pick-1').getAttribute('aria-expanded')") == "true"
    assert lit(browser) == sum(leg.mode is not None for leg in page.routes[1].legs)
    browser.run(
        "[...document.querySelectorAll('.gateway')]"
        ".find(sign => sign.getAttribute('aria-label').startsWith('Lianyungang')).focus()"
    )
    browser.press("Enter", 13)
    browser.settle()
    popup = browser.run("document.querySelector('.leaflet-popup')?.innerText ?? ''")
    for part in (
        "Lianyungang",
        "Transshipment",
        "sea to rail",
        "110",
        "15\u202f600",
        "Port tariff",
    ):
        assert part in popup


def test_switching_a_corridor_off_hides_its_gateways(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    browser.run("document.querySelectorAll('.leaflet-control-layers-overlays input')[1].click()")
    browser.settle()
    names = browser.run(
        "[...document.querySelectorAll('.gateway')].map(sign => sign.getAttribute('aria-label'))"
    )
    assert not any(name.startswith(("Lianyungang", "Dostyk")) for name in names)
    assert any(name.startswith("Visakhapatnam") for name in names)
    assert browser.run("document.querySelectorAll('tbody.off').length") == 1


def test_columns_sort(browser: Browser, page: MapData, shown: Shown) -> None:
    shown(page)
    browser.run("document.querySelectorAll('.compare thead button')[3].click()")
    order = browser.run(
        "[...document.querySelectorAll('tr.row .rank')].map(cell => cell.innerText)"
    )
    assert order == [str(r.rank) for r in sorted(page.routes, key=lambda r: r.days)]


@pytest.mark.parametrize(("width", "height"), [(360, 740), (768, 1024), (1440, 900), (1920, 1080)])
def test_fits_the_window(
    browser: Browser, page: MapData, shown: Shown, width: int, height: int
) -> None:
    browser.view(width, height, phone=width < 800)
    shown(page)
    browser.run("document.getElementById('pick-2').click()")
    browser.settle()
    assert browser.run("document.documentElement.scrollWidth") <= width
    frame = browser.run("document.querySelector('.map').getBoundingClientRect().toJSON()")
    assert frame["width"] >= 340
    assert frame["height"] >= 260
    credit = browser.run("document.querySelector('.leaflet-control-attribution').innerText")
    assert credit == "© OpenStreetMap contributors (ODbL) · Natural Earth · Eurostat Marnet"


def test_dark_mode_changes_the_colours(browser: Browser, page: MapData, shown: Shown) -> None:
    shown(page)
    stroke = "getComputedStyle(document.querySelector('.line.mode-rail')).stroke"
    light = browser.run(stroke)
    browser.view(1440, 900, dark=True)
    assert browser.run(stroke) != light
    assert browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(20, 25, 30)"


def test_hostile_text_is_shown_not_run(
    browser: Browser, hostile: str, hostile_page: MapData, shown: Shown
) -> None:
    shown(hostile_page)
    browser.run("document.getElementById('pick-0').click()")
    browser.run("document.querySelector('.gateway').click()")
    browser.settle()
    title = browser.run("document.querySelector('h1').textContent")
    assert title == f"\u2068{hostile}\u2069 to \u2068{hostile}\u2069"
    assert browser.run("document.querySelector('tr.row button').textContent") == hostile
    assert hostile in browser.run("document.querySelector('.leaflet-popup').textContent")
    layer = "document.querySelector('.leaflet-control-layers-overlays label').textContent"
    assert hostile in browser.run(layer)
    assert browser.run("document.querySelectorAll('img, b b').length") == 0
    assert "83810205" not in browser.run("document.documentElement.outerHTML")
    assert outside(browser) == []
    assert browser.complaints == []
