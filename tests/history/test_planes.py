import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from connected_ops.history.planes import ALL, Planes
from connected_ops.machines import catalog

A, B = catalog.COOLANT, catalog.RPM

FILLED = """
import resource, sys
import numpy as np
from pathlib import Path
from connected_ops.machines import catalog
catalog.COUNT = int(sys.argv[1])
from connected_ops.history.history import History, Rows
from connected_ops.history.tiers import TIERS

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

units, sent = 200, 8
history, before = History(1000, 600), resident()
unit, fired = np.arange(units), np.zeros((units, catalog.COUNT + 1), np.uint16)
values = np.full((units, catalog.COUNT), np.nan)
values[:, :sent] = 1.0
for place in unit:
    for tier, row in zip(history.tiers, TIERS):
        past = np.repeat(values[:1].astype(np.float32), row.count, axis=0)
        tier.adopt(place, np.arange(row.count) * row.width_s, past)
for second in range(600):
    history.append(Rows(unit, np.full(units, 2e6 + second), values, values, np.zeros(units, np.uint8), fired))
history.window
print(resident() - before)
"""


def filled(signals: int) -> int:
    """Bytes that the history of 200 units takes, which send 8 signals of a catalogue of so many."""
    small_pages = {**os.environ, "NUMPY_MADVISE_HUGEPAGE": "0"}
    run = [sys.executable, "-c", FILLED, str(signals)]
    return int(subprocess.run(run, env=small_pages, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="resident memory is read from /proc")
def test_signals_that_nobody_sends_take_no_memory():
    nine = filled(9)
    assert nine > 200 * 60_000
    assert filled(64) < 1.2 * nine


def give(planes: Planes, unit: int, *signals: int, begun: bool = False) -> np.ndarray:
    sent = np.zeros((1, catalog.COUNT), dtype=bool)
    sent[0, list(signals)] = True
    return planes.rows(np.array([unit]), ALL, sent, np.full(3, begun))


def put(planes: Planes, unit: int, at: int, values: dict[int, float]) -> None:
    x = np.full((1, catalog.COUNT), np.nan)
    for signal, value in values.items():
        x[0, signal] = value
    planes.put(give(planes, unit, *values), np.array([at]), x)


def test_what_was_never_sent_has_no_row_and_nothing_is_written_for_it():
    planes = Planes(3, 4)
    put(planes, 1, 0, {A: 5.0, B: 6.0})
    put(planes, 2, 0, {B: 7.0})
    assert planes.taken == 3
    assert not planes.values[1 + planes.taken :].any()
    assert np.isnan(planes.values[0]).all()
    assert planes.course(1, np.array([0]))[0, [A, B]].tolist() == [5.0, 6.0]
    assert np.isnan(planes.course(2, np.array([0]))[0, A])
    assert np.isnan(planes.course(0, np.arange(4))).all()


def test_a_pair_keeps_its_row():
    planes = Planes(3, 4)
    row = give(planes, 1, A)
    give(planes, 2, A)
    assert np.array_equal(give(planes, 1, A), row)
    assert planes.taken == 2


def test_rows_that_were_taken_back_are_given_before_new_ones():
    planes = Planes(3, 4)
    for at in range(4):
        put(planes, 0, at, {A: 1.0, B: 2.0})
    planes.clear(0)
    assert planes.taken == 0
    assert np.isnan(planes.course(0, np.arange(4))).all()
    put(planes, 2, 0, {B: 3.0})
    assert planes.taken == 1
    assert not planes.values[3:].any()


def test_a_row_given_to_a_unit_that_has_begun_reads_as_nothing_so_far():
    planes = Planes(3, 4)
    for at in range(4):
        put(planes, 0, at, {A: 1.0})
    planes.clear(0)
    give(planes, 1, B, begun=True)
    assert np.isnan(planes.course(1, np.arange(4))).all()


def test_all_columns_are_looked_at_once_more_than_half_were_sent():
    planes = Planes(3, 4)
    few, most = np.zeros((2, 2, catalog.COUNT), dtype=bool)
    few[0, A] = few[1, B] = True
    most[:, : catalog.COUNT // 2 + 1] = True
    assert list(np.arange(catalog.COUNT)[planes.signals(few)]) == sorted([A, B])
    assert planes.signals(most) == ALL
    planes.rows(np.array([0, 1]), ALL, most, np.zeros(3))
    assert planes.signals(few) == ALL
