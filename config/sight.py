"""The settings of what models see."""

from pydantic import BaseModel, Field

from config.values import Names


class SightSettings(BaseModel):
    """Which models take pictures."""

    seeing_models: Names = Field(
        default=(),
        alias="TEXTGATE_SEEING_MODELS",
        description="Models, by commas and as their server names them, that take pictures although litellm's list of "
        "models doesn't say so; a model server of your own, for example.",
    )
