"""Two rows of each table of competitions that is only added to, for the test that finds what was changed in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Model

from fellestorg.competitions.award.models import AwardDecision, AwardLetter, ConcludedContract
from fellestorg.competitions.evaluation.models import (
    QualificationDecision,
    QualityClosing,
    Ranking,
    Rejection,
    Score,
)
from fellestorg.competitions.models import (
    AwardCriterion,
    Competition,
    CompetitionDocument,
    CompetitionLot,
    DeadlineChange,
    EvaluationPlan,
    PublishedAnswer,
    QualificationRequirement,
    SupplierQuestion,
)
from fellestorg.competitions.rounds.models import Round, RoundMinutes
from fellestorg.competitions.selecting.models import (
    CandidateLetter,
    CandidatePoints,
    ParticipationRequest,
    RequestFile,
    Selection,
)
from fellestorg.competitions.tenders.models import (
    CompetitionKey,
    KeyEnvelope,
    OpenedPrice,
    OpenedQuality,
    Opening,
    OpeningKey,
    Tender,
    TenderStamp,
    TenderWithdrawal,
)
from fellestorg.kernel.models import DecisionRecord
from fellestorg.organisations.models import Organisation, Person

TABLES = (
    "competitions_awarddecision",
    "competitions_awardletter",
    "competitions_candidateletter",
    "competitions_candidatepoints",
    "competitions_competitiondocument",
    "competitions_competitionkey",
    "competitions_concludedcontract",
    "competitions_deadlinechange",
    "competitions_evaluationplan",
    "competitions_keyenvelope",
    "competitions_openedprice",
    "competitions_openedquality",
    "competitions_opening",
    "competitions_participationrequest",
    "competitions_publishedanswer",
    "competitions_qualificationdecision",
    "competitions_qualityclosing",
    "competitions_ranking",
    "competitions_rejection",
    "competitions_requestfile",
    "competitions_round",
    "competitions_roundminutes",
    "competitions_score",
    "competitions_selection",
    "competitions_supplierquestion",
    "competitions_tender",
    "competitions_tenderstamp",
    "competitions_tenderwithdrawal",
)


def protected_rows(body: Organisation, now: datetime) -> list[Model]:
    """The rows, saved, of a competition of this body; their event is left to the caller."""
    person = Person.objects.create(username="protected", name="P", email="p@demo.example")
    competition = Competition.objects.create(
        number="K-2098-00001", procedure="open", title="Prøve", language="nb", buyer=body, lead=person, created_at=now
    )
    made: list[Model] = []
    for number in (1, 2):
        asked = SupplierQuestion.objects.create(
            competition=competition, number=number, supplier=body, asked_by=person, asked_at=now, text="Hva?"
        )
        made += [
            asked,
            PublishedAnswer.objects.create(
                competition=competition, number=number, asked=asked, question="Hva?", answer="Det.", answered_at=now,
                answered_by=person,
            ),
            DeadlineChange.objects.create(
                competition=competition, field="tenders_until", before=now, after=now + timedelta(days=number),
                reason="Prøve", changed_at=now, changed_by=person,
            ),
            CompetitionDocument.objects.create(
                competition=competition, key="krav", version=number, kind="specification", title="Krav", text="x",
                made_at=now, made_by=person,
            ),
            EvaluationPlan.objects.create(
                competition=competition, version=number, model="linear", scale=Decimal(10), criteria=[], digest="x" * 64,
                made_at=now, made_by=person,
            ),
        ]  # fmt: skip
        made += _tendered(body, person, now, number) + _judged(competition, body, person, now, number)
        made += _selected(body, person, now, number)
    return made


def _tendered(body: Organisation, person: Person, now: datetime, number: int) -> list[Model]:
    """A competition with its lock, a tender that was stamped and one taken back, and their opening."""
    competition = Competition.objects.create(
        number=f"K-2098-1000{number}", procedure="open", title="Prøve", language="nb", buyer=body, lead=person,
        created_at=now, stage="published", published_at=now, tenders_until=now + timedelta(days=1),
    )  # fmt: skip
    other = Person.objects.create(username=f"protected-{number}", name="Q", email="q@demo.example")
    keys = [
        OpeningKey.objects.create(person=one, recipient=f"age1{number}-{one.pk}", made_at=now)
        for one in (person, other)
    ]
    lock = CompetitionKey.objects.create(competition=competition, recipient=f"age1x{number}", made_at=now)
    envelope = KeyEnvelope.objects.create(lock=lock, outer=keys[0], inner=keys[1], sealed=b"x")
    tender = Tender.objects.create(
        competition=competition, supplier=body, version=1, receipt=f"T-{number}", sha256="x" * 64, quality=b"x", price=b"x",
        received_at=now, submitted_by=person,
    )  # fmt: skip
    # The trigger stamps it with the database's own clock; the log covers the row as it is kept.
    tender.refresh_from_db()
    stamp = TenderStamp.objects.create(tender=tender, authority=f"a{number}", token=b"x", stamped_at=now)
    withdrawal = TenderWithdrawal.objects.create(tender=tender, competition=competition, received_at=now, by=person)
    withdrawal.refresh_from_db()
    opening = Opening.objects.create(
        competition=competition, opened_at=now, first=person, first_key=keys[0], first_at=now, second=other,
        second_key=keys[1],
    )  # fmt: skip
    quality = OpenedQuality.objects.create(tender=tender, opening=opening)
    price = OpenedPrice.objects.create(tender=tender, content={"n": number})
    return [lock, envelope, tender, stamp, withdrawal, opening, quality, price]


def _selected(body: Organisation, person: Person, now: datetime, number: int) -> list[Model]:
    """A request with its file, points, a selection, a letter, and a round with its minutes."""
    competition = Competition.objects.create(
        number=f"K-2098-2000{number}", procedure="negotiated", title="Prøve", language="nb", buyer=body, lead=person,
        created_at=now, stage="published", published_at=now, requests_until=now + timedelta(days=1),
    )  # fmt: skip
    by = {"made_at": now, "made_by": person}
    asked = ParticipationRequest.objects.create(
        competition=competition, supplier=body, version=1, receipt=f"F-{number}", sha256="x" * 64, sealed=b"x",
        received_at=now, submitted_by=person,
    )  # fmt: skip
    asked.refresh_from_db()
    round = Round.objects.create(
        competition=competition, number=1, about=f"r{number}", participants=[body.number], begun_at=now, begun_by=person
    )
    return [
        asked,
        RequestFile.objects.create(request=asked, requirement=f"r{number}", sealed=b"x"),
        CandidatePoints.objects.create(
            competition=competition, criterion="c", supplier=body, points=number, reason=f"r{number}", **by
        ),
        Selection.objects.create(competition=competition, version=1, facts={"n": number}, placed=[], **by),
        CandidateLetter.objects.create(
            competition=competition, supplier=body, outcome="invited", language="nb", facts={"n": number}, sent_at=now
        ),
        round,
        RoundMinutes.objects.create(
            round=round, supplier=body, version=1, met_on=now.date(), present="x", text=f"r{number}", **by
        ),
    ]


def _judged(competition: Competition, body: Organisation, person: Person, now: datetime, number: int) -> list[Model]:
    """What evaluators and the lead say, a ranking with its decision, an award with its letter and contract."""
    lot = CompetitionLot.objects.create(competition=competition, key=f"l{number}", number=number, title="Prøve")
    criterion = AwardCriterion.objects.create(
        competition=competition, key=f"c{number}", number=number, kind="points", title="Prøve", weight=Decimal("0.5")
    )
    requirement = QualificationRequirement.objects.create(
        competition=competition, key=f"r{number}", number=number, kind="pass_fail", title="Prøve"
    )
    by = {"made_at": now, "made_by": person}
    decision = DecisionRecord.objects.create(
        kind="evaluation",
        engine="evaluation/1",
        made_at=now,
        actor="a",
        outcome="ranked",
        reason="linear",
        facts={},
        answer={},
    )
    award = AwardDecision.objects.create(
        competition=competition, version=number, winners={}, rankings={}, sent_at=now, sent_by=person
    )
    return [
        QualificationDecision.objects.create(
            requirement=requirement, supplier=body, outcome="not_met", reason=f"r{number}", **by
        ),
        Score.objects.create(lot=lot, criterion=criterion, supplier=body, points=Decimal(5), reason=f"r{number}", **by),
        QualityClosing.objects.create(lot=lot, closed=False, reason=f"r{number}", **by),
        Rejection.objects.create(
            competition=competition, supplier=body, ground="REJECT-MUST", reason=f"r{number}", **by
        ),
        decision,
        Ranking.objects.create(lot=lot, version=1, decision=decision, **by),
        award,
        AwardLetter.objects.create(
            award=award, competition=competition, supplier=body, outcome="won", language="nb", facts={}, sent_at=now
        ),
        ConcludedContract.objects.create(
            award=award, lot=lot, supplier=body, rank=1, value=Decimal(1), signed_at=now, became="x"
        ),
    ]
