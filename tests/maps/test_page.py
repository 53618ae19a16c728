"""The page as a document: Folium's objects, inert data, safety, same bytes, whole files."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import Any

import folium
import pytest

from geodata.errors import DataError
from maps import MapData, MapRoute, MapStop, build_map, offline, render_page, style, write_map
from maps.page import CorridorGroup
from maps.payload import bounds
from maps.texts import LANGUAGES, fill, interface_texts


class Reader(html.parser.HTMLParser):
    """Reads a page as a browser would: its tags, and what its script and style blocks hold."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: list[tuple[str, dict[str, str | None], str]] = []
        self.title = ""
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag
        if tag in {"script", "style"}:
            self.blocks.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in {"script", "style"}:
            tag, attrs, before = self.blocks[-1]
            self.blocks[-1] = (tag, attrs, before + data)
        elif self._open == "title":
            self.title += data

    def data(self, block_id: str) -> Any:
        (text,) = [text for _, attrs, text in self.blocks if attrs.get("id") == block_id]
        return json.loads(text)

    def meta(self, name: str) -> str:
        found = [a for tag, a in self.tags if tag == "meta" and name in a.values()]
        return str(found[0]["content"])


def children(chart: folium.Map, kind: type) -> list[Any]:
    return [child for child in chart._children.values() if isinstance(child, kind)]


def test_each_corridor_is_a_folium_layer_under_one_layer_control(page: MapData) -> None:
    chart = build_map(page)
    assert [group.route for group in children(chart, CorridorGroup)] == list(page.routes)
    assert all(
        group.control and group.overlay and group.show for group in children(chart, CorridorGroup)
    )
    assert len(children(chart, folium.LayerControl)) == 1
    assert {pane.name for pane in children(chart, folium.map.CustomPane)} == {
        name for name, *_ in style.PANES
    }


def test_bounds_are_latitude_first_and_hold_everything(page: MapData) -> None:
    (south, west), (north, east) = bounds(page)
    assert (south < 5.6, north > 49.9) == (True, True)
    assert (west < 49.5, east > 122.4) == (True, True)


def test_a_page_without_corridors_says_what_was_not_possible(page: MapData, base_map: str) -> None:
    data = Reader(render_page(replace(page, routes=()), base_map=base_map)).data("page-data")
    assert data["routes"] == []
    assert [name for _, name, _ in data["notPossible"]] == [r.name for r in page.not_possible]


def test_the_page_carries_the_whole_comparison(page: MapData, base_map: str) -> None:
    read = Reader(render_page(page, base_map=base_map))
    data = read.data("page-data")
    assert read.title == f"{page.story.origin} to {page.story.destination}"
    assert data["story"]["scenario"] == page.story.scenario
    for route, row in zip(page.routes, data["routes"], strict=True):
        assert (row["id"], row["name"], row["rank"]) == (route.corridor_id, route.name, route.rank)
        assert (row["usdPerT"], row["days"], row["kgPerT"], row["km"]) == (
            route.cost_usd_per_t,
            route.days,
            route.co2e_kg_per_t,
            route.length_km,
        )
        assert (row["borders"], row["gauges"]) == (route.border_crossings, route.gauge_changes)
        assert [leg["status"] for leg in row["legs"]] == [leg.status for leg in route.legs]
        assert [data["places"][i]["id"] for i in row["stops"]] == [s.place_id for s in route.stops]


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_document_is_in_the_language_asked_for_and_holds_all(
    page: MapData, base_map: str, language: str
) -> None:
    text = render_page(replace(page, lang=language), base_map=base_map)
    read, texts = Reader(text), interface_texts()
    assert read.tags[0] == ("html", {"lang": language})
    assert read.title == fill(
        texts[language]["story.title"],
        {"origin": page.story.origin, "destination": page.story.destination},
    )
    assert f'<p class="noscript">{texts[language]["page.noscript"]}</p>' in text
    assert read.data("page-data")["texts"] == texts
    assert "<!--" not in text.replace("<!-- map", "")


def test_a_language_without_texts_is_refused(page: MapData) -> None:
    with pytest.raises(DataError, match="unknown language 'tlh'; there are en, ru, kk, hi"):
        render_page(replace(page, lang="tlh"))


