"""`textgate doctor`: what is wrong, and what to do about it."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass
from textwrap import indent

import typer

from config.settings import SettingsError, StoreSettings, WebSettings, WorkerSettings, read_settings
from gateway.adapters.store import Store, open_store
from gateway.cli.environment import command_environment
from gateway.cli.output import Json, show_list
from gateway.domain.errors import StoreDown
from gateway.domain.ring import PRIVATE_BYTES, PUBLIC_BYTES, parse_ring

_ALIVE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    check: str
    ok: bool
    detail: str
    fix: str | None = None


def doctor(as_json: Json = False) -> None:
    """Look at settings, Redis, key ring and workers; exit 1 if anything is wrong."""
    findings = asyncio.run(_examine(command_environment()))
    if as_json:
        show_list([asdict(found) for found in findings], as_json=True)
    else:
        _print(findings)
    if not all(found.ok for found in findings):
        raise typer.Exit(1)


def _print(findings: list[Finding]) -> None:
    width = max(len(found.check) for found in findings)
    for found in findings:
        print(f"{'ok ' if found.ok else 'BAD'}  {found.check.ljust(width)}  {found.detail}")
        if found.fix:
            print(indent(found.fix, " " * 5 + "→ "))


async def _examine(environment: Mapping[str, str]) -> list[Finding]:
    findings = [*_examine_settings(environment), _examine_key_ring(environment)]
    try:
        store = open_store(read_settings(StoreSettings, environment).redis_url)
    except SettingsError as error:
        return [*findings, Finding("redis", ok=False, detail="not named", fix="\n".join(error.problems))]
    try:
        return [*findings, *[found async for found in _examine_store(store)]]
    finally:
        await store.close()


def _examine_settings(environment: Mapping[str, str]) -> Iterator[Finding]:
    for process, kind in (("web", WebSettings), ("worker", WorkerSettings)):
        try:
            read_settings(kind, environment)
        except SettingsError as error:
            fix = "\n".join(error.problems)
            yield Finding(f"settings of {process}", ok=False, detail=f"{len(error.problems)} to mend", fix=fix)
        else:
            yield Finding(f"settings of {process}", ok=True, detail="complete")
    yield _examine_voice(environment)


def _examine_voice(environment: Mapping[str, str]) -> Finding:
    missing = [name for name in ("TEXTGATE_BRAND", "TEXTGATE_HELP_CONTACT") if not environment.get(name, "").strip()]
    if not missing:
        return Finding("brand and contact", ok=True, detail=environment["TEXTGATE_BRAND"])
    fix = f"Set {' and '.join(missing)}: carriers ask for both in the answer to HELP."
    return Finding("brand and contact", ok=True, detail="not both set", fix=fix)


def _examine_key_ring(environment: Mapping[str, str]) -> Finding:
    try:
        seal = parse_ring(environment.get("TEXTGATE_SEAL_KEYS", ""), size=PUBLIC_BYTES)
        opening = parse_ring(environment.get("TEXTGATE_OPEN_KEYS", ""), size=PRIVATE_BYTES)
    except ValueError as error:
        fix = "Make a ring with `textgate keyring new`; this check needs both halves."
        return Finding("key ring", ok=False, detail=str(error), fix=fix)
    sealed, opened = {entry.kid for entry in seal}, {entry.kid for entry in opening}
    if not sealed <= opened:
        names = ", ".join(sorted(sealed - opened))
        fix = "Give the workers the private half first: TEXTGATE_OPEN_KEYS must hold every key that seals."
        return Finding("key ring", ok=False, detail=f"nobody opens what {names} seals", fix=fix)
    return Finding("key ring", ok=True, detail=f"seals with {seal[0].kid}, opens {', '.join(sorted(opened))}")


async def _examine_store(store: Store) -> AsyncIterator[Finding]:
    try:
        await store.ping()
    except StoreDown as error:
        absent = error.message == StoreDown().message
        fix = "Start it, or mend TEXTGATE_REDIS_URL." if absent else error.message
        yield Finding("redis", ok=False, detail="does not answer" if absent else "refuses us", fix=fix)
        return
    yield Finding("redis", ok=True, detail="answers")
    server = await store.describe_server()
    yield _examine_persistence(server)
    yield _examine_eviction(server)
    alive = await store.liveness.count_workers(seconds=_ALIVE_SECONDS)
    advice = None if alive else "Start one: textgate work"
    yield Finding("workers", ok=alive > 0, detail=f"{alive} alive", fix=advice)


def _examine_persistence(server: Mapping[str, str]) -> Finding:
    if server["aof_enabled"] == "1":
        return Finding("redis persistence", ok=True, detail="append-only file is on")
    fix = "Set `appendonly yes` and `appendfsync always` in Redis: without them a crash loses texts and opt-outs."
    return Finding("redis persistence", ok=False, detail="append-only file is off", fix=fix)


def _examine_eviction(server: Mapping[str, str]) -> Finding:
    policy = server["maxmemory_policy"]
    fix = (
        None if policy == "noeviction" else "Set `maxmemory-policy noeviction`: a full Redis must not forget opt-outs."
    )
    return Finding("redis eviction", ok=fix is None, detail=policy, fix=fix)
