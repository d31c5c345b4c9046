from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from fellestorg.competitions.award import actions, checks, outcomes
from fellestorg.competitions.award.models import AwardLetter, ConcludedContract
from fellestorg.competitions.award.protocol import protocol_paper
from fellestorg.competitions.award.rules import outcome_of, winners_of
from fellestorg.competitions.award.tests.ranked import case, ready
from fellestorg.competitions.evaluation import actions as evaluating
from fellestorg.competitions.evaluation.models import Rejection
from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.competitions.tests.case import Case, actor
from fellestorg.competitions.tests.test_evaluation_journey import visitor
from fellestorg.kernel import clock
from fellestorg.kernel.clock import OSLO
from fellestorg.kernel.models import Mail
from fellestorg.values import BadInput, Refused

__all__ = ["case", "ready"]


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def set_to(at: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: at)

    return set_to


def give(case: Case, reason: str = "") -> Any:
    return actions.award(case.competition, reason=reason, actor=actor(case.lead), person=case.lead)


def refused(act: Callable[..., Any], *given: Any, **more: Any) -> str:
    with pytest.raises(Refused) as error:
        act(*given, **more)
    return error.value.code


def test_everybody_is_told_at_the_same_moment_with_reasons_and_the_standstill(case: Case) -> None:
    award = give(case)
    letters = {letter.supplier.number: letter for letter in award.letters.all()}
    assert len(letters) == 4 and len({letter.sent_at for letter in letters.values()}) == 1
    won, lost = letters[case.suppliers["C"].number], letters[case.suppliers["A"].number]
    assert (won.outcome, lost.outcome) == ("won", "lost")
    told = lost.facts["lots"][0]
    assert told["winners"] == ["Leverandør C"] and told["rank"] == 4
    reasons = {part["criterion"]: part["winning_reason"] for part in told["parts"] if part["criterion"] != "price"}
    assert set(reasons) == {"quality", "environment"} and all(reasons.values())
    assert lost.facts["standstill_until"] == award.standstill_until.isoformat()
    assert Competition.objects.get(pk=case.competition.pk).stage == "awarded"


@pytest.mark.parametrize(
    ("sent", "first_day"), [("2026-03-23", "2026-04-08"), ("2025-12-19", "2025-12-30"), ("2026-05-04", "2026-05-16")]
)
def test_the_contract_waits_for_the_standstill_to_end(
    case: Case, time: Callable[[datetime], None], sent: str, first_day: str
) -> None:
    """Story (i): a letter of 23 March 2026 is signed from 8 April."""
    time(datetime.fromisoformat(f"{sent}T12:00").replace(tzinfo=OSLO))
    give(case)
    opens = datetime.fromisoformat(f"{first_day}T00:00").replace(tzinfo=OSLO)
    time(opens - timedelta(seconds=1))
    sign = (actions.conclude, case.competition)
    assert refused(*sign, actor=actor(case.lead), person=case.lead) == "standstill_lasts"
    time(opens)
    contracts = actions.conclude(case.competition, actor=actor(case.lead), person=case.lead)
    assert [(one.supplier.name, one.rank, one.value) for one in contracts] == [("Leverandør C", 1, 1_400_000)]


def test_an_upheld_complaint_leads_to_a_reversal_and_a_new_standstill(
    case: Case, time: Callable[[datetime], None]
) -> None:
    day = datetime(2026, 3, 23, 12, tzinfo=OSLO)
    time(day)
    give(case)
    seller = case.suppliers["B"].grants.get().person
    complaint = actions.complain(
        case.competition, case.suppliers["B"], "buyer", "Poengene for miljø er feil", actor=actor(seller), person=seller
    )
    time(day + timedelta(days=20))
    lead = actor(case.lead)
    assert refused(actions.conclude, case.competition, actor=lead, person=case.lead) == "complaint_waits"
    actions.answer_complaint(complaint, "upheld", "Dere har rett i det", actor=lead, person=case.lead)
    assert refused(actions.conclude, case.competition, actor=lead, person=case.lead) == "upheld_complaint"
    actions.reverse(case.competition, "Poengene for miljø var feil", actor=lead)
    assert Competition.objects.get(pk=case.competition.pk).stage == "evaluating"
    with pytest.raises(BadInput):
        give(case)
    second = give(case, "Nye poeng etter klagen")
    assert (second.version, second.standstill_until.isoformat()) == (2, "2026-04-22")
    assert AwardLetter.objects.filter(competition=case.competition).count() == 8
    assert Mail.objects.filter(subject__contains="omgjort").count() == 4


def test_a_stale_ranking_is_not_awarded(case: Case) -> None:
    out = (case.competition, case.suppliers["D"], "REJECT-MUST", "Oppfyller ikke kravet")
    evaluating.reject(*out, actor=actor(case.lead), person=case.lead)
    assert refused(give, case) == "ranking_is_stale"
    assert not AwardLetter.objects.exists()


