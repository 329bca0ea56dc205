"""The places of what ships in the files of machines, by the names that tests use."""

from connected_ops.insight.wording import URGENCIES
from connected_ops.machines import catalog
from connected_ops.risk.failure_modes import KEYS
from connected_ops.signals import against_itself, baseline

COOLING, VIBRATION, AIR_INTAKE, OVERSPEED, OIL, CHARGING = map(
    KEYS.index, ("cooling", "vibration", "air_intake", "overspeed", "oil_pressure", "charging")
)
COOLANT_DRIFT, INTAKE_DRIFT, VIBRATION_DRIFT = map(
    against_itself.KEYS.index, ("coolant_drift", "intake_drift", "vibration_drift")
)
COOLANT, SHAKE, INTAKE_RISE, INTAKE = (
    baseline.of(signal, over)
    for signal, over in (
        (catalog.COOLANT, None), (catalog.VIBRATION, None), (catalog.INTAKE, catalog.AMBIENT), (catalog.INTAKE, None),
    )
)  # fmt: skip
NOW, TODAY, DAYS, SERVICE = (URGENCIES[key] for key in ("now", "today", "days", "service"))
CAP = "The cap stays shut until the coolant is down to 122 °F."
