"""The CSV: whole, labelled with its source, and harmless in a spreadsheet."""

import csv
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from connected_ops.machines.catalog import KEYS, WITH_ROLES
from connected_ops.read_model.sheets import FORMULA_STARTS, csv_bytes


async def table(api, path):
    answer = await api.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{path.rpartition("/")[2]}"'
    return list(csv.DictReader(StringIO(answer.content.decode(), newline="")))


async def test_the_fleet_as_a_table_says_what_its_json_says(told_api):
    told_api.read_model.to_limit, told_api.read_model.saved_usd = (600.0, 1200.0, 3000.0), 3160.0
    await told_api.took(told_api.sample("a"), x_source="simulated")
    await told_api.took(*(told_api.sample(f"u{i}", speed_mph=61.5) for i in range(250)))
    rows = await table(told_api, "/api/units.csv")
    units = (await told_api.get("/api/fleet"))["units"]
    assert list(rows[0]) == [
        "vehicle_id", "unit_class", "source", "freshness", "score", "band", "reason", "time_to_limit_s", "saved_usd",
        "last_ts", "name", "site", *KEYS[:WITH_ROLES],
    ]  # fmt: skip
    assert len(rows) == len(units) == 251
    for row, unit in zip(rows, units, strict=True):
        for key in ("vehicle_id", "unit_class", "source", "freshness", "band", "reason", "last_ts"):
            assert row[key] == unit[key]
        assert (float(row["time_to_limit_s"]), float(row["saved_usd"])) == (1200.0, 3160.0)
    assert rows[0]["source"] == "simulated"
    assert (rows[0]["speed_mph"], rows[1]["speed_mph"]) == ("", "61.5")


async def test_the_quarantine_as_a_table_has_every_row_and_reason(told_api):
    await told_api.took(told_api.sample(after_s=400), {"ts": "yesterday"}, x_source="simulated")
    ahead, unreadable = await table(told_api, "/api/quarantine.csv")
    assert list(ahead) == ["arrived", "source", "vehicle_id", "ts", "rule", "field", "reason", *KEYS[:WITH_ROLES]]
    assert (ahead["source"], ahead["coolant_temp_f"], ahead["field"]) == ("simulated", "193.0", "ts")
    assert ahead["reason"].startswith("The time is more than 5 minutes ahead")
    assert (unreadable["source"], unreadable["vehicle_id"], unreadable["ts"]) == ("simulated", "", "")


async def test_an_empty_table_has_its_header(told_api):
    for path in ("/api/units.csv", "/api/quarantine.csv"):
        answer = await told_api.client.get(path)
        assert len(answer.text.splitlines()) == 1


def test_no_text_starts_a_formula_and_numbers_stay_numbers():
    body = csv_bytes(("a", "b"), [("=1+1", -5.5), ("+x", None), ("-x", 1), ("@x", 2), ("\tx", 3), ('a,\n"b', 4)])
    assert list(csv.reader(StringIO(body.decode(), newline=""))) == [
        ["a", "b"], ["'=1+1", "-5.5"], ["'+x", ""], ["'-x", "1"], ["'@x", "2"], ["'\tx", "3"], ['a,\n"b', "4"],
    ]  # fmt: skip


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=4))
def test_any_text_comes_back_as_it_was_but_for_the_apostrophe(cells):
    body = csv_bytes(["h"] * len(cells), [cells])
    _, row = csv.reader(StringIO(body.decode(), newline=""))
    assert row == [f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in cells]
