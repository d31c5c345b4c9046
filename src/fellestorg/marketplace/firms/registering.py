"""Registering a firm: its number is checked and looked up, whoever registers it says with which right, and SI is told.

Nothing of it is public until SI has verified it. A number that somebody acts for already cannot be registered by another:
that becomes a request to join (``joining.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.marketplace.firms import evidence
from fellestorg.marketplace.firms.checking import warnings_of
from fellestorg.marketplace.firms.grants import give_supplier_role
from fellestorg.marketplace.firms.models import Firm, FirmFile, FirmMember, FirmStep, Registration, TermsAcceptance
from fellestorg.marketplace.firms.terms import in_eea, terms_on
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.passwords import identity_number_problems
from fellestorg.organisations.queries import current_grants, people_with_role
from fellestorg.organisations.registry.looking import Answer, look_up
from fellestorg.organisations.rules import NORWAY, any_number, country_of
from fellestorg.values import BadInput, Problem, Refused

_LIVE = (Firm.State.PENDING, Firm.State.VERIFIED, Firm.State.TAKEN_DOWN)


@dataclass(frozen=True, slots=True)
class Given:
    """What is told of a firm. ``name`` is how it wants to be shown; a foreign firm's also what its register calls it."""

    number: str
    name: str
    right: str
    website: str = ""
    email: str = ""
    registry_address: str = ""
    terms: str = ""
    language: str = "nb"
    files: dict[str, bytes] = field(default_factory=dict)


def standing(number: str, person: Person, day: date) -> str:
    """What a person meets who wants to register a number: ``free``, ``member`` (is in already), ``held`` (others act for
    it) or ``not_supplier`` (a public body)."""
    organisation = Organisation.objects.filter(number=number).first()
    if organisation is None:
        return "free"
    if organisation.kind != Organisation.Kind.SUPPLIER:
        return "not_supplier"
    firm = Firm.objects.filter(organisation=organisation).first()
    if firm is not None and firm.state in _LIVE:
        within = FirmMember.objects.filter(firm=firm, person=person, ended_at=None).exists()
        return "member" if within else "held"
    holders = current_grants(day).filter(organisation=organisation, role=RoleGrant.Role.SUPPLIER)
    holders = holders.filter(person__active=True)
    if holders.exists() and not holders.filter(person=person).exists():
        return "held"
    return "free"


def register(given: Given, *, person: Person, actor: Actor, now: datetime) -> Firm:
    """Register a firm, to be verified by SI. The one who registers is its first administrator.

    A supplier from another country that the house did not know can tender at once: she gets the supplier's role, marked as
    not verified by the firm's state. Raises BadInput with every problem, Refused where others act for it already.
    """
    day = clock.local_day(now)
    number, answer = _check(given, day, now)
    country = country_of(number)
    unit = answer.unit
    with transaction.atomic():
        organisation, made = Organisation.objects.get_or_create(
            number=number,
            defaults={
                "country": country,
                "name": unit.name if unit else given.name.strip(),
                "kind": Organisation.Kind.SUPPLIER,
                "address": unit.address if unit else "",
                "language_form": (unit.language if unit else "") or "nb",
                "listed": False,
            },
        )
        # One at a time: of two who register the same number, the second asks to join.
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        _require_free(number, person, day)
        firm = _firm(organisation, given, now)
        member = FirmMember.objects.create(firm=firm, person=person, role=FirmMember.Role.ADMINISTRATOR, started_at=now)
        Registration.objects.create(
            firm=firm,
            person=person,
            right=given.right,
            registry_address=given.registry_address.strip(),
            registry={
                "source": answer.source,
                "as_of": answer.as_of.isoformat() if answer.as_of else "",
                "unit": unit.as_json() if unit else None,
            },
            warnings=warnings_of(given.name, given.right, given.website, person, organisation, answer),
            made_at=now,
        )
        for kind, content in given.files.items():
            evidence.add(firm, kind, content, now)
        terms = terms_on(day)
        TermsAcceptance.objects.get_or_create(
            firm=firm,
            person=person,
            version=terms.version,
            defaults={"language": given.language, "sha256": terms.digest(given.language), "accepted_at": now},
        )
        if made and country != NORWAY:
            give_supplier_role(member, now)
        _record(firm, given, actor, now)
    return firm


