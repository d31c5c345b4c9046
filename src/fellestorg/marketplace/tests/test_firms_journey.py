"""A firm's way in, over HTTP: registered, verified by SI, shown; and what is refused on the way."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fellestorg.kernel.models import Mail
from fellestorg.kernel.sealing import open_text
from fellestorg.marketplace.firms.models import Firm, FirmFile, FirmInvitation, FirmMember
from fellestorg.marketplace.tests.firms_world import NUMBER, PDF, REGISTER, form, known, ours, person, register, text
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.organisations.registry.local import Book

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def book(settings: Any) -> Iterator[Book]:
    with register(settings) as book:
        yield book


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
