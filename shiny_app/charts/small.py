"""Small charts as parts of an inline SVG: a few lines over one band and one limit, no axes, no image. All pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 300.0, 60.0
"""The box that everything is drawn in; it is stretched to the room there is."""

BINS = 60
BRIDGED_S, BRIDGED_SHARE = 90.0, 1 / 14
"""A line goes on over such a pause: units report at 1, 2 or 60 s; or over such a share of it, a night of 14 days."""

MOST_REACH = 2.5
"""A limit further off than so many times what is drawn is left out: it would flatten the line."""

PAD = 0.08

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Small:
    """What is drawn: the `d` of each line's path, the band's top and height, the limit's height in the box; None where
    there is none."""

    paths: tuple[str, ...]
    band: tuple[float, float] | None
    limit: float | None


def binned(ts: Floats, values: Floats, until: float, span_s: float, bins: int = BINS) -> Floats:
    """[bins] means over the `span_s` seconds up to `until`, oldest first, NaN where nothing was: of [m] `values` at
    `ts` in Unix seconds.

    Bins stand on a fixed grid, and one of seconds that is still running is left out, so that a drawing rests between.
    """
    width = span_s / bins
    last = floor(until / width) - (1 if width < 60.0 else 0)
    at = np.floor_divide(ts, width) - (last - bins + 1)
    known = np.isfinite(values) & (at >= 0) & (at < bins)
    place = at[known].astype(np.int64)
    total, heard = np.bincount(place, values[known], minlength=bins), np.bincount(place, minlength=bins)
    return np.divide(total, heard, out=np.full(bins, np.nan), where=heard > 0)


def course(ts: Floats, values: Floats, at: float, span_s: float) -> Floats:
    """`binned` up to a unit's newest sample, or, `at` a later time, to the bin after it."""
    if not ts.size:
        return np.full(BINS, np.nan)
    newest = float(ts[-1])
    return binned(ts, values, newest + min(max(at - newest, 0.0), span_s / BINS), span_s)


def small_chart(lines: Sequence[Floats], band: tuple[float, float] | None, limit: float | None, span_s: float) -> Small:
    """Lines of equally spaced values over `span_s` seconds on one scale, which holds them all, the band, and the limit
    if it is within reach."""
    held = np.concatenate([*lines, np.array(band or (), np.float64)])
    held = held[np.isfinite(held)]
    if not held.size:
        return Small(tuple("" for _ in lines), None, None)
    low, high = float(held.min()), float(held.max())
    reach = MOST_REACH * max(high - low, 1e-9)
    shown = limit if limit is not None and low - reach <= limit <= high + reach else None
    low, high = (low, high) if shown is None else (min(low, shown), max(high, shown))
    room = PAD * (high - low) or 1.0
    low, high = low - room, high + room

    def y(value: float) -> float:
        return round((high - value) / (high - low) * HEIGHT, 1)

    top = None if band is None else (y(band[1]), round(y(band[0]) - y(band[1]), 1))
    return Small(tuple(_path(line, y, span_s) for line in lines), top, None if shown is None else y(shown))


def _path(line: Floats, y: Callable[[float], float], span_s: float) -> str:
    """The `d` through the known values; a value alone is a dot (round line caps show it)."""
    across = WIDTH / max(len(line) - 1, 1)
    bridged = round(max(BRIDGED_S * len(line) / span_s, BRIDGED_SHARE * len(line), 1))
    known = np.flatnonzero(np.isfinite(line)).tolist()
    parts: list[str] = []
    for before, here, after in zip([None, *known], known, [*known[1:], None], strict=False):
        joined = before is not None and here - before <= bridged
        alone = not joined and (after is None or after - here > bridged)
        parts.append(f"{'L' if joined else 'M'}{here * across:.1f} {y(float(line[here])):g}{'h0' if alone else ''}")
    return "".join(parts)
