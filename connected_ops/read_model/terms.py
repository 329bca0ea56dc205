"""The words that views are made of."""

from collections.abc import Mapping
from typing import Literal

from connected_ops.machines import catalog
from connected_ops.machines.quantity import BY_KEY, Quantity
from connected_ops.machines.signal import ChartRow
from connected_ops.machines.unit_class import BY_KEY as CLASSES
from connected_ops.risk.failure_modes import MODES

Band = Literal["Low", "Medium", "High"]
Freshness = Literal["live", "late", "silent"]
Source = Literal["live", "replay", "simulated"]
FaultGroup = Literal["machine", "sensor", "calm"]
EpisodeKind = Literal["machine", "sensor"]
EpisodeState = Literal["open", "acknowledged", "silenced", "closed"]

Range = Literal["10m", "4h", "14d"]
"""How far back a series goes: samples of ten minutes, means of 30 s over four hours, of half hours over 14 days."""

Span = tuple[float, float, float]
"""(low, middle, high): of an 80 % interval, or of an assumption."""

BANDS: tuple[Band, ...] = ("Low", "Medium", "High")
FRESHNESS: tuple[Freshness, ...] = ("live", "late", "silent")
SOURCES: tuple[Source, ...] = ("live", "replay", "simulated")
RANGES: tuple[Range, ...] = ("10m", "4h", "14d")
UNIT_CLASSES: tuple[str, ...] = tuple(CLASSES)
CLASS_LABELS: Mapping[str, str] = {row.key: row.label for row in CLASSES.values()}
"""What people call each of UNIT_CLASSES, in their order."""

MODE_KEYS: tuple[str, ...] = tuple(mode.key for mode in MODES)
"""The columns of `FleetSnapshot.points`."""

OTHER_SIGNALS: tuple[str, ...] = tuple(row.key for row in catalog.SIGNALS if row.role is None)
"""The signals that play no role in the engine, which a page shows of the units that send them."""

QUANTITY_OF: Mapping[str, Quantity] = {row.key: BY_KEY[row.quantity] for row in catalog.SIGNALS}
"""What each signal measures."""

CHART_ROWS: Mapping[str, ChartRow] = {
    row.key: row.chart
    for row in sorted(catalog.SIGNALS, key=lambda row: 0 if row.chart is None else row.chart.place)
    if row.chart is not None
}
"""The charts of signals by their places."""

LOAD_SIGNAL, HOURS_SIGNAL = catalog.KEYS[catalog.LOAD], catalog.KEYS[catalog.HOURS]
"""What a machine does, by which values are compared, and the hours it has run."""

EXAMPLE: Mapping[str, float] = {
    row.key: row.example for row in (catalog.SIGNALS[at] for at in (catalog.COOLANT, catalog.RPM)) if row.example
}
"""A sample to try this with."""

SIGNAL_KEYS: tuple[str, ...] = catalog.KEYS
"""The columns of `FleetSnapshot.values`; each ends with its unit of measurement where it has one."""
