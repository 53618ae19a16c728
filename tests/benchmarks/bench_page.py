"""The page in Chromium: first paint of the map, panning, zooming, pointing; shipped, and with 50.

Numbers are printed, not judged: `pytest tests/benchmarks/bench_page.py -s`. The 50 are the shipped
corridors and itineraries of the front between the same two ends.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, Browser, needs_chromium

from corridors.page import page_data
from corridors.request import Request
from maps import write_map

pytestmark = needs_chromium

MANY = 50
BUDGET_MS = {"map painted": 1500.0}
PAINTED = """
new Promise(done => requestAnimationFrame(() => setTimeout(() => done({
  'first paint': performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  'map painted': performance.getEntriesByName('map-painted')[0]?.startTime ?? performance.now(),
}), 50)))
"""
EARLY = """
new MutationObserver((_, watch) => {
  if (document.documentElement?.dataset.ready !== 'true') return;
  watch.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('map-painted')));
}).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-ready'] });
"""
FRAMES = """
(async () => {
  const map = corridorPage.map;
  const frame = () => new Promise(requestAnimationFrame);
  const took = async (times, act) => {
    const found = [];
    for (let n = 0; n < times; n++) {
      const start = performance.now();
      act(n);
      document.body.getBoundingClientRect();
      await frame();
      await frame();
      found.push(performance.now() - start);
    }
    found.sort((a, b) => a - b);
    return found[Math.floor(found.length * 0.9)];
  };
  const busy = async (times, act) => {
    const found = [];
    for (let n = 0; n < times; n++) {
      const start = performance.now();
      act(n);
      document.body.getBoundingClientRect();
      found.push(performance.now() - start);
      await frame();
    }
    found.sort((a, b) => a - b);
    return found[Math.floor(found.length * 0.9)];
  };
  const count = app.data.routes.length;
  const out = {};
  out['pan, frame'] = await took(40, () => map.panBy([12, 5], { animate: false }));
  out['pan, script'] = await busy(40, () => map.panBy([-12, -5], { animate: false }));
  out['zoom, script'] = await busy(12, n => map.setZoom(n % 2 ? 4 : 5, { animate: false }));
  out['zoom, frames'] = await took(12, n => map.setZoom(n % 2 ? 4 : 5, { animate: false }));
  out['zoom in, script'] = await busy(6, n => map.setZoom(n % 2 ? 8 : 9, { animate: false }));
  map.setZoom(4, { animate: false });
  const lit = i => new Promise(done => {
    const start = performance.now();
    const wait = () => (app.map.lit === i ? requestAnimationFrame(() => done(performance.now() - start)) : setTimeout(wait, 1));
    app.hover(i);
    wait();
  });
  const hovers = [];
  for (let n = 0; n < 20; n++) hovers.push(await lit((n * 7) % count));
  hovers.sort((a, b) => a - b);
  out['hover to light (40 ms of it is patience)'] = hovers[Math.floor(hovers.length * 0.9)];
  app.hover(null);
  out['update of all amounts, script'] = await busy(12, () => app.update());
  out['filter, script'] = await busy(8, n => app.filter({ country: n % 2 ? '' : '-IR' }));
  return out;
})()
"""  # noqa: E501


def page_of(many: int | None) -> Any:
    request = Request()
    comparison = request.planner.compare(request.corridors)
    if many is not None:
        more = request.planner.front().spread(many - len(comparison.itineraries))
        added = more.comparison.itineraries
        both = (*comparison.itineraries, *added)
        both = tuple(
            replace(
                one, corridor_id=f"{number}-{one.corridor_id}", name=one.name or f"Way {number}"
            )
            for number, one in enumerate(both)
        )
        comparison = replace(comparison, itineraries=both)
    return page_data(request, comparison, levers=many is None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory() as profile, Browser(CHROMIUM, Path(profile)) as found:
        found.view(1440, 900)
        found.call("Page.addScriptToEvaluateOnNewDocument", source=EARLY)
        yield found


@pytest.mark.parametrize("many", [None, MANY])
def test_page(browser: Browser, tmp_path: Path, many: int | None) -> None:
    path = tmp_path / "page.html"
    write_map(page_of(many), path)
    paints = []
    for _ in range(3):
        browser.call("Page.navigate", url="about:blank")
        browser.open(path)
        paints.append(browser.run(PAINTED))
    figures = {key: min(paint[key] for paint in paints) for key in paints[0]}
    figures |= browser.run(FRAMES)
    assert browser.complaints == []
    told = [f"{browser.run('app.data.routes.length')} corridors, {path.stat().st_size:,} bytes"]
    for name, took in figures.items():
        budget = f"   budget {BUDGET_MS[name]:g} ms" if name in BUDGET_MS else ""
        told.append(f"  {name:<44}{took:8.1f} ms{budget}")
    sys.stdout.write("\n" + "\n".join(told) + "\n")
