"""What goes over the wire to a model: path, key, model and words."""

import asyncio
import inspect
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import stamina
import uvicorn
from litellm import exceptions as foreign

from gateway.dev.model import build_app
from gateway.domain.credential import Provider
from gateway.domain.errors import CredentialMissing
from gateway.domain.model_errors import (
    ModelBusy,
    ModelDeclined,
    ModelFailed,
    ModelRefused,
    ModelRejectedKey,
    ModelTooLong,
)
from tests.setting_up import MODEL_KEY
from tests.workers.asking import LITELLM_WARNS, PATHS, ask
from tests.workers.servers import Server, serve
from workers.verdict import ERRORS, translate

pytestmark = [pytest.mark.filterwarnings(LITELLM_WARNS), pytest.mark.usefixtures("warm_litellm")]

CANARY = "sk-canary-operators-own-key-c4ca4238"


class OfflineModel:
    """The offline model, served in this process."""

    def __init__(self, place: str, behaviour: Any) -> None:
        self.place = place
        self.behaviour = behaviour

    @property
    def calls(self) -> list[dict[str, Any]]:
        """What reached it."""
        return list(self.behaviour.calls)


@pytest.fixture(autouse=True)
def _asked_once() -> Iterator[None]:
    """Take our own second try away, so that a try of anybody else's shows."""
    with stamina.set_testing(testing=True, attempts=1):
        yield


@pytest.fixture
async def offline_model() -> AsyncIterator[OfflineModel]:
    app = build_app()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield OfflineModel(f"127.0.0.1:{listener.getsockname()[1]}", app.state.behaviour)
        server.should_exit = True
        await serving


@pytest.fixture
async def recorder(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """A server that our own keys and base URLs in the environment point to: nobody may come."""
    async with serve() as server:
        for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
            monkeypatch.setenv(name, CANARY)
        for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_BASE"):
            monkeypatch.setenv(name, f"{server.url}/v1")
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, server.url)
        yield server


@pytest.mark.parametrize(
    ("provider", "model", "on_the_wire"),
    [
        (Provider.OPENAI_COMPAT, "openai/amazon/nova-lite", "amazon/nova-lite"),
        (Provider.OPENAI_COMPAT, "openai/gpt-4o", "openai/gpt-4o"),
        (Provider.OPENAI_COMPAT, "llama3.2:1b", "llama3.2:1b"),
        (Provider.OPENAI_COMPAT, "anthropic/claude-sonnet-4", "anthropic/claude-sonnet-4"),
        (Provider.OPENAI_COMPAT, "azure/my-deployment", "azure/my-deployment"),
        (Provider.OPENAI, "openai/gpt-4o", "gpt-4o"),
        (Provider.OPENAI, "gpt-4o-mini", "gpt-4o-mini"),
        (Provider.ANTHROPIC, "anthropic/claude-sonnet-4-5", "claude-sonnet-4-5"),
        (Provider.ANTHROPIC, "claude-sonnet-4-5", "claude-sonnet-4-5"),
    ],
)
async def test_wire(
    offline_model: OfflineModel, recorder: Server, provider: Provider, model: str, on_the_wire: str
) -> None:
    """Each provider gets its path, the account's key, and the model by the name it has there; nobody else hears."""
    words = await ask(offline_model.place, provider, model=model)
    assert words.endswith("Hello")
    (call,) = offline_model.calls
    assert (call["path"], call["key"], call["body"]["model"]) == (PATHS[provider], MODEL_KEY, on_the_wire)
    assert "Be brief." in str(call["body"])
    assert recorder.connections == 0


@pytest.mark.parametrize("provider", Provider)
@pytest.mark.parametrize("key", ["", " ", "\t\n"], ids=["empty", "space", "blank"])
async def test_no_key(recorder: Server, provider: Provider, key: str) -> None:
    """I62: without a key of the account's no request is made, whatever keys the environment holds."""
    async with serve() as server:
        with pytest.raises(CredentialMissing):
            await ask(server.place, provider, key=key)
        assert (server.connections, recorder.connections) == (0, 0)


@pytest.mark.parametrize("provider", Provider)
async def test_two_accounts(offline_model: OfflineModel, provider: Provider) -> None:
    """I62: of two accounts at the same provider, each is asked with its own key, also at the same time."""
    keys = [f"sk-account-{number}" for number in range(8)]
    await asyncio.gather(*[ask(offline_model.place, provider, key=key) for key in keys])
    assert sorted(call["key"] for call in offline_model.calls) == keys


@pytest.mark.parametrize("provider", Provider)
@pytest.mark.parametrize(
    ("status", "kind"), [(401, ModelRejectedKey), (403, ModelRefused), (429, ModelBusy), (500, ModelBusy)]
)
async def test_offline_model_fails(
    offline_model: OfflineModel, provider: Provider, status: int, kind: type[ModelFailed]
) -> None:
    """I42: what the offline model was told to fail with is one of our three errors, after one call."""
    offline_model.behaviour.apply({"status": status})
    with pytest.raises(kind) as caught:
        await ask(offline_model.place, provider)
    assert caught.type is kind
    assert len(offline_model.calls) == 1


FOREIGN = [kind for _, kind in inspect.getmembers(foreign, inspect.isclass) if issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", [kind for kind in FOREIGN if kind.__module__ == foreign.__name__])
def test_every_foreign_error(kind: type[Exception]) -> None:
    """Each of litellm's errors is caught, and is one of ours: a new one must be given its row."""
    assert issubclass(kind, tuple(ERRORS))
    nearest = next(parent for parent in kind.__mro__ if parent in ERRORS)
    assert type(translate(kind.__new__(kind), None)) is ERRORS[nearest]


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        (foreign.AuthenticationError, ModelRefused),
        (foreign.PermissionDeniedError, ModelRefused),
        (foreign.ContextWindowExceededError, ModelTooLong),
        (foreign.ContentPolicyViolationError, ModelDeclined),
        (foreign.RateLimitError, ModelBusy),
        (foreign.Timeout, ModelBusy),
        (foreign.MidStreamFallbackError, ModelBusy),
        (foreign.JSONSchemaValidationError, ModelBusy),
    ],
)
def test_known_errors(kind: type[Exception], ours: type[ModelFailed]) -> None:
    """I42: where no answer came, a refusal and trouble that passes are told apart, subclasses like their parents."""
    assert type(translate(kind.__new__(kind), None)) is ours


@pytest.mark.parametrize("status", [429, 500])
async def test_asked_again_while_busy(offline_model: OfflineModel, status: int) -> None:
    """I42: a busy provider is asked three times at the most, by this one layer."""
    offline_model.behaviour.apply({"status": status})
    with stamina.set_testing(testing=True, attempts=100, cap=True), pytest.raises(ModelBusy):
        await ask(offline_model.place, Provider.OPENAI_COMPAT)
    assert len(offline_model.calls) == 3
