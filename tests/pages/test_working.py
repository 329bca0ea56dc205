"""Working with insights on the page: silence, note, undo, the name, the lists, the count, notifications."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connected_ops.read_model import Act, Work
from shiny_app.insights.acts import LINES, act_fields
from shiny_app.insights.view import insights_fields
from shiny_app.live.location import SHOWS, parse
from shiny_app.shell.attention import NEWEST, attention_fields, tab_title

Serve = Callable[..., Any]
COOLING, VIBRATION, SENSOR = "truck_07.cooling.1", "van_03.vibration.1", "genset_1.intake_air_temp_f.1"
KIM = "Kim"


def listed(fleet: Any, show: Any = "all") -> dict[str, Any]:
    return dict(insights_fields(fleet.snapshot(), fleet.episodes(), show))


def acts(episode: Any, now: float) -> dict[str, Any]:
    return dict(act_fields(episode, now))


@pytest.fixture
def did(fleet: Any) -> Callable[..., Any]:
    """Do something with an episode of the fake fleet; it as it stands afterwards."""

    async def do(*asked: Work, episode: str = COOLING) -> Any:
        for one in asked:
            answer = await fleet.work(episode, one)
            assert answer.ok, answer.sentence
        return next(each for each in fleet.said if each.id == episode)

    return do


async def test_what_stands_is_said_in_one_line_and_what_was_done_below(fleet: Any, did: Any) -> None:
    silence = Work("silence", "Lee", silence="1h")
    shown = acts(await did(Work("acknowledge", KIM), silence, Work("note", KIM, note="Ordered.")), fleet.at)
    assert re.fullmatch(r"Acknowledged \d\d:\d\d by Kim · silenced until \d\d:\d\d by Lee", shown["seen"])
    log = str(shown["log"]).split("\n")
    assert [re.sub(r"^\d\d:\d\d ", "", line)[:19] for line in log] == [
        "Kim: “Ordered.”", "Lee silenced it unt", "Kim acknowledged it",
    ]  # fmt: skip
    assert (shown["acknowledge.hidden"], shown["end.hidden"], shown["undo.by"]) == ("", None, "Kim\nLee")


async def test_a_silence_that_runs_out_is_gone_from_the_page(fleet: Any, did: Any) -> None:
    await did(Work("silence", KIM, silence="1h"))
    fleet.at += 3_600
    fleet.step()
    shown = listed(fleet)
    assert (shown["show.open"], shown["show.silenced"]) == ("3", "0")
    assert shown[f"insights/{COOLING}/acknowledge.hidden"] is None


async def test_what_nobody_signed_is_by_someone_and_what_was_taken_back_says_so(fleet: Any, did: Any) -> None:
    shown = acts(await did(Work("acknowledge")), fleet.at)
    assert str(shown["seen"]).endswith("by someone on this page")
    shown = acts(await did(Work("undo"), Work("note", KIM, note="No."), Work("undo", KIM)), fleet.at)
    assert (shown["seen.hidden"], shown["undo.by"]) == ("", None)
    assert re.search(r"Kim wrote a note, taken back .*\n.*Someone acknowledged it, taken back", str(shown["log"]))


def test_what_broke_its_silence_says_that_it_got_worse(fleet: Any) -> None:
    log = (Act("silenced", KIM, fleet.at, until=fleet.at + 60), Act("broken", "", fleet.at + 5))
    shown = acts(replace(fleet.said[0], acts=log), fleet.at)
    assert re.fullmatch(r"Got worse \d\d:\d\d, so its silence ended", str(shown["seen"]))


def test_a_long_log_is_cut_to_the_newest_and_says_how_many_came_before(fleet: Any) -> None:
    log = tuple(Act("noted", KIM, fleet.at, f"{n}") for n in range(50))
    lines = str(acts(replace(fleet.said[0], acts=log, acts_dropped=3), fleet.at)["log"]).split("\n")
    assert (len(lines), lines[-1]) == (LINES + 1, f"and {53 - LINES} acts before")


async def test_what_is_over_offers_a_note_and_nothing_else(fleet: Any, did: Any) -> None:
    over = "van_04.vibration.1"
    await did(Work("note", KIM, note="It was the fan belt."), episode=over)
    shown = listed(fleet)
    assert "It was the fan belt." in shown[f"closed/{over}/log"]
    own = {
        name.removeprefix(f"closed/{over}/").partition(".")[0] for name in shown if name.startswith(f"closed/{over}/")
    }
    assert "note" in own
    assert not own & {"acknowledge", "silence", "end"}


@pytest.mark.parametrize("show", SHOWS)
async def test_each_list_holds_its_own_and_every_count_is_told(fleet: Any, did: Any, show: Any) -> None:
    await did(Work("acknowledge", KIM))
    await did(Work("silence", KIM, silence="over"), episode=SENSOR)
    shown = listed(fleet, show)
    held = {"open": (VIBRATION,), "acknowledged": (COOLING,), "silenced": (SENSOR,), "closed": ()}
    assert shown["insights"] == held.get(show, (COOLING, VIBRATION, SENSOR))
    assert len(shown["closed"]) == (11 if show in ("closed", "all") else 0)
    assert [shown[f"show.{word}"] for word in SHOWS] == ["1", "1", "1", "11", "14"]
    assert [word for word in SHOWS if shown[f"show.{word}.pressed"] == "true"] == [show]
    assert (shown["insights.open"], shown["insights.open.note"]) == ("2", "2 machines, 0 sensors; 1 silenced")


def test_an_empty_list_says_so_and_the_address_of_none_shows_all(fleet: Any) -> None:
    shown = listed(fleet, "silenced")
    assert (shown["insights.none"], shown["insights.none.hidden"]) == ("No insight is silenced.", None)
    found = parse("?page=insights&show=mine")
    assert (found.show, found.changes) == ("all", ())
    assert "open, acknowledged, silenced, closed or all" in found.sentences[0]
    assert parse("?page=insights&show=closed").show == "closed"


async def test_the_tab_counts_what_nobody_has_seen_on_every_page(visit: Any, did: Any) -> None:
    viewer = visit()
    for page, title in (("fleet", "Fleet"), ("insights", "Insights"), ("unit&unit=van_03", "van_03")):
        viewer.go(parse(f"?page={page}"))
        assert viewer.message()["set"]["title"] == f"(3) {title} · Connected Ops Lab"
    await did(Work("acknowledge"))
    assert viewer.message()["set"]["unseen"] == "2"
    assert tab_title("Fleet", "") == "Fleet"


def test_only_the_newest_insights_of_machines_are_looked_at_for_news(fleet: Any) -> None:
    many = [replace(fleet.said[0], id=f"e{n}", opened_at=float(n)) for n in range(200)]
    lines = str(attention_fields(fleet.snapshot().loop, [*many, fleet.said[2]])["newest"]).split("\n")
    assert (len(lines), lines[0]) == (NEWEST, "e199\ttruck_07\tCooling margin shrinking")


def connected(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")


@pytest.mark.e2e
def test_somebody_works_with_an_insight_and_is_asked_for_a_name_once(page: Page, fleet: Any, serve: Serve) -> None:
    url = serve(fleet).url + "?page=insights"
    connected(page, url)
    card, who = page.get_by_test_id(f"episode-{COOLING}"), page.get_by_test_id("who")
    expect(page).to_have_title("(3) Insights · Connected Ops Lab")
    expect(page.get_by_test_id("nav-insights")).to_contain_text("3")
    page.get_by_test_id(f"acknowledge-{COOLING}").click()
    expect(card).to_contain_text("by someone on this page")
    expect(who).to_be_focused()
    who.fill(KIM)
    page.keyboard.press("Enter")
    expect(card).to_contain_text(re.compile(r"Acknowledged \d\d:\d\d by Kim"))
    expect(who).to_be_hidden()
    expect(page).to_have_title("(2) Insights · Connected Ops Lab")
    page.get_by_test_id(f"note-{COOLING}").click()
    page.get_by_test_id(f"note-text-{COOLING}").fill("Ordered the part.")
    page.get_by_test_id(f"note-save-{COOLING}").click()
    expect(card).to_contain_text("Kim: “Ordered the part.”")
    expect(page.get_by_test_id(f"note-text-{COOLING}")).to_be_hidden()
    page.get_by_test_id(f"silence-{COOLING}").click()
    page.get_by_test_id(f"silence-{COOLING}-1h").click()
    expect(card).to_contain_text(re.compile(r"silenced until \d\d:\d\d by Kim"))
    expect(page.get_by_test_id("loop-insight")).to_contain_text("2 open, 1 silenced")
    page.get_by_test_id(f"undo-{COOLING}").click()
    expect(card).not_to_contain_text("silenced until 1")
    connected(page, url)
    expect(page.get_by_test_id("who-change")).to_have_text("You are Kim")
    page.get_by_test_id(f"acknowledge-{VIBRATION}").click()
    expect(page.get_by_test_id(f"episode-{VIBRATION}")).to_contain_text("by Kim")
    expect(who).to_be_hidden()
    expect(page).to_have_title("(1) Insights · Connected Ops Lab")
    page.get_by_test_id("nav-fleet").click()
    expect(page).to_have_title("(1) Fleet · Connected Ops Lab")


@pytest.mark.e2e
def test_the_unit_page_offers_the_same_and_undo_only_of_ones_own(own_page: Page, fleet: Any, serve: Serve) -> None:
    page = own_page
    page.add_init_script("localStorage.setItem('who', 'Kim')")
    connected(page, serve(fleet).url + "?page=unit&unit=truck_07")
    todo = page.get_by_test_id("what-to-do")
    page.get_by_test_id(f"silence-{COOLING}").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id(f"silence-{COOLING}-1h")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_test_id(f"silence-{COOLING}-1h")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id(f"silence-{COOLING}-1h")).to_be_hidden()
    expect(page.get_by_test_id(f"silence-{COOLING}")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_test_id(f"silence-{COOLING}-over").press("Enter")
    expect(todo).to_contain_text("Silenced until it is over by Kim")
    expect(page.get_by_test_id(f"undo-{COOLING}")).to_be_visible()
    page.evaluate("localStorage.setItem('who', 'Lee')")
    fleet.step()
    expect(page.get_by_test_id(f"undo-{COOLING}")).to_be_hidden()
    page.get_by_test_id(f"silence-{COOLING}").click()
    page.get_by_test_id(f"silence-{COOLING}-end").click()
    expect(todo).to_contain_text("Lee ended the silence")
    expect(page.get_by_test_id("acknowledge")).to_be_visible()


@pytest.mark.e2e
def test_a_note_that_is_being_written_outlives_the_row_it_stands_in(own_page: Page, fleet: Any, serve: Serve) -> None:
    page = own_page
    page.add_init_script("localStorage.setItem('asked', 'yes')")
    connected(page, serve(fleet).url + "?page=insights&show=open")
    text = page.get_by_test_id(f"note-text-{VIBRATION}")
    page.get_by_test_id(f"note-{VIBRATION}").click()
    text.press_sequentially("Looked at ")
    fleet.said[:2] = [fleet.said[1], fleet.said[0]]
    fleet.step()
    expect(page.locator(".episode").first).to_have_attribute("data-key", VIBRATION)
    fleet.said[0] = replace(fleet.said[0], state="closed", closed_at=fleet.at)
    fleet.said.append(fleet.said.pop(0))
    fleet.step()
    expect(page.get_by_test_id("insights-show-closed")).to_contain_text("12")
    page.keyboard.type("the bearing.")
    expect(text).to_be_focused()
    expect(text).to_have_value("Looked at the bearing.")
    page.get_by_test_id(f"note-save-{VIBRATION}").click()
    expect(page.get_by_test_id(f"episode-{VIBRATION}")).to_have_count(0)
    page.get_by_test_id("insights-show-closed").click()
    expect(page).to_have_url(re.compile("show=closed"))
    expect(page.get_by_test_id(f"episode-{VIBRATION}")).to_contain_text("“Looked at the bearing.”")
    page.get_by_test_id(f"undo-{VIBRATION}").click()
    expect(page.get_by_test_id(f"episode-{VIBRATION}")).to_contain_text("Someone wrote a note, taken back")
    page.go_back()
    expect(page.get_by_test_id(f"episode-{COOLING}")).to_be_visible()


STUB = """
    window.told = [];
    window.allowed = "default";
    Object.defineProperty(document, "hidden", { get: () => window.away === true });
    window.Notification = class {
        static get permission() { return window.allowed; }
        static async requestPermission() { return (window.allowed = window.answer ?? "granted"); }
        constructor(title, { body }) { this.close = () => {}; window.told.push(this); this.title = title; }
    };
