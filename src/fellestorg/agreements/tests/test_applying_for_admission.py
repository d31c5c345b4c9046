"""Applications to a purchasing system and their clock (DPS-5; story h)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.test import Client

from fellestorg.agreements.admissions import applying
from fellestorg.agreements.models import Admission, AdmissionApplication, FrameworkAgreement, Lot
from fellestorg.agreements.tests.admission_world import purchasing_system, who
from fellestorg.kernel.models import Mail
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.sessions import SESSION_KEY
from fellestorg.values import BadInput, Refused

MEETS = "Vi har holdt kurs for staten i ti år, se vedlagte referanser"


@pytest.fixture
def lot(db: None) -> Lot:
    return purchasing_system()


def apply(lot: Lot, at: datetime, **changed: Any) -> AdmissionApplication:
    given = {"categories": ["course_day"], "regions": ["NO081"], "evidence": MEETS, "declared": True, **changed}
    return applying.apply(lot, Organisation.objects.get(name="Kursgården"), **given, **who("kurs", at))


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        ("2026-03-26", "2026-04-14", "2026-04-21"),
        ("2026-05-11", "2026-05-27", "2026-06-03"),
        ("2026-12-18", "2027-01-05", "2027-01-12"),
    ],
)
def test_the_decision_is_due_in_ten_working_days_and_in_fifteen_with_a_reason(
    lot: Lot, received: str, due: str, extended: str
) -> None:
    at = datetime.fromisoformat(f"{received}T10:00").replace(tzinfo=UTC)
    row = apply(lot, at)
    assert row.due.isoformat() == due
    manager = {key: value for key, value in who("forvalter", at).items() if key != "person"}
    longer = applying.extend(row, "Vi venter på en attest fra utlandet", **manager)
    assert longer.due.isoformat() == extended
    with pytest.raises(Refused) as refused:
        applying.extend(row, "Vi venter fortsatt på attesten", **manager)
    assert refused.value.code == "extended_already"


AT = datetime(2026, 3, 26, 10, tzinfo=UTC)


def test_one_assesses_and_another_decides_and_the_supplier_is_invited_from_then(lot: Lot) -> None:
    row = apply(lot, AT)
    applying.assess(row, "admitted", "Kravene er oppfylt etter referansene", **who("forvalter", AT))
    with pytest.raises(Refused) as refused:
        applying.decide(row, **who("forvalter", AT))
    assert refused.value.code == "own_assessment"
    assert not Admission.objects.exists()
    applying.decide(row, **who("andre", AT))
    admitted = Admission.objects.get()
    assert (admitted.category, admitted.regions, admitted.valid_from) == ("course_day", ["NO081"], AT.date())
    assert Mail.objects.filter(subject__contains="tatt opp").exists()


@pytest.mark.parametrize(
    ("first", "then", "days_later", "holds"),
    [
        (["NO081"], ["NO060"], 40, ["NO060", "NO081"]),
        (["NO081"], [], 40, []),
        (["NO081"], [], 0, []),
        ([], ["NO060"], 40, []),
    ],
    ids=["one more region", "the whole country", "on the same day", "nothing new"],
)
def test_who_is_admitted_already_is_admitted_in_the_regions_of_a_new_application_too(
    lot: Lot, first: list[str], then: list[str], days_later: int, holds: list[str]
) -> None:
    for regions, at in ((first, AT), (then, AT + timedelta(days=days_later))):
        row = apply(lot, at, regions=regions)
        applying.assess(row, "admitted", "Kravene er oppfylt etter referansene", **who("forvalter", at))
        applying.decide(row, **who("andre", at))
    was, now = (
        Admission.objects.get(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
        for day in (AT.date() + timedelta(days=max(days_later - 1, 0)), AT.date() + timedelta(days=days_later))
    )
    assert now.regions == holds and was.regions == (first if days_later else holds)


def test_the_database_too_wants_two_people(lot: Lot) -> None:
    row = apply(lot, AT)
    applying.assess(row, "admitted", "Kravene er oppfylt etter referansene", **who("forvalter", AT))
    row.refresh_from_db()
    with pytest.raises(IntegrityError), transaction.atomic():
        AdmissionApplication.objects.filter(pk=row.pk).update(decided_by=row.assessed_by)


def test_a_refusal_gives_its_reasons_and_a_new_application_may_follow(lot: Lot) -> None:
    row = apply(lot, AT)
    with pytest.raises(Refused) as refused:
        apply(lot, AT)
    assert refused.value.code == "applied_already"
    applying.assess(row, "refused", "Referansene gjelder ikke kurs av denne typen", **who("forvalter", AT))
    applying.decide(row, **who("andre", AT))
    assert not Admission.objects.exists()
    assert "gjelder ikke kurs" in Mail.objects.get(subject__contains="avslått").body
    assert apply(lot, AT + timedelta(days=30)).state == "received"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"categories": ["flights"]}, ["categories"]),
        ({"categories": []}, ["categories"]),
        ({"evidence": "ja"}, ["evidence"]),
        ({"declared": False, "evidence": ""}, ["evidence", "declared"]),
    ],
)
def test_an_application_says_what_for_and_how_the_criteria_are_met(lot: Lot, changed: Any, wrong: list[str]) -> None:
    with pytest.raises(BadInput) as error:
        apply(lot, AT, **changed)
    assert [one.where for one in error.value.problems] == wrong


def test_nobody_applies_to_a_framework_or_for_somebody_else(lot: Lot) -> None:
    other = Organisation.objects.create(number="200000003", name="Andre", kind="supplier")
    with pytest.raises(Refused) as refused:
        applying.apply(
            lot, other, categories=["course_day"], regions=[], evidence=MEETS, declared=True, **who("kurs", AT)
        )
    assert refused.value.code == "not_own_supplier"
    FrameworkAgreement.objects.update(instrument="framework")
    lot.agreement.refresh_from_db()
    with pytest.raises(Refused) as refused:
        apply(lot, AT)
    assert refused.value.code == "not_dps"


@pytest.fixture
def visitor(lot: Lot) -> Callable[[str], Client]:
    def make(name: str) -> Client:
        client = Client()
        session = client.session
        session[SESSION_KEY] = Person.objects.get(username=name).pk
        session.save()
        return client

    return make


def test_from_application_to_admission_on_the_pages(visitor: Callable[[str], Client]) -> None:
    supplier, manager, second = (visitor(name) for name in ("kurs", "forvalter", "andre"))
    nobody_yet = supplier.get("/avtaler/kurs/kurs").content.decode()
    assert "Ingen er tatt opp ennå." in nobody_yet and "/avtaler/kurs/kurs/sok-opptak" in nobody_yet
    bad = supplier.post("/avtaler/kurs/kurs/sok-opptak", {"evidence": MEETS})
    assert bad.status_code == 422 and MEETS in bad.content.decode()
    given = {"categories": ["course_day"], "evidence": MEETS, "declared": "on"}
    sent = supplier.post("/avtaler/kurs/kurs/sok-opptak", given)
    assert sent.status_code == 302
    path = sent["Location"]
    assert "Kursgården" in manager.get("/opptak").content.decode()
    assert manager.post(f"{path}/vurder", {"outcome": "admitted", "reason": "kort"}).status_code == 422
    assessed = {"outcome": "admitted", "reason": "Kravene er oppfylt etter referansene"}
    assert manager.post(f"{path}/vurder", assessed).status_code == 302
    assert manager.post(f"{path}/avgjor").status_code == 409
    assert "Kravene er oppfylt" not in supplier.get(path).content.decode(), "not before it is decided"
    assert second.post(f"{path}/avgjor").status_code == 302
    assert "Kravene er oppfylt" in supplier.get(path).content.decode()
    assert "admitted" in manager.get("/opptak.csv").content.decode()
    assert supplier.get("/opptak.json").json()["applications"][0]["state"] == "admitted"
