"""The value stage as its page sees it, under the assumptions in force or under others."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connected_ops.engine.pricing import Case, price
from connected_ops.read_model import AssumptionView, EpisodeView, FleetSnapshot, ValueView
from connected_ops.value.assumptions import Assumptions


def value_view(
    snapshot: FleetSnapshot,
    cases: Sequence[Case],
    open_episodes: Mapping[str, EpisodeView],
    assumptions: Assumptions,
    changes: Mapping[str, float],
) -> ValueView:
    """The decisions of the open machine episodes at a snapshot, with some assumptions changed."""
    changed, sentences = assumptions.changed(changes)
    priced = price(cases, changed)
    views = [
        replace(open_episodes[case.episode_id], money=money)
        for case, money in zip(cases, priced.decisions, strict=True)
        if case.episode_id in open_episodes  # one that closed since the assessment has no money any more
    ]
    return ValueView(
        sequence=snapshot.sequence,
        at=snapshot.at,
        act_usd=priced.act_usd,
        wait_usd=priced.wait_usd,
        saved_usd=priced.saved_usd,
        saved_low_usd=priced.saved_low_usd,
        saved_high_usd=priced.saved_high_usd,
        units=priced.units,
        episodes=tuple(sorted(views, key=lambda view: -view.money.saved_usd if view.money else 0.0)),
        assumptions=_assumptions(changed),
        changes=changed.changes,
        sentences=sentences,
    )


def _assumptions(assumptions: Assumptions) -> tuple[AssumptionView, ...]:
    changed = dict(assumptions.changes)
    return tuple(
        AssumptionView(
            key=row.key,
            label=row.label,
            group=row.group,
            uom=row.uom,
            value=assumptions[row.key],
            low=row.low,
            base=row.base,
            high=row.high,
            least=row.least,
            most=row.most,
            step=row.step,
            source=row.source,
            year=row.year,
            changed=row.key in changed,
        )
        for row in assumptions.rows
    )
