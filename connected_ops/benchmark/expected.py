"""What is to be said of each fault of the emulator: one frozen row each, held to the emulator's table by a test."""

from dataclasses import dataclass
from typing import Literal

from connected_ops.emulator.faults import BY_KIND, FAULTS
from connected_ops.machines import catalog

Told = tuple[Literal["machine", "sensor"], str]
"""The kind of an episode, and its failure mode or the signal of its sensor."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to be said of a fault: `told` None for one that must not alert. `also` may be said beside it, for its
    physics shows there too. `limit` is the signal whose maker's warning ends its life, None where it has no life (it is
    over the limit at once, or no maker sets one). `days` > 0: it grows for so long before it is judged."""

    kind: str
    told: Told | None
    also: tuple[Told, ...] = ()
    limit: str | None = None
    days: int = 0


COOLANT, SHAKE, INTAKE, ENGINE_SPEED, HOURS = (
    catalog.KEYS[at] for at in (catalog.COOLANT, catalog.VIBRATION, catalog.INTAKE, catalog.RPM, catalog.HOURS)
)
COOLING: Told = ("machine", "cooling")
AIR_INTAKE: Told = ("machine", "air_intake")
VIBRATION: Told = ("machine", "vibration")
OVERSPEED: Told = ("machine", "overspeed")
OIL_PRESSURE: Told = ("machine", "oil_pressure")
CHARGING: Told = ("machine", "charging")

EXPECTED: tuple[Expected, ...] = (
    Expected("coolant_overheat", COOLING),
    Expected("vibration_spike", VIBRATION),
    Expected("speed_anomaly", OVERSPEED),
    Expected("fan_lost", COOLING, limit=COOLANT),
    Expected("radiator_blocked", COOLING, limit=COOLANT, days=12),
    # A blocked charge-air cooler takes air from the radiator behind it.
    Expected("charge_air_cooler_blocked", AIR_INTAKE, also=(COOLING,), days=9),
    Expected("thermostat_stuck_closed", COOLING, limit=COOLANT),
    Expected("thermostat_stuck_open", COOLING),
    Expected("driveline_bearing", VIBRATION, limit=SHAKE, days=20),
    Expected("oil_pump_worn", OIL_PRESSURE),
    Expected("alternator_failed", CHARGING),
    Expected("overspeeding_driver", OVERSPEED),
    Expected("sensor_open_circuit", ("sensor", INTAKE)),
    Expected("sensor_stuck", ("sensor", ENGINE_SPEED)),
    Expected("sensor_dropout", ("sensor", COOLANT)),
    Expected("sensor_spike", ("sensor", COOLANT)),
    Expected("counter_reset", ("sensor", HOURS)),
    Expected("pothole", None),
    Expected("hot_climb", None),
)
OF: dict[str, Expected] = {row.kind: row for row in EXPECTED}

assert OF.keys() == BY_KIND.keys()

CASES: tuple[tuple[str, str], ...] = tuple((fault.kind, unit_class) for fault in FAULTS for unit_class in fault.classes)
"""Every (fault, class that offers it)."""
