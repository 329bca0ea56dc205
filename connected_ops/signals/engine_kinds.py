"""The kinds of indicators that know an engine: how its coolant and its intake air behave (`envelope`, `warmth`). They
read roles, so a file cannot give them another signal."""

from collections.abc import Sequence

import numpy as np

from connected_ops.machines import catalog
from connected_ops.machines.masks import some
from connected_ops.machines.mode import Indicator
from connected_ops.signals import baseline
from connected_ops.signals.envelope import LIMIT
from connected_ops.signals.kinds import STILL, Matrix, Ramp, Reading, by_class, working
from connected_ops.signals.regime import CRUISE, WORK

ROOM_LEAST = 12.0  # °F
CREEPS = 2.5  # °F/min: what rises more slowly is no passing peak
MARGIN = 8.0  # °F over its own normal, within which a unit that is not known better may be
COMES_FROM_COLD_S = 90.0  # in which the coolant behind an opening thermostat stops rising
AHEAD_MIN = 2.0  # how far a rise is followed
AHEAD_MIN_STEADY = 4.0  # where neither a hill explains it nor a fan that has yet to start
FASTEST = 20.0  # °F/min: no fault heats an engine faster, the coolant behind an opening thermostat does


class HotCoolant(Ramp):
    """Coolant above the unit's own normal, or where it has used up all the room to the warning; but only as far as it
    has left what the unit healthily does: 0 at 3 and 1 at 23 °F from there, or at 15 and 80 % of the way from there to
    the warning. What a quick rise added in the last minute is the rise's to judge: it may be over in another."""

    def __init__(self, rows: Sequence[Indicator]) -> None:
        super().__init__(rows)
        self._room_from = np.array([row.row.room_from or 1.0 for row in rows])
        self._least = float(
            np.minimum(self.start, self._room_from * ROOM_LEAST).min()
        )  # less is none, whatever the room

    def __call__(self, r: Reading) -> Matrix:
        usual = r.usual.coolant
        above = r.q[:, baseline.COOLANT] - usual
        if not some(above > self._least):  # most machines are well
            return np.broadcast_to(np.minimum(above, 0.0)[:, None], (len(above), len(self.start)))
        slope = r.slope[:, 0]
        rose = np.minimum(np.maximum(2.0 * (slope - CREEPS), 0.0), np.minimum(np.maximum(slope, 0.0), FASTEST))
        above, limit = above - rose, LIMIT[r.unit_class]
        room = np.maximum(limit - usual, ROOM_LEAST)
        top = np.maximum(r.usual.top, usual + np.minimum(MARGIN, 0.25 * room))
        beyond = usual + above - top
        share = beyond / np.maximum(limit - top, 6.0)
        left = np.maximum((beyond - 3.0) / 20.0, (share - 0.15) / 0.65)
        used = ((above / room)[:, None] - self._room_from) / np.maximum(1.0 - self._room_from, 1e-9)
        return np.minimum(np.maximum((above[:, None] - self.start) / self.span, used), left[:, None])


class HeatingCoolant(Ramp):
    """The share of the way from what coolant healthily does to the warning that is used up in two minutes if it rises
    on; in four where the load is known not to be hard and the air does not depend on the road: at speed, and of a
    machine that works in one place. Coolant that comes from the cold may overshoot."""

    def __call__(self, r: Reading) -> Matrix:
        beyond = r.q[:, baseline.COOLANT] - r.usual.top
        above, slope = r.q[:, baseline.COOLANT] - r.usual.coolant, r.slope[:, 0]
        unusual = (beyond > 0.0) & (above > 4.0) & (r.usual.settled_s >= COMES_FROM_COLD_S)
        if not some(unusual):
            return self.ramped(np.repeat((0.0 * beyond)[:, None], len(self.start), axis=1))
        steady = (r.regime == CRUISE) | ((r.regime == WORK) & STILL[r.unit_class])
        ahead = np.where(steady & np.isfinite(r.x[:, catalog.LOAD]), AHEAD_MIN_STEADY, AHEAD_MIN)
        left = LIMIT[r.unit_class] - r.usual.top
        rises = unusual & (slope > 1.0) & (slope < FASTEST)
        share = (beyond + ahead * slope) / np.maximum(left, ROOM_LEAST) * rises
        return self.ramped(np.repeat(share[:, None], len(self.start), axis=1))


class ColdCoolant(Ramp):
    """How far coolant lies below the working temperature of its class, where it should be warm by now."""

    def __init__(self, rows: Sequence[Indicator]) -> None:
        super().__init__(rows)
        self._working = by_class(rows, working)

    def __call__(self, r: Reading) -> Matrix:
        return self.ramped((self._working[r.unit_class] - self.values(r)) * r.cold[:, None])


class HotIntake(Ramp):
    """How far intake air stands over the air outside above what is usual; or how much further than usual it rose over
    its own last minutes, which needs no air outside, but must have left the unit's own normal too: what fell and is
    back has not risen."""

    def __call__(self, r: Reading) -> Matrix:
        over = r.q[:, baseline.INTAKE_RISE] - r.normal.mean[:, baseline.INTAKE_RISE] - r.usual.soak
        alone = r.q[:, baseline.INTAKE] - r.normal.mean[:, baseline.INTAKE]
        left = np.where(np.isfinite(over), over, alone)
        rose = 20.0 + 2.0 * np.minimum(r.usual.rise - r.usual.rise_top, left)
        return self.ramped(np.repeat(np.fmax(over, rose)[:, None], len(self.start), axis=1))


ENGINE_KINDS = {
    "hot_coolant": HotCoolant,
    "heating_coolant": HeatingCoolant,
    "too_cold": ColdCoolant,
    "hot_intake": HotIntake,
}
