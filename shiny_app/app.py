"""The dashboard: a Shiny app over a read model and its controls, through which alone it knows of the fleet."""

from collections.abc import Awaitable, Callable
from typing import Any

from shiny import App, Inputs, Outputs, Session, reactive, ui
from starlette.requests import Request
from starlette.types import Scope

from connected_ops.read_model import WORK_KINDS, Answer, Anyone, Backtests, Controls, ReadModel, Visitor, Work
from shiny_app.charts.held import Held
from shiny_app.live.location import parse
from shiny_app.live.page import arrival
from shiny_app.live.polling import Polled
from shiny_app.live.shared import Shared
from shiny_app.live.slots import Slots
from shiny_app.live.viewer import LiveFields, Message, Viewer
from shiny_app.pages import body, page_of
from shiny_app.shell.around import values
from shiny_app.shell.assets import assets_route, version
from shiny_app.shell.document import Frame, document
from shiny_app.shell.finding import answer_searches
from shiny_app.shell.visiting import Refused, acts_on, scope_of, way_of

Server = Callable[[Inputs, Outputs, Session], None]

POLL_S = 0.2
"""How often pages look for a newer snapshot."""

_LONGEST_WORD = 64
_LONGEST_EPISODE = 200

UNREADABLE = Answer(False, "That could not be understood. Reload the page and try again.")
GONE = Answer(False, "That sample is no longer among the newest; follow another one.")


class Dashboard(App):
    """The Shiny app of all pages. They see what is new while `keep_fresh` runs; whoever serves the app owns that task:
    Shiny's own lifespan does not run where it is mounted."""

    def __init__(self, page: Callable[[Request], Any], server: Server, sequence: Polled) -> None:
        super().__init__(page, server)
        self.sanitize_errors = True
        self._sequence = sequence

    async def keep_fresh(self) -> None:
        """Let the pages know of each new snapshot, for ever."""
        await self._sequence.run()


def create_dashboard(
    read_model: ReadModel,
    controls: Controls,
    backtests: Backtests,
    *,
    poll_s: float = POLL_S,
    held: Held | None = None,
    visitor: Callable[[Scope], Visitor] = lambda _: Anyone(),
) -> Dashboard:
    """The Shiny app of all pages; it sees a snapshot at most `poll_s` seconds after it was published. In `held` paused
    pages keep what the chart routes draw for them; `visitor` says who looks at a page, by the scope of its request or
    websocket."""
    shared = Shared(read_model, controls, backtests, held)
    assets = f"www/{version()}"
    sequence = Polled(lambda: read_model.sequence, poll_s)

    def page(request: Request):
        return ui.page_html(first_paint(request, shared, assets, visitor(request.scope)))

    def server(input: Inputs, output: Outputs, session: Session) -> None:
        seen = session.clientdata
        try:
            with reactive.isolate():
                origin = f"{seen.url_protocol()}//{seen.url_hostname()}:{seen.url_port()}".removesuffix(":")
                seen.url_search()
        except ValueError:
            return  # a client that does not say where it is has no page to keep fresh
        who = visitor(scope_of(session))
        viewer = Viewer(shared, origin, who)

        @output(suspend_when_hidden=False)
        @LiveFields
        def live() -> Message:
            return viewer.message()

        follow(session, viewer, sequence)
        choices(input, session, viewer)
        answer_searches(input, session, read_model)
        buttons(input, session, controls, viewer, lambda button: who.refusal(acts_on(button, read_model, controls)))

    app = Dashboard(page, server, sequence)
    app.starlette_app.routes.insert(0, assets_route(f"/{assets}"))
    return app


def first_paint(request: Request, shared: Shared, assets: str, who: Visitor) -> str:
    """The document that an address is answered with, full before the websocket stands; `assets` is where static files
    are."""
    location = parse(request.url.query)
    look = arrival(shared, location, who)
    shown, origin = page_of(look), f"{request.url.scheme}://{request.url.netloc}"
    frame = Frame(assets, origin, shown.href, shown.structure, location.theme, bool(shared.simulated()))
    return document(frame, Slots(values(look, shown)), body(shown, origin))


def follow(session: Session, viewer: Viewer, sequence: Polled) -> None:
    """Let a session's page see what is new, unless it stands still, and go where its address leads."""

    @reactive.effect(priority=2)
    def see_what_is_new() -> None:
        if viewer.paused_at() is None:
            viewer.sequence.set(sequence())

    @reactive.effect(priority=1)
    @reactive.event(session.clientdata.url_search)
    def follow_the_url() -> None:
        viewer.go(parse(session.clientdata.url_search()))

    @reactive.effect(priority=1)
    def keep_to_the_first_unit() -> None:
        if viewer.location().page == "unit" and viewer.unit() is None:
            viewer.sequence()
            viewer.keep_to(viewer.shared.leader())


