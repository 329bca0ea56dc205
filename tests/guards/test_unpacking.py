import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.errors import BodyTooLarge, MalformedBody
from connected_ops.guards.unpacking import UnknownCoding, unpacked

MIB = 1024 * 1024


def bomb() -> bytes:
    """20 MiB of zeros in some 20 kB."""
    return gzip.compress(bytes(20 * MIB))


def peak_of(packed: bytes, most: int) -> int:
    """How much memory unpacking took, whatever it came to."""
    tracemalloc.start()
    try:
        unpacked(packed, b"gzip", most)
    except BodyTooLarge:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


def test_a_bomb_is_cut_while_it_is_unpacked_and_is_one_where_nothing_cuts_it():
    packed = bomb()
    assert len(packed) < MIB / 10
    assert peak_of(packed, MIB) < 3 * MIB
    assert peak_of(packed, 100 * MIB) > 20 * MIB
    with pytest.raises(BodyTooLarge, match="unpacked"):
        unpacked(packed, b"gzip", MIB)


def test_many_small_members_are_bounded_together():
    member = gzip.compress(bytes(MIB // 4))
    assert unpacked(member * 3, b"gzip", MIB) == bytes(MIB // 4 * 3)
    with pytest.raises(BodyTooLarge):
        unpacked(member * 5, b"gzip", MIB)
    with pytest.raises(MalformedBody):
        unpacked(gzip.compress(b"") * 10_000, b"gzip", MIB)


@given(st.binary(max_size=2000))
def test_what_was_packed_comes_out(body: bytes):
    raw = zlib.compressobj(wbits=-15)
    packed = {
        b"gzip": gzip.compress(body), b" GZIP ": gzip.compress(body) + b"\0\0", b"deflate": zlib.compress(body),
        b"Deflate": raw.compress(body) + raw.flush(), b"identity": body, b"": body,
    }  # fmt: skip
    assert {unpacked(each, coding) for coding, each in packed.items()} == {body}


@given(st.binary(max_size=200), st.sampled_from([b"gzip", b"deflate"]))
def test_whatever_comes_is_a_body_or_a_named_error(body: bytes, coding: bytes):
    try:
        came = unpacked(body, coding, 1000)
    except (MalformedBody, BodyTooLarge):
        return
    assert len(came) <= 1000


@pytest.mark.parametrize("coding", [b"br", b"zstd", b"gzip, gzip", b"\xff", b"chunked", b"gzip;q=1"])
def test_another_coding_is_refused_and_named_only_where_it_is_known(coding: bytes):
    with pytest.raises(UnknownCoding) as refusal:
        unpacked(b"{}", coding)
    assert ("Content-Encoding " + coding.decode("latin-1") in str(refusal.value)) is (coding in (b"br", b"zstd"))
