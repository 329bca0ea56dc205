"""What a maker's tool would call an episode: OBD-II trouble codes, and J1939 SPN with FMI. Public names only."""

from connected_ops.insight.episode import Episode
from connected_ops.machines.catalog import SIGNALS
from connected_ops.risk.failure_modes import MODES

BY_INDICATOR: dict[str, tuple[str, ...]] = {key: codes for mode in MODES for key, codes in mode.codes}

# The failure mode indicator of J1939 for a kind of validation rule: 2 erratic, 3 and 4 voltage high and low, 9 abnormal
# update rate, 10 abnormal rate of change.
SENSOR_FMI: dict[str, str] = {
    "open_circuit": "3 or 4",
    "sensor_range": "3 or 4",
    "stuck": "9",
    "missing": "9",
    "rate_of_change": "10 or 2",
    "implausible": "2",
    "below_air": "2",
}


def codes(episode: Episode) -> tuple[str, ...]:
    """The names for what an episode is led by; empty where no public one fits."""
    if episode.kind == "machine":
        return BY_INDICATOR.get(episode.lead, ())
    fmi, spn = SENSOR_FMI.get(episode.lead), SIGNALS[episode.signal].j1939.split(",")[0]
    return () if fmi is None or spn == "none" else (f"{spn}, FMI {fmi}",)
