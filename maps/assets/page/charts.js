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
  const print = window.matchMedia("print");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const DAYS = ["time-distance", "time-composition"];
  const MODES = ["rail", "road", "sea", "ferry", "air"];
  const ROOM = {
    distance: { left: 38, right: 30, top: 26, bottom: 40 },
    front: { left: 38, right: 18, top: 26, bottom: 40 },
    rows: { left: 1, right: 10, top: 4, bottom: 40 },
  };
  const NEAR = "60px"; // charts are drawn and kept up to date when they are so near to the window
  const REACH_PX = 10;
  const REST_MS = 150;

  const family = (kind) => (kind.endsWith("distance") ? "distance" : kind === "front" ? "front" : "rows");
  const best = () => app.result.routes.find((route) => route.rank === 1)?.index ?? 0;
  const focus = () => app.state.hovered ?? app.state.picked ?? best();
  const digits = (kind) => (DAYS.includes(kind) || data.by === "time" ? 1 : 0);

  /* ---- places for words, colours and numbers ---- */
  const looks = () => {
    const style = getComputedStyle(document.documentElement);
    const own = { font: "sans", background: "paper" };
    const empty = ["modes", "events", "parts", "units", "reach", "top"]; // the page sets them itself
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
      view: null, near: false, tables: {},
      old: true, // its rows are of other amounts
      stale: true, // its view has other rows
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
    const set = { focus: focus(), named: false, form: digits(chart.kind) ? ",.1f" : ",.0f", ...given(chart) };
    for (const signal of spec.signals) if (Object.hasOwn(set, signal.name)) signal.value = set[signal.name];
    spec.width = widthOf(chart);
    const runtime = window.vega.parse(spec, null, { ast: true });
    const label = chart.plot.getAttribute("aria-label");
    chart.view = new window.vega.View(runtime, {
      renderer: "svg",
      expr: window.vega.expressionInterpreter,
      locale: locale(),
      container: chart.plot,
    });
    chart.plot.setAttribute("role", "img"); // Vega has put its own name and role
    chart.plot.setAttribute("aria-label", label);
    chart.plot.removeAttribute("aria-roledescription");
    chart.width = spec.width;
    chart.focus = set.focus;
    const at = (event, item) => item?.datum?.label_y === undefined && nearest(chart, event) || item?.datum || null;
    chart.view.addEventListener("pointermove", (event, item) => app.chartWords.point(chart, event, at(event, item)));
    chart.view.addEventListener("click", (event, item) => {
      const row = at(event, item);
      if (Number.isInteger(row?.index)) app.pick(row.index);
    });
  };
  const widthOf = (chart) => {
    const room = ROOM[family(chart.kind)];
    return Math.max(120, Math.floor(chart.plot.clientWidth) - room.left - room.right);
  };

  /* The leg nearest to the pointer in a distance chart, whose lines are too thin to hit. */
  const nearest = ({ view, tables, plot, kind }, event) => {
    if (!tables.legs) return null;
    const room = ROOM[family(kind)];
    const box = plot.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left - room.left, event.clientY - box.top - room.top];
    const [x, y] = [view.scale("x"), view.scale("y")];
    let best = null;
    for (const leg of tables.legs) {
      const [x0, y0, x1, y1] = [x(leg.x0), y(leg.y0), x(leg.x1), y(leg.y1)];
      const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
      const share = length ? Math.min(1, Math.max(0, ((px - x0) * (x1 - x0) + (py - y0) * (y1 - y0)) / length)) : 0;
      const away = Math.hypot(px - x0 - share * (x1 - x0), py - y0 - share * (y1 - y0));
      if (away < (best?.away ?? REACH_PX)) best = { away, leg };
    }
    return best?.leg ?? null;
  };

  /* Signals that go with the rows. */
  const given = ({ tables }) => {
    if (tables.legs) return app.chartFrame(tables);
    if (!tables.swings) return {};
    return { units: Object.fromEntries(tables.swings.map(({ unit }) => [unit, app.chartWords.unit(unit)])) };
  };

  /* Bring a chart up to date: its rows if amounts changed, its width, the corridor in focus. */
  const draw = (chart) => {
    if (!chart.plot.clientWidth) return; // nowhere to draw
    if (!chart.view) make(chart);
    const { view } = chart;
    if (chart.stale) {
      for (const name of specs[chart.kind].tables) view.data(name, chart.tables[name]);
      for (const [name, value] of Object.entries(given(chart))) view.signal(name, value);
    }
    chart.stale = false;
    const width = widthOf(chart);
    if (width !== chart.width) view.width((chart.width = width));
    const lit = focus();
    if (lit !== chart.focus && specs[chart.kind].spec.signals.some(({ name }) => name === "focus")) {
      view.signal("focus", (chart.focus = lit));
    }
    view.run();
    chart.plot.querySelector("svg").setAttribute("aria-hidden", "true"); // the plot's label says it
  };

  /* ---- what colours and symbols mean: all that any corridor has, or plots would move with the focus ---- */
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
    if (tables.legs) {
      const has = (rows, column) => new Set(rows.map((row) => row[column]));
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

  /* Plots have one height, or one per row (maps/charts: HEIGHT, ROW and the scales' paddings). */
  const HEIGHTS = { distance: 340, front: 330 };
  const ROW = 36;
  const heightOf = ({ kind, tables }) => {
    const { top, bottom } = ROOM[family(kind)];
    const rows = tables.totals ?? tables.bands ?? tables.swings ?? [];
    return (HEIGHTS[family(kind)] ?? (rows.length + 0.5) * ROW) + top + bottom;
  };

  /* ---- when what changes ---- */
  const renew = (chart) => {
    chart.tables = app.chartRows(chart.kind);
    chart.old = false;
    chart.stale = true;
    chart.figure.hidden = Object.values(chart.tables)[0].length === 0;
    if (chart.figure.hidden) return;
    app.chartWords.write(chart);
    legends(chart);
    chart.plot.style.minHeight = `${heightOf(chart)}px`; // before it is drawn too: nothing jumps
    if (chart.details.open) app.chartWords.table(chart);
  };
  const drawNear = () => {
    for (const chart of charts) {
      if (!chart.near) continue;
      if (chart.old) renew(chart);
      if (!chart.figure.hidden) draw(chart);
    }
  };
  const now = () => {
    charts.filter((chart) => chart.old).forEach(renew);
    section.hidden = charts.every((chart) => chart.figure.hidden);
    drawNear();
  };
  /* While a lever moves, charts in view follow frame by frame, the others once it rests. */
  let frame = 0;
  let rest = 0;
  const soon = () => {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      drawNear();
    });
  };
  const changed = () => {
    for (const chart of charts) chart.old = true;
    soon();
    clearTimeout(rest);
    rest = setTimeout(now, REST_MS);
  };
  const anew = () => {
    for (const chart of charts) {
      chart.view?.finalize();
      chart.view = null;
      chart.old = true;
      delete chart.legend.dataset.keys;
    }
    now();
  };
  const nearness = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        charts.find(({ figure }) => figure === target).near = isIntersecting;
      }
      drawNear();
    },
    { rootMargin: NEAR },
  );
  const start = () => {
    now();
    charts.forEach(({ figure }) => nearness.observe(figure));
    app.on("result", changed);
    app.on("hover", soon);
    app.on("pick", soon);
    app.on("lang", anew);
    dark.addEventListener("change", anew);
    new ResizeObserver(soon).observe(section);
    section.addEventListener("pointerleave", () => app.chartWords.point(null, null, null));
    print.addEventListener("change", () => {
      anew(); // in the colours and the width of paper, all of them
      if (print.matches) charts.filter((chart) => !chart.figure.hidden).forEach(draw);
    });
  };
  const licence = el("p");
  byId("about").append(licence);
  app.texts(() => (licence.textContent = app.t("chart.licence")));
  app.charts = { all: charts, now };
  app.on("ready", () => {
    section.hidden = data.routes.length === 0;
    requestAnimationFrame(() => setTimeout(start, 0)); // after the map's first paint
  });
})();
