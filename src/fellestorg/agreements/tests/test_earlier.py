"""Agreements from before the register: shown on their days, with source and what is not known; brought in by sheet."""

from __future__ import annotations

import pytest
from django.test import Client

from fellestorg.agreements.models import EarlierAgreement
from fellestorg.kernel import clock, setup
from fellestorg.kernel.actors import OPERATOR

pytestmark = pytest.mark.usefixtures("demo")
HEAD = "key;category;shown_from;shown_to;title_nb;days_nb;known_nb;unknown_nb;source;verified;followed_by"
ROW = "kort-2017;travel;2017-01-01;2018-12-31;Kort;Omtrent;Banken var kjent.;Prisene.;Et referat;nei;reisebyra"


def brought(*rows: str) -> setup.BroughtIn:
    kind = setup.kind_of("earlier-agreements")
    assert kind is not None
    return setup.bring_in(kind, "\n".join([HEAD, *rows]).encode(), actor=OPERATOR, now=clock.now())


@pytest.mark.parametrize(
    ("day", "told", "not_told"),
    [
        ("2017-06-01", ("Registeret begynner", "Egencia", "Ikke kjent:", "den forrige", "Difi og Computerworld"), ()),
        ("2021-06-01", ("den forrige",), ("Registeret begynner", "Egencia er offentlig")),
        ("2022-06-01", (), ("Registeret begynner", "den forrige")),
        ("2015-06-01", ("Registeret begynner", "Ingen eldre avtaler er kjent"), ("den forrige",)),
    ],
)
def test_the_list_of_another_day_tells_what_is_known(
    day: str, told: tuple[str, ...], not_told: tuple[str, ...]
) -> None:
    page = Client().get(f"/avtaler?dag={day}").content.decode()
    assert all(one in page for one in told), [one for one in told if one not in page]
    assert not any(one in page for one in not_told)


def test_today_shows_no_earlier_agreements() -> None:
    assert "den forrige" not in Client().get("/avtaler").content.decode()


@pytest.mark.parametrize(("language", "word"), [("nb", "Ikke kjent:"), ("nn", "Ikkje kjent:"), ("en", "Not known:")])
def test_all_of_them_have_a_page_with_twins_in_every_language(language: str, word: str) -> None:
    client = Client()
    client.cookies["django_language"] = language
    assert word in client.get("/avtaler/tidligere").content.decode()
    rows = client.get("/avtaler/tidligere.json").json()["agreements"]
    assert {one["followed_by"] for one in rows} == {"forbruksmateriell", "reisebyra"}
    assert all(one["source"] and one["unknown"] for one in rows)
    assert client.get("/avtaler/tidligere.csv").content.decode().count("\r\n") == len(rows) + 1


def test_they_come_by_sheet_and_are_corrected_by_sheet() -> None:
    first = brought(ROW)
    assert (first.rejected, first.tally.new) == ((), 1)
    assert EarlierAgreement.objects.get(key="kort-2017").known_en == "Banken var kjent."
    assert brought(ROW).tally.unchanged == 1
    assert brought(ROW.replace("Omtrent", "Hele tiden")).tally.changed == 1
    assert "Kort" in Client().get("/avtaler?dag=2018-06-01").content.decode()


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [("reisebyra", "ingen", "followed_by"), ("2018-12-31", "2016-12-31", "shown_to"), ("Et referat", "", "source")],
)
def test_what_cannot_be_is_named(before: str, after: str, field: str) -> None:
    assert [one.field for one in brought(ROW.replace(before, after)).rejected] == [field]
