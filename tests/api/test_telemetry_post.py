"""`POST /api/telemetry`: what is taken, what is refused, and that the counts never lie."""

import asyncio
import csv
import gzip
import json
import zlib
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

MARKER = "zq7secret"
COUNTS = ("accepted", "needs_review", "rejected", "duplicates")


def counts_of(receipt):
    return tuple(receipt[name] for name in COUNTS)


async def test_one_sample_is_answered_with_its_verdict(api):
    answer = await api.post(api.sample())
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "verdict": "valid"}


async def test_a_repeat_is_a_duplicate_and_changes_nothing(api):
    await api.post(api.sample(coolant_temp_f=190.0))
    assert (await api.post(api.sample(coolant_temp_f=250.0))).json()["verdict"] == "duplicate"
    (unit,) = (await api.fleet())["units"]
    assert unit["values"]["coolant_temp_f"] == 190.0


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"coolant_temp_f": 999.0}, "needs_review"),
        ({"coolant_temp_f": 1e308, "vibration_score": -1e29}, "needs_review"),
        ({"coolant_temp_f": 1e30, "engine_rpm": 8191.875}, "valid"),
        ({"coolant_temp_f": None, "engine_rpm": None}, "valid"),
        ({"ts": "2025-11-23T14:36:53Z"}, "rejected"),
        ({"intake_air_temp_f": 210.0}, "needs_review"),
        ({"coolant_temp_f": None, "no_such_field": [1], "unit_class": None}, "valid"),
        ({"engine_load_pct": 40.0, "ambient_temp_f": 70, "vibration_rms_mm_s": 1.1, "fault_codes": ["P0217"]}, "valid"),
        ({"unit_class": "class_8_truck"}, "valid"),
        ({"ts": "2025-11-23T14:31:52.123456+05:30"}, "valid"),
    ],
)
async def test_what_was_read_is_200_with_its_verdict(api, fields, verdict):
    answer = await api.post({**api.sample(), **fields})
    assert (answer.status_code, answer.json().get("verdict")) == (200, verdict)


async def test_a_value_that_is_withheld_is_named_with_its_rule_and_why(api):
    answer = (await api.post(api.sample(coolant_temp_f=999.0))).json()
    (reason,) = answer.pop("reasons")
    assert answer == {"status": "ok", "verdict": "needs_review"}
    assert (reason["rule"], reason["field"]) == ("sensor_range", "coolant_temp_f")
    assert reason["reason"].startswith("Coolant temperature 999 °F is outside")
    (unit,) = (await api.fleet())["units"]
    assert (unit["values"]["coolant_temp_f"], unit["values"]["engine_rpm"]) == (None, 1350.0)


async def test_a_repeat_says_why_it_changed_nothing(api):
    await api.post(api.sample())
    (reason,) = (await api.post(api.sample())).json()["reasons"]
    assert (reason["rule"], reason["field"]) == ("duplicate", "ts")


async def test_what_is_unknown_beside_known_fields_is_named_and_the_rest_counts(api):
    row = api.sample(coolant_temp_c=90, unit_class="tractor", oil=None)
    answer = (await api.post(row)).json()
    assert answer == {"status": "ok", "verdict": "valid", "ignored": ["unit_class", "coolant_temp_c", "oil"]}
    assert (await api.fleet())["units"][0]["unit_class"] == "unknown"
    receipt = (await api.post([api.sample("other", coolant_temp_c=90, unit_class="tractor")])).json()
    assert counts_of(receipt) == (1, 0, 0, 0)


async def test_a_class_once_named_stays_when_an_unknown_one_is_sent(api):
    await api.post(api.sample(unit_class="genset"))
    assert (await api.post(api.sample(after_s=1, unit_class="GENSET"))).json()["ignored"] == ["unit_class"]
    assert (await api.fleet())["units"][0]["unit_class"] == "genset"


