/* What charts need of the engine: what each leg's amounts are for, and what one parameter moves.

   The engine gives `app.model`: its rows and arcs, what a consignment weighs, and theta. Without it
   the page has one setting only, and the amounts by part and the swings that it came with. */
"use strict";
(() => {
  const { app } = window;
  const { data, known } = app;
  const { operationParts, familyParts } = data.style;
  const KG_PER_T = 1000;
  const HOURS_PER_DAY = 24;

  /* The family of a key is its first word or its first two; families of moving have no part. */
  const partOf = (key, leg) => {
    const words = key.split(".");
    const part = known(familyParts, words.slice(0, 2).join(".")) ?? known(familyParts, words[0]);
    return part ?? known(operationParts, leg.operation) ?? leg.mode ?? "ends";
  };
  let weighed = { of: null };
  const setting = () => {
    const { model, result } = app;
    if (weighed.of !== result) {
      const goods = model.consignment(result.values, result.massT);
      weighed = { of: result, goods, thetas: model.rows.map((row, at) => (row.criterion ? model.theta(row, result.values[at]) : 0)) };
    }
    return weighed;
  };
  const quantity = (row, metres) => (row.perKm ? metres / 1000 : 1);

  /* A leg's amounts by what they are for: [part, hours, USD]. */
  const parts = (leg) => {
    if (leg.parts?.length) return leg.parts;
    const { model } = app;
    if (!model || !leg.numbers) return [[known(operationParts, leg.operation) ?? leg.mode ?? "ends", leg.h, leg.usd]];
    const { goods, thetas } = setting();
    const found = new Map();
    for (const number of leg.numbers) {
      const { uses } = model.arcs[number];
      for (let i = 0; i < uses.length; i += 2) {
        const row = model.rows[uses[i]];
        if (row.criterion !== "cost" && row.criterion !== "time") continue;
        const amount = quantity(row, uses[i + 1]) * goods.drivers[row.driver] * thetas[uses[i]];
        const part = (row.part ??= new Map());
        const kind = `${leg.operation} ${leg.mode}`;
        if (!part.has(kind)) part.set(kind, partOf(row.key, leg));
        const own = part.get(kind);
        if (!found.has(own)) found.set(own, [0, 0]);
        found.get(own)[row.criterion === "time" ? 0 : 1] += amount;
      }
    }
    return [...found].map(([part, [hours, usd]]) => [part, hours, usd]);
  };

  /* ---- one parameter at a time, from low to high, ways held (corridors/sensitivity.py) ---- */
  const NOISE = 1e-12;
  const quantities = (route) => {
    const found = new Map();
    for (const leg of route.legs) {
      for (const number of leg.numbers) {
        const { uses } = app.model.arcs[number];
        for (let i = 0; i < uses.length; i += 2) {
          const row = app.model.rows[uses[i]];
          found.set(uses[i], (found.get(uses[i]) ?? 0) + quantity(row, uses[i + 1]));
        }
      }
    }
    return found;
  };
  const total = (used, values) => {
    const { rows, consignment, theta } = app.model;
    const { massT } = app.result;
    const goods = consignment(values, massT);
    const sums = { cost: 0, time: 0, co2e: 0 };
    for (const [at, amount] of used) {
      const row = rows[at];
      if (row.criterion) sums[row.criterion] += amount * goods.drivers[row.driver] * theta(row, values[at]);
    }
    const kg = sums.co2e / KG_PER_T;
    switch (data.by) {
      case "cost":
        return sums.cost / massT;
      case "time":
        return sums.time / HOURS_PER_DAY;
      case "co2e":
        return kg / massT;
      default:
        return (sums.cost + sums.time * goods.hourlyUsd + (kg / KG_PER_T) * goods.usdPerT) / massT;
    }
  };
  const swings = (routes) => {
    const { rows, movedRange } = app.model;
    const { values } = app.result;
    const used = routes.map(quantities);
    const own = new Set(Object.values(data.whatIf.own));
    const measure = (at, value) => {
      const moved = [...values];
      moved[at] = value;
      const [one, other = 0] = used.map((each) => total(each, moved));
      return one - other;
    };
    const amounts = used.map((each) => total(each, values));
    const now = amounts[0] - (amounts[1] ?? 0);
    const noise = NOISE * Math.max(...amounts.map(Math.abs));
    const found = [];
    rows.forEach((row, at) => {
      if (!own.has(at) && !used.some((each) => each.has(at))) return;
      const value = values[at];
      const [low, high] = value === row.value ? [row.low, row.high] : movedRange(row, value);
      if (low === high) return;
      const [at_low, at_high] = [measure(at, low) - now, measure(at, high) - now];
      if (Math.max(Math.abs(at_low), Math.abs(at_high)) <= noise) return;
      found.push({ key: row.key, label: words(row.key), low, value, high, unit: row.unit, at_low, at_high });
    });
    const size = (swing) => Math.abs(swing.at_high - swing.at_low);
    found.sort((a, b) => size(b) - size(a) || (a.key < b.key ? -1 : 1));
    return { total: now, swings: found };
  };
  let spoken = null;
  const words = (key) => {
    spoken ??= new Map([
      ...(data.risk?.tornados ?? []).flatMap((one) => one.swings.map((swing) => [swing.key, swing.words])),
      ...(data.whatIf?.levers ?? []).map((lever) => [data.whatIf.rows[lever.row][0], lever.words]),
      ...(data.whatIf?.rows ?? []).filter((row) => row[6]).map((row) => [row[0], row[6]]),
    ]);
    return spoken.get(key) ?? key;
  };

  /* What moves the best total, or its lead over the next: as given, or anew where amounts moved. */
  const tornado = (gap) => {
    const { result, model } = app;
    const given = data.risk?.tornados?.find(({ against }) => (against !== null) === gap);
    if (!given) return null;
    if (!result.changed || !model) {
      const plain = ({ key, words: label, low, value, high, unit, atLow, atHigh }) => ({
        key, label, low, value, high, unit, at_low: atLow, at_high: atHigh,
      });
      return { total: given.total, swings: given.swings.map(plain) };
    }
    const [best, next] = [...result.routes].sort((a, b) => a.rank - b.rank);
    return swings(gap ? [best, next] : [best]);
  };

  app.chartModel = { parts, tornado };
})();
