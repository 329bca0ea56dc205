"""The engine against the emulator's ground truth: what it finds, how early, how often it is wrong, and whether the
truth lies in its intervals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from math import ceil, isfinite, nan
from statistics import median

from connected_ops.benchmark.expected import CASES, EXPECTED, OF
from connected_ops.benchmark.runs import HEALTHY, LEAD_IN_S, Run, live_runs, slow_runs
from connected_ops.benchmark.work import PROCESSES, Progress, results
from connected_ops.emulator.machines import MACHINES

RUNS, HEALTHY_HOURS, HEALTHY_S = 200, 1500, 10_800
STARTS = tuple(hour * 3600 for hour in (0, 6, 12, 18))  # times of day, as ticks
_RUN_UNITS, _HEALTHY_UNITS = 50, 125

Task = partial[list[Run]]


@dataclass(frozen=True, slots=True)
class FaultRow:
    """What came of the runs of one fault; times in seconds, NaN where there are none. `told_s` and `limit_s` are
    medians after the onset, `lead_s` and `lead_share` medians before the limit over the runs that have one. `expected`
    False for one that must not alert."""

    kind: str
    expected: bool
    runs: int
    found: int
    told_s: float
    limit_s: float
    lead_s: float
    lead_share: float
    wrong: int


@dataclass(frozen=True, slots=True)
class GroundTruth:
    """The whole result. `recall` over the faults that must be told; `lead_share` the median over all runs with a limit;
    `false_episodes` of healthy units, calm ones and of a wrong kind beside a fault, in `unit_hours`; of the `forecasts`
    `coverage` held the truth and `error` is the median of |middle - truth| / truth, `spoken` the share of open episodes
    that had one."""

    faults: tuple[FaultRow, ...]
    recall: float
    lead_share: float
    false_episodes: int
    unit_hours: float
    forecasts: int
    coverage: float
    error: float
    spoken: float

    @property
    def false_per_100_h(self) -> float:
        """False episodes in 100 unit-hours."""
        return 100 * self.false_episodes / self.unit_hours if self.unit_hours else nan


def run(
    seed: int = 5,
    runs: int = RUNS,
    healthy_hours: float = HEALTHY_HOURS,
    *,
    kinds: Sequence[str] | None = None,
    processes: int = PROCESSES,
    progress: Progress = lambda text: None,
) -> GroundTruth:
    """`runs` seeded runs spread evenly over all (fault, class) pairs (of `kinds`, if given) and healthy units for
    `healthy_hours`; the same seed gives the same result. `processes` 1 stays in this one."""
    groups = results(_tasks(seed, runs, healthy_hours, kinds), processes, "Emulator, groups of units", progress)
    return summary(record for group in groups for record in group)


def summary(records: Iterable[Run]) -> GroundTruth:
    """The figures of single runs."""
    records = tuple(records)
    told = [run for run in records if run.kind != HEALTHY and OF[run.kind].told]
    spoken = [one for run in records for one in run.spoken]
    silent = sum(run.silent for run in records)
    known = [one for one in spoken if isfinite(one.truth)]
    return GroundTruth(
        faults=tuple(_row(row.kind, [run for run in records if run.kind == row.kind]) for row in EXPECTED),
        recall=_share(run.told_s is not None for run in told),
        lead_share=_median(lead_share(run) for run in told if run.limit_s),
        false_episodes=sum(len(run.wrong) for run in records),
        unit_hours=sum(run.hours for run in records),
        forecasts=len(spoken),
        coverage=_share(one.covered for one in spoken),
        error=_median(abs(one.middle - one.truth) / one.truth for one in known),
        spoken=len(spoken) / (len(spoken) + silent) if spoken or silent else nan,
    )


def lead_s(run: Run) -> float:
    """Seconds before its limit that a run's fault was told; 0 where it was not, or later."""
    if run.limit_s is None:
        return nan
    return 0.0 if run.told_s is None else max(0.0, run.limit_s - run.told_s)


def lead_share(run: Run) -> float:
    """The lead as a share of the fault's life, 0..1."""
    return lead_s(run) / run.limit_s if run.limit_s else nan


def _row(kind: str, mine: Sequence[Run]) -> FaultRow:
    limited = [run for run in mine if run.limit_s]
    return FaultRow(
        kind=kind,
        expected=OF[kind].told is not None,
        runs=len(mine),
        found=sum(run.told_s is not None for run in mine),
        told_s=_median(run.told_s for run in mine if run.told_s is not None),
        limit_s=_median(run.limit_s for run in limited if run.limit_s is not None),
        lead_s=_median(map(lead_s, limited)),
        lead_share=_median(map(lead_share, limited)),
        wrong=sum(len(run.wrong) for run in mine),
    )


def _tasks(seed: int, runs: int, healthy_hours: float, kinds: Sequence[str] | None) -> list[Task]:
    """Independent groups, the long ones first."""
    offered = [case for case in CASES if kinds is None or case[0] in kinds]
    cases = list(islice(cycle(offered), runs)) if offered else []
    slow = sorted({case for case in cases if OF[case[0]].days})
    tasks: list[Task] = [partial(slow_runs, seed, *case, cases.count(case)) for case in slow]
    units = ceil(healthy_hours * 3600 / (HEALTHY_S + LEAD_IN_S))
    healthy = [(HEALTHY, unit_class) for unit_class in islice(cycle(MACHINES), units)]
    tasks = [*_live(seed + 1, healthy, _HEALTHY_UNITS, HEALTHY_S), *tasks]
    return [*tasks, *_live(seed + 2, [case for case in cases if not OF[case[0]].days], _RUN_UNITS, None)]


def _live(seed: int, cases: Sequence[tuple[str, str]], together: int, watched_s: int | None) -> Iterable[Task]:
    """Groups of units side by side, each at another time of day and of another seed."""
    groups = ceil(len(cases) / together)
    for at in range(groups):
        some = cases[at::groups]
        start = STARTS[at % len(STARTS)]
        options = {} if watched_s is None else {"watched_s": watched_s}
        yield partial(live_runs, seed + 100 * (at + 1), some, start, **options)


def _median(values: Iterable[float]) -> float:
    found = list(values)
    return float(median(found)) if found else nan


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found) if found else nan
