"""The only door to litellm: an explicit key, base and model in, words or one of our errors out."""

import asyncio
import os
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import httpx
import stamina

from gateway.domain.completion import Completion
from gateway.domain.conversation import Prompt, Role, Utterance
from gateway.domain.cost import ModelPrice, to_microcents
from gateway.domain.credential import ModelRoute, Provider
from gateway.domain.endpoint import parse_base_url
from gateway.domain.errors import CredentialMissing, InvalidRequest
from gateway.domain.model_errors import (
    ModelBusy,
    ModelFailed,
    ModelRefused,
    ModelRejectedKey,
)
from gateway.domain.secret import Secret
from workers.lanes import inside_lane, outside_lane
from workers.listing import list_models
from workers.verdict import ERRORS, NO_CHAT, read_completion, translate
from workers.witness import Witness

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # before the import, which would fetch the map otherwise

import litellm
from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler
from openai import AsyncOpenAI

litellm.disable_hf_tokenizer_download = True
litellm.suppress_debug_info = True
litellm.turn_off_message_logging = True
litellm.telemetry = False

_CONNECT_SECONDS = 5.0

TransportTo = Callable[[str], httpx.AsyncBaseTransport]

_ATTEMPTS = 3
_TRIAL = (Utterance(role=Role.USER, text="Hi"),)
_NOT_ALLOWED = "The base URL is not allowed any more."


def _pause(error: Exception) -> bool | float:
    """Tell whether to ask again, and when: a provider that names a time is taken at its word."""
    if not isinstance(error, ModelBusy):
        return False
    return True if error.retry_after is None else error.retry_after


class LiteLlm:
    """A language model behind litellm."""

    def __init__(
        self,
        transport_to: TransportTo,
        *,
        allowed_private: tuple[str, ...],
        deadline_seconds: float,
        seeing: Collection[str] = (),
    ) -> None:
        self._transport_to = transport_to
        self._allowed_private = allowed_private
        self._deadline_seconds = deadline_seconds
        self._seeing = frozenset(seeing)

    async def complete(
        self, prompt: Prompt, route: ModelRoute, secret: Secret, *, seconds: float | None = None
    ) -> Completion:
        """Return what the model says, within `seconds` where they are fewer than the deadline.

        ModelBusy, ModelRefused or ModelRejectedKey when there are none; CredentialMissing for an empty key,
        with which litellm would reach for a key of its own.
        """
        if not secret:
            raise CredentialMissing
        try:
            most = self._deadline_seconds if seconds is None else min(seconds, self._deadline_seconds)
            async with asyncio.timeout(most):  # litellm's own timeout is none
                async with outside_lane():
                    return await self._ask_patiently(prompt, route, secret)
        except TimeoutError:
            failure = ModelBusy()
        raise failure

    def sees(self, route: ModelRoute) -> bool:
        """Tell whether the model there takes pictures: the operator says so, or litellm's own list of models."""
        names = {route.model, route.model.rpartition("/")[2]}
        return route.model in self._seeing or not names.isdisjoint(_seeing_names())

    def find_window(self, route: ModelRoute) -> int | None:
        """Find how many tokens a model takes in, in litellm's own list of models; None for one not in it."""
        windows = (listed.get("max_input_tokens") for listed in _find_listed(route))
        return next((window for window in windows if isinstance(window, int) and window > 0), None)

    def find_price(self, provider: Provider, model: str) -> ModelPrice | None:
        """Find what a model costs with OpenAI or Anthropic themselves; what others ask for it nobody knows here."""
        known = litellm.model_cost.get(model, {})
        asked, answered = known.get("input_cost_per_token"), known.get("output_cost_per_token")
        if known.get("litellm_provider") != provider.value or asked is None or answered is None:
            return None
        return ModelPrice(asked=_per_million(asked), answered=_per_million(answered))

    async def try_key(self, route: ModelRoute, secret: Secret, *, seconds: float) -> None:
        """Have a provider take a key: for one token of a model, or for its list of models where none is named.

        ModelFailed when it doesn't, or not in time; CredentialMissing for an empty key.
        """
        if not secret:
            raise CredentialMissing
        try:
            async with asyncio.timeout(seconds):
                async with outside_lane():
                    if route.model:
                        return await self._ask_for_a_token(route, secret)
                    await self._list(route, secret)
                    return None
        except TimeoutError:
            failure = ModelBusy()
        raise failure

    async def _ask_for_a_token(self, route: ModelRoute, secret: Secret) -> None:
        try:
            await self._ask_once(_TRIAL, route, secret, max_tokens=1)
        except ModelFailed as failure:
            # a model that thinks first may refuse so short an answer, and some say 400 to a model that isn't there:
            # then the list tells whether the key is known, and the model
            if failure.status != httpx.codes.BAD_REQUEST or not await self._lists(route, secret):
                raise

    async def _lists(self, route: ModelRoute, secret: Secret) -> bool:
        try:
            return route.model in await self._list(route, secret)
        except ModelRejectedKey:
            raise
        except ModelFailed:
            return False

    async def _list(self, route: ModelRoute, secret: Secret) -> frozenset[str]:
        try:
            transport = self._transport_to(parse_base_url(route.url, allowed_private=self._allowed_private).origin)
        except InvalidRequest:
            raise ModelRefused(_NOT_ALLOWED) from None
        return await list_models(route, secret, transport, seconds=self._deadline_seconds)

    @stamina.retry(on=_pause, attempts=_ATTEMPTS, timeout=None, wait_initial=0.5, wait_max=4)
    async def _ask_patiently(self, prompt: Prompt, route: ModelRoute, secret: Secret) -> Completion:
        """Ask again while the provider is busy: the only layer that does, and never beyond the deadline."""
        return read_completion(await self._ask_once(prompt, route, secret), prompt)

    async def _ask_once(self, prompt: Prompt, route: ModelRoute, secret: Secret, **limits: int) -> Any:
        witness = Witness(self._transport_to)
        try:
            async with inside_lane():
                return await self._ask(prompt, route, secret, witness.transport_to, **limits)
        except InvalidRequest:
            failure: ModelFailed = ModelRefused(_NOT_ALLOWED)
        except tuple(ERRORS) as error:
            failure = translate(error, witness.status)
        # raised out here, where it drags no other error along: litellm's messages repeat the key
        raise failure

    async def _ask(
        self, prompt: Prompt, route: ModelRoute, secret: Secret, transport_to: TransportTo, **limits: int
    ) -> Any:
        origin = parse_base_url(route.url, allowed_private=self._allowed_private).origin
        return await litellm.acompletion(
            model=_name_model(route),
            messages=[{"role": said.role.value, "content": _content(said)} for said in prompt],
            api_key=secret.reveal(),
            base_url=_base_url(route),
            client=_client(route, secret, transport_to(origin)),
            timeout=httpx.Timeout(self._deadline_seconds, connect=min(_CONNECT_SECONDS, self._deadline_seconds / 2)),
            num_retries=0,
            max_retries=0,
            # else models that it knows to have OpenAI's other API are asked there, with a client of its own
            _skip_responses_api_bridge=True,
            **limits,
        )


