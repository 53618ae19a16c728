/* Names on the map: placed by importance where there is room, and off the lines. Of places that
   would cover each other the more important one is shown; the others come as one zooms in. */
"use strict";
(() => {
  const { app } = window;
  const { data: page, ground, el, map: view } = app;
  const { leaflet: map, base, gateways, signs, users, ends } = view;
  const container = map.getContainer();

  const pen = document.createElement("canvas").getContext("2d");
  const fonts = { country: 10.5, sea: 11, city: 11, gateway: 11.5, end: 13 };
  const family = getComputedStyle(document.documentElement).getPropertyValue("--sans");
  const widths = new Map();
  const width = (text, kind) => {
    const key = `${kind} ${text}`;
    if (!widths.has(key)) {
      const wide = kind === "country" ? 1.36 : kind === "sea" ? 1.1 : 1;
      pen.font = `${kind === "end" || kind === "gateway" ? 650 : 400} ${fonts[kind]}px ${family}`;
      widths.set(key, pen.measureText(kind === "country" ? text.toUpperCase() : text).width * wide);
    }
    return widths.get(key);
  };
  const names = map.getPane("names").appendChild(el("div", "labels"));
  names.setAttribute("aria-hidden", "true");
  const baseNames = (ground.labels?.features ?? []).map(({ properties, geometry }) => ({
    text: String(properties.name ?? ""),
    kind: ["country", "sea"].includes(properties.kind) ? properties.kind : "city",
    rank: Number(properties.rank ?? 5) - (properties.kind === "city" ? 0 : 1),
    from: Number(properties.min_zoom ?? 0),
    at: [geometry.coordinates[1], geometry.coordinates[0]],
  }));
  const short = (name) => name.replace(/\s*\(.*\)$/, "");
  const candidates = (zoom) => {
    const lights = new Set(view.lit === null ? [] : view.now(view.lit).stops);
    const list = [];
    if (map.hasLayer(gateways)) {
      page.places.forEach((place, i) => {
        if (!signs[i].seen()) return;
        if (view.lit !== null && !lights.has(i)) return;
        const end = ends.has(i);
        const busy = users[i].size / page.routes.length;
        if (!end && !lights.has(i) && signs[i].order > 3 && zoom < 5.5) return;
        list.push({ text: short(place.name), less: end ? short(place.name).split(", ").at(-1) : null, kind: end ? "end" : "gateway", at: place.at, rank: end ? -20 : (lights.has(i) ? -12 : -8) + signs[i].order - busy });
      });
    }
    for (const name of baseNames) {
      if (map.hasLayer(base) && name.from <= zoom && name.rank <= zoom + 1) list.push(name);
    }
    return list.sort((a, b) => a.rank - b.rank);
  };
  const AREA_SPOTS = [0, -16, 16, -32, 32].flatMap((down) => [0, -36, 36].map((right) => [right, down]));
  AREA_SPOTS.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
  /* Half the width of a place's sign, as base.css draws it. */
  const halfSign = (i) => (signs[i].order <= 2 ? 8 : view.far() ? (signs[i].on ? 6.5 : 4) : 8);
  const thin = () => {
    const lights = new Set(view.lit === null ? [] : view.now(view.lit).stops);
    const wanted = page.places.map((_, i) => i).filter((i) => gateways.hasLayer(signs[i].marker));
    const weigh = (i) => [ends.has(i), lights.has(i), -signs[i].order, users[i].size].map(Number);
    const heavier = (a, b) => weigh(b).map((one, k) => one - weigh(a)[k]).find(Boolean) ?? a - b;
    const put = [];
    for (const i of wanted.sort(heavier)) {
      const at = map.project(page.places[i].at);
      const half = halfSign(i);
      const crowded = put.some((other) => other.at.distanceTo(at) < 0.85 * (other.half + half));
      signs[i].crowd(crowded);
      if (!crowded) put.push({ at, half });
    }
    view.rove();
  };
  /* Where the ends of the journey look for room as well: they are the names that no map may lack. */
  const OFF = 7;
  const corners = (x, y, w, h) => [
    [x + OFF, y - OFF - h], [x + OFF, y + OFF], [x - OFF - w, y - OFF - h], [x - OFF - w, y + OFF],
    ...[0.35, 0.65, 0.2, 0.8].flatMap((part) => [[x - part * w, y - 13 - h], [x - part * w, y + 13]]),
  ];
  const BADGE_PX = 21; // of two numbers nearer than this the better one is shown
  const CELL = 9; // px: the grid in which names look for room beside the lines
  const cell = (x, y) => x * 65536 + y;
  const lineCells = (low, high, origin) => {
    const cells = new Set();
    for (const points of view.lines()) {
      let before = null;
      for (const at of points) {
        const p = at.subtract(origin);
        const near = p.x > low.x && p.y > low.y && p.x < high.x && p.y < high.y;
        if (near) cells.add(cell(Math.floor(p.x / CELL), Math.floor(p.y / CELL)));
        if (before && (near || before.near)) {
          const steps = Math.min(400, Math.ceil(before.p.distanceTo(p) / (CELL / 2)));
          for (let step = 1; step < steps; step++) {
            const [x, y] = [before.p.x + ((p.x - before.p.x) * step) / steps, before.p.y + ((p.y - before.p.y) * step) / steps];
            cells.add(cell(Math.floor(x / CELL), Math.floor(y / CELL)));
          }
        }
        before = { p, near };
      }
    }
    return cells;
  };
  const place = () => {
    const zoom = map.getZoom();
    const frame = map.getPixelBounds();
    const origin = map.getPixelOrigin();
    thin();
    const taken = [];
    const free = (box) => !taken.some((t) => box[0] < t[2] && t[0] < box[2] && box[1] < t[3] && t[1] < box[3]);
    const obstacle = (at, half) => {
      const p = map.project(at).subtract(origin);
      taken.push([p.x - half, p.y - half, p.x + half, p.y + half]);
    };
    const edge = container.getBoundingClientRect();
    for (const box of container.querySelectorAll(".leaflet-control")) {
      const { left, top, right, bottom } = box.getBoundingClientRect();
      const a = map.containerPointToLayerPoint([left - edge.left, top - edge.top]);
      const b = map.containerPointToLayerPoint([right - edge.left, bottom - edge.top]);
      taken.push([a.x, a.y, b.x, b.y]);
    }
    const numbered = page.routes.map((_, i) => i).filter((i) => view.tagAt(i));
    numbered.sort((a, b) => (b === view.lit) - (a === view.lit) || app.words.rank(a) - app.words.rank(b));
    const badges = [];
    for (const i of numbered) {
      const p = map.project(view.tagAt(i)).subtract(origin);
      const crowded = badges.some((other) => other.distanceTo(p) < BADGE_PX);
      view.crowd(i, crowded);
      if (crowded) continue;
      badges.push(p);
      obstacle(view.tagAt(i), 12);
    }
    page.places.forEach((place, i) => {
      if (signs[i].seen()) obstacle(place.at, Math.min(7, halfSign(i)));
    });
    const [low, high] = [frame.min.subtract(origin), frame.max.subtract(origin)];
    const inside = (box) => box[0] > low.x && box[1] > low.y && box[2] < high.x && box[3] < high.y;
    const cells = lineCells(low, high, origin);
    const crossed = ([x0, y0, x1, y1]) => {
      let hits = 0;
      for (let x = Math.floor(x0 / CELL); x <= x1 / CELL; x++) {
        for (let y = Math.floor(y0 / CELL); y <= y1 / CELL; y++) hits += cells.has(cell(x, y));
      }
      return hits;
    };
    const put = [];
    const seen = new Set();
    const room = (text, kind, at) => {
      const point = map.project(at);
      if (!text || seen.has(text) || !frame.contains(point)) return null;
      const [x, y] = [point.x - origin.x, point.y - origin.y];
      const w = width(text, kind);
      const h = fonts[kind] * 1.15;
      const gap = kind === "end" ? 13 : kind === "gateway" ? 10 : 7;
      const area = kind === "country" || kind === "sea";
      const spots = area
        ? AREA_SPOTS.map(([right, down]) => [x - w / 2 + right, y - h / 2 + down])
        : kind === "city"
          ? [[x + 3, y - h / 2]]
          : [
              [x + gap, y - h / 2],
              [x - gap - w, y - h / 2],
              [x - w / 2, y - gap - h],
              [x - w / 2, y + gap],
              ...(kind === "end" ? corners(x, y, w, h) : []),
            ];
      const open = spots
        .map(([left, top]) => [left - 3, top - 2, left + w + 3, top + h + 2])
        .filter((box) => inside(box) && free(box))
        .map((box) => ({ box, hits: crossed(box) }))
        .sort((one, other) => one.hits - other.hits)[0];
      if (!open || (open.hits && (area || kind === "city"))) return null; // base names keep off the lines
      return { ...open, text };
    };
    for (const { text, less, kind, at } of candidates(zoom)) {
      const open = room(text, kind, at) ?? (less && less !== text ? room(less, kind, at) : null);
      if (!open) continue;
      taken.push(open.box);
      seen.add(open.text);
      const name = el("div", `label label-${kind}`, open.text);
      name.style.transform = `translate(${Math.round(open.box[0] + 3)}px,${Math.round(open.box[1] + 2)}px)`;
      put.push(name);
    }
    names.replaceChildren(...put);
    container.classList.toggle("far", view.far());
    container.classList.remove("zooming");
  };
  /* However many events ask for it, names are placed once per frame. */
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      place();
    });
  };
  view.place = soon;
  map.on("zoomstart", () => container.classList.add("zooming"));
  map.on("zoomend moveend resize baselayerchange overlayadd overlayremove", soon);
  for (const event of ["shown", "lit", "ready"]) app.on(event, soon);
})();
