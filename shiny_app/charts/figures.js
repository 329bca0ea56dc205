// The figures behind a unit's charts: fetched once a version, and only while something reads them (the cursor, a table).
const SPACING_MS = 450;

let held = null; // { src, ...the answer }
let asking = null;
let askedAt = 0;

// What is held of the page's charts, possibly of a version before; null where none or of another unit or range.
export function figures() {
  return held && held.what === address()?.what ? held : null;
}

// Brings the figures up to the version of the page's charts. Resolves when they have come, or when they could not.
export function freshen() {
  const wanted = address();
  if (!wanted || held?.src === wanted.src) return Promise.resolve();
  asking ??= ask().finally(() => (asking = null));
  return asking;
}

async function ask() {
  const urgent = figures() === null;
  const wait = urgent ? 0 : askedAt + SPACING_MS - Date.now();
  if (wait > 0) await new Promise((done) => setTimeout(done, wait));
  const wanted = address();
  if (!wanted) return;
  askedAt = Date.now();
  try {
    const answer = await fetch(wanted.src);
    if (answer.ok) held = { ...(await answer.json()), ...wanted };
    document.dispatchEvent(new CustomEvent("lab:figures"));
  } catch {
    // the connection's own message says that the server is away; the next version is asked for like any other
  }
}

function address() {
  const charts = [...document.querySelectorAll("img[data-chart][data-range]")];
  if (!charts.length) return null;
  const { unit, range, from, to, held, version } = charts[0].dataset;
  const units = charts.map((each) => each.dataset.units).find(Boolean);
  const zoom = `${from ? `&from=${from}&to=${to}` : ""}${held ? `&held=${held}` : ""}`;
  const what = `charts/${encodeURIComponent(unit)}/series.json?range=${range}${zoom}${units ? `&units=${units}` : ""}`;
  return { what, src: `${what}&v=${version}` };
}

// The place of the sample that stands at a time: the nearest one; -1 where the line is broken there.
export function sampleAt(data, ts) {
  const times = data.ts;
  if (!times.length) return -1;
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < ts) low = middle + 1;
    else high = middle;
  }
  const after = Math.min(low, times.length - 1);
  const before = Math.max(low - 1, 0);
  const nearest = ts - times[before] <= times[after] - ts ? before : after;
  const broken = low === 0 || low === times.length || times[after] - times[before] > data.gap;
  return broken && Math.abs(times[nearest] - ts) > Math.max(data.step, 1) ? -1 : nearest;
}

// "207 °F" as the page writes it, or "no data".
export function said({ values, uom, decimals }, at) {
  const value = values[at] ?? null;
  if (value === null) return "no data";
  const text = value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return `${text.replace(/^-(?=.*[1-9])/, "−").replace(/^-/, "")}${uom ? ` ${uom}` : ""}`;
}

// A time of the server's zone: "14:31:52", with its day where the charts show more than one.
export function timeOf(data, ts) {
  const at = new Date((ts + data.zone) * 1000);
  const clock = at.toISOString().slice(11, data.width >= 60 ? 16 : 19);
  if (data.end - data.begin <= 86_400) return clock;
  return `${at.getUTCDate()} ${at.toLocaleString("en-US", { month: "short", timeZone: "UTC" })} ${clock}`;
}

// The names of what was going on at a time: of this signal, and what was injected.
export function marksAt(data, key, ts) {
  const on = ({ since, until }) => since <= ts + data.width / 2 && (until === null || Math.max(until, since + 1) >= ts - data.width / 2);
  return data.marks.filter((mark) => (mark.signal === null || mark.signal === key) && on(mark)).map((mark) => mark.name);
}
