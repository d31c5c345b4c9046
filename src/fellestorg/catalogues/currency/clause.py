"""A change of what a lot's agreement says of exchange rates: at once in a draft, by two people after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot
from fellestorg.agreements.proposals import Compared, Target
from fellestorg.catalogues.models import CurrencyClause
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.ui import formats
from fellestorg.values import BadInput, Problem, decimal_text

KIND = "currency_clause"
Payload = Mapping[str, Any]
MOST_NOTICE_DAYS, MOST_MONTHS, MOST_DECIMALS = 366, 36, 4
_DAYS = ("base_day", "first_on", "valid_to")
_RATES = ("share", "threshold")
_PLAIN = ("currency", "months_between", "notice_days", "price_decimals", "source")


def clause_payload(given: Mapping[str, Any]) -> dict[str, Any]:
    """A clause as a proposal keeps it, from values of the form or of a row."""
    days = {name: given[name].isoformat() if given.get(name) else "" for name in _DAYS}
    rates = {name: decimal_text(Decimal(given[name]).normalize()) for name in _RATES}
    return {**{name: given[name] for name in _PLAIN}, **days, **rates}


def standing(lot: Lot) -> dict[str, Any]:
    """What holds for a lot now; empty where no exchange rate moves its prices."""
    found = CurrencyClause.objects.filter(lot=lot).first()
    if found is None:
        return {}
    return clause_payload({name: getattr(found, name) for name in (*_PLAIN, *_DAYS, *_RATES)})


def rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    """What stands when the change is proposed."""
    return standing(target.the_lot)


def check(target: Target, payload: Payload, now: datetime) -> None:
    """Raises BadInput with everything that cannot be."""
    agreement = target.agreement
    first, base = date.fromisoformat(payload["first_on"]), date.fromisoformat(payload["base_day"])
    problems = []
    if not (len(payload["currency"]) == 3 and payload["currency"].isalpha() and payload["currency"].isupper()):
        problems.append(Problem("currency", "not_a_currency", _("skriv valutaen med tre store bokstaver, som USD")))
    if not agreement.starts < first <= agreement.latest_end:
        text = _("prisene må kunne justeres første gang etter %(starts)s og senest %(ends)s, mens avtalen kan vare")
        told = {"starts": formats.day(agreement.starts), "ends": formats.day(agreement.latest_end)}
        problems.append(Problem("first_on", "outside_agreement", text % told))
    if base >= first:
        problems.append(Problem("base_day", "after_first", _("grunndagen må komme før første justeringsdag")))
    if not 0 < Decimal(payload["share"]) <= 1:
        problems.append(Problem("share", "not_a_share", _("skriv en prosent over 0 og høyst 100")))
    if not 0 <= Decimal(payload["threshold"]) < 1:
        problems.append(Problem("threshold", "not_a_rate", _("skriv en prosent fra 0 til under 100")))
    for name, most in (
        ("notice_days", MOST_NOTICE_DAYS),
        ("months_between", MOST_MONTHS),
        ("price_decimals", MOST_DECIMALS),
    ):
        if not 0 <= payload[name] <= most:
            problems.append(Problem(name, "too_large", _("høyst %(most)s") % {"most": most}))
    if not payload["source"]:
        problems.append(Problem("source", "missing", _("må fylles ut")))
    BadInput.raise_if(problems)


def compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    """The change in rows a reader understands."""
    then, proposed = _in_words(before), _in_words(payload)
    return [Compared(label, then.get(label, ""), text) for label, text in proposed.items()]


def apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    """Write the clause, with its event."""
    before = standing(target.the_lot)
    values = {name: payload[name] for name in _PLAIN}
    values |= {name: Decimal(payload[name]) for name in _RATES}
    values |= {name: date.fromisoformat(payload[name]) if payload[name] else None for name in _DAYS}
    CurrencyClause.objects.update_or_create(lot=target.the_lot, defaults=values)
    told = {"before": before or None, "after": dict(payload)}
    events.record(Happening(target.subject, "currency_clause_changed", target.subject, actor, now, told))


def _in_words(clause: Mapping[str, Any]) -> dict[str, str]:
    if not clause:
        return {}
    return {
        _("Valuta"): clause["currency"],
        _("Grunndag"): formats.day(clause["base_day"]),
        _("Del av prisen som følger kursen"): formats.share(Decimal(clause["share"]), 1),
        _("Minste endring i kursen"): formats.share(Decimal(clause["threshold"]), 1),
        _("Første justeringsdag"): formats.day(clause["first_on"]),
        _("Måneder mellom justeringene"): str(clause["months_between"]),
        _("Varsel, dager"): str(clause["notice_days"]),
        _("Desimaler i prisene"): str(clause["price_decimals"]),
        _("Kilde"): clause["source"],
        _("Siste dag"): formats.day(clause["valid_to"]) if clause["valid_to"] else "",
    }
