// The unit page's story: a press on a mark leads to its line in the list behind; the picker compares with a second unit.
import { choose } from "../shell/navigation.js";

export function startStory() {
  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-story-item]");
    if (mark) tell(mark.dataset.storyItem);
    if (event.target.closest("[data-compare-end]")) {
      choose({ with: null });
      document.getElementById("compare-with").focus({ preventScroll: true });
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-compare]")) choose({ with: event.target.value === ":" ? null : event.target.value });
  });
}

function tell(item) {
  const line = document.getElementById(`story-${item}`);
  if (!line) return;
  line.closest("details").open = true;
  line.scrollIntoView({ block: "nearest" });
  line.focus({ preventScroll: true });
}
