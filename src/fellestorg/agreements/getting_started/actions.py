"""The verbs of getting started. A supplier answers what it was sent: whatever is changed has to be sent again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from fellestorg.agreements.getting_started import notices
from fellestorg.agreements.getting_started.policy import may_answer, may_fill_in
from fellestorg.agreements.getting_started.queries import suppliers_of
from fellestorg.agreements.getting_started.reading import OwnPart, SupplierPart
from fellestorg.agreements.getting_started.words import REFUSALS
from fellestorg.agreements.models import (
    AgencySetup,
    FrameworkAgreement,
    Participation,
    ShopAccess,
    SupplierSetup,
)
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Decision, Refused

S = SupplierSetup.State
_SHORTEST_QUESTION = 3


def save_own(
    agreement: FrameworkAgreement, agency: Organisation, part: OwnPart, *, actor: Actor, person: Person, now: datetime
) -> AgencySetup:
    """Keep the agency's own part. Suppliers that were sent another one must be sent this one.

    Raises Refused where the actor is not the agency's local agreement manager, or the agency is not in the agreement.
    """
    _require(may_fill_in(actor, agency.number))
    day = clock.local_day(now)
    member = Participation.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), agreement=agreement)
    if not member.filter(organisation=agency).exists():
        _require(Decision("refused", "not_in_agreement"))
    with transaction.atomic():
        # The agreement's row puts two first savings of the same agency in order.
        FrameworkAgreement.objects.select_for_update().get(pk=agreement.pk)
        setup = AgencySetup.objects.select_for_update().filter(agreement=agreement, organisation=agency).first()
        setup = setup or AgencySetup(agreement=agreement, organisation=agency, saved_at=now)
        wanted = asdict(part)
        changed = sorted(name for name, value in wanted.items() if getattr(setup, name) != value)
        if setup.pk and not changed:
            return setup
        for name, value in wanted.items():
            setattr(setup, name, value)
        setup.saved_by, setup.saved_at = person, now
        setup.save()
        SupplierSetup.objects.filter(setup=setup).exclude(state=S.DRAFT).update(state=S.DRAFT)
        _record(setup, "agency_setup_saved", actor, now, {"changed": changed})
    return setup


def send(
    setup: AgencySetup, supplier: Organisation, part: SupplierPart, *, actor: Actor, person: Person, now: datetime
) -> SupplierSetup:
    """Send the agency's part, with what this supplier alone is told, to one of the agreement's suppliers.

    Raises Refused where the actor is not the local agreement manager, or the supplier has no place in the agreement.
    """
    _require(may_fill_in(actor, setup.organisation.number))
    if supplier not in suppliers_of(setup.agreement, clock.local_day(now)):
        _require(Decision("refused", "not_a_supplier_here"))
    with transaction.atomic():
        AgencySetup.objects.select_for_update().get(pk=setup.pk)
        found, _new = SupplierSetup.objects.select_for_update().get_or_create(setup=setup, supplier=supplier)
        found.customer_number, found.note = part.customer_number, part.note
        found.state, found.revision, found.sent_at = S.SENT, found.revision + 1, now
        found.answered_at, found.answered_by, found.question = None, None, ""
        found.save()
        found.access.exclude(email__in=[email for _name, email in part.people]).delete()
        for name, email in part.people:
            ShopAccess.objects.update_or_create(supplier_setup=found, email=email, defaults={"name": name})
        _record(setup, "agency_setup_sent", actor, now, {"supplier": supplier.number, "revision": found.revision})
        notices.sent(found, at=now)
    return found


def confirm(
    part: SupplierSetup,
    revision: int,
    customer_number: str,
    granted: Collection[int],
    *,
    actor: Actor,
    person: Person,
    now: datetime,
) -> SupplierSetup:
    """The supplier says that everything is in place: the customer number, and which people (ids) may use its shop.

    Raises BadInput without a customer number, and Refused where it was changed or sent anew since the supplier read it.
    """
    number = " ".join(customer_number.replace("\x00", "").split())
    if not 1 <= len(number) <= 60:
        raise BadInput.of("customer_number", "missing", "expected a customer number of 1 to 60 characters")
    with transaction.atomic():
        part = _answering(part, revision, actor)
        part.customer_number, part.state, part.question = number, S.CONFIRMED, ""
        part.answered_at, part.answered_by = now, person
        part.save()
        part.access.filter(pk__in=granted, granted_at=None).update(granted_at=now)
        part.access.exclude(pk__in=granted).update(granted_at=None)
        waiting = part.access.filter(granted_at=None).count()
        told = {"supplier": part.supplier.number, "customer_number": number, "without_access": waiting}
        _record(part.setup, "agency_setup_confirmed", actor, now, told)
        notices.answered(part, at=now)
    return part


def ask_back(
    part: SupplierSetup, revision: int, question: str, *, actor: Actor, person: Person, now: datetime
) -> SupplierSetup:
    """The supplier needs to know more. Raises BadInput without a question, and Refused as :func:`confirm` does."""
    question = question.replace("\x00", "").strip()[:2000]
    if len(question) < _SHORTEST_QUESTION:
        raise BadInput.of("question", "missing", "expected a question of at least three letters")
    with transaction.atomic():
        part = _answering(part, revision, actor)
        part.state, part.question = S.ASKED_BACK, question
        part.answered_at, part.answered_by = now, person
        part.save()
        told = {"supplier": part.supplier.number, "reason": question}
        _record(part.setup, "agency_setup_asked_back", actor, now, told)
        notices.answered(part, at=now)
    return part


def _answering(part: SupplierSetup, revision: int, actor: Actor) -> SupplierSetup:
    AgencySetup.objects.select_for_update().get(pk=part.setup_id)
    found = SupplierSetup.objects.select_for_update(of=("self",)).select_related(
        "supplier", "setup__organisation", "setup__agreement"
    )
    fresh = found.get(pk=part.pk)
    _require(may_answer(actor, fresh))
    if fresh.revision != revision:
        _require(Decision("refused", "changed_meanwhile"))
    return fresh


def _record(setup: AgencySetup, verb: str, actor: Actor, at: datetime, payload: dict[str, Any]) -> None:
    told = {"agreement": setup.agreement.key, "agency": setup.organisation.number, **payload}
    events.record(Happening(setup.subject, verb, setup.subject, actor, at, told))


def _require(decision: Decision) -> None:
    if not decision.allowed:
        raise Refused(decision.reason, str(REFUSALS[decision.reason]))
