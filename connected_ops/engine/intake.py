"""The door of a lab: decode, own, validate, take, count. Every sample comes through here, whoever sends it; only the
means that a simulated unit is born with are adopted as they are."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np
from numpy.typing import NDArray

from connected_ops.engine.answers import PLAIN, Receipt, Told, field_of, reasons, rejecting
from connected_ops.engine.bodies import Bodies, Decode
from connected_ops.engine.pipeline import Pipeline, Taken
from connected_ops.errors import Busy, ConnectedOpsError, FleetFull
from connected_ops.machines import catalog, unit_class
from connected_ops.read_model import Answer
from connected_ops.risk.service import ServiceLog
from connected_ops.telemetry.block import SampleBlock, from_samples
from connected_ops.telemetry.codec import RowError
from connected_ops.telemetry.sample import Sample
from connected_ops.telemetry.units import Owner, UnitRegister
from connected_ops.validation.counts import Counts
from connected_ops.validation.quarantine import Quarantine, Quarantined
from connected_ops.validation.rules import (
    BIT,
    OLDEST_S,
    REJECTED,
    VERDICT_NAMES,
    WHOLE,
    WIDTH,
    Fired,
    fired_rules,
    sentence,
    whole,
)

MOST_WAITING = 64  # single samples; so many wait for no more


class SourceConflict(ConnectedOpsError):
    """The vehicle_id belongs to another source."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    sample: Sample
    owner: Owner
    answer: asyncio.Future[Told]


