/* The map: base map, a layer per corridor, direction arrows, and the corridor that stands out.

   `app.map` is what the other parts of the view know of it:
     leaflet, base, gateways, control, corridors   Folium's objects
     own(leg)     whether some of a leg is the analyst's own line
     now(i)       corridor i as the result has it: its legs and its stops
     shows(i)     whether corridor i is on the map
     lit          the corridor that stands out, or null
     lines()      the stretches on the map as pixels of the world, for names that keep off them
   Its own events:
     "shown"  another set of corridors is on the map, or one of them goes another way
     "lit"    app.map.lit is another corridor, or null */
"use strict";
(() => {
  const { app } = window;
  const { data: page, ground, el, markup, sentence, known, join } = app;
  const { map, base, gateways, control, corridors } = window.corridorPage;
  const look = page.style;
  const container = map.getContainer();
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  /* ---- words that several views use ---- */
  const term = (listed, kind, word) => (listed.includes(word) ? app.t(`${kind}.${word}`) : sentence(word));
  const words = {
    hours: (h) => (h === 0 ? "–" : app.number(h, h < 10 ? 1 : 0)),
    usd: (amount) => (amount === 0 ? "–" : app.number(amount)),
    operation: (word) => term(look.operations, "operation", word),
    mode: (mode) => term(look.modes, "mode", mode),
    place: (kind) => (known(look.places, kind) ? app.t(`place.${kind}`) : app.t("place.other")),
    status: (status) => term(Object.keys(look.dashes), "status", status),
    basis: (basis) => (look.bases.includes(basis) ? app.t(`basis.${basis}`) : ""),
    gauge: (gauge) => (gauge ? `${app.number(gauge)} mm` : ""),
    modeClass: (mode) => (look.modes.includes(mode) ? `mode-${mode}` : ""),
    rank: (i) => (app.result ?? page).routes[i].rank,
    badge: (i) => el("span", "badge", String(words.rank(i))),
    titled: (i) => `${words.rank(i)}  ${page.routes[i].name}`,
  };
  app.words = words;

  const view = {
    leaflet: map,
    base,
    gateways,
    control,
    corridors,
    lit: null,
    shows: (i) => map.hasLayer(corridors[i]),
    now: (i) => {
      const [route, found] = [page.routes[i], app.result?.routes[i]];
      return { ...route, ...found, stops: found?.way ? (found.stops ?? route.stops) : route.stops };
    },
  };
  const ownArcs = new Set(page.ownLines.flatMap((own) => own.arcs.map((arc) => (arc < 0 ? ~arc : arc))));
  view.own = (leg) => Boolean(leg.own) || leg.arcs.some((arc) => ownArcs.has(arc < 0 ? ~arc : arc));
  app.map = view;
  map.fitBounds(page.bounds, { padding: [28, 28], animate: false });
  const drawn = (i) => view.now(i).legs.filter((leg) => leg.mode && leg.arcs.length);

  /* ---- stretches: decoded once, thinned once per zoom, shifted sideways per lane ---- */
  const stretches = page.arcs.map((arc) => {
    const points = [];
    for (let i = 0, lon = 0, lat = 0; i < arc.length; i += 2) {
      lon += arc[i];
      lat += arc[i + 1];
      points.push(L.latLng(lat / page.unitsPerDegree, lon / page.unitsPerDegree));
    }
    return points;
  });
  const spots = stretches.map((points) => points.map((at) => map.project(at, 0)));
  const extents = stretches.map((points) => L.latLngBounds(points));
  const THIN_PX = 0.7;
  let thinned = { zoom: null };
  const atZoom = () => {
    const zoom = map.getZoom();
    if (thinned.zoom !== zoom) thinned = { zoom, lines: [], lanes: new Map() };
    return thinned;
  };
  const line = (arc) => {
    const { zoom, lines } = atZoom();
    if (!lines[arc]) {
      const scale = 2 ** zoom;
      lines[arc] = L.LineUtil.simplify(spots[arc].map((p) => L.point(p.x * scale, p.y * scale)), THIN_PX);
    }
    return lines[arc];
  };
  const LONGEST_MITRE = 2; // times the shift
  const shifted = (points, by) => {
    const normals = [];
    for (let k = 1; k < points.length; k++) {
      const [dx, dy] = [points[k].x - points[k - 1].x, points[k].y - points[k - 1].y];
      const length = Math.hypot(dx, dy) || 1;
      normals.push([dy / length, -dx / length]);
    }
    return points.map((p, k) => {
      const [a, b] = [normals[Math.max(k - 1, 0)], normals[Math.min(k, normals.length - 1)]];
      const [x, y] = [a[0] + b[0], a[1] + b[1]];
      const reach = Math.min(2 / (x * x + y * y || 1), LONGEST_MITRE / (Math.hypot(x, y) || 1));
      return L.point(p.x + x * reach * by, p.y + y * reach * by);
    });
  };
  const laneLine = (arc, shift) => {
    if (!shift) return line(arc);
    const { lanes } = atZoom();
    const key = `${arc} ${shift}`;
    if (!lanes.has(key)) lanes.set(key, line(arc).length > 1 ? shifted(line(arc), shift) : line(arc));
    return lanes.get(key);
  };
  view.lines = () => [...riders.keys()].map((key) => line(parseInt(key, 10)));

  /* ---- lanes: two or three corridors on one stretch run side by side, more share one line ---- */
  const LANE_PX = { far: 2.7, near: 3.4 };
  const FAR_ZOOM = 5;
  view.far = () => map.getZoom() < FAR_ZOOM;
  const MOST_LANES = 3;
  let riders = new Map(); // "arc mode" -> who runs on it, and who of them runs against it
  const key = (arc, mode) => `${arc < 0 ? ~arc : arc} ${mode}`;
  const findRiders = () => {
    riders = new Map();
    page.routes.forEach((_, i) => {
      if (!view.shows(i)) return;
      for (const leg of drawn(i)) {
        for (const arc of leg.arcs) {
          const name = key(arc, leg.mode);
          if (!riders.has(name)) riders.set(name, { who: [], turned: [] });
          const { who, turned } = riders.get(name);
          if (!who.includes(i)) {
            who.push(i);
            turned.push(arc < 0);
          }
        }
      }
    });
  };
  /* How far to the side corridor i runs on a stretch, and whether it is the one that draws it. */
  const lane = (arc, mode, i) => {
    const found = riders.get(key(arc, mode));
    const at = found ? found.who.indexOf(i) : -1;
    if (at < 0 || found.who.length === 1) return { shift: 0, draws: true };
    if (found.who.length > MOST_LANES) return { shift: 0, draws: at === 0 };
    const shift = (at - (found.who.length - 1) / 2) * (view.far() ? LANE_PX.far : LANE_PX.near);
    return { shift: found.turned[0] ? -shift : shift, draws: true };
  };
  const meet = (a, b) => Math.abs(a.lat - b.lat) < 1e-9 && Math.abs(a.lng - b.lng) < 1e-9;
  const ends = (arc) => {
    const points = stretches[arc < 0 ? ~arc : arc];
    return arc < 0 ? [points.at(-1), points[0]] : [points[0], points.at(-1)];
  };
  /* The lines of a leg as pixels of the world: what it draws itself, or the whole of it. */
  const rings = (i, leg, { whole = false, skip = null } = {}) => {
    const found = [];
    let before = null;
    for (const arc of leg.arcs) {
      const { shift, draws } = lane(arc, leg.mode, i);
      if (!(draws || whole) || skip?.(arc, leg.mode)) {
        before = null;
        continue;
      }
      const points = laneLine(arc < 0 ? ~arc : arc, shift);
      const forth = arc < 0 ? [...points].reverse() : points;
      if (before !== null && meet(ends(before)[1], ends(arc)[0])) found.at(-1).push(...forth);
      else found.push([...forth]);
      before = arc;
    }
    return found;
  };
  const Lines = L.Polyline.extend({
    initialize(find, extent, options) {
      L.Polyline.prototype.initialize.call(this, [extent.getSouthWest(), extent.getNorthEast()], options);
      this._find = find;
    },
    _projectLatlngs(_, result, bounds) {
      const origin = map.getPixelOrigin();
      for (const ring of this._find()) {
        const points = ring.map((p) => p.subtract(origin));
        points.forEach((p) => bounds.extend(p));
        result.push(points);
      }
    },
  });

  /* ---- arrows: which way the goods go, sparsely ---- */
  const ARROW = { every: 130, least: 46, length: 8.5, width: 4.2 }; // px
  const heads = (ring, size) => {
    const found = [];
    let next = Math.max(ARROW.least / 2, ARROW.every / 2);
    let run = 0;
    const whole = ring.reduce((sum, p, k) => (k ? sum + p.distanceTo(ring[k - 1]) : 0), 0);
    if (whole < ARROW.least) return found;
    if (whole < ARROW.every) next = whole / 2;
    for (let k = 1; k < ring.length; k++) {
      const [a, b] = [ring[k - 1], ring[k]];
      const step = a.distanceTo(b);
      while (step && run + step >= next) {
        const part = (next - run) / step;
        const [ux, uy] = [(b.x - a.x) / step, (b.y - a.y) / step];
        const [x, y] = [a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part];
        const [long, wide] = [(ARROW.length * size) / 2, ARROW.width * size];
        found.push([
          L.point(x + ux * long, y + uy * long),
          L.point(x - ux * long - uy * wide, y - uy * long + ux * wide),
          L.point(x - ux * long * 0.5, y - uy * long * 0.5),
          L.point(x - ux * long + uy * wide, y - uy * long - ux * wide),
        ]);
        next += ARROW.every;
      }
      run += step;
    }
    return found;
  };
  const Arrows = Lines.extend({
    _projectLatlngs(_, result, bounds) {
      const found = [];
      Lines.prototype._projectLatlngs.call(this, _, found, bounds);
      for (const ring of found) result.push(...heads(ring, this.options.size));
    },
    _clipPoints() {
      const seen = this._renderer._bounds;
      this._parts = this._rings.filter((ring) => seen.contains(ring[0]));
    },
    _simplifyPoints() {},
  });

  /* ---- base map ---- */
  const renderers = {};
  for (const pane of ["ground", "halo", "own", "routes", "arrows", "casing", "lit"]) {
    renderers[pane] = L.svg({ pane, padding: 0.5 });
  }
  for (const name of ["land", "rivers", "lakes", "borders"]) {
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
  container.setAttribute("role", "group");
  app.texts(() => container.setAttribute("aria-label", app.t("map.keys")));
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(markup(page.attribution));

  /* ---- corridors ---- */
  const dash = (leg) => known(look.dashes, leg.status);
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
    smoothFactor: 0,
  });
  const filled = (pane, className, size) => ({
    ...stroke(pane, className, 1.2, null, false), fill: true, fillOpacity: 1, size,
  });
  const weight = (leg) => (leg.mode === "rail" ? 3 : leg.mode === "road" ? 2.6 : 2.4);
  const classes = (leg) => `line ${words.modeClass(leg.mode)}`;
  const extentOf = (legs) => {
    const found = L.latLngBounds([]);
    legs.forEach((leg) => leg.arcs.forEach((arc) => found.extend(extents[arc < 0 ? ~arc : arc])));
    return found;
  };
  const tip = (leg, i) => {
    const also = new Set(leg.arcs.flatMap((arc) => riders.get(key(arc, leg.mode))?.who ?? []));
    also.delete(i);
    const ranks = [...also].map(words.rank).sort((a, b) => a - b);
    const quiet = (...texts) => el("div", "", el("span", "", ...texts));
    return el(
      "div",
      "tip",
      el("b", "", words.titled(i)),
      el("div", "", `${words.mode(leg.mode)}: ${leg.from} → ${leg.to}`),
      el("span", "", join(
        leg.country,
        words.gauge(leg.gauge),
        `${app.number(leg.km)} km`,
        `${words.hours(leg.h)} h`,
        `${words.usd(leg.usd)} USD`,
        leg.status === "operational" ? "" : words.status(leg.status),
      )),
      view.own(leg) ? quiet(app.t("map.own")) : null,
      ranks.length ? quiet(app.t("map.also", { ranks: ranks.join(", ") })) : null,
      words.basis(leg.basis) ? quiet(words.basis(leg.basis)) : null,
    );
  };
  const choose = (i) => {
    if (app.state.picked === i) return;
    app.pick(i);
    app.rowOf(i).rows[0].scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  };
  view.choose = choose;
  const hear = (layer, i) =>
    layer.on("mouseover", () => app.hover(i)).on("mouseout", () => app.hover(null)).on("click", () => choose(i));
  /* Lines are for the pointer; the keyboard takes the table, and is not led through every leg. */
  const unfocused = (layer) => layer.on("add", () => layer.getElement()?.setAttribute("tabindex", "-1"));
  const tipOn = (layer, leg, i) =>
    hear(unfocused(layer), i).bindTooltip(() => tip(leg, i), { sticky: true, direction: "top", offset: [0, -8] });
  const reach = [];
  const tags = [];
  const ways = [];
  const drawCorridor = (i) => {
    const route = view.now(i);
    ways[i] = route.way ?? 0;
    corridors[i].clearLayers();
    reach[i] = L.latLngBounds([]);
    for (const leg of drawn(i)) {
      const extent = extentOf([leg]);
      reach[i].extend(extent);
      const find = () => rings(i, leg);
      tipOn(new Lines(find, extent, stroke("halo", "halo", 8, null, true)), leg, i).addTo(corridors[i]);
      new Lines(find, extent, stroke("routes", classes(leg), weight(leg), dash(leg), false)).addTo(corridors[i]);
    }
    route.stops.forEach((place) => reach[i].extend(page.places[place].at));
    if (page.routes[i].badge) {
      const icon = L.divIcon({ className: "tag", html: words.badge(i), iconSize: [21, 21] });
      const tag = L.marker(page.routes[i].badge, { icon, pane: "gateways", keyboard: false, zIndexOffset: 500 });
      hear(tag, i).addTo(corridors[i]);
      tag.options.icon.options.html.title = page.routes[i].name;
      tags[i] = tag;
    }
  };
  view.tagAt = (i) => (tags[i] && view.shows(i) ? tags[i].getLatLng() : null);
  view.crowd = (i, crowded) => tags[i]?.getElement()?.classList.toggle("crowded", crowded);
  /* One arrow for all on a stretch, on the lane in the middle; none where they run both ways. */
  const mute = (i) => (arc, mode) => {
    const { who, turned } = riders.get(key(arc, mode)) ?? { who: [i], turned: [] };
    const beside = who.length <= MOST_LANES && who.indexOf(i) !== Math.floor(who.length / 2);
    return beside || (turned.includes(true) && turned.includes(false));
  };
  const everywhere = L.latLngBounds(extents.length ? extents.map((one) => one.getCenter()) : [[0, 0]]);
  const arrows = look.modes.map((mode) => {
    const find = () =>
      page.routes.flatMap((_, i) =>
        !view.shows(i) ? [] : drawn(i).flatMap((leg) => (leg.mode === mode ? rings(i, leg, { skip: mute(i) }) : [])),
      );
    return new Arrows(find, everywhere, filled("arrows", `arrow mode-${mode}`, 1)).addTo(map);
  });
  /* The analyst's own lines: an edge under every one, and the line itself where no corridor runs. */
  const ownLines = L.layerGroup().addTo(map);
  const ownAgain = page.ownLines.flatMap((own) => {
    const extent = extentOf([own]);
    const used = (arc) => riders.has(key(arc, own.mode));
    const told = () =>
      el(
        "div",
        "tip",
        el("b", "", own.name || app.t("map.own")),
        el("div", "", own.name ? app.t("map.own") : ""),
        el("span", "", join(words.mode(own.mode), own.country, words.gauge(own.gauge), `${app.number(own.km)} km`, words.status(own.status))),
      );
    const edge = new Lines(() => rings(null, own, { whole: true }), extent, stroke("own", "own-edge", 8, null, true));
    unfocused(edge).bindTooltip(told, { sticky: true, direction: "top", offset: [0, -8] });
    const line = new Lines(() => rings(null, own, { whole: true, skip: used }), extent, stroke("own", classes(own), 1.8, dash(own), false));
    return [edge.addTo(ownLines), line.addTo(ownLines)];
  });
  const again = (layer) => layer._map && layer._reset();
  const shown = () => {
    findRiders();
    corridors.forEach((group, i) => view.shows(i) && group.eachLayer((layer) => layer instanceof Lines && again(layer)));
    arrows.forEach(again);
    ownAgain.forEach(again);
    app.emit("shown");
  };

  /* ---- the corridor that stands out ---- */
  const litLayers = [];
  const litLayer = (i) => {
    if (litLayers[i]) return litLayers[i];
    const group = L.layerGroup();
    const legs = drawn(i);
    const each = (options) =>
      legs.map((leg) => new Lines(() => rings(i, leg, { whole: true }), extentOf([leg]), options(leg)).addTo(group));
    each(() => stroke("casing", "casing", 9, null, false));
    each(() => stroke("casing", "casing-in", 7.4, null, false));
    each((leg) => stroke("lit", classes(leg), 4.6, dash(leg), true)).forEach((one, at) => tipOn(one, legs[at], i));
    legs.forEach((leg) => {
      const find = () => rings(i, leg, { whole: true });
      new Arrows(find, extentOf([leg]), filled("lit", `arrow ${words.modeClass(leg.mode)}`, 1.5)).addTo(group);
    });
    litLayers[i] = group;
    return group;
  };
  const EDGE_PX = 34;
  /* Where there is room, what is zoomed to lies beside the open legend and not behind it. */
  const beside = () => {
    const legend = container.querySelector(".legend[open]");
    const wide = container.clientWidth > 3 * (legend?.offsetWidth ?? 0);
    return legend && wide ? legend.offsetWidth + EDGE_PX : EDGE_PX;
  };
  let timer = 0;
  const light = () => {
    clearTimeout(timer);
    const now = app.state.hovered ?? app.state.picked;
    if (now === view.lit) return;
    if (view.lit !== null) litLayers[view.lit]?.remove();
    view.lit = now;
    if (now !== null) litLayer(now).addTo(map);
    container.classList.toggle("has-lit", now !== null);
    tags.forEach((tag, i) => tag.getElement()?.classList.toggle("on", i === now));
    app.emit("lit");
  };
  app.on("hover", () => {
    clearTimeout(timer);
    timer = setTimeout(light, app.state.hovered === null ? 120 : 40); // no flicker between near lines
  });
  app.on("pick", () => {
    const i = app.state.picked;
    app.state.hovered = null;
    light();
    if (i === null) return;
    app.byId("spoken").textContent = app.t("map.picked", { name: page.routes[i].name });
    if (!view.shows(i)) corridors[i].addTo(map);
    if (!reach[i].isValid()) return;
    map.fitBounds(reach[i], { paddingTopLeft: [beside(), EDGE_PX], paddingBottomRight: [EDGE_PX, EDGE_PX], animate: !still });
  });
  let bubbleOpen = false; // what closes a popup does nothing more
  const bubbleIs = (open) => {
    setTimeout(() => (bubbleOpen = open));
    container.classList.toggle("has-bubble", open);
  };
  map.on("popupopen", () => bubbleIs(true));
  map.on("popupclose", () => bubbleIs(false));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.fullscreenElement) return;
    if (bubbleOpen) map.closePopup();
    else app.pick(null);
  });
  map.on("click", () => !bubbleOpen && app.pick(null));

  /* ---- full screen, where the browser can ---- */
  const frame = app.byId("map-part");
  if (document.fullscreenEnabled) {
    const full = L.control({ position: "topleft" });
    full.onAdd = () => {
      const button = el("button", "full");
      button.type = "button";
      const icon = app.svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, app.svg("path", {}));
      button.append(icon);
      const write = () => {
        const on = document.fullscreenElement === frame;
        button.setAttribute("aria-label", app.t(on ? "map.unfull" : "map.full"));
        button.title = app.t(on ? "map.unfull" : "map.full");
        icon.firstChild.setAttribute("d", on ? "M6 2v4H2M10 2v4h4M6 14v-4H2M10 14v-4h4" : "M2 6V2h4M14 6V2h-4M2 10v4h4M14 10v4h-4");
      };
      app.texts(write);
      button.addEventListener("click", () =>
        document.fullscreenElement ? document.exitFullscreen() : frame.requestFullscreen(),
      );
      document.addEventListener("fullscreenchange", write);
      L.DomEvent.disableClickPropagation(button);
      return el("div", "leaflet-bar", button);
    };
    full.addTo(map);
  }

  /* ---- the list of layers ---- */
  const layerNames = () =>
    [...corridors.map((layer, i) => [layer, words.titled(i)]), [gateways, app.t("map.gateways")]];
  [...corridors, gateways].forEach((layer) => control.removeLayer(layer));
  layerNames().forEach(([layer, name]) => control.addOverlay(layer, markup(name)));
  const relist = () => {
    const names = new Map(layerNames().map(([layer, name]) => [layer, markup(name)]));
    let changed = false;
    for (const entry of control._layers) {
      const name = names.get(entry.layer);
      if (name === undefined || name === entry.name) continue;
      entry.name = name;
      changed = true;
    }
    if (changed) control._update();
  };

  /* ---- what follows the result ---- */
  page.routes.map((_, i) => i).reverse().forEach(drawCorridor); // the best one ends up on top
  corridors.forEach((group) => group.on("add remove", () => (many ? 0 : shown())));
  let many = false; // while several corridors come or go, the map is told once
  view.show = (wanted) => {
    many = true;
    control._handlingClick = true; // the list of layers is written once, not at every layer
    corridors.forEach((group, i) => {
      if (wanted(i) === view.shows(i)) return;
      if (wanted(i)) group.addTo(map);
      else group.remove();
    });
    many = false;
    control._handlingClick = false;
    control._update();
    shown();
  };
  app.on("result", () => {
    const turned = page.routes.map((_, i) => i).filter((i) => view.now(i).way !== ways[i]);
    for (const i of turned) {
      litLayers[i]?.remove();
      delete litLayers[i];
      drawCorridor(i);
    }
    if (turned.length) shown();
    if (turned.includes(view.lit)) litLayer(view.lit).addTo(map);
    tags.forEach((tag, i) => (tag.options.icon.options.html.textContent = String(words.rank(i))));
    relist();
  });
  app.on("lang", relist);
  app.on("ready", shown);
})();
