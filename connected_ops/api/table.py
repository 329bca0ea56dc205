"""A table as the answer to a request."""

from typing import Any

from starlette.responses import Response

DESCRIBED: dict[int | str, dict[str, Any]] = {200: {"description": "UTF-8 CSV", "content": {"text/csv": {}}}}


def attachment(body: bytes, name: str) -> Response:
    """The table as a file of that name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, headers=headers, media_type="text/csv; charset=utf-8")
