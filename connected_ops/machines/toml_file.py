"""A TOML file that a person wrote, and where in it a mistake stands: every one becomes one sentence that names file,
line and field."""

import re
import tomllib
from pathlib import Path
from typing import NoReturn

from connected_ops.errors import ConnectedOpsError

_STEP = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)"""
_KEY = rf"({_STEP}(?:\s*\.\s*{_STEP})*)"
_HEADER = re.compile(rf"\s*\[+\s*{_KEY}\s*\]")
_ENTRY = re.compile(rf"\s*{_KEY}\s*=")
_STEPS = re.compile(_STEP)
_AT_LINE = re.compile(r"^(.*?) \(at (?:line (\d+), column \d+|end of document)\)$", re.DOTALL)


class TomlFile:
    """A file's `tables`, by name. `what` the file is called in sentences ("The assumptions"), `holds` what they say is
    in it ("assumptions"); a mistake raises `error`."""

    def __init__(self, path: Path, what: str, holds: str, error: type[ConnectedOpsError]) -> None:
        self.path = path
        self._what, self._holds, self._error = what, holds, error
        self._text = self._read()
        self.tables: dict[str, object] = self._parsed()

    def refuse(self, place: tuple[str, ...], what: str) -> NoReturn:
        """Say what is wrong at a place, which is a table's name and, where it is that, a field's."""
        field = ".".join(step[:60] if step.isprintable() else ascii(step)[:60] for step in place)
        raise self._error(f"{self._what} {self.path}, line {self._line(place)}, field {field}, is wrong: {what}.")

    def _read(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8-sig")
        except OSError as error:
            why = f"cannot be read ({error.strerror}); name a TOML file that exists"
        except UnicodeDecodeError:
            why = "is not UTF-8 text; save it as UTF-8"
        except ValueError:
            raise self._error(f"{self._what}' name is not a usable file name; name a TOML file.") from None
        raise self._error(f"{self._what} {self.path}, line 1, {why}.")

    def _parsed(self) -> dict[str, object]:
        try:
            return tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.match(str(error))
            what = found[1] if found else str(error)
            line = int(found[2]) if found and found[2] else self._text.rstrip("\n").count("\n") + 1
            what = " ".join(what.split())
            raise self._error(
                f"{self._what} {self.path}, line {line}, is not valid TOML: {what[:1].lower()}{what[1:]}."
            ) from None
        except RecursionError:
            raise self._error(f"{self._what} {self.path}, line 1, is nested too deep to be {self._holds}.") from None
        except ValueError:
            raise self._error(f"{self._what} {self.path} holds a number with too many digits; shorten it.") from None

    def _line(self, place: tuple[str, ...]) -> int:
        """The 1-based line of a field, of its table where the field has no line of its own; 1 where neither is
        found."""
        table: tuple[str, ...] = ()
        best = 1
        for count, line in enumerate(self._text.split("\n"), start=1):
            if header := _HEADER.match(line):
                found = table = _steps(header[1])
            elif entry := _ENTRY.match(line):
                found = (*table, *_steps(entry[1]))
            else:
                continue
            if found[: len(place)] == place:
                return count
            if found == place[: len(found)]:
                best = count
        return best


def _steps(key: str) -> tuple[str, ...]:
    """The steps of a key without their quotes: "truck.12".coolant_temp_f has two."""
    return tuple(step[1:-1] if step[0] in "\"'" else step for step in _STEPS.findall(key))
