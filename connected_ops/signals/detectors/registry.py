"""Every detector by name; the conformance tests run over this table."""

from collections.abc import Callable

from connected_ops.signals.detectors.detector import Detector
from connected_ops.signals.detectors.level import Level

DETECTORS: dict[str, Callable[[], Detector]] = {
    "level": Level,
}
