import json
import tracemalloc
from datetime import UTC, datetime
from functools import partial
from math import isfinite, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.errors import BodyTooLarge, ConnectedOpsError, MalformedBody
from connected_ops.machines import catalog
from connected_ops.telemetry import codec, ids, leniency
from connected_ops.telemetry.block import from_samples
from connected_ops.telemetry.times import named_zone

HEAD = '"ts":"2026-11-23T14:31:52Z","vehicle_id":"my_truck"'
ROW = f'{{{HEAD},"coolant_temp_f":193.0}}'
SECRET = "s3cret-input"

MALFORMED = {
    "a decimal comma": f'{{{HEAD},"coolant_temp_f":"93,5"}}',
    "thousands": f'{{{HEAD},"coolant_temp_f":"1,350.5"}}',
    "a figure with its unit": f'{{{HEAD},"coolant_temp_f":"193 F"}}',
    "a long text for a number": f'{{{HEAD},"coolant_temp_f":"{"9" * 100_000}"}}',
    "a boolean": f'{{{HEAD},"coolant_temp_f":true}}',
    "an object for a number": f'{{{HEAD},"coolant_temp_f":{{"{SECRET}":1}}}}',
    "naive time": '{"ts":"2026-11-23T14:31:52","vehicle_id":"a"}',
    "a time below zero": '{"ts":-1800000000,"vehicle_id":"a"}',
    "a time beyond nanoseconds": '{"ts":180000000000000000000,"vehicle_id":"a"}',
    "a time that is no number": '{"ts":NaN,"vehicle_id":"a"}',
    "yes for a time": '{"ts":true,"vehicle_id":"a"}',
    "a dash for a time": '{"ts":"-","vehicle_id":"a"}',
    "a date": '{"ts":"2026-11-23","vehicle_id":"a"}',
    "no such day": '{"ts":"2026-02-31T00:00:00Z","vehicle_id":"a"}',
    "before 1970": '{"ts":"0001-01-01T00:00:00+14:00","vehicle_id":"a"}',
    "after the calendar": '{"ts":"9999-12-31T23:59:59-14:00","vehicle_id":"a"}',
    "a long time": f'{{"ts":"2026-11-23T14:31:52.{"0" * 400}Z","vehicle_id":"a"}}',
    "no time": '{"vehicle_id":"a"}',
    "no id": '{"ts":"2026-11-23T14:31:52Z"}',
    "an empty id": '{"ts":"2026-11-23T14:31:52Z","vehicle_id":""}',
    "a trailing newline in the id": '{"ts":"2026-11-23T14:31:52Z","vehicle_id":"a\\n"}',
    "an id of 65": f'{{"ts":"2026-11-23T14:31:52Z","vehicle_id":"{"a" * 65}"}}',
    "an id of blanks": '{"ts":"2026-11-23T14:31:52Z","vehicle_id":"   "}',
    "a dash as id": '{"ts":"2026-11-23T14:31:52Z","vehicle_id":"-"}',
    "dots as id": '{"ts":"2026-11-23T14:31:52Z","vehicle_id":".."}',
    "yes as id": '{"ts":"2026-11-23T14:31:52Z","vehicle_id":true}',
    "text turned around in the id": '{"ts":"2026-11-23T14:31:52Z","vehicle_id":"a\\u202eb"}',
    "a line separator in the id": '{"ts":"2026-11-23T14:31:52Z","vehicle_id":"a\\u2028b"}',
    "NUL in the id": '{"ts":"2026-11-23T14:31:52Z","vehicle_id":"a\\u0000"}',
    "a lone surrogate": '{"ts":"2026-11-23T14:31:52Z","vehicle_id":"a\\ud800"}',
    "a number for a class": f'{{{HEAD},"unit_class":3}}',
    "65 fault codes": f'{{{HEAD},"fault_codes":{json.dumps(["P0217"] * 65)}}}',
    "a long fault code": f'{{{HEAD},"fault_codes":["{SECRET * 10}"]}}',
    "deep nesting": f'{{{HEAD},"extra":{"[" * 10_000}{"]" * 10_000}}}',
    "half an object": f"{{{HEAD}",
    "two objects": ROW + ROW,
    "words": SECRET,
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_sample_is_refused_with_a_place_and_without_its_input(body: str):
    with pytest.raises(MalformedBody) as refusal:
        codec.decode_one(body.encode())
    assert refusal.value.errors
    assert all(set(error) == {"loc", "type", "msg"} for error in refusal.value.errors)
    said = f"{refusal.value} {refusal.value.errors}"
    assert SECRET not in said
    assert len(said) < 2000


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_good_rows_are_kept_beside_a_malformed_one(body: str):
    decoded = codec.decode_ndjson(f"{ROW}\n{body}\n{ROW}\n".encode())
    assert (len(decoded.samples), decoded.rows) == (2, [0, 2])
    (error,) = decoded.errors
    assert error.index == 1
    assert error.reason
    assert SECRET not in f"{error}"


@pytest.mark.parametrize(
    "body",
    [b"[]", b"", b" ", b"null", b"3", b'"s3cret-input"', b"{}", b"[[]]", b"[null]", b"\xff\xfe\x00", b'["\xff"]'],
)
def test_a_body_without_one_readable_sample_is_refused_by_who_is_strict(body: bytes):
    for decode in (
        partial(codec.decode_array, strict=True),
        partial(codec.decode_ndjson, strict=True),
        codec.decode_one,
    ):
        with pytest.raises(MalformedBody) as refusal:
            decode(body)
        assert SECRET not in f"{refusal.value} {refusal.value.errors}"


@pytest.mark.parametrize(
    ("decode", "body", "rows"),
    [
        (codec.decode_array, b'[[null], 7, {}, "x"]', 4),
        (codec.decode_array, b"[null]", 1),
        (codec.decode_ndjson, b'{}\n7\n{"ts"', 3),
    ],
)
def test_rows_of_which_none_is_readable_are_an_error_each(decode, body: bytes, rows: int):
    decoded = decode(body)
    assert (decoded.samples, [error.index for error in decoded.errors]) == ([], list(range(rows)))
    assert all(error.reason for error in decoded.errors)


@pytest.mark.parametrize("body", [b"[]", b"", b"null", b"words\nand words", b"[1,", b"[1] 2", b'{"a":1}'])
def test_what_is_no_array_of_rows_is_refused_by_who_is_lenient_too(body: bytes):
    with pytest.raises(MalformedBody):
        codec.decode_array(body)
    if body != b'{"a":1}':
        with pytest.raises(MalformedBody):
            codec.decode_ndjson(body)


def test_an_array_keeps_its_good_rows_and_names_the_first_error_of_each_bad_one():
    decoded = codec.decode_array(f'[{ROW},{{"vehicle_id":"a","coolant_temp_f":true}},{ROW},7]'.encode(), strict=True)
    assert decoded.rows == [0, 2]
    assert [(error.index, error.field) for error in decoded.errors] == [(1, "ts"), (3, "")]


def test_a_thousand_samples_are_taken_and_one_more_is_too_many():
    thousand = [ROW] * 1000
    assert len(codec.decode_array(f"[{','.join(thousand)}]".encode()).samples) == 1000
    assert len(codec.decode_ndjson("\n".join(thousand).encode()).samples) == 1000
    with pytest.raises(BodyTooLarge):
        codec.decode_array(f"[{','.join([*thousand, ROW])}]".encode())
    with pytest.raises(BodyTooLarge):
        codec.decode_ndjson("\n".join([*thousand, ROW]).encode())
    with pytest.raises(BodyTooLarge):
        codec.decode_array(f"[{','.join(['1'] * 1001)}]".encode())


def test_one_row_with_too_many_fault_codes_is_that_rows_error_and_no_body_too_large():
    decoded = codec.decode_array(f'[{ROW},{{{HEAD},"fault_codes":{json.dumps(["P0217"] * 65)}}}]'.encode())
    assert decoded.rows == [0]
    assert decoded.errors[0].field == "fault_codes"


def test_blank_lines_between_ndjson_rows_are_skipped_however_many():
    assert len(codec.decode_ndjson("\r\n\n\n\n".join([ROW] * 900).encode()).samples) == 900
    with pytest.raises(MalformedBody):
        codec.decode_ndjson(b"\n" * 1_000_000)


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b",".join([b"1"] * 500_000) + b"]",
        b"[" + b",".join([b'{"fault_codes":[' + b",".join([b"1"] * 64) + b"]}"] * 1000) + b"]",
        b"[" + b",".join([b'{"coolant_temp_f":true,"engine_rpm":[],"speed_mph":""}'] * 1000) + b"]",
        b"\n" * 1_000_000,
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b"[" + b"9" * 1_000_000 + b"]",
    ],
    ids=["numbers", "fault codes", "wrong types", "newlines", "brackets", "objects", "digits"],
)
@pytest.mark.parametrize("decode", [codec.decode_array, codec.decode_ndjson])
def test_a_hostile_mebibyte_costs_little_memory(decode, body: bytes):
    tracemalloc.start()
    with pytest.raises(ConnectedOpsError):
        decode(body, strict=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 24e6


def test_null_is_absent_unknown_fields_are_ignored_and_whole_numbers_are_numbers():
    sample = codec.decode_one(
        f'{{{HEAD},"coolant_temp_f":null,"engine_rpm":1350,"gear":"N","unit_class":null}}'.encode()
    )
    read = sample.model_dump()
    assert (read["coolant_temp_f"], read["engine_rpm"], sample.unit_class) == (None, 1350.0, None)


@pytest.mark.parametrize(
    ("unknown", "told"),
    [
        ('"coolant_temp_c":[' + ",".join(["{}"] * 300_000) + "]", ["coolant_temp_c"]),
        (",".join(f'"{at}":1' for at in range(80_000)), [str(at) for at in range(20)]),
    ],
    ids=["objects", "names"],
)
def test_a_mebibyte_of_what_is_unknown_in_one_sample_is_named_and_not_kept(unknown: str, told: list[str]):
    body = f"{{{HEAD},{unknown}}}".encode()
    tracemalloc.start()
    samples = [codec.decode_one(body) for _ in range(4)]
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 2e6  # the reader keeps some names for the next time, but once
    assert peak < 48e6
    assert codec.ignored(samples[0]) == told
    assert samples[0].model_fields_set == {"ts", "vehicle_id"}


def test_a_class_that_is_none_is_ignored_and_one_that_is_left_out_is_not():
    ignored = {name: codec.ignored(codec.decode_one(f'{{{HEAD},"unit_class":{name}}}'.encode())) for name in (
        "null", '"genset"', '"unknown"', '"tractor"', '""'
    )}  # fmt: skip
    assert [name for name, told in ignored.items() if told] == ['"tractor"', '""']
    assert ignored['""'] == ["unit_class"]


@pytest.mark.parametrize(("name", "known"), [
    ("coolant_temp_c", "coolant_temp_f"), ("coolant", "coolant_temp_f"), ("rpm", "engine_rpm"),
    ("EngineRPM", "engine_rpm"), ("speed_kmh", "speed_mph"), ("load", "engine_load_pct"), ("hours", "engine_hours"),
])  # fmt: skip
def test_the_nearest_known_name_is_suggested(name: str, known: str):
    assert codec.suggestion([name]) == f"Nearest known names: {known} for {name}."


def test_what_is_near_to_nothing_is_not_guessed_and_three_are_enough():
    assert codec.suggestion(["gear", "cargo_kg", "lat", "", "odometer_km"]) == ""
    assert codec.suggestion(["rpm"] * 9).count("engine_rpm") == 3


@pytest.mark.parametrize("ts", ["2026-11-23T15:31:52+01:00", "2026-11-23 14:31:52Z", "2026-11-23t14:31:52.000z"])
def test_time_is_read_in_any_zone(ts: str):
    body = json.dumps({"ts": ts, "vehicle_id": "a"}).encode()
    assert codec.decode_one(body).ts == codec.decode_one(ROW.encode()).ts


def test_an_id_of_64_with_dots_and_colons_is_taken():
    vehicle_id = "A0._:-" + "z" * 58
    assert codec.decode_one(json.dumps({"ts": "2026-11-23T14:31:52Z", "vehicle_id": vehicle_id}).encode())


def test_an_object_is_told_from_an_array_past_white_space():
    assert codec.is_object(b" \r\n\t{}")
    assert not codec.is_object(b" [{}]")
    assert not codec.is_object(b"")


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_field = st.sampled_from(["ts", "vehicle_id", "unit_class", "fault_codes", *catalog.KEYS])
_body = st.binary(max_size=64) | (_json | st.lists(st.dictionaries(_field, _json, max_size=5), max_size=5)).map(
    lambda value: json.dumps(value).encode()
)


@given(_body)
def test_whatever_comes_is_samples_or_a_named_error(body: bytes):
    for decode in (codec.decode_array, codec.decode_ndjson):
        try:
            decoded = decode(body)
        except ConnectedOpsError:
            continue
        rows = sorted([*decoded.rows, *(error.index for error in decoded.errors)])
        assert rows == list(range(len(rows)))
        assert from_samples(decoded.samples, decoded.rows).values.shape == (len(decoded.samples), catalog.COUNT)


@given(st.datetimes(timezones=st.timezones(no_cache=True)), st.dictionaries(st.sampled_from(catalog.KEYS), st.floats()))
def test_a_sample_becomes_the_columns_of_its_figures(ts, figures):
    body = json.dumps({"ts": ts.isoformat(), "vehicle_id": "a", "unit_class": "genset", **figures}).encode()
    try:
        sample = codec.decode_one(body)
    except MalformedBody:
        return
    block = from_samples([sample], [7])
    assert block.ts[0] == pytest.approx(ts.timestamp(), abs=1e-5)
    assert block.row[0] == 7
    for key, value in figures.items():
        held = block.values[0, catalog.INDEX[key]]
        assert held == value if isfinite(value) else isnan(held)


def written(**fields: object) -> bytes:
    return json.dumps({"ts": "2026-11-23T14:31:52Z", "vehicle_id": "a"} | fields).encode()


ABSENT = [float("nan"), float("inf"), -float("inf"), "", " ", "-", "NaN", "-nan", "null", "N/A", "#N/A", "1e999", None]


@pytest.mark.parametrize("absent", ABSENT, ids=repr)
def test_what_devices_write_for_no_value_is_absent_and_not_unknown(absent: object):
    for sample in (
        codec.decode_one(written(coolant_temp_f=absent)),
        *codec.decode_array(b"[" + written(coolant_temp_f=absent) + b"]").samples,
        *codec.decode_ndjson(written(coolant_temp_f=absent)).samples,
    ):
        block = from_samples([sample])
        assert np.isnan(block.values).all()
        assert block.bare is not None
        assert not block.bare.any()


@pytest.mark.parametrize("around", [b"%b", b"\xef\xbb\xbf%b", b"%b\0\0\0", b" \r\n%b\r\n\0", b"\xef\xbb\xbf %b \0"])
def test_a_byte_order_mark_and_the_end_of_a_c_string_are_no_part_of_a_body(around: bytes):
    assert codec.decode_one(around % written()).vehicle_id == "a"
    assert len(codec.decode_array(around % (b"[" + written() + b"]")).samples) == 1
    assert len(codec.decode_ndjson(around % (written() + b"\0\n" + written())).samples) == 2


def test_what_c_prints_for_no_number_is_absent_and_in_text_it_is_text():
    body = written(vehicle_id="x: nan", coolant_temp_f=7, note="a: -inf, nan").replace(b"7", b"-nan")
    for said in (body, body.replace(b"-nan", b"inf"), body.replace(b"-nan", b"nan(ind)")):
        for sample in (codec.decode_one(said), *codec.decode_array(b"[" + said + b"]").samples):
            assert sample.vehicle_id == "x: nan"
            assert np.isnan(from_samples([sample]).values).all()
    with pytest.raises(MalformedBody):
        codec.decode_one(body.replace(b"-nan", b"nanometre"))


def test_rows_of_one_array_are_read_each_in_its_own_way():
    rows = [
        written(ts=1795444312), written(vehicle_id=7), written(coolant_temp_f="193.5"), written(coolant_temp_f="x"),
        b'{"ts":1795444312,"vehicle_id":"\\ud800"}', written(vehicle_id=" Lkw 7/Süd "), b'{"ts":1,"vehicle_id":"a\nb"}',
    ]  # fmt: skip
    decoded = codec.decode_array(b"[" + b",".join(rows) + b"]")
    assert [sample.vehicle_id for sample in decoded.samples] == ["a", "7", "a", "Lkw 7/Süd"]
    assert [(error.index, error.field) for error in decoded.errors] == [
        (3, "coolant_temp_f"), (4, "vehicle_id"), (6, "vehicle_id")
    ]  # fmt: skip
    assert len({sample.ts for sample in decoded.samples}) == 1


def test_a_time_without_a_zone_is_that_of_the_zone_that_is_named():
    local = written(ts="2026-07-01 14:31:52")
    berlin = named_zone("Europe/Berlin")
    expected = codec.decode_one(written(ts="2026-07-01T12:31:52Z")).ts
    assert codec.decode_one(local, berlin).ts == expected
    for decoded in (codec.decode_array(b"[" + local + b"]", berlin), codec.decode_ndjson(local, berlin)):
        assert [sample.ts for sample in decoded.samples] == [expected]
    with pytest.raises(MalformedBody) as refusal:
        codec.decode_one(local)
    assert refusal.value.errors[0]["type"] == "time_zone"


def test_names_of_the_first_row_that_mean_nothing_are_told_and_cut():
    row = written(gear=3, **{"x" * 100: 1, "\ud800": 2})
    for decoded in (codec.decode_array(b"[" + row + b"," + written(other=1) + b"]"), codec.decode_ndjson(row)):
        assert decoded.ignored == ["gear", "x" * 64, "?"]
    assert codec.decode_array(b"[" + written() + b"]").ignored == []


_ids = st.one_of(st.text(max_size=70), st.integers(), st.floats(), st.sampled_from(["Lkw 7/Süd <b>", "Ünit#3?&", "a"]))


@given(_ids)
def test_an_id_is_the_same_by_each_way_of_reading_it(given_id: object):
    row = json.dumps({"ts": "2026-11-23T14:31:52Z", "vehicle_id": given_id, "engine_rpm": 1}).encode()
    slow = json.dumps({"ts": 1795444312, "vehicle_id": given_id, "engine_rpm": 1}).encode()
    try:
        expected = [ids.unit_id(given_id)] if given_id is not None else []
    except ValueError:
        expected = []
    for body in (row, slow):
        assert [sample.vehicle_id for sample in codec.decode_array(b"[" + body + b"]").samples] == expected


_plain = st.fixed_dictionaries(
    {
        "ts": st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)).map(datetime.isoformat),
        "vehicle_id": st.from_regex(r"[A-Za-z0-9]([ -~]{0,62}[!-~])?", fullmatch=True),
    },
    optional={
        "unit_class": st.sampled_from([None, "genset", "tractor"]),
        "fault_codes": st.lists(st.text("P0217", max_size=5), max_size=3) | st.none(),
        **{key: st.none() | st.floats(-1e9, 1e9) | st.integers(-(10**9), 10**9) for key in catalog.KEYS[:4]},
    },
)


@given(_plain)
def test_what_the_wire_model_reads_is_read_alike_where_it_is_read_again(row):
    at_once, again = codec.decode_one(json.dumps(row).encode()), leniency.row(row, None)
    assert at_once.model_dump() == again.model_dump()
    assert at_once.model_fields_set == again.model_fields_set
