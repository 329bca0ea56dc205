"""What lies between the door and the page, as one object: a backtest or a test is just another one."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from connected_ops.engine.assessment import DEFAULTS, Columns, assess, gather
from connected_ops.engine.intake import Intake
from connected_ops.engine.outlook import Outlook
from connected_ops.engine.pipeline import Pipeline
from connected_ops.errors import ConnectedOpsError
from connected_ops.machines.unit_class import Unit
from connected_ops.read_model import Answer, Work
from connected_ops.telemetry.ids import same_unit
from connected_ops.telemetry.units import UnitRegister
from connected_ops.validation.counts import Counts
from connected_ops.value.assumptions import Assumptions
from connected_ops.views.live import LiveReadModel

MIN_PERIOD_S = 0.25
IDLE_PERIOD_S = 1.0  # freshness changes even when nothing arrives
REST = 4.0  # rest at least so many times as long as the last assessment took
MOST_REST_S = 1.0  # on a busy machine an assessment waits long for its turn, and pages must not wait four times that
OFF_LOOP_S = 0.005


class Lab:
    """A fleet's state, its door and its read model. `clock` gives Unix seconds; `assumptions` price the decisions;
    `episodes` begins each episode's id, `said` is what a file says of single units. Whoever makes a unit anew holds
    `still`: half of one is no picture."""

    def __init__(
        self,
        *,
        units: int,
        window: int = 600,
        clock: Callable[[], float] = time.time,
        assumptions: Assumptions = DEFAULTS,
        episodes: str = "e",
        said: Mapping[str, Unit] | None = None,
    ) -> None:
        self.clock = clock
        self.pipeline = Pipeline(units, window, episodes)
        of_files = {same_unit(each): unit for each, unit in (said or {}).items()}
        self.register = UnitRegister(units, self.pipeline.clear, said=of_files)
        self.outlook = Outlook(self.pipeline, self.register)
        self.assumptions = assumptions
        self._news = asyncio.Event()
        self.intake = Intake(self.pipeline, self.register, clock, self._news.set)
        self.read_model = LiveReadModel(self.intake, self.outlook, assumptions, clock())
        self.assess_s = 0.0
        self.still = asyncio.Lock()

    def assess(self) -> None:
        """One assessment, here and now."""
        reading = self._reading()
        self.read_model.publish(reading[0], assess(*reading))

    def work(self, episode_id: str, asked: Work) -> Answer:
        """Acknowledge, silence or note an episode, or take that back."""
        try:
            episode, said = self.pipeline.episodes.work(episode_id, asked, self.clock())
        except ConnectedOpsError as error:
            return Answer(False, str(error))
        self._news.set()
        return Answer(True, said.format(unit=self.register.vehicle_id[episode.unit]))

    def queues(self) -> Mapping[str, int]:
        """How much waits where, by a name for people."""
        return {"samples to judge": self.intake.waiting, "rows to remember": self.pipeline.history.waiting}

    def _reading(self) -> tuple[Columns, Counts, float, int, Assumptions]:
        """What the next assessment reads: a copy, taken on the event loop."""
        columns = gather(self.pipeline, self.register, self.outlook, self.intake.service)
        return columns, self.intake.counts, self.clock(), self.read_model.sequence + 1, self.assumptions

    async def run(self) -> None:
        """Assess as long as it runs."""
        while True:
            await self.turn()

    async def turn(self) -> None:
        """Wait for new data, a second at most; assess, heavy ones in a thread; rest four times as long as that took,
        250 ms to 1 s."""
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_PERIOD_S):  # wait_for loses a stop that comes with news (Python 3.11)
                await self._news.wait()
        async with self.still:
            await self.look(in_thread=self.assess_s > OFF_LOOP_S)
        await asyncio.sleep(max(MIN_PERIOD_S, min(MOST_REST_S, REST * self.assess_s)))

    async def look(self, *, in_thread: bool = True) -> None:
        """One assessment, off the event loop if asked."""
        self._news.clear()
        began = time.perf_counter()
        reading = self._reading()
        snapshot = await asyncio.to_thread(assess, *reading) if in_thread else assess(*reading)
        self.read_model.publish(reading[0], snapshot)
        self.assess_s = time.perf_counter() - began