async def test_a_sample_without_a_known_field_is_rejected_with_the_nearest_names_and_makes_no_unit(api):
    row = {"ts": api.sample()["ts"], "vehicle_id": "my_truck", "coolant_temp_c": 90, "EngineRPM": 1350, "gear": 3}
    answer = (await api.post(row)).json()
    (reason,) = answer["reasons"]
    assert (answer["verdict"], answer["ignored"]) == ("rejected", ["coolant_temp_c", "EngineRPM", "gear"])
    assert (reason["rule"], reason["field"]) == ("no_signal", "")
    assert reason["reason"].endswith(
        "Nearest known names: coolant_temp_f for coolant_temp_c, engine_rpm for EngineRPM."
    )
    fleet = await api.fleet()
    assert (fleet["units"], fleet["loop"]["rejected"]) == ([], 1)
    (kept,) = (await api.get("/api/quarantine"))["rows"]
    assert (kept["rule"], kept["vehicle_id"]) == ("no_signal", "my_truck")


async def test_a_sample_of_nothing_but_time_and_unit_is_rejected_without_a_name_to_suggest(api):
    answer = (await api.post({"ts": api.sample()["ts"], "vehicle_id": "my_truck"})).json()
    assert set(answer) == {"status", "verdict", "reasons"}
    assert "Nearest" not in answer["reasons"][0]["reason"]


async def test_a_thousand_unknown_names_are_told_as_the_first_twenty_cut_short(api):
    row = api.sample() | {f"{at:04}" + "x" * 100: at for at in range(1000)}
    ignored = (await api.post(row)).json()["ignored"]
    assert [name[:4] for name in ignored] == [f"{at:04}" for at in range(20)]
    assert {len(name) for name in ignored} == {64}


@pytest.mark.parametrize(
    ("after_s", "rule"), [(301.0, "future"), (-30 * 86_400 - 1.0, "too_old"), (300.0, None), (-30 * 86_400 + 1.0, None)]
)
async def test_a_time_far_ahead_or_long_ago_is_rejected_by_name(api, after_s, rule):
    answer = (await api.post(api.sample(after_s=after_s))).json()
    assert answer["verdict"] == ("rejected" if rule else "valid")
    assert [(each["rule"], each["field"]) for each in answer.get("reasons", ())] == ([(rule, "ts")] if rule else [])
    assert ((await api.fleet())["units"] == []) is (rule is not None)


async def test_what_there_is_no_room_for_is_503_with_the_time_to_come_again(api, assert_problem, monkeypatch):
    raw = json.dumps([api.sample("a", second / 100) for second in range(200)]).encode()
    monkeypatch.setattr("connected_ops.engine.bodies.MOST_BYTES", len(raw))
    first, second = await asyncio.gather(api.post(raw), api.post(raw))
    assert counts_of(first.json()) == (200, 0, 0, 0)
    assert_problem(second, 503)
    assert second.headers["retry-after"] == "1"
    assert "connected_ops_bodies_turned_away_total 1.0" in (await api.client.get("/metrics")).text
    assert counts_of((await api.post(raw)).json()) == (0, 0, 0, 200)


async def test_rows_of_an_array_add_up_good_ones_kept_beside_bad_ones(api):
    rows = [
        api.sample("a", 0),
        api.sample("a", 0),
        api.sample("a", 1, coolant_temp_f=999),
        api.sample("a", 2, intake_air_temp_f=210),
        {"ts": "yesterday", "vehicle_id": "a"},
        api.sample("b", 3600),
        {**api.sample("b"), "coolant_temp_f": "93,5"},
        api.sample("b", 1),
        7,
    ]
    receipt = (await api.post(rows)).json()
    assert counts_of(receipt) == (2, 2, 4, 1)
    assert [(row["index"], row["rule"], row["field"]) for row in receipt["rejections"]] == [
        (4, "malformed", "ts"),
        (5, "future", "ts"),
        (6, "malformed", "coolant_temp_f"),
        (8, "malformed", ""),
    ]
    assert all(set(row) == {"index", "rule", "field", "reason"} and row["reason"] for row in receipt["rejections"])
    loop = (await api.fleet())["loop"]
    assert (loop["received"], loop["valid"], loop["needs_review"], loop["rejected"]) == (9, 2, 2, 4)


