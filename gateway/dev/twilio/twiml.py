"""What an application's answer to a webhook asks for (docs/messaging/twiml)."""

from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

_XML_TYPES: Final = frozenset({"text/xml", "application/xml", "text/html"})
_MAX_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One <Message> of an answer; to and sender are empty unless the attribute says otherwise."""

    body: str
    to: str = ""
    sender: str = ""
    status_callback: str = ""


class BadTwiml(ValueError):
    """The answer cannot be used; the code is the one in Twilio's debugger."""

    def __init__(self, code: int, detail: str) -> None:
        """Keep the code beside the sentence."""
        self.code = code
        super().__init__(detail)


def read_replies(content_type: str, content: bytes) -> list[Reply]:
    """Read the texts to send from an answer; raise BadTwiml for what Twilio cannot use."""
    if not content.strip():
        return []
    if content_type.partition(";")[0].strip().lower() not in _XML_TYPES:
        raise BadTwiml(12300, f"content type {content_type or 'missing'} is not TwiML")
    if len(content) > _MAX_BYTES:
        raise BadTwiml(11750, f"{len(content)} bytes, over {_MAX_BYTES}")
    return [_reply(element) for element in _parse(content).iter("Message")]


def _parse(content: bytes) -> ET.Element:
    builder, parser = ET.TreeBuilder(), expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as broken:
        raise BadTwiml(12100, str(broken)) from broken
    root = builder.close()
    if root.tag != "Response":
        raise BadTwiml(12100, f"<{root.tag}> where <Response> was expected")
    return root


def _refuse_doctype(*_declaration: object) -> None:
    # entities are how a document attacks its parser, and TwiML has no use for them
    raise BadTwiml(12100, "a document type declaration is no TwiML")


def _reply(message: ET.Element) -> Reply:
    body = message.find("Body")
    text = "".join((message if body is None else body).itertext())
    return Reply(
        body=text.strip(),
        to=message.get("to", ""),
        sender=message.get("from", ""),
        status_callback=message.get("statusCallback", ""),
    )