def choices(input: Inputs, session: Session, viewer: Viewer) -> None:
    """Let a session's page choose what it is shown. What an input holds is whatever came by the websocket."""

    @reactive.effect(priority=1)
    @reactive.event(input.fault_unit)
    def follow_the_picker() -> None:
        asked = input.fault_unit()
        viewer.pick(asked.get("unit") if isinstance(asked, dict) else None)

    @reactive.effect(priority=1)
    @reactive.event(input.units)
    def measure() -> None:
        asked = input.units()
        viewer.measure(asked.get("units") if isinstance(asked, dict) else None)

    @reactive.effect(priority=1)
    @reactive.event(input.assumptions)
    async def assume() -> None:
        if not viewer.assume(input.assumptions()):
            await say(session, UNREADABLE)

    @reactive.effect(priority=1)
    @reactive.event(input.journey, ignore_none=False)
    async def follow_a_sample() -> None:
        if not viewer.follow(input.journey()):
            await say(session, GONE)

    @reactive.effect(priority=1)
    @reactive.event(input.backtest)
    async def try_out() -> None:
        if not viewer.try_out(input.backtest()):
            await say(session, UNREADABLE)

    @reactive.effect(priority=1)
    @reactive.event(input.pause)
    def stand_still() -> None:
        viewer.pause(input.pause())

    @reactive.effect(priority=1)
    @reactive.event(input.redraw)
    def draw_again() -> None:
        viewer.draw_again()


def buttons(
    input: Inputs,
    session: Session,
    controls: Controls,
    viewer: Viewer,
    refusal: Callable[[str], str | None] = lambda _: None,
) -> None:
    """Let a session's fault buttons, its reset and its work on insights act, one at a time, and send it the sentence
    that came of them: the `refusal` of a button where its visitor may not."""
    acts: dict[str, Callable[[object], Awaitable[Answer]]] = {
        "inject": lambda asked: inject(controls, asked),
        "work": lambda asked: work(controls, asked),
        "reset": lambda _: controls.reset(),
        "service_done": lambda asked: serviced(asked, controls.service_done),
        "undo_service": lambda asked: serviced(asked, controls.undo_service),
    }

    @reactive.extended_task
    async def press(button: str, asked: object) -> tuple[object, Answer]:
        refused = refusal(button)
        return asked, await acts[button](asked) if refused is None else Refused(False, refused)

    # Or a page that closes on a press leaves a task that is destroyed while it waits.
    session.on_ended(press.cancel)

    @reactive.effect
    @reactive.event(input.inject)
    def press_a_fault() -> None:
        press("inject", input.inject())

    @reactive.effect
    @reactive.event(input.reset)
    def press_reset() -> None:
        press("reset", None)

    @reactive.effect
    @reactive.event(input.work)
    def press_work() -> None:
        press("work", input.work())

    @reactive.effect
    @reactive.event(input.service_done)
    def press_service_done() -> None:
        press("service_done", input.service_done())

    @reactive.effect
    @reactive.event(input.undo_service)
    def press_undo_service() -> None:
        press("undo_service", input.undo_service())

    @reactive.effect
    async def answer() -> None:
        asked, answer = press.result()
        await say(session, answer, asked.get("nonce") if isinstance(asked, dict) else None)
        viewer.see_answer()


async def say(session: Session, answer: Answer, nonce: object = None) -> None:
    """Send the sentence that a page shows for a moment, with the number of the press that it answers."""
    number = nonce if isinstance(nonce, int) else None
    said = {"ok": answer.ok, "sentence": answer.sentence, "nonce": number, "href": way_of(answer)}
    await session.send_custom_message("answer", said)


async def inject(controls: Controls, asked: object) -> Answer:
    """Put the fault that a button asked for on its unit. `asked` is whatever came by the websocket."""
    words = (asked.get("kind"), asked.get("unit")) if isinstance(asked, dict) else (None, None)
    kind, unit = (word if isinstance(word, str) and 0 < len(word) <= _LONGEST_WORD else None for word in words)
    if kind is None or unit is None:
        return Answer(False, "That button could not be understood. Reload the page and press it again.")
    if unit not in controls.simulated_units():
        return Answer(False, f"{unit} is not a simulated unit, and faults act on those alone.")
    if kind not in (offer.kind for offer in controls.offers(unit)):
        return Answer(False, f"{kind} is not offered for {unit}.")
    return await controls.inject(kind, unit)


async def work(controls: Controls, asked: object) -> Answer:
    """Do what a button asked for with its episode. `asked` is whatever came by the websocket."""
    if not isinstance(asked, dict):
        return UNREADABLE
    kind, episode = asked.get("kind"), asked.get("id")
    who, note, silence = (asked.get(name, "") for name in ("who", "note", "silence"))
    if not isinstance(episode, str) or not 0 < len(episode) <= _LONGEST_EPISODE or kind not in WORK_KINDS:
        return UNREADABLE
    if not (isinstance(who, str) and isinstance(note, str) and isinstance(silence, str)):
        return UNREADABLE
    return await controls.work(episode, Work(kind, who, note, silence))


async def serviced(asked: object, act: Callable[[str], Awaitable[Answer]]) -> Answer:
    """Log or take back a service of the unit that a button asked for. `asked` is whatever came by the websocket."""
    unit = asked.get("unit") if isinstance(asked, dict) else None
    if not isinstance(unit, str) or not 0 < len(unit) <= _LONGEST_WORD:
        return UNREADABLE
    return await act(unit)
