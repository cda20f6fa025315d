"""Media at the stand-in: sent by a phone, behind the account's login, shown at an address that needs none."""

from pathlib import Path

from tests.dev.conftest import Application, StandInServer, run_stand_in
from tests.dev.twilio_description import load_description
from tests.pictures import make_png

_PNG = make_png()


def _place(form: dict[str, str]) -> str:
    return f"/Messages/{form['MessageSid']}/Media"


def test_the_way_to_media(line: StandInServer, application: Application) -> None:
    """Who shows the login is sent on to a signed address, which takes no login and gives the very bytes."""
    line.attach(_PNG, body="Look")
    form = application.next_call().form
    assert form["MessageSid"].startswith("MM")
    assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "image/png")
    assert line.client.get(form["MediaUrl0"]).status_code == 401
    sent_on = line.rest("GET", form["MediaUrl0"].removeprefix(line.base + line.path("")))
    assert sent_on.status_code == 307
    address = line.base + sent_on.headers["location"]
    assert line.client.get(address).content == _PNG
    assert line.client.get(address, auth=("any", "login")).status_code == 400
    assert line.client.get(address.partition("?")[0]).status_code == 403


def test_lists_and_deletes(line: StandInServer, application: Application) -> None:
    """Media are listed under their message, and gone once they are deleted."""
    line.attach(_PNG)
    form = application.next_call().form
    (found,) = line.rest("GET", f"{_place(form)}.json").json()["media_list"]
    assert (found["content_type"], found["parent_sid"]) == ("image/png", form["MessageSid"])
    assert line.rest("GET", f"{_place(form)}/{found['sid']}.json").json() == found
    assert line.rest("DELETE", f"{_place(form)}/{found['sid']}.json").status_code == 204
    assert line.rest("GET", f"{_place(form)}/{found['sid']}").status_code == 404
    assert line.rest("GET", f"{_place(form)}.json").json()["media_list"] == []


def test_description(line: StandInServer, application: Application) -> None:
    """Media look as Twilio's own description says."""
    description = load_description()
    line.attach(_PNG)
    form = application.next_call().form
    (found,) = line.rest("GET", f"{_place(form)}.json").json()["media_list"]
    path = line.path(f"{_place(form)}/{found['sid']}.json")
    answer = line.rest("GET", f"{_place(form)}/{found['sid']}.json")
    description.check_response("GET", path, answer.status_code, answer.content)


def test_restart(tmp_path: Path, application: Application) -> None:
    """Media outlive the process."""
    data = ("--pace", "0", "--data", str(tmp_path / "twilio.jsonl"))
    with run_stand_in(*data) as first:
        first.buy(SmsUrl=f"{application.url}/sms")
        first.attach(_PNG)
    form = application.next_call().form
    with run_stand_in(*data) as second:
        sent_on = second.rest("GET", form["MediaUrl0"].partition("/Accounts/")[2].partition("/")[2].join(("/", "")))
        assert second.client.get(second.base + sent_on.headers["location"]).content == _PNG


def test_what_no_phone_sends(line: StandInServer) -> None:
    """Too many, too large or senseless attachments are refused with a sentence."""
    picture = {"content_type": "image/png", "content": ""}
    large = {"content_type": "image/png", "content": "eHh4" * (2 * 1024 * 1024)}
    senseless = (picture, "x", [picture] * 11, [{"content": "%"}], [{"content_type": "a\nb"}], [{"kind": "x"}], [large])
    for media in senseless:
        texting = {"from": "+12025550143", "to": "+15005550006", "body": "", "media": media}
        answer = line.post("texts", **texting)
        assert (answer.status_code, "error" in answer.json()) == (400, True)
