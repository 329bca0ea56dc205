"""What one failure mode would have said of a recording, before it speaks of a machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from connected_ops.backtest.replay import Replay
from connected_ops.insight.episodes import OPEN_FROM
from connected_ops.machines import catalog
from connected_ops.read_model import EpisodeView
from connected_ops.recordings.recording import Recording
from connected_ops.risk.failure_modes import KEYS, MODES
from connected_ops.signals.indicators import INDICATORS


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recording holds of the signals that a mode reads, and how near the mode came to speaking: `share` of them
    by key, the highest `p` 0..1 and when (Unix s)."""

    share: dict[str, float]
    p: float
    at: float


def tried(mode: str, recordings: Sequence[Recording]) -> list[str]:
    """What the mode would have said of recordings, a line each."""
    at = KEYS.index(mode)
    replay = Replay(recordings)
    highest = [Heard(_shares(mode, each), 0.0, float("nan")) for each in recordings]
    for which, ts in replay:
        p = replay.p(at)
        for place in np.unique(which).tolist():
            if p[place] > highest[place].p:
                highest[place] = Heard(highest[place].share, float(p[place]), float(ts[which == place].max()))
    lines: list[str] = []
    for heard, done in zip(highest, replay.done(), strict=True):
        told = [each for each in done.episodes if each.kind == "machine" and each.mode == mode]
        lines.append(f"{done.name} ({done.class_label}): {done.hours:,.1f} h, {done.samples:,} samples.")
        missing = [key for key, share in heard.share.items() if share == 0.0]
        if len(missing) == len(heard.share):
            lines.append(f"  {mode} could not be judged: the recording holds no {' and no '.join(missing)}.")
        elif told:
            lines.append(f"  {mode} would have spoken {'once' if len(told) == 1 else f'{len(told)} times'}:")
            lines += [f"    {_line(each, done.dated)}" for each in told]
        else:
            lines.append(f"  {mode} would not have spoken; {_near(heard, done.dated)}")
        lines += [f"  {key} in {share:.0%} of the samples." for key, share in heard.share.items() if share]
    return lines


def _shares(mode: str, recording: Recording) -> dict[str, float]:
    keys = {key for key, _ in MODES[KEYS.index(mode)].weights}
    columns = dict.fromkeys(row.signal for row in INDICATORS if row.key in keys)
    return {catalog.KEYS[at]: float(np.isfinite(recording.values[:, at]).mean()) for at in columns}


def _line(episode: EpisodeView, dated: bool) -> str:
    until = "still open at the end" if episode.closed_at is None else f"until {_moment(episode.closed_at, dated)}"
    return f"{_moment(episode.opened_at, dated)}, {until}: {episode.title}. {episode.reason}."


def _near(heard: Heard, dated: bool) -> str:
    if heard.p < 0.01:
        return "nothing spoke for it at any time."
    return f"it came to p {heard.p:.2f} of the {OPEN_FROM:.2f} that it takes, {_moment(heard.at, dated)}."


def _moment(ts: float, dated: bool) -> str:
    return f"{datetime.fromtimestamp(ts, UTC):%Y-%m-%d %H:%M:%S} UTC" if dated else f"{ts:,.0f} s"
