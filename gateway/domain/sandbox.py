"""The sandbox: a number that many agents share; a texter joins one of them with its code, and leaves it again."""

from gateway.domain.compliance import Voice, fold, help_text, start_text

_JOIN = "join"
_LEAVE = "leave"
_LONGEST = 160
"""Nobody needs more to say a code; longer texts are not even looked at."""


def read_join_code(body: str) -> str:
    """Read the code, folded, that a text asks to join by; empty where it asks for none."""
    word = fold(body) if len(body) <= _LONGEST else ""
    return word.removeprefix(_JOIN) if word.startswith(_JOIN) else ""


def is_leaving(body: str) -> bool:
    """Tell whether a text, as a whole, says LEAVE."""
    return len(body) <= _LONGEST and fold(body) == _LEAVE


def join_text(voice: Voice, code: str) -> str:
    """Word the answer to who joins an agent: it is an opt-in, so brand, AI, rates, HELP and STOP are in it."""
    return (
        f"{voice.brand}: You are opted in and talk to {code} now, an automated AI. Message frequency varies. "
        "Msg & data rates may apply. Reply LEAVE to leave it, HELP for help, STOP to opt out."
    )


def leave_text(voice: Voice) -> str:
    """Word the answer to who leaves an agent."""
    return (
        f"{voice.brand}: You have left and will get no more texts from this agent. "
        "To talk to one again, text JOIN and its code. Reply STOP to opt out of all."
    )


def hint_text(voice: Voice) -> str:
    """Word the answer to who texts without having joined an agent."""
    return (
        f"{voice.brand}: Many AI agents share this number. To talk to one, text JOIN and its code. "
        "Reply HELP for help, STOP to opt out."
    )


def sandbox_help_text(voice: Voice) -> str:
    """Word the answer to HELP where many agents share a number."""
    return f"{help_text(voice)} Text JOIN and a code to talk to an agent, LEAVE to leave it."


def sandbox_start_text(voice: Voice) -> str:
    """Word the answer to START from somebody who has joined no agent."""
    return f"{start_text(voice)} To talk to an agent, text JOIN and its code."
