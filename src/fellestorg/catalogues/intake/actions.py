"""The verbs of a price list's way in: sent, compared anew, accepted, rejected, sent back, withdrawn.

Four eyes: a supplier sends and SI decides. An agreement manager who has uploaded for a supplier may accept it herself:
the prices are the supplier's offer, and taking them in as they were offered is her task; the event log tells who did both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.catalogues.intake import notices, policy, store
from fellestorg.catalogues.intake.bulk import Beside
from fellestorg.catalogues.intake.current import current_prices
from fellestorg.catalogues.intake.faults import Faults
from fellestorg.catalogues.intake.taking import digest_of, lots_of, open_price_file, read, stage
from fellestorg.catalogues.models import PriceListSubmission, SubmittedLine
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.sheets import RowProblem
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Refused

State = PriceListSubmission.State


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending a price list: the ``submission``, or what is wrong (then nothing was kept)."""

    submission: PriceListSubmission | None
    read: int
    rejected: tuple[RowProblem, ...] = ()
    faults: int = 0


def submit(
    path: Path,
    agreement: FrameworkAgreement,
    lot: Lot | None,
    supplier: Organisation,
    *,
    actor: Actor,
    now: datetime,
    file_name: str,
    valid_from: date | None = None,
    replaces: bool = False,
) -> Sent:
    """Send in a price list for the agreement manager to decide. An earlier one for the same that still waits is withdrawn.

    Raises Refused where the actor neither is the supplier nor manages the agreement, BadInput for the file as a whole.
    """
    allowed = policy.may_submit(actor, agreement, supplier)
    if not allowed.allowed:
        raise Refused(allowed.reason, policy.refusal_text(allowed.reason))
    faults = Faults()
    with transaction.atomic():
        submission = received(
            path, agreement, lot, supplier, actor=actor, now=now, valid_from=valid_from, replaces=replaces,
            file_name=file_name, faults=faults,
        )  # fmt: skip
        if faults.count:
            transaction.set_rollback(True)
            return Sent(None, submission.read, faults.told, faults.count)
        submission.save()
        waiting = PriceListSubmission.objects.filter(
            agreement=agreement, lot=lot, supplier=supplier, state=State.PROPOSED
        )
        for earlier in waiting.exclude(pk=submission.pk):
            _decide(earlier, State.WITHDRAWN, _("Erstattet av en nyere prisliste."), actor, now)
        _record(submission, "price_list_sent", actor, now)
        notices.sent(submission, at=now)
    return Sent(submission, submission.read)


def accept(submission: PriceListSubmission, *, actor: Actor, now: datetime) -> PriceListSubmission:
    """Make a price list valid from its day, or from today where that has passed.

    Everything is compared with the prices as they are now, under lock: where they, or the day, are not those of the
    preview, Refused with ``stale_preview``; :func:`compare_anew` then makes a preview that is true.
    """
    with transaction.atomic():
        submission = _locked(submission)
        allowed = policy.may_accept(actor, submission)
        if not allowed.allowed:
            raise Refused(allowed.reason, policy.refusal_text(allowed.reason))
        today = clock.local_day(now)
        day = max(submission.valid_from, today)
        lots = lots_of(submission.agreement, submission.lot, submission.supplier, day)
        if current_prices(lots, submission.supplier, day, today).basis != submission.basis:
            text = _("Prisene er endret siden listen ble sammenlignet. Se på den nye sammenligningen og godta på nytt.")
            raise Refused("stale_preview", text)
        _decide(submission, State.ACCEPTED, "", actor, now)
        write_accepted(submission, "price_list_accepted", actor=actor, now=now)
        notices.decided(submission, at=now)
    return submission


def compare_anew(submission: PriceListSubmission, *, actor: Actor, now: datetime) -> Sent:
    """Compare a waiting price list with the prices as they are now. Lines that no longer fit are told, and it then stays as
    it was: it can only be sent back."""
    faults = Faults()
    with transaction.atomic():
        submission = _locked(submission)
        if not policy.may_see(actor, submission).allowed or submission.state != State.PROPOSED:
            raise Refused("not_waiting", policy.refusal_text("not_waiting"))
        today = clock.local_day(now)
        day = max(submission.valid_from, today)
        lots = lots_of(submission.agreement, submission.lot, submission.supplier, day)
        current = current_prices(lots, submission.supplier, day, today)
        last = (
            SubmittedLine.objects.filter(submission=submission).order_by("-id").values_list("id", flat=True).first()
            or 0
        )
        counts = stage(submission, store.staged_lines(submission), current, faults)
        if faults.count:
            transaction.set_rollback(True)
            return Sent(None, counts["read"], faults.told, faults.count)
        SubmittedLine.objects.filter(submission=submission, pk__lte=last)._raw_delete("default")
        _fill(submission, counts, current.basis)
        submission.save()
        _record(submission, "price_list_compared", actor, now)
    return Sent(submission, submission.read)


def reject(submission: PriceListSubmission, reason: str, *, actor: Actor, now: datetime) -> PriceListSubmission:
    """Say no to a price list, for good. Raises BadInput without a reason."""
    return _turn_away(submission, State.REJECTED, reason, actor, now)


