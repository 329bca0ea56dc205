"""The page tells the truth: of silence, of doubt, of what is not believed."""

from typing import Any

import numpy as np
import pytest

from connected_ops.emulator.faults import BY_KIND
from connected_ops.machines import catalog
from tests.shipped import NOW

CAR = {"unit_class": "passenger_car", "ambient_temp_f": 70.0}


def calm(sample, t: float, unit: str = "unit", **fields: Any) -> Any:
    """A car's row with the small moves of a machine that runs."""
    return sample(
        t, unit, **CAR | {"coolant_temp_f": 192.0 + t % 2, "engine_rpm": 1900.0 + t % 11, "speed_mph": 45.0 + t % 5,
                          "intake_air_temp_f": 82.0 + t % 3, "vibration_score": 0.9 + t % 3 / 50} | fields,
    )  # fmt: skip


def feed(bench, sample, rows) -> None:
    for row in rows:
        bench.take([row])


def row_of(bench, unit: str = "unit"):
    bench.lab.assess()
    return next(row for row in bench.lab.read_model.rows() if row.vehicle_id == unit)


def view_of(bench, unit: str = "unit"):
    bench.lab.assess()
    return bench.lab.read_model.unit(unit)


@pytest.fixture
def overheated(bench, sample):
    """A unit that ended at 250 °F beside a calm one that is heard on, two minutes later."""
    feed(bench, sample, (calm(sample, t, "hot") for t in range(120)))
    feed(bench, sample, (calm(sample, t, "hot", coolant_temp_f=250.0 + t % 2) for t in range(120, 180)))
    feed(bench, sample, (calm(sample, t, "calm") for t in range(180, 320)))
    return bench


def test_of_a_unit_that_sent_only_codes_nothing_is_said_to_be_usual(bench, sample):
    codes = {"ts": sample(0)["ts"], "vehicle_id": "unit", "engine_load_pct": 255.0, "coolant_temp_f": None}
    assert bench.take([codes]) == ["valid"]
    row = row_of(bench)
    assert row.reason == "Nothing is known of it: no value has come that can be read"
    assert not row.calm
    bench.take([calm(sample, 1)])
    assert row_of(bench).calm


def test_what_was_not_believed_is_in_no_chart_and_no_sparkline(bench, sample):
    feed(bench, sample, (calm(sample, t, coolant_temp_f=-40.0 if t > 50 else 192.0) for t in range(60)))
    view = view_of(bench)
    course = bench.lab.read_model.series("unit", "10m")
    for values in (view.series("coolant_temp_f"), course.values[:, 0]):
        assert (np.nanmin(values), np.isnan(values).sum()) == (192.0, 9)
    assert min(value for value in view.row.spark if np.isfinite(value)) == 192.0


def test_a_unit_that_falls_silent_keeps_its_score_its_reason_its_place_and_its_count(overheated):
    row = row_of(overheated, "hot")
    assert (row.freshness, row.band, row.score >= 90) == ("silent", "High", True)
    assert "over the 240 °F limit of its class" in row.reason
    assert "waiting for data" not in row.reason
    assert row.saved_usd is not None
    snapshot = overheated.lab.read_model.snapshot()
    assert [snapshot.vehicle_ids[at] for at in snapshot.order] == ["hot", "calm"]
    loop = snapshot.loop
    assert (loop.high, loop.low, loop.silent, loop.leader) == (1, 1, 1, "hot")
    assert loop.abnormal > 0
    assert loop.deciding == 1


def test_a_silent_unit_of_which_nothing_was_unusual_says_as_of_when(bench, sample):
    feed(bench, sample, (calm(sample, t, "gone") for t in range(60)))
    feed(bench, sample, (calm(sample, t, "here") for t in range(60, 180)))
    assert row_of(bench, "gone").reason == "Nothing unusual when it was last heard"
    assert not row_of(bench, "gone").calm
    assert (row_of(bench, "here").reason, row_of(bench, "here").calm) == ("Nothing unusual", True)