async def test_the_same_rows_as_ndjson_count_the_same(api):
    answer = await api.lines(api.sample("a", 0), "", api.sample("a", 1), '{"ts": 1}', "{broken", api.sample("a", 1))
    receipt = answer.json()
    assert counts_of(receipt) == (2, 0, 2, 1)
    assert [row["index"] for row in receipt["rejections"]] == [2, 3]


async def test_of_many_rejections_the_first_twenty_are_told(api):
    api.clock.now += 200
    rows = [api.sample("a", 400 if second % 2 else second - 200) for second in range(200)]
    rows[1] = {"vehicle_id": "a"}
    receipt = (await api.post(rows)).json()
    assert counts_of(receipt) == (100, 0, 100, 0)
    assert [row["index"] for row in receipt["rejections"]] == list(range(1, 41, 2))


@pytest.mark.parametrize("units", [1, 1000])
async def test_a_thousand_rows_are_taken_and_one_more_is_413(api, assert_problem, units):
    rows = [api.sample(f"u{i % units}", i) for i in range(1001)]
    api.clock.now += 2000
    for post in (api.post, lambda rows: api.lines(*rows)):
        assert_problem(await post(rows), 413)
    receipt = (await api.post(rows[:1000])).json()
    assert sum(counts_of(receipt)) == 1000
    assert receipt["accepted"] == min(1000, 1000 if units == 1 else 50)


MALFORMED = {
    "nothing": b"",
    "no JSON": MARKER.encode(),
    "null": b"null",
    "a number": b"7",
    "a string": json.dumps(MARKER).encode(),
    "an empty array": b"[]",
    "not UTF-8": b'{"vehicle_id": "\xff\xfe"}',
    "a byte order mark": b"\xef\xbb\xbf",
    "NULs": b"\0\0\0",
    "an open array": b'[{"ts":1}, ',
    "lines of words": b"one\ntwo\n",
    "an open object": b'{"ts":',
    "a million brackets": b"[" * 1_000_000,
    "objects in objects": b'{"a":' * 100_000,
    "half a million numbers": b"[" + b"1," * 500_000 + b"1]",
    "a third of a million empty rows": b"[" + b"{}," * 340_000 + b"{}]",
}


@pytest.mark.parametrize("kind", MALFORMED)
@pytest.mark.parametrize("content_type", ["application/json", "application/x-ndjson"])
async def test_a_malformed_body_is_a_small_4xx_without_its_input(api, assert_problem, kind, content_type):
    answer = await api.post(MALFORMED[kind], content_type=content_type)
    assert_problem(answer, 413 if answer.status_code == 413 and "million" in kind else 422)
    loop = (await api.fleet())["loop"]
    assert loop["received"] == loop["units"] == 0


