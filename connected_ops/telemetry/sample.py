"""The wire model of one sample: the only wire schema, and the OpenAPI document's.

Strict: a number is a number (numeric strings, NaN, Infinity and booleans are errors), time carries its zone, unknown
fields are ignored and null means absent. Each signal is in the unit of its quantity (see `machines.catalog`).
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, FailFast, Field, GetCoreSchemaHandler, create_model
from pydantic_core import CoreSchema, core_schema

from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.unit_class import KEYS

# Read by Rust, whose $ is the end of the text and never stands before a last line break; and by clients.
VEHICLE_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"


_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)  # time zones beyond the ends of the calendar cannot be written back


class _WrittenTime:
    """RFC 3339 text only: pydantic alone would also read a bare number in quotes as Unix seconds."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(pattern=r"^\d{4}-\d\d-\d\d[Tt ]", max_length=40)
        moment = core_schema.datetime_schema(tz_constraint="aware", strict=False, ge=_EARLIEST, le=_LATEST)
        return core_schema.chain_schema([text, moment])

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "examples": ["2026-11-23T14:31:52Z"]}


WrittenTime = Annotated[datetime, _WrittenTime]
Number = Annotated[float | None, Field(allow_inf_nan=False)]
FaultCode = Annotated[str, Field(max_length=32)]


class Sample(BaseModel):
    """One reading of one machine at one instant. `ts` and `vehicle_id` are required, any signal may be absent.
    `WireSample` has the signals."""

    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)

    ts: WrittenTime
    vehicle_id: Annotated[
        str,
        Field(pattern=VEHICLE_ID_PATTERN, description="A letter or digit, then up to 63 of letters, digits, . _ : -"),
    ]
    unit_class: Annotated[
        str | None,
        Field(
            description=f"One of {', '.join(KEYS)}; another one is taken as unknown, and once named it is remembered.",
            json_schema_extra={"examples": list(KEYS)},
        ),
    ] = None
    fault_codes: Annotated[list[FaultCode] | None, FailFast(), Field(max_length=64)] = None


def _signals() -> dict[str, Any]:
    return {row.key: (Number, Field(None, description=f"{row.label}, {row.uom}".strip(", "))) for row in SIGNALS}


if TYPE_CHECKING:
    WireSample = Sample
else:
    WireSample = create_model("Sample", __base__=Sample, **_signals())
    """A sample with a field for each signal of the catalogue."""
