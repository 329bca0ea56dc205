"""What pages and clients may see: immutable pictures of the fleet, and the controls they may press.

Nothing in here changes once made. `ReadModel` hands them out, `Controls` is what a page's buttons reach; both are all
that `shiny_app` knows of `connected_ops`.
"""

from connected_ops.errors import PROBLEM, problem_body
from connected_ops.insight.acts import (
    LONGEST_NOTE,
    LONGEST_WHO,
    SILENCES,
    WORK_KINDS,
    Act,
    ActKind,
    Silence,
    Work,
    WorkKind,
)
from connected_ops.machines.quantity import BY_UOM, Quantity
from connected_ops.machines.said import in_units
from connected_ops.read_model.backtest import BacktestRun, BacktestView, LabelScore, Plotted, Replayed
from connected_ops.read_model.episodes import EpisodeView
from connected_ops.read_model.fleet import FleetSnapshot, LoopCounts, ServiceDue, UnitRow
from connected_ops.read_model.odd import OddReadings
from connected_ops.read_model.ports import (
    ActsOn,
    Answer,
    Anyone,
    Backtests,
    Controls,
    FaultOffer,
    InjectedFault,
    ReadModel,
    Visitor,
)
from connected_ops.read_model.quality import FreshRow, QualityView, QuarantineRow, RuleCount
from connected_ops.read_model.sheets import Cell, csv_bytes
from connected_ops.read_model.terms import (
    BANDS,
    CLASS_LABELS,
    FRESHNESS,
    MODE_KEYS,
    OTHER_SIGNALS,
    QUANTITY_OF,
    RANGES,
    SIGNAL_KEYS,
    SOURCES,
    UNIT_CLASSES,
    Band,
    EpisodeKind,
    EpisodeState,
    FaultGroup,
    Freshness,
    Range,
    Source,
    Span,
)
from connected_ops.read_model.units import (
    Contribution,
    DriftView,
    Forecast,
    IndicatorView,
    JourneyView,
    SampleQuality,
    SampleRow,
    SeriesView,
    SignalView,
    UnitView,
)
from connected_ops.read_model.value import AssumptionView, ValueView
from connected_ops.validation.quarantine import KEPT as QUARANTINE_KEPT
from connected_ops.value.model import Money
from connected_ops.value.words import percent

__all__ = [
    "BANDS",
    "BY_UOM",
    "CLASS_LABELS",
    "FRESHNESS",
    "LONGEST_NOTE",
    "LONGEST_WHO",
    "MODE_KEYS",
    "OTHER_SIGNALS",
    "PROBLEM",
    "QUANTITY_OF",
    "QUARANTINE_KEPT",
    "RANGES",
    "SIGNAL_KEYS",
    "SILENCES",
    "SOURCES",
    "UNIT_CLASSES",
    "WORK_KINDS",
    "Act",
    "ActKind",
    "ActsOn",
    "Answer",
    "Anyone",
    "AssumptionView",
    "BacktestRun",
    "BacktestView",
    "Backtests",
    "Band",
    "Cell",
    "Contribution",
    "Controls",
    "DriftView",
    "EpisodeKind",
    "EpisodeState",
    "EpisodeView",
    "FaultGroup",
    "FaultOffer",
    "FleetSnapshot",
    "Forecast",
    "FreshRow",
    "Freshness",
    "IndicatorView",
    "InjectedFault",
    "JourneyView",
    "LabelScore",
    "LoopCounts",
    "Money",
    "OddReadings",
    "Plotted",
    "QualityView",
    "Quantity",
    "QuarantineRow",
    "Range",
    "ReadModel",
    "Replayed",
    "RuleCount",
    "SampleQuality",
    "SampleRow",
    "SeriesView",
    "ServiceDue",
    "SignalView",
    "Silence",
    "Source",
    "Span",
    "UnitRow",
    "UnitView",
    "ValueView",
    "Visitor",
    "Work",
    "WorkKind",
    "csv_bytes",
    "in_units",
    "percent",
    "problem_body",
]
