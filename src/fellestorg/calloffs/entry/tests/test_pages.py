"""Asking over HTTP: what is answered, kept and counted."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from fellestorg.calloffs.entry.models import StatedNeed
from fellestorg.demo_data import agencies

pytestmark = pytest.mark.usefixtures("demo")


def client(username: str = "", language: str = "nb") -> Client:
    made = Client()
    if username:
        assert made.post("/logg-inn", {"person": username}).status_code == 302
    made.cookies["django_language"] = language
    return made


def kept() -> list[StatedNeed]:
    return list(StatedNeed.objects.filter(agency__number=agencies.MAIN_AGENCY, day="2023-11-01").order_by("id"))


def test_the_front_page_leads_to_the_entry() -> None:
    for who in ("", "innkjoper"):
        assert 'href="/kjop"' in client(who).get("/").content.decode()


def test_a_need_is_answered_and_kept_once_a_day_without_who_asked() -> None:
    asked, before = client("innkjoper"), len(kept())
    for _again in range(2):
        answer = asked.post("/kjop", {"text": " to  hotellrom i Bodø "}, follow=True)
    page = answer.content.decode()
    assert "Kan brukes" in page
    assert 'href="/reiser/hotell"' in page
    (row,) = kept()[before:]
    assert (row.text, row.coverage, row.reason) == ("to hotellrom i Bodø", "covered", "")
    assert {one.name for one in StatedNeed._meta.get_fields()} == {
        "id", "agency", "day", "text", "category", "coverage", "reason", "agreement", "stated_at",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "told", "coverage"),
    [
        ({"text": "firmakort"}, ("Utsatt siden", "Finansdepartementet", "Hva gjør du da?", "Doffin"), "not_covered"),
        ({"text": "advokatbistand"}, ("Ingen fellesavtale har noe slikt", "Anskaffelsesloven"), "not_covered"),
        ({"text": "blekk"}, ("ikke valgt opsjonen", "Se og velg opsjoner"), "not_covered"),
        ({"kategori": "cloud_software"}, ("vilkårspakke",), "not_covered"),
        ({"text": "10 bærbare PC-er og en drone"}, ("Se pris og bestill", "dekker noe av dette"), "partly"),
        ({"kategori": "flight"}, ("Finn fly",), "covered"),
    ],
)
def test_the_answer_says_why_and_what_then(asked: dict[str, str], told: tuple[str, ...], coverage: str) -> None:
    page = client("innkjoper").post("/kjop", asked, follow=True).content.decode()
    assert [one for one in told if one not in page] == []
    assert kept()[-1].coverage == coverage


@pytest.mark.parametrize(("language", "word"), [("nn", "Kan ikkje brukast no"), ("en", "Cannot be used now")])
def test_the_answer_is_in_the_readers_language(language: str, word: str) -> None:
    assert word in client("innkjoper", language).get("/kjop?text=firmakort").content.decode()


def test_opening_an_address_keeps_nothing_and_neither_does_the_public() -> None:
    before = StatedNeed.objects.count()
    assert client("innkjoper").get("/kjop?text=hotell").status_code == 200
    assert client().post("/kjop", {"text": "hotell"}, follow=True).status_code == 200
    assert StatedNeed.objects.count() == before


@pytest.mark.parametrize(
    "asked", [{}, {"text": "  "}, {"kategori": "nope"}, {"text": "x" * 501}, {"text": "\x00"}], ids=str
)
def test_bad_input_is_said_beside_the_form(asked: dict[str, str]) -> None:
    answer = client("innkjoper").post("/kjop", asked)
    assert answer.status_code == 422
    assert "Rett dette" in answer.content.decode()
    assert client("innkjoper").get("/kjop", {"text": "æ" * 900}).status_code == 422


def test_a_buyer_cannot_ask_for_somebody_elses_agency() -> None:
    client("innkjoper").post("/kjop", {"text": "leiebil", "virksomhet": agencies.NYNORSK_AGENCY})
    assert not StatedNeed.objects.filter(agency__number=agencies.NYNORSK_AGENCY, text="leiebil").exists()
    assert kept()[-1].text == "leiebil"


def test_needs_on_the_way_to_a_call_off_are_kept_too() -> None:
    asked = client("innkjoper")
    asked.get("/avrop/nytt", {"text": "3 bærbare PC-er"})
    asked.get("/avrop/nytt", {"text": "gravemaskin xyzq"})
    assert [(one.text, one.coverage) for one in kept()[-2:]] == [
        ("3 bærbare PC-er", "covered"),
        ("gravemaskin xyzq", "not_covered"),
    ]


def test_coverage_is_counted_alike_on_the_page_and_in_the_files() -> None:
    asked = client("innkjoper")
    for text in ("hotell", "advokatbistand", "10 bærbare PC-er og en drone"):
        asked.post("/kjop", {"text": text})
    seen = client("si-admin")
    told = seen.get("/kjop/dekning.json?dekning=alle").json()
    count = told["count"]
    assert count["total"] == count["covered"] + count["partly"] + count["not_covered"] == len(told["needs"])
    assert sum(month["total"] for month in told["months"]) == count["total"]
    uncovered = seen.get("/kjop/dekning.json").json()["needs"]
    assert {one["coverage"] for one in uncovered} == {"partly", "not_covered"}
    answer = seen.get("/kjop/dekning.csv").content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(answer), delimiter=";"))) - 1 == len(uncovered)
    page = seen.get("/kjop/dekning").content.decode()
    assert "advokatbistand" in page
    assert "Ingen fellesavtale for dette" in page


@pytest.mark.parametrize("path", ["/kjop/dekning", "/kjop/dekning.csv", "/kjop/dekning.json"])
@pytest.mark.parametrize("who", ["innkjoper", "atea"])
def test_only_those_who_plan_see_what_others_needed(path: str, who: str) -> None:
    assert client(who).get(path).status_code == 403
    assert client("revisor").get(path).status_code == 200
