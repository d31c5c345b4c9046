"""The verbs of coverage. Each is one transaction with its event on the lot's stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements import ledger
from fellestorg.agreements.alerts import tell_manager
from fellestorg.agreements.models import Lot
from fellestorg.agreements.policy import may_manage
from fellestorg.calloffs.coverage.models import CoverageCase, UnitCount
from fellestorg.calloffs.coverage.policy import may_close, may_decide, may_register
from fellestorg.kernel import clock, events, files, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.models import StoredFile
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Problem, Refused

LARGEST = 10_000_000
MOST_FILES = 10
_SHORTEST = 10
# What a file begins with tells what it is, whatever it is called.
_KINDS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
)


@dataclass(frozen=True, slots=True)
class Reported:
    """A place without coverage as the agency reports it: where, which days it was observed, and what was tried."""

    place: str
    failed_from: date
    failed_to: date | None
    tried: str


@transaction.atomic
def register(
    buyer: Organisation, lot: Lot, reported: Reported, documents: Sequence[bytes], *, actor: Actor, now: datetime
) -> CoverageCase:
    """Register a case with its documentation (PDF, PNG or JPEG), and tell SI's agreement manager.

    Raises Refused for those outside the agency, BadInput with every problem.
    """
    if not may_register(actor, buyer.number).allowed:
        raise Refused("not_own_agency", _("Bare virksomhetens egne folk kan registrere en dekningssak."))
    today, problems = clock.local_day(now), []
    if len(reported.place.strip()) < 3:
        problems.append(Problem("place", "missing", _("oppgi stedet der dekningen mangler")))
    if reported.failed_from > today:
        problems.append(Problem("failed_from", "not_yet", _("dagen kan ikke være etter i dag")))
    if reported.failed_to is not None and not reported.failed_from <= reported.failed_to <= today:
        problems.append(Problem("failed_to", "before_start", _("siste dag må ligge mellom første dag og i dag")))
    if len(reported.tried.strip()) < _SHORTEST:
        problems.append(Problem("tried", "missing", _("skriv hva dere har prøvd, på minst ti tegn")))
    if not documents:
        problems.append(Problem("documents", "missing", _("legg ved dokumentasjon: måling, skjermbilde eller rapport")))
    problems += _file_problems(documents, 0)
    BadInput.raise_if(problems)
    case = CoverageCase.objects.create(
        lot=lot,
        buyer=buyer,
        place=reported.place.strip()[:200],
        failed_from=reported.failed_from,
        failed_to=reported.failed_to,
        tried=reported.tried.strip()[:5000],
        registered_by_key=actor.key,
        registered_by=actor.name,
        registered_at=now,
    )
    told = {"buyer": buyer.number, "place": case.place, "from": case.failed_from.isoformat(), "files": len(documents)}
    _record(case, "coverage_case_registered", actor, now, told)
    _store(case, documents, actor, now)
    tell_manager(lot, "coverage_case_registered", {"buyer": buyer.name, "place": case.place}, at=now)
    return case


@transaction.atomic
def add_documents(case: CoverageCase, documents: Sequence[bytes], *, actor: Actor, now: datetime) -> CoverageCase:
    """Add documentation while the case waits to be decided."""
    case = _locked(case)
    if not may_register(actor, case.buyer.number).allowed:
        raise Refused("not_own_agency", _("Bare virksomhetens egne folk kan legge til dokumentasjon."))
    _require_state(case, CoverageCase.State.SUBMITTED)
    problems = _file_problems(documents, len(documents_of(case)))
    if not documents:
        problems.append(Problem("documents", "missing", _("velg minst én fil")))
    BadInput.raise_if(problems)
    _store(case, documents, actor, now)
    return case


@transaction.atomic
def decide(case: CoverageCase, documented: bool, reason: str, *, actor: Actor, now: datetime) -> CoverageCase:
    """Say that a case is documented, or that it is not, with a reason; and tell whoever registered it.

    Raises Refused for those who do not manage the agreement and where it is decided already, BadInput without a reason.
    """
    case = _locked(case)
    allowed = may_decide(actor, case)
    if not allowed.allowed:
        raise Refused(allowed.reason, _("Bare avtaleforvalteren hos Statens innkjøpssenter kan avgjøre saken."))
    _require_state(case, CoverageCase.State.SUBMITTED)
    if len(reason.strip()) < _SHORTEST:
        raise BadInput.of("reason", "missing", _("oppgi en grunn på minst ti tegn"))
    case.state = CoverageCase.State.DOCUMENTED if documented else CoverageCase.State.REJECTED
    case.decided_by_key, case.decided_by, case.decided_at = actor.key, actor.name, now
    case.decision_reason = reason.strip()
    case.save()
    verb = "coverage_case_documented" if documented else "coverage_case_rejected"
    _record(case, verb, actor, now, {"buyer": case.buyer.number, "place": case.place, "reason": case.decision_reason})
    people = [one for one in Person.objects.filter(active=True) if one.key == case.registered_by_key]
    messages.tell(
        [Recipient(one.key, one.email, one.language) for one in people],
        verb,
        {"place": case.place, "reason": case.decision_reason},
        link=f"/avrop/dekning/{case.pk}",
        at=now,
    )
    return case


@transaction.atomic
def close(case: CoverageCase, reason: str, *, actor: Actor, now: datetime) -> CoverageCase:
    """Close a documented case: the coverage is good again. It cannot be called off on any more."""
    case = _locked(case)
    if not may_close(actor, case).allowed:
        raise Refused("not_own_agency", _("Bare virksomheten og avtaleforvalteren kan lukke saken."))
    _require_state(case, CoverageCase.State.DOCUMENTED)
    if len(reason.strip()) < _SHORTEST:
        raise BadInput.of("reason", "missing", _("oppgi en grunn på minst ti tegn"))
    case.state, case.closed_at = CoverageCase.State.CLOSED, now
    case.save(update_fields=["state", "closed_at"])
    _record(case, "coverage_case_closed", actor, now, {"buyer": case.buyer.number, "reason": reason.strip()})
    return case


@transaction.atomic
def register_count(
    lot: Lot, supplier: Organisation, counted_on: date, units: int, source: str, *, actor: Actor, now: datetime
) -> UnitCount:
    """Register how many units a supplier reported at the end of a day. Under the lot's lock: a call-off is counted either
    before or after. Raises Refused for those who do not manage the agreement, BadInput with every problem."""
    if not may_manage(actor, lot.agreement).allowed:
        raise Refused(
            "not_agreement_manager", _("Bare avtaleforvalteren for avtalen og SI-administrator kan gjøre dette.")
        )
    problems = []
    if not lot.positions.filter(supplier=supplier).exists():
        problems.append(Problem("supplier", "no_position", _("leverandøren har ingen plass i delkontrakten")))
    if counted_on >= clock.local_day(now):
        # What is called off later that same day would be lost.
        problems.append(Problem("counted_on", "not_yet", _("tellingen må gjelde en dag som er over")))
    if not 0 <= units <= 100_000_000:
        problems.append(Problem("units", "not_a_number", _("antallet må være 0 eller mer")))
    if len(source.strip()) < 5:
        problems.append(Problem("source", "missing", _("oppgi hvor tallet kommer fra")))
    BadInput.raise_if(problems)
    ledger.lock(lot)
    row = UnitCount.objects.create(
        lot=lot,
        supplier=supplier,
        counted_on=counted_on,
        units=units,
        source=source.strip()[:300],
        registered_by=actor.name,
        registered_at=now,
    )
    told = {"supplier": supplier.number, "on": counted_on.isoformat(), "units": units, "source": row.source}
    events.record(Happening(f"lot:{lot}", "units_counted", f"lot:{lot}", actor, now, told, (row,)))
    return row


def documents_of(case: CoverageCase) -> list[StoredFile]:
    """The case's documentation, oldest first, without its bytes."""
    return list(StoredFile.objects.filter(subject=case.subject).defer("content").order_by("made_at", "name"))


