"""Awaits at which no worker dies in a test, each with the reason: the other half of the list in crash_points.py."""

from typing import Final

_WRAPS: Final = "nothing is written between it and the first and the last await within, and a quarantine takes long"
_IN_LINE: Final = "it waits for its turn in this process, and nothing is written between it and its neighbours"
_IN_QUARANTINE: Final = "it runs in a quarantine: test_poison.py kills one"
_OWN_TOKEN: Final = "nothing of a turn hangs on it: Twilio refuses the next part, too, and that is noted then"
_ERASING: Final = "erasing what is old is no part of a turn, and begins anew every minute"
_CHECKING: Final = "it belongs to a check, not to a turn: one that nobody answers leaves the record as it is"
_FETCHING: Final = "it runs while pictures are fetched, and writes nothing down: the next worker fetches again"

OUTSIDE: Final = {
    "answer.answer_held:answer": _WRAPS,
    "quarantine.Quarantine.answer:_one_at_a_time.enter": _IN_LINE,
    "quarantine.Quarantine.answer:_one_at_a_time.exit": _IN_LINE,
    "quarantine.Quarantine.answer:_answer": _WRAPS,
    "quarantine.Quarantine._answer:_open_ward": _WRAPS,
    "quarantine.Quarantine._answer:answer": _WRAPS,
    "quarantine.Quarantine._end:end": _WRAPS,
    "quarantine._open_ward:hear": _WRAPS,
    "jobs.answer_in_quarantine:_contain": _IN_QUARANTINE,
    "quarantine.serve:open_connection": _IN_QUARANTINE,
    "quarantine.serve:readline": _IN_QUARANTINE,
    "quarantine.serve:wait": _IN_QUARANTINE,
    "quarantine.serve:wait#2": _IN_QUARANTINE,
    "quarantine.serve:hearing": _IN_QUARANTINE,
    "quarantine._beat:sleep": _IN_QUARANTINE,
    "jobs.Checks._make:_room.enter": _CHECKING,
    "jobs.Checks._make:_room.exit": _CHECKING,
    "jobs.Checks._make:check": _CHECKING,
    "jobs.Checks.drain:_drain": _CHECKING,
    "jobs.check:make_check": _CHECKING,
    "llm.LiteLlm.try_key:timeout.enter": _CHECKING,
    "llm.LiteLlm.try_key:timeout.exit": _CHECKING,
    "llm.LiteLlm.try_key:outside_lane.enter": _CHECKING,
    "llm.LiteLlm.try_key:outside_lane.exit": _CHECKING,
    "llm.LiteLlm.try_key:_ask_for_a_token": _CHECKING,
    "llm.LiteLlm.try_key:_list": _CHECKING,
    "llm.LiteLlm._ask_for_a_token:_ask_once": _CHECKING,
    "llm.LiteLlm._ask_for_a_token:_lists": _CHECKING,
    "llm.LiteLlm._lists:_list": _CHECKING,
    "llm.LiteLlm._list:list_models": _CHECKING,
    "lanes.far_from_lane:outside_lane.enter": _FETCHING,
    "lanes.far_from_lane:outside_lane.exit": _FETCHING,
    "quarantine._Ward.end:wait": "a quarantine that hangs is killed by then, and has lost its try",
    "quarantine._open_ward:end": "a quarantine that did not begin has opened no turn: it is as before it was begun",
    "send._bring_out:settle": "a text that grew old between two workers is not sent by the next one either",
    "send._send_part:settle#4": "a part that another worker fenced is that one's to end",
    "send._note_refusal:_note_refused": _OWN_TOKEN,
    "send._note_refused:note_flaw": _OWN_TOKEN,
    "send._note_refused:post": _OWN_TOKEN,
    "send._post:settle#4": "a token that can't be opened has sent nothing, and the next worker gives the part up",
    "jobs.erase_old:erase_old": _ERASING,
    "jobs.erase_old:note": _ERASING,
    "jobs.erase_old:read_clock": _ERASING,
    "carrier.TwilioCarrier.close:aclose": "a worker that has stopped closes its connections: no turn is open then",
}