def test_what_was_still_to_be_confirmed_waits_for_data(bench, sample):
    feed(bench, sample, (calm(sample, t) for t in range(120)))
    feed(bench, sample, (calm(sample, t, coolant_temp_f=250.0) for t in range(120, 123)))
    assert row_of(bench).reason.endswith(", confirming")
    bench.now = 200.0
    assert row_of(bench).reason.endswith("of its class, waiting for data")


def test_beside_an_open_sensor_episode_the_line_says_its_sentence(bench, sample):
    feed(bench, sample, (calm(sample, t) for t in range(60)))
    feed(bench, sample, (calm(sample, t, intake_air_temp_f=-40.0) for t in range(60, 90)))
    row = row_of(bench)
    assert row.reason == "Sensor fault: Intake air temperature reads −40 °F, the value of an open circuit"
    assert (row.band, row.calm) == ("Low", False)


def test_one_withheld_value_is_said_before_any_episode(bench, sample):
    feed(bench, sample, (calm(sample, t) for t in range(60)))
    feed(bench, sample, [calm(sample, 60, coolant_temp_f=900.0)])
    row = row_of(bench)
    assert row.reason.startswith("Not believed: Coolant temperature 900 °F is outside what its sensor can report")
    feed(bench, sample, (calm(sample, t) for t in range(61, 65)))
    assert row_of(bench).calm


def test_what_a_gateway_marks_as_not_available_is_no_doubt(bench, sample):
    feed(bench, sample, (calm(sample, t, engine_load_pct=255.0) for t in range(60)))
    assert row_of(bench).calm


def test_nothing_unusual_is_never_said_beside_an_open_episode_of_any_sensor_fault(bench, sample):
    odd = [{"coolant_temp_f": -40.0}, {"coolant_temp_f": 900.0}, {"engine_hours": 3.0}, {"intake_air_temp_f": 180.0}]
    for at, fields in enumerate(odd):
        open_now: list[Any] = []
        unit = f"unit_{at}"
        for t in range(90):
            bench.take([calm(sample, t, unit, **(fields if t >= 60 and t % 3 else {}))])
            bench.lab.assess()
            open_now = [each for each in bench.lab.read_model.episodes() if each.open and each.vehicle_id == unit]
            refused = [each for each in bench.lab.read_model.unit(unit).signals if each.refused is not None]
            if open_now or refused:
                assert "Nothing unusual" not in row_of(bench, unit).reason
        assert open_now


def test_a_withheld_value_stands_beside_the_one_before_with_why(bench, sample):
    feed(bench, sample, (calm(sample, t) for t in range(60)))
    feed(bench, sample, (calm(sample, t, intake_air_temp_f=-40.0) for t in range(60, 90)))
    view = view_of(bench)
    signal = view.signal("intake_air_temp_f")
    assert (signal.value, signal.age_s, signal.refused) == (84.0, 30.0, -40.0)
    assert signal.why == "Intake air temperature reads −40 °F, the value of an open circuit; check the sensor's plug."
    assert {row.refused for row in view.newest} == {("intake_air_temp_f",)}
    coolant = view.signal("coolant_temp_f")
    assert (coolant.value, coolant.age_s, coolant.refused, coolant.why) == (193.0, 0.0, None, "")


def test_a_signal_that_no_longer_comes_says_how_old_its_value_is(bench, sample):
    feed(bench, sample, (calm(sample, t) for t in range(60)))
    feed(bench, sample, (calm(sample, t, coolant_temp_f=None) for t in range(60, 300)))
    signal = view_of(bench).signal("coolant_temp_f")
    assert (signal.value, signal.age_s, signal.refused) == (193.0, 240.0, None)
    assert "is missing" in signal.why


