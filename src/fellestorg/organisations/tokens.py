"""Keys for other systems: made and revoked by an agency's local agreement manager, shown once, kept as digests.

A key is ``ft_<name>_<secret>``: the name is what wrong tries are counted by and what lists show; the secret is 256 bits.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations import tries
from fellestorg.organisations.models import ApiToken, Organisation, Person
from fellestorg.organisations.passwords import identity_number_problems
from fellestorg.organisations.policy import may_make_tokens
from fellestorg.values import BadInput, Problem, Refused

LASTS_DAYS = (30, 90, 180, 365)
_SHORTEST = 3
_KEY = re.compile(r"ft_([a-z0-9]{8})_[A-Za-z0-9_-]{43}\Z")
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
# How exact the day and time of the last use is: no need to write for every question.
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a key that was shown: the token, or a code that says why not.

    ``bad_token`` (unknown, wrong, revoked or expired: the answer does not tell which), ``wrong_scope`` or ``locked``.
    """

    token: ApiToken | None
    code: str = ""


@transaction.atomic
def make_token(
    organisation: Organisation, scope: str, used_by: str, days: int, *, actor: Actor, person: Person, now: datetime
) -> tuple[ApiToken, str]:
    """A new key and the row that knows it. Nobody can read the key again.

    Raises Refused for those who are not the organisation's local agreement manager, BadInput with every problem.
    """
    _require(actor, organisation)
    used_by = used_by.strip()
    problems = list(identity_number_problems(used_by, "used_by"))
    if len(used_by) < _SHORTEST or len(used_by) > 120:
        problems.append(Problem("used_by", "missing", _("oppgi hvem som skal bruke nøkkelen, med 3 til 120 tegn")))
    if scope not in scopes_of(organisation):
        problems.append(Problem("scope", "unknown", _("velg hva nøkkelen skal kunne brukes til")))
    if days not in LASTS_DAYS:
        problems.append(Problem("days", "unknown", _("velg hvor lenge nøkkelen skal virke")))
    BadInput.raise_if(problems)
    name = "".join(secrets.choice(_ALPHABET) for _position in range(8))
    key = f"ft_{name}_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        organisation=organisation,
        scope=scope,
        used_by=used_by,
        name=name,
        digest=_digest(key),
        made_by=person,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    _record(token, "api_token_made", actor, now, {"scope": scope, "used_by": used_by, "days": days})
    return token, key


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: Actor, person: Person, now: datetime) -> ApiToken:
    """End a key at once. Raises Refused where the actor may not, or it is revoked already."""
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=token.pk)
    _require(actor, token.organisation)
    if token.revoked_at is not None:
        raise Refused("revoked_already", _("Nøkkelen er alt trukket tilbake."))
    token.revoked_at, token.revoked_by = now, person
    token.save(update_fields=["revoked_at", "revoked_by"])
    _record(token, "api_token_revoked", actor, now, {"used_by": token.used_by})
    return token


def check_token(key: str, scope: str, now: datetime) -> Checked:
    """Whether a key may be used for something now; its last use is kept. Wrong tries on a name are counted as wrong
    passwords are: after five in a row the name is locked for a quarter of an hour, whatever is shown."""
    shape = _KEY.match(key)
    if shape is None:
        return Checked(None, "bad_token")
    counted = f"api-token:{shape[1]}"
    if tries.is_locked(counted, now):
        return Checked(None, "locked")
    token = ApiToken.objects.filter(digest=_digest(key)).select_related("organisation").first()
    if token is None or token.revoked_at is not None or token.expires_at <= now:
        return Checked(None, "bad_token" if tries.take(counted, now) else "locked")
    if token.scope != scope:
        return Checked(None, "wrong_scope")
    tries.forget(counted)
    seen = Q(last_used_at=None) | Q(last_used_at__lt=now - _SEEN_EVERY)
    ApiToken.objects.filter(seen, pk=token.pk).update(last_used_at=now)
    return Checked(token)


def scopes_of(organisation: Organisation) -> tuple[str, ...]:
    """What an organisation's keys may be for: a supplier presents its services, an agency asks for offers."""
    if organisation.kind == Organisation.Kind.SUPPLIER:
        return (ApiToken.Scope.LISTINGS,)
    return (ApiToken.Scope.FLIGHT_OFFERS,)


def tokens_of(organisation: Organisation) -> QuerySet[ApiToken]:
    """An organisation's keys, the newest first."""
    return ApiToken.objects.filter(organisation=organisation).select_related("made_by", "revoked_by")


def state_of(token: ApiToken, now: datetime) -> str:
    """``revoked``, ``expired`` or ``works``."""
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at <= now else "works"


def _digest(key: str) -> str:
    # A random key of 256 bits needs no slow hash: there is nothing to guess from.
    return hashlib.sha256(key.encode()).hexdigest()


def _require(actor: Actor, organisation: Organisation) -> None:
    decision = may_make_tokens(actor, organisation)
    if not decision.allowed:
        raise Refused(decision.reason, _("Bare virksomhetens egen lokale avtaleforvalter kan lage og trekke nøkler."))


def _record(token: ApiToken, verb: str, actor: Actor, now: datetime, payload: dict[str, object]) -> None:
    subject = f"organisation:{token.organisation.number}"
    events.record(Happening(subject, verb, subject, actor, now, {"name": token.name, **payload}))
