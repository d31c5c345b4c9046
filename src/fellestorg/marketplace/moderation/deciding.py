"""What is done in a case: taken, recommended, decided by two where two are asked for; a firm heard before anything goes.

Every verb locks the case's row first. What is decided is carried out by ``listings.actions`` in the same transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.listings import actions as listings
from fellestorg.marketplace.listings.actions import Ruling
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.policy import may_edit, may_rule
from fellestorg.marketplace.listings.words import refusal_text
from fellestorg.marketplace.moderation.acting import SHORTEST, locked, require, step, tell_firm
from fellestorg.marketplace.moderation.complaints import complain_by
from fellestorg.marketplace.moderation.models import ModerationCase
from fellestorg.marketplace.moderation.reasons import reasons
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Problem, Refused

_Kind, _State = ModerationCase.Kind, ModerationCase.State


@transaction.atomic
def take(version: ListingVersion, *, actor: Actor, person: Person, now: datetime) -> ModerationCase:
    """Take a submitted version on oneself; or take over from whoever has it. Refused for those who act for the firm."""
    require(may_rule(actor, version.listing.firm))
    # The case's row before the version's, in the order in which a decision takes them.
    list(version.cases.select_for_update().exclude(state=_State.CLOSED))
    version = ListingVersion.objects.select_for_update(of=("self",)).select_related("listing__firm").get(pk=version.pk)
    if version.state != ListingVersion.State.SUBMITTED:
        raise Refused("wrong_state", refusal_text("wrong_state"), state=version.state)
    case, _made = ModerationCase.objects.get_or_create(
        version=version, kind=_Kind.PUBLICATION, state__in=[_State.OPEN, _State.RECOMMENDED],
        defaults={"state": _State.OPEN, "opened_at": now},
    )  # fmt: skip
    case.handler = person
    case.save(update_fields=["handler"])
    step(case, "taken", actor, person, now)
    return case


@transaction.atomic
def decide(
    case: ModerationCase, outcome: str, reason: str, text: str, *, actor: Actor, person: Person, now: datetime
) -> ModerationCase:
    """Decide a publication, or recommend it where it is a listing's first: then another decides.

    ``outcome`` is ``publish`` or ``refuse``; a refusal has a reason and words. Raises BadInput, and Refused for the one who
    recommended it and where the version waits no longer.
    """
    case = _locked(case, actor, _Kind.PUBLICATION)
    _checked(outcome, ("publish", "refuse"), reason, text)
    if case.state == _State.RECOMMENDED:
        if case.first_id == person.pk:
            raise Refused("same_person", _("Du har innstilt i saken. En annen må avgjøre den."))
        if outcome == "publish" == case.outcome:
            case.second = person
            return _carry_out(case, actor, person, now)
        # The second disagrees: their own word is the new recommendation, or the refusal where both say no.
        both_refuse = outcome == case.outcome == "refuse"
        case.outcome, case.reason, case.text = outcome, reason, text.strip()
        if both_refuse:
            case.second = person
            return _carry_out(case, actor, person, now)
        case.first = person
        return _recommend(case, actor, person, now)
    case.outcome, case.reason, case.text, case.first = outcome, reason, text.strip(), person
    first = not case.version.listing.versions.filter(published_at__isnull=False).exists()
    return _recommend(case, actor, person, now) if first else _carry_out(case, actor, person, now)


@transaction.atomic
def give_notice(
    version: ListingVersion, reason: str, text: str, *, actor: Actor, person: Person, now: datetime
) -> ModerationCase:
    """Tell a firm that its public listing may be removed, and why; it may answer within the days of ``reasons.toml``."""
    require(may_rule(actor, version.listing.firm))
    _checked("remove", ("remove",), reason, text)
    version = ListingVersion.objects.select_for_update(of=("self",)).select_related("listing__firm").get(pk=version.pk)
    if version.state != ListingVersion.State.PUBLISHED:
        raise Refused("wrong_state", refusal_text("wrong_state"), state=version.state)
    if ModerationCase.objects.filter(version=version, kind=_Kind.REMOVAL).exclude(state=_State.CLOSED).exists():
        raise Refused("noticed_already", _("Firmaet er varslet i saken fra før."))
    case = ModerationCase.objects.create(
        version=version, kind=_Kind.REMOVAL, state=_State.HEARING, opened_at=now, handler=person, outcome="remove",
        reason=reason, text=text.strip(), first=person, answer_by=now + timedelta(days=reasons().answer_days),
    )  # fmt: skip
    step(case, "noticed", actor, person, now)
    tell_firm(case, "moderation_notice", now)
    return case


@transaction.atomic
def answer(case: ModerationCase, text: str, *, actor: Actor, person: Person, now: datetime) -> ModerationCase:
    """What the firm says, once, until the case is decided."""
    case = locked(case)
    require(may_edit(actor, case.version.listing.firm))
    if case.state != _State.HEARING or case.answered_at is not None:
        raise Refused("not_waiting", _("Saken venter ikke på svar."))
    if len(text.strip()) < SHORTEST:
        raise BadInput.of("text", "too_short", _("Skriv minst %(n)s tegn.") % {"n": SHORTEST})
    case.answer, case.answered_at = text.strip(), now
    case.save(update_fields=["answer", "answered_at"])
    step(case, "answered", actor, person, now, text=case.answer)
    return case


@transaction.atomic
def settle(
    case: ModerationCase, outcome: str, text: str, *, actor: Actor, person: Person, now: datetime
) -> ModerationCase:
    """Decide a removal, by another than whoever gave notice: ``remove`` or ``keep``. Refused before the firm has answered
    or its time is out, but where the reason is one that cannot wait."""
    case = _locked(case, actor, _Kind.REMOVAL)
    _checked(outcome, ("remove", "keep"), case.reason, text)
    if case.first_id == person.pk:
        raise Refused("same_person", _("Du ga varselet. En annen må avgjøre saken."))
    heard = case.answered_at is not None or (case.answer_by is not None and now > case.answer_by)
    if outcome == "remove" and not heard and not reasons().by_code[case.reason].at_once:
        raise Refused("not_heard", _("Firmaet har fortsatt tid til å uttale seg."))
    case.outcome, case.text, case.second = outcome, text.strip(), person
    return _carry_out(case, actor, person, now)


def _recommend(case: ModerationCase, actor: Actor, person: Person, now: datetime) -> ModerationCase:
    case.state = _State.RECOMMENDED
    case.save(update_fields=["state", "outcome", "reason", "text", "first"])
    step(case, "recommended", actor, person, now)
    return case


def _carry_out(case: ModerationCase, actor: Actor, person: Person, now: datetime) -> ModerationCase:
    """Close the case and do what it says."""
    case.state, case.closed_at = _State.CLOSED, now
    case.save(update_fields=["state", "closed_at", "outcome", "reason", "text", "first", "second"])
    step(case, "decided", actor, person, now)
    if case.outcome != "keep":
        deciders = tuple(one.key for one in (case.first, case.second) if one is not None)
        public = "" if case.outcome == "publish" else case.text
        version = case.version
        ruling = Ruling(case.outcome, version.pk, version.sha256, case.reference, deciders, public)
        verb = {"publish": listings.publish, "refuse": listings.refuse, "remove": listings.remove}[case.outcome]
        verb(version, ruling, actor=actor, now=now)
    until = complain_by(case)
    code = {"refuse": "moderation_refused", "remove": "moderation_removed"}.get(
        case.outcome, f"moderation_{case.outcome}"
    )
    tell_firm(case, code, now, complain_by=until.strftime("%d.%m.%Y") if until else "")
    return case


def _locked(case: ModerationCase, actor: Actor, kind: str) -> ModerationCase:
    found = locked(case)
    require(may_rule(actor, found.version.listing.firm))
    if found.kind != kind or found.state == _State.CLOSED:
        raise Refused("closed", _("Saken er avgjort."))
    return found


def _checked(outcome: str, outcomes: tuple[str, ...], reason: str, text: str) -> None:
    found = []
    if outcome not in outcomes:
        found.append(Problem("outcome", "unknown", _("Velg hva du avgjør.")))
    if outcome in ("refuse", "remove") and reason not in reasons().by_code:
        found.append(Problem("reason", "missing", _("Velg en grunn.")))
    if outcome in outcomes and outcome != "publish" and len(text.strip()) < SHORTEST:
        said = _("Begrunn med minst %(n)s tegn. Firmaet leser det.") % {"n": SHORTEST}
        found.append(Problem("text", "too_short", said))
    BadInput.raise_if(found)
