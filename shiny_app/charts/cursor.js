// The linked cursor of a unit's charts: a line at one instant in all of them, and in each card's head what its signal was
// then. Under a pointer it stays where the pointer is while the data move; set by keys it stays on its sample.
import { figures, freshen, marksAt, said, sampleAt, timeOf } from "./figures.js";

export const KEYS = [
  ["← →", "move the cursor by a sample, with Shift by ten"],
  ["Home End", "the first and the last sample"],
  ["+ −", "zoom in and out around the cursor"],
  ["Esc", "clear the cursor, then show the whole range"],
];

let cursor = null; // { fraction } under a pointer, { ts } set by keys

export const pads = () => [...document.querySelectorAll(".pad")];

export function startCursor() {
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerdown", follow);
  document.addEventListener("pointerout", (event) => {
    if (cursor && "fraction" in cursor && event.pointerType === "mouse" && event.target.closest(".pad")) clearCursor();
  });
  document.addEventListener("keydown", step);
  document.addEventListener("focusin", (event) => event.target.matches(".pad") && freshen());
  document.addEventListener("lab:figures", show);
  document.addEventListener("lab:fresh", () => {
    if (!cursor) return;
    if (pads().length) freshen();
    show();
  });
}

// The instant under the cursor in Unix seconds; null where there is none.
export function instant(data = figures()) {
  if (!cursor || !data) return null;
  return "ts" in cursor ? cursor.ts : data.begin + cursor.fraction * (data.end - data.begin);
}

export function clearCursor() {
  cursor = null;
  show();
}

// Where on a pad an event is, 0 at its left edge to 1 at its right.
export function fractionOn(pad, event) {
  const box = pad.getBoundingClientRect();
  return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
}

function follow(event) {
  const pad = event.target.closest?.(".pad");
  if (!pad) return;
  cursor = { fraction: fractionOn(pad, event) };
  freshen();
  show();
}

async function step(event) {
  const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
  if (!move || !event.target.matches(".pad") || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  await freshen();
  const data = figures();
  if (!data?.ts.length) return;
  const last = data.ts.length - 1;
  const from = cursor ? nearest(data, instant(data)) : last + (move < 0 ? 1 : -1);
  const far = Math.abs(move) === Infinity;
  const to = far ? (move > 0 ? last : 0) : Math.min(last, Math.max(0, from + move * (event.shiftKey ? 10 : 1)));
  cursor = { ts: data.ts[to] };
  show();
}

function nearest(data, ts) {
  let best = 0;
  for (const [at, each] of data.ts.entries()) if (Math.abs(each - ts) < Math.abs(data.ts[best] - ts)) best = at;
  return best;
}

function show() {
  const data = figures();
  let ts = instant(data);
  if (ts !== null && "ts" in cursor && ts < data.begin) ts = cursor.ts = data.ts[0]; // it has left with the data
  document.getElementById("charts")?.classList.toggle("pointed", ts !== null);
  for (const pad of pads()) {
    if (ts === null) rest(pad);
    else point(pad, data, ts);
  }
}

function rest(pad) {
  pad.querySelector(".cursor").style.display = pad.querySelector(".dot").style.display = "none";
  pad.setAttribute("aria-valuenow", "100");
  pad.setAttribute("aria-valuetext", "no cursor");
}

function point(pad, data, ts) {
  const key = pad.closest("[data-signal]").dataset.signal;
  const signal = data.signals[key];
  const at = sampleAt(data, ts);
  const value = signal && at >= 0 ? said(signal, at) : "no data";
  const shown = at >= 0 ? data.ts[at] : ts;
  const x = (100 * (("fraction" in cursor ? ts : shown) - data.begin)) / (data.end - data.begin);
  const line = pad.querySelector(".cursor");
  line.style.display = "block";
  line.style.transform = `translateX(${(x / 100) * pad.clientWidth}px)`; // a shift of `left` would count as one of the layout
  const dot = pad.querySelector(".dot");
  dot.style.display = value === "no data" ? "none" : "block";
  if (value !== "no data") {
    const right = ((shown - data.begin) / (data.end - data.begin)) * pad.clientWidth;
    const down = ((signal.high - signal.values[at]) / (signal.high - signal.low)) * pad.clientHeight;
    dot.style.transform = `translate(${right}px, ${down}px)`;
  }
  const names = marksAt(data, key, shown).join("; ");
  readout(pad.closest("[data-signal]"), value, timeOf(data, shown), names);
  pad.setAttribute("aria-valuenow", String(Math.round(x)));
  pad.setAttribute("aria-valuetext", [timeOf(data, shown), value, names].filter(Boolean).join(", "));
}

function readout(card, value, time, names) {
  const node = card.querySelector("[data-readout]");
  if (!node.children.length) {
    for (const name of ["names", "value", "time"]) {
      const part = document.createElement("span");
      part.className = name;
      node.append(part);
    }
  }
  const [marks, amount, clock] = node.children;
  marks.textContent = names;
  amount.textContent = value;
  clock.textContent = time;
}
