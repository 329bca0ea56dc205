from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.telemetry.times import NoZone, instant, named_zone

NOON = datetime(2026, 11, 23, 14, 31, 52, tzinfo=UTC)
S = 1795444312
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T14:31:52Z", "2026-11-23t14:31:52z", "2026-11-23 14:31:52Z", "2026-11-23 14:31:52 Z",
        "2026-11-23T14:31:52+00", "2026-11-23T14:31:52+00:00", "2026-11-23T14:31:52-00:00", "2026-11-23T14:31:52+0000",
        "2026-11-23T15:31:52+01", "2026-11-23T15:31:52+0100", "2026-11-23T15:31:52 +01:00", "2026-11-23T09:01:52-0530",
        "2026-11-23T14:31:52.000000000Z", " 2026-11-23T14:31:52Z ", "2026-11-23T14:31:52,0Z",
        S, S * 10**3, S * 10**6, S * 10**9, float(S), S * 1e3, S * 1e6, S * 1e9, str(S), f"{S}000", f"{S}.0", f" {S} ",
        f"{S * 10**9}", f"{S / 1e9}e9", f"+{S}",
    ],
)  # fmt: skip
def test_one_instant_is_written_in_many_ways(text: object):
    assert instant(text) == NOON


def test_fractions_are_kept_to_the_microsecond():
    for text in (
        "2026-11-23T14:31:52.1234567Z",
        f"{S}.123456",
        S * 1000 + 123.456,
        f"{S}123456789",
        S * 10**9 + 123456789,
    ):
        assert instant(text) == NOON + timedelta(microseconds=123456)


@pytest.mark.parametrize(
    "text",
    [
        None, True, [], "", "-", "now", "2026-11-23", "14:31:52", "2026-02-30T00:00:00Z", "2026-11-23T24:00:00Z",
        "2026-11-23T14:31:60Z", "2026-11-23T14:31:52+24:00", "2026-11-23T14:31:52+01:60", "23.11.2026 14:31:52",
        "2026-11-23T14:31:52 CET", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", -1, "-1", 10**20, 1e300,
        float("nan"), float("inf"), "1e99", f"{S},5", "0x6B0319D8", "2026-11-23T14:31:52." + "0" * 100 + "Z", "1" * 65,
    ],
)  # fmt: skip
def test_what_has_another_reading_or_none_is_refused_with_what_a_time_is(text: object):
    with pytest.raises(ValueError, match="A time is RFC 3339"):
        instant(text, BERLIN)


def test_a_time_without_a_zone_is_refused_by_name_unless_the_zone_is_named():
    with pytest.raises(NoZone, match=r"\?timezone=Europe/Berlin"):
        instant("2026-11-23 14:31:52")
    assert instant("2026-11-23 15:31:52", BERLIN) == NOON
    assert instant("2026-11-23T14:31:52Z", BERLIN) == NOON
    assert instant(S, BERLIN) == NOON


def test_an_hour_that_is_left_out_goes_by_the_offset_before_and_one_that_comes_twice_is_the_first():
    assert instant("2026-03-29 02:30:00", BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant("2026-10-25 02:30:00", BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["", "Berlin", "Europe", "../../etc/passwd", "/etc/localtime", "a\0b", "x" * 300, "\ud800"]
)
def test_a_zone_that_is_none_is_refused_by_name(name: str):
    with pytest.raises(ValueError, match="time zone database"):
        named_zone(name)


_moments = st.datetimes(datetime(1974, 1, 1), datetime(2500, 1, 1)).map(lambda each: each.replace(tzinfo=UTC))
_offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(_moments, _offsets)
def test_an_instant_is_the_same_at_every_offset_and_in_every_unit(moment: datetime, offset: timezone):
    assert instant(moment.astimezone(offset).isoformat()) == moment
    microseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert instant(microseconds) == instant(microseconds * 1000) == instant(str(microseconds)) == moment
    for given_time in (microseconds / 1e6, microseconds / 1e3, float(microseconds)):
        assert abs(instant(given_time) - moment) <= timedelta(microseconds=10)


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers(), st.none(), st.booleans()))
def test_whatever_is_given_is_an_instant_that_can_be_written_or_a_sentence(given_time: object):
    try:
        read = instant(given_time, BERLIN)
    except ValueError as error:
        said = str(error)
    else:
        said = ""
        assert 0 <= read.timestamp() < 253_370_764_801
    assert len(said) < 160
