"""Protocol and order: what they say, that everybody can read them, and that each is made once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from pypdf import PdfReader

from fellestorg.calloffs import actions, tasks, words
from fellestorg.calloffs.models import CallOff, Document
from fellestorg.calloffs.papers import documents
from fellestorg.calloffs.papers.order_form import vat_lines
from fellestorg.calloffs.tests import paper_case
from fellestorg.engines.policy import parse_policy
from fellestorg.kernel import audit, root_heads
from fellestorg.kernel.events import RootHead
from fellestorg.kernel.models import Event, StoredFile
from fellestorg.values import Refused

HEAD = RootHead(7, "a" * 64)
BOTH = {"PAP-A4": "40", "PAP-NOTAT": "30"}


@pytest.fixture(autouse=True)
def _data_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def _text(content: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    return " ".join("\n".join(pages).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_protocol_is_tagged_titled_and_in_its_language(language: str) -> None:
    call_off = paper_case.call_off(paper_case.lot(), BOTH)
    reader = PdfReader(BytesIO(documents.protocol_pdf(call_off, head=HEAD, language=language)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"].split("-")[0] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata is not None
    assert reader.metadata.title is not None
    assert call_off.number in reader.metadata.title
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata.replace("\n", "")
    assert "<pdfaid:part>2</pdfaid:part>" in metadata.replace("\n", "")


@pytest.mark.django_db
def test_a_protocol_says_the_whole_decision() -> None:
    call_off = paper_case.call_off(paper_case.lot(), BOTH)
    text = _text(documents.protocol_pdf(call_off, head=HEAD))
    said = [
        call_off.number,
        "Eksempeldirektoratet (974 760 673)",
        "Kari Kjøper",
        "PROSJEKT-7",
        # data is never read as markup
        "Kopipapir A4 #1 <hvitt>",
        # each supplier's parts and sums, the one held outside included
        "1. Eksempel Data AS (valgt)",
        "Eksempel Papir AS",
        f"{words.EXCLUSIONS['suspended']}. Leverer ikke",
        "3 430,00",
        "−171,50",
        "3 357,50",
        "3 865,00",
        "Sum av det som avgjør",
        # the orders and the ceiling before and after
        "Eksempel Kontor AS: 1 467,00 kr uten mva.",
        "1 000 000,00 kr",
        "3 190,50 kr (0,3 %)",
        # every rule with version, source and whether it was checked; and what it takes to check the whole again
        "FA-4",
        "ikke kontrollert",
        str(call_off.decision_id),
        call_off.decision.engine,
        str(HEAD).replace(" ", ""),
        "Demodata",
    ]
    assert [one for one in said if one not in text and one not in text.replace(" ", "")] == []
    for step in call_off.decision.answer["trace"]:
        assert step["rule"] in text


@pytest.mark.django_db
def test_an_order_tells_the_supplier_what_where_and_for_how_much() -> None:
    call_off = paper_case.call_off(paper_case.lot(), {"PAP-NOTAT": "30"})
    (order,) = call_off.orders.all()
    text = _text(documents.order_pdf(order))
    said = [
        f"Bestilling {order.number}",
        "org.nr. 982 463 718",
        "L1-1",
        "30 stk.",
        "57,00",
        "1 710,00",
        "Storgata 1, 0001 Oslo",
        "Frakt 99,00 kr",
        "−85,50 kr",
        "Sum uten mva. 1 723,50 kr",
        "Mva. 25 % av 1 723,50 kr 430,88 kr",
        "Sum med mva. 2 154,38 kr",
        "3 virkedager",
        "EHF",
    ]
    assert [one for one in said if one not in text] == []


@pytest.mark.django_db
def test_the_same_paper_is_the_same_bytes() -> None:
    call_off = paper_case.call_off(paper_case.lot(), BOTH)
    fresh = CallOff.objects.get(pk=call_off.pk)
    assert documents.protocol_pdf(call_off, head=HEAD) == documents.protocol_pdf(fresh, head=HEAD)


@pytest.mark.django_db
def test_a_protocols_root_head_covers_its_decision() -> None:
    call_off = paper_case.call_off(paper_case.lot(), BOTH)
    text = _text(documents.protocol_pdf(call_off)).replace(" ", "")
    kept = root_heads.last_kept()
    assert kept is not None
    assert str(kept) in text
    event = Event.objects.get(verb="call_off_made")
    assert any(
        event.seq <= heads[event.stream][0]
        for heads in audit.RootSeal.objects.filter(seq__lte=kept.seq).values_list("heads", flat=True)
        if event.stream in heads
    )


@pytest.mark.django_db
def test_documents_are_made_once_and_covered_by_events() -> None:
    call_off = paper_case.call_off(paper_case.lot(), BOTH)
    made = documents.make(call_off)
    assert [one.kind for one in made] == ["protocol", "order", "order"]
    again = documents.make(CallOff.objects.get(pk=call_off.pk))
    assert [one.pk for one in again] == [one.pk for one in made]
    assert Document.objects.count() == StoredFile.objects.count() == 3
    assert Event.objects.filter(verb="file_stored").count() == 3
    assert audit.verify(root_heads.seal()).faults == ()


@pytest.mark.django_db
def test_a_protocol_in_english_is_a_document_of_its_own() -> None:
    call_off = paper_case.call_off(paper_case.lot(), BOTH)
    own = documents.ensure(call_off, documents.PROTOCOL)
    english = documents.ensure(call_off, documents.PROTOCOL, language="en")
    assert own.pk != english.pk
    assert english.file.name == f"protokoll-{call_off.number}-en.pdf"


@pytest.mark.django_db
def test_the_protocol_follows_the_buyers_language_form() -> None:
    call_off = paper_case.call_off(paper_case.lot(form="nn"), BOTH)
    document = documents.ensure(call_off, documents.PROTOCOL)
    reader = PdfReader(BytesIO(bytes(document.file.content)))
    assert reader.trailer["/Root"]["/Lang"] == "nn-NO"


@pytest.mark.django_db
def test_nothing_is_documented_before_somebody_has_approved() -> None:
    call_off = paper_case.call_off(paper_case.lot(), BOTH, limit=Decimal(100))
    assert call_off.state == CallOff.State.AWAITING_APPROVAL
    assert documents.make(call_off) == []
    with pytest.raises(Refused):
        documents.ensure(call_off, documents.PROTOCOL)


@pytest.mark.django_db
def test_where_rank_decides_no_part_of_the_price_is_said_to() -> None:
    call_off = paper_case.call_off(paper_case.lot(paper_case.RANK), BOTH)
    text = _text(documents.protocol_pdf(call_off, head=HEAD))
    assert "rangeringen i avtalen avgjør" in text
    assert "Varer vises 3 430,00" in text
    assert "Sum av det som avgjør" not in text


@pytest.mark.django_db
def test_a_protocol_made_after_the_end_says_how_it_ended() -> None:
    call_off = paper_case.call_off(paper_case.lot(), BOTH)
    cancelled = actions.cancel(call_off, "Behovet falt bort", actor=paper_case.buyer())
    text = _text(documents.protocol_pdf(cancelled, head=HEAD))
    assert "Kansellert" in text
    assert ": Behovet falt bort" in text


@pytest.mark.django_db
def test_a_mini_competition_gets_a_protocol_and_no_order() -> None:
    policy = {**paper_case.RANK, "steps": [{"when": {}, "mechanism": "mini_competition"}]}
    parse_policy(policy)
    call_off = paper_case.call_off(paper_case.lot(policy), BOTH)
    made = documents.make(call_off)
    assert [one.kind for one in made] == ["protocol"]
    text = _text(bytes(made[0].file.content))
    assert "Alle som kan levere, skal inviteres: • Eksempel Data AS • Eksempel Kontor AS" in text
    assert "Dette er besluttet bestilt" not in text


def test_two_workers_at_once_make_each_document_once(own_database: Any) -> None:
    own_database()
    call_off = paper_case.call_off(paper_case.lot(), BOTH)
    ready = Barrier(4)

    def work() -> list[int]:
        try:
            mine = CallOff.objects.get(pk=call_off.pk)
            ready.wait()
            return [document.pk for document in documents.make(mine)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = [future.result() for future in [pool.submit(work) for _ in range(4)]]
    assert made[1:] == made[:-1]
    assert Document.objects.count() == StoredFile.objects.count() == 3
    assert Event.objects.filter(verb="file_stored").count() == 3
    assert audit.verify(root_heads.seal()).faults == ()


def test_the_worker_makes_the_documents_of_what_was_committed(own_database: Any) -> None:
    own_database()
    call_off = paper_case.call_off(paper_case.lot(), BOTH)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'make_documents'")
        ((arguments,),) = cursor.fetchall()
    tasks.make_documents(**(json.loads(arguments) if isinstance(arguments, str) else arguments))
    assert call_off.documents.count() == 3


VAT = [
    # (rate, amount) of the lines, the order's total without VAT, then (rate, base, VAT)
    ([("0.25", "100.00")], "100.00", [("0.25", "100.00", "25.00")]),
    ([("0.25", "100.00")], "199.00", [("0.25", "199.00", "49.75")]),
    ([("0.25", "60.00"), ("0.15", "40.00"), ("0.25", "0.00")], "90.00",
     [("0.25", "54.00", "13.50"), ("0.15", "36.00", "5.40")]),
    # the øre that rounding leaves over is given to one of them, so that the bases add up
    ([("0.25", "1.00"), ("0.15", "1.00"), ("0.12", "1.00")], "100.00",
     [("0.25", "33.34", "8.34"), ("0.15", "33.33", "5.00"), ("0.12", "33.33", "4.00")]),
    ([("0.00", "50.00"), ("0.25", "50.00")], "100.00", [("0.25", "50.00", "12.50"), ("0.00", "50.00", "0.00")]),
    ([], "100.00", []),
]  # fmt: skip


@pytest.mark.parametrize(("amounts", "total", "expected"), VAT)
def test_charges_and_discount_follow_the_goods_vat(
    amounts: list[tuple[str, str]], total: str, expected: list[tuple[str, str, str]]
) -> None:
    lines = vat_lines([(Decimal(rate), Decimal(amount)) for rate, amount in amounts], Decimal(total))
    assert [(str(one.rate), str(one.base), str(one.vat)) for one in lines] == expected
