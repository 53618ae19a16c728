/* The address holds what the reader chose, so that it can be sent on:

     #c=ID         the corridor picked        #m=ZOOM/LAT/LON  the view of the map, if moved
     #s=-days      the order of the table     #f=family:X      filters, one f each
     #l=ru         the language               #t=1500          the mass in tonnes
     #v=KEY:2.5    values set apart, one v each

   What makes no sense is left out without a word; an address that only names a part of the page
   ("#compared") states nothing and changes nothing. */
"use strict";
(() => {
  const { app } = window;
  const { data: page, map: view } = app;
  const { leaflet: map } = view;
  const PATIENCE_MS = 250;
  const DECIMALS = 4;

  /* ---- writing ---- */
  let home = "";
  const mapView = () => {
    const { lat, lng } = map.getCenter();
    return [Number(map.getZoom().toFixed(2)), lat.toFixed(DECIMALS), lng.toFixed(DECIMALS)].join("/");
  };
  const written = () => {
    const parts = new URLSearchParams();
    const { picked, sort, filters, lang, massT, values } = app.state;
    if (picked !== null) parts.append("c", page.routes[picked].id);
    if (mapView() !== home) parts.append("m", mapView());
    if (sort.key !== "rank" || !sort.up) parts.append("s", (sort.up ? "" : "-") + sort.key);
    for (const [kind, value] of Object.entries(filters)) if (value) parts.append("f", `${kind}:${value}`);
    if (lang !== page.lang) parts.append("l", lang);
    if (massT !== page.massT) parts.append("t", String(massT));
    for (const key of Object.keys(values).sort()) parts.append("v", `${key}:${values[key]}`);
    return parts.toString();
  };
  let timer = 0;
  let last = null;
  const write = () => {
    last = written();
    const address = location.href.split("#")[0] + (last ? `#${last}` : "");
    if (address === location.href) return;
    try {
      history.replaceState(null, "", address);
    } catch {
      /* a page inside a frame may not set its address */
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(write, PATIENCE_MS);
  };

  /* ---- reading ---- */
  const LEAST_ZOOM = map.getMinZoom();
  const number = (text) => (/^-?\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : NaN);
  const pair = (text) => {
    const at = text.lastIndexOf(":");
    return at < 1 ? null : [text.slice(0, at), text.slice(at + 1)];
  };
  const settable = Boolean(page.whatIf); // its engine leaves out what it does not know
  const readValues = (parts) => {
    const change = { values: {} };
    for (const text of parts.getAll("v")) {
      const [key, value] = pair(text) ?? [];
      if (settable && key && Number.isFinite(number(value))) change.values[key] = number(value);
    }
    const mass = number(parts.get("t") ?? "");
    change.massT = settable && mass > 0 ? mass : page.massT;
    return change;
  };
  const read = () => {
    let parts;
    try {
      parts = new URLSearchParams(location.hash.slice(1));
    } catch {
      return;
    }
    const lang = parts.get("l") ?? page.lang;
    if (Object.hasOwn(page.texts, lang) && lang !== app.state.lang) {
      app.state.lang = lang;
      app.emit("lang");
    }
    const change = readValues(parts);
    if (JSON.stringify(change) !== JSON.stringify({ values: app.state.values, massT: app.state.massT })) app.update(change);
    const sort = parts.get("s") ?? "rank";
    const key = sort.replace(/^-/, "");
    if (app.sortKeys.includes(key)) app.sort(key, !sort.startsWith("-"));
    const filters = { family: "", status: "", country: "" };
    for (const text of parts.getAll("f")) {
      const at = text.indexOf(":");
      filters[text.slice(0, at)] = text.slice(at + 1);
    }
    app.filter(filters);
    const id = parts.get("c");
    const found = page.routes.findIndex((route) => route.id === id);
    app.pick(found >= 0 && (app.passes?.(found) ?? true) ? found : null);
    const [zoom, lat, lon] = (parts.get("m") ?? "").split("/").map(number);
    if ([zoom, lat, lon].every(Number.isFinite) && zoom >= LEAST_ZOOM && Math.abs(lat) <= 90 && Math.abs(lon) <= 360) {
      map.setView([lat, lon], Math.min(zoom, map.getMaxZoom()), { animate: false });
    }
  };

  const states = () => location.hash.includes("=");
  app.on("ready", () => {
    home = mapView();
    if (states()) read();
    for (const event of ["pick", "sort", "filter", "lang", "result"]) app.on(event, soon);
    map.on("moveend", soon);
    window.addEventListener("hashchange", () => {
      if (location.hash.length > 1 && !states()) soon();
      else if (location.hash.slice(1) !== last) read();
    });
  });
})();
