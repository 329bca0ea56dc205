"""The text of a file: unpacked, decoded and with one kind of line end, whatever its name says."""

import codecs
import zlib
from pathlib import Path

from connected_ops.errors import ConnectedOpsError

GZIP = b"\x1f\x8b"
CHUNK = 1 << 20
SNIFFED = 4_096
MOST_CONTROLS = 0.02  # of the characters of a text, those that no text holds

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""What a text may begin with, and the encoding that it names."""

OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive or a spreadsheet; unpack it, or save the sheet as CSV"),
    (b"MDF     ", "an MDF measurement; export it as CSV, with asammdf for one"),
    (b"SQLite format 3", "a database; export its table as CSV"),
    (b"PAR1", "a Parquet file; export it as CSV"),
)
"""What people bring that is no text, by its first bytes."""


class CannotRead(ConnectedOpsError):
    """Nothing of a file can be used as a recording; the text says why."""


def read_text(path: Path, most: int | None = None) -> str:
    """The text of a file, plain or gzipped, of at most `most` bytes unpacked, with \\n at the end of its lines. Raises
    CannotRead."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CannotRead(f"{path} cannot be read: {error.strerror or error}.") from error
    if raw.startswith(GZIP):
        raw = _unpacked(path, raw, most)
    if most is not None and len(raw) > most:
        raise CannotRead(f"{path} holds more than {most / 1e6:,.0f} MB of text; cut it into parts.")
    for magic, what in OTHERS:
        if raw.startswith(magic):
            raise CannotRead(f"{path} is {what}.")
    text = decoded(raw).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    controls = sum(character < " " and character not in "\t\n\f\v" for character in text[:SNIFFED])
    if controls > MOST_CONTROLS * len(text[:SNIFFED]):
        raise CannotRead(f"{path} is neither text nor gzipped text.")
    return text


def _unpacked(path: Path, raw: bytes, most: int | None) -> bytes:
    """What gzip packed, up to where it was cut off; never more than a byte beyond `most`."""
    parts: list[bytes] = []
    size = 0
    while raw.startswith(GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            while raw and not unpacker.eof:
                part = unpacker.decompress(raw, CHUNK)
                parts.append(part)
                size += len(part)
                if most is not None and size > most:
                    return b"".join(parts)
                raw = unpacker.unconsumed_tail
        except zlib.error as error:
            if not size:
                raise CannotRead(f"{path} is neither text nor gzipped text.") from error
            break
        raw = unpacker.unused_data
    return b"".join(parts)


def decoded(raw: bytes) -> str:
    """Bytes as text: as their mark says, else UTF-16 by its zeros, else UTF-8, else what Windows and Android wrote in
    western countries (cp1252, of which Latin-1 is a part).

    >>> [decoded("83 °C".encode(name)) for name in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1")]
    ['83 °C', '83 °C', '83 °C', '83 °C', '83 °C']
    """
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    head = raw[:SNIFFED]
    zeros = head[1::2].count(0), head[::2].count(0)
    if max(zeros) > len(head) // 4 and min(zeros) < max(zeros) // 4:
        return raw.decode("utf-16-le" if zeros[0] > zeros[1] else "utf-16-be", errors="replace")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        if error.end >= len(raw) - 3 and error.reason == "unexpected end of data":
            return raw.decode(errors="replace")
    text = raw.decode(errors="replace")
    if text.count("\ufffd") * 4 < sum(character > "\x7f" for character in text):
        return text  # UTF-8 with a few damaged bytes
    return "".join(map(_WESTERN.__getitem__, raw))


_WESTERN = [bytes([code]).decode("cp1252", errors="replace").replace("\ufffd", chr(code)) for code in range(256)]
