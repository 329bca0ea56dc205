"""The fleet, its data quality and one unit as tables."""

from collections.abc import Iterator, Sequence
from datetime import UTC

from connected_ops.read_model import (
    BANDS,
    CLASS_LABELS,
    FRESHNESS,
    MODE_KEYS,
    OTHER_SIGNALS,
    SIGNAL_KEYS,
    SOURCES,
    Cell,
    FleetSnapshot,
    IndicatorView,
    QualityView,
    UnitView,
)
from shiny_app.charts.captions import plain
from shiny_app.fleet.query import FleetQuery
from shiny_app.fleet.selection import select
from shiny_app.shell import in_units
from shiny_app.tables.sheet import Sheet, all_sources, figure, iso, said, signal_names, signal_value

_FLEET = (
    "vehicle_id", "class", "source", "freshness", "last_heard_utc", "silence_s", "newest_sample_utc", "risk_of_100",
    "band", "why", *(f"{mode}_points" for mode in MODE_KEYS), "to_limit_low_s", "to_limit_middle_s", "to_limit_high_s",
    "saved_by_acting_now_usd", "name", "site",
)  # fmt: skip


def fleet_sheet(snapshot: FleetSnapshot, query: FleetQuery, metric: bool) -> Sheet:
    """All units that the query lets through, in its order, on whichever page."""
    header = (*_FLEET, *signal_names(snapshot.sent(), metric))
    return Sheet("fleet", snapshot.at, header, _fleet_rows(snapshot, query, metric))


def _fleet_rows(shot: FleetSnapshot, query: FleetQuery, metric: bool) -> Iterator[Sequence[Cell]]:
    words = said(metric)
    heard, newest, score, saved = (
        column.tolist() for column in (shot.last_arrival, shot.last_ts, shot.score, shot.saved_usd)
    )
    sent = frozenset(shot.sent())
    for row in select(shot, query).positions.tolist():
        yield (
            shot.vehicle_ids[row], CLASS_LABELS[shot.unit_class[row]], SOURCES[shot.source[row]],
            FRESHNESS[shot.freshness[row]], iso(heard[row]), figure(max(0.0, shot.at - heard[row]), 1),
            iso(newest[row]), figure(score[row], 1), BANDS[shot.band[row]], words(shot.reasons[row]),
            *(figure(points, 1) for points in shot.points[row].tolist()),
            *(figure(edge, 0) for edge in shot.to_limit[row].tolist()),
            figure(saved[row], 2), shot.names[row], shot.sites[row],
            *(
                signal_value(key, value, metric)
                for key, value in zip(SIGNAL_KEYS, shot.values[row].tolist(), strict=True)
                if key in sent
            ),
        )  # fmt: skip


def rules_sheet(view: QualityView, snapshot: FleetSnapshot, metric: bool) -> Sheet:
    """The rules that fired, most often first."""
    header = ("rule", "about", "verdict", "said", "fired_times", "source")
    source = all_sources(snapshot)
    rows = ((rule.id, rule.label, rule.verdict, said(metric)(rule.sentence), rule.count, source) for rule in view.rules)
    return Sheet("quality-rules", view.at, header, rows)


def freshness_sheet(view: QualityView) -> Sheet:
    """The units that the page shows, the least fresh first."""
    header = ("vehicle_id", "class", "source", "freshness", "silence_s", "usually_reports_every_s")
    rows = (
        (
            row.vehicle_id,
            row.class_label,
            row.source,
            row.freshness,
            figure(row.silence_s, 1),
            figure(row.interval_s, 1),
        )
        for row in view.units
    )
    return Sheet("quality-freshness", view.at, header, rows)


def samples_sheet(view: UnitView, metric: bool) -> Sheet:
    """A unit's samples that are kept, newest first; verdict and words of those that its page lists."""
    held = [signal.key for signal in view.signals]
    keys = [signal.key for signal in view.signals if signal.fitted or signal.key not in OTHER_SIGNALS]
    judged = {row.ts: row for row in view.newest}
    words = said(metric)
    last = len(view.ts) - 1

    def line(at: int) -> Sequence[Cell]:
        ts = float(view.ts[at])
        row = judged.get(ts)
        values = dict(row.values) if row else dict(zip(held, view.values[at].tolist(), strict=True))
        return (
            iso(ts), view.row.vehicle_id, view.row.source, row.verdict if row else None,
            words(" ".join(row.sentences)) if row else None, "; ".join(row.refused) if row else None,
            *(signal_value(key, values.get(key), metric) for key in keys),
        )  # fmt: skip

    header = ("sample_utc", "vehicle_id", "source", "verdict", "said", "not_believed", *signal_names(keys, metric))
    name = f"{plain(view.row.vehicle_id)}-samples"
    return Sheet(name, view.at, header, map(line, range(last, -1, -1)))


_INDICATORS = (
    "indicator", "about", "evidence_0_to_1", "said", "speaks_for", "value", "normal_low", "normal_high",
    "normal_is_its_own",
    "limit", "limit_is", "uom", "is_a_difference", "since_utc", "vehicle_id", "source", "at_utc",
)  # fmt: skip


def indicators_sheet(view: UnitView, metric: bool) -> Sheet:
    """A unit's condition indicators: evidence, value, normal and limit, each row's in the unit of its `uom`."""
    shown = (in_units.indicator(each, metric, UTC) for each in view.indicators)
    return Sheet(
        f"{plain(view.row.vehicle_id)}-indicators", view.at, _INDICATORS, (_indicator(view, each) for each in shown)
    )


def _indicator(view: UnitView, each: IndicatorView) -> Sequence[Cell]:
    low, high = each.normal or (None, None)
    return (
        each.key, each.label, figure(each.evidence, 3), each.sentence, "; ".join(each.modes), figure(each.value, 3),
        figure(low, 3), figure(high, 3), _yes(each.learned), figure(each.limit, 3), each.limit_label, each.uom,
        _yes(each.difference), iso(each.since), view.row.vehicle_id, view.row.source, iso(view.at),
    )  # fmt: skip


def _yes(it_is: bool) -> str:
    return "yes" if it_is else "no"
