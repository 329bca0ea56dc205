import re
from collections.abc import Callable
from dataclasses import fields, replace

import pytest

from connected_ops.insight.advice import Words, in_short, measured, words
from connected_ops.insight.episode import Episode, Seen
from connected_ops.insight.leading import BY_INDICATOR, LEADS
from connected_ops.insight.sensor_wording import SENSOR_ROWS, TITLE_BOTH, UNCHANGED, WITH_IT
from connected_ops.insight.sensors import WEIGHTS
from connected_ops.insight.wording import ROWS
from connected_ops.machines import catalog
from connected_ops.machines.unit_class import BY_KEY, CLASSES
from connected_ops.risk.failure_modes import MODES
from connected_ops.signals import indicators
from tests.shipped import CAP, DAYS, NOW, SERVICE, TODAY

START = 1_800_000_000.0
MODE_OF = {key: mode for mode, row in enumerate(MODES) for key, _ in row.weights}


@pytest.fixture
def machine(seen: Callable[..., Seen]) -> Callable[..., Episode]:
    def make(lead: str, kind: str = "class_8_truck", **values: float) -> Episode:
        worst = seen(lead, kind, **values)
        signal = BY_INDICATOR[lead].signal
        return Episode(
            "e1", 0, MODE_OF[lead], MODE_OF[lead], signal, START, START + 9,
            value=worst.values[signal], p=0.9, worst=worst,
        )  # fmt: skip

    return make


def sensor(rule: str, signal: str = "intake_air_temp_f", value: float | None = -40.0) -> Episode:
    index = catalog.INDEX[signal]
    return Episode("e2", 0, 4 + index, 2, index, START, START + 9, value=value, rule=rule)


def said(words: Words) -> list[str]:
    return [getattr(words, field.name) for field in fields(words)]


def test_every_indicator_can_lead_and_has_its_words():
    assert set(indicators.KEYS) <= {lead.indicator for lead in LEADS}
    assert {(lead.indicator, still) for lead in LEADS for still in (False, True)} == {
        (row.key, row.still) for row in ROWS if not row.near
    }
    assert {row.key for row in ROWS if row.near} == {"coolant_level", "oil_level", "charging_level"}


def test_every_rule_that_speaks_of_a_sensor_has_its_words():
    assert {kind for kind, _ in WEIGHTS} == {row.kind for row in SENSOR_ROWS}


@pytest.mark.parametrize("lead", sorted(MODE_OF))
@pytest.mark.parametrize("kind", [row.key for row in CLASSES])
def test_whatever_leads_and_whatever_the_class_all_is_said(machine, lead: str, kind: str):
    found = words(machine(lead, kind), BY_KEY[kind])
    assert all(said(found))
    assert found.urgency in {NOW, TODAY, DAYS, SERVICE}
    assert all(text.endswith(".") for text in (found.cause, found.check, found.advice))
    assert not found.reason.endswith((".", "confirming"))


@pytest.mark.parametrize("text", [text for row in ROWS for text in (row.cause, row.check, row.advice)])
def test_a_temperature_in_advice_is_absolute_or_says_what_it_differs_from(text: str):
    for number, after in re.findall(r"([\d.]+) °F(.{0,12})", text):
        assert number == "122", "the one temperature that holds for all classes"
        assert not after.startswith((" above", " below", " a "))


def story_of(found: Words) -> str:
    """What happened, why it matters and what to do, as the page tells it."""
    return f"{found.reason}. {found.cause} {found.advice}"


def test_coolant_over_its_limit_reads_as_a_story(machine):
    found = words(machine("coolant_level"), BY_KEY["class_8_truck"])
    assert found.title == "Coolant over its limit"
    assert story_of(found).startswith("Coolant 252 °F, over the 235 °F limit of its class. The engine makes")
    assert "head gasket" in story_of(found)
    assert "Ease off, gear down and stop" in story_of(found)
    assert CAP in found.advice
    assert found.urgency == NOW


