"""What suppliers and openers do in the browser, by HTTP."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fellestorg.competitions.tenders import queries, sealing
from fellestorg.competitions.tenders.models import OpeningKey, Tender, TenderDraft, TenderFileChunk
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.competitions.tenders.tests.world import World
from fellestorg.kernel import clock
from fellestorg.kernel.models import Installation
from fellestorg.organisations.models import Person

TYPED = {
    "a:maate": worlds.SECRET_ANSWER,
    "a:dager": "14",
    "p:puter:pute": worlds.SECRET_PRICE,
    "p:puter:trekk": "99,50",
}
ADDRESS = "/konkurranser/K-2023-90001"


@pytest.fixture
def world(db: None) -> World:
    Installation.objects.create(kind="demo", clock_offset=timedelta(0))
    return worlds.make()


def signed_in(person: Person) -> Client:
    client = Client()
    session = client.session
    session["person"] = person.pk
    session.save()
    return client


def test_a_supplier_saves_checks_delivers_and_gets_a_receipt_with_a_code(world: World) -> None:
    client = signed_in(world.suppliers[0][1])
    assert client.get("/leverandor").status_code == 200
    assert client.post(f"{ADDRESS}/tilbud", {**TYPED, "a:dager": ""}).status_code == 302
    page = client.get(f"{ADDRESS}/tilbud")
    assert worlds.SECRET_ANSWER in page.content.decode()
    checked = client.get(f"{ADDRESS}/tilbud/lever").content.decode()
    assert "Svaret mangler" in checked and "Lever tilbudet" not in checked
    assert client.post(f"{ADDRESS}/tilbud/lever", {"binding": "1"}).status_code == 422
    client.post(f"{ADDRESS}/tilbud", TYPED)
    delivered = client.post(f"{ADDRESS}/tilbud/lever", {"binding": "1"})
    assert delivered.status_code == 200
    tender = Tender.objects.get()
    assert tender.receipt in delivered.content.decode() and "Ta vare på koden" in delivered.content.decode()
    code = delivered.context["code"]
    assert worlds.SECRET_ANSWER not in client.get(f"{ADDRESS}/tilbud").content.decode()
    assert client.get(f"{ADDRESS}/tilbud/kvittering/{tender.receipt}/kvittering.pdf").content.startswith(b"%PDF-")
    client.post(f"{ADDRESS}/tilbud/endre", {"do": "code", "code": "feil"})
    assert TenderDraft.objects.get().locked
    client.post(f"{ADDRESS}/tilbud/endre", {"do": "code", "code": code.upper()})
    assert worlds.SECRET_ANSWER in client.get(f"{ADDRESS}/tilbud").content.decode()
