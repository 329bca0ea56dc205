"""The quantities that a signal can measure: one frozen row each, with its unit of measurement and the metric one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity, the unit `uom` that its values are sent and kept in, and the metric one: (value - `zero`) *
    `factor`. A difference of two values has no zero to shift. `ends` is how the name of a signal says its unit, and
    what it ends with in the metric one."""

    key: str
    uom: str
    metric_uom: str | None = None
    factor: float = 1.0
    zero: float = 0.0
    ends: tuple[str, str] | None = None

    def metric(self, value: float) -> float:
        """A value in the metric unit."""
        return (value - self.zero) * self.factor

    def metric_difference(self, value: float) -> float:
        """A difference of two values in the metric unit."""
        return value * self.factor


QUANTITIES: tuple[Quantity, ...] = (
    Quantity("temperature", "°F", "°C", 1 / 1.8, 32.0, ("_temp_f", "_temp_c")),
    Quantity("speed", "mph", "km/h", 1.609344, ends=("_mph", "_kmh")),
    Quantity("rotation", "rpm"),
    Quantity("run_time", "h"),
    Quantity("ratio", "%"),
    Quantity("index", ""),
    Quantity("vibration_velocity", "mm/s"),
    Quantity("acceleration", "g"),
    Quantity("pressure", "psi", "kPa", 6.894757, ends=("_psi", "_kpa")),
    Quantity("absolute_pressure", "kPa"),
    Quantity("voltage", "V"),
    Quantity("current", "A"),
    Quantity("power", "kW"),
    Quantity("mass_flow", "g/s"),
    Quantity("volume_flow", "gal/min", "L/min", 3.785412, ends=("_gpm", "_lpm")),
)
BY_KEY: dict[str, Quantity] = {row.key: row for row in QUANTITIES}
BY_UOM: dict[str, Quantity] = {row.uom: row for row in reversed(QUANTITIES)}
