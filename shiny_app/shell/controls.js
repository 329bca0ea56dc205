// The buttons of the side panel, the theme switch, and the one status line that speaks.
const SHOWN_MS = 6000;
const QUIET_MS = 5000; // a screen reader hears news at most this often
const WAIT_MS = 5000; // a button that got no answer can be pressed again after this long

const pressed = new Set();
let nonce = 0;
let hideTimer, newsTimer;
let told = null;
let toldAt = 0;

export function startControls() {
  keepFromShiny();
  told = document.getElementById("news").textContent;
  rememberUnits();
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.matches("[data-theme-switch]")) switchTheme();
    if (button?.matches("[data-units-switch]")) measureIn(button.dataset.units === "c" ? "f" : "c");
    if (button?.matches("[data-service-done]")) press(button, "service_done", { unit: button.dataset.serviceDone });
    if (button?.matches("[data-undo-service]")) press(button, "undo_service", { unit: button.dataset.undoService });
    if (button?.matches("[data-reset]")) press(button, "reset", {});
    if (button?.matches("[data-inject]")) {
      press(button, "inject", { kind: button.dataset.inject, unit: document.getElementById("fault-unit").value });
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-fault-unit]")) send("fault_unit", { unit: event.target.value });
  });
  document.addEventListener("lab:say", (event) => say(event.detail));
  document.addEventListener("lab:fresh", tellNews);
  Shiny.addCustomMessageHandler("answer", ({ ok, sentence, nonce, href }) => {
    for (const button of pressed) release(button);
    say(sentence, ok);
    if (href) showWay(href);
    document.dispatchEvent(new CustomEvent("lab:answer", { detail: { ok, nonce } }));
  });
}

// Each control sends by itself what the server reads; Shiny's script would send every one that has an id, and a file too.
function keepFromShiny() {
  for (const control of document.querySelectorAll("input, select, textarea")) control.dataset.shinyNoBindInput = "";
}

// The press's number, which its answer carries too; null where the button waits for an answer already.
export function press(button, name, value) {
  if (pressed.has(button)) return null;
  pressed.add(button);
  button.setAttribute("aria-busy", "true");
  setTimeout(() => release(button), WAIT_MS);
  const number = ++nonce;
  send(name, { ...value, nonce: number });
  return number;
}

function release(button) {
  pressed.delete(button);
  button.removeAttribute("aria-busy");
}

// A press before the connection stands is sent when it does.
export async function send(name, value) {
  await Shiny.initializedPromise;
  Shiny.setInputValue(name, { nonce: ++nonce, ...value }, { priority: "event" });
}

function say(sentence, ok = true) {
  const toast = document.getElementById("toast");
  toast.textContent = sentence;
  toast.className = `toast shown ${ok ? "ok" : "refused"}`;
  toldAt = Date.now();
  clearTimeout(hideTimer);
  hideTimer = setTimeout(() => (toast.className = "toast"), SHOWN_MS);
}

// Beside a sentence that asks for a sign-in: the way there.
function showWay(href) {
  const link = document.createElement("a");
  link.href = href;
  link.textContent = "Sign in";
  document.getElementById("toast").append(" ", link);
}

// News is spoken, not shown: the page shows it already.
function tellNews() {
  const news = document.getElementById("news").textContent;
  if (news === told) return;
  clearTimeout(newsTimer);
  newsTimer = setTimeout(() => {
    told = document.getElementById("news").textContent;
    toldAt = Date.now();
    const toast = document.getElementById("toast");
    if (!toast.classList.contains("shown")) toast.textContent = told;
  }, Math.max(0, toldAt + QUIET_MS - Date.now()));
}

function switchTheme() {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  keep("theme", theme);
  document.dispatchEvent(new CustomEvent("lab:fresh"));
}

function measureIn(units) {
  keep("units", units);
  send("units", { units });
}

// The address carries a choice to whoever it is shared with, the browser's storage to the next visit.
function keep(name, choice) {
  storage.set(name, choice);
  const url = new URL(location.href);
  url.searchParams.set(name, choice);
  history.replaceState(history.state, "", url);
}

// The server draws the units that the address names; where it names none, those of the last visit are asked for.
function rememberUnits() {
  if (new URLSearchParams(location.search).has("units")) return;
  if (storage.get("units") === "c") measureIn("c");
}
