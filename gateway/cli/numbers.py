"""`textgate numbers`: which agent answers on which number, whom, and who answers keywords."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from config.settings import PepperSettings
from gateway.adapters.store import Store
from gateway.cli.environment import command_settings, in_store
from gateway.cli.output import Cursor, Fields, Json, Limit, group, say, show, show_list
from gateway.domain.errors import InvalidRequest
from gateway.domain.number import Keywords, Kind, Number, Policy, Use
from gateway.domain.phone import PhoneNumber
from gateway.domain.trace import format_time
from gateway.flows.numbers import (
    NumberWishes,
    add_number,
    allow_guest,
    bind_number,
    disallow_guest,
    read_number,
    read_own_number,
    release_number,
    set_number,
)

app = group("Numbers: which agent answers on which, whom, and who answers STOP.")

NumberName = Annotated[str, typer.Argument(metavar="+E164", help="Such as +15550100123, or a short code.")]
Guest = Annotated[str, typer.Argument(metavar="+TEXTER", help="Such as +15550100123.")]
KeywordsOption = Annotated[Keywords | None, typer.Option(help="Who answers STOP, HELP and START.")]
KindOption = Annotated[Kind | None, typer.Option(help="Guessed from the number, where not said.")]
PoolOption = Annotated[bool | None, typer.Option("--pool/--no-pool", help="Whether managed agents may get it.")]
SandboxOption = Annotated[bool | None, typer.Option("--sandbox/--no-sandbox", help="Whether many agents share it.")]
LabelOption = Annotated[str | None, typer.Option(help="A word to remember it by.")]


@app.command("add")
def add(
    number: NumberName,
    keywords: KeywordsOption = None,
    label: LabelOption = None,
    kind: KindOption = None,
    pool: PoolOption = None,
    sandbox: SandboxOption = None,
    as_json: Json = False,
) -> None:
    """Add a number that Twilio delivers to us; a known one is changed.

    A new one is the pool's, where an agent that waits for one gets it at once. Before `bind`, say --no-pool.
    """
    wishes = NumberWishes(keywords=keywords, label=label, kind=kind, use=_read_use(pool=pool, sandbox=sandbox))
    added = in_store(lambda store: add_number(read_own_number(number), wishes, store=store, now=datetime.now(UTC)))
    show(_describe(added), as_json=as_json)
    say(f"{_explain_keywords(added)}\n{_explain_use(added)}")


@app.command("set")
def set_(
    number: NumberName,
    keywords: KeywordsOption = None,
    policy: Annotated[Policy | None, typer.Option(help="Whom the agent answers.")] = None,
    stop_word: Annotated[
        list[str] | None, typer.Option(help="A word that is STOP here, too; instead of those before. Repeat it.")
    ] = None,
    kind: KindOption = None,
    label: LabelOption = None,
    brand: Annotated[str | None, typer.Option(help="Who is texting, instead of the account's; empty for none.")] = None,
    help_contact: Annotated[str | None, typer.Option(help="Whom to reach, instead of the account's.")] = None,
    pool: PoolOption = None,
    sandbox: SandboxOption = None,
    messaging_service: Annotated[
        str | None, typer.Option(metavar="MG…", help="The Messaging Service that it sends by; none for none.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Change what is said of a number; what you don't name stays."""
    wishes = NumberWishes(
        kind=kind,
        use=_read_use(pool=pool, sandbox=sandbox),
        keywords=keywords,
        policy=policy,
        stop_words=tuple(stop_word) if stop_word else None,
        label=label,
        brand=brand,
        help_contact=help_contact,
        messaging_service=messaging_service,
    )
    if wishes == NumberWishes():
        raise InvalidRequest("nothing_to_set", "Say what to change: textgate numbers set --help")
    changed = in_store(lambda store: set_number(read_own_number(number), wishes, store=store, now=datetime.now(UTC)))
    show(_describe(changed), as_json=as_json)
    if keywords or kind:
        say(_explain_keywords(changed))
    if policy:
        say(_explain_policy(changed))
    if wishes.use:
        say(_explain_use(changed))
    if changed.messaging_service and messaging_service:
        say(_explain_service(changed))


@app.command("bind")
def bind(number: NumberName, agent: Annotated[str, typer.Argument(metavar="AGT")], as_json: Json = False) -> None:
    """Have an agent answer on a number. A number bound for another account is refused."""
    bound = in_store(lambda store: bind_number(read_own_number(number), agent, store=store, now=datetime.now(UTC)))
    show(_describe(bound), as_json=as_json)
    say(
        f"{_explain_keywords(bound)}\n"
        f"Have Twilio call this gateway for it: textgate numbers configure {bound.number}\n"
        f'Next: textgate text +15555550100 {bound.number} "Hello"'
    )


@app.command("configure")
def configure(number: NumberName, as_json: Json = False) -> None:
    """Point a number at Twilio to this gateway, and look whether it is."""
    from gateway.cli.webhooks import configure_number

    asyncio.run(configure_number(read_own_number(number), as_json=as_json))


@app.command("release")
def release(number: NumberName, as_json: Json = False) -> None:
    """Let a number go; texts to it are met with silence, and what waits is not answered any more."""
    released = in_store(lambda store: release_number(read_own_number(number), store=store, now=datetime.now(UTC)))
    show({**_describe(released), "agent_id": None, "released": True}, as_json=as_json)


@app.command("list")
def list_(limit: Limit = 100, cursor: Cursor = None, as_json: Json = False) -> None:
    """List all numbers."""
    numbers, next_cursor = in_store(lambda store: store.numbers.read_all(limit=limit, cursor=cursor))
    rows = [_describe(number) for number in numbers]
    show_list(rows if as_json else [_shorten(row) for row in rows], as_json=as_json, next_cursor=next_cursor)


