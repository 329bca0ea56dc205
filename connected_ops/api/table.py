"""Tables to take away: CSV that a spreadsheet opens as what it is, text and numbers."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from starlette.responses import Response

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
Cell = str | float | int | None
DESCRIBED: dict[int | str, dict[str, Any]] = {200: {"description": "UTF-8 CSV", "content": {"text/csv": {}}}}


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 CSV (RFC 4180); None is an empty cell, and text that a spreadsheet would run gets an apostrophe before."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def attachment(body: bytes, name: str) -> Response:
    """The table as a file of that name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8")


def _cell(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
