"""Takes the pictures of `scripts/screenshots`: a demo on a free port, the README's story, a browser that looks."""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
README_PICTURE = ROOT / "docs" / "fleet.png"
PATIENCE_S = 90.0
MOST_A_SECOND = 15.0
CHARTS = (
    "() => [...document.querySelectorAll('img[data-chart]')].every(img => !img.dataset.chart || img.naturalWidth > 0)"
)

STORY = (("truck_07", "radiator_blocked"), ("van_03", "driveline_bearing"), ("van_05", "sensor_open_circuit"))
"""The faults of the README's story, the one that leads first."""

PAGES = {
    "fleet": "?page=fleet",
    "unit": "?page=unit&unit=truck_07",
    "sensor": "?page=unit&unit=van_05",
    "insights": "?page=insights",
    "value": "?page=value",
    "quality": "?page=quality",
    "backtest": "?page=backtest",
}
SIZES = {"light": (1440, 860), "dark": (1440, 860), "phone": (360, 740), "4k": (3840, 2160)}
"""Width and height in CSS pixels; a phone's page is taken whole."""


def until(holds: Callable[[], Any], what: str) -> Any:
    """What `holds` gives once it is true; TimeoutError naming `what` when it has not come in time."""
    give_up = time.monotonic() + PATIENCE_S
    while not (found := holds()):
        if time.monotonic() > give_up:
            raise TimeoutError(f"{what} has not come within {PATIENCE_S:.0f} s.")
        time.sleep(0.2)
    return found


@contextmanager
def demo() -> Iterator[httpx.Client]:
    """A demo on a free port, ready and with the story's faults told, as a client of it."""
    program = Path(sys.executable).with_name("connected-ops")
    process = subprocess.Popen([program, "demo", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        said = process.stdout.readline() if process.stdout else ""
        found = re.search(r"is at (http://\S+?)/", said)
        if found is None:
            raise RuntimeError(f"The demo does not say where it is: {said!r}")
        with httpx.Client(base_url=found[1], timeout=30) as client:
            until(lambda: client.get("/readyz").is_success, "The demo")
            for unit, kind in STORY:
                asked = {"vehicle_id": unit, "anomaly_type": kind}
                client.post("/api/simulate_anomaly", json=asked).raise_for_status()
            until(lambda: {unit for unit, _ in STORY} <= spoken_of(client), "The insight of each fault")
            until(
                lambda: rate(client) < MOST_A_SECOND, "The rate of a running fleet, after the start's last ten minutes"
            )
            yield client
    finally:
        process.terminate()
        process.wait(10)


def rate(client: httpx.Client) -> float:
    """Samples a second, as the loop strip has it."""
    return client.get("/api/fleet").json()["loop"]["rate_per_s"]


def spoken_of(client: httpx.Client) -> set[str]:
    """The units with an open insight."""
    return {each["vehicle_id"] for each in client.get("/api/insights").json()["episodes"] if each["state"] != "closed"}


def look(browser: Browser, url: str, size: tuple[int, int], theme: str) -> Page:
    """A page as it stands when all of it has come; a first visit's tour is not part of the pictures."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if theme == "dark" else "light",
        device_scale_factor=2 if size[0] < 500 else 1, bypass_csp=True,
    )  # fmt: skip
    context.add_init_script("localStorage.setItem('tour', 'done')")
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    page.wait_for_function("!document.getElementById('linking')")
    page.wait_for_function(CHARTS)
    page.evaluate("document.fonts.ready")
    return page


def save(page: Page, path: Path, whole: bool = False) -> None:
    page.screenshot(path=path, full_page=whole, animations="disabled")
    sys.stdout.write(f"{path}\n")


def small(path: Path) -> None:
    """256 colours, a third of the bytes and the same to the eye: the README's picture is fetched by everybody."""
    few = Image.open(path).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, 3, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def dialogs(browser: Browser, url: str, out: Path) -> None:
    """What opens over a page: the keys, the search and the tour's first step."""
    page = look(browser, url, SIZES["light"], "light")
    page.keyboard.press("?")
    save(page, out / "keys-light.png")
    page.get_by_test_id("tour-start").click()
    save(page, out / "tour-light.png")
    page.get_by_test_id("tour-skip").click()
    page.get_by_test_id("find").click()
    page.locator("#find-list li").first.wait_for()
    save(page, out / "find-light.png")
    page.context.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description="Takes a picture of every page.")
    parser.add_argument("--out", type=Path, default=ROOT / "screenshots", help="the folder they go to (screenshots)")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    named = os.environ.get("CONNECTED_OPS_TEST_CHROMIUM", "")
    # --no-sandbox: as root, as in most containers, Chromium refuses to start with its sandbox.
    with sync_playwright() as playwright, demo() as client:
        browser = playwright.chromium.launch(executable_path=named or None, args=["--no-sandbox", "--disable-gpu"])
        url = str(client.base_url)
        for look_name, size in SIZES.items():
            for name, query in PAGES.items():
                page = look(browser, f"{url}{query}", size, look_name)
                save(page, out / f"{name}-{look_name}.png", whole=look_name == "phone")
                if (name, look_name) == ("fleet", "light"):
                    save(page, README_PICTURE)
                    small(README_PICTURE)
                page.context.close()
        dialogs(browser, url, out)
        browser.close()


if __name__ == "__main__":
    main()