class Intake:
    """The door of one lab. `clock` gives Unix seconds; `notify` is called once after each block that was taken."""

    def __init__(
        self, pipeline: Pipeline, register: UnitRegister, clock: Callable[[], float], notify: Callable[[], None]
    ) -> None:
        self.pipeline = pipeline
        self.register = register
        self.counts = Counts()
        self.quarantine = Quarantine()
        self.service = ServiceLog()
        self._clock = clock
        self._notify = notify
        self._waiting: list[_Waiting] = []
        self._bodies = Bodies(self.take, self._count_unreadable)

    @property
    def waiting(self) -> int:
        """Single samples that wait for a turn of the event loop that brings no more, and bodies of many."""
        return len(self._waiting) + len(self._bodies)

    async def take_one(self, sample: Sample, owner: Owner) -> Told:
        """Take one sample and say what became of it. Raises SourceConflict and FleetFull. Samples of neighbouring
        turns of the event loop are taken together: a step of 16 costs little more than one of 1."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._flush, 0)
        waiting = _Waiting(sample, owner, loop.create_future())
        self._waiting.append(waiting)
        return await waiting.answer

    async def take_many(self, body: bytes, decode: Decode, owner: Owner) -> Receipt:
        """Take the rows that `decode` finds in a body, good ones beside bad ones. Raises Busy where too much waits, and
        what `decode` raises."""
        try:
            return await self._bodies.put(body, decode, owner)
        except Busy:
            self.counts.turned_away += 1
            raise

    def take(self, block: SampleBlock, owner: Owner) -> Taken:
        """Take a block of one owner, now; refused rows carry the bit of the rule that refused them."""
        now = self._clock()
        place, refused = self._places(block, owner, now)
        verdict = np.full(len(block), REJECTED, dtype=np.uint8)
        fired = np.zeros((len(block), WIDTH), dtype=np.uint16)
        fired[:, WHOLE] = refused
        good = np.flatnonzero(refused == 0)
        if len(good):
            unit = place[good]
            taken = self.pipeline.take(unit, self.register.unit_class[unit], block.ts[good], block.values[good], now)
            verdict[good], fired[good] = taken.verdict, taken.fired
        self.counts.add(owner, verdict, fired, now)
        for row in np.flatnonzero(verdict == REJECTED):
            self._quarantine(block, int(row), fired[row], owner, now)
        self._notify()
        return Taken(verdict, fired)

    def refuse(self) -> None:
        """Count a body of which nothing could be read."""
        self.counts.refused += 1

    def adopt(self, vehicle_id: str, kind: str, owner: Owner, pasts: Sequence[tuple[NDArray, NDArray]]) -> None:
        """Register a unit that is born with a past: for each tier its bucket starts [m] and means [m, signals]."""
        place = self.register.add(vehicle_id, unit_class.INDEX[kind], owner, self._clock())
        for tier, (start, means) in zip(self.pipeline.history.tiers, pasts, strict=True):
            tier.adopt(place, start, means)

    def forget_emulated(self, vehicle_id: str) -> None:
        """Forget one unit of this process's own emulator, which is about to be born anew."""
        place = self.register.index.get(vehicle_id)
        if place is not None and self.register.owner[place] == Owner.EMULATOR:
            self.register.remove(place)

    def service_done(self, vehicle_id: str) -> Answer:
        """Somebody has serviced a unit, at its newest engine hours."""
        place = self.register.place_of(vehicle_id)
        hours = nan if place is None else float(self.pipeline.known.value[place, catalog.HOURS])
        if place is None or not isfinite(hours):
            return Answer(False, f"{vehicle_id} has sent no engine hours, and a service counts from those.")
        if self.service.last((vehicle_id,))[0] == hours:
            return Answer(False, f"Service of {vehicle_id} is logged at {hours:,.1f} h already.")
        self.service.done(vehicle_id, float(self.pipeline.known.newest[place]), hours)
        self._notify()
        return Answer(True, f"Service of {vehicle_id} logged at {hours:,.1f} h.")

    def undo_service(self, vehicle_id: str) -> Answer:
        """Take the newest logged service of a unit back."""
        undone = self.service.undo(vehicle_id)
        if undone is None:
            return Answer(False, f"No service of {vehicle_id} is logged.")
        self._notify()
        return Answer(True, f"The service at {undone.hours:,.1f} h is taken back.")

    def _flush(self, before: int) -> None:
        if before < len(self._waiting) < MOST_WAITING:  # a turn that brought more may be followed by another one
            asyncio.get_running_loop().call_soon(self._flush, len(self._waiting))
            return
        waiting, self._waiting = self._waiting, []
        for owner in {one.owner for one in waiting}:
            mine = [one for one in waiting if one.owner is owner]
            samples = [one.sample for one in mine]
            block = from_samples(samples)
            try:
                taken = self.take(block, owner)
            except Exception as error:  # noqa: BLE001 - every waiting request must get its answer
                for one in mine:
                    if not one.answer.done():
                        one.answer.set_exception(error)
                continue
            said = set(np.flatnonzero(taken.fired.any(axis=1)).tolist())
            for row, (one, verdict) in enumerate(zip(mine, taken.verdict.tolist(), strict=True)):
                if one.answer.done():
                    continue
                if row in said:
                    _answer(one.answer, verdict, taken.fired[row], block.values[row])
                else:
                    one.answer.set_result(PLAIN[verdict])

    def _places(self, block: SampleBlock, owner: Owner, now: float) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
        """[n] places of the rows' units, new ones made, and [n] the bit of the rule that refuses a row, or 0."""
        register, index, ids = self.register, self.register.index, block.vehicle_ids
        place = np.array([index.get(vehicle_id, -1) for vehicle_id in ids], dtype=np.int64)
        for row in np.flatnonzero(place < 0).tolist():  # new here, or spelled as it was not before
            ids[row] = register.spelling(ids[row])
            place[row] = index.get(ids[row], -1)
        refused = np.zeros(len(block), dtype=np.uint16)
        if block.bare is not None:
            refused[block.bare] = BIT["no_signal"]
        if owner is Owner.LIVE:
            refused[block.ts < now - OLDEST_S] = BIT["too_old"]
        refused[(place >= 0) & (register.owner[place] != owner)] = BIT["source_conflict"]
        register.last_arrival[place[(place >= 0) & (refused == 0)]] = now  # who speaks now makes no room in this block
        for row in np.flatnonzero((place < 0) & (refused == 0)):
            vehicle_id = ids[row] = register.spelling(ids[row])
            known = register.owner_of(vehicle_id)
            if known is not None and known is not owner:
                refused[row] = BIT["source_conflict"]
            elif vehicle_id in index:
                place[row] = index[vehicle_id]
            else:
                named = int(block.unit_class[row])
                try:
                    place[row] = register.add(vehicle_id, unit_class.UNKNOWN if named < 0 else named, owner, now)
                except FleetFull:
                    refused[row] = BIT["fleet_full"]
        named = (block.unit_class >= 0) & (refused == 0) & ~register.class_stands[place]
        register.unit_class[place[named]] = block.unit_class[named]
        return place, refused

    def _count_unreadable(self, errors: list[RowError], owner: Owner) -> None:
        if not errors:
            return
        now, count = self._clock(), len(errors)
        self.counts.add(owner, np.full(count, REJECTED, dtype=np.uint8), whole("malformed", count), now)
        for error in errors:
            self.quarantine.add(Quarantined(now, "", owner, None, "malformed", error.field, error.reason))

    def _quarantine(self, block: SampleBlock, row: int, fired: Fired, owner: Owner, now: float) -> None:
        rule = rejecting(fired)
        values = block.values[row]
        shown = tuple((key, v) for key, v in zip(catalog.KEYS, values.tolist(), strict=True) if isfinite(v))
        self.quarantine.add(
            Quarantined(
                now, block.vehicle_ids[row], owner, float(block.ts[row]), rule.kind, field_of(rule),
                sentence(rule, values), shown,
            )
        )  # fmt: skip


def _answer(answer: asyncio.Future[Told], verdict: int, fired: Fired, values: NDArray[np.float64]) -> None:
    """Answer one sample on which rules fired."""
    refused = int(fired[WHOLE])
    if refused & int(BIT["source_conflict"]):
        answer.set_exception(SourceConflict(_text("source_conflict")))
    elif refused & int(BIT["fleet_full"]):
        answer.set_exception(FleetFull(_text("fleet_full")))
    else:
        answer.set_result(Told(VERDICT_NAMES[verdict], reasons(fired, values)))


def _text(kind: str) -> str:
    return next(fired_rules(whole(kind, 1)[0])).sentence
