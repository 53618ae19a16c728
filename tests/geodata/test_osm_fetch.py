"""Overpass is asked politely, once, and again only for what is missing. The server is ours."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import osmnx
import pytest
from osm_worlds import Drawing, Overpass, serving

from geodata.errors import DataError
from geodata.importers.osm_extract import Extract
from geodata.importers.osm_fetch import Server, fetch, tiles_of
from geodata.vocabulary import Mode

LINE = Drawing(
    # one line through four tiles of one degree
    nodes={n: (10.25 + n * 0.5, 0.5) for n in range(8)},
    ways={1: ({"railway": "rail", "gauge": "1520"}, list(range(8)))},
)
BOX = (10.0, 0.0, 14.0, 1.0)
WHOLE = {(n, n + 1, 1) for n in range(7)}


def ask(overpass: Overpass, cache: Path, *, anew: bool = False, tries: int = 3) -> Extract:
    server = Server(url=overpass.url, tile_deg=1.0, tries=tries, pause_s=15.0)
    return fetch(Mode.RAIL, "ZZ", BOX, server=server, cache=cache, country_box=BOX, anew=anew)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was waited for; nobody waits here."""
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found


def test_one_request_a_tile_each_after_the_status(tmp_path: Path) -> None:
    with serving(LINE) as overpass:
        extract = ask(overpass, tmp_path)
    assert extract.edges == WHOLE
    assert extract.as_of == "2026-01-31"
    assert len(overpass.asked) == 1 + 4  # the boundary, and the tiles
    assert overpass.most_at_once == 1
    at = [number for number, what in enumerate(overpass.log) if what == "query"]
    assert all(overpass.log[number - 1] == "status" for number in at)


def test_a_run_that_was_cut_short_goes_on(tmp_path: Path) -> None:
    with serving(LINE) as overpass:
        overpass.refuses_after = 3
        with pytest.raises(DataError) as caught:
            ask(overpass, tmp_path)
        assert "2 of 4 tiles are kept" in str(caught.value)
        first = list(overpass.asked)
        assert len(first) == 3
        overpass.refuses_after = -1
        extract = ask(overpass, tmp_path)
        again = overpass.asked[len(first) :]
    assert extract.edges == WHOLE
    assert len(again) == 2
    assert not set(again) & set(first)
    assert any("2 of 4 tiles were answered before" in remark for remark in extract.remarks)


def test_nothing_is_asked_twice_until_it_is_asked_anew(tmp_path: Path) -> None:
    with serving(LINE) as overpass:
        ask(overpass, tmp_path)
        extract = ask(overpass, tmp_path)
        assert len(overpass.asked) == 5
        assert extract.edges == WHOLE
        ask(overpass, tmp_path, anew=True)
        assert len(overpass.asked) == 10


def test_a_busy_server_is_asked_again_after_growing_pauses(
    tmp_path: Path, pauses: list[float]
) -> None:
    with serving(LINE) as overpass:
        overpass.busy = 2
        extract = ask(overpass, tmp_path)
    assert extract.edges == WHOLE
    assert [pause for pause in pauses if pause] == [15.0, 30.0]


def test_a_server_that_stays_busy_is_left_alone(tmp_path: Path, pauses: list[float]) -> None:
    with serving(LINE) as overpass:
        overpass.busy = 99
        with pytest.raises(DataError, match=r"busy \(HTTP 429\).*3 times.*--file"):
            ask(overpass, tmp_path)
        assert 99 - overpass.busy == 3
    assert not overpass.asked


def test_the_servers_slots_are_waited_for(tmp_path: Path, pauses: list[float]) -> None:
    free = datetime.now(tz=UTC) + timedelta(seconds=40)
    with serving(LINE) as overpass:
        overpass.status_line = f"Slot available after: {free:%Y-%m-%dT%H:%M:%SZ}, in 40 seconds."
        ask(overpass, tmp_path)
    waited = [pause for pause in pauses if pause]
    assert len(waited) == 5
    assert all(1 <= pause <= 41 for pause in waited)


def test_an_answer_that_broke_off_is_no_answer(tmp_path: Path) -> None:
    with serving(LINE) as overpass:
        overpass.remark = "runtime error: Query timed out"
        with pytest.raises(DataError, match="broke off"):
            ask(overpass, tmp_path)
        overpass.remark = ""
        assert ask(overpass, tmp_path).edges == WHOLE


def test_a_server_that_is_not_there(tmp_path: Path, pauses: list[float]) -> None:
    server = Server(url="http://127.0.0.1:9/api")
    with pytest.raises(DataError, match=r"cannot be reached.*--file"):
        fetch(Mode.RAIL, "ZZ", BOX, server=server, cache=tmp_path, country_box=BOX)
    assert not pauses


def test_osmnx_and_the_process_are_left_as_they_were(tmp_path: Path) -> None:
    names = [name for name in dir(osmnx.settings) if not name.startswith("_")]
    before = {name: getattr(osmnx.settings, name) for name in names}
    resolve = socket.getaddrinfo
    with serving(LINE) as overpass:
        overpass.refuses_after = 2
        with pytest.raises(DataError):
            ask(overpass, tmp_path)
    assert {name: getattr(osmnx.settings, name) for name in names} == before
    assert socket.getaddrinfo is resolve


def test_tiles_cover_the_box_without_overlap() -> None:
    tiles = tiles_of((10.5, -0.5, 13.0, 1.0), 1.0)
    assert len(tiles) == 3 * 2
    assert sum((e - w) * (n - s) for w, s, e, n in tiles) == pytest.approx(2.5 * 1.5)
    assert (11.0, 0.0, 12.0, 1.0) in tiles
    assert tiles_of((0.2, 0.2, 0.3, 0.3), 1.0) == [(0.2, 0.2, 0.3, 0.3)]
    assert tiles_of((0.0, 0.0, 1.0, 1.0), 1.0) == [(0.0, 0.0, 1.0, 1.0)]


def test_tiles_outside_the_country_are_not_asked_for(tmp_path: Path) -> None:
    """The country is the two western tiles."""
    nodes = dict(LINE.nodes) | {
        91: (10.1, 0.1), 92: (11.9, 0.1), 93: (11.9, 0.9), 94: (10.1, 0.9),
    }  # fmt: skip
    ways = dict(LINE.ways) | {9: ({"boundary": "administrative"}, [91, 92, 93, 94, 91])}
    with serving(Drawing(nodes=nodes, ways=ways, boundaries={"ZZ": [9]})) as overpass:
        extract = ask(overpass, tmp_path)
    assert len(overpass.asked) == 1 + 2
    assert extract.boundary is not None
    assert extract.edges >= {(0, 1, 1), (1, 2, 1), (2, 3, 1)}
    assert (6, 7, 1) not in extract.edges
