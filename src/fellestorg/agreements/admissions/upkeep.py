"""The verbs of declarations renewed on request (DPS-9): ask all who are admitted, or one; and the supplier's answer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.admissions.applying import people_of, reason_of, require_office
from fellestorg.agreements.admissions.queries import admissions_on
from fellestorg.agreements.models import DeclarationRequest, FrameworkAgreement, Lot
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.law.deadlines import compute_deadline
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.values import BadInput, Refused


@transaction.atomic
def ask_declarations(
    lot: Lot,
    reason: str,
    *,
    suppliers: Collection[str] | None = None,
    actor: Actor,
    person: Person,
    now: datetime,
) -> list[DeclarationRequest]:
    """Ask everybody who is admitted, or those whose numbers are given, for a renewed declaration; due in the working days
    of rule DPS-9. Whoever has one to answer already is not asked twice; the suspended are asked too, it is their way back.

    Raises Refused for those outside the owner's office, and where there is nobody to ask.
    """
    require_office(actor, lot.agreement)
    reason = reason_of(reason)
    day = clock.local_day(now)
    if lot.agreement.instrument != FrameworkAgreement.Instrument.DYNAMIC_PURCHASING_SYSTEM:
        raise Refused("not_dps", _("Bare leverandører i en dynamisk innkjøpsordning fornyer erklæringer."))
    Lot.objects.select_for_update(of=("self",), no_key=True).get(pk=lot.pk)
    admitted = admissions_on(lot, day, suspended=True)
    if suppliers is not None:
        admitted = admitted.filter(supplier__number__in=suppliers)
    waiting = DeclarationRequest.objects.filter(lot=lot, answered_at=None).values("supplier")
    asked = Organisation.objects.filter(pk__in=admitted.values("supplier")).exclude(pk__in=waiting).order_by("number")
    due = compute_deadline("dps_declaration", day, law_on=lot.agreement.ruleset_date).due
    rows = [
        DeclarationRequest(lot=lot, supplier=one, reason=reason, asked_at=now, asked_by=person, due=due)
        for one in asked
    ]
    if not rows:
        raise Refused(
            "nobody_to_ask", _("Ingen kan spørres: alle har en erklæring å svare på, eller ingen er tatt opp.")
        )
    DeclarationRequest.objects.bulk_create(rows)
    told = {"suppliers": [one.supplier.number for one in rows], "due": due.isoformat(), "reason": reason}
    events.record(Happening(f"lot:{lot}", "declarations_asked", f"lot:{lot}", actor, now, told))
    for row in rows:
        tell(people_of(row.supplier, now), "declaration_asked", row, now, reason=reason)
    return rows


@transaction.atomic
def answer_declaration(
    request: DeclarationRequest, *, declared: bool, changes: str, actor: Actor, person: Person, now: datetime
) -> DeclarationRequest:
    """The supplier declares anew that no ground for exclusion applies, or says what has changed. Also after the deadline:
    a late answer is the way back for whoever was suspended for want of it."""
    rows = DeclarationRequest.objects.select_for_update(of=("self",)).select_related("lot__agreement", "supplier")
    row = rows.get(pk=request.pk)
    if row.supplier.number not in actor.organisations(RoleGrant.Role.SUPPLIER):
        raise Refused("not_own_supplier", _("Bare leverandøren selv kan svare."))
    if row.answered_at is not None:
        raise Refused("answered_already", _("Dere har alt svart."))
    changes = changes.strip()
    if not declared and len(changes) < 20:
        text = _("Kryss av for erklæringen, eller skriv hva som har endret seg, med minst 20 tegn.")
        raise BadInput.of("changes", "too_short", text)
    row.answered_at, row.answered_from, row.declared, row.changes = now, person, declared, changes[:8000]
    row.save(update_fields=["answered_at", "answered_from", "declared", "changes"])
    late = clock.local_day(now) > row.due
    told = {"supplier": row.supplier.number, "request": row.pk, "declared": declared, "late": late}
    events.record(Happening(f"lot:{row.lot}", "declaration_answered", f"lot:{row.lot}", actor, now, told))
    manager = row.lot.agreement.manager
    code = "declaration_renewed" if declared else "declaration_not_given"
    tell([Recipient(manager.key, manager.email, manager.language)], code, row, now)
    return row


def tell(told: list[Recipient], code: str, row: DeclarationRequest, now: datetime, **facts: str) -> None:
    """Tell somebody about a request for a declaration."""
    params = {
        "supplier": row.supplier.name,
        "lot": {"nb": row.lot.title_nb, "nn": row.lot.title_nn, "en": row.lot.title_en},
        "due": row.due.strftime("%d.%m.%Y"),
        **facts,
    }
    messages.tell(told, code, params, link=f"/opptak/erklaringer/{row.pk}", at=now)
