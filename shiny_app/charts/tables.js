// The table behind each chart: filled from the same figures when it is opened, and when the range changes; it does not move
// by itself while somebody reads it.
import { figures, freshen, marksAt, said, timeOf } from "./figures.js";

const MOST = 120;
const VERDICTS = { needs_review: "Needs review", rejected: "Rejected", duplicate: "Duplicate" };

export function startTables() {
  document.addEventListener("toggle", (event) => event.target.matches?.("[data-table]") && fill(event.target), true);
  document.addEventListener("lab:figures", () => {
    for (const table of document.querySelectorAll("[data-table][open]")) {
      if (table.dataset.filled !== figures()?.what) write(table);
    }
  });
  document.addEventListener("lab:fresh", () => {
    const open = [...document.querySelectorAll("[data-table][open]")];
    if (open.length && !figures()) freshen();
  });
}

async function fill(details) {
  if (!details.open) return;
  await freshen();
  write(details);
}

function write(details) {
  const data = figures();
  const signal = data?.signals[details.dataset.table];
  if (!signal) return;
  details.dataset.filled = data.what;
  const table = document.createElement("table");
  table.className = "figures-table";
  const shown = Math.min(MOST, data.ts.length);
  const all = data.ts.length > MOST ? `; the CSV has all ${data.ts.length.toLocaleString("en-US")}` : "";
  const what = data.width ? `means of ${data.width < 60 ? `${data.width} s` : `${data.width / 60} min`}` : "samples";
  table.createCaption().textContent = `${details.dataset.label}${signal.uom ? `, ${signal.uom}` : ""}: the newest ${shown} ${what}${all}`;
  const head = table.createTHead().insertRow();
  for (const name of ["Time", "Value", data.width ? "Marks" : "Verdict and marks"]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  for (let at = data.ts.length - 1; at >= data.ts.length - shown; at--) {
    const row = body.insertRow();
    const verdict = data.width ? "" : (VERDICTS[data.verdicts[at]] ?? "Valid");
    const notes = [verdict, ...marksAt(data, details.dataset.table, data.ts[at])].filter(Boolean).join("; ");
    for (const text of [timeOf(data, data.ts[at]), said(signal, at), notes]) row.insertCell().textContent = text;
  }
  details.querySelector(".rows").replaceChildren(table);
}
