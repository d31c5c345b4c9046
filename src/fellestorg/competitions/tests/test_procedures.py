from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from fellestorg.competitions import guards, procedures
from fellestorg.competitions.models import Competition
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.models import Event
from fellestorg.law.procedures import procedures as all_procedures
from fellestorg.law.procedures import stages
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import Decision, Refused

NOW = datetime(2023, 11, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("key", all_procedures())
def test_every_stage_of_a_procedure_leads_on_or_is_an_end(key: str) -> None:
    procedure = all_procedures()[key]
    for stage in procedure.reachable():
        ends = stage in ("concluded", "cancelled", "ended")
        assert bool(procedure.moves_from(stage)) != ends, stage


@pytest.mark.parametrize("key", all_procedures())
def test_every_procedure_can_be_cancelled_before_its_end_and_has_words_in_three_languages(key: str) -> None:
    procedure = all_procedures()[key]
    assert procedure.move("cancel") is not None
    for titled in (procedure, *procedure.moves, *procedure.dates):
        assert set(titled.title) == {"nb", "nn", "en"}


def test_every_stage_of_the_table_is_reached_by_some_procedure() -> None:
    assert {stage for one in all_procedures().values() for stage in one.reachable()} == set(stages())


@pytest.fixture
def competition(demo: None) -> Competition:
    return Competition.objects.create(
        number="K-2023-99999",
        procedure="open",
        title="Stoler",
        language="nb",
        buyer=Organisation.objects.get(number="986252932"),
        lead=Person.objects.first(),
        created_at=NOW,
    )


def test_a_step_that_does_not_start_here_is_refused(competition: Competition) -> None:
    with pytest.raises(Refused) as refused, transaction.atomic():
        procedures.move(competition, "award", actor=SYSTEM, now=NOW)
    assert refused.value.code == "not_from_here"
    assert Competition.objects.get(pk=competition.pk).stage == "preparing"


def test_a_guard_that_refuses_stops_the_step_and_is_named(
    competition: Competition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        guards, "_guards", {"reason_given": lambda c, now: Decision("refused", "no_reason", params={"least": "10"})}
    )
    with pytest.raises(Refused) as refused, transaction.atomic():
        procedures.move(competition, "cancel", actor=SYSTEM, now=NOW)
    assert refused.value.code == "no_reason"


def test_a_step_is_taken_once_with_its_event(competition: Competition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_guards", {"reason_given": lambda c, now: Decision("allowed", "given")})
    with transaction.atomic():
        procedures.move(
            competition, "cancel", actor=SYSTEM, now=NOW, cancelled_reason="Behovet er borte", cancelled_at=NOW
        )
    assert Competition.objects.get(pk=competition.pk).stage == "cancelled"
    assert Event.objects.get(subject=competition.subject).verb == "competition_cancel"
    with pytest.raises(Refused), transaction.atomic():
        procedures.move(competition, "cancel", actor=SYSTEM, now=NOW)


def test_tenders_are_not_opened_before_the_deadline_has_passed(
    competition: Competition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "_guards", {"two_openers": lambda c, now: Decision("allowed", "two")})
    Competition.objects.filter(pk=competition.pk).update(
        stage="published", published_at=NOW, tenders_until=NOW + timedelta(days=30)
    )
    competition.refresh_from_db()
    with pytest.raises(Refused) as refused, transaction.atomic():
        procedures.move(competition, "open", actor=SYSTEM, now=NOW + timedelta(days=29))
    assert refused.value.code == "too_early"
    with transaction.atomic():
        procedures.move(
            competition, "open", actor=SYSTEM, now=NOW + timedelta(days=30), opened_at=NOW + timedelta(days=30)
        )
    assert competition.stage == "opened"


def test_the_next_date_is_the_earliest_ahead_or_the_one_whose_step_waits(competition: Competition) -> None:
    competition.stage = "published"
    competition.questions_until, competition.tenders_until = NOW + timedelta(days=10), NOW + timedelta(days=30)
    first = procedures.next_date(competition, NOW)
    assert first is not None and (first.row.field, first.passed) == ("questions_until", False)
    waits = procedures.next_date(competition, NOW + timedelta(days=31))
    assert waits is not None and waits.lets is not None and (waits.row.field, waits.passed) == ("tenders_until", True)
    assert waits.lets.key == "open"
    competition.stage = "concluded"
    assert procedures.next_date(competition, NOW) is None, "nothing is waited for when it is over"
