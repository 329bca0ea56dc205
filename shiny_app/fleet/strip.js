// The strip of the whole fleet: one cell a unit, worst first, drawn on one canvas from runs of letters ("1H1M1S9L"; small
// letters are units that the filters leave out). What a cell is, is asked of the server when somebody points at it.
const SHARE = { H: 1, M: 0.7, L: 0.4 }; // of a cell's size, so that a band is not told by colour alone
const COLOUR = { H: "--bad", M: "--warn", L: "--ok" };
const LINE_PX = 22; // the height of a strip of one line
const WIDEST = 14;
const NARROWEST = 8; // narrower cells stand in a grid
const TALLEST_PX = 120;
const FADED = 0.22;

let drawn = ""; // what the canvas shows: cells, room, theme
let grid = null; // { across, down, pitch, high, count }
let at = -1; // the cell that is pointed at, -1 for none
let said = null; // what the server said of it: { at, unit, text, href }
let asking = false;

let watched = null; // the strip of this page's body
const room = new ResizeObserver(() => draw());

export function startStrip() {
  document.addEventListener("lab:fresh", fresh);
  document.addEventListener("pointermove", (event) => {
    const strip = event.target.closest?.("[data-strip]");
    if (strip) point(strip, cellUnder(strip, event));
  });
  document.addEventListener("pointerout", (event) => {
    const strip = event.target.closest?.("[data-strip]");
    const left = strip && event.pointerType !== "touch" && !strip.contains(event.relatedTarget);
    if (left && document.activeElement !== strip) point(strip, -1);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-strip]") && at < 0) point(event.target, 0);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches("[data-strip]") && !event.relatedTarget?.matches("[data-strip-said]")) point(event.target, -1);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches?.("[data-strip]")) press(event);
  });
  document.addEventListener("click", (event) => {
    const strip = event.target.closest("[data-strip]");
    if (!strip) return;
    const cell = cellUnder(strip, event);
    if (event.pointerType === "touch") point(strip, cell); // a finger cannot hover: what it reads is a link
    else openCell(cell);
  });
  fresh();
}

function element() {
  return document.querySelector("[data-strip]");
}

function fresh() {
  const strip = element();
  if (!strip) return;
  if (watched !== strip) {
    room.disconnect();
    room.observe(strip.parentElement);
    watched = strip;
    [drawn, at, said] = ["", -1, null];
  }
  draw();
  if (at >= 0 && document.activeElement !== strip) ask(); // one that is walked by keys would be read out each second
}

function cellsOf(strip) {
  return [...strip.dataset.cells.matchAll(/(\d+)([A-Za-z])/g)].map(([, length, letter]) => [Number(length), letter]);
}

// As large as fits: one line of small cells, else the finest grid that is needed, filled down and then across.
function lay(count, wide, pixel) {
  if (count * NARROWEST <= wide) {
    return { across: count, down: 1, pitch: Math.min(WIDEST, Math.floor(wide / count)), high: LINE_PX, count };
  }
  const fits = (pitch) => Math.floor(wide / pitch) * Math.floor(TALLEST_PX / pitch) >= count;
  let pitch = NARROWEST;
  while (pitch > 2 && !fits(pitch)) pitch -= pixel;
  const down = Math.ceil(count / Math.floor(wide / pitch));
  return { across: Math.ceil(count / down), down, pitch, high: pitch, count };
}

function roomOf(strip) {
  const { paddingLeft, paddingRight } = getComputedStyle(strip.parentElement);
  return strip.parentElement.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
}

function draw() {
  const strip = element();
  const wide = Math.floor(strip ? roomOf(strip) : 0);
  if (!wide) return;
  const scale = devicePixelRatio > 1 ? 2 : 1;
  const state = [strip.dataset.cells, wide, scale, document.documentElement.dataset.theme, at].join(" ");
  if (state === drawn) return;
  drawn = state;
  const runs = cellsOf(strip);
  grid = lay(runs.reduce((sum, [length]) => sum + length, 0), wide, 1 / scale);
  paint(strip.firstElementChild, runs, scale);
}

