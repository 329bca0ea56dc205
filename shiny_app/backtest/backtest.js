// A recording of one's own: it goes to the server by HTTP, which answers with the key of its run; the page's live fields
// then say what comes of it.
import { send } from "../shell/controls.js";

function startBacktest() {
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-backtest-file]") && event.target.files.length) upload(event.target.files[0]);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-backtest-sample]");
    if (button) tryOut(button.dataset.backtestSample);
  });
}

// The recording that ships lies beside this script.
async function tryOut(name) {
  try {
    const answer = await fetch(new URL(name, import.meta.url));
    await upload(new File([await answer.blob()], name));
  } catch {
    say("The sample could not be fetched. Try again.");
  }
}

async function upload(file) {
  const input = document.querySelector("[data-backtest-file]");
  const most = Number(input.dataset.backtestFile);
  if (file.size > most) {
    say(`${file.name} has ${Math.ceil(file.size / 2 ** 20)} MB; a recording has at most ${most / 2 ** 20} MB.`);
    input.value = "";
    return;
  }
  input.disabled = true;
  input.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`backtests?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
    const told = await answer.json();
    if (answer.ok) await send("backtest", { key: told.key });
    else say(told.detail);
  } catch {
    say("The file could not be sent. Try again.");
  }
  input.disabled = false;
  input.removeAttribute("aria-busy");
  input.value = ""; // the same file can be chosen again
  if (document.activeElement === document.body) input.focus();
}

function say(sentence) {
  document.dispatchEvent(new CustomEvent("lab:say", { detail: sentence }));
}

startBacktest();