def _file_problems(documents: Sequence[bytes], already: int) -> list[Problem]:
    problems = []
    if already + len(documents) > MOST_FILES:
        problems.append(Problem("documents", "too_many", _("høyst ti filer på én sak")))
    if any(len(one) > LARGEST for one in documents):
        problems.append(Problem("documents", "too_large", _("en fil kan være høyst 10 MB")))
    if any(_kind(one) is None for one in documents):
        problems.append(Problem("documents", "unknown_kind", _("dokumentasjonen må være PDF, PNG eller JPEG")))
    return problems


def _kind(content: bytes) -> tuple[str, str] | None:
    return next(((media, ending) for head, media, ending in _KINDS if content.startswith(head)), None)


def _store(case: CoverageCase, documents: Sequence[bytes], actor: Actor, now: datetime) -> None:
    for number, content in enumerate(documents, len(documents_of(case)) + 1):
        kind = _kind(content)
        assert kind is not None
        media, ending = kind
        name = f"dekning-{case.pk}-{number}.{ending}"
        stream = f"lot:{case.lot}"
        files.store(case.subject, "coverage", name, media, content, at=now, actor=actor, stream=stream)


def _locked(case: CoverageCase) -> CoverageCase:
    rows = CoverageCase.objects.select_for_update(of=("self",))
    return rows.select_related("lot__agreement__owner", "lot__agreement__manager", "buyer").get(pk=case.pk)


def _require_state(case: CoverageCase, state: CoverageCase.State) -> None:
    if case.state != state:
        raise Refused("already_decided", _("Saken er alt avgjort eller lukket."))


def _record(case: CoverageCase, verb: str, actor: Actor, now: datetime, payload: dict[str, Any]) -> None:
    events.record(Happening(f"lot:{case.lot}", verb, case.subject, actor, now, payload))
