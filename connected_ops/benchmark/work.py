"""Independent tasks over a few processes, one core each."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
Progress = Callable[[str], None]

PROCESSES = 2
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")  # a linear algebra's own threads would fight over the cores


def results(tasks: Sequence[Callable[[], T]], processes: int, what: str, progress: Progress) -> list[T]:
    """What the tasks return, in their order; 1 process is this one. `progress` hears of each that ends."""
    found: dict[int, T] = {}
    for at, result in _done(tasks, processes):
        found[at] = result
        progress(f"{what}: {len(found)} of {len(tasks)}")
    return [found[at] for at in range(len(tasks))]


def _done(tasks: Sequence[Callable[[], T]], processes: int) -> Iterator[tuple[int, T]]:
    if processes == 1 or len(tasks) < 2:
        yield from ((at, task()) for at, task in enumerate(tasks))
        return
    os.environ |= {name: "1" for name in _THREADS if name not in os.environ}
    with ProcessPoolExecutor(min(processes, len(tasks)), mp_context=get_context("spawn")) as pool:
        places = {pool.submit(task): at for at, task in enumerate(tasks)}
        for future in as_completed(places):
            yield places[future], future.result()
