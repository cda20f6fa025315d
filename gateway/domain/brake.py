"""The brake: a conversation that has become a loop is stopped, and a person can have it go on."""

from dataclasses import replace

from gateway.domain.compliance import Keyword, fold
from gateway.domain.line import Line
from gateway.domain.loop import MOST_RESUMED, Hearing, find_loop, make_print
from gateway.domain.message import InboundMessage
from gateway.domain.receiving import Answer, Ask, Decision, Ignore, Say

PAUSED_TEXT = "This looks like two programs texting each other, so I stop here. If you are a person, reply RESUME."
RESUMED_TEXT = "Thank you, I am back. Please text your question again."
_RESUME = "resume"


def brake(decision: Decision, message: InboundMessage, line: Line) -> Decision:
    """Stop what would keep a loop going; an opt-out, and whatever meets silence anyway, stays as it was decided."""
    if not _keeps_going(decision):
        return decision
    rally = line.rally
    if rally.is_paused(message.received_at):
        return _let_through(decision, message, line)
    loop = find_loop([*rally.heard, rally.hear(message)])
    if loop is None:
        return decision
    if rally.pauses:
        return Ignore(reason=f"loop: {loop}", pauses=loop)
    return Say(text=PAUSED_TEXT, pauses=loop)


def hear(decision: Decision, message: InboundMessage, line: Line) -> Hearing | None:
    """Tell what a text does to its rally; None where it is no part of one."""
    pauses = isinstance(decision, Ignore | Say) and decision.pauses != ""
    if not (_keeps_going(decision) or pauses):
        return None
    resumes = isinstance(decision, Say) and decision.resumes
    said = decision.text if isinstance(decision, Say | Ask) else ""
    return Hearing(
        rally=line.rally,
        heard=line.rally.hear(message),
        said=make_print(said) if said else "",
        paused_at=message.received_at if pauses else None,
        resumes=resumes,
    )


def _keeps_going(decision: Decision) -> bool:
    """Tell whether something is said that a program might answer, and that the law does not want said."""
    if isinstance(decision, Say):
        return decision.keyword is not Keyword.STOP
    return isinstance(decision, Answer | Ask)


def _let_through(decision: Decision, message: InboundMessage, line: Line) -> Decision:
    """Let through what a person in a pause may say: HELP at a person's pace, START, which ends it, and RESUME."""
    may_resume = line.rally.pauses <= MOST_RESUMED
    if isinstance(decision, Say) and decision.keyword is Keyword.START and may_resume:
        return replace(decision, resumes=True)
    if isinstance(decision, Say) and find_loop([*line.rally.heard, line.rally.hear(message)]) is None:
        return decision
    if isinstance(decision, Answer | Ask) and may_resume and fold(message.body) == _RESUME:
        return Say(text=RESUMED_TEXT, resumes=True)
    return Ignore(reason="paused: a loop")
