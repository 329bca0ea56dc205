"""Real healthy drives through the live engine's own door: how often it speaks of them.

The recordings carry no label and are taken as healthy, so every episode of a machine is a false one; one of a sensor
may well be true. Over-speeding is counted apart: a motorway is real.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import exp
from pathlib import Path

import numpy as np

from connected_ops.backtest.replay import backtest
from connected_ops.errors import ConnectedOpsError
from connected_ops.recordings.reading import read, recording_files
from connected_ops.recordings.recording import Recording, heard_s

PAUSE_S = 3600.0  # between two drives of a life
CONFIDENCE = 0.95
_HALVINGS = 60


class NoRecordings(ConnectedOpsError):
    """The folder holds nothing that can be judged."""


@dataclass(frozen=True, slots=True)
class Drives:
    """What was said of a folder's drives: `machine` episodes, `speeding` ones apart, and `sensor` ones in `hours` of so
    many `lives`; `unread` are the files that hold no recording of a vehicle, the first with its reason `why`."""

    folder: str
    lives: int
    hours: float
    machine: int
    speeding: int
    sensor: int
    unread: int
    why: str


def tasks(root: Path) -> list[Callable[[], Drives]]:
    """A task for each folder under `root` that holds files as `backtest` reads them. Raises NoRecordings."""
    if not root.is_dir():
        raise NoRecordings(f"--data has a wrong value: there is no folder {root}.")
    groups: dict[str, list[Path]] = {}
    for file in recording_files(root):
        inside = file.relative_to(root).parts
        groups.setdefault(inside[0] if len(inside) > 1 else root.name, []).append(file)
    if not groups:
        raise NoRecordings(f"--data has a wrong value: {root} holds no recording that `backtest` could read.")
    return [partial(judged, folder, files) for folder, files in groups.items()]


def judged(folder: str, files: Sequence[Path]) -> Drives:
    """What the engine says of these files' drives, each vehicle on a life of its own."""
    lives: list[Recording] = []
    hours, unread, why = 0.0, 0, ""
    for file in files:
        try:
            drives = read(file)
        except ConnectedOpsError as error:
            unread, why = unread + 1, why or str(error)
            continue
        hours += sum(heard_s(each.ts) for each in drives) / 3600
        lives += as_lives(drives)
    said = [each for one in backtest(folder, lives).recordings for each in one.episodes]
    machine = [each.mode for each in said if each.kind == "machine"]
    speeding = machine.count("overspeed")
    return Drives(folder, len(lives), hours, len(machine) - speeding, speeding, len(said) - len(machine), unread, why)


def as_lives(drives: Sequence[Recording]) -> list[Recording]:
    """A file's drives without a date are one vehicle's: one after the other, with an hour's rest. Dated ones stay."""
    undated = [each for each in drives if not each.dated]
    life: list[Recording] = []
    if undated:
        lengths = [float(each.ts[-1] - each.ts[0]) + PAUSE_S for each in undated]
        begins = np.concatenate([[0.0], np.cumsum(lengths[:-1])])
        ts = np.concatenate([each.ts - each.ts[0] + at for each, at in zip(undated, begins, strict=True)])
        life = [replace(undated[0], ts=ts, values=np.concatenate([each.values for each in undated]), label=None)]
    return [*life, *(each for each in drives if each.dated)]


def at_most(events: int) -> float:
    """The one-sided 95 % upper bound of what a count may stand for: the Poisson mean under which so few are seen once
    in twenty times.

    >>> round(at_most(0), 2), round(at_most(4), 2)
    (3.0, 9.15)
    """
    low, high = 0.0, 10.0 + 2.0 * events
    for _ in range(_HALVINGS):
        mean = (low + high) / 2
        term = total = exp(-mean)
        for count in range(1, events + 1):
            term *= mean / count
            total += term
        low, high = (mean, high) if total > 1 - CONFIDENCE else (low, mean)
    return high
