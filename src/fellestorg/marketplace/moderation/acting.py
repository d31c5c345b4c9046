"""What every verb of moderation does: ask whether one may, write the step with its event, tell the firm."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from fellestorg.kernel import events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.marketplace.firms.models import Firm, FirmMember
from fellestorg.marketplace.listings.words import refusal_text
from fellestorg.marketplace.moderation.models import ModerationCase, ModerationStep
from fellestorg.marketplace.moderation.reasons import Reason, reasons
from fellestorg.organisations.models import Person
from fellestorg.values import Decision, Refused

SHORTEST = 10
"""The fewest characters of a reason or an answer."""


def require(decision: Decision) -> None:
    """Raise Refused, in words, where the decision is no."""
    if not decision.allowed:
        raise Refused(decision.reason, refusal_text(decision.reason))


def locked(case: ModerationCase) -> ModerationCase:
    """The case as it stands, its row locked, with what its verbs look at."""
    row = ModerationCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    return ModerationCase.objects.select_related("version__listing__firm__organisation", "first", "second").get(
        pk=row.pk
    )


def step(
    case: ModerationCase, verb: str, actor: Actor, person: Person | None, now: datetime, *, text: str | None = None,
    outcome: str = "", reason: str = "", **told: Any,
) -> ModerationStep:  # fmt: skip
    """Write what was done in the case, and the event that covers it. ``told`` are more facts for the log."""
    made = ModerationStep.objects.create(
        case=case, verb=verb, at=now, by=person, outcome=outcome or case.outcome, reason=reason or case.reason,
        text=case.text if text is None else text,
    )  # fmt: skip
    stream = case.version.listing.stream
    facts = {"case": case.reference, "outcome": made.outcome, "reason": made.reason, **told}
    events.record(Happening(stream, f"moderation_{verb}", stream, actor, now, facts, (made,)))
    return made


def tell_firm(case: ModerationCase, code: str, now: datetime, **more: Any) -> None:
    """Tell the firm's administrators and editors of the case."""
    reason = reason_of(case)
    facts: Mapping[str, Any] = {
        "title": case.version.text("title"), "text": case.text, "reference": case.reference,
        "reason": dict(reason.labels) if reason else "",
        "until": case.answer_by.strftime("%d.%m.%Y") if case.answer_by else "", **more,
    }  # fmt: skip
    link = reverse("moderation_case", args=[case.pk])
    messages.tell(writers(case.version.listing.firm), code, facts, link=link, at=now)


def writers(firm: Firm) -> list[Recipient]:
    """The firm's administrators and editors of today."""
    people = firm.members.filter(ended_at=None).exclude(role=FirmMember.Role.READER).select_related("person")
    return [Recipient(one.person.key, one.person.email, one.person.language) for one in people]


def reason_of(case: ModerationCase) -> Reason | None:
    """The reason of a case, where it has one."""
    return reasons().by_code.get(case.reason)
