"""A fleet without emulator, pipeline or clock: a page shows what a test has said, and time moves when it says so."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from math import nan, sin
from typing import Any

import numpy as np
import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Error, Page
from shiny import reactive
from shiny.reactive import _core
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from connected_ops.errors import ConnectedOpsError
from connected_ops.guards.access import Access
from connected_ops.guards.sign_in import sign_in_routes
from connected_ops.insight import working
from connected_ops.insight.episode import Episode
from connected_ops.machines.said import said
from connected_ops.read_model import (
    BANDS,
    FRESHNESS,
    MODE_KEYS,
    SIGNAL_KEYS,
    SOURCES,
    Answer,
    Anyone,
    AssumptionView,
    BacktestRun,
    BacktestView,
    Contribution,
    DriftView,
    EpisodeView,
    FaultGroup,
    FaultOffer,
    FleetSnapshot,
    Forecast,
    FreshRow,
    IndicatorView,
    InjectedFault,
    JourneyView,
    LoopCounts,
    Money,
    OddReadings,
    QualityView,
    QuarantineRow,
    Range,
    Replayed,
    RuleCount,
    SampleQuality,
    SampleRow,
    SeriesView,
    SignalView,
    UnitRow,
    UnitView,
    ValueView,
    Work,
)
from shiny_app.app import create_dashboard
from shiny_app.charts.held import Held
from shiny_app.charts.series_route import series_routes
from shiny_app.fleet.routes import fleet_routes
from shiny_app.live.location import parse
from shiny_app.live.shared import Shared
from shiny_app.live.viewer import Message, Viewer
from shiny_app.tables.routes import table_routes
from tests.tabs import SEEN_THE_TOUR, Tabs

START = 1_763_908_312.0
KEPT = 600

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccfc0f01f0005050202"
    "5fc8f1d20000000049454e44ae426082"
)


@dataclass(frozen=True)
class Unit:
    """One unit as a test wants it: an id, a class, and how it stands."""

    vehicle_id: str
    class_label: str
    score: int = 5
    reason: str = "Nothing unusual"
    source: str = "simulated"
    silence_s: float = 0.4
    learning_s: float = 0.0
    fitted: tuple[str, ...] = ("coolant_temp_f", "intake_air_temp_f", "engine_rpm", "speed_mph", "vibration_score")
    contributions: tuple[tuple[str, str, float, str], ...] = ()
    name: str | None = None
    site: str | None = None

    @property
    def unit_class(self) -> str:
        return CLASSES.get(self.class_label, "unknown")

    @property
    def band(self) -> str:
        return "Low" if self.score <= 30 else "Medium" if self.score <= 65 else "High"

    @property
    def freshness(self) -> str:
        return "live" if self.silence_s < 10 else "late" if self.silence_s < 60 else "silent"


CLASSES = {
    "Passenger car": "passenger_car", "Delivery van": "delivery_van", "Class 8 truck": "class_8_truck",
    "Excavator, 22 t": "excavator", "Stationary genset": "genset",
}  # fmt: skip

TRUCK = Unit(
    "truck_07", "Class 8 truck", 71, said("Coolant {temperature_difference:9} above its own normal at the same load"),
    contributions=(
        ("cooling", "Cooling", 58.2,
         said("Coolant {temperature_difference:9} above its own normal at the same load, for 4 min.")),
        ("vibration", "Driveline vibration", 7.7, "Vibration 1.1× its own normal."),
        ("air_intake", "Air intake", 5.1, said("Intake air {temperature_difference:4} above its own normal.")),
    ),
)  # fmt: skip

FLEET = (
    Unit("corolla_2019", "Passenger car", 8), Unit("corolla_2021", "Passenger car", 3, learning_s=95),
    Unit("van_03", "Delivery van", 47, said("Vibration 1.6× its own normal above {speed:40}"),
         contributions=(
             ("vibration", "Driveline vibration", 47.0, said("Vibration 1.6× its own normal above {speed:40}.")),)),
    Unit("van_04", "Delivery van", 4), Unit("van_05", "Delivery van", 4, silence_s=190),
    TRUCK, Unit("truck_02", "Class 8 truck", 5), Unit("truck_04", "Class 8 truck", 5),
    Unit("excavator_1", "Excavator, 22 t", 2),
    Unit("excavator_2", "Excavator, 22 t", 24, said("Intake air {temperature_difference:14} above its own normal")),
    Unit("genset_1", "Stationary genset", 6,
         fitted=("coolant_temp_f", "intake_air_temp_f", "engine_rpm", "vibration_score")),
    Unit("genset_2", "Stationary genset", 0),
)  # fmt: skip

SIGNALS = (
    SignalView("coolant_temp_f", "Coolant temperature", "°F", 0, True, 207, (188, 197), True, 225, 235),
    SignalView("intake_air_temp_f", "Intake air temperature", "°F", 0, True, 84, (78, 95), True, None, None),
    SignalView("engine_rpm", "Engine speed", "rpm", 0, True, 1362, (1325, 1400), False, None, 2100),
    SignalView("speed_mph", "Vehicle speed", "mph", 0, True, 62, (0, 65), False, None, 70),
    SignalView("vibration_score", "Vibration index", "", 2, True, 0.82, (0.6, 1.8), True, 2.25, 2.7),
    SignalView("engine_hours", "Engine hours", "h", 1, True, 8214.3, None, False, None, None),
)
MIDDLE = {"coolant_temp_f": 201.0, "intake_air_temp_f": 84.0, "engine_rpm": 1362.0, "speed_mph": 62.0,
          "vibration_score": 0.82, "engine_hours": 8214.3}  # fmt: skip

GROUPS: dict[str, FaultGroup] = {
    "sensor_open_circuit": "sensor", "sensor_stuck": "sensor", "sensor_dropout": "sensor", "sensor_spike": "sensor",
    "counter_reset": "sensor", "pothole": "calm", "hot_climb": "calm",
}  # fmt: skip
OFFERS = (
    ("coolant_overheat", "Coolant overheat"),
    ("vibration_spike", "Vibration spike"),
    ("speed_anomaly", "Speed anomaly"),
    ("radiator_blocked", "Radiator blocked"),
    ("charge_air_cooler_blocked", "Charge-air cooler blocked"),
    ("fan_lost", "Fan lost"),
    ("thermostat_stuck_closed", "Thermostat stuck closed"),
    ("thermostat_stuck_open", "Thermostat stuck open"),
    ("driveline_bearing", "Driveline bearing"),
    ("overspeeding_driver", "Over-speeding driver"),
    ("sensor_open_circuit", "Sensor open circuit"),
    ("sensor_stuck", "Sensor stuck"),
    ("sensor_dropout", "Sensor dropout"),
    ("sensor_spike", "Sensor spike"),
    ("counter_reset", "Hours counter reset"),
    ("pothole", "Pothole"),
    ("hot_climb", "Hot climb"),
)
DAY = 86_400.0

COOLING = EpisodeView(
    "truck_07.cooling.1", "truck_07", "Class 8 truck", "simulated", "machine", "cooling", "Cooling", "coolant_temp_f",
    "°F", "open", "Cooling margin shrinking",
    said("Same hill, same load: {temperature_difference:9} hotter than its own normal. At this rate the maker's"
         " {temperature:225} warning comes in 2 to 5 d."),
    "A radiator or charge-air cooler that clogs from outside.",
    "Radiator and charge-air cooler fins, fan shroud, belt.",
    said("Clean radiator and charge-air cooler in the yard. On the road above {temperature:225}: ease off, gear down,"
         " stop; the cap stays shut until {temperature:122}."),
    said("This week, before the margin of {temperature_difference:18} is used up"),
    START - 4.3 * DAY, START - 3.9 * DAY, None, None,
    216.0, 225.0, 0.55, (2.1 * DAY, 3.2 * DAY, 5.4 * DAY),
    Money(1_340, 3_887, 2_547, 1_180, 4_100, 0.55, 6_939, 157, 0.17, True,
          ("Act now: $740 repair + 1 day × $600 = $1,340",
           "Wait: 55 % × $6,939 + 45 % × $157 = $3,887", "Saved: $3,887 − $1,340 = $2,547"), 0.35, 0.75),
)  # fmt: skip

VIBRATION = EpisodeView(
    "van_03.vibration.1", "van_03", "Delivery van", "simulated", "machine", "vibration", "Driveline vibration",
    "vibration_score", "", "open", "Vibration above its normal",
    said("1.6× its own normal above {speed:40}, none below."),
    "A driveline bearing or a wheel; the index cannot tell which.", "Wheels, tyres, propeller shaft and its bearings.",
    "Check wheels and driveline at the next service.", "At the next service", START - 1.1 * DAY, START - 0.9 * DAY,
    None, None, 1.9, 2.4, 0.3, (2 * DAY, 5 * DAY, 9 * DAY),
    Money(770, 1_890, 1_120, 360, 1_690, 0.3, 5_900, 171, 0.11, True,
          ("Act now: $470 repair + 0.5 days × $600 = $770", "Wait: 30 % × $5,900 + 70 % × $171 = $1,890",
           "Saved: $1,890 − $770 = $1,120"), 0.2, 0.45),
)  # fmt: skip

SENSOR = EpisodeView(
    "genset_1.intake_air_temp_f.1", "genset_1", "Stationary genset", "simulated", "sensor", "intake_air_temp_f",
    "Sensor", "intake_air_temp_f", "°F", "open", "Sensor fault, not an engine fault",
    said("Intake air read {temperature:-40}, the value of an open circuit. 2 samples set aside; risk unchanged."),
    "A broken wire or a loose connector.", "Connector and wire of the intake air sensor.",
    "Check the connector at the next stop.", "At the next stop", START - 2_000, START - 1_990, None, None,
    -40.0, None, 0.0,
)  # fmt: skip

CLOSED = tuple(
    replace(
        VIBRATION, id=f"van_04.vibration.{k}", vehicle_id="van_04", state="closed", money=None, to_limit_s=None,
        since=START - (k + 2) * DAY, opened_at=START - (k + 2) * DAY + 60, closed_at=START - (k + 1.5) * DAY,
    )
    for k in range(1, 12)
)  # fmt: skip

EPISODES = (COOLING, VIBRATION, SENSOR, *CLOSED)

ASSUMPTIONS = (
    AssumptionView("chance_cooling", "Chance of failing if ignored: cooling", "Chances", "%", 55, 35, 55, 75, 0, 100, 1,
                   "assumption", None, False),
    AssumptionView("day_usd", "Downtime, per day", "Costs", "$", 600, 448, 600, 760, 0, 5_000, 10,
                   "gettread.com, true cost of fleet downtime", None, False),
    AssumptionView("unplanned_days", "Days down, unplanned", "Costs", "d", 4, 2, 4, 8, 0, 60, 0.5,
                   "fleetequipmentmag.com, Mack", 2016, False),
    AssumptionView("late_repair_usd", "Late repair", "Costs", "$", 2_900, 1_800, 2_900, 6_000, 0, 50_000, 100,
                   "assumption", None, False),
)  # fmt: skip

RULES = (
    RuleCount("coolant_jump", "Coolant jump", "needs_review", "Coolant moved faster than a machine can.", 4),
    RuleCount("speed_impossible", "Speed impossible", "rejected", said("Speed is outside 0 to {speed:158.5}."), 2),
)


def drift(at: float) -> DriftView:
    """Fourteen days of half hours in which the coolant leaves its normal four days before the end."""
    ts = at - 1_800.0 * np.arange(672, dtype=np.float64)[::-1]
    days = (ts - ts[-1]) / DAY
    above = np.maximum(0.0, (days + 4.3) * 2.1) + 0.8 * np.sin(np.arange(672) * 1.7)
    above[(np.arange(672) // 20) % 3 == 2] = nan
    ahead = np.linspace(0.0, 6 * DAY, 25)
    middle = 9.0 + 2.1 * ahead / DAY
    spread = 0.5 + 0.9 * ahead / DAY
    return DriftView(
        "coolant_drift", "Coolant above its own normal at the same load and weather", "°F", 0, ts, above, 2.0, 15.0,
        9.0, at - 4.3 * DAY,
        said("{temperature_difference:9} above its own normal at the same load and weather, for 4 d; the margin is"
             " {temperature_difference:15}."),
        Forecast(ahead, middle, middle - spread, middle + spread),
    )  # fmt: skip


def indicators_of(ts: np.ndarray, coolant: np.ndarray) -> tuple[IndicatorView, ...]:
    """One that speaks a little, one that speaks plainly since four minutes, one that cannot be read."""
    course = (ts, coolant)
    return (
        IndicatorView("coolant_level", "Coolant level", 0.1, ("cooling",), "Speaks near the warning.",
                      said("Coolant {temperature:207}, near the {temperature:225} limit of its class"), "°F", 0, False,
                      207.0, (188.0, 197.0), True, 225.0, "warning", None, course, 600.0),
        IndicatorView("coolant_residual", "Coolant against its own normal", 0.62, ("cooling",), "Speaks early.",
                      said("Coolant {temperature:207}, {temperature_difference:10} above its own normal"), "°F", 0,
                      False, 207.0, (188.0, 197.0), True, 225.0, "warning", float(ts[-1]) - 250.0, course, 600.0),
        IndicatorView("road_speed", "Road speed", None, ("overspeed",), "Speaks above the maximum."),
    )  # fmt: skip


def quality_of(at: float) -> SampleQuality:
    """Samples in all of the last four hours and, but for a pause of a day, of fourteen days; three of them doubted."""
    half_hours = np.arange(at - 14 * DAY, at, 1_800.0) // 1_800.0 * 1_800.0
    paused = (half_hours > at - 8 * DAY) & (half_hours < at - 7 * DAY)
    half_minutes = np.arange(at - 14_000.0, at, 30.0) // 30.0 * 30.0
    return SampleQuality(half_minutes, half_hours[~paused], (at - 400.0, at - 30.0), (at - 7_000.0,))


@dataclass
class FakeFleet:
    """A read model and its controls. `change` swaps units, `step` publishes a snapshot a second later."""

    units: dict[str, Unit] = field(default_factory=lambda: {unit.vehicle_id: unit for unit in FLEET})
    sequence: int = 1
    at: float = START
    emulator: bool = True
    pressed: list[tuple[str, str | None, float | None]] = field(default_factory=list)
    active: dict[tuple[str, str], float] = field(default_factory=dict)
    said: list[EpisodeView] = field(default_factory=lambda: list(EPISODES))
    unbelieved: list[OddReadings] = field(default_factory=list)
    worked: dict[str, Episode] = field(default_factory=dict)
    runs: dict[str, BacktestRun] = field(default_factory=dict)

    def step(self) -> None:
        self.at += 1
        self.said[:] = map(self._as_worked, self.said)
        self.sequence += 1

    def change(self, *units: Unit) -> None:
        for unit in units:
            self.units[unit.vehicle_id] = unit
        self.step()

    def set(self, vehicle_id: str, **values: object) -> None:
        self.change(replace(self.units[vehicle_id], **values))  # pyright: ignore[reportArgumentType]  # a test's own words

    def _ordered(self) -> list[Unit]:
        return sorted(self.units.values(), key=lambda unit: (-unit.score, unit.vehicle_id))

    def snapshot(self) -> FleetSnapshot:
        units = list(self.units.values())
        ordered = self._ordered()
        heard = [unit for unit in ordered if unit.freshness != "silent"]
        leader = ordered[0] if ordered else None
        counted = {band: sum(unit.band == band for unit in ordered) for band in BANDS}
        fresh = {state: sum(unit.freshness == state for unit in units) for state in FRESHNESS}
        states = Counter(episode.state for episode in self.said)
        loop = LoopCounts(
            received=12_000 if units else 0, valid=11_994, needs_review=4, rejected=2, rate_per_s=float(len(heard)),
            units=len(units), live=fresh["live"], late=fresh["late"], silent=fresh["silent"], indicators=7 * len(units),
            abnormal=3, low=counted["Low"], medium=counted["Medium"], high=counted["High"],
            leader=leader.vehicle_id if leader else None, leader_score=leader.score if leader else None,
            insights_open=states["open"] + states["acknowledged"], insights_unseen=states["open"],
            insights_silenced=states["silenced"],
            spoken=sum(episode.kind == "machine" for episode in self.said), fixed_alarms=247,
            deciding=len(self._deciding()), acting=len(self._deciding()),
            act_usd=sum(each.act_usd for each in self._deciding()),
            wait_usd=sum(each.wait_usd for each in self._deciding()),
            saved_usd=sum(each.saved_usd for each in self._deciding()),
        )  # fmt: skip
        n = len(units)
        first = [self._first(unit) for unit in units]
        place = {unit.vehicle_id: at for at, unit in enumerate(units)}
        return FleetSnapshot(
            self.sequence, self.at, loop, tuple(self.units), tuple(unit.unit_class for unit in units),
            np.array([SOURCES.index(unit.source) for unit in units], np.int8),  # pyright: ignore[reportArgumentType]
            np.array([FRESHNESS.index(unit.freshness) for unit in units], np.int8),  # pyright: ignore[reportArgumentType]
            np.array([unit.score for unit in units], float),
            np.array([BANDS.index(unit.band) for unit in units], np.int8),  # pyright: ignore[reportArgumentType]
            np.zeros((n, len(MODE_KEYS))), tuple(unit.reason for unit in units), np.full((n, len(SIGNAL_KEYS)), nan),
            np.full(n, self.at),
            np.array([self.at - unit.silence_s for unit in units], float),
            np.array([place[unit.vehicle_id] for unit in ordered], np.int64),
            np.array([(each and each.to_limit_s) or (nan, nan, nan) for each in first], float).reshape(n, 3),
            np.array([each.money.saved_usd if each and each.money else nan for each in first], float),
            tuple(unit.name for unit in units), tuple(unit.site for unit in units),
        )  # fmt: skip

    def _deciding(self) -> list[Money]:
        """The money of the open machine episodes of units that are there, one a unit."""
        return [each.money for each in self.said if each.open and each.money and each.vehicle_id in self.units]

    def _of(self, vehicle_id: str) -> tuple[EpisodeView, ...]:
        return tuple(each for each in self.said if each.vehicle_id == vehicle_id)

    def _first(self, unit: Unit) -> EpisodeView | None:
        """The open episode of a unit that has a price."""
        return next((each for each in self._of(unit.vehicle_id) if each.open and each.money), None)

    def _row(self, unit: Unit) -> UnitRow:
        seed = sum(unit.vehicle_id.encode())
        spark = tuple(
            201 + (unit.score / 9) * max(0, i - 60) / 30 + 1.5 * sin((self.at + i) * (1 + seed % 7)) for i in range(120)
        )
        first = self._first(unit)
        return UnitRow(
            unit.vehicle_id, unit.unit_class, unit.class_label, unit.source, unit.freshness, unit.silence_s,  # pyright: ignore[reportArgumentType]
            unit.score, unit.band, unit.reason, "Coolant temperature", spark,  # pyright: ignore[reportArgumentType]
            first.to_limit_s if first else None, first.money.saved_usd if first and first.money else None,
            name=unit.name, site=unit.site,
        )  # fmt: skip

    def rows(self, positions: Sequence[int] | None = None) -> Sequence[UnitRow]:
        units = list(self.units.values())
        chosen = self._ordered()[:100] if positions is None else [units[at] for at in positions]
        return [self._row(unit) for unit in chosen]

    def unit(self, vehicle_id: str) -> UnitView | None:
        unit = self.units.get(vehicle_id)
        if unit is None:
            return None
        ts = self.at - np.arange(KEPT, dtype=np.float64)[::-1]
        signals = tuple(
            signal if signal.key in (*unit.fitted, "engine_hours") else replace(signal, fitted=False, value=None)
            for signal in SIGNALS
        )
        values = np.stack(
            [MIDDLE[signal.key] * (1 + 0.02 * np.sin(ts / 9 + i)) if signal.fitted else np.full(KEPT, nan)
             for i, signal in enumerate(signals)],
            axis=1,
        )  # fmt: skip
        signals = tuple(
            replace(signal, value=float(values[-1, i])) if signal.fitted else signal for i, signal in enumerate(signals)
        )
        newest = tuple(
            SampleRow(
                float(ts[-1 - k]), "needs_review" if int(ts[-1 - k]) % 7 == 0 else "valid",
                ("Coolant moved faster than a machine can.",) if int(ts[-1 - k]) % 7 == 0 else (),
                tuple(
                    (signal.key, float(values[-1 - k, i]) if signal.fitted else None)
                    for i, signal in enumerate(signals)
                ),
            )
            for k in range(10)
        )  # fmt: skip
        contributions = tuple(Contribution(*each) for each in unit.contributions)
        indicators = indicators_of(ts, values[:, 0])
        return UnitView(
            self.sequence, self.at, self._row(unit), 8214.3, unit.learning_s, contributions, signals, ts, values,
            newest, indicators, self._of(vehicle_id), drift(self.at) if vehicle_id == "truck_07" else None,
            quality=quality_of(self.at),
        )  # fmt: skip

    def series(self, vehicle_id: str, span: Range) -> SeriesView | None:
        """The newest samples, and means that go on as they do."""
        view = self.unit(vehicle_id)
        if view is None:
            return None
        if span == "10m":
            odd = ("needs_review", "valid", "valid", "valid", "valid", "valid", "valid")
            return SeriesView(span, 0.0, view.ts, view.values, tuple(odd[int(ts) % 7] for ts in view.ts))
        width, count = (30.0, 480) if span == "4h" else (1_800.0, 672)
        end = self.at // width * width
        ts = end - width * np.arange(count)[::-1] - width / 2
        values = np.stack(
            [MIDDLE[signal.key] * (1 + 0.02 * np.sin(ts / (20 * width) + i)) if signal.fitted else np.full(count, nan)
             for i, signal in enumerate(view.signals)],
            axis=1,
        )  # fmt: skip
        return SeriesView(span, width, ts.astype(np.float64), values)

    def episodes(self) -> Sequence[EpisodeView]:
        return self.said

    def odd(self) -> Sequence[OddReadings]:
        return self.unbelieved

    def value(self, changes: Mapping[str, float]) -> ValueView:
        """The sample episodes, the cooling one with its chance as asked for; what is out of range is clamped."""
        used: dict[str, float] = {}
        told: list[str] = []
        known = {each.key: each for each in ASSUMPTIONS}
        for key, asked in changes.items():
            if key not in known:
                told.append(f"There is no assumption called {key}.")
                continue
            used[key] = min(max(asked, known[key].least), known[key].most)
            if used[key] != asked:
                told.append(f"{known[key].label}: {asked:g} is out of range, so {used[key]:g} is used.")
        chance = used.get("chance_cooling", 55.0) / 100
        episodes = tuple(self._priced(each, chance) for each in self.said if each.open and each.money)
        paid = [each.money for each in episodes if each.money]
        shown = tuple(replace(each, value=used.get(each.key, each.value), changed=each.key in used)
                      for each in ASSUMPTIONS)  # fmt: skip
        return ValueView(
            self.sequence, self.at, sum(each.act_usd for each in paid), sum(each.wait_usd for each in paid),
            sum(each.saved_usd for each in paid), sum(each.saved_low_usd for each in paid),
            sum(each.saved_high_usd for each in paid), len(paid), episodes, shown, tuple(used.items()), tuple(told),
        )  # fmt: skip

    def _priced(self, episode: EpisodeView, chance: float) -> EpisodeView:
        if episode.mode != "cooling" or episode.money is None:
            return episode
        wait = round(chance * episode.money.fails_usd + (1 - chance) * episode.money.holds_usd)
        saved = wait - episode.money.act_usd
        return replace(episode, p=chance, money=replace(episode.money, chance=chance, wait_usd=wait, saved_usd=saved))

    def quality(self) -> QualityView:
        units = [self._row(unit) for unit in self.units.values()]
        fresh = tuple(
            FreshRow(row.vehicle_id, row.class_label, row.source, row.freshness, row.silence_s, 1.0)
            for row in sorted(units, key=lambda row: -row.silence_s)
        )
        held = tuple(
            QuarantineRow(
                self.at - 40 * k, "van_04", "simulated", self.at - 40 * k - 1, "speed_impossible", "speed_mph",
                said("Speed is outside 0 to {speed:158.5}."), (("speed_mph", 900.0 + k), ("coolant_temp_f", 195.0)),
            )
            for k in range(2)
        )  # fmt: skip
        return QualityView(self.sequence, self.at, self.snapshot().loop, RULES, held, len(held), 0, fresh)

    def journey(self, vehicle_id: str, ts: float) -> JourneyView | None:
        view = self.unit(vehicle_id)
        sample = next((each for each in view.newest if abs(each.ts - ts) < 1e-3), None) if view else None
        if view is None or sample is None:
            return None
        return JourneyView(
            vehicle_id, sample.ts, sample.ts + 0.2, view.row.source, sample.verdict, sample.sentences, sample.values,
            "Cruising", view.indicators, view.row.score, view.row.band, view.contributions,
            tuple(each for each in view.episodes if each.open),
        )  # fmt: skip

    def simulated_units(self) -> Sequence[str]:
        return [unit.vehicle_id for unit in self.units.values() if unit.source == "simulated"] if self.emulator else []

    def offers(self, vehicle_id: str) -> Sequence[FaultOffer]:
        offered = OFFERS[:2] if vehicle_id.startswith("genset") else OFFERS
        ends = {kind: self.active.get((vehicle_id, kind)) for kind, _ in offered}
        return [
            FaultOffer(
                kind, label, (until := ends[kind]) is not None and until > self.at, until, GROUPS.get(kind, "machine")
            )
            for kind, label in offered
        ]

    def injected(self, vehicle_id: str) -> Sequence[InjectedFault]:
        names = dict(OFFERS)
        return [
            InjectedFault(kind, names[kind], self.at - 60.0, until)
            for (unit, kind), until in self.active.items()
            if unit == vehicle_id
        ]

    async def inject(self, kind: str, vehicle_id: str | None = None, hold_s: float | None = None) -> Answer:
        self.pressed.append((kind, vehicle_id, hold_s))
        self.active[vehicle_id or "", kind] = self.at + (hold_s or 600)
        return Answer(
            True, f"{kind} holds on {vehicle_id} for {hold_s:g} s." if hold_s else f"{kind} is on {vehicle_id}."
        )

    async def reset(self) -> Answer:
        self.pressed.append(("reset", None, None))
        self.active.clear()
        return Answer(True, "The simulated units start afresh.")

    async def work(self, episode_id: str, asked: Work) -> Answer:
        self.pressed.append((asked.kind, episode_id, None))
        view = next((each for each in self.said if each.id == episode_id), None)
        if view is None:
            return Answer(False, "That episode is no longer open.")
        known = self.worked.get(episode_id) or Episode(
            view.id, 0, 0, 0, 0, view.since, view.opened_at, None, p=view.p, closed_at=view.closed_at
        )
        try:
            self.worked[episode_id], said = working.work(known, asked, self.at)
        except ConnectedOpsError as error:
            return Answer(False, str(error))
        self.step()
        if asked.kind == "acknowledge":
            return Answer(True, f"{view.title} on {view.vehicle_id} is acknowledged.")
        return Answer(True, said.format(unit=view.vehicle_id))

    def _as_worked(self, view: EpisodeView) -> EpisodeView:
        """An episode as it stands after what was done with it, now."""
        episode = self.worked.get(view.id)
        if episode is None:
            return view
        seen, silence = episode.acknowledgement, episode.silence if episode.silenced(self.at) else None
        return replace(
            view, state=episode.state(self.at), acknowledged_at=seen and seen.at,
            acknowledged_by=seen.who if seen else "", silenced_until=silence and silence.until,
            silenced_by=silence.who if silence else "", acts=episode.acts, acts_dropped=episode.acts_dropped,
            undo_by=tuple({act.who: None for act in episode.acts if working.undoable(episode, act, self.at)}),
        )  # fmt: skip

    async def service_done(self, vehicle_id: str) -> Answer:
        self.pressed.append(("service_done", vehicle_id, None))
        return Answer(True, f"Service of {vehicle_id} logged.")

    async def undo_service(self, vehicle_id: str) -> Answer:
        self.pressed.append(("undo_service", vehicle_id, None))
        return Answer(False, f"No service of {vehicle_id} is logged.")

    async def begin(self, name: str, chunks: AsyncIterator[bytes]) -> str:
        self.runs[name] = BacktestRun(name, name, "running")
        return name

    def find(self, key: str) -> BacktestRun | None:
        return self.runs.get(key)


def root(fleet: FakeFleet, access: Access | None = None) -> Starlette:
    """The dashboard at / as the real root mounts it, with one pixel for every chart; its figures are the real ones.
    `access` guards it where a test is about that."""

    async def chart(request: Request) -> Response:
        return Response(PIXEL, media_type="image/png")

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok")

    held = Held()
    visitor = (lambda _: Anyone()) if access is None else access.visitor
    dashboard = create_dashboard(fleet, fleet, fleet, poll_s=0.05, held=held, visitor=visitor)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(dashboard.keep_fresh())
        yield
        task.cancel()

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/healthz", healthz),
            Route("/favicon.ico", healthz),
            *(sign_in_routes(access) if access else ()),
            *series_routes(fleet, fleet.injected, held),
            Route("/charts/{vehicle_id}/{chart}.png", chart),
            *fleet_routes(fleet),
            *table_routes(fleet),
            Mount("/", dashboard),
        ],
    )


class Visit(Viewer):
    """A session without a browser, whoever drives it: it sees what is new when it is asked, unless it stands still."""

    def message(self) -> Message:
        return self.read(super().message)

    def read(self, of: Callable[[], Any]) -> Any:
        """What one of its values or calculations says now."""
        with reactive.isolate():
            if self.paused_at() is None:
                self.sequence.set(self.shared.read_model.sequence)
            return of()


class Served:
    """An application on a free port, in a thread of its own, until it is stopped."""

    def __init__(self, app: Starlette, port: int = 0) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self._socket.listen(64)  # a page may ask before the thread is up
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", lifespan="on", ws="websockets-sansio", timeout_graceful_shutdown=1)
        )
        _core._reactive_environment._lock = (
            None  # made for the loop of an earlier server, it fails once there is a wait
        )
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()


@pytest.fixture
def fleet() -> FakeFleet:
    return FakeFleet()


@pytest.fixture
def shared(fleet: FakeFleet) -> Shared:
    return Shared(fleet, fleet, fleet)


@pytest.fixture
def visit(shared: Shared) -> Callable[..., Visit]:
    """One session more, at an address if one is given."""

    def arrive(query: str | None = None) -> Visit:
        visitor = Visit(shared, "http://localhost")
        if query is not None:
            visitor.go(parse(query))
        return visitor

    return arrive


@pytest.fixture
def recorded(fleet: FakeFleet) -> BacktestView:
    """What came of two recordings: one that overheats, and one that says nothing."""
    episode = next(each for each in fleet.said if each.kind == "machine")
    told = replace(
        episode, opened_at=1060.0, closed_at=1330.0, reason=said("Coolant {temperature:255}"), mode_label="Cooling"
    )
    fixed = ((said("Coolant {temperature:220} or more"), 3), (said("Speed {speed:75} or more"), 1))
    hot = Replayed("van", "van.csv", "Delivery van", True, 1000.0, 4600.0, 1.0, 3600, 3590, 7, 2, 1, 0, fixed, (told,))
    calm = Replayed("car", "van.csv", "Passenger car", True, 1000.0, 2800.0, 0.5, 1800, 1800, 0, 0, 0, 0, (), ())
    return BacktestView("van.csv", (hot, calm), (), ("van.csv: engine_rpm is 'rpm' in rpm (the usual one).",))


@pytest.fixture
def make_unit() -> type[Unit]:
    return Unit


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    running: list[Served] = []

    def start(fleet: FakeFleet, port: int = 0, access: Access | None = None) -> Served:
        running.append(Served(root(fleet, access), port))
        return running[-1]

    yield start
    for served in running:
        served.stop()


class Listener:
    """Notes what the console of a page is told of errors."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.errors: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", self._page_error)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _page_error(self, error: Error) -> None:
        self.errors.append(str(error))

    def stop(self) -> None:
        self._page.remove_listener("console", self._console)
        self._page.remove_listener("pageerror", self._page_error)


@pytest.fixture
def page(tabs: Tabs, serve: Callable[..., Served]) -> Iterator[Page]:
    """A browser page, left before its server stops, that fails its test when its console was told an error."""
    page = tabs.take()
    listener = Listener(page)
    yield page
    listener.stop()
    tabs.give_back(page)
    assert listener.errors == []


@pytest.fixture
def own_page(browser: Browser, serve: Callable[..., Served]) -> Iterator[Page]:
    """A page as `page`, in a new tab that nobody has after the test: for scripts that run before each page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    context.add_init_script(SEEN_THE_TOUR)
    page = context.new_page()
    listener = Listener(page)
    yield page
    context.close()
    assert listener.errors == []
