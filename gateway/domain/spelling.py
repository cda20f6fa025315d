"""Words that are one slip from a word that matters: a letter too many, too few, wrong, or two that changed places.

Each word is kept without each of its letters in turn, and where that letter stood: so one look-up finds a slip.
"""

from collections.abc import Iterator, Mapping

_GUARDED = """
    texting message messages messaging contact contacting contacted remove removed delete deleted number permission
    consent notifications spamming receive subscription database mensaje mensajes contactarme contactar
    escribirme escribir mandarme enviarme enviando mandando eliminen eliminar eliminarme borrarme quitarme sacarme
    telefono recibir arretez contactez contacter envoyez envoyer retirez retirer enlevez enlever supprimez supprimer
    recevoir interested interesado harcelement unsubscribe desabonner desinscrire desuscribir
"""
_RIGHT = """
    testing taxing tenting massage massages contract contracts contracting compact remote lumber slumber cumber
    remover relieve deceive elever eleves passage passages messager contracted depleted deplete retires retirer
    renvoyez renvoyer eliminer convoyer concevoir decevoir percevoir numbers content convent contest
"""
"""Words that are right as they stand."""
_SHORTEST, _LONGEST = 6, 14


class Spelling:
    """What is one slip from a word that matters."""

    def __init__(self, classes: Mapping[str, str]) -> None:
        words = [(word, classes[word]) for word in _GUARDED.split() if word in classes]
        self._without = {each: name for word, name in words for each in _without_one(word)}
        self._short = {short: name for (short, _), name in self._without.items()}
        self._words = dict(words)
        self._right = frozenset(_RIGHT.split())
        self._edges = {word[:2] for word in self._words} | {word[0] + word[-1:] + " " for word in self._words}

    def class_of(self, token: str) -> str | None:
        """Tell the class of the word that a text's word is one slip from."""
        if not _SHORTEST - 1 <= len(token) <= _LONGEST or token in self._right:
            return None
        if token[:2] not in self._edges and token[0] + token[-1] + " " not in self._edges:
            return None
        if token in self._short or len(token) < _SHORTEST:
            return self._short.get(token)
        for short, place in _without_one(token):
            name = self._words.get(short)
            if not name and short in self._short:
                name = next(
                    (self._without[short, at] for at in (place, place - 1, place + 1) if (short, at) in self._without),
                    None,
                )
            if name:
                return name
        return None


def _without_one(word: str) -> Iterator[tuple[str, int]]:
    """Tell a word without each of its letters in turn, but the first."""
    return ((word[:place] + word[place + 1 :], place) for place in range(1, len(word)))
