/* The lightest way of a corridor in a small graph, found as the engine finds it in the large one.

   Dijkstra from stage to stage, on equal weight through lower vertices and earlier arcs
   (corridors/search.py); a way that returns to a place is split: one search without the arcs that
   leave it, one without those that come back (corridors/simple_paths.py). Weights are plain numbers
   or BigInts, all of one kind. */
"use strict";
window.app.searchIn = ({ arcs, vertices, out, mostSplits }) => {
  const push = (heap, item) => {
    let at = heap.length;
    heap.push(item);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!before(item, heap[above])) break;
      heap[at] = heap[above];
      at = above;
    }
    heap[at] = item;
  };
  const pop = (heap) => {
    const first = heap[0];
    const last = heap.pop();
    if (!heap.length) return first;
    let at = 0;
    for (;;) {
      let next = 2 * at + 1;
      if (next >= heap.length) break;
      if (next + 1 < heap.length && before(heap[next + 1], heap[next])) next += 1;
      if (!before(heap[next], last)) break;
      heap[at] = heap[next];
      at = next;
    }
    heap[at] = last;
    return first;
  };
  const before = (a, b) => a.total < b.total || (a.total === b.total && a.order < b.order);

  const grow = (weights, frontier, targets, banned, without) => {
    const missing = new Set(targets);
    const best = new Map(frontier);
    const tree = new Map();
    const heap = [];
    for (const [vertex, total] of frontier) {
      tree.set(vertex, -1);
      push(heap, { total, order: vertex });
    }
    const settled = new Set();
    const reached = new Map();
    while (heap.length && missing.size) {
      const { total, order: vertex } = pop(heap);
      if (settled.has(vertex)) continue;
      settled.add(vertex);
      if (missing.delete(vertex)) reached.set(vertex, total);
      for (const arc of out[vertex]) {
        const { head } = arcs[arc];
        if (settled.has(head) || banned.has(head) || without.has(arc)) continue;
        const reach = total + weights[arc];
        const known = best.get(head);
        if (known === undefined || reach < known) {
          best.set(head, reach);
          tree.set(head, arc);
          push(heap, { total: reach, order: head });
        }
      }
    }
    return [reached, tree];
  };
  const shortest = ({ weights, zero }, search, without) => {
    let frontier = new Map(search.origins.map((vertex) => [vertex, zero]));
    const trees = [];
    for (let stage = 0; stage < search.stages.length; stage++) {
      const [reached, tree] = grow(weights, frontier, search.stages[stage], search.banned[stage], without);
      if (!reached.size) return null;
      trees.push(tree);
      frontier = reached;
    }
    let end = null;
    for (const [order, total] of frontier) {
      if (end === null || before({ total, order }, end)) end = { total, order };
    }
    const way = [];
    let vertex = end.order;
    for (const tree of trees.reverse()) {
      for (let arc = tree.get(vertex); arc >= 0; arc = tree.get(vertex)) {
        way.push(arc);
        vertex = arcs[arc].tail;
      }
    }
    return { total: end.total, way: way.reverse() };
  };
  const firstReturn = (way) => {
    const left = new Map();
    const arrived = new Map();
    const handled = new Set();
    const passed = new Set();
    for (const number of way) {
      const { operation, tail, head } = arcs[number];
      const [start, end] = [vertices[tail], vertices[head]];
      if (start.place === end.place) {
        if (operation && operation !== "move") {
          handled.add(end.place);
          if (left.has(end.place)) return [left.get(end.place), arrived.get(end.place)];
        }
        continue;
      }
      passed.add(`${start.place} ${start.mode}`);
      const again = passed.has(`${end.place} ${end.mode}`) || handled.has(end.place);
      left.set(start.place, number);
      if (left.has(end.place) && again) return [left.get(end.place), number];
      arrived.set(end.place, number);
    }
    return null;
  };
  const parallel = (number) => out[arcs[number].tail].filter((arc) => arcs[arc].head === arcs[number].head);
  const lightest = (weighed, search) => {
    const heap = [];
    let order = 0;
    const add = (without) => {
      const found = shortest(weighed, search, without);
      if (found) push(heap, { total: found.total, order: order++, way: found.way, without });
    };
    add(new Set());
    for (let split = 0; split < mostSplits && heap.length; split++) {
      const { way, without } = pop(heap);
      const returning = firstReturn(way);
      if (!returning) return way;
      for (const number of returning) add(new Set([...without, ...parallel(number)]));
    }
    return null;
  };
  return lightest;
};
