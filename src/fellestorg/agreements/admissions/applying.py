"""The verbs of applications to a dynamic purchasing system: apply, extend, assess, decide, withdraw, and lapse with the
system. One transaction each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Admission, AdmissionApplication, FrameworkAgreement, Lot
from fellestorg.agreements.policy import may_manage
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.law.deadlines import compute_deadline
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import people_with_role
from fellestorg.values import BadInput, Problem, Refused

State = AdmissionApplication.State
_OPEN = (State.RECEIVED, State.ASSESSED)
_SHORTEST = 20
Ended = Callable[[FrameworkAgreement], bool]
_ended: list[Ended] = []


def register_end(ended: Ended) -> None:
    """A room above knows when a system has ended, also earlier on the agreement's last day."""
    _ended.append(ended)


def apply(
    lot: Lot,
    supplier: Organisation,
    *,
    categories: Sequence[str],
    regions: Sequence[str],
    evidence: str,
    declared: bool,
    actor: Actor,
    person: Person,
    now: datetime,
) -> AdmissionApplication:
    """A supplier applies, at any time while the system lasts; the decision is due within ten working days (DPS-5)."""
    if supplier.number not in actor.organisations(RoleGrant.Role.SUPPLIER):
        raise Refused("not_own_supplier", _("Bare leverandøren selv kan søke."))
    day = clock.local_day(now)
    agreement = lot.agreement
    if agreement.instrument != FrameworkAgreement.Instrument.DYNAMIC_PURCHASING_SYSTEM:
        raise Refused("not_dps", _("Bare en dynamisk innkjøpsordning tar imot søknader."))
    if not agreement.starts <= day <= agreement.ends:
        raise Refused("not_running", _("Ordningen tar ikke imot søknader i dag."))
    problems = []
    if not categories or not set(categories) <= set(lot.categories):
        problems.append(Problem("categories", "unknown", _("Velg minst én av kategoriene i ordningen.")))
    if len(evidence.strip()) < _SHORTEST:
        problems.append(Problem("evidence", "too_short", _("Skriv hvordan dere oppfyller kravene.")))
    if not declared:
        problems.append(Problem("declared", "missing", _("Dere må erklære at ingen avvisningsgrunn gjelder dere.")))
    BadInput.raise_if(problems)
    due = compute_deadline("dps_admission", day, law_on=agreement.ruleset_date).due
    with transaction.atomic():
        # A system that ends in the same moment has ended, or its end finds the application and lets it lapse.
        kept = FrameworkAgreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
        if day > kept.ends or any(ended(kept) for ended in _ended):
            raise Refused("not_running", _("Ordningen tar ikke imot søknader i dag."))
        try:
            with transaction.atomic():
                row = AdmissionApplication.objects.create(
                    lot=lot,
                    supplier=supplier,
                    categories=sorted(set(categories)),
                    regions=sorted(set(regions)),
                    evidence=evidence.strip(),
                    declared=declared,
                    received_at=now,
                    received_from=person,
                    due=due,
                )
        except IntegrityError as error:
            raise Refused("applied_already", _("Dere har en søknad som ikke er avgjort.")) from error
        _record(row, "admission_applied", actor, now, {"categories": row.categories, "due": due.isoformat()})
        manager = agreement.manager
        _tell([Recipient(manager.key, manager.email, manager.language)], "admission_applied", row, now)
    return row


def extend(application: AdmissionApplication, reason: str, *, actor: Actor, now: datetime) -> AdmissionApplication:
    """Take fifteen working days instead of ten, with a reason (DPS-5). Once, and before the first ten are over."""
    reason = reason_of(reason)
    with transaction.atomic():
        row = _locked(application, actor, _OPEN)
        if row.extension_reason:
            raise Refused("extended_already", _("Fristen er alt utvidet."))
        day = clock.local_day(now)
        if day > row.due:
            raise Refused("overdue", _("Fristen er ute og kan ikke utvides."))
        received = clock.local_day(row.received_at)
        law = row.lot.agreement.ruleset_date
        row.due = compute_deadline("dps_admission_extended", received, law_on=law).due
        row.extension_reason = reason
        row.save(update_fields=["due", "extension_reason"])
        _record(row, "admission_extended", actor, now, {"due": row.due.isoformat(), "reason": reason})
        _tell(people_of(row.supplier, now), "admission_extended", row, now, reason=reason)
    return row


def assess(
    application: AdmissionApplication, outcome: str, assessment: str, *, actor: Actor, person: Person, now: datetime
) -> AdmissionApplication:
    """Say what the decision should be and why. Somebody else decides."""
    if outcome not in (State.ADMITTED, State.REFUSED):
        raise BadInput.of("outcome", "unknown", _("Velg opptak eller avslag."))
    assessment = reason_of(assessment)
    with transaction.atomic():
        row = _locked(application, actor, _OPEN)
        row.state, row.proposed, row.assessment = State.ASSESSED, outcome, assessment
        row.assessed_by, row.assessed_at = person, now
        row.save(update_fields=["state", "proposed", "assessment", "assessed_by", "assessed_at"])
        _record(row, "admission_assessed", actor, now, {"outcome": outcome, "assessment": assessment})
    return row


