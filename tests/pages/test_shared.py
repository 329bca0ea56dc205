"""What all sessions share of one snapshot."""

from typing import Any

from shiny_app.live.shared import Shared


def test_what_is_made_while_a_snapshot_comes_is_not_kept_for_that_one(fleet: Any) -> None:
    shared = Shared(fleet, fleet, fleet)

    def make() -> str:
        fleet.step()
        shared.once(("a part of it",), lambda: "after")
        return "before"

    assert shared.once(("page",), make) == "before"
    assert shared.once(("page",), lambda: "after") == "after"
    assert shared.once(("page",), lambda: "again") == "after"
