"""The command line: what each command says, how a wrong value ends, and a server in a process of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result
from websockets.sync.client import connect
from websockets.typing import Origin

from connected_ops import cli
from connected_ops.benchmark import report
from connected_ops.benchmark.measures import BY_KEY, Line
from connected_ops.serve.server import bind

COMMAND = [sys.executable, "-c", "from connected_ops.cli import main; main()"]
MACHINES = ("machines list", "machines show", "machines check")
COMMANDS = ("demo", "serve", "send", "emulate", "benchmark", "check", *MACHINES)
ROOT = Path(cli.__file__).parents[1]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command in this process; `env` adds to the environment."""
    monkeypatch.setattr(cli.logs, "configure", lambda level: None)  # it is for the whole process

    def command(*arguments: str, **env: str) -> Result:
        return CliRunner().invoke(cli.app, arguments, env={"COLUMNS": "120", **env}, prog_name="connected-ops")

    return command


def plain(text: str) -> str:
    return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", text).split())


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_with_an_example(run, command):
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert f"Example: connected-ops {command}" in plain(result.stdout)


def test_the_help_names_every_command(run):
    told = plain(run("--help").stdout)
    for command in COMMANDS:
        assert command.split()[0] in told


def test_machines_are_listed_shown_and_checked(run):
    assert "oil_pressure_psi Oil pressure, psi" in plain(run("machines", "list").stdout)
    assert "normal 187 °F to 198 °F, warns at 225 °F" in plain(run("machines", "show", "passenger_car").stdout)
    assert plain(run("machines", "check").stdout) == "The machines can be used: 24 signals, 7 classes, 6 failure modes."
    wrong = run("machines", "show", "nix")
    assert (wrong.exit_code, plain(wrong.stderr)) == (
        2, "There is no signal, class, failure mode or unit 'nix': `connected-ops machines list` names them all.",
    )  # fmt: skip


