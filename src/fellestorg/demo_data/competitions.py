"""Three competitions of the purchasing body: one being prepared, hotels out for tender, PCs whose tenders are in.

All made up: titles, values, questions and answers. The PC competition is the one that tenders are laid in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from fellestorg.competitions.models import (
    AwardCriterion,
    Competition,
    PublishedAnswer,
    QualificationRequirement,
    Question,
    SupplierQuestion,
)
from fellestorg.competitions.preparing import actions, plan, rehearsing
from fellestorg.competitions.preparing.actions import SheetLine
from fellestorg.competitions.preparing.queries import clauses_of
from fellestorg.demo_data import agencies, opening_keys
from fellestorg.demo_data.competition_questions import ASKERS, PC_QUESTIONS
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.seeded import identifier
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation, Person

PC_TITLE = "Bærbare PC-er, delkontrakt 1 (demodata)"
HOTEL_TITLE = "Overnatting på 24 steder (demodata)"
COFFEE_TITLE = "Kaffe og te til kantinene (demodata)"
HOTEL_PLACES = (
    "Oslo", "Gardermoen", "Bergen", "Trondheim", "Stavanger", "Tromsø", "Bodø", "Kristiansand", "Ålesund", "Molde",
    "Hammerfest", "Alta", "Kirkenes", "Lillehammer", "Hamar", "Drammen", "Tønsberg", "Skien", "Arendal", "Haugesund",
    "Førde", "Brønnøysund", "Narvik", "Longyearbyen",
)  # fmt: skip
_HOTEL_LINES = 2200
_ROOMS = ("Standard enkeltrom", "Standard dobbeltrom", "Superior enkeltrom", "Superior dobbeltrom")
_MONTHS = ("jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des")
_TEAM = (("apner", "opener"), ("evaluerer-to", "opener"), ("evaluerer", "evaluator"), ("evaluerer-to", "evaluator"))
_JUDGED = "10 poeng: svært godt på alle punkter. 5 poeng: godt nok. 0 poeng: dårligst mulig. Poengene er absolutte."
_CONTRACT = "Kontraktsutkast (demodata). Statens standardavtale legges til grunn med de klausulene som er valgt."


def lay(ground: Ground, day: date) -> None:
    """Save the three as they stand on ``day``, in the load's transaction."""
    with connection.cursor() as cursor:
        # A load after one that was cut off gives the same numbers.
        cursor.execute("SELECT setval('competitions_number', 1, false)")
    lead = Person.objects.get(username="prosjektleder")
    buyer = ground.organisations[agencies.OWNER]
    actor = Actor(lead.key, lead.name, (Grant("project_lead", buyer.number),), lead.language)
    opening_keys.lay(buyer, day)
    _laptops(buyer, lead, actor, day)
    _hotels(buyer, lead, actor, day)
    _coffee(buyer, lead, actor, day)


def _laptops(buyer: Organisation, lead: Person, actor: Actor, day: date) -> None:
    """Published 45 days ago, 31 questions answered, the deadline passed five days ago: the tenders wait to be opened."""
    begun, out = at(day - timedelta(days=60), 9), at(day - timedelta(days=45), 10)
    competition = started(
        "pc",
        PC_TITLE,
        buyer,
        lead,
        actor,
        begun,
        cpv="30213100",
        value=1_200_000,
        most=2_400_000,
        lots=("Delkontrakt 1",),
    )
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
            ("Skjermen er 14 tommer eller større.", "yes_no", "", ""),
        ),
        actor,
        begun,
    )
    lines = [
        SheetLine("delkontrakt-1", "Bærbar PC 14 tommer, standard", "stk.", Decimal(80)),
        SheetLine("delkontrakt-1", "Dokkingstasjon", "stk.", Decimal(80)),
        SheetLine("delkontrakt-1", "Utvidet garanti, tre år", "stk.", Decimal(80)),
    ]
    make_ready(competition, lines, lead, actor, begun, out, deadline=at(day - timedelta(days=5), 12))
    actions.send_out(competition, "publish", actor=actor, now=out)
    _questions(competition, PC_QUESTIONS, lead, actor, out)


