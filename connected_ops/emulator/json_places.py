"""Where each field of a JSON document stands, so that a wrong value can be named by its line."""

import re
from json import JSONDecoder

Path = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = JSONDecoder()
_DEPTH = 3


def line_of(text: str, path: Path) -> int:
    """The 1-based line of the field at `path` in valid JSON, or of its nearest parent that is there."""
    found = places(text)
    while path and path not in found:
        path = path[:-1]
    return text.count("\n", 0, found[path]) + 1


def places(text: str) -> dict[Path, int]:
    """Offsets of keys and list items down to the third level (deeper values count as their parent), and of the root."""
    found: dict[Path, int] = {}
    _walk(text, _skip(text, 0), (), found)
    return found


def _walk(text: str, at: int, path: Path, found: dict[Path, int]) -> int:
    """Notes the value that starts at `at` and all inside it; returns the offset behind it."""
    found.setdefault(path, at)
    if text[at] not in "{[" or len(path) >= _DEPTH:
        return _DECODER.raw_decode(text, at)[1]
    closing = "}" if text[at] == "{" else "]"
    index = 0
    at = _skip(text, at + 1)
    while text[at] != closing:
        step: str | int = index
        if closing == "}":
            start = at
            step, at = _DECODER.raw_decode(text, at)
            found[(*path, step)] = start
            at = _skip(text, _skip(text, at) + 1)
        at = _skip(text, _walk(text, at, (*path, step), found))
        index += 1
        if text[at] == ",":
            at = _skip(text, at + 1)
    return at + 1


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at