function paint(canvas, runs, scale) {
  const { across, down, pitch, high } = grid;
  const [width, height] = [across * pitch, down * high];
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const gap = pitch > 6 ? 2 : pitch > 2 ? 1 : 1 / scale;
  const snap = (length) => Math.max(1, Math.round(length * scale)) / scale; // to whole pixels of the screen
  let cell = 0;
  for (const [length, letter] of runs) {
    const band = letter.toUpperCase();
    pen.globalAlpha = letter === band ? 1 : FADED;
    pen.fillStyle = style.getPropertyValue(COLOUR[band]);
    for (const end = cell + length; cell < end; cell++) {
      const tall = snap((high - gap) * SHARE[band]);
      const wide = down > 1 ? tall : pitch - gap;
      const x = Math.floor(cell / down) * pitch + (down > 1 ? Math.floor(((pitch - gap - wide) / 2) * scale) / scale : 0);
      const y = (cell % down) * high + (down > 1 ? Math.floor(((high - gap - tall) / 2) * scale) / scale : high - gap - tall);
      pen.fillRect(x, y, wide, tall);
    }
  }
  if (at >= 0) {
    pen.globalAlpha = 1;
    pen.strokeStyle = style.getPropertyValue("--text");
    pen.lineWidth = 1.5;
    pen.strokeRect(Math.floor(at / down) * pitch - 0.25, (at % down) * high - 0.25, pitch - gap + 0.5, high - gap + 0.5);
  }
}

function cellUnder(strip, event) {
  if (!grid) return -1;
  const box = strip.firstElementChild.getBoundingClientRect();
  const [column, row] = [(event.clientX - box.left) / grid.pitch, (event.clientY - box.top) / grid.high];
  if (column < 0 || row < 0 || column >= grid.across || row >= grid.down) return -1;
  const cell = Math.floor(column) * grid.down + Math.floor(row);
  return cell < grid.count ? cell : -1;
}

function press(event) {
  const strip = event.target;
  const column = grid?.down ?? 1;
  const last = (grid?.count ?? 1) - 1;
  const ways = {
    ArrowRight: at + (column > 1 && event.shiftKey ? column : 1), ArrowDown: at + 1, PageDown: at + 10 * column, End: last,
    ArrowLeft: at - (column > 1 && event.shiftKey ? column : 1), ArrowUp: at - 1, PageUp: at - 10 * column, Home: 0,
  };
  if (event.key in ways) point(strip, Math.min(last, Math.max(0, ways[event.key])));
  else if (event.key === "Enter" || event.key === " ") openCell(at);
  else return;
  event.preventDefault();
}

function point(strip, cell) {
  if (cell === at) return;
  at = cell;
  draw();
  if (at < 0) show(null);
  else ask();
}

// One question at a time: of the cells that were passed over meanwhile only the last is asked for.
async function ask() {
  if (asking) return;
  asking = true;
  let cell = -1;
  while (at >= 0 && at !== cell) {
    cell = at;
    const answer = await whatIs(cell);
    if (answer && at >= 0) show(answer);
  }
  asking = false;
  if (at < 0) show(null);
}

async function whatIs(cell) {
  const units = document.querySelector("[data-units-switch]")?.dataset.units === "c" ? "&units=c" : "";
  try {
    const answer = await fetch(`fleet/cell?at=${cell}${units}`);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // the connection's own line says that it is lost
  }
}

function show(answer) {
  said = answer;
  const strip = element();
  const told = document.querySelector("[data-strip-said]");
  if (!strip || !told) return;
  told.hidden = !answer;
  document.querySelector("[data-strip-legend]").hidden = Boolean(answer);
  if (!answer) return;
  told.textContent = answer.text;
  told.href = answer.href;
  strip.setAttribute("aria-valuenow", String(answer.at + 1));
  strip.setAttribute("aria-valuetext", answer.text);
}

// What was read is what opens.
async function openCell(cell) {
  if (cell < 0) return;
  if (said?.at !== cell) show(await whatIs(cell));
  if (said?.at === cell) document.querySelector("[data-strip-said]").click();
}
