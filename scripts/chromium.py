"""Finds a Chromium that starts, for the browser tests, and prints its path; an empty line means Playwright's own.

Tried in this order: Playwright's own if it is installed, the system's, Playwright's download, the distribution's.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import Error, sync_playwright

PLAYWRIGHTS_OWN = ""
SYSTEM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
DOWNLOAD_SECONDS = 180
PACKAGE_SECONDS = 300


def starts(path: str) -> bool:
    """Whether the browser at `path` opens a page here: a file that is there may still lack its libraries."""
    with sync_playwright() as playwright:
        try:
            # --no-sandbox: as root, as in most containers, Chromium refuses to start with its sandbox.
            browser = playwright.chromium.launch(executable_path=path or None, args=["--no-sandbox"], timeout=20_000)
            browser.new_page().close()
            browser.close()
        except Error:
            return False
    return True


def run_quietly(command: list[str], seconds: float) -> bool:
    """Whether `command` succeeds in time; its output is dropped, since the next way is tried when it does not."""
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def candidates() -> Iterator[str]:
    """Paths to try, the next one being fetched only when the ones before it did not start."""
    yield PLAYWRIGHTS_OWN
    yield from filter(None, map(shutil.which, SYSTEM_NAMES))
    if run_quietly([sys.executable, "-m", "playwright", "install", "chromium"], DOWNLOAD_SECONDS):
        yield PLAYWRIGHTS_OWN
    if shutil.which("apt-get"):
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        run_quietly([*as_root, "apt-get", "update"], PACKAGE_SECONDS)
        install = [*as_root, "apt-get", "install", "-y", "--no-install-recommends", "chromium"]
        if run_quietly(install, PACKAGE_SECONDS):
            yield "/usr/bin/chromium"


def main() -> int:
    """Prints the first path that starts; 1 when there is none."""
    for path in candidates():
        if starts(path):
            sys.stdout.write(f"{path}\n")
            return 0
    sys.stderr.write("No Chromium starts here: install one, e.g. 'apt-get install chromium', and run this again.\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