def decide(application: AdmissionApplication, *, actor: Actor, person: Person, now: datetime) -> AdmissionApplication:
    """Decide as assessed; somebody else than who assessed it. Admission holds from today, and the supplier is told why."""
    with transaction.atomic():
        row = _locked(application, actor, (State.ASSESSED,))
        if row.assessed_by_id == person.pk:
            raise Refused("own_assessment", _("En annen enn den som vurderte søknaden, må avgjøre den."))
        row.state, row.decided_by, row.decided_at = row.proposed, person, now
        row.save(update_fields=["state", "decided_by", "decided_at"])
        day = clock.local_day(now)
        if row.state == State.ADMITTED:
            _admit(row, day)
        told = {"outcome": row.state, "late": day > row.due, "categories": row.categories}
        _record(row, "admission_decided", actor, now, told)
        code = "admission_granted" if row.state == State.ADMITTED else "admission_refused"
        _tell(people_of(row.supplier, now), code, row, now, reason=row.assessment)
    return row


def withdraw(application: AdmissionApplication, *, actor: Actor, now: datetime) -> AdmissionApplication:
    """The supplier takes its application back."""
    with transaction.atomic():
        row = AdmissionApplication.objects.select_for_update(of=("self",)).select_related("lot", "supplier")
        found = row.get(pk=application.pk)
        if found.supplier.number not in actor.organisations(RoleGrant.Role.SUPPLIER) or found.state not in _OPEN:
            raise Refused("cannot_withdraw", _("Søknaden kan ikke trekkes."))
        found.state = State.WITHDRAWN
        found.save(update_fields=["state"])
        _record(found, "admission_withdrawn", actor, now, {})
    return found


def lapse(agreement: FrameworkAgreement, *, actor: Actor, now: datetime) -> list[AdmissionApplication]:
    """End every application that nobody has decided, with its system and in the caller's transaction. Whoever applied is
    told by the caller, of the end and of the application at once."""
    rows = AdmissionApplication.objects.select_for_update(of=("self",)).select_related("lot__agreement", "supplier")
    waiting = list(rows.filter(lot__agreement=agreement, state__in=_OPEN).order_by("lot_id", "id"))
    for row in waiting:
        row.state = State.LAPSED
        row.save(update_fields=["state"])
        _record(row, "admission_lapsed", actor, now, {})
    return waiting


def _admit(row: AdmissionApplication, day: date) -> None:
    """Admit in each category from the day on. Who is admitted there already keeps the regions it had beside the new ones."""
    source = f"Søknad {row.pk}, avgjort {row.decided_at:%Y-%m-%d}"
    lasting = Q(valid_to=None) | Q(valid_to__gte=day)
    for category in row.categories:
        held = list(Admission.objects.filter(lasting, lot=row.lot, supplier=row.supplier, category=category))
        regions = _together([row.regions, *(one.regions for one in held)])
        if any(one.valid_from <= day and one.valid_to is None and sorted(one.regions) == regions for one in held):
            continue
        for one in held:
            if one.valid_from >= day:
                one.delete()
            else:
                one.valid_to = day - timedelta(days=1)
                one.save(update_fields=["valid_to"])
        Admission.objects.create(
            lot=row.lot, supplier=row.supplier, category=category, regions=regions, valid_from=day, source=source
        )


def _together(regions: Sequence[Sequence[str]]) -> list[str]:
    """All the regions, where none at all means the whole country."""
    return sorted({one for codes in regions for one in codes}) if all(regions) else []


def _locked(application: AdmissionApplication, actor: Actor, states: Sequence[str]) -> AdmissionApplication:
    rows = AdmissionApplication.objects.select_for_update(of=("self",))
    row = rows.select_related("lot__agreement__owner", "lot__agreement__manager", "supplier").get(pk=application.pk)
    require_office(actor, row.lot.agreement)
    if row.state not in states:
        raise Refused("not_open", _("Søknaden er ikke slik at dette kan gjøres nå."))
    return row


def require_office(actor: Actor, agreement: FrameworkAgreement) -> None:
    """Refused for everybody but those who manage agreements for the owner."""
    office = actor.organisations(RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
    if agreement.owner.number not in office and not may_manage(actor, agreement).allowed:
        raise Refused("not_manager", _("Bare de som forvalter avtaler hos eieren, kan gjøre dette."))


def reason_of(text: str) -> str:
    """The text without spaces around it. BadInput where it is too short to be a reason."""
    if len(text.strip()) < _SHORTEST:
        raise BadInput.of("reason", "too_short", _("Skriv en begrunnelse på minst 20 tegn."))
    return text.strip()


def _record(row: AdmissionApplication, verb: str, actor: Actor, now: datetime, payload: dict[str, object]) -> None:
    told = {"supplier": row.supplier.number, "application": row.pk, **payload}
    events.record(Happening(f"lot:{row.lot}", verb, f"lot:{row.lot}", actor, now, told))


def people_of(supplier: Organisation, now: datetime) -> list[Recipient]:
    """A supplier's people, as those who are told."""
    people = people_with_role(RoleGrant.Role.SUPPLIER, supplier, clock.local_day(now))
    return [Recipient(one.key, one.email, one.language) for one in people]


def _tell(told: list[Recipient], code: str, row: AdmissionApplication, now: datetime, **facts: str) -> None:
    params = {"supplier": row.supplier.name, "lot": row.lot.title_nb, "due": row.due.strftime("%d.%m.%Y"), **facts}
    messages.tell(told, code, params, link=f"/opptak/{row.pk}", at=now)
