"""A price list's way in, through HTTP: sent by the supplier, looked at by both, decided by SI."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fellestorg.catalogues.intake import actions
from fellestorg.catalogues.models import PriceLine, PriceListSubmission
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event, Message
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.queries import actor_for
from fellestorg.values import Refused

pytestmark = pytest.mark.usefixtures("demo")
PAGE = "/avtaler/pc-utstyr/pc/priser/les-inn"
CSV = "item;unit_price\nPC-14-STD;9 100\nDOKK-USBC;1\n"


def client(username: str, language: str = "nb") -> Client:
    made = Client()
    assert made.post("/logg-inn", {"person": username}).status_code == 302
    made.cookies["django_language"] = language
    return made


def atea() -> str:
    return Organisation.objects.get(positions__lot__key="pc", positions__rank=1).number


def send(text: str | bytes = CSV, who: str = "atea", name: str = "priser.csv", **more: str) -> Any:
    content = text.encode() if isinstance(text, str) else text
    given = {"supplier": atea(), "file": SimpleUploadedFile(name, content), **more}
    return client(who).post(PAGE, given)


def sent(**more: Any) -> PriceListSubmission:
    response = send(**more)
    assert response.status_code == 302, response.content.decode()
    return PriceListSubmission.objects.order_by("-id")[0]


def press(submission: PriceListSubmission, who: str, do: str, reason: str = "") -> Any:
    return client(who).post(f"/avtaler/pc-utstyr/prislister/{submission.pk}", {"do": do, "reason": reason})


def unit_price(number: str = "PC-14-STD") -> Any:
    rows = PriceLine.objects.filter(item__number=number, item__lot__key="pc", supplier__number=atea())
    return rows.filter(valid_from__lte=clock.today()).exclude(valid_to__lt=clock.today()).get().unit_price


def test_what_a_supplier_sends_waits_and_changes_nothing_until_it_is_accepted() -> None:
    before = unit_price()
    submission = sent()
    assert (submission.state, submission.sent_by_supplier, submission.changed) == ("proposed", True, 2)
    assert unit_price() == before
    assert Message.objects.filter(code="price_list_sent").exists()
    assert press(submission, "avtaleforvalter-ikt", "accept").status_code == 302
    submission.refresh_from_db()
    assert (submission.state, unit_price()) == ("accepted", 9100)
    told = Message.objects.filter(code="price_list_accepted").values_list("recipient", flat=True)
    assert Person.objects.get(username="atea").key in told
    assert list(Event.objects.filter(verb__startswith="price_list").values_list("verb", flat=True)) == [
        "price_list_sent",
        "price_list_accepted",
    ]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("who", ["atea", "avtaleforvalter-ikt", "revisor"])
def test_the_supplier_the_manager_and_the_auditor_see_the_same_comparison(who: str, language: str) -> None:
    submission = sent()
    path = f"/avtaler/pc-utstyr/prislister/{submission.pk}"
    page = client(who, language).get(path)
    assert page.status_code == 200 and "PC-14-STD" in page.content.decode()
    lines = client(who).get(f"{path}.json?vis=changed&sorter=-change").json()["lines"]
    changes = [line["change"] for line in lines]
    assert len(changes) == 2 and float(changes[0]) >= float(changes[1])
    rows = list(csv.reader(io.StringIO(client(who).get(f"{path}.csv").content.decode("utf-8-sig")), delimiter=";"))
    assert {row[2] for row in rows[1:]} == {"PC-14-STD", "DOKK-USBC"}


def test_what_changes_besides_the_price_is_named() -> None:
    submission = sent(text=f"item;unit_price;ecolabel\nPC-14-STD;{unit_price()};Svanemerket (demodata)\nDOKK-USBC;1;\n")
    page = client("atea").get(f"/avtaler/pc-utstyr/prislister/{submission.pk}").content.decode()
    assert page.count("Også endret") >= 1 and "Også endret: miljømerke" in page


def test_another_supplier_sees_nothing_of_it() -> None:
    submission = sent()
    for end in ("", ".csv", ".json"):
        assert client("dustin").get(f"/avtaler/pc-utstyr/prislister/{submission.pk}{end}").status_code == 404
    assert client("dustin").get(f"{PAGE}.json").json()["price_lists"] == []
    assert [one["id"] for one in client("atea").get(f"{PAGE}.json").json()["price_lists"]] == [submission.pk]


@pytest.mark.parametrize("do", ["reject", "send_back"])
def test_turning_a_price_list_away_takes_a_reason_that_the_supplier_reads(do: str) -> None:
    submission, before = sent(), unit_price()
    for missing in ("", "  "):
        answer = press(submission, "avtaleforvalter-ikt", do, missing)
        page = answer.content.decode()
        assert answer.status_code == 422 and 'href="#id_reason"' in page and 'id="id_reason-error"' in page
        assert "<strong>reason</strong>" not in page
    assert press(submission, "avtaleforvalter-ikt", do, "Prisen på dokken er feil.").status_code == 302
    assert (
        "Prisen på dokken er feil."
        in client("atea").get(f"/avtaler/pc-utstyr/prislister/{submission.pk}").content.decode()
    )
    assert unit_price() == before
    assert press(submission, "avtaleforvalter-ikt", "accept").status_code == 409


def test_a_price_list_that_waits_is_on_the_front_page_of_those_who_decide_it_until_they_have() -> None:
    submission = sent()
    link = f'href="/avtaler/pc-utstyr/prislister/{submission.pk}"'
    people = ("avtaleforvalter-ikt", "si-admin", "avtaleforvalter-kontor", "innkjoper", "revisor", "atea")
    seen = {who for who in people if link in client(who).get("/").content.decode()}
    assert seen == {"avtaleforvalter-ikt", "si-admin"}
    assert "venter på deg" in client("avtaleforvalter-ikt").get("/").content.decode()
    press(submission, "avtaleforvalter-ikt", "reject", "Prisen på dokken er feil.")
    assert link not in client("avtaleforvalter-ikt").get("/").content.decode()


@pytest.mark.parametrize("who", ["atea", "revisor"])
@pytest.mark.parametrize("do", ["accept", "reject", "send_back"])
def test_only_the_agreement_manager_decides(who: str, do: str) -> None:
    submission, before = sent(), unit_price()
    assert press(submission, who, do, "x").status_code in (403, 409)
    submission.refresh_from_db()
    assert (submission.state, unit_price()) == ("proposed", before)


def test_who_sent_it_in_as_the_supplier_does_not_accept_it_even_with_both_roles() -> None:
    submission = sent()
    person = Person.objects.get(username="atea")
    manager = actor_for(Person.objects.get(username="avtaleforvalter-ikt"), clock.today())
    both = type(manager)(person.key, person.name, (*manager.grants, *actor_for(person, clock.today()).grants))
    type(submission.agreement).objects.filter(pk=submission.agreement.pk).update(manager=person)
    with pytest.raises(Refused) as refused:
        actions.accept(submission, actor=both, now=clock.now())
    assert refused.value.code == "own_price_list"


def test_a_comparison_that_no_longer_holds_is_refused_and_made_anew() -> None:
    submission = sent()
    other = sent(text="item;unit_price\nPC-14-STD;8000\n", who="avtaleforvalter-ikt")
    submission.refresh_from_db()
    assert submission.state == "withdrawn"
    row = PriceLine.objects.get(item__number="PC-14-STD", item__lot__key="pc", supplier__number=atea(), valid_to=None)
    PriceLine.objects.filter(pk=row.pk).update(unit_price=7000)
    response = press(other, "avtaleforvalter-ikt", "accept")
    assert response.status_code == 409 and "Prisene er endret" in response.content.decode()
    assert other.lines.get().old_price == 7000
    assert press(other, "avtaleforvalter-ikt", "accept").status_code == 302
    assert unit_price() == 8000


def test_the_supplier_may_withdraw_and_a_new_one_takes_its_place() -> None:
    submission = sent()
    assert press(submission, "atea", "withdraw").status_code == 302
    submission.refresh_from_db()
    assert submission.state == "withdrawn"
    assert sent().state == "proposed"


def test_a_list_for_a_day_to_come_waits_for_it() -> None:
    before, day = unit_price(), clock.today() + timedelta(days=30)
    submission = sent(valid_from=day.isoformat())
    press(submission, "avtaleforvalter-ikt", "accept")
    assert unit_price() == before
    assert PriceLine.objects.filter(item__number="PC-14-STD", unit_price=9100, valid_from=day, valid_to=None).exists()


def test_what_a_whole_price_list_does_not_name_goes_out() -> None:
    submission = sent(replaces="on")
    held = PriceLine.objects.filter(item__lot__key="pc", supplier__number=atea(), valid_to=None)
    assert submission.removed == held.count() - 2
    press(submission, "avtaleforvalter-ikt", "accept")
    assert set(held.values_list("item__number", flat=True)) == {"PC-14-STD", "DOKK-USBC"}


def test_rises_over_the_regulation_are_flagged() -> None:
    submission = sent(text="item;unit_price\nPC-14-STD;99999\nDOKK-USBC;1\n")
    assert submission.over_regulation == 1
    path = f"/avtaler/pc-utstyr/prislister/{submission.pk}.json?vis=over"
    assert [one["number"] for one in client("atea").get(path).json()["lines"]] == ["PC-14-STD"]


@pytest.mark.parametrize("text", ["item;unit_price\nPC-14-STD;x\nNOPE;1\n", "tull\n", ""])
def test_faults_in_the_file_show_on_the_page_and_nothing_is_kept(text: str) -> None:
    response = send(text)
    assert response.status_code == 422
    assert not PriceListSubmission.objects.exists()
    if "PC-14" in text:
        page = response.content.decode()
        assert "2 feil må rettes" in page and "<code>pris</code>" in page


def test_the_empty_list_can_be_filled_in_and_sent() -> None:
    for kind in ("xlsx", "csv"):
        assert client("atea").get(f"{PAGE}/mal.{kind}").status_code == 200
