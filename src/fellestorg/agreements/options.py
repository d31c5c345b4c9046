"""Options in an assortment: what an agency may buy only when it has chosen it, such as toner or light sources.

An agency answers each option when it joins an agreement. The first answer holds at once (or from the day it joins). A
later one holds from a coming day, at the earliest as many days ahead as rule OPT says; until then it may be taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fellestorg.agreements.models import AssortmentOption, FrameworkAgreement, Lot, OptionChoice, Participation
from fellestorg.agreements.policy import may_manage
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import in_language, localised
from fellestorg.law import rule_book
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.organisations.queries import current_grants, people_with_role
from fellestorg.values import BadInput, Decision, Refused

_SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option with how the agencies that take part answered it, as it stands on a day."""

    id: int
    lot: str
    key: str
    name: str
    categories: tuple[str, ...]
    source: str
    chosen: int
    declined: int
    unanswered: int
    valid_to: date | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer: chosen or declined, from when, by whom. ``reason`` is why SI answered for the agency."""

    chosen: bool
    valid_from: date
    valid_to: date | None
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AgencyAnswer:
    """What an agency has answered to one option: the answer in force, one to come, and when a new one could hold."""

    option: OptionView
    agency: str
    agency_name: str
    now: AnswerView | None
    coming: AnswerView | None
    earliest: date

    @property
    def state(self) -> str:
        """``chosen``, ``declined`` or ``unanswered``."""
        return "unanswered" if self.now is None else "chosen" if self.now.chosen else "declined"


@transaction.atomic
def answer(
    option: AssortmentOption,
    agency: Organisation,
    chosen: bool,
    *,
    actor: Actor,
    now: datetime,
    valid_from: date | None = None,
    reason: str = "",
) -> OptionChoice:
    """Choose or decline an option for an agency, from a day on (default: the earliest possible).

    Returns the answer that then is the newest. Answering as one does today takes back a change that was to come.
    Raises Refused for whoever may not, for an agency that does not take part, for a day that is too early and for an
    answer that changes nothing; BadInput where SI gives no reason for answering in an agency's place.
    """
    agreement, today = option.lot.agreement, clock.local_day(now)
    for_itself = _require_may(actor, agency, agreement, today, reason)
    taking_part = _participation(agreement, agency, today)
    if option.valid_to is not None and option.valid_to < today:
        text = _("Opsjonen tok slutt %(day)s. Nå kan alle som er med, kjøpe varene.")
        raise Refused("option_ended", text % {"day": option.valid_to.strftime("%d.%m.%Y")})
    rows = list(
        OptionChoice.objects.select_for_update().filter(option=option, organisation=agency).order_by("valid_from")
    )
    coming = [row for row in rows if row.valid_from > today]
    current = next((row for row in rows if row.valid_from <= today and _holds(row, today)), None)
    earliest = _earliest(current, taking_part, today)
    if current is not None and current.chosen == chosen and not coming:
        raise Refused("same_answer", _("Virksomheten har alt svart dette."))
    start = valid_from or earliest
    if start < earliest:
        raise Refused(
            "too_early", _("Svaret kan tidligst gjelde fra %(day)s.") % {"day": earliest.strftime("%d.%m.%Y")}
        )
    OptionChoice.objects.filter(pk__in=[row.pk for row in coming]).delete()
    if current is not None and current.chosen == chosen:
        current.valid_to = None
        current.save(update_fields=["valid_to"])
        made = current
    else:
        if current is not None:
            current.valid_to = start - timedelta(days=1)
            current.save(update_fields=["valid_to"])
        made = OptionChoice.objects.create(
            option=option,
            organisation=agency,
            chosen=chosen,
            valid_from=start,
            chosen_by=actor.name,
            chosen_at=now,
            reason="" if for_itself else reason.strip()[:300],
        )
    payload = {
        "lot": option.lot.key,
        "option": option.key,
        "agency": agency.number,
        "chosen": chosen,
        "from": made.valid_from.isoformat(),
        "took_back": [row.valid_from.isoformat() for row in coming],
        "reason": made.reason,
    }
    subject = f"agreement:{agreement.key}"
    events.record(Happening(subject, "option_answered", subject, actor, now, payload))
    if not for_itself:
        _tell_agency(option, agency, made, now)
    return made


def may_answer(actor: Actor, agency: Organisation, agreement: FrameworkAgreement, day: date) -> Decision:
    """An agency's local agreement manager answers for it, or its approver where it has none; SI's agreement manager may
    do it instead, with a reason (``on_behalf``)."""
    if agency.number in actor.organisations(RoleGrant.Role.LOCAL_AGREEMENT_MANAGER):
        return Decision("allowed", "own_agency")
    if agency.number in actor.organisations(RoleGrant.Role.APPROVER):
        local = current_grants(day).filter(role=RoleGrant.Role.LOCAL_AGREEMENT_MANAGER, organisation=agency)
        if not local.filter(person__active=True).exists():
            return Decision("allowed", "own_agency")
    if may_manage(actor, agreement).allowed:
        return Decision("allowed", "on_behalf")
    return Decision("refused", "not_local_manager")


def option_facts(lot: Lot, agency: Organisation | None, day: date) -> list[dict[str, Any]]:
    """The options of a lot on a day as the call-off engine reads them: which categories each opens, and whether an agency has
    chosen it on a day."""
    options = list(AssortmentOption.objects.filter(_lasting(day), lot=lot).order_by("key"))
    if not options:
        return []
    held = OptionChoice.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, chosen=True)
    chosen = set(held.filter(option__in=options, organisation=agency).values_list("option_id", flat=True))
    return [option_fact(option, option.pk in chosen) for option in options]


def unchosen(lots: Iterable[tuple[str, str]], agency: str, day: date) -> dict[tuple[str, str, str], str]:
    """What an agency may not buy under some lots (agreement and lot keys) until it has chosen an option: the option's name
    in the active language, by agreement, lot and item category."""
    wanted = set(lots)
    found: dict[tuple[str, str, str], str] = {}
    for lot in _with_options(wanted):
        key = (lot.agreement.key, lot.key)
        if key not in wanted:
            continue
        for fact in option_facts(lot, Organisation.objects.filter(number=agency).first(), day):
            if not fact["chosen"]:
                found |= {(*key, category): in_language(fact["names"]) for category in fact["categories"]}
    return found


def _with_options(wanted: Iterable[tuple[str, str]]) -> Iterable[Lot]:
    keys = {agreement for agreement, _lot in wanted}
    return Lot.objects.filter(agreement__key__in=keys, options__isnull=False).select_related("agreement").distinct()


def option_fact(option: AssortmentOption, chosen: bool) -> dict[str, Any]:
    """One option as the engine reads it."""
    return {
        "key": option.key,
        "categories": list(option.categories),
        "chosen": chosen,
        "names": {"nb": option.name_nb, "nn": option.name_nn, "en": option.name_en},
    }


def options_of(agreement: str, day: date, lot: str = "", *, also_ended: bool = False) -> list[OptionView]:
    """The options of an agreement (or of one lot), with counts over the agencies that take part on the day."""
    options = (
        AssortmentOption.objects.filter(lot__agreement__key=agreement).select_related("lot").order_by("lot", "key")
    )
    if not also_ended:
        options = options.filter(_lasting(day))
    if lot:
        options = options.filter(lot__key=lot)
    found = list(options)
    if not found:
        return []
    agencies = set(_taking_part(agreement, day).filter(valid_from__lte=day).values_list("organisation_id", flat=True))
    held = OptionChoice.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, option__in=found)
    counts = Counter(held.filter(organisation__in=agencies).values_list("option_id", "chosen"))
    return [_view(one, counts[one.pk, True], counts[one.pk, False], len(agencies), day) for one in found]


def answers(agreement: str, day: date, *, lot: str = "", agencies: Iterable[str] | None = None) -> list[AgencyAnswer]:
    """What each agency that takes part now or later has answered to each option, by name and then option.

    ``agencies`` (numbers) keeps those alone.
    """
    views = {view.id: view for view in options_of(agreement, day, lot)}
    taking_part = _taking_part(agreement, day).select_related("organisation").order_by("organisation__sort_name", "id")
    if agencies is not None:
        taking_part = taking_part.filter(organisation__number__in=list(agencies))
    parts = list(taking_part)
    rows: dict[tuple[int, int], list[OptionChoice]] = {}
    lasting = OptionChoice.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), option__in=views)
    for row in lasting.filter(organisation__in=[one.organisation_id for one in parts]).order_by("valid_from"):
        rows.setdefault((row.organisation_id, row.option_id), []).append(row)
    found = []
    for part in parts:
        for view in views.values():
            mine = rows.get((part.organisation_id, view.id), [])
            current = next((row for row in mine if row.valid_from <= day), None)
            coming = next((row for row in mine if row.valid_from > day), None)
            body = part.organisation
            found.append(
                AgencyAnswer(
                    view,
                    body.number,
                    in_language({"nb": body.name, "nn": body.name_nn, "en": body.name_en}),
                    _answer_view(current),
                    _answer_view(coming),
                    _earliest(current, part, day),
                )
            )
    return found


def answers_of_agency(number: str, day: date) -> list[tuple[FrameworkAgreement, AgencyAnswer]]:
    """What one agency has answered under every agreement with options that it takes part in, with the agreement."""
    found = FrameworkAgreement.objects.filter(
        lots__options__isnull=False, participations__organisation__number=number, ends__gte=day
    )
    return [
        (one, answered)
        for one in found.distinct().order_by("title_nb")
        for answered in answers(one.key, day, agencies=[number])
    ]


def change_days(day: date) -> int:
    """How many days ahead an agency must say that it changes its answer (rule OPT)."""
    return rule_book().rule("OPT", on=day).count("change_days")


def _earliest(current: OptionChoice | None, taking_part: Participation, today: date) -> date:
    if current is None:
        return max(today, taking_part.valid_from)
    return today + timedelta(days=change_days(today))


def _holds(row: OptionChoice, day: date) -> bool:
    return row.valid_to is None or day <= row.valid_to


def _require_may(actor: Actor, agency: Organisation, agreement: FrameworkAgreement, day: date, reason: str) -> bool:
    """Whether the actor answers for its own agency; raises where it may not answer at all."""
    decision = may_answer(actor, agency, agreement, day)
    if not decision.allowed:
        text = _("Bare virksomhetens lokale avtaleforvalter og avtaleforvalteren i SI kan velge opsjoner.")
        raise Refused(decision.reason, text)
    if decision.reason == "on_behalf" and len(reason.strip()) < _SHORTEST_REASON:
        raise BadInput.of("reason", "missing", _("skriv hvorfor du svarer for virksomheten, på minst ti tegn"))
    return decision.reason == "own_agency"


def _participation(agreement: FrameworkAgreement, agency: Organisation, day: date) -> Participation:
    """The agency's participation, locked, so that its answers come one after another."""
    rows = Participation.objects.select_for_update(no_key=True).filter(agreement=agreement, organisation=agency)
    found = rows.filter(Q(valid_to=None) | Q(valid_to__gte=day)).order_by("valid_from").first()
    if found is None:
        raise Refused("not_participant", _("Virksomheten er ikke med i avtalen."))
    return found


