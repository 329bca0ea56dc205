"""The newest result of the benchmark, which ships with the package."""

import json
from importlib.resources import files
from typing import Any

from connected_ops.read_model import Driven

NEWEST = "newest.json"


def shipped() -> dict[str, Any]:
    """It as `report.as_json` wrote it."""
    return json.loads((files("connected_ops.benchmark") / NEWEST).read_text(encoding="utf-8"))


def driven() -> Driven | None:
    """Its line for the page; None where it was made without real driving."""
    said = shipped()["driven"]
    return said and Driven(**said)
