"""The `host[:port]` of Host and Origin headers, read strictly, and which addresses are this machine."""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address

from starlette.types import Scope

LONGEST = 262  # a DNS name of 253 characters, its final dot, a colon and a port
SHAPE = re.compile(r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Authority:
    """A host in lower case without brackets or final dot, its port if named, and whether it is an IP literal."""

    host: str
    port: int | None
    literal: bool


def parse_authority(raw: bytes) -> Authority | None:
    """The authority in a header's bytes; None where it is malformed."""
    return _parse(raw) if len(raw) <= LONGEST else None


@lru_cache(maxsize=128)
def _parse(raw: bytes) -> Authority | None:
    match = SHAPE.fullmatch(raw.decode("latin-1"))
    if match is None:
        return None
    port = int(match["port"]) if match["port"] else None
    host = _ipv6(match["ipv6"]) if match["ipv6"] else _name(match["name"])
    if host is None or (port is not None and not 0 < port < 65536):
        return None
    return Authority(host, port, literal=match["ipv6"] is not None or _is_ipv4(host))


def _ipv6(text: str) -> str | None:
    try:
        return str(IPv6Address(text))
    except AddressValueError:
        return None


def _name(text: str) -> str | None:
    name = text.lower().removesuffix(".")
    return name if all(name.split(".")) else None


def _is_ipv4(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def header_values(scope: Scope, name: bytes) -> list[bytes]:
    """Every value of that header, name in lower case; guards want to see repeats, which is how headers are smuggled."""
    return [value for key, value in scope["headers"] if key == name]


@lru_cache(maxsize=128)  # asked of every write, mostly about the same few clients
def is_loopback(host: str) -> bool:
    """Whether that address or name, of a client or to bind to, is this machine and no other; False for other names."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
