// Live fields. An element names its value (data-live: its text; data-bind: its attributes), a list names its rows
// (data-live-list, data-key) and has a skeleton (template data-template). A message is a flat dict of what changed.
import { showPage } from "../shell/navigation.js";

const slots = new Map(); // field name -> [{ node, attribute }], attribute null for the text
const lists = new Map(); // list name -> { container, skeleton, items: Map(key -> node) }
const HOLD_MS = 1000; // rows keep their places while a pointer moves over them, and this long after

const AGREE_MS = 5000; // a choice that the server never heard of is given up after this long
const chosen = new Map(); // select -> { value, server }: what somebody chose, until the server says the same

export function startLive() {
  document.addEventListener("change", choose);
  index();
  class Live extends Shiny.OutputBinding {
    find(scope) {
      return $(scope).find(".lab-live");
    }
    renderValue(_, message) {
      if (message) receive(message);
    }
    renderError() {
      document.dispatchEvent(new CustomEvent("lab:say", { detail: "The page could not be updated. Reload it." }));
    }
    clearError() {}
  }
  document.addEventListener("lab:released", () => {
    for (const [name, list] of lists) if (list.keys) setList(name, list.keys);
  });
  Shiny.outputBindings.register(new Live(), "lab.live");
}

function receive(message) {
  const page = document.getElementById("page");
  if (message.page) {
    showPage(message.page, () => {
      page.innerHTML = message.page.html;
      page.dataset.structure = message.key;
      index();
    });
  } else if (page.dataset.structure !== message.key) {
    // the first paint was drawn from another snapshot than the session began with, and the page's structure differs
    Shiny.setInputValue("redraw", Date.now(), { priority: "event" });
  }
  const set = Object.entries(message.set);
  for (const [name, value] of set) if (Array.isArray(value)) setList(name, value);
  for (const [name, value] of set) if (!Array.isArray(value)) setField(name, value);
  document.dispatchEvent(new CustomEvent("lab:fresh"));
}

function index() {
  slots.clear();
  lists.clear();
  for (const container of document.querySelectorAll("[data-live-list]")) {
    const name = container.dataset.liveList;
    const items = new Map();
    for (const node of container.children) items.set(node.dataset.key, node);
    const list = { container, items, skeleton: document.querySelector(`template[data-template="${name}"]`), held: 0 };
    list.container.addEventListener("pointermove", () => (list.held = Date.now() + HOLD_MS));
    lists.set(name, list);
    for (const [key, node] of items) indexUnder(node, `${name}/${key}/`);
  }
  for (const node of document.querySelectorAll("[data-live], [data-bind]")) {
    if (!node.closest("[data-key]")) indexNode(node, "");
  }
}

function indexUnder(root, prefix) {
  indexNode(root, prefix);
  for (const node of root.querySelectorAll("[data-live], [data-bind]")) indexNode(node, prefix);
}

function indexNode(node, prefix) {
  const { live, bind } = node.dataset;
  if (live) addSlot(prefix + live, { node, attribute: null });
  for (const pair of bind ? bind.split(" ") : []) {
    const [attribute, name] = pair.split(":");
    addSlot(prefix + name, { node, attribute });
  }
}

function addSlot(name, slot) {
  const known = slots.get(name);
  if (known) known.push(slot);
  else slots.set(name, [slot]);
}

function setField(name, value) {
  for (const { node, attribute } of slots.get(name) ?? []) {
    if (attribute === null) {
      if (node.textContent !== value) node.textContent = value ?? "";
    } else if (attribute === "value") setChoice(node, value);
    else if (value === null) node.removeAttribute(attribute);
    else if (node.getAttribute(attribute) !== value) node.setAttribute(attribute, value);
  }
}

function choose({ target }) {
  if (!target.matches("select[data-bind]")) return;
  const choice = { value: target.value };
  chosen.set(target, choice);
  setTimeout(() => {
    if (chosen.get(target) !== choice) return;
    chosen.delete(target);
    if ("server" in choice) target.value = choice.server;
  }, AGREE_MS);
}

// What was on its way when somebody chose, such as a page's first message, does not take the choice back.
function setChoice(node, value) {
  const choice = chosen.get(node);
  if (choice && choice.value !== value) return (choice.server = value);
  chosen.delete(node);
  node.value = value;
}

function setList(name, keys) {
  const list = lists.get(name);
  if (!list) return;
  const wanted = new Set(keys);
  list.keys = keys;
  const order = [...keys];
  for (const [key, node] of list.items) {
    if (wanted.has(key)) continue;
    if (node.querySelector("[data-holds]:not([hidden])")) {
      order.splice([...list.container.children].indexOf(node), 0, key); // somebody writes in it: it stays until that ends
    } else drop(list, name, key, node);
  }
  for (const key of keys) {
    if (!list.items.has(key)) grow(list, name, key);
  }
  list.order = order;
  settle(list);
}

function drop(list, name, key, node) {
  const hadFocus = node.contains(document.activeElement);
  const prefix = `${name}/${key}/`; // of another row whose key goes on with a slash it is a part, and a field has none
  for (const slot of slots.keys()) if (slot.startsWith(prefix) && !slot.includes("/", prefix.length)) slots.delete(slot);
  list.items.delete(key);
  node.remove();
  if (hadFocus) document.getElementById("page").focus({ preventScroll: true });
}

function grow(list, name, key) {
  const node = list.skeleton.content.firstElementChild.cloneNode(true);
  for (const part of [node, ...node.querySelectorAll("*")]) {
    for (const attribute of part.attributes) {
      if (attribute.value.includes("{key}")) attribute.value = attribute.value.replaceAll("{key}", () => key);
    }
  }
  list.items.set(key, node);
  list.container.append(node);
  indexUnder(node, `${name}/${key}/`);
}

function settle(list) {
  clearTimeout(list.timer);
  const left = list.held - Date.now();
  if (left > 0) list.timer = setTimeout(() => settle(list), left);
  else if (list.container.isConnected) arrange(list);
}

// Puts the rows in order with as few moves as can be, and never moves the one that has the focus: moving it would lose that.
function arrange(list) {
  const nodes = list.order.map((key) => list.items.get(key));
  const now = [...list.container.children];
  if (nodes.every((node, at) => node === now[at])) return;
  const place = new Map(now.map((node, at) => [node, at]));
  const pivot = nodes.findIndex((node) => node.contains(document.activeElement));
  const still = new Set(longestRun(nodes, place, pivot));
  let next = null;
  for (const node of nodes.reverse()) {
    if (!still.has(node)) list.container.insertBefore(node, next);
    next = node;
  }
}

// The longest run of nodes that already stand in order, through nodes[pivot] if there is one.
function longestRun(nodes, place, pivot) {
  const fits = (at) => pivot < 0 || at === pivot || at < pivot === place.get(nodes[at]) < place.get(nodes[pivot]);
  const best = []; // { node, length, before }
  for (const [at, node] of nodes.entries()) {
    if (!fits(at)) continue;
    let before = null;
    for (const run of best) {
      if (place.get(run.node) < place.get(node) && run.length > (before?.length ?? 0)) before = run;
    }
    best.push({ node, before, length: (before?.length ?? 0) + 1 });
  }
  const run = [];
  for (let last = best.reduce((a, b) => (b.length > (a?.length ?? 0) ? b : a), null); last; last = last.before) {
    run.push(last.node);
  }
  return run;
}
