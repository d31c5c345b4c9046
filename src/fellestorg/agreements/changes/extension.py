"""Using an extension option: the agreement then lasts to the option's last day. By four eyes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import ExtensionOption
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_proposed, register_kind
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.ui.formats import day as shown_day
from fellestorg.values import Refused

KIND = "extension"


def register() -> None:
    """Tell the proposals of this kind."""
    register_kind(
        KIND, Kind(gettext_lazy("Forlengelse"), _rests_on, _check, _compare, _apply, anew=as_proposed(_rests_on))
    )


def extension_payload(option: ExtensionOption) -> dict[str, Any]:
    """An option to use, as a proposal keeps it."""
    return {"starts": option.starts.isoformat(), "ends": option.ends.isoformat()}


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    return {"ends": target.agreement.ends.isoformat()}


def _check(target: Target, payload: Payload, now: datetime) -> None:
    """Refused once used, out of turn, and after the agreement has ended: what has ended is not revived (FA-4)."""
    agreement, option = target.agreement, _option(target, payload)
    if option.exercised_on is not None:
        raise Refused("extension_used", _("Opsjonen er alt utløst."))
    if clock.local_day(now) > agreement.ends:
        raise Refused("agreement_ended", _("Avtalen er utløpt og kan ikke forlenges."))
    if (option.starts - agreement.ends).days != 1:
        raise Refused("extension_out_of_turn", _("Opsjonene må utløses i rekkefølge."))


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    ends = (shown_day(date.fromisoformat(one["ends"])) for one in (before, payload))
    return [Compared(_("Avtalen gjelder til og med"), *ends)]


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    agreement, option = target.agreement, _option(target, payload)
    option.exercised_on = clock.local_day(now)
    option.save(update_fields=["exercised_on"])
    before, agreement.ends = agreement.ends, option.ends
    agreement.save(update_fields=["ends"])
    told = {"ended": before.isoformat(), "ends": option.ends.isoformat()}
    events.record(Happening(target.subject, "extension_exercised", target.subject, actor, now, told))


def _option(target: Target, payload: Payload) -> ExtensionOption:
    """The option that a proposal means; refused where the agreement has it no longer."""
    found = ExtensionOption.objects.filter(agreement=target.agreement, starts=payload["starts"], ends=payload["ends"])
    option = found.first()
    if option is None:
        raise Refused("extension_gone", _("Avtalen har ikke lenger denne opsjonen."))
    return option
