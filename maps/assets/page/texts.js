/* Texts, numbers, dates and plurals in the chosen language, and the control that chooses it.

     app.t(key, values)            a text, its places filled by plain replacement
     app.plural(key, n, options)   the text of n's plural category, {n} filled
     app.texts(write)              writes texts now and whenever the language changes
     app.number, signed, value, percent, date, country
     app.name(text)                a name from data, for use inside a sentence

   Numbers and plurals are the browser's own (Intl). Browsers lack Kazakh more often than not, and
   then write "1,234.5" and "2026 M11 22" without saying so: its numbers are therefore grouped by
   the Russian rules, which are the same; months and countries stand in the table of texts.
   English groups by narrow spaces, which no reader takes for a decimal point. */
"use strict";
(() => {
  const { app } = window;
  const { data } = app;
  const NUMBERS = { en: "en", ru: "ru", kk: "ru", hi: "hi" };
  const ENGLISH = { group: "\u202f", minusSign: "\u2212" };
  const MINUS = "\u2212";
  const [ISOLATE, END] = ["\u2068", "\u2069"];
  const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

  const kept = new Map();
  const once = (key, make) => {
    if (!kept.has(key)) kept.set(key, make());
    return kept.get(key);
  };
  const lang = () => app.state.lang;

  app.t = (key, values = {}) => {
    const text = data.texts[lang()][key];
    if (text === undefined) throw new Error(`no text for ${key} in ${lang()}`);
    return text.replace(/\{(\w+)\}/g, (place, name) => {
      if (!Object.hasOwn(values, name)) throw new Error(`${key}: nothing for ${place}`);
      return String(values[name]);
    });
  };
  app.hasText = (key) => Object.hasOwn(data.texts[lang()], key);
  app.texts = (write) => {
    write();
    app.on("lang", write);
  };

  const written = (value, options) => {
    const format = once(`${lang()} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(NUMBERS[lang()], options));
    return format
      .formatToParts(value)
      .map(({ type, value: text }) => (lang() === "en" ? ENGLISH[type] : type === "minusSign" ? MINUS : null) ?? text)
      .join("");
  };
  const digitsOf = (digits) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits });
  /* Rounded as toFixed does, so that no browser rounds a half otherwise than another. */
  const rounded = (value, digits) => Number(value.toFixed(digits)) + 0;
  app.number = (value, digits = 0) => written(rounded(value, digits) || 0, digitsOf(digits));
  app.signed = (value, digits = 0) =>
    written(rounded(value, digits) || 0, { ...digitsOf(digits), signDisplay: "exceptZero" });
  /* A parameter's value: as exact as it is, or to so many significant digits. */
  app.value = (value, significant = 12) => written(Number(value.toPrecision(significant)), { maximumFractionDigits: 12 });
  app.percent = (part) => {
    const small = part > 0 && rounded(part, 2) === 0;
    const text = written(small ? 0.01 : rounded(part, 2), { style: "percent" });
    return small ? `<${text}` : text;
  };
  app.date = (iso) => {
    const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
    if (!found || !app.hasText(`date.month.${Number(found[2])}`)) return app.name(iso);
    return app.t("date.long", {
      year: found[1],
      month: app.t(`date.month.${Number(found[2])}`),
      day: String(Number(found[3])),
    });
  };
  app.plural = (key, n, { digits = 0, write = app.number, ...values } = {}) => {
    const rules = once(`plural ${lang()} ${digits}`, () => new Intl.PluralRules(lang(), digitsOf(digits)));
    const category = rules.select(Math.abs(rounded(n, digits)));
    return app.t(`${key}.${category}`, { n: write(n, digits), ...values });
  };
  /* Countries of the shipped network stand in the table; for others the browser is asked. */
  app.country = (code) => {
    if (app.hasText(`country.${code}`)) return app.t(`country.${code}`);
    if (!/^[A-Z]{2}$/.test(code) || lang() !== NUMBERS[lang()]) return code;
    return once(`country ${lang()}`, () => new Intl.DisplayNames([lang()], { type: "region" })).of(code);
  };
  app.name = (text) => ISOLATE + String(text).replace(BIDI_CONTROLS, "") + END;

  /* ---- the control, and the texts that stand in the page itself ---- */
  app.setLang = (chosen) => {
    if (!Object.hasOwn(data.texts, chosen) || chosen === lang()) return;
    app.state.lang = chosen;
    app.emit("lang");
  };
  const select = app.byId("language");
  select.append(
    ...Object.entries(data.languages).map(([code, name]) => {
      const option = app.el("option", "", name);
      option.value = code;
      option.lang = code;
      return option;
    }),
  );
  select.addEventListener("change", () => app.setLang(select.value));
  app.texts(() => {
    select.value = lang();
    document.documentElement.lang = lang();
    for (const node of document.querySelectorAll("[data-text]")) node.textContent = app.t(node.dataset.text);
    for (const node of document.querySelectorAll("[data-says]")) node.setAttribute("aria-label", app.t(node.dataset.says));
  });
})();
