"""Small files as a logger or a gateway leaves them."""

CAROBD = (
    "ENGINE_RUN_TINE (),ENGINE_RPM (),VEHICLE_SPEED (),ENGINE_LOAD (),COOLANT_TEMPERATURE (),INTAKE_AIR_TEMP (),FUEL ()"
)
KIT = "Time,Engine Coolant Temperature [Â°C],Engine RPM [RPM],Vehicle Speed Sensor [km/h],Intake Air Temperature [Â°C]"


def car(
    seconds: int, *, hot_from: int | None = None, labelled: bool = False, unit: str = "car", kind: str = "passenger_car"
) -> list[str]:
    """CSV in the payload's names: a warm car at 1 Hz, whose coolant stands at 255 °F for a minute from `hot_from`."""
    rows = ["ts,vehicle_id,unit_class,coolant_temp_f,engine_rpm,speed_mph" + (",label" if labelled else "")]
    for at in range(seconds):
        hot = hot_from is not None and hot_from <= at < hot_from + 60
        time = f"2026-03-05T{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}Z"
        row = f"{time},{unit},{kind},{255 if hot else 192 + at % 2},{1900 + at % 7},{45 + at % 3}"
        rows.append(row + (f",{int(hot)}" if labelled else ""))
    return rows
