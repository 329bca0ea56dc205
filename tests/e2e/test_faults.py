"""Each fault becomes a reason, an episode, advice and dollars on its unit, and on no other."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

HIGH_MS = 40_000  # the issue says 15 s; a loaded machine gets more
SPOKEN_S = 90.0
HELD_S = 300.0

NOTE_WHO_LEAVES_LOW = """() => {
  window.left = {};
  setInterval(() => {
    for (const row of document.querySelectorAll("tr[data-key]"))
      if (row.querySelector(".pill.medium, .pill.high")) window.left[row.dataset.key] = true;
  }, 50);
}"""

SCORE_AND_POINTS = """() => [
  document.querySelector("[data-testid=unit-risk]").textContent,
  [...document.querySelectorAll(".reasons .points")].map(each => each.textContent),
]"""

SENSOR = "Sensor fault, not an engine fault"
DEGREES = r"Coolant \d+ °F"


@dataclass(frozen=True)
class Case:
    """A fault on a unit: by which episode it is told, under which titles, for what reason, with what advice."""

    kind: str
    unit: str
    mode: str
    title: str
    reason: str
    advice: str
    by_button: bool = True
    sensor: bool = False


# Those that are told at once come first: they are looked at while the others confirm themselves. Anomalies last 30 s by
# a button, so those that have to stay for all the checks come by the API. A bearing is heard at speed only: of a truck
# that cruises at any hour, of a van that delivers in town sometimes minutes later.
CASES = (
    Case("radiator_blocked", "van_03", "cooling", "Cooling margin|Coolant", r"Coolant \d+ °F", "radiator|Ease off"),
    Case("charge_air_cooler_blocked", "truck_02", "air_intake", "Charge-air|Intake", r"Intake air \d+ °F", "."),
    Case("driveline_bearing", "truck_04", "vibration", "Vibration", "Vibration", "."),
    Case("sensor_open_circuit", "genset_1", "air_intake", SENSOR, "−40 °F, the value of an open circuit", "sensor",
         sensor=True),
    Case("counter_reset", "truck_07", "wear", "Hour meter went back, not an engine fault", "Engine hours fell",
         "true hours", sensor=True),
    Case("sensor_dropout", "excavator_2", "cooling", SENSOR, "no longer arrives", "sensor", sensor=True),
    Case("sensor_spike", "van_08", "cooling", SENSOR, "jumps faster than it can change", "sensor",
         by_button=False, sensor=True),
    Case("coolant_overheat", "corolla_2019", "cooling", "Coolant", DEGREES, "Ease off", by_button=False),
    Case("vibration_spike", "van_05", "vibration", "Vibration", r"Vibration", "driveline|wheels", by_button=False),
    Case("speed_anomaly", "camry_2021", "overspeed", "Over-speeding|Engine over its speed",
         r"(Speed|Engine) .* maximum", "driver", by_button=False),
)  # fmt: skip
UNTOUCHED = ("excavator_1", "truck_11")


@dataclass(frozen=True)
class Anomaly:
    """One of the first Lab's buttons, the unit it acts on, what its row says at first, and what when it is High."""

    kind: str
    unit: str
    first: str
    last: str


ANOMALIES = (
    Anomaly("coolant_overheat", "corolla_2019", r"Coolant 25\d °F", r"Coolant 25\d °F"),
    Anomaly("vibration_spike", "camry_2021", r"Vibration index [3-9]", r"Vibration index [3-9]"),
    Anomaly("speed_anomaly", "van_05", r"(Speed|Engine) .*", r"(Speed|Engine) .* maximum"),
)


def press(page: Page, kind: str, unit: str) -> None:
    page.get_by_test_id("fault-unit").select_option(unit)
    page.get_by_test_id(f"fault-{kind}").click()


def test_each_fault_is_told_advised_and_priced_on_its_unit_and_on_no_other(
    disturbed: Any, visitor: Any, until: Callable[..., Any], subtests: pytest.Subtests
) -> None:
    page = visitor.open(disturbed)
    for case in CASES:
        if case.by_button:
            press(page, case.kind, case.unit)
            expect(page.locator("#toast")).to_contain_text(case.unit)
            expect(page.get_by_test_id(f"fault-{case.kind}")).to_contain_text("active")
        else:
            disturbed.inject(case.unit, case.kind, HELD_S)

    def told(unit: str) -> bool:
        return unit in {each["vehicle_id"] for each in disturbed.episodes()}

    page.get_by_test_id("nav-unit").click()
    for case in CASES:
        with subtests.test(case.kind):
            until(lambda unit=case.unit: told(unit), f"an episode of {case.unit}", SPOKEN_S)
            says_what_to_do(page, case)
    for unit in UNTOUCHED:
        with subtests.test(f"{unit} has nothing to do"):
            go_to(page, unit)
            expect(page.get_by_test_id("what-to-do")).to_contain_text("Nothing to do. Nothing unusual.")
            expect(page.get_by_test_id("acknowledge")).to_be_hidden()
            expect(page.locator(".unit-card .pill")).to_have_text("Low")
    page.get_by_test_id("nav-insights").click()
    for case in CASES:
        with subtests.test(f"{case.kind} among the insights"):
            says_why(page, disturbed, case)
    simulated = [each for each in disturbed.episodes() if each["source"] == "simulated"]
    assert {(each["vehicle_id"], each["mode"], each["kind"]) for each in simulated} == {
        (case.unit, case.mode, "sensor" if case.sensor else "machine") for case in CASES
    }
    calm = {case.unit for case in CASES if case.sensor} | {*UNTOUCHED}
    until(
        lambda: {name for name, unit in disturbed.simulated().items() if unit["band"] == "Low"} == calm,
        "Low for all but the failing machines",
    )


