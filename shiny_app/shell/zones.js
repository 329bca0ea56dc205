// Times are the server's. Where the browser's zone is another one, a quiet sentence says so, wherever times are explained.
export function sayZones() {
  const server = Number(document.getElementById("badge").dataset.offset);
  const own = -new Date().getTimezoneOffset();
  if (own === server) return;
  for (const said of document.querySelectorAll("[data-zones]")) {
    said.textContent = `You are at ${named(own)}.`;
    said.hidden = false;
  }
}

// As format.zone has it.
function named(ahead) {
  if (!ahead) return "UTC";
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  const two = (part) => String(part).padStart(2, "0");
  return `UTC${ahead > 0 ? "+" : "−"}${two(hours)}:${two(minutes)}`;
}
