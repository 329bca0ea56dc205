"""A backtest as JSON: what `--json` prints, and how the page's own process hands it over, whose sentences keep their
quantities on the way."""

from collections.abc import Callable
from dataclasses import replace

from pydantic import TypeAdapter

from connected_ops.machines.said import packed, unpacked
from connected_ops.read_model import BacktestView, EpisodeView

_view = TypeAdapter(BacktestView)


def to_json(view: BacktestView) -> str:
    """The view as indented JSON, with null for what is absent."""
    return _view.dump_json(view, indent=2).decode()


def handed_over(view: BacktestView) -> str:
    """The view as JSON for `from_json`."""
    return _view.dump_json(_each(view, packed)).decode()


def from_json(text: bytes) -> BacktestView:
    """The view that `handed_over` wrote. Raises pydantic's ValidationError."""
    return _each(_view.validate_json(text), unpacked)


def _each(view: BacktestView, change: Callable[[str], str]) -> BacktestView:
    """The view with its sentences changed."""

    def changed(each: EpisodeView) -> EpisodeView:
        return replace(
            each,
            title=change(each.title),
            reason=change(each.reason),
            cause=change(each.cause),
            check=change(each.check),
            advice=change(each.advice),
        )

    return replace(
        view,
        recordings=tuple(
            replace(
                each,
                fixed=tuple((change(label), alarms) for label, alarms in each.fixed),
                episodes=tuple(map(changed, each.episodes)),
            )
            for each in view.recordings
        ),
    )