def test_coolant_under_its_limit_is_only_near_it(machine):
    found = words(machine("coolant_level", coolant_temp_f=221.0), BY_KEY["class_8_truck"])
    assert (found.title, found.urgency) == ("Coolant near its limit", TODAY)


def test_vibration_reads_as_a_story_that_owns_what_it_cannot_tell(machine):
    found = words(machine("vibration_level", "delivery_van"), BY_KEY["delivery_van"])
    assert found.reason == "Vibration index 2.70, healthy up to 1.60"
    assert "cannot tell a bearing from a tyre" in story_of(found)


def test_oil_pressure_under_its_limit_stops_the_engine_now(machine):
    found = words(machine("oil_level"), BY_KEY["class_8_truck"])
    assert (found.title, found.urgency) == ("Oil pressure under its limit", NOW)
    assert story_of(found).startswith("Oil pressure 6 psi, under the 8 psi limit of its class. Bearings run on")
    assert "stop the engine: low oil pressure kills it in minutes" in found.advice
    near = words(machine("oil_level", oil_pressure_psi=15.6), BY_KEY["class_8_truck"])
    assert (near.title, near.urgency) == ("Oil pressure near its limit", TODAY)


def test_a_battery_that_is_not_charged_says_so_in_volts_of_its_class(machine):
    truck = words(machine("charging_level", battery_v=11.9), BY_KEY["class_8_truck"])
    assert (truck.title, truck.reason) == (
        "Battery is not charged",
        "Battery 11.9 V, under the 12.1 V limit of its class",
    )
    genset = words(machine("charging_level", "genset", battery_v=24.6), BY_KEY["genset"])
    assert genset.reason == "Battery 24.6 V, under the 25.2 V limit of its class"
    assert "before you stop it" in genset.advice


def test_over_speeding_reads_as_a_story_about_driving(machine):
    found = words(machine("road_speed"), BY_KEY["class_8_truck"])
    assert (found.title, found.reason) == ("Over-speeding", "Speed 81 mph, maximum 70 mph")
    assert "the machine itself is not faulty" in found.cause
    assert "talk to the driver" in found.advice
    raced = words(machine("engine_speed"), BY_KEY["class_8_truck"])
    assert "P0219" in raced.cause


@pytest.mark.parametrize("kind", ["excavator", "genset"])
@pytest.mark.parametrize("lead", [
    "coolant_level", "coolant_trend", "vibration_level", "engine_speed", "oil_level", "oil_residual", "charging_level",
    "charging_residual",
])  # fmt: skip
def test_a_machine_that_works_in_one_place_is_not_sent_to_the_roadside(machine, kind: str, lead: str):
    text = " ".join(said(words(machine(lead, kind), BY_KEY[kind])))
    assert not re.search(r"gear|driver\b|tyre|wheel|drive on|yard", text)


def test_what_is_over_says_its_worst_and_how_long_it_lasted(machine):
    episode = replace(machine("coolant_level"), closed_at=START + 95, merged=2)
    found = words(episode, BY_KEY["class_8_truck"])
    assert found.reason == (
        "Worst: Coolant 252 °F, over the 235 °F limit of its class; over after 1 min 35 s; it came back 2 times"
    )
    assert found.urgency.startswith("Over")


def test_what_was_found_in_late_samples_says_so(machine):
    episode = replace(machine("coolant_level"), closed_at=START + 95, found_late=True)
    found = words(episode, BY_KEY["class_8_truck"])
    assert found.reason.endswith("over after 1 min 35 s; found late, in samples that came after newer ones")


def test_a_sensor_is_told_from_an_engine():
    found = words(sensor("open_circuit"), BY_KEY["genset"])
    assert found.title == "Sensor fault, not an engine fault"
    assert found.reason == ("Intake air temperature reads −40 °F, the value of an open circuit. Engine risk unchanged")
    assert found.urgency == UNCHANGED


def test_no_advice_about_a_sensor_sends_anybody_on_working():
    assert not [row.kind for row in SENSOR_ROWS if "Go on working" in row.advice]
    assert "treated as real until checked" in words(sensor("stuck"), BY_KEY["genset"]).advice


