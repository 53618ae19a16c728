"""What if: the page in a browser against the command line, on the shipped data."""

from __future__ import annotations

import json
import random
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, Browser, needs_chromium, outside

from corridors.cli import main
from corridors.page import page_data
from corridors.request import Request
from corridors.risk import risk_of
from maps import MapData, render_page

pytestmark = needs_chromium

SCENARIO = "ktz-tariff-x2"
"""Multiplies a tariff that is a lever."""


def written(request: Request, folder: Path) -> Path:
    """Write the page of a request as `corridors map` does."""
    comparison = request.planner.compare(request.corridors)
    path = folder / "corridors.html"
    path.write_text(render_page(page_data(request, comparison)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shipped() -> Request:
    return Request()


@pytest.fixture(scope="module")
def shown(shipped: Request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The shipped comparison in a browser."""
    folder = tmp_path_factory.mktemp("page")
    with Browser(CHROMIUM, folder / "profile") as browser:
        browser.view(1440, 900)
        browser.open(written(shipped, folder))
        yield browser
        assert browser.complaints == []


@pytest.fixture
def browser(shown: Any) -> Any:
    shown.run("app.update({ values: {}, massT: app.data.massT })")
    return shown


def totals(browser: Any) -> dict[str, list[int]]:
    """The page's totals by corridor, the best one first."""
    pairs = browser.run(
        "app.result.order.map(i => [app.data.routes[i].id, app.result.routes[i]])"
        ".map(([id, r]) => [id, [r.cents, r.minutes, r.grams, r.generalisedCents]])"
    )
    return dict(pairs)


def result(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, list[int]]:
    """The command line's totals by corridor, the best one first."""
    assert main([*argv, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    return {
        one["corridor"]: [
            one["cost_cents"], one["time_min"], one["co2e_g"],
            round(one["generalised_cost_usd"] * 100),
        ]
        for one in found["itineraries"]
    }  # fmt: skip


def draw(browser: Any, chance: random.Random, part: float) -> None:
    """Set some of the levers, and the mass, at random inside their ranges."""
    levers = browser.run(
        "app.data.whatIf.levers.map(l => [app.data.whatIf.rows[l.row][0], l.low, l.high])"
    )
    values = {
        key: float(f"{chance.uniform(low, high):.5g}")
        for key, low, high in levers
        if chance.random() < part
    }
    mass = browser.run("app.data.whatIf.mass")
    mass_t = round(chance.uniform(mass["low"], mass["high"]), 1)
    browser.run(f"app.update({{ values: {json.dumps(values)}, massT: {mass_t} }})")


def test_at_first_the_page_computes_what_it_came_with(browser: Any) -> None:
    same = browser.run(
        "app.result.routes.map((now, i) => { const then = app.data.routes[i]; return ["
        "now.usdPerT.toFixed(2) === then.usdPerT.toFixed(2), now.days.toFixed(2) ==="
        " then.days.toFixed(2), now.kgPerT.toFixed(2) === then.kgPerT.toFixed(2),"
        "now.rank === then.rank, now.borders === then.borders, now.gauges === then.gauges,"
        "now.way === 0, JSON.stringify(now.stops) === JSON.stringify(then.stops),"
        "JSON.stringify(now.flags) === JSON.stringify(then.flags),"
        "Math.abs(now.km - then.km) < 0.01, now.legs.length === then.legs.length,"
        "now.legs.every((leg, n) => ['operation', 'mode', 'status', 'basis', 'from', 'to',"
        "'country', 'gauge'].every(name => leg[name] === then.legs[n][name])),"
        "now.legs.every((leg, n) => ['h', 'usd', 'kg', 'km'].every(name =>"
        "Math.abs(leg[name] - then.legs[n][name]) < 0.0051)),"
        "now.legs.every((leg, n) => JSON.stringify(leg.arcs) === JSON.stringify(then.legs[n].arcs))"
        "]; })"
    )
    assert all(all(row) for row in same), same
    assert browser.run("app.result.changed") is False


def test_sliders_are_the_command_line_to_the_cent(
    browser: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ten settings of all levers and the mass: every corridor's totals, and the ranking."""
    chance = random.Random(20261125)
    ways = set()
    for number in range(10):
        draw(browser, chance, 1.0 if number % 2 else 0.5)
        argv = shlex.split(browser.run("app.command()"))
        assert argv[0] == "corridors"
        expected = result(capsys, *argv[1:])
        assert totals(browser) == expected
        assert list(totals(browser)) == list(expected)
        ways |= set(browser.run("app.result.routes.map((r, i) => `${i} ${r.way}`)"))
    assert len(ways) > 20  # other ways than those of typical values were taken


def test_each_lever_by_itself_at_both_ends(shipped: Request, browser: Any) -> None:
    """Against the planner, which the command line asks."""
    levers = browser.run(
        "app.data.whatIf.levers.map(l => [app.data.whatIf.rows[l.row][0], l.low, l.high])"
    )
    for key, *ends in levers:
        for value in ends:
            browser.run(f"app.update({{ values: {{ {json.dumps(key)}: {value!r} }} }})")
            again = shipped.planner.repriced({key: value}).compare(shipped.corridors)
            expected = {
                one.corridor_id: [
                    one.criteria.cost_cents, one.criteria.time_min, one.criteria.co2e_g,
                    one.generalised_cost_cents,
                ]
                for one in again.itineraries
            }  # fmt: skip
            assert list(totals(browser).items()) == list(expected.items())


def test_other_ways_stop_where_the_command_says(
    browser: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Straits, canals and gateways of ways that are not the typical ones, against `explain`."""
    chance = random.Random(4)
    asked = {"suez-st-petersburg", "instc-east-sarakhs"}
    passed = set()
    while asked:
        draw(browser, chance, 0.7)
        argv = shlex.split(browser.run("app.command()"))
        other = browser.run("app.result.routes.filter(r => r.way).map(r => r.index)")
        for index in other:
            name = browser.run(f"app.data.routes[{index}].id")
            if name not in asked:
                continue
            asked.remove(name)
            assert main(["explain", name, *argv[2:], "--format", "json"]) == 0
            (itinerary,) = json.loads(capsys.readouterr().out)["itineraries"]
            expected: dict[str, list[tuple[str, float, float]]] = {}
            for leg in itinerary["legs"]:
                if leg["operation"] != "move":
                    amounts = (leg["operation"], leg["time_h"], leg["cost_usd"])
                    expected.setdefault(leg["from"], []).append(amounts)
                for strait in leg["chokepoints"]:
                    sums = {"time": 0.0, "cost": 0.0, "co2e": 0.0}
                    for line in leg["ledger"]:
                        family, subject, *_ = [*line["parameter"].split("."), ""]
                        if subject == strait and family in {
                            "canal_toll",
                            "war_risk",
                            "canal_delay",
                        }:
                            sums[line["criterion"]] += line["amount"]
                            passed.add(strait)
                    expected[strait] = [("passage", sums["time"], sums["cost"])]
            shown = browser.run(
                f"app.result.routes[{index}].stops.map(place => [app.data.places[place].id,"
                f"app.happeningsAt(place).find(g => g.routes.includes({index})).items"
                ".map(([what, , h, usd]) => [what, h, usd])])"
            )
            assert [place for place, _ in shown] == list(expected)
            for place, items in shown:
                assert [what for what, *_ in items] == [what for what, *_ in expected[place]]
                for (_, *mine), (_, *theirs) in zip(items, expected[place], strict=True):
                    assert mine == pytest.approx(theirs, abs=0.006)
    assert {"suez", "hormuz"} <= passed


def test_everything_on_the_page_follows(browser: Any) -> None:
    """A link with values, mass and language: story, table, badges, legs, popup, charts, command."""
    values = {"tariff.rail.CN.container_20": 0.6}
    link = "l=ru&t=1800&v=" + "&v=".join(f"{key}:{value}" for key, value in values.items())
    browser.run(f"location.hash = {json.dumps(link)}; true")
    browser.settle(0.8)
    assert browser.run("[app.state.lang, app.state.massT, app.state.values]") == [
        "ru",
        1800,
        values,
    ]
    best = browser.run("app.result.order[0]")
    assert best != 0
    name = browser.run(f"app.data.routes[{best}].name")
    assert name in browser.run("document.getElementById('answer').textContent")
    assert "1\u00a0800" in browser.run("document.getElementById('question').textContent")
    ranks = browser.run(
        "[...document.querySelectorAll('.compare > tbody')].map(b => b.querySelector('.name')"
        ".querySelector('button').textContent)"
    )
    assert ranks == browser.run("app.result.order.map(i => app.data.routes[i].name)")
    assert (
        browser.run(f"document.querySelector('#pick-{best}').closest('tr').innerText.trim()[0]")
        == "1"
    )
    command = shlex.split(browser.run("document.getElementById('whatif-command').value"))
    assert command[command.index("--mass-t") + 1] == "1800"
    assert "tariff.rail.CN.container_20=0.6" in command
    browser.run(f"app.pick({best})")
    legs = browser.run(
        f"[...document.querySelectorAll('#legs-{best} .legs tbody tr')].map(row =>"
        "row.cells[3].textContent)"
    )
    assert legs == browser.run(f"app.result.routes[{best}].legs.map(leg => app.words.usd(leg.usd))")
    place = browser.run(f"app.result.routes[{best}].stops[1]")
    browser.run(f"app.map.signs[{place}].marker.openPopup(); true")
    browser.settle()
    bubble = browser.run("document.querySelector('.bubble').innerText")
    h, usd = browser.run(
        f"app.happeningsAt({place}).find(g => g.routes.includes({best})).items[0].slice(2, 4)"
    )
    assert browser.run(f"app.words.usd({usd})") in bubble
    assert browser.run(f"app.words.hours({h})") in bubble
    browser.run("app.charts.now()")
    first = browser.run("app.charts.all.find(c => c.kind === 'cost-composition').tables.totals[0]")
    assert first["name"] == name
    assert first["amount"] == pytest.approx(
        browser.run(f"app.result.routes[{best}].usdPerT"), abs=0.01
    )
    browser.run("app.map.leaflet.closePopup(); app.pick(null); location.hash = ''; true")
    browser.settle(0.8)
    assert browser.run("[app.state.lang, app.result.changed]") == ["en", False]


def test_a_range_stands_with_the_total_it_is_a_range_of(browser: Any) -> None:
    """The ranges are of generalised cost, which is no freight cost: both figures in one cell."""
    cell = "document.querySelector('tr.row td[data-label*=P10]')"
    for lang in ("en", "ru", "kk", "hi"):
        browser.run(f"app.state.lang = '{lang}'; app.emit('lang')")
        head = "document.querySelector('.compare thead th:nth-last-child(2)')"
        for text in (
            browser.run(f"{head}.innerText"),
            browser.run(f"{cell}.dataset.label"),
        ):
            assert browser.run("app.t('table.generalisedPerT.head')") in text
            assert "P90" in text
        assert (
            browser.run("app.t('by.generalised')")
            in browser.run(f"{head}.querySelector('button').title").lower()
        )
    browser.run("app.state.lang = 'en'; app.emit('lang')")
    for values in ({}, {"tariff.rail.CN.container_20": 0.3}):
        browser.run(f"app.update({{ values: {json.dumps(values)} }})")
        now = browser.run(
            "(({ generalisedPerT, p10, p90 }) => ({ generalisedPerT, p10, p90 }))"
            "(app.result.routes[app.result.order[0]])"
        )
        typical, span = browser.run(f"{cell}.innerText").split("\n")
        low, high = span.split("–")
        assert int(typical) == round(now["generalisedPerT"])
        assert [int(low), int(high)] == [round(now["p10"]), round(now["p90"])]
        assert int(low) <= int(typical) <= int(high)


def test_the_front_is_that_of_the_totals(browser: Any) -> None:
    draw(browser, random.Random(3), 1.0)
    found = {key: value[:3] for key, value in totals(browser).items()}
    expected = {
        key
        for key, mine in found.items()
        if not any(
            other != mine and all(a <= b for a, b in zip(other, mine, strict=True))
            for other in found.values()
        )
    }
    shown = browser.run(
        "app.result.routes.filter(r => r.onFront).map(r => app.data.routes[r.index].id)"
    )
    assert set(shown) == expected


def test_bands_are_those_of_risk_and_follow(shipped: Request, browser: Any) -> None:
    """Typical: as `corridors risk` prints; moved: near to what it would print, from few draws."""
    planner = shipped.planner
    comparison = planner.compare(shipped.corridors)
    first = browser.run("app.result.routes.map(r => [r.p10, r.p50, r.p90, r.pBest])")
    for spread, row in zip(risk_of(planner, comparison).spreads, first, strict=True):
        one = spread[planner.by]
        assert row == pytest.approx([one.p10, one.p50, one.p90, one.p_best], abs=1e-6)
    values = {"tariff.rail.CN.container_20": 0.6, "co2e_price.*": 150.0, "value.titanium_slag": 900}
    keys = browser.run("app.data.whatIf.levers.map(l => app.data.whatIf.rows[l.row][0])")
    values = {key: value for key, value in values.items() if key in keys}
    assert len(values) >= 2
    browser.run(f"app.update({{ values: {json.dumps(values)} }})")
    moved = browser.run(
        "Object.fromEntries(app.result.routes.map(r =>"
        "[app.data.routes[r.index].id, [r.p10, r.p50, r.p90, r.pBest]]))"
    )
    asked = Request(set_value=tuple(f"{key}={value}" for key, value in values.items()))
    again = asked.planner.compare(asked.corridors)
    best = 0.0
    for itinerary, spread in zip(
        again.itineraries, risk_of(asked.planner, again).spreads, strict=True
    ):
        one, row = spread[planner.by], moved[itinerary.corridor_id or ""]
        assert row[:3] == pytest.approx([one.p10, one.p50, one.p90], rel=0.02)
        assert row[3] == pytest.approx(one.p_best, abs=0.1)
        best += row[3]
    assert best == pytest.approx(1.0)


def test_a_slider_by_keyboard_and_back(browser: Any) -> None:
    browser.run("document.querySelector('.whatif').open = true")
    number = browser.run("app.data.whatIf.levers.findIndex(l => l.group === 'rates')")
    at = f"[{number + 1}]"  # the first is the mass
    browser.run(f"document.querySelectorAll('.lever input[type=range]'){at}.focus()")
    before = totals(browser)
    browser.press("ArrowRight", 39)
    lever = browser.run(f"app.data.whatIf.levers[{number}]")
    key = browser.run(f"app.data.whatIf.rows[{lever['row']}][0]")
    moved = round(lever["value"] + lever["step"], 9)
    assert browser.run("app.state.values") == {key: moved}
    assert browser.run(f"document.querySelectorAll('.lever .exact'){at}.value") == f"{moved:g}"
    assert totals(browser) != before
    browser.run(f"document.querySelectorAll('.lever .back'){at}.click()")
    assert browser.run("app.state.values") == {}
    assert totals(browser) == before


def test_the_best_is_said_and_everything_goes_back(browser: Any) -> None:
    values = {"tariff.rail.CN.container_20": 0.6}
    browser.run(f"app.update({{ values: {json.dumps(values)} }})")
    browser.settle(0.8)
    names = browser.run("app.result.order.map(i => app.data.routes[i].name)")
    assert names[0] != browser.run("app.data.routes[0].name")
    assert names[0] in browser.run("document.querySelector('.whatif .now b').textContent")
    assert names[0] in browser.run("document.querySelector('#whatif > .unseen').textContent")
    browser.run("document.getElementById('whatif-reset').click()")
    assert browser.run("app.result.changed") is False


def test_a_page_takes_no_value_that_is_none_of_its_levers(browser: Any) -> None:
    """A link may hold anything."""
    before = totals(browser)
    browser.run("app.update({ values: { 'no.such': 1, 'co2e_price.*': NaN }, massT: NaN })")
    assert totals(browser) == before
    browser.run("app.update({ values: { 'co2e_price.*': 1e9 } })")
    assert browser.run("app.state.values['co2e_price.*']") == browser.run(
        "app.data.whatIf.levers.find(l => l.words === 'price of CO2e').high"
    )


def test_every_lever_has_a_name_and_a_place_in_the_tab_order(browser: Any) -> None:
    browser.run("document.querySelector('.whatif').open = true")
    for selector in ("input[type=range]", "input.exact"):
        names = browser.run(
            f"[...document.querySelectorAll('.lever {selector}')].map(i =>"
            "i.getAttribute('aria-label') ?? i.labels[0]?.textContent ?? '')"
        )
        assert len(names) == len(set(names)) == browser.run("app.data.whatIf.levers.length") + 1
        assert all(names)


def test_the_whole_request_is_in_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Options, values that were set, what the scenario multiplies, quotes in a name."""
    folder = tmp_path / "it's a folder"
    folder.mkdir()
    plain = Path(__file__).parents[2] / "corridors" / "data" / "scenarios" / f"{SCENARIO}.toml"
    scenario = folder / "own one.toml"
    scenario.write_text(plain.read_text("utf-8"), "utf-8")
    request = Request(
        origin="19.35,85.0", scenario=str(scenario), mass_t=800.5,
        corridor=("china-lianyungang-dostyk", "instc-east-sarakhs"),
        set_value=("equipment.KZ.container_20=700", "unload_handling.container_20=60"),
    )  # fmt: skip
    with Browser(CHROMIUM, tmp_path / "profile") as browser:
        browser.view(1440, 900)
        browser.open(written(request, tmp_path))
        keys = browser.run("app.data.whatIf.levers.map(l => app.data.whatIf.rows[l.row][0])")
        assert "tariff.rail.KZ.container_20" in keys
        chance = random.Random(5)
        for _ in range(2):
            draw(browser, chance, 0.8)
            argv = shlex.split(browser.run("app.command()"))
            assert str(scenario) in argv
            assert totals(browser) == result(capsys, *argv[1:])
        assert browser.complaints == []


@pytest.mark.parametrize("by", ["cost", "time", "co2e"])
def test_pages_by_another_criterion(
    by: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["map", "--by", by, "-o", str(tmp_path / "by.html")]
    assert main([*argv, "--corridor", "instc-east-sarakhs", "--corridor", "suez-novorossiysk"]) == 0
    with Browser(CHROMIUM, tmp_path / "profile") as browser:
        browser.open(tmp_path / "by.html")
        draw(browser, random.Random(by), 0.5)
        command = shlex.split(browser.run("app.command()"))
        assert totals(browser) == result(capsys, *command[1:])


NAMES = {
    "name", "family", "origin", "destination", "scenario", "scenario_description", "words",
    "from_name", "to_name", "text", "label", "title", "publisher", "reason", "ends",
}  # fmt: skip
"""Fields of the page's records that hold words of data."""


def renamed(value: Any, name: str, field: str = "") -> Any:
    """Put a name into all records, wherever words of data stand."""
    if isinstance(value, str):
        return name if value and field in NAMES else value
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return value._replace(
            **{one: renamed(getattr(value, one), name, one) for one in value._fields}
        )
    if isinstance(value, tuple):
        return tuple(renamed(one, name, field) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                one.name: renamed(getattr(value, one.name), name, one.name) for one in fields(value)
            },
        )
    return value


@pytest.fixture(scope="module")
def shipped_page(shipped: Request) -> MapData:
    return page_data(shipped, shipped.planner.compare(shipped.corridors))


def test_hostile_names_with_levers_stay_text(
    hostile: str, shipped_page: MapData, base_map: str, tmp_path: Path
) -> None:
    """In panel, command, sentences, charts, popups and the address; a shell takes them as one."""
    page = renamed(shipped_page, hostile)
    assert page.what_if is not None
    page = replace(
        page,
        what_if=replace(page.what_if, options=("--scenario", hostile), stated=(f"{hostile}=1",)),
    )
    (tmp_path / "hostile.html").write_text(render_page(page, base_map=base_map), "utf-8")
    with Browser(CHROMIUM, tmp_path / "profile") as browser:
        browser.view(1440, 900)
        browser.open(tmp_path / "hostile.html")
        browser.run("document.querySelector('.whatif').open = true")
        draw(browser, random.Random(9), 0.6)
        browser.run("app.pick(app.result.order[0]); app.charts.now(); true")
        browser.run(
            "document.querySelectorAll('.chart-box details').forEach(one => one.open = true);"
            "app.map.signs.find((_, at) => app.map.users[at].size).marker.openPopup(); true"
        )
        browser.settle(0.8)
        assert browser.run("document.querySelector('.whatif .now b').textContent").count(hostile)
        assert hostile in browser.run("document.getElementById('answer').textContent")
        assert hostile in browser.run("document.querySelector('.bubble').textContent")
        label = browser.run("document.querySelectorAll('.lever label')[1].textContent")
        assert label[1:] == hostile[1:]  # a sentence begins with a capital
        assert hostile in browser.run(
            "document.querySelector('#chart-tornado .as-table').textContent"
        )
        assert hostile in browser.run("document.title")
        command = browser.run("app.command()")
        said = subprocess.run(
            ["bash", "-c", command.replace("corridors", "printf '%s\\0'", 1)],
            check=True,
            capture_output=True,
        ).stdout.decode()
        words = said.split("\0")
        assert words[:3] == ["compare", hostile, hostile]
        assert words[words.index("--scenario") + 1] == hostile
        assert words[words.index("--set") + 1] == f"{hostile}=1"
        kept = browser.run("location.hash")
        browser.run("app.update({ values: {}, massT: app.data.massT }); location.hash = ''; true")
        browser.settle()
        browser.run(f"location.hash = {json.dumps(kept)}; true")
        browser.settle()
        assert browser.run("app.command()") == command
        assert browser.run("document.querySelectorAll('img, b b').length") == 0
        assert "83810205" not in browser.run("document.documentElement.outerHTML")
        assert outside(browser) == []
        assert browser.complaints == []


def test_a_page_without_levers_has_no_panel(page: MapData, base_map: str, tmp_path: Path) -> None:
    path = tmp_path / "plain.html"
    bare = replace(page, what_if=None, risk=None)
    path.write_text(render_page(bare, base_map=base_map), "utf-8")
    with Browser(CHROMIUM, tmp_path / "profile") as browser:
        browser.open(path)
        assert browser.run("document.getElementById('whatif').hidden") is True
        assert browser.run("app.result.routes.map(r => r.usdPerT)") == [
            route.cost_usd_per_t for route in page.routes
        ]
        assert browser.complaints == []


@pytest.mark.parametrize(("width", "height", "dark"), [(360, 740, False), (1920, 1080, True)])
def test_the_levers_fit_the_window(
    shipped: Request, shown: Any, width: int, height: int, dark: bool
) -> None:
    shown.view(width, height, dark=dark, phone=width < 800)
    shown.run("document.querySelector('.whatif').open = true")
    shown.settle()
    assert shown.run("document.documentElement.scrollWidth") <= width
    wide = shown.run(
        "[...document.querySelectorAll('#whatif *')].filter(node =>"
        "node.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert wide == 0
    shown.view(1440, 900)


FOCUS = """(() => {
    const node = document.activeElement, box = node.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return [node.closest('.lever, thead') !== null, node.closest('thead') !== null,
        top !== null && (node === top || node.contains(top) || top.contains(node)),
        getComputedStyle(node).outlineStyle];
})()"""
"""Whether a lever or a head has the focus, whether a head, whether it is in sight, its outline."""


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1440, 900)])
def test_by_the_tab_key_every_lever_is_in_sight(browser: Any, width: int, height: int) -> None:
    """Nothing with the focus is behind the line of the best; unseen heads are passed by."""
    browser.view(width, height, phone=width < 800)
    browser.run("document.querySelector('.whatif').open = true; scrollTo(0, 0); app.pick(null)")
    browser.settle()
    browser.run("document.querySelector('.filters select').focus()")
    heads = levers = 0
    for _ in range(120):
        browser.press("Tab", 9)
        ours, head, in_sight, outline = browser.run(FOCUS)
        if ours:
            assert in_sight
            assert outline == "solid"
            heads, levers = heads + head, levers + (not head)
        elif levers:
            break
    assert levers == 2 * (browser.run("app.data.whatIf.levers.length") + 1)
    assert (heads > 0) is (width > 800)
    browser.view(1440, 900)


def test_the_map_lies_over_the_table_only(browser: Any) -> None:
    """On a phone: over rows while they pass, never over levers and charts."""
    browser.view(360, 740, phone=True)
    browser.run("document.querySelector('.whatif').open = true")
    bottom = "document.getElementById('map-part').getBoundingClientRect().bottom"
    browser.run("document.querySelectorAll('tr.row')[5].scrollIntoView()")
    browser.settle()
    assert browser.run(bottom) > 200
    for part in ("whatif", "charts"):
        browser.run(f"document.getElementById('{part}').scrollIntoView(); scrollBy(0, 300)")
        browser.settle()
        assert browser.run(bottom) < 0
    browser.view(1440, 900)


def test_a_corridor_alone_is_no_winner(tmp_path: Path) -> None:
    path = tmp_path / "one.html"
    assert main(["map", "--corridor", "suez-novorossiysk", "-o", str(path)]) == 0
    with Browser(CHROMIUM, tmp_path / "profile") as browser:
        browser.open(path)
        said = browser.run("document.getElementById('answer').textContent")
        assert browser.run("app.t('story.alone')") in said
        assert "100%" not in said
        assert "it is the best" not in said
        assert browser.complaints == []


def test_on_paper_stand_the_levers_that_were_moved(browser: Any) -> None:
    browser.run("document.querySelector('.whatif').open = true")
    browser.run("app.update({ values: { 'tariff.rail.CN.container_20': 0.6 } })")
    browser.call("Emulation.setEmulatedMedia", media="print")
    seen = "[...document.querySelectorAll('{}')].filter(node => node.offsetHeight).length"
    found = [
        browser.run(seen.format(selector))
        for selector in ("#whatif .lever", "#whatif fieldset", ".whatif .now", "#whatif button")
    ]
    fixed = browser.run("getComputedStyle(document.querySelector('.whatif .now')).position")
    chosen = browser.run(seen.format("#language"))
    browser.call("Emulation.setEmulatedMedia", media="")
    assert found == [1, 1, 1, 0]
    assert fixed == "static"
    assert chosen == 0
