"""The wire model of one sample: the only wire schema, and the OpenAPI document's.

It is strict, and reads at once what is written plainly: a number is a number, time carries its zone, unknown fields are
ignored and null means absent. What it refuses is read again as devices write it (`leniency`); the document says what
both take. Each signal is in the unit of its quantity (see `machines.catalog`).
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, FailFast, Field, GetCoreSchemaHandler, create_model
from pydantic_core import CoreSchema, core_schema

from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.unit_class import KEYS
from connected_ops.telemetry import ids, values
from connected_ops.telemetry.times import EARLIEST, LATEST

# Ids that are read as they are: their letters are composed, none is invisible, and no blank is outside. Read by Rust,
# whose $ is the end of the text and never stands before a last line break.
_PLAIN_ID = r"^[A-Za-z0-9À-ÖØ-öø-ſ](?:[ -~¡-¬®-ſ]{0,62}[!-~¡-¬®-ſ])?$"


class _WrittenTime:
    """RFC 3339 text only: pydantic alone would also read a bare number in quotes as Unix seconds."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(pattern=r"^\d{4}-\d\d-\d\d[Tt ]", max_length=40)
        moment = core_schema.datetime_schema(tz_constraint="aware", strict=False, ge=EARLIEST, le=LATEST)
        return core_schema.chain_schema([text, moment])

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        text = {"type": "string", "description": "RFC 3339 with its zone; without one by the parameter `timezone`"}
        unix = {"type": "number", "minimum": 0, "exclusiveMaximum": 1e20, "description": "Unix time in s, ms, µs or ns"}
        return {"anyOf": [text, unix], "examples": ["2026-11-23T14:31:52Z", 1795444312]}


class _Shown:
    """How a field stands in the document, which says what is taken of devices too."""

    def __init__(self, **schema: Any) -> None:
        self._schema = schema

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return self._schema


WrittenTime = Annotated[datetime, _WrittenTime]
Number = Annotated[
    float | None,
    Field(allow_inf_nan=False),
    _Shown(anyOf=[{"type": "number"}, {"type": "string", "maxLength": values.LONGEST}, {"type": "null"}]),
]
FaultCode = Annotated[str, Field(max_length=32)]


class Sample(BaseModel):
    """One reading of one machine at one instant. `ts` and `vehicle_id` are required, any signal may be absent.
    `WireSample` has the signals."""

    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)

    ts: WrittenTime
    vehicle_id: Annotated[
        str,
        Field(pattern=_PLAIN_ID),
        _Shown(
            anyOf=[{"type": "string"}, {"type": "number"}],
            pattern=ids.PATTERN,
            description=f"{ids.ID}. Outer blanks and case make no other unit.",
        ),
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
