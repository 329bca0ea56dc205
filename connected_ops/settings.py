"""The only reader of the environment: `CONNECTED_OPS_*`, and `CONNECTED_OPS_*_FILE` for secrets; options come on
top."""

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from connected_ops.errors import ConnectedOpsError

PREFIX = "CONNECTED_OPS_"
KEY, KEY_FILE = f"{PREFIX}API_KEY", f"{PREFIX}API_KEY_FILE"


class UnreadableSecret(ConnectedOpsError):
    """The file of a secret cannot be used; the text names the setting."""


def _usable_in_a_header(key: SecretStr | None) -> SecretStr | None:
    text = "-" if key is None else key.get_secret_value()
    if not text or not all("!" <= character <= "~" for character in text):
        raise ValueError("it needs one or more printable ASCII characters, without blanks")
    return key


def _of_addresses(proxies: str | None) -> str | None:
    """Refuses `*` among others: then any client could name itself 127.0.0.1 and write without a key."""
    try:
        for proxy in () if proxies is None else proxies.split(","):
            ip_network(proxy.strip())
    except ValueError:
        raise ValueError("it needs addresses or networks such as 10.0.0.2 or 172.16.0.0/12") from None
    return proxies


def _split(names: object) -> object:
    return tuple(name.strip() for name in names.split(",") if name.strip()) if isinstance(names, str) else names


HostName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,253}\z")]


class Settings(BaseSettings):
    """Every setting of a server. See docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    host: Annotated[
        str, Field(min_length=1, description="Address to bind to; other machines reach the page only beyond loopback.")
    ] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, description="Port to bind to; 0 takes a free one.")] = 8000
    emulator: Annotated[bool, Field(description="Whether the emulator feeds the lab; set by demo and serve.")] = False
    profile: Annotated[Path | None, Field(description="The emulator's profile; the shipped one when left out.")] = None
    seed: Annotated[int | None, Field(description="The emulator's seed; the profile's when left out.")] = None
    assumptions: Annotated[
        Path | None, Field(description="Your own assumptions of the business value (TOML); the shipped when left out.")
    ] = None
    machines: Annotated[
        Path | None,
        Field(description="A folder of your own machines: signals, classes, modes, units; the shipped when left out."),
    ] = None
    api_key: Annotated[
        SecretStr | None,
        AfterValidator(_usable_in_a_header),
        Field(description=f"Key for writes to /api (header X-API-Key) and to sign in; or its file as {KEY_FILE}."),
    ] = None
    generate_key: Annotated[
        bool, Field(description="Whether to make a key at start and print it where none is set; the image does.")
    ] = False
    lock: Annotated[
        bool, Field(description="Whether every act on the page needs a sign-in, on the simulated fleet and here too.")
    ] = False
    allowed_hosts: Annotated[
        tuple[HostName, ...],
        NoDecode,
        BeforeValidator(_split),
        Field(description="Names besides localhost and addresses that the server answers to, comma-separated."),
    ] = ()
    trusted_proxies: Annotated[
        str | None,
        AfterValidator(_of_addresses),
        Field(description="Addresses of proxies whose X-Forwarded-* headers are believed, comma-separated."),
    ] = None
    max_units: Annotated[int, Field(ge=1, le=100_000, description="Live units at most; more get 429.")] = 10_000
    window: Annotated[int, Field(ge=60, le=3600, description="Samples kept a unit at full rate.")] = 600
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="What is logged at least, on stderr.")
    ] = "info"


def load(**options: object) -> Settings:
    """The settings in force: environment, then `options` that are not None.

    Raises pydantic's ValidationError, and UnreadableSecret.
    """
    given = {name: value for name, value in options.items() if value is not None}
    key_file = os.environ.get(KEY_FILE)
    if key_file is not None and "api_key" not in given:
        given["api_key"] = _secret(key_file)
    return Settings(**given)  # pyright: ignore[reportArgumentType]


def origin(name: str, **options: object) -> str:
    """Where a setting's value comes from, with the `options` that `load` was given: option, a variable, or default."""
    variable = f"{PREFIX}{name.upper()}"
    if options.get(name) is not None:
        return f"option --{name}"
    if variable in {each.upper() for each in os.environ}:
        return variable
    return KEY_FILE if name == "api_key" and KEY_FILE in os.environ else "default"


def _secret(file: str) -> SecretStr:
    if KEY in os.environ:
        raise UnreadableSecret(f"{KEY} and {KEY_FILE} are both set; keep one of them.")
    try:
        return SecretStr(Path(file).read_text(encoding="utf-8").strip())
    except OSError as error:
        raise UnreadableSecret(f"{KEY_FILE} names {file}, which cannot be read: {error.strerror}.") from None
    except ValueError:
        raise UnreadableSecret(f"{KEY_FILE} names {file}, which is not UTF-8 text.") from None
