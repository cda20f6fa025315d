"""Canaries: secrets that went the whole way and must be found nowhere."""

from base64 import b64encode
from pathlib import Path

import pytest

from gateway.domain.secret import Secret
from tests.examples import AUTH_TOKEN, EDGE_KEYS, NUMBER, OPEN_KEYS, TEXTER, inbound_form
from tests.journeys.gateway import OPERATORS_KEY, Gateway
from tests.journeys.processes import wait_until
from tests.journeys.search import read_commands, read_environment, read_files, read_memory, read_redis
from tests.journeys.test_own_twilio import OWN_NUMBER, OWN_SID, OWN_TOKEN, bring_number
from tests.pictures import make_png
from tests.setting_up import MODEL_KEY, Customer

_NEW_MODEL_KEY = "sk-canary-put-by-api-8f14e45fceea167a"
_BODY = "canary-words-of-the-texter"
_REPLY = "canary-words-of-the-agent"
_WRONG_TOKEN = "canary-mistyped-token-2c1743a391305fbf"
_EDGE_KEY = EDGE_KEYS.reveal().partition(":")[2]
_PICTURE = make_png() + b"canary-end-of-a-picture"
_FOREIGN_HOST = "canary-foreign-host.example"
_PRIVATE_KEY = OPEN_KEYS.reveal().partition(":")[2]


def _live_through_everything(gateway: Gateway, customer: Customer) -> None:
    """Go all the ways that a secret goes: success, a 401 that echoes the key, STOP, each API request."""
    gateway.wait_for_worker()
    _text(gateway, _BODY, reply=_REPLY)
    _send_picture(gateway)
    _text(gateway, _BODY, status=401)
    _call_api(gateway, customer)
    _bring_number(gateway, customer)
    gateway.phone.text("STOP")
    gateway.post(inbound_form(_BODY) | {"Body": "changed after it was signed"})
    gateway.call("GET", "/v1/byok", "vck_wrong")
    wait_until(gateway.is_idle)


def _text(gateway: Gateway, body: str, **model: object) -> None:
    gateway.model.behave(**model)
    before = len(gateway.phone.received())
    gateway.phone.text(body)
    wait_until(lambda: len(gateway.phone.received()) > before and gateway.is_idle())
    gateway.model.behave(reply=_REPLY)


def _send_picture(gateway: Gateway) -> None:
    """Go all the ways of a picture: shown, and named by a URL that is not Twilio's."""
    before = len(gateway.phone.received())
    gateway.phone.send(_PICTURE, body=_BODY)
    gateway.phone.send(_PICTURE, body=_BODY, url=f"https://{_FOREIGN_HOST}/cat.png")
    wait_until(lambda: len(gateway.phone.received()) > before and gateway.is_idle())


def _call_api(gateway: Gateway, customer: Customer) -> None:
    key, base = customer.api_key, gateway.call("GET", "/v1/byok", customer.api_key).json()["byok"]["base_url"]
    byok = {"provider": "openai_compat", "base_url": base, "model": "m", "api_key": _NEW_MODEL_KEY}
    talk = f"/v1/agents/{customer.agent.id}/messages"
    answers = [
        gateway.call("PUT", "/v1/byok", key, byok),
        gateway.call("GET", "/v1/byok", key),
        gateway.call("POST", "/v1/agents", key, {"system_prompt": "Be kind."}),
        gateway.call("GET", "/v1/agents", key),
        gateway.call("GET", f"/v1/agents/{customer.agent.id}", key),
        gateway.call("POST", talk, key, {"text": _BODY}),
    ]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    gateway.model.behave(status=401)
    assert gateway.call("POST", talk, key, {"text": _BODY}).status_code == 503
    assert gateway.call("PUT", "/v1/byok", key, byok).json()["byok"]["health"] == "rejected"
    assert gateway.call("POST", "/v1/warmup", key).status_code == 503
    bad = {**byok, "base_url": "http://10.0.0.1/v1"}
    assert gateway.call("PUT", "/v1/byok", key, bad).status_code == 400


def _bring_number(gateway: Gateway, customer: Customer) -> None:
    """Go all the ways of a customer's own Twilio token: right, wrong, used to check, used to send, refused."""
    assert bring_number(gateway, customer, token=_WRONG_TOKEN)["status"] == "needs_setup"
    assert bring_number(gateway, customer)["status"] == "active"
    gateway.phone.text(_BODY, number=OWN_NUMBER)
    wait_until(lambda: gateway.phone.messages(number=OWN_NUMBER) and gateway.is_idle())
    gateway.run("numbers", "configure", OWN_NUMBER)
    with gateway.model.thinking():
        gateway.phone.text(_BODY, number=OWN_NUMBER)
        gateway.phone.open_account(OWN_SID, "another-token")
    wait_until(gateway.is_idle)


