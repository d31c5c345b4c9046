"""Access to the tenders and the protocol (O-1), the fuller reasons a tenderer may ask for (D-5), and debrief meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.acting import locked, reasoned, record, refuse, require
from fellestorg.competitions.award.models import AccessRequest, DebriefSlot
from fellestorg.competitions.award.policy import may_award
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_see_inside
from fellestorg.competitions.tenders.queries import opened
from fellestorg.kernel import clock, files
from fellestorg.kernel.actors import Actor
from fellestorg.law.deadlines import compute_deadline
from fellestorg.law.load import rule_book
from fellestorg.law.rules import Rule
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.values import BadInput, Problem

ABOUT = ("protocol", "tender", "evaluation", "reasons")
LARGEST = 20 * 1024 * 1024
# So that nobody can fill the register from outside; the lead's own registrations are not counted.
MOST_WAITING = 40
_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Redacted:
    """A version of a document with the trade secrets taken out."""

    name: str
    content: bytes


def ask(
    competition: Competition, about: str, *, whose: Organisation | None = None, asked_by: str = "", actor: Actor
) -> AccessRequest:
    """Register a request for access, or (``reasons``) a tenderer's request for fuller reasons after the award.

    ``asked_by`` is the body that asks, as the lead writes it; a supplier asks in its own name and everybody else as the
    public: a private person's name is never kept. Raises BadInput and Refused.
    """
    problems = []
    if about not in ABOUT:
        problems.append(Problem("about", "unknown", f"expected one of {', '.join(ABOUT)}"))
    if about == "tender" and whose is None:
        problems.append(Problem("supplier", "missing", "expected whose tender the request is about"))
    BadInput.raise_if(problems)
    with transaction.atomic():
        row, at = locked(competition)
        leads = may_award(actor, row).allowed
        own = _own_tenderers(row, actor)
        if row.opened_at is None:
            refuse("not_opened")
        if whose is not None and whose.number not in {one.supplier_number for one in opened(row)}:
            refuse("no_such_tender")
        if about == "reasons" and (row.decided_at is None or not (own or leads)):
            refuse("reasons_for_tenderers")
        if not leads and row.access_requests.filter(outcome=AccessRequest.Outcome.WAITING).count() >= MOST_WAITING:
            refuse("access_waits")
        name = asked_by.strip()[:200] if leads else own[0].name if own else ""
        made = AccessRequest.objects.create(
            competition=row, about=about, supplier=whose if about == "tender" else None, asked_by=name, received_at=at
        )
        record(row, "access_requested", actor, at, {"id": made.pk, "about": about, "by": name})
    return made


def decide(
    request: AccessRequest,
    outcome: str,
    reason: str,
    *,
    rule_id: str = "",
    redacted: Redacted | None = None,
    actor: Actor,
    person: Person,
) -> AccessRequest:
    """Give access, give it with trade secrets held back, or refuse. What is held back has its reason and its source.

    Before the choice all may be refused (offentleglova § 23); after it only trade secrets are held back, and then the rest is
    given as a redacted version. Raises BadInput for a missing reason or file, Refused where the law does not let.
    """
    ends = [one for one in AccessRequest.Outcome.values if one != AccessRequest.Outcome.WAITING]
    if outcome not in ends:
        raise BadInput.of("outcome", "unknown", f"expected one of {', '.join(ends)}")
    held_back = outcome != AccessRequest.Outcome.GIVEN
    if held_back or request.about == "reasons":
        reason = reasoned(reason)
    if redacted is not None and (not redacted.content.startswith(b"%PDF") or len(redacted.content) > LARGEST):
        raise BadInput.of("redacted", "not_a_pdf", _("Velg en PDF på høyst 20 MB."))
    if outcome == AccessRequest.Outcome.PARTLY and redacted is None:
        raise BadInput.of("redacted", "missing", _("Legg ved den sladdede versjonen."))
    with transaction.atomic():
        competition, at = locked(request.competition)
        require(may_award(actor, competition))
        row = AccessRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if row.outcome != AccessRequest.Outcome.WAITING:
            refuse("access_decided")
        if held_back and rule_id not in {rule.id for rule in sources(competition, clock.local_day(at))}:
            raise BadInput.of("source", "unknown", _("Velg regelen som innsynet holdes tilbake etter."))
        if outcome == AccessRequest.Outcome.REFUSED and (rule_id != "ACCESS-BEFORE" or row.about == "reasons"):
            refuse("refused_only_before_the_choice")
        row.outcome, row.reason, row.decided_at, row.decided_by = outcome, reason.strip(), at, person
        row.source = rule_book().rule(rule_id, on=clock.local_day(at)).source if held_back else ""
        if redacted is not None:
            row.redacted = files.store(
                competition.subject, "redacted", f"innsyn-{row.pk}.pdf", _PDF, redacted.content, at=at, actor=actor,
                stream=competition.stream,
            )  # fmt: skip
        row.save()
        told = {"id": row.pk, "outcome": outcome, "reason": row.reason, "source": row.source}
        record(competition, "access_decided", actor, at, told)
    return row


def sources(competition: Competition, day: date) -> list[Rule]:
    """What access may be held back by now: before the choice all that § 23 covers, always trade secrets."""
    rules = ["ACCESS-SECRET"] if competition.decided_at else ["ACCESS-BEFORE", "ACCESS-SECRET"]
    return [rule_book().rule(one, on=day) for one in rules]


def due(request: AccessRequest) -> date:
    """The day by which a request is decided, or fuller reasons are given (D-5)."""
    kind = "statement_of_reasons" if request.about == "reasons" else "access_request"
    return compute_deadline(kind, clock.local_day(request.received_at)).due


def offer_debrief(competition: Competition, at: datetime, minutes: int, *, actor: Actor) -> DebriefSlot:
    """Set a time at which a tenderer may meet the team, after the choice. Raises BadInput for a time behind us or taken."""
    if not 10 <= minutes <= 240:
        raise BadInput.of("minutes", "out_of_range", "expected 10 to 240 minutes")
    with transaction.atomic():
        row, now = locked(competition)
        require(may_award(actor, row))
        if row.decided_at is None:
            refuse("debrief_after_the_choice")
        if at <= now or row.debriefs.filter(at=at).exists():
            raise BadInput.of("at", "not_free", _("Oppgi et ledig tidspunkt fram i tid."))
        slot = DebriefSlot.objects.create(competition=row, at=at, minutes=minutes)
        record(row, "debrief_offered", actor, now, {"at": at.isoformat(), "minutes": minutes})
    return slot


def book_debrief(slot: DebriefSlot, *, actor: Actor) -> DebriefSlot:
    """Take a time: whoever comes first has it, and each tenderer has one. Raises Refused for the others."""
    with transaction.atomic():
        competition, now = locked(slot.competition)
        own = _own_tenderers(competition, actor)
        if not own:
            refuse("debrief_for_tenderers")
        row = DebriefSlot.objects.select_for_update().get(pk=slot.pk)
        if row.supplier_id is not None or row.at <= now:
            refuse("slot_taken")
        if competition.debriefs.filter(supplier=own[0]).exists():
            refuse("has_a_debrief")
        row.supplier, row.taken_at = own[0], now
        row.save(update_fields=["supplier", "taken_at"])
        record(competition, "debrief_booked", actor, now, {"at": row.at.isoformat(), "supplier": own[0].number})
    return row


def shown_to(actor: Actor, competition: Competition) -> list[AccessRequest]:
    """The requests that a reader sees: the team all, a tenderer its own reasons, everybody those for access."""
    rows = competition.access_requests.select_related("supplier", "redacted").order_by("-received_at")
    if may_see_inside(actor, competition).allowed:
        return list(rows)
    names = {one.name for one in _own_tenderers(competition, actor)}
    return [one for one in rows if one.about != "reasons" or one.asked_by in names]


def _own_tenderers(competition: Competition, actor: Actor) -> list[Organisation]:
    numbers = actor.organisations(RoleGrant.Role.SUPPLIER)
    if competition.opened_at is None or not numbers:
        return []
    return [one.supplier for one in opened(competition) if one.supplier_number in numbers]
