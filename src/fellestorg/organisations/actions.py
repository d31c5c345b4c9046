"""The verbs of people and roles. Each is one transaction with its event in it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.policy import may_administer, may_set_deputy
from fellestorg.organisations.queries import current_grants
from fellestorg.values import BadInput, Decision, Problem, Refused, kroner

_WITH_AUTHORITY = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER)


def grant_role(
    person: Person,
    organisation: Organisation,
    role: str,
    valid_from: date,
    valid_to: date | None = None,
    *,
    budget_limit: Decimal | None = None,
    actor: Actor,
    now: datetime,
) -> RoleGrant:
    """Give somebody a role in an organisation from a day to a day (both included; ``None``: until it is taken away).

    ``budget_limit`` is kroner without VAT, for buyers and approvers; ``None`` is no limit of its own. Raises BadInput
    for what cannot be, Refused for whoever may not and where the person holds the role already.
    """
    _require(may_administer(actor))
    problems = []
    if role not in RoleGrant.Role.values:
        problems.append(Problem("role", "unknown_role", _("ukjent rolle")))
    if valid_to is not None and valid_to < valid_from:
        problems.append(Problem("valid_to", "before_start", _("siste dag kan ikke være før første")))
    if budget_limit is not None and (budget_limit < 0 or role not in _WITH_AUTHORITY):
        problems.append(Problem("budget_limit", "no_authority", _("bare innkjøper og godkjenner har en beløpsgrense")))
    if (role == RoleGrant.Role.SUPPLIER) != (organisation.kind == Organisation.Kind.SUPPLIER):
        problems.append(Problem("role", "wrong_kind", _("rollen passer ikke til denne virksomheten")))
    BadInput.raise_if(problems)
    grant = RoleGrant(
        person=person,
        organisation=organisation,
        role=role,
        budget_limit=budget_limit,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    return _save(grant, "role_granted", actor, now)


@transaction.atomic
def revoke_role(grant: RoleGrant, *, actor: Actor, now: datetime) -> RoleGrant:
    """Take a role away from today on. What was done with it stands. Refused where it has ended already."""
    _require(may_administer(actor))
    grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("person", "organisation").get(pk=grant.pk)
    today = clock.local_day(now)
    if grant.valid_to is not None and grant.valid_to < today:
        raise Refused("role_ended", _("Rollen er alt avsluttet."))
    last = today - timedelta(days=1)
    payload = _told(grant)
    if last < grant.valid_from:
        # It never came into force, or only today; the event keeps that it was given.
        grant.delete()
    else:
        grant.valid_to = last
        grant.save(update_fields=["valid_to"])
    _record(grant, "role_revoked", actor, now, payload)
    return grant


def set_deputy(
    principal: Person,
    organisation: Organisation,
    deputy: Person,
    valid_from: date,
    valid_to: date,
    *,
    actor: Actor,
    now: datetime,
) -> RoleGrant:
    """Let another person of the organisation approve in an approver's place for a period, with the same authority.

    Raises BadInput where the period is wrong or the deputy is no other person of the organisation, Refused where the
    principal is no approver there or the deputy approves there already in that time.
    """
    _require(may_set_deputy(actor, principal, organisation))
    today = clock.local_day(now)
    own = current_grants(today).filter(
        person=principal, organisation=organisation, role=RoleGrant.Role.APPROVER, deputy_for=None
    )
    authority = own.first()
    if authority is None:
        raise Refused("not_approver", _("Bare en godkjenner kan ha vikar."))
    problems = []
    if valid_to < valid_from:
        problems.append(Problem("valid_to", "before_start", _("siste dag kan ikke være før første")))
    if valid_from < today:
        problems.append(Problem("valid_from", "passed", _("perioden kan ikke begynne på en dag som har vært")))
    if deputy.pk == principal.pk or not current_grants(today).filter(person=deputy, organisation=organisation).exists():
        problems.append(Problem("deputy", "not_in_organisation", _("velg en annen person i virksomheten")))
    BadInput.raise_if(problems)
    grant = RoleGrant(
        person=deputy,
        organisation=organisation,
        role=RoleGrant.Role.APPROVER,
        budget_limit=authority.budget_limit,
        deputy_for=principal,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    return _save(grant, "deputy_set", actor, now)


@transaction.atomic
def set_language(person: Person, language: str, *, actor: Actor, now: datetime) -> Person:
    """Choose the language of a person's pages and e-mails: nb, nn or en. Only for oneself."""
    if actor.key != person.key:
        raise Refused("not_yourself", _("Du kan bare endre ditt eget språk."))
    if language not in LANGUAGES:
        raise BadInput.of("language", "unknown_language", _("velg bokmål, nynorsk eller engelsk"))
    person.language = language
    person.save(update_fields=["language"])
    subject = f"person:{person.pk}"
    events.record(Happening(subject, "language_chosen", subject, actor, now, {"language": language}))
    return person


def _save(grant: RoleGrant, verb: str, actor: Actor, now: datetime) -> RoleGrant:
    try:
        with transaction.atomic():
            grant.save(force_insert=True)
            _record(grant, verb, actor, now, _told(grant))
    except IntegrityError:
        raise Refused("role_held", _("Personen har alt denne rollen i virksomheten i perioden.")) from None
    return grant


def _told(grant: RoleGrant) -> dict[str, str | None]:
    return {
        "person": grant.person.username,
        "organisation": grant.organisation.number,
        "role": grant.role,
        "budget_limit": None if grant.budget_limit is None else kroner(grant.budget_limit),
        "deputy_for": grant.deputy_for.username if grant.deputy_for else None,
        "from": grant.valid_from.isoformat(),
        "to": grant.valid_to.isoformat() if grant.valid_to else None,
    }


def _record(grant: RoleGrant, verb: str, actor: Actor, now: datetime, payload: dict[str, str | None]) -> None:
    subject = f"organisation:{grant.organisation.number}"
    events.record(Happening(subject, verb, subject, actor, now, payload))


def _require(decision: Decision) -> None:
    if not decision.allowed:
        raise Refused(decision.reason, _("Du har ikke en rolle som kan gjøre dette."))