def _assert_absent(place: bytes, *secrets: str) -> None:
    found = [secret for secret in secrets if secret.encode() in place]
    assert not found


def test_secrets_are_found_nowhere(gateway: Gateway, customer: Customer) -> None:
    """No key, token or word of the provider's error is in Redis, its files, a log or an answer (I58, I61)."""
    _remember_commands(gateway)
    _live_through_everything(gateway, customer)
    kept = _read_what_redis_keeps(gateway)
    assert all(customer.account.id.encode() in place for place in kept), "the search looks nowhere"
    keys = (MODEL_KEY, _NEW_MODEL_KEY, OPERATORS_KEY, customer.api_key)
    secrets = (*keys, AUTH_TOKEN, OWN_TOKEN, _WRONG_TOKEN, _PRIVATE_KEY, _EDGE_KEY)
    for place in (*kept, _logs(gateway.directory), "\n".join(gateway.heard).encode()):
        _assert_absent(place, *secrets, "Incorrect API key")
        _assert_absent(place, "canary-end-of-a-picture", b64encode(_PICTURE).decode()[40:80], _FOREIGN_HOST)


def _remember_commands(gateway: Gateway) -> None:
    gateway.redis.client.config_set("slowlog-max-len", 10_000)
    gateway.redis.client.config_set("slowlog-log-slower-than", 0)


def _read_what_redis_keeps(gateway: Gateway) -> list[bytes]:
    url = gateway.redis.url.reveal()
    return [read_redis(url), read_commands(url), read_files(gateway.redis.directory.rglob("*"))]


def test_logs_hold_no_phone_and_no_text(gateway: Gateway, customer: Customer) -> None:
    """No log has a whole phone number, a texter's words, an agent's words or the password of Redis (I61)."""
    _live_through_everything(gateway, customer)
    gateway.redis.kill()
    gateway.post(inbound_form(_BODY))
    gateway.redis.start()
    logs = _logs(gateway.directory)
    assert b"text.received" in logs
    assert b"turn.closed" in logs
    digits = [phone.removeprefix("+") for phone in (TEXTER, NUMBER, OWN_NUMBER)]
    _assert_absent(logs, *digits, _BODY, _REPLY, gateway.redis.password, _FOREIGN_HOST, "twiliocdn", "/Media/ME")
    _assert_absent(logs, "canary-end-of-a-picture", b64encode(_PICTURE).decode()[40:80])


def _logs(directory: Path) -> bytes:
    return read_files(directory.glob("*.log")) + read_files((directory / "redis").glob("*.log"))


def test_the_web_process_has_no_private_key(gateway: Gateway, customer: Customer) -> None:
    """`textgate serve`, started with the private keys in its environment, has them nowhere (contract §3)."""
    assert gateway.environment["TEXTGATE_OPEN_KEYS"] == OPEN_KEYS.reveal()
    gateway.phone.text("Hello")
    for web in gateway.webs:
        environment, memory = read_environment(web), read_memory(web)
        assert b"TEXTGATE_SEAL_KEYS=" in environment
        assert AUTH_TOKEN.encode() in memory, "the search does not look into the memory"
        _assert_absent(environment, "TEXTGATE_OPEN_KEYS", _PRIVATE_KEY)
        _assert_absent(memory, _PRIVATE_KEY)


def test_a_new_web_process_never_sees_a_model_key(gateway: Gateway, customer: Customer) -> None:
    """A web process started after a model key was set serves its owner without the key in its memory (I58)."""
    gateway.webs.pop().stop()
    gateway.start()
    web = len(gateway.webs) - 1
    assert gateway.call("GET", "/v1/byok", customer.api_key, web=web).json()["byok"]["fingerprint"]
    talk = f"/v1/agents/{customer.agent.id}/messages"
    assert gateway.call("POST", talk, customer.api_key, {"text": "Hello"}, web=web).status_code == 200
    _assert_absent(read_memory(gateway.webs[web]), MODEL_KEY)


@pytest.mark.parametrize("command", ["serve", "work"])
def test_settings_that_are_wrong_are_not_repeated(gateway: Gateway, command: str) -> None:
    """A process that refuses to start names the setting and not its value (I61)."""
    canary = Secret("canary-broken-ring")
    wrong = {"TEXTGATE_SEAL_KEYS": canary.reveal(), "TEXTGATE_OPEN_KEYS": canary.reveal()}
    process = gateway.start_with(wrong, "gateway.cli", command)
    assert process.wait_for_exit() == 1
    assert "_KEYS: " in process.read_log()
    assert canary.reveal() not in process.read_log()
