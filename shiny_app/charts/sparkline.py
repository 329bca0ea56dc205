"""A few values as the path of a small inline SVG: no axes, no image."""

from collections.abc import Sequence
from math import isfinite


def sparkline_path(values: Sequence[float], width: float, height: float) -> str:
    """The `d` of an SVG path through `values`, spread over [0, width] × [0, height] with the largest on top.

    A NaN (or infinity) is a gap, a value alone between two gaps a dot (it shows with round line caps), a constant
    series a line in the middle; nothing to draw is an empty string. One decimal.
    """
    finite = [value for value in values if isfinite(value)]
    if not finite:
        return ""
    low, high = min(finite), max(finite)
    across = width / max(len(values) - 1, 1)
    parts: list[str] = []
    pen_down = False
    for i, value in enumerate(values):
        if isfinite(value):
            y = (high - value) / (high - low) * height if high > low else height / 2
            parts.append(f"{'L' if pen_down else 'M'}{i * across:.1f} {y:.1f}")
            if not pen_down and not (i + 1 < len(values) and isfinite(values[i + 1])):
                parts.append("h0")
        pen_down = isfinite(value)
    return "".join(parts)
