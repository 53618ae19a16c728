/* The story: title, question, the answer in sentences, what it rests on, limits, licences.

   Sentences are made here, of templates in the reader's language and of numbers and names that
   the page brought or a what-if found; a name is put in as text and isolated from the writing
   direction of what is around it. */
"use strict";
(() => {
  const { app } = window;
  const { data, byId, el, join } = app;
  const { story } = data;
  const CRITERIA = ["cost", "time", "co2e"];
  const GRADES = ["published", "estimated", "assumed"];
  const LIMITS = ["limits.planning", "limits.validation", "limits.service", "limits.duties", "limits.dated"];
  const TIE_DIGITS = 4;

  const known = (key, otherwise) => (app.hasText(key) ? app.t(key) : app.name(otherwise.replaceAll("_", " ")));
  const cargo = () => known(`cargo.${story.cargo}`, story.cargo);
  const unitOf = (unit) => known(`unit.${unit}`, unit);
  const ends = () => ({ origin: app.name(story.origin), destination: app.name(story.destination) });
  const scenarioWords = () =>
    join(
      app.t("story.scenario", { name: app.name(story.scenario) }),
      story.asOf && app.t("flag.as_of", { date: app.date(story.asOf) }),
    );
  const nameOf = (route) => app.name(data.routes[route.index].name);

  /* ---- the answer ---- */
  const CENTS = 2; // amounts as the page has them, whether a what-if has made them anew or not
  const apart = (one, other, amount) => Number(one[amount].toFixed(CENTS)) - Number(other[amount].toFixed(CENTS));
  const gapOf = (route, best) => {
    switch (data.by) {
      case "time":
        return app.plural("count.days", apart(route, best, "days"), { digits: 1 });
      case "co2e":
        return app.t("gap.co2e", { n: app.number(apart(route, best, "kgPerT")) });
      case "cost":
        return app.t("gap.cost", { n: app.number(apart(route, best, "usdPerT")) });
      default:
        return app.t("gap.generalised", { n: app.number(apart(route, best, "generalisedPerT")) });
    }
  };
  const bestSentence = (best) => {
    const values = { criterion: app.t(`by.${data.by}`), best: nameOf(best) };
    const sure = data.routes.length > 1 ? best.pBest : null; // who runs alone is no winner
    return typeof sure === "number"
      ? app.t("story.best_sure", { ...values, share: app.percent(sure) })
      : app.t("story.best", values);
  };
  /* Its amounts at a glance, each with the range of its draws where the page has any. */
  const FIGURES = { cost: ["usdPerT", 0], time: ["days", 1], co2e: ["kgPerT", 0], generalised: ["generalisedPerT", 0] };
  const figures = (best) => {
    const shown = Object.keys(FIGURES).filter((by) => by !== "generalised" || data.by === by);
    const box = el("dl", "figures");
    for (const by of shown) {
      const [amount, digits] = FIGURES[by];
      const { p10, p90 } = best.spreads?.[by] ?? {};
      const unit = el("small", "", app.t(`unit.${by}`));
      const range = p10 === undefined ? null : el("dd", "range", `${app.number(p10, digits)}–${app.number(p90, digits)}`);
      const value = el("dd", "", el("span", "much", app.number(best[amount], digits)), " ", unit);
      box.append(el("div", "", el("dt", "", app.t(`by.${by}`)), value, range));
    }
    return best.spreads ? [box, el("div", "from", app.t("story.range"))] : [box];
  };
  const nextSentence = (best, next) =>
    app.t("story.next", {
      runner: nameOf(next),
      gap: gapOf(next, best),
      usd: app.signed(apart(next, best, "usdPerT")),
      days: app.plural("count.days", apart(next, best, "days"), { digits: 1, write: app.signed }),
      kg: app.signed(apart(next, best, "kgPerT")),
    });
  const flipSentence = (next, changed) => {
    if (changed) return app.t("story.flip_typical");
    const flip = story.flip ?? story.flipOther;
    if (!flip) return app.t("story.flip_none");
    const other = data.routes.find((route) => route.id === flip.corridor);
    const values = {
      runner: nameOf(next),
      parameter: app.name(flip.words),
      value: app.value(flip.value, TIE_DIGITS),
      typical: app.value(flip.typical),
      low: app.value(flip.low),
      high: app.value(flip.high),
      unit: unitOf(flip.unit),
    };
    const said = story.flip ? app.t("story.flip", values) : app.t("story.flip_other", { ...values, other: app.name(other.name) });
    return flip.waysHold ? said : `${said} ${app.t("story.flip_ways")}`;
  };
  const flagsSentence = (best) => {
    const labels = [...new Set((best.flags ?? data.routes[best.index].flags).map(([label]) => label))];
    return labels.length ? app.t("story.flags", { flags: labels.map(app.name).join(", ") }) : null;
  };
  const answer = () => {
    const ranked = [...app.result.routes].sort((a, b) => a.rank - b.rank);
    if (!ranked.length) return [app.t("table.nothing")];
    const [best, next] = ranked;
    const changed = Boolean(app.result.changed);
    return [
      bestSentence(best),
      ...(next ? [nextSentence(best, next), flipSentence(next, changed)] : [app.t(data.notPossible.length ? "story.only" : "story.alone")]),
      flagsSentence(best),
    ];
  };
  const writeHead = () => {
    const changed = Boolean(app.result.changed);
    const load = { cargo: cargo(), mass: app.value(app.state.massT) };
    document.title = app.t("story.title", story);
    byId("title").textContent = app.t("story.title", ends());
    byId("question").textContent = app.t("story.question", load);
    byId("context").textContent = join(
      app.t("story.load", {
        ...load,
        units: app.number(app.result.units ?? story.units),
        unit: known(`cargo_unit.${story.cargoUnit}`, story.cargoUnit),
      }),
      scenarioWords(),
    );
    const sentences = answer().filter(Boolean).map((text) => el("p", "", text));
    const label = changed ? [el("p", "answer-state", app.t("story.changed"))] : [];
    const best = app.result.routes.find((route) => route.rank === 1);
    const [first, ...rest] = sentences;
    byId("answer").replaceChildren(...label, first, ...(best ? figures(best) : []), ...rest);
  };

  /* ---- what its words mean, beside where they are first met ---- */
  const GLOSSARY = ["generalised", "range", "best_in", "co2e", "transshipment", "gauge", "teu", "remarks"];
  const OF_RISK = ["range", "best_in"];
  const glossary = el("details", "glossary");
  byId("story").append(glossary);
  app.texts(() => {
    const told = GLOSSARY.filter((word) => data.risk || !OF_RISK.includes(word));
    const entries = told.flatMap((word) => [el("dt", "", app.t(`word.${word}`)), el("dd", "", app.t(`word.${word}.means`))]);
    glossary.replaceChildren(el("summary", "", app.t("word.title")), el("dl", "", ...entries));
  });

  /* ---- what it rests on ---- */
  const cell = (tag, text, scope) => {
    const node = el(tag, "", text);
    if (scope) node.scope = scope;
    return node;
  };
  const shareTable = () => {
    const head = el("tr", "", cell("th", app.t("evidence.total"), "col"), ...GRADES.map((grade) => cell("th", app.t(`grade.${grade}`), "col")));
    const body = el("tbody");
    for (const criterion of CRITERIA) {
      const share = story.shares.find((one) => one.criterion === criterion);
      if (!share) continue;
      const bar = el("div", "grades");
      bar.setAttribute("aria-hidden", "true");
      for (const grade of GRADES) {
        const piece = el("i", `grade-${grade}`);
        piece.style.flexGrow = share[grade];
        bar.append(piece);
      }
      const name = cell("th", app.t(`by.${criterion}`), "row");
      name.append(bar);
      body.append(el("tr", "", name, ...GRADES.map((grade) => cell("td", app.percent(share[grade])))));
    }
    return el("table", "shares", el("thead", "", head), body);
  };
  const assumption = ({ words, parameter, criterion, share }) => {
    const part = app.t(criterion === "cost" ? "evidence.of_cost" : "evidence.of_time", { share: app.percent(share) });
    const item = el("li", "", join(app.name(words), part));
    item.title = parameter;
    return item;
  };
  const list = (...items) => el("ul", "", ...items);
  const basis = el("div", "basis");
  byId("about").append(basis);
  const writeBasis = () => {
    const parts = [
      el("h3", "", app.t("evidence.title")),
      el("p", "", scenarioWords()),
      story.description && el("p", "from", story.description),
      data.by === "generalised" && el("p", "", app.t("evidence.generalised")),
    ];
    if (story.shares.length) parts.push(shareTable(), el("p", "from", app.t("evidence.mean")));
    if (data.risk) {
      const { draws, seed } = data.risk;
      parts.push(el("p", "", app.t("evidence.draws", { draws: app.number(draws), seed: String(seed) })));
    }
    if (story.assumptions.length) parts.push(el("h3", "", app.t("evidence.assumptions")), list(...story.assumptions.map(assumption)));
    parts.push(el("h3", "", app.t("limits.title")), list(...LIMITS.map((key) => el("li", "", app.t(key)))));
    parts.push(el("h3", "", app.t("licences.title")), list(...data.attributions.map((text) => el("li", "", text))));
    parts.push(el("p", "", app.t("about.version", { version: app.name(data.dataVersion) })));
    basis.replaceChildren(...parts.filter(Boolean));
  };

  app.texts(writeBasis);
  app.on("lang", writeHead);
  app.on("result", writeHead);
  if (app.result) writeHead();
})();
