"""Slowing whoever guesses at the key, by the address they come from."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

FREE_TRIES = 5
LONGEST_WAIT_S = 60.0
FORGOTTEN_S = 900.0
MOST_ADDRESSES = 1024


@dataclass(slots=True)
class _Tries:
    wrong: int
    until: float  # nothing of that address is tried before
    at: float


class Brake:
    """Counts wrong keys by address: from the fifth on an address waits 1 s, then 2, 4 … to 60, in which nothing it
    sends is tried, the right key neither. A right key and a quarter of an hour of peace forget them.

    An address is an IPv6 network of 64 bits, which is what one client has. 1,024 are kept; another one takes the place
    of whoever was wrong longest ago. `clock` gives seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: dict[str, _Tries] = {}

    def wait_s(self, address: str) -> float:
        """How long that address has to wait; 0 where its next key is tried."""
        if not self._tries:
            return 0.0
        tries = self._tries.get(_one_clients(address))
        return 0.0 if tries is None else max(0.0, tries.until - self._clock())

    def wrong(self, address: str) -> None:
        """A key from there was wrong."""
        whose, now = _one_clients(address), self._clock()
        before = self._tries.pop(whose, None)
        wrong = 1 if before is None or now - before.at > FORGOTTEN_S else before.wrong + 1
        wait = 0.0 if wrong < FREE_TRIES else min(LONGEST_WAIT_S, 2.0 ** min(wrong - FREE_TRIES, 30))
        while len(self._tries) >= MOST_ADDRESSES:
            del self._tries[next(iter(self._tries))]
        self._tries[whose] = _Tries(wrong, now + wait, now)

    def right(self, address: str) -> None:
        """A key from there was right."""
        if self._tries:
            self._tries.pop(_one_clients(address), None)


def _one_clients(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return found.exploded[:19]
    return address
