"""How `config/env.example` must look: every variable of config/settings.py, and nothing else.

After a change to the settings: `python -m tests.config.environment_example > config/env.example`.
"""

import sys
from textwrap import wrap

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from config.prices import PriceSettings
from config.settings import (
    CarrierSettings,
    OfferSettings,
    PepperSettings,
    SealSettings,
    StoreSettings,
    WebSettings,
    WorkerSettings,
)

READERS: dict[str, tuple[type[BaseModel], ...]] = {
    "web": (WebSettings,),
    "worker": (WorkerSettings,),
    "cli": (StoreSettings, CarrierSettings, SealSettings, PepperSettings, OfferSettings, PriceSettings),
}
_HEAD = """\
# Every setting of textgate. Copy this file to `.env` in the directory where textgate runs, or set the variables.
# An empty variable is one that is not set. `textgate doctor` looks at all of them and says what is missing.
# `textgate dev` needs none of them.
"""
_WIDTH = 118


def fields() -> dict[str, FieldInfo]:
    """Every variable's field, in the order of the settings' classes."""
    kinds = [kind for readers in READERS.values() for kind in readers]
    return {str(field.alias): field for kind in kinds for field in kind.model_fields.values()}


def readers(variable: str) -> list[str]:
    """The processes that read a variable."""
    return [
        process
        for process, kinds in READERS.items()
        if any(field.alias == variable for kind in kinds for field in kind.model_fields.values())
    ]


def render() -> str:
    """Write the whole file."""
    return "\n".join([_HEAD, *(_entry(variable, field) for variable, field in fields().items())])


def _entry(variable: str, field: FieldInfo) -> str:
    value = "" if field.is_required() or not field.default else str(field.default)
    need = "Required." if field.is_required() else f"Default: {value or 'none'}."
    sentence = [f"# {line}" for line in wrap(str(field.description), _WIDTH)]
    return "\n".join([*sentence, f"# {need} Read by: {', '.join(readers(variable))}.", f"{variable}={value}", ""])


if __name__ == "__main__":
    sys.stdout.write(render())
