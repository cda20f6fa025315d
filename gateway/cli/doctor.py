"""`textgate doctor`: what is wrong, and what to do about it."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from textwrap import indent

import typer

from config.settings import PepperSettings, SettingsError, StoreSettings, WebSettings, WorkerSettings, read_settings
from gateway.adapters.key_ring import EdgeRing
from gateway.adapters.store import Store, open_store
from gateway.adapters.store.memory import Forecast
from gateway.cli.environment import command_environment
from gateway.cli.output import Json, show_list
from gateway.domain.errors import EdgeShut, StoreDown
from gateway.domain.login import TwilioLogin
from gateway.domain.number import Keywords
from gateway.domain.phone import PhoneNumber
from gateway.domain.ring import PRIVATE_BYTES, PUBLIC_BYTES, parse_ring
from gateway.domain.secret import Secret

_FULL_SHARE = 0.8
_LEAST_DAYS = 21
_APART_SECONDS = 5
_MOST_NUMBERS = 1000
_FEW = 5


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
        return [*findings, *[found async for found in _examine_store(store, environment)]]
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
    yield _examine_hosted(environment)
    yield _examine_prices(environment)


def _examine_voice(environment: Mapping[str, str]) -> Finding:
    missing = [name for name in ("TEXTGATE_BRAND", "TEXTGATE_HELP_CONTACT") if not environment.get(name, "").strip()]
    if not missing:
        return Finding("brand and contact", ok=True, detail=environment["TEXTGATE_BRAND"])
    fix = f"Set {' and '.join(missing)}: carriers ask for both in the answer to HELP."
    return Finding("brand and contact", ok=True, detail="not both set", fix=fix)


def _examine_hosted(environment: Mapping[str, str]) -> Finding:
    """Tell what new agents get; what is wrong with it is told among the worker's settings."""
    model = environment.get("TEXTGATE_HOSTED_FAST_MODEL", "").strip()
    detail = f"{model}: what new agents get, at your expense" if model else "none: agents need a model key"
    return Finding("hosted models", ok=True, detail=detail)


def _examine_prices(environment: Mapping[str, str]) -> Finding:
    """Tell which prices turns are booked at; what is wrong with a file is told among the worker's settings."""
    file = environment.get("TEXTGATE_PRICES_FILE", "").strip()
    detail = f"those of {file}" if file else "built-in list prices; name yours in TEXTGATE_PRICES_FILE"
    return Finding("prices", ok=True, detail=detail)


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


async def _examine_store(store: Store, environment: Mapping[str, str]) -> AsyncIterator[Finding]:
    try:
        await store.check_writes()
    except StoreDown as error:
        yield _explain_refusal(error)
    else:
        yield Finding("redis", ok=True, detail="answers")
    try:
        server = await store.describe_server()
    except StoreDown:
        return
    yield await _examine_persistence(store, server)
    yield _examine_eviction(server)
    yield _examine_memory(await store.memory.forecast())
    yield await _examine_clock(store)
    yield await _examine_workers(store)
    yield await _examine_pepper(store, environment)
    yield await _examine_keywords(store)
    yield await _examine_brought(store, environment)


def _explain_refusal(error: StoreDown) -> Finding:
    if error.message != StoreDown().message:
        return Finding("redis", ok=False, detail="refuses us", fix=error.message)
    fix = (
        "Start it, or mend TEXTGATE_REDIS_URL.\n"
        "If it ends because its append-only file is bad: valkey-check-aof --fix, see docs/operations.md."
    )
    return Finding("redis", ok=False, detail="does not answer", fix=fix)


async def _examine_persistence(store: Store, server: Mapping[str, str]) -> Finding:
    check = "redis persistence"
    if server["aof_enabled"] != "1":
        fix = "Set `appendonly yes` and `appendfsync always` in Redis: without them a crash loses texts and opt-outs."
        return Finding(check, ok=False, detail="append-only file is off", fix=fix)
    if server["aof_last_write_status"] != "ok":
        fix = "Make room on Redis's disk: until then it refuses every write, and texts are answered with 503."
        return Finding(check, ok=False, detail="the append-only file could not be written", fix=fix)
    if await store.read_setting("aof-load-truncated") == "no":
        fix = "Set `aof-load-truncated yes` in Redis: a file that a power cut left torn would keep it from starting."
        return Finding(check, ok=False, detail="a torn append-only file is not taken", fix=fix)
    if await store.read_setting("appendfsync") in ("everysec", "no"):
        fix = "Set `appendfsync always` in Redis: a power cut may lose the texts of its last seconds; no opt-outs."
        return Finding(check, ok=True, detail="append-only file is on, and synced now and then", fix=fix)
    return Finding(check, ok=True, detail="append-only file is on")


