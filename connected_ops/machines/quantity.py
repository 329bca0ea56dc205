"""The quantities that a signal can measure: one frozen row each, with its unit of measurement on the wire and what a
reader who thinks in metric units sees."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity. A value in `uom` is `(value - zero) * scale` in `metric`; where that is `uom`, nothing changes."""

    key: str
    uom: str
    metric: str
    scale: float = 1.0
    zero: float = 0.0


QUANTITIES: tuple[Quantity, ...] = (
    Quantity("temperature", "°F", "°C", 1 / 1.8, 32.0),
    Quantity("temperature_difference", "°F", "°C", 1 / 1.8),
    Quantity("speed", "mph", "km/h", 1.609344),
    Quantity("rotation", "rpm", "rpm"),
    Quantity("run_time", "h", "h"),
    Quantity("ratio", "%", "%"),
    Quantity("index", "", ""),
    Quantity("vibration_velocity", "mm/s", "mm/s"),
    Quantity("acceleration", "g", "g"),
    Quantity("pressure", "psi", "bar", 0.0689475729),
    Quantity("absolute_pressure", "kPa", "kPa"),
    Quantity("voltage", "V", "V"),
    Quantity("current", "A", "A"),
    Quantity("power", "kW", "kW"),
    Quantity("mass_flow", "g/s", "g/s"),
    Quantity("volume_flow", "gal/min", "l/min", 3.785411784),
)
BY_KEY: dict[str, Quantity] = {row.key: row for row in QUANTITIES}
