from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from fellestorg.competitions import guards
from fellestorg.competitions.models import (
    AwardCriterion,
    Competition,
    CompetitionLot,
    EvaluationPlan,
    QualificationRequirement,
)
from fellestorg.competitions.preparing import actions
from fellestorg.competitions.preparing.tests.world import LEAD, actor, filled_in, person, planned, published, started
from fellestorg.kernel.models import Event
from fellestorg.law.grounds import exclusion_grounds
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
NOW = datetime(2023, 11, 1, 8, tzinfo=UTC)


def test_a_competition_is_started_filled_in_and_published_with_an_event_for_each_step() -> None:
    competition = published(NOW)
    assert (competition.stage, competition.notice_date) == ("published", NOW.date())
    verbs = set(Event.objects.filter(subject=competition.subject).values_list("verb", flat=True))
    assert {"competition_started", "competition_changed", "evaluation_plan_fixed", "competition_publish"} <= verbs


def test_what_is_missing_is_named_and_nothing_goes_out() -> None:
    competition = started(NOW)
    with pytest.raises(Refused) as refused:
        actions.send_out(competition, "publish", actor=actor(LEAD), now=NOW)
    assert "kravspesifikasjonen" in refused.value.text
    assert "modell" in refused.value.text
    assert Competition.objects.get(pk=competition.pk).stage == "preparing"


@pytest.mark.parametrize("who", ["innkjoper", "atea", "evaluerer", "si-admin"])
def test_only_the_lead_fills_in(who: str) -> None:
    competition = started(NOW)
    with pytest.raises(Refused) as refused:
        actions.put(competition, CompetitionLot, None, {"title": "Skjermer"}, actor=actor(who), now=NOW)
    assert refused.value.code == "not_a_project_lead"


def test_what_tenderers_compete_on_is_fixed_by_the_notice() -> None:
    competition = published(NOW)
    with pytest.raises(Refused) as refused:
        actions.put(competition, CompetitionLot, None, {"title": "Skjermer"}, actor=actor(LEAD), now=NOW)
    assert refused.value.code == "fixed_by_the_notice"


def test_the_last_lot_stays() -> None:
    competition = started(NOW)
    with pytest.raises(Refused):
        actions.remove(competition, CompetitionLot, competition.lots.all()[0].pk, actor=actor(LEAD), now=NOW)


def test_a_plan_for_other_criteria_than_those_that_stand_is_out_of_date() -> None:
    competition = filled_in(started(NOW), NOW)
    assert guards.ask("plan_fixed", competition, NOW).allowed
    green = competition.criteria.get(key="miljo")
    fields = {"kind": "points", "title": "Miljø", "weight": Decimal("0.31"), "environment": True, "text": "Som før."}
    actions.put(competition, AwardCriterion, green.pk, fields, actor=actor(LEAD), now=NOW)
    assert guards.ask("plan_fixed", competition, NOW).reason == "plan_outdated"
    assert guards.ask("criteria_complete", competition, NOW).params == {"sum": "101"}


def test_each_plan_is_a_version_with_a_digest_of_all_that_decides() -> None:
    competition = filled_in(started(NOW), NOW)
    first = EvaluationPlan.objects.get(competition=competition)
    second = planned(competition, NOW, tie_break=["miljo", "pris"])
    assert (first.version, second.version) == (1, 2)
    assert first.digest != second.digest


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"model": "linear_to_highest"}, "model_without_reason"),
        ({"model": "rank"}, "unknown_model"),
        ({"model": "linear_to_reference"}, "no_reference_price"),
        ({"tie_break": []}, "no_tie_rule"),
        ({"tie_break": ["pris", "pris"]}, "no_tie_rule"),
        ({"scale": Decimal(0)}, "not_positive"),
    ],
    ids=["min-max without a reason", "refused model", "no reference", "no tie rule", "twice", "no scale"],
)
def test_a_plan_that_cannot_be_used_is_refused(changes: dict[str, object], code: str) -> None:
    competition = filled_in(started(NOW), NOW)
    with pytest.raises(BadInput) as bad:
        planned(competition, NOW, **changes)
    assert code in [problem.code for problem in bad.value.problems]
    assert EvaluationPlan.objects.filter(competition=competition).count() == 1


def test_a_shorter_deadline_than_the_rules_needs_a_reason() -> None:
    competition = filled_in(started(NOW), NOW)

    def until(days: int, reason: str) -> None:
        deadline = NOW + timedelta(days=days)
        actions.set_deadlines(competition, tenders_until=deadline, reason=reason, actor=actor(LEAD), now=NOW)
        competition.refresh_from_db()

    until(29, "")
    short = guards.ask("deadlines_long_enough", competition, NOW)
    assert (short.reason, short.params) == ("deadline_too_short", {"earliest": "2023-12-01", "rule": "D-1"})
    until(29, "Veiledende kunngjøring 15. mars 2023, se saken.")
    assert guards.ask("deadlines_long_enough", competition, NOW).allowed
    until(30, "")
    assert guards.ask("deadlines_long_enough", competition, NOW).allowed


def test_two_different_people_open() -> None:
    competition = filled_in(started(NOW), NOW)
    competition.team.filter(task="opener", person__username="si-admin").delete()
    assert guards.ask("team_named", competition, NOW).params == {"count": "1"}
    with pytest.raises(BadInput):
        actions.name_member(competition, person("atea"), "opener", actor=actor(LEAD), now=NOW)


def test_a_document_after_the_notice_is_a_new_version_with_its_reason() -> None:
    competition = published(NOW)
    given = {"kind": "specification", "title": "Kravspesifikasjon", "text": "Ny tekst.", "key": "kravspesifikasjon"}
    with pytest.raises(BadInput) as bad:
        actions.add_document(competition, **given, actor=actor(LEAD), person=person(LEAD), now=NOW)
    assert [problem.code for problem in bad.value.problems] == ["change_without_reason"]
    made = actions.add_document(
        competition, **given, reason="Krav 3 er presisert.", actor=actor(LEAD), person=person(LEAD), now=NOW
    )
    assert made.version == 2
    assert competition.documents.filter(key="kravspesifikasjon").count() == 2


def test_the_mandatory_grounds_are_asked_from_the_start_and_stay() -> None:
    client = Client()
    client.post("/logg-inn", {"person": LEAD})
    buyer = started(NOW).buyer.number
    typed = {"procedure": "open", "title": "Nye kopimaskiner", "buyer": buyer, "language": "nn", "lots": ""}
    assert client.post("/konkurranser/ny", typed).status_code == 302
    made = Competition.objects.get(title="Nye kopimaskiner")
    mandatory = {one.code for one in exclusion_grounds() if one.mandatory}
    assert set(made.requirements.values_list("ground", flat=True)) == mandatory
    row = made.requirements.get(ground="corruption")
    with pytest.raises(Refused) as refused:
        actions.remove(made, QualificationRequirement, row.pk, actor=actor(LEAD), now=NOW)
    assert refused.value.code == "mandatory_ground"
    actions.ask_declaration(made, ("bankruptcy",), actor=actor(LEAD), now=NOW)
    asked = made.requirements.get(ground="bankruptcy")
    actions.remove(made, QualificationRequirement, asked.pk, actor=actor(LEAD), now=NOW)
    assert set(made.requirements.values_list("ground", flat=True)) == mandatory, "the others may be taken out"
