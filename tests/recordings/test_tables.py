"""Tables as programs write them: encodings, line ends, delimiters, numbers, missing cells, titles and times."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from connected_ops.machines import catalog
from connected_ops.recordings.hints import hints_of
from connected_ops.recordings.reading import Reading, reading
from connected_ops.recordings.recording import Recording
from connected_ops.recordings.text import CannotRead

OWN = ["ts,vehicle_id,coolant_temp_f,engine_rpm"] + [
    f"2031-05-06T07:08:{at:02}Z,van,{200 + at / 10},{900 + at}" for at in range(12)
]
BEGIN = datetime(2031, 5, 6, 7, 8, tzinfo=UTC).timestamp()


def taken(tmp_path: Path, content: str | bytes, name: str = "log.csv", **options: str | list[str]) -> Reading:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    zone, maps = options.get("timezone"), options.get("maps") or []
    assert not isinstance(zone, list)
    return reading(path, hints=hints_of(zone, list(maps)))


def one(tmp_path: Path, content: str | bytes, name: str = "log.csv", **options: str | list[str]) -> Recording:
    (found,) = taken(tmp_path, content, name, **options).recordings
    return found


def coolant(found: Recording) -> list[float]:
    return [round(value, 2) for value in found.values[:, catalog.COOLANT].tolist()]


def begin(found: Recording) -> str:
    return datetime.fromtimestamp(found.ts[0], UTC).isoformat().replace("+00:00", "Z")


OWN_TEXT = "\n".join(OWN) + "\n"
JSON_ROWS = [dict(zip(OWN[0].split(","), line.split(","), strict=True)) for line in OWN[1:]]


@pytest.mark.parametrize(
    "content",
    [
        OWN_TEXT,
        OWN_TEXT.rstrip("\n"),
        OWN_TEXT.replace("\n", "\r\n"),
        OWN_TEXT.replace("\n", "\r"),
        "\n\n" + OWN_TEXT.replace("\n", "\n\n"),
        OWN_TEXT.encode("utf-8-sig"),
        OWN_TEXT.encode("utf-16"),
        OWN_TEXT.encode("utf-16-le"),
        OWN_TEXT.encode("utf-16-be"),
        OWN_TEXT.encode("utf-32"),
        gzip.compress(OWN_TEXT.encode("utf-16")),
        gzip.compress(OWN_TEXT[:200].encode()) + gzip.compress(OWN_TEXT[200:].encode()),
        OWN_TEXT.replace(",", ";"),
        OWN_TEXT.replace(",", "\t"),
        OWN_TEXT.replace(",", "|"),
        OWN_TEXT.replace(",", ", "),
        "sep=;\r\n" + OWN_TEXT.replace(",", ";").replace(".", ",").replace("\n", "\r\n"),
        OWN_TEXT.replace(",", ";").replace(".", ","),
        "\n".join('"' + line.replace(",", '","') + '"' for line in OWN),
        "\n".join(f'"{line}"' for line in OWN),
        "\n".join(line + ",,," for line in OWN),
        "\n".join([OWN[0], ",,°F,1/min", *OWN[1:]]),
        "\n".join(["Export of the fleet", "Created by: nobody", "", *OWN]),
        "\n".join([*OWN[:5], OWN[0], *OWN[5:]]),
        "\n".join([OWN[0], *reversed(OWN[1:])]),
        "\n".join([*OWN, "", "# end", ""]),
    ],
)
@pytest.mark.parametrize("name", ["log.csv", "LOG.CSV", "log", "log.json"])
def test_a_table_is_known_by_its_content_in_any_coat(tmp_path, content, name):
    found = one(tmp_path, content, name)
    assert (found.unit, found.dated) == ("van", True)
    assert found.ts.tolist() == [BEGIN + at for at in range(12)]
    assert coolant(found) == [round(200 + at / 10, 1) for at in range(12)]
    assert found.values[:, catalog.RPM].tolist() == [900.0 + at for at in range(12)]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8", "utf-16-le"])
def test_umlauts_are_read_in_every_encoding(tmp_path, encoding):
    text = "Zeit;Fahrzeug;Kühlmitteltemperatur (°C);Motordrehzahl (U/min);Geschwindigkeit (km/h)\n" + "".join(
        f"06.05.2031 07:08:0{at};Bagger Süd;8{at},5;1.50{at};4{at}\n" for at in range(5)
    )
    found = one(tmp_path, text.encode(encoding))
    assert (found.unit, begin(found)) == ("Bagger_Sued", "2031-05-06T07:08:00Z")
    assert coolant(found) == [176.9, 178.7, 180.5, 182.3, 184.1]
    assert found.values[:, catalog.RPM].tolist() == [1500.0, 1501.0, 1502.0, 1503.0, 1504.0]


@pytest.mark.parametrize(("cells", "values"), [
    (["-", "93", "nan", "94", "#N/A", "95"], [93, 94, 95]),
    (["", "93", "null", "94", "n/a", "95"], [93, 94, 95]),
    (["93 °C", "94°C", "95 C", "--", "NaN", "∞"], [93, 94, 95]),
    (["9,3e1", "94,0", "95,00", "x", "?", "-"], [93, 94, 95]),
    (["93", "94", "95", "hot", "12:30", "0x5"], [93, 94, 95]),
])  # fmt: skip
def test_a_cell_without_a_value_costs_the_cell(tmp_path, cells, values):
    rows = "".join(f"2031-05-06T07:08:0{at}Z;{cell};8{at}0\n" for at, cell in enumerate(cells))
    found = one(tmp_path, "time;Coolant temperature [°C];rpm\n" + rows)
    heard = found.values[:, catalog.COOLANT]
    assert heard[np.isfinite(heard)].tolist() == pytest.approx([value * 1.8 + 32 for value in values])
    assert len(found.ts) == 6


@pytest.mark.parametrize(("cells", "rpm"), [
    (["820", "1,500", "2,250"], [820, 1500, 2250]),
    (["820,0", "1.500,5", "2.250,0"], [820, 1500.5, 2250]),
    (["820.0", "1,500.5", "2,250.0"], [820, 1500.5, 2250]),
    (["820", "1 500", "2\u00a0250"], [820, 1500, 2250]),
    (["820", "1'500", "2’250"], [820, 1500, 2250]),
    (["820 rpm", "1500rpm", "2250 U/min"], [820, 1500, 2250]),
    (["8.2e2", "1.5E3", "2.25e3"], [820, 1500, 2250]),
])  # fmt: skip
def test_numbers_are_read_as_people_write_them(tmp_path, cells, rpm):
    rows = "".join(f'2031-05-06T07:08:0{at}Z\t"{cell}"\n' for at, cell in enumerate(cells))
    assert one(tmp_path, "time\tEngine RPM\n" + rows).values[:, catalog.RPM].tolist() == rpm


@pytest.mark.parametrize(("first", "second", "expected"), [
    ("2031-05-06T07:08:09Z", "2031-05-06T07:08:10Z", "2031-05-06T07:08:09Z"),
    ("2031-05-06 07:08:09+02", "2031-05-06 07:08:10+02", "2031-05-06T05:08:09Z"),
    ("2031-05-06T07:08:09,250+0530", "2031-05-06T07:08:10,250+0530", "2031-05-06T01:38:09.250000Z"),
    ("20310506T070809Z", "20310506T070810Z", "2031-05-06T07:08:09Z"),
    ("20310506070809", "20310506070810", "2031-05-06T07:08:09Z"),
    ("1935817689", "1935817690", "2031-05-06T07:08:09Z"),
    ("1935817689.5", "1935817690.5", "2031-05-06T07:08:09.500000Z"),
    ("1935817689000", "1935817690000", "2031-05-06T07:08:09Z"),
    ("1935817689000000", "1935817690000000", "2031-05-06T07:08:09Z"),
    ("1935817689000000000", "1935817690000000000", "2031-05-06T07:08:09Z"),
    ("06.05.2031 07:08:09", "06.05.2031 07:08:10", "2031-05-06T07:08:09Z"),
    ("14/05/2031 07:08:09", "14/05/2031 07:08:10", "2031-05-14T07:08:09Z"),
    ("05/14/2031 7:08:09 AM", "05/14/2031 7:08:10 AM", "2031-05-14T07:08:09Z"),
    ("05/06/2031 7:08:09 p.m.", "05/06/2031 7:08:10 p.m.", "2031-05-06T19:08:09Z"),
    ("6-May-2031 07:08:09.5", "6-May-2031 07:08:10.5", "2031-05-06T07:08:09.500000Z"),
    ("06-mai-2031 07:08:09", "06-mai-2031 07:08:10", "2031-05-06T07:08:09Z"),
    ("6. Mai 2031 07:08:09", "6. Mai 2031 07:08:10", "2031-05-06T07:08:09Z"),
    ("Tue May 06 07:08:09 GMT+02:00 2031", "Tue May 06 07:08:10 GMT+02:00 2031", "2031-05-06T05:08:09Z"),
    ("Tue May 06 07:08:09 EDT 2031", "Tue May 06 07:08:10 EDT 2031", "2031-05-06T11:08:09Z"),
    ("May 6, 2031 7:08:09 AM", "May 6, 2031 7:08:10 AM", "2031-05-06T07:08:09Z"),
    ("2031 May 6 at 07:08:09", "2031 May 6 at 07:08:10", "2031-05-06T07:08:09Z"),
    ("Tue, 06 May 2031 07:08:09 GMT", "Tue, 06 May 2031 07:08:10 GMT", "2031-05-06T07:08:09Z"),
])  # fmt: skip
def test_a_time_is_read_as_it_is_written(tmp_path, first, second, expected):
    found = one(tmp_path, f"time;coolant temperature (°C)\n{first};90\n{second};91\n")
    assert begin(found) == expected
    assert found.ts[1] - found.ts[0] == pytest.approx(1.0)


def test_day_and_month_are_told_by_the_file_and_said(tmp_path):
    said = taken(tmp_path, "time,rpm\n03/05/2031 07:00:00,800\n03/14/2031 07:00:00,800\n").said
    assert "log.csv: 03/14/2031 has its month first." in said
    both = "time,speed (mph)\n03/05/2031 07:00:00,20\n03/05/2031 07:00:01,20\n"
    told = taken(tmp_path, both)
    assert begin(told.recordings[0]) == "2031-03-05T07:00:00Z"
    assert any("nothing tells day from month; taken as month/day" in sentence for sentence in told.said)
    assert begin(one(tmp_path, both.replace("mph", "km/h"))) == "2031-05-03T07:00:00Z"


def test_a_time_without_a_zone_is_read_in_the_one_that_was_named_and_this_is_said(tmp_path):
    text = "time,rpm\n2031-07-06T07:08:09,800\n2031-07-06T07:08:10,800\n"
    told = taken(tmp_path, text)
    assert "log.csv: 'time' names no zone; read as UTC (--timezone says another)." in told.said
    assert begin(told.recordings[0]) == "2031-07-06T07:08:09Z"
    told = taken(tmp_path, text, timezone="Europe/Berlin")
    assert "log.csv: 'time' names no zone; read in Europe/Berlin (--timezone)." in told.said
    assert begin(told.recordings[0]) == "2031-07-06T05:08:09Z"
    assert begin(one(tmp_path, text, timezone="-03:30")) == "2031-07-06T10:38:09Z"
    with pytest.raises(CannotRead, match="--timezone Mars/Olympus is no zone"):
        taken(tmp_path, text, timezone="Mars/Olympus")


def test_an_hour_that_comes_twice_is_read_once_in_summer_and_once_in_winter(tmp_path):
    walls = ["02:58", "02:59", "02:00", "02:01", "03:00"]
    text = "time,rpm\n" + "".join(f"2026-10-25 {wall}:00,800\n" for wall in walls)
    found = one(tmp_path, text, timezone="Europe/Berlin")
    assert np.diff(found.ts).tolist() == [60.0, 60.0, 60.0, 3540.0]


@pytest.mark.parametrize(("name", "titles", "cells", "expected"), [
    ("trip_2031-05-06 23-59-58.csv", "SECONDS", ["86398", "86399", "1"], "2031-05-06T23:59:58Z"),
    ("trip_2031-05-06.csv", "Time", ["23:59:58.0", "23:59:59.0", "00:00:01.0"], "2031-05-06T23:59:58Z"),
    ("trip 20310506_235958.csv", "Time (s)", ["0", "1", "3"], "2031-05-06T23:59:58Z"),
    ("trip 20310506_235958.csv", "time (ms)", ["0", "1000", "3000"], "2031-05-06T23:59:58Z"),
    ("trip_2031-05-06.csv", "Uhrzeit", ["11:59:58 PM", "11:59:59 PM", "12:00:01 AM"], "2031-05-06T23:59:58Z"),
])  # fmt: skip
def test_a_clock_takes_its_date_from_the_files_name_and_goes_on_past_midnight(tmp_path, name, titles, cells, expected):
    found = one(tmp_path, f"{titles},rpm\n" + "".join(f"{cell},80{at}\n" for at, cell in enumerate(cells)), name)
    assert found.dated
    assert begin(found) == expected
    assert np.diff(found.ts).tolist() == [1.0, 2.0]


def test_a_date_and_a_clock_in_two_columns_are_one_time(tmp_path):
    found = one(tmp_path, "Datum;Uhrzeit;Drehzahl\n06.05.2031;23:59:59;800\n07.05.2031;00:00:01;810\n")
    assert (begin(found), np.diff(found.ts).tolist()) == ("2031-05-06T23:59:59Z", [2.0])


def test_seconds_from_the_start_have_no_date_and_a_run_that_starts_again_goes_on(tmp_path):
    told = taken(tmp_path, "Time (s),Engine RPM\n0,800\n1,801\n2,802\nTime (s),Engine RPM\n0,803\n1,804\n")
    (found,) = told.recordings
    assert (found.dated, found.ts.tolist()) == (False, [0.0, 1.0, 2.0, 3.0, 4.0])
    assert "log.csv: 'Time (s)' names no date; times count from its begin." in told.said


def test_a_header_that_comes_again_may_bring_other_columns(tmp_path):
    text = "time,rpm,coolant (°C)\n1935817689,800,90\ntime,coolant (°C),speed (km/h)\n1935817690,91,50\n"
    found = one(tmp_path, text)
    assert coolant(found) == [194.0, 195.8]
    assert found.values[:, catalog.RPM].tolist() == pytest.approx([800.0, np.nan], nan_ok=True)
    assert found.values[:, catalog.SPEED].tolist() == pytest.approx([np.nan, 31.07], abs=0.01, nan_ok=True)


def test_several_rows_a_second_are_one_with_the_last_value_of_each_signal(tmp_path):
    rows = "".join(f"{at / 25},{800 + at},{'' if at % 5 else 90}\n" for at in range(100))
    told = taken(tmp_path, "Time (s),Engine RPM (rpm),Coolant (°C)\n" + rows)
    (found,) = told.recordings
    assert found.values[:, catalog.RPM].tolist() == [824.0, 849.0, 874.0, 899.0]
    assert coolant(found) == [194.0] * 4
    assert any("several rows a second" in sentence for sentence in told.said)


def test_two_machines_in_a_file_are_two_recordings(tmp_path):
    text = "timestamp,imei,rpm\n1935817689,350,800\n1935817689,351,900\n1935817690,350,801\n1935817690,,7\n"
    told = taken(tmp_path, text)
    assert [(each.unit, len(each.ts)) for each in told.recordings] == [("350", 2), ("351", 1)]
    assert "log.csv: left out 1 × rows without a 'imei'." in told.said


def test_without_a_machine_the_files_name_is_its_id(tmp_path):
    text = "time,rpm\n1935817689,800\n"
    assert one(tmp_path, text, "Größe 7 (neu).csv").unit == "Groesse_7_neu"
    assert one(tmp_path, text, "….csv").unit == "recording"


def test_what_is_left_out_is_counted_and_named(tmp_path):
    lines = [
        *OWN[:4], "yesterday,van,200,900", "2031-05-06T07:08:20Z,van,hot,900", "garbage", "2031-05-06T07:08:21Z,van,,",
        "2031-05-06T07:08:22Z,van,200,900,1,2", ",van,200,900", "2031-05-06T07:08:23Z,van,-,901", "2031-05-06T07:08:2",
    ]  # fmt: skip
    told = taken(tmp_path, "\n".join(lines))
    assert told.said == (
        "log.csv: left out 1 × lines that are no rows (line 7).",
        "log.csv: left out 1 × lines with more cells than there are titles (line 9).",
        "log.csv: left out 1 × last line that is cut short (line 12).",
        "log.csv: left out 1 × cells of 'coolant_temp_f' that are no number (line 6).",
        "log.csv: left out 1 × cells that say '-' (line 11).",
        "log.csv: left out 1 × rows without any value (line 8).",
        "log.csv: left out 1 × rows whose time cannot be read (line 5).",
        "log.csv: left out 1 × rows without a time (line 10).",
    )
    assert len(told.recordings[0].ts) == 5


def test_the_last_cell_of_a_line_that_was_cut_is_not_believed(tmp_path):
    text = "time,coolant (°C),rpm\n1935817689,90,800\n1935817690,91,810\n1935817691,9"
    assert coolant(one(tmp_path, text)) == [194.0, 195.8]


def test_a_file_in_the_payloads_names_is_read_without_a_word(tmp_path):
    told = taken(tmp_path, OWN_TEXT)
    assert (told.said, told.guessed) == ((), False)


@pytest.mark.parametrize(("content", "sentence"), [
    ("", "log.csv holds no rows."),
    (" \n\n", "log.csv holds no rows."),
    ("ts,vehicle_id,coolant_temp_f\n", "log.csv holds no rows under its titles (ts, vehicle_id, coolant_temp_f)."),
    ("ts,coolant_temp_f\nnoon,190\n", "log.csv: what its 'ts' holds is no time that can be read, such as 'noon'."),
    ("ts,vehicle_id,coolant_temp_f\n2031-05-06T07:08:09Z,a,\n", "log.csv: none of its columns is a signal"),
    ("time,colant_tempp,rotor\n1935817689,90,5\n", "near known ones: coolant_temp_f"),
    ("lorem ipsum dolor", "log.csv holds no table with titles that could be read"),
    ("1,2,3\n4,5,6\n", "log.csv holds no table with titles that could be read"),
    ("{oops", "log.csv holds no table with titles that could be read: left out 1 × lines that are no JSON (line 1)."),
    ("[]", "log.csv holds no table"),
    ("[" * 100_000, "log.csv holds no table"),
    ("7", "log.csv holds no table"),
    ('{"ts": ' + "9" * 5000 + "}", "log.csv"),
    (b"\xff\xfe\x00", "log.csv"),
    (b"\x1f\x8bnonsense", "log.csv is neither text nor gzipped text."),
    (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff\xff", "log.csv is neither text nor gzipped text."),
    (bytes(range(32)) * 40, "log.csv is neither text nor gzipped text."),
    (b"PK\x03\x04rest", "log.csv is a zip archive or a spreadsheet"),
    (b"MDF     4.10", "log.csv is an MDF measurement; export it as CSV"),
])  # fmt: skip
def test_a_file_of_which_nothing_can_be_used_says_why_in_one_sentence(tmp_path, monkeypatch, content, sentence):
    monkeypatch.chdir(tmp_path)
    Path("log.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(CannotRead) as told:
        reading(Path("log.csv"))
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 600