"""


@pytest.mark.e2e
def test_a_browser_that_was_asked_to_tells_of_new_insights_while_nobody_looks(
    own_page: Page, fleet: Any, serve: Serve
) -> None:
    page = own_page
    page.add_init_script(STUB)
    connected(page, serve(fleet).url + "?page=insights&show=closed")
    notify, titles = page.get_by_test_id("notify"), lambda: page.evaluate("window.told.map((each) => each.title)")
    notify.click()
    expect(notify).to_have_text("Stop telling me in this browser")
    fleet.said.insert(0, replace(fleet.said[0], id="e1"))
    fleet.step()
    expect(page).to_have_title(re.compile(r"^\(4\)"))
    assert titles() == [], "whoever looks needs no telling"
    page.evaluate("window.away = true")
    fleet.said.insert(0, replace(fleet.said[0], id="e2", vehicle_id="van_05"))
    fleet.step()
    page.wait_for_function("window.told.length === 1")
    for more in ("e3", "e4"):
        fleet.said.insert(0, replace(fleet.said[0], id=more))
        fleet.step()
    page.wait_for_function("window.told.length === 2")
    assert titles() == ["Cooling margin shrinking on van_05", "3 new insights"]
    page.evaluate("window.told[0].onclick()")
    expect(page.get_by_test_id("episode-e2")).to_be_in_viewport()
    notify.click()
    expect(notify).to_have_text("Tell me in this browser when a new insight opens")


@pytest.mark.e2e
def test_a_browser_that_blocks_notifications_says_how_to_allow_them(own_page: Page, fleet: Any, serve: Serve) -> None:
    page = own_page
    page.add_init_script(STUB + "window.answer = 'denied';")
    connected(page, serve(fleet).url + "?page=insights")
    page.get_by_test_id("notify").click()
    expect(page.get_by_test_id("notify-told")).to_contain_text("This browser blocks notifications")
    expect(page.get_by_test_id("notify")).to_be_hidden()
