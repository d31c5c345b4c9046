"""Who acts for a firm: colleagues invited, requests to join, roles changed and ended. There is always an administrator."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import SYSTEM, Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.marketplace.firms.grants import give_supplier_role, take_supplier_role
from fellestorg.marketplace.firms.models import Firm, FirmInvitation, FirmMember, JoinRequest
from fellestorg.marketplace.firms.policy import may_decide_join, may_manage_members
from fellestorg.marketplace.firms.registering import standing
from fellestorg.organisations.actions import grant_role
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import people_with_role
from fellestorg.values import BadInput, Refused

_LASTS = timedelta(days=7)
MOST_OPEN = 20
"""How many open invitations a firm may have, so that nobody sends mail to the world through us."""


@transaction.atomic
def invite(firm: Firm, email: str, role: str, *, person: Person, actor: Actor, now: datetime) -> FirmInvitation:
    """Send a colleague a link that lets her act for the firm, once and within a week. An older one to her is worth nothing.

    Raises BadInput for an address or a role that is none, Refused for others than administrators and past the limit.
    """
    row = _locked(firm, actor)
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput.of("email", "not_an_email", _("dette er ikke en e-postadresse")) from None
    if role not in FirmMember.Role.values:
        raise BadInput.of("role", "unknown_role", _("ukjent rolle"))
    open_ones = FirmInvitation.objects.filter(firm=row, closed_at=None, expires_at__gt=now)
    open_ones.filter(email__iexact=email).update(closed_at=now, email="")
    if open_ones.count() >= MOST_OPEN:
        raise Refused("too_many", _("Firmaet har mange åpne invitasjoner. Trekk noen tilbake først."))
    token = secrets.token_urlsafe(32)
    made = FirmInvitation.objects.create(
        firm=row,
        email=email,
        role=role,
        digest=_digest(token),
        invited_by=person,
        made_at=now,
        expires_at=now + _LASTS,
    )
    recipient = Recipient("", email, person.language)
    link = reverse("firm_invitation", args=[token])
    messages.send_sealed(recipient, "firm_invitation", {"firm": row.name, "name": person.name}, link=link, at=now)
    _record(row, "firm_colleague_invited", actor, now, {"role": role})
    return made


def open_invitation(token: str, now: datetime) -> FirmInvitation | None:
    """The invitation behind a link, if it may still be accepted."""
    alive = Q(closed_at=None, expires_at__gt=now) & ~Q(firm__state=Firm.State.WITHDRAWN)
    rows = FirmInvitation.objects.select_related("firm__organisation")
    return rows.filter(alive, digest=_digest(token)).first()


@transaction.atomic
def accept(invitation: FirmInvitation, *, person: Person, actor: Actor, now: datetime) -> FirmMember:
    """Act for the firm from now on. Refused where the link is used or she is in already."""
    closed = {"closed_at": now, "accepted_by": person, "email": ""}
    if not FirmInvitation.objects.filter(pk=invitation.pk, closed_at=None, expires_at__gt=now).update(**closed):
        raise Refused("link_used", _("Lenka er brukt eller for gammel."))
    return _add(invitation.firm, person, invitation.role, actor, now)


@transaction.atomic
def ask_to_join(number: str, text: str, *, person: Person, actor: Actor, now: datetime) -> JoinRequest:
    """Ask those who act for an organisation, or SI where nobody verified does, to be let in.

    Raises Refused where nobody acts for it, and where she is in or has asked already.
    """
    if standing(number, person, clock.local_day(now)) != "held":
        raise Refused("nobody_to_ask", _("Ingen andre representerer dette firmaet. Du kan registrere det."))
    organisation = Organisation.objects.select_for_update().get(number=number)
    made, is_new = JoinRequest.objects.get_or_create(
        organisation=organisation,
        person=person,
        state=JoinRequest.State.WAITING,
        defaults={"text": text.strip()[:2000], "made_at": now},
    )
    if not is_new:
        raise Refused("asked_already", _("Du har alt bedt om å få bli med. Firmaet eller SI svarer."))
    subject = f"firm:{number}"
    events.record(Happening(subject, "firm_join_asked", subject, actor, now, {"person": person.username}))
    facts = {"firm": organisation.name, "name": person.name}
    messages.tell(_deciders(organisation, now), "firm_join_asked", facts, link=reverse("firm_joining"), at=now)
    return made


@transaction.atomic
def decide_join(
    asked: JoinRequest, accepted: bool, role: str = FirmMember.Role.EDITOR, *, actor: Actor, now: datetime
) -> JoinRequest:
    """Let somebody in, or not. A verified firm's administrators decide, or whoever holds the supplier's role; SI always.

    Where the organisation has no firm here, she who is let in gets the supplier's role and can register it.
    """
    row = JoinRequest.objects.select_for_update(of=("self",)).select_related("organisation", "person").get(pk=asked.pk)
    if not may_decide_join(actor, row).allowed:
        raise Refused("not_decider", _("Bare firmaets administratorer eller SI kan avgjøre dette."))
    if row.state != JoinRequest.State.WAITING:
        raise Refused("decided_already", _("Dette er alt avgjort."))
    if accepted and role not in FirmMember.Role.values:
        raise BadInput.of("role", "unknown_role", _("ukjent rolle"))
    row.state = JoinRequest.State.ACCEPTED if accepted else JoinRequest.State.REFUSED
    row.decided_by, row.decided_at = actor.name, now
    row.save(update_fields=["state", "decided_by", "decided_at"])
    firm = Firm.objects.filter(organisation=row.organisation).exclude(state=Firm.State.WITHDRAWN).first()
    if accepted and firm is not None:
        _add(firm, row.person, role, actor, now)
    elif accepted:
        day = clock.local_day(now)
        grant_role(row.person, row.organisation, RoleGrant.Role.SUPPLIER, day, actor=SYSTEM, now=now)
    subject = f"firm:{row.organisation.number}"
    told = {"person": row.person.username, "accepted": accepted}
    events.record(Happening(subject, "firm_join_decided", subject, actor, now, told))
    code = "firm_join_accepted" if accepted else "firm_join_refused"
    recipient = Recipient(row.person.key, row.person.email, row.person.language)
    messages.tell([recipient], code, {"firm": row.organisation.name}, link=reverse("firms"), at=now)
    return row


@transaction.atomic
def change_role(member: FirmMember, role: str, *, actor: Actor, now: datetime) -> FirmMember:
    """Give a colleague another role. The last administrator stays one."""
    _locked(member.firm, actor)
    row = _current(member)
    if role not in FirmMember.Role.values:
        raise BadInput.of("role", "unknown_role", _("ukjent rolle"))
    if role != FirmMember.Role.ADMINISTRATOR:
        _keep_an_administrator(row)
        take_supplier_role(row, now)
    row.role = role
    row.save(update_fields=["role"])
    if row.firm.state == Firm.State.VERIFIED:
        give_supplier_role(row, now)
    _record(row.firm, "firm_role_changed", actor, now, {"person": row.person.username, "role": role})
    return row


@transaction.atomic
def remove(member: FirmMember, *, actor: Actor, now: datetime) -> FirmMember:
    """Let a colleague act no more; anybody may leave herself. The last administrator stays."""
    own = actor.key == member.person.key
    _locked(member.firm, actor, own=own)
    row = _current(member)
    _keep_an_administrator(row)
    take_supplier_role(row, now)
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    _record(row.firm, "firm_colleague_removed", actor, now, {"person": row.person.username})
    return row


def _add(firm: Firm, person: Person, role: str, actor: Actor, now: datetime) -> FirmMember:
    row = Firm.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=firm.pk)
    if FirmMember.objects.filter(firm=row, person=person, ended_at=None).exists():
        raise Refused("member_already", _("Du er alt med i dette firmaet."))
    made = FirmMember.objects.create(firm=row, person=person, role=role, started_at=now)
    if row.state == Firm.State.VERIFIED:
        give_supplier_role(made, now)
    _record(row, "firm_colleague_joined", actor, now, {"person": person.username, "role": role})
    return made


def _locked(firm: Firm, actor: Actor, *, own: bool = False) -> Firm:
    # The firm's row puts changes of its people in order, so that two cannot remove each other at once.
    row = Firm.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=firm.pk)
    if not own and not may_manage_members(actor, row).allowed:
        raise Refused("not_administrator", _("Bare firmaets administratorer kan gjøre dette."))
    return row


def _current(member: FirmMember) -> FirmMember:
    row = FirmMember.objects.select_related("firm__organisation", "person", "grant").get(pk=member.pk)
    if row.ended_at is not None:
        raise Refused("ended_already", _("Personen er ikke lenger med i firmaet."))
    return row


def _keep_an_administrator(row: FirmMember) -> None:
    if row.role != FirmMember.Role.ADMINISTRATOR:
        return
    others = FirmMember.objects.filter(firm=row.firm, role=FirmMember.Role.ADMINISTRATOR, ended_at=None)
    if not others.exclude(pk=row.pk).exists():
        raise Refused("last_administrator", _("Firmaet må ha minst én administrator. Gi rollen til en annen først."))


def _deciders(organisation: Organisation, now: datetime) -> list[Recipient]:
    day = clock.local_day(now)
    firm = Firm.objects.filter(organisation=organisation, state=Firm.State.VERIFIED).first()
    people = list(people_with_role(RoleGrant.Role.SI_ADMIN, None, day))
    if firm is not None:
        administrators = firm.members.filter(ended_at=None, role=FirmMember.Role.ADMINISTRATOR)
        people = [one.person for one in administrators.select_related("person")]
    elif not Firm.objects.filter(organisation=organisation).exists():
        people += people_with_role(RoleGrant.Role.SUPPLIER, organisation, day)
    return [Recipient(one.key, one.email, one.language) for one in people]


def _record(firm: Firm, verb: str, actor: Actor, now: datetime, told: dict[str, object]) -> None:
    subject = f"firm:{firm.organisation.number}"
    events.record(Happening(subject, verb, subject, actor, now, told))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
