// What a page can do without, made quicker: changed figures show by themselves, tables filter as one types.
"use strict";

const english = document.documentElement.lang === "en";
const told = (vi, en) => (english ? en : vi);
// As the server folds names: no capitals, accents, apostrophes, one space; Đắk, Đăk and Đak are one.
const folded = (text) =>
  text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "")
    .replace(/\s*['’‘ʼ`´ʹ′ʻ＇‛]\s*/g, "").replace(/\s+/g, " ").trim();

// Where the ways of officers stand in one row that moves, the one that the reader is on is in sight.
for (const here of document.querySelectorAll(".desk [aria-current], .beside [aria-current]")) {
  const row = here.closest("ul");
  row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}

// On a phone a row of words is a card, each cell told by its column.
for (const table of document.querySelectorAll(".scroll > table:not(.units):not(.live), .card > table:not(.grades)")) {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (table.tHead?.rows.length !== 1 || heads.length < 3 || heads.some((each) => each.colSpan > 1)) continue;
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

// Figures change within a second of a pushed dossier. One tab of a browser listens and tells the others; each
// connection begins with everything as it is, so nothing is missed while it was cut.
const live = document.body.dataset.live;
if (live && document.querySelector("[data-unit], [data-follow]")) {
  const two = new Intl.NumberFormat(english ? "en" : "vi", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const clock = () => new Date().toLocaleTimeString(english ? "en-GB" : "vi-VN");
  const SILENCE = 40000;
  const channel = navigator.locks ? new BroadcastChannel("bochiso-live") : null;
  const known = new Map();
  let state = "wait";
  let source = null;
  let watch = 0;

  const shown = (part, value) => {
    if (part === "grade") return document.querySelector(`template[data-grade="${value ?? ""}"]`)?.content.cloneNode(true);
    return new Text(value === null ? "–" : part === "rank" ? String(value) : two.format(value));
  };
  const write = (score) => {
    let moved = false;
    for (const [part, value] of Object.entries({ total: score.total, grade: score.grade, rank: score.rank, ...score.boxes })) {
      const place = document.querySelector(`[data-unit="${CSS.escape(score.unit)}"][data-part="${part}"]`);
      const node = place && shown(part, value);
      if (!node || node.textContent === place.textContent) continue;
      place.replaceChildren(node);
      place.classList.remove("changed");
      void place.offsetWidth; // so that the same figure can glow again
      place.classList.add("changed");
      moved = true;
    }
    return moved;
  };
  const order = (body) => {
    const rank = (row) => Number(row.querySelector('[data-part="rank"]')?.textContent) || Infinity;
    const rows = [...body.rows];
    const sorted = [...rows].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
    if (sorted.every((row, n) => row === rows[n])) return;
    const focused = document.activeElement;
    body.append(...sorted);
    focused?.focus({ preventScroll: true });
  };
  const stateLine = document.querySelector("[data-state]");
  const say = (now) => {
    if (!stateLine || stateLine.dataset.state === now) return;
    stateLine.dataset.state = now;
    stateLine.textContent = {
      wait: told("Đang kết nối với máy chủ.", "Connecting."),
      open: told("Đang theo dõi trực tiếp.", "Following live."),
      lost: told(`Mất kết nối từ ${clock()}: số liệu trên trang có thể đã cũ. Đang kết nối lại.`,
        `Cut off since ${clock()}: what the page shows may be old. Connecting again.`),
    }[now];
  };
  let fetching = 0;
  const again = () => {
    clearTimeout(fetching);
    fetching = setTimeout(async () => {
      const answer = await fetch(location.href).catch(() => null);
      if (!answer?.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const place of document.querySelectorAll("[data-follow]")) {
        const found = page.querySelector(`[data-follow="${CSS.escape(place.dataset.follow)}"]`);
        if (found) place.replaceChildren(...found.childNodes);
      }
    }, 1500);
  };
  const take = (message) => {
    clearTimeout(watch);
    watch = setTimeout(silent, SILENCE);
    if (message.state === "open" && state === "lost") again();
    if (message.state) say((state = message.state));
    const scores = message.scores ?? [];
    for (const each of scores) known.set(each.unit, each);
    if (scores.map(write).some(Boolean)) {
      document.querySelectorAll("table.live tbody").forEach(order);
      const when = document.querySelector("[data-changed]");
      if (when) when.textContent = told(`Thay đổi gần nhất lúc ${clock()}.`, `Last change at ${clock()}.`);
    }
    if (!message.whole && scores.some((each) => document.querySelector(`[data-follow="${CSS.escape(each.unit)}"]`))) again();
  };
  const tell = (message) => {
    channel?.postMessage(message);
    take(message);
  };
  const stop = () => {
    source?.close();
    source = null;
  };
  const listen = () => {
    stop();
    const mine = (source = new EventSource(live));
    mine.addEventListener("present", (event) => tell({ state: "open", whole: true, scores: JSON.parse(event.data) }));
    mine.addEventListener("unit", (event) => tell({ scores: [JSON.parse(event.data)] }));
    mine.addEventListener("beat", () => tell({}));
    mine.addEventListener("error", () => {
      tell({ state: "lost" });
      if (mine.readyState === EventSource.CLOSED) setTimeout(() => mine === source && listen(), 5000);
    });
  };
  const lead = (options) => {
    const held = () => new Promise(() => listen()); // for as long as the tab is there
    navigator.locks.request("bochiso-live", options, held).catch(() => {
      stop();
      lead({});
    });
  };
  function silent() {
    say((state = "lost"));
    if (source || !channel) listen();
    else lead({ steal: true }); // the tab that listened is asleep
  }
  channel?.addEventListener("message", ({ data }) => {
    if (!data.ask) take(data);
    else if (source) channel.postMessage({ state, whole: true, scores: [...known.values()] });
  });
  if (channel) {
    lead({});
    channel.postMessage({ ask: true });
  } else listen();
  watch = setTimeout(silent, SILENCE);
}

// What takes a while says so, and isn't sent twice; what runs on the server is looked at again.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (form.dataset.sent) return event.preventDefault();
    if (!button?.dataset.busy) return;
    form.dataset.sent = "1";
    button.setAttribute("aria-busy", "true");
    button.textContent = button.dataset.busy;
  });
}
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
const waitingFor = document.querySelector("[data-again]");
if (waitingFor) setTimeout(() => location.reload(), Number(waitingFor.dataset.again));

// Typing asks the same search as the button does: what it answers takes the place of what is shown.
// A number between bounds can be slid, too.
for (const field of document.querySelectorAll(".trying input[type=number]")) {
  const slider = Object.assign(document.createElement("input"), { type: "range", min: field.min, max: field.max });
  slider.setAttribute("aria-label", field.labels[0].textContent);
  slider.value = field.value;
  slider.addEventListener("input", () => (field.value = slider.value));
  field.addEventListener("input", () => (slider.value = field.value));
  field.closest("li").append(slider);
}

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