@pytest.mark.parametrize(
    "text",
    [
        '"ts": null',
        '"ts": -1763908312',
        '"ts": "1763908312,5"',
        '"ts": NaN',
        '"ts": ""',
        f'"ts": "{MARKER}"',
        '"ts": "2025-11-23T14:31:52"',
        '"ts": "2025-11-23"',
        '"ts": "2025-02-30T00:00:00Z"',
        '"ts": "2025-12-31T23:59:60Z"',
        '"vehicle_id": null',
        '"vehicle_id": true',
        '"vehicle_id": NaN',
        '"vehicle_id": ""',
        '"vehicle_id": "-"',
        '"vehicle_id": ".."',
        '"vehicle_id": "a\\n"',
        '"vehicle_id": "a\\u0000"',
        '"vehicle_id": "\\ud800"',
        '"vehicle_id": "a\\u2028b"',
        f'"vehicle_id": "{"a" * 65}"',
        '"coolant_temp_f": "193,5"',
        f'"coolant_temp_f": "{MARKER}"',
        '"coolant_temp_f": true',
        '"coolant_temp_f": [193]',
        '"unit_class": 3',
        '"fault_codes": "P0217"',
        '"fault_codes": [7]',
        f'"fault_codes": ["{MARKER * 10}"]',
        f'"fault_codes": [{",".join(["1"] * 65)}]',
    ],
)
async def test_a_malformed_field_is_422_alone_and_a_rejected_row_among_others(api, assert_problem, text):
    fields = {key: json.dumps(value) for key, value in api.sample().items() if f'"{key}"' not in text}
    bad = "{" + ", ".join([*(f'"{key}": {value}' for key, value in fields.items()), text]) + "}"
    problem = assert_problem(await api.post(bad.encode()), 422)
    assert problem["errors"]
    receipt = (await api.lines(bad, api.sample())).json()
    assert counts_of(receipt) == (1, 0, 1, 0)
    assert MARKER not in json.dumps(receipt)


async def test_every_wrong_field_is_named_but_ten_at_most(api, assert_problem):
    wrong = dict.fromkeys(
        ("coolant_temp_f", "intake_air_temp_f", "engine_rpm", "speed_mph", "vibration_score", "engine_hours",
         "engine_load_pct", "ambient_temp_f", "vibration_rms_mm_s"), MARKER
    )  # fmt: skip
    problem = assert_problem(await api.post({"vehicle_id": "a", **wrong}), 422)
    assert [error["loc"] for error in problem["errors"]] == [["ts"], *([name] for name in wrong)]
    many = assert_problem(await strictly(api, [wrong] * 500), 422)
    assert len(many["errors"]) == 10


async def strictly(api, body: object):
    return await api.client.post("/api/telemetry?strict=1", content=json.dumps(body).encode())


UNREADABLE = [MARKER, {"ts": MARKER}, [[MARKER]], 7]


async def test_rows_of_which_none_is_readable_are_200_and_each_told_unless_the_sender_is_strict(api, assert_problem):
    for answer in (await api.post(UNREADABLE), await api.lines(*map(json.dumps, UNREADABLE))):
        receipt = answer.json()
        assert answer.status_code == 200
        assert counts_of(receipt) == (0, 0, 4, 0)
        assert [(row["index"], row["rule"], row["field"]) for row in receipt["rejections"]] == [
            (0, "malformed", ""), (1, "malformed", "ts"), (2, "malformed", ""), (3, "malformed", "")
        ]  # fmt: skip
        assert MARKER not in answer.text
    assert_problem(await strictly(api, UNREADABLE), 422)
    loop = (await api.fleet())["loop"]
    assert (loop["received"], loop["rejected"], loop["refused"], loop["units"]) == (8, 8, 1, 0)
    assert_problem(await api.post(UNREADABLE[1]), 422)
    assert_problem(await api.post([]), 422)


CODINGS = {
    "gzip": gzip.compress, "X-GZip": gzip.compress, "deflate": zlib.compress,
    "Deflate": lambda body: zlib.compress(body, wbits=-15), "identity": bytes, "": bytes,
}  # fmt: skip


@pytest.mark.parametrize("coding", CODINGS)
async def test_a_body_may_be_packed(api, coding):
    rows = [api.sample("packed", second - 20) for second in range(20)]
    receipt = (await api.post(CODINGS[coding](json.dumps(rows).encode()), content_encoding=coding)).json()
    assert counts_of(receipt) == (20, 0, 0, 0)
    one = CODINGS[coding](json.dumps(api.sample("packed")).encode())
    assert (await api.post(one, content_encoding=coding)).json()["verdict"] == "valid"


