/* Words that stand alone, the way to every part of the page, and the beginning. */
"use strict";
(() => {
  const { app } = window;
  const { data: page, byId, el } = app;
  const METRES_PER_DEGREE = 111320; // of latitude; enough for a round figure
  const within = Math.ceil((page.toleranceDeg * METRES_PER_DEGREE) / 10) * 10;
  const about = el("div");
  byId("about").querySelector("h2").after(about);
  app.texts(() => {
    about.replaceChildren(
      el("p", "", app.t("about.amounts")),
      el("p", "", app.t("about.lines", { metres: app.number(within) })),
    );
  });

  /* A way to every part of the document that is there. */
  const PARTS = ["head", "map-part", "compared", "whatif", "charts", "refused", "about"];
  const links = PARTS.map((id) => {
    const link = el("a");
    link.href = `#${id}`;
    return { id, link };
  });
  for (const link of [...document.querySelectorAll(".skip"), ...links.map((one) => one.link)]) {
    link.addEventListener("click", (event) => {
      event.preventDefault(); // the address holds the state of the page
      const part = byId(link.hash.slice(1));
      part.scrollIntoView();
      part.focus({ preventScroll: true });
    });
  }
  app.texts(() => links.forEach(({ id, link }) => (link.textContent = app.t(`nav.${id}`))));
  const nav = el("ul", "", ...links.map(({ link }) => el("li", "", link)));
  byId("nav").append(nav);
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) target.dataset.seen = String(isIntersecting);
      const at = PARTS.find((id) => byId(id).dataset.seen === "true");
      for (const { id, link } of links) {
        if (id !== at) link.removeAttribute("aria-current");
        else {
          link.setAttribute("aria-current", "location");
          nav.scrollLeft = link.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2; // in sight on a phone
        }
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
