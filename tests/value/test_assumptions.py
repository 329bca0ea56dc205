"""The assumptions: rows that hold together, changes that are clamped with a sentence, and files of one's own."""

import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.errors import ConnectedOpsError
from connected_ops.value.assumptions import Assumptions, load
from connected_ops.value.overrides import AssumptionsError
from connected_ops.value.table import ASSUMPTIONS, BY_KEY
from connected_ops.value.words import number, written

DOCS = Path(__file__).parents[2] / "docs" / "value.md"


@pytest.fixture
def file(tmp_path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "fleet.toml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_every_row_is_in_order_and_has_a_source():
    assert len(BY_KEY) == len(ASSUMPTIONS)
    for row in ASSUMPTIONS:
        assert row.least <= row.low <= row.base <= row.high <= row.most
        assert 0 < row.step <= row.most - row.least
        assert row.source
        assert row.source != "assumption" or row.year is None


def test_the_docs_list_every_key_as_it_ships():
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == {
        row.key: " | ".join(
            [number(row.low), number(row.base), number(row.high), row.uom, row.source, str(row.year or "–")]
        )
        for row in ASSUMPTIONS
    }


def test_the_published_figures_stand_as_they_were_read():
    shipped = Assumptions()
    published = {
        "day_vehicle": 600,
        "unplanned_days": 4,
        "hours_late": 3.5,
        "hours_early": 1.1,
        "callout": 491,
        "tow": 1485,
    }
    assert {key: shipped[key] for key in published} == published
    assert shipped.span("day_vehicle") == (448, 760)
    assert all(BY_KEY[f"chance_{mode}"].source == "assumption" for mode in ("cooling", "vibration", "air_intake"))


def test_a_change_makes_new_assumptions_and_leaves_the_old_ones():
    shipped = Assumptions()
    changed, sentences = shipped.changed({"labour": 200, "tow": 1485})
    assert (shipped["labour"], changed["labour"], sentences) == (150, 200, ())
    assert changed.changes == (("labour", 200.0),)
    assert changed.span("labour") == (130, 200)
    again, _ = changed.changed({"labour": 150, "tow": 1000})
    assert again.changes == (("tow", 1000.0),)


@pytest.mark.parametrize(("key", "asked", "used", "sentence"), [
    ("chance_cooling", 140, 100,
     "Chance of failing if ignored, cooling can be 0 to 100 %; 140 % was taken as 100 %."),
    ("labour", -3, 0, "Labour, on wrench hours only can be $0 to $500 an hour; −$3 an hour was taken as $0 an hour."),
    ("unplanned_days", 99, 30, "Days down after it failed can be 0 to 30 days; 99 days was taken as 30 days."),
    ("tow", math.nan, 1485, "Tow needs a number; it stays at $1,485."),
    ("tow", math.inf, 1485, "Tow needs a number; it stays at $1,485."),
    ("tow", 1e300, 10_000, "Tow can be $0 to $10,000; $1e+300 was taken as $10,000."),
])  # fmt: skip
def test_what_is_out_of_range_is_clamped_with_a_sentence(key, asked, used, sentence):
    changed, sentences = Assumptions().changed({key: asked})
    assert changed[key] == used
    assert sentences == (sentence,)


def test_names_that_are_none_are_named_briefly():
    _, (sentence,) = Assumptions().changed({"x" * 100: 1.0})
    assert sentence == f"There is no assumption called {'x' * 40}; it was left out."
    _, (sentence,) = Assumptions().changed(dict.fromkeys("abcdefg", 1.0))
    assert sentence == "There are no assumptions called a, b, c and 4 more; they were left out."


@given(st.dictionaries(st.sampled_from(list(BY_KEY)) | st.text(max_size=5), st.floats() | st.integers(), max_size=8))
def test_any_change_stays_in_range(changes):
    changed, sentences = Assumptions().changed(changes)
    for row in ASSUMPTIONS:
        assert row.least <= changed[row.key] <= row.most
    assert all(sentence.endswith(".") for sentence in sentences)


def test_values_are_written_as_people_write_them():
    assert [written(value, uom) for value, uom in ((600, "$/day"), (1, "days"), (0.25, "days"), (-20, "$"))] == [
        "$600 a day", "1 day", "0.25 days", "−$20",
    ]  # fmt: skip


def test_no_file_is_the_table():
    assert load(None).rows == ASSUMPTIONS


def test_a_file_overrides_what_it_names(file):
    path = file(
        '\ufeff# ours\n[day_vehicle]\nlow = 500\nbase = 700\nhigh = 900\nsource = "our books"\nyear = 2026\n'
        "[chance_cooling]\nbase = 60.5\n[tow]\nyear = 2021\n"
    )
    ours = load(path)
    rows = {row.key: row for row in ours.rows}
    assert ours["day_vehicle"] == 700
    assert ours.span("day_vehicle") == (500, 900)
    assert (rows["day_vehicle"].source, rows["day_vehicle"].year) == ("our books", 2026)
    assert (ours["chance_cooling"], rows["chance_cooling"].source) == (60.5, "fleet.toml")
    assert (rows["tow"].base, rows["tow"].year) == (1485, 2021)
    assert rows["tow"].source == BY_KEY["tow"].source
    assert [row.key for row in ours.rows] == [row.key for row in ASSUMPTIONS]
    assert ours.changes == ()
    assert load(file("")).rows == ASSUMPTIONS


def test_the_example_of_the_docs_is_a_file_that_can_be_used(file):
    (example,) = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert load(file(example))["day_vehicle"] == 700


@pytest.mark.parametrize(("content", "sentence"), [
    ("[labour]\n\n[dya_vehicle]\nbase = 3", "line 3, field dya_vehicle, is wrong: there is no such assumption; known"),
    ("labour = 3\n", "line 1, field labour, is wrong: it is a table such as [labour] with base = 150."),
    ("[labour]\nbase = 150\nprice = 3", "line 3, field labour.price, is wrong: there is no such field; known are low"),
    ('[tow]\nyear = 2021\n[labour]\nbase="1"', "line 4, field labour.base, is wrong: it is a number, without quotes."),
    ("[labour]\nbase = true", "line 2, field labour.base, is wrong: it is a number, without quotes."),
    ("[labour]\nbase = [1]", "line 2, field labour.base, is wrong: it is a number, without quotes."),
    ("[labour]\nbase = nan", "line 2, field labour.base, is wrong: it can be 0 to $500 an hour."),
    ("[labour]\nhigh = inf", "line 2, field labour.high, is wrong: it can be 0 to $500 an hour."),
    ("[chance_cooling]\nhigh = 101", "line 2, field chance_cooling.high, is wrong: it can be 0 to 100 %."),
    ("[labour]\nlow = 180\nbase = 160", "line 2, field labour.low, is wrong: low 180 is above base 160; set low, base"),
    ("[labour]\n# dear\nbase = 200", "line 3, field labour.base, is wrong: base 200 is above high 170; set low, base"),
    ("[labour]\nsource = 3", "line 2, field labour.source, is wrong: it is a line of text of at most 200 characters."),
    ('[labour]\nsource = ""', "line 2, field labour.source, is wrong"),
    ('[labour]\nsource = """a\nb"""', "line 2, field labour.source, is wrong"),
    ("[labour]\nyear = 2020.5", "line 2, field labour.year, is wrong: it is a whole number, without quotes."),
    ("[labour]\nyear = 20", "line 2, field labour.year, is wrong: it can be 1900 to 2100."),
    ("labour.base = 151\nlabour.low = 999", "line 2, field labour.low, is wrong: it can be 0 to $500 an hour."),
    ("\nlabour = { base = 151, low = 999 }", "line 2, field labour.low, is wrong: it can be 0 to $500 an hour."),
    ("\n['labour'] # x\n'low'=999", "line 3, field labour.low, is wrong: it can be 0 to $500 an hour."),
    ("[[labour]]\nbase = 3", "line 1, field labour, is wrong: it is a table such as [labour]"),
    ("[labour]\n[labour.base]\nx = 1", "line 2, field labour.base, is wrong: it is a number, without quotes."),
    ("[labour]\nbase = 1\nbase = 2", "line 3, is not valid TOML: cannot overwrite a value."),
    ("[labour]\nbase = ", "line 2, is not valid TOML: invalid value."),
    ("[labour]\nbase = 150\n[tow", "line 3, is not valid TOML: expected "),
    ("[labour]\nbase = " + "9" * 5000, "holds a number with too many digits; shorten it."),
    ("[labour]\nbase = " + "9" * 400, "line 2, field labour.base, is wrong: it can be 0 to $500 an hour."),
    ("[labour]\nbase = " + "[" * 20_000, "line 1, is nested too deep"),
    (b"\xff\xfe", "line 1, is not UTF-8 text; save it as UTF-8."),
    ('"a\\u0007b" = 1', "line 1, field 'a\\x07b', is wrong: there is no such assumption"),
])  # fmt: skip
def test_a_mistake_in_a_file_is_one_sentence_with_line_and_field(file, content, sentence):
    with pytest.raises(AssumptionsError) as refusal:
        load(file(content))
    told = str(refusal.value)
    assert "fleet.toml" in told
    assert sentence in told
    assert told.endswith(".")
    assert "\n" not in told
    assert isinstance(refusal.value, ConnectedOpsError)


@pytest.mark.parametrize("name", ["none.toml", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, name):
    with pytest.raises(AssumptionsError, match=r"name a TOML file"):
        load(tmp_path / name)


@given(
    st.text(max_size=60)
    | st.sampled_from(list(BY_KEY)).flatmap(lambda key: st.text(max_size=30).map(f"[{key}]\n".__add__))
)
def test_any_text_is_assumptions_or_one_sentence(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load(path)
    except AssumptionsError as refusal:
        assert "\n" not in str(refusal)  # noqa: PT017 - either outcome is right
