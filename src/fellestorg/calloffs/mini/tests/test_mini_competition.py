"""From a call-off that leads to a mini-competition to the order at the tendered price (stories a and FA-9 to FA-11)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fellestorg.agreements.models import CeilingBalance
from fellestorg.calloffs import actions as calling_off
from fellestorg.calloffs.mini import actions
from fellestorg.calloffs.mini.actions import Weighed, Wish
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.tests import paper_case
from fellestorg.competitions.award import actions as awarding
from fellestorg.competitions.evaluation import actions as evaluating
from fellestorg.competitions.models import Competition, OpeningKey
from fellestorg.competitions.tenders import drafts, form_rows, opening, sealing, submitting
from fellestorg.competitions.tenders.content import Draft
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import actor_for
from fellestorg.organisations.sessions import SESSION_KEY
from fellestorg.values import BadInput, Refused

SINCE = date(2020, 1, 1)
FIRST, SECOND, SUSPENDED = paper_case.SUPPLIERS


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def call_off(db: None) -> CallOff:
    lot = paper_case.lot()
    for index, number in enumerate((FIRST, SECOND)):
        person = Person.objects.create(username=f"selger{index}", name="Selger", email=f"s{index}@example.no")
        supplier = Organisation.objects.get(number=number)
        RoleGrant.objects.create(person=person, organisation=supplier, role="supplier", valid_from=SINCE)
    second = Person.objects.create(username="apner", name="Åpner", email="a@example.no")
    RoleGrant.objects.create(
        person=second,
        organisation=Organisation.objects.get(number=paper_case.SI),
        role="project_lead",
        valid_from=SINCE,
    )
    made = paper_case.call_off(lot, {"PAP-A4": "15000"})
    assert made.state == "mini_competition"
    return made


def kari() -> tuple[Person, Actor]:
    person = Person.objects.get(username="kari")
    return person, actor_for(person, clock.today())


def wish(*criteria: Weighed) -> Wish:
    until = clock.now() + timedelta(days=7)
    return Wish("Papir til hele etaten", criteria, until, None, Person.objects.get(username="apner"), False)


def hold(call_off: CallOff, *criteria: Weighed) -> Competition:
    person, actor = kari()
    return actions.hold(call_off, wish(*criteria), actor=actor, person=person, now=clock.now())


def give_keys(competition: Competition) -> list[str]:
    now = clock.now()
    holders: list[dict[str, object]] = [
        {"person": Person.objects.get(username="kari")},
        {"person": Person.objects.get(username="apner")},
        {"organisation": competition.buyer},
    ]
    secrets = []
    for holder in holders:
        made = sealing.new_key()
        OpeningKey.objects.create(recipient=made.recipient, made_at=now, confirmed_at=now, **holder)
        secrets.append(made.secret)
    return secrets


def tender(competition: Competition, number: str, price: str) -> None:
    supplier = Organisation.objects.get(number=number)
    person, now = supplier.grants.get().person, clock.now()
    lot = competition.lots.get()
    draft = Draft(
        (lot.key,), {q.key: "Leverer på dagen" for q in competition.questions.all()}, {lot.key: {"pap-a4": price}}
    )
    drafts.save(competition, supplier, draft, person=person, now=now)
    form = form_rows.form_of(competition, supplier)
    submitting.submit(competition, supplier, form, {"binding": True}, person=person, now=now)


def test_everything_follows_from_three_answers(call_off: CallOff) -> None:
    made = hold(call_off, Weighed("kvalitet", "Levering", "Hvor raskt leverer dere?", Decimal("0.3")))
    assert {one.supplier.number for one in made.invitees.all()} == {FIRST, SECOND}, "the suspended one is not able"
    assert [(one.kind, one.weight) for one in made.criteria.all()] == [
        ("price", Decimal("0.7")),
        ("points", Decimal("0.3")),
    ]
    plan = made.plans.get()
    amount = Decimal(call_off.decision.answer["amount"])
    assert plan.model == "priced_quality_deduction"
    assert Decimal(plan.criteria[1]["max_value"]) == (amount * 3 / 7).quantize(Decimal(1))
    line = made.lots.get().price_lines.get()
    assert (line.key, line.quantity) == ("pap-a4", 15000)
    assert made.documents.filter(kind="specification").exists() and made.questions.count() == 1


def test_it_is_not_sent_before_both_openers_have_keys_and_says_so(call_off: CallOff) -> None:
    made, (_person, actor) = hold(call_off), kari()
    with pytest.raises(Refused) as refused:
        actions.send(made, actor=actor, now=clock.now())
    assert "nøkkel" in refused.value.text
    assert Competition.objects.get(pk=made.pk).stage == "preparing"


def test_one_call_off_has_one_mini_competition(call_off: CallOff) -> None:
    hold(call_off)
    with pytest.raises(Refused) as refused:
        hold(call_off)
    assert refused.value.code == "mini_competition_under_way"


def test_the_order_is_made_at_the_tendered_price_and_drawn_on_the_ceiling(
    call_off: CallOff, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hold(call_off)
    secrets, (person, actor) = give_keys(made), kari()
    actions.send(made, actor=actor, now=clock.now())
    made = Competition.objects.get(pk=made.pk)
    with pytest.raises(BadInput) as bad:
        tender(made, SECOND, "40")
    assert "above_ceiling" in {one.code for one in bad.value.problems}, "its own agreement price is the ceiling"
    tender(made, FIRST, "41,50")
    tender(made, SECOND, "35,25")
    Competition.objects.filter(pk=made.pk).update(
        published_at=clock.now() - timedelta(days=8), tenders_until=clock.now() - timedelta(seconds=1)
    )
    for opener, secret in zip((person, Person.objects.get(username="apner")), secrets, strict=False):
        now = clock.now()
        made = Competition.objects.get(pk=made.pk)
        giver = actor_for(opener, clock.local_day(now))
        opening.give_key(made, secret.encode(), "", person=opener, actor=giver, now=now)
    made = Competition.objects.get(pk=made.pk)
    evaluating.declare(made, "", conflict=False, actor=actor, person=person)
    evaluating.start(made, actor=actor)
    lot = made.lots.get()
    evaluating.close_quality(lot, actor=actor, person=person)
    evaluating.rank(lot, actor=actor, person=person)
    awarding.award(made, actor=actor, person=person)
    assert Competition.objects.get(pk=made.pk).standstill_until is None, "voluntary, and not chosen (FA-11)"
    contract = awarding.conclude(made, actor=actor, person=person)[0]
    done = CallOff.objects.get(pk=call_off.pk)
    order = done.orders.get()
    assert contract.became == call_off.subject
    assert (done.state, done.contract_value) == ("committed", Decimal("528750.00"))
    assert (order.supplier.number, order.lines.get().unit_price) == (SECOND, Decimal("35.25"))
    assert CeilingBalance.objects.get(lot=call_off.lot).used == Decimal("528750.00")


def test_a_call_off_that_was_cancelled_meanwhile_is_not_ordered(call_off: CallOff) -> None:
    from fellestorg.calloffs.mini.outcome import award_call_off

    made, (person, actor) = hold(call_off), kari()
    calling_off.cancel(call_off, "Behovet er borte", actor=actor)
    supplier = Organisation.objects.get(number=FIRST)
    with pytest.raises(Refused) as refused:
        award_call_off(made, made.lots.get(), supplier, 1, Decimal(1000), actor, person, clock.now())
    assert refused.value.code == "call_off_closed"


def test_the_page_asks_in_three_steps_and_keeps_what_was_filled_in(call_off: CallOff) -> None:
    person, _actor = kari()
    client = Client()
    session = client.session
    session[SESSION_KEY] = person.pk
    session.save()
    path = f"/avrop/{call_off.number}/minikonkurranse"
    shown = client.get(path).content.decode()
    assert all(step in shown for step in ("1. Behovet", "2. Hva som avgjør", "3. Frist og åpning"))
    bad = client.post(path, {"description": "Mye papir", "quality_title": "Levering", "tenders_until": "2020-01-01"})
    assert bad.status_code == 422
    assert "Mye papir" in bad.content.decode() and "Fristen må ligge fram i tid." in bad.content.decode()
    until = (clock.today() + timedelta(days=9)).isoformat()
    good = client.post(
        path, {"description": "Mye papir", "tenders_until": until, "second_opener": "apner"}, follow=True
    )
    assert f'href="/avrop/{call_off.number}"' in good.content.decode(), "the way back"
    assert Organisation.objects.get(number=FIRST).name in good.content.decode()
    assert good.status_code == 200 and Competition.objects.get(origin=call_off.subject).title.endswith(call_off.title)
    assert client.get(path).status_code == 302
