"""Sources of bookings and travel agencies' addresses brought in by sheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fellestorg.agreements.models import SupplierAssignment
from fellestorg.demo_data.agencies import MAIN_AGENCY
from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.setup import BroughtIn, bring_in, kind_of
from fellestorg.travel.bookings.handover import reached
from fellestorg.travel.bookings.tests.rows import as_csv, flight, sent
from fellestorg.travel.models import BookingSource, TravelAgencyChannel

pytestmark = pytest.mark.usefixtures("demo")
SOURCE = {
    "key": "reisekort",
    "name": "Reisekort",
    "kind": "card",
    "organisation": MAIN_AGENCY,
    "headings": "Beløp=paid",
}
CHANNEL = {
    "supplier": "981620550",
    "online_address": "https://ny.egencia.example/",
    "phone": "",
    "fee_online": "40",
    "fee_offline": "",
    "source": "demodata",
    "valid_from": "2023-10-01",
    "valid_to": "",
}


def brought(kind: str, *rows: dict[str, str]) -> BroughtIn:
    found = kind_of(kind)
    assert found is not None
    return bring_in(found, as_csv(list(rows)), actor=OPERATOR, now=clock.now())


def test_a_source_with_its_own_headings_can_send_files_at_once(tmp_path: Path) -> None:
    assert brought("booking-sources", SOURCE).tally.new == 1
    content = as_csv([flight("A")]).replace(b";paid", ";Beløp".encode())
    assert sent(tmp_path, content, "reisekort").new == 1
    assert brought("booking-sources", SOURCE).tally.unchanged == 1
    assert brought("booking-sources", SOURCE | {"name": "Kort"}).tally.changed == 1
    assert BookingSource.objects.get(key="reisekort").name == "Kort"


def test_a_new_address_closes_the_one_before() -> None:
    assert brought("travel-agencies", CHANNEL).tally.new == 1
    assert brought("travel-agencies", CHANNEL).tally.unchanged == 1
    days = TravelAgencyChannel.objects.filter(supplier__number="981620550").order_by("valid_from")
    assert [one.valid_to for one in days] == [date(2023, 9, 30), None]
    agency = _an_agency_of("981620550")
    assert reached([agency], date(2023, 9, 30))[0].online_address == "https://bestilling.egencia.example/"
    assert reached([agency], date(2023, 10, 1))[0].online_address == CHANNEL["online_address"]


def _an_agency_of(supplier: str) -> str:
    row = SupplierAssignment.objects.filter(supplier__number=supplier, valid_to=None).select_related("organisation")[0]
    return row.organisation.number


WRONG = [
    ("booking-sources", SOURCE | {"key": "Æ ø"}, "key", "not_a_key"),
    ("booking-sources", SOURCE | {"headings": "Beløp=sum"}, "headings", "unknown_column"),
    ("booking-sources", SOURCE | {"kind": "travel_agency"}, "organisation", "wrong_kind"),
    ("booking-sources", SOURCE | {"key": "egencia"}, "organisation", "exists"),
    ("travel-agencies", CHANNEL | {"online_address": ""}, "online_address", "missing"),
    ("travel-agencies", CHANNEL | {"online_address": "javascript:alert(1)"}, "online_address", "not_an_address"),
    ("travel-agencies", CHANNEL | {"phone": "ring meg"}, "phone", "not_a_phone_number"),
    ("travel-agencies", CHANNEL | {"valid_to": "2023-09-01"}, "valid_to", "ends_before_start"),
    ("travel-agencies", CHANNEL | {"valid_from": "2019-01-01"}, "", "does_not_fit"),
]


@pytest.mark.parametrize(("kind", "row", "field", "code"), WRONG, ids=[one[-1] for one in WRONG])
def test_what_does_not_fit_is_told(kind: str, row: dict[str, str], field: str, code: str) -> None:
    assert (field, code) in {(one.field, one.code) for one in brought(kind, row).rejected}
