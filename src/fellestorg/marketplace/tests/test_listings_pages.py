"""What people do with listings over HTTP: a firm writes and submits, everybody reads, a hostile one gets nowhere."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from tests.journeys.visiting import Page, Visitor

from fellestorg.kernel import clock
from fellestorg.marketplace.listings import actions, importing
from fellestorg.marketplace.listings.answers import Given
from fellestorg.marketplace.listings.models import Listing, ListingVersion
from fellestorg.marketplace.listings.questions import catalogue, questions_of
from fellestorg.marketplace.tests import listings_world as world
from fellestorg.organisations import tokens
from fellestorg.organisations.models import ApiToken

MINE = "/skytjenester/mine-tjenester"
pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def firm() -> Any:
    firm = world.firm()
    return firm, *world.member(firm, "administrator")


def _editor() -> Visitor:
    return Visitor("redaktor")


def _fill(visitor: Visitor, path: str, page: Page, file: str) -> None:
    """Answer everything that must be answered in each part of a draft, as the form names it."""
    category = ListingVersion.objects.get(listing__key=path.split("/")[3]).listing.category
    asked = [one for one in questions_of(category) if one.required]
    for section in catalogue().sections:
        given: dict[str, Any] = {}
        for one in (one for one in asked if one.section == section):
            first = next(iter(one.options), "")
            typed = {"yes_no": "ja", "number": "1", "text": "Demodata", "countries": ["NO"], "several": [first]}
            given[f"f:{one.key}" if one.kind == "file" else f"a:{one.key}"] = (
                file if one.kind == "file" else typed.get(one.kind, first)
            )
        if given:
            visitor.send(f"{path}/svar/{section}", given)


def test_a_firm_writes_submits_and_is_read_once_si_has_said_yes(firm: Any) -> None:
    visitor = _editor()
    assert "Ingen tjenester ennå" in visitor.read(MINE).words
    page = visitor.press(
        visitor.read(f"{MINE}/ny"), "Begynn", category="cips-storage", title="Demolager", language="nb"
    )
    path = f"{MINE}/demolager/1"
    assert page.path == f"{path}/tekst"
    page = visitor.press(page, "Lagre", **{"summary:nb": "Lagrer.", "description:nb": "Lagrer demodata."})
    upload = io.BytesIO(world.PDF)
    upload.name = "databehandleravtale.pdf"
    visitor.client.post(f"{path}/filer", {"file": upload})
    page = visitor.read(path)
    assert "Databehandleravtale: svaret mangler." in page.words
    assert "Send inn" not in page.words
    file = str(Listing.objects.get(key="demolager").files.get().pk)
    _fill(visitor, path, page, file)
    wrong = visitor.send(
        f"{path}/priser", {"p:1:title": "Standard", "p:1:amount": "en tier", "p:1:unit": "gb_month"}, 422
    )
    assert "Prislinje 1" in wrong.words
    visitor.send(f"{path}/priser", {"p:1:title": "Standard", "p:1:amount": "0,25", "p:1:unit": "tb_month"})
    page = visitor.read(path)
    assert "Alt som trengs, er med" in page.words
    assert "Demolager" in visitor.read(f"{path}/vis?som=innkjoper").words
    page = visitor.press(page, "Send inn", do="submit")
    assert "Til behandling" in page.words
    anybody = Visitor()
    assert anybody.client.get("/skytjenester/tjenester/demolager").status_code == 404
    version = ListingVersion.objects.get(listing__key="demolager")
    actions.publish(version, world.ruling(version), actor=world.SI, now=clock.now())
    shown = anybody.read("/skytjenester/tjenester/demolager")
    assert "Egenerklært" in shown.words
    assert "0,00025 per GB i måneden" in shown.words
    assert "databehandleravtale.pdf" in shown.html
    assert anybody.json("/skytjenester/tjenester/demolager.json")["answers"]["data_location"]["value"] == ["NO"]
    assert "Hvorfor denne rekkefølgen?" in anybody.read("/skytjenester/tjenester?kategori=cips").words
    downloaded = anybody.client.get(f"/skytjenester/tjenester/demolager/fil/{file}")
    assert (downloaded.content, downloaded["X-Content-Type-Options"]) == (world.PDF, "nosniff")
    assert downloaded["Content-Disposition"].startswith("attachment")


def test_what_cannot_be_read_is_kept_and_told_at_its_field(firm: Any) -> None:
    world.filled(*firm)
    visitor, path = _editor(), f"{MINE}/demolager/1/svar/environment"
    page = visitor.send(path, {"a:pue": "snill", "a:renewable_share": "98"}, 422)
    assert 'value="snill"' in page.html
    assert ListingVersion.objects.get(listing__key="demolager").answers["renewable_share"]["value"] == "98"
    # A script asks the same way and is answered in JSON.
    answer = visitor.client.post(
        path, json.dumps([["a:pue", "1,1"]]), content_type="application/json", headers={"Accept": "application/json"}
    )
    assert answer.json() == {"problems": []}
    assert ListingVersion.objects.get(listing__key="demolager").answers["pue"]["value"] == "1.1"


def test_a_certificate_and_sub_processors_are_rows_of_the_form(firm: Any) -> None:
    version = world.filled(*firm)
    file = str(version.listing.files.get().pk)
    visitor, path = _editor(), f"{MINE}/demolager/1/svar"
    rows = {"c:iso_27001:0:number": "D-1", "c:iso_27001:0:issuer": "Demosertifisering AS"}
    page = visitor.send(f"{path}/certificates", rows, 422)
    assert "Gyldig til: Svaret mangler." in page.words
    visitor.send(f"{path}/certificates", {**rows, "c:iso_27001:0:expires": "2024-06-30", "f:iso_27001": file})
    kept = ListingVersion.objects.get(listing__key="demolager").answers["iso_27001"]
    assert (kept["basis"], kept["expires_at"]) == ("evidence", "2024-06-30")
    two = {
        f"c:sub_processors:{row}:{name}": value
        for row, cells in ((0, ("Demodrift AS", "NO", "drift", "none")), (3, ("Demo Inc.", "US", "støtte", "scc")))
        for name, value in zip(("name", "country", "task", "basis"), cells, strict=True)
    }
    visitor.send(f"{path}/data", {**two, "b:sub_processors": "1", "a:data_location": ["NO"], "a:access_from": ["NO"],
                                  "a:region_choice": "ja", "a:transfer_basis": ["scc"]})  # fmt: skip
    kept = ListingVersion.objects.get(listing__key="demolager").answers["sub_processors"]
    assert [row["country"] for row in kept["value"]] == ["NO", "US"]
    assert kept["buyers_only"]
    shown = visitor.read(f"{MINE}/demolager/1/vis").words
    assert "Vises bare for innlogga innkjøpere." in shown
    assert "Demo Inc." not in shown
    assert "Demo Inc." in visitor.read(f"{MINE}/demolager/1/vis?som=innkjoper").words


def test_only_the_firms_own_people_and_si_see_what_is_not_public(firm: Any) -> None:
    world.filled(*firm)
    for who, status in (("", 302), ("dustin", 404), ("innkjoper", 404), ("si-admin", 200), ("revisor", 200)):
        assert Visitor(who).client.get(f"{MINE}/demolager/1").status_code == status, who
    assert Visitor("si-admin").client.get(f"{MINE}/demolager/1/tekst").status_code == 403
    assert Visitor("si-admin").client.post(f"{MINE}/demolager/1/gjor", {"do": "submit"}).status_code == 403


def test_what_was_removed_says_so_and_what_never_was_does_not_exist(firm: Any) -> None:
    version = world.published(*firm)
    actions.remove(
        version, world.ruling(version, "remove", reason="Uriktig om lagring."), actor=world.SI, now=world.NOW
    )
    answer = Visitor().client.get("/skytjenester/tjenester/demolager")
    assert answer.status_code == 410
    assert "Uriktig om lagring." in answer.content.decode()
    assert Visitor().client.get("/skytjenester/tjenester/finnes-ikke").status_code == 404
    assert Visitor().client.get("/skytjenester/tjenester/demolager.json").status_code == 404


def test_a_file_behind_an_answer_for_buyers_is_not_given_to_others(firm: Any) -> None:
    draft = world.filled(*firm)
    file = str(draft.listing.files.get().pk)
    from fellestorg.marketplace.listings import drafts

    drafts.save_answers(draft, {"dpa_document": Given(file, buyers_only=True)}, actor=firm[2], now=world.NOW)
    version = actions.submit(draft, actor=firm[2], person=firm[1], now=world.NOW)
    actions.publish(version, world.ruling(version), actor=world.SI, now=world.NOW)
    path = f"/skytjenester/tjenester/demolager/fil/{file}"
    assert [Visitor(who).client.get(path).status_code for who in ("", "dustin", "innkjoper")] == [404, 404, 200]


def _key(of: Any, person: Any, actor: Any) -> str:
    from fellestorg.kernel.actors import Actor, Grant

    seller = Actor(actor.key, actor.name, (Grant("supplier", of.organisation.number),))
    _row, key = tokens.make_token(
        of.organisation, ApiToken.Scope.LISTINGS, "Eget system", 90, actor=seller, person=person, now=clock.now()
    )
    return key


@pytest.mark.parametrize("body", ["[]", "{", '{"texts": []}', '{"texts": {"nb": "x"}}', "[" * 5000, '{"prices": {}}'])
def test_a_message_that_is_not_what_it_should_be_is_told_so(firm: Any, body: str) -> None:
    answer = Visitor().client.generic(
        "POST", "/skytjenester/api/tjenester", body, content_type="application/json",
        headers={"Authorization": f"Bearer {_key(*firm)}"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_a_sheet_makes_all_its_drafts_or_none(firm: Any) -> None:
    visitor = _editor()
    columns = ("title", "summary", "description", "advice_on", "independence", "where_delivered", "support_languages",
               "prices", "environmental_certificate", "environmental_certificate.register")  # fmt: skip
    heading = ";".join(columns)
    right = (
        'Råd A;Kort;Lang;"risk;strategy";ja;remote;nb;Time | hour | 1 200;"D-1 | Demo | 2025-01-01";'
        '"Register D-1 | https://demodata.example/d1"'
    )
    wrong = "Råd B;Kort;Lang;ukjent;kanskje;remote;nb;Time | minutt | 1;;"

    def sheet(*rows: str) -> io.BytesIO:
        made = io.BytesIO("\n".join((heading, *rows)).encode())
        made.name = "tjenester.csv"
        return made

    answer = visitor.client.post(f"{MINE}/les-inn", {"category": "advisory", "sheet": sheet(right, wrong)})
    page = Page(answer, f"{MINE}/les-inn")
    assert answer.status_code == 422
    assert page.words.count("rad 3") == 3
    assert Listing.objects.filter(firm=firm[0]).count() == 0
    answer = visitor.client.post(f"{MINE}/les-inn", {"category": "advisory", "sheet": sheet(right)})
    page = Page(answer, f"{MINE}/les-inn")
    assert "Råd A" in page.words
    assert Listing.objects.filter(firm=firm[0]).count() == 0
    assert "Råd A" in visitor.press(page, "Lag kladdene").words
    made = ListingVersion.objects.get(listing__firm=firm[0])
    assert (made.state, made.source, made.prices[0]["amount"]) == ("draft", "import", "1200")
    assert made.answers["advice_on"]["value"] == ["strategy", "risk"]
    assert made.answers["environmental_certificate"]["evidence"]["kind"] == "registry"
    # What was shown cannot be changed on the way back.
    assert visitor.client.post(f"{MINE}/les-inn", {"read": page.hidden("read")[:-2] + "xx"}).status_code == 422


def test_every_categorys_template_is_read_back_without_an_unknown_column(firm: Any) -> None:
    from django.utils.translation import override

    from fellestorg.kernel.workbooks import workbook_of, workbook_rows

    for language in ("nb", "nn", "en"):
        with override(language):
            headings = next(workbook_rows(importing.template("saas-cases")))[1]
        row = ["Demosak" if "[title]" in one else "" for one in headings]
        (line,) = importing.read(workbook_of("x", headings, [row]), "saas-cases")
        assert (line.texts["title"], line.answers) == ("Demosak", {})
