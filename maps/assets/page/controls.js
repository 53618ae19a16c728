/* What one presses on the map: words of Leaflet's own controls, full screen, the list of layers. */
"use strict";
(() => {
  const { app } = window;
  const { el, markup, words, map: view } = app;
  const { leaflet: map, corridors, gateways, control } = view;
  const box = map.getContainer();
  const BUTTONS = {
    ".leaflet-control-zoom-in": "map.zoom_in",
    ".leaflet-control-zoom-out": "map.zoom_out",
    ".leaflet-control-layers-toggle": "map.layers",
  };
  const SCALES = { m: "amount.m", km: "amount.km", mi: "amount.mi", ft: "amount.ft" };

  const name = (node, key) => {
    if (!node) return;
    node.title = app.t(key);
    node.setAttribute("aria-label", app.t(key));
  };
  const scaled = L.Control.Scale.prototype._updateScale;
  L.Control.Scale.include({
    _updateScale(line, text, ratio) {
      const [amount, unit] = text.split(" ");
      const known = Object.hasOwn(SCALES, unit);
      scaled.call(this, line, known ? app.t(SCALES[unit], { n: app.number(Number(amount)) }) : text, ratio);
    },
  });
  app.texts(() => {
    for (const [selector, key] of Object.entries(BUTTONS)) name(box.querySelector(selector), key);
    name(box.querySelector(".leaflet-popup-close-button"), "map.close");
    map.fire("move"); // the scale is written again whenever the map moves
  });
  map.on("popupopen", ({ popup }) => name(popup.getElement()?.querySelector(".leaflet-popup-close-button"), "map.close"));

  /* The Tab key meets what one presses before it meets places and popups. */
  box.prepend(box.querySelector(".leaflet-control-container"));

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
  const panel = control.getContainer();
  const toggle = panel.querySelector(".leaflet-control-layers-toggle");
  const open = () => panel.classList.contains("leaflet-control-layers-expanded");
  toggle.addEventListener("click", () => setTimeout(() => open() && panel.querySelector("input")?.focus()));
  toggle.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    setTimeout(() => open() && panel.querySelector("input")?.focus());
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !open()) return;
    event.stopPropagation(); // what closes the list does nothing more
    control.collapse();
    toggle.focus();
  });
  panel.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !panel.contains(relatedTarget)) control.collapse();
  });
  app.on("result", relist);
  app.on("lang", relist);
})();
