"""Service by engine hours: what is left, and the log."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.risk import reasons, service
from connected_ops.risk.service import KEPT, MOST_UNITS, ServiceLog, left

NAN = np.nan


@pytest.mark.parametrize(
    ("hours", "last", "due_in"),
    [(14_610.0, NAN, 390.0), (14_610.0, 14_400.0, 390.0), (14_610.0, 14_600.0, 590.0), (14_610.0, 13_000.0, -1_010.0),
     (10.0, 14_600.0, 600.0), (NAN, 14_600.0, NAN)],
)  # fmt: skip
def test_hours_left_count_from_the_last_service_and_without_one_from_0(hours, last, due_in):
    found = left(np.array([hours]), np.array([600.0]), np.array([last]))[0]
    assert found == pytest.approx(due_in, nan_ok=True)


def test_a_class_without_an_interval_is_never_due():
    assert np.isnan(left(np.array([100.0]), np.array([NAN]), np.array([NAN]))[0])


@given(st.floats(0, 1e6), st.sampled_from([250.0, 300.0, 500.0, 600.0]))
def test_nobody_is_overdue_by_an_assumption(hours: float, every: float):
    assert 0.0 < left(np.array([hours]), np.array([every]), np.array([NAN]))[0] <= every


def test_the_newest_service_counts_and_can_be_taken_back():
    log = ServiceLog()
    assert log.undo("a") is None
    assert np.isnan(log.last(("a", "b"))).all()
    for hours in (100.0, 700.0):
        log.done("a", 1e9 + hours, hours)
    assert log.last(("b", "a")).tolist()[1] == 700.0
    assert [each.hours for each in log.of("a")] == [700.0, 100.0]
    undone = log.undo("a")
    assert undone is not None
    assert undone.hours == 700.0
    assert log.last(("a",)).tolist() == [100.0]
    assert log.undo("a") is not None
    assert log.of("a") == ()


def test_the_log_is_bounded():
    log = ServiceLog()
    for at in range(KEPT + 5):
        log.done("a", float(at), float(at))
    assert len(log.of("a")) == KEPT
    for unit in range(MOST_UNITS):
        log.done(str(unit), 0.0, 1.0)
    assert log.of("a") == ()
    assert len(log.of("0")) == 1


def test_the_examples_of_the_docstrings_run():
    ran = doctest.testmod(service)
    assert ran.attempted > 0
    assert ran.failed == 0


def test_an_overdue_service_says_by_how_much():
    assert reasons.service(-12.0, 600.0) == "Service overdue by 12 h, every 600 h"
    assert reasons.service(None, None) == "No service interval known"
