"""A supplier's request to participate, by HTTP: everything missing is named, the receipt leads on, and its home knows it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fellestorg.competitions.selecting.models import ParticipationRequest
from fellestorg.competitions.selecting.tests.test_requests import asked_for
from fellestorg.competitions.tenders.tests.test_pages import ADDRESS, signed_in
from fellestorg.kernel.models import Installation

PAGE = f"{ADDRESS}/foresporsel"
FILLED = {"a:register": "yes", "text": "Vi har gjort det før", "true": "1"}


@pytest.mark.usefixtures("db")
def test_the_request_is_found_from_home_delivered_replaced_and_withdrawn() -> None:
    Installation.objects.create(kind="demo", clock_offset=timedelta(0))
    world = asked_for(1)
    client = signed_in(world.suppliers[0][1])
    home = client.get("/leverandor").content.decode()
    assert PAGE in home and "Puter" in home
    token = home.split("/leverandor/frister/")[1].split(".ics")[0]
    assert "Frist for forespørsel: Puter" in client.get(f"/leverandor/frister/{token}.ics").content.decode()
    empty = client.post(PAGE, {"text": "Halvferdig"})
    shown = empty.content.decode()
    assert empty.status_code == 422 and "Halvferdig" in shown
    assert "Svar på «Register»" in shown and "Bekreft at opplysningene" in shown, "both at once"
    assert "a:register</strong>" not in shown, "no name of a field is shown"
    first = client.post(PAGE, FILLED)
    receipt = client.get(first["Location"]).content.decode()
    assert "Forespørselen er levert" in receipt and "Vi har gjort det før" in receipt and f'href="{PAGE}"' in receipt
    second = client.post(PAGE, FILLED)
    old = client.get(first["Location"]).content.decode()
    assert "erstattet av en nyere" in old and second["Location"] in old
    rows = {one["number"]: one for one in client.get("/leverandor.json").json()["competitions"]}
    assert rows["K-2023-90001"]["request"] == ParticipationRequest.objects.get(version=2).receipt
    client.post(f"{PAGE}/trekk")
    rows = {one["number"]: one for one in client.get("/leverandor.json").json()["competitions"]}
    assert rows["K-2023-90001"]["request"] == ""
