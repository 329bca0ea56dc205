"""Putting an anomaly on a simulated unit, counting them, and the reset."""

from typing import Annotated, Protocol

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from connected_ops.api.problems import described
from connected_ops.telemetry.ids import PATTERN


class Anomalies(Protocol):
    """What the routes need of a running emulator."""

    async def start(self, kind: str, vehicle_id: str | None, hold_s: float | None) -> str:
        """Put an anomaly on a unit and return the unit's id. Raises UnknownAnomaly, UnknownUnit, NotOffered."""
        ...

    def stats(self) -> dict[str, int]:
        """How often each kind was started since the last reset."""
        ...

    async def reset_all(self) -> None:
        """Back to a fresh start for everything simulated."""
        ...


class AnomalyRequest(BaseModel):
    """Which anomaly, on which simulated unit (`corolla_2019` or the first one when left out), held for how long."""

    model_config = ConfigDict(strict=True, extra="ignore")

    anomaly_type: Annotated[str, Field(pattern=r"^[a-z_]{1,64}$", examples=["coolant_overheat"])]
    vehicle_id: Annotated[str | None, Field(pattern=PATTERN)] = None
    hold_s: Annotated[float | None, Field(gt=0, le=86_400, allow_inf_nan=False)] = None


def routes(anomalies: Anomalies) -> APIRouter:
    """`POST /api/simulate_anomaly`, `GET /api/anomaly_stats`, `POST /api/reset`."""
    router = APIRouter(tags=["simulation"])

    @router.post("/simulate_anomaly", summary="Put an anomaly on a simulated unit", responses=described(404, 409))
    async def simulate(request: AnomalyRequest) -> dict[str, str]:
        vehicle_id = await anomalies.start(request.anomaly_type, request.vehicle_id, request.hold_s)
        return {"status": "ok", "anomaly_type": request.anomaly_type, "vehicle_id": vehicle_id}

    @router.get("/anomaly_stats", summary="How often each anomaly was started")
    async def stats() -> dict[str, int]:
        return anomalies.stats()

    @router.post("/reset", summary="Purge everything simulated and start the simulation anew")
    async def reset() -> dict[str, str]:
        await anomalies.reset_all()
        return {"status": "ok"}

    return router
