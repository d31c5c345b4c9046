"""A routine is set up by one and adopted by another, stands for a year, and is reminded of once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from fellestorg.agreements.models import Lot
from fellestorg.calloffs.reuse.routines import actions
from fellestorg.calloffs.reuse.routines.models import ReuseRoutine
from fellestorg.calloffs.reuse.routines.queries import standing, standings
from fellestorg.calloffs.reuse.routines.words import suggestion
from fellestorg.calloffs.tests.world import agency_of, somebody
from fellestorg.kernel import audit, clock
from fellestorg.kernel.models import Message
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
TEXT = "Alt utstyr låses inn samme dag, og vi teller sammen med sjåføren."


def lot() -> Lot:
    return Lot.objects.select_related("agreement__manager").filter(agreement__key="ombruk-ikt").order_by("number")[0]


def agency() -> Organisation:
    return Organisation.objects.get(number=agency_of("innkjoper"))


def set_up(who: str = "lokal-avtaleforvalter", **change: str) -> ReuseRoutine:
    given = {"owner": "innkjoper", "text": TEXT, **change}
    return actions.set_up(lot(), agency(), actor=somebody(who)[0], now=clock.now(), **given)


def adopt(version: int = 2, who: str = "godkjenner", day: date | None = None) -> None:
    actions.adopt(lot(), agency(), version, day or clock.today(), actor=somebody(who)[0], now=clock.now())


def test_two_people_put_a_routine_in_use_and_the_old_one_stays() -> None:
    set_up()
    found = standing(lot().agreement, agency(), clock.today())
    assert (found.waiting.version, found.current.version, found.state) == (2, 1, "overdue")
    adopt()
    found = standing(lot().agreement, agency(), clock.today())
    assert (found.waiting, found.current.owner.username, found.state) == (None, "innkjoper", "in_use")
    assert [one.version for one in found.versions] == [2, 1]
    assert Message.objects.filter(code="reuse_routine_waits", recipient=somebody("godkjenner")[0].key).count() == 1
    assert audit.verify().faults == ()


def test_the_one_who_set_it_up_and_others_may_not_adopt_it() -> None:
    with pytest.raises(Refused, match="lokal avtaleforvalter"):
        set_up("innkjoper")
    both = Person.objects.get(username="lokal-avtaleforvalter")
    own = somebody("godkjenner")[1].grants.first()
    both.grants.create(organisation=agency(), role="approver", valid_from=own.valid_from)
    set_up()
    with pytest.raises(Refused, match="En annen må"):
        adopt(who="lokal-avtaleforvalter")
    with pytest.raises(Refused, match="godkjenner"):
        adopt(who="innkjoper")
    with pytest.raises(Refused, match="venter ikke"):
        adopt(version=1)
    with pytest.raises(BadInput, match="fram i tid"):
        adopt(day=clock.today() + timedelta(days=1))


@pytest.mark.parametrize(
    ("change", "where"),
    [({"owner": "innkjopar"}, "owner"), ({"owner": "si_admin"}, "owner"), ({"text": "kort"}, "text")],
)
def test_a_routine_has_an_owner_of_the_agency_and_says_something(change: dict[str, str], where: str) -> None:
    with pytest.raises(BadInput) as wrong:
        set_up(**change)
    assert [one.where for one in wrong.value.problems] == [where]


@pytest.mark.parametrize(
    ("day", "state"),
    [(date(2023, 10, 1), "in_use"), (date(2024, 10, 1), "in_use"), (date(2024, 10, 2), "overdue")],
)
def test_it_stands_for_a_year_from_the_day_it_was_adopted(day: date, state: str) -> None:
    set_up()
    adopt(day=date(2023, 10, 1))
    assert standing(lot().agreement, agency(), day).state == state


def test_confirming_moves_the_day_a_year_on_and_is_done_once_a_day() -> None:
    actions.confirm(lot(), agency(), actor=somebody("lokal-avtaleforvalter")[0], now=clock.now())
    found = standing(lot().agreement, agency(), clock.today())
    assert (found.state, found.confirmed_on) == ("in_use", clock.today())
    with pytest.raises(Refused, match="alt vedtatt eller bekreftet"):
        actions.confirm(lot(), agency(), actor=somebody("godkjenner")[0], now=clock.now())
    with pytest.raises(Refused, match="eieren"):
        actions.confirm(lot(), agency(), actor=somebody("innkjopar")[0], now=clock.now() + timedelta(days=1))


def test_an_overdue_confirmation_is_reminded_of_once() -> None:
    assert [actions.remind(clock.now()) for _twice in range(2)] == [1, 0]
    told = set(Message.objects.filter(code="reuse_routine_overdue").values_list("recipient", flat=True))
    assert told == {somebody("lokal-avtaleforvalter")[0].key, lot().agreement.manager.key}


def test_an_agency_sees_its_own_and_si_sees_all() -> None:
    states = {
        one.agency.number: one.state for one in standings(lot().agreement, somebody("si-admin")[0], clock.today())
    }
    assert (states[agency().number], states[agency_of("innkjopar")]) == ("overdue", "in_use")
    own = standings(lot().agreement, somebody("innkjoper")[0], clock.today())
    assert [one.agency for one in own] == [agency()]


def test_the_suggestion_is_in_the_agencys_language_form() -> None:
    assert "IKT-støtte henter" in suggestion("nb") and "IKT-støtte hentar" in suggestion("nn")


def test_the_routine_is_set_up_adopted_and_confirmed_on_its_page(client: Client) -> None:
    base = f"/avtaler/ombruk-ikt/{lot().key}/ombruk"
    address = f"{base}/rutiner/{agency().number}"
    client.post("/logg-inn", {"person": "lokal-avtaleforvalter"})
    assert "ikke bekreftet i tide" in client.get(base).content.decode()
    assert client.post(address, {"what": "set_up", "owner": "approver", "text": "kort"}).status_code == 422
    assert client.post(address, {"what": "set_up", "owner": "approver", "text": TEXT}).status_code == 302
    day = clock.today().isoformat()
    assert client.post(address, {"what": "adopt", "version": "2", "day": day}).status_code == 409
    client.post("/logg-inn", {"person": "godkjenner"})
    assert "Vedta rutinen" in client.get(address).content.decode()
    assert client.post(address, {"what": "adopt", "version": "2", "day": day}).status_code == 302
    page = client.get(address).content.decode()
    assert TEXT in page and "I bruk" in page
    assert client.post(address, {"what": "confirm"}).status_code == 409
    told = client.get(f"{base}/rutiner.json").json()["routines"]
    assert [(one["state"], one["version"]) for one in told] == [("in_use", 2)]
    client.post("/logg-inn", {"person": "innkjopar"})
    assert client.get(address).status_code == 404
