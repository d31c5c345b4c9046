from __future__ import annotations

from decimal import Decimal

import pytest

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders import queries
from fellestorg.competitions.tenders.models import OpenedQuality, Opening, OpeningHalf
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.competitions.tenders.tests.world import World
from fellestorg.kernel import audit, clock, events


@pytest.fixture
def world(db: None) -> World:
    return worlds.make()


def test_a_tender_goes_from_draft_to_opened_with_prices_apart(world: World) -> None:
    delivered = world.deliver()
    assert delivered.tender.received_at <= clock.now()
    assert queries.opened(world.competition) == []
    world.open()
    (opened,) = queries.opened(world.competition)
    assert opened.answers == {"maate": worlds.SECRET_ANSWER, "dager": "14"}
    assert (opened.lots, opened.sha256) == (("puter",), delivered.tender.sha256)
    prices = queries.opened_prices(world.competition)
    assert prices == {opened.id: {"puter": {"pute": Decimal("48371.25"), "trekk": Decimal("99.5")}}}
    opening = Opening.objects.get()
    assert [opening.first, opening.second] == world.openers
    assert Competition.objects.get().stage == "opened" and not OpeningHalf.objects.exists()
    assert "48371" not in str(OpenedQuality.objects.get().content)
    assert audit.verify(events.seal()).faults == ()
