"""What a person looks at beside a ranking."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fellestorg.competitions.evaluation import actions, queries
from fellestorg.competitions.evaluation.earlier import decided_lots, tenders_of
from fellestorg.competitions.evaluation.studies import comparable, study
from fellestorg.competitions.evaluation.tests.test_evaluating import quality_done
from fellestorg.competitions.models import Competition
from fellestorg.competitions.tests.case import Case, actor, opened_case
from fellestorg.competitions.tests.test_evaluation_journey import visitor
from fellestorg.engines.evaluation import evaluate_json
from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS

SCORED = "Oppfyller ikke kravet om levering"


def ranked(model: str, reason: str = "", rejected: str = "") -> Case:
    case = opened_case(model=model, reason=reason)
    quality_done(case)
    lead = actor(case.lead)
    if rejected:
        actions.reject(case.competition, case.suppliers[rejected], "REJECT-MUST", SCORED, actor=lead, person=case.lead)
    actions.rank(case.lot, actor=lead, person=case.lead)
    return case


def test_both_tables_are_shown_and_the_note_where_a_rejection_moved_the_rest(db: None) -> None:
    """Linear to the highest price: without D, the order of A, B and C is turned (domain.md section 4)."""
    case = ranked("linear_to_highest", "Markedet har alltid vært vurdert slik", rejected="D")
    ranking = queries.newest_ranking(case.lot)
    assert ranking is not None
    made = study(ranking).taken_out
    assert made is not None and made.order_changed and made.names == ["Leverandør D"]
    assert [one.name[-1] for one in made.before] == ["C", "B", "A", "D"]
    assert [one.out for one in made.before] == [False, False, False, True]
    assert {one.name[-1] for one in made.after} == {"A", "B", "C"} and made.after[-1].name == "Leverandør C"
    page = visitor(case.lead).get(f"/konkurranser/{case.competition.number}/evaluering/pc/rangering").content.decode()
    assert "Rekkefølgen mellom de andre er endret" in page and ranking.decision_id is not None
    assert queries.plan_of(case.competition).digest in page


def test_a_rejection_that_moves_nobody_says_so(db: None) -> None:
    ranking = queries.newest_ranking(ranked("proportional", rejected="D").lot)
    assert ranking is not None
    made = study(ranking).taken_out
    assert made is not None and not made.order_changed


@pytest.mark.parametrize(("model", "weighs"), [("proportional", True), ("lowest_price", False)])
def test_the_firmness_of_the_winner_is_told_where_weights_decide(db: None, model: str, weighs: bool) -> None:
    ranking = queries.newest_ranking(ranked(model).lot)
    assert ranking is not None
    found = study(ranking)
    assert bool(found.shares) is weighs
    if weighs:
        assert abs(sum(part for _name, part in found.shares) - 1) < Decimal("0.0001")
        assert dict(found.shares)["Leverandør C"] == found.same_winner
    assert found.taken_out is None and found.replays
    assert any("Leverandør A" in text for text in found.low), "23 per cent below the mean"


def test_better_words_for_a_warning_are_no_other_answer(db: None) -> None:
    ranking = queries.newest_ranking(ranked("proportional").lot)
    assert ranking is not None
    again = evaluate_json(ranking.decision.facts)
    again["warnings"] = [{**one, "text": "Bedre ord"} for one in again["warnings"]]
    assert again["warnings"] and comparable(again) == comparable(ranking.decision.answer)
    again["ranking"][0]["exact"] = "1"
    assert comparable(again) != comparable(ranking.decision.answer)


def test_a_rehearsal_may_be_tried_on_what_was_tendered_in_a_decided_competition(db: None) -> None:
    case = ranked("lowest_price")
    other = Competition.objects.create(
        number="K-2023-90002", procedure="open", stage="preparing", title="Neste gang", language="nb",
        buyer=case.competition.buyer, lead=case.lead, created_at=clock.now(),
    )  # fmt: skip
    lead = actor(case.lead)
    assert decided_lots(lead, but=other) == []
    Competition.objects.filter(pk=case.competition.pk).update(stage="awarded")
    assert decided_lots(lead, but=other) == [case.lot]
    assert decided_lots(lead, but=case.competition) == decided_lots(ANONYMOUS, but=other) == []
    found = tenders_of(case.lot)
    assert [one.price for one in found] == sorted(queries.prices(case.lot).values())
    assert all(0 <= share <= 1 for one in found for share in one.shares) and len(found[0].shares) == 2
