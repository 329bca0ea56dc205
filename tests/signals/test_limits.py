"""A signal without a role against the limits of its class."""

import numpy as np
import pytest

from connected_ops.signals.limits import AT_WARNING, LIMITED, Limited

# Of four classes: limits above, below, only a critical one, none.
ROW = Limited(
    "x_limit", "X", 9, np.array([1.0, -1.0, 1.0, 1.0]), np.array([140.0, 20.0, np.nan, np.nan]),
    np.array([150.0, 10.0, 150.0, np.nan]),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "evidence"), [
    (0, 139.9, 0.0), (0, 140.0, AT_WARNING), (0, 145.0, (1 + AT_WARNING) / 2), (0, 150.0, 1.0), (0, 900.0, 1.0),
    (1, 20.1, 0.0), (1, 20.0, AT_WARNING), (1, 15.0, (1 + AT_WARNING) / 2), (1, 10.0, 1.0), (1, -5.0, 1.0),
    (2, 149.9, 0.0), (2, 150.0, 1.0),
])  # fmt: skip
def test_it_speaks_from_the_warning_on_and_plainly_at_the_critical_limit(kind: int, value: float, evidence: float):
    assert ROW.evidence(np.array([value]), np.array([kind], dtype=np.int16))[0] == pytest.approx(evidence)


def test_without_a_value_or_without_a_limit_nothing_is_read():
    found = ROW.evidence(np.array([np.nan, 145.0]), np.array([0, 3], dtype=np.int16))
    assert np.isnan(found).all()


def test_what_ships_sets_no_limit_for_a_signal_without_a_role():
    assert LIMITED == ()
