"""Setting up by sheet and by form: templates, problems by row, all or nothing, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from fellestorg.agreements.models import Participation, PolicyVersion
from fellestorg.kernel import clock, setup
from fellestorg.kernel.actors import OPERATOR, Actor, Grant
from fellestorg.kernel.models import Event
from fellestorg.kernel.setup import BroughtIn
from fellestorg.kernel.workbooks import workbook_of, workbook_rows
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.setup_commands import setup as command
from fellestorg.values import BadInput, Refused

DFO = "986252932"
NEW, OTHER = "310000019", "310000027"
ROW = {"number": NEW, "name": "Prøvedirektoratet", "kind": "Statlig virksomhet"}
PERSON = {"username": "ola", "name": "Ola Ny", "email": "ola@ny.example", "organisation": DFO, "role": "Innkjøper"}


def csv_of(*rows: Mapping[str, str]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([f'"{row.get(name, "")}"' for name in names] for row in rows)]
    return "\n".join(";".join(line) for line in lines).encode()


def bring(kind: str, *rows: Mapping[str, str], preview: bool = False) -> BroughtIn:
    found = setup.kind_of(kind)
    assert found is not None
    return setup.bring_in(found, csv_of(*rows), actor=OPERATOR, now=clock.now(), preview=preview)


def faults(done: BroughtIn) -> set[tuple[int, str, str]]:
    return {(one.row, one.field, one.code) for one in done.rejected}


def admin() -> Client:
    made = Client()
    made.post("/logg-inn", {"person": "si-admin"})
    return made


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_every_template_is_read_back_in_its_own_language(language: str, form: str) -> None:
    with translation.override(language):
        contents = [(kind, setup.template(kind, form)) for kind in setup.kinds()]
    assert len(contents) >= 8
    for kind, content in contents:
        with pytest.raises(BadInput) as raised:
            setup.bring_in(kind, content, actor=OPERATOR, now=None)  # type: ignore[arg-type]
        assert {one.code for one in raised.value.problems} == {"empty_file"}, kind.key
        if form == "xlsx":
            ((_line, headings),) = workbook_rows(content)
            assert len(headings) == len(kind.columns) == len(set(headings))


@pytest.mark.usefixtures("demo")
class TestSheets:
    def test_a_row_makes_an_organisation_and_the_same_row_again_changes_nothing(self) -> None:
        assert bring("organisations", ROW).tally.new == 1
        assert bring("organisations", ROW).tally.unchanged == 1
        changed = {**ROW, "name": "Et annet navn", "kind": "agency"}
        assert bring("organisations", changed).tally.changed == 1
        found = Organisation.objects.get(number=NEW)
        assert (found.name, found.kind, found.fictional) == ("Et annet navn", "agency", False)
        verbs = Event.objects.filter(stream=f"organisation:{NEW}").order_by("id").values_list("verb", flat=True)
        assert list(verbs) == ["organisation_registered", "organisation_changed"]

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ({"number": "123456789"}, ("number", "organisation_number")),
            ({"number": ""}, ("number", "missing")),
            ({"name": ""}, ("name", "missing")),
            ({"name": "x" * 201}, ("name", "too_long")),
            ({"name": "a\x07b"}, ("name", "control_character")),
            ({"kind": "konge"}, ("kind", "unknown_choice")),
            ({"email": "ikke en adresse"}, ("email", "not_an_email")),
            ({"employees": "mange"}, ("employees", "not_a_decimal")),
            ({"employees": "1,5"}, ("employees", "too_many_decimals")),
            ({"number": DFO, "kind": "supplier"}, ("kind", "kind_is_fixed")),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_written(
        self, change: dict[str, str], fault: tuple[str, str]
    ) -> None:
        before = Organisation.objects.count()
        done = bring("organisations", {**ROW, "number": OTHER}, {**ROW, **change})
        assert faults(done) == {(3, *fault)}
        assert Organisation.objects.count() == before and done.as_json()["accepted"] == 0

    def test_a_number_twice_is_named_with_the_line_it_stood_on(self) -> None:
        done = bring("organisations", ROW, ROW)
        assert faults(done) == {(3, "number", "twice")} and "2" in done.rejected[0].text

    def test_a_preview_does_everything_and_keeps_nothing(self) -> None:
        before = Event.objects.count()
        done = bring("organisations", ROW, {**ROW, "number": OTHER}, preview=True)
        assert (done.tally.new, done.rejected) == (2, ())
        assert not Organisation.objects.filter(number=NEW).exists() and Event.objects.count() == before

    @pytest.mark.parametrize("name", ['=HYPERLINK("http://x";"y")', "+1+1", "@SUM(A1)", "<script>alert(1)</script>"])
    def test_what_a_spreadsheet_or_a_browser_would_run_stays_text(self, name: str) -> None:
        row = {"number": NEW, "name": name, "kind": "agency"}
        found = setup.kind_of("organisations")
        assert found is not None
        content = workbook_of("Ark", list(row), [list(row.values())])
        setup.bring_in(found, content, actor=OPERATOR, now=clock.now())
        assert Organisation.objects.get(number=NEW).name == name
        page = Client().get(f"/virksomheter/{NEW}").content.decode()
        assert "<script>alert" not in page
        sheet = Client().get(f"/virksomheter.csv?q={NEW}").content.decode("utf-8-sig")
        assert f"'{name[:5]}" in sheet.replace('"', "") or name.startswith("<")

    def test_a_person_gets_several_roles_from_several_rows(self) -> None:
        rows = ({**PERSON, "limit": "50 000"}, {**PERSON, "role": "Lokal avtaleforvalter"})
        assert bring("people", *rows).tally.new == 2
        assert bring("people", *rows).tally.unchanged == 2
        grants = RoleGrant.objects.filter(person__username="ola").order_by("role")
        assert [(one.role, str(one.budget_limit)) for one in grants] == [
            ("buyer", "50000.00"),
            ("local_agreement_manager", "None"),
        ]

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ({"username": "01010750160"}, ("username", "identity_number")),
            ({"name": "Ola 010107 50160"}, ("name", "identity_number")),
            ({"username": "Ola Nordmann"}, ("username", "username")),
            ({"username": "si-admin"}, ("username", "somebody_else")),
            ({"organisation": OTHER}, ("organisation", "unknown_organisation")),
            ({"role": "supplier"}, ("role", "wrong_kind")),
            ({"role": "auditor", "limit": "5"}, ("limit", "no_authority")),
            ({"limit": "-1"}, ("limit", "too_small")),
            ({"valid_from": "2023-12-01", "valid_to": "2023-11-01"}, ("valid_to", "before_start")),
            ({"valid_from": "i morgen"}, ("valid_from", "not_a_date")),
            ({"invite": "ja"}, ("", "is_a_demo")),
        ],
    )
    def test_a_person_that_cannot_be_is_named(self, change: dict[str, str], fault: tuple[str, str]) -> None:
        before = Person.objects.count()
        assert faults(bring("people", {**PERSON, **change})) >= {(2, *fault)}
        assert Person.objects.count() == before

    def test_a_whole_agreement_by_sheets(self) -> None:
        lyreco, maske = Organisation.objects.filter(kind="supplier").values_list("number", flat=True)[:2]
        agreement = {
            "key": "stoler", "title_nb": "Stoler", "category": "office", "manager": "avtaleforvalter-kontor",
            "starts": "2023-01-01", "ends": "2024-12-31", "extensions": "2025-12-31 2026-12-30",
        }  # fmt: skip
        lot = {
            "agreement": "stoler", "key": "kontor", "title_nb": "Stoler", "scope_nb": "Stoler", "cpv": "39111000",
            "categories": "chair", "max_value": "1000000", "suppliers": f"{lyreco} {maske}",
        }  # fmt: skip
        policy = {"agreement": "stoler", "lot": "kontor", "mechanism": "rank", "source": "punkt 4"}
        sheets = [
            ("agreements", agreement),
            ("lots", lot),
            ("participants", {"agreement": "stoler", "organisation": DFO}),
            ("delivery-terms", {"agreement": "stoler", "lot": "kontor", "supplier": lyreco, "lead_days": "3"}),
            ("policies", policy),
        ]
        for kind, row in sheets:
            assert bring(kind, row).rejected == (), kind
            assert bring(kind, row).tally.unchanged == 1, kind
        opening = {"agreement": "stoler", "lot": "kontor", "amount": "1000"}
        assert bring("openings", opening).rejected == ()
        assert faults(bring("openings", opening)) == {(2, "reference", "already_registered")}
        wrong: list[tuple[str, dict[str, str], tuple[str, str]]] = [
            ("agreements", {**agreement, "title_nb": "Andre stoler"}, ("key", "exists")),
            ("agreements", {**agreement, "key": "A B"}, ("key", "not_a_key")),
            ("agreements", {**agreement, "key": "b", "manager": "innkjoper"}, ("manager", "not_agreement_manager")),
            ("agreements", {**agreement, "key": "b", "ends": "2022-01-01"}, ("extensions", "out_of_order")),
            ("agreements", {**agreement, "key": "b", "ends": "2028-01-01", "extensions": ""},
             ("long_duration_reason", "over_48_months")),
            ("lots", {**lot, "key": "b", "suppliers": DFO}, ("suppliers", "wrong_kind")),
            ("lots", {**lot, "key": "b", "suppliers": f"{lyreco} {lyreco}"}, ("suppliers", "twice")),
            ("lots", {**lot, "key": "b", "max_value": "0"}, ("max_value", "too_small")),
            ("lots", {**lot, "key": "b", "cpv": "39"}, ("cpv", "not_cpv")),
            ("lots", {**lot, "agreement": "tull"}, ("agreement", "unknown_agreement")),
            ("participants", {"agreement": "stoler", "organisation": lyreco}, ("organisation", "wrong_kind")),
            ("policies", {**policy, "amount_below": "5"}, ("lot", "exists")),
            ("delivery-terms", {"agreement": "stoler", "lot": "tull", "supplier": lyreco, "lead_days": "3"},
             ("lot", "unknown_lot")),
            ("openings", {**opening, "reference": "b", "amount": "0"}, ("amount", "too_small")),
        ]  # fmt: skip
        for kind, row, fault in wrong:
            assert faults(bring(kind, row)) == {(2, *fault)}, (kind, row)

    def test_one_person_alone_changes_nothing_in_an_agreement_that_is_in_use(self) -> None:
        taking_part = Participation.objects.filter(agreement__key="pc-utstyr")
        before, policies = taking_part.count(), PolicyVersion.objects.count()
        joined = taking_part.select_related("organisation").filter(valid_to=None).first()
        assert joined is not None and bring("organisations", ROW).rejected == ()
        lot = {"agreement": "pc-utstyr", "lot": "ny"}
        supplier = Organisation.objects.filter(kind="supplier").values_list("number", flat=True)[0]
        made = {
            "agreement": "pc-utstyr",
            "key": "ny",
            "title_nb": "Ny",
            "scope_nb": "Nytt",
            "cpv": "30213100",
            "categories": "laptop",
            "max_value": "1000",
            "suppliers": supplier,
        }
        assert bring("lots", made).rejected == ()
        tried: list[tuple[str, dict[str, str], str]] = [
            ("participants", {"agreement": "pc-utstyr", "organisation": NEW}, "/avtaler/pc-utstyr/deltakere/forvalt"),
            (
                "policies",
                {**lot, "mechanism": "rank", "source": "punkt 4"},
                "/avtaler/pc-utstyr/ny/forvalt/avropsregler",
            ),
            ("delivery-terms", {**lot, "supplier": supplier, "lead_days": "3"}, "/forvalt/leveringsvilkar"),
        ]
        for kind, row, said in tried:
            page = admin().post(f"/oppsett/{kind}", {"file": SimpleUploadedFile("ark.csv", csv_of(row))})
            assert page.status_code == 422 and "avtalen er i bruk" in page.content.decode(), kind
            assert said in page.content.decode(), kind
            page = admin().post(f"/oppsett/{kind}/ny", row)
            assert page.status_code == 422 and said in page.content.decode(), kind
        for kind, row, _said in tried:
            assert faults(bring(kind, row)) == {(2, "", "needs_second_person")}, kind
        assert taking_part.count() == before and PolicyVersion.objects.count() == policies
        again = {
            "agreement": "pc-utstyr", "organisation": joined.organisation.number, "ground": joined.ground,
            "valid_from": joined.valid_from.isoformat(),
        }  # fmt: skip
        assert bring("participants", again).tally.unchanged == 1

    def test_the_lots_of_a_new_agreement_get_their_policies_in_one_sheet(self) -> None:
        supplier = Organisation.objects.filter(kind="supplier").values_list("number", flat=True)[0]
        agreement = {
            "key": "bord", "title_nb": "Bord", "category": "office", "manager": "avtaleforvalter-kontor",
            "starts": "2023-01-01", "ends": "2024-12-31",
        }  # fmt: skip
        lot = {
            "agreement": "bord", "title_nb": "Bord", "scope_nb": "Bord", "cpv": "39121000", "categories": "desk",
            "max_value": "1000", "suppliers": supplier,
        }  # fmt: skip
        policy = {"agreement": "bord", "mechanism": "rank", "source": "punkt 4"}
        assert bring("agreements", agreement).rejected == ()
        assert bring("lots", {**lot, "key": "a"}, {**lot, "key": "b"}).rejected == ()
        both = ({**policy, "lot": "a"}, {**policy, "lot": "b"})
        assert bring("policies", *both).tally.new == 2 and bring("policies", *both).tally.unchanged == 2

    def test_only_administrators_and_the_operator_bring_in(self) -> None:
        found = setup.kind_of("organisations")
        assert found is not None
        buyer = Actor("person:1", "Ola", (Grant("buyer", DFO),))
        with pytest.raises(Refused):
            setup.bring_in(found, csv_of(ROW), actor=buyer, now=clock.now())
        visitor = Client()
        visitor.post("/logg-inn", {"person": "avtaleforvalter-ikt"})
        for path in ("/oppsett", "/oppsett/people", "/oppsett/people/ny", "/oppsett/people/mal.csv"):
            assert visitor.get(path).status_code == 403, path

    def test_the_page_previews_then_brings_in(self) -> None:
        visitor = admin()
        content = csv_of(ROW)
        sent = {"file": SimpleUploadedFile("ark.csv", content), "preview": "1"}
        page = visitor.post("/oppsett/organisations", sent)
        assert page.status_code == 200 and not Organisation.objects.filter(number=NEW).exists()
        page = visitor.post("/oppsett/organisations", {"file": SimpleUploadedFile("ark.csv", content)})
        assert page["Location"] == "/oppsett" and Organisation.objects.filter(number=NEW).exists()
        wrong = SimpleUploadedFile("ark.csv", csv_of({**ROW, "number": "1"}))
        page = visitor.post("/oppsett/organisations", {"file": wrong})
        assert page.status_code == 422 and "kontrollsiffer" in page.content.decode()
        for bad in (b"", b"\x00\x01", b"tull;fjas\n1;2", b"PK\x03\x04tull"):
            page = visitor.post("/oppsett/organisations", {"file": SimpleUploadedFile("ark", bad)})
            assert page.status_code == 422, bad

    def test_a_single_one_by_form_has_the_same_rules(self) -> None:
        visitor = admin()
        for kind in setup.kinds():
            assert visitor.get(f"/oppsett/{kind.key}/ny").status_code == 200, kind.key
            assert visitor.post(f"/oppsett/{kind.key}/ny").status_code == 422, kind.key
        wrong = visitor.post("/oppsett/organisations/ny", {**ROW, "kind": "agency", "number": "123456789"})
        assert wrong.status_code == 422 and 'id="id_number-error"' in wrong.content.decode()
        assert visitor.post("/oppsett/organisations/ny", {**ROW, "kind": "agency"}).status_code == 302
        assert visitor.post("/oppsett/people/ny", {**PERSON, "role": "buyer"}).status_code == 302
        assert visitor.get("/oppsett/tull").status_code == visitor.get("/oppsett/tull/ny").status_code == 404

    @pytest.mark.parametrize(("language", "named"), [("nb", "E-post"), ("nn", "E-post"), ("en", "E-mail")])
    def test_a_column_that_is_missing_has_the_name_its_reader_sees(self, language: str, named: str) -> None:
        visitor = admin()
        visitor.cookies["django_language"] = language
        answer = visitor.post("/oppsett/people", {"file": SimpleUploadedFile("ark.csv", b"username;name\nola;Ola")})
        page = answer.content.decode()
        assert answer.status_code == 422 and f"«{named}»" in page.replace("“", "«").replace("”", "»")
        assert "«email»" not in page and "“email”" not in page

    @pytest.mark.parametrize("form", ["xlsx", "csv"])
    def test_a_template_is_downloaded(self, form: str) -> None:
        answer = admin().get(f"/oppsett/people/mal.{form}")
        assert answer.status_code == 200 and f"people.{form}" in answer["Content-Disposition"]
        assert admin().get("/oppsett/people/mal.exe").status_code == 404

    def test_the_command_does_the_same(self, tmp_path: Path, capsys: Any) -> None:
        out = tmp_path / "mal.csv"
        assert command(["template", "people", "--format", "csv", "--language", "en", "--out", str(out)]) == 0
        assert out.read_text(encoding="utf-8-sig").startswith("User name;Name;E-mail;")
        sheet = tmp_path / "ark.csv"
        sheet.write_bytes(csv_of(ROW))
        assert command(["import", "organisations", str(sheet), "--preview", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["changes"]["new"] == 1
        sheet.write_bytes(csv_of({**ROW, "number": "1"}))
        assert command(["import", "organisations", str(sheet), "--json"]) == 2
        assert json.loads(capsys.readouterr().out)["rejected"][0]["field"] == "number"
        for words in (["import", "tull", str(sheet)], ["import", "people", "borte.csv"], ["template", "people"]):
            with pytest.raises(BadInput):
                command(words)
        assert command(["status", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["ready"] is True


@pytest.mark.django_db
def test_an_empty_installation_lacks_everything_and_says_so(capsys: Any) -> None:
    assert command(["status", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    needed = {one["step"] for one in told["steps"] if one["missing"] and not one["optional"]}
    assert needed == {
        "owner", "organisations", "suppliers", "people", "agreements", "lots", "participants", "policies", "prices",
    }  # fmt: skip
