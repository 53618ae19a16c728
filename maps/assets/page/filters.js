/* Filters over the table: family, status, country passed or avoided. What they leave out leaves
   the map as well.

   `app.state.filters` is { family, status, country }, each a text or "" for all; a country is
   "+IR" (passes it) or "-IR" (avoids it). `app.filter(change)` sets some and emits "filter". */
"use strict";
(() => {
  const { app } = window;
  const { data: page, el, words, map: view } = app;
  const ALL = { family: "", status: "", country: "" };
  app.state.filters = { ...ALL };
  if (page.routes.length < 2) {
    app.filter = () => {};
    return;
  }

  /* ---- what there is to choose from ---- */
  const AT_SEA = ["sea", "ferry", "air"];
  const landed = (legs) =>
    new Set(legs.filter((leg) => leg.country && !AT_SEA.includes(leg.mode)).map((leg) => leg.country));
  const countries = (i) => landed(view.now(i).legs);
  const distinct = (values) => [...new Set(values.filter(Boolean))];
  const indices = page.routes.map((_, i) => i);
  const ever = page.routes.map((route) => [route, ...(route.ways ?? [])].flatMap((way) => way.legs));
  const parting = (code) => !page.routes.every((route) => landed(route.legs).has(code));
  const passed = distinct(ever.flatMap((legs) => [...landed(legs)])).filter(parting).sort();
  const choices = {
    family: distinct(page.routes.map((route) => route.family)),
    status: distinct(page.routes.map((route) => route.status)),
    country: passed.flatMap((code) => [`+${code}`, `-${code}`]),
  };
  const regions = () => {
    try {
      return new Intl.DisplayNames([app.state.lang], { type: "region" });
    } catch {
      return null;
    }
  };
  const countryName = (names, code) => (/^[A-Z]{2}$/.test(code) ? (names?.of(code) ?? code) : code);

  /* ---- which corridors pass ---- */
  const passes = (i) => {
    const { family, status, country } = app.state.filters;
    const route = page.routes[i];
    return (
      (!family || route.family === family) &&
      (!status || route.status === status) &&
      (!country || countries(i).has(country.slice(1)) === country.startsWith("+"))
    );
  };
  app.passes = passes;

  /* ---- the controls ---- */
  const box = el("form", "filters");
  box.setAttribute("role", "search");
  box.addEventListener("submit", (event) => event.preventDefault());
  const selects = {};
  const labels = {};
  for (const kind of Object.keys(ALL)) {
    if (choices[kind].length < 2) continue;
    const select = el("select");
    select.id = `filter-${kind}`;
    select.addEventListener("change", () => app.filter({ [kind]: select.value }));
    const text = el("span");
    const label = el("label", "", text, select);
    selects[kind] = select;
    labels[kind] = text;
    box.append(label);
  }
  const reset = el("button", "quiet");
  reset.type = "button";
  reset.addEventListener("click", () => {
    app.filter(ALL);
    Object.values(selects)[0]?.focus();
  });
  const tally = el("p", "tally");
  tally.setAttribute("role", "status");
  box.append(app.sortBox, reset);

  const option = (value, text) => {
    const node = el("option", "", text);
    node.value = value;
    return node;
  };
  const write = () => {
    const names = regions();
    box.setAttribute("aria-label", app.t("filter.label"));
    reset.textContent = app.t("filter.reset");
    for (const [kind, select] of Object.entries(selects)) {
      labels[kind].textContent = app.t(`filter.${kind}`);
      select.replaceChildren(option("", app.t("filter.all")));
      if (kind === "country") {
        const sorted = passed
          .map((code) => [code, countryName(names, code)])
          .sort((a, b) => a[1].localeCompare(b[1], app.state.lang));
        for (const sign of ["+", "-"]) {
          const group = el("optgroup", "", ...sorted.map(([code, name]) => option(sign + code, app.t(`filter.${sign === "+" ? "passing" : "avoiding"}`, { country: name }))));
          group.label = app.t(sign === "+" ? "filter.passes" : "filter.avoids");
          select.append(group);
        }
      } else {
        const told = kind === "status" ? (value) => app.sentence(words.status(value)) : (value) => value;
        select.append(...choices[kind].map((value) => option(value, told(value))));
      }
      select.value = app.state.filters[kind];
    }
    count();
  };
  const count = () => {
    const left = indices.filter(passes).length;
    const any = Object.values(app.state.filters).some(Boolean);
    tally.textContent = any ? app.t("filter.count", { left, all: indices.length }) : "";
    tally.hidden = !any;
    reset.hidden = !any;
  };
  const apply = () => {
    count();
    indices.forEach((i) => (app.rowOf(i).hidden = !passes(i)));
    if (app.state.picked !== null && !passes(app.state.picked)) app.pick(null);
    view.show(passes);
  };
  app.filter = (change) => {
    const wanted = { ...app.state.filters };
    for (const [kind, value] of Object.entries(change)) {
      if (Object.hasOwn(ALL, kind) && (value === "" || (selects[kind] && choices[kind].includes(value)))) wanted[kind] = value;
    }
    app.state.filters = wanted;
    for (const [kind, select] of Object.entries(selects)) select.value = wanted[kind];
    apply();
    app.emit("filter");
  };
  let ways = "";
  app.on("result", () => {
    const now = indices.map((i) => view.now(i).way).join();
    if (ways && now !== ways && app.state.filters.country) apply();
    ways = now;
  });
  app.on("pick", () => app.state.picked !== null && !passes(app.state.picked) && app.filter(ALL));
  app.texts(write);
  const table = app.byId("corridors");
  table.before(box, tally);
})();
