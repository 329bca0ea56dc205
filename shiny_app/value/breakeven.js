// The episode that is picked on the Value page, and its break-even chart. The options carry all that is shown of their
// episodes; the first stands until somebody picks another, and again when that one closes.
const STEP = 80;
const NARROWEST = 240;
const WIDEST = 1200;
const SPACING_MS = 300;
const AGAIN_MS = 2000;

let picked = null; // the id that somebody picked
let busy = false;
let askedAt = 0;
let timer;

export function startBreakEven() {
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-episode]")) return;
    picked = event.target.value;
    refresh();
  });
  document.addEventListener("lab:fresh", refresh);
  document.addEventListener("visibilitychange", refresh);
  window.addEventListener("resize", refresh);
  refresh();
}

function refresh() {
  const select = document.querySelector("[data-episode]");
  if (!select) return;
  const options = [...select.options];
  const option = options.find((each) => each.value === picked) ?? options[0];
  if (option) fill(select, option);
  draw();
}

function fill(select, option) {
  option.selected = true;
  for (const node of document.querySelectorAll("[data-picked]")) {
    const text = option.dataset[node.dataset.picked] ?? "";
    if (node.textContent !== text) node.textContent = text;
  }
  for (const link of document.querySelectorAll("[data-picked-href]")) {
    link.setAttribute("href", option.dataset[link.dataset.pickedHref]);
  }
  const chart = document.querySelector("img[data-break-even]");
  chart.dataset.figures = option.dataset.figures;
  chart.alt = option.dataset.alt;
}

// At most one image on its way, and one each SPACING_MS; the last stays until the next is decoded.
function draw() {
  const chart = document.querySelector("img[data-break-even]");
  if (!chart?.dataset.figures || document.hidden || busy || !chart.parentElement.clientWidth) return;
  const { src, width } = address(chart);
  if (chart.getAttribute("src") === src) return;
  clearTimeout(timer);
  const wait = askedAt + SPACING_MS - Date.now();
  if (wait > 0) timer = setTimeout(draw, wait);
  else fetchThen(chart, src, width);
}

async function fetchThen(chart, src, width) {
  busy = true;
  askedAt = Date.now();
  const next = new Image();
  next.src = src;
  try {
    await next.decode();
    chart.src = src;
    chart.style.width = `${width}px`;
    chart.classList.remove("failed");
  } catch {
    chart.classList.add("failed"); // its text stands in until it works
    timer = setTimeout(draw, AGAIN_MS);
  }
  busy = false;
  if (!chart.classList.contains("failed")) draw();
}

function address(chart) {
  const room = chart.parentElement.clientWidth;
  const width = Math.max(NARROWEST, Math.min(WIDEST, Math.floor(room / STEP) * STEP));
  const look = `w=${width}&s=${devicePixelRatio > 1 ? 2 : 1}&theme=${document.documentElement.dataset.theme}`;
  return { width, src: `charts/value/break-even.png?${chart.dataset.figures}&${look}` };
}
