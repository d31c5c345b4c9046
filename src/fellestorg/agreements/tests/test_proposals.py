"""Four eyes: who may decide what, what an approval does, and what it refuses to do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from fellestorg.agreements import proposals
from fellestorg.agreements.changes.agreement import agreement_payload
from fellestorg.agreements.changes.lot import ceiling_payload, scope_payload
from fellestorg.agreements.changes.participants import Joining, participants_payload
from fellestorg.agreements.changes.policy import policy_payload
from fellestorg.agreements.changes.positions import positions_payload
from fellestorg.agreements.models import (
    CeilingBalance,
    ChangeProposal,
    ExtensionOption,
    FrameworkAgreement,
    Lot,
    Participation,
    PolicyVersion,
    SupplierPosition,
)
from fellestorg.agreements.proposals import Payload, Target
from fellestorg.kernel import audit, clock
from fellestorg.kernel.actors import OPERATOR, Actor
from fellestorg.kernel.models import Event, Message
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.queries import actor_for
from fellestorg.values import BadInput, Refused

WHY = "Vedtatt i styringsgruppa."
COMPETE = {"steps": [{"mechanism": "mini_competition"}], "tie_rule": "rank"}


def actor(username: str) -> Actor:
    return actor_for(Person.objects.get(username=username), clock.today())


def lot(key: str = "mac") -> Lot:
    found = Lot.objects.select_related("agreement__owner", "agreement__manager")
    return found.get(agreement__key="pc-utstyr", key=key)


def target(key: str = "mac") -> Target:
    return Target(lot(key).agreement, lot(key))


def whole() -> Target:
    return Target(lot().agreement)


def propose(kind: str, about: Target, payload: Payload, who: str = "avtaleforvalter-ikt") -> ChangeProposal:
    return proposals.propose(kind, about, payload, WHY, actor=actor(who), now=clock.now())


def approve(row: ChangeProposal, who: str = "si-admin") -> ChangeProposal:
    return proposals.approve(row, actor=actor(who), now=clock.now())


def new_policy(days: int = 1) -> dict[str, Any]:
    return policy_payload(COMPETE, clock.today() + timedelta(days=days), "punkt 4.2")


def ranking() -> list[tuple[int, str]]:
    return [(one.rank, one.supplier.number) for one in lot().positions.select_related("supplier").order_by("rank")]


def stranger(kind: str = "municipality") -> Organisation:
    taking_part = Participation.objects.filter(agreement__key="pc-utstyr").values("organisation")
    return Organisation.objects.filter(kind=kind).exclude(pk__in=taking_part).order_by("id")[0]


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
    assert told == {actor("avtaleforvalter-kontor").key, actor("si-admin").key}
    proposals.reject(row, "Dette er ikke kunngjort.", actor=actor("si-admin"), now=clock.now())
    assert Message.objects.get(code="change_rejected").recipient == row.proposed_by_key


def later_terms() -> dict[str, Any]:
    terms = agreement_payload(lot().agreement)
    return {**terms, "manager": "avtaleforvalter-kontor"}


def wider_scope() -> dict[str, Any]:
    return {**scope_payload(lot()), "cpv": [*lot().cpv, "30200000"]}


def higher_ceiling() -> dict[str, Any]:
    return ceiling_payload(lot().max_value * 2, None, "MOD-CLAUSE", "Punkt 7.3 i rammeavtalen", False)


def swapped() -> dict[str, Any]:
    (first, one), (second, two), *rest = ranking()
    return positions_payload([(first, two), (second, one), *rest], clock.today() + timedelta(days=10))


def joining() -> dict[str, Any]:
    return participants_payload(
        [Joining(stranger().number, "opt_in", clock.today(), note="Kunngjøringen, vedlegg 2, punkt 14")]
    )


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
def test_two_suppliers_change_places_in_one_proposal_and_keep_their_history() -> None:
    before, day = ranking(), clock.today() + timedelta(days=10)
    approve(propose("positions", target(), swapped()))
    rows = SupplierPosition.objects.filter(lot=lot())
    ended = {one.supplier.number for one in rows.filter(valid_to=day - timedelta(days=1))}
    begun = {one.rank: one.supplier.number for one in rows.filter(valid_from=day)}
    assert ended == {before[0][1], before[1][1]}
    assert begun == {1: before[1][1], 2: before[0][1]}
    untouched = before[2][1]
    assert rows.filter(supplier__number=untouched).count() == 1


@pytest.mark.usefixtures("demo")
def test_a_suspension_follows_a_supplier_to_its_new_place() -> None:
    first = SupplierPosition.objects.get(lot=lot(), rank=1)
    first.suspended_from, first.suspension_reason = clock.today(), "leverer ikke som avtalt"
    first.save()
    approve(propose("positions", target(), swapped()))
    moved = SupplierPosition.objects.get(lot=lot(), supplier=first.supplier, rank=2)
    assert (moved.rank, moved.suspension_reason) == (2, "leverer ikke som avtalt")


@pytest.mark.usefixtures("demo")
def test_a_supplier_leaves_and_another_comes() -> None:
    day, number = clock.today(), _other_supplier()
    left = ranking()[0][1]
    wanted = [(rank, one) for rank, one in ranking() if one != left] + [(9, number)]
    approve(propose("positions", target(), positions_payload(wanted, day)))
    rows = SupplierPosition.objects.filter(lot=lot()).exclude(valid_to__lt=day)
    now = rows.values_list("rank", "supplier__number")
    assert sorted(now) == sorted(wanted)


def _other_supplier() -> str:
    here = [number for _rank, number in ranking()]
    return Organisation.objects.filter(kind="supplier").exclude(number__in=here).order_by("id")[0].number


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"ranking": []}, {"missing"}),
        ({"ranking": [[1, "200000000"]]}, {"unknown_supplier"}),
        ({"ranking": "twice"}, {"twice"}),
        ({"on": "2020-01-01"}, {"passed"}),
    ],
)
def test_a_ranking_that_cannot_be_is_not_proposed(change: dict[str, Any], codes: set[str]) -> None:
    good = positions_payload(ranking(), clock.today())
    if change.get("ranking") == "twice":
        change = {"ranking": [[1, ranking()[0][1]], [1, ranking()[1][1]]]}
    with pytest.raises(BadInput) as told:
        propose("positions", target(), {**good, **change})
    assert {one.code for one in told.value.problems} == codes


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
@pytest.mark.parametrize(
    ("factor", "basis", "note", "below", "codes"),
    [
        ("1.40", "MOD-ADDITIONAL", "Punkt 7.3 i avtalen", False, set()),
        ("1.60", "MOD-ADDITIONAL", "Punkt 7.3 i avtalen", False, {"above_basis"}),
        ("1.05", "MOD-SMALL", "Brev av 3. oktober", False, set()),
        ("1.20", "MOD-SMALL", "Brev av 3. oktober", False, {"above_basis"}),
        ("1.40", "", "Punkt 7.3 i avtalen", False, {"missing"}),
        ("1.40", "MOD-CLAUSE", "kort", False, {"missing"}),
        ("0.10", "MOD-CLAUSE", "Punkt 7.3 i avtalen", False, {"below_used"}),
        ("0.10", "MOD-CLAUSE", "Punkt 7.3 i avtalen", True, set()),
    ],
)
def test_a_maximum_is_changed_only_on_a_basis_of_law_and_within_what_it_allows(
    factor: str, basis: str, note: str, below: bool, codes: set[str]
) -> None:
    wanted = (lot().max_value * Decimal(factor)).quantize(Decimal("0.01"))
    payload = ceiling_payload(wanted, None, basis, note, below)
    if codes:
        with pytest.raises(BadInput) as told:
            propose("ceiling", target(), payload)
        assert {one.code for one in told.value.problems} == codes
        return
    approve(propose("ceiling", target(), payload))
    assert lot().max_value == wanted


@pytest.mark.usefixtures("demo")
def test_small_changes_count_together() -> None:
    at_first = lot().max_value
    for factor in ("1.06", "1.09"):
        wanted = (at_first * Decimal(factor)).quantize(Decimal("0.01"))
        approve(propose("ceiling", target(), ceiling_payload(wanted, None, "MOD-SMALL", "Brev av 3. oktober", False)))
    too_much = (at_first * Decimal("1.11")).quantize(Decimal("0.01"))
    with pytest.raises(BadInput) as told:
        propose("ceiling", target(), ceiling_payload(too_much, None, "MOD-SMALL", "Brev av 3. oktober", False))
    assert told.value.problems[0].code == "above_basis"


@pytest.mark.usefixtures("demo")
def test_a_higher_maximum_is_warned_of_anew_and_a_lower_one_at_once() -> None:
    approve(propose("ceiling", target(), higher_ceiling()))
    assert CeilingBalance.objects.get(lot=lot()).warned_at_percent < 75
    balance = CeilingBalance.objects.get(lot=lot())
    payload = ceiling_payload(balance.used + balance.reserved, None, "MOD-CLAUSE", "Punkt 7.3 i avtalen", False)
    count = Message.objects.filter(code="ceiling_crossed").count()
    approve(propose("ceiling", target(), payload))
    assert CeilingBalance.objects.get(lot=lot()).warned_at_percent == 90
    assert Message.objects.filter(code="ceiling_crossed").count() > count


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"latest_end": "2030-01-01"}, "long_duration_reason"),
        ({"ends": "2020-01-01"}, "ends"),
        ({"latest_end": "2024-01-01", "options": []}, "latest_end"),
        ({"options": [["2030-01-01", "2030-12-31"]]}, "options[0]"),
        ({"manager": "innkjoper"}, "manager"),
        ({"ruleset_date": "2024-01-01"}, "ruleset_date"),
    ],
)
def test_terms_that_cannot_be_are_named_by_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as told:
        propose("agreement", whole(), {**agreement_payload(lot().agreement), **change})
    assert field in [one.where for one in told.value.problems]


@pytest.mark.usefixtures("demo")
def test_an_agreement_over_48_months_needs_its_reason_and_its_options_are_replaced() -> None:
    agreement = lot().agreement
    last = ExtensionOption.objects.filter(agreement=agreement).order_by("-ends")[0]
    more = [(last.ends + timedelta(days=1)).isoformat(), (last.ends + timedelta(days=400)).isoformat()]
    terms = agreement_payload(agreement)
    payload = {
        **terms,
        "options": [*terms["options"], more],
        "latest_end": more[1],
        "long_duration_reason": "Store investeringer må avskrives.",
    }
    approve(propose("agreement", whole(), payload))
    fresh = FrameworkAgreement.objects.get(pk=agreement.pk)
    assert fresh.latest_end == date.fromisoformat(more[1])
    assert agreement_payload(fresh) == payload


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"note": "kort"}, "missing"),
        ({"ground": "obligatory"}, "not_state"),
        ({"ground": "friend"}, "unknown_ground"),
        ({"number": "200000000"}, "unknown_buyer"),
        ({"valid_from": date(2010, 1, 1)}, "before_agreement"),
        ({"valid_to": date(2010, 1, 1)}, "before_start"),
    ],
)
def test_a_newcomer_must_be_in_the_notice(change: dict[str, Any], code: str) -> None:
    good = Joining(stranger().number, "opt_in", clock.today(), note="Kunngjøringen, vedlegg 2")
    with pytest.raises(BadInput) as told:
        propose("participants", whole(), participants_payload([replace(good, **change)]))
    assert code in {one.code for one in told.value.problems}


@pytest.mark.usefixtures("demo")
def test_whoever_takes_part_already_is_not_added_again() -> None:
    present = Participation.objects.filter(agreement__key="pc-utstyr").select_related("organisation")[0]
    payload = participants_payload(
        [Joining(present.organisation.number, "opt_in", clock.today(), note="Kunngjøringen, vedlegg 2")]
    )
    with pytest.raises(BadInput) as told:
        propose("participants", whole(), payload)
    assert told.value.problems[0].code == "present"


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
