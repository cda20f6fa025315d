"""A deploy under load: every process is told to stop and replaced, one after the other, while texts come in."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.faults.fleet import Fleet
from tests.faults.reckoning import Reckoning, read_call, read_dead, read_fates
from tests.faults.texting import Text
from tests.faults.traffic import Traffic
from tests.journeys.gateway import Gateway, running_gateway
from tests.journeys.processes import wait_until

_TEXTERS = 20
_PER_SECOND = 10
_MODEL_SECONDS = (0.3, 1.0)
_REST_SECONDS = 60.0


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Processes of this module's own: it replaces them all."""
    with running_gateway(Gateway(tmp_path_factory.mktemp("deploys"))) as running:
        yield running


@pytest.mark.timeout(300)
def test_rolling_restarts_under_load(gateway: Gateway) -> None:
    """While both web processes and both workers are replaced, each text is answered exactly once, in order (I36)."""
    gateway.set_up_customer()
    gateway.model.behave(seconds=_MODEL_SECONDS)
    fleet = Fleet(gateway)
    with Traffic(lambda: gateway.urls, signed_for=gateway.urls[0], per_second=_PER_SECOND, texters=_TEXTERS) as traffic:
        _deploy(fleet)
    texts = traffic.texts
    wait_until(gateway.is_idle, _REST_SECONDS)

    assert fleet.exit_codes == [0] * 4
    account = _reckon(gateway, texts)
    assert account.outcomes() == {"answered": len(texts)}
    assert (account.lost(), account.doubled(), account.out_of_order()) == ([], [], [])
    asked = Counter(said for call in gateway.model.calls() for said in read_call(call).asked)
    assert asked == {text.words: 1 for text in texts}, "no turn was cut, so none was asked for twice"


def _deploy(fleet: Fleet) -> None:
    fleet.replace_worker(0, first_start=True)
    fleet.replace_web(0)
    fleet.replace_worker(1, first_start=False)
    fleet.replace_web(1)


def _reckon(gateway: Gateway, texts: list[Text]) -> Reckoning:
    redis = gateway.redis.client
    return Reckoning(
        texts=texts,
        fates=read_fates(redis, texts),
        messages=gateway.phone.all_messages(),
        dead=read_dead(redis),
    )
