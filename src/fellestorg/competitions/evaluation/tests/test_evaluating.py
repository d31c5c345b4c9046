from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fellestorg.competitions.acting import refuse
from fellestorg.competitions.evaluation import actions, checks, clarifying, policy, queries
from fellestorg.competitions.evaluation.models import Score
from fellestorg.competitions.models import Competition
from fellestorg.competitions.tests.case import BIDS, Case, actor, opened_case
from fellestorg.competitions.tests.test_evaluation_journey import visitor
from fellestorg.engines.evaluation import evaluate_json
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Refused

WHY = "Svarer klart og fullstendig på spørsmålet"


@pytest.fixture
def case(db: None) -> Case:
    return opened_case()


def declare_all(case: Case) -> None:
    for person in (case.lead, *case.evaluators):
        actions.declare(case.competition, "", conflict=False, actor=actor(person), person=person)


def qualify_all(case: Case) -> None:
    requirement = case.competition.requirements.get()
    met = [actions.Decided(requirement, supplier, "met") for supplier in case.suppliers.values()]
    actions.decide_requirements(case.competition, met, actor=actor(case.lead), person=case.lead)


def start(case: Case) -> None:
    declare_all(case)
    qualify_all(case)
    actions.start(case.competition, actor=actor(case.lead))


def score_all(case: Case, person: Person | None) -> None:
    """``person`` gives everybody the points of the case; None: they agree on them."""
    for letter, (_price, quality, environment) in BIDS.items():
        if letter not in case.suppliers:
            continue
        for key, points in (("quality", quality), ("environment", environment)):
            act = actions.agree_score if person is None else actions.give_score
            who = person or case.lead
            act(
                case.lot,
                case.criterion(key),
                case.suppliers[letter],
                Decimal(points),
                WHY,
                actor=actor(who),
                person=who,
            )


def quality_done(case: Case) -> None:
    start(case)
    for person in (*case.evaluators, None):
        score_all(case, person)
    actions.close_quality(case.lot, actor=actor(case.lead), person=case.lead)


def refused(act: Callable[..., Any], *given: Any, **more: Any) -> str:
    with pytest.raises(Refused) as error:
        act(*given, **more)
    return error.value.code


def test_evaluation_does_not_start_before_everybody_is_impartial_and_qualification_is_decided(case: Case) -> None:
    lead = actor(case.lead)
    assert refused(actions.start, case.competition, actor=lead) == "evaluators_not_declared"
    declare_all(case)
    assert refused(actions.start, case.competition, actor=lead) == "qualification_waits"
    qualify_all(case)
    assert actions.start(case.competition, actor=lead).stage == "evaluating"


def test_somebody_with_a_conflict_steps_back_and_scores_nothing(case: Case) -> None:
    start(case)
    first = case.evaluators[0]
    actions.declare(case.competition, "Eier aksjer i A", conflict=True, actor=actor(first), person=first)
    quality = case.criterion("quality")
    code = refused(
        actions.give_score, case.lot, quality, case.suppliers["A"], Decimal(5), WHY, actor=actor(first), person=first
    )
    assert code == "not_on_the_team"


def test_requirements_decided_together_are_all_decided_or_none_with_an_event_for_each(case: Case) -> None:
    lead, requirement = actor(case.lead), case.competition.requirements.get()
    a, b = case.suppliers["A"], case.suppliers["B"]
    for bad in (actions.Decided(requirement, b, "perhaps"), actions.Decided(requirement, b, "not_met")):
        with pytest.raises(BadInput):
            given = [actions.Decided(requirement, a, "met"), bad]
            actions.decide_requirements(case.competition, given, actor=lead, person=case.lead)
    assert queries.qualification(case.competition) == {}
    given = [actions.Decided(requirement, a, "met"), actions.Decided(requirement, b, "not_met", "Negativ egenkapital")]
    actions.decide_requirements(case.competition, given, actor=lead, person=case.lead)
    decided = {key: row.outcome for key, row in queries.qualification(case.competition).items()}
    assert decided == {(a.number, requirement.key): "met", (b.number, requirement.key): "not_met"}
    told = Event.objects.filter(stream=case.competition.stream, verb="requirement_decided").order_by("seq")
    assert [one.payload["supplier"] for one in told] == [a.number, b.number]
    assert [len(one.covers) for one in told] == [1, 1]


