"""What acting now is worth, under one set of assumptions."""

from dataclasses import dataclass

from connected_ops.read_model.episodes import EpisodeView


@dataclass(frozen=True, slots=True)
class AssumptionView:
    """One assumption of the value model: where it stands, the range it may be set to, and who says so.

    `step` is that of its slider; `source` is a publication or the word "assumption", `year` of the figure if known;
    `group` is the heading it stands under.
    """

    key: str
    label: str
    group: str
    uom: str
    value: float
    low: float
    base: float
    high: float
    least: float
    most: float
    step: float
    source: str
    year: int | None
    changed: bool


@dataclass(frozen=True, slots=True)
class ValueView:
    """What acting now is worth, for every open machine episode and the fleet, under one set of assumptions.

    `episodes` are those with money, the largest saving first. `sentences` say what was asked for and could not be used
    (a value that was clamped, a name that is none). `clamped` is the changes as they were used.
    """

    sequence: int
    at: float
    act_usd: float
    wait_usd: float
    saved_usd: float
    saved_low_usd: float
    saved_high_usd: float
    units: int
    episodes: tuple[EpisodeView, ...]
    assumptions: tuple[AssumptionView, ...]
    changes: tuple[tuple[str, float], ...]
    sentences: tuple[str, ...]
