"""The files that a browser reads, each in the folder of what it is for: all of them under one URL that names their
content.
"""

from collections.abc import Iterable
from hashlib import sha256
from os import stat_result
from pathlib import Path

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent.parent
SERVED = (".css", ".js", ".svg", ".woff2", ".gz")
"""How the names end of what is served: nothing of the code that lies beside it."""


def styles(pages: Iterable[str]) -> tuple[str, ...]:
    """The style sheets in the order in which they overrule each other: the common ones, all in the pages' folders with
    the one of the folder's name first, and that of what stands around."""
    own = [sheet for page in pages for sheet in _named_first(page, ".css")]
    return ("shell/style.css", "charts/charts.css", *own, "shell/way.css")


def scripts(pages: Iterable[str]) -> tuple[str, ...]:
    """The modules that start the client: what is on every page, then the one of its folder's name of each page that has
    one."""
    own = (f"{page}/{page}.js" for page in pages)
    return ("shell/app.js", *(script for script in own if (FOLDER / script).is_file()))


def _named_first(page: str, end: str) -> list[str]:
    names = sorted(file.name for file in (FOLDER / page).glob(f"*{end}"))
    return [f"{page}/{name}" for name in sorted(names, key=lambda name: name != page + end)]


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
