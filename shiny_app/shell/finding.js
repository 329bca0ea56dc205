// Finding a unit among any number: the server searches, this keeps the list, the arrows and Enter. The focus stays in the
// box; aria-activedescendant says which line is meant.
import { send } from "./controls.js";
import { go } from "./navigation.js";

const TYPING_MS = 120; // from the last key to the question

let timer;
let meant = 0; // the line that Enter goes to

const part = (id) => document.getElementById(id);
const lines = () => [...part("find-list").children];

export function startFinding() {
  Shiny.addCustomMessageHandler("found", show);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-find]")) openFinding();
    const line = event.target.closest("#find-list li");
    if (line) goTo(line);
  });
  part("find-box").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, TYPING_MS);
  });
  part("find-box").addEventListener("keydown", walk);
}

export function openFinding() {
  part("find-box").value = "";
  part("find-list").replaceChildren();
  part("find-said").textContent = "Searching …";
  part("find-dialog").showModal();
  part("find-box").focus();
  ask();
}

const ask = () => send("find", { search: part("find-box").value });

// An answer to what stood in the box before is none to what stands there now.
function show({ search, said, units }) {
  if (search !== part("find-box").value) return;
  part("find-list").replaceChildren(...units.map(drawn));
  part("find-said").textContent = said;
  mean(0);
}

function drawn({ id, href, about, pill, level }, at) {
  const line = document.createElement("li");
  Object.assign(line, { id: `find-${at}`, className: "find-line" });
  line.setAttribute("role", "option");
  line.dataset.href = href;
  for (const [className, text] of [["find-id", id], ["note", about], [`pill ${level}`, pill]]) {
    const piece = line.appendChild(document.createElement("span"));
    Object.assign(piece, { className, textContent: text });
  }
  return line;
}

function walk(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key === "Enter") {
    event.preventDefault();
    const line = lines()[meant];
    if (line) goTo(line);
  } else if (event.key in steps && lines().length) {
    event.preventDefault();
    mean((meant + steps[event.key] + lines().length) % lines().length);
  }
}

function mean(at) {
  meant = at;
  for (const [place, line] of lines().entries()) line.setAttribute("aria-selected", String(place === at));
  const line = lines()[at];
  if (line) {
    part("find-box").setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  } else part("find-box").removeAttribute("aria-activedescendant");
}

function goTo(line) {
  part("find-dialog").close();
  go(line.dataset.href);
}
