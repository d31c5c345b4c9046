"""Options and price regulation made by sheet and form in a draft, and by two people once the lot is in use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from fellestorg.agreements import proposals
from fellestorg.agreements.models import AssortmentOption, ChangeProposal, RegulationClause
from fellestorg.agreements.tests.proposing import WHY, actor, lot
from fellestorg.agreements.tests.test_manage_pages import client
from fellestorg.kernel import clock, setup
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.models import Event
from fellestorg.kernel.setup import BroughtIn
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.organisations.models import Organisation
from fellestorg.values import Refused

pytestmark = pytest.mark.usefixtures("demo")
OPTION = {
    "agreement": "stoler", "lot": "kontor", "key": "krakk", "name_nb": "Krakker", "categories": "stool",
    "source": "Punkt 3",
}  # fmt: skip
CLAUSE = {
    "agreement": "stoler", "lot": "kontor", "series": "KPI", "base_month": "2022-12-15", "first_on": "01.03.2024",
    "notice_days": "30", "max_rise": "2,5", "source": "Punkt 9",
}  # fmt: skip
POLICY = {"agreement": "stoler", "lot": "kontor", "mechanism": "rank", "source": "punkt 4"}


@pytest.fixture(autouse=True)
def draft(demo: object) -> None:
    supplier = Organisation.objects.filter(kind="supplier")[0].number
    agreement = {
        "key": "stoler", "title_nb": "Stoler", "category": "office", "manager": "avtaleforvalter-kontor",
        "starts": "2023-01-01", "ends": "2024-12-31",
    }  # fmt: skip
    made = {
        "agreement": "stoler", "key": "kontor", "title_nb": "Stoler", "scope_nb": "Stoler", "cpv": "39111000",
        "categories": "chair stool", "max_value": "1000000", "suppliers": supplier,
    }  # fmt: skip
    assert (bring("agreements", agreement).rejected, bring("lots", made).rejected) == ((), ())


def bring(kind: str, *rows: dict[str, str], preview: bool = False) -> BroughtIn:
    found = setup.kind_of(kind)
    assert found is not None
    content = workbook_of("Ark", list(rows[0]), [list(row.values()) for row in rows])
    return setup.bring_in(found, content, actor=OPERATOR, now=clock.now(), preview=preview)


def faults(done: BroughtIn) -> set[tuple[int, str, str]]:
    return {(one.row, one.field, one.code) for one in done.rejected}


def manager() -> Client:
    return client("avtaleforvalter-kontor")


def option_form(**changed: Any) -> dict[str, Any]:
    return {"key": "krakk", "name_nb": "Krakker", "categories": ["stool"], "source": "Punkt 3", **changed}


def clause_form(**changed: Any) -> dict[str, Any]:
    given = {"series": "KPI", "base_month": "2022-12-01", "first_on": "2024-03-01", "notice_days": "30",
             "max_rise": "", "price_decimals": "2", "source": "Punkt 9"}  # fmt: skip
    return {**given, **changed}


def test_a_sheet_makes_options_and_the_same_sheet_again_changes_nothing() -> None:
    assert bring("options", OPTION, preview=True).tally.new == 1
    assert not AssortmentOption.objects.filter(lot__agreement__key="stoler").exists()
    assert bring("options", OPTION).tally.new == 1
    assert bring("options", OPTION).tally.unchanged == 1
    made = AssortmentOption.objects.get(lot__agreement__key="stoler")
    assert (made.key, made.name_nn, made.name_en, made.categories) == ("krakk", "Krakker", "Krakker", ["stool"])
    event = Event.objects.order_by("-id")[0]
    assert (event.stream, event.verb, event.payload["before"]) == ("lot:stoler/kontor", "option_changed", None)


def test_a_sheet_makes_a_clause_and_the_same_sheet_again_changes_nothing() -> None:
    assert bring("regulation-clauses", CLAUSE).tally.new == 1
    assert bring("regulation-clauses", CLAUSE).tally.unchanged == 1
    made = RegulationClause.objects.get(lot__agreement__key="stoler")
    assert (made.base_month, made.first_on, made.max_rise) == (date(2022, 12, 1), date(2024, 3, 1), Decimal("0.025"))
    assert (made.notice_days, made.price_decimals, made.delivery_fees) == (30, 2, False)
    assert Event.objects.order_by("-id")[0].verb == "regulation_clause_changed"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"key": "annen", "categories": "desk"}, ("categories", "not_in_lot")),
        ({"categories": ""}, ("categories", "missing")),
        ({"key": "A B"}, ("key", "not_a_key")),
        ({"name_nb": ""}, ("name_nb", "missing")),
        ({"source": ""}, ("source", "missing")),
        ({"lot": "tull"}, ("lot", "unknown_lot")),
        ({"agreement": "tull"}, ("agreement", "unknown_agreement")),
        ({"agreement": "pc-utstyr", "lot": "mac"}, ("lot", "in_use")),
        ({"key": "annen"}, ("categories", "in_another_option")),
        ({"name_nb": "Noe annet"}, ("key", "exists")),
    ],
)
def test_an_option_that_cannot_be_is_named_by_row_and_field(change: dict[str, str], fault: tuple[str, str]) -> None:
    done = bring("options", OPTION, {**OPTION, **change})
    assert faults(done) == {(3, *fault)}
    assert not AssortmentOption.objects.filter(lot__agreement__key="stoler").exists()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"series": "ABC"}, ("series", "unknown_choice")),
        ({"base_month": "2024-03-01"}, ("base_month", "after_first")),
        ({"base_month": "desember"}, ("base_month", "not_a_date")),
        ({"first_on": "2023-01-01"}, ("first_on", "outside_agreement")),
        ({"first_on": "2025-01-01"}, ("first_on", "outside_agreement")),
        ({"notice_days": "400"}, ("notice_days", "too_large")),
        ({"notice_days": ""}, ("notice_days", "missing")),
        ({"max_rise": "0"}, ("max_rise", "not_a_rise")),
        ({"max_rise": "101"}, ("max_rise", "not_a_rise")),
        ({"price_decimals": "5"}, ("price_decimals", "too_large")),
        ({"delivery_fees": "kanskje"}, ("delivery_fees", "not_a_truth")),
        ({"source": ""}, ("source", "missing")),
        ({"agreement": "pc-utstyr", "lot": "mac"}, ("lot", "in_use")),
    ],
)
def test_a_clause_that_cannot_be_is_named_by_row_and_field(change: dict[str, str], fault: tuple[str, str]) -> None:
    assert faults(bring("regulation-clauses", {**CLAUSE, **change})) == {(2, *fault)}
    assert not RegulationClause.objects.filter(lot__agreement__key="stoler").exists()


def test_a_lot_in_use_is_refused_with_the_page_to_propose_on() -> None:
    assert bring("policies", POLICY).rejected == ()
    for kind, row, page in (("options", OPTION, "opsjoner"), ("regulation-clauses", CLAUSE, "regulering")):
        done = bring(kind, row)
        assert faults(done) == {(2, "lot", "in_use")}
        assert f"/avtaler/stoler/kontor/forvalt/{page}" in done.rejected[0].text


def test_the_pages_save_at_once_in_a_draft_and_change_what_stands() -> None:
    visitor, url = manager(), "/avtaler/stoler/kontor/forvalt"
    assert visitor.post(f"{url}/opsjoner", option_form()).status_code == 302
    assert visitor.post(f"{url}/opsjoner", option_form()).status_code == 422, "the key is taken"
    changed = option_form(name_nb="Krakker og puffer", key="noe-annet")
    assert visitor.post(f"{url}/opsjoner?opsjon=krakk", changed).status_code == 302
    made = AssortmentOption.objects.get(lot__agreement__key="stoler")
    assert (made.key, made.name_nb) == ("krakk", "Krakker og puffer")
    assert visitor.get(f"{url}/opsjoner?opsjon=finnes-ikke").status_code == 404
    assert visitor.post(f"{url}/regulering", clause_form(max_rise="2,5")).status_code == 302
    page = visitor.get(f"{url}/regulering")
    assert page.context["form"]["max_rise"].value() == "2,5"
    assert visitor.post(f"{url}/regulering", clause_form(max_rise="mye")).status_code == 422
    assert RegulationClause.objects.get(lot__agreement__key="stoler").max_rise == Decimal("0.025")
    assert not ChangeProposal.objects.filter(agreement__key="stoler").exists()


@pytest.mark.parametrize(
    ("page", "form", "kind"),
    [("opsjoner", option_form(), "options"), ("regulering", clause_form(), "regulation_clause")],
)
def test_once_in_use_two_people_make_it(page: str, form: dict[str, Any], kind: str) -> None:
    assert bring("policies", POLICY).rejected == ()
    visitor, url = manager(), f"/avtaler/stoler/kontor/forvalt/{page}"
    assert visitor.post(url, form).status_code == 422, "a reason is asked for"
    assert visitor.post(url, {**form, "reason": WHY}).status_code == 302
    model = {"options": AssortmentOption, "regulation_clause": RegulationClause}[kind]
    standing = model._default_manager.filter(lot__agreement__key="stoler")
    row = ChangeProposal.objects.get(agreement__key="stoler", kind=kind)
    assert not standing.exists()
    shown = visitor.get(f"/avtaler/endringer/{row.pk}").content.decode()
    assert ("ikke har valgt opsjonen" in shown) == (kind == "options") and "Punkt" in shown
    with pytest.raises(Refused) as refused:
        proposals.approve(row, actor=actor("avtaleforvalter-kontor"), now=clock.now())
    assert refused.value.code == "own_proposal" and not standing.exists()
    proposals.approve(row, actor=actor("si-admin"), now=clock.now())
    assert standing.count() == 1
    again = visitor.post(url + ("?opsjon=krakk" if kind == "options" else ""), {**form, "reason": WHY})
    assert again.status_code == 422, "it changes nothing"


def test_a_proposal_is_stale_where_the_clause_has_changed_since() -> None:
    assert bring("policies", POLICY).rejected == ()
    visitor, url = manager(), "/avtaler/stoler/kontor/forvalt/regulering"
    for days in ("30", "60"):
        assert visitor.post(url, clause_form(notice_days=days, reason=WHY)).status_code == 302
    first, second = ChangeProposal.objects.filter(agreement__key="stoler").order_by("id")
    proposals.approve(first, actor=actor("si-admin"), now=clock.now())
    with pytest.raises(Refused) as refused:
        proposals.approve(second, actor=actor("si-admin"), now=clock.now())
    assert refused.value.code == "stale"


def test_only_those_who_manage_the_agreement_get_in() -> None:
    for page in ("opsjoner", "regulering"):
        url = f"/avtaler/{lot()}/forvalt/{page}"
        assert client().get(url).status_code == 200
        for username in ("avtaleforvalter-kontor", "innkjoper"):
            assert client(username).get(url).status_code == 403, username


def test_both_are_steps_that_can_wait_and_come_before_the_rules() -> None:
    order = [one.key for one in setup.steps()]
    by_key = {one.key: one for one in setup.steps()}
    for key in ("options", "regulation"):
        assert by_key[key].optional and order.index(key) < order.index("policies")
    assert manager().get("/avtaler/stoler/kontor/forvalt").content.decode().count("/forvalt/regulering") == 1
    text = client("si-admin").get("/oppsett").content.decode()
    assert "/oppsett/options" in text and "/oppsett/regulation-clauses" in text
