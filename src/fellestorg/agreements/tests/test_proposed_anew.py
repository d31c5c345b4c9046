"""A proposal that has become stale, made anew from today's state by somebody who then may not decide it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fellestorg.agreements import proposals
from fellestorg.agreements.admissions import changes as admissions
from fellestorg.agreements.admissions import suspensions
from fellestorg.agreements.changes import halt, regulation_clause
from fellestorg.agreements.models import Admission, AdmissionSuspension, ChangeProposal, FrameworkAgreement, Lot
from fellestorg.agreements.proposals import Target
from fellestorg.agreements.tests.proposing import WHY, actor, approve, higher_ceiling, lot, propose, target
from fellestorg.agreements.tests.test_manage_pages import client
from fellestorg.calloffs.tests.world import lot as lot_of
from fellestorg.catalogues.models import PriceLine
from fellestorg.catalogues.regulation.actions import propose_regulation
from fellestorg.kernel import clock
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")


def supplies() -> Target:
    row = lot_of("forbruksmateriell", "forbruk")
    return Target(row.agreement, row)


def clause(**changed: Any) -> ChangeProposal:
    payload = {**regulation_clause.standing(supplies().the_lot), **changed}
    return propose(regulation_clause.KIND, supplies(), payload, "avtaleforvalter-kontor")


def test_what_it_changed_stays_as_proposed_and_the_rest_is_as_it_has_become() -> None:
    first, stale = clause(notice_days=45), clause(price_decimals=3)
    approve(first)
    visitor = client("avtaleforvalter-kontor")
    page = visitor.get(f"/avtaler/endringer/{stale.pk}")
    assert "Noe er endret siden forslaget ble laget" in page.content.decode()
    assert page.context["again"]["why"].value() == WHY
    assert [one.after for one in page.context["stale"].changes] == ["3"], "the notice is not put back"

    answer = visitor.post(f"/avtaler/endringer/{stale.pk}/pa-nytt", {"why": WHY})
    made = ChangeProposal.objects.latest("id")
    assert answer["Location"] == f"/avtaler/endringer/{made.pk}"
    stale.refresh_from_db()
    assert (stale.state, made.state) == ("withdrawn", "proposed")
    with pytest.raises(Refused) as refused:
        approve(made, "avtaleforvalter-kontor")
    assert refused.value.code == "own_proposal"
    approve(made)
    standing = regulation_clause.standing(supplies().the_lot)
    assert (standing["notice_days"], standing["price_decimals"]) == (45, 3)


def test_whoever_makes_it_anew_is_its_proposer_and_the_first_one_may_then_decide() -> None:
    stale = propose("ceiling", target(), higher_ceiling())
    Lot.objects.filter(pk=lot().pk).update(max_value=lot().max_value + 1)
    made = proposals.propose_anew(stale, WHY, actor=actor("si-admin"), now=clock.now())
    assert (made.proposed_by_key, stale.proposed_by_key) == (actor("si-admin").key, actor("avtaleforvalter-ikt").key)
    assert approve(made, "avtaleforvalter-ikt").state == "approved"


def test_a_regulation_is_worked_out_anew_from_todays_prices() -> None:
    row = supplies().the_lot
    on = clock.today() + timedelta(days=121)
    stale = propose_regulation(row, on, WHY, actor=actor("avtaleforvalter-kontor"), now=clock.now())
    line = PriceLine.objects.filter(item__lot=row, model="fixed", item__standard_assortment=True, valid_to=None)[0]
    PriceLine.objects.filter(pk=line.pk).update(unit_price=line.unit_price + 100)
    with pytest.raises(Refused):
        approve(stale)
    made = proposals.propose_anew(stale, WHY, actor=actor("avtaleforvalter-kontor"), now=clock.now())
    was, now_is = (Decimal(one.payload["change"]["sum_after"]) for one in (stale, made))
    assert now_is - was > 100
    assert approve(made).state == "approved"


def test_nothing_is_made_anew_where_nothing_changed_or_it_is_decided_or_by_others() -> None:
    fresh = propose("ceiling", target(), higher_ceiling())
    page = client("avtaleforvalter-ikt").get(f"/avtaler/endringer/{fresh.pk}")
    assert page.context["stale"] is None
    for who, code in (("avtaleforvalter-ikt", "not_stale"), ("lokal-avtaleforvalter", "not_proposer")):
        with pytest.raises(Refused) as refused:
            proposals.propose_anew(fresh, WHY, actor=actor(who), now=clock.now())
        assert refused.value.code == code
    approve(fresh)
    with pytest.raises(Refused) as refused:
        proposals.propose_anew(fresh, WHY, actor=actor("avtaleforvalter-ikt"), now=clock.now())
    assert refused.value.code == "already_decided"
    assert ChangeProposal.objects.count() == 1


def test_where_the_same_cannot_be_any_more_nothing_is_done() -> None:
    first, stale = clause(notice_days=45), clause(notice_days=45)
    approve(first)
    visitor = client("avtaleforvalter-kontor")
    page = visitor.get(f"/avtaler/endringer/{stale.pk}")
    assert page.context["stale"].moved and page.context["again"] is None, "it would change nothing"
    assert visitor.post(f"/avtaler/endringer/{stale.pk}/pa-nytt", {"why": WHY}).status_code == 422
    assert visitor.post(f"/avtaler/endringer/{stale.pk}/pa-nytt", {"why": ""}).status_code == 422
    stale.refresh_from_db()
    assert stale.state == "proposed" and ChangeProposal.objects.count() == 2


def test_a_cancellation_stands_beside_a_delay_that_came_and_went() -> None:
    words = {"nb": "Bevilgningen er trukket.", "nn": "Løyvinga er trekt.", "en": "The grant is withdrawn."}
    rental, source, day = (
        Target(FrameworkAgreement.objects.get(key="leiebil")),
        "Kunngjort i Doffin (demodata)",
        clock.today(),
    )

    def halted(do: str, days: int, **more: Any) -> ChangeProposal:
        halting = halt.Halting(do, day + timedelta(days=days), words, source=source, **more)
        return propose(halt.KIND, rental, halt.halt_payload(halting), "avtaleforvalter-reise")

    stale = halted(halt.CANCELLED, 30)
    approve(halted(halt.DELAYED, 0, responsible="Finansdepartementet"))
    approve(halted(halt.OVER, 9))
    page = client("avtaleforvalter-reise").get(f"/avtaler/endringer/{stale.pk}").content.decode()
    assert "utsatt fra 1. nov. 2023 til og med 10. nov. 2023" in page.replace("\xa0", " ")
    made = proposals.propose_anew(stale, WHY, actor=actor("avtaleforvalter-reise"), now=clock.now())
    assert approve(made).state == "approved"
    assert list(rental.agreement.halts.order_by("since").values_list("kind", flat=True)) == ["delayed", "cancelled"]


def test_who_is_admitted_or_suspended_since_another_day_is_let_go_or_taken_back_anew() -> None:
    row, day = lot_of("kurs-og-konferanse", "kurs"), clock.today()
    courses, manager = Target(row.agreement, row), "avtaleforvalter-reise"
    one = Admission.objects.filter(lot=row, valid_to=None).select_related("supplier").order_by("id")[0]
    ending = admissions.admission_payload(
        one.supplier.number, one.category, [], day + timedelta(days=5), "Vedtak 15/2023 (demodata)", ends=True
    )
    stale = propose(admissions.KIND, courses, ending, manager)
    Admission.objects.filter(pk=one.pk).update(valid_from=one.valid_from + timedelta(days=1))
    made = proposals.propose_anew(stale, WHY, actor=actor(manager), now=clock.now())
    approve(made)
    one.refresh_from_db()
    assert one.valid_to == day + timedelta(days=4)

    other = Admission.objects.filter(lot=row, valid_to=None).exclude(supplier=one.supplier).order_by("id")[0].supplier
    why = "Egenerklæringen kom ikke innen fristen"
    held = AdmissionSuspension.objects.create(lot=row, supplier=other, since=day - timedelta(days=9), reason=why)
    lifting = suspensions.suspension_payload(other.number, day, "Egenerklæringen er levert nå", lifts=True)
    stale = propose(suspensions.KIND, courses, lifting, manager)
    AdmissionSuspension.objects.filter(pk=held.pk).update(since=day - timedelta(days=3))
    page = client(manager).get(f"/avtaler/endringer/{stale.pk}")
    assert "suspendert fra 29. okt. 2023" in page.content.decode().replace("\xa0", " ")
    approve(proposals.propose_anew(stale, WHY, actor=actor(manager), now=clock.now()))
    held.refresh_from_db()
    assert held.until == day - timedelta(days=1)


def test_an_admission_that_another_has_decided_meanwhile_is_not_made_twice() -> None:
    row, day = lot_of("kurs-og-konferanse", "kurs"), clock.today()
    courses, manager = Target(row.agreement, row), "avtaleforvalter-reise"
    newcomer = lot().positions.order_by("rank")[0].supplier
    payload = admissions.admission_payload(newcomer.number, "course_day", [], day, "Vedtak 14/2023 (demodata)")
    first, stale = (propose(admissions.KIND, courses, payload, manager) for _again in range(2))
    approve(first)
    page = client(manager).get(f"/avtaler/endringer/{stale.pk}")
    assert page.context["stale"].moved and page.context["again"] is None
    assert "leverandøren er alt tatt opp i kategorien" in page.content.decode()
    with pytest.raises(BadInput) as bad:
        proposals.propose_anew(stale, WHY, actor=actor(manager), now=clock.now())
    assert [one.code for one in bad.value.problems] == ["present"]
    stale.refresh_from_db()
    assert stale.state == "proposed" and Admission.objects.filter(supplier=newcomer).count() == 1
