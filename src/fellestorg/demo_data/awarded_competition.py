"""A competition that has been through it all: tenders opened, evaluated and awarded, a complaint upheld, the award reversed,
one tender rejected, a new award whose standstill still lasts.

All made up, tenderers too. Prices and points are those of the examples of the evaluation models, so
that the figures can be checked by hand. The demo's clock goes through the days, and the ordinary actions do what was done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fellestorg.competitions.award import actions as awarding
from fellestorg.competitions.evaluation import actions as evaluating
from fellestorg.competitions.evaluation import clarifying, queries
from fellestorg.competitions.evaluation.models import Clarification
from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.competitions.preparing import actions as preparing
from fellestorg.competitions.preparing.actions import SheetLine
from fellestorg.demo_data import agencies, tendered
from fellestorg.demo_data.competitions import ask_questions, lay_criteria, make_ready, started
from fellestorg.demo_data.further_suppliers import FURTHER_SUPPLIERS
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.sellers import sellers_of
from fellestorg.demo_data.tendered import person_as_actor
from fellestorg.kernel import clock
from fellestorg.organisations.models import Organisation, Person

TITLE = "PC-er delkontrakt 1, evaluert og tildelt (demodata)"
_LOT = "delkontrakt-1"
_QUANTITY = 80


@dataclass(frozen=True, slots=True)
class _Bid:
    """A tender: unit prices of its three lines, points for quality and environment, and its answers."""

    supplier: str
    prices: tuple[str, str, str]
    quality: str
    environment: str
    answers: tuple[str, str, str, bool, str]


_BIDS = (
    _Bid("tjenestesky", ("10500", "1500", "500"), "6", "5", ("9", "Innlevering hos forhandler.", "3", True, "15")),
    _Bid("nordsky", ("12000", "1700", "675"), "8", "8", ("12", "Service på stedet neste virkedag.", "4", True, "40")),
    _Bid("skydomene", ("14500", "2000", "1000"), "10", "9", ("16", "Service på stedet samme dag.", "5", True, "55")),
    _Bid(
        "ombruksverkstedet", ("23000", "3000", "1500"), "10", "10", ("18", "Fast tekniker hos dere.", "5", False, "60")
    ),
)
_REASONS: Mapping[str, Mapping[str, str]] = {
    "kvalitet": {
        "6": "Batteriet varer ni timer, og maskinen må leveres inn for service. Godt nok (demodata).",
        "8": "Tolv timer batteri og service på stedet neste virkedag. Godt (demodata).",
        "10": "Lengst batteritid, og service på stedet samme dag. Svært godt (demodata).",
    },
    "miljo": {
        "5": "15 prosent gjenvunnet plast. Godt nok (demodata).",
        "7": "40 prosent gjenvunnet plast, men merket var gått ut ved fristen. Godt nok (demodata).",
        "8": "40 prosent gjenvunnet plast og gyldig merke. Godt (demodata).",
        "9": "55 prosent gjenvunnet plast og gyldig merke. Meget godt (demodata).",
        "10": "60 prosent gjenvunnet plast. Svært godt (demodata).",
    },
}


def lay(ground: Ground, day: date) -> None:
    """Save it as it stands on ``day``, in the load's transaction; the demo's clock stops at the new award."""
    buyer = ground.organisations[agencies.OWNER]
    lead = Person.objects.get(username="prosjektleder")
    evaluators = tuple(Person.objects.filter(username__in=("evaluerer", "evaluerer-to")).order_by("username"))
    competition = _published(buyer, lead, day)
    lot = competition.lots.get()
    suppliers = {one.supplier: _supplier(ground, one.supplier) for one in _BIDS}
    contents = {suppliers[one.supplier]: _contents(competition, one) for one in _BIDS}
    tendered.deliver(competition, contents, at(day - timedelta(days=48), 9))
    tendered.open_all(competition, contents, at(day - timedelta(days=47), 13))
    _clock(day, 43)
    for person in (lead, *evaluators, Person.objects.get(username="apner")):
        text = "" if person != evaluators[0] else "Jeg kjøpte PC av en av tilbyderne i en tidligere jobb."
        evaluating.declare(competition, text, conflict=False, actor=person_as_actor(person), person=person)
    tendered.qualify(competition, suppliers.values(), person_as_actor(lead), lead)
    evaluating.start(competition, actor=person_as_actor(lead))
    _clock(day, 41)
    for person in evaluators:
        _scored(lot, suppliers, evaluating.give_score, person)
    _clock(day, 40)
    _scored(lot, suppliers, evaluating.agree_score, lead)
    _explained(competition, lot, suppliers["tjenestesky"], lead, day)
    _decided(lot, lead)
    _complained(competition, lot, suppliers, lead, day)


def _published(buyer: Organisation, lead: Person, day: date) -> Competition:
    begun, out = at(day - timedelta(days=100), 9), at(day - timedelta(days=85), 10)
    actor = person_as_actor(lead)
    competition = started(
        "pc-awarded", TITLE, buyer, lead, actor, begun, cpv="30213100", value=1_200_000, most=2_400_000,
        lots=("Delkontrakt 1",),
    )  # fmt: skip
    criteria = (
        ("price", "Pris", "0.4", False),
        ("points", "Kvalitet", "0.3", False),
        ("points", "Miljø", "0.3", True),
    )
    lay_criteria(competition, criteria, Decimal(300_000), actor, begun)
    ask_questions(
        competition,
        (
            ("Hvor mange timer varer batteriet etter MobileMark 25?", "number", "kvalitet", "timer"),
            ("Beskriv service og garanti.", "text", "kvalitet", ""),
            ("Hvor mange års garanti følger med?", "number", "kvalitet", "år"),
            ("Har maskinen TCO Certified generasjon 9 eller tilsvarende?", "yes_no", "miljo", ""),
            ("Hvor stor del av plasten er gjenvunnet?", "number", "miljo", "prosent"),
        ),
        actor,
        begun,
    )
    lines = [
        SheetLine(_LOT, "Bærbar PC 14 tommer, standard", "stk.", Decimal(_QUANTITY)),
        SheetLine(_LOT, "Dokkingstasjon", "stk.", Decimal(_QUANTITY)),
        SheetLine(_LOT, "Utvidet garanti, tre år", "stk.", Decimal(_QUANTITY)),
    ]
    make_ready(competition, lines, lead, actor, begun, out, deadline=at(day - timedelta(days=47), 12))
    preparing.send_out(competition, "publish", actor=actor, now=out)
    competition.refresh_from_db()
    return competition


def _contents(competition: Competition, bid: _Bid) -> tuple[dict[str, Any], dict[str, Any]]:
    """Quality and price as a tender carries them."""
    questions = competition.questions.exclude(criterion=None).order_by("number")
    answers = {question.key: answer for question, answer in zip(questions, bid.answers, strict=True)}
    lines = competition.lots.get().price_lines.order_by("number")
    sheet = {line.key: price for line, price in zip(lines, bid.prices, strict=True)}
    return {"lots": [_LOT], "answers": answers, "files": []}, {"prices": {_LOT: sheet}}


def _scored(
    lot: CompetitionLot, suppliers: Mapping[str, Organisation], act: Callable[..., object], person: Person
) -> None:
    criteria = {one.key: one for one in lot.competition.criteria.all()}
    for bid in _BIDS:
        for key, points in (("kvalitet", bid.quality), ("miljo", bid.environment)):
            act(
                lot, criteria[key], suppliers[bid.supplier], Decimal(points), _REASONS[key][points],
                actor=person_as_actor(person), person=person,
            )  # fmt: skip


def _explained(competition: Competition, lot: CompetitionLot, cheap: Organisation, lead: Person, day: date) -> None:
    """The cheapest tender is asked why, once prices may be seen: it answers in time, and the answer holds."""
    evaluating.close_quality(lot, actor=person_as_actor(lead), person=lead)
    asked = clarifying.ask(
        competition, cheap, Clarification.Kind.LOW_PRICE,
        "Tilbudet deres er langt under de andre. Forklar hvordan prisen på den bærbare PC-en og garantien er satt sammen.",
        at(day - timedelta(days=37), 12), actor=person_as_actor(lead), person=lead,
    )  # fmt: skip
    _clock(day, 38)
    seller = sellers_of([cheap])[cheap.pk]
    answer = "Vi kjøper modellen i store partier og tar imot service i egen forretning. Lønn følger tariff (demodata)."
    clarifying.answer(asked, answer, actor=person_as_actor(seller), person=seller)
    _clock(day, 37)
    clarifying.assess(
        asked, "Forklaringen er konkret og etterprøvbar. Tilbudet blir med videre.", actor=person_as_actor(lead)
    )


def _decided(lot: CompetitionLot, lead: Person, reason: str = "") -> None:
    if not queries.is_closed(lot):
        evaluating.close_quality(lot, actor=person_as_actor(lead), person=lead)
    evaluating.rank(lot, actor=person_as_actor(lead), person=lead)
    awarding.award(lot.competition, reason=reason, actor=person_as_actor(lead), person=lead)


def _complained(
    competition: Competition, lot: CompetitionLot, suppliers: Mapping[str, Organisation], lead: Person, day: date
) -> None:
    chosen, other, out = suppliers["nordsky"], suppliers["tjenestesky"], suppliers["ombruksverkstedet"]
    actor = person_as_actor(lead)
    _clock(day, 33)
    seller = sellers_of([other])[other.pk]
    text = "Miljømerket til det valgte tilbudet var gått ut ved tilbudsfristen. Poengene for miljø er for høye."
    complaint = awarding.complain(competition, other, "buyer", text, actor=person_as_actor(seller), person=seller)
    _clock(day, 14)
    answer = "Dere har rett: merket gjaldt ikke ved fristen. Valget gjøres om, og poengene settes på nytt (demodata)."
    awarding.answer_complaint(complaint, "upheld", answer, actor=actor, person=lead)
    awarding.reverse(competition, "Klagen er tatt til følge: miljømerket gjaldt ikke ved fristen.", actor=actor)
    _clock(day, 6)
    evaluating.reopen_quality(lot, "Klagen gjelder poengene for miljø", actor=actor, person=lead)
    criterion = competition.criteria.get(key="miljo")
    evaluating.agree_score(lot, criterion, chosen, Decimal(7), _REASONS["miljo"]["7"], actor=actor, person=lead)
    why = "Maskinen har ikke TCO Certified eller tilsvarende, som kravspesifikasjonen krever (demodata)."
    evaluating.reject(competition, out, "REJECT-MUST", why, actor=actor, person=lead)
    _decided(lot, lead, "Nye poeng for miljø etter klagen, og ett tilbud avvist.")


def _clock(day: date, before: int, hour: int = 10) -> datetime:
    """Let the demo's clock show an hour so many days before ``day``; what is done next happens then."""
    moment = at(day - timedelta(days=before), hour)
    clock.set_demo_clock(moment)
    return moment


def _supplier(ground: Ground, name: str) -> Organisation:
    return ground.organisations[FURTHER_SUPPLIERS[name][0]]
