/* Words that stand alone, the way to every part of the page, and the beginning. */
"use strict";
(() => {
  const { app } = window;
  const { data: page, byId, el, join } = app;
  byId("context").textContent = join(
    page.consignment,
    page.scenario && `scenario ${page.scenario}`,
    page.asOf && `as of ${page.asOf}`,
  );
  byId("title").textContent = page.title;
  byId("question").textContent = page.question;
  byId("answer").append(...page.answer.map((text) => el("p", "", text)));
  byId("answer").hidden = page.answer.length === 0;

  const METRES_PER_DEGREE = 111320; // of latitude; enough for a round figure
  const within = Math.ceil((page.toleranceDeg * METRES_PER_DEGREE) / 10) * 10;
  const about = el("div");
  byId("about").append(about);
  app.texts(() => {
    about.replaceChildren(
      el("p", "", app.t("about.amounts")),
      el("p", "", app.t("about.lines", { metres: app.number(within) })),
      ...page.attributions.map((text) => el("p", "", text)),
      el("p", "", app.t("about.version", { version: page.dataVersion })),
    );
  });

  /* Words that the document itself holds, and a way to every part of it that is there. */
  app.texts(() => {
    document.documentElement.lang = app.state.lang;
    document.querySelectorAll("[data-text]").forEach((node) => (node.textContent = app.t(node.dataset.text)));
    document.querySelectorAll("[data-label]").forEach((node) => node.setAttribute("aria-label", app.t(node.dataset.label)));
  });
  const PARTS = ["head", "map-part", "compared", "whatif", "charts", "refused", "about"];
  const links = PARTS.map((id) => {
    const link = el("a");
    link.href = `#${id}`;
    link.addEventListener("click", (event) => {
      event.preventDefault(); // the address holds the state of the page
      byId(id).scrollIntoView();
      byId(id).focus({ preventScroll: true });
    });
    return { id, link };
  });
  app.texts(() => links.forEach(({ id, link }) => (link.textContent = app.t(`nav.${id}`))));
  byId("nav").append(el("ul", "", ...links.map(({ link }) => el("li", "", link))));
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) target.dataset.seen = String(isIntersecting);
      const at = PARTS.find((id) => byId(id).dataset.seen === "true");
      for (const { id, link } of links) {
        if (id === at) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
      }
    },
    { rootMargin: "-60px 0px -62% 0px" },
  );
  PARTS.filter((id) => id !== "map-part").forEach((id) => seen.observe(byId(id)));
  const there = () => links.forEach(({ id, link }) => (link.parentNode.hidden = byId(id).hidden));

  /* On paper the map is what the screen shows, made to fit. */
  const PAGE_PX = [700, 520];
  window.addEventListener("beforeprint", () => {
    const { width, height } = byId("map-part").getBoundingClientRect();
    const { style } = document.documentElement;
    style.setProperty("--print-width", `${width}px`);
    style.setProperty("--print-height", `${height}px`);
    style.setProperty("--print-zoom", Math.min(PAGE_PX[0] / width, PAGE_PX[1] / height).toFixed(4));
  });

  app.update();
  app.emit("ready");
  there();
  document.documentElement.dataset.ready = "true";
})();