async def test_another_coding_is_415_by_name_and_what_is_not_packed_so_is_422(api, assert_problem):
    body = gzip.compress(json.dumps(api.sample()).encode())
    assert "Content-Encoding br " in assert_problem(await api.post(body, content_encoding="br"), 415)["detail"]
    for coding in ("deflate, gzip", MARKER):
        assert_problem(await api.post(body, content_encoding=coding), 415)
    for wrong, coding in ((body, "deflate"), (body[:-9], "gzip"), (body + b"x", "gzip"), (b"{}", "gzip")):
        assert_problem(await api.post(wrong, content_encoding=coding), 422)


async def test_what_is_too_large_unpacked_is_413(api, assert_problem):
    row = json.dumps(api.sample()).encode()
    padded = row + b" " * (1024 * 1024 - len(row))
    assert (await api.post(gzip.compress(padded), content_encoding="gzip")).status_code == 200
    for coding in (gzip.compress, zlib.compress):
        name = "gzip" if coding is gzip.compress else "deflate"
        assert_problem(await api.post(coding(padded + b" "), content_encoding=name), 413)
    thousand = json.dumps([api.sample()] * 1001).encode()
    assert_problem(await api.post(gzip.compress(thousand), content_encoding="gzip"), 413)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/octet-stream", "application/x-ndjson"])
async def test_an_object_a_line_is_told_from_one_object_and_an_array_whatever_it_calls_itself(api, kind):
    rows = [json.dumps(api.sample("a", second)).encode() for second in range(3)]
    lines = b"\n".join([rows[0], b"", b"{broken", rows[1] + b"\r", rows[2] + b"\0"])
    receipt = (await api.post(lines, content_type=kind)).json()
    assert (counts_of(receipt), receipt["rejections"][0]["index"]) == ((3, 0, 1, 0), 1)
    array = (await api.post(b"[" + b",\n".join(rows) + b"]", content_type=kind)).json()
    assert counts_of(array) == (0, 0, 0, 3)


async def test_an_object_may_be_written_over_several_lines_and_an_array_at_an_address_with_a_slash(api):
    spread = json.dumps(api.sample("a"), indent=2).encode()
    assert (await api.post(spread)).json()["verdict"] == "valid"
    answer = await api.client.post("/api/telemetry/", content=b"\xef\xbb\xbf[" + spread + b"]\0")
    assert counts_of(answer.json()) == (0, 0, 0, 1)
    assert (await api.get("/api/telemetry/")) == (await api.get("/api/telemetry"))


async def test_figures_times_and_ids_are_read_as_devices_write_them(api):
    at = int(api.clock.now)
    rows = [
        {"ts": at, "vehicle_id": 7, "coolant_temp_f": "193.5"},
        {"ts": f"{at + 1}000", "vehicle_id": "7", "coolant_temp_f": " 194 "},
        {"ts": "2025-11-23 15:31:54+0100", "vehicle_id": " 7 ", "coolant_temp_f": "NaN", "engine_rpm": float("nan")},
    ]
    assert [(await api.post(row)).json() for row in rows] == [{"status": "ok", "verdict": "valid"}] * 3
    assert counts_of((await api.post(rows)).json()) == (0, 0, 0, 3)
    (unit,) = (await api.fleet())["units"]
    assert (unit["vehicle_id"], unit["values"]["coolant_temp_f"]) == ("7", 194.0)
    assert "NaN" not in (await api.client.get("/api/telemetry?vehicle_id=7")).text


