"""Quotas in words."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.quotas.rules import Standing
from fellestorg.ui import formats

MEASURES = {
    "employees": gettext_lazy("andel av de ansatte"),
    "value": gettext_lazy("andel av verdien siste tolv måneder"),
    "subscriptions": gettext_lazy("andel av abonnementene"),
}
UNITS = {
    "employees": gettext_lazy("ansatte"),
    "value": gettext_lazy("kr siste tolv måneder"),
    "subscriptions": gettext_lazy("abonnementer"),
}
STATES = {
    "over": (gettext_lazy("Over kvoten"), "danger"),
    "out_of_reach": (gettext_lazy("Når ikke kvoten"), "danger"),
    "filling": (gettext_lazy("Fylles opp"), "info"),
    "inside": (gettext_lazy("Innenfor"), "success"),
}
CONTRACTS = {
    "missing": (gettext_lazy("Mangler"), "warning"),
    "sent": (gettext_lazy("Sendt til signering"), "info"),
    "signed": (gettext_lazy("Signert"), "success"),
}


def share_span(low: Decimal, high: Decimal) -> str:
    """``55–70 %``."""
    return f"{formats.share(low).removesuffix('%').rstrip()}–{formats.share(high)}"


def standing_text(one: Standing, name: str, measure: str) -> str:
    """Where a supplier stands against its quota, with the figures."""
    words = {
        "supplier": name,
        "share": formats.share(one.share, 1),
        "reach": formats.share(one.reach, 1),
        "span": share_span(one.low, one.high),
        "low": formats.share(one.low),
        "high": formats.share(one.high),
        "units": str(UNITS.get(measure, "")),
        "n": formats.number(one.over or one.lacks, 0),
    }
    if one.over > 0:
        return _("%(supplier)s får %(share)s, og kvoten er %(span)s: %(n)s %(units)s for mye.") % words
    if one.lacks > 0:
        text = _("%(supplier)s når høyst %(reach)s, og skal ha minst %(low)s: det mangler %(n)s %(units)s.")
        return text % words
    if one.share < one.low:
        text = _("%(supplier)s har %(share)s og skal ha minst %(low)s. Med alle som er igjen, blir det %(reach)s.")
        return text % words
    return _("%(supplier)s har %(share)s. Kvoten er %(span)s.") % words
