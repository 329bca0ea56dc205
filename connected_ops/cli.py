"""`connected-ops`: serve the demo or a bare server, send to one, measure the engine, check the settings."""

import asyncio
import gc
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import SecretStr, ValidationError

from connected_ops import logs
from connected_ops.errors import ConnectedOpsError
from connected_ops.guards.sign_in import link_of
from connected_ops.machine_commands import app as machines_app
from connected_ops.machines import files as machine_files
from connected_ops.recordings.options import Maps, SaveMap, Zone, read_as_told, say
from connected_ops.recordings.retime import Retime
from connected_ops.serve.announcement import say_where, who_may_act
from connected_ops.serve.server import serve as run_server
from connected_ops.settings import PREFIX, Settings, load, origin

WRONG_VALUE = 2
KEY_BYTES = 18
LEAST_SPEED = 0.001
DEFAULT_TICKS = 60
CHART_WIDTH = 960

app = typer.Typer(
    help="Connected Ops Lab: watch raw machine data become a decision with a price.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.add_typer(machines_app, name="machines")

Host = Annotated[str | None, typer.Option(help="Address to bind to; 127.0.0.1 when left out.", show_default=False)]
Port = Annotated[
    int | None, typer.Option(help="Port to bind to, 0 for a free one; 8000 when left out.", show_default=False)
]
ProfileFile = Annotated[Path | None, typer.Option(help="A profile for the emulator.", show_default=False)]
Seed = Annotated[int | None, typer.Option(help="The emulator's seed.", show_default=False)]
AssumptionsFile = Annotated[
    Path | None, typer.Option(help="Your own assumptions of the business value (TOML).", show_default=False)
]
MachinesFolder = Annotated[
    Path | None,
    typer.Option(help="A folder of your own machines: signals, classes, modes, units (TOML).", show_default=False),
]
Lock = Annotated[
    bool | None,
    typer.Option("--lock", help="Every act on the page needs a sign-in, faults and reset too.", show_default=False),
]


@app.command(epilog="Example: connected-ops demo --port 8000")
def demo(
    host: Host = None,
    port: Port = None,
    profile: ProfileFile = None,
    seed: Seed = None,
    assumptions: AssumptionsFile = None,
    machines: MachinesFolder = None,
    lock: Lock = None,
) -> None:
    """Serve the page with the emulator on."""
    files = {"profile": profile, "assumptions": assumptions, "machines": machines}
    _serve(host=host, port=port, seed=seed, lock=lock, emulator=True, **files)


@app.command(epilog="Example: connected-ops serve --port 8000")
def serve(
    host: Host = None,
    port: Port = None,
    assumptions: AssumptionsFile = None,
    machines: MachinesFolder = None,
    lock: Lock = None,
) -> None:
    """Serve the page for real machines, with the emulator off."""
    _serve(host=host, port=port, assumptions=assumptions, machines=machines, lock=lock, emulator=False)


@app.command(epilog="Example: connected-ops send trip.ndjson.gz --url http://127.0.0.1:8000 --speed 60")
def send(
    file: Annotated[
        Path, typer.Argument(help="A recording as `backtest` reads it: JSON, CSV, a logger's file, or .gz.")
    ],
    url: Annotated[str, typer.Option(help="The server to send to.")] = "http://127.0.0.1:8000",
    retime: Annotated[Retime, typer.Option(help="now: the last row is now, spacing kept; keep: times as they are.")] = (
        Retime.NOW
    ),
    speed: Annotated[float, typer.Option(help="Sending only: 60 sends an hour of rows in a minute.")] = 60.0,
    timezone: Zone = None,
    maps: Maps = None,
    save_map: SaveMap = None,
) -> None:
    """Send a recording to a running server, as a replay."""
    if not speed >= LEAST_SPEED:  # NaN is a number to an option, and below nothing
        _stop(f"--speed has a wrong value: it needs a number from {LEAST_SPEED:g} on, such as 60.")
    key = _settings().api_key
    from connected_ops.recordings.sender import check_address, send_file  # noqa: PLC0415 - the machines, known by now

    try:
        check_address(url)
        if file.is_dir():
            _stop(f"{file} cannot be read: it is a folder, and a file is sent at a time.")
        read = read_as_told(file, timezone, maps, save_map)
        say(read.said)
        secret = key.get_secret_value() if key else None
        report = asyncio.run(send_file(file, url, retime, speed, secret, read.recordings))
    except ConnectedOpsError as error:
        _stop(str(error))
    typer.echo(report)


@app.command(epilog="Example: connected-ops emulate --stdout --ticks 60 --seed 7 > fleet.ndjson")
def emulate(
    url: Annotated[str | None, typer.Option(help="The server to post to, in step with the clock.")] = None,
    stdout: Annotated[bool, typer.Option("--stdout", help="Write NDJSON instead: the same bytes each time.")] = False,
    ticks: Annotated[
        int | None, typer.Option(help="With --stdout: seconds of the fleet; 60 when left out.", show_default=False)
    ] = None,
    seed: Seed = None,
    profile: ProfileFile = None,
) -> None:
    """Post an emulated fleet to a running server, or write it as NDJSON."""
    if (url is None) is not stdout:
        _stop("emulate needs one of --url and --stdout: --url posts to a running server, --stdout writes NDJSON.")
    if ticks is not None and (url is not None or ticks < 1):
        _stop("--ticks has a wrong value: it goes with --stdout, and is a whole number from 1 on.")
    settings = _settings(profile=profile, seed=seed)
    from connected_ops.emulator import posting as emulation  # noqa: PLC0415 - the emulator, which `send` never needs

    key = settings.api_key
    try:
        if url is None:
            for line in emulation.lines(settings.profile, settings.seed, DEFAULT_TICKS if ticks is None else ticks):
                typer.echo(line)
            return
        report = emulation.run(url, settings.profile, settings.seed, key.get_secret_value() if key else None)
    except ConnectedOpsError as error:
        _stop(str(error))
    typer.echo(report)


@app.command(epilog="Example: connected-ops backtest trips/ --chart trips.png")
def backtest(
    path: Annotated[
        Path, typer.Argument(help="A recording (JSON, CSV, a logger's file, plain or .gz) or a folder of them.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a report.")] = False,
    chart: Annotated[
        Path | None, typer.Option(help="Also draw the leading recording into this PNG.", show_default=False)
    ] = None,
    unit_class: Annotated[str, typer.Option(help="The class of machines whose recording names none.")] = "unknown",
    machines: MachinesFolder = None,
    timezone: Zone = None,
    maps: Maps = None,
    save_map: SaveMap = None,
) -> None:
    """Would this have fired? Take recordings through the engine, and say what it says of them."""
    _settings(machines=machines)
    from connected_ops.machines.unit_class import KEYS  # noqa: PLC0415 - the machines, whose folder is known now

    if unit_class not in KEYS:
        _stop(f"--unit-class has a wrong value: it is one of {', '.join(KEYS)}.")
    from connected_ops.backtest import replay, report, wire  # noqa: PLC0415 - what `send` never needs

    try:
        read = read_as_told(path, timezone, maps, save_map, unit_class)
        if as_json:  # the report ends with it
            say(read.said)
        view = replay.backtest(path.name, read.recordings, read.said)
        if chart is not None:
            from shiny_app.charts.backtest import backtest_png  # noqa: PLC0415 - seconds of plotnine

            chart.write_bytes(backtest_png(view, CHART_WIDTH, 1, "light"))
    except ConnectedOpsError as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"--chart {chart} cannot be written: {error.strerror or error}.")
    typer.echo(wire.to_json(view) if as_json else report.report(view))


