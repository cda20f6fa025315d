"""How long reading a text for a revocation takes: ordinary texts, and the longest that Twilio brings, made to hurt.

`python -m benchmarks.reading`
"""

import statistics
import time

from gateway.domain.revocation import read_intent
from tests.domain.test_revocations import CORPUS, HOSTILE

_LONGEST = 1600
_TIMES = 20


def measure(text: str) -> float:
    """Return the milliseconds that the quickest of some readings took: the others waited for the machine."""
    took = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        read_intent(text)
        took.append(time.perf_counter() - began)
    return min(took) * 1000


def main() -> None:
    """Measure and print."""
    usual = [measure(example.text) for example in CORPUS]
    print(f"{len(usual)} texts of the corpus      p50 {statistics.median(usual):6.3f} ms   most {max(usual):6.3f} ms")
    hostile = {name: measure((part * _LONGEST)[:_LONGEST]) for name, part in HOSTILE.items()}
    worst = max(hostile, key=lambda name: hostile[name])
    print(f"{len(hostile)} hostile ones of 1,600   p50 {statistics.median(hostile.values()):6.3f} ms   ", end="")
    print(f"most {hostile[worst]:6.3f} ms ({worst})")


if __name__ == "__main__":
    main()
