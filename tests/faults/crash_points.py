"""Every await of a turn, each with the scenario in which a worker comes by; a test holds it against the source."""

from dataclasses import dataclass
from typing import Final

from gateway.domain.turn import Outcome
from tests.faults.hooks import Moment
from tests.faults.scenarios import (
    AGENT_GONE,
    API,
    BLOCKED,
    BUSY,
    DOUBT_MEANWHILE,
    GATHERING,
    HANDED_ON,
    IN_DOUBT,
    LAST_TRY,
    LOST_AFTER,
    LOST_BEFORE,
    LOST_WAKE_UP,
    MORE,
    MUTE,
    NUMBER_BUSY,
    OWN_KEY,
    PLAIN,
    REFUSED,
    REJECTED,
    RELEASED_MEANWHILE,
    STALE,
    STOP_BEFORE_MANY,
    STOP_MEANWHILE,
    THINKING,
    THREE_PARTS,
    TOLD_ON_LAST_TRY,
    TOLD_WHILE_SENDING,
    TOLD_WHILE_THINKING,
    TOO_LONG,
    UNDATED_DOUBT,
    End,
    Scenario,
)

LAST_TRIES: Final = (LAST_TRY, TOLD_ON_LAST_TRY)
"""Scenarios in which a quarantine is at work."""

NOT_SENT: Final = End(outcome=Outcome.FAILED)
"""The end of a turn that was written off: the one thing that a death after it can't change."""

