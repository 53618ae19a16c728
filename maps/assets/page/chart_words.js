/* What charts say: sentences, summaries for screen readers, tables, tooltips. Text only. */
"use strict";
(() => {
  const app = window.app;
  const { data, el } = app;
  const DAYS = ["time-distance", "time-composition"];
  const MODES = ["rail", "road", "sea", "ferry", "air"];
  const PERCENT = 100;

  const unitOf = (kind) => {
    if (kind.endsWith("distance") || kind.endsWith("composition")) return DAYS.includes(kind) ? "days" : "usd";
    return data.by;
  };
  const digitsOf = (kind) => (["days", "time"].includes(unitOf(kind)) ? 1 : 0);
  const figure = (kind, value) => app.number(value, digitsOf(kind));
  const amount = (kind, value) => `${figure(kind, value)} ${app.t(`chart.unit.${unitOf(kind)}`)}`;
  const signed = (kind, value) => {
    const digits = Math.abs(value) < 10 ? Math.max(1, digitsOf(kind)) : digitsOf(kind);
    const text = app.number(value, digits);
    return value > 0 ? `+${text}` : text;
  };
  const percent = (share) => `${app.number(share * PERCENT, 0)} %`;
  const few = (value) => app.number(value, Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : 1);
  const term = (kind, words, word) => (words.includes(word) ? app.t(`${kind}.${word}`) : app.sentence(word));
  const unit = (name) => (Object.hasOwn(data.texts[app.state.lang], `unit.${name}`) ? app.t(`unit.${name}`) : name.replace("_per_", "/").replaceAll("_", " "));
  const event = (operation) => term("operation", data.style.operations, operation);
  const modeOr = (row) => (row.mode ? term("mode", MODES, row.mode) : event(row.operation));
  const isBest = (row) => row.rank === 1;
  const names = (rows) => rows.map((row) => row.name).join("; ");

  /* ---- sentences ---- */
  const said = {
    distance: ({ kind, tables }) => {
      const stops = tables.stops.filter(isBest);
      const end = tables.ends.find(isBest);
      const longest = stops.reduce((a, b) => (b.amount > a.amount ? b : a), stops[0]);
      return app.t("chart.sum.distance", {
        count: app.result.routes.length, best: end.name, km: app.number(end.x), total: amount(kind, end.amount),
        stops: stops.length, place: longest?.place ?? "–", amount: longest ? amount(kind, longest.amount) : "–",
      });
    },
    front: ({ tables: { points } }) => {
      const range = (column, digits) => [Math.min, Math.max].map((end) => app.number(end(...points.map((row) => row[column])), digits));
      const [low, high] = range("amount", 0);
      const [short, long] = range("x", 1);
      return app.t("chart.sum.front", { count: points.length, low, high, short, long, names: names(points.filter((row) => row.front)) });
    },
    composition: ({ kind, tables: { bars, totals } }) => {
      const own = bars.filter(isBest);
      const most = own.reduce((a, b) => (b.amount > a.amount ? b : a), own[0]);
      const total = totals.find(isBest);
      return app.t("chart.sum.composition", {
        count: totals.length, best: total.name, total: amount(kind, total.amount),
        part: app.t(`chart.part.${most.part}`), share: app.number((PERCENT * most.amount) / total.amount, 0),
      });
    },
    risk: ({ kind, tables: { bands } }) => {
      const [best] = bands;
      return app.t("chart.sum.risk", {
        count: bands.length, best: best.name, p10: figure(kind, best.p10), p50: figure(kind, best.p50),
        p90: amount(kind, best.p90), share: app.number(PERCENT * best.p_best, 0),
      });
    },
    tornado: ({ kind, tables: { swings } }) => {
      const [first] = swings;
      return app.t("chart.sum.tornado", {
        count: swings.length, label: first.label, low: signed(kind, first.at_low),
        high: `${signed(kind, first.at_high)} ${app.t(`chart.unit.${data.by}`)}`,
      });
    },
  };
  const sort = (kind) => (kind.endsWith("distance") ? "distance" : kind.endsWith("composition") ? "composition" : kind.startsWith("tornado") ? "tornado" : kind);
  const ranked = () => [...app.result.routes].sort((a, b) => a.rank - b.rank).map(({ index }) => data.routes[index].name);

  const notes = (chart) => {
    const { kind, tables } = chart;
    const found = [];
    const over = (tables.ends ?? tables.points ?? tables.totals ?? tables.bands ?? []).filter((row) => row.over);
    if (over.length) found.push(app.t("chart.over", { names: names(over) }));
    const rows = tables.totals ?? tables.bands;
    if (rows && app.result.routes.length > app.chartMost) {
      found.push(app.t("chart.best_only", { count: rows.length, all: app.result.routes.length }));
    }
    return found.join(" ");
  };
  const write = (chart) => {
    const key = `chart.${chart.kind.replaceAll("-", "_")}`;
    const [best, next] = ranked();
    const turn = chart.tables.swings?.[0]?.turn;
    chart.title.textContent = app.t(`${key}.title`);
    chart.about.textContent = app.t(`${key}.about`, {
      best, next, gap: turn === undefined || turn === null ? "" : amount(chart.kind, Math.abs(turn)),
    });
    chart.note.textContent = notes(chart);
    chart.summary.textContent = app.t("chart.table");
    chart.plot.setAttribute("aria-label", `${chart.title.textContent}. ${said[sort(chart.kind)](chart)}`);
  };

  /* ---- tables ---- */
  const columns = {
    distance: ({ kind, tables }) => ({
      heads: ["corridor", "stop", "km", "arrival", "step"],
      words: 2,
      rows: tables.stops.map((row) => [
        row.name, `${row.place} (${event(row.operation)})`, app.number(row.x), figure(kind, row.y0), figure(kind, row.amount),
      ]),
    }),
    front: ({ tables: { points } }) => ({
      heads: ["corridor", "usd", "days", "kg", "on_front"],
      words: 1,
      rows: points.map((row) => [row.name, app.number(row.amount), app.number(row.x, 1), app.number(row.kg), row.front ? app.t("chart.yes") : ""]),
    }),
    composition: ({ kind, tables: { bars, totals } }) => {
      const parts = data.style.parts.filter((part) => bars.some((row) => row.part === part));
      const of = (index, part) => bars.find((row) => row.index === index && row.part === part)?.amount;
      return {
        heads: ["corridor", ...parts.map((part) => `chart.part.${part}`), "total"],
        words: 1,
        rows: totals.map((row) => [
          row.name,
          ...parts.map((part) => (of(row.index, part) === undefined ? "" : figure(kind, of(row.index, part)))),
          figure(kind, row.amount),
        ]),
      };
    },
    risk: ({ kind, tables: { bands } }) => ({
      heads: ["corridor", "p10", "p50", "p90", "p_best"],
      words: 1,
      rows: bands.map((row) => [row.name, ...["p10", "p50", "p90"].map((level) => figure(kind, row[level])), percent(row.p_best)]),
    }),
    tornado: ({ kind, tables: { swings } }) => ({
      heads: ["parameter", "low", "high", "at_low", "at_high"],
      words: 1,
      rows: swings.map((row) => [
        row.label, `${few(row.low)} ${unit(row.unit)}`, `${few(row.high)} ${unit(row.unit)}`, signed(kind, row.at_low), signed(kind, row.at_high),
      ]),
    }),
  };
  const table = (chart) => {
    const { heads, words, rows } = columns[sort(chart.kind)](chart);
    const head = heads.map((name, at) => {
      const cell = el("th", at < words ? "word" : "", app.t(name.includes(".") ? name : `chart.col.${name}`));
      cell.scope = "col";
      return cell;
    });
    const body = rows.map((cells) => {
      const [first, ...rest] = cells;
      const name = el("th", "word", first);
      name.scope = "row";
      return el("tr", "", name, ...rest.map((text, at) => el("td", at + 1 < words ? "word" : "", text)));
    });
    const whole = el("table", "", el("caption", "unseen", chart.title.textContent), el("thead", "", el("tr", "", ...head)), el("tbody", "", ...body));
    chart.table.tabIndex = 0; // scrolls on its own on a narrow window
    chart.table.setAttribute("role", "region");
    chart.table.setAttribute("aria-label", chart.title.textContent);
    chart.table.replaceChildren(whole);
  };

  /* ---- tooltips ---- */
  const tip = el("div", "chart-tip");
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  const told = {
    distance: (kind, row) => {
      if (row.operation === undefined) return [row.name, amount(kind, row.amount)];
      const where = row.place ?? (row.start === row.end ? row.start : `${row.start} → ${row.end}`);
      return [
        row.name,
        app.join(where, modeOr(row)),
        app.join(row.km ? `${app.number(row.km)} km` : "", amount(kind, row.amount)),
        app.t("chart.after", { km: app.number(row.x1 ?? row.x), amount: amount(kind, row.y1) }),
      ];
    },
    front: (kind, row) => [
      row.name,
      app.join(`${app.number(row.amount)} USD/t`, `${app.number(row.x, 1)} ${app.t("chart.unit.days")}`, `${app.number(row.kg)} ${app.t("chart.unit.co2e")} CO₂e`),
    ],
    composition: (kind, row) => [row.name, row.part ? `${app.t(`chart.part.${row.part}`)}: ${amount(kind, row.amount)}` : amount(kind, row.amount)],
    risk: (kind, row) => [
      row.name,
      `P10 ${figure(kind, row.p10)} · P50 ${figure(kind, row.p50)} · P90 ${amount(kind, row.p90)}`,
      `${app.t("chart.col.p_best")} ${percent(row.p_best)}`,
    ],
    tornado: (kind, row) => [
      row.label,
      `${few(row.low)} ${unit(row.unit)}: ${signed(kind, row.at_low)}`,
      `${few(row.high)} ${unit(row.unit)}: ${signed(kind, row.at_high)}`,
    ],
  };
  const point = (chart, event, row) => {
    const known = row && (Number.isInteger(row.index) || row.label !== undefined);
    tip.hidden = !known;
    app.hover(known && Number.isInteger(row.index) ? row.index : null);
    if (!known) return;
    const [first, ...rest] = told[sort(chart.kind)](chart.kind, row);
    tip.replaceChildren(el("b", "", first), ...rest.filter(Boolean).map((text) => el("span", "", text)));
    const { clientX, clientY } = event;
    const left = Math.min(clientX + 14, window.innerWidth - tip.offsetWidth - 8);
    const below = clientY + 16 + tip.offsetHeight < window.innerHeight;
    const top = below ? clientY + 16 : clientY - tip.offsetHeight - 12;
    tip.style.transform = `translate(${Math.round(Math.max(4, left))}px,${Math.round(Math.max(4, top))}px)`;
  };

  app.chartWords = { write, table, point, unit };
})();
