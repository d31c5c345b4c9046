"""A call-off in a purchasing system: everybody admitted when the invitation goes out, ten days, and then as any other."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fellestorg.agreements.models import Admission, CeilingBalance, FrameworkAgreement, SupplierPosition
from fellestorg.calloffs import actions as calling_off
from fellestorg.calloffs.mini import actions
from fellestorg.calloffs.mini.actions import Wish
from fellestorg.calloffs.mini.tests.test_mini_competition import SINCE, give_keys, kari
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.needs import Need
from fellestorg.calloffs.tests import paper_case
from fellestorg.competitions.award import actions as awarding
from fellestorg.competitions.evaluation import actions as evaluating
from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders import drafts, opening, sealing, submitting
from fellestorg.competitions.tenders.content import Draft
from fellestorg.competitions.tenders.models import OpeningKey
from fellestorg.competitions.tenders.tests.world import form_for
from fellestorg.kernel import clock
from fellestorg.law.deadlines import compute_deadline
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import actor_for
from fellestorg.organisations.sessions import SESSION_KEY
from fellestorg.values import BadInput, Refused

FIRST, SECOND, THIRD = paper_case.SUPPLIERS
EVERYBODY = {"steps": [{"when": {}, "mechanism": "dps_invitation"}], "decides": ["goods"], "tie_rule": "rank"}
ADMITTED = "Vedtak om opptak"


@pytest.fixture
def call_off(db: None, settings: Any, tmp_path: Path) -> CallOff:
    settings.DATA_DIR = tmp_path
    lot = paper_case.lot(EVERYBODY)
    FrameworkAgreement.objects.update(instrument="dps")
    SupplierPosition.objects.all().delete()
    for index, number in enumerate((FIRST, SECOND)):
        person = Person.objects.create(username=f"selger{index}", name="Selger", email=f"s{index}@example.no")
        supplier = Organisation.objects.get(number=number)
        RoleGrant.objects.create(person=person, organisation=supplier, role="supplier", valid_from=SINCE)
        admit(lot, number)
    second = Person.objects.create(username="apner", name="Åpner", email="a@example.no")
    owner = Organisation.objects.get(number=paper_case.SI)
    RoleGrant.objects.create(person=second, organisation=owner, role="project_lead", valid_from=SINCE)
    person, actor = kari()
    need = Need("r", paper_case.BUYER, "kontor", "papir", amount=Decimal(200_000), category="paper")
    made = calling_off.commit(need, lot, actor=actor, person=person).call_off
    assert made is not None and made.state == "dps_invitation"
    return made


def admit(lot: Any, number: str, since: date = SINCE) -> Admission:
    supplier = Organisation.objects.get(number=number)
    return Admission.objects.create(lot=lot, supplier=supplier, category="paper", valid_from=since, source=ADMITTED)


def hold(call_off: CallOff, days: int = 20) -> Competition:
    person, actor = kari()
    until = clock.now() + timedelta(days=days)
    wish = Wish("Papir til hele etaten", (), until, None, Person.objects.get(username="apner"), False)
    return actions.hold(call_off, wish, actor=actor, person=person, now=clock.now())


def invited(competition: Competition) -> set[str]:
    return {one.supplier.number for one in competition.invitees.select_related("supplier")}


def sent(call_off: CallOff) -> tuple[Competition, list[str]]:
    made = hold(call_off)
    secrets, (_person, actor) = give_keys(made), kari()
    actions.send(made, actor=actor, now=clock.now())
    return Competition.objects.get(pk=made.pk), secrets


def tender(competition: Competition, number: str, price: str) -> None:
    supplier = Organisation.objects.get(number=number)
    person, now, lot = supplier.grants.get().person, clock.now(), competition.lots.get()
    draft = Draft((lot.key,), {}, {lot.key: {"alt": price}})
    drafts.save(competition, supplier, draft, person=person, now=now)
    submitting.submit(competition, supplier, form_for(competition), {"binding": True}, person=person, now=now)


def test_those_admitted_when_the_invitation_goes_out_are_invited_and_later_ones_the_next_time(
    call_off: CallOff,
) -> None:
    made = hold(call_off)
    assert (made.procedure, invited(made)) == ("purchasing_system_call", {FIRST, SECOND})
    Admission.objects.filter(supplier__number=FIRST).update(valid_to=clock.today() - timedelta(days=1))
    admit(call_off.lot, THIRD)
    give_keys(made)
    actions.send(made, actor=kari()[1], now=clock.now())
    assert invited(made) == {SECOND, THIRD}, "as it was when the invitation went out (DPS-7)"
    assert {one.basis for one in made.invitees.all()} == {"admitted"}
    admit(call_off.lot, FIRST, clock.today())
    assert invited(made) == {SECOND, THIRD}


def test_tenders_get_at_least_the_days_of_the_rule(call_off: CallOff) -> None:
    earliest = compute_deadline("dps_tender", clock.today()).due
    short = (earliest - clock.today()).days - 1
    with pytest.raises(BadInput) as bad:
        hold(call_off, short)
    assert [(one.where, one.code) for one in bad.value.problems] == [("tenders_until", "deadline_too_short")]
    assert Competition.objects.get(pk=hold(call_off, short + 1).pk).tenders_until is not None


def test_the_winner_gets_the_order_and_the_ceiling_is_drawn(call_off: CallOff) -> None:
    made, secrets = sent(call_off)
    tender(made, FIRST, "190000")
    tender(made, SECOND, "180000")
    done = award(made, secrets)
    (person, actor) = kari()
    Admission.objects.filter(supplier__number=SECOND).update(valid_to=clock.today() - timedelta(days=1))
    with pytest.raises(Refused) as refused:
        awarding.conclude(done, actor=actor, person=person)
    assert refused.value.code == "winner_not_admitted"
    Admission.objects.filter(supplier__number=SECOND).update(valid_to=None)
    awarding.conclude(done, actor=actor, person=person)
    bought = CallOff.objects.get(pk=call_off.pk)
    assert (bought.state, bought.contract_value) == ("committed", Decimal("180000.00"))
    assert bought.orders.get().supplier.number == SECOND
    assert CeilingBalance.objects.get(lot=call_off.lot).used == Decimal("180000.00")
    page = signed_in().get(f"/avrop/{call_off.number}").content.decode()
    assert f'href="/konkurranser/{made.number}"' in page and "Konkurransen ga en bestilling" in page


def award(made: Competition, secrets: list[str]) -> Competition:
    person, actor = kari()
    Competition.objects.filter(pk=made.pk).update(
        published_at=clock.now() - timedelta(days=21), tenders_until=clock.now() - timedelta(seconds=1)
    )
    for opener, secret in zip((person, Person.objects.get(username="apner")), secrets, strict=False):
        now = clock.now()
        row = Competition.objects.get(pk=made.pk)
        giver = actor_for(opener, clock.local_day(now))
        opening.give_key(row, secret.encode(), "", person=opener, actor=giver, now=now)
    row = Competition.objects.get(pk=made.pk)
    evaluating.declare(row, "", conflict=False, actor=actor, person=person)
    evaluating.start(row, actor=actor)
    lot = row.lots.get()
    evaluating.close_quality(lot, actor=actor, person=person)
    evaluating.rank(lot, actor=actor, person=person)
    awarding.award(row, actor=actor, person=person)
    return Competition.objects.get(pk=made.pk)


def signed_in() -> Client:
    client = Client()
    session = client.session
    session[SESSION_KEY] = kari()[0].pk
    session.save()
    return client


def test_the_page_is_reached_from_the_call_off_and_says_the_earliest_day(call_off: CallOff) -> None:
    client = signed_in()
    path = f"/avrop/{call_off.number}/inviter"
    without = Person.objects.create(username="abel", name="Abel", email="abel@example.no")
    RoleGrant.objects.create(person=without, organisation=call_off.buyer, role="buyer", valid_from=SINCE)
    now, apner = clock.now(), Person.objects.get(username="apner")
    OpeningKey.objects.create(recipient=sealing.new_key().recipient, made_at=now, confirmed_at=now, person=apner)
    assert path in client.get(f"/avrop/{call_off.number}").content.decode()
    shown = client.get(path).content.decode()
    assert "DPS-6" in shown
    openers = re.findall(r'<option value="([^"]+)"', shown[shown.index('name="second_opener"') :])
    assert openers[0] == "apner" and "abel" in openers, "somebody who can open is proposed first"
    given = {"description": "Papir", "second_opener": "apner"}
    early = client.post(path, {**given, "tenders_until": (clock.today() + timedelta(days=3)).isoformat()})
    assert early.status_code == 422 and "Fristen er tidligst" in early.content.decode()
    good = client.post(path, {**given, "tenders_until": (clock.today() + timedelta(days=20)).isoformat()})
    assert good.status_code == 302
    assert Competition.objects.get(origin=call_off.subject).procedure == "purchasing_system_call"
