"""What clients may read of the fleet and of one unit: the snapshot as JSON and as a table, made once a sequence."""

from math import isfinite
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from connected_ops.api import table, wire
from connected_ops.api.made import Made
from connected_ops.api.problems import described
from connected_ops.api.wire import iso
from connected_ops.errors import UnknownUnit
from connected_ops.insight.episode import finite
from connected_ops.machines import catalog
from connected_ops.read_model import (
    BANDS,
    FRESHNESS,
    OTHER_SIGNALS,
    SOURCES,
    DriftView,
    FleetSnapshot,
    ReadModel,
    UnitView,
    csv_bytes,
)
from connected_ops.risk.failure_modes import KEYS as MODES

COLUMNS = (
    "vehicle_id", "unit_class", "source", "freshness", "score", "band", "reason", "time_to_limit_s", "saved_usd",
    "last_ts", "name", "site",
)  # fmt: skip


def routes(read_model: ReadModel) -> APIRouter:
    """`GET /api/fleet`, `GET /api/units.csv` and `GET /api/units/{vehicle_id}`."""
    router = APIRouter(tags=["fleet"])
    made = Made()

    @router.get(
        "/fleet", summary="Every unit with its score, band, reason and newest values", response_model=wire.Fleet
    )
    async def fleet() -> Response:
        shot = read_model.snapshot()
        body = await made.body(shot.sequence, "json", len(shot.vehicle_ids), lambda: wire.json_bytes(_fleet(shot)))
        return Response(body, media_type="application/json")

    @router.get("/units.csv", summary="The fleet as a table", response_class=Response, responses=table.DESCRIBED)
    async def units_csv() -> Response:
        shot = read_model.snapshot()
        body = await made.body(shot.sequence, "csv", len(shot.vehicle_ids), lambda: _csv(shot))
        return table.attachment(body, "units.csv")

    @router.get(
        "/units/{vehicle_id:path}",  # an id may hold slashes
        summary="One unit: what the fleet says of it, and what led to that",
        response_model=wire.UnitDetail,
        responses=described(404),
    )
    async def unit(vehicle_id: Annotated[str, Path(description="The unit's id, as it reports")]) -> Response:
        shot, view = read_model.snapshot(), read_model.unit(vehicle_id)
        if view is None:
            raise UnknownUnit("No unit with that vehicle_id has reported.")
        return Response(
            wire.json_bytes(_detail(shot, shot.vehicle_ids.index(view.row.vehicle_id), view)),
            media_type="application/json",
        )

    return router


def _fleet(shot: FleetSnapshot) -> wire.Fleet:
    return wire.Fleet(shot.sequence, iso(shot.at), shot.loop, _units(shot, slice(None)))


def _units(shot: FleetSnapshot, which: slice) -> list[wire.Unit]:
    """Those rows of the snapshot."""
    columns = zip(
        shot.vehicle_ids[which],
        shot.unit_class[which],
        shot.source[which].tolist(),
        shot.freshness[which].tolist(),
        shot.score[which].tolist(),
        shot.band[which].tolist(),
        shot.points[which].tolist(),
        shot.reasons[which],
        shot.to_limit[which, 1].tolist(),
        shot.saved_usd[which].tolist(),
        shot.last_ts[which].tolist(),
        shot.values[which].tolist(),
        shot.names[which],
        shot.sites[which],
        strict=True,
    )
    return [
        wire.Unit(
            vehicle_id=vehicle_id,
            unit_class=unit_class,
            source=SOURCES[source],
            freshness=FRESHNESS[fresh],
            score=score,
            band=BANDS[band],
            contributions=dict(zip(MODES, points, strict=True)),
            reason=reason,
            time_to_limit_s=finite(to_limit),
            saved_usd=saved if isfinite(saved) else 0.0,
            last_ts=iso(last_ts),
            values={
                key: finite(value)
                for key, value in zip(catalog.KEYS, values, strict=True)
                if key not in OTHER_SIGNALS or isfinite(value)
            },
            name=name,
            site=site,
        )
        for vehicle_id, unit_class, source, fresh, score, band, points, reason, to_limit, saved, last_ts, values,
            name, site
        in columns
    ]  # fmt: skip


def _csv(shot: FleetSnapshot) -> bytes:
    sent = shot.sent()
    return csv_bytes(
        (*COLUMNS, *sent),
        (
            (
                unit.vehicle_id, unit.unit_class, unit.source, unit.freshness, round(unit.score, 1), unit.band,
                unit.reason, unit.time_to_limit_s, round(unit.saved_usd, 2), unit.last_ts, unit.name,
                unit.site, *map(unit.values.get, sent),
            )
            for unit in _units(shot, slice(None))
        ),
    )  # fmt: skip


def _detail(shot: FleetSnapshot, row: int, view: UnitView) -> wire.UnitDetail:
    (unit,) = _units(shot, slice(row, row + 1))
    return wire.UnitDetail(
        **{name: getattr(unit, name) for name in wire.Unit.__dataclass_fields__},
        indicators=[wire.UnitIndicator(one.key, one.label, one.evidence) for one in view.indicators],
        forecast=wire.interval(tuple(shot.to_limit[row].tolist())),
        episodes=[wire.episode(one) for one in view.episodes],
        samples=[
            wire.JudgedSample(iso(one.ts), one.verdict, list(one.sentences), dict(one.values)) for one in view.newest
        ],
        against_itself=None if view.drift is None else _against_itself(view.drift),
    )


def _against_itself(drift: DriftView) -> wire.AgainstItself:
    since = None if drift.onset is None else iso(drift.onset)
    return wire.AgainstItself(drift.key, drift.label, drift.uom, drift.level, since, drift.sentence)
