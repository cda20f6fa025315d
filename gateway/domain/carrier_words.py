"""The keywords that Twilio, or the carrier behind it, answers by itself, by the kind of number.

Whole messages in any case, and no other spelling: https://help.twilio.com/articles/223134027. REVOKE and OPTOUT since
14 May 2025: https://twilio.com/en-us/blog/update-to-fcc-s-sms-opt-out-keywords. On a toll-free number the network
heeds STOP, and START or UNSTOP but not YES undo it: https://help.twilio.com/articles/360058144374.
"""

from gateway.domain.compliance import Keyword
from gateway.domain.consent import ConsentState
from gateway.domain.number import Kind

_TWILIOS = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), Keyword.STOP),
    **dict.fromkeys(("START", "YES", "UNSTOP"), Keyword.START),
    **dict.fromkeys(("HELP", "INFO"), Keyword.HELP),
}
_NETWORKS = {"STOP": Keyword.STOP, "START": Keyword.START, "UNSTOP": Keyword.START}
"""What the toll-free network itself answers; not HELP."""
_BY_KIND = {Kind.LONG: _TWILIOS, Kind.SHORT: _TWILIOS, Kind.TOLL_FREE: _NETWORKS}


def read_carrier_keyword(body: str, kind: Kind, state: ConsentState) -> Keyword | None:
    """Tell which keyword somebody before us has answered; YES only from who is out."""
    word = body.strip().upper()
    if word == "YES" and state is not ConsentState.OUT:
        return None
    return _BY_KIND[kind].get(word)
