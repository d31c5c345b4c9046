"""From opened tenders to a signed contract, through the pages, as the people who do it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from fellestorg.agreements.models import Lot
from fellestorg.competitions.evaluation.models import Score
from fellestorg.competitions.models import Competition
from fellestorg.competitions.tests.case import BIDS, Case, opened_case
from fellestorg.engines.evaluation import evaluate_json
from fellestorg.kernel import clock
from fellestorg.kernel.clock import OSLO
from fellestorg.kernel.models import Installation
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.organisations.sessions import SESSION_KEY

WHY = "Svarer klart og fullstendig på spørsmålet"
SENT = datetime(2026, 3, 23, 12, tzinfo=OSLO)


@pytest.fixture
def case(db: None) -> Case:
    Installation.objects.update_or_create(id=1, defaults={"kind": "demo", "clock_offset": timedelta(0)})
    return opened_case()


def visitor(person: Person) -> Client:
    """Signed in as somebody; the demo's sign-in page shows only the demo's own people."""
    client = Client()
    session = client.session
    session[SESSION_KEY] = person.pk
    session.save()
    return client


def post(client: Client, path: str, data: dict[str, Any] | None = None, status: int = 302) -> Any:
    answer = client.post(path, data or {})
    assert answer.status_code == status, (path, answer.status_code, answer.content.decode()[-2000:])
    return answer


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def test_a_competition_from_opening_to_contract(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    base = f"/konkurranser/{case.competition.number}"
    evaluating = f"{base}/evaluering"
    lead, *evaluators = map(visitor, (case.lead, *case.evaluators))
    sellers = {letter: visitor(one.grants.get().person) for letter, one in case.suppliers.items()}

    read(Client(), evaluating, 302)
    read(sellers["A"], evaluating, 403)
    for one in (lead, *evaluators):
        post(one, f"{evaluating}/habilitet", {"habil": "ja", "text": ""})
    assert "Økonomi" in read(lead, f"{evaluating}/kvalifisering")
    nobody = {"supplier": "1", "requirement": "finances", "outcome": "met"}
    assert "Velg en av tilbyderne." in post(lead, f"{evaluating}/kvalifisering", nobody, 422).content.decode()
    for supplier in case.suppliers.values():
        met = {"supplier": supplier.number, "requirement": "finances", "outcome": "met"}
        post(lead, f"{evaluating}/kvalifisering", met)
    post(lead, f"{evaluating}/start")

    # Nobody sees a price before the quality is closed.
    for one in (lead, *evaluators):
        for page in (evaluating, f"{evaluating}/pc/poeng", f"{evaluating}/pc/omforent", f"{evaluating}/pc/rangering"):
            shown = one.get(page).content.decode()
            assert "1 150 000" not in shown and "11500" not in shown, page
    cells = {
        f"{kind}-{criterion}-{case.suppliers[letter].number}": value
        for letter, (_price, quality, environment) in BIDS.items()
        for criterion, points in (("quality", quality), ("environment", environment))
        for kind, value in (("points", points), ("reason", WHY))
    }
    broken = {**cells, next(iter(cells)): "elleve"}
    said = post(evaluators[0], f"{evaluating}/pc/poeng", broken, 422).content.decode()
    assert "<strong>Quality, Leverandør A</strong>: «elleve» er ikke et tall." in said
    assert not Score.objects.exists(), "all or nothing"
    for one in evaluators:
        post(one, f"{evaluating}/pc/poeng", cells)
    assert "Evaluerer" in read(lead, f"{evaluating}/pc/omforent")
    post(lead, f"{evaluating}/pc/omforent", cells)
    post(lead, f"{evaluating}/pc/lukk")

    assert "1 150 000" in read(lead, f"{evaluating}/pc/rangering").replace("\xa0", " ")
    post(lead, f"{evaluating}/pc/rangering")
    page = read(lead, f"{evaluating}/pc/rangering")
    assert page.index("Leverandør C") < page.index("Leverandør B") and "599/70" in page
    exported = json.loads(read(lead, f"{evaluating}/pc/rangering.json"))
    assert evaluate_json(exported)["ranking"][0]["exact"] == "599/70"
    assert "Leverandør C" in read(lead, f"{evaluating}/pc/rangering.csv")

    monkeypatch.setattr(clock, "now", lambda: SENT)
    read(sellers["A"], f"{base}/protokoll.pdf", 404)
    read(lead, f"{base}/etter")
    post(lead, f"{base}/etter/award")
    letters = {one.supplier_id: one for one in case.competition.letters.all()}
    mine = letters[case.suppliers["A"].pk].pk
    page = read(sellers["A"], f"{base}/brev/{mine}").replace("\xa0", " ")
    assert 'data-label="Deres tilbud"' in page and 'data-label="Valgt tilbud"' in page, "readable on a phone"
    assert "Leverandør C" in page and "7. april 2026" in page
    read(sellers["B"], f"{base}/brev/{mine}", 404)
    assert sellers["A"].get(f"{base}/brev/{mine}.pdf").content.startswith(b"%PDF")
    assert sellers["A"].get(f"{base}/brev/{mine}.docx").status_code == 403
    assert lead.get(f"{base}/brev/{mine}.docx").content.startswith(b"PK")
    assert "Leverandør C" in read(sellers["A"], base)

    post(sellers["A"], f"{base}/klage", {"body": "buyer", "text": "Vi mener poengene er feil"})
    post(lead, f"{base}/etter/conclude", status=409)
    complaint = case.competition.complaints.get()
    answer = {"outcome": "dismissed", "answer": "Poengene er riktige, se begrunnelsen"}
    post(lead, f"{base}/klage/{complaint.pk}", answer)
    post(lead, f"{base}/etter/conclude", status=409)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 4, 8, 0, 0, tzinfo=OSLO))
    # Said once, for the whole: a competition that is not divided has no other maximum.
    Competition.objects.filter(pk=case.competition.pk).update(maximum_value=5_000_000)
    terms = {"kind": "framework", "key": "pc-ny", "category": "ict", "starts": "2026-05-01", "ends": "2028-04-30"}
    answer = post(lead, f"{base}/etter/conclude", terms, 422).content.decode()
    assert "Velg en avtaleforvalter." in answer and "expected" not in answer
    assert 'value="pc-ny"' in answer, "what was filled in is not lost"
    manager = Person.objects.create(username="forvalter", name="Forvalter", email="f@example.org")
    RoleGrant.objects.create(
        person=manager, organisation=case.competition.buyer, role="agreement_manager", valid_from=date(2020, 1, 1)
    )
    post(lead, f"{base}/etter/conclude", {**terms, "manager": "forvalter"})
    made = Lot.objects.get(agreement__key="pc-ny")
    assert [one.supplier.name for one in made.positions.all()] == ["Leverandør C"] and made.max_value == 5_000_000
    listed = read(lead, f"{base}/prisliste/pc/{case.suppliers['C'].number}.csv")
    assert "14000" in listed
    assert Competition.objects.get(pk=case.competition.pk).stage == "concluded"
    assert sellers["B"].get(f"{base}/protokoll.pdf").content.startswith(b"%PDF")
    assert lead.get(f"{base}/protokoll.docx").content.startswith(b"PK")


def test_a_question_to_a_tenderer_and_its_answer(case: Case) -> None:
    base = f"/konkurranser/{case.competition.number}"
    lead = visitor(case.lead)
    asker = {"supplier": case.suppliers["A"].number, "kind": "clarification", "text": "Hva mener dere med punkt 4?"}
    post(lead, f"{base}/evaluering/avklaringer", {**asker, "due": "i morgen"}, 422)
    post(lead, f"{base}/evaluering/avklaringer", {**asker, "due": "2099-01-01"})
    key = case.competition.clarifications.get().pk
    first, other = (visitor(case.suppliers[letter].grants.get().person) for letter in "AB")
    read(other, f"{base}/avklaring/{key}", 404)
    assert "Hva mener dere med punkt 4?" in read(first, f"{base}/avklaring/{key}")
    post(first, f"{base}/avklaring/{key}", {"text": "Vi mener punkt 4 bokstav a"})
    assert "bokstav a" in read(lead, f"{base}/avklaring/{key}")
    post(lead, f"{base}/avklaring/{key}", {"text": "Svaret endrer ikke tilbudet"})
