// A lost connection: says so calmly, asks whether the server is there, and comes back to the same URL when it is.
const ASK_MS = 500;
const LEAST_BETWEEN_MS = 3000; // a server that answers but drops us at once must not make the page reload in a whirl

export function watchConnection() {
  document.addEventListener("lab:fresh", () => document.getElementById("linking").remove(), { once: true });
  $(document).on("shiny:disconnected", () => setTimeout(ask, ASK_MS)); // a page that is being left never gets to say it
}

async function ask() {
  const lost = document.getElementById("lost");
  if (lost.hidden) lost.textContent += ` What you see is from ${document.getElementById("badge").dataset.clock}.`;
  lost.hidden = false;
  const rested = Date.now() - Number(sessionStorage.getItem("reloaded") ?? 0) > LEAST_BETWEEN_MS;
  if (rested && (await answers())) {
    sessionStorage.setItem("reloaded", String(Date.now()));
    location.reload();
  } else setTimeout(ask, ASK_MS);
}

async function answers() {
  try {
    return (await fetch("healthz", { cache: "no-store" })).ok;
  } catch {
    return false; // not there yet
  }
}
