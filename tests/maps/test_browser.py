"""The page in a real browser: no request, no complaint, everything there and within reach.

`Browser` drives headless Chromium over its debugging pipe with the standard library alone.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from maps import MapData, render_page

CHROMIUM = shutil.which("chromium")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
PATIENCE_S = 60.0


class Browser:
    """One page in one headless browser, with everything it asked for and complained about.

    ``requests`` are the addresses it asked for, ``complaints`` its console errors, warnings,
    uncaught exceptions and policy violations.
    """

    def __init__(self, executable: str, profile: Path) -> None:
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        # The debugging pipe is descriptors 3 and 4 by definition.
        shell = 'a=$1; b=$2; shift 2; eval "exec \\"\\$@\\" 3<&$a 4>&$b"'
        self._process = subprocess.Popen(
            [
                "/bin/bash",
                "-c",
                shell,
                "bash",
                str(to_browser),
                str(from_browser),
                executable,
                *FLAGS,
                f"--user-data-dir={profile}",
                "about:blank",
            ],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._buffer = b""
        self._number = 0
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=PATIENCE_S)
        os.close(self._write)
        os.close(self._read)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command to the page and return its result."""
        return self._call(method, self._session, **parameters)

    def view(self, width: int, height: int, *, dark: bool = False, phone: bool = False) -> None:
        """Set the size and the colour scheme of the window."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        calm = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.call("Emulation.setEmulatedMedia", features=[scheme, calm])

    def open(self, path: Path) -> None:
        """Open a file and wait until the page says that it is ready, or has failed."""
        self.call("Page.navigate", url=path.as_uri())
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self.run("document.documentElement?.dataset.ready === 'true'") or self.complaints:
                return
            time.sleep(0.05)
        raise TimeoutError(f"{path} did not become ready")

    def run(self, expression: str) -> Any:
        """Return the value of a JavaScript expression."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press and release a key."""
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                **(text if kind == "keyDown" else {}),
            )

    def mouse(self, kind: str, x: float, y: float) -> None:
        """Send ``mouseMoved``, ``mousePressed`` or ``mouseReleased``."""
        button = "none" if kind == "mouseMoved" else "left"
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=1)

    def settle(self, seconds: float = 0.4) -> None:
        """Let timers and transitions of the page run out."""
        self.run(f"new Promise((done) => setTimeout(done, {int(seconds * 1000)}))")

    def picture(self, path: Path) -> None:
        """Save what the window shows as PNG."""
        data = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    def _call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], PATIENCE_S)
            chunk = os.read(self._read, 1 << 20) if ready else b""
            if not chunk:
                raise TimeoutError("the browser does not answer")
            self._buffer += chunk
        message, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def _note(self, event: dict[str, Any]) -> None:
        what, more = event.get("method"), event.get("params", {})
        if what == "Network.requestWillBeSent":
            self.requests.append(more["request"]["url"])
        elif what == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(more["exceptionDetails"])[:2000])
        elif what == "Runtime.consoleAPICalled" and more["type"] in {"error", "warning", "assert"}:
            self.complaints.append(json.dumps(more["args"])[:2000])
        elif what == "Log.entryAdded" and more["entry"]["level"] in {"error", "warning"}:
            self.complaints.append(json.dumps(more["entry"])[:2000])


@pytest.fixture(scope="module")
def _browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    assert CHROMIUM is not None
    with Browser(CHROMIUM, tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(_browser: Browser) -> Browser:
    _browser.requests.clear()
    _browser.complaints.clear()
    _browser.view(1440, 900)
    return _browser


def show(
    browser: Browser, page: MapData, base_map: str, folder: Path, *, online: bool = False
) -> None:
    path = folder / "corridors.html"
    path.write_text(render_page(page, online=online, base_map=base_map), encoding="utf-8")
    browser.call("Page.navigate", url="about:blank")
    browser.open(path)
    browser.settle()


def outside(browser: Browser) -> list[str]:
    return [url for url in browser.requests if not url.startswith(("file:", "data:", "about:"))]


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
    browser: Browser, page: MapData, base_map: str, tmp_path: Path
) -> None:
    show(browser, page, base_map, tmp_path)
    rows = browser.run("[...document.querySelectorAll('tr.row')].map(row => row.innerText)")
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


def test_hovering_lights_and_clicking_zooms(
    browser: Browser, page: MapData, base_map: str, tmp_path: Path
) -> None:
    show(browser, page, base_map, tmp_path)
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
    browser: Browser, page: MapData, base_map: str, tmp_path: Path
) -> None:
    show(browser, page, base_map, tmp_path)
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
    browser: Browser, page: MapData, base_map: str, tmp_path: Path
) -> None:
    show(browser, page, base_map, tmp_path)
    browser.run("document.querySelectorAll('.leaflet-control-layers-overlays input')[1].click()")
    browser.settle()
    names = browser.run(
        "[...document.querySelectorAll('.gateway')].map(sign => sign.getAttribute('aria-label'))"
    )
    assert not any(name.startswith(("Lianyungang", "Dostyk")) for name in names)
    assert any(name.startswith("Visakhapatnam") for name in names)
    assert browser.run("document.querySelectorAll('tbody.off').length") == 1


def test_columns_sort(browser: Browser, page: MapData, base_map: str, tmp_path: Path) -> None:
    show(browser, page, base_map, tmp_path)
    browser.run("document.querySelectorAll('.compare thead button')[3].click()")
    order = browser.run(
        "[...document.querySelectorAll('tr.row .rank')].map(cell => cell.innerText)"
    )
    assert order == [str(r.rank) for r in sorted(page.routes, key=lambda r: r.days)]


@pytest.mark.parametrize(("width", "height"), [(360, 740), (768, 1024), (1440, 900), (1920, 1080)])
def test_fits_the_window(
    browser: Browser, page: MapData, base_map: str, tmp_path: Path, width: int, height: int
) -> None:
    browser.view(width, height, phone=width < 800)
    show(browser, page, base_map, tmp_path)
    browser.run("document.getElementById('pick-2').click()")
    browser.settle()
    assert browser.run("document.documentElement.scrollWidth") <= width
    chart = browser.run("document.querySelector('.chart').getBoundingClientRect().toJSON()")
    assert chart["width"] >= 340
    assert chart["height"] >= 260
    credit = browser.run("document.querySelector('.leaflet-control-attribution').innerText")
    assert credit == "© OpenStreetMap contributors (ODbL) · Natural Earth · Eurostat Marnet"


def test_dark_mode_changes_the_colours(
    browser: Browser, page: MapData, base_map: str, tmp_path: Path
) -> None:
    show(browser, page, base_map, tmp_path)
    stroke = "getComputedStyle(document.querySelector('.line.mode-rail')).stroke"
    light = browser.run(stroke)
    browser.view(1440, 900, dark=True)
    assert browser.run(stroke) != light
    assert browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(20, 25, 30)"


def test_hostile_text_is_shown_not_run(
    browser: Browser, hostile: str, hostile_page: MapData, base_map: str, tmp_path: Path
) -> None:
    show(browser, hostile_page, base_map, tmp_path)
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