def _examine_eviction(server: Mapping[str, str]) -> Finding:
    policy = server["maxmemory_policy"]
    fix = (
        None if policy == "noeviction" else "Set `maxmemory-policy noeviction`: a full Redis must not forget opt-outs."
    )
    return Finding("redis eviction", ok=fix is None, detail=policy, fix=fix)


def _examine_memory(forecast: Forecast) -> Finding:
    whose = "maxmemory" if forecast.has_maxmemory else "the machine's memory"
    detail = f"{_mebibytes(forecast.used)} of {_mebibytes(forecast.limit)} used, {forecast.share:.0%} of {whose}"
    if forecast.days_left is not None:
        detail += f"; full in about {forecast.days_left:.0f} days"
    soon = forecast.days_left is not None and forecast.days_left < _LEAST_DAYS
    if soon or forecast.share > _FULL_SHARE:
        fix = "Give Redis more memory, and raise `maxmemory`: once it is full, every text is refused with 503."
        return Finding("memory", ok=False, detail=detail, fix=fix)
    advice = None if forecast.has_maxmemory else "Set `maxmemory` in Redis: without it the system may kill it instead."
    return Finding("memory", ok=True, detail=detail, fix=advice)


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"


async def _examine_clock(store: Store) -> Finding:
    apart = (datetime.now(UTC) - await store.read_clock()).total_seconds()
    if abs(apart) <= _APART_SECONDS:
        return Finding("clock", ok=True, detail="agrees with Redis's")
    side = "ahead of" if apart > 0 else "behind"
    fix = "Have a time service (NTP) set both: Redis's clock dates texts and fences, and Twilio's list is read by it."
    return Finding("clock", ok=False, detail=f"{abs(apart):,.0f} s {side} Redis's", fix=fix)


async def _examine_workers(store: Store) -> Finding:
    workers = await store.liveness.read_workers()
    silent = [worker for worker in workers if not worker.is_alive]
    alive = len(workers) - len(silent)
    detail = f"{alive} alive" + (f", {len(silent)} silent" if silent else "")
    advice = [
        f"{worker.name} has been silent for {worker.silent_seconds} s: is it stuck? Restart it." for worker in silent
    ]
    if not alive:
        advice.append("Start one: textgate work")
    return Finding("workers", ok=not advice, detail=detail, fix="\n".join(advice) or None)


async def _examine_pepper(store: Store, environment: Mapping[str, str]) -> Finding:
    try:
        await store.pepper.check(read_settings(PepperSettings, environment).pepper_bytes)
    except SettingsError as error:
        return Finding("pepper", ok=False, detail="not set", fix="\n".join(error.problems))
    except StoreDown as error:
        return Finding("pepper", ok=False, detail="not this Redis's", fix=error.message)
    return Finding("pepper", ok=True, detail="the one that this Redis knows")


async def _examine_keywords(store: Store) -> Finding:
    numbers, more = await store.numbers.read_all(limit=_MOST_NUMBERS, cursor=None)
    ours = [number.number for number in numbers if number.keywords is Keywords.GATEWAY]
    detail = (
        f"answered by the gateway on {len(ours)}{'+' if more else ''} numbers, by Twilio on {len(numbers) - len(ours)}"
    )
    if not ours:
        return Finding("keywords", ok=True, detail=detail)
    advice = f"Twilio's own opt-out handling must be off for {_name_some(ours)}; see docs/compliance.md."
    return Finding("keywords", ok=True, detail=detail, fix=advice)


async def _examine_brought(store: Store, environment: Mapping[str, str]) -> Finding:
    """Look at the numbers that accounts brought: whether their tokens open, and what is known to be wrong with them."""
    numbers, _ = await store.numbers.read_all(limit=_MOST_NUMBERS, cursor=None)
    logins = [number.login for number in numbers if number.login]
    shut = [login.number for login in logins if not _opens(login, environment.get("TEXTGATE_EDGE_KEYS", ""))]
    flawed = [login.number for login in logins if login.flaw]
    detail = f"{len(logins)} brought by accounts"
    if shut:
        fix = f"TEXTGATE_EDGE_KEYS opens no token of {_name_some(shut)}: set the ring that sealed it, or send it again."
        return Finding("own numbers", ok=False, detail=f"{detail}, {len(shut)} that nobody can serve", fix=fix)
    if flawed:
        fix = f"Look again, and be told what to mend: textgate numbers configure {flawed[0]}"
        return Finding("own numbers", ok=True, detail=f"{detail}, {len(flawed)} in need of set-up", fix=fix)
    return Finding("own numbers", ok=True, detail=detail)


def _opens(login: TwilioLogin, ring: str) -> bool:
    try:
        EdgeRing(Secret(ring)).open(login)
    except (ValueError, EdgeShut):
        return False
    return True


def _name_some(numbers: list[PhoneNumber]) -> str:
    named = ", ".join(numbers[:_FEW])
    return named if len(numbers) <= _FEW else f"{named} and {len(numbers) - _FEW} more"
