"""The award over lots where a competition limits how much one supplier may win."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from fellestorg.competitions.award import actions, combining, combining_runs
from fellestorg.competitions.award.models import CombinationRun
from fellestorg.competitions.award.panel import results
from fellestorg.competitions.award.papers import letter_paper
from fellestorg.competitions.evaluation import actions as evaluating
from fellestorg.competitions.evaluation import queries as evaluation_queries
from fellestorg.competitions.evaluation.tests.test_evaluating import quality_done
from fellestorg.competitions.models import CompetitionLot
from fellestorg.competitions.tasks import combine_award
from fellestorg.competitions.tests.case import Case, actor, opened_case
from fellestorg.competitions.tests.test_evaluation_journey import visitor
from fellestorg.engines.award import answer_json, read_problem, solve
from fellestorg.kernel.models import DecisionRecord
from fellestorg.values import Refused

# A is cheapest in both lots. With one lot each, A's second lot goes to B (100 000 dearer), not A's first (150 000).
SECOND = {"A": "900000", "B": "1000000", "C": "1300000", "D": "2000000"}


def two_lots(limits: dict[str, Any], second: dict[str, str] = SECOND, model: str = "lowest_price") -> Case:
    return ranked(scored_lots(second, model), limits)


def ranked(case: Case, limits: dict[str, Any]) -> Case:
    CompetitionLot.objects.filter(pk=case.lot.pk).update(limits=limits)
    for lot in case.competition.lots.all():
        evaluating.rank(lot, actor=actor(case.lead), person=case.lead)
    return case


def scored_lots(second: dict[str, str] = SECOND, model: str = "lowest_price") -> Case:
    case = opened_case(model=model, other_lot=second)
    quality_done(case)
    screens = case.competition.lots.get(key="skjerm")
    lead = actor(case.lead)
    for person in (*case.evaluators, None):
        for supplier in case.suppliers.values():
            for key in ("quality", "environment"):
                act = evaluating.agree_score if person is None else evaluating.give_score
                who = person or case.lead
                given = (screens, case.criterion(key), supplier, Decimal(5), "Likt for alle i denne delen")
                act(*given, actor=actor(who), person=who)
    evaluating.close_quality(screens, actor=lead, person=case.lead)
    return case


@pytest.fixture(scope="module")
def scored(shared: Callable[..., Case]) -> Case:
    return shared(scored_lots)


@pytest.fixture
def case(scored: Case, db: None) -> Case:
    """A is cheapest in both lots, and nobody may win more than one."""
    return ranked(deepcopy(scored), {"max_lots_per_bidder": 1})


def code_of(case: Case, act: Any) -> str:
    with pytest.raises(Refused) as error:
        act()
    return error.value.code


def award(case: Case) -> Any:
    return actions.award(case.competition, actor=actor(case.lead), person=case.lead)


def test_no_letter_goes_out_before_the_award_over_lots_is_proved_and_it_decides_who_wins(case: Case) -> None:
    assert code_of(case, lambda: award(case)) == "combination_is_stale"
    found = combining.combine(case.competition, actor=actor(case.lead))
    view = combining.shown(case.competition, found)
    assert (view.total, view.lot_by_lot_total, view.proved) == (2_000_000, 1_900_000, True)
    assert {one.lot: (one.winner, one.alone) for one in view.won} == {
        "PC-er": ("Leverandør A", "Leverandør A"),
        "Skjermer": ("Leverandør B", "Leverandør A"),
    }
    assert view.limits == [("max_lots_per_bidder", Decimal(100_000))]
    assert {name for name, _tender, _cut in view.cuts} == {"Leverandør C", "Leverandør D"}
    page = visitor(case.lead).get(f"/konkurranser/{case.competition.number}/samlet-tildeling").content.decode()
    assert "Bevist lavest" in page and "Leverandør B" in page
    winners = {"pc": [case.suppliers["A"].number], "skjerm": [case.suppliers["B"].number]}
    assert actions.planned(case.competition) == winners, "the lead sees it before the letters go"
    made = award(case)
    assert made.winners == winners
    assert made.combination == found
    letter = case.competition.letters.get(supplier=case.suppliers["A"])
    told = {section.heading: str(section.blocks) for section in letter_paper(letter).sections}
    assert "nummer 1 på denne delkontrakten. Valget følger av summen" in told["Skjermer"], "first, and yet not chosen"
    assert "Valget følger" not in told["PC-er"]
    assert "900" in told["Skjermer"] and "lavest er best" in told["Skjermer"], "what the price counts as"
    assert [one.link for one in results(case.suppliers["A"])] == [
        f"/konkurranser/{case.competition.number}/brev/{letter.pk}"
    ]


def test_an_award_kept_before_amounts_had_a_scale_is_shown_and_holds(case: Case) -> None:
    now = combining.combine(case.competition, actor=actor(case.lead))
    kept = {"kind": combining.KIND, "made_at": now.made_at + timedelta(seconds=1), "actor": now.actor}
    earlier = DecisionRecord.objects.create(
        **kept,
        engine="award/1",
        outcome=now.outcome,
        reason=now.reason,
        facts=now.facts["problem"],
        answer=now.answer,
    )
    assert combining.newest(case.competition) == earlier
    page = visitor(case.lead).get(f"/konkurranser/{case.competition.number}/samlet-tildeling")
    assert "Leverandør B" in page.content.decode()
    assert combining.shown(case.competition, earlier) == combining.shown(case.competition, now)
    assert award(case).combination == earlier


def test_the_kept_problem_gives_the_same_award_by_the_command(case: Case) -> None:
    found = combining.combine(case.competition, actor=actor(case.lead))
    again = answer_json(solve(read_problem(found.facts["problem"])))
    assert (again["awards"], again["total"]) == (found.answer["awards"], found.answer["total"])


def test_equal_awards_are_named_and_not_chosen_between(scored: Case, db: None) -> None:
    case = two_lots({"max_lots_per_bidder": 1}, {**SECOND, "B": "1050000"})
    found = combining.combine(case.competition, actor=actor(case.lead))
    assert found.answer["ties"] and combining.shown(case.competition, found).ties
    assert code_of(case, lambda: award(case)) == "combination_tied"


def test_points_are_not_summed_over_lots(scored: Case, db: None) -> None:
    case = two_lots({"max_lots_per_bidder": 1}, model="proportional")
    assert code_of(case, lambda: combining.combine(case.competition, actor=actor(case.lead))) == "totals_are_no_kroner"


def test_a_ranking_made_anew_makes_the_award_over_lots_stale(case: Case) -> None:
    lead = actor(case.lead)
    combining.combine(case.competition, actor=lead)
    out = (case.competition, case.suppliers["B"], "REJECT-MUST", "Oppfyller ikke kravet")
    evaluating.reject(*out, actor=lead, person=case.lead)
    for lot in case.competition.lots.all():
        evaluating.rank(lot, actor=lead, person=case.lead)
    assert code_of(case, lambda: award(case)) == "combination_is_stale"


def test_asked_for_twice_it_is_computed_once_followed_on_the_page_and_kept(case: Case) -> None:
    lead, page = visitor(case.lead), f"/konkurranser/{case.competition.number}/samlet-tildeling"
    assert lead.post(page).status_code == lead.post(page).status_code == 302
    (asked,) = CombinationRun.objects.all()
    waiting = lead.get(page).content.decode()
    assert "Utregningen er i gang" in waiting and "Bevist lavest" not in waiting
    CombinationRun.objects.update(step="cuts", seconds=3, asked_at=asked.asked_at - timedelta(seconds=4000))
    assert re.search(r"\(4.0\d\d sekunder\)", lead.get(page).content.decode()), "time goes on where no step is told"
    combine_award(asked.pk)
    combine_award(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.decision) == ("done", combining.newest(case.competition))
    done = lead.get(page).content.decode()
    assert "Bevist lavest" in done and "Utregningen er i gang" not in done
    lead.post(page)
    assert CombinationRun.objects.count() == DecisionRecord.objects.filter(kind=combining.KIND).count() == 1


def test_one_that_cannot_be_finished_says_why_and_may_be_asked_for_again(case: Case) -> None:
    asked = combining_runs.ask(case.competition, actor=actor(case.lead), person=case.lead)
    out = (case.competition, case.suppliers["B"], "REJECT-MUST", "Oppfyller ikke kravet")
    evaluating.reject(*out, actor=actor(case.lead), person=case.lead)
    combining_runs.run(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.decision) == ("refused", None)
    page = visitor(case.lead).get(f"/konkurranser/{case.competition.number}/samlet-tildeling").content.decode()
    assert "Utregningen ble ikke ferdig" in page and "Regn ut samlet tildeling" in page


def test_totals_that_are_no_whole_ore_are_added_without_rounding(
    scored: Case, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = ranked(deepcopy(scored), {"max_lots_per_bidder": 1, "cost_per_winner": "1.50"})
    for lot in case.competition.lots.all():
        ranking = evaluation_queries.newest_ranking(lot)
        for at, one in enumerate(ranking.decision.answer["ranking"]):
            one["exact"] = str(Fraction(one["exact"]) + Fraction(at, 300))
        monkeypatch.setitem(KEPT, lot.pk, ranking)
    monkeypatch.setattr(combining.queries, "newest_ranking", lambda lot: KEPT[lot.pk])
    found = combining.combine(case.competition, actor=actor(case.lead))
    assert found.facts["scale"] == 3
    assert found.facts["problem"]["limits"]["cost_per_winner"] == "4.50"
    view = combining.shown(case.competition, found)
    assert view.total == (Decimal("2000003") * 3 + Decimal("0.01")) / 3
    assert all(cut is None or cut == cut.quantize(Decimal("0.01")) for _name, _tender, cut in view.cuts)


KEPT: dict[int, Any] = {}
