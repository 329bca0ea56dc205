// Following one sample: a press on its time asks the server for its journey, whose card opens above the samples and stays
// while they scroll on. The card is shown and filled by its live fields; here it is asked for, scrolled to and closed.
import { send } from "../shell/controls.js";

let opening = null; // the sample that was asked for here: the page goes to its journey when it comes

export function startJourney() {
  document.addEventListener("click", (event) => {
    const sample = event.target.closest("button[data-ts]");
    if (sample) follow(sample);
    if (event.target.closest("[data-close-journey]")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("#journey")) close();
  });
  document.addEventListener("lab:fresh", show);
}

function follow(sample) {
  opening = sample.dataset.ts;
  send("journey", { unit: sample.dataset.unit, ts: Number(sample.dataset.ts) });
}

function close() {
  const ts = document.getElementById("journey").dataset.ts;
  const sample = document.querySelector(`button[data-ts="${CSS.escape(ts)}"]`);
  (sample ?? document.getElementById("page")).focus({ preventScroll: true });
  send("journey", { unit: null });
}

function show() {
  const card = document.getElementById("journey");
  if (!card) return;
  for (const sample of document.querySelectorAll("button[data-ts]")) {
    sample.setAttribute("aria-expanded", String(!card.hidden && sample.dataset.ts === card.dataset.ts));
  }
  if (card.hidden || opening !== card.dataset.ts) return;
  opening = null;
  card.scrollIntoView({ block: "nearest" });
  card.focus({ preventScroll: true });
}
