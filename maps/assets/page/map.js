/* The map: base map, a layer per corridor, direction arrows, and the corridor that stands out.

   Its own events:
     "shown"  another set of corridors is on the map, or one of them goes another way
     "lit"    app.map.lit is another corridor, or null */
"use strict";
(() => {
  const { app } = window;
  const { data: page, ground, el, markup, known, join, words, map: view } = app;
  const { leaflet: map, base, control, corridors } = view;
  const { drawn, extentOf, everywhere, rings, Lines, Arrows, MOST_LANES, findRiders, ridersOf } = app.lines;
  const look = page.style;
  const container = map.getContainer();
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  map.fitBounds(page.bounds, { padding: [28, 28], animate: false });

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
  const tip = (leg, i) => {
    const also = new Set(leg.arcs.flatMap((arc) => ridersOf(arc, leg.mode)?.who ?? []));
    also.delete(i);
    const ranks = [...also].map(words.rank).sort((a, b) => a - b);
    const quiet = (...texts) => el("div", "", el("span", "", ...texts));
    return el(
      "div",
      "tip",
      el("b", "", words.titled(i)),
      el("div", "", `${words.mode(leg.mode)}: ${leg.from} → ${leg.to}`),
      el("span", "", join(
        leg.country && app.country(leg.country),
        words.gauge(leg.gauge),
        words.km(leg.km),
        app.t("amount.h", { n: words.hours(leg.h) }),
        app.t("amount.usd", { n: words.usd(leg.usd) }),
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
    const { who, turned } = ridersOf(arc, mode) ?? { who: [i], turned: [] };
    const beside = who.length <= MOST_LANES && who.indexOf(i) !== Math.floor(who.length / 2);
    return beside || (turned.includes(true) && turned.includes(false));
  };
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
    const used = (arc) => ridersOf(arc, own.mode) !== null;
    const told = () =>
      el(
        "div",
        "tip",
        el("b", "", own.name || app.t("map.own")),
        el("div", "", own.name ? app.t("map.own") : ""),
        el("span", "", join(words.mode(own.mode), own.country, words.gauge(own.gauge), words.km(own.km), words.status(own.status))),
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
  });
  app.on("ready", shown);
})();