def go_to(page: Page, unit: str) -> None:
    page.locator("#unit-picker").select_option(unit)
    expect(page.get_by_role("heading", level=1)).to_have_text(unit)


def says_what_to_do(page: Page, case: Case) -> None:
    """The unit's own page: the episode by its title, what to check and to do, and what it costs to wait."""
    go_to(page, case.unit)
    todo = page.get_by_test_id("what-to-do")
    expect(page.get_by_test_id("episode-title")).to_have_text(re.compile(case.title))
    expect(todo).to_contain_text(re.compile(case.advice))
    expect(todo.locator("dd")).to_have_text([re.compile(r"\w{3}.*\."), re.compile(r"\w{3}.*\.")])
    expect(page.get_by_test_id("acknowledge")).to_be_visible()
    if case.sensor:
        expect(todo).to_contain_text("risk unchanged, nothing to save")
        expect(page.get_by_test_id("episode-saved")).to_have_text("")
        expect(page.locator(".unit-card .pill")).to_have_text("Low")
    else:
        expect(todo).to_contain_text(re.compile(r"Acting now \$[1-9][\d,]*, waiting \$[1-9][\d,]* expected"))
        expect(page.get_by_test_id("episode-saved")).to_have_text(re.compile(r"^\$[\d,]+$"))
        expect(page.locator(".unit-card .pill")).to_have_text(re.compile("Medium|High"))
        expect(page.locator(".reasons")).to_contain_text(re.compile(case.reason))


def says_why(page: Page, server: Any, case: Case) -> None:
    """The insight's card: the reason with its figures, and dollars for a machine alone."""
    (episode,) = (each for each in server.episodes() if each["vehicle_id"] == case.unit)
    card = page.get_by_test_id(f"episode-{episode['id']}")
    expect(card).to_contain_text(case.unit)
    expect(card.locator(".reason")).to_have_text(re.compile(case.reason))
    if case.sensor:
        expect(card).to_contain_text("$0")
        expect(card).to_contain_text("Costs nothing to wait: risk unchanged.")
        assert episode["money"] is None
    else:
        expect(card).to_contain_text(re.compile(r"Acting now \$[1-9]"))


def test_each_anomaly_makes_its_own_unit_high_with_points_that_add_up_and_no_other(
    disturbed: Any, visitor: Any
) -> None:
    page = visitor.open(disturbed)
    page.evaluate(NOTE_WHO_LEAVES_LOW)
    for anomaly in ANOMALIES:
        press(page, anomaly.kind, anomaly.unit)
        row = page.get_by_test_id(f"unit-row-{anomaly.unit}")
        expect(row).to_contain_text(re.compile(anomaly.first))
        expect(page.get_by_test_id(f"fault-{anomaly.kind}")).to_contain_text(re.compile(r"active, \d+ s left"))
    for anomaly in ANOMALIES:
        row = page.get_by_test_id(f"unit-row-{anomaly.unit}")
        expect(row).to_contain_text(re.compile(r"High \d+"), timeout=HIGH_MS)
        expect(row).to_contain_text(re.compile(anomaly.last))
    expect(page.locator("tr[data-key]").first).to_contain_text("High")
    assert set(page.evaluate("Object.keys(window.left)")) == {anomaly.unit for anomaly in ANOMALIES}
    page.get_by_test_id("unit-row-van_05").get_by_role("link").click()
    expect(page.locator(".reasons li").first).to_contain_text("Over-speeding")
    score, points = page.evaluate(SCORE_AND_POINTS)
    assert len(points) >= 2
    assert sum(float(each) for each in points) == pytest.approx(int(score), abs=1e-9)


def test_every_fault_of_a_class_has_a_button_and_says_how_long_it_lasts(
    disturbed: Any, visitor: Any, until: Callable[..., Any]
) -> None:
    page = visitor.open(disturbed, "?page=unit&unit=genset_1")
    expect(page.get_by_test_id("fault-unit")).to_have_value("genset_1")
    expect(page.get_by_test_id("fault-coolant_overheat")).to_be_visible()
    expect(page.locator("[data-testid=fault-speed_anomaly], [data-testid=fault-fan_lost]")).to_have_count(0)
    page.get_by_test_id("fault-unit").select_option("truck_11")
    expect(page.get_by_test_id("fault-hot_climb")).to_be_visible()
    kinds = page.locator("[data-inject]").evaluate_all("buttons => buttons.map(each => each.dataset.inject)")
    before = disturbed.api.get("/api/anomaly_stats").json()
    assert set(kinds) == set(before)
    pressed_above = {case.kind for case in CASES if case.by_button} | {each.kind for each in ANOMALIES}
    for kind in [each for each in kinds if each not in pressed_above]:
        page.get_by_test_id(f"fault-{kind}").click()
        until(
            lambda kind=kind: disturbed.api.get("/api/anomaly_stats").json()[kind] == before[kind] + 1,
            f"{kind} on truck_11",
        )
        expect(page.locator("#toast")).to_have_class(re.compile(r"\bok\b"))
        if kind == "fan_lost":
            expect(page.locator("#toast")).to_have_text("Fan lost on a grade on truck_11 until a reset.")
            expect(page.get_by_test_id("fault-fan_lost")).to_contain_text("active until reset")
