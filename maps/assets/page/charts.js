/* The charts under the table: drawn by Vega when they come near the window, kept up to date there.

   Each is compiled beforehand (maps/build_charts.py) and holds neither words nor colours: "@key" is
   an interface text, "$name" a colour of the page. Vega's expressions are interpreted, since the
   page's policy allows no eval. Tooltips are the page's own and set text only. */
"use strict";
(() => {
  const app = window.app;
  const { data, el, svg, byId } = app;
  const section = byId("charts");
  const specs = JSON.parse(byId("chart-specs").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const DAYS = ["time-distance", "time-composition"];
  const MODES = ["rail", "road", "sea", "ferry", "air"];
  const ROOM = {
    distance: { left: 38, right: 30, top: 26, bottom: 40 },
    front: { left: 38, right: 18, top: 26, bottom: 40 },
    rows: { left: 1, right: 10, top: 4, bottom: 40 },
  };
  const NEAR = "240px"; // charts are drawn when they are so near to the window

  const family = (kind) => (kind.endsWith("distance") ? "distance" : kind === "front" ? "front" : "rows");
  const best = () => app.result.routes.find((route) => route.rank === 1)?.index ?? 0;
  const focus = () => app.state.hovered ?? app.state.picked ?? best();
  const digits = (kind) => (DAYS.includes(kind) || data.by === "time" ? 1 : 0);

  /* ---- places for words, colours and numbers ---- */
  const looks = () => {
    const style = getComputedStyle(document.documentElement);
    const own = { font: "sans", background: "paper" };
    const empty = ["modes", "events", "parts"]; // for legends, which the page writes itself
    return (name) => {
      if (empty.includes(name)) return [];
      const value = style.getPropertyValue(`--${own[name] ?? name}`).trim();
      if (!value) throw new Error(`no look ${name}`);
      return value;
    };
  };
  const word = (key) => {
    if (key === "chart.axis.by") return app.t(`chart.axis.${data.by}`);
    if (key === "chart.axis.change") return app.t(`chart.axis.change.${data.by}`);
    return app.t(key);
  };
  const fill = (value, look) => {
    if (Array.isArray(value)) return value.map((one) => fill(one, look));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, look)]));
    }
    if (typeof value !== "string") return value;
    if (value.startsWith("@")) return word(value.slice(1));
    return value.startsWith("$") ? look(value.slice(1)) : value;
  };
  /* Vega writes numbers as the page does: its signs are read off a number of the page. */
  const locale = () => {
    const groups = app.number(1234567.8, 1).match(/\d+|\D+/g);
    const decimal = groups.at(-2);
    const lengths = groups.slice(0, -2).filter((one) => /\d/.test(one)).map((one) => one.length);
    const grouping = [lengths.at(-1), lengths.at(-2), lengths.at(-2), lengths.at(-2)];
    return { number: { decimal, thousands: groups.at(-4), grouping, currency: ["", ""] } };
  };

  /* ---- one chart ---- */
  const charts = Object.keys(specs).map((kind) => {
    const title = el("h3");
    const about = el("p", "about");
    const note = el("p", "note");
    const legend = el("ul", "keys");
    const plot = el("div", "plot");
    plot.setAttribute("role", "img");
    const summary = el("summary");
    const table = el("div", "as-table");
    const details = el("details", "", summary, table);
    const figure = el("figure", `chart-box ${family(kind)}`, title, about, legend, plot, note, details);
    figure.id = `chart-${kind}`;
    figure.hidden = true;
    section.append(figure);
    const chart = {
      kind, figure, title, about, note, legend, plot, summary, table, details,
      view: null, near: false, stale: true, tables: {}, drawing: Promise.resolve(),
    };
    details.addEventListener("toggle", () => details.open && app.chartWords.table(chart));
    return chart;
  });

  const make = (chart) => {
    chart.view?.finalize();
    chart.plot.replaceChildren();
    const { title: _, legends: __, ...plain } = specs[chart.kind].spec; // the page has its own
    const spec = fill(plain, looks());
    const room = ROOM[family(chart.kind)];
    Object.assign(spec, { autosize: "none", padding: room, background: null });
    const set = { focus: focus(), named: false, form: digits(chart.kind) ? ",.1f" : ",.0f" };
    for (const signal of spec.signals) if (Object.hasOwn(set, signal.name)) signal.value = set[signal.name];
    spec.width = widthOf(chart);
    const runtime = window.vega.parse(spec, null, { ast: true });
    chart.view = new window.vega.View(runtime, {
      renderer: "svg",
      expr: window.vega.expressionInterpreter,
      locale: locale(),
      container: chart.plot,
    });
    chart.width = spec.width;
    chart.focus = set.focus;
    const at = (event, item) => app.chartWords.point(chart, event, item?.datum ?? null);
    chart.view.addEventListener("pointermove", at);
    chart.view.addEventListener("click", (event, item) => {
      if (Number.isInteger(item?.datum?.index)) app.pick(item.datum.index);
    });
  };
  const widthOf = (chart) => {
    const room = ROOM[family(chart.kind)];
    return Math.max(120, Math.floor(chart.plot.clientWidth) - room.left - room.right);
  };

  /* Bring a chart up to date: its rows if amounts changed, its width, the corridor in focus. */
  const draw = (chart) => {
    if (!chart.view) make(chart);
    const { view } = chart;
    if (chart.stale) for (const name of specs[chart.kind].tables) view.data(name, chart.tables[name]);
    chart.stale = false;
    const width = widthOf(chart);
    if (width !== chart.width) view.width((chart.width = width));
    const lit = focus();
    if (lit !== chart.focus && specs[chart.kind].spec.signals.some(({ name }) => name === "focus")) {
      view.signal("focus", (chart.focus = lit));
    }
    legends(chart);
    chart.drawing = view.runAsync();
    return chart.drawing;
  };
  const drawNear = () => Promise.all(charts.filter((chart) => chart.near && !chart.figure.hidden).map(draw));

  /* ---- what colours and symbols mean; only what is drawn ---- */
  const SIGNS = {
    load: "M5 1 9.5 9h-9z",
    transshipment: "M5 1a4 4 0 1 0 .01 0z",
    border_crossing: "M5 .5 9.5 5 5 9.5.5 5z",
    gauge_change: "M1 1h8v8H1z",
    unload: "M.5 1h9L5 9z",
  };
  const key = (sign, text) => el("li", "", sign, text);
  const sign = (path, attributes) =>
    svg("svg", { viewBox: "-1 -1 12 12", "aria-hidden": "true" }, svg("path", { d: path, ...attributes }));
  const swatch = (name) => sign("M0 0h10v10H0z", { class: `part-${name}` });
  const stroke = (name) => sign("M0 3.5h10v3H0z", { class: `part-${name}` });
  const legends = ({ kind, legend, tables }) => {
    const keys = [];
    const lit = focus();
    if (tables.legs) {
      const has = (rows, column) => new Set(rows.filter(({ index }) => index === lit).map((row) => row[column]));
      const modes = has(tables.legs, "mode");
      const events = has(tables.stops, "operation");
      keys.push(...MODES.filter((mode) => modes.has(mode)).map((mode) => key(stroke(mode), app.t(`mode.${mode}`))));
      keys.push(...Object.keys(SIGNS).filter((event) => events.has(event)).map((event) => key(sign(SIGNS[event], { class: "event" }), app.t(`operation.${event}`))));
    } else if (tables.bars) {
      const parts = new Set(tables.bars.map(({ part }) => part));
      keys.push(...data.style.parts.filter((part) => parts.has(part)).map((part) => key(swatch(part), app.t(`chart.part.${part}`))));
    } else if (tables.swings) {
      keys.push(key(swatch("waiting"), app.t("chart.tornado.low")), key(swatch("sea"), app.t("chart.tornado.high")));
    }
    const text = JSON.stringify([kind, keys.map((one) => one.textContent)]);
    if (legend.dataset.keys === text) return;
    legend.dataset.keys = text;
    legend.replaceChildren(...keys);
    legend.hidden = keys.length === 0;
  };

  /* ---- when what changes ---- */
  const refresh = () => {
    for (const chart of charts) {
      chart.tables = app.chartRows(chart.kind);
      chart.stale = true;
      const empty = !app.data.routes.length || !Object.values(chart.tables)[0].length;
      chart.figure.hidden = empty;
      if (empty) continue;
      app.chartWords.write(chart);
      if (chart.details.open) app.chartWords.table(chart);
    }
    section.hidden = charts.every((chart) => chart.figure.hidden);
    return drawNear();
  };
  const anew = () => {
    for (const chart of charts) {
      chart.view?.finalize();
      chart.view = null;
      chart.stale = true;
      delete chart.legend.dataset.keys;
    }
    return refresh();
  };
  const nearness = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const chart = charts.find(({ figure }) => figure === entry.target);
        chart.near = entry.isIntersecting;
        if (chart.near && !chart.figure.hidden) draw(chart);
      }
    },
    { rootMargin: NEAR },
  );
  const start = () => {
    refresh();
    charts.forEach(({ figure }) => nearness.observe(figure));
    app.on("result", refresh);
    app.on("hover", drawNear);
    app.on("pick", drawNear);
    app.on("lang", anew);
    dark.addEventListener("change", anew);
    new ResizeObserver(() => drawNear()).observe(section);
    section.addEventListener("pointerleave", () => app.chartWords.point(null, null, null));
    window.addEventListener("beforeprint", () => charts.filter((chart) => !chart.figure.hidden).map(draw));
  };
  app.charts = { all: charts, drawn: () => Promise.all(charts.map(({ drawing }) => drawing)), refresh };
  app.on("ready", () => {
    section.hidden = data.routes.length === 0;
    requestAnimationFrame(() => setTimeout(start, 0)); // after the map's first paint
  });
})();
