"""Opening keys of the demo's openers and the one in escrow. Anybody may read them here: a demo seals nothing that is secret,
and whoever tries it opens tenders with these files.
"""

from __future__ import annotations

from datetime import date, timedelta
from importlib import resources
from typing import Any

from fellestorg.competitions.tenders import sealing
from fellestorg.competitions.tenders.models import OpeningKey
from fellestorg.demo_data.ground import at
from fellestorg.organisations.models import Organisation, Person

_OPENERS = ("apner", "evaluerer-to", "innkjoper", "godkjenner")
_ESCROW = "reserve"


def lay(escrow: Organisation, day: date) -> None:
    """Let the openers and the purchasing body have proved their keys before the first competition was published."""
    made = at(day - timedelta(days=130), 9)
    people = {one.username: one for one in Person.objects.filter(username__in=_OPENERS)}
    holders: list[dict[str, Any]] = [*({"person": people[name]} for name in _OPENERS), {"organisation": escrow}]
    OpeningKey.objects.bulk_create(
        OpeningKey(recipient=sealing.recipient_of(secret(name)), made_at=made, confirmed_at=made, **holder)
        for name, holder in zip((*_OPENERS, _ESCROW), holders, strict=True)
    )


def secret(name: str) -> str:
    """The private key of one of them."""
    text = resources.files("fellestorg.demo_data.opening_keys").joinpath(f"{name}.md").read_bytes()
    return sealing.secret_from(text, "")