def send_back(submission: PriceListSubmission, reason: str, *, actor: Actor, now: datetime) -> PriceListSubmission:
    """Ask the supplier to mend a price list and send it anew. Raises BadInput without a reason."""
    return _turn_away(submission, State.SENT_BACK, reason, actor, now)


def withdraw(submission: PriceListSubmission, *, actor: Actor, now: datetime) -> PriceListSubmission:
    """Take back a price list that waits."""
    with transaction.atomic():
        submission = _locked(submission)
        allowed = policy.may_withdraw(actor, submission)
        if not allowed.allowed:
            raise Refused(allowed.reason, policy.refusal_text(allowed.reason))
        _decide(submission, State.WITHDRAWN, "", actor, now)
        _record(submission, "price_list_withdrawn", actor, now)
    return submission


def received(
    path: Path,
    agreement: FrameworkAgreement,
    lot: Lot | None,
    supplier: Organisation,
    *,
    actor: Actor,
    now: datetime,
    valid_from: date | None,
    replaces: bool,
    file_name: str,
    faults: Faults,
    backwards: bool = False,
    beside: Beside | None = None,
) -> PriceListSubmission:
    """A price list as a submission with its lines, compared; in the caller's transaction, and not saved where there are
    ``faults``. ``backwards``: from a day that has passed, for prices that are new (an operator's first load).
    ``beside``: the list is accepted as it comes, and a large load may be written there meanwhile."""
    today = clock.local_day(now)
    with open_price_file(path) as file:
        start = valid_from or (max(file.starts, today) if file.starts else today)
        day = start if backwards else max(start, today)
        lots = lots_of(agreement, lot, supplier, day)
        submission = PriceListSubmission(
            agreement=agreement,
            lot=lot,
            supplier=supplier,
            file_name=Path(file_name).name[-200:],
            sha256=digest_of(path),
            format=file.format,
            replaces=replaces or file.replaces,
            contract=file.contract,
            valid_from=start,
            sent_by=person_of(actor),
            sent_by_name=actor.name,
            sent_by_supplier=policy.is_supplier(actor, supplier),
            sent_at=now,
        )
        current = current_prices(lots, supplier, day, today)
        _fill(
            submission,
            dict.fromkeys(("read", "new", "changed", "removed", "unchanged", "over_regulation"), 0),
            current.basis,
        )
        submission.save()
        _fill(submission, stage(submission, read(file, faults), current, faults, beside), current.basis)
    return submission


def write_accepted(
    submission: PriceListSubmission, verb: str, *, actor: Actor, now: datetime, beside: Beside | None = None
) -> None:
    """Make an accepted price list's lines valid and record it, in the caller's transaction. ``beside``: what :func:`received`
    had."""
    made = store.apply(submission, clock.local_day(now), beside)
    _record(submission, verb, actor, now, items_made=made)


def person_of(actor: Actor) -> Person | None:
    """The person behind an actor; the operator and the system have none."""
    kind, _colon, number = actor.key.partition(":")
    return Person.objects.filter(pk=int(number)).first() if kind == "person" and number.isdecimal() else None


def _turn_away(
    submission: PriceListSubmission, state: str, reason: str, actor: Actor, now: datetime
) -> PriceListSubmission:
    if not reason.strip():
        raise BadInput.of("reason", "missing", _("Skriv en begrunnelse; leverandøren får se den."))
    with transaction.atomic():
        submission = _locked(submission)
        allowed = policy.may_decide(actor, submission)
        if not allowed.allowed:
            raise Refused(allowed.reason, policy.refusal_text(allowed.reason))
        _decide(submission, state, reason.strip()[:2000], actor, now)
        _record(submission, f"price_list_{state}", actor, now)
        notices.decided(submission, at=now)
    return submission


def _locked(submission: PriceListSubmission) -> PriceListSubmission:
    rows = PriceListSubmission.objects.select_for_update(of=("self",))
    return rows.select_related("agreement__owner", "agreement__manager", "lot", "supplier").get(pk=submission.pk)


def _decide(submission: PriceListSubmission, state: str, reason: str, actor: Actor, now: datetime) -> None:
    submission.state, submission.reason = state, reason
    submission.decided_by, submission.decided_by_name, submission.decided_at = person_of(actor), actor.name, now
    submission.save()


def _fill(submission: PriceListSubmission, counts: dict[str, int], basis: str) -> None:
    for name, number in counts.items():
        setattr(submission, name, number)
    submission.basis = basis


def _record(submission: PriceListSubmission, verb: str, actor: Actor, now: datetime, **more: object) -> None:
    key = submission.agreement.key
    payload = {
        "submission": submission.pk,
        "from": submission.basis.partition(":")[0],
        "rows": submission.read,
        "new": submission.new,
        "changed": submission.changed,
        "removed": submission.removed,
        "unchanged": submission.unchanged,
        "over_regulation": submission.over_regulation,
        "sha256": submission.sha256,
        **({"reason": submission.reason} if submission.reason else {}),
        **more,
    }
    subject = f"catalogue:{key}/{submission.supplier.number}"
    events.record(Happening(f"catalogue:{key}", verb, subject, actor, now, payload))
