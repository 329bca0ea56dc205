"""Dollars, shares and quantities as people write them."""

from math import isfinite


def number(value: float) -> str:
    """A number with thousands apart and two decimals at most: 1,485 and 0.25."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isfinite(value) and abs(value) < 1e15 else f"{value:g}"


def written(value: float, uom: str) -> str:
    """A value with its unit as people write it: $1,485, $600 a day, 4 days, 55 %."""
    sign, text = "−" if value < 0 else "", number(abs(value))
    if uom.startswith("$"):
        return f"{sign}${text}" + {"$/day": " a day", "$/h": " an hour"}.get(uom, "")
    return f"{sign}{text} {'day' if uom == 'days' and value == 1 else uom}"


def dollars(value: float) -> str:
    """Whole dollars: $1,485, −$20."""
    return f"−${-value:,.0f}" if value < 0 else f"${value:,.0f}"


def percent(share: float) -> str:
    """A share as a percentage to 0.1: 49.5 %, 100 %."""
    return f"{share * 100:.1f}".removesuffix(".0") + " %"
