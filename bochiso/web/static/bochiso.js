// What a page can do without, made quicker: changed figures show by themselves, tables filter as one types.
"use strict";

const folded = (text) =>
  text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");

// Figures change within a second of a pushed dossier; where the connection breaks the browser tries again.
const address = document.body.dataset.live;
if (address && document.querySelector("[data-unit]")) {
  const two = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const parts = (score) => ({ total: score.total, grade: score.grade, rank: score.rank, ...score.boxes });
  const shown = (part, value) => {
    if (part === "grade") return document.querySelector(`template[data-grade="${value ?? ""}"]`)?.content.cloneNode(true);
    return new Text(value === null ? "–" : part === "rank" ? String(value) : two.format(value));
  };
  new EventSource(address).addEventListener("unit", (event) => {
    const score = JSON.parse(event.data);
    for (const [part, value] of Object.entries(parts(score))) {
      const place = document.querySelector(`[data-unit="${CSS.escape(score.unit)}"][data-part="${part}"]`);
      const node = place && shown(part, value);
      if (!node || node.textContent === place.textContent) continue;
      place.replaceChildren(node);
      place.classList.remove("changed");
      void place.offsetWidth; // so that the same figure can glow again
      place.classList.add("changed");
    }
  });
}

// “ea drang” finds Ea Drăng: rows of a table are hidden as one types; the form does the same without this.
for (const field of document.querySelectorAll("input[data-filter]")) {
  const rows = [...document.querySelectorAll(`${field.dataset.filter} tbody tr`)];
  const words = rows.map((row) => folded(row.textContent));
  field.addEventListener("input", () => {
    const wanted = folded(field.value.trim());
    rows.forEach((row, n) => (row.hidden = !words[n].includes(wanted)));
  });
}

// The pages of a draft come one by one while its words are read.
for (const place of document.querySelectorAll("[data-pages]")) {
  const bar = place.querySelector("progress");
  const told = place.querySelector("[data-page-word]");
  let shown = 0;
  const look = async () => {
    const answer = await fetch(`${place.dataset.pages}/tien-do`);
    if (!answer.ok) return place.remove();
    const state = await answer.json();
    if (state.pages) [bar.max, bar.value] = [state.pages, state.made];
    for (; shown < state.made; ) {
      const picture = new Image();
      picture.src = `${place.dataset.pages}/trang/${++shown}.png`;
      picture.alt = `${told.dataset.pageWord} ${shown}/${state.pages}`;
      place.append(picture);
    }
    if (!state.done) return setTimeout(look, 500);
    if (state.failed) told.textContent = state.failed;
    else bar.parentElement.remove();
    if (state.failed) bar.remove();
  };
  look();
}
