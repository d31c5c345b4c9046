"""What a tender says: the draft as it is worked on, and the two parts that are sealed. Pure apart from the questions'
words."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.competitions.models import CompetitionLot, PriceSheetLine, QualificationRequirement, Question
from fellestorg.competitions.tenders import packages as across
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.ui import questions as typed
from fellestorg.values import Problem, canonical_json, decimal_text, kroner, quote

FORMAT = 1
PACKAGES = "packages"
"""The name, among a competition's limits, of whether it takes package tenders."""
_PLACES = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """A tender as it was typed: nothing is refused before it is to be delivered. ``prices`` and ``sums`` by lot and line,
    ``totals`` by lot; the sums are the supplier's own, from the price sheet, and must agree with ours."""

    lots: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    prices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sums: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    totals: Mapping[str, str] = field(default_factory=dict)
    packages: Sequence[across.Typed] = ()
    most_lots: str = ""

    def as_bytes(self) -> bytes:
        kept = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(kept, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Draft:
        read = json.loads(content)
        return cls(tuple(read.pop("lots")), **read)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file of a tender: the question it answers, its name, size and hash, and the key its chunks are encrypted with."""

    id: str
    question: str
    name: str
    bytes: int
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class Form:
    """What a competition asks of tenderers, read once."""

    number: str
    lots: Sequence[CompetitionLot]
    questions: Sequence[Question]
    lines: Mapping[str, Sequence[PriceSheetLine]]
    # What is declared with the tender (``declaring``).
    requirements: Sequence[QualificationRequirement] = ()

    @property
    def takes_packages(self) -> bool:
        """Whether several lots may be tendered for at one discount."""
        return len(self.lots) > 1 and any(lot.limits.get(PACKAGES) for lot in self.lots)

    def lots_of(self, draft: Draft) -> tuple[str, ...]:
        """The lots tendered for: those chosen, or the only one there is."""
        keys = [lot.key for lot in self.lots]
        return tuple(keys) if len(keys) == 1 else tuple(key for key in keys if key in draft.lots)

    def questions_of(self, lots: Iterable[str]) -> list[Question]:
        """The questions of the lots tendered for, and those that concern all."""
        chosen = set(lots)
        return [one for one in self.questions if one.lot is None or one.lot.key in chosen]


@dataclass(frozen=True, slots=True)
class SealedParts:
    """What is encrypted: two parts with a random salt in each, so that no guess at a price can be tried on the hash."""

    quality: bytes
    price: bytes
    sha256: str


def form_of(number: str, lots: Sequence[CompetitionLot], questions: Sequence[Question]) -> Form:
    """The form of a competition; the lots' price lines must be fetched with them."""
    return Form(number, lots, questions, {lot.key: list(lot.price_lines.all()) for lot in lots})


def problems(form: Form, draft: Draft, files: Sequence[FileFacts]) -> list[Problem]:
    """Everything that stands in the way of delivering, all at once. ``where`` is the name of the field."""
    lots = form.lots_of(draft)
    found: list[Problem] = []
    if not lots:
        found.append(Problem("lots", "no_lot", _("Velg minst én delkontrakt.")))
    answered = {one.question for one in files}
    for question in form.questions_of(lots):
        if question.kind == Question.Kind.FILE:
            if question.required and question.key not in answered:
                found.append(Problem(f"a:{question.key}", "no_file", _("Fila mangler: %s") % question.text))
            continue
        value = typed.validate(question, draft.answers.get(question.key, ""))
        if isinstance(value, Problem):
            found.append(Problem(f"a:{question.key}", value.code, f"{question.text}: {value.text}"))
    for lot in lots:
        found += _price_problems(form, draft, lot)
    if form.takes_packages:
        found += across.problems(lots, draft.packages, draft.most_lots)
    return found


def totals(form: Form, draft: Draft) -> dict[str, tuple[dict[str, Decimal], Decimal]]:
    """Our own sums: by lot, each line's quantity times unit price to the øre, and the total of those. Only of what can
    be read."""
    found = {}
    for lot in form.lots_of(draft):
        sums = {}
        for line in form.lines[lot]:
            price = _number(draft.prices.get(lot, {}).get(line.key, ""))
            if price is not None:
                sums[line.key] = quote(line.quantity * price)
        found[lot] = (sums, sum(sums.values(), Decimal(0)))
    return found


def seal_parts(
    form: Form, draft: Draft, files: Sequence[FileFacts], supplier: str, declaration: Mapping[str, Any]
) -> SealedParts:
    """The canonical content of a draft without problems, and the hash that the receipt carries."""
    lots = form.lots_of(draft)
    answers = {
        question.key: typed.wire(value)
        for question in form.questions_of(lots)
        if question.kind != Question.Kind.FILE
        and not isinstance(value := typed.validate(question, draft.answers.get(question.key, "")), Problem)
        and value is not None
    }
    answers |= {one.question: one.name for one in files}
    head = {"format": FORMAT, "competition": form.number, "supplier": supplier}
    quality = {
        **head,
        "lots": list(lots),
        "answers": answers,
        "declaration": dict(declaration),
        "files": [
            {"id": one.id, "question": one.question, "name": one.name, "sha256": one.sha256, "bytes": one.bytes}
            for one in files
        ],
    }
    price = {
        **head,
        "prices": {
            lot: {
                line.key: decimal_text(price)
                for line in form.lines[lot]
                if (price := _number(draft.prices.get(lot, {}).get(line.key, ""))) is not None
            }
            for lot in lots
        },
        "total": {lot: kroner(total) for lot, (_sums, total) in totals(form, draft).items()},
        **(across.wire(draft.packages, draft.most_lots) if form.takes_packages else {}),
    }
    keys = {one.id: one.key for one in files}
    return _parts(
        canonical_json({"content": quality, "keys": keys, "salt": secrets.token_hex(16)}).encode(),
        canonical_json({"content": price, "salt": secrets.token_hex(16)}).encode(),
    )


def hash_of(quality: bytes, price: bytes) -> str:
    """The hash of a tender's complete content: of the hashes of its two parts. Files are in by their own."""
    return hashlib.sha256(hashlib.sha256(quality).digest() + hashlib.sha256(price).digest()).hexdigest()


def _parts(quality: bytes, price: bytes) -> SealedParts:
    return SealedParts(quality, price, hash_of(quality, price))


def _price_problems(form: Form, draft: Draft, lot: str) -> list[Problem]:
    found: list[Problem] = []
    sums, total = totals(form, draft)[lot]
    for line in form.lines[lot]:
        where, raw = f"p:{lot}:{line.key}", draft.prices.get(lot, {}).get(line.key, "").strip()
        try:
            price = decimal_in(raw, places=_PLACES) if raw else None
        except RowError as error:
            found.append(Problem(where, error.code, f"{line.title}: {error.text}"))
            continue
        if price is None:
            found.append(Problem(where, "required", _("Prisen mangler: %s") % line.title))
            continue
        if line.max_unit_price is not None and price > line.max_unit_price:
            text = _("%(title)s: prisen er høyere enn avtalens pris, %(limit)s.")
            facts = {"title": line.title, "limit": _comma(line.max_unit_price)}
            found.append(Problem(where, "above_ceiling", text % facts))
        stated = draft.sums.get(lot, {}).get(line.key, "")
        if stated.strip() and _number(stated) != sums[line.key]:
            text = _("%(title)s: summen er %(stated)s, men %(quantity)s × %(price)s er %(right)s.")
            facts = {"title": line.title, "stated": stated, "quantity": _comma(line.quantity), "price": _comma(price)}
            found.append(Problem(where, "sum_differs", text % {**facts, "right": _comma(sums[line.key])}))
    stated = draft.totals.get(lot, "")
    if stated.strip() and _number(stated) != total:
        text = _("Totalsummen er %(stated)s, men linjene blir %(right)s til sammen.")
        found.append(Problem(f"t:{lot}", "total_differs", text % {"stated": stated, "right": _comma(total)}))
    return found


def _number(raw: str) -> Decimal | None:
    try:
        return decimal_in(raw, places=_PLACES) if raw.strip() else None
    except RowError:
        return None


def _comma(number: Decimal) -> str:
    return decimal_text(number).replace(".", ",")