async def test_a_time_without_a_zone_is_read_where_the_address_names_it_and_refused_by_name_else(api, assert_problem):
    row = api.sample() | {"ts": "2025-11-23 15:31:52"}
    told = assert_problem(await api.post(row), 422)
    assert "?timezone=Europe/Berlin" in told["errors"][0]["msg"]
    in_berlin = "/api/telemetry?timezone=Europe/Berlin"
    assert (await api.client.post(in_berlin, json=row)).json()["verdict"] == "valid"
    assert counts_of((await api.client.post(in_berlin, json=[row])).json()) == (0, 0, 0, 1)
    assert (await api.get("/api/telemetry"))[0]["ts"] == "2025-11-23T14:31:52.000Z"
    assert (
        "Europe/Berlin"
        in assert_problem(await api.client.post(f"/api/telemetry?timezone={MARKER}", json=row), 400)["detail"]
    )


async def test_what_the_first_row_of_many_holds_that_is_unknown_is_named(api):
    rows = [api.sample("a", second) | {"EngineRPM": 1350} for second in range(3)]
    for answer in (await api.post(rows), await api.lines(*rows)):
        assert answer.json()["ignored"] == ["EngineRPM"]
    bare = [{"ts": api.sample()["ts"], "vehicle_id": "b", "EngineRPM": 1350}]
    (told,) = (await api.post(bare)).json()["rejections"]
    assert told["reason"].endswith("Nearest known names: engine_rpm for EngineRPM.")


IDS = ("Lkw 7/Süd <b>", "Ünit#3?&", "車/7", "a%2Fb", "../x", "=1+1", "100% $x$ {key}")


async def test_a_unit_of_any_name_is_read_back_under_it(api):
    await api.post([api.sample(name) for name in IDS])
    assert [unit["vehicle_id"] for unit in (await api.fleet())["units"]] == list(IDS)
    for name in IDS:
        assert (await api.get(f"/api/units/{quote(name, safe='')}"))["vehicle_id"] == name
        (row,) = await api.get(f"/api/telemetry?vehicle_id={quote(name, safe='')}")
        assert row["vehicle_id"] == name
    table = list(csv.DictReader((await api.client.get("/api/units.csv")).text.splitlines()))
    assert [row["vehicle_id"].removeprefix("'") for row in table] == list(IDS)


async def test_spellings_that_differ_by_case_and_outer_blanks_are_one_unit_under_the_first(api, assert_problem):
    await api.post([api.sample("Süd 7", 0), api.sample(" SÜD 7", 1), api.sample("süd 7 ", 2)])
    assert (await api.post(api.sample("sÜd 7", 1))).json()["verdict"] == "duplicate"
    (unit,) = (await api.fleet())["units"]
    assert unit["vehicle_id"] == "Süd 7"
    assert {row["vehicle_id"] for row in await api.get("/api/telemetry")} == {"Süd 7"}
    assert (await api.get("/api/units/s%C3%BCd%207"))["vehicle_id"] == "Süd 7"
    assert len(await api.get("/api/telemetry?vehicle_id=S%C3%9CD%207")) == 3
    assert_problem(await api.post(api.sample("SÜD 7", 3), x_source="replay"), 409)
    assert_problem(await api.post(api.sample("SÜD 7", 3), x_source="simulated"), 409)


async def test_the_emulators_units_are_not_taken_by_another_spelling(demo, assert_problem):
    row = {"ts": "2025-11-23T14:31:52.5Z", "vehicle_id": "GENSET_1", "coolant_temp_f": 300}
    for source in ("live", "replay", "simulated"):
        assert_problem(await demo.post(row, x_source=source), 409)


async def test_the_key_may_come_as_a_bearers(make_api, assert_problem):
    api = make_api(api_key="s3cret", client="192.168.1.20")
    assert_problem(await api.post(api.sample()), 401)
    assert_problem(await api.post(api.sample(), authorization="Bearer s3crets"), 401)
    assert (await api.post(api.sample(), authorization="Bearer s3cret")).json()["verdict"] == "valid"


async def test_over_one_mebibyte_is_413_announced_or_not(api, assert_problem):
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 32_768

    assert_problem(await api.post(b" " * (1024 * 1024 + 1)), 413)
    assert_problem(await api.client.post("/api/telemetry", content=chunks()), 413)
    padded = json.dumps(api.sample()).encode()
    assert (await api.post(padded + b" " * (1024 * 1024 - len(padded)))).status_code == 200