def _hotels(buyer: Organisation, lead: Person, actor: Actor, day: date) -> None:
    """Published ten days ago with a lot for each place and 2,200 lines to price; open for 35 days yet."""
    begun, out = at(day - timedelta(days=30), 9), at(day - timedelta(days=10), 11)
    competition = started(
        "hotel", HOTEL_TITLE, buyer, lead, actor, begun,
        cpv="55100000", value=180_000_000, most=240_000_000, lots=HOTEL_PLACES,
    )  # fmt: skip
    criteria = (
        ("price", "Pris", "0.5", False),
        ("points", "Beliggenhet og rom", "0.2", False),
        ("points", "Miljø", "0.3", True),
    )
    lay_criteria(competition, criteria, Decimal(60_000_000), actor, begun)
    ask_questions(
        competition,
        (
            ("Hvor langt er det til nærmeste kollektivknutepunkt?", "number", "beliggenhet-og-rom", "meter"),
            ("Hvilket miljømerke har hotellet?", "choice", "miljo", ""),
            ("Frokost er med i prisen.", "yes_no", "", ""),
        ),
        actor,
        begun,
    )
    make_ready(
        competition, _hotel_lines(competition), lead, actor, begun, out, deadline=at(day + timedelta(days=35), 12)
    )
    actions.send_out(competition, "publish", actor=actor, now=out)
    _questions(competition, PC_QUESTIONS[:1], lead, actor, out)


def _coffee(buyer: Organisation, lead: Person, actor: Actor, day: date) -> None:
    """Begun two days ago: the criteria do not sum to 100 % yet, and much is missing."""
    begun = at(day - timedelta(days=2), 14)
    competition = started(
        "coffee", COFFEE_TITLE, buyer, lead, actor, begun, cpv="15860000", value=6_000_000, most=9_000_000, lots=()
    )
    criteria = (("price", "Pris", "0.4", False), ("points", "Smak", "0.2", False), ("points", "Miljø", "0.3", True))
    lay_criteria(competition, criteria, Decimal(500_000), actor, begun)


def started(
    name: str,
    title: str,
    buyer: Organisation,
    lead: Person,
    actor: Actor,
    now: datetime,
    *,
    cpv: str,
    value: int,
    most: int,
    lots: Sequence[str],
    procedure: str = "open",
) -> Competition:
    return actions.start(
        procedure=procedure,
        title=title,
        language="nb",
        buyer=buyer,
        lead=lead,
        description="Oppdiktet konkurranse for å vise fram Fellestorg. Ingen kan levere tilbud på ordentlig.",
        cpv=[cpv],
        estimated_value=Decimal(value),
        maximum_value=Decimal(most),
        lots=lots,
        pk=identifier("competition", name),
        actor=actor,
        now=now,
    )


def lay_criteria(
    competition: Competition, rows: Sequence[tuple[str, str, str, bool]], value: Decimal, actor: Actor, now: datetime
) -> None:
    for kind, title, weight, green in rows:
        fields: dict[str, Any] = {"kind": kind, "title": title, "weight": Decimal(weight), "environment": green}
        if kind == "points":
            fields |= {"text": _JUDGED, "max_value": value}
        actions.put(competition, AwardCriterion, None, fields, actor=actor, now=now)


def ask_questions(
    competition: Competition, rows: Sequence[tuple[str, str, str, str]], actor: Actor, now: datetime
) -> None:
    criteria = {one.key: one for one in competition.criteria.all()}
    for text, kind, criterion, unit in rows:
        options = ["Svanemerket", "Miljøfyrtårn", "Green Key", "Ingen"] if kind == "choice" else []
        fields = {
            "text": text,
            "kind": kind,
            "criterion": criteria.get(criterion),
            "unit": unit,
            "options": options,
            "must": not criterion,
        }
        actions.put(competition, Question, None, fields, actor=actor, now=now)


