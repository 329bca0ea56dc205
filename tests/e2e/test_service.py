"""Service by engine hours: a person logs it on the Unit page, and takes it back."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def test_a_service_is_logged_with_its_hours_and_taken_back(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo, "?page=unit&unit=genset_1")
    due, log, undo = (page.get_by_test_id(f"service-{part}") for part in ("due", "log", "undo"))
    expect(due).to_have_text(re.compile(r"^Service due in 1\d\d h, about "))
    expect(undo).to_be_hidden()
    page.get_by_test_id("service-done").click()
    expect(due).to_have_text(re.compile("^Service due in 300 h, about "))
    expect(log).to_have_text(re.compile(r"^Done \d\d:\d\d at 9,4\d\d\.\d h$"))
    undo.click()
    expect(due).to_have_text(re.compile(r"^Service due in 1\d\d h, about "))
    expect(log).to_be_hidden()
