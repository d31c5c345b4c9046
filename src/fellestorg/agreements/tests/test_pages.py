"""The agreement pages through HTTP, as the public, as each role, in three languages."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from fellestorg.agreements.models import (
    CeilingEntry,
    ChangeProposal,
    ExtensionOption,
    FrameworkAgreement,
    Lot,
    SupplierPosition,
)
from fellestorg.kernel import clock
from fellestorg.organisations.models import Organisation

pytestmark = pytest.mark.usefixtures("demo")
LOT = "/avtaler/pc-utstyr/mac"
PUBLIC = ["/avtaler", "/avtaler/pc-utstyr", LOT, "/avtaler/pc-utstyr/deltakere"]


def client(username: str = "", language: str = "nb") -> Client:
    made = Client()
    if username:
        assert made.post("/logg-inn", {"person": username}).status_code == 302
    made.cookies["django_language"] = language
    return made


def sheet(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize(
    ("language", "word"), [("nb", "Slik gjør du avrop"), ("nn", "Slik gjer du avrop"), ("en", "How to call off")]
)
@pytest.mark.parametrize("path", PUBLIC)
def test_the_public_reads_agreements_in_every_language(path: str, language: str, word: str) -> None:
    response = client(language=language).get(path)
    assert response.status_code == 200
    assert f'lang="{language}"' in response.content.decode()
    if path in ("/avtaler/pc-utstyr", LOT):
        assert word in response.content.decode()


# That no other role meets an error either is seen in tests/journeys/test_every_address.py.
@pytest.mark.parametrize("who", ["innkjoper", "atea"])
def test_buyers_and_suppliers_read_agreements(who: str) -> None:
    reader = client(who)
    assert {path: reader.get(path).status_code for path in PUBLIC} == dict.fromkeys(PUBLIC, 200)


ICT = {"pc-utstyr", "mobil-2022", "telefoni", "ombruk-ikt", "skytjenester"}
TRAVEL = {"reisebyra", "flyreiser", "hotell", "leiebil", "kurs-og-konferanse"}
IN_FORCE = ICT | TRAVEL | {"forbruksmateriell", "kontormobler-demo"}
ENDED = {"mobil-2018", "pc-klienter-2018", "pc-skjermer-2018"}
HALTED = {"kontormobler", "betalingslosninger"}


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", IN_FORCE | ENDED | HALTED),
        ("?q=lyreco", {"forbruksmateriell"}),
        ("?kategori=ict", ICT | ENDED),
        ("?kategori=travel&status=delayed", {"betalingslosninger"}),
        ("?status=cancelled", {"kontormobler"}),
        ("?status=cancelled&dag=2022-08-24", set()),
        ("?type=dps", {"kurs-og-konferanse"}),
        ("?type=dps&leverandor=Norwegian", set()),
        ("?leverandor=Norwegian", {"flyreiser"}),
        ("?leverandor=Unifon+AS&dag=2022-10-02", set()),
        ("?leverandor=Unifon+AS&dag=2022-10-03", {"telefoni"}),
        ("?status=in_force&q=pc", {"pc-utstyr"}),
        ("?status=draft", set()),
        ("?status=ended", ENDED),
        ("?status=in_force&dag=2019-05-02", ENDED),
        ("?status=coming&dag=2022-11-25&kategori=ict", {"pc-utstyr", "ombruk-ikt", "skytjenester"}),
        ("?q=%00", IN_FORCE | ENDED | HALTED),
    ],
)
def test_the_list_is_searched_alike_as_page_csv_and_json(query: str, keys: set[str]) -> None:
    asked = client()
    assert {row["key"] for row in asked.get(f"/avtaler.json{query}").json()["agreements"]} == keys
    assert {row[0] for row in sheet(asked.get(f"/avtaler.csv{query}"))[1:]} == keys
    page = asked.get(f"/avtaler{query}").content.decode()
    assert all((f'href="/avtaler/{key}' in page) == (key in keys) for key in ("mobil-2022", "forbruksmateriell"))


def test_who_is_not_halted_on_a_day_is_what_its_dates_say() -> None:
    def status(key: str, day: str) -> str:
        rows = client().get(f"/avtaler.json?dag={day}").json()["agreements"]
        return str({row["key"]: row["status"] for row in rows}[key])

    # The day the competition was cancelled is the first it counts; before that the agreement was coming.
    assert [status("kontormobler", day) for day in ("2022-08-24", "2022-08-25", "2025-01-01")] == [
        "coming",
        "cancelled",
        "cancelled",
    ]
    assert [status("betalingslosninger", day) for day in ("2022-05-09", "2022-05-10")] == ["coming", "delayed"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/avtaler/kontormobler", ("Konkurransen er avlyst", "25.\xa0august\xa02022", "(demo)")),
        ("/avtaler/betalingslosninger", ("Avtalen er utsatt", "Finansdepartementet", "ikke kjent når")),
        ("/avtaler/kurs-og-konferanse", ("Opptatte leverandører", "Dynamisk innkjøpsordning")),
    ],
)
def test_an_agreements_page_says_what_it_is_and_why_nobody_can_use_it(path: str, told: tuple[str, ...]) -> None:
    page = client().get(path).content.decode()
    assert all(one in page for one in told)


def test_a_draft_is_hidden_from_the_public_and_marked_for_those_who_manage() -> None:
    row = FrameworkAgreement.objects.get(key="leiebil")
    row.pk, row.key = None, "utkast"
    row.save(force_insert=True)
    assert client().get("/avtaler/utkast").status_code == 404
    assert "/avtaler/utkast" not in client("innkjoper").get("/avtaler").content.decode()
    assert "utkast" not in {one["key"] for one in client().get("/avtaler.json").json()["agreements"]}
    lot = Lot.objects.filter(agreement__key="leiebil").order_by("number")[0]
    lot.pk, lot.agreement = None, row
    lot.save(force_insert=True)
    pages = (f"/{lot.key}", f"/{lot.key}/priser.json", "/deltakere.csv", "/nyheter")
    for path in ("", *pages):
        assert {client(who).get(f"/avtaler/utkast{path}").status_code for who in ("", "innkjoper")} == {404}, path
        assert client("revisor").get(f"/avtaler/utkast{path}").status_code == 200, path
    page = client("si-admin").get("/avtaler/utkast")
    assert page.status_code == 200
    assert "Utkast" in page.content.decode()
    shown = client("si-admin").get("/avtaler.json?status=draft").json()["agreements"]
    assert [one["key"] for one in shown] == ["utkast"]


def test_participants_come_as_csv_and_json_too() -> None:
    asked = client()
    rows = asked.get("/avtaler/pc-utstyr/deltakere.json").json()["participants"]
    assert len(rows) == len(sheet(asked.get("/avtaler/pc-utstyr/deltakere.csv"))) - 1 > 100
    assert "2023" in rows[0]["valid_from"]
    assert asked.get("/avtaler/pc-utstyr/deltakere?q=zzzz&side=99").status_code == 200


@pytest.mark.parametrize(
    "path", ["/avtaler/nope", "/avtaler/pc-utstyr/nope", "/avtaler/nope/deltakere", "/avtaler/nope/mac"]
)
def test_what_does_not_exist_is_not_found(path: str) -> None:
    assert client().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/tak", "/tak.csv", "/tak.json"])
def test_a_ledger_shows_its_lines_to_those_who_manage_or_audit(path: str) -> None:
    assert client().get(LOT + path).status_code == 302
    assert client("innkjoper").get(LOT + path).status_code == 403
    assert client("atea").get(LOT + path).status_code == 403
    for who in ("avtaleforvalter-ikt", "si-admin", "revisor"):
        assert client(who).get(LOT + path).status_code == 200


def test_a_ledgers_csv_has_every_line() -> None:
    count = CeilingEntry.objects.filter(lot__key="mac").count()
    assert len(sheet(client("revisor").get(f"{LOT}/tak.csv"))) == count + 1
    assert len(client("revisor").get(f"{LOT}/tak.json").json()["entries"]) == count


def test_the_lot_page_has_charts_with_the_same_figures_as_tables() -> None:
    page = client().get(LOT).content.decode()
    assert page.count("<figure") == 2
    assert "Vis som tabell" in page and "Prognose" in page


def test_the_public_sees_no_line_of_the_ledger_on_the_lot_page() -> None:
    assert "De siste linjene" not in client().get(LOT).content.decode()
    assert "De siste linjene" in client("revisor").get(LOT).content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("", 302),
        ("innkjoper", 403),
        ("avtaleforvalter-kontor", 403),
        ("revisor", 403),
        ("avtaleforvalter-ikt", 200),
        ("si-admin", 200),
    ],
)
def test_only_those_who_manage_the_agreement_manage_it(who: str, status: int) -> None:
    assert client(who).get(f"{LOT}/forvalt").status_code == status


DRAW = {
    "step": "form",
    "lot": "pc-utstyr/mac",
    "kind": "elsewhere",
    "reference": "R-1",
    "amount": "1234,50",
    "on": "2023-10-30",
    "note": "",
}


def test_a_purchase_made_elsewhere_is_registered_from_the_page() -> None:
    number = Organisation.objects.filter(kind="agency")[0].number
    manager = client("avtaleforvalter-ikt")
    rows = manager.post("/kjop-andre-steder/nytt", {**DRAW, "buyer": number}).context["carried"]
    response = manager.post("/kjop-andre-steder/nytt/bekreft", {"rows": rows}, follow=True)
    assert "1 kjøp er registrert." in response.content.decode()
    assert str(CeilingEntry.objects.order_by("-id")[0].amount) == "1234.50"


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "mye"},
        {"amount": "0"},
        {"buyer": "123"},
        {"buyer": ""},
        {"on": "2099-01-01"},
        {"reference": ""},
        {"kind": "x"},
        {"lot": "pc-utstyr/nope"},
    ],
)
def test_bad_input_shows_beside_the_form_and_writes_nothing(change: dict[str, str]) -> None:
    number = Organisation.objects.filter(kind="agency")[0].number
    before = CeilingEntry.objects.count()
    response = client("avtaleforvalter-ikt").post("/kjop-andre-steder/nytt", {**DRAW, "buyer": number, **change})
    assert response.status_code == 422
    assert "ds-error-summary" in response.content.decode()
    assert CeilingEntry.objects.count() == before


def test_a_supplier_is_suspended_and_let_in_again_from_the_page() -> None:
    position = SupplierPosition.objects.get(lot__key="mac", rank=1)
    manager = client("avtaleforvalter-ikt")
    given = {"start": "2023-11-01", "end": "", "reason": "gjentatte forsinkelser"}
    assert manager.post(f"{LOT}/forvalt/suspender/{position.pk}", {**given, "reason": "nei"}).status_code == 422
    assert manager.post(f"{LOT}/forvalt/suspender/{position.pk}", given).status_code == 302
    assert "gjentatte forsinkelser" in client().get(LOT).content.decode()
    assert manager.post(f"{LOT}/forvalt/opphev/{position.pk}").status_code == 302
    assert manager.post(f"{LOT}/forvalt/opphev/{position.pk}").status_code == 409
    assert manager.post(f"{LOT}/forvalt/opphev/999999").status_code == 404


def test_an_extension_is_proposed_by_one_and_decided_by_another() -> None:
    option = ExtensionOption.objects.filter(agreement__key="pc-utstyr").order_by("starts")[0]
    page, manager = f"/avtaler/pc-utstyr/forleng/{option.pk}", client("avtaleforvalter-ikt")
    assert page in manager.get("/avtaler/pc-utstyr").content.decode()
    assert manager.get(page).status_code == 200 and manager.post(page, {"reason": "nei"}).status_code == 422
    told = manager.post(page, {"reason": "70 % av brukerne ønsker forlengelse"}, follow=True).content.decode()
    assert "En annen må godkjenne" in told
    proposal = ChangeProposal.objects.get(kind="extension")
    assert (
        manager.post(f"/avtaler/endringer/{proposal.pk}/godkjenn", {"reason": "Enig i vurderingen"}).status_code == 409
    )
    other = client("si-admin").post(f"/avtaler/endringer/{proposal.pk}/godkjenn", {"reason": "Enig i vurderingen"})
    assert other.status_code == 302
    option.refresh_from_db()
    assert option.exercised_on == clock.today() and option.agreement.ends == option.ends
    assert client("avtaleforvalter-kontor").get(page).status_code == 403
    assert manager.get("/avtaler/pc-utstyr/forleng/999999").status_code == 404


def test_a_lot_without_policy_or_draws_has_a_page_too() -> None:
    source = Lot.objects.get(key="mac")
    source.pk, source.key, source.number = None, "tom", 9
    source.save()
    page = client().get("/avtaler/pc-utstyr/tom").content.decode()
    assert "Avropsreglene er ikke lagt inn ennå" in page
    assert "for lite til å si" in page
