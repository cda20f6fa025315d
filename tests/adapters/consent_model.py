"""What consent ought to be, told from docs/compliance.md alone: who said what, in which order."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.domain.consent import ConsentRow, ConsentState, Scope, Source

EVERYWHERE = "*"
_IN, _OUT, _UNSET = ConsentState.IN, ConsentState.OUT, ConsentState.UNSET

Pair = tuple[str, str]
"""A texter, and a number or `*`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """An opt-out, which nothing takes back but the operator's word for every number."""

    order: int
    number: str
    account: str | None
    cause: tuple[str | None, str]
    """The text, or the operator's note, that it follows from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Where a texter stands, and what may be shown for a reason: None where the row is erased."""

    state: ConsentState
    reasons: tuple[ConsentRow | None, ...]


@dataclass(slots=True)
class Book:
    """Every word on consent, and what follows from it."""

    rows: dict[Pair, list[ConsentRow]] = field(default_factory=dict)
    own: dict[Pair, tuple[ConsentState, int]] = field(default_factory=dict)
    """The last word with each number, and the how-manieth of all it was."""
    outs: dict[str, list[OptOut]] = field(default_factory=dict)
    asked: set[Pair] = field(default_factory=set)
    scopes: list[Scope] = field(default_factory=lambda: [Scope.NUMBER])
    """Those that have begun, in the order in which they did."""
    words: int = 0

    def note(
        self,
        pair: Pair,
        state: ConsentState,
        source: Source,
        *,
        at: str,
        account: str | None,
        sid: str | None = None,
        wording: str = "",
        note: str = "",
    ) -> None:
        """Somebody speaks, or texts for the first time."""
        texter, number = pair
        ledger = self.rows.setdefault(pair, [])
        row = ConsentRow(
            version=len(ledger) + 1,
            at=at,
            number=number,
            texter=texter,
            account_id=account,
            state=state,
            source=source.value,
            message_sid=sid,
            wording=wording,
            note=note,
        )
        ledger.append(row)
        self.words += 1
        self.own[pair] = (state, self.words)
        if state is not _UNSET:
            self.asked.discard(pair)
        if state is _OUT:
            out = OptOut(order=self.words, number=number, account=account, cause=(sid, note))
            self.outs.setdefault(texter, []).append(out)
        if state is _IN and number == EVERYWHERE:
            self.outs[texter] = []

    def stand(self, pair: Pair, account: str | None) -> Expected:
        """Tell where a texter stands with a number of an account's, or of nobody's."""
        state, order = self.own.get(pair, (_UNSET, 0))
        ledger = self.rows.get(pair)
        last = ledger[-1] if ledger else None
        if state is _OUT:
            return Expected(state=_OUT, reasons=(last,))
        undone_until = order if state is _IN else 0
        reaching = [out for out in self._reaching(pair, account) if out.order > undone_until]
        if reaching:
            return Expected(state=_OUT, reasons=tuple(self._row_of(pair[0], out) for out in reaching))
        return Expected(state=state, reasons=(last,))

    def _reaching(self, pair: Pair, account: str | None) -> Iterator[OptOut]:
        texter, number = pair
        scope = self.scopes[-1]
        for out in self.outs.get(texter, []):
            is_theirs = scope is Scope.ACCOUNT and account is not None and out.account == account
            if out.number in (EVERYWHERE, number) or scope is Scope.ALL or is_theirs:
                yield out

    def _row_of(self, texter: str, out: OptOut) -> ConsentRow | None:
        ledger = self.rows.get((texter, out.number), [])
        return next((row for row in ledger if (row.message_sid, row.note) == out.cause), None)

    def is_stopped_here(self, pair: Pair) -> bool:
        """Tell whether a texter's last word with this very number was an opt-out."""
        return self.own.get(pair, (_UNSET, 0))[0] is _OUT

    def places_of(self, texter: str) -> list[str]:
        """The numbers with which a texter has a standing of their own."""
        return [number for who, number in self.own if who == texter and number != EVERYWHERE]

    def forget(self, texter: str, alias: str) -> None:
        """Take a texter's number out of every row, and nothing else."""
        for pair, ledger in self.rows.items():
            if pair[0] == texter:
                self.rows[pair] = [replace(row, texter=alias) for row in ledger]

    def erase(self) -> None:
        """Let every ledger go; what stays is who is out, and who has undone an opt-out that stays."""
        for pair in list(self.rows):
            state, _ = self.own[pair]
            undoes = state is _IN and self.outs.get(pair[0])
            if state is not _OUT and not undoes:
                del self.own[pair]
                self.asked.discard(pair)
        self.rows.clear()
