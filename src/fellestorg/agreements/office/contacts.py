"""Whom to reach about an agreement, by role: typed for SI and suppliers, derived from roles for the agencies.

Everybody sees which function answers for what and how to reach it; the name that stands behind is for those signed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.guards import require_manager
from fellestorg.agreements.models import Contact, FrameworkAgreement, Participation, SupplierPosition
from fellestorg.agreements.office.markup import clean
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.organisations.queries import current_grants
from fellestorg.values import BadInput, Problem

ROLE_NAMES: Mapping[str, Promise] = {
    "agreement_manager": gettext_lazy("Avtaleforvalter"),
    "sales": gettext_lazy("Salg"),
    "orders": gettext_lazy("Bestillinger"),
    "support": gettext_lazy("Kundeservice"),
    "deviations": gettext_lazy("Avvik og reklamasjon"),
}
_ORDER = {role: place for place, role in enumerate(ROLE_NAMES)}


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact as a reader sees it; ``name`` is empty for the public."""

    id: int
    role: str
    role_name: str
    number: str
    organisation: str
    name: str
    email: str
    phone: str
    note: str


@dataclass(frozen=True, slots=True)
class LocalManager:
    """An agency's own agreement manager, as its roles say today."""

    number: str
    organisation: str
    name: str
    email: str


def contacts_of(agreement: FrameworkAgreement, *, names: bool) -> list[ContactView]:
    """The owner's contacts first, then each supplier's, by role."""
    rows = Contact.objects.filter(agreement=agreement).select_related("organisation")
    views = [
        ContactView(
            row.pk,
            row.role,
            str(ROLE_NAMES[row.role]),
            row.organisation.number,
            row.organisation.name,
            row.name if names else "",
            row.email,
            row.phone,
            row.note,
        )
        for row in rows
    ]
    owner = agreement.owner.number
    return sorted(views, key=lambda one: (one.number != owner, one.organisation, _ORDER[one.role], one.id))


def local_managers(agreement: FrameworkAgreement, day: date, *, text: str = "") -> list[LocalManager]:
    """The local agreement managers of those who take part on a day, by organisation."""
    valid = Q(valid_to=None) | Q(valid_to__gte=day)
    taking_part = Participation.objects.filter(valid, agreement=agreement, valid_from__lte=day)
    grants = current_grants(day).filter(
        role=RoleGrant.Role.LOCAL_AGREEMENT_MANAGER,
        organisation__in=taking_part.values("organisation"),
        person__active=True,
    )
    if text:
        grants = grants.filter(Q(organisation__name__icontains=text) | Q(organisation__number__startswith=text))
    rows = grants.select_related("organisation", "person").order_by("organisation__sort_name", "person__name")
    return [
        LocalManager(row.organisation.number, row.organisation.name, row.person.name, row.person.email) for row in rows
    ]


def bodies_of(agreement: FrameworkAgreement) -> list[Organisation]:
    """Those a contact may belong to: the owner and the suppliers."""
    suppliers = SupplierPosition.objects.filter(lot__agreement=agreement).values("supplier")
    rows = Organisation.objects.filter(Q(pk=agreement.owner_id) | Q(pk__in=suppliers))
    return sorted(rows.order_by("sort_name"), key=lambda one: one.pk != agreement.owner_id)


@transaction.atomic
def save_contact(
    agreement: FrameworkAgreement,
    given: Mapping[str, str],
    contact: Contact | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> Contact:
    """Add a contact, or change one. ``given`` has ``role``, ``organisation`` (its number), ``name``, ``email``, ``phone``
    and ``note``. Raises BadInput with every problem."""
    require_manager(actor, agreement)
    told = {name: " ".join(clean(given.get(name, "")).split()) for name in ("name", "email", "phone", "note")}
    bodies = {one.number: one for one in bodies_of(agreement)}
    body = bodies.get(given.get("organisation", ""))
    problems = []
    if given.get("role") not in ROLE_NAMES:
        problems.append(Problem("role", "unknown_role", _("velg en av rollene")))
    if body is None:
        problems.append(Problem("organisation", "unknown_body", _("velg eieren eller en av leverandørene")))
    if not told["name"]:
        problems.append(Problem("name", "missing", _("oppgi et navn eller en funksjon, for eksempel Kundesenter")))
    if not told["email"] and not told["phone"]:
        problems.append(Problem("email", "missing", _("oppgi e-post eller telefon")))
    if told["email"]:
        try:
            validate_email(told["email"])
        except ValidationError:
            problems.append(Problem("email", "not_an_address", _("dette er ikke en e-postadresse")))
    problems += [
        Problem(name, "too_long", _("høyst %(most)s tegn") % {"most": most})
        for name, most in (("name", 200), ("email", 254), ("phone", 30), ("note", 300))
        if len(told[name]) > most
    ]
    BadInput.raise_if(problems)
    assert body is not None
    row = contact or Contact(agreement=agreement)
    verb = "contact_changed" if row.pk else "contact_added"
    row.role, row.organisation = given["role"], body
    row.name, row.email, row.phone, row.note = told["name"], told["email"], told["phone"], told["note"]
    row.save()
    _record(agreement, verb, row, actor, now)
    return row


@transaction.atomic
def remove_contact(contact: Contact, *, actor: Actor, now: datetime) -> None:
    """Take a contact off the list."""
    require_manager(actor, contact.agreement)
    _record(contact.agreement, "contact_removed", contact, actor, now)
    contact.delete()


def _record(agreement: FrameworkAgreement, verb: str, row: Contact, actor: Actor, now: datetime) -> None:
    subject = f"agreement:{agreement.key}"
    # The name stays out of the log, which never forgets.
    payload = {"contact": row.pk, "role": row.role, "organisation": row.organisation.number}
    events.record(Happening(subject, verb, subject, actor, now, payload))
