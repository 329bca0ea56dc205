import pytest

from connected_ops.guards.authority import is_loopback


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("localhost", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("lab", False),
    ],
)
def test_which_addresses_are_this_machine(host, answer):
    assert is_loopback(host) is answer