@pytest.mark.parametrize("source", ["live", "replay", "simulated"])
async def test_the_source_is_live_unless_the_header_says_otherwise(api, source):
    await api.post(api.sample("said"), x_source=source)
    await api.post(api.sample("unsaid"))
    assert {u["vehicle_id"]: u["source"] for u in (await api.fleet())["units"]} == {"said": source, "unsaid": "live"}


@pytest.mark.parametrize("source", ["emulator", "LIVE", "", MARKER, "live, replay"])
async def test_another_source_is_400(api, assert_problem, source):
    assert_problem(await api.post(api.sample(), x_source=source), 400)


async def test_a_vehicle_belongs_to_the_source_that_used_it_first(api, assert_problem):
    await api.post(api.sample("mine"))
    assert_problem(await api.post(api.sample("mine", 1), x_source="replay"), 409)
    receipt = (await api.post([api.sample("theirs"), api.sample("mine", 1)], x_source="replay")).json()
    assert counts_of(receipt) == (1, 0, 1, 0)
    assert [(r["index"], r["rule"], r["field"]) for r in receipt["rejections"]] == [
        (1, "source_conflict", "vehicle_id")
    ]
    assert (await api.post(api.sample("mine", 1))).json()["verdict"] == "valid"


async def test_the_emulators_units_take_nothing_from_outside(demo, assert_problem):
    row = {"ts": "2025-11-23T14:31:52.5Z", "vehicle_id": "genset_1", "coolant_temp_f": 300}
    for source in ("live", "replay", "simulated"):
        assert_problem(await demo.post(row, x_source=source), 409)
        receipt = (await demo.post([row], x_source=source)).json()
        assert counts_of(receipt) == (0, 0, 1, 0)
    genset = next(u for u in (await demo.get("/api/fleet"))["units"] if u["vehicle_id"] == "genset_1")
    assert genset["values"]["coolant_temp_f"] < 250


async def test_a_full_fleet_is_429_until_a_unit_was_silent_for_a_day(make_api, assert_problem):
    api = make_api(max_units=2)
    await api.post([api.sample("a"), api.sample("b")])
    refused = await api.post(api.sample("c"))
    assert_problem(refused, 429)
    assert int(refused.headers["retry-after"]) > 0
    receipt = (await api.post([api.sample("b", 1), api.sample("c", 1)])).json()
    assert counts_of(receipt) == (1, 0, 1, 0)
    assert receipt["rejections"][0]["rule"] == "fleet_full"
    loop = (await api.fleet())["loop"]
    assert (loop["received"], loop["rejected"], loop["units"]) == (5, 2, 2)
    api.clock.now += 86_401
    await api.post(api.sample("b"))
    assert (await api.post(api.sample("c"))).json()["verdict"] == "valid"
    assert {unit["vehicle_id"] for unit in (await api.fleet())["units"]} == {"b", "c"}


async def test_posts_of_one_moment_each_get_their_own_answer(api, assert_problem):
    await api.post(api.sample("theirs"), x_source="replay")
    answers = await asyncio.gather(
        *(api.post(api.sample("a", second)) for second in range(20)),
        api.post(api.sample("a", 3)),
        api.post(api.sample("theirs", 1)),
        api.post(api.sample("a", 30, coolant_temp_f=999)),
        api.post(b"{"),
    )
    *first, conflict, impossible, broken = answers
    assert sorted(answer.json()["verdict"] for answer in first) == ["duplicate", *["valid"] * 20]
    assert_problem(conflict, 409)
    assert impossible.json()["verdict"] == "needs_review"
    assert_problem(broken, 422)
    loop = (await api.fleet())["loop"]
    assert loop["received"] == 24
    assert loop["refused"] == 1
