"""Every detector by name; the conformance tests run over this table."""

from collections.abc import Callable

from connected_ops.signals.detectors.change import Change
from connected_ops.signals.detectors.committee import Committee
from connected_ops.signals.detectors.detector import Detector
from connected_ops.signals.detectors.dropout import Dropout
from connected_ops.signals.detectors.level import Level
from connected_ops.signals.detectors.novelty import Novelty
from connected_ops.signals.detectors.range_so_far import RangeSoFar
from connected_ops.signals.detectors.series import Series
from connected_ops.signals.detectors.shift import Shift
from connected_ops.signals.detectors.spike import Spike
from connected_ops.signals.detectors.stuck import Stuck
from connected_ops.signals.detectors.trend import Trend
from connected_ops.signals.detectors.virtual_sensor import VirtualSensor

DETECTORS: dict[str, Callable[[], Detector]] = {
    "change": Change,
    "committee": Committee,
    "dropout": Dropout,
    "level": Level,
    "novelty": Novelty,
    "range_so_far": RangeSoFar,
    "series": Series,
    "shift": Shift,
    "spike": Spike,
    "stuck": Stuck,
    "trend": Trend,
    "virtual_sensor": VirtualSensor,
}
