// Pause: this page stands still, and the server sends it nothing but what it asks for. The charts' figures are fetched at
// that moment, so that the cursor reads what the pictures show however long it lasts.
import { send } from "./controls.js";
import { freshen } from "./figures.js";

export function startPause() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pause]");
    if (!button) return;
    const pausing = !document.documentElement.hasAttribute("data-paused");
    document.documentElement.toggleAttribute("data-paused", pausing);
    if (pausing) freshen();
    send("pause", { paused: pausing });
    if (button.dataset.pause === "resume") document.querySelector('[data-pause="switch"]').focus();
  });
  document.addEventListener("lab:fresh", () => document.documentElement.hasAttribute("data-paused") && freshen());
}
