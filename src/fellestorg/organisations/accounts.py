"""The verbs of accounts: opening one, signing in, changing what one signs in with. Each is one transaction with its event
in it, and no event holds a secret."""

from __future__ import annotations

import functools
import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, events, jobs, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.models import Installation
from fellestorg.kernel.sealing import UnreadableError, open_text, seal_text
from fellestorg.organisations import codes, tries
from fellestorg.organisations.links import make_link, use_link
from fellestorg.organisations.models import Account, OneTimeLink, Person, RecoveryCode
from fellestorg.organisations.passwords import password_problems
from fellestorg.organisations.policy import may_administer
from fellestorg.values import BadInput, Refused

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of an attempt to sign in. ``locked``: too many wrong ones, nothing was looked at."""

    person: Person | None
    locked: bool = False


def is_real() -> bool:
    """Whether people sign in here with accounts: a real installation, not a demo."""
    return Installation.objects.filter(kind=Installation.Kind.REAL).exists()


@transaction.atomic
def accept_invitation(
    link: OneTimeLink, password: str, key: str, code: str, *, now: datetime
) -> tuple[Person, list[str]]:
    """Open the account of somebody invited, or open it anew: password and code app are hers from now on.

    ``password`` is hashed already (:func:`hashed`). Answers the person and her recovery codes. Raises BadInput for a wrong
    code, Refused where the link is used.
    """
    use_link(link, now)
    person = link.person
    assert person is not None
    recovery = open_account(person, password, key, code, now)
    _record(person, "account_opened", now)
    return person, recovery


@transaction.atomic
def choose_forgotten_password(link: OneTimeLink, password: str, *, now: datetime) -> Person:
    """Choose a password by a link from an e-mail. The code app stays as it is; every session ends.

    Raises BadInput for a password that will not do, Refused where the link is used.
    """
    person = link.person
    assert person is not None
    BadInput.raise_if(password_problems(password, person.username))
    use_link(link, now)
    Account.objects.filter(person=person).update(password=hashed(password), password_at=now, epoch=F("epoch") + 1)
    _record(person, "password_changed", now)
    return person


def hashed(password: str) -> str:
    """A password as it is kept: argon2, salted."""
    return make_password(password)


def authenticate(username: str, password: str, code: str, *, now: datetime) -> Attempt:
    """See whether user name, password and code belong together; a code counts once.

    The answer and the work are the same whether nobody has the name, the password is wrong or the code is.
    """
    name = username.strip().lower()
    if not tries.take(name, now):
        return Attempt(None, locked=True)
    account = Account.objects.select_related("person").filter(person__username=name, person__active=True).first()
    nobody_password, nobody_key = _nobody()
    right = check_password(password[:1000], account.password if account else nobody_password)
    proved = _proves(account, nobody_key, code, now, spend=right)
    if account is None or not right or not proved:
        jobs.defer("note_failed_sign_in", person=account.person_id if account else 0, at=now.isoformat())
        return Attempt(None)
    tries.forget(name)
    with transaction.atomic():
        _record(account.person, "signed_in", now)
    return Attempt(account.person)


@transaction.atomic
def note_failed_sign_in(person_id: int, at: datetime) -> None:
    """Tell the log that somebody tried to sign in as a person and failed. Names that nobody has leave no trace there."""
    person = Person.objects.filter(pk=person_id).first()
    if person is not None:
        _record(person, "sign_in_failed", at, Actor("public", ""))


def change_password(person: Person, old: str, new: str, *, now: datetime) -> int:
    """Choose another password. Every session ends but the one that holds the epoch answered.

    Raises BadInput where the old one is wrong or the new one will not do, Refused after too many wrong ones.
    """
    confirm_password(person, old, now)
    BadInput.raise_if(password_problems(new, person.username, "new_password"))
    with transaction.atomic():
        account = Account.objects.select_for_update().get(person=person)
        account.password, account.password_at = hashed(new), now
        account.epoch += 1
        account.save(update_fields=["password", "password_at", "epoch"])
        _record(person, "password_changed", now)
    return account.epoch


def change_code_app(person: Person, password: str, key: str, code: str, *, now: datetime) -> list[str]:
    """Take another code app into use. Answers new recovery codes; the old ones are worth nothing."""
    confirm_password(person, password, now)
    step = _first_step(key, code)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(person=person)
        account.code_key, account.code_step = seal_text(key), step
        account.save(update_fields=["code_key", "code_step"])
        _record(person, "code_app_changed", now)
        return _new_recovery_codes(account)


def renew_recovery_codes(person: Person, password: str, *, now: datetime) -> list[str]:
    """Ten new recovery codes; the old ones are worth nothing."""
    confirm_password(person, password, now)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(person=person)
        _record(person, "recovery_codes_renewed", now)
        return _new_recovery_codes(account)


@transaction.atomic
def end_other_sessions(person: Person, *, now: datetime) -> int:
    """End every session but the one that holds the epoch answered."""
    account = Account.objects.select_for_update().get(person=person)
    account.epoch += 1
    account.save(update_fields=["epoch"])
    _record(person, "signed_out_elsewhere", now)
    return account.epoch


@transaction.atomic
def signed_out(person: Person, *, now: datetime) -> None:
    """Tell the log that somebody signed out."""
    _record(person, "signed_out", now)


@transaction.atomic
def invite(person: Person, *, actor: Actor, now: datetime) -> None:
    """Send a person a link by which she chooses password and code app, new ones where she has an account.

    Whoever invites sees only that it was sent. Raises Refused for whoever may not, and in a demo.
    """
    if not may_administer(actor).allowed:
        raise Refused("not_administrator", _("Du har ikke en rolle som kan gjøre dette."))
    if not is_real():
        raise Refused("is_a_demo", _("En demo har ingen kontoer å invitere til."))
    link = make_link(OneTimeLink.Purpose.INVITATION, person, now)
    recipient = Recipient("", person.email, person.language)
    messages.send_sealed(recipient, "invited", {"name": person.name, "username": person.username}, link=link, at=now)
    subject = f"person:{person.pk}"
    events.record(Happening(subject, "invited", subject, actor, now, {"person": person.username}))


@transaction.atomic
def send_password_link(username: str, now: datetime) -> None:
    """Send whoever has an account by this name a link to choose another password; at most one in a quarter of an hour."""
    person = Person.objects.filter(username=username.strip().lower(), active=True, account__isnull=False).first()
    recent = Q(links__purpose=OneTimeLink.Purpose.PASSWORD, links__made_at__gt=now - tries.LOCKED)
    if person is None or Person.objects.filter(recent, pk=person.pk).exists():
        return
    link = make_link(OneTimeLink.Purpose.PASSWORD, person, now)
    recipient = Recipient("", person.email, person.language)
    messages.send_sealed(recipient, "password_link", {"name": person.name}, link=link, at=now)
    _record(person, "password_link_sent", now, Actor("public", ""))


def actor_of_person(person: Person) -> Actor:
    """The person as the log names her."""
    return Actor(person.key, person.name, (), person.language)


def confirm_password(person: Person, password: str, now: datetime) -> None:
    """See that the account's owner has typed her password again; wrong ones count as when signing in. Called outside
    transactions: a wrong one is to be counted."""
    if not tries.take(person.username, now):
        raise Refused("locked", _("For mange feil. Vent et kvarter og prøv igjen."))
    if not check_password(password[:1000], Account.objects.get(person=person).password):
        raise BadInput.of("password", "wrong_password", _("passordet stemmer ikke"))
    tries.forget(person.username)


def open_account(person: Person, password: str, key: str, code: str, now: datetime) -> list[str]:
    """Give a person the account with this (hashed) password and this code app, in the caller's transaction. Answers her
    recovery codes. Raises BadInput for a code that is not the app's."""
    step = _first_step(key, code)
    kept = {"password": password, "code_key": seal_text(key), "code_step": step, "password_at": now}
    account, made = Account.objects.select_for_update().get_or_create(person=person, defaults={**kept, "made_at": now})
    if not made:
        Account.objects.filter(person=person).update(**kept, epoch=F("epoch") + 1)
    return _new_recovery_codes(account)


