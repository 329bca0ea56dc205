"""The open machine episodes as decisions: what each costs now and later, and what the fleet's come to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.insight.episode import Episode
from connected_ops.machines.mode import INDICATORS
from connected_ops.machines.unit_class import CLASSES
from connected_ops.read_model import Span
from connected_ops.risk.failure_modes import MODES
from connected_ops.value.assumptions import Assumptions
from connected_ops.value.model import Total, decide, total

_PRICES = {row.key: row.price for row in INDICATORS}


@dataclass(frozen=True, slots=True)
class Case:
    """An open machine episode: its id, its unit (`row` of the assessment's columns, id and class), its failure mode,
    what it is priced as, the highest p it has had, and the time to the limit in seconds where one is warranted."""

    episode_id: str
    row: int
    vehicle_id: str
    unit_class: int
    mode: int
    price: str
    p: float
    to_limit: Span | None


def price_of(episode: Episode) -> str:
    """What an episode is priced as: its failure mode, or what the indicator that leads it names."""
    return _PRICES.get(episode.lead, MODES[episode.mode].key)


def price(cases: Sequence[Case], assumptions: Assumptions) -> Total:
    """The decisions of these cases, in their order, and their sums."""
    return total(
        [
            (
                case.vehicle_id,
                decide(
                    assumptions,
                    case.price,
                    CLASSES[case.unit_class].key,
                    case.p,
                    None if case.to_limit is None else case.to_limit[1],
                ),
            )
            for case in cases
        ]
    )


def saved(cases: Sequence[Case], priced: Total, units: int) -> NDArray[np.float64]:
    """[units] dollars saved by acting now: of the decision that counts, 0 where none does, NaN without a case."""
    dollars = np.full(units, np.nan)
    for case, money in zip(cases, priced.decisions, strict=True):
        dollars[case.row] = np.fmax(dollars[case.row], money.saved_usd if money.counted else 0.0)
    return dollars


def to_limit(cases: Sequence[Case], units: int) -> NDArray[np.float64]:
    """[units, 3] the soonest time to a limit of each unit in seconds, NaN where none is warranted."""
    soonest = np.full((units, 3), np.nan)
    for case in cases:
        if case.to_limit is not None and not soonest[case.row, 1] <= case.to_limit[1]:
            soonest[case.row] = case.to_limit
    return soonest