def _check(given: Given, day: date, now: datetime) -> tuple[str, Answer]:
    problems: list[Problem] = []
    number = ""
    try:
        number = any_number(given.number)
    except BadInput:
        problems.append(Problem("number", "organisation_number", _("dette er ikke et gyldig organisasjonsnummer")))
    answer = Answer(None, "none")
    if number and country_of(number) == NORWAY:
        answer = look_up(number, now)
        problems += _register_problems(answer)
    elif number:
        problems += _foreign_problems(given, country_of(number), day)
    if len(given.name.strip()) < 2:
        problems.append(Problem("name", "missing", _("oppgi navnet firmaet skal vises med")))
    for where in ("name", "website", "email"):
        problems += identity_number_problems(getattr(given, where), where)
    if given.right not in Registration.Right.values:
        problems.append(Problem("right", "missing", _("velg hvilken rett du har til å representere firmaet")))
    if given.right == Registration.Right.POWER_OF_ATTORNEY and FirmFile.Kind.POWER_OF_ATTORNEY not in given.files:
        problems.append(Problem("power_of_attorney", "missing", _("legg ved fullmakten")))
    problems += contact_problems(given.website, given.email)
    for kind, content in given.files.items():
        problems += evidence.problems_of(kind, content)
    if given.terms != terms_on(day).version:
        problems.append(Problem("terms", "not_accepted", _("du må godta vilkårene slik de er nå")))
    BadInput.raise_if(problems)
    return number, answer


def _register_problems(answer: Answer) -> Iterable[Problem]:
    if answer.asked and answer.unit is None:
        yield Problem("number", "not_on_register", _("Enhetsregisteret kjenner ikke dette nummeret"))
    elif answer.unit is not None and not answer.unit.trades:
        yield Problem(
            "number",
            "not_trading",
            _("Enhetsregisteret sier at firmaet er konkurs, under tvangsavvikling eller slettet"),
        )


def _foreign_problems(given: Given, country: str, day: date) -> Iterable[Problem]:
    if not in_eea(country, day):
        yield Problem("number", "outside_eea", _("bare firmaer fra EØS kan registreres"))
    if FirmFile.Kind.REGISTER_EXTRACT not in given.files:
        yield Problem("register_extract", "missing", _("legg ved en utskrift fra registeret i landet"))
    if not given.registry_address.strip():
        yield Problem("registry_address", "missing", _("oppgi adressen der registeret viser firmaet"))
    else:
        yield from _address_problems("registry_address", given.registry_address)


def contact_problems(website: str, email: str) -> Iterable[Problem]:
    """What is wrong with a firm's web address and its address for enquiries; both may be empty."""
    if website.strip():
        yield from _address_problems("website", website)
    if email.strip():
        try:
            validate_email(email.strip())
        except ValidationError:
            yield Problem("email", "not_an_email", _("dette er ikke en e-postadresse"))


def _address_problems(where: str, address: str) -> Iterable[Problem]:
    try:
        URLValidator(["http", "https"])(address.strip())
    except ValidationError:
        yield Problem(where, "not_an_address", _("dette er ikke en nettadresse; skriv den med https://"))


def _require_free(number: str, person: Person, day: date) -> None:
    found = standing(number, person, day)
    if found == "held":
        raise Refused("held_by_others", _("Andre representerer dette firmaet alt. Be om å få bli med i stedet."))
    if found == "member":
        raise Refused("member_already", _("Du er alt med i dette firmaet."))
    if found == "not_supplier":
        raise Refused("not_a_supplier", _("Dette er en offentlig virksomhet, og den kan ikke registreres som firma."))


def _firm(organisation: Organisation, given: Given, now: datetime) -> Firm:
    shown = {
        "name": re.sub(r"\s+", " ", given.name).strip()[:200],
        "website": given.website.strip(),
        "email": given.email.strip(),
        "state": Firm.State.PENDING,
        "registered_at": now,
        "verified_at": None,
    }
    firm, made = Firm.objects.get_or_create(organisation=organisation, defaults=shown)
    if not made:
        # Refused or withdrawn before: whoever acted for it then does so no more.
        FirmMember.objects.filter(firm=firm, ended_at=None).update(ended_at=now)
        for name, value in shown.items():
            setattr(firm, name, value)
        firm.save()
    return firm


def _record(firm: Firm, given: Given, actor: Actor, now: datetime) -> None:
    number = firm.organisation.number
    subject = f"firm:{number}"
    FirmStep.objects.create(firm=firm, verb="registered", by=actor.name, at=now)
    told = {"name": firm.name, "right": given.right, "files": sorted(given.files)}
    events.record(Happening(subject, "firm_registered", subject, actor, now, told))
    keepers = people_with_role(RoleGrant.Role.SI_ADMIN, None, clock.local_day(now))
    recipients = [Recipient(one.key, one.email, one.language) for one in keepers]
    messages.tell(recipients, "firm_registered", {"firm": firm.name}, link=reverse("firm_check", args=[number]), at=now)
