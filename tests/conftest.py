"""Shared by the rooms' tests: a bench, which is a small lab with a clock that the test sets, and a pair of labs."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from connected_ops.engine.intake import Intake
from connected_ops.lab import Lab
from connected_ops.labs import Labs
from connected_ops.read_model import BANDS, ReadModel
from connected_ops.telemetry import codec
from connected_ops.telemetry.block import from_samples
from connected_ops.telemetry.units import Owner
from connected_ops.validation.rules import VERDICT_NAMES, fired_rules
from tests.tabs import browser, tabs

__all__ = ["browser", "tabs"]

settings.register_profile("lab", deadline=None)  # a busy machine is no flaw of the code
settings.load_profile("lab")

START = 1_800_000_000.0
HEALTHY = {
    "coolant_temp_f": 192.0,
    "intake_air_temp_f": 82.0,
    "engine_rpm": 1900.0,
    "speed_mph": 45.0,
    "vibration_score": 0.9,
}

Row = dict[str, Any]
Write = Callable[..., Path]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those with a browser last."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


class Bench:
    """A lab of a few units. Times are seconds after `START`; the clock follows the newest sample where `follow`."""

    def __init__(self, units: int = 8, window: int = 600) -> None:
        self.now = 0.0
        self.follow = True
        self.lab = self.make(units, window)

    def make(self, units: int, window: int) -> Lab:
        return Lab(units=units, window=window, clock=self.clock)

    def clock(self) -> float:
        return START + self.now

    def take(self, rows: Iterable[Row], owner: Owner = Owner.LIVE) -> list[str]:
        """The verdict of each row of one block."""
        return [verdict for verdict, _ in self.judge(rows, owner)]

    def rules(self, rows: Iterable[Row], owner: Owner = Owner.LIVE) -> list[set[str]]:
        """The ids of the rules that fired on each row of one block."""
        return [fired for _, fired in self.judge(rows, owner)]

    def judge(self, rows: Iterable[Row], owner: Owner = Owner.LIVE) -> list[tuple[str, set[str]]]:
        block = from_samples([codec.decode_one(json.dumps(row).encode()) for row in rows])
        if self.follow and len(block):
            self.now = max(self.now, float(block.ts.max()) - START)
        taken = self.intake(owner).take(block, owner)
        return [
            (VERDICT_NAMES[verdict], {rule.id for rule in fired_rules(fired)})
            for verdict, fired in zip(taken.verdict.tolist(), taken.fired.tolist(), strict=True)
        ]

    def intake(self, owner: Owner) -> Intake:
        return self.lab.intake

    def place(self, vehicle_id: str = "unit") -> int:
        return self.lab.register.index[vehicle_id]

    def present(self, vehicle_id: str = "unit") -> NDArray[np.float64]:
        """[signals] what stands for a unit at its newest sample."""
        pipeline, place = self.lab.pipeline, np.array([self.place(vehicle_id)])
        return pipeline.present.values(place, pipeline.known.newest[place])[0]

    def assessed(self) -> ReadModel:
        """The read model, after an assessment."""
        self.lab.assess()
        return self.lab.read_model

    def look(self, vehicle_id: str = "unit") -> tuple[float, str, str]:
        """(score, band, reason) of a unit, assessed now."""
        shot = self.assessed().snapshot()
        at = shot.vehicle_ids.index(vehicle_id)
        return float(shot.score[at]), BANDS[shot.band[at]], shot.reasons[at]

    def shown(self) -> tuple[str, ...]:
        """The units that an assessment shows."""
        return self.assessed().snapshot().vehicle_ids

    def counted(self) -> dict[str, int]:
        """How many samples came to each verdict."""
        return dict(zip(VERDICT_NAMES, self.lab.intake.counts.totals.tolist(), strict=True))


class Pair(Bench):
    """A bench of two labs, as a server has them; `lab` is the real one, which has its own view of itself alone."""

    def make(self, units: int, window: int) -> Lab:
        self.labs = Labs(units=units, window=window, clock=self.clock)
        return self.labs.real

    def intake(self, owner: Owner) -> Intake:
        return self.labs.intake(owner)

    def place(self, vehicle_id: str = "unit") -> int:
        return self.labs.lab_of(vehicle_id).register.index[vehicle_id]

    def assessed(self) -> ReadModel:
        self.labs.assess()
        return self.labs.read_model

    def counted(self) -> dict[str, int]:
        return dict(zip(VERDICT_NAMES, self.labs.totals.tolist(), strict=True))


def _sample(t: float, vehicle_id: str = "unit", **fields: Any) -> Row:
    row: Row = {"ts": written(t), "vehicle_id": vehicle_id, **HEALTHY, "engine_hours": 1000.0 + t / 3600.0}
    row |= fields
    return {key: value for key, value in row.items() if value is not None}


def written(t: float) -> str:
    return datetime.fromtimestamp(START + t, UTC).isoformat()


@pytest.fixture(scope="session")
def new_bench() -> Callable[..., Bench]:
    return Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(scope="session")
def new_pair() -> Callable[..., Pair]:
    return Pair


@pytest.fixture
def pair() -> Pair:
    return Pair()


@pytest.fixture
def no_cool_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resets follow each other at once."""
    monkeypatch.setattr("connected_ops.labs.COOL_DOWN_S", 0.0)


@pytest.fixture(scope="session")
def sample() -> Callable[..., Row]:
    """`sample(t, vehicle_id, **fields)`: a healthy car's row t seconds after the start; None leaves a field out."""
    return _sample


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes lines into a file of that name, and gives its path."""

    def file(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
        return path

    return file