def test_a_sensor_that_a_machines_episode_rests_on_is_not_waved_away(machine):
    found = words(sensor("rate_of_change", "coolant_temp_f", 250.0), BY_KEY["class_8_truck"], machine("coolant_level"))
    assert found.title == TITLE_BOTH
    assert found.reason.endswith("What it reads has lasted: treat it as real until checked")
    assert found.urgency == WITH_IT


def test_of_a_sensor_that_fell_silent_in_an_alarm_its_last_reading_stands(machine):
    found = words(sensor("missing", "coolant_temp_f", 250.0), BY_KEY["class_8_truck"], machine("coolant_level"))
    assert found.reason.endswith("What it last read stands: treat it as real until checked")


def test_a_machines_episode_that_a_doubted_value_leads_says_the_doubt(machine):
    episode = machine("coolant_level")
    worst = replace(episode.worst, figures=replace(episode.worst.figures, doubted=frozenset({"coolant_temp_f"})))
    jumping = sensor("rate_of_change", "coolant_temp_f", 190.0)
    told = [words(replace(episode, worst=worst), BY_KEY["class_8_truck"], beside).reason for beside in (None, jumping)]
    assert told == [
        "Coolant reads 252 °F; the sensor is in doubt: treat it as real until checked",
        "Coolant reads 252 °F; the sensor has been jumping: treat it as real until checked",
    ]


@pytest.mark.parametrize(
    ("rule", "signal", "value", "said"),
    [
        ("open_circuit", "intake_air_temp_f", -40.0,
         "Sensor fault: Intake air temperature reads −40 °F, the value of an open circuit"),
        ("hours_fell", "engine_hours", 3.0, "Hour meter went back: Engine hours fell to 3.0 h"),
    ],
)  # fmt: skip
def test_an_episode_of_a_sensor_in_short(rule: str, signal: str, value: float, said: str):
    assert in_short(sensor(rule, signal, value), BY_KEY["genset"]) == said


def test_coolant_of_an_engine_that_nobody_named_is_only_near_what_none_stands(machine):
    near, over = (words(machine("coolant_level", "unknown", coolant_temp_f=at), BY_KEY["unknown"]) for at in (235, 245))
    assert (near.title, over.title) == ("Coolant near its limit", "Coolant over its limit")


@pytest.mark.parametrize("kind", [row.kind for row in SENSOR_ROWS])
@pytest.mark.parametrize("value", [None, -40.0, 12_345.678, 1e300])
def test_whatever_a_sensor_reads_it_can_be_said(kind: str, value: float | None):
    episode = sensor(kind, value=value)
    for one in (episode, replace(episode, closed_at=START + 300)):
        found = words(one, BY_KEY["excavator"])
        assert all(said(found))
        assert len(found.reason) < 160
        assert "ngine risk" in found.reason


@pytest.mark.parametrize(
    ("lead", "values", "expected"),
    [
        ("coolant_level", {}, (252.0, 235.0)),
        ("coolant_residual", {"coolant_temp_f": 221.0}, (221.0, 225.0)),
        ("vibration_level", {}, (2.7, 1.8)),
        ("intake_residual", {}, (150.0, None)),
        ("road_speed", {}, (81.0, 70.0)),
        ("engine_speed", {}, (2300.0, 2100.0)),
        ("oil_level", {}, (6.0, 8.0)),
        ("oil_residual", {"oil_pressure_psi": 22.0}, (22.0, 15.0)),
        ("charging_level", {"battery_v": 12.0}, (12.0, 12.1)),
    ],
)
def test_the_value_stands_beside_the_limit_that_was_passed(machine, lead: str, values, expected):
    assert measured(machine(lead, **values), BY_KEY["class_8_truck"]) == expected


def test_a_sensor_has_a_value_and_no_limit():
    assert measured(sensor("stuck"), BY_KEY["genset"]) == (-40.0, None)