def _taking_part(agreement: str, day: date) -> Any:
    return Participation.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), agreement__key=agreement)


def _lasting(day: date) -> Q:
    return Q(valid_to=None) | Q(valid_to__gte=day)


def _view(one: AssortmentOption, chosen: int, declined: int, agencies: int, day: date) -> OptionView:
    name = localised(one, "name")
    unanswered = agencies - chosen - declined
    last, ended = one.valid_to, one.valid_to is not None and one.valid_to < day
    goods = tuple(one.categories)
    return OptionView(one.pk, one.lot.key, one.key, name, goods, one.source, chosen, declined, unanswered, last, ended)


def _answer_view(row: OptionChoice | None) -> AnswerView | None:
    if row is None:
        return None
    return AnswerView(row.chosen, row.valid_from, row.valid_to, row.chosen_by, row.chosen_at, row.reason)


def _tell_agency(option: AssortmentOption, agency: Organisation, made: OptionChoice, now: datetime) -> None:
    day = clock.local_day(now)
    people = people_with_role(RoleGrant.Role.LOCAL_AGREEMENT_MANAGER, agency, day)
    messages.tell(
        [Recipient(one.key, one.email, one.language) for one in people],
        "option_chosen_for_you" if made.chosen else "option_declined_for_you",
        {
            "who": made.chosen_by,
            "reason": made.reason,
            "from": made.valid_from.strftime("%d.%m.%Y"),
            "option": {"nb": option.name_nb, "nn": option.name_nn, "en": option.name_en},
        },
        link=f"/avtaler/{option.lot.agreement.key}/{option.lot.key}/opsjoner",
        at=now,
    )
