"""Whoever looks at a page: what they may not do without a sign-in, and the way to one and out of it."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from connected_ops.guards.access import WITH_KEY, Access
from connected_ops.guards.sign_in import link_of
from connected_ops.read_model import Anyone
from shiny_app.shell.visiting import acts_on, sign_in_fields

COOLING = "truck_07.cooling.1"


def test_a_reset_is_play_until_it_takes_units_that_somebody_else_simulates(fleet: Any, make_unit: Any) -> None:
    ours = list(fleet.simulated_units())
    emulator: Any = SimpleNamespace(simulated_units=lambda: ours)
    assert {acts_on(button, fleet, emulator) for button in ("inject", "reset")} == {"simulation"}
    fleet.change(make_unit("real", "Passenger car", source="live"))
    fleet.change(make_unit("played", "Passenger car", source="replay"))
    assert acts_on("reset", fleet, emulator) == "simulation"
    fleet.change(make_unit("theirs", "Passenger car", source="simulated"))
    assert acts_on("reset", fleet, emulator) == "records"
    assert acts_on("inject", fleet, emulator) == "simulation"


@pytest.mark.parametrize("button", ["work", "service_done", "undo_service", "anything_new"])
def test_everything_else_stays_with_people(fleet: Any, button: str) -> None:
    assert acts_on(button, fleet, fleet) == "records"


@pytest.mark.parametrize(
    ("asks", "signed_in", "shown"),
    [(False, False, None), (False, True, None), (True, False, "in"), (True, True, "out")],
)
def test_the_foot_shows_the_way_in_or_out_where_it_makes_a_difference(asks: bool, signed_in: bool, shown: str) -> None:
    visitor = Anyone()
    visitor.asks, visitor.signed_in = asks, signed_in
    fields = sign_in_fields(visitor)
    assert [way for way in ("in", "out") if fields[f"sign.{way}.hidden"] is None] == ([shown] if shown else [])


@pytest.mark.e2e
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_has_nothing_grave_to_say_of_the_sign_in(
    page: Page, serve: Callable[..., Any], fleet: Any, theme: Any
) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto(f"{serve(fleet, access=Access(api_key='s3cret', bound_to_loopback=True)).url}sign-in")
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []


@pytest.mark.e2e
def test_a_stranger_reads_and_is_told_how_to_sign_in_and_who_has_signed_in_acts(
    page: Page, serve: Callable[..., Any], fleet: Any
) -> None:
    access = Access(api_key="s3cret", bound_to_loopback=True)
    url = serve(fleet, access=access).url
    toast, acknowledge = page.locator("#toast"), page.get_by_test_id(f"acknowledge-{COOLING}")

    page.goto(f"{url}?page=insights")
    acknowledge.click()
    expect(toast).to_have_text(f"{WITH_KEY} Sign in")
    assert fleet.pressed == []
    expect(page.get_by_test_id("signed-in")).to_be_hidden()
    toast.get_by_role("link", name="Sign in").click()
    expect(page.get_by_label("Key")).to_be_visible()

    page.goto(f"{url}{link_of(access).lstrip('/')}")
    expect(page).to_have_url(url)
    expect(page.get_by_test_id("signed-in")).to_be_visible()
    expect(page.get_by_test_id("sign-in")).to_be_hidden()
    page.goto(f"{url}?page=insights")
    acknowledge.click()
    expect(toast).to_have_text(re.compile("truck_07 is acknowledged"))
    assert [press[0] for press in fleet.pressed] == ["acknowledge"]

    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    page.goto(f"{url}?page=insights")
    page.get_by_test_id(f"note-{COOLING}").click()
    page.get_by_test_id(f"note-text-{COOLING}").fill("Ordered the part.")
    page.get_by_test_id(f"note-save-{COOLING}").click()
    expect(toast).to_have_text(f"{WITH_KEY} Sign in")
    expect(page.get_by_test_id(f"note-text-{COOLING}")).to_have_value("Ordered the part.")
    assert len(fleet.pressed) == 1
