"""The words of machines' episodes: one frozen row for each indicator that can lead one, out of the files of modes."""

from dataclasses import dataclass

from connected_ops.machines.mode import INDICATORS, Indicator
from connected_ops.machines.mode_rows import Urgency, WordsRow
from connected_ops.machines.said import said
from connected_ops.signals.limits import LIMITED

URGENCIES: dict[Urgency, str] = {
    "now": "Now: stop safely",
    "today": "Today",
    "days": "Within days",
    "service": "At the next service",
}
OVER = "Over: check it at the next service"


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of a machine's episode led by `key`; `still` rows replace it for machines that work in one place,
    `near` ones while its value has not reached the warning.

    `cause` is why it matters and what it may be, `check` what to look at, `advice` what to do, `urgency` how soon.
    """

    key: str
    title: str
    cause: str
    check: str
    advice: str
    urgency: str
    still: bool = False
    near: bool = False


def _row(of: Indicator, *words: WordsRow, still: bool = False, near: bool = False) -> Row:
    """The row of an indicator: of `words` the later say what the earlier said otherwise."""

    def told(name: str) -> str:
        return next(text for each in reversed(words) if (text := getattr(each, name)) is not None)

    urgency = next(text for key, text in URGENCIES.items() if key == told("urgency"))
    title, cause, check, advice = (said(told(name)) for name in ("title", "cause", "check", "advice"))
    return Row(of.key, title, cause, check, advice, urgency, still, near)


def _rows(of: Indicator) -> tuple[Row, ...]:
    plain, row = of.row.words, of.row
    found = (_row(of, plain), _row(of, plain, row.still, still=True))
    if row.near is None:
        return found
    return (
        *found,
        _row(of, plain, row.near, near=True),
        _row(of, plain, row.near, row.near_still, still=True, near=True),
    )


ROWS: tuple[Row, ...] = (
    *(row for each in INDICATORS for row in _rows(each)),
    *(
        Row(
            row.key, f"{row.label} {'over' if row.worse > 0 else 'under'} its limit",
            "It has passed a limit that its class or its own file sets; no failure mode here knows why.",
            "What the maker says of this limit, then the sensor against a hand instrument.",
            "Take the load off and have it looked at; stop it where the maker says so.",
            URGENCIES["today"], still,
        )
        for row in LIMITED
        for still in (False, True)
    ),
)  # fmt: skip
