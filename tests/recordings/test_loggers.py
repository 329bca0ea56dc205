"""The files of loggers, as each writes them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from connected_ops.machines import catalog
from connected_ops.recordings.formats import FORMATS
from connected_ops.recordings.hints import hints_of
from connected_ops.recordings.reading import Reading, reading
from tests.recordings_as_written import CAROBD, KIT

TWENTY = range(20)
BEGUN = datetime(2031, 6, 3, 18, tzinfo=UTC).timestamp()

TORQUE = [
    "GPS Time, Device Time, Longitude,GPS Speed (Meters/second),Engine Coolant Temperature(°C),Engine RPM(rpm),"
    "Speed (OBD)(km/h),Average trip speed(whilst moving only)(km/h),Engine Oil Temperature(°C)"
]
TORQUE += ["-,03-juin-2031 18:00:00.100,-,-,-,-,-,-,-"] * 2
TORQUE += [
    f"Tue Jun 03 18:00:{at:02} GMT+02:00 2031,03-juin-2031 18:00:{at:02}.100,8,13.8,9{at % 3},1{at:02}0,50,33,101"
    for at in range(2, 30)
]
TORQUE += [TORQUE[0]] + [
    f"Tue Jun 03 18:10:0{at} GMT+02:00 2031,03-juin-2031 18:10:0{at}.100,8,13.8,92,1000,-,33,101" for at in range(2)
]

CAR_SCANNER = ['"SECONDS";"PID";"VALUE";"UNITS";"LATITUDE";"LONGTITUDE";'] + [
    f'"{64800 + at * 0.7:.6f}";"{name}";"{value}";"{unit}";"0";"0";'
    for at in TWENTY
    for name, value, unit in (
        ("Engine RPM", 1100 + at, "rpm"), ("Vehicle speed", 50, "km/h"), ("Engine coolant temperature", 92, "℃"),
        ("Average speed", 12, "km/h"), ("Speed (GPS)", 51, "km/h"), ("Oil temperature", 120, "℃"),
    )
]  # fmt: skip

OBDLINK = [
    "# StartTime = 06/03/2031 06:00:00.000 PM",
    "Time (sec), Engine coolant temperature (°F), Engine RPM (RPM), Vehicle speed (MPH), Engine oil temperature (°F)",
] + [f"{at}.000,198,{1100 + at},31,220" for at in TWENTY]

BLUEDRIVER = [
    "BlueDriver Data Log", "Jun 3, 2031 6:00:00 PM",
    "Time (s),Barometric Pressure (kPa),Vehicle Speed (MPH),Engine Coolant Temperature (°C),Engine RPM (rpm)",
] + [f"{at},101,31,92,{1100 + at}" for at in TWENTY]  # fmt: skip

FREEMATICS = ["#FREEMATICS", "0,1000", "11,30631", "10,18000000"]
for second in TWENTY:
    FREEMATICS += [f"0,{1000 + second * 1000}", f"10C,{1100 + second}", "10D,50", "105,92", "20,0.1;0.2;0.9", "24,13.9"]

FREEMATICS_OLD: list[str] = []
for second in TWENTY:
    FREEMATICS_OLD += [f"{second}000,10C,{1100 + second}", f"{second}009,10D,50", f"{second}021,105,92"]

OPENXC = [
    json.dumps({"timestamp": BEGUN + at, "name": name, "value": value})
    for at in TWENTY
    for name, value in (
        ("engine_speed", 1100 + at), ("vehicle_speed", 50), ("transmission_gear_position", "third"),
        ("ignition_status", "run"), ("fuel_level", 60.5),
    )
]  # fmt: skip

RACECHRONO = [
    "This file is created using RaceChrono v9.1.3 ( http://racechrono.com/ ).", "Format,3",
    'Session title,"Around, twice"', "Created,03/06/2031,18:00", "Note,", "",
    "timestamp,fragment_id,lap_number,elapsed_time,altitude,bearing,speed,speed,engine_rpm,coolant_temp,speed",
    "unix time,,,s,m,deg,m/s,m/s,rpm,.C,m/s",
    ",,,,100: gps,100: gps,100: gps,calc,200: obd,200: obd,200: obd",
] + [f"{BEGUN + at},0,1,{at}.0,100,5,14.5,14.6,{1100 + at},92,13.9" for at in TWENTY]  # fmt: skip

ANDROID = [
    "TIME;LATITUDE;LONGITUDE;ALTITUDE;VEHICLE_ID;ENGINE_COOLANT_TEMP;ENGINE_LOAD;AMBIENT_AIR_TEMP;ENGINE_RPM;SPEED"
] + [f"{int(BEGUN + at)}000;49,1;8,2;120;KA-X 7;92C;33,3%;19C;{1100 + at}RPM;50km/h" for at in TWENTY]

ANDROBD = ["Time,Engine RPM,Vehicle Speed,Engine Coolant Temperature,"] + [
    f"2031-06-03 18:00:{at:02}.250,{1100 + at}.0,50.0,92.0," for at in TWENTY
]

ASAMMDF = ["timestamps,EngineSpeed,WheelBasedVehicleSpeed,EngCoolantTemp,EngOilTemp1"] + [
    f"{at * 0.5},{1100 + at},50.0,92,101" for at in range(40)
]

HPTUNERS = [
    "HP Tuners CSV Log File", "Version: 1.0", "", "[Log Information]", "Creation Time: 6/3/2031 6:00:00 PM", "",
    "[Channel Information]", "0,5,12,13", "Offset,Engine Coolant Temp (SAE),Engine RPM (SAE),Vehicle Speed (SAE)",
    "s,°F,rpm,mph", "", "[Channel Data]",
] + [f"{at},198,{1100 + at},31" for at in TWENTY]  # fmt: skip

CAROBD_RAW = [CAROBD] + [f"{at}, {1100 + at}, 50, 20, 92, 33, 60," for at in TWENTY]
CAROBD_TIDY = ["trip,t_s,engine_rpm,vehicle_speed,coolant_temperature"] + [f"a,{at},{1100 + at},50,92" for at in TWENTY]
KIT_RAW = [KIT] + [f"18:00:{at:02}.{part},92,{1100 + at},50,31" for at in TWENTY for part in (105, 650)]
KIT_TIDY = ["trip,t_s,coolant_c,rpm,speed_kmh"] + [f"a,{at},92,{1100 + at},50" for at in TWENTY]

FILES: dict[str, tuple[str, list[str], bool]] = {
    "Torque": ("trackLog.csv", TORQUE, True),
    "Car Scanner": ("2031-06-03 18-00-00.csv", CAR_SCANNER, True),
    "OBDLink, OBD Fusion": ("CSVLog_7.csv", OBDLINK, True),
    "BlueDriver": ("My Logs.csv", BLUEDRIVER, True),
    "Freematics": ("DAT00001.CSV", FREEMATICS, True),
    "OpenXC": ("trace.json", OPENXC, True),
    "RaceChrono": ("session.csv", RACECHRONO, True),
    "Android OBD Reader": ("LOG.csv", ANDROID, True),
    "AndrOBD and alike": ("export.csv", ANDROBD, True),
    "asammdf, CANedge": ("decoded.csv", ASAMMDF, False),
    "HP Tuners": ("log1.csv", HPTUNERS, True),
    "carOBD, as recorded": ("live9.csv", CAROBD_RAW, False),
    "carOBD, tidied": ("live.csv", CAROBD_TIDY, False),
    "KIT, as recorded": ("2031-06-03_Trip.csv", KIT_RAW, True),
    "KIT, tidied": ("trips.csv", KIT_TIDY, False),
}


def taken(tmp_path: Path, name: str, lines: list[str], encoding: str = "utf-8", zone: str | None = None) -> Reading:
    path = tmp_path / name
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return reading(path, hints=hints_of(zone, []))


@pytest.mark.parametrize("label", [each.label for each in FORMATS])
def test_each_logger_is_known_and_its_values_are_in_the_payloads_units(tmp_path, label):
    name, lines, dated = FILES[label]
    told = taken(tmp_path, name, lines)
    assert f"{name}: read as a file of {label}." in told.said
    (found,) = told.recordings
    assert found.dated is dated
    assert len(found.ts) >= 14
    rpm, speed = found.values[:, catalog.RPM], found.values[:, catalog.SPEED]
    assert 1000 <= np.nanmin(rpm) <= np.nanmax(rpm) < 1400
    assert np.nanmedian(speed) == pytest.approx(31.07, abs=0.1)
    if label != "OpenXC":
        assert np.nanmedian(found.values[:, catalog.COOLANT]) == pytest.approx(197.6, abs=2.0)
        assert np.nanmax(found.values[:, catalog.COOLANT]) < 200  # never the oil's
    if dated:
        hour = 16 if label == "Torque" else 18
        assert datetime.fromtimestamp(found.ts[0], UTC).strftime("%Y-%m-%d %H:%M") == f"2031-06-03 {hour}:00"


def test_every_format_has_a_file_here():
    assert set(FILES) == {each.label for each in FORMATS}


def test_torques_phone_time_takes_its_zone_from_the_gps(tmp_path):
    told = taken(tmp_path, "trackLog.csv", TORQUE)
    assert "trackLog.csv: 'Device Time' names no zone; by 'GPS Time' it is UTC+02:00." in told.said
    assert told.recordings[0].ts[0] == pytest.approx(datetime(2031, 6, 3, 16, 0, 2, 100_000, UTC).timestamp())
    assert np.isnan(told.recordings[0].values[-1, catalog.SPEED])  # the second trip has no OBD speed: never the GPS's


def test_the_gps_tells_the_speed_where_nothing_else_does(tmp_path):
    lines = [line for line in CAR_SCANNER if "Vehicle speed" not in line]
    found = taken(tmp_path, "2031-06-03 18-00-00.csv", lines).recordings[0]
    assert np.nanmedian(found.values[:, catalog.SPEED]) == pytest.approx(51 * 0.621371)


def test_a_car_scanner_file_in_another_language_and_zone(tmp_path):
    lines = ['"SECONDS";"PID";"VALUE";"UNITS";']
    for at in range(0, 30, 3):
        for name, value, unit in (
            ("Regime motore", 1200, "giri/min"),
            ("Temperatura liquido di raffreddamento motore", 91, "°C"),
            ("Carico motore", 40, "%"),
        ):
            lines.append(f'"{(86_390 + at) % 86_400}";"{name}";"{value}";"{unit}";')
    told = taken(tmp_path, "2031-06-03_23-59-50.csv", lines, zone="Europe/Rome")
    (found,) = told.recordings
    assert datetime.fromtimestamp(found.ts[0], UTC).isoformat() == "2031-06-03T21:59:50+00:00"
    assert found.ts[-1] - found.ts[0] == 27.0
    assert np.nanmax(found.values[:, catalog.COOLANT]) == pytest.approx(195.8)


def test_freematics_older_form_counts_from_its_begin(tmp_path):
    (found,) = taken(tmp_path, "DAT00002.CSV", FREEMATICS_OLD).recordings
    assert (found.dated, len(found.ts)) == (False, 20)
    assert np.nanmax(found.values[:, catalog.COOLANT]) == pytest.approx(197.6)


@pytest.mark.parametrize("form", ["array", "wrapped", "deep", "columns", "series", "lists", "cut", "commas"])
def test_json_is_read_however_it_is_wrapped(tmp_path, form):
    coolant = {"value": 92, "unit": "°C"}
    rows = [{"ts": (BEGUN + at) * 1000, "deviceId": 77, "rpm": 1100 + at, "coolant_temp": coolant} for at in TWENTY]
    plain = [{"time": BEGUN + at, "rpm": 1100 + at, "coolant": 92} for at in TWENTY]
    series = {
        key: [{"ts": row["time"] * 1000, "value": str(row[key])} for row in plain] for key in ("rpm", "coolant")
    }  # fmt: skip
    text = {
        "array": json.dumps(rows),
        "wrapped": json.dumps({"data": rows}, indent=1),
        "deep": json.dumps({"meta": {"n": 20}, "result": {"vehicle": "x", "rows": rows}}),
        "columns": json.dumps({key: [row[key] for row in plain] for key in plain[0]}),
        "series": json.dumps(series),
        "lists": json.dumps([list(plain[0]), *(list(row.values()) for row in plain)]),
        "cut": json.dumps(rows)[:-40],
        "commas": ",\n".join(json.dumps(row) for row in rows) + ",",
    }[form]
    path = tmp_path / "any.txt"
    path.write_text(text)
    told = reading(path)
    (found,) = told.recordings
    assert found.ts[:2].tolist() == [BEGUN, BEGUN + 1]
    assert len(found.ts) == (19 if form == "cut" else 20)
    assert found.values[0, catalog.RPM] == 1100
    assert found.values[0, catalog.COOLANT] == pytest.approx(197.6)
    assert any("no JSON" in sentence for sentence in told.said) is (form == "cut")


def test_ndjson_with_bad_lines_and_one_signal_a_line_is_merged_by_unit_and_time(tmp_path):
    lines = []
    for at in range(10):
        time = datetime.fromtimestamp(BEGUN + at, UTC).isoformat()
        for unit in ("a", "b"):
            lines += [
                json.dumps({"ts": time, "vehicle_id": unit, "engine_rpm": 900}),
                json.dumps({"ts": time, "vehicle_id": unit, "coolant_temp_f": 190}),
            ]
    lines[3:3] = ["{oops", "7", '{"ts": null, "vehicle_id": "a", "engine_rpm": 1}', ""]
    path = tmp_path / "a.ndjson"
    path.write_text("\n".join(lines))
    told = reading(path)
    assert [(each.unit, len(each.ts)) for each in told.recordings] == [("a", 10), ("b", 10)]
    assert np.isfinite(told.recordings[0].values[:, [catalog.RPM, catalog.COOLANT]]).all()
    assert "a.ndjson: left out 1 × lines that are no JSON (line 4)." in told.said
    assert "a.ndjson: left out 1 × rows without a time (line 6)." in told.said
