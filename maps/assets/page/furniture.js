/* Words of what Leaflet itself puts on the map, in the chosen language: buttons, popups, scale. */
"use strict";
(() => {
  const { app } = window;
  const { map } = window.corridorPage;
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
})();
