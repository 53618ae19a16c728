/* The comparison: a row per corridor, sorted by any column, with its legs underneath.

   `app.state.sort` is { key, up }; `app.sort(key, up)` sets it and emits "sort". */
"use strict";
(() => {
  const { app } = window;
  const { data: page, el, join, words, map: view } = app;
  const count = page.routes.length;

  /* A column without a number in any row hides itself. */
  const columns = [
    { key: "rank", plain: true },
    { key: "name", plain: true },
    { key: "usdPerT", digits: 0, ranked: true, unit: true },
    { key: "days", digits: 1, ranked: true },
    { key: "kgPerT", digits: 0, ranked: true, unit: true },
    { key: "km", digits: 0 },
    { key: "borders", digits: 0 },
    { key: "gauges", digits: 0, unit: true },
    /* A range is that of what ranks. Generalised cost is no other column, so it stands with its range. */
    page.by === "generalised"
      ? { key: "generalisedPerT", digits: 0, ranked: true, unit: true, banded: true }
      : { key: "p10", digits: 0, unit: true, range: true },
    { key: "pBest", percent: true, unit: true, down: true },
  ];
  const shownBy = page.by === "time" ? 1 : 0; // decimals of the criterion that ranks
  const now = (i) => app.result?.routes[i] ?? page.routes[i];
  const value = (column, i) => (column.key === "name" ? page.routes[i].name : now(i)[column.key]);
  const range = (i) => `${app.number(now(i).p10, shownBy)}–${app.number(now(i).p90, shownBy)}`;
  const banded = (column) => column.banded && page.routes.some((_, i) => Number.isFinite(now(i).p10));
  const written = (column, i) => {
    if (column.percent) return `${app.number(100 * value(column, i))} %`;
    if (column.range) return range(i);
    return app.number(value(column, i), column.digits);
  };
  const has = (column, i) => column.plain || Number.isFinite(value(column, i));
  const by = () => ({ by: app.t(`by.${page.by}`) });
  const title = (column) => app.t(`table.${column.key}`, by()) + (banded(column) ? `. ${app.t("table.p10", by())}` : "");
  const unit = (column) => {
    if (banded(column)) return app.t(`table.${column.key}.banded`);
    return column.unit ? app.t(`table.${column.key}.unit`, { by: app.t(`unit.${page.by}`) }) : "";
  };
  const label = (column) => app.t(`table.${column.key}.head`);

  const role = (node, name) => {
    node.setAttribute("role", name); // a table drawn as blocks on a phone stays a table when read out
    return node;
  };

  /* ---- what stands under a corridor's name ---- */
  const chips = (route) => {
    const all = [];
    if (route.status && route.status !== "operational") all.push(el("span", "chip state", words.status(route.status)));
    if (route.legs.some(view.own)) all.push(el("span", "chip own", app.t("map.own")));
    const seen = new Set();
    for (const [text, more] of route.flags) {
      if (seen.has(text)) continue;
      seen.add(text);
      const chip = el("span", "chip", text);
      chip.title = more;
      all.push(chip);
    }
    return all.length ? el("div", "chips", ...all) : null;
  };
  const strip = (route) => {
    const bar = el("div", "strip");
    bar.setAttribute("role", "img");
    const parts = [];
    for (const leg of route.legs) {
      if (!leg.mode || !leg.km) continue;
      const running = leg.status === "operational";
      const last = parts.at(-1);
      if (last && last.mode === leg.mode && last.running === running) last.km += leg.km;
      else parts.push({ mode: leg.mode, running, km: leg.km });
    }
    for (const part of parts) {
      const piece = el("i", `${words.modeClass(part.mode)} ${part.running ? "" : "not-yet"}`);
      piece.style.flexGrow = part.km;
      bar.append(piece);
    }
    const told = parts.map((part) => `${words.mode(part.mode)} ${words.km(part.km)}`).join(", ");
    bar.setAttribute("aria-label", told);
    bar.title = told;
    return bar;
  };
  const legTable = (route) => {
    const body = el("tbody");
    for (const leg of route.legs) {
      const moving = leg.operation === "move" && leg.mode;
      const where = leg.from === leg.to ? leg.from : `${leg.from} → ${leg.to}`;
      const more = join(
        moving ? words.mode(leg.mode) : words.operation(leg.operation),
        leg.country && app.country(leg.country),
        moving ? words.gauge(leg.gauge) : "",
        leg.status === "operational" ? "" : words.status(leg.status),
        view.own(leg) && app.t("map.own"),
      );
      const cells = [moving ? app.number(leg.km) : "", words.hours(leg.h), words.usd(leg.usd), words.usd(leg.kg)];
      const row = el("tr", moving ? words.modeClass(leg.mode) : "", el("td", "", where, el("small", "", more)));
      row.append(...cells.map((text) => el("td", "", text)));
      body.append(row);
    }
    const heads = ["leg", "km", "hours", "usd", "kg"].map((key) => {
      const head = el("th", "", app.t(`legs.${key}`));
      head.scope = "col";
      return head;
    });
    return el("table", "legs", el("thead", "", el("tr", "", ...heads)), body);
  };

  /* ---- a corridor's rows ---- */
  const bodies = page.routes.map((route, i) => {
    const button = el("button", "", route.name);
    button.type = "button";
    button.id = `pick-${i}`;
    const under = el("div");
    const name = role(el("th", "name", button, under), "rowheader");
    const remarks = role(el("td"), "cell");
    name.scope = "row";
    const badge = words.badge(i);
    const cells = columns.filter((column) => !column.plain).map((column) => ({ column, cell: role(el("td"), "cell") }));
    const row = role(el("tr", "row", role(el("td", "rank", badge), "cell"), name, ...cells.map(({ cell }) => cell)), "row");
    const inside = el("td");
    remarks.colSpan = columns.length - 1;
    const flags = role(el("tr", "flags", role(el("td"), "cell"), remarks), "row");
    inside.colSpan = columns.length;
    const detail = el("tr", "detail", inside);
    detail.id = `legs-${i}`;
    detail.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", detail.id);
    const node = role(el("tbody", "", row, flags, detail), "rowgroup");
    let way = null;
    let filled = false;
    const body = {
      node,
      open(open) {
        detail.hidden = !open;
        node.classList.toggle("picked", open);
        button.setAttribute("aria-expanded", String(open));
        if (open && !filled) body.legs();
      },
      legs() {
        filled = true;
        inside.replaceChildren();
        const current = view.now(i);
        if (current.flags.length) inside.append(el("ul", "remarks", ...current.flags.map(words.remark)));
        inside.append(legTable(current));
      },
      texts() {
        const current = view.now(i);
        under.replaceChildren(strip(current));
        const told = chips(current);
        flags.hidden = !told;
        remarks.replaceChildren(...(told ? [told] : []));
        for (const { column, cell } of cells) cell.dataset.label = [label(column), unit(column)].filter(Boolean).join(" ");
        if (!detail.hidden) body.legs();
        else filled = false;
      },
      amounts(lowest) {
        badge.textContent = String(words.rank(i));
        for (const { column, cell } of cells) {
          const text = has(column, i) ? written(column, i) : "–";
          const under = banded(column) && Number.isFinite(now(i).p10) ? range(i) : "";
          if (cell.textContent !== text + under) cell.replaceChildren(text, ...(under ? [el("small", "", under)] : []));
          const best = count > 1 && value(column, i) === lowest.get(column.key);
          if (best !== cell.classList.contains("best")) cell.classList.toggle("best", best);
          cell.title = best ? app.t("table.lowest", { what: title(column) }) : "";
          cell.hidden = !shown.has(column.key);
        }
        if (way !== null && way !== now(i).way) body.texts();
        else if (!detail.hidden) body.legs();
        else filled = false;
        way = now(i).way;
      },
    };
    node.addEventListener("mouseenter", () => app.hover(i));
    node.addEventListener("mouseleave", () => app.hover(null));
    for (const part of [row, flags]) {
      part.addEventListener("click", () => app.pick(app.state.picked === i ? null : i));
    }
    button.addEventListener("focus", () => button.matches(":focus-visible") && app.hover(i));
    button.addEventListener("blur", () => app.hover(null));
    return body;
  });

  /* ---- heads and order ---- */
  const table = role(el("table", "compare"), "table");
  table.id = "corridors";
  table.setAttribute("aria-labelledby", "compared-title");
  const heads = columns.map((column) => {
    const button = el("button");
    button.type = "button";
    const head = role(el("th", "", button), "columnheader");
    head.scope = "col";
    button.addEventListener("click", () => {
      const { key, up } = app.state.sort;
      app.sort(column.key, key === column.key ? !up : !column.down);
    });
    return { column, button, head };
  });
  table.append(role(el("thead", "", role(el("tr", "", ...heads.map(({ head }) => head)), "row")), "rowgroup"));
  let standing = "";
  const order = () => {
    const { key, up } = app.state.sort;
    const column = columns.find((one) => one.key === key);
    const sorted = page.routes.map((_, i) => i);
    const compare = (a, b) => {
      if (key === "name") return page.routes[a].name.localeCompare(page.routes[b].name, app.state.lang);
      return (value(column, a) ?? Infinity) - (value(column, b) ?? Infinity);
    };
    sorted.sort((a, b) => (up ? 1 : -1) * compare(a, b) || now(a).rank - now(b).rank);
    for (const { column: one, head } of heads) {
      if (one.key === key) head.setAttribute("aria-sort", up ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
    if (sorted.join() === standing) return;
    standing = sorted.join();
    const focused = document.activeElement;
    table.append(...sorted.map((i) => bodies[i].node));
    if (table.contains(focused)) focused.focus({ preventScroll: true });
  };
  app.state.sort = { key: "rank", up: true };
  app.sortKeys = columns.map((column) => column.key);
  app.sort = (key, up) => {
    app.state.sort = { key, up };
    order();
    app.emit("sort");
  };

  /* ---- what follows the result, the language and the map ---- */
  let shown = new Set();
  const amounts = () => {
    const all = page.routes.map((_, i) => i);
    shown = new Set(columns.filter((column) => all.some((i) => has(column, i))).map((column) => column.key));
    const lowest = new Map(columns.filter((one) => one.ranked).map((one) => [one.key, Math.min(...all.map((i) => value(one, i)))]));
    heads.forEach(({ column, head }) => (head.hidden = !shown.has(column.key)));
    if (headed !== columns.some(banded)) write();
    bodies.forEach((body) => body.amounts(lowest));
    order();
  };
  const hint = el("p", "hint");
  let headed = false; // whether heads speak of a range
  const write = () => {
    headed = columns.some(banded);
    hint.textContent = app.t(count ? "table.hint" : "table.nothing");
    for (const { column, button } of heads) {
      button.replaceChildren(label(column), ...(unit(column) ? [el("small", "", unit(column))] : []));
      button.title = app.t("table.sort_by", { what: title(column) });
      button.setAttribute("aria-label", title(column));
    }
    bodies.forEach((body) => body.texts());
  };
  app.texts(write);
  app.byId("compared").append(hint, ...(count ? [table] : []));
  app.on("result", amounts);
  app.on("lang", () => app.result && amounts());
  app.on("lit", () => bodies.forEach((body, i) => body.node.classList.toggle("lit", i === view.lit)));
  app.on("pick", () => bodies.forEach((body, i) => body.open(i === app.state.picked)));
  app.on("shown", () => bodies.forEach((body, i) => body.node.classList.toggle("off", !view.shows(i))));
  /* On a phone the heads are out of sight; a list stands in for them. */
  const list = el("select");
  list.addEventListener("change", () => {
    const column = columns.find((one) => one.key === list.value);
    app.sort(column.key, !column.down);
  });
  const listName = el("span");
  /* Out of sight, heads are no places to go to by the Tab key; they are still read out. */
  new ResizeObserver(() => {
    const unseen = getComputedStyle(table.tHead).position === "absolute";
    heads.forEach(({ button }) => (button.tabIndex = unseen ? -1 : 0));
  }).observe(app.byId("compared"));
  app.sortBox = el("label", "sort-box", listName, list);
  const relist = () => {
    listName.textContent = app.t("table.order");
    const choices = columns.filter((column) => shown.has(column.key)).map((column) => {
      const choice = el("option", "", column.plain && column.key === "rank" ? app.t("table.rank") : label(column));
      choice.value = column.key;
      return choice;
    });
    list.replaceChildren(...choices);
    list.value = app.state.sort.key;
  };
  app.on("ready", relist);
  app.on("lang", relist);
  app.on("sort", () => (list.value = app.state.sort.key));
  app.rowOf = (i) => bodies[i].node;

  /* ---- what was not possible ---- */
  if (page.notPossible.length) {
    const items = page.notPossible.map(([, name, reason]) => el("li", "", el("b", "", name), el("span", "", reason)));
    app.byId("refused").append(el("ul", "refusals", ...items));
    app.byId("refused").hidden = false;
  }
})();
