// What a page can do without, made quicker: changed figures show by themselves, tables filter as one types.
"use strict";

const english = document.documentElement.lang === "en";
const told = (vi, en) => (english ? en : vi);
// As the server folds names: no capitals, accents, apostrophes, one space; Đắk, Đăk and Đak are one.
const folded = (text) =>
  text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "")
    .replace(/\s*['’‘ʼ`´ʹ′ʻ＇‛]\s*/g, "").replace(/\s+/g, " ").trim();

// On a phone a row of words is a card, each cell told by its column.
for (const table of document.querySelectorAll(".scroll > table:not(.units):not(.live), .card > table:not(.grades)")) {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (table.tHead?.rows.length !== 1 || heads.some((each) => each.colSpan > 1)) continue;
  table.classList.add("cards");
  table.role = "table";
  for (const part of [table.tHead, ...table.tBodies, table.tFoot]) if (part) part.role = "rowgroup";
  for (const row of table.rows) {
    row.role = "row";
    for (const cell of row.cells) {
      const head = cell.tagName === "TH";
      cell.role = row.parentNode === table.tHead ? "columnheader" : head ? "rowheader" : "cell";
      if (row.parentNode === table.tHead || head || cell.colSpan > 1) continue;
      const name = heads[cell.cellIndex]?.innerText.replace(/[▲▼]/g, "").trim();
      if (name && cell.textContent.trim()) cell.dataset.label = name;
      if (cell.textContent.length > 60 || cell.querySelector("form")) cell.classList.add("long");
    }
  }
}

// Typing asks the same search as the button does: what it answers takes the place of what is shown.
for (const form of document.querySelectorAll("form[data-search]")) {
  let waiting = 0;
  let last = "";
  const ask = async () => {
    const fields = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    const url = `${form.action.split("?")[0]}?${fields}`;
    if (url === last) return;
    last = url;
    const answer = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
    if (url !== last || !answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const place of document.querySelectorAll("[data-found]")) {
      const found = page.querySelector(`[data-found="${place.dataset.found}"]`);
      if (found && url === last) place.replaceChildren(...found.childNodes);
    }
    history.replaceState(null, "", url);
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 200);
  });
}

// A site of files has no server to ask: rows are hidden as one types, in the order of readings of the server.
for (const field of document.querySelectorAll("input[data-filter]")) {
  const tables = [...document.querySelectorAll(field.dataset.filter)];
  const rows = tables.flatMap((table) => [...table.tBodies].flatMap((body) => [...body.rows]));
  const keys = rows.map((row) => ({ code: row.dataset.code.toLowerCase(), names: row.dataset.name.split("|") }));
  const count = document.querySelector('[data-found="count"]');
  const all = [...count.childNodes];
  const bare = (text) => text.replaceAll(" ", "");
  field.addEventListener("input", () => {
    const wanted = folded(field.value);
    const readings = [
      ({ code }) => code === wanted,
      ({ names }) => names.includes(wanted),
      ({ names }) => ` ${names.at(-1)}`.includes(` ${wanted}`),
      ({ names }) => names[0].includes(wanted),
      ({ names }) => bare(names[0]).includes(bare(wanted)),
    ];
    const named = /^[a-z]\d\d(\.\d+)*$/.test(wanted) ? readings.slice(0, 1) : readings;
    const fits = wanted ? named.find((fit) => keys.some(fit)) ?? (() => false) : () => true;
    rows.forEach((row, n) => (row.hidden = !fits(keys[n])));
    const left = rows.filter((row) => !row.hidden).length;
    for (const table of tables) {
      const none = [...table.tBodies].every((body) => [...body.rows].every((row) => row.hidden));
      (table.closest("section") ?? table.closest(".scroll")).hidden = none;
    }
    const said = left ? told(`Đang hiện ${left}/${rows.length}.`, `Showing ${left} of ${rows.length}.`)
      : told("Không có đơn vị nào khớp.", "No unit matches.");
    count.replaceChildren(...(wanted ? [said] : all));
  });
}
