/* How far totals may lie apart: bands and chances from a few hundred draws that travel with the page.

   Each parameter is drawn from the PERT distribution over its range by strata that the page was
   given (corridors/risk.py); with changes made on the page, the spreads of many draws that the page
   came with are moved along as those of its few draws move. */
"use strict";
window.app.spreadsIn = ({ data, rows, arcs, searches, consignment, theta, typicalValues, units }) => {
  const given = data.whatIf;
  const { own } = given;
  const { BY, KG_PER_T, HOURS_PER_DAY } = units;
  const LEVELS = [0.1, 0.5, 0.9];
  const TIE = 1e-9; // totals nearer than this share of them are a tie, and share the draw

  const PARTS = 512;
  const quantiles = new Map(); // of the PERT distribution over 0 to 1, by the place of its mode
  const strataSize = given.draws / given.replicates;
  const quantilesOf = (mode) => {
    if (quantiles.has(mode)) return quantiles.get(mode);
    const density = (x) => x ** (4 * mode) * (1 - x) ** (4 * (1 - mode));
    const sums = new Float64Array(PARTS + 1);
    for (let i = 0, last = density(0); i < PARTS; i++) {
      const next = density((i + 1) / PARTS);
      sums[i + 1] = sums[i] + (last + next) / 2;
      last = next;
    }
    const found = new Float64Array(strataSize);
    for (let i = 0, at = 0; i < strataSize; i++) {
      const level = ((i + 0.5) / strataSize) * sums[PARTS];
      while (sums[at + 1] < level) at += 1;
      found[i] = (at + (level - sums[at]) / (sums[at + 1] - sums[at])) / PARTS;
    }
    quantiles.set(mode, found);
    return found;
  };
  const strata = Uint8Array.from(atob(given.strata), (letter) => letter.charCodeAt(0));
  const strataOf = new Map();
  rows.forEach((row, at) => {
    if (row.high > row.low) strataOf.set(at, strata.subarray(strataOf.size * given.draws, (strataOf.size + 1) * given.draws));
  });
  const movedRange = (row, value) => {
    if (row.low === row.high) return [value, value];
    if (row.value === 0 || row.unit === "percent" || row.unit === "ratio") return [Math.min(row.low, value), Math.max(row.high, value)];
    const factor = value / row.value;
    return [
      row.low === row.value ? value : Math.min(row.low * factor, value),
      row.high === row.value ? value : Math.max(row.high * factor, value),
    ];
  };
  const kept = new Map(); // draws of a row at a value, for rows that do not move
  const drawsOf = (at, value) => {
    const row = rows[at];
    if (value === row.value && kept.has(at)) return kept.get(at);
    const [low, high] = movedRange(row, value);
    const drawn = new Float64Array(given.draws).fill(value);
    if (high > low) {
      const found = quantilesOf((value - low) / (high - low));
      const own = strataOf.get(at);
      for (let i = 0; i < drawn.length; i++) drawn[i] = low + (high - low) * found[own[i]];
    }
    if (value === row.value) kept.set(at, drawn);
    return drawn;
  };
  const exposuresOf = (way) => {
    const found = new Map();
    for (const number of way) {
      const { uses } = arcs[number];
      for (let i = 0; i < uses.length; i += 2) {
        found.set(uses[i], (found.get(uses[i]) ?? 0) + (rows[uses[i]].perKm ? uses[i + 1] / 1000 : 1));
      }
    }
    return found;
  };
  const quantile = (ascending, level) => {
    const place = level * (ascending.length - 1);
    const below = Math.floor(place);
    const rest = place - below;
    return rest ? ascending[below] * (1 - rest) + ascending[below + 1] * rest : ascending[below];
  };
  const sampled = (values, massT, taken) => {
    const own_ = Object.fromEntries(Object.entries(own).map(([family, at]) => [family, drawsOf(at, values[at])]));
    const count = given.draws;
    const drivers = Object.fromEntries(
      ["", "units", "teu", "mass_t", "mass_kg", "value_usd", "insured_usd"].map((name) => [name, new Float64Array(count)]),
    );
    const hourly = new Float64Array(count);
    const perKg = new Float64Array(count);
    const one = [];
    for (let i = 0; i < count; i++) {
      for (const family in own) one[own[family]] = own_[family][i];
      const goods = consignment(one, massT);
      for (const name in drivers) drivers[name][i] = goods.drivers[name];
      hourly[i] = goods.hourlyUsd;
      perKg[i] = goods.usdPerT / KG_PER_T;
    }
    const uses = taken.map(exposuresOf);
    const totals = taken.map(() => Object.fromEntries(BY.map((by) => [by, new Float64Array(count)])));
    const product = new Float64Array(count);
    rows.forEach((row, at) => {
      if (!row.criterion || !uses.some((used) => used.has(at))) return;
      const drawn = drawsOf(at, values[at]);
      const driver = drivers[row.driver];
      for (let i = 0; i < count; i++) product[i] = theta(row, drawn[i]) * driver[i];
      uses.forEach((used, route) => {
        const quantity = used.get(at);
        if (quantity === undefined) return;
        const sum = totals[route][row.criterion];
        for (let i = 0; i < count; i++) sum[i] += quantity * product[i];
      });
    });
    for (const sums of totals) {
      for (let i = 0; i < count; i++) {
        const kg = sums.co2e[i] / KG_PER_T;
        sums.generalised[i] = (sums.cost[i] + sums.time[i] * hourly[i] + kg * perKg[i]) / massT;
        sums.cost[i] /= massT;
        sums.time[i] /= HOURS_PER_DAY;
        sums.co2e[i] = kg / massT;
      }
    }
    const found = taken.map(() => ({}));
    for (const by of BY) {
      const wins = new Float64Array(taken.length);
      for (let i = 0; i < count; i++) {
        const best = Math.min(...totals.map((sums) => sums[by][i]));
        const winners = totals.map((sums, route) => (sums[by][i] <= best + TIE * Math.abs(best) ? route : -1)).filter((route) => route >= 0);
        winners.forEach((route) => (wins[route] += 1 / winners.length));
      }
      totals.forEach((sums, route) => {
        const ascending = sums[by].slice().sort();
        const [p10, p50, p90] = LEVELS.map((level) => quantile(ascending, level));
        found[route][by] = { p10, p50, p90, pBest: wins[route] / count };
      });
    }
    return found;
  };
  let typicalSample = null;
  const ratio = (now, typical) => (typical ? now / typical : 1);
  /* The spreads of many draws that the page came with, moved along as those of its few draws move. */
  const spreads = (values, massT, taken, changed) => {
    const known = data.risk?.spreads;
    if (!known) return null;
    if (!changed) return known;
    typicalSample ??= sampled(typicalValues, data.massT, searches.map((search) => search.way));
    const now = sampled(values, massT, taken);
    const moved = known.map((by, route) =>
      Object.fromEntries(
        BY.map((name) => {
          const [a, b, c] = [now[route][name], typicalSample[route][name], by[name]];
          const [p10, p50, p90] = ["p10", "p50", "p90"].map((level) => c[level] * ratio(a[level], b[level]));
          return [name, { p10: Math.min(p10, p50), p50, p90: Math.max(p50, p90), pBest: Math.max(0, c.pBest + a.pBest - b.pBest) }];
        }),
      ),
    );
    for (const name of BY) {
      const sum = moved.reduce((whole, by) => whole + by[name].pBest, 0);
      if (sum) moved.forEach((by) => (by[name].pBest /= sum));
    }
    return moved;
  };
  return { spreads, movedRange };
};
