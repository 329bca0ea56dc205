"""The words of sensors' episodes: one frozen row for each rule that speaks of a sensor."""

from dataclasses import dataclass

UNCHANGED = "When convenient: risk is unchanged"


@dataclass(frozen=True, slots=True)
class SensorRow:
    """What is said of a sensor's episode told by rules of `kind`; `reading` may use {label}, {value} and, where it is
    about the unit of measure, {sent}."""

    kind: str
    title: str
    reading: str
    cause: str
    check: str
    advice: str


_TITLE = "Sensor fault, not an engine fault"
# Said instead of these where a machine's episode rests on the same sensor: then nothing is waved away.
TITLE_BOTH = "Sensor in doubt, and so is the machine"
WITH_IT = "With the machine: treat it as real until checked"
_GO_ON = (
    "See to the sensor when the machine is in the yard. Odd values are set aside; one that lasts is treated as real"
    " until checked."
)

# FMI names of J1939 where they fit: 2 erratic, 3 and 4 voltage high and low, 9 abnormal update rate, 10 abnormal rate
# of change.
SENSOR_ROWS: tuple[SensorRow, ...] = (
    SensorRow(
        "open_circuit", _TITLE, "{label} reads {value}, the value of an open circuit",
        "A plug that has come off or a broken wire (FMI 3 or 4, voltage high or low): no machine goes there at once.",
        "The sensor's plug and wire, then the sensor.", _GO_ON,
    ),
    SensorRow(
        "sensor_range", _TITLE, "{label} read {value}, outside what its sensor can report",
        "A short, a broken wire (FMI 3 or 4, voltage high or low) or a sender that scales the value wrongly.",
        "The sensor's plug and wire, then the scaling in the gateway.", _GO_ON,
    ),
    SensorRow(
        "stuck", _TITLE, "{label} stands at {value} to the last digit while other signals move",
        "A sensor or gateway that repeats its last value (FMI 9, abnormal update rate).",
        "The gateway's log for that signal, then the sensor.", _GO_ON,
    ),
    SensorRow(
        "missing", _TITLE, "{label} no longer arrives, though this unit sent it before",
        "A loose plug, a lost message on the bus or a gateway that dropped the signal (FMI 9, abnormal update rate).",
        "Plug and bus connection, then the gateway's settings.", _GO_ON,
    ),
    SensorRow(
        "rate_of_change", _TITLE, "{label} jumps faster than it can change, last to {value}",
        "A loose contact (FMI 10, abnormal rate of change, or 2, erratic).",
        "The sensor's plug, while somebody moves the wire.", _GO_ON,
    ),
    SensorRow(
        "implausible", _TITLE, "{label} reads {value}, which no running machine shows",
        "A sensor out of its calibration or a value sent in another unit (FMI 2, erratic).",
        "The value against a hand instrument, then the unit in the gateway.", _GO_ON,
    ),
    SensorRow(
        "below_air", _TITLE, "{label} reads {value}, far below the air around the running engine",
        "A sensor that hangs in the air, lost its coolant or is out of its calibration (FMI 2, erratic): no engine"
        " cools below the air.",
        "Coolant level at the sensor, then the value against a hand thermometer.", _GO_ON,
    ),
    SensorRow(
        "hours_fell", "Hour meter went back, not an engine fault", "Engine hours fell to {value}",
        "A controller that was swapped or reset; 60 s of readings that agree make a new base.",
        "The hour meter on the dash against the service record.",
        "Write the true hours into the service record, or the next service comes too late.",
    ),
    SensorRow(
        "hours_too_fast", "Hour meter runs ahead, not an engine fault", "Engine hours {value} grew faster than time",
        "A controller that was swapped, or a gateway that counts in another unit.",
        "The hour meter on the dash against the service record.",
        "Write the true hours into the service record, or the next service comes too early.",
    ),
    SensorRow(
        "celsius_suspected", "Wrong unit, not a cold engine",
        "Coolant {sent} after a quarter of an hour of running looks like °C sent as °F",
        "A sender that was set to °C; its coolant is set aside, so cooling cannot be judged.",
        "The unit of the coolant temperature in the gateway or the sender.",
        "Set the sender to °F; cooling is judged again from then on.",
    ),
)  # fmt: skip
