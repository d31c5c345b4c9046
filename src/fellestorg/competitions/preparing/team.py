"""Who does what in a competition."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.acting import BEFORE_OPENING, for_change, record
from fellestorg.competitions.models import Competition, TeamMember
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput


@transaction.atomic
def name_member(competition: Competition, person: Person, task: str, *, actor: Actor, now: datetime) -> TeamMember:
    """Give somebody a task in the competition. An opener or evaluator may sit in any organisation, but with no supplier."""
    locked = for_change(competition, actor, now, (*BEFORE_OPENING, "opened", "evaluating"))
    if task not in TeamMember.Task.values:
        raise BadInput.of("task", "unknown_task", _("Velg en oppgave."))
    roles = set(person.grants.filter(valid_to=None).values_list("role", flat=True))
    if not person.active or not roles or "supplier" in roles:
        raise BadInput.of("person", "not_a_member", _("Velg noen som har en rolle hos en oppdragsgiver."))
    member, made = TeamMember.objects.get_or_create(
        competition=locked, person=person, task=task, defaults={"added_at": now}
    )
    if made:
        record(locked, "team_member_named", actor, now, {"person": person.key, "task": task})
    return member


@transaction.atomic
def let_member_go(competition: Competition, member: int, *, actor: Actor, now: datetime) -> None:
    """Take a task from somebody: they are shown as stepped back. The lead keeps theirs."""
    locked = for_change(competition, actor, now, (*BEFORE_OPENING, "opened", "evaluating"))
    row = locked.team.filter(pk=member, stepped_back_at=None).exclude(person=locked.lead, task="lead").first()
    if row is None:
        return
    if locked.stage == "preparing":
        row.delete()
    else:
        row.stepped_back_at = now
        row.save(update_fields=["stepped_back_at"])
    record(locked, "team_member_left", actor, now, {"person": row.person.key, "task": row.task})
