"""Headless Chromium over its debugging pipe, with the standard library alone."""

from __future__ import annotations

import base64
import importlib.resources
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from maps import MapData, render_page

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on this machine; .ci/run installs Debian's"
)

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
        self.wait()

    def wait(self) -> None:
        """Wait until the page says that it is ready, or has failed."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self.run("document.documentElement?.dataset.ready === 'true'") or self.complaints:
                return
            time.sleep(0.05)
        raise TimeoutError("the page did not become ready")

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


Shown = Callable[[MapData], Browser]


def show(
    browser: Browser, page: MapData, base_map: str, folder: Path, *, online: bool = False
) -> None:
    path = folder / "corridors.html"
    path.write_text(render_page(page, online=online, base_map=base_map), encoding="utf-8")
    browser.call("Page.navigate", url="about:blank")
    browser.open(path)
    browser.settle()


def findings(browser: Browser) -> list[str]:
    """Return what axe-core finds serious or critical on the page as it stands."""
    script = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js")
    browser.run(script.read_text("utf-8") + "; true")
    return list(
        browser.run(
            "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations"
            ".filter(one => ['serious', 'critical'].includes(one.impact))"
            ".flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)} "
            "${node.any.map(each => each.message).join(' ').slice(0, 200)}`)))"
        )
    )


def outside(browser: Browser) -> list[str]:
    return [url for url in browser.requests if not url.startswith(("file:", "data:", "about:"))]
