"""A competition as it stands when the tenders have been opened: one lot, four tenders (domain.md section 4, A to D)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from fellestorg.competitions.models import (
    AwardCriterion,
    Competition,
    CompetitionLot,
    EvaluationPlan,
    OpenedPrice,
    OpenedQuality,
    Opening,
    OpeningKey,
    PriceSheetLine,
    QualificationRequirement,
    Question,
    TeamMember,
    Tender,
)
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.values import digest

BUYER = "986252932"
# Price, points for quality, points for environment.
BIDS: Mapping[str, tuple[str, str, str]] = {
    "A": ("1000000", "6", "5"),
    "B": ("1150000", "8", "8"),
    "C": ("1400000", "10", "9"),
    "D": ("2200000", "10", "10"),
}
WEIGHTS = (("price", "price", "0.4"), ("quality", "points", "0.3"), ("environment", "points", "0.3"))


@dataclass(frozen=True, slots=True)
class Case:
    """The competition with its lot, the people and the tenderers by letter."""

    competition: Competition
    lot: CompetitionLot
    lead: Person
    evaluators: tuple[Person, Person]
    suppliers: Mapping[str, Organisation]

    def criterion(self, key: str) -> AwardCriterion:
        return self.competition.criteria.get(key=key)


def actor(person: Person) -> Actor:
    """A person as the sign-in gives them."""
    grants = tuple(Grant(one.role, one.organisation.number) for one in person.grants.select_related("organisation"))
    return Actor(person.key, person.name, grants, person.language)


def opened_case(
    bids: Mapping[str, tuple[str, str, str]] = BIDS,
    *,
    model: str = "proportional",
    other_lot: Mapping[str, str] | None = None,
    **plan: Any,
) -> Case:
    """Tenders delivered, the deadline passed, two people have opened. Nothing is decided yet. ``other_lot``: what each
    tenderer asks for a second lot, where there is one."""
    now = clock.now()
    buyer = _organisation(BUYER, "Direktoratet", "agency")
    lead, first, second = (_person(f"{name}-{BUYER}", buyer) for name in ("leder", "evaluerer", "andre"))
    competition = Competition.objects.create(
        number=f"K-2023-{Competition.objects.count() + 90001}", procedure="open", stage="published", title="PC-er",
        language="nb", buyer=buyer, lead=lead, created_at=now, notice_date=clock.local_day(now),
        published_at=now - timedelta(days=40), tenders_until=now + timedelta(hours=1), estimated_value=Decimal(4_000_000),
    )  # fmt: skip
    lot = CompetitionLot.objects.create(competition=competition, key="pc", number=1, title="PC-er")
    for person, task in (
        (lead, "lead"),
        (lead, "opener"),
        (first, "opener"),
        (first, "evaluator"),
        (second, "evaluator"),
    ):
        TeamMember.objects.create(competition=competition, person=person, task=task, added_at=now)
    criteria = [
        AwardCriterion.objects.create(
            competition=competition, key=key, number=index, kind=kind, title=key.capitalize(), weight=Decimal(weight),
            max_value=Decimal(300_000) if kind == "points" else None, environment=key == "environment",
        )
        for index, (key, kind, weight) in enumerate(WEIGHTS, 1)
    ]  # fmt: skip
    Question.objects.create(
        competition=competition, key="how", number=1, kind="text", text="Hvordan leverer dere?", criterion=criteria[1]
    )
    QualificationRequirement.objects.create(
        competition=competition, key="finances", number=1, kind="pass_fail", title="Økonomi"
    )
    PriceSheetLine.objects.create(lot=lot, key="pc", number=1, title="PC", unit="stk", quantity=100)
    _plan(competition, criteria, lead, model, plan)
    if other_lot:
        screens = CompetitionLot.objects.create(competition=competition, key="skjerm", number=2, title="Skjermer")
        PriceSheetLine.objects.create(lot=screens, key="skjerm", number=1, title="Skjerm", unit="stk", quantity=100)
    suppliers, delivered = {}, []
    for index, (letter, (price, _quality, _environment)) in enumerate(bids.items()):
        supplier = _organisation(f"2000000{index:02d}", f"Leverandør {letter}", "supplier")
        suppliers[letter] = supplier
        seller = _person(f"selger-{letter}", supplier, "supplier")
        sheet = {lot.key: {"pc": f"{Decimal(price) / 100:f}"}}
        if other_lot:
            sheet["skjerm"] = {"skjerm": f"{Decimal(other_lot[letter]) / 100:f}"}
        delivered.append(_deliver(competition, supplier, seller, sheet, letter))
    _open(competition, lead, first, delivered)
    return Case(competition, lot, lead, (first, second), suppliers)


def _plan(
    competition: Competition, criteria: list[AwardCriterion], lead: Person, model: str, given: dict[str, Any]
) -> None:
    wire = [
        {"id": one.key, "kind": one.kind, "weight": f"{one.weight.normalize():f}"}
        | ({"max_value": f"{one.max_value:f}"} if one.max_value else {})
        | ({"environment": True} if one.environment else {})
        for one in criteria
    ]
    EvaluationPlan.objects.create(
        competition=competition, version=1, model=model, scale=Decimal(10), parameters=given.get("parameters", {}),
        criteria=wire, tie_break=given.get("tie_break", []), digest=digest([model, wire]), made_at=clock.now(),
        made_by=lead, reason=given.get("reason", ""),
    )  # fmt: skip


def _deliver(
    competition: Competition, supplier: Organisation, seller: Person, sheet: dict[str, dict[str, str]], letter: str
) -> tuple[Tender, dict[str, Any], dict[str, Any]]:
    tender = Tender.objects.create(
        competition=competition, supplier=supplier, version=1, receipt=f"T-{competition.number[-5:]}-{letter}",
        sha256=digest(letter), quality=b"x", price=b"x", received_at=clock.now(), submitted_by=seller,
    )  # fmt: skip
    quality = {"lots": list(sheet), "answers": {"how": f"Slik gjør {letter} det"}, "files": []}
    return tender, quality, {"prices": sheet}


def _open(
    competition: Competition,
    first: Person,
    second: Person,
    delivered: list[tuple[Tender, dict[str, Any], dict[str, Any]]],
) -> None:
    now = clock.now()
    keys = [
        OpeningKey.objects.create(person=person, recipient=f"age1{person.pk}-{competition.number}", made_at=now)
        for person in (first, second)
    ]
    opening = Opening.objects.create(
        competition=competition, opened_at=now, first=first, first_key=keys[0], first_at=now, second=second,
        second_key=keys[1],
    )  # fmt: skip
    for tender, quality, prices in delivered:
        OpenedQuality.objects.create(tender=tender, opening=opening, content=quality)
        OpenedPrice.objects.create(tender=tender, content=prices)
    Competition.objects.filter(pk=competition.pk).update(
        stage="opened", opened_at=now, tenders_until=now - timedelta(minutes=1)
    )
    competition.refresh_from_db()


def _organisation(number: str, name: str, kind: str) -> Organisation:
    return Organisation.objects.get_or_create(number=number, defaults={"name": name, "kind": kind})[0]


def _person(username: str, organisation: Organisation, role: str = "buyer") -> Person:
    person, made = Person.objects.get_or_create(
        username=username.lower(), defaults={"name": username.capitalize(), "email": f"{username}@example.org"}
    )
    if made:
        RoleGrant.objects.create(
            person=person, organisation=organisation, role=role, valid_from=clock.today() - timedelta(days=400)
        )
    return person
