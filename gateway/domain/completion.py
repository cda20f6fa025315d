"""Completions: what a model answered, and what its provider counted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a provider counted of one answer, and bills."""

    asked: int
    """Tokens of the prompt."""
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A model's answer to a prompt."""

    text: str
    tokens: Tokens | None = None
    """None where the provider did not say."""
