"""The Unit page of a look: the unit, its charts and its story over the range asked for, a second unit beside it, and
what this session alone sees: a sample that it follows, charts that stand still."""

from itertools import islice
from urllib.parse import quote

from htmltools import TagChild

from connected_ops.read_model import Range, UnitView
from shiny_app.charts.ranges import Asked
from shiny_app.charts.reading import reading_of
from shiny_app.live.page import Look, Page
from shiny_app.live.shared import Shared
from shiny_app.live.slots import Value
from shiny_app.shell import in_units
from shiny_app.shell.components import MOST_PICKABLE, csv_href, nav_href, with_chosen
from shiny_app.shell.format import moment
from shiny_app.unit.compare import compare_fields, compared
from shiny_app.unit.journey import journey_fields
from shiny_app.unit.signal_charts import chart_fields, held_fields
from shiny_app.unit.story_card import timeline_fields
from shiny_app.unit.view import structure, unit_fields, unit_page


def make(look: Look) -> Page:
    """The page of the unit, or the sentence why there is none; what sessions share is worked out once for all."""
    shared, location, metric = look.shared, look.location, look.metric
    asked = location.unit if location.unit is not None else shared.leader()
    view = shared.read_model.unit(asked) if asked is not None else None
    if view is None:
        return _missing(asked, look)
    unit, drawn = view.row.vehicle_id, Asked(location.range, location.zoom)
    key = ("unit", unit, metric)
    shown = shared.once((*key, "shown"), lambda: in_units.unit(view, metric))
    fields = {
        **shared.once((*key, "standing"), lambda: _standing(shared, shown, metric)),
        **shared.once((*key, "charts", drawn), lambda: _charts(shared, view, shown, drawn)),
        **shared.once((*key, "story", location.range), lambda: _story(shared, shown, location.range)),
        **shared.once((*key, "beside", location.compared), lambda: _beside(shared, shown, location.compared, metric)),
    }
    return Page(
        ("unit", unit, "c" if metric else "f", structure(shown)),
        "unit",
        nav_href("unit", unit),
        fields | _still(look, fields, unit) | _followed(look, unit),
        shown,
        unit,
    )


def draw(page: Page, _: str) -> TagChild:
    """Its elements."""
    return unit_page(page.view, page.fields)


def _missing(unit: str | None, look: Look) -> Page:
    """What is said of a unit that is none, or that this session saw until it left."""
    if unit is not None and look.met is not None and look.met[0] == unit:
        said = (
            f"“{unit}” was here until {moment(look.met[1])} and has left the fleet: it was reset, or sent nothing for "
            "so long that it made room for others. This page fills by itself when it reports again."
        )
        return Page(("gone", unit), "unit", nav_href("unit", unit), {}, instead=("This unit is gone", said))
    if unit is None:
        said = "No unit has reported yet. This page fills by itself when the first one does."
    else:
        said = f"No unit called “{unit}” has reported yet. This page fills by itself when it does."
    return Page(("missing", unit or ""), "unit", nav_href("unit", unit), {}, instead=("No such unit yet", said))


def _standing(shared: Shared, shown: UnitView, metric: bool) -> dict[str, Value]:
    unit = shown.row.vehicle_id
    fields = unit_fields(shown, _pickable(shared, unit))
    for table in ("samples", "indicators"):
        fields[f"{table}.csv"] = csv_href(f"units/{quote(unit, safe='')}/{table}", metric=metric)
    return fields


def _charts(shared: Shared, view: UnitView, shown: UnitView, asked: Asked) -> dict[str, Value]:
    """What the charts show of a unit: `view` is in °F and mph, `shown` in the units of the page."""
    injected, metric = shared.controls.injected, shown is not view
    return chart_fields(shown, reading_of(shared.read_model, injected, view, asked, metric=metric, whole=shown))


def _story(shared: Shared, shown: UnitView, asked: Range) -> dict[str, Value]:
    return timeline_fields(shown, asked, shared.controls.injected(shown.row.vehicle_id))


def _beside(shared: Shared, shown: UnitView, asked: str | None, metric: bool) -> dict[str, Value]:
    """The comparison with the unit that an address asks for."""
    other = shared.read_model.unit(asked) if asked else None
    other = None if other is None else in_units.unit(other, metric)
    return compare_fields(shown, compared(shown, asked, other), _alike(shared, shown.row.unit_class))


def _still(look: Look, fields: dict[str, Value], unit: str) -> dict[str, Value]:
    """The charts of a page that is paused."""
    held = None if look.paused_at is None else look.shared.hold(unit)
    return {} if held is None else held_fields(fields, held)


def _followed(look: Look, unit: str) -> dict[str, Value]:
    """The sample that this session follows, where it is one of this unit."""
    here = look.journey if look.journey and look.journey.vehicle_id == unit else None
    return journey_fields(None if here is None else in_units.journey(here, look.metric))


def _alike(shared: Shared, unit_class: str) -> tuple[str, ...]:
    """The ids of units of a class, sorted, as many as a picker offers."""

    def make() -> tuple[str, ...]:
        snapshot = shared.read_model.snapshot()
        alike = (unit for unit, of in zip(snapshot.vehicle_ids, snapshot.unit_class, strict=True) if of == unit_class)
        return tuple(sorted(islice(alike, MOST_PICKABLE)))

    return shared.once(("alike", unit_class), make)


def _pickable(shared: Shared, unit: str) -> tuple[str, ...]:
    """The ids that the picker offers, sorted; `unit` is always among them."""
    ids = shared.once(("pickable",), lambda: tuple(sorted(shared.read_model.snapshot().vehicle_ids[:MOST_PICKABLE])))
    return with_chosen(ids, unit)
