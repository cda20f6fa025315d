"""`textgate trace`: the journey of one text or API request."""

from typing import Annotated

import typer

from gateway.adapters.store import Store
from gateway.adapters.store.records import step_fields
from gateway.cli.environment import in_store
from gateway.cli.output import Json, say, show
from gateway.domain.carrier_errors import explain_code, read_code
from gateway.domain.receipt import Delivery
from gateway.domain.trace import Step, Trace


def trace(
    name: Annotated[
        str, typer.Argument(metavar="SM…|TRC", help="The MessageSid of a text or of what was sent, or a trace id.")
    ],
    as_json: Json = False,
) -> None:
    """Show what became of one text or API request, step by step."""
    found, deliveries = in_store(lambda store: _read(name, store))
    steps = [{**step_fields(step), **_explain(step)} for step in found.steps]
    fields = {
        "trace_id": found.id,
        "message_sid": found.message_sid,
        "conversation_id": found.conversation_id,
        "turn_id": found.turn_id,
        "outcome": found.outcome,
    }
    if as_json:
        parts = [{"part": delivery.part, **delivery.describe()} for delivery in deliveries]
        show({**fields, "deliveries": parts, "steps": steps}, as_json=True)
        return
    show(fields, as_json=False)
    print()
    _print_steps(found)
    for delivery in deliveries:
        print(f"part {delivery.part}: {delivery.sentence}")


async def _read(name: str, store: Store) -> tuple[Trace, tuple[Delivery, ...]]:
    found = await store.traces.read(name)
    deliveries = await store.deliveries.read_all([found.turn_id] if found.turn_id else [])
    # the reply to a message over the API is handed to nobody
    is_sent = any(step.name.startswith("part.") for step in found.steps)
    return found, deliveries.get(found.turn_id or "", ()) if is_sent else ()


def _explain(step: Step) -> dict[str, str]:
    """Put the code of Twilio's that a step may have into words."""
    code = read_code(str(step.details.get("twilio_code", step.details.get("error_code", ""))))
    if code is None:
        return {}
    error = explain_code(code)
    return {"meaning": error.meaning, "next": error.next_step}


def _print_steps(trace: Trace) -> None:
    if not trace.steps:
        say("No steps yet.")
        return
    began = trace.steps[0].at
    for step in trace.steps:
        after = (step.at - began).total_seconds()
        details = "  ".join(f"{name}={value}" for name, value in step.details.items())
        print(f"{after:+9.3f}s  {step.name:<18} {details}".rstrip())
        if words := _explain(step):
            print(f"{'':<12}{words['meaning']}. {words['next']}")