OPTED_OUT: Final = End(outcome=Outcome.OPTED_OUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A worker dies here, in this scenario."""

    point: str
    moment: Moment
    scenario: Scenario
    end: End
    passage: int = 1

    @property
    def name(self) -> str:
        """Say it in words."""
        which = f", time {self.passage}" if self.passage > 1 else ""
        return f"{self.moment.value} {self.point}{which} ({self.scenario.name})"


POINTS: Final[dict[str, Scenario]] = {
    "jobs.wake_conversation:begin": PLAIN,
    "jobs.Turns.begin:acquire": PLAIN,
    "jobs.Turns._answer:answer": PLAIN,
    "jobs.Turns._answer:answer#2": HANDED_ON,
    "jobs.Turns.drain:_drain": TOLD_WHILE_THINKING,
    "jobs._drain:wait": TOLD_WHILE_THINKING,
    "jobs._drain:gather": TOLD_WHILE_THINKING,
    "jobs.answer:_contain": PLAIN,
    "jobs._contain:answering": PLAIN,
    "jobs.sweep:sweep": LOST_WAKE_UP,
    "jobs.keep_doing:sleep": LOST_WAKE_UP,
    "jobs.keep_doing:chore": LOST_WAKE_UP,
    "answer.answer_conversation:take": PLAIN,
    "answer.answer_conversation:answer_held": PLAIN,
    "answer.answer_held:_keeping.enter": PLAIN,
    "answer.answer_held:_keeping.exit": PLAIN,
    "answer.answer_held:release": PLAIN,
    "answer.answer_held:_open": PLAIN,
    "answer.answer_held:answer_turn": PLAIN,
    "answer.answer_held:sleep": GATHERING,
    "answer._open:open": PLAIN,
    "answer._keeping:_drop": TOLD_WHILE_THINKING,
    "answer._drop:retry_context.next": TOLD_WHILE_THINKING,
    "answer._drop:drop": TOLD_WHILE_THINKING,
    "answer._renew:sleep": THINKING,
    "answer._renew:renew": THINKING,
    "answer.answer_turn:lane_of.enter": PLAIN,
    "answer.answer_turn:lane_of.exit": PLAIN,
    "answer.answer_turn:compose_reply": PLAIN,
    "answer.answer_turn:record_reply": PLAIN,
    "answer.answer_turn:send_parts": PLAIN,
    "answer.answer_turn:_close": PLAIN,
    "answer._close:_notify": PLAIN,
    "answer._close:close": PLAIN,
    "answer._notify:post": REJECTED,
    "lanes.lane_of:take": PLAIN,
    "lanes.outside_lane:take": PLAIN,
    "lanes.inside_lane:take": PLAIN,
    "lanes._Place.take:acquire": PLAIN,
    "compose.compose_reply:find": PLAIN,
    "compose.compose_reply:_answer": PLAIN,
    "compose._answer:_apologise": AGENT_GONE,
    "compose._answer:_find_rest": MORE,
    "compose._answer:_think": PLAIN,
    "compose._think:think": PLAIN,
    "compose._think:_apologise": REJECTED,
    "compose._find_rest:find_rest": MORE,
    "thinking.think:_find_credential": PLAIN,
    "thinking.think:may_try": PLAIN,
    "thinking.think:read_history": PLAIN,
    "thinking.think:open_pictures.enter": PLAIN,
    "thinking.think:open_pictures.exit": PLAIN,
    "thinking.think:_ask_in_turn": PLAIN,
    "thinking._find_credential:find_own": OWN_KEY,
    "thinking._find_credential:find": PLAIN,
    "thinking._ask_in_turn:_ask": PLAIN,
    "thinking._ask:_ask_so": PLAIN,
    "thinking._ask_so:_ask_with": PLAIN,
    "thinking._ask_so:_ask_with#2": TOO_LONG,
    "thinking._ask_with:_complete": PLAIN,
    "thinking._complete:complete": PLAIN,
    "thinking._complete:_note_health": REJECTED,
    "thinking._complete:_note_health#2": PLAIN,
    "thinking._note_health:note_health": PLAIN,
    "compose._apologise:may_apologise": REJECTED,
    "send.send_parts:reserve_slots": PLAIN,
    "send.send_parts:_bring_out": PLAIN,
    "send.send_parts:settle": STOP_BEFORE_MANY,
    "send.send_parts:make_room": PLAIN,
    "send._bring_out:wait_for_slot": PLAIN,
    "send._bring_out:settle_doubt": IN_DOUBT,
    "send._bring_out:_send_part": PLAIN,
    "send._bring_out:settle#2": LOST_BEFORE,
    "send._send_part:retry_context.next": PLAIN,
    "send._send_part:_fence_and_post": PLAIN,
    "send._send_part:settle": STOP_MEANWHILE,
    "send._send_part:settle#2": DOUBT_MEANWHILE,
    "send._send_part:settle#3": RELEASED_MEANWHILE,
    "send._send_part:settle#5": BUSY,
    "send._fence_and_post:fence": PLAIN,
    "send._fence_and_post:_to_the_end": PLAIN,
    "send._post:send": PLAIN,
    "send._post:reopen": BUSY,
    "send._post:_note_block": BLOCKED,
    "send._note_block:find_fence": BLOCKED,
    "send._note_block:change": BLOCKED,
    "send._post:settle": BLOCKED,
    "send._post:settle#2": LOST_BEFORE,
    "send._post:_note_refusal": REFUSED,
    "send._note_refusal:post_alert": REFUSED,
    "send._post:settle#3": REFUSED,
    "send._post:settle#5": PLAIN,
    "send._to_the_end:shield": PLAIN,
    "send._to_the_end:wait": TOLD_WHILE_SENDING,
    "throttle.reserve_slots:reserve": PLAIN,
    "throttle.make_room:step_aside": NUMBER_BUSY,
    "throttle.wait_for_slot:sleep": PLAIN,
    "doubt.settle_doubt:_read_fence": IN_DOUBT,
    "doubt.settle_doubt:_sleep_until": IN_DOUBT,
    "doubt.settle_doubt:_look": IN_DOUBT,
    "doubt.settle_doubt:settle": MUTE,
    "doubt.settle_doubt:settle#2": LOST_AFTER,
    "doubt.settle_doubt:sleep": LOST_BEFORE,
    "doubt.settle_doubt:reopen": LOST_BEFORE,
    "doubt._read_fence:find_fence": IN_DOUBT,
    "doubt._read_fence:read_clock": UNDATED_DOUBT,
    "doubt._sleep_until:read_clock": IN_DOUBT,
    "doubt._sleep_until:sleep": IN_DOUBT,
    "doubt._look:find_sid": IN_DOUBT,
    "doubt._look:read_login": IN_DOUBT,
    "doubt._look:_ask": IN_DOUBT,
    "doubt._look:find_foreign": IN_DOUBT,
    "doubt._look:find_sid#2": LOST_BEFORE,
    "doubt._ask:find": IN_DOUBT,
    "doubt.reopen:renew": BUSY,
    "doubt.reopen:settle": BUSY,
    "doubt.settle:settle": PLAIN,
    "carrier.TwilioCarrier.send:timeout.enter": PLAIN,
    "carrier.TwilioCarrier.send:timeout.exit": PLAIN,
    "carrier.TwilioCarrier.send:acquire": PLAIN,
    "carrier.TwilioCarrier.send:_post": PLAIN,
    "carrier.TwilioCarrier._post:timeout.enter": PLAIN,
    "carrier.TwilioCarrier._post:timeout.exit": PLAIN,
    "carrier.TwilioCarrier._post:post": PLAIN,
    "carrier.TwilioCarrier.find:get": LOST_AFTER,
    "llm.LiteLlm.complete:timeout.enter": PLAIN,
    "llm.LiteLlm.complete:timeout.exit": PLAIN,
    "llm.LiteLlm.complete:outside_lane.enter": PLAIN,
    "llm.LiteLlm.complete:outside_lane.exit": PLAIN,
    "llm.LiteLlm.complete:_ask_patiently": PLAIN,
    "llm.LiteLlm._ask_patiently:_ask_once": PLAIN,
    "llm.LiteLlm._ask_once:inside_lane.enter": PLAIN,
    "llm.LiteLlm._ask_once:inside_lane.exit": PLAIN,
    "llm.LiteLlm._ask_once:_ask": PLAIN,
    "llm.LiteLlm._ask:acompletion": PLAIN,
    "quarantine.Quarantine.answer:_end": LAST_TRY,
    "quarantine.Quarantine._answer:_end": TOLD_ON_LAST_TRY,
    "quarantine._open_ward:create_subprocess_exec": LAST_TRY,
    "quarantine._open_ward:open_connection": LAST_TRY,
    "quarantine._Ward.answer:hear": LAST_TRY,
    "quarantine._Ward.hear:wait_for": LAST_TRY,
    "quarantine._Ward.end:wait_for": LAST_TRY,
}

_WRITTEN_OFF = {
    ("send._send_part:settle#5", Moment.AFTER),
    ("send._post:settle#3", Moment.AFTER),
}
"""By then a part counts as refused for good; otherwise the next worker tries once more."""

_BLOCKED_BEFORE = {
    ("send._post:_note_block", Moment.BEFORE),
    ("send._note_block:find_fence", Moment.BEFORE),
    ("send._note_block:find_fence", Moment.AFTER),
    ("send._note_block:change", Moment.BEFORE),
}
"""Before the ledger knows of Twilio's block the next worker tries once more; Twilio lets that one through here."""

_MORE = [
    ("answer.answer_held:release", PLAIN, 2),
    ("answer.answer_held:release", HANDED_ON, 2),
    ("answer.answer_conversation:take", HANDED_ON, 2),
    ("answer.answer_turn:record_reply", HANDED_ON, 2),
    *[("send._fence_and_post:fence", THREE_PARTS, passage) for passage in (2, 3)],
    *[("carrier.TwilioCarrier._post:post", THREE_PARTS, passage) for passage in (2, 3)],
    *[("send._post:settle#5", THREE_PARTS, passage) for passage in (2, 3)],
    ("carrier.TwilioCarrier._post:post", LOST_AFTER, 1),
    ("llm.LiteLlm._ask:acompletion", API, 1),
    ("answer.answer_turn:record_reply", API, 1),
    ("answer._close:close", API, 1),
    ("answer.answer_turn:record_reply", STALE, 1),
    ("answer.answer_turn:record_reply", MORE, 1),
    ("answer._close:close", MORE, 1),
    ("answer._close:close", STALE, 1),
    ("throttle.wait_for_slot:sleep", NUMBER_BUSY, 1),
    ("answer._close:close", NUMBER_BUSY, 1),
    ("answer.answer_held:release", NUMBER_BUSY, 2),
]
"""Points that are worth a death in more than one scenario."""


def cases(moment: Moment) -> list[Case]:
    """Name the deaths before, or after, each of the awaits."""
    reached = [*[(point, scenario, 1) for point, scenario in POINTS.items()], *_MORE]
    return [
        Case(point=point, moment=moment, scenario=scenario, end=_end(point, moment, scenario), passage=passage)
        for point, scenario, passage in reached
    ]


def _end(point: str, moment: Moment, scenario: Scenario) -> End:
    if scenario is BLOCKED and (point, moment) not in _BLOCKED_BEFORE:
        return OPTED_OUT
    return NOT_SENT if (point, moment) in _WRITTEN_OFF else scenario.ends