def _first_step(key: str, code: str) -> int:
    step = codes.step_of(key, code, clock.on_phones())
    if step is None:
        raise BadInput.of("code", "wrong_code", _("koden stemmer ikke; skriv den som appen viser nå"))
    return step


def _new_recovery_codes(account: Account) -> list[str]:
    RecoveryCode.objects.filter(account=account).delete()
    made = codes.new_recovery_codes()
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, digest=_recovery_digest(one)) for one in made)
    return made


def _recovery_digest(code: str) -> str:
    return salted_hmac("recovery", code, secret=settings.ACCOUNT_KEY, algorithm="sha256").hexdigest()


@functools.cache
def _nobody() -> tuple[str, str]:
    """A password and a key that nobody has, so that a name nobody has costs the same work."""
    return hashed(codes.new_key()), codes.new_key()


def _proves(account: Account | None, nobody_key: str, code: str, now: datetime, *, spend: bool) -> bool:
    """Whether the code is right and not used before; used up here where the password was right (``spend``)."""
    try:
        key = open_text(account.code_key) if account else nobody_key
    except UnreadableError:
        log.error(
            "the key of a code app cannot be read: this installation has another account key than it was made with"
        )
        key = nobody_key
    step = codes.step_of(key, code, clock.on_phones())
    spare = codes.plain_recovery_code(code)
    if account is None or not spend:
        return False
    if step is not None:
        return bool(Account.objects.filter(pk=account.pk, code_step__lt=step).update(code_step=step))
    unused = RecoveryCode.objects.filter(account=account, used_at=None, digest=_recovery_digest(spare))
    return bool(spare) and bool(unused.update(used_at=now))


def _record(person: Person, verb: str, now: datetime, actor: Actor | None = None) -> None:
    subject = f"person:{person.pk}"
    events.record(Happening(subject, verb, subject, actor or actor_of_person(person), now, {"person": person.username}))
