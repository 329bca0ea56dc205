import pytest

from connected_ops.guards.brake import FORGOTTEN_S, FREE_TRIES, LONGEST_WAIT_S, MOST_ADDRESSES, Brake

THERE, ELSEWHERE = "203.0.113.9", "203.0.113.10"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def brake(clock: Clock) -> Brake:
    return Brake(clock)


def wrong(brake: Brake, times: int, address: str = THERE) -> None:
    for _ in range(times):
        brake.wrong(address)


def test_a_slip_costs_nothing_and_guessing_costs_ever_more(brake, clock):
    waits = []
    for _ in range(FREE_TRIES + 9):
        brake.wrong(THERE)
        waits.append(brake.wait_s(THERE))
        clock.now += waits[-1]
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_a_wait_passes(brake, clock):
    wrong(brake, FREE_TRIES + 2)
    clock.now += 3.5
    assert brake.wait_s(THERE) == pytest.approx(0.5)
    clock.now += 0.5
    assert brake.wait_s(THERE) == 0


def test_nobody_else_waits(brake):
    wrong(brake, 50)
    assert brake.wait_s(ELSEWHERE) == 0


def test_the_right_key_and_time_forget_what_was_wrong(brake, clock):
    wrong(brake, 50)
    brake.right(THERE)
    assert brake.wait_s(THERE) == 0
    wrong(brake, 50)
    clock.now += FORGOTTEN_S + 1
    brake.wrong(THERE)
    assert brake.wait_s(THERE) == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("unknown", "unknown", True),
    ],
)
def test_an_address_is_what_one_client_has(brake, one, other, same):
    wrong(brake, FREE_TRIES, one)
    assert (brake.wait_s(other) > 0) is same


def test_addresses_are_bounded_and_the_oldest_makes_room(brake):
    wrong(brake, 50, "first")
    for at in range(MOST_ADDRESSES - 1):
        brake.wrong(str(at))
    assert brake.wait_s("first") == LONGEST_WAIT_S
    brake.wrong("one more")
    assert brake.wait_s("first") == 0
    assert len(brake._tries) == MOST_ADDRESSES