def make_ready(
    competition: Competition,
    lines: Sequence[SheetLine],
    lead: Person,
    actor: Actor,
    begun: datetime,
    out: datetime,
    *,
    deadline: datetime,
) -> None:
    """All that a notice needs."""
    actions.ask_declaration(competition, ("bankruptcy", "labour-law", "prof-misconduct"), actor=actor, now=begun)
    register = {
        "kind": "pass_fail",
        "title": "Leverandøren er registrert i et foretaksregister",
        "evidence": "Firmaattest eller tilsvarende",
    }
    actions.put(competition, QualificationRequirement, None, register, actor=actor, now=begun)
    actions.replace_price_lines(competition, lines, actor=actor, now=begun)
    for kind, title, text in (
        ("invitation", "Konkurranseregler", "Slik gjennomføres konkurransen (demodata)."),
        ("specification", "Kravspesifikasjon", "Det som skal leveres, står i spørsmålene og prisskjemaet (demodata)."),
        ("contract", "Kontraktsutkast", _CONTRACT),
    ):
        actions.add_document(competition, kind=kind, title=title, text=text, actor=actor, person=lead, now=begun)
    people = {one.username: one for one in Person.objects.filter(username__in=[username for username, _task in _TEAM])}
    for username, task in _TEAM:
        actions.name_member(competition, people[username], task, actor=actor, now=begun)
    actions.answer_environment(competition, "weight", "", actor=actor, now=begun)
    actions.set_deadlines(
        competition,
        tenders_until=deadline,
        questions_until=deadline - timedelta(days=12),
        validity_until=(deadline + timedelta(days=120)).date(),
        actor=actor,
        now=out,
    )
    competition.refresh_from_db()
    chosen = {one.proposed.rule.id: (True, "") for one in clauses_of(competition, out.date())}
    actions.choose_clauses(competition, chosen, actor=actor, now=begun)
    request = rehearsing.request_wire(
        competition,
        model="linear",
        scale="10",
        parameters={},
        tie_break=["pris", "miljo"],
        tenders=rehearsing.example(competition),
        day=out.date(),
    )
    plan.fix_plan(
        competition,
        model="priced_quality_deduction" if competition.title == HOTEL_TITLE else "linear",
        scale=Decimal(10),
        parameters={},
        tie_break=["pris", "miljo"],
        reason="",
        rehearsal={"request": request},
        actor=actor,
        person=lead,
        now=out,
    )


def _hotel_lines(competition: Competition) -> list[SheetLine]:
    lots = list(competition.lots.values_list("key", flat=True))
    each, rest = divmod(_HOTEL_LINES, len(lots))
    names = [f"{room}, {when}, {month}" for month in _MONTHS for room in _ROOMS for when in ("hverdag", "helg")]
    return [
        SheetLine(lot, name, "døgn", Decimal(5 + (at * 7 + place) % 40))
        for place, lot in enumerate(lots)
        for at, name in enumerate(names[: each + (place < rest)])
    ]


def _questions(
    competition: Competition, texts: Sequence[tuple[str, str]], lead: Person, actor: Actor, out: datetime
) -> None:
    """Questions with their answers: one asked each half day, answered two days later. Written in two statements."""
    people = list(Person.objects.filter(username__in=ASKERS).order_by("username"))
    suppliers = [one.grants.select_related("organisation")[0].organisation for one in people]
    asked = [
        SupplierQuestion(
            competition=competition,
            number=number,
            supplier=suppliers[number % len(people)],
            asked_by=people[number % len(people)],
            asked_at=out + timedelta(hours=12 * number),
            text=question,
        )
        for number, (question, _answer) in enumerate(texts, 1)
    ]
    SupplierQuestion.objects.bulk_create(asked)
    answers = [
        PublishedAnswer(
            competition=competition,
            number=row.number,
            asked=row,
            question=row.text,
            answer=answer,
            answered_at=row.asked_at + timedelta(days=2),
            answered_by=lead,
        )
        for row, (_question, answer) in zip(asked, texts, strict=True)
    ]
    PublishedAnswer.objects.bulk_create(answers)
    supplier = Actor("supplier", "En leverandør")
    told = [
        Happening(
            competition.stream, "supplier_question_asked", competition.subject, supplier, row.asked_at,
            {"number": row.number}, (row,),
        )
        for row in asked
    ]  # fmt: skip
    told += [
        Happening(
            competition.stream, "question_answered", competition.subject, actor, row.answered_at,
            {"number": row.number, "version": 1, "information": False}, (row,),
        )
        for row in answers
    ]  # fmt: skip
    events.record(*sorted(told, key=lambda one: one.at))
