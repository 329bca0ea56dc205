// Working with insights: acknowledge, silence, note, undo, under a name that is asked for once; and which are listed.
import { press } from "../shell/controls.js";
import { choose } from "../shell/navigation.js";

const drafts = new Map(); // episode -> what was typed and not saved, so that nothing typed is ever lost
const saving = new Map(); // nonce of a note on its way -> its episode
let writing = null; // the episode whose note is open
let worked = null; // the button that was pressed last
let unsigned = null; // the episode of an act that had no name yet

function startWork() {
  document.addEventListener("click", clicked);
  document.addEventListener("submit", submitted);
  document.addEventListener("keydown", keyed);
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-note-form] textarea")) drafts.set(episodeOf(target), target.value);
  });
  document.addEventListener("toggle", ({ target }) => opened(target), true);
  document.addEventListener("lab:answer", ({ detail }) => answered(detail));
  document.addEventListener("lab:fresh", refresh);
  refresh();
}

const episodeOf = (node) => node.closest("[data-key]").dataset.key;
const who = () => storage.get("who") ?? "";

function clicked({ target }) {
  const button = target.closest("button");
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target) || button) menu.open = false;
  }
  if (!button) return;
  const { work, silence = "", show } = button.dataset;
  if (work) act(button, { kind: work, silence, id: episodeOf(button) });
  if (show) choose({ show: show === "all" ? null : show });
  if (button.matches("[data-note-open]")) toggleNote(button.closest(".work").querySelector("[data-note-form]"));
  if (button.matches("[data-note-close]")) closeNote(button.form);
  if (button.matches("[data-who-change]")) askWho();
  if (button.matches("[data-who-close]")) whoDone();
}

// A menu at the end of the screen opens upwards.
function opened(menu) {
  if (!menu.matches("details.menu")) return;
  const choices = menu.querySelector(".choices");
  choices.classList.remove("up");
  if (menu.open) choices.classList.toggle("up", choices.getBoundingClientRect().bottom > innerHeight);
}

function act(button, asked) {
  worked = button;
  const nonce = press(button, "work", { who: who(), ...asked });
  if (nonce !== null && !who() && asked.kind !== "sign" && asked.kind !== "undo") unsigned = asked.id;
  return nonce;
}

function submitted(event) {
  const form = event.target;
  if (form.matches("[data-note-form]")) {
    event.preventDefault();
    const id = episodeOf(form);
    const nonce = act(form.querySelector("[type=submit]"), { kind: "note", note: form.querySelector("textarea").value, id });
    if (nonce !== null) saving.set(nonce, id);
  }
  if (form.id === "who-bar") {
    event.preventDefault();
    storage.set("who", form.querySelector("input").value.trim());
    if (who() && unsigned) act(form.querySelector("[type=submit]"), { kind: "sign", id: unsigned });
    unsigned = null;
    whoDone();
  }
}

function keyed(event) {
  const form = event.target.closest?.("[data-note-form]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) form.requestSubmit();
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (form) closeNote(form);
  else if (event.target.closest?.("#who-bar")) whoDone();
}

// The note opens in place; its row stays where it is, and as it is, until the note is closed.
function toggleNote(form) {
  if (!form.hidden) return closeNote(form);
  form.hidden = false;
  writing = episodeOf(form);
  opener(form).setAttribute("aria-expanded", "true");
  const text = form.querySelector("textarea");
  text.value = drafts.get(writing) ?? "";
  text.focus();
}

function closeNote(form) {
  const hadFocus = form.contains(document.activeElement);
  form.hidden = true;
  writing = null;
  opener(form).setAttribute("aria-expanded", "false");
  if (hadFocus) opener(form).focus();
  document.dispatchEvent(new CustomEvent("lab:released"));
}

const opener = (form) => form.closest(".work").querySelector("[data-note-open]");

function formOf(id) {
  const row = [...document.querySelectorAll("[data-key]")].find(
    (node) => node.dataset.key === id && node.querySelector("[data-note-form]"),
  );
  return row?.querySelector("[data-note-form]");
}

function answered({ ok, nonce }) {
  const id = saving.get(nonce);
  saving.delete(nonce);
  if (ok && id !== undefined) {
    drafts.delete(id);
    const form = formOf(id);
    if (form && !form.hidden) closeNote(form);
  }
  if (ok && unsigned && storage.get("asked") === null) askWho();
}

function askWho() {
  const bar = document.getElementById("who-bar");
  bar.hidden = false;
  const input = bar.querySelector("input");
  input.value = who();
  if (!document.activeElement?.matches("textarea, input")) input.select();
}

function whoDone() {
  storage.set("asked", "yes");
  const bar = document.getElementById("who-bar");
  const hadFocus = bar.contains(document.activeElement);
  bar.hidden = true;
  refresh();
  if (hadFocus) (nearest(worked) ?? document.getElementById("page")).focus({ preventScroll: true });
}

// Where the focus goes when the button that had it is gone: to the same row's Note.
function nearest(button) {
  if (!button?.isConnected) return null;
  return button.offsetParent ? button : button.closest(".work")?.querySelector("[data-note-open]");
}

function refresh() {
  const name = who();
  for (const undo of document.querySelectorAll("[data-work=undo]")) {
    const by = undo.dataset.undoBy;
    undo.hidden = by === undefined || !by.split("\n").some((each) => each === "" || each === name);
  }
  for (const change of document.querySelectorAll("[data-who-change]")) {
    change.textContent = name ? `You are ${name}` : "Your name";
    change.title = name ? "Change the name that stands with what you do" : "Put a name to what you do";
  }
  if (worked && document.activeElement === document.body && !worked.offsetParent) {
    nearest(worked)?.focus({ preventScroll: true });
    worked = null;
  }
  if (writing !== null) reopen(formOf(writing));
}

// A body that was drawn anew has the note closed: it opens again with what was typed.
function reopen(form) {
  if (!form?.hidden) return;
  const moved = document.activeElement === document.body;
  form.hidden = false;
  opener(form).setAttribute("aria-expanded", "true");
  const text = form.querySelector("textarea");
  text.value = drafts.get(writing) ?? "";
  if (moved) text.focus();
}

startWork();
