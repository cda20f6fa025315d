"""The phone page in a real browser: what a developer sees and does there."""

import threading
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dev.conftest import NUMBER, PHONE, Application, StandInServer, run_stand_in

pytestmark = pytest.mark.browser

GOODBYE = "You are unsubscribed and will get no more texts. Reply START to come back."


def own(page: Page) -> Any:
    return page.locator("#thread .mine")


def theirs(page: Page) -> Any:
    return page.locator("#thread .theirs")


def test_text_reply_stop_start(page: Page, line: StandInServer, application: Application) -> None:
    """A text, its delivery, the agent's reply; STOP, its confirmation and the notice; START ends it."""
    page.goto(line.base)
    page.get_by_label("Text message").fill("Hello <b>agent</b>")
    page.get_by_label("Text message").press("Enter")
    expect(own(page)).to_contain_text("Hello <b>agent</b>")
    expect(own(page).locator(".state")).to_have_text("delivered to the gateway")
    assert application.next_call().form["Body"] == "Hello <b>agent</b>"
    line.send("Hello <i>Ada</i>")
    expect(theirs(page)).to_contain_text("Hello <i>Ada</i>")
    expect(theirs(page).locator(".state")).to_have_text("delivered")
    application.answer("/sms", content=f"<Response><Message>{GOODBYE}</Message></Response>")
    page.get_by_role("button", name="STOP").click()
    expect(theirs(page).last).to_contain_text(GOODBYE)
    expect(page.locator("#out")).to_contain_text("This phone is out. It texted STOP, and the number confirmed it.")
    application.answer("/sms", content="<Response><Message>Welcome back.</Message></Response>")
    page.get_by_role("button", name="START").click()
    expect(page.locator("#out")).to_be_hidden()
    expect(theirs(page).last).to_contain_text("Welcome back.")


def test_network_s_stop(page: Page, stand_in: StandInServer) -> None:
    """On a toll-free number the page shows the network's own words, and says that the network blocks."""
    stand_in.buy("+18885550123")
    page.goto(f"{stand_in.base}/?to=+18885550123")
    page.get_by_role("button", name="STOP").click()
    expect(theirs(page)).to_contain_text("NETWORK MSG:")
    expect(page.locator("#out")).to_contain_text("This phone is out. The carrier network blocks this number")
    page.get_by_role("button", name="START").click()
    expect(page.locator("#out")).to_be_hidden()
    expect(theirs(page)).to_have_count(2)


def test_short_code(page: Page, line: StandInServer, application: Application) -> None:
    """A short code can be texted from the page, also when the address names it."""
    line.lease("12345", sms_url=f"{application.url}/sms")
    page.goto(f"{line.base}/?to=12345")
    expect(page.locator("#title")).to_have_text("12345")
    page.get_by_role("button", name="STOP").click()
    expect(own(page)).to_have_count(1)
    form = application.next_call().form
    assert (form["To"], form["Body"]) == ("12345", "STOP")


def test_keyboard_alone(page: Page, line: StandInServer) -> None:
    """Writing begins at once, Enter sends, Shift+Enter doesn't; everything is reached with Tab, and seen."""
    page.goto(line.base)
    expect(page.locator("#title")).to_have_text("+1 500 555 0006")
    expect(page.get_by_label("Text message")).to_be_focused()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    expect(own(page)).to_have_count(1)
    expect(own(page).locator(".bubble")).to_contain_text("one\ntwo", use_inner_text=True)
    expect(page.get_by_label("Text message")).to_have_value("")
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.innerText"))
        # after the last control the browser's own bars have a turn
        assert page.evaluate("document.activeElement.matches('body, :focus-visible')")
    assert {"phone", "number", "scroller", "body", "hint", "copy"} <= reached
    page.get_by_role("button", name="HELP").focus()
    page.keyboard.press("Enter")
    expect(own(page)).to_have_count(2)


def test_new_texts_are_announced(page: Page, line: StandInServer) -> None:
    """The thread is a live region in which a change of state is not read out again."""
    page.goto(line.base)
    log = page.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-relevant", "additions")
    line.send("hello")
    expect(log).to_contain_text("Reply: hello")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_narrow_screen(page: Page, line: StandInServer, scheme: Any) -> None:
    """Nothing sticks out at 320 pixels, not even one endless word."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme=scheme)
    line.send("x" * 300)
    line.text("y" * 300)
    page.goto(line.base)
    expect(own(page)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate("document.getElementById('scroller').scrollWidth <= 320")
    for box in page.locator("#thread .bubble, .quick button, .send, select").all():
        place = box.bounding_box()
        assert place
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 320


def test_failed_delivery(page: Page, line: StandInServer, application: Application) -> None:
    """A gateway that fails is shown as such, with Twilio's error code; a slow one as delivering."""
    gate = threading.Event()
    application.answer("/sms", status=500, gate=gate)
    page.goto(line.base)
    page.get_by_label("Text message").fill("anyone?")
    page.get_by_role("button", name="Send").click()
    expect(own(page).locator(".state")).to_have_text("delivering to the gateway")
    gate.set()
    expect(own(page).locator(".state")).to_have_text("not delivered: answered HTTP 500 (Twilio error 11200)")


