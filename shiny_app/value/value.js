// The sliders of the Value page. What a hand does shows at once and goes to the server and into the address; what the
// server says wins, but for a slider that is being moved or whose newest value the server has not answered yet.
import { startBreakEven } from "./breakeven.js";

const SPACING_MS = 150;
const ANSWER_MS = 2000; // a value that the server has not taken over by then was clamped or lost: the server's stands

const touched = new Map(); // key -> when it was last moved
let held = null; // the slider under a pointer
let sentAt = 0;
let sendTimer, settleTimer;

function startSliders() {
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-assumption]")) move(event.target);
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target.matches("[data-assumption]")) held = event.target;
  });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, letGo);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-assumptions-reset]")) backToDefaults();
  });
  document.addEventListener("lab:fresh", settle);
  startBreakEven();
}

const sliders = () => document.querySelectorAll("[data-assumption]");

function move(slider) {
  touched.set(slider.dataset.assumption, Date.now());
  show(slider, words(slider));
  keep();
}

function letGo() {
  held = null;
  settle();
}

function backToDefaults() {
  for (const slider of sliders()) {
    if (slider.dataset.at === slider.dataset.base && slider.value === slider.dataset.base) continue;
    slider.value = slider.dataset.base;
    touched.set(slider.dataset.assumption, Date.now());
    show(slider, words(slider));
  }
  keep();
}

// The address and the server get what stands elsewhere than at its default.
function keep() {
  remember();
  clearTimeout(sendTimer);
  const wait = Math.max(0, sentAt + SPACING_MS - Date.now());
  sendTimer = setTimeout(send, wait);
  clearTimeout(settleTimer);
  settleTimer = setTimeout(settle, ANSWER_MS + SPACING_MS);
}

async function send() {
  await Shiny.initializedPromise;
  sentAt = Date.now();
  Shiny.setInputValue("assumptions", changes(), { priority: "event" });
}

// A slider that nobody touched stands where the server says, exactly: its own value is rounded to its step.
function changes() {
  const changed = {};
  for (const slider of sliders()) {
    const { assumption, at, base } = slider.dataset;
    const value = Number(touched.has(assumption) ? slider.value : at);
    if (value !== Number(base)) changed[assumption] = value;
  }
  return changed;
}

function remember() {
  const url = new URL(location.href);
  for (const slider of sliders()) url.searchParams.delete(slider.dataset.assumption);
  for (const [key, value] of Object.entries(changes())) url.searchParams.set(key, String(value));
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

function settle() {
  for (const slider of sliders()) {
    const { assumption, at, said } = slider.dataset;
    const age = Date.now() - (touched.get(assumption) ?? 0);
    if (slider === held || (age < ANSWER_MS && Number(at) !== Number(slider.value))) continue;
    touched.delete(assumption);
    if (slider.value !== at) slider.value = at;
    show(slider, said);
  }
}

function show(slider, text) {
  const output = document.getElementById(`said-${slider.dataset.assumption}`);
  if (output.textContent !== text) output.textContent = text;
  slider.setAttribute("aria-valuetext", text);
  const share = (slider.value - slider.min) / (slider.max - slider.min);
  slider.style.setProperty("--part", share.toFixed(4));
}

// As assumptions_view.said has it.
function words(slider) {
  const { before, after } = slider.dataset;
  const value = Number(slider.value);
  const unit = after === " days" && value === 1 ? " day" : after;
  return before + value.toLocaleString("en-US", { maximumFractionDigits: 2 }) + unit;
}

startSliders();
