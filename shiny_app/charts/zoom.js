// Ranges and zooms of a unit's charts. All of it is in the address, so each is a step in the history: the server draws what
// the address says, and all charts of the page follow.
import { clearCursor, fractionOn, instant, pads } from "./cursor.js";
import { figures, freshen } from "./figures.js";
import { choose } from "../shell/navigation.js";

const LEAST_PX = 6; // a shorter drag is a click
const LEAST_SAMPLES = 4;
const LEAST_S = 4;
const SPANS_S = { "10m": 600, "4h": 14_400, "14d": 1_209_600 };

let drag = null; // { pad, x, begin, end } of a brush, begin and end in Unix seconds

export function startZoom() {
  document.addEventListener("click", (event) => {
    const range = event.target.closest("[data-range-switch]");
    if (range) choose({ range: range.dataset.rangeSwitch, from: null, to: null });
    if (event.target.closest("[data-zoom-out]")) zoomOut();
  });
  document.addEventListener("dblclick", (event) => event.target.closest(".pad") && zoomOut());
  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", widen);
  document.addEventListener("pointerup", release);
  document.addEventListener("pointercancel", () => drop());
  document.addEventListener("keydown", press);
}

function zoomOut() {
  choose({ from: null, to: null });
}

function zoomTo(begin, end) {
  const data = figures();
  const least = Math.max(LEAST_S, LEAST_SAMPLES * (data?.step ?? 0));
  const lacking = Math.max(0, least - (end - begin)) / 2;
  choose({ from: (begin - lacking).toFixed(1), to: (end + lacking).toFixed(1) });
  clearCursor();
}

function timeAt(pad, event) {
  const data = figures();
  return data && data.begin + fractionOn(pad, event) * (data.end - data.begin);
}

async function begin(event) {
  const pad = event.target.closest?.(".pad");
  if (!pad || event.button !== 0 || !event.isPrimary) return;
  const mine = (drag = { pad, x: event.clientX, begin: null, end: null });
  if (event.pointerType !== "touch") pad.setPointerCapture(event.pointerId);
  if (!figures()) await freshen();
  mine.begin = timeAt(pad, event);
}

function widen(event) {
  if (!drag || drag.begin === null) return;
  if (drag.end === null && Math.abs(event.clientX - drag.x) < LEAST_PX) return;
  drag.end = timeAt(drag.pad, event);
  const data = figures();
  if (!data || drag.end === null) return;
  const [left, right] = [drag.begin, drag.end].sort((a, b) => a - b);
  const share = (ts) => Math.max(0, (100 * (ts - data.begin)) / (data.end - data.begin));
  for (const brush of pads().map((pad) => pad.querySelector(".brush"))) {
    brush.style.display = "block";
    brush.style.clipPath = `inset(0 ${100 - share(right)}% 0 ${share(left)}%)`;
  }
}

function release() {
  const brushed = drag;
  drop();
  if (brushed?.begin == null || brushed.end === null) return;
  zoomTo(Math.min(brushed.begin, brushed.end), Math.max(brushed.begin, brushed.end));
}

function drop() {
  drag = null;
  for (const brush of document.querySelectorAll(".pad .brush")) brush.style.display = "none";
}

function press(event) {
  const onPad = event.target.matches(".pad");
  if (event.key === "Escape" && (onPad || event.target === document.body)) {
    if (drag) drop();
    else if (instant() !== null) clearCursor();
    else if (onPad) zoomOut();
  }
  const factor = { "+": 0.5, "=": 0.5, "-": 2, "−": 2 }[event.key];
  const [data, at] = [figures(), instant()];
  if (!factor || !onPad || !data || at === null || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const span = (data.end - data.begin) * factor;
  const range = new URLSearchParams(location.search).get("range");
  if (factor > 1 && span >= (SPANS_S[range] ?? SPANS_S["10m"])) zoomOut();
  else zoomTo(at - span / 2, at + span / 2);
}
