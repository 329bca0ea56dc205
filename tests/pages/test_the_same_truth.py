"""Silence, doubt and what is not believed, as the page writes them."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connected_ops.machines.said import said
from connected_ops.read_model import OddReadings, UnitView
from shiny_app.fleet.view import fleet_fields
from shiny_app.insights.view import insights_fields
from shiny_app.shell import in_units
from shiny_app.tables.fleet_sheets import samples_sheet
from shiny_app.unit.refused import now_words
from shiny_app.unit.samples import sample_fields
from shiny_app.unit.story_card import timeline_fields
from shiny_app.unit.view import unit_fields

WHY = "Intake air temperature reads −40 °F, the value of an open circuit; check the sensor's plug."


def odd_at(at: float) -> OddReadings:
    why = "Coolant temperature 250 °F: it jumped, faster than the 10 °F a second it can change."
    told = said("one reading of {temperature:250}, not believed")
    return OddReadings("van_04", "coolant_temp_f", "Coolant temperature", 1, at, at, told, why)


@pytest.fixture
def doubting(fleet: Any) -> UnitView:
    """A unit whose intake air is not believed, and has not been for 200 s."""
    view = fleet.unit("truck_07")
    signals = tuple(
        replace(each, age_s=200.0, refused=-40.0, why=WHY) if each.key == "intake_air_temp_f" else each
        for each in view.signals
    )
    newest = (replace(view.newest[0], refused=("intake_air_temp_f",)), *view.newest[1:])
    row = replace(view.row, reason="Sensor fault: Intake air temperature reads −40 °F, the value of an open circuit")
    return replace(view, signals=signals, newest=newest, row=row, odd=(odd_at(view.at - 90.0),))


def test_a_silent_unit_says_its_score_and_since_when_and_counts(fleet: Any) -> None:
    fleet.set("truck_07", silence_s=125)
    fields = fleet_fields(fleet.snapshot(), fleet.rows(), [])
    assert (fields["units/truck_07/pill"], fields["units/truck_07/silent"]) == ("High 71", "silent for 2 min")
    assert fields["units/truck_07/why"] == "Coolant 9 °F above its own normal at the same load"
    shown = fields["units"]
    assert shown is not None
    assert (fields["fleet.risk"], shown[:2]) == ("2", ("truck_07", "van_03"))
    assert fields["units/van_03/silent.hidden"] == ""


def test_a_withheld_value_is_struck_out_with_why_beside_the_last_that_was_believed(doubting: UnitView) -> None:
    fields = unit_fields(doubting, ())
    assert fields["refused"] == ("intake_air_temp_f",)
    assert fields["refused/intake_air_temp_f/struck"] == "−40 °F"
    assert fields["refused/intake_air_temp_f/why"] == WHY
    believed = doubting.signal("intake_air_temp_f").value
    assert fields["refused/intake_air_temp_f/before"] == f"Last believed: {believed:.0f} °F, 3 min ago."
    assert fields["chart.intake_air_temp_f.refused"] == "−40 °F"
    assert fields["chart.coolant_temp_f.refused.hidden"] == ""
    assert "−40 °F, not believed" in str(fields["chart.intake_air_temp_f.alt"])
    in_celsius = in_units.unit(doubting, True).signal("intake_air_temp_f")
    assert now_words(in_celsius).startswith("−40 °C, not believed; ")


def test_a_value_that_was_never_believed_stands_alone(doubting: UnitView) -> None:
    never = replace(doubting.signal("intake_air_temp_f"), value=None, age_s=0.0)
    assert now_words(never) == "−40 °F, not believed"


def test_among_the_newest_samples_and_in_their_file_it_is_marked(doubting: UnitView) -> None:
    key = f"samples/{doubting.newest[0].ts:.6f}"
    fields = sample_fields(doubting)
    assert fields[f"{key}/intake_air_temp_f.class"] == "struck"
    assert fields[f"{key}/coolant_temp_f.class"] is None
    sheet = samples_sheet(doubting, metric=False)
    newest = next(iter(sheet.rows))
    assert newest[list(sheet.header).index("not_believed")] == "intake_air_temp_f"


def test_beside_a_value_that_is_not_believed_nothing_is_called_usual(doubting: UnitView) -> None:
    quiet = replace(doubting, row=replace(doubting.row, score=2, band="Low"), contributions=(), episodes=())
    fields = unit_fields(quiet, ())
    assert not [name for name, value in fields.items() if "Nothing unusual" in str(value)]
    assert fields["todo.calm"] == "Nothing to do yet: no episode is open."


def test_a_silenced_insight_is_no_calm(fleet: Any) -> None:
    fleet.said[:] = [replace(fleet.said[0], state="silenced")]
    fields = insights_fields(fleet.snapshot(), fleet.said, "open")
    assert fields["insights.calm.hidden"] == ""
    assert fields["insights.none.hidden"] is None


def test_an_odd_reading_is_a_line_of_what_happened_among_the_episodes(fleet: Any) -> None:
    fields = fleet_fields(fleet.snapshot(), fleet.rows(), fleet.episodes(), [odd_at(fleet.at - 30.0)])
    feed = fields["feed"]
    assert feed is not None
    assert feed[0] == "odd.van_04.coolant_temp_f"
    assert fields["feed/odd.van_04.coolant_temp_f/title"] == "Coolant temperature: one reading of 250 °F, not believed"
    assert in_units.odd(odd_at(0.0), True).said == "one reading of 121 °C, not believed"


def test_an_odd_reading_is_a_mark_of_the_story(doubting: UnitView) -> None:
    fields = timeline_fields(doubting, "4h", ())
    assert fields["story.odd"] == ("odd.coolant_temp_f",)
    assert (
        fields["story.list/odd:odd.coolant_temp_f/name"] == "Coolant temperature: one reading of 250 °F, not believed"
    )
    assert fields["story.odd.hidden"] is None


class Shown:
    """What a bench's lab shows, with the controls of a server without an emulator."""

    def __init__(self, lab: Any, controls: Any) -> None:
        self._lab, self._controls = lab, controls

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lab.read_model if hasattr(self._lab.read_model, name) else self._controls, name)


