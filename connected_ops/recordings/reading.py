"""Reads recordings: a file or all files of a folder, whatever wrote them; the only reader of files that there is."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from connected_ops.machines import catalog
from connected_ops.recordings import delimited, freematics, records
from connected_ops.recordings.account import Account, listed
from connected_ops.recordings.assembly import apart_of, recordings_of
from connected_ops.recordings.formats import Format, recognised, widened
from connected_ops.recordings.hints import Hints, Wish
from connected_ops.recordings.mapping import Taken, lose, taken
from connected_ops.recordings.recording import Recording
from connected_ops.recordings.roles import names_time
from connected_ops.recordings.table import Column, Table
from connected_ops.recordings.text import CannotRead, read_text
from connected_ops.recordings.times import times
from connected_ops.recordings.titles import nearest
from connected_ops.recordings.units import IMPERIAL

MOST_RECORDINGS = 2_000
BINARY = (".png", ".jpg", ".pdf", ".zip", ".exe", ".so", ".pyc", ".db", ".sqlite", ".mf4", ".mdf", ".parquet", ".xlsx")
PROSE = (".md", ".txt", ".py", ".toml", ".html", ".js", ".css", ".sh", ".rst", ".license")


@dataclass(slots=True)
class Reading:
    """What was read: the recordings, what is to be said of how, and each column that became a signal."""

    recordings: list[Recording] = field(default_factory=list)
    said: tuple[str, ...] = ()
    wishes: list[Wish] = field(default_factory=list)
    guessed: bool = False


def read(path: Path, unit_class: str = "unknown", most: int | None = None) -> list[Recording]:
    """The recordings of `reading`, without what is said of them. Raises CannotRead."""
    return reading(path, unit_class, most).recordings


def reading(path: Path, unit_class: str = "unknown", most: int | None = None, hints: Hints | None = None) -> Reading:
    """What a file holds, or all files of a folder side by side; `most` bytes of text a file, `unit_class` where a file
    names none, `hints` of a person. Raises CannotRead where nothing can be used."""
    hints = hints or Hints()
    found = _read_folder(path, most, hints) if path.is_dir() else _read_file(path, most, hints)
    if len(found.recordings) > MOST_RECORDINGS:
        raise CannotRead(
            f"{path} holds {len(found.recordings):,} recordings; at most {MOST_RECORDINGS:,} go side by side."
        )
    found.recordings = [
        each if each.unit_class != "unknown" else replace(each, unit_class=unit_class) for each in found.recordings
    ]
    return found


def recording_files(folder: Path) -> list[Path]:
    """The files under a folder that may hold a recording, in order: what is not hidden, no program and no prose."""
    return [
        each for each in sorted(folder.rglob("*"))
        if each.is_file() and not each.name.startswith(".") and not each.name.lower().endswith(BINARY + PROSE)
        and "." in each.name
    ]  # fmt: skip


def _read_folder(path: Path, most: int | None, hints: Hints) -> Reading:
    whole, failed = Reading(), []
    said: list[str] = []
    by: list[str] = []
    for file in recording_files(path):
        try:
            one = _read_file(file, most, hints)
        except CannotRead as error:
            failed.append(str(error))
            continue
        whole.recordings += one.recordings
        said += [sentence.removeprefix(f"{file.name}: ") for sentence in one.said]
        by += [file.name] * len(one.said)
        whole.wishes += [wish for wish in one.wishes if wish not in whole.wishes]
        whole.guessed = whole.guessed or one.guessed
    if not whole.recordings:
        raise CannotRead(failed[0] if failed else f"{path} holds no recording: no file with a table in it.")
    whole.said = (*_side_by_side(said, by), *(f"Left out: {sentence}" for sentence in failed))
    return whole


def _side_by_side(said: list[str], by: list[str]) -> Iterator[str]:
    """What is said of many files, once for those of which the same is said."""
    files: defaultdict[str, list[str]] = defaultdict(list)
    for sentence, file in zip(said, by, strict=True):
        files[sentence].append(file)
    for sentence, some in files.items():
        yield f"{listed(some, 2)}: {sentence}"


def _read_file(path: Path, most: int | None, hints: Hints) -> Reading:
    text = read_text(path, most)
    account = Account(path.name)
    if not text.strip():
        raise CannotRead(f"{path} holds no rows.")
    if freematics.looks_like(text):
        table = freematics.table_of(text, account)
    elif records.looks_like(text):
        table = records.table_of(text, account)
    else:
        table = delimited.table_of(text, account, hints.titles)
    if not table.columns:
        why = (
            f": {account.sentences[0].partition(': ')[2]}"
            if account.lost
            else "; it begins with " + repr(text.strip()[:40])
        )
        raise CannotRead(f"{path} holds no table with titles that could be read{why.rstrip('.')}.")
    form = recognised(table)
    if form is not None:
        account.say(f"read as a file of {form.label}.")
    table = widened(table, form.long if form is not None else None)
    return _of_table(path, table, form, hints)


def _of_table(path: Path, table: Table, form: Format | None, hints: Hints) -> Reading:
    account = table.account
    if not table.places:
        why = f": {account.sentences[0].partition(': ')[2].rstrip('.')}" if account.lost else ""
        raise CannotRead(f"{path} holds no rows under its titles ({listed(table.titles)}){why}.")
    apart = apart_of(table, hints)
    chosen = taken(table, form.units if form is not None else {}, hints, list(apart.values()))
    imperial = any(one.told is not None and one.told.unit in IMPERIAL and not one.own for one in chosen)
    when = times(table, form, hints, path.name, month_first=imperial)
    chosen = [one for one in chosen if when is None or one.column not in when.columns]
    if not chosen:
        raise CannotRead(_no_signal(path, table))
    if when is None:
        raise CannotRead(_no_time(path, table))
    lose(table, chosen)
    _tell(account, chosen, table, [*apart.values(), *when.columns])
    recordings = recordings_of(path, table, chosen, when, apart)
    if not recordings:
        lost = (
            f" ({'; '.join(account.sentences[-2:])})".replace(f"{account.file}: ", "").replace(".)", ")")
            if account.lost
            else ""
        )
        raise CannotRead(f"{path} holds no rows with a time and a value{lost}.")
    wishes = [Wish(one.signal, one.column.name, one.told.unit if one.told else "") for one in chosen]
    return Reading(recordings, account.sentences if account.guessed or account.lost else (), wishes, account.guessed)


def _no_signal(path: Path, table: Table) -> str:
    near = list(dict.fromkeys(name for title in table.titles for name in nearest(title)))[:5]
    hint = f"; near known ones: {', '.join(near)}" if near else ""
    return (
        f"{path}: none of its columns is a signal that is known or has a value ({listed(table.titles)}){hint}. "
        f'Name one by --map, such as --map "{catalog.KEYS[catalog.COOLANT]}=TITLE:°C".'
    )


def _no_time(path: Path, table: Table) -> str:
    column = max(table.columns, key=lambda each: names_time(each.title))
    if names_time(column.title) and column.cells:
        some = str(column.cells[0])[:40]
        return f"{path}: what its {column.title!r} holds is no time that can be read, such as {some!r}."
    return f"{path}: no column holds the time of a row; name it by --map ts=TITLE. It has {listed(table.titles)}."


def _tell(account: Account, chosen: list[Taken], table: Table, known: list[Column]) -> None:
    """What each signal was taken from, where its name is not the payload's own; and what was not used."""
    strange = [one for one in chosen if not one.own]
    for one in strange:
        unit = f" in {one.told.unit}" if one.told is not None and one.told.unit else ""
        why = f" ({'a guess: ' if one.told.guessed else ''}{one.told.why})" if one.told is not None and unit else ""
        account.say(f"{one.signal} is {one.column.name!r}{unit}{why}.")
    used = [one.column for one in chosen] + known
    left = [column.name for column in table.columns if column.title.strip() and column.cells and column not in used]
    for name in left:
        if near := [key for key in nearest(name) if key not in [one.signal for one in chosen]]:
            account.say(f"{name!r} is no signal that is known; near it: {', '.join(near)}.")
    if left and (strange or account.guessed):
        account.say(f"not used: {listed(left)}.")
