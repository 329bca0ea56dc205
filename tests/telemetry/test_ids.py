import json
from unicodedata import normalize
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.telemetry.ids import LONGEST, same_unit, unit_id


@pytest.mark.parametrize(
    ("given_id", "read"),
    [
        (7, "7"), (7.0, "7"), (7.5, "7.5"), (356938035643809, "356938035643809"), (" Lkw 7 ", "Lkw 7"), ("🚛", "🚛"),
        ("Lkw 7/Süd <b>", "Lkw 7/Süd <b>"), ("Ünit#3?&", "Ünit#3?&"), ("Lkw\u00a07", "Lkw\u00a07"), ("-7", "-7"),
        ("U\u0308nit", "Ünit"), ("x" * LONGEST, "x" * LONGEST), ("\u0663", "\u0663"), ("می\u200cرود", "می\u200cرود"),
    ],
)  # fmt: skip
def test_an_id_is_as_its_sender_writes_it(given_id: object, read: str):
    assert unit_id(given_id) == read


@pytest.mark.parametrize(
    "given_id",
    [
        None, True, [], {}, "", " ", "-", "..", "./.", "x" * (LONGEST + 1), "a\n", "\ta", "a\0", "a\x7fb", "a\u0085b",
        "a\u2028b", "a\u202eb", "a\u200bb", "a\ufeffb", "\ud800", "a\ue000", "a\uffff", float("nan"), float("-inf"),
        10**70,
    ],
)  # fmt: skip
def test_what_no_page_could_show_is_refused_with_what_an_id_is(given_id: object):
    with pytest.raises(ValueError, match="An id is 1 to 64 characters"):
        unit_id(given_id)


def test_spellings_of_one_unit_differ_by_case_outer_blanks_and_form_alone():
    assert same_unit("LKW 7/SÜD") == same_unit("Lkw 7/Süd") == same_unit(" lkw 7/su\u0308d ")
    assert same_unit("STRASSE") == same_unit("Straße")
    assert len({same_unit(each) for each in ("Lkw 7", "Lkw7", "Lkw  7", "Lkw_7")}) == 4


@given(st.one_of(st.text(max_size=80), st.integers(), st.floats()))
def test_whatever_is_read_is_short_composed_on_one_line_and_survives_an_address(given_id: object):
    try:
        read = unit_id(given_id)
    except ValueError:
        return
    assert 1 <= len(read) <= LONGEST
    assert read == normalize("NFC", read) == unit_id(read) == unit_id(f"  {read}\u00a0")
    assert len(read.splitlines()) == 1
    assert unquote(quote(read, safe="")) == read
    assert json.loads(json.dumps(read)) == read
    assert same_unit(same_unit(read)) == same_unit(read)
    assert quote(read, safe="") not in (".", "..")
