"""The environment that commands work in: variables, `.env`, or what `textgate dev` left for a second terminal."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

from dotenv import dotenv_values

from config.settings import StoreSettings, read_settings
from gateway.adapters.store import Store, open_store

_OURS = "TEXTGATE_"
_Read = TypeVar("_Read", bound=StoreSettings)
_Done = TypeVar("_Done")


def read_environment() -> dict[str, str]:
    """Return the environment with the settings of `.env` under it: a variable wins over the file."""
    return {**_read_file(Path(".env")), **os.environ}


def dev_environment() -> Path:
    """Name the file that `textgate dev` leaves for other terminals; TEXTGATE_DEV_DATA says where its `--data` is."""
    return Path(os.environ.get("TEXTGATE_DEV_DATA", ".textgate")) / "env"


@cache
def command_environment() -> Mapping[str, str]:
    """Return the environment of a command, which is the development gateway's where no other is named."""
    environment = read_environment()
    if not uses_dev(environment):
        return environment
    print(f"Using {dev_environment()}, the gateway that `textgate dev` runs here.", file=sys.stderr)
    foreign = {name: value for name, value in environment.items() if not name.startswith(_OURS)}
    return {**foreign, **_read_file(dev_environment())}


def uses_dev(environment: Mapping[str, str]) -> bool:
    """Tell whether commands work with what `textgate dev` left, since no other gateway is named."""
    return not environment.get("TEXTGATE_REDIS_URL") and dev_environment().exists()


def _read_file(path: Path) -> dict[str, str]:
    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def command_settings(kind: type[_Read]) -> _Read:
    """Read the settings that a command needs; SettingsError lists what is missing."""
    return read_settings(kind, command_environment())


@asynccontextmanager
async def command_store() -> AsyncIterator[Store]:
    """Open the store for one command."""
    settings = command_settings(StoreSettings)
    store = open_store(settings.redis_url, seats=settings.seats)
    try:
        yield store
    finally:
        await store.close()


def in_store(deed: Callable[[Store], Awaitable[_Done]]) -> _Done:
    """Do one thing with the store, and return what comes of it."""

    async def do() -> _Done:
        async with command_store() as store:
            return await deed(store)

    return asyncio.run(do())
