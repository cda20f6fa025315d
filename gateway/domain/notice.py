"""Notices: what the operator should hear of without having to look for it."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.carrier_errors import explain_code, read_code
from gateway.domain.conversation import Conversation
from gateway.domain.ids import AccountId, TurnId
from gateway.domain.limits import Allowance
from gateway.domain.model_errors import HostedOverQuota, HostedRejected, ModelRejectedKey
from gateway.domain.phone import PhoneNumber
from gateway.domain.turn import DEAD, Outcome, Turn


class NoticeKind(StrEnum):
    """What a notice is about."""

    KEY_REJECTED = "byok.rejected"
    HOSTED_REJECTED = "hosted.rejected"
    HOSTED_OVER_QUOTA = "hosted.over_quota"
    TURN_DEAD = "turn.dead"
    TEXTER_CAPPED = "texter.capped"
    AGENT_CAPPED = "agent.capped"
    SPEND_CAPPED = "spend.capped"
    LOGIN_REFUSED = "twilio.rejected"
    LOOP_STOPPED = "loop.stopped"
    CARRIER_ALERT = "twilio.alert"
    """Twilio refuses or filters what a number sends, for a reason that concerns more than one texter."""


NEXT_STEPS = {
    NoticeKind.KEY_REJECTED: "Set a valid model key: textgate byok set KEY",
    NoticeKind.HOSTED_REJECTED: "Set a valid TEXTGATE_HOSTED_API_KEY, and start the workers anew.",
    NoticeKind.HOSTED_OVER_QUOTA: "Raise the quota of TEXTGATE_HOSTED_API_KEY with its provider.",
    NoticeKind.TURN_DEAD: "See what can be retried: textgate dead list",
    NoticeKind.LOGIN_REFUSED: "Have the account send its Twilio token again: POST /v1/agents/{id}/channels/sms",
    NoticeKind.LOOP_STOPPED: "Its person can reply RESUME; or you: textgate conversations resume CONV",
    NoticeKind.CARRIER_ALERT: "Look the reason up: https://www.twilio.com/docs/api/errors",
    NoticeKind.TEXTER_CAPPED: "If it is a person who means well, raise TEXTGATE_LIMIT_TEXTER_TURNS_….",
    NoticeKind.SPEND_CAPPED: "See: textgate stats. Raise it: textgate agents revise, or accounts set, --spend-day …",
    NoticeKind.AGENT_CAPPED: "See who talks: textgate conversations list. Or raise TEXTGATE_LIMIT_AGENT_TURNS_….",
}


_OF_KEYS = {
    ModelRejectedKey.code: NoticeKind.KEY_REJECTED,
    HostedRejected.code: NoticeKind.HOSTED_REJECTED,
    HostedOverQuota.code: NoticeKind.HOSTED_OVER_QUOTA,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that happened in an account; it is not told again within the hour."""

    kind: NoticeKind
    account_id: AccountId
    reason: str
    turn_id: TurnId | None = None
    """The first turn that it happened to, where it happened to one."""
    number: PhoneNumber | None = None
    """Which of our numbers it is about, if it is about one alone."""

    @property
    def next_step(self) -> str:
        """What to do about it."""
        code = read_code(self.reason) if self.kind is NoticeKind.CARRIER_ALERT else None
        return NEXT_STEPS[self.kind] if code is None else explain_code(code).next_step

    @property
    def name(self) -> str:
        """By what it is known that the same was told before."""
        return ":".join((self.kind.value, self.reason, *([self.number] if self.number else [])))


def alert_of(conversation: Conversation, turn_id: TurnId, code: int) -> Notice | None:
    """Tell what the operator should hear of a code of Twilio's; None where it concerns one texter alone."""
    if not explain_code(code).is_alert:
        return None
    return Notice(
        kind=NoticeKind.CARRIER_ALERT,
        account_id=conversation.account_id,
        reason=str(code),
        turn_id=turn_id,
        number=conversation.number,
    )


def _name_cap(turn: Turn) -> str:
    """Name the cap that is reached, and of an agent's whose it is: an account has many."""
    cap = turn.usage[0].cap
    return f"{cap} of {turn.agent_id}" if cap.startswith("agent") and turn.agent_id else cap


def notice_of(turn: Turn, outcome: Outcome) -> Notice | None:
    """Tell what the operator should hear of a turn that ends so; None of most."""
    reason = turn.failure or outcome.value
    if reason in _OF_KEYS:
        kind = _OF_KEYS[reason]
    elif outcome in DEAD:
        kind = NoticeKind.TURN_DEAD
    elif outcome is Outcome.CAPPED and turn.usage[0].is_spend:
        kind, reason = NoticeKind.SPEND_CAPPED, _name_cap(turn)
    elif outcome is Outcome.CAPPED and turn.usage[0].cap.startswith("agent"):
        kind, reason = NoticeKind.AGENT_CAPPED, turn.usage[0].cap
    elif turn.allowance is Allowance.SPENT_FIRST:
        kind = NoticeKind.TEXTER_CAPPED
    else:
        return None
    return Notice(kind=kind, account_id=turn.conversation.account_id, reason=reason, turn_id=turn.id)
