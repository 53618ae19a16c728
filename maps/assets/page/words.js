/* Words that several views use, in the reader's language: modes, places, states, amounts, ranks. */
"use strict";
(() => {
  const { app } = window;
  const { data: page, el, sentence, known } = app;
  const look = page.style;
  const term = (listed, kind, word) => (listed.includes(word) ? app.t(`${kind}.${word}`) : sentence(word));
  app.words = {
    hours: (h) => (h === 0 ? "–" : app.number(h, h < 10 ? 1 : 0)),
    usd: (amount) => (amount === 0 ? "–" : app.number(amount)),
    operation: (word) => term(look.operations, "operation", word),
    mode: (mode) => term(look.modes, "mode", mode),
    place: (kind) => (known(look.places, kind) ? app.t(`place.${kind}`) : app.t("place.other")),
    status: (status) => term(Object.keys(look.dashes), "status", status),
    basis: (basis) => (look.bases.includes(basis) ? app.t(`basis.${basis}`) : ""),
    gauge: (gauge) => (gauge ? app.t("amount.mm", { n: app.number(gauge) }) : ""),
    km: (km) => app.t("amount.km", { n: app.number(km) }),
    modeClass: (mode) => (look.modes.includes(mode) ? `mode-${mode}` : ""),
    rank: (i) => (app.result ?? page).routes[i].rank,
    badge: (i) => el("span", "badge", String(app.words.rank(i))),
    titled: (i) => `${app.words.rank(i)}  ${page.routes[i].name}`,
  };
})();