def test_a_tenderer_who_fails_a_requirement_is_rejected_before_the_evaluation_starts(case: Case) -> None:
    declare_all(case)
    qualify_all(case)
    lead = actor(case.lead)
    requirement, d = case.competition.requirements.get(), case.suppliers["D"]
    with pytest.raises(BadInput):
        actions.decide_requirement(requirement, d, "not_met", "", actor=lead, person=case.lead)
    actions.decide_requirement(requirement, d, "not_met", "Negativ egenkapital", actor=lead, person=case.lead)
    assert refused(actions.start, case.competition, actor=lead) == "unqualified_not_rejected"
    actions.reject(case.competition, d, "REJECT-UNMET", "Negativ egenkapital", actor=lead, person=case.lead)
    assert actions.start(case.competition, actor=lead).stage == "evaluating"
    assert [one.tender.supplier_number for one in queries.standings(case.lot) if not one.remains] == [d.number]


def test_prices_are_not_seen_before_the_quality_is_closed(case: Case) -> None:
    start(case)
    lead = actor(case.lead)
    assert policy.prices_may_be_seen(lead, case.lot).reason == "quality_not_closed"
    assert refused(actions.rank, case.lot, actor=lead, person=case.lead) == "quality_not_closed"
    assert refused(actions.close_quality, case.lot, actor=lead, person=case.lead) == "scores_missing"
    for person in (*case.evaluators, None):
        score_all(case, person)
    actions.close_quality(case.lot, actor=lead, person=case.lead)
    assert policy.prices_may_be_seen(lead, case.lot).allowed
    assert queries.prices(case.lot)[case.suppliers["A"].number] == Decimal(1_000_000)


def test_consensus_waits_for_every_evaluators_own_score(case: Case) -> None:
    start(case)
    score_all(case, case.evaluators[0])
    lead, quality = actor(case.lead), case.criterion("quality")
    code = refused(
        actions.agree_score, case.lot, quality, case.suppliers["A"], Decimal(6), WHY, actor=lead, person=case.lead
    )
    assert code == "own_scores_first"


@pytest.mark.parametrize(
    ("points", "reason", "faults"),
    [("11", WHY, ["points"]), ("-1", WHY, ["points"]), ("5", "kort", ["reason"]), ("12", "", ["points", "reason"])],
)
def test_a_score_fits_the_scale_and_has_a_reason(case: Case, points: str, reason: str, faults: list[str]) -> None:
    start(case)
    first = case.evaluators[0]
    with pytest.raises(BadInput) as error:
        actions.give_score(
            case.lot, case.criterion("quality"), case.suppliers["A"], Decimal(points), reason, actor=actor(first),
            person=first,
        )  # fmt: skip
    assert [one.where for one in error.value.problems] == faults
    assert not Score.objects.exists()


def test_a_changed_score_is_a_new_row_and_the_first_stays(case: Case) -> None:
    start(case)
    first, quality = case.evaluators[0], case.criterion("quality")
    for points in ("4", "7"):
        actions.give_score(
            case.lot, quality, case.suppliers["A"], Decimal(points), WHY, actor=actor(first), person=first
        )
    assert [row.points for row in Score.objects.order_by("id")] == [4, 7]
    told = [event.payload["changed"] for event in Event.objects.filter(verb="score_given").order_by("id")]
    assert told == [False, True]


def test_the_ranking_is_what_the_engine_says_of_the_exported_request(case: Case) -> None:
    quality_done(case)
    ranking = actions.rank(case.lot, actor=actor(case.lead), person=case.lead)
    names = {supplier.number: letter for letter, supplier in case.suppliers.items()}
    assert names[ranking.decision.answer["winner"]] == "C"
    assert evaluate_json(ranking.decision.facts) == ranking.decision.answer
    assert checks.ranking_is_final(case.competition, clock.now()).allowed
    again = refused(actions.rank, case.lot, actor=actor(case.lead), person=case.lead)
    assert again == "ranking_is_current"


