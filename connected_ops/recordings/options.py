"""What `send` and `backtest` can be told of a file. The machines, whose folder comes later, are not imported."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from connected_ops.recordings.reading import Reading

Zone = Annotated[
    str | None,
    typer.Option(
        help="The zone of times that name none, such as Europe/Berlin; UTC when left out.", show_default=False
    ),
]
Maps = Annotated[
    list[str] | None,
    typer.Option(
        "--map", show_default=False,
        help='What a column is, "SIGNAL=Kühlmittel:°C" or a file of such lines; repeatable.',
    ),
]  # fmt: skip
SaveMap = Annotated[
    Path | None, typer.Option(help="Write what each column was taken as into this file, for --map.", show_default=False)
]


def read_as_told(
    path: Path, timezone: str | None, maps: list[str] | None, save_map: Path | None, unit_class: str = "unknown"
) -> "Reading":
    """What a file or a folder holds, as the options say of it. Raises CannotRead."""
    from connected_ops.recordings import hints  # noqa: PLC0415 - the machines, whose folder is known now
    from connected_ops.recordings.reading import reading  # noqa: PLC0415

    read = reading(path, unit_class, hints=hints.hints_of(timezone, maps or []))
    if save_map is not None:
        hints.save(save_map, read.wishes)
    return read


def say(sentences: Sequence[str]) -> None:
    """How files were read, beside what a command prints."""
    for sentence in sentences:
        typer.echo(sentence, err=True)
