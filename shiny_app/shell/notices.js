// A notification of this browser when a machine's insight opens, for whoever asked for it, while the page is out of sight.
import { choose, go } from "./navigation.js";

const MERGE_MS = 1500; // what opens within this time is told at once
const ARRIVE_MS = 5000;
const MOST_KNOWN = 5000;

let known = null; // insights that are no news
let news = []; // those that were told of, or will be, until somebody looks
let timer;

export function startNotices() {
  known = new Set(newest().map(({ id }) => id));
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-notify]")) toggle();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) news = [];
  });
  document.addEventListener("lab:fresh", () => {
    look();
    show();
  });
  show();
}

function newest() {
  const lines = document.getElementById("newest").textContent;
  return lines ? lines.split("\n").map((line) => line.split("\t")).map(([id, unit, title]) => ({ id, unit, title })) : [];
}

function look() {
  const fresh = newest().filter(({ id }) => !known.has(id));
  if (known.size > MOST_KNOWN) known = new Set(newest().map(({ id }) => id));
  for (const { id } of fresh) known.add(id);
  if (!fresh.length || !document.hidden || !on()) return;
  news.push(...fresh);
  clearTimeout(timer);
  timer = setTimeout(tell, MERGE_MS);
}

function tell() {
  if (!news.length) return;
  const [first] = news;
  const title = news.length === 1 ? `${first.title} on ${first.unit}` : `${news.length} new insights`;
  const body = news.length === 1 ? "New insight" : news.slice(0, 3).map((each) => `${each.unit}: ${each.title}`).join("\n");
  try {
    const notice = new Notification(title, { body, tag: "insights" }); // one tag: the newer one takes its place
    notice.onclick = () => {
      window.focus();
      notice.close();
      visit(first.id);
    };
  } catch {
    // some phones show notifications of installed pages only
  }
}

// The list may hold it only once the server has answered.
function visit(id) {
  choose({ show: null }, { replace: true });
  go("?page=insights");
  const arrive = () => {
    const card = document.getElementById(`episode-${id}`);
    if (!card) return;
    document.removeEventListener("lab:fresh", arrive);
    card.scrollIntoView({ block: "start" });
  };
  document.addEventListener("lab:fresh", arrive);
  setTimeout(() => document.removeEventListener("lab:fresh", arrive), ARRIVE_MS);
  arrive();
}

const able = () => window.isSecureContext && "Notification" in window;
const on = () => able() && Notification.permission === "granted" && storage.get("notify") === "on";

async function toggle() {
  if (on()) storage.set("notify", "off");
  else if ((await Notification.requestPermission()) === "granted") storage.set("notify", "on");
  show();
}

// The button says what it will do, the sentence beside it how things stand.
function show() {
  const button = document.querySelector("[data-notify]");
  if (!button) return;
  const denied = able() && Notification.permission === "denied";
  const label = on() ? "Stop telling me in this browser" : "Tell me in this browser when a new insight opens";
  let told = on() ? "Told while this page is out of sight." : "";
  if (!able()) told = "Notifications need a page at https or localhost.";
  if (denied) told = "This browser blocks notifications of this page; allow them in its settings for this site.";
  button.hidden = !able() || denied;
  if (button.textContent !== label) button.textContent = label;
  const note = document.querySelector("[data-notify-told]");
  if (note.textContent !== told) note.textContent = told;
}
