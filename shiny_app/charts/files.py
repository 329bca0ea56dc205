"""All that is fetched of a unit's charts beside their live images: figures, tables, and charts to keep."""

from starlette.routing import Route

from shiny_app.charts.export_route import export_routes
from shiny_app.charts.held import NONE_HELD, Held
from shiny_app.charts.reading import Injected, UnitReader, none_injected
from shiny_app.charts.series_route import series_routes
from shiny_app.charts.studio import ChartStudio


def chart_files(
    read_model: UnitReader, studio: ChartStudio, injected: Injected = none_injected, held: Held = NONE_HELD
) -> list[Route]:
    """The routes for the root application, before those of the charts, whose pattern holds theirs."""
    return [*series_routes(read_model, injected, held), *export_routes(read_model, studio, injected, held)]
