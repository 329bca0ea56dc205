"""Units whose names would break a careless page: it shows each as it came, and everything of each can be fetched."""

import csv
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

NAMES = ("Lkw 7/Süd <b>", "Ünit#3?&", "車 $x$ 100% {key}", "a\"b'c\\d", "..//a")
CALM: dict[str, float] = {"coolant_temp_f": 195, "engine_rpm": 1400, "speed_mph": 55, "vibration_score": 0.8}
FILES = """() => [...document.querySelectorAll("main a[download]")].map(each => each.href)"""


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_of_any_name_has_its_page_with_charts_and_files(bare: Any, visitor: Any, name: str) -> None:
    assert bare.send(name, seconds=60, **CALM)["accepted"] == 60
    page = visitor.open(bare, "?page=fleet&q=" + quote(name, safe=""))
    row = page.get_by_test_id(f"unit-row-{name}")
    expect(row.locator(".unit-link")).to_have_text(name)
    row.locator(".unit-link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    for key in CALM:
        expect(page.locator(f"img[data-chart={key}]")).not_to_have_js_property("naturalWidth", 0)
    files = page.evaluate(FILES)
    assert len(files) > 4
    for href in files:
        answer = bare.api.get(href)
        assert answer.is_success, (href, answer.text[:200])
        assert answer.headers["content-disposition"].isascii()
    table = csv.DictReader(bare.api.get("/tables/fleet.csv").text.splitlines())
    assert name in [row["vehicle_id"].removeprefix("'") for row in table]
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert bare.api.get(f"/api/units/{quote(name, safe='')}").json()["vehicle_id"] == name


@pytest.fixture(scope="module")
def own(start: Callable[..., Any]) -> Iterator[Any]:
    """A server of these tests alone: what overheats here stands on no other's page."""
    server = start("serve", 0)
    yield server
    server.stop()


def test_rows_whose_names_begin_alike_are_kept_fresh_each(own: Any, visitor: Any) -> None:
    for name in ("Depot", "Depot/1"):
        own.send(name, seconds=60, ago=20, **CALM)
    page = visitor.open(own, "?q=depot")
    expect(page.get_by_test_id("unit-row-Depot/1")).to_contain_text("Low")
    expect(page.get_by_test_id("unit-row-Depot")).to_contain_text("Low")
    page.locator("[data-search]").fill("depot/")
    expect(page.get_by_test_id("unit-row-Depot")).to_have_count(0)
    own.send("depot/1", seconds=19, **CALM | {"coolant_temp_f": 246})
    row = page.get_by_test_id("unit-row-Depot/1")
    expect(row).to_contain_text(re.compile("High|Medium"))


def test_a_unit_is_found_picked_and_told_of_under_its_name(own: Any, visitor: Any) -> None:
    hot = "Bagger 9/Süd <i>"
    own.send(hot, seconds=90, ago=2, **CALM | {"coolant_temp_f": 246})
    page = visitor.open(own, "?page=insights")
    expect(page.locator("main")).to_contain_text(hot)
    page.goto(own.url + "?page=quality")
    expect(page.get_by_test_id(f"freshness-{hot}")).to_contain_text(hot)
    page.get_by_test_id(f"freshness-{hot}").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(hot)
    page.goto(own.url + "?page=unit&unit=" + quote(hot.upper(), safe=""))
    expect(page.get_by_role("heading", level=1)).to_have_text(hot)
