"""What each kind of change does, and what it will not do: rankings, maximums, terms, participants."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fellestorg.agreements.changes.agreement import agreement_payload
from fellestorg.agreements.changes.extension import extension_payload
from fellestorg.agreements.changes.lot import ceiling_payload
from fellestorg.agreements.changes.participants import Joining, participants_payload
from fellestorg.agreements.changes.positions import positions_payload
from fellestorg.agreements.models import (
    CeilingBalance,
    ExtensionOption,
    FrameworkAgreement,
    Participation,
    SupplierPosition,
)
from fellestorg.agreements.tests.proposing import (
    approve,
    higher_ceiling,
    lot,
    propose,
    ranking,
    stranger,
    swapped,
    target,
    whole,
)
from fellestorg.kernel import clock
from fellestorg.kernel.models import Message
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, Refused


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
def test_extensions_are_used_in_order_and_once_and_never_revive_what_has_ended() -> None:
    first, second = ExtensionOption.objects.filter(agreement__key="pc-utstyr").order_by("starts")

    def refused(option: ExtensionOption) -> str:
        with pytest.raises(Refused) as told:
            propose("extension", whole(), extension_payload(option))
        return told.value.code

    assert refused(second) == "extension_out_of_turn"
    approve(propose("extension", whole(), extension_payload(first)))
    assert lot().agreement.ends == first.ends
    assert refused(first) == "extension_used"
    FrameworkAgreement.objects.filter(key="pc-utstyr").update(ends=clock.today() - timedelta(days=1))
    assert refused(second) == "agreement_ended"
    second.delete()
    assert refused(second) == "extension_gone"
