"""What the benchmark expects of each fault, against the emulator's own table."""

from connected_ops.benchmark.expected import CASES, EXPECTED, OF
from connected_ops.benchmark.limits import WARNED
from connected_ops.emulator.faults import BY_KIND
from connected_ops.machines import catalog
from connected_ops.risk.failure_modes import MODES


def test_calm_faults_and_only_they_expect_nothing():
    assert {row.kind for row in EXPECTED if row.told is None} == {
        kind for kind, fault in BY_KIND.items() if fault.group == "calm"
    }


def test_a_fault_is_told_as_what_it_is():
    for row in EXPECTED:
        if row.told is not None:
            kind, about = row.told
            assert kind == BY_KIND[row.kind].group
            assert about in (catalog.KEYS if kind == "sensor" else {mode.key for mode in MODES})


def test_a_fault_that_grows_is_run_past_the_day_at_which_the_emulator_injects_it():
    for row in EXPECTED:
        if row.days:
            assert row.days > BY_KIND[row.kind].onset_days > 0


def test_a_life_ends_at_a_limit_that_is_known():
    assert {row.limit for row in EXPECTED} <= {None, *WARNED}


def test_every_fault_is_run_on_every_class_that_offers_it():
    assert len(CASES) == len(set(CASES)) == sum(len(fault.classes) for fault in BY_KIND.values())
    assert {kind for kind, _ in CASES} == OF.keys()
