"""A compressed body, unpacked as far as a body may be long and no further."""

import zlib

from connected_ops.errors import BodyTooLarge, ConnectedOpsError, MalformedBody
from connected_ops.guards.body import MAX_BODY

GZIP, ZLIB, RAW = 31, 15, -15  # what zlib calls them: bits of the window, and the kind of head around
MOST_MEMBERS = 64
_NAMED = frozenset((b"br", b"zstd", b"compress", b"x-compress", b"lz4", b"snappy", b"exi", b"dcb", b"dcz"))


class UnknownCoding(ConnectedOpsError):
    """A body is coded in a way that is not undone here."""


def unpacked(body: bytes, coding: bytes, most: int = MAX_BODY) -> bytes:
    """The body under a `Content-Encoding`: gzip, deflate (with zlib's head, as it should be, or without) or identity.

    Raises UnknownCoding for any other, BodyTooLarge where more than `most` bytes come out, of which no more than that
    are ever unpacked, and MalformedBody where it is not what it says.
    """
    name = coding.strip().lower()
    if name in (b"", b"identity"):
        return body
    if name in (b"gzip", b"x-gzip"):
        return _inflated(body, GZIP, most)
    if name == b"deflate":
        return _inflated(body, ZLIB if _has_zlib_head(body) else RAW, most)
    said = f"Content-Encoding {name.decode()}" if name in _NAMED else "That Content-Encoding"
    raise UnknownCoding(f"{said} is not undone here: send gzip, deflate or none.")


def _inflated(body: bytes, kind: int, most: int) -> bytes:
    parts, left = [], most
    for _ in range(MOST_MEMBERS):
        member = zlib.decompressobj(kind)
        try:
            parts.append(member.decompress(body, left + 1))
        except zlib.error:
            raise MalformedBody("The body is not packed as its Content-Encoding says.") from None
        left -= len(parts[-1])
        if left < 0:
            raise BodyTooLarge(f"The body is larger than {most:,} bytes when it is unpacked; send it in parts.")
        if not member.eof:
            raise MalformedBody("The packed body ends too soon.")
        body = member.unused_data.lstrip(b"\0")
        if kind != GZIP or not body:
            return b"".join(parts)
    raise MalformedBody(f"The packed body has more than {MOST_MEMBERS} members.")


def _has_zlib_head(body: bytes) -> bool:
    return len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
