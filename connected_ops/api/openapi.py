"""What FastAPI does not know of this API, added to its OpenAPI document: the POST of telemetry, the problem documents,
and the key."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from connected_ops.api import answers
from connected_ops.api.problems import DESCRIBED, MOST_ERRORS, SCHEMA
from connected_ops.machines.catalog import SIGNALS
from connected_ops.telemetry import codec
from connected_ops.telemetry.sample import WireSample

SOURCES = ("live", "replay", "simulated")
EVERY = (400, 421)  # a Host that is malformed, or not this server's
EVERY_WRITE = (401, 403, 413, 429)
_EXAMPLE = {
    "ts": "2026-11-23T14:31:52Z",
    "vehicle_id": "my_truck",
    "unit_class": "class_8_truck",
    **{row.key: row.example for row in SIGNALS if row.example is not None},
}


class Place(BaseModel):
    """One field that is wrong: where, what kind of mistake, and what was expected."""

    loc: list[str | int]
    type: str
    msg: str


class Problem(BaseModel):
    """Problem details (RFC 9457). `errors` is there where single fields are wrong."""

    type: str
    title: str
    status: int
    detail: str
    errors: Annotated[list[Place], Field(max_length=MOST_ERRORS)] = []


def complete(document: dict[str, Any]) -> None:
    """Add all of it to a document that FastAPI has made."""
    document["paths"].setdefault("/telemetry", {})["post"] = _post()
    for path in document["paths"].values():
        for method, operation in path.items():
            responses = operation["responses"]
            if "422" in responses:
                responses["422"] = DESCRIBED
            responses |= {str(status): DESCRIBED for status in EVERY}
            if method != "get":
                operation["security"] = [{"ApiKey": []}, {"Bearer": []}, {}]
                responses |= {str(status): DESCRIBED for status in EVERY_WRITE}
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        "ApiKey": {
            "type": "apiKey",
            "in": "header",
            "name": "X-API-Key",
            "description": "Where this server has a key.",
        },
        "Bearer": {"type": "http", "scheme": "bearer", "description": "The same key, for who sends no X-API-Key."},
    }
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for name, schema in (
        ("Sample", WireSample.model_json_schema(ref_template=_REF)),
        ("SampleAnswer", answers.ONE.json_schema(ref_template=_REF, mode="serialization")),
        ("BodyAnswer", answers.MANY.json_schema(ref_template=_REF, mode="serialization")),
        (SCHEMA, Problem.model_json_schema(ref_template=_REF)),
    ):
        schemas |= schema.pop("$defs", {})
        schemas[name] = schema


def _post() -> dict[str, Any]:
    one, many = {"$ref": _REF.format(model="Sample")}, {"minItems": 1, "maxItems": codec.MAX_SAMPLES}
    told = [{"$ref": _REF.format(model=name)} for name in ("SampleAnswer", "BodyAnswer")]
    return {
        "tags": ["telemetry"],
        "summary": "Send one sample, an array of at most 1,000, or NDJSON",
        "parameters": [
            {
                "name": "X-Source",
                "in": "header",
                "schema": {"type": "string", "enum": list(SOURCES), "default": SOURCES[0]},
                "description": "A vehicle_id belongs to the source that used it first.",
            },
            {
                "name": "Content-Encoding",
                "in": "header",
                "schema": {"type": "string", "enum": ["identity", "gzip", "deflate"], "default": "identity"},
                "description": "At most 1 MiB and 1,000 samples when it is unpacked.",
            },
            {
                "name": "timezone",
                "in": "query",
                "schema": {"type": "string"},
                "example": "Europe/Berlin",
                "description": "The zone of times that are written without one, by its name in the time zone database.",
            },
            {
                "name": "strict",
                "in": "query",
                "schema": {"type": "integer", "enum": [0, 1], "default": 0},
                "description": "1: an array or NDJSON without a readable row is 422, where else each is a rejection.",
            },
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"oneOf": [one, {"type": "array", "items": one, **many}]},
                    "example": _EXAMPLE,
                },
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        },
        "responses": {
            "200": {
                "description": "Of one sample its verdict, with the reasons and what was ignored. Of several: counts "
                "of each verdict, the first 20 rejections, and what of the first row was ignored.",
                "content": {
                    "application/json": {
                        "schema": {"oneOf": told},
                        "example": {"status": "ok", "verdict": "valid"},
                    }
                },
            },
            **{str(status): DESCRIBED for status in (400, 409, 415, 422, 503)},
        },
    }


_REF = "#/components/schemas/{model}"
