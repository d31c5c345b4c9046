"""Verbs of advance notices: told of, changed, withdrawn. One transaction each, with its event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead, may_start
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.http import plain
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.opportunities.models import AdvanceNotice
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Problem, Refused

SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice says. ``expected_on`` for what is planned, ``answer_until`` for a consultation."""

    kind: str
    title: str
    language: str
    text: str
    cpv: tuple[str, ...]
    contact: str
    expected_on: date | None = None
    answer_until: datetime | None = None
    agreement: FrameworkAgreement | None = None
    competition: Competition | None = None
    estimated_value: Decimal | None = None


@transaction.atomic
def publish(told: Told, buyer: Organisation, *, actor: Actor, person: Person, now: datetime) -> AdvanceNotice:
    """Tell of it: public from now on. Raises BadInput; Refused for somebody who starts no competitions for the buyer."""
    _require(actor, buyer)
    _check(told, actor, buyer, now)
    row = AdvanceNotice.objects.create(
        buyer=buyer, published_at=now, published_by=person, changed_at=now, **_fields(told)
    )
    _record(row, "advance_notice_published", actor, now, {"title": row.title, "kind": row.kind})
    return row


@transaction.atomic
def change(row: AdvanceNotice, told: Told, seen: int, *, actor: Actor, now: datetime) -> AdvanceNotice:
    """Say it otherwise; the kind stays. ``seen`` is the number of changes that the editor had read: Refused where somebody
    changed it meanwhile. Raises BadInput."""
    locked = _locked(row)
    _require(actor, locked.buyer)
    if locked.changes != seen:
        raise Refused("changed_meanwhile", _("Noen andre har endret dette etter at du åpnet siden. Les det nye først."))
    _check(told, actor, locked.buyer, now, locked)
    before = {name: getattr(locked, name) for name in ("title", "expected_on", "answer_until")}
    for name, value in (_fields(told) | {"kind": locked.kind}).items():
        setattr(locked, name, value)
    locked.changes, locked.changed_at = locked.changes + 1, now
    locked.save()
    after = {name: getattr(locked, name) for name in before}
    told_of = {name: plain([before[name], after[name]]) for name in before if before[name] != after[name]}
    _record(locked, "advance_notice_changed", actor, now, told_of)
    return locked


@transaction.atomic
def withdraw(row: AdvanceNotice, reason: str, *, actor: Actor, now: datetime) -> AdvanceNotice:
    """Take it away, with its reason, which its page goes on showing. Raises BadInput, Refused."""
    locked = _locked(row)
    _require(actor, locked.buyer)
    if len(reason.strip()) < SHORTEST_REASON:
        raise BadInput.of("reason", "too_short", _("Skriv hvorfor, med minst ti tegn."))
    locked.withdrawn_at = locked.changed_at = now
    locked.withdrawn_reason = reason.strip()[:2000]
    locked.save(update_fields=["withdrawn_at", "withdrawn_reason", "changed_at"])
    _record(locked, "advance_notice_withdrawn", actor, now, {"reason": locked.withdrawn_reason})
    return locked


def _check(told: Told, actor: Actor, buyer: Organisation, now: datetime, row: AdvanceNotice | None = None) -> None:
    kind = row.kind if row else told.kind
    problems = []
    if kind not in AdvanceNotice.Kind.values:
        problems.append(Problem("kind", "unknown", _("Velg planlagt konkurranse eller høring.")))
    if not told.title.strip() or len(told.title) > 200:
        problems.append(Problem("title", "missing", _("Skriv en tittel på høyst 200 tegn.")))
    if not told.text.strip() or len(told.text) > 10_000:
        problems.append(Problem("text", "missing", _("Skriv hva det gjelder, med høyst 10 000 tegn.")))
    if told.language not in LANGUAGES:
        problems.append(Problem("language", "unknown", _("Velg språk.")))
    if not told.cpv or not all(len(code) == 8 and code.isdecimal() and code.isascii() for code in told.cpv):
        problems.append(Problem("cpv", "bad_cpv", _("Skriv minst én CPV-kode med åtte sifre.")))
    if kind == AdvanceNotice.Kind.PLANNED and (told.expected_on is None or told.expected_on <= clock.local_day(now)):
        problems.append(Problem("expected_on", "not_ahead", _("Oppgi en dag fram i tid.")))
    if kind == AdvanceNotice.Kind.CONSULTATION and (told.answer_until is None or told.answer_until <= now):
        problems.append(Problem("answer_until", "not_ahead", _("Oppgi en frist fram i tid.")))
    became = told.competition
    if became is not None and (became.buyer_id != buyer.pk or not may_lead(actor, became).allowed):
        problems.append(Problem("competition", "not_yours", _("Du leder ingen konkurranse med dette nummeret.")))
    BadInput.raise_if(problems)


def _fields(told: Told) -> dict[str, Any]:
    planned = told.kind == AdvanceNotice.Kind.PLANNED
    return {
        "kind": told.kind,
        "title": told.title.strip(),
        "language": told.language,
        "text": told.text.strip(),
        "cpv": list(told.cpv),
        "contact": told.contact,
        "expected_on": told.expected_on if planned else None,
        "answer_until": None if planned else told.answer_until,
        "agreement": told.agreement,
        "competition": told.competition,
        "estimated_value": told.estimated_value,
    }


def _locked(row: AdvanceNotice) -> AdvanceNotice:
    found = AdvanceNotice.objects.select_for_update(of=("self",)).select_related("buyer").get(pk=row.pk)
    if found.withdrawn_at is not None:
        raise Refused("withdrawn", _("Dette er trukket og kan ikke endres."))
    return found


def _require(actor: Actor, buyer: Organisation) -> None:
    if not may_start(actor, buyer.number).allowed:
        raise Refused("not_a_project_lead", _("Bare den som starter konkurranser for virksomheten, kan gjøre dette."))


def _record(row: AdvanceNotice, verb: str, actor: Actor, now: datetime, payload: Mapping[str, Any]) -> None:
    events.record(Happening(row.subject, verb, row.subject, actor, now, dict(payload)))