def driven(sample: Callable[..., Any], t: int, unit: str, **fields: float) -> Any:
    """A row of a car that is driven."""
    return sample(
        t, unit, unit_class="passenger_car", ambient_temp_f=70.0,
        **{"coolant_temp_f": 192.0 + t % 2, "engine_rpm": 1900.0 + t % 11, "speed_mph": 45.0 + t % 5,
           "intake_air_temp_f": 82.0 + t % 3, "vibration_score": 0.9 + t % 3 / 50} | fields,
    )  # fmt: skip


ODD: dict[str, Callable[[int], dict[str, float]]] = {
    "calm": lambda t: {},
    "blind": lambda t: {"intake_air_temp_f": -40.0} if t >= 250 else {},
    "once": lambda t: {"coolant_temp_f": 250.0} if t == 300 else {},
    "doubted": lambda t: {"coolant_temp_f": 250.0} if t >= 280 or (t >= 240 and t % 4 == 0) else {},
}


@pytest.mark.e2e
def test_a_browser_shows_silence_doubt_and_what_is_not_believed(
    page: Page, bench: Any, fleet: Any, serve: Callable[..., Any], sample: Callable[..., Any]
) -> None:
    for t in range(180):
        bench.take([driven(sample, t, "hot", **({"coolant_temp_f": 250.0 + t % 2} if t >= 120 else {}))])
    for t in range(180, 320):
        bench.take([driven(sample, t, unit, **odd(t)) for unit, odd in ODD.items()])
    bench.lab.assess()
    fleet.emulator = False
    address = serve(Shown(bench.lab, fleet)).url
    page.goto(address)
    row = {unit: page.get_by_test_id(f"unit-row-{unit}") for unit in ("hot", *ODD)}
    expect(row["hot"]).to_contain_text(re.compile(r"High \d\d, silent for 2 min"))
    expect(row["hot"]).to_contain_text("over the 240 °F limit of its class")
    expect(page.get_by_test_id("units-at-risk")).to_have_text("2")
    at_risk = page.locator("tr[data-key]").evaluate_all("rows => rows.slice(0, 2).map(row => row.dataset.key).sort()")
    assert at_risk == ["doubted", "hot"]
    expect(page.locator("section.summary")).to_contain_text("2 units need a decision")
    expect(row["blind"]).to_contain_text(
        "Sensor fault: Intake air temperature reads −40 °F, the value of an open circuit"
    )
    expect(row["doubted"]).to_contain_text("Coolant reads 250 °F; the sensor has been jumping: treat it as real")
    expect(row["calm"]).to_contain_text("Nothing unusual")
    expect(page.locator("td.why", has_text="Nothing unusual")).to_have_count(2)  # the odd reading is over
    expect(page.locator(".feed")).to_contain_text("Coolant temperature: one reading of 250 °F, not believed")
    expect(page.locator("main")).not_to_contain_text("Go on working")

    page.goto(f"{address}?page=unit&unit=blind")
    struck = page.get_by_test_id("not-believed").locator("s")
    expect(struck).to_have_text("−40 °F")
    expect(struck).to_have_css("text-decoration-line", "line-through")
    expect(page.get_by_test_id("not-believed")).to_contain_text(
        "the value of an open circuit; check the sensor's plug."
    )
    expect(page.get_by_test_id("not-believed")).to_contain_text("Last believed: 82 °F, 1 min ago.")
    expect(page.locator("table.samples .struck").first).to_have_text("−40")
    expect(page.locator("main")).not_to_contain_text("Nothing unusual")

    page.goto(f"{address}?page=unit&unit=doubted")
    todo = page.get_by_test_id("what-to-do")
    expect(todo).to_contain_text("Coolant over its limit")
    expect(todo).to_contain_text("Sensor in doubt, and so is the machine")
    expect(page.locator("main")).to_contain_text("treat it as real until checked")
    expect(page.locator("main")).not_to_contain_text("Go on working")

    page.goto(f"{address}?page=unit&unit=once")
    expect(page.get_by_test_id("timeline-odd")).to_contain_text("one reading of 250 °F, not believed")

    page.goto(f"{address}?page=unit&unit=hot")
    expect(page.locator(".unit-card")).to_contain_text("High, silent for 2 min")
