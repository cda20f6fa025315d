"""Which models are shown pictures, and how pictures go over the wire."""

import json
from base64 import b64encode

import pytest

from gateway.domain.conversation import Role, Utterance
from gateway.domain.credential import ModelRoute, Provider
from gateway.domain.picture import Picture
from gateway.domain.secret import Secret
from tests.pictures import make_png
from tests.setting_up import MODEL_KEY
from tests.workers.asking import LITELLM_WARNS, anthropic_answer, base_url, openai_answer
from tests.workers.servers import say, serve
from workers.egress import Egress
from workers.llm import LiteLlm

pytestmark = [pytest.mark.filterwarnings(LITELLM_WARNS), pytest.mark.usefixtures("warm_litellm")]
_PNG = make_png()
_PROMPT = (Utterance(role=Role.USER, text="Look", pictures=(Picture(type="image/png", data=_PNG),)),)
_TEXT = {"type": "text", "text": "Look"}
_DATA = b64encode(_PNG).decode()
_OPENAI = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{_DATA}"}}
_ANTHROPIC = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": _DATA}}


def door(*allowed: str, seeing: tuple[str, ...] = ()) -> tuple[LiteLlm, Egress]:
    """The door to models, and the way out behind it."""
    egress = Egress(allowed)
    return LiteLlm(egress.transport_to, allowed_private=allowed, deadline_seconds=5, seeing=seeing), egress


@pytest.mark.parametrize(
    ("provider", "model", "sees"),
    [
        (Provider.OPENAI, "gpt-4o-mini", True),
        (Provider.OPENAI, "gpt-3.5-turbo", False),
        (Provider.ANTHROPIC, "claude-sonnet-4-5", True),
        (Provider.ANTHROPIC, "nobody-knows", False),
        (Provider.OPENAI_COMPAT, "openai/gpt-4o", True),
        (Provider.OPENAI_COMPAT, "anthropic/claude-sonnet-4", True),
        (Provider.OPENAI_COMPAT, "google/gemini-2.5-flash", True),
        (Provider.OPENAI_COMPAT, "llama3.2:1b", False),
        (Provider.OPENAI_COMPAT, "", False),
        (Provider.OPENAI_COMPAT, "our-own", True),
    ],
)
def test_who_sees(provider: Provider, model: str, *, sees: bool) -> None:
    """Models that litellm's list knows to see, and those that the operator names, are shown pictures; no others."""
    llm, _ = door(seeing=("our-own",))
    assert llm.sees(ModelRoute(provider=provider, model=model, base_url=None)) is sees


@pytest.mark.parametrize(
    ("provider", "on_the_wire"),
    [(Provider.OPENAI, _OPENAI), (Provider.OPENAI_COMPAT, _OPENAI), (Provider.ANTHROPIC, _ANTHROPIC)],
)
async def test_wire(provider: Provider, on_the_wire: dict[str, object]) -> None:
    """Each provider gets words and picture in the form that it takes, and nobody fetches anything for it."""
    is_anthropic = provider is Provider.ANTHROPIC
    answer = anthropic_answer({"type": "text", "text": "A cat."}) if is_anthropic else openai_answer(content="A cat.")
    async with serve(say(200, answer)) as server:
        llm, egress = door(server.place)
        route = ModelRoute(provider=provider, model="gpt-4o", base_url=base_url(provider, server.place))
        said = await llm.complete(_PROMPT, route, Secret(MODEL_KEY))
        await egress.close()
    assert said.text == "A cat."
    (request,) = server.requests
    assert json.loads(request.body)["messages"][-1]["content"] == [_TEXT, on_the_wire]
