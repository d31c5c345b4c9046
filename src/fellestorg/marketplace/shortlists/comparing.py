"""Up to six listings side by side: the answers to the questions that all of them are asked, and their prices by unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from fellestorg.marketplace.listings import shown
from fellestorg.marketplace.listings.drafts import price_per_base
from fellestorg.marketplace.listings.queries import Published
from fellestorg.marketplace.listings.questions import Question, category, questions_of, section_label, unit
from fellestorg.marketplace.listings.shown import AnswerShown
from fellestorg.values import decimal_text

MOST = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One question across the listings, in their order; None for a listing that has not answered. ``differs`` unless all
    say the same, or none says anything."""

    key: str
    label: str
    answers: tuple[AnswerShown | None, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one section."""

    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """A price in the unit it is compared in; ``note`` says what it is for, and from which quantity."""

    amount: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class PriceRow:
    """The prices in one unit, for each listing in order."""

    unit: str
    prices: tuple[tuple[Price, ...], ...]


@dataclass(frozen=True, slots=True)
class Unshared:
    """A question that only some of the listings' categories are asked, with those categories."""

    label: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The whole comparison. ``shared`` are all the questions one may choose among; ``alike`` is how many rows were left
    out because all say the same."""

    listings: tuple[Published, ...]
    groups: tuple[Group, ...]
    prices: tuple[PriceRow, ...]
    shared: tuple[Question, ...]
    unshared: tuple[Unshared, ...]
    alike: int


def compare(listings: Sequence[Published], wanted: Collection[str] = (), *, only_differences: bool = False) -> Table:
    """Set listings side by side on the questions wanted (all where none is), in the order they are given."""
    asked = {one.category: questions_of(one.category) for one in listings}
    every: dict[str, Question] = {question.key: question for questions in asked.values() for question in questions}
    shared = [one for one in every.values() if all(one in questions for questions in asked.values())]
    answers = [{one.key: one for part in shown.sections(seen) for one in part.answers} for seen in listings]
    chosen = [one for one in shared if not wanted or one.key in wanted]
    rows = [(one.section, _row(one, tuple(found.get(one.key) for found in answers))) for one in chosen]
    kept = [(section, row) for section, row in rows if row.differs or not only_differences]
    groups = [
        Group(section_label(section), tuple(row for other, row in kept if other == section))
        for section in dict.fromkeys(section for section, _row_of in kept)
    ]
    unshared = [one for key, one in every.items() if one not in shared and (not wanted or key in wanted)]
    return Table(
        tuple(listings),
        tuple(groups),
        _prices(listings),
        tuple(shared),
        tuple(_unshared(one, asked) for one in unshared),
        len(rows) - len(kept),
    )


def basis_of(answer: AnswerShown) -> str:
    """What an answer rests on and how it stands, in words."""
    if answer.withheld:
        return ""
    said = [answer.basis, *([str(answer.standing[0])] if answer.standing else [])]
    return ", ".join(said)


def text_of(answer: AnswerShown | None) -> str:
    """An answer as one text: what is not said, or not shown to this reader, says so."""
    if answer is None:
        return _("Ikke besvart")
    if answer.withheld == "buyers_only":
        return _("Bare for innkjøpere")
    if answer.withheld:
        return _("Skjult fordi svaret er for gammelt")
    return answer.words.text


def _row(question: Question, answers: tuple[AnswerShown | None, ...]) -> Row:
    # What is withheld is not known to be the same as anything.
    said = {
        ("withheld", str(place)) if one and one.withheld else ("said", text_of(one))
        for place, one in enumerate(answers)
    }
    return Row(question.key, question.text, answers, len(said) > 1)


def _unshared(question: Question, asked: dict[str, tuple[Question, ...]]) -> Unshared:
    names = [found.label for key, questions in asked.items() if question in questions and (found := category(key))]
    return Unshared(question.text, tuple(names))


def _prices(listings: Sequence[Published]) -> tuple[PriceRow, ...]:
    """Prices by the unit that they are compared in; those of no known unit cannot be compared and are left to the
    listing's own page."""
    found: dict[str, list[list[Price]]] = {}
    for place, seen in enumerate(listings):
        for line in seen.prices:
            known, per = unit(line.get("unit", "")), price_per_base(line)
            if known is None or per is None:
                continue
            quantity = str(line.get("from_quantity") or "").replace(".", ",")
            note = str(line.get("title", ""))
            if quantity:
                note += " " + _("fra og med antall {quantity}").format(quantity=quantity)
            row = found.setdefault(known.base, [[] for _one in listings])
            row[place].append(Price(Decimal(decimal_text(per.quantize(Decimal("0.000001")))), note))
    made = []
    for base, row in found.items():
        named = unit(base)
        made.append(PriceRow(named.label if named else base, tuple(tuple(prices) for prices in row)))
    return tuple(made)
