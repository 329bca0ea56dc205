"""What a page's browser may send by its live connection: each name once, for whoever guards that connection."""

from collections.abc import Mapping

INPUTS = (
    "assumptions", "backtest", "beside", "fault_unit", "find", "inject", "journey", "pause", "redraw", "reset",
    "service_done", "undo_service", "units", "work",
)  # fmt: skip
"""What our own script sends: the inputs that the server function reads."""

CLIENT_DATA: Mapping[str, type] = {
    ".clientdata_output_live_hidden": bool,
    ".clientdata_pixelratio": float,
    ".clientdata_singletons": str,
    ".clientdata_url_hash": str,
    ".clientdata_url_hash_initial": str,
    ".clientdata_url_hostname": str,
    ".clientdata_url_pathname": str,
    ".clientdata_url_port": str,
    ".clientdata_url_protocol": str,
    ".clientdata_url_search": str,
}
"""What Shiny's script says of the browser by itself, and of which type it is."""

NAMES: Mapping[str, type] = {**dict.fromkeys(INPUTS, object), **CLIENT_DATA}
"""All of them; what an input holds (`object`) is judged where it is read."""
