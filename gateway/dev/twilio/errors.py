"""Twilio's refusals, with Twilio's codes (docs/api/errors): one table, one exception."""

from typing import Final

# code → HTTP status, sentence. The sentences name what was wrong as Twilio's do; programs go by the code.
REFUSALS: Final[dict[int, tuple[int, str]]] = {
    20001: (400, "The parameter {name} has no valid value."),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20404: (404, "The requested resource {path} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21211: (400, "The 'To' number {to} is not a valid phone number."),
    21212: (400, "The 'From' number {sender} is not a valid phone number or short code."),
    21266: (400, "'To' and 'From' number cannot be the same: {to}"),
    21402: (400, "Invalid URL for {name}: {url}"),
    21421: (400, "PhoneNumber {number} is invalid"),
    21422: (400, "PhoneNumber {number} is not available"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number {sender} is not a message-capable number of this account."),
    21609: (400, "The 'StatusCallback' URL {url} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21701: (400, "The Messaging Service {sid} does not exist"),
    30409: (409, "This message cannot be canceled"),
}

# What may go wrong while Twilio talks to an application: no HTTP status of ours, only a line in the log.
ALERTS: Final[dict[int, str]] = {
    11200: "HTTP retrieval failure",
    11750: "TwiML response body too large",
    12100: "Document parse failure",
    12200: "Schema validation warning",
    12300: "Invalid Content-Type",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit",
}


# What becomes of a text behind Twilio, by the names of docs/api/errors.
UNDELIVERED: Final[dict[int, str]] = {
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30034: "Message from an unregistered number",
}


class Refusal(Exception):
    """Twilio says no: an HTTP status, a code and a sentence."""

    def __init__(self, code: int, *, status: int | None = None, **facts: str) -> None:
        """Look the code up; an unknown one is allowed, since scripted faults may name any."""
        usual, sentence = REFUSALS.get(code, (400, ALERTS.get(code, "Bad Request")))
        self.code = code
        self.status = status or usual
        self.sentence = sentence.format_map(facts) if facts else sentence
        super().__init__(self.sentence)

    def as_resource(self) -> dict[str, object]:
        """Give the error body of the REST API (docs/usage/twilios-response)."""
        return {
            "code": self.code,
            "message": self.sentence,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
