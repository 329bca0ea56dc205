import numpy as np

from connected_ops.telemetry.units import Owner
from connected_ops.validation.counts import Counts
from connected_ops.validation.quarantine import Quarantine, Quarantined
from connected_ops.validation.rules import BIT, RULES, WHOLE, WIDTH


def add(counts: Counts, owner: Owner, verdicts: list[int], now: float) -> None:
    fired = np.zeros((len(verdicts), WIDTH), dtype=np.uint16)
    fired[np.array(verdicts) == 1, WHOLE] = BIT["late"]
    counts.add(owner, np.array(verdicts, dtype=np.uint8), fired, now)


def test_verdicts_and_rules_are_counted_by_owner():
    counts = Counts()
    add(counts, Owner.LIVE, [0, 0, 1, 3], 5.0)
    add(counts, Owner.EMULATOR, [1, 2], 5.0)
    assert counts.totals.tolist() == [2, 2, 1, 1]
    late = [rule.kind for rule in RULES].index("late")
    assert counts.fired[Owner.LIVE, late] == counts.fired[Owner.EMULATOR, late] == 1


def test_the_rate_is_that_of_a_usual_second_of_the_last_ten():
    counts = Counts()
    for second in range(30):
        add(counts, Owner.LIVE, [0] * (12 if second != 25 else 7200), float(second) + 0.4)
    assert counts.rate(30.0) == 12.0
    assert counts.rate(300.0) == 0.0


def test_a_slow_senders_rate_is_its_mean():
    counts = Counts()
    for second in range(0, 30, 5):
        add(counts, Owner.LIVE, [0], float(second))
    assert counts.rate(30.0) == 0.2


def quarantined(t: float, owner: Owner = Owner.LIVE) -> Quarantined:
    return Quarantined(t, "unit", owner, t, "future", "ts", "The time is ahead.")


def test_a_full_quarantine_keeps_the_newest_and_counts_what_falls_out():
    quarantine = Quarantine(3)
    for t in range(5):
        quarantine.add(quarantined(float(t)))
    assert [row.arrived for row in quarantine.rows] == [2.0, 3.0, 4.0]
    assert quarantine.dropped == 2
