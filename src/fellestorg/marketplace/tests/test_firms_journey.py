"""A firm's way in, over HTTP: registered, verified by SI, shown; and what is refused on the way."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fellestorg.demo_data.seeded import invented_number
from fellestorg.kernel.models import Mail
from fellestorg.kernel.sealing import open_text
from fellestorg.marketplace.firms.models import Firm, FirmFile, FirmInvitation, FirmMember, JoinRequest
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.registry.local import Book, serving

pytestmark = pytest.mark.usefixtures("demo")
NUMBER, GONE, BANKRUPT = invented_number(9001), invented_number(9002), invented_number(9003)
PDF = b"%PDF-1.4 fullmakt"
REGISTER = "/skytjenester/firmaer/registrer"


@pytest.fixture
def book(settings: Any) -> Iterator[Book]:
    book = Book({number: _unit(number, "TÅKEHEIMEN SKY AS") for number in (NUMBER, BANKRUPT)}, {GONE})
    book.units[BANKRUPT]["konkurs"] = True
    with serving(book) as address:
        settings.BRREG_URL = address
        yield book


def _unit(number: str, name: str) -> dict[str, Any]:
    return {"organisasjonsnummer": number, "navn": name, "organisasjonsform": {"kode": "AS"}, "konkurs": False}


def person(username: str, email: str = "") -> Client:
    """Somebody with an account of her own and no role."""
    made = Person.objects.create(username=username, name=username.title(), email=email or f"{username}@demo.example")
    client = Client()
    session = client.session
    session["person"] = made.pk
    session.save()
    return client


def known(username: str) -> Client:
    client = Client()
    client.post("/logg-inn", {"person": username})
    return client


def form(number: str = NUMBER, **more: Any) -> dict[str, Any]:
    return {
        "nummer": number, "version": "2023-1", "terms": "on", "name": "Tåkeheimen Sky", "right": "role",
        "website": "https://takeheimen.example", "email": "post@takeheimen.example", **more,
    }  # fmt: skip


def ours() -> Firm:
    return Firm.objects.get(organisation__number=NUMBER)


def text(response: Any) -> str:
    content: str = response.content.decode()
    return re.sub(r"<[^>]+>|\s+", " ", content)


class TestTheWayIn:
    def test_registered_verified_and_shown(self, book: Book) -> None:
        kari, public, si = person("kari"), Client(), known("si-admin")
        assert "TÅKEHEIMEN SKY AS" in text(kari.get(f"{REGISTER}?nummer={NUMBER}"))
        page = f"/skytjenester/firmaer/{NUMBER}"
        assert kari.post(REGISTER, form()).headers["Location"] == page
        # Nothing is public before SI has verified it.
        assert public.get(page).status_code == 404
        assert NUMBER not in public.get("/skytjenester/firmaer.csv").content.decode()
        assert public.get(f"/virksomheter/{NUMBER}").status_code == 404
        assert NUMBER not in public.get("/virksomheter.csv").content.decode()
        assert kari.get(page).status_code == 200
        assert not RoleGrant.objects.filter(organisation__number=NUMBER).exists()
        assert "Tåkeheimen Sky" in text(si.get("/skytjenester/firmaer/til-kontroll"))
        said = text(si.get(f"{page}/kontroll"))
        assert "ikke til firmaets nettsted" in said and "i en rolle som kan representere" in said
        assert si.post(f"{page}/kontroll", {"do": "verify", "reason": "", "text": ""}).status_code == 302
        assert "Tåkeheimen Sky" in text(public.get(page))
        assert NUMBER in public.get("/skytjenester/firmaer.json").content.decode()
        assert public.get(f"/virksomheter/{NUMBER}").status_code == 200
        assert RoleGrant.objects.get(organisation__number=NUMBER).person.username == "kari"
        assert Mail.objects.filter(recipient="kari@demo.example", subject__contains="er kontrollert").exists()
        # What the firm sees was decided by the office; the page names no case handler.
        assert "Unni" not in text(kari.get(page))

    def test_a_foreign_firm_shows_evidence_and_can_tender_at_once(self) -> None:
        hans, number = person("hans"), "DE-HRB12345"
        given = form("DE HRB12345", registry_address="https://register.example/HRB12345", name="Wolkenhaus GmbH")
        assert hans.post(REGISTER, given).status_code == 422
        given["register_extract"] = SimpleUploadedFile("x.pdf", PDF)
        assert hans.post(REGISTER, given).status_code == 302
        organisation = Organisation.objects.get(number=number)
        assert (organisation.country, organisation.listed) == ("DE", False)
        assert RoleGrant.objects.get(organisation=organisation).role == "supplier"
        si = known("si-admin")
        check = f"/skytjenester/firmaer/{number}/kontroll"
        assert si.post(check, {"do": "verify", "reason": "", "text": ""}).status_code == 422
        assert (
            si.post(
                check, {"do": "refuse", "reason": "another_firm", "text": "Utskriften er et annet firmas."}
            ).status_code
            == 302
        )
        assert not RoleGrant.objects.filter(organisation=organisation).exists()
        assert "et annet firmas navn" in text(hans.get(f"/skytjenester/firmaer/{number}"))

    def test_one_who_is_refused_may_register_anew(self, book: Book) -> None:
        kari, si = person("kari"), known("si-admin")
        kari.post(REGISTER, form())
        si.post(
            f"/skytjenester/firmaer/{NUMBER}/kontroll",
            {"do": "refuse", "reason": "evidence_missing", "text": "Legg ved fullmakt."},
        )
        again = form(right="power_of_attorney", power_of_attorney=SimpleUploadedFile("../../x.exe.pdf", PDF))
        assert kari.post(REGISTER, again).status_code == 302
        assert ours().state == "pending"
        file = FirmFile.objects.get(firm=ours())
        assert file.name == "power-of-attorney.pdf"
        address = f"/skytjenester/firmaer/{NUMBER}/fil/{file.pk}"
        assert si.get(address).content == PDF
        assert person("ola").get(address).status_code == 404


class TestAHostileSupplier:
    @pytest.mark.parametrize(
        ("number", "status"),
        [("986252933", 422), (invented_number(9009), 422), (GONE, 422), (BANKRUPT, 422), ("US-DE1234", 422),
         ("986252932", 409), ("976239997", 302), ("<script>", 422)],
        ids=["check-digit", "unknown", "deleted", "bankrupt", "outside-eea", "public-body", "held", "script"],
    )  # fmt: skip
    def test_a_false_number_gets_nowhere(self, book: Book, number: str, status: int) -> None:
        eve = person("eve")
        before = Organisation.objects.count()
        answer = eve.post(REGISTER, form(number))
        assert answer.status_code == status
        assert (Organisation.objects.count(), Firm.objects.filter(organisation__number=number).count()) == (before, 0)
        assert "<script>" not in answer.content.decode().partition("<main")[2]

    def test_anothers_firm_cannot_be_claimed(self, book: Book) -> None:
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
    def test_anothers_pages_are_closed(self, book: Book, page: str) -> None:
        person("kari").post(REGISTER, form())
        eve = person("eve")
        address = f"/skytjenester/firmaer/{NUMBER}/{page}"
        assert eve.get(address).status_code in (403, 404)
        if page != "eksport.zip":
            assert eve.post(address, {"do": "verify"}).status_code in (403, 404)
        assert ours().state == "pending"

    def test_a_firms_own_people_cannot_verify_it(self, book: Book) -> None:
        si = known("si-admin")
        si.post(REGISTER, form())
        answer = si.post(f"/skytjenester/firmaer/{NUMBER}/kontroll", {"do": "verify", "reason": "", "text": ""})
        assert answer.status_code == 409
        assert "en annen må avgjøre" in text(answer)

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"terms": ""}, "godta vilkårene"),
            ({"version": "2019-1"}, "godta vilkårene"),
            ({"website": "javascript:alert(1)"}, "ikke en nettadresse"),
            ({"email": "ikke@"}, "ikke en e-postadresse"),
            ({"name": "01010112345 Sky"}, ""),
            ({"right": "power_of_attorney"}, "legg ved fullmakten"),
            ({"right": "power_of_attorney", "power_of_attorney": b"MZ\x90"}, "bare PDF, PNG og JPEG"),
            ({"right": "power_of_attorney", "power_of_attorney": b"%PDF-" + b"x" * 10_000_001}, "legg ved fullmakten"),
        ],
        ids=["terms", "old-terms", "script-address", "mail", "name", "no-power", "program", "too-large"],
    )
    def test_a_bad_field_is_named_and_nothing_is_written(self, book: Book, more: dict[str, Any], said: str) -> None:
        given = form(**more)
        if isinstance(given.get("power_of_attorney"), bytes):
            given["power_of_attorney"] = SimpleUploadedFile("fullmakt.pdf", given["power_of_attorney"])
        answer = person("kari").post(REGISTER, given)
        if said:
            assert answer.status_code == 422 and said in text(answer)
            assert not Firm.objects.filter(organisation__number=NUMBER).exists()

    def test_two_gigabytes_are_refused_unread(self) -> None:
        answer = person("eve").post(REGISTER, form(), CONTENT_LENGTH=str(2 << 30))
        assert answer.status_code == 413

    def test_nobody_copies_the_register_through_us(self, book: Book) -> None:
        eve = person("eve")
        answers = [eve.get(f"{REGISTER}?nummer={NUMBER}").status_code for _ in range(32)]
        assert answers[0] == 200 and answers[-1] == 429
        assert len(book.asked) <= 30


class TestColleagues:
    def test_a_colleague_is_invited_and_the_last_administrator_stays(self, book: Book) -> None:
        kari, ola = person("kari"), person("ola")
        kari.post(REGISTER, form())
        people = f"/skytjenester/firmaer/{NUMBER}/folk"
        assert kari.post(people, {"do": "invite", "email": "ola@demo.example", "role": "editor"}).status_code == 302
        mail = Mail.objects.get(recipient="ola@demo.example")
        assert "skytjenester" not in mail.sealed_link and "Tåkeheimen" in mail.subject
        link = open_text(mail.sealed_link)
        assert ola.post(link).headers["Location"] == f"/skytjenester/firmaer/{NUMBER}"
        assert person("eve").post(link).status_code == 404
        assert FirmInvitation.objects.latest("made_at").email == ""
        assert ola.post(people, {"do": "invite", "email": "x@demo.example", "role": "editor"}).status_code == 409
        own = FirmMember.objects.get(person__username="kari")
        assert kari.post(people, {"do": "remove", "member": own.pk}).status_code == 409
        other = FirmMember.objects.get(person__username="ola")
        assert kari.post(people, {"do": "role", "member": other.pk, "role": "administrator"}).status_code == 302
        assert kari.post(people, {"do": "remove", "member": own.pk}).status_code == 302
        assert kari.get(people).status_code == 404

    def test_all_is_taken_out_and_withdrawing_erases(self, book: Book) -> None:
        kari, si = person("kari"), known("si-admin")
        kari.post(REGISTER, form(right="power_of_attorney", power_of_attorney=SimpleUploadedFile("x.pdf", PDF)))
        page = f"/skytjenester/firmaer/{NUMBER}"
        si.post(f"{page}/kontroll", {"do": "verify", "reason": "", "text": ""})
        packed = zipfile.ZipFile(io.BytesIO(kari.get(f"{page}/eksport.zip").content))
        told = json.loads(packed.read("firm.json"))
        assert (told["firm"]["name"], told["people"][0]["role"]) == ("Tåkeheimen Sky", "administrator")
        assert any(name.startswith("files/") for name in packed.namelist())
        assert kari.post(f"{page}/trekk").status_code == 302
        assert Client().get(page).status_code == 404
        assert kari.get(page).status_code == 404
        firm = ours()
        assert (firm.state, firm.email, FirmFile.objects.get(firm=ours()).content) == ("withdrawn", "", None)
        assert not RoleGrant.objects.filter(organisation__number=NUMBER).exists()
        assert "Kari" not in str(list(firm.steps.values_list("by", flat=True)))
