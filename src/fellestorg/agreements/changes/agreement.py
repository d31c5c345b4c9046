"""How long an agreement lasts, which options it has, who manages it and which law it follows, by four eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import ExtensionOption, FrameworkAgreement
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_proposed, register_kind
from fellestorg.agreements.rules import months_after
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.law import rule_book
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import people_with_role
from fellestorg.ui.formats import day as shown_day
from fellestorg.values import BadInput, Problem, Refused

KIND = "agreement"
DAYS = ("starts", "ends", "latest_end", "ruleset_date")


def register() -> None:
    """Tell the proposals of this kind."""
    name = gettext_lazy("Varighet, opsjoner og ansvar")
    register_kind(KIND, Kind(name, _rests_on, _check, _compare, _apply, anew=as_proposed(_rests_on)))


def agreement_payload(agreement: FrameworkAgreement) -> dict[str, Any]:
    """The terms as they are: days as ISO text, the options not yet used, and the manager's user name."""
    options = ExtensionOption.objects.filter(agreement=agreement, exercised_on=None).order_by("starts")
    return {
        **{name: getattr(agreement, name).isoformat() for name in DAYS},
        "long_duration_reason": agreement.long_duration_reason,
        "manager": agreement.manager.username,
        "options": [[one.starts.isoformat(), one.ends.isoformat()] for one in options],
    }


def possible_managers(owner: Organisation, today: date) -> list[Person]:
    """Those who may be made responsible: whoever holds the role at the owner."""
    return list(people_with_role(RoleGrant.Role.AGREEMENT_MANAGER, owner, today).order_by("name"))


def term_problems(payload: Payload, today: date) -> list[Problem]:
    """What is wrong with days, options and reason, whatever the agreement was before (FA-1)."""
    starts, ends, latest, ruleset = (date.fromisoformat(payload[name]) for name in DAYS)
    problems = []
    if ends < starts:
        problems.append(Problem("ends", "before_start", _("siste dag kan ikke være før første")))
    if latest < ends:
        problems.append(
            Problem("latest_end", "before_end", _("avtalen må kunne vare minst til den dagen den gjelder til"))
        )
    if ruleset > starts:
        problems.append(Problem("ruleset_date", "after_start", _("kunngjøringen må være før avtalen starter")))
    months = rule_book().rule("FA-1", on=ruleset).count("max_months")
    if latest >= months_after(starts, months) and not payload["long_duration_reason"].strip():
        text = _("avtalen kan vare over %(months)s måneder; skriv de særlige grunnene (FA-1)")
        problems.append(Problem("long_duration_reason", "over_longest", text % {"months": months}))
    return problems + _option_problems(payload["options"], ends, latest)


def _option_problems(options: Sequence[Sequence[str]], ends: date, latest: date) -> list[Problem]:
    problems = []
    expected = ends
    for index, pair in enumerate(options):
        first, last = map(date.fromisoformat, pair)
        if last < first:
            problems.append(Problem(f"options[{index}]", "before_start", _("siste dag kan ikke være før første")))
        if (first - expected).days != 1:
            text = _("opsjonen må begynne dagen etter %(day)s") % {"day": shown_day(expected, "medium")}
            problems.append(Problem(f"options[{index}]", "gap", text))
        expected = last
    if not problems and expected > latest:
        problems.append(Problem("latest_end", "before_options", _("opsjonene varer lenger enn avtalen kan vare")))
    return problems


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    return agreement_payload(target.agreement)


def _check(target: Target, payload: Payload, now: datetime) -> None:
    agreement, today = target.agreement, clock.local_day(now)
    problems = term_problems(payload, today)
    names = {one.username for one in possible_managers(agreement.owner, today)}
    if payload["manager"] != agreement.manager.username and payload["manager"] not in names:
        text = _("velg en som er avtaleforvalter hos avtalens eier")
        problems.append(Problem("manager", "unknown_manager", text))
    BadInput.raise_if(problems)
    if today > agreement.ends and date.fromisoformat(payload["ends"]) > agreement.ends:
        raise Refused("agreement_ended", _("Avtalen er utløpt og kan ikke forlenges."))


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    labels = {
        "starts": _("Gjelder fra"),
        "ends": _("Gjelder til og med"),
        "latest_end": _("Kan vare til"),
        "ruleset_date": _("Kunngjort"),
    }
    rows = [Compared(label, _day(before[name]), _day(payload[name])) for name, label in labels.items()]
    rows.append(Compared(_("Opsjoner som ikke er utløst"), _options(before), _options(payload)))
    reasons = (before["long_duration_reason"], payload["long_duration_reason"])
    rows.append(Compared(_("Grunn til at den kan vare lenger"), *reasons))
    managers = dict(
        Person.objects.filter(username__in=(before["manager"], payload["manager"])).values_list("username", "name")
    )
    was, will = (managers.get(one["manager"], one["manager"]) for one in (before, payload))
    return [*rows, Compared(_("Avtaleforvalter"), was, will)]


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    agreement = target.agreement
    before = agreement_payload(agreement)
    for name in DAYS:
        setattr(agreement, name, date.fromisoformat(payload[name]))
    agreement.long_duration_reason = payload["long_duration_reason"].strip()
    agreement.manager = Person.objects.get(username=payload["manager"])
    agreement.save(update_fields=[*DAYS, "long_duration_reason", "manager"])
    if payload["options"] != before["options"]:
        ExtensionOption.objects.filter(agreement=agreement, exercised_on=None).delete()
        ExtensionOption.objects.bulk_create(
            ExtensionOption(agreement=agreement, starts=first, ends=last) for first, last in payload["options"]
        )
    told = {"before": before, "after": dict(payload)}
    events.record(Happening(target.subject, "agreement_changed", target.subject, actor, now, told))


def _day(text: str) -> str:
    return shown_day(date.fromisoformat(text), "medium")


def _options(terms: Mapping[str, Any]) -> str:
    return ", ".join(f"{_day(first)} – {_day(last)}" for first, last in terms["options"])
