"""Delivering a tender: it is encrypted to the competition's key before anything reaches the database, and counts when
the database has it, by the database's clock."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders import content, draft_rows, drafts, sealing
from fellestorg.competitions.tenders.content import Form
from fellestorg.competitions.tenders.models import Opening, Tender, TenderWithdrawal
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Refused

_LATE = "tender_before_the_deadline"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A tender that counts, and the code that opens the supplier's draft again. The code is shown once."""

    tender: Tender
    code: str


def submit(
    competition: Competition,
    supplier: Organisation,
    form: Form,
    declaration: Mapping[str, Any],
    *,
    person: Person,
    now: datetime,
) -> Delivered:
    """Deliver what the draft says. Replaces an earlier tender of the same supplier.

    Raises BadInput with everything that is missing or wrong, and Refused where the supplier may not tender or the
    deadline has passed by the database's clock when the row is written.
    """
    try:
        with transaction.atomic():
            return _submit(competition, supplier, form, declaration, person, now)
    except IntegrityError as error:
        _refuse_if_late(error)
        raise


def withdraw(competition: Competition, supplier: Organisation, *, person: Person, now: datetime) -> Tender:
    """Take the standing tender back. Refused after the deadline, or where none stands."""
    try:
        with transaction.atomic():
            draft_rows.hold(competition)
            drafts.find(competition, supplier, lock=True)
            tender = standing(competition, supplier)
            if tender is None:
                raise Refused("no_tender", _("Det er ikke levert noe tilbud."))
            row = TenderWithdrawal(tender=tender, competition=competition, by=person, received_at=now)
            row.save(force_insert=True)
            row.refresh_from_db(fields=["received_at"])
            _record("tender_withdrawn", competition, tender, row.received_at, row)
            _tell("tender_withdrawn", competition, tender, person, row.received_at)
            return tender
    except IntegrityError as error:
        _refuse_if_late(error)
        raise


def standing(competition: Competition, supplier: Organisation) -> Tender | None:
    """The supplier's tender that counts in this round: the newest, unless it is withdrawn."""
    rows = Tender.objects.filter(competition=competition, supplier=supplier, round=round_of(competition))
    newest = rows.defer("quality", "price").select_related("withdrawal").order_by("-version").first()
    return newest if newest is not None and not hasattr(newest, "withdrawal") else None


def round_of(competition: Competition) -> int:
    """Which round of tenders this is: revised tenders come after an opening."""
    return Opening.objects.filter(competition=competition).count() + 1


def to_the_second(at: datetime) -> str:
    """An instant as a receipt shows it, on the clock of Norway."""
    return at.astimezone(clock.OSLO).strftime("%d.%m.%Y %H:%M:%S")


def _submit(
    competition: Competition,
    supplier: Organisation,
    form: Form,
    declaration: Mapping[str, Any],
    person: Person,
    now: datetime,
) -> Delivered:
    held = draft_rows.hold_with_draft(competition, supplier)
    drafts.require_open(competition, supplier, now)
    if held is None or held[0].locked:
        raise Refused("no_draft", _("Det er ingen kladd å levere."))
    row, recipient, number = held
    if not recipient:
        raise Refused("no_lock", _("Konkurransen kan ikke ta imot tilbud ennå: den mangler nøkkel."))
    draft, files = drafts.read(row), drafts.files_of(row)
    BadInput.raise_if(content.problems(form, draft, files))
    parts = content.seal_parts(form, draft, files, supplier.number, declaration)
    tender = Tender(
        competition=competition,
        supplier=supplier,
        round=number,
        receipt=_receipt(),
        sha256=parts.sha256,
        quality=sealing.seal_packed(parts.quality, recipient),
        price=sealing.seal(parts.price, recipient),
        files=[one.id for one in files],
        received_at=now,
        submitted_by=person,
    )
    code = drafts.lock_away(row, files)
    draft_rows.receive(tender, row)
    _tell("tender_received", competition, tender, person, tender.received_at)
    # Last, and as briefly as can be: others wait for the stream.
    _record("tender_received", competition, tender, tender.received_at, tender)
    return Delivered(tender, code)


def _receipt() -> str:
    drawn = secrets.token_hex(6).upper()
    return f"T-{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


def _record(verb: str, competition: Competition, tender: Tender, at: datetime, row: Any) -> None:
    # The log is read by the buyer's people too: before the opening it must not say who has tendered. The row that the
    # event covers says so, to whoever checks afterwards.
    nobody = Actor(f"tenderer:{tender.receipt}", "Leverandør")
    payload = {"receipt": tender.receipt, "sha256": tender.sha256, "round": tender.round}
    events.record(Happening(competition.stream, verb, competition.subject, nobody, at, payload, (row,)))


def _tell(code: str, competition: Competition, tender: Tender, person: Person, at: datetime) -> None:
    facts = {
        "title": competition.title,
        "number": competition.number,
        "receipt": tender.receipt,
        "sha256": tender.sha256,
        "at": to_the_second(at),
    }
    link = f"/konkurranser/{competition.number}/tilbud/kvittering/{tender.receipt}"
    messages.tell([Recipient(person.key, person.email, person.language)], code, facts, link=link, at=at)


def _refuse_if_late(error: IntegrityError) -> None:
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None and diagnosis.constraint_name == _LATE:
        raise Refused("deadline_passed", _("Tilbudsfristen har gått ut. Tilbudet er ikke tatt imot.")) from None