@app.command(epilog="Example: connected-ops benchmark --data ../shared/data")
def benchmark(
    data: Annotated[
        Path | None,
        typer.Option(
            help="Healthy drives to judge too: a folder of recordings as `backtest` reads them.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the same as JSON.")] = False,
) -> None:
    """Measure the live engine: the emulator's ground truth, real drives, speed."""
    _settings()
    from connected_ops.benchmark import report as measured  # noqa: PLC0415 - the emulator, which `send` never needs

    try:
        report = measured.benchmark(data, lambda text: typer.echo(text, err=True))
    except ConnectedOpsError as error:
        _stop(str(error))
    typer.echo(json.dumps(measured.as_json(report), indent=1) if as_json else measured.table(report))


@app.command(epilog="Example: connected-ops check --assumptions fleet.toml")
def check(profile: ProfileFile = None, assumptions: AssumptionsFile = None, machines: MachinesFolder = None) -> None:
    """Print the settings in force, secrets covered, and whether the files they name can be used."""
    options = {"profile": profile, "assumptions": assumptions, "machines": machines}
    settings = _settings(**options)
    from connected_ops.emulator.profile import load_profile  # noqa: PLC0415 - the emulator, which `send` never needs
    from connected_ops.value import assumptions as value_assumptions  # noqa: PLC0415 - the machines, known by now

    try:
        fleet = load_profile(settings.profile)
        rows = value_assumptions.load(settings.assumptions).rows
    except ConnectedOpsError as error:
        _stop(str(error))
    for name in type(settings).model_fields:
        typer.echo(f"{name} = {_shown(getattr(settings, name))}  ({origin(name, **options)})")
    typer.echo(who_may_act(settings))
    own = sum(row not in value_assumptions.load().rows for row in rows)
    typer.echo(f"The profile can be used: {len(fleet.units):,} units, seed {fleet.seed}.")
    typer.echo(f"The assumptions can be used: {len(rows)}, of which {own} are your own.")


