"""`connected-ops machines`: whether the files can be used, what is in them, and one of them whole."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from connected_ops.errors import ConnectedOpsError
from connected_ops.machines import files
from connected_ops.settings import load

WRONG_VALUE = 2

app = typer.Typer(
    help="What machines are: signals and classes, those that ship and your own.",
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
    from connected_ops.machines import catalog, unit_class  # noqa: PLC0415 - the machines, whose folder is known now

    units = len(unit_class.UNITS)
    named = f", {units} {'unit' if units == 1 else 'units'}" if units else ""
    typer.echo(f"The machines can be used: {catalog.COUNT} signals, {len(unit_class.KEYS)} classes{named}.")


@app.command("list", epilog="Example: connected-ops machines list")
def list_all(folder: Folder = None) -> None:
    """List all signals, classes and units."""
    _read(folder)
    from connected_ops.machines.listing import listing  # noqa: PLC0415 - the machines, whose folder is known now

    typer.echo(listing())


@app.command(epilog="Example: connected-ops machines show coolant_temp_f")
def show(key: Annotated[str, typer.Argument(help="A signal, a class or a unit.")], folder: Folder = None) -> None:
    """Show all that is said of a signal, a class or a unit."""
    _read(folder)
    from connected_ops.machines.listing import shown  # noqa: PLC0415 - the machines, whose folder is known now

    said = shown(key)
    if said is None:
        _stop(f"There is no signal, no class and no unit {key[:40]!r}: `connected-ops machines list` names them all.")
    typer.echo(said)


def _read(folder: Path | None) -> None:
    try:
        files.use(load(machines=folder).machines)
        from connected_ops.machines import unit_class  # noqa: F401, PLC0415 - read now: a mistake in them ends it here
    except ConnectedOpsError as error:
        _stop(str(error))


def _stop(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    raise typer.Exit(WRONG_VALUE)
