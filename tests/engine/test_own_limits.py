"""A unit whose file sets limits of its own is held against those, beside a sister of its class that is not. In another
process, as a folder of machines is read once."""

import json
import subprocess
import sys
from typing import Any

import pytest

UNITS = """
[truck_12]
class = "class_8_truck"
[truck_12.coolant_temp_f]
warn = 206
critical = 212
normal = [178, 200]

[pump_2]
class = "pump_skid"
[pump_2.loop_flow_gal_min]
warn = 12
critical = 14

[simulated_1]
class = "genset"
name = "Not this one"
[simulated_1.coolant_temp_f]
warn = 206
critical = 212
"""

SCRIPT = """
import json, sys
from pathlib import Path
from connected_ops.machines import files
files.use(Path(sys.argv[1]))
from connected_ops.labs import Labs
from connected_ops.telemetry import codec
from connected_ops.telemetry.block import from_samples
from connected_ops.telemetry.units import Owner
from datetime import UTC, datetime

now = 1_800_000_000.0
labs = Labs(units=8, clock=lambda: now)
for s in range(400):
    now += 1.0
    ts = datetime.fromtimestamp(now, UTC).isoformat()
    hot = min(214.0, 192.0 + max(0, s - 120) * 0.1) + s % 2 / 4
    engine = {"ts": ts, "engine_rpm": 1400.0 + s % 7, "speed_mph": 55.0 + s % 3, "coolant_temp_f": hot}
    rows = [
        {**engine, "vehicle_id": "truck_12", "unit_class": "genset"},
        {**engine, "vehicle_id": "truck_13", "unit_class": "class_8_truck"},
        {"ts": ts, "vehicle_id": "pump_1", "unit_class": "pump_skid", "loop_flow_gal_min": 15.0 + s % 2 / 10},
        {"ts": ts, "vehicle_id": "pump_2", "loop_flow_gal_min": 15.0 + s % 2 / 10},
    ]
    labs.intake(Owner.LIVE).take(from_samples([codec.decode_one(json.dumps(row).encode()) for row in rows]), Owner.LIVE)
    simulated = {**engine, "vehicle_id": "simulated_1", "unit_class": "class_8_truck"}
    taken = from_samples([codec.decode_one(json.dumps(simulated).encode())])
    labs.intake(Owner.SIMULATED).take(taken, Owner.SIMULATED)
labs.assess()
shot = labs.read_model.snapshot()
episodes = {
    each.vehicle_id: [each.opened_at, each.reason, each.limit, each.class_label, each.money is not None]
    for each in labs.read_model.episodes() if each.kind == "machine"
}
coolant = labs.read_model.unit("truck_12").signal("coolant_temp_f")
print(json.dumps({
    "classes": dict(zip(shot.vehicle_ids, shot.unit_class)),
    "reasons": dict(zip(shot.vehicle_ids, shot.reasons)),
    "names": dict(zip(shot.vehicle_ids, shot.names)),
    "episodes": episodes,
    "coolant": [coolant.warn, coolant.critical],
}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("plant")
    (folder / "units").mkdir()
    (folder / "units" / "own.toml").write_text(UNITS, encoding="utf-8")
    ran = subprocess.run([sys.executable, "-c", SCRIPT, str(folder)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_it_speaks_before_its_sister_and_says_whose_limit_it_is(told: dict[str, Any]):
    opened, reason, limit, label, priced = told["episodes"]["truck_12"]
    assert opened <= told["episodes"]["truck_13"][0] - 60
    assert reason == "Coolant 214 °F, over the 212 °F limit set for it"
    assert (limit, label, priced) == (212, "Class 8 truck", True)
    assert "limit set for it" not in told["reasons"]["truck_13"]
    assert told["coolant"] == [206, 212]


def test_its_class_stands_whatever_class_its_samples_name(told: dict[str, Any]):
    assert told["classes"]["truck_12"] == "class_8_truck"
    assert told["classes"]["pump_2"] == "pump_skid"


def test_a_limit_that_its_class_has_none_of_is_held_against_it_alone(told: dict[str, Any]):
    assert told["episodes"]["pump_2"][1] == "Loop flow 15.1 gal/min, over the critical limit set for it, 14.0 gal/min"
    assert "pump_1" not in told["episodes"]
    assert "shown, not judged" in told["reasons"]["pump_1"]


def test_a_simulated_unit_of_the_same_id_is_left_as_it_is(told: dict[str, Any]):
    assert told["classes"]["simulated_1"] == "class_8_truck"
    assert told["names"]["simulated_1"] is None
    assert told["episodes"]["simulated_1"][:2] == told["episodes"]["truck_13"][:2]
