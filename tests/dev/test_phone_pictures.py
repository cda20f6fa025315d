"""Replies in parts, their receipts, and pictures on the phone page, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.dev.conftest import NUMBER, Application, StandInServer, run_stand_in
from tests.dev.test_phone_page import own, theirs
from tests.pictures import make_png

pytestmark = pytest.mark.browser

_CAT = FilePayload(name="cat.png", mimeType="image/png", buffer=make_png(320, 240))
_REMEMBER_STATES = """() => {
  window.seen = [];
  const thread = document.getElementById("thread");
  const remember = () => thread.querySelectorAll(".theirs .state").forEach((line) => seen.push(line.textContent));
  new MutationObserver(remember).observe(thread, { childList: true, subtree: true, characterData: true });
}"""
_CARD = FilePayload(name="her.vcf", mimeType="text/vcard", buffer=b"BEGIN:VCARD\r\nEND:VCARD\r\n")


def test_parts_and_receipts(page: Page, tmp_path: Path) -> None:
    """I51: parts stand in order, each says how far it has come, and one that never arrived says why, with its code."""
    with run_stand_in("--pace", "0.3", "--data", str(tmp_path / "twilio.jsonl")) as slow:
        slow.buy()
        page.goto(slow.base)
        expect(page.locator("#link")).to_have_text("live")
        page.evaluate(_REMEMBER_STATES)
        for part in ("First part.", "Second part."):
            slow.send(part)
        slow.control("deliveries", next=[30007])
        slow.send("Third part.")
        bubbles = theirs(page).locator(".bubble")
        expect(bubbles).to_have_text(["Reply: First part.", "Reply: Second part.", "Reply: Third part."])
        expect(theirs(page).last.locator(".state")).to_have_text("never arrived: Message filtered (Twilio error 30007)")
        expect(theirs(page).nth(1).locator(".state")).to_have_text("delivered")
        expect(theirs(page).nth(0).locator(".state")).to_be_hidden()
        seen = page.evaluate("seen")
        assert seen.index("queued") < seen.index("sent") < seen.index("delivered")


def test_a_picture_is_sent(page: Page, line: StandInServer, application: Application) -> None:
    """A picture is chosen, shown small, sent with a word, and stands in its bubble; the answer to it comes below."""
    application.answer("/sms", content="<Response><Message>I see a cat.</Message></Response>")
    page.goto(line.base)
    page.get_by_label("Attach a picture").set_input_files([_CAT])
    expect(page.get_by_role("list", name="Attachments").locator("img")).to_be_visible()
    page.get_by_label("Text message").fill("Who is this?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#chosen")).to_be_hidden()
    picture = own(page).get_by_role("img", name="Picture that you sent")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 320)
    expect(own(page)).to_contain_text("Who is this?")
    expect(theirs(page)).to_contain_text("I see a cat.")
    form = application.next_call().form
    assert (form["NumMedia"], form["MediaContentType0"], form["Body"]) == ("1", "image/png", "Who is this?")
    assert form["MediaUrl0"].startswith(f"{line.base}{line.path('/Messages/')}{form['MessageSid']}/Media/ME")


def test_a_picture_alone(page: Page, line: StandInServer, application: Application) -> None:
    """A picture needs no words, and what is no picture is named instead of shown."""
    page.goto(line.base)
    expect(page.locator("#title")).to_have_text("+1 500 555 0006")
    page.get_by_role("button", name="Send").click()
    page.get_by_label("Attach a picture").set_input_files([_CAT, _CARD])
    page.get_by_role("button", name="Send").click()
    expect(own(page)).to_have_count(1)
    expect(own(page).get_by_role("img")).to_be_visible()
    expect(own(page)).to_contain_text("Attachment: text/vcard")
    form = application.next_call().form
    assert (form["NumMedia"], form["Body"]) == ("2", "")


def test_newest_picture_in_view(page: Page, line: StandInServer) -> None:
    """The newest text stays in view while pictures above it load, and while attachments take room below it."""
    for _ in range(4):
        line.attach(make_png(320, 240))
    line.send("the newest")
    page.goto(line.base)
    expect(own(page).get_by_role("img").last).to_have_js_property("complete", True)
    expect(theirs(page).last).to_be_in_viewport(ratio=1)
    page.get_by_label("Attach a picture").set_input_files([_CAT])
    expect(page.locator("#chosen")).to_be_visible()
    expect(theirs(page).last.locator(".state")).to_be_in_viewport(ratio=1)


def test_second_thoughts(page: Page, line: StandInServer, application: Application) -> None:
    """What was chosen can be taken away again by keyboard, and too much is refused with a sentence."""
    page.goto(line.base)
    page.get_by_label("Attach a picture").set_input_files([_CAT, _CARD])
    page.get_by_role("button", name="Remove cat.png").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chosen li")).to_have_count(1)
    large = FilePayload(name="film.mp4", mimeType="video/mp4", buffer=b"x" * (5 * 1024 * 1024))
    page.get_by_label("Attach a picture").set_input_files([large])
    expect(page.locator("#problem")).to_have_text("A phone can\u2019t send more than 5 MB with a text.")
    expect(page.locator("#chosen li")).to_have_count(1)


def test_nothing_but_pictures_speaks_for_the_page(line: StandInServer) -> None:
    """I67: what could hold a script is shown by no address of the page, whatever its type says."""
    for kind in ("image/svg+xml", "text/html"):
        line.attach(b"<svg xmlns='http://www.w3.org/2000/svg'/>", kind)
    thread = line.client.get(f"{line.base}/phone/thread", params={"phone": "+12025550143", "number": NUMBER}).json()
    found = [media for message in thread["messages"] for media in message["media"]]
    assert [media["shown"] for media in found] == [False, False]
    for media in found:
        assert line.client.get(f"{line.base}/phone/media/{media['sid']}").status_code == 404
