"""Whole values of the domain, each with the few things that a test cares about changed."""

from gateway.domain.agent import Agent, AgentStatus
from gateway.domain.compliance import Voice
from gateway.domain.consent import ConsentState
from gateway.domain.credential import Credential, Health, Provider
from gateway.domain.ids import AccountId, AgentId, CredentialId, KeyId
from gateway.domain.line import Line
from gateway.domain.llm import Llm, LlmMode
from gateway.domain.message import InboundMessage
from gateway.domain.number import Kind, Number
from gateway.domain.texting import Texting
from tests.examples import NOW, NUMBER, inbound_form

ACCOUNT = AccountId("acct_" + "1" * 32)
AGENT = AgentId("agt_" + "2" * 32)
KEY = KeyId("key_" + "3" * 32)
VOICE = Voice(brand="Corner Cafe", help_contact="help@cafe.example")


def an_agent(*, system_prompt: str = "You are the agent of a cafe.", llm: Llm | None = None) -> Agent:
    """An agent that answers."""
    return Agent(
        id=AGENT,
        account_id=ACCOUNT,
        key_id=KEY,
        status=AgentStatus.ACTIVE,
        system_prompt=system_prompt,
        customer_ref=None,
        metadata={},
        llm=llm or Llm(mode=LlmMode.BYOK),
        texting=Texting(),
        created_at=NOW,
        updated_at=NOW,
    )


def a_credential(*, model: str | None = None) -> Credential:
    """A BYOK record of the account's, for a model at `https://a.example/v1`."""
    return Credential(
        id=CredentialId("cred_" + "4" * 32),
        account_id=ACCOUNT,
        provider=Provider.OPENAI_COMPAT,
        base_url="https://a.example/v1",
        origin="https://a.example:443",
        model=model,
        label=None,
        fingerprint="0123456789ab",
        sealed="nothing that opens",
        health=Health.UNVERIFIED,
        updated_at=NOW,
    )


def a_number() -> Number:
    """The example number, on which the agent answers."""
    return Number(number=NUMBER, kind=Kind.LONG, account_id=ACCOUNT, agent_id=AGENT, added_at=NOW, bound_at=NOW)


def a_text(body: str = "Hello", *, sid: str | None = None, **changes: str) -> InboundMessage:
    """A text as the webhook brings it."""
    return InboundMessage.from_form(inbound_form(body, sid=sid, **changes), now=NOW)


def a_line() -> Line:
    """What is known of a text from who has said nothing on consent, to a number that the agent answers on."""
    return Line(
        answered_with=None,
        number=a_number(),
        agent=an_agent(),
        consent=ConsentState.UNSET,
        stopped_here=False,
        asked=False,
        guest=False,
    )