@app.command("allow")
def allow(number: NumberName, texter: Guest, as_json: Json = False) -> None:
    """Have a texter answered where the policy is `allowlist` or `code`."""
    pepper = command_settings(PepperSettings).pepper_bytes
    ours, guest = read_own_number(number), read_number(texter)
    in_store(lambda store: allow_guest(ours, guest, store=store, pepper=pepper))
    show({"number": ours, "texter": guest, "allowed": True}, as_json=as_json)


@app.command("disallow")
def disallow(number: NumberName, texter: Guest, as_json: Json = False) -> None:
    """Take a texter off a number's guests."""
    pepper = command_settings(PepperSettings).pepper_bytes
    ours, guest = read_own_number(number), read_number(texter)
    was_one = in_store(lambda store: disallow_guest(ours, guest, store=store, pepper=pepper))
    show({"number": ours, "texter": guest, "allowed": False, "was_allowed": was_one}, as_json=as_json)


@app.command("guests")
def guests(number: NumberName, as_json: Json = False) -> None:
    """List whom a number answers where the policy is `allowlist` or `code`."""
    ours = read_own_number(number)
    texters = in_store(lambda store: _read_guests(ours, store))
    show_list([{"number": ours, "texter": texter} for texter in texters], as_json=as_json)


async def _read_guests(number: PhoneNumber, store: Store) -> list[PhoneNumber]:
    await store.numbers.read(number)
    return await store.numbers.read_guests(number)


def _explain_keywords(number: Number) -> str:
    """Say what has to be so at Twilio for exactly one party to answer STOP."""
    if number.keywords is Keywords.GATEWAY:
        return (
            f"The gateway answers STOP, HELP and START on {number.number}. Twilio must not: switch its own opt-out\n"
            "handling off, in the Opt-Out Management of the number's Messaging Service, or have Twilio's support do\n"
            "it for a number outside a service. Else people get two answers, and ours may be refused (21610)."
        )
    if number.kind is Kind.TOLL_FREE:
        return (
            f"The carriers answer STOP, START and UNSTOP on {number.number}, which nobody can switch off, and Twilio\n"
            "its other keywords: leave its opt-out handling on. The gateway notes them all and stays silent."
        )
    if number.kind is Kind.SHORT:
        return (
            f"Twilio answers keywords on the short code {number.number} only if Advanced Opt-Out is on in its\n"
            f"Messaging Service. If it is not, nobody does: textgate numbers set {number.number} --keywords gateway"
        )
    return (
        f"Twilio answers its keywords on {number.number}: leave its opt-out handling on. The gateway notes them and\n"
        "stays silent, and answers the opt-outs that Twilio does not know, such as `OPT OUT` or `please stop`."
    )


def _read_use(*, pool: bool | None, sandbox: bool | None) -> Use | None:
    if pool and sandbox:
        raise typer.BadParameter("a number is in the pool or a sandbox, not both")
    if sandbox:
        return Use.SANDBOX
    if pool is False:
        return Use.OWN
    return Use.POOL if pool or sandbox is False else None


def _explain_use(number: Number) -> str:
    """Say who answers on it, or who will."""
    if number.agent_id:
        how = "has it from the pool" if number.use is Use.POOL else "answers on it"
        who = f"The agent {number.agent_id} of {number.account_id}"
        return f"{who} {how}.\nHave Twilio call this gateway for it: textgate numbers configure {number.number}"
    match number.use:
        case Use.OWN:
            return f"Next: textgate numbers bind {number.number} AGT"
        case Use.POOL:
            return (
                "It is in the pool: the next agent whose sms.mode is managed gets it.\n"
                f"To keep it for an agent of your choice: textgate numbers bind {number.number} AGT"
            )
        case Use.SANDBOX:
            return "Agents whose sms.mode is sandbox share it; people text `join` and an agent's code to it."


def _explain_policy(number: Number) -> str:
    match number.policy:
        case Policy.OPEN:
            return "Everybody is answered."
        case Policy.ALLOWLIST:
            return f"Only guests are answered: textgate numbers allow {number.number} +TEXTER"
        case Policy.CODE:
            return f"Only guests are answered; whoever texts `join {number.join_code}` is one from then on."
        case Policy.CLOSED:
            return "Nobody is answered; STOP, HELP and START are heeded all the same."


def _explain_service(number: Number) -> str:
    return (
        f"{number.number} sends by {number.messaging_service}. At Twilio it must be in that service's sender pool,\n"
        "else its parts are refused (21711); and the service must leave the number's own webhook in place."
    )


def _describe(number: Number) -> dict[str, object]:
    return {
        "number": number.number,
        "agent_id": number.agent_id,
        "account_id": number.account_id,
        "kind": number.kind.value,
        "use": number.use.value,
        "keywords": number.keywords.value,
        "policy": number.policy.value,
        "stop_words": list(number.stop_words),
        "join_code": number.join_code,
        "label": number.label,
        "brand": number.brand,
        "help_contact": number.help_contact,
        "messaging_service": number.messaging_service,
        "twilio_account_sid": number.login.account_sid if number.login else None,
        "added_at": format_time(number.added_at),
        "bound_at": format_time(number.bound_at) if number.bound_at else None,
    }


def _shorten(row: Fields) -> Fields:
    shown = ("number", "agent_id", "account_id", "kind", "use", "keywords", "policy", "label")
    return {name: row[name] for name in shown}
