"""No file whatever is a traceback: rows, encodings, delimiters and damage by chance."""

import gzip
import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_ops.recordings.hints import Hints, Wish
from connected_ops.recordings.reading import Reading, reading
from connected_ops.recordings.text import CannotRead
from tests.recordings.test_loggers import FILES

TITLES = (
    "ts", "time", "Time (s)", "Datum", "Uhrzeit", "timestamp", "GPS Time", "Device Time", "SECONDS", "PID", "VALUE",
    "UNITS", "name", "value", "vehicle_id", "trip", "label", "fault_codes", "unit_class", "coolant_temp_f", "coolant",
    "rpm", "speed", "Kühlmitteltemperatur (°C)", "Engine RPM [rpm]", "Vehicle speed (km/h)", "Oil temperature", "", " ",
    'x"y', "load", "10C",
)  # fmt: skip
WRITTEN = (
    "", "-", "NaN", "#N/A", "90", "90,5", "1.234,5", "83 °C", "1935817689", "1935817689000", "20310506T070809Z",
    "2031-05-06T07:08:09Z", "2031-05-06 07:08:09", "06.05.2031", "13/05/2031 07:08", "23:59:59.9", "0:00", "12:00 AM",
    "Tue May 06 07:08:09 GMT+02:00 2031", "31-févr.-2031 07:08:09", "9" * 400, "1e400", "-1", "0x1F", "van 7", "°C",
    "rpm", '"', '"a', "a,b;c", "100: gps", "sep=;", "99/99/9999", "10000-01-01", "2031-02-30T00:00:00Z", "24:00:00",
    "1_000",
)  # fmt: skip
CELLS = (
    st.sampled_from(WRITTEN)
    | st.floats(width=32).map(str)
    | st.integers(-(10**19), 10**19).map(str)
    | st.text(max_size=12)
)
ROWS = st.lists(st.lists(CELLS, max_size=8), max_size=12)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252", "utf-32")
NAMES = st.sampled_from(["a.csv", "A.CSV", "2031-05-06 07-08-09.csv", "99999999.json", "a.ndjson", "x"])
ABOVE = ("sep=;", "# StartTime = 05/06/2031 07:08:09 AM", "BlueDriver Data Log", "", "Notes,7", "[Channel Data]")
LOGS = tuple("\n".join(lines) for _, lines, _ in FILES.values())


@st.composite
def tables(draw: st.DrawFn) -> str:
    titles = draw(st.lists(st.sampled_from(TITLES), min_size=1, max_size=8))
    above = draw(st.lists(st.sampled_from(ABOVE), max_size=2))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|", ", "]))
    rows = [titles, *draw(ROWS)]
    return draw(st.sampled_from(["\n", "\r\n", "\r"])).join([*above, *(delimiter.join(row) for row in rows)])


@st.composite
def objects(draw: st.DrawFn) -> str:
    key, cell = st.sampled_from(TITLES), CELLS | st.none() | st.booleans() | st.floats() | st.integers()
    some = st.dictionaries(key, cell | st.dictionaries(key, cell, max_size=3) | st.lists(cell, max_size=3), max_size=6)
    rows = draw(st.lists(some, max_size=8))
    shape = draw(st.sampled_from(["array", "lines", "wrapped", "columns"]))
    if shape == "lines":
        return "\n".join(map(json.dumps, rows))
    if shape == "columns":
        return json.dumps({title: [row.get(title) for row in rows] for title in TITLES[:6]})
    return json.dumps(rows if shape == "array" else {"data": rows, "vehicle_id": "a"})


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(LOGS))[: draw(st.integers(0, 3_000))]
    at = draw(st.integers(0, max(len(text) - 1, 0)))
    return text[:at] + draw(CELLS) + text[at + draw(st.integers(0, 40)) :]


CONTENTS = st.one_of(tables(), objects(), damaged(), st.text(max_size=200))
WISHES = st.lists(
    st.builds(Wish, st.sampled_from(["coolant_temp_f", "ts", "vehicle_id", "speed_mph"]), st.sampled_from(TITLES)),
    max_size=2,
).map(lambda wishes: Hints(wishes=tuple(wishes)))


def read_or_why(path: Path, hints: Hints) -> Reading | str:
    try:
        return reading(path, hints=hints)
    except CannotRead as error:
        return str(error)


def no_traceback(content: str, encoding: str, cut: int, packed: bool, name: str, hints: Hints) -> None:
    raw = content.encode(encoding, errors="replace")
    raw = raw[: len(raw) - cut]
    raw = gzip.compress(raw)[: -cut or None] if packed else raw
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(raw)
        told = read_or_why(path, hints)
    if isinstance(told, str):
        assert told
        assert "\n" not in told
        return
    assert told.recordings
    for each in told.recordings:
        assert len(each.ts) == len(each.values) > 0
        assert (np.diff(each.ts) > 0).all()
        assert np.isfinite(each.values).any(axis=1).all()
        assert each.unit


ANY = given(CONTENTS, st.sampled_from(ENCODINGS), st.integers(0, 3), st.booleans(), NAMES, WISHES)
test_no_file_is_a_traceback = settings(max_examples=250, deadline=None, derandomize=True)(ANY(no_traceback))
test_ten_thousand_files_are_no_traceback = pytest.mark.soak(
    settings(max_examples=10_000, deadline=None)(ANY(no_traceback))
)
