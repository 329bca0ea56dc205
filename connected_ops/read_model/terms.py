"""The words that views are made of."""

from typing import Literal

from connected_ops.telemetry.unit_class import KEYS, ClassKey

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
UNIT_CLASSES: tuple[ClassKey, ...] = KEYS
