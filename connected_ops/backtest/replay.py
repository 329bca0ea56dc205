"""Takes recordings through the engine itself: a lab of their own, whose clock follows the recordings."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from connected_ops.backtest.plotted import plotted
from connected_ops.backtest.scoring import score
from connected_ops.insight.fixed_limits import FIXED_LIMITS
from connected_ops.lab import Lab
from connected_ops.machines import unit_class
from connected_ops.read_model import BacktestView, Replayed
from connected_ops.recordings.recording import Recording, heard_s
from connected_ops.telemetry.block import SampleBlock
from connected_ops.telemetry.units import Owner
from connected_ops.validation.rules import VERDICT_NAMES
from connected_ops.views.episodes import beside, episode_view

ROWS_AT_ONCE = 25


def backtest(name: str, recordings: Sequence[Recording]) -> BacktestView:
    """What the engine says of recordings that run side by side, each as a machine of its own; `name` is what they are
    called together. The same recordings give the same view."""
    now = 0.0
    said = {str(at): unit_class.UNITS[each.unit] for at, each in enumerate(recordings) if each.unit in unit_class.UNITS}
    lab = Lab(units=max(len(recordings), 1), clock=lambda: now, said=said)
    counts = np.zeros((len(recordings), len(VERDICT_NAMES)), dtype=np.int64)
    for which, block in _blocks(recordings):
        now = max(now, float(block.ts.max()))
        verdict = lab.intake.take(block, Owner.REPLAY).verdict
        np.add.at(counts, (which, verdict), 1)
    done = [_replayed(lab, at, each, counts[at]) for at, each in enumerate(recordings)]
    order = sorted(range(len(done)), key=lambda at: (-done[at].machine, -len(done[at].episodes), -done[at].hours))
    lead = plotted(recordings[order[0]], done[order[0]].episodes) if order else ()
    return BacktestView(name, tuple(done[at] for at in order), lead)


def _blocks(recordings: Sequence[Recording]) -> Iterator[tuple[NDArray[np.int64], SampleBlock]]:
    """The next rows of every recording at a time, and which recording each row is of."""
    longest = max((len(each.ts) for each in recordings), default=0)
    for start in range(0, longest, ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        some = [(at, each) for at, each in enumerate(recordings) if start < len(each.ts)]
        sizes = [len(each.ts[part]) for _, each in some]
        which = np.repeat([at for at, _ in some], sizes)
        kinds = np.array([unit_class.INDEX[each.unit_class] for _, each in some], dtype=np.int16)
        yield (
            which,
            SampleBlock(
                vehicle_ids=[str(at) for at in which.tolist()],
                unit_class=np.repeat(kinds, sizes),
                ts=np.concatenate([each.ts[part] for _, each in some]),
                values=np.concatenate([each.values[part] for _, each in some]),
                row=np.arange(len(which)),
            ),
        )


def _replayed(lab: Lab, at: int, recording: Recording, counts: NDArray[np.int64]) -> Replayed:
    place = lab.register.index[str(at)]
    found = sorted(lab.pipeline.episodes.of(place), key=lambda each: each.opened_at)
    lab.register.vehicle_id[place] = recording.unit  # two files may hold the same one
    episodes = tuple(episode_view(each, lab.register, lab.clock(), beside=beside(each, found[::-1])) for each in found)
    valid, review, rejected, duplicates = counts.tolist()
    alarms = lab.pipeline.fixed_limits.by_limit[place].tolist()
    return Replayed(
        name=recording.unit,
        file=recording.file,
        class_label=unit_class.of_unit(recording.unit, recording.unit_class).label,
        dated=recording.dated,
        begin=float(recording.ts[0]),
        end=float(recording.ts[-1]),
        hours=heard_s(recording.ts) / 3600.0,
        samples=int(counts.sum()),
        valid=valid,
        needs_review=review,
        rejected=rejected,
        duplicates=duplicates,
        skipped=recording.skipped,
        fixed=tuple((row.label, n) for row, n in zip(FIXED_LIMITS, alarms, strict=True) if n),
        episodes=episodes,
        labels=None if recording.label is None else score(recording.ts, recording.label, episodes),
    )
