"""The keywords that Twilio, or the carrier behind it, answers by itself, by the kind of number.

Whole messages in any case, and no other spelling: https://help.twilio.com/articles/223134027. REVOKE and OPTOUT since
14 May 2025: https://twilio.com/en-us/blog/update-to-fcc-s-sms-opt-out-keywords. On a toll-free number the network
heeds STOP before Twilio does, and START or UNSTOP but not YES undo it: https://help.twilio.com/articles/360058144374.
"""

from gateway.domain.compliance import Keyword, fold
from gateway.domain.consent import ConsentState
from gateway.domain.number import Kind

_TWILIOS = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), Keyword.STOP),
    **dict.fromkeys(("START", "YES", "UNSTOP"), Keyword.START),
    **dict.fromkeys(("HELP", "INFO"), Keyword.HELP),
}


def read_carrier_keyword(body: str, kind: Kind, state: ConsentState) -> Keyword | None:
    """Tell which keyword somebody before us has answered; YES only from who is out, and not on a toll-free number."""
    if is_yes(body) and (state is not ConsentState.OUT or kind is Kind.TOLL_FREE):
        return None
    return _TWILIOS.get(body.strip().upper())


def is_yes(body: str) -> bool:
    """Tell whether a text is YES, the one word that may be an opt-in or an answer."""
    return fold(body) == "yes"
