"""What suppliers and openers do in the browser, by HTTP."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fellestorg.competitions.tenders import queries, sealing
from fellestorg.competitions.tenders.models import OpeningKey, Tender, TenderDraft, TenderFileChunk, VaultEntry
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.competitions.tenders.tests.world import World
from fellestorg.kernel.models import Installation
from fellestorg.kernel.workbooks import workbook_of, workbook_rows
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.values import Refused

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


def test_a_script_saves_and_delivers_by_json(world: World) -> None:
    client = signed_in(world.suppliers[0][1])
    as_json = {"HTTP_ACCEPT": "application/json"}
    pairs = json.dumps([*TYPED.items(), ["lots", "puter"], ["a:dager", 7]])
    told = client.post(f"{ADDRESS}/tilbud", pairs, content_type="application/json", **as_json)
    assert "saved_at" in told.json()
    for broken in ("{", "3", '["a"]'):
        answer = client.post(f"{ADDRESS}/tilbud", broken, content_type="application/json", **as_json)
        assert answer.status_code == 422, broken
    answer = client.post(f"{ADDRESS}/tilbud/lever", {"binding": "1"}, **as_json).json()
    assert Tender.objects.get().sha256 == answer["sha256"]
    refused = client.post(f"{ADDRESS}/tilbud", TYPED, **as_json)
    assert refused.status_code == 409 and refused.json()["problems"]


def test_a_sum_that_is_wrong_in_the_workbook_is_named_before_anything_is_delivered(world: World) -> None:
    """A supplier wrote 650 + 650 = 1200 once, and the sum was what counted."""
    client = signed_in(world.suppliers[0][1])
    client.post(f"{ADDRESS}/tilbud", {**TYPED, "p:puter:pute": "325", "p:puter:trekk": "65"})
    sheet = client.get(f"{ADDRESS}/tilbud/prisark.xlsx").content
    rows = dict(workbook_rows(sheet))
    assert [row[6] for row in rows.values()] == ["Sum", "650", "650", "1300"]
    assert sent(client, [*rows.values()]).status_code == 302
    wrong = [list(row) for row in rows.values()]
    wrong[3][6] = "1200"
    page = sent(client, wrong)
    assert page.status_code == 422 and "Totalsummen er 1200, men linjene blir 1300" in page.content.decode()
    assert client.post(f"{ADDRESS}/tilbud/lever", {"binding": "1"}).status_code == 422
    wrong[2][6], wrong[3][6] = "650,50", "1300"
    assert "summen er 650,50, men 10 × 65 er 650" in sent(client, wrong).content.decode()
    wrong[1][4] = "3"
    assert "Endre ikke antall" in sent(client, wrong).content.decode()
    assert client.post(f"{ADDRESS}/tilbud/prisark", {"sheet": SimpleUploadedFile("a.xlsx", b"nei")}).status_code == 422


def sent(client: Client, rows: list[list[str]]) -> Any:
    made = workbook_of("Prisark", rows[0], rows[1:])
    return client.post(f"{ADDRESS}/tilbud/prisark", {"sheet": SimpleUploadedFile("a.xlsx", made)})


def test_a_file_comes_by_a_plain_form_and_is_read_after_the_opening(world: World) -> None:
    client, content = signed_in(world.suppliers[0][1]), b"hemmelig tegning " * 100_000
    client.post(f"{ADDRESS}/tilbud", TYPED)
    upload = SimpleUploadedFile("tegning.pdf", content)
    assert client.post(f"{ADDRESS}/tilbud/filer", {"f:attest": upload}).status_code == 302
    assert TenderFileChunk.objects.count() == 2
    assert not any(b"hemmelig" in bytes(row.sealed) for row in TenderFileChunk.objects.all())
    assert "tegning.pdf" in client.get(f"{ADDRESS}/tilbud").content.decode()
    client.post(f"{ADDRESS}/tilbud/lever", {"binding": "1"})
    world.open()
    (opened,) = queries.opened(world.competition)
    (file,) = opened.files
    assert (file.name, file.bytes, file.whole) == ("tegning.pdf", len(content), True)
    assert opened.answers["attest"] == "tegning.pdf"
    assert b"".join(queries.file_content(world.competition, file.id)) == content


def test_a_broken_upload_goes_on_where_it_was(world: World) -> None:
    client, content = signed_in(world.suppliers[0][1]), bytes(range(256)) * 10_000
    about = {"question": "attest", "name": "stor.bin", "bytes": str(len(content))}
    begun = client.post(f"{ADDRESS}/tilbud/filer/ny", about).json()
    assert begun["received"] == 0
    base, size = f"{ADDRESS}/tilbud/filer/{begun['id']}", begun["chunk"]
    for place in (0, 1):
        part = content[place * size : (place + 1) * size]
        assert client.post(f"{base}/{place}", part, content_type="application/octet-stream").status_code == 200
    assert client.post(f"{base}/ferdig").status_code == 422
    assert client.post(f"{ADDRESS}/tilbud/filer/ny", about).json() == {**begun, "received": 2}
    client.post(f"{base}/2", content[2 * size :], content_type="application/octet-stream")
    assert client.post(f"{base}/ferdig").json()["sha256"] == hashlib.sha256(content).hexdigest()
    assert client.post(f"{base}/2", b"mer", content_type="application/octet-stream").status_code == 409
    other = signed_in(world.suppliers[1][1])
    assert other.post(f"{base}/fjern").status_code == 404
    assert client.post(f"{base}/fjern").status_code == 302 and not TenderFileChunk.objects.exists()


def test_a_changed_file_is_found_at_the_opening(world: World) -> None:
    client = signed_in(world.suppliers[0][1])
    client.post(f"{ADDRESS}/tilbud", TYPED)
    client.post(f"{ADDRESS}/tilbud/filer", {"f:attest": SimpleUploadedFile("tegning.pdf", b"x" * 1000)})
    client.post(f"{ADDRESS}/tilbud/lever", {"binding": "1"})
    chunk = TenderFileChunk.objects.get()
    TenderFileChunk.objects.update(sealed=bytes(chunk.sealed)[:-1] + bytes([bytes(chunk.sealed)[-1] ^ 1]))
    world.open()
    assert [row.bad_files for row in queries.faults(world.competition)] == [["tegning.pdf"]]
    assert queries.opened(world.competition)[0].files[0].whole is False


def test_two_openers_open_in_the_browser(world: World) -> None:
    world.deliver()
    first, second = (signed_in(person) for person in world.openers)
    assert "ikke åpnes før fristen" in first.get(f"{ADDRESS}/apning").content.decode()
    world.close()
    for client, secret in ((first, world.secrets[0]), (second, world.secrets[1])):
        page = client.post(f"{ADDRESS}/apning", {"key": SimpleUploadedFile("n.age", world.escrow.encode()[:30])})
        assert page.status_code == 409
        assert (
            client.post(f"{ADDRESS}/apning", {"key": SimpleUploadedFile("n.age", secret.encode())}).status_code == 302
        )
    page = first.get(f"{ADDRESS}/apning").content.decode()
    assert "Stemmer med kvitteringen" in page and worlds.SECRET_PRICE not in page
    assert first.get(f"{ADDRESS}/apning/1/protokoll.pdf").content.startswith(b"%PDF-")
    assert signed_in(world.suppliers[1][1]).get(f"{ADDRESS}/apning").status_code == 404


def test_kept_answers_are_put_into_a_tender_and_stand_encrypted(world: World) -> None:
    client = signed_in(world.suppliers[0][1])
    kept = {"title": "Bytte", "text": worlds.SECRET_ANSWER}
    assert client.post("/leverandor/svararkiv", kept).status_code == 302
    assert client.post("/leverandor/svararkiv", {"title": "", "text": ""}).status_code == 422
    evidence = {"title": "Skatteattest", "expires": "2020-01-31", "file": SimpleUploadedFile("attest.pdf", b"%PDF-hei")}
    client.post("/leverandor/svararkiv", evidence)
    page = client.get("/leverandor/svararkiv").content.decode()
    assert "Utløpt" in page and "attest.pdf" in page
    attest, answer = VaultEntry.objects.order_by("-pk")
    assert client.get(f"/leverandor/svararkiv/{attest.pk}").content == b"%PDF-hei"
    assert signed_in(world.suppliers[1][1]).get(f"/leverandor/svararkiv/{attest.pk}").status_code == 404
    assert b"stempelpute" not in bytes(answer.sealed) and b"hei" not in bytes(attest.sealed_file or b"")
    client.post(f"{ADDRESS}/tilbud/endre", {"do": "insert", "entry": answer.pk, "question": "maate"})
    assert worlds.SECRET_ANSWER in client.get(f"{ADDRESS}/tilbud").content.decode()
    client.post("/leverandor/svararkiv", {"do": "forget", "entry": answer.pk})
    assert VaultEntry.objects.count() == 1


def test_the_home_shows_what_is_open_and_its_calendar_needs_no_signing_in(world: World) -> None:
    client = signed_in(world.suppliers[0][1])
    page = client.get("/leverandor").content.decode()
    assert "Puter" in page and "Gi tilbud" in page
    address = re.search(r'href="http://testserver(/leverandor/frister/[^"]+)"', page)
    assert address is not None
    assert "SUMMARY:Tilbudsfrist: Puter" in Client().get(address[1]).content.decode()
    assert Client().get("/leverandor/frister/feil.ics").status_code == 404
    world.deliver()
    listed = client.get("/leverandor.json").json()["competitions"]
    assert [one["receipt"] for one in listed] == [Tender.objects.get().receipt]
    assert "Puter" in client.get("/leverandor.csv").content.decode()


def test_an_opener_makes_and_proves_her_key_in_the_browser(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # The passphrase's own half second is another test's.
    monkeypatch.setattr(sealing, "lock_with_passphrase", lambda secret, passphrase: secret.encode())
    client = signed_in(world.openers[0])
    asked = {"for": "own", "do": "make", "passphrase": "en lang setning", "again": "en lang setning"}
    assert client.post("/meg/apningsnokkel", {**asked, "again": "noe annet"}).status_code == 422
    made = client.post("/meg/apningsnokkel", asked)
    assert made["Content-Disposition"].startswith("attachment") and made["Cache-Control"] == "no-store"
    proof = {"for": "own", "do": "confirm", "key": SimpleUploadedFile("n.age", made.content)}
    assert client.post("/meg/apningsnokkel", proof).status_code == 302
    assert (
        OpeningKey.objects.get(person=world.openers[0], retired_at=None).recipient
        in client.get("/meg/apningsnokkel").content.decode()
    )
    assert client.post("/meg/apningsnokkel", {**asked, "for": "escrow"}).status_code == 403


def test_a_competition_published_without_a_lock_gets_it_from_its_lead_and_takes_tenders_from_then_on(db: None) -> None:
    Installation.objects.create(kind="demo", clock_offset=timedelta(0))
    world = worlds.make(locked=False)
    with pytest.raises(Refused) as refused:
        world.deliver()
    assert refused.value.code == "no_lock"
    other, lead = signed_in(world.openers[1]), signed_in(world.openers[0])
    assert other.post(f"{ADDRESS}/apning", {"do": "lock"}).status_code == 409
    RoleGrant.objects.create(
        person=world.openers[0], organisation=world.competition.buyer, role="project_lead", valid_from="2020-01-01"
    )
    assert "Lag nøkkelen" in lead.get(f"{ADDRESS}/apning").content.decode()
    assert lead.post(f"{ADDRESS}/apning", {"do": "lock"}).status_code == 302
    assert world.deliver().tender.receipt
