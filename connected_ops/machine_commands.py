"""`connected-ops machines`: whether the files can be used, what is in them, one of them whole, and what a failure mode
would have said of a recording."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from connected_ops.errors import ConnectedOpsError
from connected_ops.machines import files
from connected_ops.settings import load

WRONG_VALUE = 2

app = typer.Typer(
    help="What machines are: signals, classes and failure modes, those that ship and your own.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Folder = Annotated[
    Path | None, typer.Option("--machines", help="A folder of your own machines (TOML).", show_default=False)
]


@app.command(epilog="Example: connected-ops machines check --machines my_plant")
def check(folder: Folder = None) -> None:
    """Say whether the files of machines can be used."""
    _read(folder)
    from connected_ops.machines import catalog, mode, unit_class  # noqa: PLC0415 - the machines, whose folder is known now

    units = len(unit_class.UNITS)
    named = f", {units} {'unit' if units == 1 else 'units'}" if units else ""
    found = f"{catalog.COUNT} signals, {len(unit_class.KEYS)} classes, {len(mode.MODES)} failure modes{named}"
    typer.echo(f"The machines can be used: {found}.")


@app.command("list", epilog="Example: connected-ops machines list")
def list_all(folder: Folder = None) -> None:
    """List all signals, classes, failure modes and units."""
    _read(folder)
    from connected_ops.machines.listing import listing  # noqa: PLC0415 - the machines, whose folder is known now

    typer.echo(listing())


@app.command(epilog="Example: connected-ops machines show class_8_truck")
def show(
    key: Annotated[str, typer.Argument(help="A signal, a class, a failure mode or a unit.")], folder: Folder = None
) -> None:
    """Show all that is said of a signal, a class, a failure mode or a unit."""
    _read(folder)
    from connected_ops.machines.listing import shown  # noqa: PLC0415 - the machines, whose folder is known now

    said = shown(key)
    if said is None:
        known = "`connected-ops machines list` names them all"
        _stop(f"There is no signal, class, failure mode or unit {key[:40]!r}: {known}.")
    typer.echo(said)


@app.command("try", epilog="Example: connected-ops machines try cooling --on trip.csv")
def try_mode(
    mode: Annotated[str, typer.Argument(help="A failure mode.")],
    on: Annotated[Path, typer.Option(help="A recording, or a folder of them, as `backtest` reads them.")],
    unit_class: Annotated[str, typer.Option(help="The class of machines whose recording names none.")] = "unknown",
    folder: Folder = None,
) -> None:
    """Say what a failure mode would have said of a recording."""
    _read(folder)
    from connected_ops.backtest.trial import tried  # noqa: PLC0415 - the machines, whose folder is known now
    from connected_ops.machines.unit_class import KEYS as CLASSES  # noqa: PLC0415
    from connected_ops.recordings.reading import read  # noqa: PLC0415
    from connected_ops.risk.failure_modes import KEYS, WEAR  # noqa: PLC0415

    if mode not in KEYS[:WEAR]:
        _stop(f"There is no failure mode {mode[:40]!r}; known are {', '.join(KEYS[:WEAR])}.")
    if unit_class not in CLASSES:
        _stop(f"--unit-class has a wrong value: it is one of {', '.join(CLASSES)}.")
    try:
        lines = tried(mode, read(on, unit_class))
    except ConnectedOpsError as error:
        _stop(str(error))
    typer.echo("\n".join(lines))


def _read(folder: Path | None) -> None:
    try:
        files.use(load(machines=folder).machines)
        from connected_ops.value import table  # noqa: F401, PLC0415 - reads all of them: a mistake ends it here
    except ConnectedOpsError as error:
        _stop(str(error))


def _stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise typer.Exit(WRONG_VALUE)
