"""What a restart keeps, and how the stand-in starts and stops."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.dev.twilio.feed import Feed
from tests.dev.conftest import NUMBER, PHONE, Application, StandInServer, run_stand_in

TOLL_FREE = "+18885550123"
OLD_DATES = dict.fromkeys(("created_at", "updated_at"), "2026-11-01T12:00:00+00:00")


def test_restart(tmp_path: Path, application: Application) -> None:
    """Numbers, messages with their logs, and blocks outlive the process, killed or not."""
    data = tmp_path / "kept" / "twilio.jsonl"
    with run_stand_in("--pace", "0", "--data", str(data)) as first:
        first.buy(SmsUrl=f"{application.url}/sms", FriendlyName="desk")
        first.control(f"numbers/{NUMBER}", keyword_handling=True)
        first.text("STOP")
        before = first.wait_for(lambda found: found[-1]["status"] == "delivered")
        first.process.kill()
    with run_stand_in("--pace", "0", "--data", str(data)) as second:
        assert second.messages() == before
        [number] = second.rest("GET", "/IncomingPhoneNumbers.json").json()["incoming_phone_numbers"]
        assert number["friendly_name"] == "desk"
        assert second.send().json()["code"] == 21610


def test_old_records(tmp_path: Path) -> None:
    """A file from before there were kinds is read: digits tell the kind, a block is Twilio's, a message is listed."""
    data = tmp_path / "twilio.jsonl"
    number = {"sid": "PN1", "phone_number": TOLL_FREE, "friendly_name": "", "keyword_handling": True, **OLD_DATES}
    message: dict[str, Any] = {
        "sid": "SM1",
        "sender": TOLL_FREE,
        "to": PHONE,
        "body": "hello",
        "direction": "outbound-api",
    }
    message |= {"status": "delivered", "segments": 1, "sent_at": None, "log": [], **OLD_DATES}
    blocks = [{"block": [TOLL_FREE, PHONE], "blocked": True}, {"block": [TOLL_FREE, "+1"], "blocked": False}]
    entries = [{"number": number}, {"message": message}, *blocks]
    data.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    with run_stand_in("--pace", "0", "--data", str(data)) as server:
        assert len(server.rest("GET", "/Messages.json").json()["messages"]) == 1
        assert server.rest("GET", "/IncomingPhoneNumbers/PN1.json").json()["type"] == "toll-free"
        assert server.send(sender=TOLL_FREE).json()["code"] == 21610
        server.text("YES", number=TOLL_FREE)
        assert [message["answered_by"] for message in server.received()] == ["", "twilio"]
        assert server.send(sender=TOLL_FREE).status_code == 201


def test_new_records(tmp_path: Path) -> None:
    """Who blocks outlives the process, so that YES still is no way back from the network; so do kind and switches."""
    data = tmp_path / "twilio.jsonl"
    with run_stand_in("--pace", "0", "--data", str(data)) as first:
        first.buy(TOLL_FREE)
        first.lease("12345", advanced_opt_out=True)
        first.control(f"numbers/{TOLL_FREE}", keyword_handling=True)
        first.text("STOP", number=TOLL_FREE)
    with run_stand_in("--pace", "0", "--data", str(data)) as second:
        for word, refused in (("YES", True), ("UNSTOP", False)):
            second.text(word, number=TOLL_FREE)
            assert (second.send(sender=TOLL_FREE).status_code == 400) == refused
        kept = second.control("numbers/12345", keyword_handling=False)
        assert (kept["kind"], kept["advanced_opt_out"]) == ("short", True)


def test_torn_line(tmp_path: Path) -> None:
    """A line that a crash has cut off is left out; what stands before it counts, and so does what follows."""
    data = tmp_path / "twilio.jsonl"
    with run_stand_in("--pace", "0", "--data", str(data)) as first:
        first.buy()
    data.write_bytes(data.read_bytes() + b'{"number": {"sid": "PN')
    for expected in (1, 2):
        with run_stand_in("--pace", "0", "--data", str(data)) as again:
            found = again.rest("GET", "/IncomingPhoneNumbers.json").json()["incoming_phone_numbers"]
            assert len(found) == expected
            again.buy(f"+1500555000{expected}")


def test_unfinished_business(tmp_path: Path, application: Application) -> None:
    """What was on its way arrives after the restart; a webhook without an answer counts as failed."""
    data = tmp_path / "twilio.jsonl"
    application.answer("/sms", gate=threading.Event())
    with run_stand_in("--pace", "3600", "--data", str(data)) as first:
        first.buy(SmsUrl=f"{application.url}/sms")
        first.send("on its way")
        first.control("texts", **{"from": PHONE, "to": NUMBER, "body": "hello?"})
        application.next_call()
        first.process.kill()
    with run_stand_in("--pace", "0", "--data", str(data)) as second:
        sent, received = second.wait_for(lambda found: found[0]["status"] == "delivered")
        assert sent["body"] == "on its way"
        assert received["log"][0]["error_code"] == 11200