@pytest.mark.parametrize(("arguments", "env", "sentence"), [
    (["serve", "--port", "70000"], {}, "--port has a wrong value"),
    (["demo", "--port", "-1"], {}, "--port has a wrong value"),
    (["serve", "--host", ""], {}, "--host has a wrong value"),
    (["serve"], {"CONNECTED_OPS_PORT": "http"}, "CONNECTED_OPS_PORT has a wrong value"),
    (["serve"], {"CONNECTED_OPS_LOG_LEVEL": "loud"}, "CONNECTED_OPS_LOG_LEVEL has a wrong value: input should"),
    (["serve"], {"CONNECTED_OPS_API_KEY": "two words"}, "CONNECTED_OPS_API_KEY has a wrong value: it needs one"),
    (["serve"], {"CONNECTED_OPS_TRUSTED_PROXIES": "*"}, "CONNECTED_OPS_TRUSTED_PROXIES has a wrong value"),
    (["serve"], {"CONNECTED_OPS_API_KEY_FILE": "no/such/file"}, "CONNECTED_OPS_API_KEY_FILE names no/such/file"),
    (["send", "x"], {"CONNECTED_OPS_API_KEY_FILE": "no/such/file"}, "CONNECTED_OPS_API_KEY_FILE names no/such/file"),
    (["serve", "--host", "no-such-host.invalid"], {}, "The host 'no-such-host.invalid' is not known here"),
    (["demo", "--profile", "no/such.json"], {}, "The profile no/such.json cannot be read"),
    (["send", "no/such.ndjson"], {}, "no/such.ndjson cannot be read: No such file or directory."),
    (["send", "x", "--speed", "nan"], {}, "--speed has a wrong value"),
    (["send", "x", "--speed", "0"], {}, "--speed has a wrong value"),
    (["send", "x", "--url", "localhost:8000"], {}, "--url localhost:8000 is no address"),
    (["emulate"], {}, "emulate needs one of --url and --stdout"),
    (["emulate", "--stdout", "--url", "http://127.0.0.1:8000"], {}, "emulate needs one of --url and --stdout"),
    (["emulate", "--stdout", "--ticks", "0"], {}, "--ticks has a wrong value"),
    (["emulate", "--url", "http://127.0.0.1:8000", "--ticks", "5"], {}, "--ticks has a wrong value"),
    (["emulate", "--url", "localhost:8000"], {}, "--url localhost:8000 is no address"),
    (["emulate", "--stdout", "--profile", "no/such.json"], {}, "The profile no/such.json cannot be read"),
    (["emulate", "--stdout"], {"CONNECTED_OPS_SEED": "x"}, "CONNECTED_OPS_SEED has a wrong value"),
    (["benchmark", "--data", "no/such"], {}, "--data has a wrong value: there is no folder no/such"),
    (["benchmark", "--data", "tests"], {}, "--data has a wrong value: tests holds no recording"),
    (["check"], {"CONNECTED_OPS_PORT": "http"}, "CONNECTED_OPS_PORT has a wrong value"),
    (["check", "--profile", "no/such.json"], {}, "The profile no/such.json cannot be read"),
    (["check", "--assumptions", "no/such.toml"], {}, "The assumptions no/such.toml, line 1, cannot be read"),
    (["check"], {"CONNECTED_OPS_ASSUMPTIONS": "no/such.toml"}, "The assumptions no/such.toml, line 1, cannot be read"),
    (["check"], {"CONNECTED_OPS_API_KEY_FILE": "no/such/file"}, "CONNECTED_OPS_API_KEY_FILE names no/such/file"),
])  # fmt: skip
def test_a_wrong_value_is_one_sentence_and_exit_2(run, arguments, env, sentence):
    result = run(*arguments, **env)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(sentence)
    assert result.stderr.endswith(".\n")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["bogus"], ["demo", "--port", "x"], ["send"], ["serve", "--seed", "1"], ["--bogus"]]
)
def test_a_command_that_does_not_exist_so_is_exit_2_without_a_trace(run, arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    assert plain(result.stderr).startswith("Usage: connected-ops")


def test_a_broken_profile_is_named_with_file_line_and_field(run, tmp_path):
    profile = tmp_path / "fleet.json"
    unit = {"vehicle_id": "a", "unit_class": "genset", "engine_hours": "many"}
    profile.write_text(json.dumps({"seed": 1, "units": [unit]}, indent=2))
    result = run("demo", "--profile", str(profile))
    assert result.exit_code == 2
    assert "fleet.json, line 7, field units[0].engine_hours" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_broken_assumptions_are_named_before_anything_is_served(run, tmp_path, command):
    file = tmp_path / "fleet.toml"
    file.write_text("[labour]\nbase = 9000\n")
    with bind("127.0.0.1", 0) as taken:
        result = run(command, "--port", str(taken.getsockname()[1]), "--assumptions", str(file))
    assert result.exit_code == 2
    assert "fleet.toml, line 2, field labour.base, is wrong: it can be 0 to $500 an hour." in result.stderr
    assert result.stderr.count("\n") == 1


def test_check_shows_what_is_in_force_and_keeps_the_key_to_itself(run, tmp_path):
    file = tmp_path / "fleet.toml"
    file.write_text("[labour]\nbase = 160\n")
    env = {"CONNECTED_OPS_API_KEY": "a-secret-of-mine", "CONNECTED_OPS_PORT": "8100"}
    result = run("check", "--assumptions", str(file), **env)
    assert result.exit_code == 0
    told = result.stdout.splitlines()
    assert "host = 127.0.0.1  (default)" in told
    assert "port = 8100  (CONNECTED_OPS_PORT)" in told
    assert "api_key = **********  (CONNECTED_OPS_API_KEY)" in told
    assert f"assumptions = {file}  (option --assumptions)" in told
    assert told[-2] == "The profile can be used: 12 units, seed 20240."
    assert told[-1].endswith(", of which 1 are your own.")
    assert "a-secret-of-mine" not in result.output


@pytest.mark.parametrize(("env", "sentence"), [
    ({}, "This machine may do everything on the page, and no other reaches it."),
    ({"HOST": "0.0.0.0"}, "Insights and services need a sign-in of everybody but this machine; reading, faults"),
    ({"TRUSTED_PROXIES": "10.0.0.2"}, "Insights and services need a sign-in of everybody but this machine; reading"),
    ({"API_KEY": "s3cret"}, "Insights and services need a sign-in of everybody; reading, faults and reset need none."),
    ({"GENERATE_KEY": "true"}, "Insights and services need a sign-in of everybody; reading, faults and reset need"),
    ({"LOCK": "true"}, "Every act on the page needs a sign-in; reading needs none."),
])  # fmt: skip
def test_check_says_who_may_act_on_the_page(run, env, sentence):
    result = run("check", **{f"CONNECTED_OPS_{name}": value for name, value in env.items()})
    assert sentence in result.stdout


def test_check_covers_a_key_from_a_file_too(run, tmp_path):
    file = tmp_path / "key"
    file.write_text("a-secret-of-mine\n")
    result = run("check", CONNECTED_OPS_API_KEY_FILE=str(file))
    assert "api_key = **********  (CONNECTED_OPS_API_KEY_FILE)" in result.stdout
    assert "a-secret-of-mine" not in result.output


def test_emulate_writes_the_same_bytes_each_time(run):
    once, again, other = (run("emulate", "--stdout", "--ticks", "3", "--seed", seed) for seed in ("5", "5", "6"))
    assert once.exit_code == 0
    assert once.stdout_bytes == again.stdout_bytes != other.stdout_bytes
    rows = [json.loads(line) for line in once.stdout.splitlines()]
    assert len(rows) == 3 * 12
    assert run("emulate", "--stdout").stdout.count("\n") == 60 * 12


def test_benchmark_prints_the_same_as_a_table_and_as_json(run, monkeypatch):
    made = report.Report((Line(BY_KEY["recall"], 0.99),), ("No recordings.",))
    monkeypatch.setattr(report, "benchmark", lambda data, progress: made)
    assert run("benchmark").stdout == f"{report.table(made)}\n"
    assert json.loads(run("benchmark", "--json").stdout) == report.as_json(made)


def test_emulate_into_a_pipe_that_closes_ends_quietly():
    child = subprocess.Popen(
        [*COMMAND, "emulate", "--stdout", "--ticks", "3000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline().startswith(b'{"ts":"2026-01-01T00:00:00Z"')
    child.stdout.close()
    assert child.stderr is not None
    assert child.stderr.read() == b""
    child.stderr.close()
    child.wait(timeout=30)


def test_emulate_posts_until_ctrl_c_and_says_what_came_of_it(start):
    server = start("serve", "--port", "0", CONNECTED_OPS_API_KEY="s3cret-key")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it, and theirs
    feed = subprocess.Popen(
        [*COMMAND, "emulate", "--url", server.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CONNECTED_OPS_API_KEY": "s3cret-key"},
    )  # fmt: skip
    signal.signal(signal.SIGINT, before)
    try:
        deadline = time.monotonic() + 90
        while httpx.get(f"{server.url}/api/fleet", timeout=30).json()["loop"]["received"] < 12 * 601:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        feed.send_signal(signal.SIGINT)
        stdout, stderr = feed.communicate(timeout=30)
    finally:
        feed.kill()
    assert (feed.returncode, stderr) == (0, "")
    assert re.fullmatch(
        r"Sent 7,\d+ rows of 12 units: 7,\d+ accepted, 0 needs review, 0 rejected, 0 duplicates\.\n", stdout
    )


def test_a_busy_port_is_named(run):
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Port {port} on 127.0.0.1 is in use")


def test_sending_to_nobody_is_one_sentence(run, tmp_path):
    file = tmp_path / "one.ndjson"
    file.write_text('{"ts": "2025-01-01T00:00:00Z", "vehicle_id": "a", "engine_rpm": 800}')
    with bind("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    result = run("send", str(file), "--url", f"http://127.0.0.1:{port}")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"No answer from http://127.0.0.1:{port}")


class Process:
    """A server in a process of its own, from its ready line to its end."""

    def __init__(self, *arguments: str, **env: str) -> None:
        self.child = subprocess.Popen(
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        )  # fmt: skip
        watchdog = threading.Timer(60, self.child.kill)
        watchdog.start()
        assert self.child.stdout is not None
        self.said = self.child.stdout.readline()
        watchdog.cancel()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", self.said)
        assert found, self.said + (self.child.stderr.read() if self.child.stderr else "")
        self.port = int(found[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def words(self) -> str:
        """All that is said from the ready line to its end, which comes now. `communicate` passes over what was read
        together with the ready line."""
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(timeout=30)
        assert self.child.stdout is not None
        assert self.child.stderr is not None
        return self.child.stdout.read() + self.child.stderr.read()

    def stop(self, sig: signal.Signals = signal.SIGTERM) -> tuple[float, str]:
        """How long the stop took, and all that was said on stderr."""
        began = time.monotonic()
        self.child.send_signal(sig)
        _, stderr = self.child.communicate(timeout=30)
        return time.monotonic() - began, stderr


@pytest.fixture
def start() -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def process(*arguments: str, **env: str) -> Process:
        started.append(Process(*arguments, **env))
        return started[-1]

    yield process
    for each in started:
        each.child.kill()
        each.child.communicate()


SAMPLE = {"ts": "2025-01-01T00:00:00Z", "vehicle_id": "a", "coolant_temp_f": 190.0}


def test_a_key_and_a_link_made_at_the_start_are_printed_and_open_the_door(start):
    server = start("serve", "--port", "0", CONNECTED_OPS_GENERATE_KEY="true")
    key, link = (server.child.stdout.readline().rsplit(" ", 1)[1].strip() for _ in range(2))
    assert len(key) >= 24
    with httpx.Client(follow_redirects=True) as browser:
        assert browser.get(link).url == f"{server.url}/"
        assert browser.cookies
        origin = {"Origin": server.url}
        assert browser.post(f"{server.url}/api/telemetry", json=SAMPLE, headers=origin).status_code == 200
    assert httpx.get(link).status_code == 403, "it works once"
    assert httpx.post(f"{server.url}/api/telemetry", json=SAMPLE).status_code == 401
    assert httpx.post(f"{server.url}/api/telemetry", json=SAMPLE, headers={"X-API-Key": key}).status_code == 200


def test_a_key_that_somebody_set_is_never_printed(start):
    env = {"CONNECTED_OPS_GENERATE_KEY": "true", "CONNECTED_OPS_API_KEY": "a-secret-of-mine"}
    server = start("serve", "--port", "0", **env)
    post = {"json": SAMPLE, "headers": {"X-API-Key": "a-secret-of-mine"}}
    assert httpx.post(f"{server.url}/api/telemetry", **post).status_code == 200
    assert "a-secret-of-mine" not in server.said + server.words()


def test_where_everything_is_open_no_link_is_printed_and_with_lock_there_is_one(start):
    for arguments, links in ((["--lock"], 1), ([], 0)):
        server = start("serve", "--port", "0", *arguments)
        assert server.words().count(f"sign in once, to act there: {server.url}/sign-in?token=") == links


def test_a_demo_gets_ready_stops_with_a_page_open_and_starts_again(start):
    demo = start("demo", "--port", "0")
    deadline = time.monotonic() + 30
    with httpx.Client(base_url=demo.url) as client:
        while client.get("/readyz").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert len(client.get("/api/fleet").json()["units"]) == 12
        page = client.get("/")
        assert page.status_code == 200
        assert "server" not in page.headers
        assert "script-src 'self'" in page.headers["content-security-policy"]
    with connect(f"ws://127.0.0.1:{demo.port}/websocket/", origin=Origin(demo.url)) as websocket:
        where = {"protocol": "http:", "hostname": "127.0.0.1", "port": str(demo.port), "pathname": "/", "search": ""}
        seen = {f".clientdata_url_{name}": value for name, value in where.items()}
        websocket.send(json.dumps({"method": "init", "data": seen}))
        assert websocket.recv()
        took, stderr = demo.stop()
    assert demo.child.returncode == 0
    assert took < 5
    assert "Traceback" not in stderr

    again = start("serve", "--port", str(demo.port))
    row = {"ts": datetime.now(UTC).isoformat(), "vehicle_id": "a", "coolant_temp_f": 190}
    assert httpx.post(again.url + "/api/telemetry", json=row).json()["verdict"] == "valid"
    took, stderr = again.stop(signal.SIGINT)
    assert (again.child.returncode, stderr) == (0, "")
    assert took < 5


def test_a_server_takes_abuse_logs_lines_of_json_and_keeps_its_key_to_itself(start, tmp_path):
    server = start("serve", "--port", "0", CONNECTED_OPS_API_KEY="s3cret-key")
    file = tmp_path / "trip.ndjson"
    file.write_text('{"ts": "2025-01-01T00:00:00Z", "vehicle_id": "a", "coolant_temp_f": 190}\n')
    send = [*COMMAND, "send", str(file), "--url", server.url]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    refused = subprocess.run(send, capture_output=True, text=True, env=env, check=False, timeout=60)
    assert refused.returncode == 2
    assert "X-API-Key" in refused.stderr
    allowed = subprocess.run(
        send,
        capture_output=True,
        text=True,
        env={**env, "CONNECTED_OPS_API_KEY": "s3cret-key"},
        check=False,
        timeout=60,
    )
    assert (allowed.returncode, allowed.stderr) == (0, "")
    assert allowed.stdout == "Sent 1 rows of a: 1 accepted, 0 needs review, 0 rejected, 0 duplicates.\n"
    half = "POST /api/telemetry HTTP/1.1\r\nHost: localhost\r\nX-API-Key: s3cret-key\r\nContent-Length: 100\r\n\r\n{"
    for bytes_sent in (b"\x16\x03\x01\r\n\r\n", half.encode()):
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
            client.sendall(bytes_sent)
    assert httpx.get(server.url + "/healthz").status_code == 200
    _, stderr = server.stop()
    assert "Traceback" not in stderr
    assert "s3cret-key" not in stderr
    for line in stderr.splitlines():
        assert json.loads(line)["level"]
