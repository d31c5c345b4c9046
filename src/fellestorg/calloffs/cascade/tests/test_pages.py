"""Offers in turn by HTTP: the supplier answers on its page, the buyer follows, and nobody sees what is not theirs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from fellestorg.calloffs.cascade import actions
from fellestorg.calloffs.cascade.tests.asking import FIRST, SECOND, ask_in_turn, asked, open_offer, says_no, says_yes
from fellestorg.calloffs.commands import calloff
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.papers import documents
from fellestorg.calloffs.papers.protocol import protocol
from fellestorg.calloffs.tests.world import somebody
from fellestorg.kernel import clock
from fellestorg.kernel.events import RootHead
from fellestorg.kernel.models import Mail
from fellestorg.ui.paper import Table

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture(autouse=True)
def in_turn(demo: None) -> None:
    ask_in_turn()


def page(who: str, path: str, fields: dict[str, Any] | None = None, language: str = "") -> HttpResponse:
    client = Client()
    client.post("/logg-inn", {"person": who})
    if language:
        client.cookies["django_language"] = language
    return client.get(path) if fields is None else client.post(path, fields)


def words(who: str, path: str, **more: Any) -> str:
    return page(who, path, **more).content.decode().replace("\u00a0", " ")


def test_a_supplier_finds_reads_and_accepts_what_it_is_offered() -> None:
    call_off = asked()
    own = f"/avrop/{call_off.number}/tilbud"
    assert own in words(FIRST, "/") and call_off.number in words(FIRST, "/avrop/tilbud")
    shown = words(FIRST, own)
    assert "8 arbeidstimer igjen" in shown or "7 arbeidstimer igjen" in shown
    assert "Advania" not in shown and "Dustin" not in shown
    assert page(FIRST, f"{own}/ja", {}).status_code == 302
    assert "Sa ja" in words(FIRST, own) and call_off.number in words(FIRST, f"/avrop/{call_off.number}")
    assert page(FIRST, f"{own}/ja", {}).status_code == 409


def test_the_mail_leads_straight_to_the_answer_also_for_whoever_must_sign_in_first() -> None:
    call_off = asked()
    own = f"/avrop/{call_off.number}/tilbud"
    supplier = open_offer(call_off).supplier
    letters = [one.body for one in Mail.objects.all() if own in one.body]
    assert letters and all(f"{settings.BASE_URL}{own}" in body for body in letters)
    first = Client().get(own)
    assert first.status_code == 302 and first["Location"].endswith(f"next={quote(own, safe='')}")
    signed_in = Client()
    answer = signed_in.post("/logg-inn", {"person": FIRST, "next": own})
    assert answer["Location"] == own and supplier.number in somebody(FIRST)[0].organisations("supplier")
    shown = signed_in.get(own).content.decode()
    assert shown.index("Ja, vi leverer") < shown.index("Hva det gjelder"), "the answer comes first"


def test_a_no_needs_a_reason_and_what_was_typed_is_kept() -> None:
    call_off = asked()
    own = f"/avrop/{call_off.number}/tilbud"
    refused = page(FIRST, f"{own}/nei", {"reason_code": "", "reason": "Fullt hos oss"})
    assert refused.status_code == 422 and "Velg en grunn" in refused.content.decode()
    assert "Fullt hos oss" in refused.content.decode()
    assert page(FIRST, f"{own}/nei", {"reason_code": "other", "reason": ""}).status_code == 422
    assert page(FIRST, f"{own}/nei", {"reason_code": "capacity", "reason": "\x00"}).status_code == 302
    assert open_offer(call_off).rank == 2


def test_the_buyer_sees_who_was_asked_when_and_why_not() -> None:
    call_off = asked()
    says_no(FIRST, open_offer(call_off), "other", "Flommen tok lageret")
    seen = words("innkjoper", f"/avrop/{call_off.number}")
    assert "Flommen tok lageret" in seen and "Venter på svar" in seen and "Står for tur" in seen
    assert page("innkjoper", f"/avrop/{call_off.number}/tilbud").status_code == 302
    english = words("innkjoper", f"/avrop/{call_off.number}", language="en")
    assert "Something else: Flommen tok lageret" in english and "8 working hours to answer" in english


def test_when_nobody_says_yes_the_page_says_what_then() -> None:
    call_off = asked()
    for who in (FIRST, SECOND, "dustin"):
        says_no(who, open_offer(call_off))
    assert "reglene for egne anskaffelser" in words("innkjoper", f"/avrop/{call_off.number}")
    assert "Ingen leverandør sa ja" in words("innkjoper", "/avrop?tilstand=no_supplier")


def test_there_is_no_protocol_to_download_while_somebody_may_still_answer() -> None:
    path = f"/avrop/{asked().number}"
    assert "protokoll.pdf" not in words("innkjoper", path)
    assert page("innkjoper", f"{path}/protokoll.pdf")["Location"] == path


def test_a_late_answer_is_told_so_before_any_worker_has_run() -> None:
    call_off = asked()
    own = f"/avrop/{call_off.number}/tilbud"
    clock.set_demo_clock(open_offer(call_off).answer_by + timedelta(minutes=1))
    assert "Fristen er ute" in words(FIRST, own)
    late = page(FIRST, f"{own}/ja", {})
    assert late.status_code == 409 and "Turen har gått videre" in late.content.decode()
    actions.time_out_due()
    assert "Svarte ikke i tide" in words(FIRST, own)


@pytest.mark.parametrize(
    ("who", "status"),
    [("dustin", 404), ("lyreco", 404), ("innkjopar", 404), ("si-admin", 302), ("revisor", 302), ("", 302)],
)
def test_others_do_not_see_the_offer(who: str, status: int) -> None:
    assert page(who, f"/avrop/{asked().number}/tilbud").status_code == status


@pytest.mark.parametrize(("who", "count"), [(FIRST, 1), (SECOND, 1), ("dustin", 0), ("innkjoper", 2), ("innkjopar", 0)])
def test_the_list_is_ones_own_as_page_csv_and_json(who: str, count: int) -> None:
    call_off = asked()
    says_no(FIRST, open_offer(call_off))
    listed = json.loads(page(who, "/avrop/tilbud.json").content)["offers"]
    mine = [one for one in listed if one["number"] == call_off.number]
    assert len(mine) == count
    assert words(who, "/avrop/tilbud.csv").count(call_off.number) == count
    assert (call_off.number in words(who, "/avrop/tilbud")) == bool(count)
    assert json.loads(page(who, "/avrop/tilbud.json?tilstand=accepted").content)["offers"] == [
        one for one in listed if one["state"] == "accepted"
    ]


def test_the_command_line_tells_the_turns_too(capsys: pytest.CaptureFixture[str]) -> None:
    call_off = asked()
    says_no(FIRST, open_offer(call_off), "capacity", "Fullt")
    assert calloff(["show", call_off.number, "--json"]) == 0
    turns = json.loads(capsys.readouterr().out)["turns"]
    assert [one["state"] for one in turns] == ["declined", "open", "waiting"]
    assert (turns[0]["reason_code"], turns[0]["reason"], turns[2]["opened_at"]) == ("capacity", "Fullt", None)
    assert turns[1]["answer_by"] > turns[1]["opened_at"]


def told_by_protocol(call_off: CallOff) -> tuple[list[str], list[tuple[str, ...]]]:
    paper = protocol(CallOff.objects.get(pk=call_off.pk), RootHead(1, "0" * 64), "nb", demo=True)
    (section,) = [one for one in paper.sections if one.heading == "Leverandørene som ble spurt"]
    (table,) = [one for one in section.blocks if isinstance(one, Table)]
    return [one.heading for one in paper.sections], list(table.rows)


def test_the_protocol_tells_who_was_asked_and_what_was_ordered() -> None:
    call_off = asked()
    says_no(FIRST, open_offer(call_off), "delivery_time", "Åtte uker")
    says_yes(SECOND, open_offer(call_off))
    titles, rows = told_by_protocol(call_off)
    assert "Dette er besluttet bestilt" in titles
    assert [row[1].split()[0] for row in rows] == ["Atea", "Advania", "Dustin"]
    assert "Sa nei" in rows[0][5] and "Kan ikke levere i tide: Åtte uker" in rows[0][5]
    assert "Sa ja" in rows[1][5] and "Står for tur" in rows[2][5]
    call_off.refresh_from_db()
    assert documents.protocol_pdf(call_off, head=RootHead(1, "0" * 64)).startswith(b"%PDF-")
