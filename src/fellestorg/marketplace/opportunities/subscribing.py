"""Being told of opportunities by e-mail: people of the house at once, others when they have confirmed their address.

Of others nothing is kept before they confirm (the link carries the choice, sealed) and nothing after they stop. The answer
to whoever asks is the same whether an address is known or not.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, messages
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.models import Mail
from fellestorg.kernel.sealing import UnreadableError, open_text, seal_text
from fellestorg.marketplace.opportunities import choosing
from fellestorg.marketplace.opportunities.choosing import Chosen
from fellestorg.marketplace.opportunities.finding import open_now
from fellestorg.marketplace.opportunities.models import OpportunitySubscription
from fellestorg.organisations import tries
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Problem, Refused

MOST = 10
"""Choices that one person or address is told of."""
MOST_IN_A_QUARTER = 100
"""Links that are sent to strangers in a quarter of an hour in all, so that nobody sends mail to the world through us."""
_LASTS = timedelta(days=2)
_SIGNER = signing.Signer(salt="fellestorg.opportunities.stop", sep=".")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link confirms."""

    email: str
    query: str
    frequency: str
    language: str


@transaction.atomic
def ask(email: str, chosen: Chosen, frequency: str, language: str, now: datetime) -> None:
    """Send a link to an address, by which it is confirmed. Past five to one address in a quarter of an hour nothing is
    sent and nobody is told. Raises BadInput; Refused where too many ask at once."""
    email = email.strip().lower()
    problems = _problems(chosen, frequency)
    try:
        validate_email(email)
    except ValidationError:
        problems.append(Problem("email", "bad_email", _("Skriv en e-postadresse, som post@firma.no.")))
    BadInput.raise_if(problems)
    if not tries.take("opportunities:everybody", now, most=MOST_IN_A_QUARTER):
        raise Refused("too_many", _("Svært mange melder seg på akkurat nå. Prøv igjen om et kvarter."))
    if not tries.take(f"opportunities:{email}", now):
        return
    sealed = seal_text(json.dumps([email, chosen.query, frequency, language, now.isoformat()]))
    with translation.override(language):
        choice = choosing.described(chosen, open_now(now))
    link = reverse("confirm_opportunities", args=[sealed])
    messages.send_sealed(
        Recipient("", email, language), "opportunities_confirm", {"choice": choice}, link=link, at=now, kept=False
    )


def confirmable(token: str, now: datetime) -> Asked | None:
    """What a link confirms; None where it is not ours or is older than two days."""
    try:
        email, query, frequency, language, at = json.loads(open_text(token))
    except (UnreadableError, ValueError):
        return None
    if now - datetime.fromisoformat(at) > _LASTS:
        return None
    return Asked(email, query, frequency, language)


def confirm(asked: Asked, now: datetime) -> OpportunitySubscription:
    """Begin to tell an address. Twice is once. Raises Refused where it has too many choices."""
    return _begin({"email": asked.email}, asked.query, asked.frequency, asked.language, now)


def subscribe(person: Person, chosen: Chosen, frequency: str, now: datetime) -> OpportunitySubscription:
    """Begin to tell one of the house's people. Twice is once, with the frequency chosen last. Raises BadInput, Refused."""
    BadInput.raise_if(_problems(chosen, frequency))
    return _begin({"person": person}, chosen.query, frequency, person.language, now)


def stop_link(row: OpportunitySubscription) -> str:
    """The path that stops it, which only whoever gets its mail knows."""
    return reverse("stop_opportunities", args=[_SIGNER.sign(str(row.pk))])


def subscription_behind(token: str) -> uuid.UUID | None:
    """Which subscription a link stops, whether it is there still or not; None where the link is not ours."""
    try:
        return uuid.UUID(_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None


@transaction.atomic
def stop(key: uuid.UUID, person: Person | None = None) -> bool:
    """End a subscription (of ``person``'s, where one is given). An address that has no other is forgotten, also where a
    mail to it waits. False where there is none."""
    rows = OpportunitySubscription.objects.filter(pk=key)
    row = (rows.filter(person=person) if person else rows).select_for_update(of=("self",)).first()
    if row is None:
        return False
    if row.email:
        Mail.objects.filter(recipient=row.email, kept=False, stop_link=stop_link(row)).delete()
    row.delete()
    return True


def shown(person: Person) -> list[Any]:
    """What is kept of a person here."""
    return list(person.opportunity_subscriptions.values("query", "frequency", "since", "told"))


def erase(person: Person, now: datetime) -> None:
    """Forget what a person is told of."""
    OpportunitySubscription.objects.filter(person=person).delete()


def _begin(
    whose: Mapping[str, Any], query: str, frequency: str, language: str, now: datetime
) -> OpportunitySubscription:
    """The subscription, which tells of what comes from now on: what is open already stands on the page."""
    chosen = choosing.read_query(query)
    told = {one.key: deadline_of(one) for one in choosing.fitting(chosen, open_now(now), now)}
    with transaction.atomic():
        mine = OpportunitySubscription.objects.filter(**whose)
        known = mine.filter(query=chosen.query).first()
        if known is None and mine.count() >= MOST:
            raise Refused("too_many", _("Høyst %(most)s varsler til én adresse. Stopp ett først.") % {"most": MOST})
        fresh = {"since": now, "looked_on": clock.local_day(now), "told": told}
        row, _new = OpportunitySubscription.objects.update_or_create(
            **whose,
            query=chosen.query,
            defaults={"frequency": frequency, "language": language},
            create_defaults={"frequency": frequency, "language": language, **fresh},
        )
    return row


def deadline_of(one: Any) -> str:
    """The date of an opportunity as it is kept, to see whether it has moved."""
    at = one.deadline or one.on
    return at.isoformat() if at else ""


def _problems(chosen: Chosen, frequency: str) -> list[Problem]:
    problems = []
    if frequency not in OpportunitySubscription.Frequency.values:
        problems.append(Problem("frequency", "unknown", _("Velg hvor ofte.")))
    if len(chosen.query) > choosing.LONGEST:
        problems.append(Problem("", "too_long", _("Avgrensningen er for lang. Ta bort noe.")))
    return problems
