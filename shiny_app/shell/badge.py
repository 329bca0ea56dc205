"""The badge of the top bar: where the data comes from, how new it is, and whose time the page shows."""

import numpy as np
from htmltools import TagList, tags

from connected_ops.read_model import SOURCES, FleetSnapshot
from shiny_app.live.slots import Slots, Value
from shiny_app.shell.format import clock, moment, offset_min, zone

_SOURCE_WORDS = {"live": "live", "replay": "replayed", "simulated": "simulated"}


def badge_fields(snapshot: FleetSnapshot) -> dict[str, Value]:
    """The live values of the badge, the same on every page."""
    return {
        "badge": f"{source_words(snapshot)} · {moment(snapshot.at)}",
        "badge.class": f"badge {badge_style(snapshot)}",
        "badge.about": about_data(snapshot),
        "badge.short": f"{source_words(snapshot)} · {clock(snapshot.at)}",
        "badge.clock": clock(snapshot.at),
        "badge.zone": f"Times are the server's, {zone(snapshot.at)}.",
        "badge.offset": str(offset_min(snapshot.at)),
        "zone": zone(snapshot.at),
    }


def sources(snapshot: FleetSnapshot) -> list[str]:
    """The sources that the fleet's units come from, simulated first."""
    held = np.bincount(snapshot.source, minlength=len(SOURCES))
    return [name for name in reversed(SOURCES) if held[SOURCES.index(name)]]


def source_words(snapshot: FleetSnapshot) -> str:
    """ "Simulated", "Simulated and live", "No data yet"."""
    words = [_SOURCE_WORDS[name] for name in sources(snapshot)]
    said = " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"
    return said.capitalize() or "No data yet"


def badge_style(snapshot: FleetSnapshot) -> str:
    """Simulated data is marked wherever it is among the rest."""
    held = sources(snapshot)
    return "simulated" if "simulated" in held else "live" if held else "none"


_SOURCE_SENTENCES = {
    "simulated": "Simulated: an emulator in this server makes this data, no real machine does.",
    "replay": "Replayed: recorded drives, sent again as if they happened now.",
    "live": "Live: real machines, or whoever posts in their name, send this data.",
}


def about_data(snapshot: FleetSnapshot) -> str:
    """What the words of the badge mean, a sentence for each source there is."""
    said = " ".join(_SOURCE_SENTENCES[name] for name in sources(snapshot))
    return said or "No unit has reported yet; the page fills by itself when one does."


def badge(slots: Slots) -> TagList:
    """Where the data comes from and how new it is, with the zone of its times; a press says it in sentences."""
    return TagList(
        tags.button(
            slots.bind(class_="badge.class", title="badge.about", data_clock="badge.clock",
                       data_offset="badge.offset", data_short="badge.short"),
            slots.text("badge", data_testid="source-badge"), " ", slots.text("zone", class_="zone"),
            type="button", id="badge", popovertarget="about-data",
        ),
        tags.div(
            slots.text("badge.about", make=tags.p),
            slots.text("badge.zone", make=tags.p),
            tags.p(hidden="", data_zones=""),
            id="about-data", popover="auto", class_="card about-data", data_testid="about-data",
        ),
    )  # fmt: skip
