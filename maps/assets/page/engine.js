/* Computes every corridor anew for other values of parameters and another mass. Draws nothing.

   The same steps in the same order as the command line takes them, so that amounts are equal to the
   cent, the minute and the gram: quantity x theta x small units per ledger line, rounded half to
   even; sums in whole numbers; and for each corridor the search for its lightest way (search.js),
   over the few arcs that any corridor may take. Bands of risk follow from a few hundred draws that
   travel with the page. */
"use strict";
(() => {
  const { app } = window;
  const { data } = app;
  const given = data.whatIf;
  if (!given) return;

  const SMALL = { cost: 100, time: 60, co2e: 1 }; // cents per USD, minutes per hour, grams
  const HOURS_PER_DAY = 24;
  const HOURS_PER_YEAR = 365 * HOURS_PER_DAY;
  const KG_PER_T = 1000;
  const CRITERIA = ["cost", "time", "co2e"];
  const BY = [...CRITERIA, "generalised"];
  const SAFE = Number.MAX_SAFE_INTEGER;
  const LEVELS = [0.1, 0.5, 0.9];
  const TIE = 1e-9; // totals nearer than this share of them are a tie, and share the draw
  const SCALE = given.weightScale;

  /* ---- what was given, unpacked ---- */
  const rows = given.rows.map(([key, unit, low, value, high, criterion]) => {
    const [driver, perKm, factor, inverse] = given.units[unit];
    return { key, unit, low, value, high, criterion, driver, perKm, factor, inverse };
  });
  const { own } = given;
  const levers = new Map(given.levers.map((lever) => [rows[lever.row].key, lever]));
  const text = (number) => (number < 0 ? null : given.texts[number]);
  const arcs = given.arcs.map((arc) => {
    const [tail, head, operation, mode, status, basis, from, to, country, gauge, metres, zone, place, ...rest] = arc;
    if (operation === undefined) return { tail, head, operation: "", uses: [] };
    const [words, source, passes, flags, refs, uses] = rest;
    return {
      tail, head, gauge, metres, zone, place, passes, flags, refs, uses,
      operation: text(operation), mode: text(mode), status: text(status), basis: text(basis),
      from: text(from), to: text(to), country: text(country), words: text(words), source: text(source),
    };
  });
  const vertices = given.vertices.map(([place, mode, gauge]) => ({ place, mode: mode + gauge }));
  const out = vertices.map(() => []);
  arcs.forEach((arc, number) => out[arc.tail].push(number));

  /* ---- amounts ---- */
  const halfEven = (x) => {
    const whole = Math.floor(x);
    const rest = x - whole;
    if (rest < 0.5) return whole;
    if (rest > 0.5) return whole + 1;
    return whole % 2 === 0 ? whole : whole + 1;
  };
  const theta = (row, value) => (row.inverse ? row.factor / value : value * row.factor);
  const consignment = (values, massT) => {
    const usd = values[own.value] * massT;
    const units = Math.ceil(massT / values[own.payload]);
    const hourlyUsd = usd * (values[own.holding_rate] / 100 / HOURS_PER_YEAR) + values[own.time_value] * massT;
    const usdPerT = values[own.co2e_price];
    return {
      units, massT, hourlyUsd, usdPerT,
      drivers: {
        "": 1, units, teu: given.teuPerUnit * units, mass_t: massT, mass_kg: massT * KG_PER_T,
        value_usd: usd, insured_usd: (usd * values[own.insured_share]) / 100,
      },
      perMinute: halfEven(((hourlyUsd * 100) / 60) * SCALE),
      perGram: halfEven(((usdPerT * 100) / 1e6) * SCALE),
    };
  };
  const amountsOf = (values, goods) => {
    const amounts = { cost: new Float64Array(arcs.length), time: new Float64Array(arcs.length), co2e: new Float64Array(arcs.length) };
    const thetas = rows.map((row, at) => (row.criterion ? theta(row, values[at]) : 0));
    arcs.forEach(({ uses }, number) => {
      for (let i = 0; i < uses.length; i += 2) {
        const row = rows[uses[i]];
        const driver = goods.drivers[row.driver];
        const quantity = row.perKm ? driver * (uses[i + 1] / 1000) : driver;
        amounts[row.criterion][number] += halfEven(quantity * thetas[uses[i]] * SMALL[row.criterion]);
      }
    });
    return amounts;
  };
  const generalised = (cents, minutes, grams, goods) =>
    BigInt(cents) * BigInt(SCALE) + BigInt(minutes) * BigInt(goods.perMinute) + BigInt(grams) * BigInt(goods.perGram);
  const wholeCents = (millionths) => {
    const scale = BigInt(SCALE);
    return halfEven(Number(millionths / scale) + Number(millionths % scale) / SCALE);
  };

  /* What a search compares: plain numbers where every sum of them is exact, else long ones. */
  const TIES = 10n ** 18n;
  const weightsOf = (amounts, goods) => {
    if (data.by === "generalised") {
      const weights = arcs.map(
        (_, at) => amounts.cost[at] * SCALE + amounts.time[at] * goods.perMinute + amounts.co2e[at] * goods.perGram,
      );
      const most = Math.max(...given.searches.map((search) => search.stages.length));
      if (weights.reduce((sum, weight) => sum + weight, 0) * most < SAFE) return { weights, zero: 0 };
    }
    const weights = arcs.map((_, at) => {
      const rest = generalised(amounts.cost[at], amounts.time[at], amounts.co2e[at], goods);
      return data.by === "generalised" ? rest : BigInt(amounts[data.by][at]) * TIES + rest;
    });
    return { weights, zero: 0n };
  };

  const searches = given.searches.map((search) => ({
    ...search,
    stages: search.stages.map((stage) => new Set(stage)),
    banned: search.banned.map((stage) => new Set(stage)),
  }));
  const lightest = app.searchIn({ arcs, vertices, out, mostSplits: given.mostSplits });

  /* ---- ways: numbered as they turn up, 0 is the one for typical values ---- */
  const ways = searches.map((search) => new Map([[search.way.join(), { number: 0 }]]));
  const wayOf = (route, way) => {
    const known = ways[route];
    const key = way.join();
    if (!known.has(key)) known.set(key, { number: known.size });
    const found = known.get(key);
    if (!found.legs) Object.assign(found, described(way, searches[route]));
    return found;
  };
  const described = (way, search) => {
    const legs = [];
    for (const number of way) {
      const arc = arcs[number];
      if (!arc.operation) continue;
      const last = legs.at(-1);
      if (last && last.zone >= 0 && last.zone === arc.zone) {
        last.numbers.push(number);
        last.to = arc.to;
        last.metres += arc.metres;
        last.passes = last.passes.concat(arc.passes);
        last.arcs = last.arcs.concat(arc.refs);
        if (given.bases.indexOf(arc.basis) > given.bases.indexOf(last.basis)) last.basis = arc.basis;
        continue;
      }
      legs.push({ ...arc, numbers: [number], arcs: arc.refs });
    }
    const passed = (leg) => [leg.place, ...leg.passes.map(([place]) => place)].filter((place) => place >= 0);
    const stops = [...new Set(legs.flatMap(passed))];
    const used = new Set(way.flatMap((number) => arcs[number].flags ?? []).concat(search.flags));
    const status = [...used].filter((flag) => flag < given.statusFlags);
    const others = [...used].filter((flag) => flag >= given.statusFlags).sort((a, b) => a - b);
    return {
      legs,
      stops,
      flags: [...status, ...others].map((flag) => given.flags[flag]),
      metres: legs.reduce((sum, leg) => sum + leg.metres, 0),
      gauges: legs.filter((leg) => leg.operation === "gauge_change").length,
    };
  };
  const total = (amounts, numbers) => numbers.reduce((sum, number) => sum + amounts[number], 0);

  /* ---- draws: how far the totals may lie apart ---- */
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

  /* ---- all together ---- */
  const typicalValues = rows.map((row) => row.value);
  const clean = (state) => {
    const values = {};
    for (const [key, value] of Object.entries(state.values)) {
      const lever = levers.get(key);
      if (!lever || !Number.isFinite(value)) continue;
      const inside = Math.min(lever.high, Math.max(lever.low, value));
      if (inside !== lever.value) values[key] = inside;
    }
    state.values = values;
    const { low, high, value } = given.mass;
    state.massT = Number.isFinite(state.massT) ? Math.min(high, Math.max(low, state.massT)) : value;
  };
  const dominated = (one, others) =>
    others.some(
      (other) =>
        other.cents <= one.cents && other.minutes <= one.minutes && other.grams <= one.grams &&
        (other.cents < one.cents || other.minutes < one.minutes || other.grams < one.grams),
    );
  app.compute = () => {
    clean(app.state);
    const { massT } = app.state;
    const values = [...typicalValues];
    for (const [key, stated] of Object.entries(app.state.values)) {
      const { row, factors } = levers.get(key);
      values[row] = factors.reduce((value, factor) => value * factor, stated);
    }
    const changed = massT !== data.massT || Object.keys(app.state.values).length > 0;
    const goods = consignment(values, massT);
    const amounts = amountsOf(values, goods);
    const weighed = weightsOf(amounts, goods);
    const taken = searches.map((search) => (changed ? lightest(weighed, search) : search.way) ?? search.way);
    const bands = spreads(values, massT, taken, changed);
    const routes = data.routes.map((route, index) => {
      const way = wayOf(index, taken[index]);
      const [cents, minutes, grams] = CRITERIA.map((criterion) => total(amounts[criterion], taken[index]));
      const millionths = generalised(cents, minutes, grams, goods);
      const legs = way.legs.map((leg) => {
        const [c, m, g] = CRITERIA.map((criterion) => total(amounts[criterion], leg.numbers));
        return { ...leg, km: leg.metres / 1000, h: m / 60, usd: c / 100, kg: g / 1000 };
      });
      const spread = bands?.[index];
      return {
        index, legs, cents, minutes, grams, millionths,
        way: way.number,
        stops: way.stops,
        flags: way.flags,
        usdPerT: cents / 100 / massT,
        days: minutes / 60 / HOURS_PER_DAY,
        kgPerT: grams / 1000 / massT,
        generalisedCents: wholeCents(millionths),
        generalisedPerT: wholeCents(millionths) / 100 / massT,
        km: way.metres / 1000,
        borders: legs.filter((leg) => leg.operation === "border_crossing" && (leg.usd || leg.h || leg.kg)).length,
        gauges: way.gauges,
        spreads: spread ?? null,
        ...(spread?.[data.by] ?? {}),
      };
    });
    const first = { cost: "cents", time: "minutes", co2e: "grams" }[data.by];
    const order = routes.map((_, index) => index);
    order.sort((a, b) => {
      const [one, other] = [routes[a], routes[b]];
      if (first && one[first] !== other[first]) return one[first] - other[first];
      if (one.millionths !== other.millionths) return one.millionths < other.millionths ? -1 : 1;
      return data.routes[a].id < data.routes[b].id ? -1 : 1;
    });
    order.forEach((index, at) => {
      routes[index].rank = at + 1;
      routes[index].onFront = !dominated(routes[index], routes);
    });
    const byKey = Object.fromEntries(routes.map((route, index) => [data.routes[index].id, route]));
    return { routes, order, byKey, changed, values, massT, units: goods.units };
  };

  /* What charts weigh the parts of a leg with. */
  app.model = { rows, arcs, consignment, theta, movedRange };

  /* What a strait or canal takes beyond the voyage: rows that count once, whatever the distance. */
  const passage = (costs) => {
    const { values, massT } = app.result;
    const { drivers } = consignment(values, massT);
    const sums = { cost: 0, time: 0, co2e: 0 };
    for (const at of costs) {
      const row = rows[at];
      sums[row.criterion] += halfEven(drivers[row.driver] * theta(row, values[at]) * SMALL[row.criterion]);
    }
    return ["passage", "", sums.time / 60, sums.cost / 100, ""];
  };

  /* What happens at a place now, grouped by the corridors that agree; as page.places has it. */
  app.happeningsAt = (place) => {
    const groups = new Map();
    app.result.routes.forEach((route, index) => {
      const items = route.legs.flatMap((leg) =>
        leg.place === place
          ? [[leg.operation, leg.words, leg.h, leg.usd, leg.source]]
          : leg.passes.filter(([strait]) => strait === place).map(([, ...costs]) => passage(costs)),
      );
      if (!items.length) return;
      const key = JSON.stringify(items);
      if (!groups.has(key)) groups.set(key, { routes: [], items });
      groups.get(key).routes.push(index);
    });
    return [...groups.values()];
  };
})();
