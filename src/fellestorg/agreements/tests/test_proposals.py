"""Four eyes: who may decide what, what an approval does, and what it refuses to do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from fellestorg.agreements import proposals
from fellestorg.agreements.changes.lot import ceiling_payload
from fellestorg.agreements.models import (
    ChangeProposal,
    Lot,
    PolicyVersion,
)
from fellestorg.agreements.proposals import Payload, Target
from fellestorg.agreements.tests.proposing import (
    WHY,
    actor,
    approve,
    higher_ceiling,
    joining,
    later_terms,
    lot,
    new_policy,
    propose,
    swapped,
    target,
    whole,
    wider_scope,
)
from fellestorg.kernel import audit, clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.models import Event, Message
from fellestorg.values import BadInput, Refused


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("avtaleforvalter-ikt", "own_proposal"),
        ("avtaleforvalter-kontor", ""),
        ("si-admin", ""),
        ("innkjoper", "not_decider"),
        ("godkjenner", "not_decider"),
        ("lokal-avtaleforvalter", "not_decider"),
        ("atea", "not_decider"),
        ("revisor", "not_decider"),
    ],
)
def test_another_agreement_manager_or_administrator_of_the_owner_decides(who: str, code: str) -> None:
    row = propose("policy", target(), new_policy())
    if not code:
        assert approve(row, who).state == "approved"
        return
    for verb in (proposals.approve, proposals.reject):
        with pytest.raises(Refused) as told:
            verb(row, WHY, actor=actor(who), now=clock.now())
        assert told.value.code == code
    assert ChangeProposal.objects.get(pk=row.pk).state == "proposed"


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("who", ["avtaleforvalter-kontor", "innkjoper", "revisor", "atea"])
def test_only_whoever_manages_the_agreement_proposes(who: str) -> None:
    with pytest.raises(Refused) as told:
        propose("policy", target(), new_policy(), who)
    assert told.value.code == "not_agreement_manager"


@pytest.mark.usefixtures("demo")
def test_the_operator_proposes_but_never_decides() -> None:
    row = proposals.propose("policy", target(), new_policy(), WHY, actor=OPERATOR, now=clock.now())
    for who in (OPERATOR, replace(OPERATOR, name="En annen")):
        with pytest.raises(Refused) as told:
            proposals.approve(row, actor=who, now=clock.now())
        assert told.value.code == "operator_cannot_decide"
    assert approve(row, "avtaleforvalter-ikt").state == "approved"


@pytest.mark.usefixtures("demo")
def test_the_database_itself_refuses_the_same_person() -> None:
    row = propose("policy", target(), new_policy())
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        ChangeProposal.objects.filter(pk=row.pk).update(
            state="approved", decided_by_key=row.proposed_by_key, decided_by="x", decided_at=clock.now()
        )


@pytest.mark.usefixtures("demo")
def test_those_who_may_decide_are_told_and_the_proposer_hears_what_came_of_it() -> None:
    row = propose("policy", target(), new_policy())
    told = set(Message.objects.filter(code="change_proposed").values_list("recipient", flat=True))
    others = ("avtaleforvalter-kontor", "avtaleforvalter-reise", "si-admin")
    assert told == {actor(one).key for one in others}
    proposals.reject(row, "Dette er ikke kunngjort.", actor=actor("si-admin"), now=clock.now())
    assert Message.objects.get(code="change_rejected").recipient == row.proposed_by_key


KINDS: list[tuple[str, Callable[[], Target], Callable[[], Payload], str]] = [
    ("policy", target, new_policy, "policy_published"),
    ("agreement", whole, later_terms, "agreement_changed"),
    ("scope", target, wider_scope, "scope_changed"),
    ("ceiling", target, higher_ceiling, "ceiling_changed"),
    ("positions", target, swapped, "ranking_changed"),
    ("participants", whole, joining, "participants_added"),
]


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(("kind", "about", "payload", "verb"), KINDS, ids=[one[0] for one in KINDS])
def test_every_kind_is_carried_out_stands_in_the_log_and_can_be_verified(
    kind: str, about: Callable[[], Target], payload: Callable[[], Payload], verb: str
) -> None:
    subject, change = about(), payload()
    row = propose(kind, subject, change)
    assert any(one.changed for one in proposals.comparison(row))
    approve(row)
    newest = list(Event.objects.order_by("-id").values_list("verb", "subject", "actor")[:2])
    assert newest == [
        ("change_approved", f"proposal:{row.pk}", actor("si-admin").key),
        (verb, subject.subject, actor("si-admin").key),
    ]
    assert audit.verify().faults == ()
    # The same again changes nothing, or cannot be: it has been done.
    with pytest.raises((BadInput, Refused)):
        propose(kind, about(), change, "si-admin")


@pytest.mark.usefixtures("demo")
def test_a_stale_proposal_is_refused_with_what_changed_since() -> None:
    first, second = propose("ceiling", target(), higher_ceiling()), propose("ceiling", target(), higher_ceiling())
    approve(first)
    with pytest.raises(Refused) as told:
        approve(second)
    assert told.value.code == "stale"
    assert "Taket uten mva." in told.value.text and "96" in told.value.text
    assert ChangeProposal.objects.get(pk=second.pk).state == "proposed"


@pytest.mark.usefixtures("demo")
def test_what_the_rules_say_no_to_now_is_not_approved() -> None:
    row = propose("policy", target(), new_policy(days=0))
    with pytest.raises(Refused) as told:
        proposals.approve(row, actor=actor("si-admin"), now=clock.now() + timedelta(days=2))
    assert told.value.code == "policy_backdated"
    assert PolicyVersion.objects.filter(lot=lot()).count() == 1


@pytest.mark.usefixtures("demo")
def test_what_is_decided_stays_decided() -> None:
    row = propose("policy", target(), new_policy())
    proposals.withdraw(row, actor=actor("avtaleforvalter-ikt"), now=clock.now())
    for verb in (proposals.approve, proposals.reject, proposals.withdraw):
        with pytest.raises(Refused) as told:
            verb(row, WHY, actor=actor("si-admin"), now=clock.now())
        assert told.value.code == "already_decided"


@pytest.mark.usefixtures("demo")
def test_a_proposal_needs_a_reason_and_a_rejection_too() -> None:
    with pytest.raises(BadInput) as told:
        proposals.propose("policy", target(), new_policy(), "fordi", actor=actor("si-admin"), now=clock.now())
    assert [one.where for one in told.value.problems] == ["reason"]
    row = propose("policy", target(), new_policy())
    with pytest.raises(BadInput):
        proposals.reject(row, "nei", actor=actor("si-admin"), now=clock.now())


@pytest.mark.usefixtures("demo")
def test_a_draft_is_changed_at_once_and_its_first_policy_by_two() -> None:
    row = Lot.objects.create(
        agreement=lot().agreement,
        key="klade",
        number=90,
        title_nb="Kladd",
        title_nn="Kladd",
        title_en="Draft",
        scope_nb="x",
        scope_nn="x",
        scope_en="x",
        cpv=["30200000"],
        categories=["laptop"],
        max_value=Decimal(1000),
    )
    about = Target(row.agreement, row)
    who: dict[str, Any] = {"actor": actor("avtaleforvalter-ikt"), "now": clock.now()}
    payload = ceiling_payload(Decimal(5000), None, "", "", False)
    assert proposals.change("ceiling", about, payload, "", **who) is None
    assert Lot.objects.get(pk=row.pk).max_value == 5000
    made = proposals.change("policy", about, new_policy(), WHY, **who)
    assert made is not None and made.state == "proposed"


def test_when_two_approve_at_once_one_of_them_does(own_database: Callable[..., str]) -> None:
    own_database(demo=True)
    row = propose("ceiling", target(), higher_ceiling())
    who = [actor("si-admin"), actor("avtaleforvalter-kontor")] * 3

    def one(index: int) -> str:
        try:
            proposals.approve(row, actor=who[index], now=clock.now())
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(len(who)) as pool:
        answers = sorted(pool.map(one, range(len(who))))
    assert answers == ["already_decided"] * 5 + ["approved"]
    assert Event.objects.filter(verb="ceiling_changed").count() == 1
    assert audit.verify().faults == ()
