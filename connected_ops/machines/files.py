"""The files that say what machines are: those that ship, and a person's own folder on top of them.

The folder is named before anything of the machines is read, and read once: all arrays have its columns from then on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from connected_ops.errors import ConnectedOpsError
from connected_ops.machines.toml_file import TomlFile

SHIPPED = Path(__file__).parent
KINDS = ("signals", "classes", "modes", "units")
"""The folders that a person's own may have, each with files of tables."""


class MachinesError(ConnectedOpsError):
    """A file of machines cannot be used; the text names file, line and field."""


class Row(BaseModel):
    """What a table may hold: nothing but what is named."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(slots=True)
class _Own:
    """A person's own folder, and whether the files have been read."""

    folder: Path | None = None
    read: bool = False


_own = _Own()


def use(folder: Path | None) -> None:
    """Read a person's own folder too. Raises MachinesError where it is none, RuntimeError where machines were read
    before it was named."""
    if folder == _own.folder:
        return
    if _own.read:
        raise RuntimeError("the machines were read before their folder was named")
    if folder is not None and not folder.is_dir():
        raise MachinesError(f"The machines {folder} are no folder: name one that holds {' or '.join(KINDS)}.")
    _own.folder = folder


def folder() -> Path | None:
    """A person's own folder that is read too, for a process of one's own."""
    return None if _own.folder is None else _own.folder.resolve()


def tables(kind: str, row: type[AnyRow]) -> dict[str, tuple[AnyRow, TomlFile]]:
    """The rows of a kind by key, in the order of their files' names and of their places there, and the file of each; a
    person's own table replaces what it names of a shipped one. Raises MachinesError."""
    _own.read = True
    given: dict[str, dict[str, Any]] = {}
    files: dict[str, TomlFile] = {}
    for file in _files(kind):
        for key, fields in file.tables.items():
            if not isinstance(fields, dict):
                file.refuse((key,), "it is a table, such as [oil_pressure_psi]")
            given[key] = _merged(given.get(key, {}), fields)
            files[key] = file
    return {key: (_row(row, files[key], key, fields), files[key]) for key, fields in given.items()}


def _files(kind: str) -> Iterator[TomlFile]:
    for folder in (SHIPPED, _own.folder):
        if folder is not None:
            for path in sorted((folder / kind).glob("*.toml")):
                yield TomlFile(path, "The machines", "machines", MachinesError)


def _merged(before: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """Fields over those before them; of a table in a table what it names, however deep."""
    inner = {
        name: _merged(before[name], value)
        for name, value in fields.items()
        if isinstance(value, dict) and isinstance(before.get(name), dict)
    }
    return before | fields | inner


def _row(row: type[AnyRow], file: TomlFile, key: str, fields: dict[str, Any]) -> AnyRow:
    try:
        return row(**fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        file.refuse((key, *(str(step) for step in first["loc"])), f"{message[:1].lower()}{message[1:]}")
