"""What an agency has said once for all under an agreement stands on call-offs that say nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from fellestorg.agreements.models import AgencySetup, FrameworkAgreement
from fellestorg.calloffs.tests.world import agency_of, committed
from fellestorg.kernel import clock
from fellestorg.organisations.models import Organisation

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize(
    ("said", "address", "reference"),
    [
        ({}, "Mottaket, Demoveien 3", "Prosjekt 1180"),
        ({"deliver_to": "Feltstasjonen"}, "Feltstasjonen", "Prosjekt 1180"),
        ({"buyer_reference": "4711"}, "Mottaket, Demoveien 3", "4711"),
    ],
    ids=["nothing", "address", "reference"],
)
def test_the_agencys_address_and_reference_fill_what_the_need_left_open(
    said: dict[str, Any], address: str, reference: str
) -> None:
    AgencySetup.objects.update_or_create(
        agreement=FrameworkAgreement.objects.get(key="pc-utstyr"),
        organisation=Organisation.objects.get(number=agency_of("innkjoper")),
        defaults={
            "delivery_address": "Mottaket, Demoveien 3",
            "invoice_endpoint": "0192:986252932",
            "buyer_reference": "Prosjekt 1180",
            "contact_name": "Peder Demo",
            "contact_email": "peder@demo.example",
            "saved_at": clock.now(),
        },
    )
    call_off = committed(1, **said).call_off
    assert call_off is not None
    assert (call_off.deliver_to, call_off.buyer_reference) == (address, reference)