def _shown(value: object) -> str:
    return ", ".join(value) or "none" if isinstance(value, tuple) else "none" if value is None else str(value)


def _serve(**options: Any) -> None:
    gc.disable()  # until the server is ready: nothing that a start makes is garbage
    settings = _settings(**options)
    from connected_ops.asgi import create_app  # noqa: PLC0415 - seconds of charts and page that `send` never needs

    logs.configure(settings.log_level)
    made = None
    if settings.generate_key and settings.api_key is None:
        made = secrets.token_urlsafe(KEY_BYTES)
        settings = settings.model_copy(update={"api_key": SecretStr(made)})
    try:
        root = create_app(settings)
    except ConnectedOpsError as error:
        _stop(str(error))
    code = run_server(
        root,
        settings.host,
        settings.port,
        stopping=root.stopping,
        on_ready=lambda port: say_where(settings, port, made, link_of(root.access) if root.access.asks else None),
        trusted_proxies=settings.trusted_proxies,
    )
    raise typer.Exit(code)


def _settings(**options: Any) -> Settings:
    """The settings in force; from here on the machines are those of their folder."""
    try:
        settings = load(**options)
        machine_files.use(settings.machines)
        from connected_ops.value import table  # noqa: F401, PLC0415 - reads the machines: a mistake in them ends it here

        return settings
    except ValidationError as error:
        _stop(_wrong_setting(error, options))
    except ConnectedOpsError as error:
        _stop(str(error))


def _wrong_setting(error: ValidationError, options: dict[str, Any]) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = str(first["loc"][0])
    where = f"--{name}" if options.get(name) is not None else f"{PREFIX}{name.upper()}"
    wrong = first["msg"].removeprefix("Value error, ")
    return f"{where} has a wrong value: {wrong[:1].lower()}{wrong[1:]}."


def _stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise typer.Exit(WRONG_VALUE)


def main() -> None:
    """The console script. It ends at once: else Python would wait for the chart that a thread may be drawing, or for
    the seconds in which that thread loads its libraries, though the server has long stopped."""
    try:
        app()
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else WRONG_VALUE)
