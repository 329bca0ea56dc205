"""The colours of the two themes, as the style sheet has them; only the light `warn` is a brighter amber than text."""

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as #rrggbb; `band` is the opacity of the accent under a normal band, `episode` and
    `interval` those of `bad` over an episode's span and in a forecast's interval."""

    card: str
    muted: str
    line: str
    accent: str
    warn: str
    bad: str
    band: float
    episode: float
    interval: float


PALETTES: dict[Theme, Palette] = {
    "light": Palette("#ffffff", "#5d6c80", "#dfe5ec", "#2563eb", "#b86e00", "#b3202e", 0.09, 0.05, 0.13),
    "dark": Palette("#151d27", "#93a3b7", "#263241", "#6ea8fe", "#f0b13c", "#ff8189", 0.10, 0.08, 0.20),
}
