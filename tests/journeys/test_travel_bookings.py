"""Travel bookings by web: a file looked at and taken in, sums for those who may see them, and the way to book."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fellestorg.demo_data.agencies import MAIN_AGENCY, NYNORSK_AGENCY
from fellestorg.organisations.models import Organisation
from fellestorg.travel.bookings.tests.rows import as_csv, flight, stay
from fellestorg.travel.models import Booking, BookingIntake, HandOver, TravelAgencyChannel
from tests.journeys.visiting import Page, Visitor

pytestmark = pytest.mark.usefixtures("demo")
INTAKE = "/reiser/bestillinger/inn"


def upload(who: Visitor, content: bytes, do: str, status: int, source: str = "egencia") -> Page:
    file = SimpleUploadedFile("oktober.csv", content)
    return who.send(INTAKE, {"source": source, "file": file, "do": do}, status)


def test_a_file_is_looked_at_taken_in_mended_and_sent_again() -> None:
    manager = Visitor("avtaleforvalter-reise")
    rows = [flight("R1"), stay("R2"), flight("R3", paid="mye") | {"Reisende": "Kari Nordmann"}]
    before = Booking.objects.count()
    looked = upload(manager, as_csv(rows), "preview", 200)
    assert "3 rader: 2 nye, 0 endret, 0 uendret, 1 avvist" in looked.words
    assert "Reisende (personopplysninger, ikke lest)" in looked.words
    assert Booking.objects.count() == before
    taken = upload(manager, as_csv(rows), "take_in", 302)
    page = manager.read(taken.response["Location"])
    assert "fant «mye»" in looked.words
    assert "paid" in page.words and "fant «…»" in page.words and "mye" not in page.words
    assert "Kari" not in page.html
    told = manager.json(f"{page.path}.json")
    assert (told["read"], told["accepted"], [one["row"] for one in told["rejected"]]) == (3, 2, [4])
    again = upload(manager, as_csv([*rows[:2], flight("R3")]), "take_in", 302)
    assert manager.json(f"{again.response['Location']}.json")["changes"] == {"new": 1, "changed": 0, "unchanged": 2}
    assert Booking.objects.count() == before + 3


def test_a_file_that_cannot_be_read_is_told_beside_the_form() -> None:
    page = upload(Visitor("si-admin"), b"reference;paid\nA;1\n", "take_in", 422)
    assert "kolonnen «agency» mangler" in page.words
    assert "Les inn" in page.words


def test_a_local_agreement_manager_sends_in_the_agencys_own_cards_only() -> None:
    local = Visitor("lokal-avtaleforvalter")
    assert "Egencia" not in local.read(INTAKE).words
    assert upload(local, as_csv([flight("R1")]), "take_in", 302, "firmakort")
    upload(local, as_csv([flight("R1")]), "take_in", 422, "egencia")
    of_egencia = BookingIntake.objects.filter(source__key="egencia")[0]
    local.read(f"{INTAKE}/{of_egencia.pk}", 404)


WHO_SEES = [
    ("si-admin", True, True),
    ("avtaleforvalter-reise", True, True),
    ("revisor", True, True),
    ("innkjoper", True, False),
    ("lokal-avtaleforvalter", True, False),
    ("innkjopar", False, True),
]


@pytest.mark.parametrize(("who", "main", "nynorsk"), WHO_SEES)
def test_agencies_see_their_own_travel_and_si_sees_all(who: str, main: bool, nynorsk: bool) -> None:
    visitor = Visitor(who)
    seen = {one["number"] for one in visitor.json("/reiser/bestillinger.json")["agencies"]}
    assert (MAIN_AGENCY in seen, NYNORSK_AGENCY in seen) == (main, nynorsk)
    rows = visitor.json("/reiser/bestillinger/liste.json")["bookings"]
    assert {one["agency"] for one in rows} == seen
    other = MAIN_AGENCY if not main else NYNORSK_AGENCY
    asked = visitor.json(f"/reiser/bestillinger/liste.json?virksomhet={other}")["bookings"]
    assert bool(asked) == (main and nynorsk)


def test_others_see_no_bookings() -> None:
    for who in ("atea", "maske"):
        for path in ("/reiser/bestillinger", "/reiser/bestillinger/liste.csv", "/reiser/bestillinger.json"):
            Visitor(who).read(path, 403)
    assert "/logg-inn" in Visitor().read("/reiser/bestillinger", 302).response["Location"]


def test_the_sums_are_those_of_the_rows() -> None:
    admin = Visitor("si-admin")
    total = admin.json("/reiser/bestillinger.json?ar=2023")["all"]
    rows = admin.json("/reiser/bestillinger/liste.json?ar=2023")["bookings"]
    assert total["bookings"] == len(rows) > 100
    amount = {
        name: [Decimal(one[name]) if one[name] is not None else None for one in rows] for name in ("paid", "best")
    }
    assert Decimal(total["paid"]) == sum(one for one in amount["paid"] if one is not None)
    lost = [max(paid - best, Decimal(0)) for paid, best in zip(*amount.values(), strict=True) if paid and best]
    assert Decimal(total["potential"]) == sum(lost)
    leaks = [Decimal(one["paid"]) for one in rows if one["reason"] in ("other_supplier", "closed")]
    assert (total["leaks"], Decimal(total["leaked"])) == (len(leaks), sum(leaks))
    assert Decimal(total["kg"]) == sum(Decimal(one["co2e_kg"]) for one in rows if one["co2e_kg"])
    assert all(one["co2_source"] and one["co2_rule"] for one in rows if one["co2e_kg"])
    for planted in ("leaks", "elsewhere", "wrong_price", "without_co2"):
        assert total[planted] > 0
    of_agency = {one["number"]: one for one in admin.json("/reiser/bestillinger.json?ar=2023")["agencies"]}
    assert sum(one["bookings"] for one in of_agency.values()) == len(rows)


@pytest.mark.parametrize(
    "show", ["on", "other_supplier", "outside_period", "wrong_price", "other_travel_agency", "no_co2"]
)
def test_the_list_shows_what_is_asked_for_and_its_csv_the_same(show: str) -> None:
    admin = Visitor("si-admin")
    rows = admin.json(f"/reiser/bestillinger/liste.json?vis={show}")["bookings"]
    assert 0 < len(rows) < 420
    sheet = admin.read(f"/reiser/bestillinger/liste.csv?vis={show}").html.removeprefix("\ufeff")
    read = list(csv.DictReader(io.StringIO(sheet), delimiter=";"))
    assert [one["reference"] for one in read] == [one["reference"] for one in rows]
    assert f"Viser 1–{min(len(rows), 50)} av {len(rows)}" in admin.read(f"/reiser/bestillinger/liste?vis={show}").words


@pytest.mark.parametrize(
    "asked", ["?ar=0000", "?ar=99999", "?virksomhet=x", "?type=båt", "?kanal=%00", "?vis=alt", "?side=x"]
)
def test_filters_that_mean_nothing_filter_nothing(asked: str) -> None:
    assert "Ingen bestillinger her" not in Visitor("si-admin").read(f"/reiser/bestillinger{asked}").words


def test_going_on_to_the_travel_agency_is_counted_and_the_way_is_told() -> None:
    buyer, before = Visitor("innkjoper"), HandOver.objects.count()
    given = {"agency": MAIN_AGENCY, "mode": "air", "place": "OSL-TRD", "channel": "online"}
    sent = buyer.send("/reiser/bestill", given)
    page = buyer.read(sent.response["Location"])
    counted = HandOver.objects.order_by("-id")[0]
    assert HandOver.objects.count() == before + 1
    channel = TravelAgencyChannel.objects.get(supplier=counted.travel_agency)
    assert channel.online_address in page.links.values()
    assert channel.phone in page.words and "OSL-TRD" in page.words
    assert (counted.agency.number, counted.channel, counted.place) == (MAIN_AGENCY, "online", "OSL-TRD")
    buyer.read(sent.response["Location"])
    assert HandOver.objects.count() == before + 1


def test_nobody_books_for_another_agency_and_an_unassigned_one_is_told_so() -> None:
    buyer, before = Visitor("innkjoper"), HandOver.objects.count()
    given = {"agency": NYNORSK_AGENCY, "mode": "air", "place": "OSL-TRD", "channel": "online"}
    buyer.send("/reiser/bestill", given, 403)
    buyer.send("/reiser/bestill", given | {"mode": "båt"}, 302)
    own = Organisation.objects.get(number=MAIN_AGENCY)
    own.assignments.all().delete()
    sent = buyer.send("/reiser/bestill", given | {"agency": MAIN_AGENCY})
    assert "Ingen reisebyrå ennå" in buyer.read(sent.response["Location"]).words
    assert HandOver.objects.count() == before


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "På avtalen"), ("nn", "Kunne vore spart"), ("en", "Could have been saved")]
)
def test_the_help_page_is_there_in_three_languages(language: str, words: str) -> None:
    assert words in Visitor("innkjoper", language).read("/hjelp/reisebestillinger").words
