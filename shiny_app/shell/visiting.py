"""Who looks at a page: what each button acts on, what is said to whoever may not, and the way to a sign-in."""

import numpy as np
from htmltools import TagList, tags
from shiny import Session
from starlette.types import Scope

from connected_ops.read_model import SOURCES, ActsOn, Answer, Controls, ReadModel, Visitor
from shiny_app.live.slots import Slots, Value

SIGN_IN, SIGN_OUT = "sign-in", "sign-out"
_SIMULATED = SOURCES.index("simulated")


class Refused(Answer):
    """The answer to whoever has to sign in first."""


def way_of(answer: Answer) -> str | None:
    """The address that the page shows beside the answer's sentence; None where that says it all."""
    return SIGN_IN if isinstance(answer, Refused) else None


def scope_of(session: Session) -> Scope:
    """What a session's websocket was opened with."""
    return session.http_conn.scope  # pyright: ignore[reportAttributeAccessIssue]  # Shiny's interface leaves it out


def acts_on(button: str, read_model: ReadModel, controls: Controls) -> ActsOn:
    """What a button acts on. A reset takes units along that somebody else simulates, and those are not ours to play
    with."""
    if button == "inject" or (button == "reset" and not others_simulate(read_model, controls)):
        return "simulation"
    return "records"


def others_simulate(read_model: ReadModel, controls: Controls) -> bool:
    """Whether there are simulated units that this server's emulator does not make."""
    snapshot = read_model.snapshot()
    ours = set(controls.simulated_units())
    return any(snapshot.vehicle_ids[at] not in ours for at in np.flatnonzero(snapshot.source == _SIMULATED).tolist())


def sign_in_fields(visitor: Visitor) -> dict[str, Value]:
    """Whether the page's foot shows the way to a sign-in, or out of it: neither where it makes no difference."""
    signed_in = visitor.asks and visitor.signed_in
    return {
        "sign.in.hidden": None if visitor.asks and not signed_in else "",
        "sign.out.hidden": None if signed_in else "",
    }


def sign_in_state(slots: Slots) -> TagList:
    """The way to a sign-in, or that somebody is signed in and the way out; the foot of a page has room for it."""
    return TagList(
        tags.p(
            slots.bind(hidden="sign.in.hidden"), "You are reading. ",
            tags.a("Sign in", href=SIGN_IN, data_testid="sign-in"), " to act.",
        ),
        tags.form(
            slots.bind(hidden="sign.out.hidden"), tags.span("Signed in", data_testid="signed-in"), " ",
            tags.button("Sign out", type="submit", class_="button small", data_testid="sign-out"),
            method="post", action=SIGN_OUT,
        ),
    )  # fmt: skip
