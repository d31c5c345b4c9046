"""Access to the tenders, fuller reasons, and debrief meetings: who gets what, when, and who was first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from fellestorg.competitions.award import access, actions
from fellestorg.competitions.award.access import Redacted
from fellestorg.competitions.award.models import AccessRequest, DebriefSlot
from fellestorg.competitions.award.tests.ranked import case, ranked_case, ready
from fellestorg.competitions.tests.case import Case, actor
from fellestorg.competitions.tests.test_evaluation_journey import visitor
from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.kernel.clock import OSLO
from fellestorg.values import BadInput, Refused

__all__ = ["case", "ready"]
PDF = Redacted("sladdet.pdf", b"%PDF-1.7 ...")
WHY = "Kalkylen er sladdet fordi den viser hvordan prisen er bygd opp"


def award(case: Case) -> None:
    actions.award(case.competition, actor=actor(case.lead), person=case.lead)
    case.competition.refresh_from_db()


def decide(case: Case, request: AccessRequest, outcome: str, rule: str = "", file: Redacted | None = None) -> Any:
    lead = actor(case.lead)
    return access.decide(request, outcome, WHY, rule_id=rule, redacted=file, actor=lead, person=case.lead)


def code_of(act: Callable[..., Any], *given: Any, **more: Any) -> str:
    with pytest.raises((Refused, BadInput)) as error:
        act(*given, **more)
    return error.value.code if isinstance(error.value, Refused) else error.value.problems[0].code


def test_before_the_choice_all_may_be_held_back_and_after_it_only_trade_secrets(case: Case) -> None:
    early = access.ask(case.competition, "protocol", actor=ANONYMOUS)
    assert decide(case, early, "refused", "ACCESS-BEFORE").source.startswith("Offentleglova § 23")
    late = access.ask(case.competition, "tender", whose=case.suppliers["A"], actor=ANONYMOUS)
    award(case)
    assert code_of(decide, case, late, "refused", "ACCESS-BEFORE") == "unknown"
    assert code_of(decide, case, late, "refused", "ACCESS-SECRET") == "refused_only_before_the_choice"
    assert code_of(decide, case, late, "partly", "ACCESS-SECRET") == "missing"
    assert code_of(decide, case, late, "partly", "ACCESS-SECRET", Redacted("x", b"PK")) == "not_a_pdf"
    done = decide(case, late, "partly", "ACCESS-SECRET", PDF)
    assert "§ 13" in done.source and bytes(done.redacted.content) == PDF.content
    assert code_of(decide, case, late, "given") == "access_decided"


def test_the_public_is_nameless_and_only_the_lead_says_which_body_asks(case: Case) -> None:
    named = access.ask(case.competition, "protocol", asked_by="Kari Privatperson", actor=ANONYMOUS)
    assert named.asked_by == ""
    body = access.ask(case.competition, "protocol", asked_by="Avisa Demo", actor=actor(case.lead))
    assert body.asked_by == "Avisa Demo"
    seller = actor(case.suppliers["B"].grants.get().person)
    assert access.ask(case.competition, "protocol", actor=seller).asked_by == "Leverandør B"


def test_fuller_reasons_are_for_tenderers_after_the_choice_within_fifteen_days(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller = actor(case.suppliers["B"].grants.get().person)
    assert code_of(access.ask, case.competition, "reasons", actor=seller) == "reasons_for_tenderers"
    award(case)
    assert code_of(access.ask, case.competition, "reasons", actor=ANONYMOUS) == "reasons_for_tenderers"
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 2, 12, tzinfo=OSLO))
    made = access.ask(case.competition, "reasons", actor=seller)
    assert access.due(made) == date(2026, 3, 17)
    assert [one.pk for one in access.shown_to(seller, case.competition)] == [made.pk]
    assert access.shown_to(ANONYMOUS, case.competition) == [], "reasons to a tenderer are its own"


def test_too_many_that_wait_stop_the_public_but_not_the_lead(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "MOST_WAITING", 1)
    access.ask(case.competition, "protocol", actor=ANONYMOUS)
    assert code_of(access.ask, case.competition, "protocol", actor=ANONYMOUS) == "access_waits"
    access.ask(case.competition, "protocol", actor=actor(case.lead))


def test_anybody_asks_on_the_page_and_reads_the_answer_there(case: Case) -> None:
    page = f"/konkurranser/{case.competition.number}/innsyn"
    public, lead = Client(), visitor(case.lead)
    shown = public.get(page).content.decode()
    assert "Leverandør A" not in shown, "who has tendered is not told before the choice"
    assert public.post(page, {"about": "alt"}).status_code == 422
    assert public.post(page, {"about": "protocol"}).status_code == 302
    request = case.competition.access_requests.get()
    assert public.post(f"{page}/{request.pk}", {"outcome": "given"}).status_code == 302, "sent to sign in"
    seller = visitor(case.suppliers["A"].grants.get().person)
    assert seller.post(f"{page}/{request.pk}", {"outcome": "given"}).status_code == 409
    refusal = {"outcome": "refused", "source": "ACCESS-BEFORE", "reason": WHY}
    assert lead.post(f"{page}/{request.pk}", {**refusal, "reason": "nei"}).status_code == 422
    assert lead.post(f"{page}/{request.pk}", refusal).status_code == 302
    assert "Offentleglova § 23" in public.get(page).content.decode()
    assert public.get(f"{page}/{request.pk}.pdf").status_code == 404
    assert public.get(f"{page}.json").json()["requests"][0]["outcome"] == "refused"
    assert b"ACCESS" not in public.get(f"{page}.csv").content


def test_a_tenderer_takes_one_time_and_others_see_only_that_it_is_taken(case: Case) -> None:
    page = f"/konkurranser/{case.competition.number}/debrief"
    lead = visitor(case.lead)
    when = {"day": "2099-01-05", "time": "10:00", "minutes": "30"}
    assert lead.post(page, when).status_code == 409, "before the choice"
    award(case)
    assert lead.post(page, {**when, "time": "ti"}).status_code == 422
    for hour in ("10:00", "11:00"):
        assert lead.post(page, {**when, "time": hour}).status_code == 302
    assert lead.post(page, when).status_code == 422, "set already"
    first, second = case.competition.debriefs.all()
    sellers = {letter: visitor(case.suppliers[letter].grants.get().person) for letter in "AB"}
    assert sellers["A"].post(f"{page}/{first.pk}").status_code == 302
    assert sellers["A"].post(f"{page}/{second.pk}").status_code == 409, "one each"
    assert sellers["B"].post(f"{page}/{first.pk}").status_code == 409
    assert "Leverandør A" not in sellers["B"].get(page).content.decode()
    assert "Leverandør A" in lead.get(page).content.decode()
    assert Client().get(page).status_code == 302


def test_of_many_who_take_a_time_at_once_one_has_it(own_database: Any) -> None:
    own_database()
    case = ranked_case()
    award(case)
    slot = access.offer_debrief(case.competition, clock.now() + timedelta(days=3), 30, actor=actor(case.lead))
    sellers = [actor(one.grants.get().person) for one in case.suppliers.values()]

    def take(seller: Any) -> bool:
        try:
            access.book_debrief(slot, actor=seller)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(sellers)) as pool:
        won = list(pool.map(take, sellers))
    assert won.count(True) == 1
    taken = DebriefSlot.objects.get(pk=slot.pk).supplier
    assert taken is not None and taken.number in sellers[won.index(True)].organisations()
