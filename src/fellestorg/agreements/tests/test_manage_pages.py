"""The pages where agreements are managed, as people use them: what is saved, what is proposed, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fellestorg.agreements.models import ChangeProposal, FrameworkAgreement, Lot, Participation
from fellestorg.agreements.tests.proposing import WHY, lot, ranking, stranger
from fellestorg.kernel.models import Event

pytestmark = pytest.mark.usefixtures("demo")
BASE = "/avtaler/pc-utstyr"


def client(username: str = "avtaleforvalter-ikt") -> Client:
    made = Client()
    assert made.post("/logg-inn", {"person": username}).status_code == 302
    return made


def sent(page: Any, *names: str) -> dict[str, Any]:
    """What the named forms of a page would send as they stand."""
    found: dict[str, Any] = {}
    for name in names:
        for bound in page.context[name]:
            value = bound.value()
            shown = bound.field.prepare_value(value)
            found[bound.html_name] = "" if shown is None else shown
    return found


def test_texts_are_changed_at_once_and_the_log_keeps_before_and_after() -> None:
    page = client().get(f"{BASE}/rediger")
    data = {**sent(page, "texts"), "title_nb": "PC-er og skjermer", "do": "texts"}
    assert client().post(f"{BASE}/rediger", data).status_code == 302
    event = Event.objects.order_by("-id")[0]
    assert event.verb == "agreement_edited"
    assert event.payload["after"] == {"title_nb": "PC-er og skjermer"}
    assert client().post(f"{BASE}/rediger", {**data, "title_en": ""}).status_code == 422


def test_terms_a_scope_a_maximum_and_a_ranking_are_proposed() -> None:
    manager, reason = client(), {"reason": WHY}
    page = manager.get(f"{BASE}/rediger")
    terms = {**sent(page, "terms"), **reason, "do": "terms", "manager": "avtaleforvalter-kontor"}
    assert manager.post(f"{BASE}/rediger", terms).status_code == 302
    url = f"{BASE}/mac/forvalt/rediger"
    page = manager.get(url)
    scope = {**sent(page, "scope"), **reason, "do": "scope", "cpv": "30213000 30200000"}
    assert manager.post(url, scope).status_code == 302
    ceiling = {
        **sent(page, "ceiling"),
        **reason,
        "do": "ceiling",
        "max_value": "60 000 000",
        "basis_note": "Punkt 7.3 her",
    }
    assert manager.post(url, {**ceiling, "basis": ""}).status_code == 422
    shown = manager.post(url, {**ceiling, "basis": "MOD-SMALL"})
    assert shown.status_code == 422 and "Med dette taket er" in shown.content.decode()
    assert manager.post(url, {**ceiling, "basis": "MOD-CLAUSE"}).status_code == 302
    url = f"{BASE}/mac/forvalt/leverandorer"
    (_first, one), (_second, two), *_rest = ranking()
    data = {**sent(manager.get(url), "form"), **reason, f"rank_{one}": "2", f"rank_{two}": "2"}
    assert manager.post(url, data).status_code == 422
    assert manager.post(url, {**data, f"rank_{two}": "1"}).status_code == 302
    assert sorted(ChangeProposal.objects.values_list("kind", flat=True)) == [
        "agreement",
        "ceiling",
        "positions",
        "scope",
    ]
    listed = client("si-admin").get("/avtaler/endringer.json").json()["proposals"]
    assert {row["state"] for row in listed} == {"proposed"} and len(listed) == 4


def test_participants_are_added_by_two_and_moved_by_one() -> None:
    manager, url, new = client(), f"{BASE}/deltakere/forvalt", stranger()
    data = {"do": "add", "number": new.number, "ground": "opt_in", "valid_from": "2023-12-01", "reason": WHY}
    assert manager.post(url, data).status_code == 422
    assert manager.post(url, {**data, "note": "Kunngjøringen, vedlegg 2"}).status_code == 302
    row = ChangeProposal.objects.get(kind="participants")
    assert client("si-admin").post(f"/avtaler/endringer/{row.pk}/godkjenn", {"reason": ""}).status_code == 302
    joined = Participation.objects.get(agreement__key="pc-utstyr", organisation=new)
    move = f"{BASE}/deltakere/{joined.pk}"
    assert manager.post(move, {"valid_from": "2010-01-01", "note": "x"}).status_code == 422
    moved = manager.post(move, {"valid_from": "2024-02-01", "own_contract_to": "2024-01-31", "note": "Venter"})
    assert moved.status_code == 302
    joined.refresh_from_db()
    assert joined.valid_from.isoformat() == "2024-02-01"
    assert Event.objects.order_by("-id")[0].verb == "participation_moved"


def test_a_sheet_moves_those_on_the_list_and_proposes_the_others_or_does_nothing() -> None:
    manager, url, new = client(), f"{BASE}/deltakere/forvalt", stranger()
    old = Participation.objects.filter(agreement__key="pc-utstyr").select_related("organisation").order_by("id")[0]
    rows = f"orgnr;grunnlag;fra;til;merknad\n{old.organisation.number};;2023-12-24;;\n"
    good = rows + f"{new.number};opt_in;2023-12-01;;Kunngjøringen, vedlegg 2\n"

    def upload(text: str) -> Any:
        file = SimpleUploadedFile("deltakere.csv", text.encode())
        return manager.post(url, {"do": "sheet", "sheet": file, "reason": WHY})

    bad = upload(rows + f"{new.number};opt_in;i morgen;;\n")
    assert bad.status_code == 422 and "i morgen" in bad.content.decode()
    old.refresh_from_db()
    assert old.valid_from.isoformat() != "2023-12-24" and not ChangeProposal.objects.exists()
    assert upload(good).status_code == 302
    old.refresh_from_db()
    assert old.valid_from.isoformat() == "2023-12-24"
    assert ChangeProposal.objects.get().payload["change"]["add"][0]["number"] == new.number


def test_a_new_agreement_is_a_draft_that_is_changed_at_once() -> None:
    manager = client()
    page = manager.get("/avtaler/ny")
    days = {"ruleset_date": "2024-01-01", "starts": "2024-06-01", "ends": "2026-05-31", "latest_end": "2028-05-31"}
    names = {f"title_{code}": "Mobil 2024" for code in ("nb", "nn", "en")}
    options = {"option_0_starts": "2026-06-01", "option_0_ends": "2028-05-31"}
    data = {"key": "mobil-2024", "category": "ict", "manager": "avtaleforvalter-ikt", **names, **days, **options}
    assert page.status_code == 200
    assert manager.post("/avtaler/ny", {**data, "key": "endringer"}).status_code == 422
    assert manager.post("/avtaler/ny", {**data, "option_0_starts": "2027-01-01"}).status_code == 422
    assert manager.post("/avtaler/ny", data).status_code == 302
    made = FrameworkAgreement.objects.get(key="mobil-2024")
    assert (made.manager.username, made.extensions.count()) == ("avtaleforvalter-ikt", 1)
    scope = {f"scope_{code}": "Telefoner" for code in ("nb", "nn", "en")}
    lot_data = {"key": "mobil", **names, **scope, "cpv": "32250000", "categories": "phone", "max_value": "1 000 000"}
    assert manager.post("/avtaler/mobil-2024/ny-delkontrakt", lot_data).status_code == 302
    row = Lot.objects.get(agreement=made)
    assert (row.number, row.cpv, lot().pk != row.pk) == (1, ["32250000"], True)
    assert "kladd" in manager.get("/avtaler/mobil-2024/mobil/forvalt").content.decode()
    assert manager.get("/avtaler/mobil-2024").status_code == 200
    assert manager.get("/avtaler/mobil-2024/mobil/forvalt/avropsregler").status_code == 200
