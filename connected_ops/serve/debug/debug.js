// Keeps the page live: each event brings the inner HTML of the parts, written by the server; only what changed is set.
const shown = new Map();
const link = document.getElementById("link");
const AGAIN_MS = 5000;

const say = (state, text) => {
  if (link.textContent !== text) link.textContent = text;
  link.className = state;
};

const listen = () => {
  const source = new EventSource("debug/events");
  source.addEventListener("state", (event) => {
    for (const [id, html] of Object.entries(JSON.parse(event.data))) {
      if (shown.get(id) !== html) {
        shown.set(id, html);
        document.getElementById(id).innerHTML = html;
      }
    }
    say("live", "live");
  });
  source.addEventListener("error", () => {
    say("lost", "no connection; trying again");
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS); // refused: a browser does not try again
  });
};

listen();
