"""Accounts that people make themselves, such as suppliers without a Norwegian log-in: a verified e-mail address, a
password and a code app. Whoever makes one has no role, and nothing is asked that tells who she is but a name.

The answer to whoever asks is the same whether the address is known or not; the mail tells the owner of the address.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.kernel import events, jobs, messages
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.organisations import tries
from fellestorg.organisations.accounts import actor_of_person, open_account
from fellestorg.organisations.models import Account, AccountRequest, Person
from fellestorg.organisations.passwords import identity_number_problems, password_problems, username_problems
from fellestorg.values import BadInput, Problem, Refused

_LASTS = timedelta(hours=2)
MOST_IN_AN_HOUR = 200
"""Links sent in an hour in all, so that nobody sends mail to the world through us."""


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody tells of herself."""

    name: str
    username: str
    language: str


def ask(email: str, onward: str, language: str, now: datetime) -> bool:
    """Let a link be sent to an address. False where too many have been asked for in all; past five to one address in a
    quarter of an hour nothing is sent, and nobody is told."""
    if AccountRequest.objects.filter(made_at__gt=now - timedelta(hours=1)).count() >= MOST_IN_AN_HOUR:
        return False
    email = email.strip().lower()
    if tries.take(f"account:{email}", now):
        # As a job, so that it takes the same time for an address that has an account.
        jobs.defer("send_account_link", email=email, onward=onward[:300], language=language, at=now.isoformat())
    return True


@transaction.atomic
def send_link(email: str, onward: str, language: str, now: datetime) -> None:
    """Send the link; or, where the address has an account, say so and how one signs in. An older link is worth nothing."""
    known = Account.objects.filter(person__email__iexact=email, person__active=True).select_related("person").first()
    if known is not None:
        person = known.person
        recipient = Recipient("", person.email, person.language)
        link = reverse("account_sign_in")
        messages.tell([recipient], "account_known", {"username": person.username}, link=link, at=now)
        return
    token = secrets.token_urlsafe(32)
    AccountRequest.objects.filter(email=email, used_at=None).delete()
    AccountRequest.objects.create(
        digest=_digest(token), email=email, language=language, onward=onward, made_at=now, expires_at=now + _LASTS
    )
    link = reverse("new_account_named", args=[token])
    messages.send_sealed(Recipient("", email, language), "account_link", {}, link=link, at=now)


def open_request(token: str, now: datetime) -> AccountRequest | None:
    """The request behind a link, if it may still be used."""
    return AccountRequest.objects.filter(digest=_digest(token), used_at=None, expires_at__gt=now).first()


def check(told: Told, password: str) -> Told:
    """What was told, put in order. Raises BadInput with everything that is wrong."""
    username, name = told.username.strip().lower(), " ".join(told.name.split())
    problems = [*username_problems(username), *password_problems(password, username)]
    problems += identity_number_problems(name, "name")
    if not name:
        problems.append(Problem("name", "missing", _("må fylles ut")))
    if Person.objects.filter(username=username).exists():
        problems.append(Problem("username", "taken", _("brukernavnet er tatt")))
    BadInput.raise_if(problems)
    return Told(name, username, told.language)


@transaction.atomic
def open_own(
    request: AccountRequest, told: Told, password: str, key: str, code: str, *, now: datetime
) -> tuple[Person, list[str]]:
    """Make the person and her account; the link is used up. ``password`` is hashed already.

    Raises BadInput for a wrong code or a user name taken meanwhile, Refused where the link is used.
    """
    if not AccountRequest.objects.filter(pk=request.pk, used_at=None, expires_at__gt=now).update(used_at=now):
        raise Refused("link_used", _("Lenka er brukt eller for gammel."))
    try:
        with transaction.atomic():
            person = Person.objects.create(
                username=told.username, name=told.name, email=request.email, language=told.language
            )
    except IntegrityError:
        raise BadInput.of("username", "taken", _("brukernavnet er tatt")) from None
    spare = open_account(person, password, key, code, now)
    actor, subject = actor_of_person(person), f"person:{person.pk}"
    payload = {"person": person.username}
    events.record(Happening(subject, "person_registered", subject, actor, now, payload))
    events.record(Happening(subject, "account_opened", subject, actor, now, payload))
    return person, spare


def forget_old(now: datetime) -> None:
    """Throw away requests that nobody can use; those used too, for the person has the address now."""
    AccountRequest.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