def test_a_rejected_tenderer_is_told_the_ground_and_the_reason(case: Case) -> None:
    out = (case.competition, case.suppliers["D"], "REJECT-MUST", "Oppfyller ikke kravet om levering")
    evaluating.reject(*out, actor=actor(case.lead), person=case.lead)
    evaluating.rank(case.lot, actor=actor(case.lead), person=case.lead)
    letter = give(case).letters.get(supplier=case.suppliers["D"])
    assert letter.outcome == "rejected"
    assert letter.facts["lots"][0]["rejected"] == {
        "ground": "REJECT-MUST",
        "reason": "Oppfyller ikke kravet om levering",
    }


def test_a_cancellation_needs_its_ground_and_tells_everybody(case: Case) -> None:
    with pytest.raises(BadInput):
        actions.cancel(case.competition, "nei", actor=actor(case.lead))
    actions.cancel(case.competition, "Behovet er falt bort etter ny bevilgning", actor=actor(case.lead))
    assert AwardLetter.objects.filter(outcome="cancelled").count() == 4
    assert Competition.objects.get(pk=case.competition.pk).cancelled_reason.startswith("Behovet")


def test_what_a_contract_becomes_is_made_in_the_same_transaction(
    case: Case, time: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    time(datetime(2026, 3, 23, 12, tzinfo=OSLO))
    give(case)
    time(datetime(2026, 4, 20, 12, tzinfo=OSLO))

    def fails(competition: Competition, lot: CompetitionLot, *given: Any) -> str:
        raise Refused("nothing", "Kan ikke")

    monkeypatch.setattr(outcomes, "_outcomes", {"open": fails})
    assert refused(actions.conclude, case.competition, actor=actor(case.lead), person=case.lead) == "nothing"
    assert not ConcludedContract.objects.exists()
    assert Competition.objects.get(pk=case.competition.pk).stage == "awarded"


def test_a_supplier_complains_only_where_it_has_tendered(case: Case) -> None:
    give(case)
    seller = case.suppliers["B"].grants.get().person
    code = refused(
        actions.complain, case.competition, case.suppliers["A"], "buyer", "Vi klager på valget", actor=actor(seller),
        person=seller,
    )  # fmt: skip
    assert code == "not_a_project_lead"
    assert checks.no_complaint_waits(case.competition, clock.now()).allowed


def ranked(*rows: tuple[str, int], winner: str | None = None) -> dict[str, Any]:
    return {
        "winner": winner or (rows[0][0] if rows[0][1] == 1 and rows[1][1] != 1 else None),
        "tie": [name for name, rank in rows if rank == 1],
        "ranking": [{"tender": name, "rank": rank} for name, rank in rows],
    }


@pytest.mark.parametrize(
    ("answer", "places", "chosen"),
    [
        (ranked(("A", 1), ("B", 2), ("C", 3)), 1, ["A"]),
        (ranked(("A", 1), ("B", 2), ("C", 3)), 3, ["A", "B", "C"]),
        (ranked(("A", 1), ("B", 2), ("C", 3)), 5, ["A", "B", "C"]),
        (ranked(("A", 1), ("B", 1), ("C", 3), winner="B"), 1, ["B"]),
    ],
)
def test_places_are_given_in_the_order_of_one_ranking(answer: dict[str, Any], places: int, chosen: list[str]) -> None:
    assert winners_of(answer, places) == chosen


@pytest.mark.parametrize(
    ("answer", "places"),
    [
        (ranked(("A", 1), ("B", 1)), 1),
        (ranked(("A", 1), ("B", 2), ("C", 2)), 2),
        (ranked(("A", 1), ("B", 2), ("C", 2)), 3),
    ],
)
def test_tenders_that_stand_alike_about_a_place_are_not_chosen_between(answer: dict[str, Any], places: int) -> None:
    with pytest.raises(ValueError):
        winners_of(answer, places)


@pytest.mark.parametrize(
    ("grounds", "outcome"),
    [
        (["REJECT-REQUIREMENT", "REJECT-REQUIREMENT"], "rejected"),
        (["REDUCE", "REDUCE"], "lost"),
        (["REDUCE", "REJECT-REQUIREMENT"], "lost"),
        (["REJECT-REQUIREMENT", ""], "lost"),
    ],
)
def test_whoever_was_not_taken_further_has_lost_and_is_not_rejected(grounds: list[str], outcome: str) -> None:
    lots = [{"won": False, "rejected": {"ground": one, "reason": "…"} if one else None} for one in grounds]
    assert outcome_of({"lots": lots}) == outcome


def test_one_not_taken_further_stands_under_a_heading_of_its_own(case: Case) -> None:
    name = case.suppliers["D"].name
    Rejection.objects.create(
        competition=case.competition, supplier=case.suppliers["D"], ground="REDUCE", reason="Nummer fire av fire.",
        made_at=clock.now(), made_by=case.lead,
    )  # fmt: skip
    page = visitor(case.lead).get(f"/konkurranser/{case.competition.number}/evaluering").content.decode()
    assert name in page.partition("Ikke valgt til neste runde")[2]
    assert "Avviste tilbud" not in page
    paper = protocol_paper(case.competition, inside=True, language="nb", at=clock.now())
    told = {str(one.heading): str(one.blocks) for one in paper.sections}
    assert name in told["Ikke valgt til neste runde"] and "Avviste tilbud" not in told
