"""What a signal of an engine is, by its name, and what the physics says it hangs on: one row a role."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Role:
    """`words`: any of them in a name gives the role, the first row that fits wins. `hangs_on`: the roles it is
    predicted from; None: it is an input and not judged itself.

    `ratio`: what counts is its ratio (a tenth more at idle and at full load are alike), so it is taken as a logarithm.
    `held`: a controller holds it once it has come up, so it is held against its own highest level of the run.
    `slow`: heat capacity forbids a step. `in_air`: its sensor needs air that flows (evidence.py). `slack`: a factor on
    the limit of its level (not of its change within a run), where the level follows what is not measured.
    """

    name: str
    words: tuple[str, ...]
    hangs_on: tuple[str, ...] | None = None
    ratio: bool = False
    held: bool = False
    slow: bool = False
    in_air: bool = False
    slack: float = 1.0


ROLES: tuple[Role, ...] = (
    # a thermostat holds it: on real drives inputs add noise to a level that is flat already
    Role("coolant", ("coolant",), (), held=True, slow=True),
    # ambient air, warmed by the engine at low speed; its level follows the day
    Role(
        "intake", ("intake_air", "intake_temp"), ("ambient", "speed", "airflow", "rpm", "map", "coolant"),
        slow=True, in_air=True, slack=1.5,
    ),
    # speed-density: airflow = volumetric efficiency (rpm, MAP) x displacement x rpm x MAP / temperature
    Role("map", ("map_kpa", "manifold"), ("rpm", "airflow", "pedal", "timing", "speed", "coolant"), ratio=True),
    Role("airflow", ("maf", "load"), ("rpm", "map", "pedal", "timing", "speed", "coolant"), ratio=True),
    Role("vibration", ("vibration",), ("rpm", "speed", "airflow")),
    Role("rpm", ("rpm",), ratio=True),
    Role("speed", ("speed",)),
    Role("pedal", ("pedal", "throttle")),
    Role("timing", ("timing",)),
    Role("ambient", ("ambient",)),
)  # fmt: skip
PLAIN = Role("plain", (), ())


def roles_of(names: Sequence[str]) -> tuple[Role | None, ...]:
    """The role of each name, None where it has none."""
    return tuple(next((role for role in ROLES if any(word in name for word in role.words)), None) for name in names)


def inputs_of(roles: Sequence[Role | None]) -> NDArray[np.bool_]:
    """[signals, inputs] whether a signal is predicted from an input."""
    hangs_on = [(role.hangs_on or ()) if role is not None else () for role in roles]
    return np.array([[b is not None and b.name in on for b in roles] for on in hangs_on], dtype=bool)
