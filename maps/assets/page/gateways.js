/* Gateways: a symbol per place by its kind, and what happens there when it is opened. */
"use strict";
(() => {
  const { app } = window;
  const { data: page, el, svg, known, join, words, map: view } = app;
  const { leaflet: map, gateways } = view;
  const look = page.style;
  const container = map.getContainer();
  const narrow = window.matchMedia("(max-width: 960px)");
  const kindOf = (place) => known(look.places, place.kind) ?? look.otherPlace;

  /* ---- what is said of a place ---- */
  const sources = (ids) =>
    String(ids ?? "").split(", ").map((id) => {
      const [title, publisher, year] = known(page.sources, id) ?? [id];
      const from = [publisher, year || ""].filter(Boolean).join(" ");
      return from ? `${title} (${from})` : title;
    }).join("; ");
  const range = (typical, low, high, write) => {
    const cell = el("td", "", write(typical));
    if (low !== undefined && low !== high) cell.append(el("small", "", `${write(low)}–${write(high)}`));
    return cell;
  };
  const happeningTable = (items) => {
    const body = el("tbody");
    for (const [what, text, h, amount, source, hLow, hHigh, low, high] of items) {
      const told = el("td", "", el("b", "", words.operation(what)), text, source ? el("div", "from", sources(source)) : null);
      body.append(el("tr", "", told, range(h, hLow, hHigh, words.hours), range(amount, low, high, words.usd)));
    }
    const heads = ["popup.what", "popup.hours", "popup.usd"].map((key) => {
      const head = el("th", "", app.t(key));
      head.scope = "col";
      return head;
    });
    return el("table", "", el("thead", "", el("tr", "", ...heads)), body);
  };
  const remark = ([label, text, asOf, source]) =>
    el(
      "li", "",
      el("b", "", label),
      text ? `: ${text} ` : " ",
      el("span", "from", join(asOf && app.t("flag.as_of", { date: app.date?.(asOf) ?? asOf }), sources(source))),
    );
  app.words.remark = remark;
  /* With changes made on the page, what happens now, if the page knows; else the typical. */
  const happeningsOf = (number) => {
    const changed = app.result?.changed ? (app.happeningsAt?.(number) ?? []) : [];
    return changed.length ? { groups: changed, typical: false } : { groups: page.places[number].happenings, typical: true };
  };
  const bubble = (place, number) => {
    const { groups, typical } = happeningsOf(number);
    const about = join(words.place(place.kind), place.own && app.t("map.own"), place.id);
    const box = el("div", "bubble", el("h3", "", place.name), el("p", "kind", about));
    if (place.flags.length) box.append(el("ul", "remarks", ...place.flags.map(remark)));
    for (const { routes, items } of groups) {
      const numbers = routes.map((i) => {
        const button = el("button", "", words.badge(i));
        button.type = "button";
        button.title = page.routes[i].name;
        button.setAttribute("aria-label", app.t("map.corridor", { name: words.titled(i) }));
        button.addEventListener("click", () => view.choose(i));
        return button;
      });
      box.append(el("div", "who", app.t(routes.length > 1 ? "popup.corridors" : "popup.corridor"), ...numbers));
      box.append(items.length ? happeningTable(items) : el("p", "from", app.t("popup.passed")));
    }
    const ranged = groups.some(({ items }) => items.some((item) => item[5] !== item[6] || item[7] !== item[8]));
    const note = join(ranged && app.t("popup.range"), typical && app.result?.changed && app.t("popup.typical"));
    if (note) box.append(el("p", "from", note));
    return box;
  };

  /* ---- symbols ---- */
  const users = page.places.map(() => new Set());
  const ends = new Set();
  const findUsers = () => {
    users.forEach((set) => set.clear());
    ends.clear();
    page.routes.forEach((_, i) => {
      const { stops } = view.now(i);
      stops.forEach((place) => users[place].add(i));
      if (stops.length) [stops[0], stops.at(-1)].forEach((place) => ends.add(place));
    });
  };
  findUsers();
  /* Where there is little room a popup is a sheet over the map's lower or upper half; elsewhere it
     stands at its place, and the map may move beyond its bounds for as long as it is open. */
  const sheet = map.createPane("sheet", container);
  const bounds = map.options.maxBounds;
  const FAR = L.latLngBounds([-89, -540], [89, 540]);
  const Bubble = L.Popup.extend({
    getPane() {
      return narrow.matches ? sheet : L.Popup.prototype.getPane.call(this);
    },
    _adjustPan() {
      if (narrow.matches) {
        const at = map.latLngToContainerPoint(this.getLatLng());
        sheet.classList.toggle("above", at.y > container.clientHeight / 2);
        return;
      }
      if (bounds) map.setMaxBounds(FAR);
      L.Popup.prototype._adjustPan.call(this);
    },
  });
  map.on("popupclose", () => bounds && map.setMaxBounds(bounds));
  const SIZE_PX = 24; // of what a finger can hit
  const signs = page.places.map((place, number) => {
    const order = ends.has(number) ? 0 : kindOf(place)[1];
    const kind = known(look.places, place.kind) ? `kind-${place.kind}` : "";
    const states = [order > 2 && "minor", ends.has(number) && "end", place.flags.length && "warned", place.own && "own"];
    const path = svg("path", { d: kindOf(place)[0] });
    const icon = L.divIcon({
      className: ["gateway", kind, ...states.filter(Boolean)].join(" "),
      html: svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, path),
      iconSize: [SIZE_PX, SIZE_PX],
    });
    const marker = L.marker(place.at, { icon, pane: "gateways", zIndexOffset: 200 - 20 * order, riseOnHover: true });
    const sign = { marker, order, on: false, crowded: false };
    sign.seen = () => gateways.hasLayer(marker) && map.hasLayer(gateways) && !sign.crowded;
    sign.crowd = (crowded) => {
      sign.crowded = crowded;
      marker.getElement()?.classList.toggle("crowded", crowded);
    };
    sign.light = (on) => {
      sign.on = on;
      marker.getElement()?.classList.toggle("on", on);
    };
    sign.name = () => {
      marker.getElement()?.setAttribute("aria-label", join(place.name, words.place(place.kind)));
    };
    marker.on("add", () => {
      sign.light(sign.on);
      sign.name();
      sign.crowd(sign.crowded);
      const node = marker.getElement();
      node.setAttribute("aria-haspopup", "dialog");
      node.tabIndex = -1;
      node.onkeydown = (event) => step(number, event);
      node.onfocus = () => keep(number);
    });
    marker.bindPopup(
      new Bubble({ maxWidth: 340, minWidth: 290, maxHeight: 360, autoPanPadding: [56, 14] }) // beside the controls
        .setContent(() => bubble(place, number)),
    );
    marker.on("popupopen", ({ popup }) => {
      const box = popup.getElement().querySelector(".leaflet-popup-content");
      box.setAttribute("role", "dialog");
      box.setAttribute("aria-label", place.name);
      box.tabIndex = -1;
      box.focus({ preventScroll: true });
    });
    marker.on("popupclose", ({ popup }) => {
      if (popup.getElement().contains(document.activeElement)) marker.getElement()?.focus({ preventScroll: true });
    });
    marker.bindTooltip(() => el("div", "tip", el("b", "", place.name), el("span", "", words.place(place.kind))), {
      direction: "top",
      offset: [0, -8],
    });
    return sign;
  });

  /* One stop for the Tab key: from there arrow keys go from place to place, along the corridors. */
  const pane = map.getPane("gateways");
  pane.setAttribute("role", "group");
  app.texts(() => pane.setAttribute("aria-label", app.t("map.places_keys")));
  let stop = -1;
  const keep = (number) => {
    signs[stop]?.marker.getElement()?.setAttribute("tabindex", "-1");
    stop = number;
    signs[stop]?.marker.getElement()?.setAttribute("tabindex", "0");
  };
  view.rove = () => keep(signs[stop]?.seen() ? stop : signs.findIndex((sign) => sign.seen()));
  const step = (number, event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    for (let at = number + by; at !== number; at += by) {
      at = (at + signs.length) % signs.length;
      if (!signs[at].seen()) continue;
      signs[at].marker.getElement().focus();
      return;
    }
  };
  view.signs = signs;
  view.users = users;
  view.ends = ends;

  const show = () => {
    findUsers();
    page.places.forEach((place, number) => {
      const { marker } = signs[number];
      const wanted = [...users[number]].some(view.shows) || (place.own && !users[number].size);
      if (wanted === gateways.hasLayer(marker)) return;
      if (wanted) gateways.addLayer(marker);
      else gateways.removeLayer(marker);
    });
  };
  app.on("shown", show);
  app.on("lit", () => {
    const on = new Set(view.lit === null ? [] : view.now(view.lit).stops);
    signs.forEach((sign, place) => sign.light(on.has(place)));
  });
  const again = () => signs.forEach(({ marker }) => marker.isPopupOpen() && marker.getPopup().update());
  app.on("result", again);
  app.on("lang", () => {
    signs.forEach((sign) => sign.name());
    again();
  });
})();
