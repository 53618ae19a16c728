/* Computes every corridor anew for other values of parameters and another mass. Draws nothing.

   The same steps in the same order as the command line takes them, so that amounts are equal to the
   cent, the minute and the gram: quantity x theta x small units per ledger line, rounded half to
   even; sums in whole numbers; and for each corridor the search for its lightest way (search.js),
   over the few arcs that any corridor may take. Bands of risk are those of spread.js. */
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
  const typicalValues = rows.map((row) => row.value);
  const { spreads, movedRange } = app.spreadsIn({
    data, rows, arcs, searches, consignment, theta, typicalValues, units: { BY, KG_PER_T, HOURS_PER_DAY },
  });

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

  /* ---- all together ---- */
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
