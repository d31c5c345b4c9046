"""Two rows of each table that preparing and the dialogue only add to, for the test that finds what was changed in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Model

from fellestorg.competitions.models import (
    Competition,
    CompetitionDocument,
    DeadlineChange,
    EvaluationPlan,
    PublishedAnswer,
    SupplierQuestion,
)
from fellestorg.organisations.models import Organisation, Person

TABLES = (
    "competitions_competitiondocument",
    "competitions_deadlinechange",
    "competitions_evaluationplan",
    "competitions_publishedanswer",
    "competitions_supplierquestion",
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
    return made
