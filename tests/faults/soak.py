"""The soak: texts without end while everything around them breaks; then each text is accounted for.

`python -m tests.faults.soak --minutes 10 --rate 20 [--seed N]`, or `make soak`. Real processes: two web processes, two
workers, Valkey; stand-ins for Twilio and the model, which repeats what it is asked, so each text is recognised at its
phone. Ends with a table, and with exit code 1 when a text was lost, doubled or out of order.
"""

import argparse
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.mischief import Mischief
from tests.faults.reckoning import Reckoning, read_call, read_dead, read_fates, read_turns
from tests.faults.traffic import Traffic
from tests.journeys.gateway import Gateway, running_gateway
from tests.journeys.processes import wait_until

_TEXTERS = 300
_WORKERS = 2
_MODEL_SECONDS = (0.3, 1.0)
_REPEATED = 0.1
_LOOK_SECONDS = 0.05
_COUNT_SECONDS = 1.0
_REST_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the soak has found."""

    account: Reckoning
    traffic: Traffic
    mischief: Mischief
    model_calls: int
    turns: int
    dead: Counter[str]
    """Why turns are on the dead list."""

    @property
    def is_clean(self) -> bool:
        """Whether every text is accounted for, once and in order, and whoever was told to stop did so in order."""
        wrong = [*self.account.lost(), *self.account.doubled(), *self.account.out_of_order()]
        return not wrong and all(self.traffic.repeats) and set(self.mischief.exit_codes) <= {0}

    def rows(self) -> list[tuple[str, object]]:
        """The table."""
        account, texts, waits = self.account, self.account.texts, self.account.waits()
        refusals = Counter(refusal for text in texts for refusal in text.refusals)
        return [
            ("texts taken (2xx)", len(texts)),
            ("posts refused, and repeated", _list(refusals)),
            ("texts posted once more", len(self.traffic.repeats)),
            ("  met with other bytes", self.traffic.repeats.count(False)),
            ("turns", self.turns),
            ("model calls", self.model_calls),
            ("replies at phones", len(account.messages)),
            ("outcomes of texts", _list(account.outcomes())),
            ("dead list, by reason", _list(self.dead)),
            *[(f"  {name}", times) for name, times in sorted(self.mischief.done.items())],
            ("exit codes after SIGTERM", _list(self.mischief.exit_codes)),
            ("seconds from 2xx to reply, p50", f"{_quantile(waits, 0.5):.2f}"),
            ("  p95", f"{_quantile(waits, 0.95):.2f}"),
            ("  most", f"{_quantile(waits, 1):.2f}"),
            ("out of order", len(account.out_of_order())),
            ("lost", len(account.lost())),
            ("doubled", len(account.doubled())),
        ]


def soak(directory: Path, *, minutes: float, rate: float, seed: int) -> Result:
    """Text for so long while mischief is done, wait until everything is quiet, and reckon."""
    with running_gateway(Gateway(directory)) as gateway:
        while len(gateway.workers) < _WORKERS:
            gateway.add_worker()
        gateway.set_up_customer()
        gateway.model.behave(seconds=_MODEL_SECONDS)
        mischief = Mischief(gateway, seed=seed, lasts_seconds=minutes * 60)
        traffic = Traffic(
            lambda: gateway.urls,
            signed_for=gateway.urls[0],
            per_second=rate,
            texters=_TEXTERS,
            repeated=_REPEATED,
            seed=seed,
        )
        with traffic:
            model_calls = _watch(gateway, mischief, seconds=minutes * 60)
            mischief.put_right()
        wait_until(gateway.is_idle, _REST_SECONDS)
        return _reckon(gateway, traffic, mischief, model_calls + len(gateway.model.take_calls()))


def _watch(gateway: Gateway, mischief: Mischief, *, seconds: float) -> int:
    """Let mischief be done, and count the model's calls before they fill its memory."""
    end, count_at, model_calls = time.monotonic() + seconds, 0.0, 0
    while time.monotonic() < end:
        mischief.go_on()
        if time.monotonic() >= count_at:
            count_at = time.monotonic() + _COUNT_SECONDS
            model_calls += len([read_call(call) for call in gateway.model.take_calls()])
        time.sleep(_LOOK_SECONDS)
    return model_calls


def _reckon(gateway: Gateway, traffic: Traffic, mischief: Mischief, model_calls: int) -> Result:
    redis, texts = gateway.redis.client, traffic.texts
    dead, turns = read_dead(redis), read_turns(redis)
    account = Reckoning(
        texts=texts,
        fates=read_fates(redis, texts),
        messages=gateway.phone.all_messages(),
        dead=dead,
    )
    reasons = Counter(f"{turn['outcome']}: {turn.get('failure', '-')}" for turn in turns if turn["id"] in dead)
    return Result(
        account=account, traffic=traffic, mischief=mischief, model_calls=model_calls, turns=len(turns), dead=reasons
    )


def _list(counted: Counter[str] | Counter[int]) -> str:
    return ", ".join(f"{name} {times}" for name, times in sorted(counted.items(), key=str)) or "none"


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[round((len(ordered) - 1) * share)] if ordered else 0.0


def main() -> int:
    """Soak, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=20, help="texts a second")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}, {options.minutes:g} minutes, {options.rate:g} texts/s\n")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory() as directory:
        result = soak(Path(directory), minutes=options.minutes, rate=options.rate, seed=options.seed)
    for name, value in result.rows():
        sys.stdout.write(f"{name:<34}{value}\n")
    return 0 if result.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
