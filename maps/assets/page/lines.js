/* Where corridors run: stretches in pixels, the lanes of those that share one, and arrows on them.

   `app.map` begins here; map.js, gateways.js and labels.js add to it:
     leaflet, base, gateways, control, corridors   Folium's objects
     own(leg)     whether some of a leg is the analyst's own line
     now(i)       corridor i as the result has it: its legs and its stops
     shows(i)     whether corridor i is on the map
     lit          the corridor that stands out, or null
     lines()      the stretches on the map as pixels of the world, for names that keep off them
   `app.lines` is what map.js draws with. */
"use strict";
(() => {
  const { app } = window;
  const { data: page } = app;
  const { map, base, gateways, control, corridors } = window.corridorPage;

  const view = {
    leaflet: map,
    base,
    gateways,
    control,
    corridors,
    lit: null,
    shows: (i) => map.hasLayer(corridors[i]),
    now: (i) => {
      const [route, found] = [page.routes[i], app.result?.routes[i]];
      return { ...route, ...found, stops: found?.way ? (found.stops ?? route.stops) : route.stops };
    },
  };
  const ownArcs = new Set(page.ownLines.flatMap((own) => own.arcs.map((arc) => (arc < 0 ? ~arc : arc))));
  view.own = (leg) => Boolean(leg.own) || leg.arcs.some((arc) => ownArcs.has(arc < 0 ? ~arc : arc));
  app.map = view;
  const drawn = (i) => view.now(i).legs.filter((leg) => leg.mode && leg.arcs.length);

  /* ---- stretches: decoded once, thinned once per zoom, shifted sideways per lane ---- */
  const stretches = page.arcs.map((arc) => {
    const points = [];
    for (let i = 0, lon = 0, lat = 0; i < arc.length; i += 2) {
      lon += arc[i];
      lat += arc[i + 1];
      points.push(L.latLng(lat / page.unitsPerDegree, lon / page.unitsPerDegree));
    }
    return points;
  });
  const spots = stretches.map((points) => points.map((at) => map.project(at, 0)));
  const extents = stretches.map((points) => L.latLngBounds(points));
  const THIN_PX = 0.7;
  let thinned = { zoom: null };
  const atZoom = () => {
    const zoom = map.getZoom();
    if (thinned.zoom !== zoom) thinned = { zoom, lines: [], lanes: new Map() };
    return thinned;
  };
  const line = (arc) => {
    const { zoom, lines } = atZoom();
    if (!lines[arc]) {
      const scale = 2 ** zoom;
      lines[arc] = L.LineUtil.simplify(spots[arc].map((p) => L.point(p.x * scale, p.y * scale)), THIN_PX);
    }
    return lines[arc];
  };
  const LONGEST_MITRE = 2; // times the shift
  const shifted = (points, by) => {
    const normals = [];
    for (let k = 1; k < points.length; k++) {
      const [dx, dy] = [points[k].x - points[k - 1].x, points[k].y - points[k - 1].y];
      const length = Math.hypot(dx, dy) || 1;
      normals.push([dy / length, -dx / length]);
    }
    return points.map((p, k) => {
      const [a, b] = [normals[Math.max(k - 1, 0)], normals[Math.min(k, normals.length - 1)]];
      const [x, y] = [a[0] + b[0], a[1] + b[1]];
      const reach = Math.min(2 / (x * x + y * y || 1), LONGEST_MITRE / (Math.hypot(x, y) || 1));
      return L.point(p.x + x * reach * by, p.y + y * reach * by);
    });
  };
  const laneLine = (arc, shift) => {
    if (!shift) return line(arc);
    const { lanes } = atZoom();
    const key = `${arc} ${shift}`;
    if (!lanes.has(key)) lanes.set(key, line(arc).length > 1 ? shifted(line(arc), shift) : line(arc));
    return lanes.get(key);
  };
  view.lines = () => [...riders.keys()].map((key) => line(parseInt(key, 10)));

  /* ---- lanes: two or three corridors on one stretch run side by side, more share one line ---- */
  const LANE_PX = { far: 2.7, near: 3.4 };
  const FAR_ZOOM = 5;
  view.far = () => map.getZoom() < FAR_ZOOM;
  const MOST_LANES = 3;
  let riders = new Map(); // "arc mode" -> who runs on it, and who of them runs against it
  const key = (arc, mode) => `${arc < 0 ? ~arc : arc} ${mode}`;
  const ridersOf = (arc, mode) => riders.get(key(arc, mode)) ?? null; // null where no corridor runs
  const findRiders = () => {
    riders = new Map();
    page.routes.forEach((_, i) => {
      if (!view.shows(i)) return;
      for (const leg of drawn(i)) {
        for (const arc of leg.arcs) {
          const name = key(arc, leg.mode);
          if (!riders.has(name)) riders.set(name, { who: [], turned: [] });
          const { who, turned } = riders.get(name);
          if (!who.includes(i)) {
            who.push(i);
            turned.push(arc < 0);
          }
        }
      }
    });
  };
  /* How far to the side corridor i runs on a stretch, and whether it is the one that draws it. */
  const lane = (arc, mode, i) => {
    const found = ridersOf(arc, mode);
    const at = found ? found.who.indexOf(i) : -1;
    if (at < 0 || found.who.length === 1) return { shift: 0, draws: true };
    if (found.who.length > MOST_LANES) return { shift: 0, draws: at === 0 };
    const shift = (at - (found.who.length - 1) / 2) * (view.far() ? LANE_PX.far : LANE_PX.near);
    return { shift: found.turned[0] ? -shift : shift, draws: true };
  };
  const meet = (a, b) => Math.abs(a.lat - b.lat) < 1e-9 && Math.abs(a.lng - b.lng) < 1e-9;
  const ends = (arc) => {
    const points = stretches[arc < 0 ? ~arc : arc];
    return arc < 0 ? [points.at(-1), points[0]] : [points[0], points.at(-1)];
  };
  /* The lines of a leg as pixels of the world: what it draws itself, or the whole of it. */
  const rings = (i, leg, { whole = false, skip = null } = {}) => {
    const found = [];
    let before = null;
    for (const arc of leg.arcs) {
      const { shift, draws } = lane(arc, leg.mode, i);
      if (!(draws || whole) || skip?.(arc, leg.mode)) {
        before = null;
        continue;
      }
      const points = laneLine(arc < 0 ? ~arc : arc, shift);
      const forth = arc < 0 ? [...points].reverse() : points;
      if (before !== null && meet(ends(before)[1], ends(arc)[0])) found.at(-1).push(...forth);
      else found.push([...forth]);
      before = arc;
    }
    return found;
  };
  const Lines = L.Polyline.extend({
    initialize(find, extent, options) {
      L.Polyline.prototype.initialize.call(this, [extent.getSouthWest(), extent.getNorthEast()], options);
      this._find = find;
    },
    _projectLatlngs(_, result, bounds) {
      const origin = map.getPixelOrigin();
      for (const ring of this._find()) {
        const points = ring.map((p) => p.subtract(origin));
        points.forEach((p) => bounds.extend(p));
        result.push(points);
      }
    },
  });

  /* ---- arrows: which way the goods go, sparsely ---- */
  const ARROW = { every: 130, least: 46, length: 8.5, width: 4.2 }; // px
  const heads = (ring, size) => {
    const found = [];
    let next = Math.max(ARROW.least / 2, ARROW.every / 2);
    let run = 0;
    const whole = ring.reduce((sum, p, k) => (k ? sum + p.distanceTo(ring[k - 1]) : 0), 0);
    if (whole < ARROW.least) return found;
    if (whole < ARROW.every) next = whole / 2;
    for (let k = 1; k < ring.length; k++) {
      const [a, b] = [ring[k - 1], ring[k]];
      const step = a.distanceTo(b);
      while (step && run + step >= next) {
        const part = (next - run) / step;
        const [ux, uy] = [(b.x - a.x) / step, (b.y - a.y) / step];
        const [x, y] = [a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part];
        const [long, wide] = [(ARROW.length * size) / 2, ARROW.width * size];
        found.push([
          L.point(x + ux * long, y + uy * long),
          L.point(x - ux * long - uy * wide, y - uy * long + ux * wide),
          L.point(x - ux * long * 0.5, y - uy * long * 0.5),
          L.point(x - ux * long + uy * wide, y - uy * long - ux * wide),
        ]);
        next += ARROW.every;
      }
      run += step;
    }
    return found;
  };
  const Arrows = Lines.extend({
    _projectLatlngs(_, result, bounds) {
      const found = [];
      Lines.prototype._projectLatlngs.call(this, _, found, bounds);
      for (const ring of found) result.push(...heads(ring, this.options.size));
    },
    _clipPoints() {
      const seen = this._renderer._bounds;
      this._parts = this._rings.filter((ring) => seen.contains(ring[0]));
    },
    _simplifyPoints() {},
  });

  /* ---- where they are ---- */
  const extentOf = (legs) => {
    const found = L.latLngBounds([]);
    legs.forEach((leg) => leg.arcs.forEach((arc) => found.extend(extents[arc < 0 ? ~arc : arc])));
    return found;
  };
  const everywhere = L.latLngBounds(extents.length ? extents.map((one) => one.getCenter()) : [[0, 0]]);
  app.lines = { drawn, extentOf, everywhere, rings, Lines, Arrows, MOST_LANES, findRiders, ridersOf };
})();
