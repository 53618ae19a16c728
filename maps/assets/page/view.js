/* Fills the Folium map and the table. */
"use strict";
(() => {
  const { data: page, ground, el, svg, byId, number, markup, sentence, known, join } = window.app;
  const { map, base, gateways, control, corridors } = window.corridorPage;
  const look = page.style;
  const container = map.getContainer();
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const narrow = window.matchMedia("(max-width: 960px)");

  /* ---- small helpers ---- */
  const hours = (h) => (h === 0 ? "–" : h < 10 ? number(h, 1) : number(h));
  const usd = (amount) => (amount === 0 ? "–" : number(amount));
  const operation = (word) => known(look.operations, word) ?? sentence(word);
  const modeLabel = (mode) => known(look.modes, mode) ?? sentence(mode);
  const placeLook = (kind) => known(look.places, kind) ?? look.otherPlace;
  const modeClass = (mode) => (mode && known(look.modes, mode) ? `mode-${mode}` : "");
  const badge = (route) => el("span", "badge", String(route.rank));

  /* ---- lines: decode shared stretches, join them per leg ---- */
  const stretches = page.arcs.map((arc) => {
    const points = [];
    for (let i = 0, lon = 0, lat = 0; i < arc.length; i += 2) {
      lon += arc[i];
      lat += arc[i + 1];
      points.push([lat / page.unitsPerDegree, lon / page.unitsPerDegree]);
    }
    return points;
  });
  const riders = page.arcs.map(() => new Set());
  page.routes.forEach((route, i) =>
    route.legs.forEach((leg) => leg.arcs.forEach((arc) => riders[arc < 0 ? ~arc : arc].add(i))),
  );
  const same = (a, b) => a[0] === b[0] && Math.abs(a[1] - b[1]) < 1e-9;
  const legLines = (leg) => {
    const parts = [];
    for (const arc of leg.arcs) {
      const points = arc < 0 ? [...stretches[~arc]].reverse() : stretches[arc];
      const last = parts.at(-1);
      if (last && same(last.at(-1), points[0])) last.push(...points.slice(1));
      else parts.push([...points]);
    }
    return parts;
  };

  /* ---- words at the bottom ---- */
  const METRES_PER_DEGREE = 111320; // of latitude; enough for a round figure
  const within = Math.ceil((page.toleranceDeg * METRES_PER_DEGREE) / 10) * 10;
  byId("about").append(
    el("p", "", "Hours and USD in the details are for the whole consignment; the table is per tonne."),
    el("p", "", `Lines are drawn to within about ${number(within)} m of the network's own; lengths are the network's.`),
  );

  /* ---- base map ---- */
  const renderer = (pane) => L.svg({ pane, padding: 0.5 });
  const renderers = Object.fromEntries(
    ["ground", "halo", "routes", "casing", "lit"].map((pane) => [pane, renderer(pane)]),
  );
  for (const name of ["land", "lakes", "borders"]) {
    if (!ground[name]) continue;
    L.geoJSON(ground[name], {
      pane: "ground",
      renderer: renderers.ground,
      interactive: false,
      smoothFactor: 0.8,
      style: ({ properties }) => ({
        className: `ground-${name} ${properties?.kind === "disputed" ? "ground-disputed" : ""}`,
      }),
    }).addTo(base);
  }
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(markup(page.attribution));

  /* ---- corridors ---- */
  const dash = (status) => known(look.dashes, status);
  const tip = (leg, route, others) => {
    const also = others.filter((other) => other !== route).map((other) => other.rank);
    return el(
      "div",
      "tip",
      el("b", "", `${route.rank}  ${route.name}`),
      el("div", "", `${modeLabel(leg.mode)}: ${leg.from} → ${leg.to}`),
      el(
        "span",
        "",
        join(
          leg.country,
          leg.gauge ? `${number(leg.gauge)} mm` : "",
          `${number(leg.km)} km`,
          `${hours(leg.h)} h`,
          `${usd(leg.usd)} USD`,
          leg.status === "operational" ? "" : leg.status,
        ),
      ),
      also.length ? el("div", "", el("span", "", `Also on this line: ${also.join(", ")}`)) : null,
      known(look.bases, leg.basis) ? el("div", "", el("span", "", sentence(look.bases[leg.basis]))) : null,
    );
  };
  const weight = (leg) => (leg.mode === "rail" ? 3 : leg.mode === "road" ? 2.6 : 2.4);
  const stroke = (pane, className, width, pattern, interactive) => ({
    pane,
    renderer: renderers[pane],
    className,
    weight: width,
    dashArray: pattern,
    interactive,
    bubblingMouseEvents: false,
    lineCap: pattern && !pattern.startsWith("0") ? "butt" : "round",
    lineJoin: "round",
    opacity: 1,
    smoothFactor: 1,
  });
  const hear = (line, leg, i) => {
    const others = [...new Set(leg.arcs.flatMap((arc) => [...riders[arc < 0 ? ~arc : arc]]))]
      .sort((a, b) => a - b)
      .map((rider) => page.routes[rider]);
    line.bindTooltip(() => tip(leg, page.routes[i], others), { sticky: true, direction: "top", offset: [0, -8] });
    line.on("mouseover", () => hover(i));
    line.on("mouseout", () => hover(null));
    line.on("click", () => lit.picked !== i && pick(i));
  };
  const extents = [];
  const tags = [];
  const drawCorridor = (i) => {
    const route = page.routes[i];
    const extent = L.latLngBounds([]);
    for (const leg of route.legs) {
      if (!leg.mode || !leg.arcs.length) continue;
      const lines = legLines(leg);
      const halo = L.polyline(lines, stroke("halo", "halo", 8, null, true)).addTo(corridors[i]);
      hear(halo, leg, i);
      extent.extend(halo.getBounds());
      const classes = `line ${modeClass(leg.mode)}`;
      L.polyline(lines, stroke("routes", classes, weight(leg), dash(leg.status), false)).addTo(corridors[i]);
    }
    route.stops.forEach((place) => extent.extend(page.places[place].at));
    extents[i] = extent;
    if (route.badge) {
      const sign = badge(route);
      sign.title = route.name;
      const icon = L.divIcon({ className: "tag", html: sign, iconSize: [21, 21] });
      const tag = L.marker(route.badge, { icon, pane: "gateways", keyboard: false, zIndexOffset: 500 });
      tag.on("click", () => lit.picked !== i && pick(i)).on("mouseover", () => hover(i)).on("mouseout", () => hover(null));
      tag.addTo(corridors[i]);
      tags[i] = tag;
    }
    control.removeLayer(corridors[i]);
  };
  page.routes.map((_, i) => i).reverse().forEach(drawCorridor); // the best one ends up on top
  control.removeLayer(gateways);
  page.routes.forEach((route, i) => control.addOverlay(corridors[i], markup(`${route.rank}  ${route.name}`)));
  control.addOverlay(gateways, "Gateways");

  /* ---- the corridor that stands out ---- */
  const lit = { hovered: null, picked: null, shown: null, layers: [] };
  const litLayer = (i) => {
    if (lit.layers[i]) return lit.layers[i];
    const group = L.layerGroup();
    const legs = page.routes[i].legs.filter((leg) => leg.mode && leg.arcs.length);
    for (const leg of legs) {
      const lines = legLines(leg);
      L.polyline(lines, stroke("casing", "casing", 9, null, false)).addTo(group);
    }
    for (const leg of legs) {
      const lines = legLines(leg);
      L.polyline(lines, stroke("casing", "casing-in", 7.4, null, false)).addTo(group);
      const classes = `line ${modeClass(leg.mode)}`;
      const line = L.polyline(lines, stroke("lit", classes, 4.6, dash(leg.status), true)).addTo(group);
      hear(line, leg, i);
    }
    lit.layers[i] = group;
    return group;
  };
  let timer = 0;
  const light = () => {
    const now = lit.hovered ?? lit.picked;
    if (now === lit.shown) return;
    if (lit.shown !== null) litLayer(lit.shown).remove();
    lit.shown = now;
    if (now !== null) litLayer(now).addTo(map);
    container.classList.toggle("has-lit", now !== null);
    bodies.forEach((body, i) => body.classList.toggle("lit", i === now));
    const on = new Set(now === null ? [] : page.routes[now].stops);
    signs.forEach((sign, place) => sign.box.classList.toggle("on", on.has(place)));
    tags.forEach((tag, i) => tag.getElement()?.classList.toggle("on", i === now));
    labels();
  };
  const hover = (i) => {
    lit.hovered = i;
    clearTimeout(timer);
    timer = setTimeout(light, i === null ? 120 : 40); // no flicker between neighbouring lines
  };
  const pick = (i) => {
    const again = lit.picked === i;
    lit.picked = again ? null : i;
    lit.hovered = null;
    clearTimeout(timer);
    light();
    bodies.forEach((body, j) => body.open(j === lit.picked));
    const fragment = again ? " " : "#" + encodeURIComponent(page.routes[i].id);
    try {
      history.replaceState(null, "", again ? location.pathname + location.search : fragment);
    } catch {
      /* a page inside a frame may not set its address */
    }
    if (again) return;
    byId("spoken").textContent = `${page.routes[i].name} is shown on the map`;
    if (!map.hasLayer(corridors[i])) corridors[i].addTo(map);
    if (extents[i].isValid()) map.fitBounds(extents[i], { padding: [34, 34], animate: !still });
  };
  let bubbleOpen = false; // what closes a popup does nothing more
  const bubbleIs = (open) => {
    setTimeout(() => (bubbleOpen = open));
    container.classList.toggle("has-bubble", open);
  };
  map.on("popupopen", () => bubbleIs(true));
  map.on("popupclose", () => bubbleIs(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !bubbleOpen && lit.picked !== null) pick(lit.picked);
  });
  map.on("click", () => !bubbleOpen && lit.picked !== null && pick(lit.picked));

  /* ---- gateways ---- */
  const users = page.places.map(() => new Set());
  page.routes.forEach((route, i) => route.stops.forEach((place) => users[place].add(i)));
  const ends = new Set(page.routes.flatMap((route) => [route.stops[0], route.stops.at(-1)]));
  const happeningTable = (items) => {
    const body = el("tbody");
    for (const [what, text, h, amount, source] of items) {
      const words = el("td", "", el("b", "", operation(what)), text, source ? el("div", "from", source) : null);
      body.append(el("tr", "", words, el("td", "", hours(h)), el("td", "", usd(amount))));
    }
    const heads = ["What happens", "Hours", "USD"].map((text) => {
      const head = el("th", "", text);
      head.scope = "col";
      return head;
    });
    return el("table", "", el("thead", "", el("tr", "", ...heads)), body);
  };
  const remark = ([label, text, asOf, source]) =>
    el("li", "", el("b", "", label), text ? `: ${text} ` : " ", el("span", "from", join(asOf && `as of ${asOf}`, source)));
  const bubble = (place) => {
    const box = el("div", "bubble", el("h3", "", place.name), el("p", "kind", join(placeLook(place.kind)[0], place.id)));
    if (place.flags.length) box.append(el("ul", "remarks", ...place.flags.map(remark)));
    for (const { routes, items } of place.happenings) {
      const numbers = routes.map((i) => {
        const button = el("button", "", badge(page.routes[i]));
        button.type = "button";
        button.title = page.routes[i].name;
        button.setAttribute("aria-label", `Corridor ${page.routes[i].rank}: ${page.routes[i].name}`);
        button.addEventListener("click", () => lit.picked !== i && pick(i));
        return button;
      });
      box.append(el("div", "who", routes.length > 1 ? "Corridors" : "Corridor", ...numbers));
      box.append(items.length ? happeningTable(items) : el("p", "from", "Passed without a stop"));
    }
    return box;
  };
  const symbol = (kind) => svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: placeLook(kind)[1] }));
  const signs = page.places.map((place, number) => {
    const order = ends.has(number) ? 0 : placeLook(place.kind)[2];
    const minor = order > 2 ? "minor" : "";
    const end = ends.has(number) ? "end" : "";
    const warned = place.flags.length ? "warned" : "";
    const kind = known(look.places, place.kind) ? `kind-${place.kind}` : "";
    const drawn = symbol(place.kind);
    const size = 22;
    const icon = L.divIcon({ className: `gateway ${minor} ${end} ${kind} ${warned}`, html: drawn, iconSize: [size, size] });
    const marker = L.marker(place.at, { icon, pane: "gateways", zIndexOffset: 200 - 20 * order, riseOnHover: true });
    const sign = { marker, box: document.createElement("div"), order };
    marker.on("add", () => {
      const on = sign.box.classList.contains("on");
      sign.box = marker.getElement();
      sign.box.classList.toggle("on", on);
      sign.box.setAttribute("aria-label", join(place.name, placeLook(place.kind)[0]));
      sign.box.setAttribute("aria-haspopup", "dialog");
    });
    marker.bindPopup(() => bubble(place), {
      maxWidth: Math.min(330, container.clientWidth - 70),
      minWidth: 220,
      maxHeight: Math.min(360, container.clientHeight - 100),
      autoPanPadding: narrow.matches ? [10, 10] : [56, 14], // beside the controls, where there is room
    });
    marker.bindTooltip(() => el("div", "tip", el("b", "", place.name), el("span", "", placeLook(place.kind)[0])), {
      direction: "top",
      offset: [0, -8],
    });
    return sign;
  });
  const wanted = (place) => [...users[place]].some((i) => map.hasLayer(corridors[i]));
  const showSigns = () => {
    signs.forEach(({ marker }, place) => {
      if (wanted(place) !== gateways.hasLayer(marker)) {
        if (wanted(place)) gateways.addLayer(marker);
        else gateways.removeLayer(marker);
      }
    });
    bodies.forEach((body, i) => body.classList.toggle("off", !map.hasLayer(corridors[i])));
    labels();
  };

  /* ---- names on the map: placed by importance where there is room ---- */
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
    const lights = new Set(lit.shown === null ? [] : page.routes[lit.shown].stops);
    const list = [];
    if (map.hasLayer(gateways)) {
      page.places.forEach((place, i) => {
        if (!gateways.hasLayer(signs[i].marker)) return;
        if (lit.shown !== null && !lights.has(i)) return;
        const end = ends.has(i);
        const busy = users[i].size / page.routes.length;
        if (!end && !lights.has(i) && signs[i].order > 3 && zoom < 5.5) return;
        list.push({ text: short(place.name), kind: end ? "end" : "gateway", at: place.at, rank: end ? -20 : (lights.has(i) ? -12 : -8) + signs[i].order - busy });
      });
    }
    for (const name of baseNames) {
      if (map.hasLayer(base) && name.from <= zoom && name.rank <= zoom + 1) list.push(name);
    }
    return list.sort((a, b) => a.rank - b.rank);
  };
  const AREA_SPOTS = [0, -16, 16, -32, 32].flatMap((down) => [0, -36, 36].map((right) => [right, down]));
  AREA_SPOTS.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
  const CELL = 9; // px: the grid in which names look for room beside the lines
  const cell = (x, y) => x * 65536 + y;
  const lineCells = (low, high, origin) => {
    const cells = new Set();
    stretches.forEach((points, arc) => {
      if (![...riders[arc]].some((i) => map.hasLayer(corridors[i]))) return;
      let before = null;
      for (const at of points) {
        const p = map.project(at).subtract(origin);
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
    });
    return cells;
  };
  const labels = () => {
    const zoom = map.getZoom();
    const view = map.getPixelBounds();
    const origin = map.getPixelOrigin();
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
    tags.forEach((tag, i) => map.hasLayer(corridors[i]) && obstacle(page.routes[i].badge, 12));
    page.places.forEach((place, i) => {
      if (map.hasLayer(gateways) && gateways.hasLayer(signs[i].marker)) obstacle(place.at, signs[i].order > 2 && zoom < 5 ? 4 : 7);
    });
    const [low, high] = [view.min.subtract(origin), view.max.subtract(origin)];
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
    for (const { text, kind, at } of candidates(zoom)) {
      const point = map.project(at);
      if (!text || seen.has(text) || !view.contains(point)) continue;
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
            ];
      const open = spots
        .map(([left, top]) => [left - 3, top - 2, left + w + 3, top + h + 2])
        .filter((box) => inside(box) && free(box))
        .map((box) => ({ box, hits: crossed(box) }))
        .sort((one, other) => one.hits - other.hits)[0];
      if (!open || (open.hits && (area || kind === "city"))) continue; // base names keep off the lines
      taken.push(open.box);
      seen.add(text);
      const name = el("div", `label label-${kind}`, text);
      name.style.transform = `translate(${Math.round(open.box[0] + 3)}px,${Math.round(open.box[1] + 2)}px)`;
      put.push(name);
    }
    names.replaceChildren(...put);
    container.classList.toggle("far", zoom < 5);
    container.classList.remove("zooming");
  };
  map.on("zoomstart", () => container.classList.add("zooming"));
  map.on("zoomend moveend resize", () => labels());

  /* ---- the comparison ---- */
  const columns = [
    { key: "rank", label: "#", title: "Rank", plain: true },
    { key: "name", label: "Corridor", plain: true },
    { key: "usdPerT", label: "USD/t", digits: 0 },
    { key: "days", label: "Days", digits: 1 },
    { key: "kgPerT", label: "kg CO₂e/t", head: ["CO₂e", "kg/t"], digits: 0 },
    { key: "km", label: "km", digits: 0, unranked: true },
    { key: "borders", label: "Borders", digits: 0, unranked: true },
    { key: "gauges", label: "Gauge changes", head: ["Gauge", "changes"], digits: 0, unranked: true },
  ];
  const chips = (route) => {
    const all = [];
    if (route.status && route.status !== "operational") all.push(el("span", "chip state", sentence(route.status)));
    const seen = new Set();
    for (const [label, text] of route.flags) {
      if (seen.has(label)) continue;
      seen.add(label);
      const chip = el("span", "chip", label);
      chip.title = text;
      all.push(chip);
    }
    return all.length ? el("div", "chips", ...all) : null;
  };
  const strip = (route) => {
    const bar = el("div", "strip");
    bar.setAttribute("role", "img");
    const parts = [];
    for (const leg of route.legs) {
      if (!leg.mode || !leg.km) continue;
      const running = leg.status === "operational";
      const last = parts.at(-1);
      if (last && last.mode === leg.mode && last.running === running) last.km += leg.km;
      else parts.push({ mode: leg.mode, running, km: leg.km });
    }
    for (const part of parts) {
      const piece = el("i", `${modeClass(part.mode)} ${part.running ? "" : "not-yet"}`);
      piece.style.flexGrow = part.km;
      bar.append(piece);
    }
    const words = parts.map((part) => `${modeLabel(part.mode)} ${number(part.km)} km`).join(", ");
    bar.setAttribute("aria-label", words);
    bar.title = words;
    return bar;
  };
  const legTable = (route) => {
    const body = el("tbody");
    for (const leg of route.legs) {
      const moving = leg.operation === "move" && leg.mode;
      const where = leg.from === leg.to ? leg.from : `${leg.from} → ${leg.to}`;
      const what = moving ? modeLabel(leg.mode) : operation(leg.operation);
      const more = join(
        what,
        leg.country,
        moving && leg.gauge ? `${number(leg.gauge)} mm` : "",
        leg.status === "operational" ? "" : leg.status,
      );
      const cells = [moving ? number(leg.km) : "", hours(leg.h), usd(leg.usd), usd(leg.kg)];
      const row = el("tr", moving ? modeClass(leg.mode) : "", el("td", "", where, el("small", "", more)));
      row.append(...cells.map((text) => el("td", "", text)));
      body.append(row);
    }
    const heads = ["Leg", "km", "Hours", "USD", "kg CO₂e"].map((text) => {
      const head = el("th", "", text);
      head.scope = "col";
      return head;
    });
    return el("table", "legs", el("thead", "", el("tr", "", ...heads)), body);
  };
  const best = (column) => Math.min(...page.routes.map((route) => route[column.key]));
  const role = (node, name) => {
    node.setAttribute("role", name); // a table drawn as blocks on a phone stays a table when read out
    return node;
  };
  const bodies = page.routes.map((route, i) => {
    const button = el("button", "", route.name);
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.id = `pick-${i}`;
    const name = role(el("th", "name", button, strip(route), chips(route)), "rowheader");
    name.scope = "row";
    const row = role(el("tr", "row", role(el("td", "rank", badge(route)), "cell"), name), "row");
    for (const column of columns.filter((one) => !one.plain)) {
      const value = route[column.key];
      const top = !column.unranked && page.routes.length > 1 && value === best(column);
      const cell = role(el("td", top ? "best" : "", number(value, column.digits)), "cell");
      if (top) cell.title = `Lowest ${column.label}`;
      cell.dataset.label = column.label;
      row.append(cell);
    }
    const cell = el("td");
    cell.colSpan = columns.length;
    const detail = el("tr", "detail", cell);
    detail.hidden = true;
    const body = role(el("tbody", "", row, detail), "rowgroup");
    body.open = (open) => {
      if (open && !cell.hasChildNodes()) {
        if (route.flags.length) cell.append(el("ul", "remarks", ...route.flags.map(remark)));
        cell.append(legTable(route));
      }
      detail.hidden = !open;
      body.classList.toggle("picked", open);
      button.setAttribute("aria-expanded", String(open));
    };
    row.addEventListener("mouseenter", () => hover(i));
    row.addEventListener("mouseleave", () => hover(null));
    row.addEventListener("click", () => pick(i));
    button.addEventListener("focus", () => button.matches(":focus-visible") && hover(i));
    button.addEventListener("blur", () => hover(null));
    return body;
  });
  const table = role(el("table", "compare"), "table");
  table.id = "corridors";
  table.setAttribute("aria-labelledby", "compared-title");
  const sortBy = (column, head) => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    table.querySelectorAll("[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const order = page.routes.map((_, i) => i);
    order.sort((a, b) => {
      const [x, y] = [page.routes[a][column.key], page.routes[b][column.key]];
      const sign = typeof x === "string" ? x.localeCompare(y, "en") : x - y;
      return (up ? sign : -sign) || a - b;
    });
    table.append(...order.map((i) => bodies[i]));
  };
  const heads = columns.map((column) => {
    const [first, second] = column.head ?? [column.label];
    const button = el("button", "", first, second ? el("small", "", second) : null);
    button.type = "button";
    button.title = `Sort by ${column.title ?? column.label}`;
    button.setAttribute("aria-label", column.title ?? column.label);
    const head = role(el("th", "", button), "columnheader");
    head.scope = "col";
    if (column.key === "rank") head.setAttribute("aria-sort", "ascending");
    button.addEventListener("click", () => sortBy(column, head));
    return head;
  });
  const headRow = role(el("tr", "", ...heads), "row");
  table.append(role(el("thead", "", headRow), "rowgroup"), ...bodies);
  const nothing = el("p", "", "No corridor reaches the destination under these conditions.");
  const hint = el("p", "hint", "Point at a corridor to light it on the map; select it to zoom there and to see its legs.");
  if (page.routes.length) byId("compared").append(hint, table);
  else byId("compared").append(nothing);
  if (page.notPossible.length) {
    const items = page.notPossible.map(([, name, reason]) => el("li", "", el("b", "", name), el("span", "", reason)));
    byId("refused").append(el("ul", "refusals", ...items));
    byId("refused").hidden = false;
  }

  /* ---- legend: only what is on this page ---- */
  const legs = page.routes.flatMap((route) => route.legs.filter((leg) => leg.mode && leg.arcs.length));
  const sample = (className, pattern) =>
    svg("svg", { viewBox: "0 0 28 10", "aria-hidden": "true" },
      svg("line", {
        x1: 1, x2: 27, y1: 5, y2: 5, class: className, "stroke-width": 3.2,
        "stroke-linecap": pattern && !pattern.startsWith("0") ? "butt" : "round",
        ...(pattern ? { "stroke-dasharray": pattern } : {}),
      }));
  const modes = Object.keys(look.modes).filter((mode) => legs.some((leg) => leg.mode === mode));
  const patterns = new Set(legs.map((leg) => dash(leg.status)));
  const states = look.dashLegend.filter(([, status]) => patterns.has(dash(status)));
  const kinds = Object.keys(look.places).filter((kind) => page.places.some((place) => place.kind === kind));
  const sign = (kind) => {
    const drawn = svg("svg", { viewBox: "-6 0 28 16", class: `sign kind-${kind}`, "aria-hidden": "true" });
    drawn.append(svg("path", { d: placeLook(kind)[1] }));
    return drawn;
  };
  const legend = L.control({ position: "bottomleft" });
  legend.onAdd = () => {
    const box = el("details", "legend", el("summary", "", "Legend"));
    box.open = !narrow.matches;
    box.append(el("ul", "", ...modes.map((mode) => el("li", "", sample(`line ${modeClass(mode)}`, null), modeLabel(mode)))));
    if (states.length > 1) {
      box.append(el("ul", "", ...states.map(([text, status]) => el("li", "", sample("plain", dash(status)), text))));
    }
    box.append(el("ul", "", ...kinds.map((kind) => el("li", "", sign(kind), placeLook(kind)[0]))));
    box.addEventListener("toggle", () => labels());
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    return box;
  };
  legend.addTo(map);

  /* ---- start ---- */
  corridors.forEach((group) => group.on("add remove", showSigns));
  map.on("baselayerchange overlayadd overlayremove", () => labels());
  showSigns();
  const start = page.routes.findIndex((route) => location.hash === "#" + encodeURIComponent(route.id));
  if (start >= 0) pick(start);
  window.app.update();
  document.documentElement.dataset.ready = "true";
})();
