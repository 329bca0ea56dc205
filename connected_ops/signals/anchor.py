"""What a reference that moves on would forget: how far it was carried along by a drift."""

from dataclasses import dataclass

import numpy as np

from connected_ops.signals.reference import Reference

ANCHOR_S = 90 * 86_400.0  # in which an anchor gives way: seasons and wear are no fault


@dataclass(frozen=True, slots=True)
class Anchor:
    """How far a unit's reference was carried along by a drift: `lag` in the quantity's `uom`, never below 0, as of the
    `reference` and the end `ts` (Unix s) of its newest half hour."""

    reference: Reference
    lag: float
    ts: float

    def moved(self, reference: Reference, ts: float, off: bool) -> "Anchor":
        """The anchor beside a newer reference. It follows upward only while the unit is `off` its normal, and gives way
        slowly."""
        if len(reference.middle) != len(self.reference.middle):
            return Anchor(reference, self.lag, ts)
        at = reference.middle[None]
        rise = float((reference.predict(at) - self.reference.predict(at))[0])
        kept = self.lag * np.exp(-max(ts - self.ts, 0.0) / ANCHOR_S)
        return Anchor(reference, max(kept + (rise if off or rise < 0.0 else 0.0), 0.0), ts)
