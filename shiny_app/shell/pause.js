// Pause: this page stands still, and the server sends it nothing but what it asks for. What its charts are made of is held
// there: their images, figures and files name it.
import { send } from "./controls.js";

export function startPause() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pause]");
    if (!button) return;
    const pausing = !document.documentElement.hasAttribute("data-paused");
    document.documentElement.toggleAttribute("data-paused", pausing);
    send("pause", { paused: pausing });
    if (button.dataset.pause === "resume") document.querySelector('[data-pause="switch"]').focus();
  });
}
