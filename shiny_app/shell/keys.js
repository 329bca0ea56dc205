// Single keys, and the dialog that lists them. They act nowhere where a person types, with no modifier held, and not at all
// where they were switched off (WCAG 2.1.4). Another part's keys are a table of its own: import it and add it to TABLES.
import { send } from "./controls.js";
import { KEYS as CHART_KEYS } from "../charts/cursor.js";
import { openFinding } from "./finding.js";
import { KEYS as FLEET } from "../fleet/keys.js";
import { go } from "./navigation.js";

const SECOND_MS = 1500; // within which the second key of two must come

const TABLES = [
  ["Go", [["/", "find a unit"]]], // and the pages, by their links
  ["This page", [["?", "these keys"], ["t", "light or dark"], ["m", "°F · mph or °C · km/h"], ["p", "pause or go on"]]],
  ["Fleet", FLEET],
  ["A chart that has the focus", CHART_KEYS],
  ["Unit", [["[", "the unit before it in the order of risk"], ["]", "the unit after it"]]],
];

const ACTIONS = {
  "?": openKeys,
  "/": search,
  t: () => press("[data-theme-switch]"),
  m: () => press("[data-units-switch]"),
  p: () => press("[data-testid=pause]"),
  "[": () => step(-1),
  "]": () => step(1),
};

let wentAt = 0; // when g was pressed

export function startKeys() {
  document.addEventListener("keydown", act);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) openKeys();
  });
  const own = document.querySelector("[data-keys-on]");
  own.checked = keysOn();
  own.addEventListener("change", () => storage.set("keys", own.checked ? "on" : "off"));
  Shiny.addCustomMessageHandler("beside", ({ href, sentence }) => {
    if (href) go(href);
    else document.dispatchEvent(new CustomEvent("lab:say", { detail: sentence }));
  });
}

function keysOn() {
  return storage.get("keys", document.querySelector("[data-keys-on]").checked ? "on" : "off") !== "off";
}

function act(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing || !keysOn()) return;
  const modified = (event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph"); // some keyboards have [ there
  if (modified || event.metaKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  const second = Date.now() - wentAt < SECOND_MS;
  wentAt = !second && event.key === "g" ? Date.now() : 0;
  const page = second && pages().find((link) => link.dataset.shortcut === event.key);
  if (page) page.click();
  else if (!second && Object.hasOwn(ACTIONS, event.key)) ACTIONS[event.key]();
  else return;
  event.preventDefault();
}

function typing(node) {
  const field = node.closest?.("input, textarea, select, [contenteditable]");
  return Boolean(field) && !["range", "checkbox", "radio", "button", "file"].includes(field.type);
}

const pages = () => [...document.querySelectorAll("[data-shortcut]")];

function press(selector) {
  document.querySelector(selector)?.click();
}

function search() {
  const own = document.querySelector("[data-search]");
  if (!own) return openFinding();
  own.focus();
  own.select();
}

function step(way) {
  const here = new URLSearchParams(location.search);
  if (here.get("page") === "unit" && here.get("unit")) send("beside", { unit: here.get("unit"), step: way });
}

function openKeys() {
  const list = document.querySelector("[data-key-list]");
  if (!list.childElementCount) {
    const [[go, found], ...others] = TABLES;
    const there = pages().map((link) => [`g ${link.dataset.shortcut}`, link.dataset.label]);
    list.append(...[[go, [...found, ...there]], ...others].map(listed));
  }
  document.getElementById("keys-dialog").showModal();
}

function listed([heading, rows]) {
  const group = document.createElement("section");
  const title = group.appendChild(document.createElement("h3"));
  title.textContent = heading;
  const list = group.appendChild(document.createElement("dl"));
  for (const [keys, says] of rows) {
    const row = list.appendChild(document.createElement("div"));
    const term = row.appendChild(document.createElement("dt"));
    for (const key of keys.split(" ")) {
      if (key === "/" && keys !== "/") term.append(" or ");
      else term.appendChild(document.createElement("kbd")).textContent = key;
    }
    row.appendChild(document.createElement("dd")).textContent = says;
  }
  return group;
}