def test_corridors_that_agree_on_a_place_share_its_popup(page: MapData, base_map: str) -> None:
    data = Reader(render_page(page, base_map=base_map)).data("page-data")
    (abbas,) = [place for place in data["places"] if place["id"] == "IRBND"]
    assert abbas["at"] == [27.14, 56.2]
    assert abbas["happenings"] == [
        {
            "routes": [0, 2],
            "items": [["transshipment", "sea to rail", 120.0, 18_000.0, "PMO tariff 2025"]],
        }
    ]
    assert abbas["flags"][0][0] == "sanctions"


def test_both_sides_of_a_crossing_share_one_sign(page: MapData, base_map: str) -> None:
    here = page.routes[0].stops[4]
    other = replace(here, place_id="IRSRX", name="Sarakhs, Iranian side")
    route = replace(page.routes[0], stops=(page.routes[0].stops[0], other, here))
    data = Reader(render_page(replace(page, routes=(route,)), base_map=base_map)).data("page-data")
    crossing = data["places"][1]
    assert crossing["id"] == "IRSRX / TMSRX"
    assert crossing["name"] == f"Sarakhs, Iranian side / {here.name}"
    assert len(crossing["happenings"][0]["items"]) == 2
    assert data["routes"][0]["stops"] == [0, 1]


def test_attribution_is_there_whatever_the_caller_says(page: MapData, base_map: str) -> None:
    data = Reader(render_page(replace(page, attributions=()), base_map=base_map)).data("page-data")
    for name in ("OpenStreetMap contributors", "ODbL", "Natural Earth", "Marnet"):
        assert name in data["attribution"]
        assert name in " ".join(data["attributions"])


def test_nothing_is_loaded_from_outside(page: MapData, base_map: str) -> None:
    text = render_page(page, base_map=base_map)
    read = Reader(text)
    for tag, attrs in read.tags:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            address = attrs.get(name) or ""
            assert address.startswith(("data:", "#")) or not address, (tag, address)
    styles = [block for tag, _, block in read.blocks if tag == "style"]
    assert styles
    assert not any(re.search(r"@import|url\((?!data:|#)", block) for block in styles)
    assert "tile.openstreetmap.org" not in text
    assert read.meta("referrer") == "no-referrer"


