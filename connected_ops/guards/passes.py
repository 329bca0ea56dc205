"""Proofs of a sign-in: a signed word for a browser's cookie, and the link that gives out the first one."""

import hmac
import secrets
import time
from collections.abc import Callable

LIFE_S = 12 * 3600
MOST_ENDED = 1024
RANDOM_BYTES = 18


class Passes:
    """The proofs of one process: its secret goes with it, and so does every sign-in. `clock` gives Unix seconds."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._ended: dict[str, None] = {}
        self.token = secrets.token_urlsafe(RANDOM_BYTES)
        self._used = False

    def issue(self) -> str:
        """A proof that holds for twelve hours: letters, digits, `-`, `_` and dots."""
        word = f"{int(self._clock()) + LIFE_S}.{secrets.token_urlsafe(RANDOM_BYTES)}"
        return f"{word}.{self._signature(word)}"

    def holds(self, given: str) -> bool:
        """Whether that is a proof of this process which has not run out or been ended. Never raises."""
        word, _, signature = given.rpartition(".")
        if not hmac.compare_digest(self._signature(word).encode(), signature.encode("utf-8", "replace")):
            return False
        return self._clock() < int(word.partition(".")[0]) and word not in self._ended

    def end(self, given: str) -> None:
        """Let that proof hold no more, in any browser that has it. Of the ended ones 1,024 are remembered."""
        if self.holds(given):
            while len(self._ended) >= MOST_ENDED:
                del self._ended[next(iter(self._ended))]
            self._ended[given.rpartition(".")[0]] = None

    def redeem(self, given: str) -> bool:
        """Whether that is the token of the link, which is good once."""
        if self._used or not hmac.compare_digest(self.token.encode(), given.encode("utf-8", "replace")):
            return False
        self._used = True
        return True

    def _signature(self, word: str) -> str:
        return hmac.new(self._secret, word.encode("utf-8", "replace"), "sha256").hexdigest()
