/* What every part of the page shares: the data, a few helpers, and the state with its events.

   Each part is a function of its own that reads from `app` and adds to it; parts know each other
   through events only:

     "result"  app.result is new: amounts, ranks and ways of all corridors
     "hover"   app.state.hovered is another corridor, or null
     "pick"    app.state.picked is another corridor, or null
     "lang"    app.state.lang is another language: write every text again
     "ready"   all parts have been read; draw

   Every text from data is set as textContent; nothing here parses markup. */
"use strict";
window.app = (() => {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const ground = JSON.parse(document.getElementById("base-map").textContent);

  const listeners = new Map();
  const on = (event, listener) => {
    if (!listeners.has(event)) listeners.set(event, []);
    listeners.get(event).push(listener);
  };
  const emit = (event, detail) => (listeners.get(event) ?? []).forEach((listener) => listener(detail));

  const el = (tag, className, ...children) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };
  const svg = (tag, attributes, ...children) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  };
  const app = {
    data,
    ground,
    on,
    emit,
    el,
    svg,
    byId: (id) => document.getElementById(id),
    known: (table, key) => (Object.hasOwn(table, key) ? table[key] : null),
    sentence: (word) => word.charAt(0).toUpperCase() + word.slice(1).replaceAll("_", " "),
    join: (...parts) => parts.filter(Boolean).join(" · "),
    markup: (text) => el("span", "", text).innerHTML, // text as HTML that shows that text
    /* What the reader chose: `values` are parameters set apart from their typical value. */
    state: { values: {}, massT: data.massT, lang: data.lang, hovered: null, picked: null },
    result: null,
  };

  /* The amounts that the page came with; a what-if puts others in their place. */
  app.compute = () => ({
    order: data.routes.map((_, index) => index),
    byKey: {},
    changed: false,
    routes: data.routes.map((route, index) => ({
      index,
      way: 0,
      rank: route.rank,
      usdPerT: route.usdPerT,
      days: route.days,
      kgPerT: route.kgPerT,
      generalisedPerT: route.generalisedPerT,
      km: route.km,
      borders: route.borders,
      gauges: route.gauges,
      legs: route.legs,
    })),
  });
  app.update = (change = {}) => {
    Object.assign(app.state, change);
    app.result = app.compute();
    emit("result");
  };
  app.hover = (i) => {
    if (app.state.hovered === i) return;
    app.state.hovered = i;
    emit("hover");
  };
  app.pick = (i) => {
    if (app.state.picked === i) return;
    app.state.picked = i;
    emit("pick");
  };
  return app;
})();