def test_deleted_things_stay_deleted(tmp_path: Path) -> None:
    """A deleted message and a number given back don't return with the restart."""
    data = tmp_path / "twilio.jsonl"
    with run_stand_in("--pace", "0", "--data", str(data)) as first:
        number = first.buy()["sid"]
        sid = first.send().json()["sid"]
        first.wait_for(lambda found: found[0]["status"] == "delivered")
        first.rest("DELETE", f"/Messages/{sid}.json")
        first.rest("DELETE", f"/IncomingPhoneNumbers/{number}.json")
    with run_stand_in("--pace", "0", "--data", str(data)) as second:
        assert second.messages() == []
        assert second.rest("GET", f"/IncomingPhoneNumbers/{number}.json").status_code == 404


async def test_who_comes_after_the_end() -> None:
    """A page that opens its stream while the server stops is let go too; before that it looks once."""
    feed = Feed()
    early = feed.watch()
    assert await anext(early) == "change"
    feed.close()
    assert [event async for event in early] == []
    assert [event async for event in feed.watch()] == []


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_stops_although_a_page_is_open(stop: signal.Signals) -> None:
    """An open event stream doesn't hold up the end."""
    with run_stand_in() as server, httpx.Client(trust_env=False) as client:
        with client.stream("GET", f"{server.base}/phone/changes") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "retry: 1000"
            server.process.send_signal(stop)
            assert set(lines) <= {"", "event: change", "data: ."}
        server.process.wait(timeout=2)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"TEXTGATE_TWILIO_AUTH_TOKEN": "x"}, "TEXTGATE_TWILIO_ACCOUNT_SID"),
        ({"TEXTGATE_TWILIO_ACCOUNT_SID": "AC" + "0" * 32}, "TEXTGATE_TWILIO_AUTH_TOKEN"),
    ],
)
def test_incomplete_environment(environment: dict[str, str], words: str) -> None:
    """Without credentials it ends at once and says which variable is missing."""
    command = [sys.executable, "-m", "gateway.dev.twilio", "--port", "0"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert words in ended.stderr


def test_foreign_names_are_refused(stand_in: StandInServer) -> None:
    """A page elsewhere that points its own name at this machine gets nothing."""
    answer = httpx.get(f"{stand_in.base}/control/messages", headers={"Host": "evil.example"}, trust_env=False)
    assert answer.status_code == 400


def test_controls_want_json(stand_in: StandInServer) -> None:
    """A form of another page in the same browser can't text, since it can't say that it carries JSON."""
    content = f'{{"from": "{PHONE}", "to": "{NUMBER}", "body": "hi"}}'
    answer = httpx.post(f"{stand_in.base}/control/texts", content=content, trust_env=False)
    assert answer.status_code == 400
    assert "application/json" in answer.json()["error"]


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("texts", {"from": "x", "to": NUMBER, "body": "hi"}),
        ("texts", {"from": PHONE, "to": "+15005550009", "body": "hi"}),
        ("texts", {"from": PHONE, "to": NUMBER}),
        ("texts", {"from": PHONE, "to": NUMBER, "body": "x" * 1601}),
        (f"numbers/{NUMBER}", {"keyword_handling": "yes"}),
        (f"numbers/{NUMBER}", {"advanced_opt_out": 1}),
        (f"numbers/{NUMBER}", {}),
        ("short-codes", {}),
        ("short-codes", {"short_code": 12345}),
        ("short-codes", {"short_code": "12"}),
        ("short-codes", {"short_code": "12345", "unknown": True}),
        (f"numbers/{NUMBER}", {"unknown": True}),
        (f"numbers/{NUMBER}", {"sms_url": 5}),
        ("faults", {"next": [{"code": "x"}]}),
        ("faults", {"next": [{}]}),
        ("faults", {"next": [{"status": 500, "accept": "yes"}]}),
        ("faults", {"next": 5}),
    ],
)
def test_senseless_controls(line: StandInServer, deed: str, words: dict[str, object]) -> None:
    """A mistake of the developer's is answered with a sentence, not with a crash."""
    answer = httpx.post(f"{line.base}/control/{deed}", json=words, trust_env=False)
    assert answer.status_code == 400
    assert answer.json()["error"]
