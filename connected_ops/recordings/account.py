"""What the reader says of a file: how it understood it, and what it left out, counted and with the first places."""

from collections import Counter, defaultdict

MOST_PLACES = 3
MOST_NAMED = 12


class Account:
    """Collects what is to be said of one file. `guessed` tells whether the file needed more than its own names."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.guessed = False
        self._said: list[str] = []
        self._lost: Counter[str] = Counter()
        self._places: defaultdict[str, list[str]] = defaultdict(list)

    def say(self, sentence: str, guessed: bool = True) -> None:
        """A sentence on how the file was understood."""
        self._said.append(sentence)
        self.guessed = self.guessed or guessed

    def lose(self, reason: str, place: str = "", count: int = 1) -> None:
        """So many cells or rows were left out for a reason, such as "line 7"."""
        self._lost[reason] += count
        if place and len(self._places[reason]) < MOST_PLACES:
            self._places[reason].append(place)

    @property
    def lost(self) -> int:
        """Cells and rows that were left out."""
        return self._lost.total()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it, first what was understood; empty where the file was read as it is, in its own names."""
        said = [f"{self.file}: {sentence}" for sentence in self._said]
        for reason, count in self._lost.items():
            places = self._places[reason]
            more = ", …" if len(places) < count and places else ""
            at = f" ({', '.join(places)}{more})" if places else ""
            said.append(f"{self.file}: left out {count:,} × {reason}{at}.")
        return tuple(said)


def listed(names: list[str], most: int = MOST_NAMED) -> str:
    """ "a, b, c and 4 more"."""
    plain = [" ".join(name.split()) for name in names[:most]]
    shown = [name if len(name) <= 40 else f"{name[:39]}…" for name in plain]
    left = len(names) - len(shown)
    return ", ".join(shown) + (f" and {left:,} more" if left else "")
