"""What a maker's tool would call an episode."""

import re
from dataclasses import replace

import pytest

from connected_ops.insight.codes import BY_INDICATOR, SENSOR_FMI, codes
from connected_ops.insight.episode import Episode
from connected_ops.insight.leading import BY_INDICATOR as LEADS
from connected_ops.insight.sensor_wording import SENSOR_ROWS
from connected_ops.insight.sensors import WEIGHTS
from connected_ops.machines import catalog
from connected_ops.signals import indicators


@pytest.mark.parametrize(
    ("lead", "named"), [("coolant_level", "P0217"), ("coolant_low", "P0128"), ("engine_speed", "P0219")]
)
def test_a_machines_episode_carries_the_codes_of_what_leads_it(seen, lead: str, named: str):
    worst = seen(lead)
    episode = Episode("e1", 0, 0, 0, LEADS[lead].signal, 0.0, 9.0, value=1.0, worst=worst)
    assert named in codes(replace(episode, mode=3, channel=3) if lead == "engine_speed" else episode)


def test_codes_are_of_indicators_that_exist_and_name_their_own_signal():
    assert BY_INDICATOR.keys() <= set(indicators.KEYS)
    for key, names in BY_INDICATOR.items():
        spn = catalog.SIGNALS[LEADS[key].signal].j1939.split(",")[0]
        assert all(re.fullmatch(rf"P0\d{{3}}|{spn}, FMI [\d, or]+", name) for name in names)


def test_a_sensors_episode_carries_its_signal_and_what_is_wrong_with_it():
    episode = Episode("e2", 0, 5, 2, catalog.INTAKE, 0.0, 9.0, value=-40.0, rule="open_circuit")
    assert codes(episode) == ("SPN 172, FMI 3 or 4",)
    assert codes(replace(episode, signal=catalog.VIBRATION, rule="stuck")) == ()
    assert codes(replace(episode, signal=catalog.HOURS, rule="hours_fell")) == ()
    assert SENSOR_FMI.keys() <= {kind for kind, _ in WEIGHTS}


@pytest.mark.parametrize("row", SENSOR_ROWS, ids=lambda row: row.kind)
def test_the_words_of_a_sensors_episode_name_the_fmi_that_it_carries(row):
    assert set(re.findall(r"\b\d+\b", SENSOR_FMI.get(row.kind, ""))) == fmi_in(row.cause)


def fmi_in(words: str) -> set[str]:
    """The numbers in a bracket that begins with FMI: "(FMI 10, abnormal rate of change, or 2, erratic)"."""
    return {number for bracket in re.findall(r"\(FMI ([^)]*)\)", words) for number in re.findall(r"\d+", bracket)}
