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


class Replay:
    """Recordings that run side by side through the engine, each as a machine of its own. Iterate it once: each time
    the next rows are taken, [n] which recording each is of, and [n] their times. The same recordings give the same."""

    def __init__(self, recordings: Sequence[Recording]) -> None:
        self._recordings = recordings
        self._now = 0.0
        own = {
            str(at): unit_class.UNITS[each.unit] for at, each in enumerate(recordings) if each.unit in unit_class.UNITS
        }
        self._lab = Lab(units=max(len(recordings), 1), clock=lambda: self._now, said=own)
        self._counts = np.zeros((len(recordings), len(VERDICT_NAMES)), dtype=np.int64)

    def __iter__(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        for which, block in _blocks(self._recordings):
            self._now = max(self._now, float(block.ts.max()))
            verdict = self._lab.intake.take(block, Owner.REPLAY).verdict
            np.add.at(self._counts, (which, verdict), 1)
            yield which, block.ts

    def p(self, mode: int) -> NDArray[np.float64]:
        """[recordings] the p of a failure mode now, 0 of one that has not begun."""
        places = [self._lab.register.index.get(str(at)) for at in range(len(self._recordings))]
        found = self._lab.pipeline.episodes.p[:, mode]
        return np.array([0.0 if place is None else found[place] for place in places])

    def done(self) -> list[Replayed]:
        """What the engine said of each."""
        return [_replayed(self._lab, at, each, self._counts[at]) for at, each in enumerate(self._recordings)]


def backtest(name: str, recordings: Sequence[Recording], said: Sequence[str] = ()) -> BacktestView:
    """What the engine says of recordings; `name` is what they are called together, `said` how they were read."""
    replay = Replay(recordings)
    for _ in replay:
        pass
    done = replay.done()
    order = sorted(range(len(done)), key=lambda at: (-done[at].machine, -len(done[at].episodes), -done[at].hours))
    lead = plotted(recordings[order[0]], done[order[0]].episodes) if order else ()
    return BacktestView(name, tuple(done[at] for at in order), lead, tuple(said))


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
