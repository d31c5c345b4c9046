"""What SI decides about a firm: that it is verified, refused, taken down or let back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.kernel import events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.marketplace.firms.grants import settle_roles
from fellestorg.marketplace.firms.models import Firm, FirmMember, FirmStep, Registration
from fellestorg.marketplace.firms.policy import acts_for, keeps
from fellestorg.marketplace.firms.terms import reasons
from fellestorg.organisations.models import Organisation
from fellestorg.organisations.registry.looking import look_up
from fellestorg.organisations.rules import NORWAY
from fellestorg.values import BadInput, Problem, Refused

_SHORTEST = 10
OFFICE = "SI"
"""Who decided, as the firm and the public see it: the office, never a person's name. The event log has the person."""


def verify(firm: Firm, note: str = "", *, actor: Actor, now: datetime) -> Firm:
    """Find that the firm is on its register and that whoever registered it may represent it. It is public from now on, and
    its administrators act as the supplier.

    The register is asked anew. Raises Refused where it says that the firm does not trade, and outside SI; BadInput where
    the register was never asked and no ``note`` says how it was checked.
    """
    number = firm.organisation.number
    answer = look_up(number, now) if firm.organisation.country == NORWAY else None
    with transaction.atomic():
        row = _locked(firm, actor, (Firm.State.PENDING,))
        if answer is not None and answer.asked and (answer.unit is None or not answer.unit.trades):
            raise Refused("not_trading", _("Enhetsregisteret sier nå at firmaet ikke finnes eller ikke driver."))
        if (answer is None or not answer.asked) and len(note.strip()) < _SHORTEST:
            raise BadInput.of("text", "missing", _("skriv hvordan firmaet er kontrollert, på minst ti tegn"))
        row.state, row.verified_at = Firm.State.VERIFIED, now
        row.save(update_fields=["state", "verified_at"])
        Organisation.objects.filter(pk=row.organisation_id).update(listed=True)
        settle_roles(row, now)
        _tell(row, "verified", "", note, actor, now)
    return row


def refuse(firm: Firm, reason: str, text: str, *, actor: Actor, now: datetime) -> Firm:
    """Refuse a registration, for a reason of the list and in words. The firm's own people may register anew."""
    return _decide(firm, "refuse", Firm.State.REFUSED, (Firm.State.PENDING,), reason, text, actor, now)


def take_down(firm: Firm, reason: str, text: str, *, actor: Actor, now: datetime) -> Firm:
    """Take a verified firm, and all it shows, off the public pages at once."""
    return _decide(firm, "take_down", Firm.State.TAKEN_DOWN, (Firm.State.VERIFIED,), reason, text, actor, now)


@transaction.atomic
def let_back(firm: Firm, text: str, *, actor: Actor, now: datetime) -> Firm:
    """Let a firm that was taken down be shown again, and say why."""
    row = _locked(firm, actor, (Firm.State.TAKEN_DOWN,))
    if len(text.strip()) < _SHORTEST:
        raise BadInput.of("text", "missing", _("begrunn det med minst ti tegn"))
    row.state = Firm.State.VERIFIED
    row.save(update_fields=["state"])
    _tell(row, "let_back", "", text, actor, now)
    return row


@transaction.atomic
def _decide(
    firm: Firm, key: str, state: str, sources: Sequence[str], reason: str, text: str, actor: Actor, now: datetime
) -> Firm:
    row = _locked(firm, actor, sources)
    known = reasons().get(reason)
    problems = []
    if known is None or key not in known.decisions:
        problems.append(Problem("reason", "unknown_reason", _("velg en grunn fra lista")))
    if len(text.strip()) < _SHORTEST:
        problems.append(Problem("text", "missing", _("begrunn det med minst ti tegn")))
    BadInput.raise_if(problems)
    row.state = state
    row.save(update_fields=["state"])
    settle_roles(row, now)
    _tell(row, {"refuse": "refused", "take_down": "taken_down"}[key], reason, text, actor, now)
    return row


def _locked(firm: Firm, actor: Actor, sources: Sequence[str]) -> Firm:
    if not keeps(actor).allowed:
        raise Refused("not_si", _("Bare Statens innkjøpssenter kan avgjøre dette."))
    row = Firm.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=firm.pk)
    if acts_for(actor, row).allowed:
        raise Refused("own_case", _("Du er selv med i firmaet, så en annen må avgjøre dette."))
    if row.state not in sources:
        raise Refused("not_from_here", _("Firmaet er ikke lenger i den tilstanden. Last siden på nytt."))
    return row


def _tell(firm: Firm, verb: str, reason: str, text: str, actor: Actor, now: datetime) -> None:
    number = firm.organisation.number
    subject = f"firm:{number}"
    FirmStep.objects.create(firm=firm, verb=verb, reason=reason, text=text.strip(), by=OFFICE, at=now)
    told = {"name": firm.name, "reason": reason, "text": text.strip()}
    events.record(Happening(subject, f"firm_{verb}", subject, actor, now, told))
    why = dict(reasons()[reason].texts) if reason else ""
    people = FirmMember.objects.filter(firm=firm, ended_at=None).select_related("person")
    recipients = [Recipient(one.person.key, one.person.email, one.person.language) for one in people]
    facts = {"firm": firm.name, "why": why, "text": text.strip()}
    messages.tell(recipients, f"firm_{verb}", facts, link=reverse("firm", args=[number]), at=now)


def latest_registration(firm: Firm) -> Registration | None:
    """The registration that is to be checked."""
    return firm.registrations.select_related("person").first()
