"""A backtest as JSON: what `--json` prints, and how the page's own process hands it over."""

from pydantic import TypeAdapter

from connected_ops.read_model import BacktestView

_view = TypeAdapter(BacktestView)


def to_json(view: BacktestView) -> str:
    """The view as indented JSON, with null for what is absent."""
    return _view.dump_json(view, indent=2).decode()


def from_json(text: bytes) -> BacktestView:
    """The view that `to_json` wrote. Raises pydantic's ValidationError."""
    return _view.validate_json(text)
