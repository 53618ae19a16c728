"""For everyone: what axe-core finds, the keyboard alone, names, landmarks, a narrow window."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import Browser, Shown, findings, needs_chromium, show

from maps import MapData

pytestmark = needs_chromium

OPEN = (
    "document.getElementById('pick-0').click(); document.querySelector('.legend').open = true;"
    " document.querySelector('.gateway').click()"
)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (360, 740)])
def test_axe_finds_nothing_serious(
    browser: Browser,
    page: MapData,
    base_map: str,
    tmp_path: Path,
    width: int,
    height: int,
    dark: bool,
) -> None:
    browser.view(width, height, dark=dark, phone=width < 800)
    show(browser, page, base_map, tmp_path)
    assert findings(browser) == []
    browser.run(OPEN)
    browser.settle()
    assert findings(browser) == []
    browser.run("app.filter({country: '-CN'})")
    browser.settle()
    assert findings(browser) == []


def test_axe_can_find_something(browser: Browser, page: MapData, shown: Shown) -> None:
    shown(page)
    browser.run("document.querySelector('main').append(document.createElement('button'))")
    assert any("button-name" in finding for finding in findings(browser))


def test_the_tab_key_reaches_every_control_and_shows_where_it_is(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    wanted = browser.run(
        "[...document.querySelectorAll("
        "'a[href], button, select, input, summary, [tabindex=\"0\"]')]"
        ".filter(node => node.checkVisibility({visibilityProperty: true})"
        " && !node.closest('.leaflet-control-attribution')).length"
    )
    where = (
        "(node => ({name: node.getAttribute('aria-label') || node.labels?.[0]?.innerText"
        " || node.innerText || node.title,"
        " seen: node.matches(':focus-visible') && getComputedStyle(node).outlineStyle !== 'none',"
        " body: node === document.body, key: [...document.querySelectorAll('*')].indexOf(node)}))"
        "(document.activeElement)"
    )
    reached: dict[int, str] = {}
    for _ in range(wanted + 20):
        browser.press("Tab", 9)
        at = browser.run(where)
        if at["body"]:
            break
        assert at["seen"], f"focus is not to be seen on {at}"
        reached[at["key"]] = at["name"]
    names = " | ".join(reached.values())
    for part in (
        "Skip to the table",
        "Table",
        "Country",
        "arrow keys",
        page.routes[0].name,
        "Zoom in",
        "Full screen",
        "Legend",
        page.story.origin,
    ):
        assert part in names
    assert len(reached) >= wanted - 2


def test_a_popup_takes_the_focus_and_gives_it_back(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    browser.run("app.pick(0); document.querySelector('.gateway[aria-label^=Lian]').focus()")
    browser.press("Enter", 13)
    browser.settle()
    at = "document.activeElement.getAttribute('aria-label')"
    assert browser.run("document.activeElement.getAttribute('role')") == "dialog"
    assert browser.run(at) == "Lianyungang"
    browser.press("Escape", 27)
    browser.settle()
    assert browser.run("document.querySelectorAll('.leaflet-popup').length") == 0
    assert browser.run(at).startswith("Lianyungang · ")
    assert browser.run("app.state.picked") == 0  # what closes a popup does nothing more
    browser.press("Escape", 27)
    assert browser.run("app.state.picked") is None
    assert browser.complaints == []


def test_everything_said_has_a_place_and_a_language(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    shown(page)
    assert browser.run("document.documentElement.lang") == "en"
    for landmark in ("header", "main", "nav[aria-label]", "footer", ".map[aria-label]"):
        assert browser.run(f"document.querySelectorAll({landmark!r}).length") == 1, landmark
    assert browser.run("document.querySelectorAll('[role=status]').length") >= 2
    browser.run("app.pick(1)")
    browser.settle()
    said = browser.run("document.getElementById('spoken').innerText")
    assert page.routes[1].name in said
    skips = browser.run(
        "[...document.querySelectorAll('.skip')].map(link => !!document.querySelector("
        "link.getAttribute('href')))"
    )
    assert skips == [True, True]


def test_a_phone_can_order_the_rows_and_keeps_the_map_in_sight(
    browser: Browser, page: MapData, shown: Shown
) -> None:
    browser.view(360, 740, phone=True)
    shown(page)
    browser.run(
        "(list => { list.value = 'days'; list.dispatchEvent(new Event('change')); })"
        "(document.querySelector('.sort-box select'))"
    )
    assert browser.run("document.querySelector('.sort-box').checkVisibility()")
    order = browser.run("[...document.querySelectorAll('.rank')].map(cell => cell.innerText)")
    assert order == [str(r.rank) for r in sorted(page.routes, key=lambda r: r.days)]
    browser.run("document.querySelectorAll('.compare tr.row')[2].scrollIntoView(); true")
    browser.settle()
    top = browser.run("document.querySelector('.map').getBoundingClientRect().top")
    nav = browser.run("document.querySelector('.nav').getBoundingClientRect().bottom")
    assert top == pytest.approx(nav, abs=2)  # the way to the parts stays in sight above it
    assert 0 < nav < 60
    assert browser.run("document.documentElement.scrollWidth") <= 360
