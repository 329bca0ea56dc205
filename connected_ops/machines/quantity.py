"""The quantities that a signal can measure: one frozen row each, with its unit of measurement."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity and the unit that its values are sent and kept in."""

    key: str
    uom: str


QUANTITIES: tuple[Quantity, ...] = (
    Quantity("temperature", "°F"),
    Quantity("speed", "mph"),
    Quantity("rotation", "rpm"),
    Quantity("run_time", "h"),
    Quantity("ratio", "%"),
    Quantity("index", ""),
    Quantity("vibration_velocity", "mm/s"),
    Quantity("acceleration", "g"),
    Quantity("pressure", "psi"),
    Quantity("absolute_pressure", "kPa"),
    Quantity("voltage", "V"),
    Quantity("current", "A"),
    Quantity("power", "kW"),
    Quantity("mass_flow", "g/s"),
    Quantity("volume_flow", "gal/min"),
)
BY_KEY: dict[str, Quantity] = {row.key: row for row in QUANTITIES}
