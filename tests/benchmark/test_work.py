"""Tasks over processes: their results in order, and what is heard of them."""

from functools import partial

import pytest

from connected_ops.benchmark.work import results


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_the_order_of_their_tasks_and_each_end_is_heard(processes):
    heard: list[str] = []
    tasks = [partial(pow, 2, exponent) for exponent in range(4)]
    assert results(tasks, processes, "Powers", heard.append) == [1, 2, 4, 8]
    assert heard == [f"Powers: {done} of 4" for done in (1, 2, 3, 4)]


def test_no_tasks_have_no_results():
    assert results([], 2, "Nothing", lambda text: None) == []
