// Going from page to page without a reload. The URL is the only state: Shiny reports every pushState and popstate to the
// server as clientdata.url_search, and the server answers with the page's body.

let landing = null; // what to do when the body that was asked for has come

export function startNavigation() {
  history.scrollRestoration = "manual";
  addressOf(document.getElementById("page").dataset.href);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-nav]");
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !plain || event.defaultPrevented || !Shiny.shinyapp?.isConnected()) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-go-to-unit]")) go(`?page=unit&unit=${encodeURIComponent(event.target.value)}`);
  });
  window.addEventListener("popstate", (event) => {
    landing = { scroll: event.state?.scroll ?? 0 };
  });
}

// `focus` false leaves the focus where it is, for what guides from page to page.
export function go(href, { focus = true } = {}) {
  const target = new URL(carrying(href), location.href);
  if (samePlace(target)) {
    arrive({ anchor: target.hash.slice(1) });
    return;
  }
  history.replaceState({ scroll: scrollY }, "");
  landing = { anchor: target.hash.slice(1), focus };
  history.pushState({}, "", target);
}

// Other words in the address, at the same place: null takes a name out. `replace` leaves no step to go back to. The server
// sees the address either way and answers with what is shown there.
export function choose(words, { replace = false } = {}) {
  const url = new URL(location.href);
  for (const [name, word] of Object.entries(words)) {
    if (word === null || word === "") url.searchParams.delete(name);
    else url.searchParams.set(name, word);
  }
  if (url.href === location.href) return;
  if (!replace) {
    history.replaceState({ scroll: scrollY }, "");
    landing = { stay: true };
    history.pushState({}, "", url);
  } else {
    history.replaceState(history.state, "", url);
    $(document).trigger("pushstate"); // Shiny tells the server of a pushState only
  }
}

function samePlace(target) {
  const [here, there] = [location.search, target.search].map((query) => new URLSearchParams(query));
  const unit = there.get("unit") ?? here.get("unit");
  return (here.get("page") ?? "fleet") === there.get("page") && (there.get("page") !== "unit" || here.get("unit") === unit);
}

const LEFT_BEHIND = ["page", "unit", "with"]; // what a unit was compared with says nothing of another one

// What an address says beside its place goes along: the theme, the units, the range, and the assumptions that were changed;
// a part of the time only from unit to unit.
function carrying(href) {
  const [query, anchor] = href.split("#");
  const target = new URLSearchParams(query);
  const here = new URLSearchParams(location.search);
  const near = here.get("page") === "unit" && target.get("page") === "unit";
  const left = new Set(near ? LEFT_BEHIND : [...LEFT_BEHIND, "from", "to"]);
  for (const [name, value] of here) {
    if (!left.has(name) && !target.has(name)) target.set(name, value);
  }
  return `?${target}${anchor ? `#${anchor}` : ""}`;
}

// The address bar names what is shown, also where the link left the unit to the server.
function addressOf(href) {
  const shown = new URLSearchParams(href);
  const here = new URLSearchParams(location.search);
  if (!shown.get("unit") || here.get("unit") || here.get("page") !== "unit") return;
  history.replaceState(history.state, "", carrying(href) + location.hash);
}

export function showPage(page, fill) {
  fill();
  addressOf(page.href);
  if (landing) arrive(landing);
  landing = null;
}

function arrive({ anchor, focus, scroll, stay }) {
  if (stay) return;
  const part = anchor ? document.getElementById(anchor) : null;
  if (focus) document.querySelector("#page h1")?.focus({ preventScroll: true });
  if (part) part.scrollIntoView({ block: "start" });
  else scrollTo(0, scroll ?? 0);
}
