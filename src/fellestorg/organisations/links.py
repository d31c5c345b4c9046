"""One-time links: only their digest is kept, each opens once and for a time, and a new one makes the older worthless."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.organisations.models import OneTimeLink, Person
from fellestorg.values import Refused

LASTS = {
    OneTimeLink.Purpose.FIRST_ADMINISTRATOR: timedelta(hours=24),
    OneTimeLink.Purpose.INVITATION: timedelta(days=7),
    OneTimeLink.Purpose.PASSWORD: timedelta(hours=1),
}


def make_link(purpose: OneTimeLink.Purpose, person: Person | None, now: datetime) -> str:
    """The path of a new link. Nobody can read it again. Older unused links for the same are taken away."""
    token = secrets.token_urlsafe(32)
    OneTimeLink.objects.filter(purpose=purpose, person=person, used_at=None).delete()
    OneTimeLink.objects.create(
        digest=_digest(token), purpose=purpose, person=person, made_at=now, expires_at=now + LASTS[purpose]
    )
    return reverse("welcome", args=[token])


def open_link(token: str, now: datetime) -> OneTimeLink | None:
    """The link, if it may still be used."""
    links = OneTimeLink.objects.select_related("person__account")
    alive = Q(used_at=None, expires_at__gt=now) & (Q(person=None) | Q(person__active=True))
    return links.filter(alive, digest=_digest(token)).first()


def use_link(link: OneTimeLink, now: datetime) -> None:
    """Use it up, in the caller's transaction. Refused where somebody was first, or it is too late."""
    if not OneTimeLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now).update(used_at=now):
        raise Refused("link_used", _("Lenka er brukt eller for gammel."))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
