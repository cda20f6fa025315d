"""`textgate conversations`: who talks to whom."""

from dataclasses import asdict

from config.settings import PepperSettings
from gateway.adapters.store import Store
from gateway.cli.consent import Texter
from gateway.cli.environment import command_settings, in_store
from gateway.cli.output import Json, group, say, show
from gateway.flows.consent import Forgotten, forget_texter, read_person
from gateway.flows.numbers import read_number

app = group("Conversations: who talks to whom.")


@app.command("forget")
def forget(texter: Texter, as_json: Json = False) -> None:
    """Erase what a texter wrote, what they were answered, and their number. An opt-out stays, under a keyed hash."""
    phone, pepper = read_number(texter), command_settings(PepperSettings).pepper_bytes

    async def do(store: Store) -> Forgotten:
        return await forget_texter(await read_person(phone, store=store, pepper=pepper), store=store)

    show({"texter": phone, **asdict(in_store(do))}, as_json=as_json)
    say("Twilio keeps its own log of messages: erase it there, too, if you must.")