def test_the_first_labs_one_sample_is_a_line_of_one_reading(bench, sample):
    feed(bench, sample, (calm(sample, t) for t in range(60)))
    feed(bench, sample, [calm(sample, 60, coolant_temp_f=250.0)])
    feed(bench, sample, (calm(sample, t) for t in range(61, 70)))
    assert BY_KIND["coolant_overheat"].momentary
    (odd,) = view_of(bench).odd
    assert (odd.said, odd.count, odd.label) == ("one reading of 250 °F, not believed", 1, "Coolant temperature")
    assert odd.at == odd.since == bench.clock() - 9.0
    assert "jumped" in odd.why
    assert bench.lab.read_model.odd() == (odd,)


def test_odd_readings_of_one_signal_are_one_line_with_their_count(bench, sample):
    for t in range(200):
        odd: dict[int, dict[str, Any]] = {
            60: {"coolant_temp_f": 900.0},
            130: {"coolant_temp_f": 910.0},
            131: {"engine_hours": 3.0},
        }
        bench.take([calm(sample, t, **odd.get(t, {}))])
    view = view_of(bench)
    assert [each.said for each in view.odd] == [
        "2 readings of 900 to 910 °F, not believed", "one reading of 3.0 h, not believed",
    ]  # fmt: skip
    assert not view.episodes


def test_what_an_episode_tells_is_no_odd_reading(bench, sample):
    feed(bench, sample, (calm(sample, t) for t in range(60)))
    feed(bench, sample, (calm(sample, t, intake_air_temp_f=-40.0) for t in range(60, 90)))
    feed(bench, sample, (calm(sample, t, coolant_temp_f=250.0 + t % 2) for t in range(90, 150)))
    view = view_of(bench)
    assert {each.kind for each in view.episodes} == {"machine", "sensor"}
    assert view.odd == ()


def test_a_level_that_changes_for_good_is_no_odd_reading(bench, sample):
    feed(bench, sample, (calm(sample, t) for t in range(60)))
    feed(bench, sample, (calm(sample, t, coolant_temp_f=207.0) for t in range(60, 120)))
    assert view_of(bench).odd == ()


def test_a_danger_read_by_a_sensor_in_doubt_is_said_as_one(bench, sample):
    feed(bench, sample, (calm(sample, t) for t in range(120)))
    feed(bench, sample, (calm(sample, t, coolant_temp_f=243.0 if t % 4 == 0 else 191.0) for t in range(120, 160)))
    feed(bench, sample, (calm(sample, t, coolant_temp_f=250.0) for t in range(160, 200)))
    said = "Coolant reads 250 °F; the sensor has been jumping: treat it as real until checked"
    machine, sensor = view_of(bench).episodes
    assert (machine.kind, machine.reason, machine.urgency) == ("machine", said, NOW)
    assert sensor.kind == "sensor"
    assert "Go on working" not in sensor.advice
    assert "treat it as real until checked" in sensor.reason
    assert "not an engine fault" not in sensor.title
    assert row_of(bench).reason == said


@pytest.mark.parametrize(("held", "told"), [(245.0, True), (217.0, False)])
def test_a_car_of_no_named_class_is_told_at_what_no_engine_stands(bench, sample, held: float, told: bool):
    rows = (calm(sample, t, unit_class="unknown", coolant_temp_f=held + t % 2) for t in range(300))
    feed(bench, sample, rows)
    row = row_of(bench)
    assert [each.open for each in bench.lab.read_model.episodes()] == [True] * told
    assert ("over the 240 °F that no engine stands" in row.reason) == told
    assert row.calm != told


def test_every_signal_keeps_its_place_in_what_is_refused(bench, sample):
    feed(bench, sample, (calm(sample, t) for t in range(60)))
    feed(bench, sample, [calm(sample, 60, vibration_score=55.0)])
    (newest, *_) = view_of(bench).newest
    assert newest.refused == ("vibration_score",)
    assert np.isclose(dict(newest.values)[catalog.KEYS[catalog.VIBRATION]] or 0.0, 55.0)
