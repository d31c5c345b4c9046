"""Setting up, adopting and confirming a routine, and reminding of it. Two people put one in use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.calloffs.reuse.routines.models import ReuseRoutine, RoutineDecision
from fellestorg.calloffs.reuse.routines.policy import OWNERS, may_adopt, may_confirm, may_set_up
from fellestorg.calloffs.reuse.routines.queries import standing, standings
from fellestorg.calloffs.reuse.routines.words import REFUSALS
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import SYSTEM, Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import current_grants, people_with_role
from fellestorg.ui.formats import day as day_text
from fellestorg.values import BadInput, Decision, Problem, Refused

SHORTEST, LONGEST = 40, 10_000
Role = RoleGrant.Role


@transaction.atomic
def set_up(lot: Lot, agency: Organisation, *, owner: str, text: str, actor: Actor, now: datetime) -> ReuseRoutine:
    """Set out a routine for the agency, as the next version. ``owner`` is one of its roles, or the username of one of its
    people. It is not in use before somebody else adopts it. Raises BadInput with all problems."""
    _require(may_set_up(actor, agency.number))
    Organisation.objects.select_for_update().get(pk=agency.pk)
    today = clock.local_day(now)
    problems: list[Problem] = []
    person = None
    if owner not in OWNERS:
        held = current_grants(today).filter(organisation=agency, role__in=OWNERS)
        person = Person.objects.filter(username=owner, active=True, grants__in=held).distinct().first()
        if person is None:
            problems.append(Problem("owner", "unknown_owner", _("velg en rolle eller en person i virksomheten")))
    if not SHORTEST <= len(text.strip()) <= LONGEST:
        told = _("skriv rutinen, minst %(least)s tegn og høyst %(most)s") % {"least": SHORTEST, "most": LONGEST}
        problems.append(Problem("text", "text_length", told))
    BadInput.raise_if(problems)
    newest = ReuseRoutine.objects.filter(agreement=lot.agreement, agency=agency).order_by("-version").first()
    routine = ReuseRoutine.objects.create(
        agreement=lot.agreement, agency=agency, version=newest.version + 1 if newest else 1,
        owner_role="" if person else owner, owner=person, text=text.strip(), proposed_by_key=actor.key,
        proposed_by=actor.name, proposed_at=now,
    )  # fmt: skip
    _record("reuse_routine_proposed", routine, actor, now, routine)
    approvers = [one for one in people_with_role(Role.APPROVER, agency, today) if one.key != actor.key]
    facts = {"who": actor.name, "agency": agency.name}
    messages.tell(_recipients(approvers), "reuse_routine_waits", facts, link=address(lot, agency), at=now)
    return routine


@transaction.atomic
def adopt(lot: Lot, agency: Organisation, version: int, day: date, *, actor: Actor, now: datetime) -> RoutineDecision:
    """Put the version that waits in use, from a day that is not ahead. Somebody else than the one who set it up does."""
    Organisation.objects.select_for_update().get(pk=agency.pk)
    found = standing(lot.agreement, agency, clock.local_day(now))
    if found.waiting is None or found.waiting.version != version:
        raise Refused("nothing_waits", _("Denne versjonen venter ikke på vedtak. Last siden på nytt."))
    _require(may_adopt(actor, found.waiting))
    if day > clock.local_day(now):
        raise BadInput.of("day", "in_the_future", _("dagen ligger fram i tid"))
    if found.adopted_on is not None and day < found.adopted_on:
        raise BadInput.of("day", "before_the_last", _("dagen er før forrige versjon ble vedtatt"))
    return _decided(found.waiting, RoutineDecision.Kind.ADOPTED, day, actor, now)


@transaction.atomic
def confirm(lot: Lot, agency: Organisation, *, actor: Actor, now: datetime) -> RoutineDecision:
    """Confirm today that the routine in use is kept; it then stands for another year."""
    Organisation.objects.select_for_update().get(pk=agency.pk)
    today = clock.local_day(now)
    found = standing(lot.agreement, agency, today)
    if found.current is None:
        raise Refused("no_routine", _("Virksomheten har ingen rutine i bruk som kan bekreftes."))
    _require(may_confirm(actor, found.current))
    if today in (found.adopted_on, found.confirmed_on):
        raise Refused("confirmed_today", _("Rutinen er alt vedtatt eller bekreftet i dag."))
    return _decided(found.current, RoutineDecision.Kind.CONFIRMED, today, actor, now)


def remind(now: datetime) -> int:
    """Tell local agreement managers and the agreement's manager, once for each day it was due, of routines that were not
    confirmed in time. Returns how many routines."""
    today, told = clock.local_day(now), 0
    agreements = FrameworkAgreement.objects.filter(reuse_routines__isnull=False, ends__gte=today).distinct()
    for agreement in agreements.select_related("manager"):
        lot = agreement.lots.order_by("number")[0]
        for found in standings(agreement, SYSTEM, today):
            if found.state == "overdue" and found.current is not None and found.due is not None:
                told += _remind(lot, found.current, found.due, now)
    return told


@transaction.atomic
def _remind(lot: Lot, routine: ReuseRoutine, due: date, now: datetime) -> int:
    # Two workers that look at the same time wait for each other; the second finds the first one's row.
    Organisation.objects.select_for_update().get(pk=routine.agency.pk)
    if routine.decisions.filter(kind=RoutineDecision.Kind.REMINDED, day=due).exists():
        return 0
    _decided(routine, RoutineDecision.Kind.REMINDED, due, SYSTEM, now)
    managers = people_with_role(Role.LOCAL_AGREEMENT_MANAGER, routine.agency, clock.local_day(now))
    facts = {"agency": routine.agency.name, "day": {one: day_text(due, "long", one) for one in LANGUAGES}}
    told = [*_recipients(managers), *_recipients([lot.agreement.manager])]
    messages.tell(told, "reuse_routine_overdue", facts, link=address(lot, routine.agency), at=now)
    return 1


def address(lot: Lot, agency: Organisation) -> str:
    """The page of an agency's routine."""
    return f"/avtaler/{lot}/ombruk/rutiner/{agency.number}"


def _decided(routine: ReuseRoutine, kind: str, day: date, actor: Actor, now: datetime) -> RoutineDecision:
    made = RoutineDecision.objects.create(routine=routine, kind=kind, day=day, by_key=actor.key, by=actor.name, at=now)
    _record(f"reuse_routine_{kind}", routine, actor, now, made, day=day.isoformat())
    return made


def _record(
    verb: str, routine: ReuseRoutine, actor: Actor, now: datetime, row: ReuseRoutine | RoutineDecision, **more: str
) -> None:
    subject = f"agreement:{routine.agreement.key}"
    told = {"agency": routine.agency.number, "version": routine.version, **more}
    events.record(Happening(subject, verb, subject, actor, now, told, (row,)))


def _require(may: Decision) -> None:
    if not may.allowed:
        raise Refused(may.reason, str(REFUSALS[may.reason]))


def _recipients(people: Iterable[Person]) -> list[Recipient]:
    return [Recipient(one.key, one.email, one.language) for one in people]
