// The fleet's table: search, filters, order and pages are words of the address; a selection is walked with the keys.
import { choose } from "../shell/navigation.js";
import { startStrip } from "./strip.js";

const TYPING_MS = 180; // from the last key of a search to its answer
const NOTHING = { q: null, class: null, band: null, source: null, fresh: null, at: null };
const STEPS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

let typing = null; // the timer of a search that is being typed
let sent = null; // the search that the server has not answered yet
let selected = null; // the id of the selected unit: it outlives its row

function startFleet() {
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-search]")) searchSoon(event.target);
  });
  document.addEventListener("change", (event) => {
    const word = event.target.dataset?.word;
    if (word) choose({ [word]: event.target.value === "worst" ? null : event.target.value, at: null });
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-fleet-tools]")) return;
    event.preventDefault();
    search(event.target.querySelector("[data-search]"));
  });
  document.addEventListener("click", press);
  document.addEventListener("keydown", walk);
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.(".units tr[data-key]");
    if (row) select(row.dataset.key);
  });
  window.addEventListener("popstate", forget);
  document.addEventListener("lab:fresh", refresh);
  refresh();
}

function searchSoon(input) {
  clearTimeout(typing);
  typing = setTimeout(() => search(input), TYPING_MS);
}

function search(input) {
  forget();
  const word = input.value.trim();
  if (!input.isConnected || word === input.dataset.asked) return;
  sent = word;
  choose({ q: word, at: null }, { replace: true });
}

function forget() {
  clearTimeout(typing);
  typing = sent = null;
}

function press(event) {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.hasAttribute("data-clear")) {
    forget();
    choose(NOTHING);
    document.querySelector("[data-search]")?.focus();
  }
  if (button.dataset.sort) choose({ sort: following(button.dataset.sort), at: null });
  if (button.dataset.page && button.getAttribute("aria-disabled") !== "true") turn(button);
  if (button.hasAttribute("data-fold")) {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
  }
}

// A head's button gives its order, then the other way round, then the worst first again.
function following(sort) {
  const now = new URLSearchParams(location.search).get("sort");
  if (now === sort) return `-${sort}`;
  return now === `-${sort}` ? null : sort;
}

function turn(button) {
  const { at, pages } = button.closest("[data-at]").dataset;
  const to = { first: 1, previous: Number(at) - 1, next: Number(at) + 1, last: Number(pages) }[button.dataset.page];
  choose({ at: to > 1 ? String(to) : null });
  const table = document.querySelector(".units");
  if (table.getBoundingClientRect().top < 0) table.scrollIntoView({ block: "start" });
}

// Back, forward and the clear button change the search too; what is being typed is left alone.
function refresh() {
  const input = document.querySelector("[data-search]");
  if (!input) return;
  const { asked } = input.dataset;
  if (asked === sent) sent = null;
  if (typing === null && sent === null && input.value.trim() !== asked) input.value = asked;
  mark();
}

function rows() {
  return [...document.querySelectorAll(".units tr[data-key]")];
}

function select(id) {
  selected = id;
  mark();
}

function mark() {
  for (const row of rows()) row.classList.toggle("selected", row.dataset.key === selected);
}

// Single letters can be switched off in the dialog that lists them.
function lettersOn() {
  return document.querySelector("[data-keys-on]")?.checked !== false;
}

// The selection is the focus of a row's link, so Enter and a screen reader know it; by its id it is found again after a
// click elsewhere or a new order.
function walk(event) {
  const step = STEPS[event.key];
  const letter = event.key.length === 1;
  if (!step || (letter && !lettersOn()) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
  const arrow = event.key.startsWith("Arrow");
  if (event.target.closest("input, select, textarea, [role=slider], [contenteditable], dialog")) return;
  if (arrow && !event.target.closest(".units")) return; // elsewhere arrows scroll
  const all = rows();
  if (!all.length) return;
  event.preventDefault();
  const at = all.findIndex((row) => row.dataset.key === selected);
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
  const link = next.querySelector(".unit-link");
  link.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

startFleet();
startStrip();
