"""A project lead goes from nothing to a notice on the pages; a supplier asks; everybody reads the answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fellestorg.competitions.models import Competition
from fellestorg.kernel.models import Mail, Message
from fellestorg.organisations.models import Organisation
from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.usefixtures("demo")
START: dict[str, Any] = {
    "procedure": "open",
    "buyer": "986252932",
    "title": "Kontorstoler",
    "language": "nb",
    "cpv": "39112000",
    "estimated_value": "4 000 000",
    "maximum_value": "6000000",
    "lots": "",
}
CRITERIA = (
    {"kind": "price", "title": "Pris", "weight": "40"},
    {"kind": "points", "title": "Komfort", "weight": "30", "text": "10 er best.", "max_value": "900000"},
    {
        "kind": "points",
        "title": "Miljø",
        "weight": "30",
        "text": "10 er best.",
        "max_value": "900000",
        "environment": "on",
    },
)


def test_from_the_first_line_to_the_notice_and_an_answer_for_all() -> None:
    lead = Visitor("prosjektleder")
    page = lead.press(lead.read("/konkurranser/ny"), "Start konkurransen", **START)
    assert "Før konkurransen sendes ut" in page.words
    number = page.path.rpartition("/")[2]
    here = f"/konkurranser/{number}"
    assert Visitor().client.get(here).status_code == 404

    for one in CRITERIA:
        lead.send(f"{here}/forbered/kriterier", dict(one))
    assert "100" not in lead.send(f"{here}/send-ut", {"move": "publish"}).words
    lot = Competition.objects.get(number=number).lots.all()[0]
    line = {"lot": lot.pk, "title": "Stol", "unit": "stk.", "quantity": "1 000"}
    lead.send(f"{here}/forbered/prisskjema", line)
    quality = Competition.objects.get(number=number).criteria.get(key="komfort")
    asked = {
        "text": "Hvor mange års garanti?",
        "kind": "number",
        "purpose": f"criterion:{quality.pk}",
        "required": "on",
    }
    lead.send(f"{here}/forbered/sporsmal", asked)
    lead.send(f"{here}/forbered/kvalifikasjon", {"step": "grounds", "ground": ["bankruptcy"]})
    for kind, title in (("specification", "Krav til stolene"), ("contract", "Avtaleutkast")):
        lead.send(f"{here}/nytt-dokument", {"kind": kind, "title": title, "text": "Dette er demodata."})
    for username, task in (("apner", "opener"), ("evaluerer-to", "opener"), ("evaluerer", "evaluator")):
        lead.send(f"{here}/laget", {"person": username, "task": task})
    lead.send(f"{here}/miljo", {"how": "weight", "reason": ""})
    short = {"tenders_until": "2023-11-20T12:00", "questions_until": "2023-11-15T12:00", "validity_until": "2024-04-01"}
    lead.send(f"{here}/frister", short)
    assert "Den tidligste er 1. desember 2023" in lead.read(here).words
    lead.send(f"{here}/frister", {**short, "tenders_until": "2023-12-15T12:00", "questions_until": "2023-12-01T12:00"})

    trial = lead.read(f"{here}/prove-evalueringen")
    assert "Prissatt kvalitet" in trial.words
    lead.press(trial, "Fastsett", step="fix", model="priced_quality_deduction", **{"tie-0": "pris", "tie-1": "miljo"})
    assert Competition.objects.get(number=number).plans.get().rehearsal["answer"]["models"]

    page = lead.read(here)
    assert "Mangler noe" not in page.words
    lead.send(f"{here}/send-ut", {"move": "publish"})
    public = Visitor()
    words = public.read(here).words
    assert "Krav til stolene" in words
    assert "prissatt kvalitet" in words
    assert "Kontorstoler" in public.read("/konkurranser").words
    assert public.json(f"{here}.json")["evaluation"]["model"] == "priced_quality_deduction"
    assert b"BEGIN:VEVENT" in public.read(f"{here}/frister.ics").response.content
    assert public.client.get(f"{here}/laget").status_code == 302

    supplier = Visitor("stolmakeren")
    supplier.send(f"{here}/sporsmal-og-svar/still", {"text": "Kan vi tilby brukte stoler fra Stolmakeren?"})
    question = f"{here}/sporsmal-og-svar"
    assert "Venter" in lead.read(question).words
    name = Organisation.objects.get(grants__person__username="stolmakeren").name
    bad = {"question": f"{name} spør om brukte stoler?", "answer": "Ja, det kan dere."}
    lead.send(f"{question}/1/svar", bad, status=422)
    lead.send(f"{question}/1/svar", {"question": "Kan brukte stoler tilbys?", "answer": "Ja, av grad A eller B."})
    assert "Ja, av grad A eller B." in public.read(question).words
    assert name not in public.read(question).html + public.read(f"{question}.json").response.content.decode()
    assert Message.objects.filter(code="competition_answered").count() == 1
    assert Mail.objects.filter(subject__contains="Kontorstoler").exists()

    same = {"field": "tenders_until", "until": "2023-12-14T12:00", "reason": "Mange spørsmål har kommet."}
    lead.send(f"{here}/flytt-frist", same, status=422)
    lead.send(f"{here}/flytt-frist", {**same, "until": "2023-12-22T12:00"})
    assert "flyttet til" in public.read(here).words


def test_what_is_wrong_in_a_price_sheet_is_named_by_row() -> None:
    lead = Visitor("prosjektleder")
    page = lead.press(lead.read("/konkurranser/ny"), "Start konkurransen", **{**START, "lots": "Stoler\nBord"})
    here = page.path
    good = "delkontrakt;vare;enhet;mengde\nstoler;Stol A;stk.;650\nbord;Bord B;stk.;12,5\n"
    bad = "delkontrakt;vare;enhet;mengde\nsofa;Sofa;stk.;1\nstoler;;stk.;x\n"
    answered = lead.client.post(f"{here}/prisskjema/les-inn", {"file": SimpleUploadedFile("p.csv", bad.encode())})
    assert answered.status_code == 422
    text = answered.content.decode()
    assert "sofa" in text and "rad 3" in text
    lead.client.post(f"{here}/prisskjema/les-inn", {"file": SimpleUploadedFile("p.csv", good.encode())})
    sheet = lead.read(f"{here}/prisskjema.csv").response.content.decode()
    assert "bord-b" in sheet and "12,5" in sheet


@pytest.mark.parametrize("kind", ["open", "negotiated", "dialogue", "mini_competition", "purchasing_system"])
def test_a_procedure_is_drawn_from_its_table(kind: str) -> None:
    page = Visitor().read(f"/konkurranser/prosedyrer/{kind}")
    assert page.html.count('role="img"') >= 1
    assert "Avlyst" not in page.words or "avlyses" in page.words
