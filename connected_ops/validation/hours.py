"""The hour meter: hours that fall or outrun the clock are withheld until a minute of them agree among themselves."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines.masks import some

Floats = NDArray[np.float64]

STEP_H, WHOLE_STEP_H = 0.1 + 1e-6, 1.0 + 1e-6  # meters count in 0.05 h (J1939), a tenth or whole hours
NEW_BASE_S = 60.0

# Planes of what is known of a unit's meter. LEAST is the least of reading minus time: a true counter keeps near it.
READING, LEAST, OTHER_SINCE, OTHER, OTHER_AT = range(5)
PLANES = 5


def judge(known: Floats, ts: Floats, hours: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """[n] hours that fell and [n] hours that grew too fast, of n readings (NaN: none) at `ts`; `known` [n, PLANES] is
    brought up to date."""
    reading, least = known[:, READING], known[:, LEAST]
    ahead = hours - ts / 3600.0
    fell = hours < reading - 1e-6
    step = np.where((hours == np.floor(hours)) & (reading == np.floor(reading)), WHOLE_STEP_H, STEP_H)
    fast = ahead > least + step
    off = fell | fast
    other = known[:, OTHER]
    if some(off) or some(np.isfinite(other)):
        since, other_at = known[:, OTHER_SINCE], known[:, OTHER_AT]
        agrees = off & (hours >= other - 1e-6) & (hours <= other + (ts - other_at) / 3600.0 + step)
        since = np.where(agrees, since, ts)
        new_base = agrees & (ts - since >= NEW_BASE_S)
        least = np.where(new_base, np.nan, least)
        off &= ~new_base
        run = np.where(off[:, None], np.stack([since, hours, ts], axis=1), np.nan)
        heard = np.isfinite(hours)[:, None]
        known[:, OTHER_SINCE : OTHER_AT + 1] = np.where(heard, run, known[:, OTHER_SINCE : OTHER_AT + 1])
    take = np.isfinite(hours) & ~off
    known[:, READING] = np.where(take, hours, reading)
    known[:, LEAST] = np.where(take, np.fmin(least, ahead), known[:, LEAST])
    return off & fell, off & fast
