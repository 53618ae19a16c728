"""Draw the README's picture of the page anew: ``python -m tests.picture`` (needs Chromium, Pillow).

The picture is kept beside the tutorials; the wheel does not carry it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image

from corridors.cli import main
from tests.maps.browser import CHROMIUM, Browser

PICTURE = Path(__file__).parent / "tutorials" / "page.webp"
WIDTH_PX, HEIGHT_PX = 1280, 800
QUALITY_PERCENT = 72


def draw(picture: Path = PICTURE) -> None:
    """Write the page as it opens, in light colours, as WebP."""
    if CHROMIUM is None:
        raise SystemExit("no chromium on this machine; install it (Debian: apt install chromium)")
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder) / "corridors.html", Path(folder) / "shot.png"
        if code := main(["map", "-o", str(page)]):
            raise SystemExit(code)
        with Browser(CHROMIUM, Path(folder) / "profile") as browser:
            browser.view(WIDTH_PX, HEIGHT_PX)
            browser.open(page)
            browser.settle(1.0)
            browser.picture(shot)
        Image.open(shot).convert("RGB").save(picture, "WEBP", quality=QUALITY_PERCENT, method=6)


if __name__ == "__main__":
    draw()