def test_a_rejected_tender_makes_the_ranking_stale_and_everything_is_computed_anew(db: None) -> None:
    case = opened_case(model="linear_to_highest", reason="Prøve")
    quality_done(case)
    lead = actor(case.lead)
    names = {supplier.number: letter for letter, supplier in case.suppliers.items()}
    first = actions.rank(case.lot, actor=lead, person=case.lead)
    assert names[first.decision.answer["winner"]] == "C"
    actions.reject(
        case.competition, case.suppliers["D"], "REJECT-MUST", "Oppfyller ikke kravet", actor=lead, person=case.lead
    )
    assert checks.ranking_is_final(case.competition, clock.now()).reason == "ranking_is_stale"
    second = actions.rank(case.lot, actor=lead, person=case.lead)
    # Without the losing tender D, C falls from first to last (domain.md section 4).
    assert [names[one["tender"]] for one in second.decision.answer["ranking"]][-1] == "C"
    assert second.without == [{"supplier": case.suppliers["D"].number, "ground": "REJECT-MUST"}]
    assert checks.ranking_is_final(case.competition, clock.now()).reason == "tie_not_settled"


def test_a_low_price_is_rejected_only_after_the_tenderer_could_explain_it(case: Case) -> None:
    quality_done(case)
    lead, a = actor(case.lead), case.suppliers["A"]
    out = (case.competition, a, "REJECT-LOW", "Prisen er ikke forklart")
    assert refused(actions.reject, *out, actor=lead, person=case.lead) == "explanation_not_asked"
    due = clock.now() + timedelta(days=5)
    asked = clarifying.ask(
        case.competition, a, "low_price", "Forklar hvordan prisen dekker kostnadene", due, actor=lead, person=case.lead
    )
    assert refused(clarifying.assess, asked, "De svarte ikke i tide", actor=lead) == "answer_awaited"
    seller = a.grants.get().person
    clarifying.answer(asked, "Vi har lavere innkjøpspris", actor=actor(seller), person=seller)
    assert refused(clarifying.answer, asked, "Og en ting til", actor=actor(seller), person=seller) == "already_answered"
    assert checks.ranking_is_final(case.competition, clock.now()).reason == "clarification_waits"
    clarifying.assess(asked, "Forklaringen holder ikke, se notat", actor=lead)
    assert actions.reject(*out, actor=lead, person=case.lead).rejected


def test_another_tenderer_neither_sees_nor_answers_a_question(case: Case, client: Any) -> None:
    start(case)
    asked = clarifying.ask(
        case.competition, case.suppliers["A"], "clarification", "Hva mener dere med punkt 4?",
        clock.now() + timedelta(days=5), actor=actor(case.lead), person=case.lead,
    )  # fmt: skip
    other = case.suppliers["B"].grants.get().person
    assert refused(clarifying.answer, asked, "Vi svarer", actor=actor(other), person=other) == "not_asked"


def test_quality_opened_again_needs_a_reason_that_the_log_keeps(case: Case) -> None:
    quality_done(case)
    lead = actor(case.lead)
    with pytest.raises(BadInput):
        actions.reopen_quality(case.lot, "feil", actor=lead, person=case.lead)
    actions.reopen_quality(case.lot, "To poeng ble byttet om", actor=lead, person=case.lead)
    assert not policy.prices_may_be_seen(lead, case.lot).allowed
    assert Event.objects.get(verb="quality_reopened").payload["reason"] == "To poeng ble byttet om"


def test_whoever_is_not_on_the_team_decides_nothing(case: Case) -> None:
    outsider = case.suppliers["A"].grants.get().person
    code = refused(actions.start, case.competition, actor=actor(outsider))
    assert code == "not_a_project_lead"
    assert Competition.objects.get(pk=case.competition.pk).stage == "opened"


def test_a_refusal_has_words_for_its_reason() -> None:
    with pytest.raises(Refused) as error:
        refuse("scores_missing", missing=3)
    assert "3" in error.value.text and "scores" not in error.value.text


def test_the_overview_tells_how_far_each_evaluator_has_come_and_no_points(case: Case) -> None:
    start(case)
    first, second = case.evaluators
    score_all(case, first)
    supplier = case.suppliers["A"]
    for points in ("3.25", "4.75"):  # a score given anew is the same cell
        actions.give_score(
            case.lot, case.criterion("quality"), supplier, Decimal(points), WHY, actor=actor(second), person=second
        )
    cells = 2 * len(case.suppliers)
    found = {one.person: (one.done, one.cells) for one in queries.progress(case.lot)}
    assert found == {first: (cells, cells), second: (1, cells), None: (0, cells)}
    page = visitor(case.lead).get(f"/konkurranser/{case.competition.number}/evaluering").content.decode()
    assert f"{cells} av {cells}" in page and f"1 av {cells}" in page and "4,75" not in page
