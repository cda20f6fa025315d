"""Completions: what a model answered, and what its provider counted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a provider counted of one answer, or of several to one turn, and bills."""

    asked: int
    """Tokens of the prompt."""
    answered: int
    estimated: bool = False
    """Whether its provider counted nothing, or not all of it, so that this is what it may have come to."""

    def __add__(self, other: "Tokens") -> "Tokens":
        """Add up what two answers came to."""
        return Tokens(
            asked=self.asked + other.asked,
            answered=self.answered + other.answered,
            estimated=self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A model's answer to a prompt."""

    text: str
    tokens: Tokens | None = None
    """None where nobody knows."""
