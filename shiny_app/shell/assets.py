"""The files that a browser reads, each in the folder of what it is for: all of them under one URL that names their
content.
"""

from hashlib import sha256
from os import stat_result
from pathlib import Path

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent.parent
SERVED = (".css", ".js", ".svg", ".woff2", ".gz")
"""How the names end of what is served: nothing of the code that lies beside it."""

STYLES = (
    "shell/style", "fleet/fleet", "fleet/tools", "insights/insights", "insights/work", "unit/unit", "charts/charts",
    "unit/why", "unit/story", "unit/compare", "value/value", "quality/quality", "backtest/backtest", "shell/way",
)  # fmt: skip
"""The style sheets in the order in which they overrule each other, the common one first."""


class Assets(StaticFiles):
    """The folders of the pages, of which only what SERVED names is there."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    def lookup_path(self, path: str) -> tuple[str, stat_result | None]:
        return super().lookup_path(path) if path.endswith(SERVED) else ("", None)


def version() -> str:
    """A name for the static files' content: another content is another URL, so a browser never mixes two versions."""
    digest = sha256()
    for file in sorted(FOLDER.rglob("*")):
        if file.name.endswith(SERVED):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def assets_route(path: str) -> Mount:
    """The static files at `path`."""
    return Mount(path, Assets())
