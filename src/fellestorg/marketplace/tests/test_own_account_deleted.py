"""Whoever made her own account takes what is kept of her with her, and deletes it when nothing hangs on her alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders.models import Tender
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event, Installation, Mail
from fellestorg.marketplace.firms.models import Firm, FirmMember, FirmStep
from fellestorg.marketplace.models import OpportunitySubscription, SavedSearch
from fellestorg.marketplace.opportunities import choosing, subscribing
from fellestorg.marketplace.search import saving
from fellestorg.marketplace.search.queries import Wanted
from fellestorg.marketplace.tests.listings_world import firm
from fellestorg.organisations import own_data
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.tests.test_own_accounts import MAIL, PASSWORD, link_to, open_account
from fellestorg.values import Refused

PAGE = "/meg/konto/slett"


@pytest.fixture
def grete(db: None) -> tuple[Client, Person]:
    """Somebody with an account of her own, signed in."""
    Installation.objects.create(id=1, kind="real", clock_offset=timedelta(0), clock_started=True)
    client = Client()
    assert open_account(client, link_to()).status_code == 200
    return client, Person.objects.get(email=MAIL)


def member(person: Person, of: Firm, role: str = "administrator") -> FirmMember:
    grant = RoleGrant.objects.create(
        person=person, organisation=of.organisation, role="supplier", valid_from=date(2023, 1, 1)
    )
    return FirmMember.objects.create(firm=of, person=person, role=role, grant=grant, started_at=clock.now())


def delete(client: Client, password: str = PASSWORD) -> Any:
    return client.post(PAGE, {"password": password})


def test_nothing_that_names_her_is_left_and_what_she_did_stands_under_a_number(grete: tuple[Client, Person]) -> None:
    client, person = grete
    of, now = firm(), clock.now()
    member(Person.objects.create(username="sjef", name="Sjef Demo", email="sjef@demodata.example"), of)
    member(person, of, "editor")
    FirmStep.objects.create(firm=of, verb="registered", by=person.name, at=now)
    saving.save(person, "Sky", Wanted("sky"), alerts=True, now=now)
    subscribing.subscribe(person, choosing.Chosen("sky"), "daily", now)
    Mail.objects.create(recipient=MAIL, language="nb", subject="Hei", body="Hei", created_at=now)
    told = client.get("/meg/opplysninger.json").json()
    assert told["person"]["email"] == MAIL and told["firms"]["memberships"][0]["role"] == "editor"
    assert told["saved_searches"][0]["name"] == "Sky" and told["opportunity_subscriptions"][0]["query"] == "q=sky"
    before = Event.objects.latest("pk").pk
    assert delete(client).status_code == 302
    row = Person.objects.get(pk=person.pk)
    assert (row.name, row.email, row.active, hasattr(row, "account")) == ("Slettet konto", "", False, False)
    assert not FirmMember.objects.filter(person=row, ended_at=None).exists()
    assert FirmStep.objects.get().by == "" and not Mail.objects.filter(recipient=MAIL).exists()
    assert not SavedSearch.objects.exists() and not OpportunitySubscription.objects.exists()
    assert not row.grants.filter(valid_to=None).exists()
    last = Event.objects.get(verb="account_deleted")
    assert (last.actor, last.actor_name) == (person.key, "Slettet konto")
    written = [f"{one.payload} {one.actor_name}" for one in Event.objects.filter(pk__gt=before)]
    assert len(written) >= 2 and not [one for one in written if "Grete" in one or MAIL in one]
    assert client.get("/meg").status_code == 302
    # The address may make a new account, which is nobody's before.
    assert open_account(Client(), link_to()).status_code == 200
    assert Person.objects.get(email=MAIL).pk != person.pk


def test_the_last_administrator_of_a_firm_is_told_what_to_do(grete: tuple[Client, Person]) -> None:
    client, person = grete
    of = firm()
    member(person, of)
    assert "eneste administratoren i Demosky AS" in client.get(PAGE).content.decode()
    assert delete(client).status_code == 409
    assert Person.objects.get(pk=person.pk).email == MAIL
    member(Person.objects.create(username="ny", name="Ny Demo", email="ny@demodata.example"), of)
    assert delete(client).status_code == 302


@pytest.mark.parametrize(("stage", "status"), [("evaluating", 409), ("cancelled", 302)])
def test_a_tender_under_way_is_waited_for(grete: tuple[Client, Person], stage: str, status: int) -> None:
    client, person = grete
    buyer = Organisation.objects.create(number="986252932", name="Direktoratet", kind="agency")
    seller = Organisation.objects.create(number="310000006", name="Selger", kind="supplier")
    now = clock.now()
    competition = Competition.objects.create(
        number="K-2023-90001", procedure="open", stage="published", title="PC-er", language="nb", buyer=buyer, lead=person,
        created_at=now, published_at=now - timedelta(days=1), tenders_until=now + timedelta(days=1),
    )  # fmt: skip
    Tender.objects.create(
        competition=competition, supplier=seller, version=1, receipt="T-1", sha256="x", quality=b"x", price=b"x",
        received_at=now, submitted_by=person,
    )  # fmt: skip
    Competition.objects.filter(pk=competition.pk).update(stage=stage, cancelled_reason="Avlyst (demodata)")
    assert delete(client).status_code == status
    assert ("K-2023-90001" in client.get(PAGE).content.decode()) is (status == 409)


def test_only_her_own_password_and_only_her_own_account(grete: tuple[Client, Person]) -> None:
    client, person = grete
    assert delete(client, "feil passord her").status_code == 422
    RoleGrant.objects.create(
        person=person,
        organisation=Organisation.objects.create(number="986252932", name="Direktoratet", kind="agency"),
        role="buyer",
        valid_from=date(2023, 1, 1),
    )
    assert "Du har en rolle i Direktoratet" in client.get(PAGE).content.decode()
    assert delete(client).status_code == 409


def test_an_account_that_others_made_is_theirs_to_end(
    grete: tuple[Client, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_data, "is_own", lambda person: False)
    client, person = grete
    assert client.get(PAGE).status_code == 404 and delete(client).status_code == 404
    assert PAGE not in client.get("/meg/konto").content.decode()
    with pytest.raises(Refused):
        own_data.delete(person, clock.now())
