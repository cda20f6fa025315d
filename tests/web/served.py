"""A web process for tests that are no coroutines themselves."""

import asyncio
import threading
from typing import Self

from gateway.adapters.store import open_store
from gateway.domain.secret import Secret
from tests.setting_up import Customer, set_up_customer
from tests.web.processes import listening, web_process

_PLENTY = "1000000"
_WITHOUT_LIMITS = {
    f"TEXTGATE_LIMIT_{name}": _PLENTY
    for name in ("BYOK_KEY_MINUTE", "BYOK_IP_MINUTE", "BYOK_KEY_DAY", "AGENTS_KEY_DAY", "AGENTS_IP_MINUTE")
}


class Served:
    """A web process on a port, with a customer, run by an event loop in a thread of its own."""

    def __init__(self, redis_url: Secret) -> None:
        self._redis_url = redis_url
        self._ready, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.customer: Customer
        self.base = ""

    async def _serve(self) -> None:
        store = open_store(self._redis_url)
        self.customer = await set_up_customer(store)
        await store.close()
        async with web_process(self._redis_url, **_WITHOUT_LIMITS) as app, listening(app) as port:
            self.base = f"http://127.0.0.1:{port}"
            self._ready.set()
            await asyncio.to_thread(self._over.wait)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)