def _per_million(dollars: float) -> int:
    """Turn dollars a token into microcents a million tokens; the dollars are decimals that were read as floats."""
    return to_microcents(Decimal(repr(dollars)) * 100 * 1_000_000)


def _dialect(provider: Provider) -> str:
    return "anthropic" if provider is Provider.ANTHROPIC else "openai"


def _name_model(route: ModelRoute) -> str:
    """Name a model as litellm wants it; ModelRefused for one that it would ask with a client of its own."""
    dialect = _dialect(route.provider)
    name = f"{dialect}/{route.model}"
    if litellm.get_llm_provider(model=name, api_base=_base_url(route))[1] != dialect:
        raise ModelRefused(NO_CHAT)
    return name


def _find_listed(route: ModelRoute) -> Iterator[dict[str, Any]]:
    """Find what litellm lists of a model: the list itself, since its own look at it may ask a server."""
    return (litellm.model_cost[name] for name in _listed_names(route) if name in litellm.model_cost)


def _listed_names(route: ModelRoute) -> tuple[str, ...]:
    """Name a model as litellm's list may: who passes models on names them with their makers, or as OpenRouter does."""
    if route.provider is not Provider.OPENAI_COMPAT:
        return route.model, f"{_dialect(route.provider)}/{route.model}"
    return route.model, f"openrouter/{route.model}", route.model.rpartition("/")[2]


@cache
def _seeing_names() -> frozenset[str]:
    """Name the models that litellm's list knows to see, as it does itself and as who passes them on does."""
    # the list itself: litellm's own look at it may ask a server
    seeing = [name for name, facts in litellm.model_cost.items() if facts.get("supports_vision")]
    return frozenset([*seeing, *(name.partition("/")[2] for name in seeing)]) - {""}


def _content(said: Utterance) -> str | list[dict[str, Any]]:
    """Put words, and pictures as data in a URL, as OpenAI takes them; litellm makes Anthropic's form of it."""
    if not said.pictures:
        return said.text
    urls = (f"data:{each.type};base64,{b64encode(each.data).decode()}" for each in said.pictures)
    shown = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return [{"type": "text", "text": said.text}, *shown]


def _base_url(route: ModelRoute) -> str:
    # litellm adds /v1 to Anthropic's by itself, and people write it with and without
    return route.url.removesuffix("/v1") if route.provider is Provider.ANTHROPIC else route.url


def _client(route: ModelRoute, secret: Secret, transport: httpx.AsyncBaseTransport) -> AsyncOpenAI | AsyncHTTPHandler:
    """Make the client that litellm is to use: without one it would open connections of its own."""
    if route.provider is Provider.ANTHROPIC:
        return AsyncHTTPHandler(transport=transport, follow_redirects=False)
    return AsyncOpenAI(
        api_key=secret.reveal(),
        base_url=route.url,
        max_retries=0,
        http_client=httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False),
    )
