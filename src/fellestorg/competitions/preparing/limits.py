"""Limits across lots: how much one supplier may win, how many suppliers there must be, and whether lots may be tendered
for in packages. They are fixed by the notice, and an award that has any is computed over all lots at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.acting import BEFORE_NOTICE, for_change, record
from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing.forms import NumberField
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.forms import AmountField
from fellestorg.ui import formats
from fellestorg.values import BadInput, Problem, decimal_text, kroner

_HUNDRED = Decimal(100)


class LimitsForm(forms.Form):
    """What the lead sets; an empty field is no limit."""

    packages = forms.BooleanField(
        label=_("Leverandørene kan gi rabatt på pakker, og si hvor mange delkontrakter de kan ta"), required=False
    )
    max_lots_per_bidder = forms.IntegerField(
        label=_("Flest delkontrakter til én leverandør"),
        help_text=_("Ingen kan vinne flere enn dette, selv om de er billigst på alle."),
        required=False,
        min_value=1,
        max_value=500,
    )
    min_winners = forms.IntegerField(
        label=_("Færrest leverandører"),
        help_text=_("Så mange ulike leverandører må vinne noe. Sett det når dere ikke vil være avhengige av én."),
        required=False,
        min_value=1,
        max_value=500,
    )
    max_value_share = NumberField(
        label=_("Største andel av verdien til én leverandør, i prosent"),
        help_text=_("Av summen av det som tildeles, regnet i kroner."),
        required=False,
    )
    cost_per_winner = AmountField(
        label=_("Kostnad for hver leverandør, kroner"),
        help_text=_("Det koster å følge opp en leverandør. Beløpet legges til for hver som vinner noe."),
        required=False,
    )

    @staticmethod
    def initial_of(competition: Competition) -> dict[str, Any]:
        """The form as the competition stands."""
        kept = dict(limits_of(competition))
        if share := kept.get("max_value_share"):
            kept["max_value_share"] = decimal_text(Decimal(share) * _HUNDRED).replace(".", ",")
        if cost := kept.get("cost_per_winner"):
            kept["cost_per_winner"] = Decimal(cost)
        return kept


def limits_of(competition: Competition) -> dict[str, Any]:
    """The limits as they are kept: on every lot, so that taking one out leaves them standing."""
    return next((lot.limits for lot in competition.lots.order_by("number") if lot.limits), {})


def limits_shown(competition: Competition) -> list[str]:
    """The limits as sentences, for whoever is to tender."""
    kept = limits_of(competition)
    found = []
    if most := kept.get("max_lots_per_bidder"):
        text = ngettext("Én leverandør kan vinne høyst %(n)s delkontrakt.",
                        "Én leverandør kan vinne høyst %(n)s delkontrakter.", most)  # fmt: skip
        found.append(text % {"n": most})
    if least := kept.get("min_winners"):
        text = ngettext("Minst %(n)s leverandør må vinne noe.", "Minst %(n)s ulike leverandører må vinne noe.", least)
        found.append(text % {"n": least})
    if share := kept.get("max_value_share"):
        percent = formats.share(Decimal(share), 0 if Decimal(share) * 100 == int(Decimal(share) * 100) else 2)
        found.append(gettext("Én leverandør kan få høyst %(share)s av verdien.") % {"share": percent})
    if cost := kept.get("cost_per_winner"):
        amount = formats.money(Decimal(cost), 0)
        found.append(gettext("For hver leverandør som vinner noe, regnes %(amount)s i tillegg.") % {"amount": amount})
    if kept.get("packages"):
        found.append(gettext("Leverandørene kan gi rabatt på pakker, og si hvor mange delkontrakter de kan ta."))
    return found


@transaction.atomic
def set_limits(competition: Competition, given: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Keep the limits. Refused after the notice; BadInput where they cannot be kept whatever is tendered."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    lots = locked.lots.count()
    problems = []
    winners, most, share = given.get("min_winners"), given.get("max_lots_per_bidder"), given.get("max_value_share")
    if winners and winners > lots:
        problems.append(Problem("min_winners", "above_lots", gettext("Det er ikke så mange delkontrakter.")))
    if most and most > lots:
        problems.append(Problem("max_lots_per_bidder", "above_lots", gettext("Det er ikke så mange delkontrakter.")))
    if share is not None and not 0 < share <= _HUNDRED:
        problems.append(Problem("max_value_share", "not_a_share", gettext("Andelen må være over 0 og høyst 100.")))
    BadInput.raise_if(problems)
    limits: dict[str, Any] = {"packages": True} if given.get("packages") else {}
    limits |= {name: value for name, value in (("max_lots_per_bidder", most), ("min_winners", winners)) if value}
    if share is not None:
        limits["max_value_share"] = decimal_text(share / _HUNDRED)
    if given.get("cost_per_winner"):
        limits["cost_per_winner"] = kroner(given["cost_per_winner"])
    locked.lots.update(limits=limits)
    record(locked, "competition_changed", actor, now, {"part": "limits", "limits": limits})
