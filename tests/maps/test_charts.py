"""The page's charts in a real browser: drawn, in words, in step with the rest, and text only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, Shown, findings, needs_chromium, outside

from corridors.chart_curves import distance_rows
from corridors.chart_data import (
    Band,
    Measure,
    chart_routes,
    composition_rows,
    front_rows,
    risk_rows,
    tornado_rows,
)
from corridors.cli import main
from corridors.request import Request
from corridors.uncertainty import drivers_of
from maps import MapData, style
from maps.charts.kinds import KINDS

pytestmark = needs_chromium

ALWAYS = [kind for kind in KINDS if kind != "risk" and not kind.startswith("tornado")]
SHOWN = "app.charts.all.filter(chart => !chart.figure.hidden).map(chart => chart.kind)"
TEXTS = "[...document.querySelectorAll('#chart-{kind} svg text')].map(text => text.textContent)"
BANDS = {
    "spreads": [
        {"generalised": {"p10": 200.0 + n, "p50": 230.0 + n, "p90": 260.0 + n, "pBest": 0.5 / 3**n}}
        for n in range(3)
    ],
    "tornados": [
        {
            "route": 0, "against": against, "total": total,
            "swings": [
                {"key": "tariff.rail.KZ.truck", "words": "rail tariff in Kazakhstan",
                 "unit": "usd_per_t_km", "low": 0.02, "value": 0.03, "high": 0.05,
                 "atLow": -12.5, "atHigh": 25.0},
                {"key": "payload.truck", "words": "payload", "unit": "t_per_unit",
                 "low": 20, "value": 25, "high": 26, "atLow": 4.0, "atHigh": -1.0},
            ],
        }
        for against, total in ((None, 230.5), (1, -16.5))
    ],
}  # fmt: skip


def scroll(browser: Browser, kind: str) -> None:
    browser.run(f"document.getElementById('chart-{kind}').scrollIntoView({{block: 'center'}})")
    browser.settle()


def know_risk(browser: Browser) -> None:
    """Give the page what `corridors risk` and `sensitivity` would."""
    browser.run(f"app.data.risk = {json.dumps(BANDS)}; app.emit('result')")
    browser.settle()


def point_at(browser: Browser, kind: str, x: float, y: float) -> tuple[float, float]:
    """Move the pointer to a place of a chart, in its own units, and return where that is."""
    left, top = browser.run(
        f"(chart => {{ const box = chart.plot.getBoundingClientRect(), pad = chart.view.padding();"
        f" return [box.x + pad.left + chart.view.scale('x')({x}),"
        f" box.y + pad.top + chart.view.scale('y')({y})] }})"
        f"(app.charts.all.find(chart => chart.kind === '{kind}'))"
    )
    browser.mouse("mouseMoved", left, top)
    browser.settle()
    return left, top


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1440, 1920])
def test_every_chart_is_drawn_when_it_comes_into_view(
    shown: Shown, browser: Browser, page: MapData, width: int, dark: bool
) -> None:
    browser.view(width, 900, dark=dark, phone=width < 800)
    shown(page)
    assert browser.run(SHOWN) == ALWAYS
    know_risk(browser)
    assert browser.run(SHOWN) == list(KINDS)
    assert browser.run("document.querySelectorAll('#chart-tornado-gap .plot svg').length") == 0
    for kind in KINDS:
        scroll(browser, kind)
        texts = browser.run(TEXTS.format(kind=kind))
        assert len(texts) > 6, kind
        assert not [text for text in texts if text.startswith(("@", "$"))]
        plot, drawn = browser.run(
            f"['.plot', '.plot svg'].map(part => document.querySelector('#chart-{kind} ' + part)"
            ".getBoundingClientRect().width)"
        )
        assert 0.95 * plot <= drawn <= plot
        held, tall = browser.run(
            f"(plot => [parseFloat(plot.style.minHeight),"
            " plot.querySelector('svg').getBoundingClientRect().height])"
            f"(document.querySelector('#chart-{kind} .plot'))"
        )
        assert held - 8 <= tall <= held + 1, "what is below would jump when it is drawn"
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert outside(browser) == []
    assert browser.complaints == []


def test_axe_finds_nothing_serious_in_charts_and_their_tables(
    shown: Shown, browser: Browser, page: MapData
) -> None:
    shown(page)
    know_risk(browser)
    browser.run("document.querySelectorAll('.chart-box details').forEach(d => d.open = true)")
    for kind in KINDS:
        scroll(browser, kind)
    assert findings(browser) == []


def test_a_chart_is_in_words_and_as_a_table_too(shown: Shown, page: MapData) -> None:
    browser = shown(page)
    know_risk(browser)
    best = page.routes[0]
    for kind in KINDS:
        label = browser.run(f"document.querySelector('#chart-{kind} .plot').ariaLabel")
        assert browser.run(f"document.querySelector('#chart-{kind} h3').textContent") in label
        if not kind.startswith("tornado") and kind != "front":
            assert best.name in label
    browser.run("document.querySelectorAll('.chart-box details').forEach(d => d.open = true)")
    browser.settle()
    rows = browser.run(
        "[...document.querySelectorAll('#chart-front tbody tr')].map(row => row.innerText)"
    )
    for route, row in zip(page.routes, rows, strict=True):
        assert route.name in row
        assert f"{route.days:.1f}" in row
    stops = browser.run(
        "[...document.querySelectorAll('#chart-time-distance tbody tr')].map(row => row.innerText)"
    )
    acting = [leg for route in page.routes for leg in route.legs if leg.operation != "move"]
    assert len(stops) == len(acting)
    for leg, row in zip(acting, stops, strict=True):
        assert leg.from_name in row


def test_charts_light_what_the_table_lights_and_the_other_way_round(
    shown: Shown, page: MapData
) -> None:
    browser = shown(page)
    scroll(browser, "time-distance")
    texts = TEXTS.format(kind="time-distance")
    assert any("Sarakhs" in text for text in browser.run(texts))
    browser.run("app.hover(1)")
    browser.settle()
    lit = browser.run(texts)
    assert any("Dostyk" in text for text in lit)
    assert not any("Sarakhs" in text for text in lit)
    browser.run("app.hover(null)")
    browser.settle()
    top = "document.querySelector('#chart-time-distance .plot').getBoundingClientRect().top"
    still = browser.run(top)
    china = page.routes[1]
    before = sum(leg.time_h for leg in china.legs[:4])
    half = (before + china.legs[4].time_h / 2) / 24
    at = point_at(browser, "time-distance", 262 + 7610 + 4190 / 2, half)
    assert browser.run("app.state.hovered") == 1
    assert browser.run(top) == still, "the chart moved away under the pointer"
    tip = browser.run("document.querySelector('.chart-tip').innerText")
    for part in (china.name, "Lianyungang → Dostyk", "Rail", "4\u202f190 km"):
        assert part in tip
    browser.mouse("mousePressed", *at)
    browser.mouse("mouseReleased", *at)
    browser.settle()
    assert browser.run("app.state.picked") == 1


def test_charts_follow_other_amounts(shown: Shown, page: MapData) -> None:
    browser = shown(page)
    scroll(browser, "cost-composition")
    texts = TEXTS.format(kind="cost-composition")
    before = browser.run(texts)
    browser.run(
        "const given = app.compute; app.compute = () => { const found = given();"
        " found.routes = found.routes.map(route => ({...route, rank: 4 - route.rank,"
        " legs: route.legs.map(leg => ({...leg, usd: leg.usd * 2, parts: null}))}));"
        " return found; }; app.update()"
    )
    browser.settle()
    after = browser.run(texts)
    totals = [sum(leg.cost_usd for leg in r.legs) / page.mass_t for r in page.routes]
    for total in totals:
        assert f"{total:.0f}" in before
        assert f"{2 * total:,.0f}".replace(",", "\u202f") in after
    heads = [text for text in after if "\u2002" in text]
    assert [head.split("\u2002")[1] for head in heads] == [r.name for r in reversed(page.routes)]
    label = browser.run("document.querySelector('#chart-cost-composition .plot').ariaLabel")
    assert page.routes[2].name in label


def test_colours_follow_the_scheme(shown: Shown, browser: Browser, page: MapData) -> None:
    shown(page)
    scroll(browser, "front")
    fill = "document.querySelector('#chart-front svg text').getAttribute('fill')"
    assert browser.run(fill) == style.INKS["ink-2"][0]
    browser.view(1440, 900, dark=True)
    browser.settle()
    assert browser.run(fill) == style.INKS["ink-2"][1]


@pytest.mark.parametrize("scheme", [0, 1])
def test_pictures_have_the_inks_of_the_page(
    shown: Shown, browser: Browser, page: MapData, scheme: int
) -> None:
    browser.view(1440, 900, dark=bool(scheme))
    shown(page)
    for name, pair in style.INKS.items():
        value = f"getComputedStyle(document.documentElement).getPropertyValue('--{name}').trim()"
        assert browser.run(value) == pair[scheme]


def test_names_are_text_in_charts_tables_and_tooltips(
    shown: Shown, hostile: str, hostile_page: MapData
) -> None:
    browser = shown(hostile_page)
    browser.run("document.querySelectorAll('.chart-box details').forEach(d => d.open = true)")
    for kind in ALWAYS:
        scroll(browser, kind)
    name = " ".join(hostile.split())
    assert any(name in t for t in browser.run(TEXTS.format(kind="cost-composition")))
    assert any(name in t for t in browser.run(TEXTS.format(kind="time-distance")))
    cell = "document.querySelector('#chart-front tbody th').textContent"
    assert browser.run(cell) == hostile
    scroll(browser, "front")
    route = hostile_page.routes[0]
    point_at(browser, "front", route.days, route.cost_usd_per_t)
    assert hostile in browser.run("document.querySelector('.chart-tip').textContent")
    assert browser.run("document.querySelectorAll('img, b b').length") == 0
    assert "83810205" not in browser.run("document.documentElement.outerHTML")
    assert browser.complaints == []


def near(python: Any, page: Any) -> bool:
    """Whether two rows are equal; the page has km, hours and USD to a hundredth."""
    return set(python) == set(page) and all(
        page[key] == (pytest.approx(value, abs=0.05) if isinstance(value, float) else value)
        for key, value in python.items()
    )


def test_the_page_has_the_rows_that_pictures_have(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    assert main(["map", "-o", str(path)]) == 0
    browser.open(path)
    browser.settle()
    request = Request()
    comparison = request.planner.compare(request.corridors)
    routes = chart_routes(comparison)
    mass_t = comparison.consignment.mass_t
    best, after = (
        next(c for c in request.corridors if c.corridor_id == itinerary.corridor_id)
        for itinerary in comparison.itineraries[:2]
    )
    moved = drivers_of(request.planner, [best], comparison.by, after)
    bands = {
        at: Band(p10=one["p10"], p50=one["p50"], p90=one["p90"], p_best=one["pBest"])
        for at, one in enumerate(spread["generalised"] for spread in BANDS["spreads"])
    }
    tornado = {
        "against": 1,
        "total": moved.total,
        "swings": [
            {
                "key": swing["key"],
                "words": swing["label"],
                **{key: swing[key] for key in ("low", "value", "high", "unit")},
                "atLow": swing["at_low"],
                "atHigh": swing["at_high"],
            }
            for swing in tornado_rows(moved.swings, comparison.names, None)["swings"]
        ],
    }
    given = {"spreads": BANDS["spreads"], "tornados": [tornado]}
    browser.run(f"app.data.risk = {json.dumps(given)}; true")
    browser.run(
        "app.result.routes = app.result.routes.map(({p10, p50, p90, pBest, ...rest}) => rest); true"
    )
    days, usd = (Measure(days=each, mass_t=mass_t) for each in (True, False))
    expected = {
        "time-distance": distance_rows(routes, days),
        "cost-distance": distance_rows(routes, usd),
        "front": front_rows(routes),
        "time-composition": composition_rows(routes, days),
        "cost-composition": composition_rows(routes, usd),
        "risk": risk_rows(routes, bands),
        "tornado-gap": tornado_rows(moved.swings, comparison.names, -moved.total),
    }
    for kind, tables in expected.items():
        found = browser.run(f"app.chartRows('{kind}')")
        assert list(found) == list(tables) == list(KINDS[kind])
        for name, rows in tables.items():
            assert rows, f"{kind}: {name}"
            for mine, theirs in zip(rows, found[name], strict=True):
                assert near(mine, theirs), f"{kind}: {name}: {mine} {theirs}"
