"""Being forgotten: a texter who asks for it is asked once to be sure, and forgotten when they say it again.

Set phrases alone, which name the texter's data or the texter: "delete my number" and "remove me" stay what they were,
opt-outs. Whoever says one may mean to opt out all the same, so the question names STOP.
"""

from datetime import timedelta
from enum import StrEnum

from gateway.domain.compliance import Voice
from gateway.domain.honesty import Language
from gateway.domain.set_phrases import find_phrase

WISH = timedelta(minutes=10)
"""How long a wish to be forgotten waits to be said again."""

_PHRASES = {
    Language.ENGLISH: (
        *("forgetme", "forgetaboutme", "forgeteverythingaboutme", "forgeteverythingyouknowaboutme"),
        *("deletemydata", "deleteallmydata", "deletemypersonaldata", "erasemydata", "eraseallmydata"),
        "erasemypersonaldata",
    ),
    Language.SPANISH: (
        *("olvidame", "olvideme", "borramisdatos", "borratodosmisdatos", "borremisdatos", "borrarmisdatos"),
    ),
    Language.FRENCH: (
        *("oubliemoi", "oubliezmoi", "supprimemesdonnees", "supprimezmesdonnees", "supprimetoutesmesdonnees"),
        "supprimeztoutesmesdonnees",
    ),
}
_LANGUAGES = {phrase: language for language, phrases in _PHRASES.items() for phrase in phrases}
_SURE = {
    Language.ENGLISH: "{brand}: Text FORGET ME again within 10 minutes to erase all that is kept of you here. "
    "Anything else keeps it. STOP ends texts.",
    Language.SPANISH: "{brand}: Para borrar lo que se guarda de usted, escriba otra vez OLVIDAME en 10 minutos. "
    "Otro texto lo deja. STOP: fin de los SMS.",
    Language.FRENCH: "{brand} : Pour effacer ce qui est gardé de vous ici, répondez OUBLIE-MOI dans les 10 minutes. "
    "Sinon rien. STOP : fin des SMS.",
}
_DONE = {
    Language.ENGLISH: "{brand}: Done. Your messages and number are erased here. Phone companies keep records of "
    "their own. You may text again any time.",
    Language.SPANISH: "{brand}: Hecho. Se ha borrado lo que se guardaba de usted. Las operadoras tienen sus propios "
    "registros.",
    Language.FRENCH: "{brand} : C'est fait. Vos messages et votre numéro sont effacés ici. Les opérateurs gardent "
    "leurs propres traces.",
}


class Erasure(StrEnum):
    """How far a texter's wish to be forgotten has come by a text."""

    ASKED = "asked"
    """They are asked if they are sure."""
    DONE = "done"
    """They were sure: what their account keeps of them is erased."""


def find_wish(body: str) -> Language | None:
    """Find the language in which a text, as a whole, asks to be forgotten; None when it does not."""
    return find_phrase(body, _LANGUAGES)


def sure_text(language: Language, voice: Voice) -> str:
    """Word the one question to who asks to be forgotten; no YES is asked for, which carriers take for an opt-in."""
    return _SURE[language].replace("{brand}", voice.brand)


def forgotten_text(language: Language, voice: Voice) -> str:
    """Word the last that is said to who is forgotten."""
    return _DONE[language].replace("{brand}", voice.brand)
