"""How an installation for real use is opened: a one-time link, and by it the first administrator, who invites the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, events
from fellestorg.kernel.events import Happening
from fellestorg.organisations.accounts import actor_of_person, is_real, open_account
from fellestorg.organisations.links import make_link, use_link
from fellestorg.organisations.models import OneTimeLink, Organisation, Person, RoleGrant
from fellestorg.organisations.passwords import identity_number_problems, password_problems, username_problems
from fellestorg.organisations.rules import clean_number
from fellestorg.values import BadInput, Problem, Refused


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """What the first administrator tells: the organisation that owns the agreements, and who she is."""

    number: str
    organisation: str
    name: str
    email: str
    username: str
    language: str


def has_administrator() -> bool:
    """Whether anybody can sign in as SI's administrator."""
    today = clock.today()
    grants = RoleGrant.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), role=RoleGrant.Role.SI_ADMIN)
    return grants.filter(person__active=True, person__account__isnull=False).exists()


def first_administrator_link() -> str:
    """A new link, whole, for the first administrator; an older one is worth nothing from then on.

    Raises Refused in a demo, and where there is an administrator.
    """
    if not is_real():
        raise Refused("is_a_demo", "this is a demo, and a demo has no accounts")
    if has_administrator():
        raise Refused("has_administrator", "there is an administrator; she can invite others at /oppsett/people")
    return settings.BASE_URL + make_link(OneTimeLink.Purpose.FIRST_ADMINISTRATOR, None, clock.now())


def check_first_administrator(given: FirstAdministrator, password: str) -> FirstAdministrator:
    """What was told, put in order. Raises BadInput with everything that is wrong."""
    username = given.username.strip().lower()
    problems = [*username_problems(username), *password_problems(password, username)]
    try:
        number = clean_number(given.number)
    except BadInput:
        number = ""
        text = _("ventet et organisasjonsnummer: ni siffer med riktig kontrollsiffer")
        problems.append(Problem("number", "organisation_number", text))
    for field in ("organisation", "name", "email"):
        text = getattr(given, field).strip()
        if not text:
            problems.append(Problem(field, "missing", _("må fylles ut")))
        problems += identity_number_problems(text, field)
    if Person.objects.filter(username=username).exists():
        problems.append(Problem("username", "taken", _("brukernavnet er tatt")))
    BadInput.raise_if(problems)
    return FirstAdministrator(
        number, given.organisation.strip(), given.name.strip(), given.email.strip(), username, given.language
    )


@transaction.atomic
def open_installation(
    link: OneTimeLink, given: FirstAdministrator, password: str, key: str, code: str, *, now: datetime
) -> tuple[Person, list[str]]:
    """Make the owner organisation, its first administrator and her account; the link is used up.

    ``password`` is hashed already (``accounts.hashed``). Answers the person and her recovery codes. Raises BadInput for a
    wrong code, Refused where the link is used or there is an administrator by now.
    """
    use_link(link, now)
    if has_administrator():
        raise Refused("has_administrator", _("Installasjonen har alt en administrator."))
    owner, made = Organisation.objects.get_or_create(
        number=given.number, defaults={"name": given.organisation, "kind": Organisation.Kind.AGENCY}
    )
    try:
        with transaction.atomic():
            person = Person.objects.create(
                username=given.username, name=given.name, email=given.email, language=given.language
            )
    except IntegrityError:
        raise BadInput.of("username", "taken", _("brukernavnet er tatt")) from None
    RoleGrant.objects.create(
        person=person, organisation=owner, role=RoleGrant.Role.SI_ADMIN, valid_from=clock.local_day(now)
    )
    recovery = open_account(person, password, key, code, now)
    actor = actor_of_person(person)
    stream = f"organisation:{owner.number}"
    if made:
        events.record(Happening(stream, "organisation_registered", stream, actor, now, {"name": owner.name}))
    told = {"person": person.username, "organisation": owner.number}
    events.record(Happening(stream, "installation_opened", stream, actor, now, told))
    return person, recovery
