/* The levers: a slider and a number for each, the best corridor now, the same as a command. */
"use strict";
(() => {
  const { app } = window;
  const { data, el, byId } = app;
  const given = data.whatIf;
  if (!given) {
    app.update();
    return;
  }
  const MASS = " mass"; // no key of a parameter has a space
  const GROUPS = ["cargo", "policy", "rates", "handling", "borders", "sea", "speeds", "emissions"];
  const SPOKEN_AFTER_MS = 500;

  /* A number as one writes it: every digit it has, none that it has not. */
  const plain = (value) => (Number.isFinite(value) ? String(value) : "");
  const shown = (value) => {
    const decimals = (plain(value).split(".")[1] ?? "").length;
    return Math.abs(value) < 1e-6 && value ? plain(value) : app.number(value, decimals);
  };
  /* The step's multiple nearest to a slider's position, without what sums of decimals leave behind. */
  const onGrid = (lever, value) => {
    const digits = Math.max(...[lever.low, lever.step].map((one) => (plain(one).split(".")[1] ?? "").length));
    const steps = Math.round((value - lever.low) / lever.step);
    return Math.min(lever.high, Number((lever.low + steps * lever.step).toFixed(digits)));
  };

  const set = (key, value) => {
    if (key === MASS) return app.update({ massT: value });
    const values = { ...app.state.values };
    values[key] = value; // the engine leaves out what stands at its typical value
    return app.update({ values });
  };
  const valueOf = (key, lever) => (key === MASS ? app.state.massT : (app.state.values[key] ?? lever.value));

  /* ---- one lever ---- */
  const build = (lever, number) => {
    const id = `lever-${number}`;
    const name = el("label");
    name.htmlFor = id;
    const slider = el("input");
    slider.type = "range";
    slider.id = id;
    slider.min = plain(lever.low);
    slider.max = plain(lever.high);
    slider.step = "any"; // keys and clicks go by the grid, see below
    const exact = el("input", "exact");
    exact.type = "number";
    exact.min = slider.min;
    exact.max = slider.max;
    exact.step = "any";
    exact.inputMode = "decimal";
    const unit = el("span", "unit");
    const tick = el("span", "tick");
    const share = (lever.value - lever.low) / (lever.high - lever.low || 1);
    tick.style.left = `calc(8px + ${share} * (100% - 16px))`; // a thumb is 16 px wide
    const back = el("button", "back");
    back.type = "button";
    const says = el("div", "says");
    says.id = `${id}-says`;
    slider.setAttribute("aria-describedby", says.id);
    const track = el("div", "track", slider, tick);
    const box = el("div", "lever", name, exact, unit, track, says, back);

    const move = (value) => set(lever.key, Math.min(lever.high, Math.max(lever.low, value)));
    slider.addEventListener("input", () => {
      const near = (lever.high - lever.low) / 100;
      const value = Number(slider.value);
      move(Math.abs(value - lever.value) < near ? lever.value : onGrid(lever, value));
    });
    slider.addEventListener("keydown", (event) => {
      const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!steps) return; // Home and End are the browser's
      event.preventDefault();
      const now = valueOf(lever.key, lever);
      const next = onGrid(lever, now + steps * lever.step);
      const passed = (next - lever.value) * (now - lever.value) < 0; // an odd typical value is met too
      move(passed ? lever.value : next);
    });
    exact.addEventListener("change", () => {
      const value = exact.valueAsNumber;
      if (Number.isFinite(value)) move(value);
      else refresh();
    });
    back.addEventListener("click", () => {
      set(lever.key, lever.value);
      slider.focus();
    });

    const words = () => {
      const title = lever.title();
      const measure = app.t(`unit.${lever.unit}`);
      name.textContent = title;
      unit.textContent = measure;
      exact.setAttribute("aria-label", app.t("whatif.exact", { name: title, unit: measure }));
      back.textContent = app.t("whatif.reset", { value: shown(lever.value) });
      back.setAttribute("aria-label", app.t("whatif.reset_one", { name: title }));
      const factor = lever.factors.reduce((product, one) => product * one, 1);
      says.textContent = app.join(
        app.t("whatif.range", { low: shown(lever.low), high: shown(lever.high), value: shown(lever.value) }),
        factor === 1 ? "" : app.t("whatif.multiplied", { factor: shown(factor) }),
      );
      refresh();
    };
    const refresh = () => {
      const value = valueOf(lever.key, lever);
      slider.value = plain(value);
      slider.setAttribute("aria-valuetext", `${shown(value)} ${app.t(`unit.${lever.unit}`)}`);
      if (exact.valueAsNumber !== value) exact.value = plain(value);
      const moved = value !== lever.value;
      box.classList.toggle("moved", moved);
      back.disabled = !moved;
    };
    return { box, words, refresh, group: lever.group };
  };
  const mass = { ...given.mass, key: MASS, unit: "t", factors: [], group: "cargo", title: () => app.t("whatif.mass") };
  const levers = given.levers.map((lever) => {
    const [key, unit] = given.rows[lever.row];
    return { ...lever, key, unit, title: () => app.sentence(lever.words) };
  });
  const built = [mass, ...levers].map(build);

  /* ---- the command that gives the same ---- */
  const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  app.command = () => {
    const values = app.state.values;
    const stated = given.stated.filter((one) => !Object.hasOwn(values, one.split("=", 1)[0].trim()));
    const sets = [...stated, ...Object.keys(values).sort().map((key) => `${key}=${plain(values[key])}`)];
    const options = [...given.options, "--mass-t", plain(app.state.massT), ...sets.flatMap((one) => ["--set", one])];
    const dashed = given.ends.some((end) => end.startsWith("-")); // a southern latitude is no option
    const words = dashed ? [...options, "--", ...given.ends] : [...given.ends, ...options];
    return ["corridors", "compare", ...words].map(quoted).join(" ");
  };
  const command = el("textarea");
  command.readOnly = true;
  command.rows = 3;
  command.id = "whatif-command";
  command.spellcheck = false;
  const commandLabel = el("label");
  commandLabel.htmlFor = command.id;
  const copy = el("button");
  copy.type = "button";
  copy.id = "whatif-copy";
  const copied = el("span");
  copied.setAttribute("role", "status");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command.value);
      copied.textContent = app.t("whatif.copied");
    } catch {
      command.focus();
      command.select();
      copied.textContent = app.t("whatif.copy_failed");
    }
  });

  /* ---- the panel ---- */
  const summary = el("summary");
  const lead = el("p", "lead");
  const basis = el("p", "searched");
  const groups = GROUPS.map((group) => {
    const inside = built.filter((one) => one.group === group).map((one) => one.box);
    if (!inside.length) return null;
    const name = el("legend", "group");
    return { name, group, box: el("fieldset", "", name, ...inside) };
  }).filter(Boolean);
  const best = el("b");
  const before = el("span");
  const all = el("button", "all");
  all.type = "button";
  all.id = "whatif-reset";
  all.addEventListener("click", () => app.update({ values: {}, massT: data.massT }));
  const now = el("div", "now", best, before, all);
  const says = el("p", "unseen");
  says.setAttribute("role", "status");
  const body = el(
    "div", "levers", lead, ...groups.map((one) => one.box), now,
    el("div", "command", commandLabel, command, el("div", "copy", copy, copied)), basis,
  );
  const panel = el("details", "whatif", summary, body);
  byId("whatif").append(panel, says);
  byId("whatif").hidden = false;

  const amount = { cost: ["usdPerT", 1], time: ["days", 1], co2e: ["kgPerT", 1], generalised: ["generalisedPerT", 1] };
  let timer = 0;
  let spoken = "";
  const answer = () => {
    const { routes, order, changed } = app.result;
    const [field, digits] = amount[data.by];
    const first = order[0];
    best.textContent = app.t("whatif.best", {
      name: data.routes[first].name,
      amount: app.number(routes[first][field], digits),
      unit: app.t(`whatif.by.${data.by}`),
    });
    before.textContent = first === 0 ? "" : app.t("whatif.before", { name: data.routes[0].name });
    const count = Object.keys(app.state.values).length + (app.state.massT !== data.massT);
    summary.replaceChildren(app.t("whatif.open"), count ? el("small", "", app.t("whatif.moved", { count })) : "");
    all.disabled = !changed;
    command.value = app.command();
    copied.textContent = "";
    clearTimeout(timer); // said once the slider rests
    timer = setTimeout(() => {
      const text = app.join(best.textContent, before.textContent);
      if (spoken && text !== spoken) says.textContent = text;
      spoken = text;
    }, SPOKEN_AFTER_MS);
  };
  app.on("result", () => {
    built.forEach((one) => one.refresh());
    answer();
  });
  app.update();
  app.texts(() => {
    byId("whatif-title").textContent = app.t("whatif.title");
    lead.textContent = app.t("whatif.lead");
    const risk = data.risk && app.t("whatif.draws", { draws: app.number(given.draws), many: app.number(data.risk.draws) });
    basis.textContent = [
      app.t("whatif.basis", { arcs: app.number(given.arcs.length), searches: app.number(given.foundBy) }),
      app.t("whatif.given_up"),
      risk ?? "",
    ].join(" ");
    all.textContent = app.t("whatif.reset_all");
    commandLabel.textContent = app.t("whatif.command");
    copy.textContent = app.t("whatif.copy");
    groups.forEach(({ name, group }) => (name.textContent = app.t(`whatif.group.${group}`)));
    built.forEach((one) => one.words());
    answer();
  });
})();
