"""`textgate trace`: the journey of one text or API request."""

from typing import Annotated

import typer

from gateway.adapters.store.records import step_fields
from gateway.cli.environment import in_store
from gateway.cli.output import Json, say, show
from gateway.domain.trace import Trace


def trace(
    name: Annotated[
        str, typer.Argument(metavar="SM…|TRC", help="The MessageSid of a text or of what was sent, or a trace id.")
    ],
    as_json: Json = False,
) -> None:
    """Show what became of one text or API request, step by step."""
    found = in_store(lambda store: store.traces.read(name))
    steps = [step_fields(step) for step in found.steps]
    fields = {
        "trace_id": found.id,
        "message_sid": found.message_sid,
        "conversation_id": found.conversation_id,
        "turn_id": found.turn_id,
        "outcome": found.outcome,
    }
    if as_json:
        show({**fields, "steps": steps}, as_json=True)
        return
    show(fields, as_json=False)
    print()
    _print_steps(found)


def _print_steps(trace: Trace) -> None:
    if not trace.steps:
        say("No steps yet.")
        return
    began = trace.steps[0].at
    for step in trace.steps:
        after = (step.at - began).total_seconds()
        details = "  ".join(f"{name}={value}" for name, value in step.details.items())
        print(f"{after:+9.3f}s  {step.name:<18} {details}".rstrip())
