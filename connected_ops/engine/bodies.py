"""Bodies of many rows on their way in: they wait in a bounded queue, and one slice after the other is taken of all of
them in turn, so that a burst neither holds the event loop nor lets one sender wait for all the others."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from connected_ops.engine.answers import Receipt
from connected_ops.engine.pipeline import Taken
from connected_ops.errors import Busy
from connected_ops.telemetry.block import SampleBlock, from_samples, joined
from connected_ops.telemetry.codec import Decoded, RowError
from connected_ops.telemetry.ids import same_unit
from connected_ops.telemetry.units import Owner

MOST_BYTES = 32 * 1024 * 1024  # of bodies that wait
RECORD_ROWS, RECORD_DEEP = 1000, 25  # rows of a record, and of one unit in it
READ_AT_ONCE = 16 * 1024  # a body this short is read as it comes: it costs less than its turn
TURNS_BETWEEN = 3  # turns of the event loop that everybody else has between two records

Decode = Callable[[bytes], Decoded]


@dataclass(slots=True)
class _Body:
    raw: bytes
    decode: Decode
    owner: Owner
    answer: asyncio.Future[Receipt]
    size: int
    receipt: Receipt = field(default_factory=Receipt)
    parts: deque[SampleBlock] = field(default_factory=deque)


class Bodies:
    """The bodies that wait. `take` takes a record of one owner and says what became of its rows, `unreadable` counts
    rows that are no samples. The emulator of this process sends one body at a time and is never turned away."""

    def __init__(
        self, take: Callable[[SampleBlock, Owner], Taken], unreadable: Callable[[list[RowError], Owner], None]
    ) -> None:
        self._take = take
        self._unreadable = unreadable
        self._unread: deque[_Body] = deque()
        self._ready: deque[_Body] = deque()
        self._bytes = 0
        self._turning = False

    def __len__(self) -> int:
        return len(self._unread) + len(self._ready)

    async def put(self, raw: bytes, decode: Decode, owner: Owner) -> Receipt:
        """What became of a body's rows, when the last of them is taken. Raises Busy where too much waits, and what
        `decode` raises."""
        if self._bytes and self._bytes + len(raw) > MOST_BYTES and owner is not Owner.EMULATOR:
            raise Busy("More waits here than can be taken at once; send this again in a moment.")
        body = _Body(raw, decode, owner, asyncio.get_running_loop().create_future(), len(raw))
        self._bytes += body.size
        if len(raw) <= READ_AT_ONCE:
            self._read(body)
        else:
            self._unread.append(body)
        if not self._turning and len(self):
            self._turning = True
            asyncio.get_running_loop().call_soon(self._turn, 0)
        return await body.answer

    def _turn(self, rest: int) -> None:
        loop = asyncio.get_running_loop()
        if rest:
            loop.call_soon(self._turn, rest - 1)
            return
        if self._unread:
            self._read(self._unread.popleft())
        if self._ready:
            self._apply(self._record())
        self._turning = len(self) > 0
        if self._turning:
            loop.call_soon(self._turn, TURNS_BETWEEN)

    def _read(self, body: _Body) -> None:
        """Turn the bytes of a body into the parts it is taken in."""
        try:
            decoded = body.decode(body.raw)
            block = from_samples(decoded.samples, decoded.rows)
        except Exception as error:  # noqa: BLE001 - it is the sender's to hear, and the queue goes on
            self._end(body, error)
            return
        body.raw = b""
        self._unreadable(decoded.errors, body.owner)
        body.receipt.add_unreadable(decoded.errors)
        body.receipt.ignored = decoded.ignored
        if not len(block):
            body.receipt.close()
            self._end(body, None)
            return
        body.parts.extend(parts(block))
        self._ready.append(body)

    def _record(self) -> list[_Body]:
        """The bodies of which the next record takes a part: of one owner, as many as it has room for, no unit in two
        of them."""
        chosen, rows, units = [self._ready.popleft()], 0, set[str]()
        while True:
            rows += len(chosen[-1].parts[0])
            units.update(map(same_unit, chosen[-1].parts[0].vehicle_ids))
            following = self._ready[0] if self._ready else None
            if following is None or following.owner is not chosen[0].owner:
                return chosen
            part = following.parts[0]
            if rows + len(part) > RECORD_ROWS or not units.isdisjoint(map(same_unit, part.vehicle_ids)):
                return chosen
            chosen.append(self._ready.popleft())

    def _apply(self, bodies: list[_Body]) -> None:
        taking = [body.parts.popleft() for body in bodies]
        try:
            taken = self._take(joined(taking), bodies[0].owner)
        except Exception as error:  # noqa: BLE001 - every waiting request must get its answer
            for body in bodies:
                self._end(body, error)
            return
        start = 0
        for body, part in zip(bodies, taking, strict=True):
            rows = slice(start, start := start + len(part))
            body.receipt.add(part, Taken(taken.verdict[rows], taken.fired[rows]))
            if body.parts:
                self._ready.append(body)
            else:
                body.receipt.close()
                self._end(body, None)

    def _end(self, body: _Body, error: Exception | None) -> None:
        self._bytes -= body.size
        if body.answer.done():  # whoever asked has gone
            return
        if error is None:
            body.answer.set_result(body.receipt)
        else:
            body.answer.set_exception(error)


def parts(block: SampleBlock) -> list[SampleBlock]:
    """A body's rows in parts that a record has room for, each unit's by time: so one written newest first does not come
    late to itself."""
    if len(block) <= RECORD_DEEP:
        return [block]
    numbers: dict[str, int] = {}
    unit = np.array([numbers.setdefault(same_unit(each), len(numbers)) for each in block.vehicle_ids])
    order = np.lexsort((block.ts, unit))
    counts = np.bincount(unit)
    rank = np.arange(len(block)) - np.repeat(np.cumsum(counts) - counts, counts)
    part = rank // RECORD_DEEP
    deep = (order[part == at] for at in range(int(part.max()) + 1))
    return [block.rows(rows[at : at + RECORD_ROWS]) for rows in deep for at in range(0, len(rows), RECORD_ROWS)]
