// Chart images: fetched in the width, density and theme of this page, decoded before they are shown, at most one on its way
// for each chart, none while the tab is hidden. The last image stays until the next one is ready.
const STEP = 80;
const NARROWEST = 240;
const WIDEST = 1920;
const SPACING_MS = 450;

const states = new WeakMap(); // img -> { shown, busy, since }

export function startCharts() {
  document.addEventListener("lab:fresh", refresh);
  document.addEventListener("visibilitychange", refresh);
  window.addEventListener("resize", refresh);
  refresh();
}

function refresh() {
  if (document.hidden) return;
  for (const img of document.querySelectorAll("img[data-chart]")) draw(img);
}

function draw(img) {
  if (!img.dataset.chart) return; // what it showed is gone, while its image was on its way
  const state = states.get(img) ?? { shown: null, busy: false, since: 0 };
  states.set(img, state);
  const wanted = address(img);
  if (state.busy || wanted.src === state.shown) return;
  const wait = state.since + SPACING_MS - Date.now();
  if (wait > 0 && wanted.look === state.look) {
    clearTimeout(state.timer);
    state.timer = setTimeout(() => draw(img), wait);
    return;
  }
  fetchThen(img, state, wanted);
}

async function fetchThen(img, state, { src, width, look }) {
  state.busy = true;
  state.since = Date.now();
  const next = new Image();
  next.src = src;
  try {
    await next.decode();
    img.src = src;
    img.style.width = `${width}px`;
    state.look = look;
  } catch {
    img.classList.add("failed"); // its text stands in; the next version is tried like any other
  }
  state.shown = src;
  state.busy = false;
  if (img.isConnected && !document.hidden) draw(img);
}

function address(img) {
  const room = (img.closest(".plot") ?? img.parentElement).clientWidth;
  const width = Math.max(NARROWEST, Math.min(WIDEST, Math.floor(room / STEP) * STEP));
  const scale = devicePixelRatio * (img.currentCSSZoom ?? 1) > 1 ? 2 : 1; // large screens show everything larger
  const { chart, unit, units, version, range, from, to, held } = img.dataset;
  const zoom = from ? `&from=${from}&to=${to}` : "";
  const part = `${range && range !== "10m" ? `&range=${range}` : ""}${zoom}${held ? `&held=${held}` : ""}`;
  const look = `w=${width}&s=${scale}&theme=${document.documentElement.dataset.theme}${units === "c" ? "&units=c" : ""}${part}`;
  return { width, look, src: `charts/${encodeURIComponent(unit)}/${chart}.png?${look}&v=${version}` };
}
