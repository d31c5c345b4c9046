"""A hostile supplier's journey, step by step: a false number, another's name, a script in each field, a packed bomb, two
gigabytes, and every way past the moderation that the API could offer. Each step fails."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from tests.journeys.visiting import Visitor

from fellestorg.demo_data.seeded import invented_number
from fellestorg.kernel import clock
from fellestorg.marketplace.firms.models import Firm, FirmMember, JoinRequest
from fellestorg.marketplace.listings import actions, drafts, files, queries
from fellestorg.marketplace.listings.answers import Given
from fellestorg.marketplace.listings.models import Listing
from fellestorg.marketplace.tests import listings_world as world
from fellestorg.marketplace.tests.firms_world import (
    BANKRUPT,
    GONE,
    NUMBER,
    REGISTER,
    form,
    known,
    ours,
    person,
    register,
    text,
)
from fellestorg.organisations.models import Organisation
from fellestorg.organisations.registry.local import Book

MINE = "/skytjenester/mine-tjenester"
pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def book(settings: Any) -> Iterator[Book]:
    with register(settings) as book:
        yield book


@pytest.fixture
def firm() -> Any:
    firm = world.firm()
    return firm, *world.member(firm, "administrator")


def _editor() -> Visitor:
    return Visitor("redaktor")


@pytest.mark.parametrize(
    ("number", "status"),
    [("986252933", 422), (invented_number(9009), 422), (GONE, 422), (BANKRUPT, 422), ("US-DE1234", 422),
     ("986252932", 409), ("976239997", 302), ("<script>", 422)],
    ids=["check-digit", "unknown", "deleted", "bankrupt", "outside-eea", "public-body", "held", "script"],
)  # fmt: skip
def test_a_false_number_gets_nowhere(book: Book, number: str, status: int) -> None:
    eve = person("eve")
    before = Organisation.objects.count()
    answer = eve.post(REGISTER, form(number))
    assert answer.status_code == status
    assert (Organisation.objects.count(), Firm.objects.filter(organisation__number=number).count()) == (before, 0)
    assert "<script>" not in answer.content.decode().partition("<main")[2]


def test_nobody_copies_the_register_through_us(book: Book) -> None:
    eve = person("eve")
    answers = [eve.get(f"{REGISTER}?nummer={NUMBER}").status_code for _ in range(32)]
    assert answers[0] == 200 and answers[-1] == 429
    assert len(book.asked) <= 30


def test_anothers_firm_cannot_be_claimed(book: Book) -> None:
    kari, eve, si = person("kari"), person("eve"), known("si-admin")
    kari.post(REGISTER, form())
    answer = eve.post(REGISTER, form(name="Eves Sky"))
    assert answer.headers["Location"] == f"/skytjenester/firmaer/{NUMBER}/bli-med"
    assert eve.post(answer.headers["Location"], {"text": "Jeg er daglig leder"}).status_code == 302
    assert eve.post(answer.headers["Location"], {"text": "En gang til"}).status_code == 409
    asked = JoinRequest.objects.get(organisation__number=NUMBER)
    # Whoever registered a firm that nobody has verified does not decide who else belongs to it.
    assert "Eve" not in text(kari.get("/skytjenester/firmaer/vil-bli-med"))
    assert kari.post("/skytjenester/firmaer/vil-bli-med", {"key": asked.pk, "do": "accept"}).status_code == 404
    assert eve.post("/skytjenester/firmaer/vil-bli-med", {"key": asked.pk, "do": "accept"}).status_code == 404
    si.post("/skytjenester/firmaer/vil-bli-med", {"key": asked.pk, "do": "refuse", "role": "editor"})
    assert not FirmMember.objects.filter(person__username="eve").exists()
    assert ours().name == "Tåkeheimen Sky"


@pytest.mark.parametrize("page", ["kontroll", "rediger", "folk", "trekk", "eksport.zip"])
def test_anothers_pages_are_closed(book: Book, page: str) -> None:
    person("kari").post(REGISTER, form())
    eve = person("eve")
    address = f"/skytjenester/firmaer/{NUMBER}/{page}"
    assert eve.get(address).status_code in (403, 404)
    if page != "eksport.zip":
        assert eve.post(address, {"do": "verify"}).status_code in (403, 404)
    assert ours().state == "pending"


def test_a_firms_own_people_cannot_verify_it(book: Book) -> None:
    si = known("si-admin")
    si.post(REGISTER, form())
    answer = si.post(f"/skytjenester/firmaer/{NUMBER}/kontroll", {"do": "verify", "reason": "", "text": ""})
    assert answer.status_code == 409
    assert "en annen må avgjøre" in text(answer)


def test_a_script_in_a_field_is_text_on_every_page(firm: Any) -> None:
    evil = "<script>alert(1)</script>"
    rows = [{"name": f"{evil}", "country": "NO", "task": '"><img src=x onerror=alert(1)>', "basis": "none"}]
    draft = world.filled(*firm, f"Demo {evil}", sub_processors=Given(rows))
    texts = {"nb": {"title": f"Demo {evil}", "summary": evil, "description": f"{evil}\n\n[x](javascript:alert(1))"}}

    drafts.save_texts(draft, "nb", texts, actor=firm[2], now=world.NOW)
    version = actions.submit(draft, actor=firm[2], person=firm[1], now=world.NOW)
    actions.publish(version, world.ruling(version), actor=world.SI, now=world.NOW)
    key, editor = version.listing.key, _editor()
    for page in (
        Visitor().read(f"/skytjenester/tjenester/{key}"),
        Visitor().read("/skytjenester/tjenester"),
        editor.read(MINE),
        editor.read(f"{MINE}/{key}/1"),
        editor.read(f"{MINE}/{key}/1/vis"),
    ):
        assert "<script>alert" not in page.html, page.path
        assert "<img src=x" not in page.html, page.path
        assert not re.search(r"href=\"\s*javascript:", page.html), page.path
        assert "unsafe-inline" not in page.response["Content-Security-Policy"]


def _bomb(name: str) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(30 * 1024 * 1024))
    packed.seek(0)
    packed.name = name
    return packed


def test_a_zip_bomb_is_no_sheet_and_no_document(firm: Any) -> None:
    draft = world.filled(*firm)
    visitor = _editor()
    answer = visitor.client.post(f"{MINE}/les-inn", {"category": "advisory", "sheet": _bomb("a.xlsx")})
    assert answer.status_code == 422
    page = visitor.client.post(f"{MINE}/demolager/1/filer", {"file": _bomb("a.docx")}, follow=True)
    assert "pakker ut til mer" in page.content.decode()
    assert draft.listing.files.count() == 1


class _Endless(io.RawIOBase):
    """A body that never ends, and tells how much of it was read."""

    taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "all of it was asked for at once"
        self.taken += size
        return b"x" * size


def _send(client: Client, path: str, declared: str, body: _Endless) -> int:
    kind = "multipart/form-data; boundary=x"
    more: dict[str, Any] = {"CONTENT_LENGTH": declared, "wsgi.input": body}
    return client.generic("POST", path, b"", content_type=kind, **more).status_code


def test_two_gigabytes_are_turned_away_by_their_length_and_unread(firm: Any) -> None:
    world.filled(*firm)
    for client, path in (
        (_editor().client, f"{MINE}/demolager/1/filer"),
        (_editor().client, f"{MINE}/les-inn"),
        (person("eve"), REGISTER),
    ):
        body = _Endless()
        assert (_send(client, path, str(2 << 30), body), body.taken) == (413, 0), path
    assert Listing.objects.get(key="demolager").files.count() == 1


@pytest.mark.parametrize("declared", ["100000", "0", ""])
def test_whoever_lies_about_the_length_is_read_no_further_than_it(firm: Any, declared: str) -> None:
    world.filled(*firm)
    body = _Endless()
    assert _send(_editor().client, f"{MINE}/demolager/1/filer", declared, body) < 500
    assert body.taken <= int(declared or 0)
    assert Listing.objects.get(key="demolager").files.count() == 1


def test_a_file_larger_than_it_said_is_broken_off(firm: Any) -> None:
    draft = world.filled(*firm)
    upload = io.BytesIO(b"%PDF-" + bytes(files.LARGEST + 1))
    upload.name = "stor.pdf"
    page = _editor().client.post(f"{MINE}/demolager/1/filer", {"file": upload}, follow=True)
    assert page.status_code in (200, 413)
    assert draft.listing.files.count() == 1


def _call(key: str, method: str, path: str, body: Any = None) -> Any:
    return Visitor().client.generic(
        method, f"/skytjenester/api/tjenester{path}", json.dumps(body), content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )  # fmt: skip


def test_a_system_writes_and_submits_but_nothing_becomes_public_by_it(firm: Any) -> None:
    key = world.api_key(*firm)
    texts = {"nb": {"title": "Råd om sky", "summary": "Råd.", "description": "Råd om sky, demodata."}}
    given = {
        "advice_on": {"value": ["risk"]},
        "independence": {"value": True},
        "where_delivered": {"value": ["remote"]},
        "support_languages": {"value": ["nb"]},
    }
    prices = [{"title": "Rådgiver", "unit": "hour", "amount": "1450"}]
    body = {"category": "advisory", "texts": texts, "answers": given}
    made = _call(key, "POST", "", body)
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    assert [one["where"] for one in made.json()["problems"]] == ["prices"]
    # Every way past moderation that the message itself could try.
    for more in (
        {"state": "published"},
        {"published_at": "2023-11-01"},
        {"sha256": "x"},
        {"ruling": {"kind": "publish"}},
    ):
        assert _call(key, "POST", "", {**body, **more}).status_code == 422
        assert _call(key, "PUT", "/rad-om-sky", more).status_code == 422
    basis = {"answers": {"independence": {"value": True, "basis": "evidence"}}}
    assert _call(key, "PUT", "/rad-om-sky", basis).status_code == 422
    assert _call(key, "POST", "/rad-om-sky/send-inn").status_code == 422
    assert _call(key, "PUT", "/rad-om-sky", {"prices": prices}).json()["problems"] == []
    for verb in ("publiser", "publish", "godkjenn", "rett"):
        assert _call(key, "POST", f"/rad-om-sky/{verb}").status_code == 404
    assert _call(key, "POST", "/rad-om-sky/send-inn").json()["state"] == "submitted"
    assert _call(key, "GET", "/rad-om-sky").json()["state"] == "submitted"
    assert _call(key, "PUT", "/rad-om-sky", {"prices": []}).status_code == 409
    assert _call(key, "DELETE", "/rad-om-sky").status_code == 405
    assert queries.published(world.BUYER, world.NOW.date(), keys=["rad-om-sky"]) == []


def test_a_key_opens_no_more_than_its_makers_own_rights(firm: Any) -> None:
    key = world.api_key(*firm)
    other = world.firm("Annet AS", world.NUMBERS[1])
    world.filled(other, *world.member(other, username="annen"), "Andres lager")
    assert _call(key, "GET", "/andres-lager").status_code == 404
    assert _call(key, "POST", "/andres-lager/send-inn").status_code == 404
    assert _call("ft_aaaaaaaa_" + "x" * 43, "GET", "").status_code == 401
    assert _call("", "GET", "").status_code == 401
    firm[0].members.update(ended_at=clock.now())
    assert _call(key, "POST", "", {"category": "advisory", "texts": {"nb": {"title": "X"}}}).status_code == 409
