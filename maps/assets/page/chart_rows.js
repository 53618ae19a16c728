/* The rows that charts are drawn from, out of app.result: what corridors/chart_data.py and
   chart_curves.py make for pictures, made again whenever the amounts change. A test holds the two to each other. */
"use strict";
(() => {
  const { data } = window.app;
  const FAR = 2.5; // totals of more than so many medians are over the edge of a chart
  const MOST_ROWS = 20;
  const MOST_RANKS = 18;
  const MOST_SWINGS = 12;
  const GAP = 0.052; // least distance of two labels, as a share of a distance chart's height
  const HALF = 0.03; // from a step to the middle of its label
  const TO_THE_LEFT = 0.42; // from this share of the distance on there is room to the left
  const WIDE = 0.07; // share of the width from which on a block holds its amount
  const SAME = 1e-9;
  const PLOT_PX = [420, 330];
  const DISC_PX = 48;
  const LABEL_PX = [18, 13];
  const AROUND = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [-1, -1], [1, 1], [-1, 1]];
  const HOURS_PER_DAY = 24;

  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const median = (sorted) => {
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  };
  const limitOf = (totals) => {
    if (!totals.length) return 0;
    const sorted = [...totals].sort((a, b) => a - b);
    const far = FAR * median(sorted);
    return Math.max(...sorted.filter((total) => total <= far));
  };
  const inRank = (routes) => [...routes].sort((a, b) => a.rank - b.rank);
  const whoIs = (route) => ({ index: route.index, rank: route.rank, name: data.routes[route.index].name });

  /* What a chart measures: days, or USD per tonne. */
  const measure = (days) => {
    const of = days ? (hours) => hours / HOURS_PER_DAY : (hours, usd) => usd / window.app.state.massT;
    return { of, total: (route) => sum(route.legs.map((leg) => of(leg.h, leg.usd))) };
  };

  const placeOf = (start, end) => {
    if (start === end) return start;
    let same = 0;
    while (same < Math.min(start.length, end.length) && start[same] === end[same]) same += 1;
    return start.slice(0, same).endsWith(" (") ? start.slice(0, same - 2) : `${start} – ${end}`;
  };

  const curve = (route, { of, total }, limit) => {
    const who = whoIs(route);
    const legs = [];
    const stops = [];
    let [x, y, over] = [0, 0, false];
    for (const leg of route.legs) {
      const amount = of(leg.h, leg.usd);
      let [x1, y1] = [x + leg.km, y + amount];
      over = y1 > limit * (1 + SAME);
      if (over) [x1, y1] = [x + ((limit - y) / amount) * leg.km, limit];
      const moving = leg.operation === "move";
      if (leg.km || amount) {
        legs.push({
          ...who, operation: leg.operation, mode: moving ? (leg.mode ?? "") : "", running: leg.status === "operational",
          start: leg.from, end: leg.to, km: leg.km, amount, x0: x, x1, y0: y, y1,
        });
      }
      if (amount && !moving && !over) {
        stops.push({ ...who, operation: leg.operation, place: placeOf(leg.from, leg.to), amount, x, y: (y + y1) / 2, y0: y, y1 });
      }
      [x, y] = [x1, y1];
      if (over) break;
    }
    return { legs, stops, end: { ...who, x, y, amount: total(route), over } };
  };
  const labelled = (stops, reach, limit) => {
    for (const stop of stops) {
      const atAnEnd = stop.operation === "load" || stop.operation === "unload";
      stop.side = atAnEnd ? "" : stop.x > TO_THE_LEFT * reach ? "left" : "right";
      stop.label_y = stop.y;
    }
    let at = -GAP * limit;
    for (const stop of stops.filter(({ side }) => side === "left")) {
      at = stop.label_y = Math.max(stop.y1 + HALF * limit, at + GAP * limit);
    }
    at = (1 + 2 * GAP) * limit;
    for (const stop of stops.filter(({ side }) => side === "right").reverse()) {
      at = Math.min(stop.y0 - HALF * limit, at - GAP * limit);
      stop.label_y = Math.max(at, HALF * limit);
    }
    return stops;
  };
  /* Places at least a gap apart, in the order wanted, and as near as blocks allow. */
  const spread = (wanted, gap) => {
    const blocks = [];
    for (const want of wanted) {
      let [mean, count] = [want, 1];
      while (blocks.length && blocks.at(-1)[0] + blocks.at(-1)[1] * gap > mean) {
        const [before, members] = blocks.pop();
        mean = (before * members + (mean - members * gap) * count) / (members + count);
        count += members;
      }
      blocks.push([mean, count]);
    }
    return blocks.flatMap(([low, members]) => Array.from({ length: members }, (_, step) => low + step * gap));
  };
  const distance = (routes, days) => {
    const what = measure(days);
    const limit = limitOf(routes.map(what.total));
    const reach = Math.max(0, ...routes.map((route) => sum(route.legs.map((leg) => leg.km))));
    const curves = routes.map((route) => curve(route, what, limit));
    const ends = curves.map(({ end }) => end).filter(({ rank }) => rank <= MOST_RANKS);
    ends.sort((a, b) => a.y - b.y || a.rank - b.rank);
    const places = spread(ends.map(({ y }) => y), GAP * limit);
    return {
      legs: curves.flatMap(({ legs }) => legs),
      stops: curves.flatMap(({ stops }) => labelled(stops, reach, limit)),
      ends: ends.map((end, at) => ({ ...end, label_y: places[at] })),
    };
  };

  const pareto = (routes) => {
    const sorted = [...routes].sort((a, b) => a.days - b.days || a.usdPerT - b.usdPerT || a.rank - b.rank);
    const found = new Set();
    let best = Infinity;
    for (const route of sorted) {
      if (route.usdPerT < best) {
        best = route.usdPerT;
        found.add(route.index);
      }
    }
    return found;
  };
  const scaled = (values, pixels) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return values.map((value) => (high > low ? ((value - low) / (high - low)) * pixels : 0));
  };
  const dodged = (points) => {
    const across = scaled(points.map(({ x }) => x), PLOT_PX[0]);
    const down = scaled(points.map(({ y }) => y), PLOT_PX[1]).map((y) => PLOT_PX[1] - y);
    const heaviest = Math.max(...points.map(({ kg }) => kg));
    const radii = points.map(({ kg }) => (heaviest ? (DISC_PX / 2) * (kg / heaviest) ** 0.5 : 0));
    const taken = [];
    return points.map((point, at) => {
      let best = null;
      for (const [dx, dy] of AROUND) {
        const step = dx === 0 || dy === 0 ? 1 : 0.75;
        const x = dx * step * (radii[at] + LABEL_PX[0] / 2);
        const y = dy * step * (radii[at] + LABEL_PX[1] / 2);
        const [left, top] = [across[at] + x, down[at] + y];
        const labels = taken.filter(([a, b]) => Math.abs(left - a) < LABEL_PX[0] && Math.abs(top - b) < LABEL_PX[1]);
        const discs = radii.filter(
          (radius, other) =>
            other !== at &&
            Math.abs(left - across[other]) < radius + LABEL_PX[0] / 2 &&
            Math.abs(top - down[other]) < radius + LABEL_PX[1] / 2,
        );
        const hits = 2 * labels.length + discs.length;
        if (!best || hits < best.hits) best = { hits, x, y };
      }
      taken.push([across[at] + best.x, down[at] + best.y]);
      return { ...point, dx: best.x, dy: best.y };
    });
  };
  const front = (routes) => {
    const limit = limitOf(routes.map(({ usdPerT }) => usdPerT));
    const best = pareto(routes);
    const points = routes.map((route) => ({
      ...whoIs(route),
      x: route.days,
      y: Math.min(route.usdPerT, limit),
      kg: route.kgPerT,
      amount: route.usdPerT,
      over: route.usdPerT > limit,
      front: best.has(route.index),
    }));
    const line = points.filter((point) => point.front).sort((a, b) => a.x - b.x);
    return { points: dodged(points), front: line.map(({ x, y }, order) => ({ order, x, y })) };
  };

  const composition = (routes, days) => {
    const what = measure(days);
    const shown = inRank(routes).slice(0, MOST_ROWS);
    const limit = limitOf(shown.map(what.total));
    const bars = [];
    const totals = shown.map((route, at) => {
      const { index, rank, name } = whoIs(route);
      const who = { index, order: at + 1, rank, name };
      const sums = Object.fromEntries(data.style.parts.map((part) => [part, 0]));
      for (const leg of route.legs) for (const [part, hours, usd] of window.app.chartModel.parts(leg)) sums[part] += what.of(hours, usd);
      let x = 0;
      for (const [part, amount] of Object.entries(sums)) {
        if (!amount || x >= limit) continue;
        const end = Math.min(x + amount, limit);
        bars.push({ ...who, part, amount, x0: x, x1: end, wide: end - x >= WIDE * limit });
        x = end;
      }
      const total = what.total(route);
      return { ...who, amount: total, over: total > limit * (1 + SAME) };
    });
    return { bars, totals };
  };

  const risk = (routes) => {
    const bandOf = ({ index, p10, p50, p90, pBest }) =>
      Number.isFinite(p10) ? { p10, p50, p90, pBest } : data.risk?.spreads?.[index]?.[data.by];
    const shown = inRank(routes).map((route) => [route, bandOf(route)]).filter(([, band]) => band).slice(0, MOST_ROWS);
    const limit = limitOf(shown.map(([, { p90 }]) => p90));
    const bands = shown.map(([route, { p10, p50, p90, pBest }], at) => ({
      ...whoIs(route),
      order: at + 1,
      x0: Math.min(p10, limit),
      middle: Math.min(p50, limit),
      x1: Math.min(p90, limit),
      p10,
      p50,
      p90,
      p_best: pBest,
      over: p50 > limit,
    }));
    return { bands };
  };
  const tornado = (gap) => {
    const { total, swings } = window.app.chartModel.tornado(gap) ?? { swings: [] };
    const turn = gap ? -total : null; // a change of so much makes the two tie
    return { swings: swings.slice(0, MOST_SWINGS).map((swing, at) => ({ order: at + 1, ...swing, turn })) };
  };

  /* The rows of a kind of chart by table, all empty if the page has nothing for it. */
  window.app.chartRows = (kind) => {
    const { routes } = window.app.result;
    switch (kind) {
      case "time-distance":
      case "cost-distance":
        return distance(routes, kind === "time-distance");
      case "front":
        return front(routes);
      case "time-composition":
      case "cost-composition":
        return composition(routes, kind === "time-composition");
      case "risk":
        return risk(routes);
      case "tornado":
        return tornado(false);
      case "tornado-gap":
        return tornado(true);
      default:
        throw new Error(`no chart ${kind}`);
    }
  };
  /* How far a distance chart reaches: kilometres, and the amount at its top. */
  window.app.chartFrame = ({ legs, stops, ends }) => ({
    reach: Math.max(...legs.map(({ x1 }) => x1)),
    top: Math.max(...legs.map(({ y1 }) => y1), ...[...stops, ...ends].map(({ label_y }) => label_y)),
  });
  window.app.chartMost = MOST_ROWS;
})();
