"""Registering what happened elsewhere, by form and by sheet: what is shown first, what is written, and who may."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from fellestorg.agreements.ledger_lines import used_by_month
from fellestorg.agreements.models import CeilingBalance, CeilingEntry, DrawBalance, Lot
from fellestorg.agreements.queries import drawn_by_month
from fellestorg.agreements.registering import actions as registering
from fellestorg.agreements.registering.correcting import correct
from fellestorg.agreements.registering.facts import Fact
from fellestorg.kernel import audit, clock
from fellestorg.kernel.actors import OPERATOR, Actor
from fellestorg.kernel.models import Event, Message
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import actor_for
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
REGISTER, CONFIRM = "/kjop-andre-steder/nytt", "/kjop-andre-steder/nytt/bekreft"
D = Decimal


def lot(key: str = "mac") -> Lot:
    return Lot.objects.select_related("agreement__owner", "agreement__manager").get(
        key=key, agreement__ends__gte="2023-11-01"
    )


def actor(username: str) -> Actor:
    return actor_for(Person.objects.get(username=username), clock.today())


def agency_of(username: str) -> Organisation:
    return Organisation.objects.get(number=actor(username).grants[0].organisation)


def other_agency() -> Organisation:
    taking_part = lot().agreement.participations.filter(valid_from__lte="2023-10-01", organisation__kind="agency")
    mine = agency_of("innkjoper")
    return taking_part.exclude(organisation=mine).order_by("organisation_id")[0].organisation


def used(of: Lot) -> Decimal:
    return CeilingBalance.objects.get(lot=of).used


def fact(amount: str = "100", reference: str = "R-1", *, of: Lot | None = None, on: date = date(2023, 10, 30)) -> Fact:
    return Fact(of or lot(), "elsewhere", reference, D(amount), agency_of("innkjoper"), on)


def write(*facts: Fact, who: Actor = OPERATOR) -> None:
    registering.register(facts, actor=who, now=clock.now())


def client(username: str, language: str = "nb") -> Client:
    made = Client()
    assert made.post("/logg-inn", {"person": username}).status_code == 302
    made.cookies["django_language"] = language
    return made


def carried(response: Any) -> str:
    return response.context["carried"]


def form(**more: str) -> dict[str, str]:
    given = {"step": "form", "lot": "pc-utstyr/mac", "reference": "F-1", "amount": "1 234,50", "on": "2023-10-30",
             "buyer": agency_of("innkjoper").number}  # fmt: skip
    return {**given, **more}


def test_a_buyer_registers_her_agencys_purchase_after_seeing_what_it_does() -> None:
    buyer, before = client("innkjoper"), used(lot())
    assert "/kjop-andre-steder" in buyer.get("/").content.decode()
    assert buyer.get(REGISTER).status_code == 200
    shown = buyer.post(REGISTER, form())
    assert shown.status_code == 200 and "Ingenting er lagret ennå" in shown.content.decode()
    assert used(lot()) == before
    assert buyer.post(CONFIRM, {"rows": carried(shown)}).status_code == 302
    assert used(lot()) == before + D("1234.50")
    entry = CeilingEntry.objects.latest("id")
    assert (entry.made_on, entry.note, entry.flags) == (date(2023, 10, 30), "", None)
    listed = buyer.get("/kjop-andre-steder.json").json()["facts"]
    assert [(one["reference"], one["stands"]) for one in listed if one["reference"] == "F-1"] == [("F-1", "1234.5")]
    assert {one["buyer"] for one in listed} == {agency_of("innkjoper").number}


def test_pressing_the_button_twice_registers_once() -> None:
    buyer = client("innkjoper")
    rows = carried(buyer.post(REGISTER, form()))
    assert buyer.post(CONFIRM, {"rows": rows}).status_code == 302
    before = used(lot())
    again = buyer.post(CONFIRM, {"rows": rows})
    assert again.status_code == 422 and "alt registrert" in again.content.decode()
    assert used(lot()) == before


@pytest.mark.parametrize("rows", ["", "[]", "{", "7", "[[1]]", '[["x", {}]]', "[[1, []]]", "[" * 5000])
def test_what_no_preview_made_is_not_found(rows: str) -> None:
    assert client("innkjoper").post(CONFIRM, {"rows": rows}).status_code == 404


def test_a_changed_preview_is_judged_again() -> None:
    buyer = client("innkjoper")
    rows = carried(buyer.post(REGISTER, form()))
    before = used(lot())
    stolen = rows.replace(agency_of("innkjoper").number, other_agency().number)
    assert buyer.post(CONFIRM, {"rows": stolen}).status_code == 409
    for bad in (rows.replace("F-1", "F\\u0000"), rows.replace("F-1", "\\ud800"), rows.replace("1234.50", "1e9")):
        assert bad != rows
        assert buyer.post(CONFIRM, {"rows": bad}).status_code == 422
    assert used(lot()) == before


@pytest.mark.parametrize("who", ["innkjoper", "lokal-avtaleforvalter"])
def test_an_agencys_people_register_neither_others_purchases_nor_balances(who: str) -> None:
    write(fact(), who=actor(who))
    before = used(lot())
    for bad, code in (
        (Fact(lot(), "elsewhere", "X", D(1), other_agency(), date(2023, 10, 30)), "another_agency"),
        (Fact(lot(), "opening", "X", D(1)), "balances_by_manager"),
    ):
        with pytest.raises(Refused) as told:
            write(fact(reference="Y"), bad, who=actor(who))
        assert told.value.code == code
    assert used(lot()) == before


@pytest.mark.parametrize("who", ["godkjenner", "revisor", "atea"])
def test_others_find_no_way_to_register(who: str) -> None:
    visitor = client(who)
    assert visitor.get(REGISTER).status_code == 403
    assert visitor.post(CONFIRM, {"rows": "[]"}).status_code == 403
    with pytest.raises(Refused):
        write(fact(), who=actor(who))


def test_another_agencys_purchases_are_neither_seen_nor_corrected() -> None:
    write(Fact(lot(), "elsewhere", "THEIRS", D(7), other_agency(), date(2023, 10, 30)))
    draw = DrawBalance.objects.get(reference="elsewhere:THEIRS")
    buyer = client("innkjoper")
    assert buyer.get("/kjop-andre-steder.json?q=THEIRS").json() == {"facts": []}
    assert str(other_agency()) not in buyer.get("/kjop-andre-steder?q=THEIRS").content.decode()
    assert buyer.get(f"/kjop-andre-steder/nytt/rett/{draw.pk}").status_code == 404
    assert (
        buyer.post(
            f"/kjop-andre-steder/nytt/rett/{draw.pk}", {"extent": "all", "reason": "bare for moro skyld"}
        ).status_code
        == 404
    )
    assert client("avtaleforvalter-kontor").post(f"/kjop-andre-steder/nytt/rett/{draw.pk}", {}).status_code == 403
    with pytest.raises(Refused):
        correct(lot(), "elsewhere", "THEIRS", "ikke vårt kjøp", actor=actor("innkjoper"), now=clock.now())


def test_a_purchase_counts_in_the_month_it_was_made() -> None:
    of = lot("pc")
    drawn, level = dict(drawn_by_month(of)), dict(used_by_month(of))
    write(fact("5000", "MARS", of=of, on=date(2023, 6, 14)))
    june, now = date(2023, 6, 1), date(2023, 11, 1)
    assert dict(drawn_by_month(of)).get(june, 0) == drawn.get(june, 0) + 5000
    after = dict(used_by_month(of))
    balance = CeilingBalance.objects.get(lot=of)
    assert after[max(after)] == balance.used + balance.reserved
    assert all(after[month] - level.get(month, after[month] - 5000) == 5000 for month in after if month >= june)
    assert all(after[month] == level[month] for month in after if month < june)
    correct(of, "elsewhere", "MARS", "feil avtale valgt", actor=OPERATOR, now=clock.now())
    assert dict(drawn_by_month(of)).get(june, 0) == drawn.get(june, 0)
    assert {month: amount for month, amount in used_by_month(of) if month != now} == {
        month: amount for month, amount in {**level, june: after[june] - 5000}.items() if month != now
    }


def test_unlawful_facts_are_recorded_with_a_flag_never_refused() -> None:
    stranger = Organisation.objects.exclude(participations__agreement=lot().agreement).filter(kind="municipality")[0]
    early = lot().agreement.starts - timedelta(days=1)
    write(
        Fact(lot(), "elsewhere", "early", D(1), agency_of("innkjoper"), early),
        Fact(lot(), "elsewhere", "stranger", D(1), stranger, date(2023, 10, 2)),
        Fact(lot(), "elsewhere", "both", D(1), stranger, early),
        fact(reference="fine"),
    )
    flags = dict(CeilingEntry.objects.order_by("-id").values_list("reference", "flags")[:4])
    assert flags["elsewhere:early"].split()[-1] == "FA-4" and flags["elsewhere:stranger"] == "FA-2"
    assert (flags["elsewhere:both"], flags["elsewhere:fine"]) == ("FA-2 FA-4", None)
    assert audit.verify().faults == ()
    page = client("avtaleforvalter-ikt").get("/avtaler/pc-utstyr/mac/tak").content.decode()
    assert "utenfor avtaleperioden (FA-4)" in page and "elsewhere:" not in page and "both" in page


def test_breaking_the_ceiling_is_previewed_recorded_and_told_once_to_everybody_then_to_the_manager() -> None:
    of, manager = lot(), Person.objects.get(username="avtaleforvalter-ikt")
    row = CeilingBalance.objects.get(lot=of)
    left = of.max_value - row.used - row.reserved
    seen = client("avtaleforvalter-ikt").post(
        REGISTER, form(kind="elsewhere", amount=str(left + 5), buyer=agency_of("innkjoper").number)
    )
    assert "Taket blir brutt" in seen.content.decode()
    Message.objects.all().delete()
    write(fact(str(left + 5), "over"))
    assert CeilingEntry.objects.latest("id").breach
    told = set(Message.objects.filter(code="ceiling_broken").values_list("recipient", flat=True))
    locals_ = RoleGrant.objects.filter(role="local_agreement_manager", organisation=agency_of("innkjoper"))
    assert {manager.key, *(grant.person.key for grant in locals_)} <= told
    Message.objects.all().delete()
    write(fact("1", "more"))
    assert list(Message.objects.filter(code="ceiling_broken").values_list("recipient", flat=True)) == [manager.key]


def test_units_count_where_the_lot_has_a_highest_number() -> None:
    of = lot()
    with pytest.raises(BadInput):
        write(Fact(of, "elsewhere", "Q", D(0), agency_of("innkjoper"), date(2023, 10, 30), D(5)))
    Lot.objects.filter(pk=of.pk).update(max_quantity=CeilingBalance.objects.get(lot=of).quantity_used + 8)
    of = lot()
    before = CeilingBalance.objects.get(lot=of)
    write(Fact(of, "elsewhere", "Q", D(0), agency_of("innkjoper"), date(2023, 10, 30), D(5)))
    assert not CeilingEntry.objects.latest("id").breach
    write(Fact(of, "elsewhere", "Q2", D(0), agency_of("innkjoper"), date(2023, 10, 30), D(4)))
    assert CeilingEntry.objects.latest("id").breach
    correct(of, "elsewhere", "Q", "talt to ganger", quantity=D(3), actor=OPERATOR, now=clock.now())
    correct(of, "elsewhere", "Q", "talt to ganger", actor=OPERATOR, now=clock.now())
    after = CeilingBalance.objects.get(lot=of)
    assert (after.used, after.quantity_used) == (before.used, before.quantity_used + 4)
    write(Fact(of, "elsewhere", "Q", D(0), agency_of("innkjoper"), date(2023, 10, 30), D(1)))


def test_a_workbook_is_previewed_and_registered_whole() -> None:
    manager, number = client("avtaleforvalter-ikt"), agency_of("innkjoper").number
    book = workbook_of(
        "x",
        ["avtale", "delkontrakt", "type", "referanse", "kjøper", "beløp", "dato"],
        [["pc-utstyr", "mac", "annet sted", "B-1", number, "10,50", "30.10.2023"],
         ["pc-utstyr", "mac", "", "B-2", number, "10,50", "30.10.2023"],
         ["pc-utstyr", "pc", "åpning", "B-3", "", "7", ""]],
    )  # fmt: skip
    upload = io.BytesIO(book)
    upload.name = "kjop.xlsx"
    before = used(lot()), used(lot("pc"))
    shown = manager.post(REGISTER, {"step": "file", "file": upload})
    page = shown.content.decode()
    assert shown.status_code == 200 and "Ligner på B-1" in page and (used(lot()), used(lot("pc"))) == before
    assert manager.post(CONFIRM, {"rows": carried(shown)}).status_code == 302
    assert (used(lot()), used(lot("pc"))) == (before[0] + 21, before[1] + 7)


HEAD = "avtale;delkontrakt;referanse;kjøper;beløp;dato\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "fila er tom"),
        (b"\x00\x01\x02", "ikke tekst"),
        (b"PK\x03\x04rubbish", "kan ikke leses"),
        (b"avtale;x\n", "ukjent kolonne"),
        (HEAD.encode(), "ingen rader"),
        ((HEAD + "pc-utstyr;mac;R;;1;2023-10-30\n" * 2001).encode(), "over 2000 rader"),
        ((HEAD + "pc-utstyr;mac;R;;1;2099-01-01\n").encode(), "fram i tid"),
        ((HEAD + "pc-utstyr;mac;R;;-1;2023-10-30\n").encode(), "ventet 0 eller mer"),
        ((HEAD + "pc-utstyr;mac;R;;99999999999;2023-10-30\n").encode(), "ti milliarder"),
        ((HEAD + "pc-utstyr;mac;R\u200b;;1;2023-10-30\n").encode(), "usynlige tegn"),
        ((HEAD + "pc-utstyr;mac;R;;1;2023-10-30\npc-utstyr;mac;R;;1;2023-10-30\n").encode(), "alt registrert"),
        ((HEAD + "pc-utstyr;mac;<script>;123;x;2023-13-30\n").encode(), "ventet et tall"),
    ],
)  # fmt: skip
def test_a_hostile_or_faulty_sheet_says_what_is_wrong_and_writes_nothing(content: bytes, said: str) -> None:
    upload, before = io.BytesIO(content), used(lot())
    upload.name = "kjop.csv"
    answer = client("innkjoper").post(REGISTER, {"step": "file", "file": upload})
    page = answer.content.decode()
    assert answer.status_code == 422 and "<script>;" not in page and "&lt;script&gt;" not in page.replace(said, "")
    if content:
        assert said in page
    assert used(lot()) == before


@pytest.mark.parametrize(("language", "word"), [("nb", "beløp"), ("nn", "beløp"), ("en", "amount")])
def test_the_templates_speak_the_readers_language_and_are_read_back(language: str, word: str) -> None:
    buyer = client("innkjoper", language)
    book = buyer.get("/kjop-andre-steder/nytt/mal.xlsx")
    assert book.status_code == 200 and book.content[:2] == b"PK"
    text = buyer.get("/kjop-andre-steder/nytt/mal.csv").content.decode("utf-8-sig")
    assert word in text.strip().split(";")
    upload = io.BytesIO((text.strip() + "\npc-utstyr;mac;;T-1;;5;2023-10-30;;\n").encode())
    upload.name = "mal.csv"
    assert buyer.post(REGISTER, {"step": "file", "file": upload}).status_code == 200


def test_a_wrong_registration_is_taken_back_in_part_then_wholly_and_registered_anew() -> None:
    before, buyer = used(lot()), client("innkjoper")
    write(fact("100", "W"), who=actor("innkjoper"))
    draw = DrawBalance.objects.get(reference="elsewhere:W")
    path = f"/kjop-andre-steder/nytt/rett/{draw.pk}"
    assert buyer.post(path, {"extent": "part", "amount": "101", "reason": "for mye ble ført"}).status_code == 422
    assert buyer.post(path, {"extent": "part", "amount": "", "reason": "for mye ble ført"}).status_code == 422
    assert buyer.post(path, {"extent": "all", "reason": "kort"}).status_code == 422
    Message.objects.all().delete()
    assert buyer.post(path, {"extent": "part", "amount": "40", "reason": "for mye ble ført"}).status_code == 302
    assert used(lot()) == before + 60
    assert Message.objects.filter(code="draw_corrected", recipient=lot().agreement.manager.key).exists()
    with pytest.raises(BadInput):
        write(fact("60", "W"))
    assert buyer.post(path, {"extent": "all", "reason": "ble ikke noe av"}).status_code == 302
    assert used(lot()) == before
    assert buyer.post(path, {"extent": "all", "reason": "ble ikke noe av"}).status_code == 409
    write(fact("70", "W"))
    assert used(lot()) == before + 70
    entry = CeilingEntry.objects.filter(kind="correct").latest("id")
    assert (entry.amount, entry.made_on, entry.note) == (D(60), date(2023, 10, 30), "ble ikke noe av")
    assert Event.objects.filter(verb="draw_corrected").count() == 2
    assert audit.verify().faults == ()


def test_only_facts_are_corrected() -> None:
    call_off = CeilingEntry.objects.filter(kind="commit").first()
    assert call_off is not None
    for kind, reference in (("elsewhere", "nope"), ("opening", "nope"), ("", call_off.reference)):
        with pytest.raises(BadInput) as told:
            correct(call_off.lot, kind, reference, "helt feil registrert", actor=OPERATOR, now=clock.now())
        assert told.value.problems[0].code == "unknown_reference"


def test_a_level_reached_by_mistake_is_warned_of_again() -> None:
    of = lot("pc")
    row = CeilingBalance.objects.get(lot=of)
    much = str((of.max_value * 76 / 100 - row.used - row.reserved).quantize(D(1)))
    write(fact(much, "slip", of=of))
    assert CeilingBalance.objects.get(lot=of).warned_at_percent == 75
    correct(of, "elsewhere", "slip", "to nuller for mye", actor=OPERATOR, now=clock.now())
    Message.objects.all().delete()
    write(fact(much, "slip", of=of))
    assert Message.objects.filter(code="ceiling_crossed").exists()
