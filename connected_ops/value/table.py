"""Every assumption of the value model: one frozen row each, with its range and who says so.

A source is a publication or the word "assumption"; where a range or one end of it is ours, the source says that too.
"""

from dataclasses import dataclass
from typing import Literal

from connected_ops.machines.files import MachinesError
from connected_ops.machines.mode import MODES
from connected_ops.machines.mode_rows import MoneyRow
from connected_ops.machines.unit_class import BY_KEY as CLASSES
from connected_ops.signals.limits import LIMITED

_FIRST_LAB = "the first Connected Ops Lab; range: assumption"
_BENCHMARK = "TMC/FleetNet benchmark, by freightwaves.com"
_MACK = "fleetequipmentmag.com (Mack), c. 2016; range: assumption"


@dataclass(frozen=True, slots=True)
class Assumption:
    """One number of the value model in `uom`: low <= base <= high, all within `least`..`most`, what it may be set to.

    `step` is its slider's; `year` that of the figure, None where it is not known.
    """

    key: str
    label: str
    group: str
    uom: str
    low: float
    base: float
    high: float
    least: float
    most: float
    step: float
    source: str = "assumption"
    year: int | None = None


_DAYS, _WORK, _ROAD = "A day without the machine", "Work in the shop", "Help on the spot"
_EARLY, _LATE = "Repair in time", "Repair after it failed"
_CHANCE, _HOLDS = "Chance of failing if ignored", "Cost of waiting where it holds: fuel, derate, wear"

_GROUPS = {"chance": (_CHANCE, "%"), "early": (_EARLY, "$"), "late": (_LATE, "$"), "holds": (_HOLDS, "$")}

# Of a signal past a limit that its class sets in a file, and no mode reads; only where one does.
_OF_LIMITS = {
    "chance": ("Chance of failing if ignored, past a limit", 15, 35, 55, 100, 1),
    "early": ("Early repair, past a limit", 200, 600, 1500, 20000, 50),
    "late": ("Late repair, past a limit", 1000, 3000, 6000, 50000, 100),
    "holds": ("Waiting where it holds, past a limit", 50, 150, 400, 10000, 10),
}


def _of_modes(what: Literal["chance", "early", "late", "holds"]) -> tuple[Assumption, ...]:
    """One row a price of the modes' files."""
    group, uom = _GROUPS[what]
    found: list[Assumption] = []
    for mode in MODES:
        for key, price in mode.row.prices.items():
            row: MoneyRow = getattr(price, what)
            found.append(
                Assumption(
                    f"{what}_{key}", row.label, group, uom, *row.range, 0, row.most, row.step, row.source, row.year
                )
            )
    if LIMITED:
        label, low, base, high, most, step = _OF_LIMITS[what]
        found.append(Assumption(f"{what}_limits", label, group, uom, low, base, high, 0, most, step))
    return tuple(found)


ASSUMPTIONS: tuple[Assumption, ...] = (
    *_of_modes("chance"),
    Assumption("day_vehicle", "A vehicle's day of downtime", _DAYS, "$/day", 448, 600, 760, 0, 5000, 10,
               "gettread.com, true cost of fleet downtime"),
    Assumption("day_car", "A car's day of downtime (rental)", _DAYS, "$/day", 50, 75, 120, 0, 1000, 5),
    Assumption("day_excavator", "Rental of a replacement excavator", _DAYS, "$/day", 600, 800, 1100, 0, 10000, 10),
    Assumption("day_genset", "Rental of a replacement genset", _DAYS, "$/day", 350, 500, 800, 0, 10000, 10),
    Assumption("unplanned_days", "Days down after it failed", _DAYS, "days", 3, 4, 5, 0, 30, 0.5, _MACK, 2016),
    Assumption("planned_days", "Days down for a repair in time", _DAYS, "days", 0.25, 0.5, 0.75, 0, 30, 0.25),
    Assumption("extra_days", "Extra days down without time to plan", _DAYS, "days", 0.25, 0.5, 0.75, 0, 30, 0.25),
    Assumption("plan_hours", "Time needed to plan a stop", _DAYS, "h", 12, 24, 36, 0, 336, 1),
    Assumption("labour", "Labour, on wrench hours only", _WORK, "$/h", 130, 150, 170, 0, 500, 5, _FIRST_LAB),
    Assumption("hours_early", "Wrench hours of a repair in time", _WORK, "h", 0.9, 1.1, 1.4, 0, 40, 0.1,
               f"{_BENCHMARK}; range: assumption", 2020),
    Assumption("hours_late", "Wrench hours after it failed", _WORK, "h", 3, 3.5, 4, 0, 80, 0.1, _MACK, 2016),
    Assumption("callout", "Mechanic called to the roadside or site", _ROAD, "$", 450, 491, 550, 0, 5000, 1,
               f"{_BENCHMARK}; low: Q4 2019, high: assumption", 2020),
    Assumption("tow", "Tow", _ROAD, "$", 1200, 1485, 1800, 0, 10000, 5, f"{_BENCHMARK}; range: assumption", 2020),
    Assumption("tow_share", "Breakdowns that end in a tow", _ROAD, "%", 40, 50, 60, 0, 100, 1),
    Assumption("help_car", "Roadside help or tow of a car", _ROAD, "$", 150, 200, 300, 0, 2000, 10),
    *_of_modes("early"),
    *_of_modes("late"),
    *_of_modes("holds"),
)  # fmt: skip
BY_KEY: dict[str, Assumption] = {row.key: row for row in ASSUMPTIONS}

for _class in CLASSES.values():
    for _key in (_class.day, *_class.help):
        if _key not in BY_KEY:
            raise MachinesError(
                f"The machines' class {_class.key} names the assumption {_key!r}, and there is none of that name; known"
                f" are {', '.join(BY_KEY)}."
            )
