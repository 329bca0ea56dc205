"""What becomes of a recording's times when it is sent."""

from enum import StrEnum


class Retime(StrEnum):
    """NOW: its last row is now, and the spacing kept; KEEP: as they were written."""

    NOW = "now"
    KEEP = "keep"
