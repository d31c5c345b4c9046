"""A file taken in: what becomes bookings, what is rejected, and that nothing is counted twice."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.calloffs.tests.world import somebody
from fellestorg.demo_data.agencies import MAIN_AGENCY, NYNORSK_AGENCY
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event
from fellestorg.travel.bookings import actions, reading
from fellestorg.travel.bookings.commands import import_bookings
from fellestorg.travel.bookings.reading import Row, Rows
from fellestorg.travel.bookings.tables import AgreementTables
from fellestorg.travel.bookings.tests.rows import as_csv, as_json, flight, rental, sent, stay
from fellestorg.travel.models import Booking, BookingIntake, BookingSource, Hotel, RejectedRow
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")


def only(reference: str) -> Booking:
    return Booking.objects.get(source__key="egencia", reference=reference, replaced_in=None)


def test_a_flight_is_measured_against_its_route_and_keeps_its_factor_with_the_source(tmp_path: Path) -> None:
    done = sent(tmp_path, as_csv([flight()]))
    assert done.as_json()["changes"] == {"new": 1, "changed": 0, "unchanged": 0}
    one = only("T1")
    assert (one.agreement.key if one.agreement else "", one.reason) == ("flyreiser", "")
    assert one.expected is not None and one.best is not None and one.best <= one.expected < Decimal(1500)
    assert (one.distance_km, one.co2_factor, one.co2e_kg) == (363, Decimal("0.27257"), Decimal("98.943"))
    assert one.co2_rule.startswith("CO2-FLIGHT ") and "DESNZ" in one.co2_source and not one.co2_verified
    assert one.supplier is not None and one.supplier.name == "SAS"


STANDINGS = [
    (flight, {"supplier": "QR"}, "other_supplier"),
    (flight, {"supplier": "Ukjent Fly"}, "other_supplier"),
    (flight, {"place": "TRD-OSL"}, ""),
    (flight, {"place": "OSL-QQQ"}, "no_agreement"),
    (flight, {"place": "OSL-BDU", "supplier": "DY", "travelled_on": "2023-10-30"}, "all_closed"),
    (flight, {"booked_on": "2022-06-01", "travelled_on": "2022-07-01"}, "outside_period"),
    (stay, {"supplier": "Gjestehuset"}, "other_supplier"),
    (stay, {"place": "ingensteds"}, "no_agreement"),
    (rental, {"supplier": "Fjordbil Utleie AS"}, ""),
    (rental, {"supplier": "Elvevegen Mobilitet AS"}, "other_supplier"),
    (rental, {"travelled_on": "2023-09-20", "supplier": "Fjordbil Utleie AS"}, "outside_period"),
]  # fmt: skip


def test_on_or_off_agreement_with_the_reason(tmp_path: Path) -> None:
    rows = [make(f"A{at}", **change) for at, (make, change, _reason) in enumerate(STANDINGS)]
    assert sent(tmp_path, as_json(rows)).new == len(STANDINGS)
    found = [only(f"A{at}").reason for at in range(len(STANDINGS))]
    assert found == [reason for _make, _change, reason in STANDINGS]


def test_a_night_at_the_agreements_hotel_costs_its_fixed_rate_without_vat(tmp_path: Path) -> None:
    hotel = Hotel.objects.filter(place__key="bodo", rates__model="lra").order_by("key")[0]
    rate = hotel.rates.get(room="standard", valid_from__lte="2023-09-10", valid_to__gte="2023-09-10")
    sent(tmp_path, as_json([stay(supplier=hotel.name.upper())]))
    assert only("H1").expected == (rate.amount * 2 / Decimal("1.12")).quantize(Decimal("0.01"))
    assert only("H1").co2e_kg == Decimal("14.000")


def test_what_lacks_a_climate_figure_says_why(tmp_path: Path) -> None:
    rows = [flight("A", cabin=""), flight("B", place="OSL-QQQ"), stay("C", nights=""), rental("D", km=""),
            rental("E", fuel="")]  # fmt: skip
    sent(tmp_path, as_csv(rows))
    assert [only(name).co2_missing for name in "ABCDE"] == ["cabin", "distance", "nights", "km", "fuel"]


def test_the_same_file_again_changes_nothing_and_a_changed_row_keeps_the_old_one(tmp_path: Path) -> None:
    rows = [flight("A"), flight("B")]
    sent(tmp_path, as_csv(rows))
    again = sent(tmp_path, as_json([row | {"published": "1500"} for row in rows]))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    third = sent(tmp_path, as_csv([flight("A", paid="1400"), flight("B")]))
    assert (third.new, third.changed, third.unchanged) == (0, 1, 1)
    versions = Booking.objects.filter(source__key="egencia", reference="A").order_by("id")
    assert [(one.paid, one.replaced_in == third.intake) for one in versions] == [(1350, True), (1400, False)]


def test_a_reference_belongs_to_its_source(tmp_path: Path) -> None:
    sent(tmp_path, as_csv([flight("A")]), "egencia")
    assert sent(tmp_path, as_csv([flight("A")]), "berg-hansen").new == 1


files = st.lists(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from(["900", "950"])), max_size=5), max_size=5)


def test_however_files_come_each_reference_stands_once_with_what_was_said_last() -> None:
    source, tables = BookingSource.objects.get(key="egencia"), AgreementTables()

    @settings(max_examples=20, deadline=None)
    @given(files)
    def check(given_files: list[list[tuple[str, str]]]) -> None:
        Booking.objects.filter(source=source).delete()
        said: dict[str, Decimal] = {}
        for file in given_files:
            rows = [Row(at, flight(reference, paid=paid)) for at, (reference, paid) in enumerate(file, 2)]
            stretches = Rows(iter([rows[:2], rows[2:]]), ())
            done = actions.write(
                stretches, source, sent_by="test", now=clock.now(), file_name="", sha256="", tables=tables
            )
            assert done.read == len(file) == done.accepted + done.rejected_rows
            # A reference that stands twice in a file counts the first time; the second is rejected.
            said |= {reference: Decimal(paid) for reference, paid in reversed(file)}
        held = Booking.objects.filter(source=source, replaced_in=None)
        assert sorted(held.values_list("reference", "paid")) == sorted(said.items())

    check()


BAD_ROWS = [
    ({"reference": ""}, "reference", "missing"),
    ({"reference": "Kari Nordmann"}, "reference", "not_a_reference"),
    ({"mode": "båt"}, "mode", "unknown_word"),
    ({"channel": ""}, "channel", "unknown_word"),
    ({"agency": "123"}, "agency", "organisation_number"),
    ({"agency": "111111111"}, "agency", "unknown_agency"),
    ({"agency": "981620550"}, "agency", "unknown_agency"),
    ({"travel_agency": "999999990"}, "travel_agency", "organisation_number"),
    ({"booked_on": "2023-13-01"}, "booked_on", "not_a_date"),
    ({"booked_on": "2024-01-01", "travelled_on": "2024-01-02"}, "booked_on", "in_the_future"),
    ({"booked_on": "2016-12-31", "travelled_on": "2017-01-02"}, "booked_on", "too_early"),
    ({"travelled_on": "2023-08-31"}, "travelled_on", "before_booking"),
    ({"travelled_on": "9999-12-31"}, "travelled_on", "too_late"),
    ({"place": "OSLO"}, "place", "not_a_route"),
    ({"place": "OSL-OSL"}, "place", "not_a_route"),
    ({"place": ""}, "place", "missing"),
    ({"paid": "-1"}, "paid", "too_small"),
    ({"paid": "NaN"}, "paid", "not_a_decimal"),
    ({"paid": "1.005"}, "paid", "too_many_decimals"),
    ({"published": "9" * 30}, "published", "not_a_decimal"),
    ({"nights": "-1"}, "nights", "not_a_count"),
    ({"km": "99999999"}, "km", "not_a_count"),
    ({"supplier": "kari@demo.example"}, "supplier", "personal_data"),
    ({"fare_class": "01019010046"}, "fare_class", "personal_data"),
    ({"supplier": "x" * 121}, "supplier", "too_long"),
    ({"reference": "r" * 50, "segment": "s" * 50}, "segment", "too_long"),
    ({"supplier": "a\x07b"}, "supplier", "not_text"),
]


def test_a_bad_row_is_told_by_line_and_column_and_the_good_ones_come_in(tmp_path: Path) -> None:
    rows = [flight("A"), *(flight(f"B{index}") | change for index, (change, _field, _code) in enumerate(BAD_ROWS))]
    done = sent(tmp_path, as_json(rows))
    told = {(one.row, one.field, one.code) for one in done.rejected}
    assert told >= {(at, name, code) for at, (_change, name, code) in enumerate(BAD_ROWS, 2)}
    assert (done.read, done.accepted, done.rejected_rows) == (len(rows), 1, len(BAD_ROWS))
    assert RejectedRow.objects.filter(intake=done.intake).values("row").distinct().count() == len(BAD_ROWS)
    assert done.intake is not None and done.intake.rejected == len(BAD_ROWS)


def test_what_was_wrong_is_read_in_the_readers_language_whatever_the_senders_was(tmp_path: Path) -> None:
    row = flight("B", supplier="kari@demo.example", paid="mye", agency="111111111")
    with translation.override("en"):
        done = sent(tmp_path, as_json([row, flight("C", agency="111111111")]))
    assert done.intake is not None
    for language, words in (
        ("nb", ("ser ut som personopplysninger", "ventet et tall", "ingen virksomhet her")),
        ("nn", ("ser ut som personopplysningar", "venta eit tal", "inga verksemd her")),
        ("en", ("looks like personal data", "expected a number", "no agency here")),
    ):
        browser = Client()
        browser.post("/logg-inn", {"person": "si-admin"})
        browser.cookies["django_language"] = language
        for ending in ("", ".csv", ".json"):
            page = browser.get(f"/reiser/bestillinger/inn/{done.intake.pk}{ending}").content.decode()
            assert all(word in page for word in words), (language, ending)


def test_nothing_that_names_a_traveller_is_kept_anywhere(tmp_path: Path) -> None:
    rows = [
        flight("A") | {"Passasjer": "Kari Nordmann", "E-post": "kari@demo.example"},
        flight("B", supplier="01019010046") | {"Passasjer": "Ola Nordmann", "E-post": ""},
        flight("C", channel="Kari Nordmann", paid="Nordmann"),
    ]
    done = sent(tmp_path, as_csv(rows))
    assert [one.column for one in done.dropped] == ["Passasjer", "E-post"]
    kept = [
        str(list(model.objects.values()))
        for model in (Booking, BookingIntake, RejectedRow)
    ] + [str(Event.objects.order_by("-id")[0].payload)]  # fmt: skip
    for word in ("Nordmann", "kari@demo", "01019010046"):
        assert not any(word in text for text in kept)


def test_a_preview_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    before = (Booking.objects.count(), BookingIntake.objects.count(), Event.objects.count())
    done = sent(tmp_path, as_csv([flight("A"), flight("A")]), preview=True)
    assert (done.intake, done.new, done.rejected_rows) == (None, 1, 1)
    assert (Booking.objects.count(), BookingIntake.objects.count(), Event.objects.count()) == before


def test_a_file_that_breaks_off_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "STRETCH", 2)
    before = Booking.objects.count()
    with pytest.raises(BadInput):
        sent(tmp_path, as_csv([flight(str(index)) for index in range(5)]) + b'"open;')
    assert Booking.objects.count() == before


def test_the_log_tells_what_came_of_a_file(tmp_path: Path) -> None:
    done = sent(tmp_path, as_csv([flight("A"), flight("B", paid="x")]))
    event = Event.objects.filter(verb="bookings_taken_in").order_by("-id")[0]
    assert event.subject == "bookings:egencia"
    assert done.intake is not None and event.payload["intake"] == done.intake.pk
    assert {name: event.payload[name] for name in ("read", "new", "rejected")} == {"read": 2, "new": 1, "rejected": 1}


SENDERS = [
    ("si-admin", "egencia", True),
    ("avtaleforvalter-ikt", "berg-hansen", True),
    ("lokal-avtaleforvalter", "firmakort", True),
    ("lokal-avtaleforvalter", "egencia", False),
    ("innkjoper", "firmakort", False),
    ("atea", "egencia", False),
]


@pytest.mark.parametrize(("who", "source", "may"), SENDERS)
def test_who_may_send_in_for_a_source(who: str, source: str, may: bool, tmp_path: Path) -> None:
    actor, _person = somebody(who)
    if may:
        assert sent(tmp_path, as_csv([flight("A")]), source, actor=actor).new == 1
        return
    with pytest.raises(Refused, match="kilden"):
        sent(tmp_path, as_csv([flight("A")]), source, actor=actor)


def test_an_agencys_own_cards_tell_of_that_agency_only(tmp_path: Path) -> None:
    done = sent(tmp_path, as_csv([flight("A"), flight("B", agency=NYNORSK_AGENCY)]), "firmakort")
    assert [(one.row, one.code) for one in done.rejected] == [(3, "another_agency")]
    assert Booking.objects.get(reference="A").agency.number == MAIN_AGENCY


def test_a_booking_with_another_travel_agency_is_seen(tmp_path: Path) -> None:
    sent(tmp_path, as_csv([flight("A")]), "egencia")
    sent(tmp_path, as_csv([flight("A")]), "berg-hansen")
    sent(tmp_path, as_csv([flight("B", channel="utenfor")]), "berg-hansen")
    own = dict(
        Booking.objects.filter(reference__in="AB").values_list("source__key", "own_travel_agency").order_by("id")
    )
    assert sorted(
        Booking.objects.filter(reference="A").values_list("own_travel_agency", flat=True)
    ) == [False, True], own  # fmt: skip
    assert not Booking.objects.get(reference="B").own_travel_agency


def test_the_command_answers_in_the_shape_of_every_intake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bestillinger.csv"
    file.write_bytes(as_csv([flight("A"), flight("B", agency="1"), stay("C")]))
    assert import_bookings([str(file), "--source", "egencia", "--json"]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"read", "accepted", "rejected", "changes", "dropped"}
    assert (answer["read"], answer["accepted"], answer["changes"]["new"]) == (3, 2, 2)
    assert [(one["row"], one["field"], one["code"]) for one in answer["rejected"]] == [
        (3, "agency", "organisation_number")
    ]
    file.write_bytes(as_csv([flight("A")]))
    assert import_bookings([str(file), "--source", "egencia"]) == 0
    for words in ([str(file), "--source", "ingen"], [str(tmp_path / "nei"), "--source", "egencia"], [str(file)]):
        with pytest.raises(BadInput):
            import_bookings(words)
