// The tour: four steps at the first visit of the fleet page, each skippable, never again. It blocks nothing: the card stands
// beside what it speaks of, and the page goes on.
import { go } from "./navigation.js";

const ROOM = 12; // pixels between the card and what it speaks of

let card;
let at = 0; // the step that is shown, from 1; 0 while it is shut
let before = null; // what had the focus

export function startTour() {
  card = document.getElementById("tour");
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-tour]")) begin();
    if (event.target.closest("[data-tour-skip]")) end();
    if (event.target.closest("[data-tour-next]")) next();
  });
  document.addEventListener("keydown", (event) => {
    const elsewhere = document.querySelector("dialog[open], :popover-open") || event.target.closest?.("#journey");
    if (event.key === "Escape" && at && !elsewhere) end();
  });
  for (const moved of ["lab:fresh", "scroll"]) document.addEventListener(moved, place, { passive: true });
  window.addEventListener("resize", place);
  const seen = storage.get("tour", "done") === "done"; // what cannot be remembered would come at every visit
  if (!seen && page() === "fleet") show(1);
}

const page = () => new URLSearchParams(location.search).get("page") ?? "fleet";
const step = () => card.querySelector(`[data-step="${at}"]`);
const steps = () => card.querySelectorAll("[data-step]").length;

function begin() {
  document.getElementById("keys-dialog").close();
  if (page() !== "fleet") go("?page=fleet", { focus: false });
  show(1);
}

function next() {
  if (at === steps()) return end();
  if (at === steps() - 1 && page() !== "unit") go("?page=unit", { focus: false });
  show(at + 1);
}

function show(to) {
  if (!at) before = document.activeElement;
  at = to;
  for (const each of card.querySelectorAll("[data-step]")) each.hidden = Number(each.dataset.step) !== at;
  card.hidden = false;
  card.querySelector("[data-tour-skip]").hidden = at === steps();
  card.querySelector("[data-tour-next]").textContent = at === steps() ? "Done" : "Next";
  card.setAttribute("aria-labelledby", `tour-${at}`);
  step().dataset.sought = "";
  place();
  document.getElementById(`tour-${at}`).focus({ preventScroll: true });
}

function end() {
  at = 0;
  card.hidden = true;
  mark(null);
  storage.set("tour", "done");
  const back = before?.isConnected && before !== document.body ? before : document.getElementById("page");
  back.focus({ preventScroll: true });
}

function mark(target) {
  for (const each of document.querySelectorAll(".toured")) if (each !== target) each.classList.remove("toured");
  target?.classList.add("toured");
}

// Under what it speaks of, else over it, else at the foot of the window; a phone always has it at the foot.
function place() {
  if (!at) return;
  const target = document.querySelector(step().dataset.target);
  mark(target);
  if (!target) return card.classList.add("adrift");
  if ("sought" in step().dataset) {
    delete step().dataset.sought;
    const tall = target.getBoundingClientRect().height > innerHeight / 2;
    target.scrollIntoView({ block: at === 1 ? "end" : tall ? "start" : "center" });
  }
  const [spot, own] = [target.getBoundingClientRect(), card.getBoundingClientRect()];
  const left = Math.min(Math.max(ROOM, spot.left), innerWidth - own.width - ROOM);
  const under = spot.bottom + ROOM;
  const over = spot.top - own.height - ROOM;
  const top = under + own.height < innerHeight ? under : over > 0 ? over : null;
  card.classList.toggle("adrift", top === null);
  const zoom = card.currentCSSZoom ?? 1; // large screens show everything larger
  if (top !== null) Object.assign(card.style, { left: `${left / zoom}px`, top: `${top / zoom}px` });
}