def test_no_number_yet(page: Page, stand_in: StandInServer) -> None:
    """Without a number the page says how to get one, and notices when there is one."""
    page.goto(stand_in.base)
    expect(page.locator("#empty")).to_contain_text("textgate numbers bind")
    expect(page.get_by_label("Text message")).to_be_disabled()
    stand_in.buy()
    expect(page.locator("#title")).to_have_text("+1 500 555 0006")
    expect(page.get_by_label("Text message")).to_be_enabled()


def test_who_texts_whom(page: Page, line: StandInServer, application: Application) -> None:
    """Phone and number come from the address, from the lists, or are typed; threads stay apart."""
    line.buy("+15005550008", SmsUrl=f"{application.url}/other")
    line.text("from Ben", phone="+12025550156", number="+15005550008")
    page.goto(f"{line.base}/?from={quote('+12025550156')}&to={quote('+15005550008')}")
    expect(own(page)).to_contain_text("from Ben")
    page.get_by_label("You text").select_option(NUMBER)
    expect(own(page)).to_have_count(0)
    page.get_by_label("You are").select_option(PHONE)
    page.get_by_label("Text message").fill("from Ada")
    page.keyboard.press("Enter")
    expect(own(page)).to_contain_text("from Ada")
    page.get_by_label("You are").select_option("other")
    page.get_by_label("Your phone number").fill("12")
    page.keyboard.press("Enter")
    expect(page.locator("#own-note")).to_contain_text("No phone has that number")
    page.get_by_label("Your phone number").fill("+44 20 7946 0958")
    page.keyboard.press("Enter")
    expect(page.locator("#own-note")).to_contain_text("You are +442079460958")
    expect(own(page)).to_have_count(0)
    assert quote("+442079460958", safe="") in page.url


def test_real_key_hint(page: Page, line: StandInServer) -> None:
    """The page says that the model is a stand-in, and hands over the command that replaces it."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=line.base)
    page.goto(line.base)
    expect(page.get_by_role("heading", name="The model is an offline stand-in")).to_be_visible()
    expect(page.locator("#hint")).not_to_be_empty()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#copied")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "textgate byok set KEY --provider openai --model MODEL"


def test_long_thread(page: Page, line: StandInServer) -> None:
    """The newest text is in view; whoever reads further up is not torn away from it."""
    for place in range(20):
        line.send(f"text {place}")
    page.goto(line.base)
    expect(theirs(page).last).to_be_in_viewport()
    page.locator("#scroller").evaluate("place => { place.scrollTop = 0; }")
    line.send("the newest")
    expect(page.locator("#newer")).to_be_visible()
    expect(theirs(page).first).to_be_in_viewport()
    page.locator("#newer").click()
    expect(theirs(page).last).to_be_in_viewport()


def test_strict_policy(page: Page, line: StandInServer) -> None:
    """No inline script or style, nothing from elsewhere, and the policy says so."""
    answer = page.goto(line.base)
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.evaluate("document.querySelectorAll('[style], style, script:not([src])').length") == 0
    icon = page.request.get(f"{line.base}/favicon.ico")
    assert icon.headers["content-type"] == "image/svg+xml"


def test_restart(browser: Browser, tmp_path: Any) -> None:
    """The page says that the connection is lost, keeps what was typed, and catches up by itself."""
    page = browser.new_page()
    data = ("--pace", "0", "--data", str(tmp_path / "twilio.jsonl"))
    with run_stand_in(*data) as first:
        first.buy()
        page.goto(first.base)
        expect(page.locator("#link")).to_have_text("live")
    port = first.base.rpartition(":")[2]
    expect(page.locator("#link")).to_contain_text("connection lost")
    page.get_by_label("Text message").fill("are you there?")
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("doesn\u2019t answer")
    expect(page.get_by_label("Text message")).to_have_value("are you there?")
    with run_stand_in("--port", port, *data) as second:
        second.send("I am back")
        expect(theirs(page)).to_contain_text("I am back")
        expect(page.locator("#problem")).to_be_hidden()
        expect(page.locator("#link")).to_have_text("live")
    page.close()
