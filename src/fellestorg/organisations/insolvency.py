"""A supplier that has gone bankrupt: recorded once, with date and source, and carried out everywhere in one transaction.

This room knows no positions and no call-offs. Rooms above register what follows; each gives its events back, so that all
streams are locked at once and in order.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Insolvency, Organisation
from fellestorg.organisations.policy import may_record_insolvency
from fellestorg.values import BadInput, Problem, Refused

_SHORTEST = 5
_SHORTEST_REASON = 10
# What follows from an insolvency, in the same transaction: it gives the events that tell of it.
Consequence = Callable[[Insolvency, Actor, datetime], list[Happening]]
_consequences: list[Consequence] = []


def register_consequence(consequence: Consequence) -> None:
    """Add what a room does when a supplier is insolvent. Called when the room is ready."""
    if consequence not in _consequences:
        _consequences.append(consequence)


def record_insolvency(supplier: Organisation, since: date, source: str, *, actor: Actor, now: datetime) -> Insolvency:
    """Record that a supplier is insolvent since a day, and where that is announced; and do all that follows.

    Raises Refused for those outside SI and where it is recorded already, BadInput with every problem.
    """
    _require(actor)
    problems = []
    if supplier.kind != Organisation.Kind.SUPPLIER:
        problems.append(Problem("", "not_a_supplier", _("bare leverandører kan registreres som konkurs")))
    if since > clock.local_day(now):
        problems.append(Problem("since", "not_yet", _("dagen kan ikke være etter i dag")))
    if len(source.strip()) < _SHORTEST:
        problems.append(Problem("source", "missing", _("oppgi hvor konkursen er kunngjort")))
    BadInput.raise_if(problems)
    try:
        with transaction.atomic():
            row = Insolvency.objects.create(
                organisation=supplier,
                since=since,
                source=source.strip()[:300],
                recorded_by=actor.name,
                recorded_at=now,
            )
            happenings = [one for consequence in _consequences for one in consequence(row, actor, now)]
            subject = f"organisation:{supplier.number}"
            told = {
                "since": since.isoformat(),
                "source": row.source,
                "suspended": sorted({one.stream for one in happenings}),
            }
            events.record(Happening(subject, "insolvency_recorded", subject, actor, now, told), *happenings)
    except IntegrityError:
        raise Refused("recorded_already", _("Leverandøren er alt registrert som konkurs.")) from None
    return row


@transaction.atomic
def withdraw_insolvency(row: Insolvency, reason: str, *, actor: Actor, now: datetime) -> Insolvency:
    """Take back what was recorded wrongly, with a reason. Suspensions stand until they are lifted, lot by lot.

    Raises Refused for those outside SI and where it is taken back already, BadInput without a reason.
    """
    _require(actor)
    row = Insolvency.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=row.pk)
    if row.withdrawn_at is not None:
        raise Refused("withdrawn_already", _("Registreringen er alt tatt tilbake."))
    if len(reason.strip()) < _SHORTEST_REASON:
        raise BadInput.of("reason", "missing", _("oppgi en grunn på minst ti tegn"))
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_reason = actor.name, now, reason.strip()
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    subject = f"organisation:{row.organisation.number}"
    events.record(Happening(subject, "insolvency_withdrawn", subject, actor, now, {"reason": row.withdrawn_reason}))
    return row


def insolvency_of(number: str) -> Insolvency | None:
    """The insolvency that stands for an organisation, or None."""
    rows = Insolvency.objects.select_related("organisation")
    return rows.filter(organisation__number=number, withdrawn_at=None).first()


def _require(actor: Actor) -> None:
    decision = may_record_insolvency(actor)
    if not decision.allowed:
        raise Refused(decision.reason, _("Bare Statens innkjøpssenter kan registrere en konkurs."))
