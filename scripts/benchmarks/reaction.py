"""From a POST to the number on the page, in a real browser and by its clock alone."""

import random
import time

from scripts.benchmarks.browser import chromium
from scripts.benchmarks.report import Line, Tools, percentile
from scripts.benchmarks.samples import sample
from scripts.benchmarks.server import BenchError, serving

POSTS = 25
SETTLE_MS = 2000  # the session stands and has its values
PAUSE_S = (0.25, 0.75)  # at random, so that no POST falls in step with the emulator's second

# The page itself sends the sample of a new unit and waits for the frame in which its count is another.
SEND_AND_SEE = """async body => {
  const count = document.querySelector("[data-testid=units-count]");
  const before = count.textContent;
  const began = performance.now();
  const seen = new Promise((done, failed) => {
    new MutationObserver((_, observer) => {
      if (count.textContent === before) return;
      observer.disconnect();
      requestAnimationFrame(() => done(performance.now() - began));
    }).observe(count, { characterData: true, childList: true, subtree: true });
    setTimeout(() => failed(new Error("the number did not change within 5 s")), 5000);
  });
  const answer = await fetch("api/telemetry", {
    method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" },
  });
  if (!answer.ok) throw new Error(`the POST was answered with ${answer.status}`);
  return await seen;
}"""


def measure(tools: Tools) -> list[Line]:
    """25 POSTs of new units from one fleet page of a demo."""
    pauses = random.Random(1)
    took = []
    with serving("demo") as server, chromium(tools) as browser:
        server.settle()
        page = browser.new_page()
        page.goto(server.url)
        page.wait_for_timeout(SETTLE_MS)
        for number in range(POSTS):
            time.sleep(pauses.uniform(*PAUSE_S))
            took.append(page.evaluate(SEND_AND_SEE, sample(f"new-{number}", time.time(), 0)) / 1000)
        if page.get_by_test_id("units-count").inner_text() != str(len(server.units())):
            raise BenchError("The page's number of units is not the server's.")
    return [
        Line("POST → number on the page, p50", "≤ 0.4 s", f"{percentile(took, 0.5):.2f} s"),
        Line("POST → number on the page, max of 25", "≤ 1.0 s", f"{max(took):.2f} s"),
    ]
