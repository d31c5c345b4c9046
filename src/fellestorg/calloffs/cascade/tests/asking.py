"""A lot whose suppliers are asked in turn, and short ways to answer for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from fellestorg.agreements.models import PolicyVersion
from fellestorg.calloffs import actions as calloff_actions
from fellestorg.calloffs.cascade import actions
from fellestorg.calloffs.cascade.models import RankedOffer
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.tests.world import lot, need, somebody
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation, Person, RoleGrant

HOURS = 8
IN_TURN = {
    "steps": [{"when": {}, "mechanism": "cascade", "hours": HOURS}],
    "decides": ["goods", "discount", "small_order_fee", "freight"],
    "tie_rule": "rank",
}
# The lot's suppliers in order of rank, each with somebody who answers for it; Advania has nobody in the demo.
FIRST, SECOND, THIRD = "atea", "advania-svar", "dustin"


def ask_in_turn() -> None:
    """From today the PC lot asks its suppliers in turn."""
    pc = lot()
    with transaction.atomic():
        made = PolicyVersion.objects.create(
            lot=pc, version=9, document=IN_TURN, valid_from=clock.today(), source="demodata"
        )
        stream = f"lot:{pc}"
        events.record(Happening(stream, "policy_published", stream, SYSTEM, clock.now(), {"version": 9}, (made,)))
    advania = Organisation.objects.get(positions__lot=pc, positions__rank=2)
    person = Person.objects.create(username=SECOND, name="Svarer For Advania", email=f"{SECOND}@demo.example")
    RoleGrant.objects.create(
        person=person, organisation=advania, role=RoleGrant.Role.SUPPLIER, valid_from=date(2018, 1, 1)
    )


def asked(quantity: int = 10, request_id: str = "r-1") -> CallOff:
    """A call-off of laptops by the main demo agency, whose first supplier has been asked."""
    actor, person = somebody("innkjoper")
    made = calloff_actions.commit(need(quantity, request_id=request_id), lot(), actor=actor, person=person)
    assert made.call_off is not None, made.answer["reason"]
    return made.call_off


def open_offer(call_off: CallOff) -> RankedOffer:
    return call_off.ranked_offers.get(state="open")


def says_yes(who: str, offer: RankedOffer) -> CallOff:
    actor, person = somebody(who)
    return actions.accept(offer, actor=actor, person=person)


def says_no(who: str, offer: RankedOffer, code: str = "capacity", text: str = "") -> CallOff:
    actor, person = somebody(who)
    return actions.decline(offer, code, text, actor=actor, person=person)


def log(call_off: CallOff) -> list[tuple[Any, ...]]:
    """(rank, state, reason) of every turn, in order."""
    return list(call_off.ranked_offers.order_by("turn").values_list("rank", "state", "reason_code"))
