/* The legend: only what is on this page. */
"use strict";
(() => {
  const { app } = window;
  const { data: page, el, svg, known, words, map: view } = app;
  const look = page.style;
  const narrow = window.matchMedia("(max-width: 960px)");
  const legs = page.routes.flatMap((route) => route.legs.filter((leg) => leg.mode && leg.arcs.length));
  const dash = (status) => known(look.dashes, status);

  const sample = (className, pattern, ...before) =>
    svg("svg", { viewBox: "0 0 28 10", "aria-hidden": "true" }, ...before,
      svg("line", {
        x1: 1, x2: 27, y1: 5, y2: 5, class: className, "stroke-width": 3.2,
        "stroke-linecap": pattern && !pattern.startsWith("0") ? "butt" : "round",
        ...(pattern ? { "stroke-dasharray": pattern } : {}),
      }));
  const arrow = () => sample("plain", null, svg("path", { d: "M19 .8 28 5 19 9.2 21.5 5z", class: "arrow plain" }));
  const ownLine = () =>
    sample("plain", null, svg("line", { x1: 1, x2: 27, y1: 5, y2: 5, class: "own-edge", "stroke-width": 7 }));
  const sign = (kind) => {
    const drawn = svg("svg", { viewBox: "-6 0 28 16", class: `sign kind-${kind}`, "aria-hidden": "true" });
    drawn.append(svg("path", { d: look.places[kind][0] }));
    return drawn;
  };
  const modes = look.modes.filter((mode) => legs.some((leg) => leg.mode === mode));
  const patterns = new Set(legs.map((leg) => dash(leg.status)));
  const states = look.dashLegend.filter((status) => patterns.has(dash(status)));
  const kinds = Object.keys(look.places).filter((kind) => page.places.some((place) => place.kind === kind));
  const own = legs.some(view.own) || page.places.some((place) => place.own) || page.ownLines.length;

  const legend = L.control({ position: "bottomleft" });
  legend.onAdd = () => {
    const box = el("details", "legend");
    box.open = !narrow.matches;
    const rows = (...items) => el("ul", "", ...items.map(([drawn, text]) => el("li", "", drawn, text)));
    app.texts(() => {
      box.replaceChildren(el("summary", "", app.t("legend.title")));
      box.append(rows(...modes.map((mode) => [sample(`line ${words.modeClass(mode)}`, null), words.mode(mode)])));
      const lines = states.length > 1 ? states.map((status) => [sample("plain", dash(status)), app.t(`legend.${status}`)]) : [];
      if (legs.length) lines.push([arrow(), app.t("legend.direction")]);
      if (own) lines.push([ownLine(), app.t("map.own")]);
      if (lines.length) box.append(rows(...lines));
      box.append(rows(...kinds.map((kind) => [sign(kind), words.place(kind)])));
      if (kinds.length) box.append(el("p", "from", app.t("legend.more")));
    });
    box.addEventListener("toggle", view.place);
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    return box;
  };
  legend.addTo(view.leaflet);
})();
