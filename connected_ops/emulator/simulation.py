"""The running emulator behind the door: what feeds it, and the controls that a page or a client may press."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from connected_ops.emulator.aggregates import Aggregates
from connected_ops.emulator.faults import BY_KIND
from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.task import EmulatorTask
from connected_ops.errors import NotOffered, UnknownAnomaly, UnknownUnit
from connected_ops.guards.keys import SOURCE_MARK
from connected_ops.lab import Lab
from connected_ops.labs import Labs
from connected_ops.read_model import Answer, FaultOffer, InjectedFault, Work
from connected_ops.telemetry.units import SIMULATED_OWNERS, Owner

FIRST_CHOICE = "corolla_2019"


class _Controls:
    """What the buttons do with or without an emulator: people's work, and the reset."""

    def __init__(self, labs: Labs) -> None:
        self._labs = labs
        self._begun: set[asyncio.Task[None]] = set()
        self._reset: asyncio.Task[None] | None = None

    async def reset_all(self) -> None:
        """A reset that waits or runs already serves whoever asks meanwhile."""
        if self._reset is None or self._reset.done():
            self._reset = self._begin(self._renew())
        await asyncio.shield(self._reset)

    async def _renew(self) -> None:
        async with self._labs.renewed():
            pass

    def _begin(self, what: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """It goes to its end also where the page that asked closes: half a past is no unit."""
        begun = asyncio.create_task(what)
        self._begun.add(begun)
        begun.add_done_callback(self._begun.discard)
        return begun

    async def work(self, episode_id: str, asked: Work) -> Answer:
        return self._labs.work(episode_id, asked)

    async def service_done(self, vehicle_id: str) -> Answer:
        return self._labs.lab_of(vehicle_id).intake.service_done(vehicle_id)

    async def undo_service(self, vehicle_id: str) -> Answer:
        return self._labs.lab_of(vehicle_id).intake.undo_service(vehicle_id)


class Simulation(_Controls):
    """An emulator wired to the door of two labs. Implements the page's `Controls` and the API's `Anomalies`."""

    def __init__(self, emulator: Emulator, labs: Labs, root: ASGIApp, clock: Callable[[], float]) -> None:
        super().__init__(labs)
        self._emulator = emulator
        self._clock = clock
        transport = httpx.ASGITransport(_marked(root), raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        self.task = EmulatorTask(emulator, self._post, clock, renewed=self._renewed, reborn=self._reborn)
        labs.reserve(list(emulator.vehicle_ids))

    async def _post(self, body: bytes) -> None:
        answer = await self._client.post("/api/telemetry", content=body, headers={"Content-Type": "application/json"})
        answer.raise_for_status()

    @asynccontextmanager
    async def _renewed(self) -> AsyncIterator[None]:
        """A new simulated lab, whose units have their 14 days."""
        async with self._labs.renewed() as lab:
            past = await asyncio.to_thread(self._emulator.aggregates)
            for row, vehicle_id in enumerate(self._emulator.vehicle_ids):
                self._adopt(lab, vehicle_id, past, row)
                await asyncio.sleep(0)  # of a large fleet all at once would hold the loop for seconds
            yield

    @asynccontextmanager
    async def _reborn(self, vehicle_id: str, past: Aggregates) -> AsyncIterator[None]:
        """One unit forgotten and given another 14 days; pages keep its last picture meanwhile."""
        lab = self._labs.simulated
        async with lab.still:
            lab.read_model.keep(vehicle_id)
            lab.intake.forget_emulated(vehicle_id)
            self._adopt(lab, vehicle_id, past, 0)
            yield

    def _adopt(self, lab: Lab, vehicle_id: str, past: Aggregates, row: int) -> None:
        pasts = (
            (past.half_minute_start, past.half_minute_values[row]),
            (past.half_hour_start, past.half_hour_values[row]),
        )
        lab.intake.adopt(vehicle_id, self._emulator.class_of(vehicle_id).key, Owner.EMULATOR, pasts)

    async def start(self, kind: str, vehicle_id: str | None, hold_s: float | None) -> str:
        if vehicle_id is None:
            units = self._emulator.vehicle_ids
            vehicle_id = FIRST_CHOICE if FIRST_CHOICE in units else units[0]
        vehicle_id = self._labs.simulated.register.spelling(vehicle_id)
        if vehicle_id not in self._emulator.vehicle_ids:
            owner = self._labs.simulated.register.owner_of(vehicle_id)
            if owner is None:
                raise UnknownUnit("No unit with that vehicle_id is known here.")
            whose = "another sender's simulation" if owner in SIMULATED_OWNERS else "a real machine"
            raise NotOffered(f"{vehicle_id} is {whose}: anomalies act on this emulator's units only.")
        self._reset = None  # who asks for a reset after this means this too
        await asyncio.shield(self._begin(self.task.inject(kind, vehicle_id, hold_s)))
        return vehicle_id

    def stats(self) -> dict[str, int]:
        return self._emulator.stats()

    async def _renew(self) -> None:
        await self.task.reset(self._clock())

    def simulated_units(self) -> Sequence[str]:
        return self._emulator.vehicle_ids

    def offers(self, vehicle_id: str) -> Sequence[FaultOffer]:
        return self._emulator.offers(vehicle_id) if vehicle_id in self._emulator.vehicle_ids else ()

    def injected(self, vehicle_id: str) -> Sequence[InjectedFault]:
        return self._emulator.injected(vehicle_id)

    async def inject(self, kind: str, vehicle_id: str | None = None, hold_s: float | None = None) -> Answer:
        """Without `hold_s` a button holds a fault for as long as its row says."""
        fault = BY_KIND.get(kind)
        if hold_s is None and fault:
            hold_s = fault.default_hold_s
        try:
            unit = await self.start(kind, vehicle_id, hold_s)
        except (UnknownAnomaly, UnknownUnit, NotOffered) as error:
            return Answer(False, str(error))
        held = "until a reset" if hold_s is None else f"for {hold_s:.0f} s"
        return Answer(True, f"{BY_KIND[kind].label} on {unit} {held}.")

    async def reset(self) -> Answer:
        await self.reset_all()
        return Answer(True, "Reset: all simulated units start anew; real units stay as they are.")


class NoSimulation(_Controls):
    """Stands in where the emulator is off; what others simulate can still be purged."""

    _sentence = "The emulator is off here; start the demo to inject faults."

    async def start(self, kind: str, vehicle_id: str | None, hold_s: float | None) -> str:
        raise NotOffered(self._sentence)

    def stats(self) -> dict[str, int]:
        return {}

    def simulated_units(self) -> Sequence[str]:
        return ()

    def offers(self, vehicle_id: str) -> Sequence[FaultOffer]:
        return ()

    def injected(self, vehicle_id: str) -> Sequence[InjectedFault]:
        return ()

    async def inject(self, kind: str, vehicle_id: str | None = None, hold_s: float | None = None) -> Answer:
        return Answer(False, self._sentence)

    async def reset(self) -> Answer:
        return Answer(False, self._sentence)


def _marked(app: ASGIApp) -> ASGIApp:
    """The app as the emulator reaches it: a mark in the scope that no header from outside can forge."""

    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {SOURCE_MARK: "simulated"}}, receive, send)

    return marked
