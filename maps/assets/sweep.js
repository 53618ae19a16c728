(() => {
  "use strict";
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const ground = JSON.parse(document.getElementById("base-map").textContent);
  const { map, base, winners } = window.winnersPage;
  const MOST_LETTERS = 600;
  const find = (id) => document.getElementById(id);
  const el = (tag, text) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  map.createPane("ground").style.zIndex = "210";
  for (const name of ["land", "lakes", "borders"]) {
    if (!ground[name]) continue;
    L.geoJSON(ground[name], {
      pane: "ground",
      renderer: L.svg({ pane: "ground", padding: 0.5 }),
      interactive: false,
      style: () => ({ className: `ground-${name}` }),
    }).addTo(base);
  }
  map.attributionControl.setPrefix(false);
  const escaped = el("span", page.attribution).innerHTML;
  map.attributionControl.addAttribution(escaped);

  find("title").textContent = page.title;
  find("text").textContent = page.text;
  find("about").textContent = `${page.attribution}. Map drawn with Leaflet and Folium.`;
  const look = (number) =>
    number < 0
      ? { name: page.none[0], colour: page.none[1], letter: "–" }
      : { name: page.winners[number][0], colour: page.winners[number][1], letter: page.winners[number][2] };

  const swatch = (colour) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [key, value] of [["width", 14], ["height", 14], ["fill", colour]]) box.setAttribute(key, value);
    svg.setAttribute("viewBox", "0 0 14 14");
    svg.setAttribute("aria-hidden", "true");
    svg.append(box);
    return svg;
  };

  const show = (number) => {
    const view = page.views[number];
    winners.clearLayers();
    const counts = new Map();
    const rows = [];
    for (const [origin, lat, lon, winner, text] of view.cells) {
      const { name, colour, letter } = look(winner);
      counts.set(winner, (counts.get(winner) ?? 0) + 1);
      const paint = { color: "#222", weight: 0.6, fillColor: colour, fillOpacity: 0.8 };
      const half = (page.step ?? 0) / 2;
      const shape = page.step
        ? L.rectangle([[lat - half, lon - half], [lat + half, lon + half]], { ...paint, fillOpacity: 0.65 })
        : L.circleMarker([lat, lon], { ...paint, radius: 9 });
      const popup = el("div");
      popup.append(el("strong", origin), el("div", name), el("div", text));
      shape.bindPopup(popup);
      if (view.cells.length <= MOST_LETTERS) {
        const mark = el("span", letter);
        shape.bindTooltip(mark, { permanent: true, direction: "center", className: "letter" });
      }
      winners.addLayer(shape);
      const row = el("tr");
      const head = el("th", origin);
      head.scope = "row";
      row.append(head, el("td", `${letter}  ${name}`), el("td", text));
      rows.push(row);
    }
    find("origins").replaceChildren(...rows);
    const order = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    find("legend").replaceChildren(
      ...order.map(([winner, count]) => {
        const { name, colour, letter } = look(winner);
        const item = el("li");
        item.append(swatch(colour), `${letter}  ${name}: ${count} of ${view.cells.length}`);
        return item;
      }),
    );
  };

  const select = find("view");
  page.views.forEach((view, number) => {
    const option = el("option", view.label);
    option.value = String(number);
    select.append(option);
  });
  select.addEventListener("change", () => show(Number(select.value)));
  show(0);
})();