def test_the_policy_names_every_script_by_hash_and_lets_nothing_out(
    page: MapData, base_map: str
) -> None:
    read = Reader(render_page(page, base_map=base_map))
    rules = dict(rule.split(" ", 1) for rule in read.meta("Content-Security-Policy").split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert "unsafe" not in str(rules)
    for tag, attrs, block in read.blocks:
        if attrs.get("type") != "application/json":
            digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in rules[f"{tag}-src"]


def test_online_adds_tiles_as_another_base_layer(page: MapData, base_map: str) -> None:
    text = render_page(page, online=True, base_map=base_map)
    chart = build_map(page, online=True)
    (tiles,) = children(chart, folium.TileLayer)
    assert not tiles.show
    assert not tiles.overlay
    assert style.TILES_URL in text
    assert f"img-src data: {style.TILES_HOST};" in Reader(text).meta("Content-Security-Policy")


def test_hostile_text_stays_text(hostile: str, hostile_page: MapData, base_map: str) -> None:
    text = render_page(hostile_page, base_map=base_map)
    read = Reader(text)
    calm = replace(hostile_page.story, origin="x", destination="x")
    plain = Reader(render_page(replace(hostile_page, story=calm), base_map=base_map))
    assert "83810205" not in text
    assert [tag for tag, _ in read.tags] == [tag for tag, _ in plain.tags]
    assert not any(name.startswith("on") for _, attrs in read.tags for name in attrs)
    assert "img" not in {tag for tag, _ in read.tags}
    assert read.title == f"{hostile} to {hostile}"
    data = read.data("page-data")
    assert data["routes"][0]["name"] == hostile
    assert data["places"][0]["happenings"][0]["items"][0][1] == hostile
    assert data["notPossible"][0] == [hostile] * 3


def test_folium_never_sees_a_text_from_data(hostile: str, hostile_page: MapData) -> None:
    figure = build_map(hostile_page).get_root()
    assert hostile not in figure.render()


def test_json_is_inert_for_html_and_for_templates() -> None:
    value = {"{{{{a}}": ["{% b %}", "{# c #}", "\\{{", "</script>&", "\u2028"]}
    text = offline.inert_json(value)
    assert json.loads(text) == value
    for sign in ("{{", "{%", "{#", "<", ">", "&", "\u2028"):
        assert sign not in text


def test_same_page_same_bytes(page: MapData, base_map: str) -> None:
    first, second = (render_page(page, base_map=base_map) for _ in range(2))
    assert first == second


def test_ids_in_data_are_left_alone(page: MapData, base_map: str) -> None:
    name = "branch_0123456789abcdef0123456789abcdef"
    renamed = replace(page, routes=(replace(page.routes[0], name=name),))
    assert (
        Reader(render_page(renamed, base_map=base_map)).data("page-data")["routes"][0]["name"]
        == name
    )


def test_all_problems_of_a_page_are_listed(page: MapData) -> None:
    leg = replace(
        page.routes[0].legs[1], mode="camel", time_h=nan, lines=(((99.0, 190.0), (0.0, 0.0)),)
    )
    stop = MapStop(place_id="X", name="X", kind="port", lon=19.0, lat=285.0)
    route: MapRoute = replace(page.routes[0], legs=(leg,), stops=(stop,), days=nan)
    with pytest.raises(DataError) as caught:
        render_page(replace(page, routes=(page.routes[0], route)))
    told = "\n".join(caught.value.problems)
    for part in ("occurs twice", "camel", "finite", "leg 1: (lon, lat) (99.0, 190.0)", "place 'X'"):
        assert part in told
    assert len(caught.value.problems) == 6


@pytest.fixture
def _small_base(monkeypatch: pytest.MonkeyPatch, base_map: str) -> None:
    monkeypatch.setattr(offline, "base_map", lambda: base_map)


@pytest.mark.usefixtures("_small_base")
def test_write_map_writes_the_page_and_nothing_else(page: MapData, tmp_path: Path) -> None:
    target = tmp_path / "corridors.html"
    target.write_text("old")
    write_map(page, target)
    assert target.read_text(encoding="utf-8") == render_page(page)
    assert [path.name for path in tmp_path.iterdir()] == ["corridors.html"]


@pytest.mark.usefixtures("_small_base")
def test_a_failed_write_leaves_the_old_file_whole(
    page: MapData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "corridors.html"
    target.write_text("old")

    def full(self: Path, target: Path) -> Path:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        write_map(page, target)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["corridors.html"]


@pytest.mark.usefixtures("_small_base")
def test_a_bad_page_writes_nothing(page: MapData, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="occurs twice"):
        write_map(
            replace(page, routes=(page.routes[0], page.routes[0])), tmp_path / "corridors.html"
        )
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_page_is_small(page: MapData, tmp_path: Path) -> None:
    target = tmp_path / "corridors.html"
    write_map(page, target)
    assert target.stat().st_size < 1_400_000  # the budget is 3 MB with every corridor
    ground = Reader(target.read_text(encoding="utf-8")).data("base-map")
    assert {"land", "lakes", "borders", "labels"} <= set(ground)


def test_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    script = (
        "import importlib.util, sys; from maps import render_page; "
        "spec = importlib.util.spec_from_file_location('sample', sys.argv[1]); "
        "sample = importlib.util.module_from_spec(spec); spec.loader.exec_module(sample); "
        "sys.stdout.buffer.write(render_page(sample.PAGE).encode())"
    )
    sample = Path(__file__).with_name("conftest.py")
    pages = {
        subprocess.run(
            [sys.executable, "-c", script, str(sample)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(pages) == 1


def test_leaflet_comes_from_the_installed_package() -> None:
    assert 't.version="1.9' in offline.leaflet_js()
    assert "sourceMappingURL" not in offline.leaflet_js()
    assert offline.leaflet_css().count("url(data:image/png;base64,") == 3
    assert "\r" not in offline.leaflet_css() + offline.leaflet_js()
