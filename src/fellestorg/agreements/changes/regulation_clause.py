"""What a lot's agreement says of price regulation. By four eyes once the lot is in use.

A clause ends by being given a last day. What was regulated under it keeps its own terms (``PriceRegulation``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import Lot, RegulationClause
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_proposed, is_draft, register_kind
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import in_language
from fellestorg.law.indexes import price_indexes
from fellestorg.ui import formats
from fellestorg.values import BadInput, Problem, decimal_text

KIND = "regulation_clause"
MOST_NOTICE_DAYS = 366
MOST_DECIMALS = 4
_RATE = Decimal("0.00001")
_FIELDS = ("series", "notice_days", "price_decimals", "delivery_fees", "source")


def register() -> None:
    """Tell the proposals of this kind."""
    name = gettext_lazy("Vilkår for prisregulering")
    register_kind(KIND, Kind(name, _rests_on, _check, _compare, _apply, anew=as_proposed(_rests_on)))


def clause_payload(
    *,
    series: str,
    base_month: date,
    first_on: date,
    notice_days: int,
    max_rise: Decimal | None,
    price_decimals: int,
    delivery_fees: bool,
    source: str,
    valid_to: date | None = None,
) -> dict[str, Any]:
    """A clause as a proposal keeps it. ``base_month`` is any day of the month; ``max_rise`` a rate (0.03 is 3 per cent),
    None where prices may rise as much as the index. ``valid_to`` is the last day from which new prices may hold; without
    one the payload has no such key."""
    return {
        "series": series,
        "base_month": base_month.replace(day=1).isoformat(),
        "first_on": first_on.isoformat(),
        "notice_days": notice_days,
        "max_rise": None if max_rise is None else decimal_text(max_rise.quantize(_RATE)),
        "price_decimals": price_decimals,
        "delivery_fees": delivery_fees,
        "source": source.strip(),
        **({"valid_to": valid_to.isoformat()} if valid_to else {}),
    }


def payload_of(clause: RegulationClause) -> dict[str, Any]:
    """A clause that stands, as a proposal would keep it."""
    given = {name: getattr(clause, name) for name in (*_FIELDS, "base_month", "first_on", "max_rise", "valid_to")}
    return clause_payload(**given)


def standing(lot: Lot) -> dict[str, Any]:
    """What holds for a lot now; empty where prices may not be regulated."""
    found = RegulationClause.objects.filter(lot=lot).first()
    return payload_of(found) if found else {}


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    return standing(target.the_lot)


def _check(target: Target, payload: Payload, now: datetime) -> None:
    agreement = target.agreement
    first, base = date.fromisoformat(payload["first_on"]), date.fromisoformat(payload["base_month"])
    problems = []
    if payload["series"] not in price_indexes():
        text = _("det finnes ingen slik indeks; kjente er %(known)s") % {"known": ", ".join(price_indexes())}
        problems.append(Problem("series", "unknown_index", text))
    if not agreement.starts < first <= agreement.latest_end:
        text = _("prisene må kunne reguleres første gang etter %(starts)s og senest %(ends)s, mens avtalen kan vare")
        told = {"starts": formats.day(agreement.starts), "ends": formats.day(agreement.latest_end)}
        problems.append(Problem("first_on", "outside_agreement", text % told))
    if base >= first:
        problems.append(Problem("base_month", "after_first", _("grunnmåneden må komme før første reguleringsdag")))
    if not 0 <= payload["notice_days"] <= MOST_NOTICE_DAYS:
        problems.append(Problem("notice_days", "too_large", _("høyst %(most)s") % {"most": MOST_NOTICE_DAYS}))
    if payload["max_rise"] is not None and not 0 < Decimal(payload["max_rise"]) <= 1:
        text = _("skriv en prosent over 0 og høyst 100, eller la det stå tomt: som indeksen")
        problems.append(Problem("max_rise", "not_a_rise", text))
    if not 0 <= payload["price_decimals"] <= MOST_DECIMALS:
        problems.append(Problem("price_decimals", "too_large", _("høyst %(most)s") % {"most": MOST_DECIMALS}))
    last, then = payload.get("valid_to", ""), standing(target.the_lot).get("valid_to", "")
    if last and last < clock.local_day(now).isoformat() and last != then and not is_draft(target):
        problems.append(Problem("valid_to", "passed", _("kan ikke være en dag som har vært")))
    if not payload["source"]:
        problems.append(Problem("source", "missing", _("må fylles ut")))
    BadInput.raise_if(problems)


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    then, proposed = _in_words(before), _in_words(payload)
    rows = [Compared(label, then.get(label, ""), text) for label, text in proposed.items()]
    if payload.get("valid_to", "") not in ("", before.get("valid_to", "")):
        text = _("Etter den dagen kan ikke faste priser reguleres. Det som alt er regulert, står ved lag.")
        rows.append(Compared(_("Følge"), "", text))
    return rows


def _in_words(clause: Mapping[str, Any]) -> dict[str, str]:
    if not clause:
        return {}
    index, rise = price_indexes().get(clause["series"]), clause["max_rise"]
    return {
        _("Indeks"): in_language(index.name) if index else clause["series"],
        _("Grunnmåned"): formats.day(clause["base_month"], "month"),
        _("Første reguleringsdag"): formats.day(clause["first_on"]),
        _("Varsel, dager"): str(clause["notice_days"]),
        _("Høyeste økning"): _("som indeksen") if rise is None else _percent(rise),
        _("Desimaler i prisene"): str(clause["price_decimals"]),
        _("Gjelder frakt og gebyrer"): _("Ja") if clause["delivery_fees"] else _("Nei"),
        _("Kilde"): clause["source"],
        _("Siste dag"): formats.day(clause["valid_to"]) if clause.get("valid_to") else "",
    }


def _percent(rate: str) -> str:
    shown = formats.number(Decimal(decimal_text(Decimal(rate) * 100)))
    return _("%(percent)s prosent") % {"percent": shown}


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    before = standing(target.the_lot)
    values = {name: payload[name] for name in _FIELDS} | {
        "base_month": date.fromisoformat(payload["base_month"]),
        "first_on": date.fromisoformat(payload["first_on"]),
        "max_rise": None if payload["max_rise"] is None else Decimal(payload["max_rise"]),
        "valid_to": date.fromisoformat(payload["valid_to"]) if payload.get("valid_to") else None,
    }
    RegulationClause.objects.update_or_create(lot=target.the_lot, defaults=values)
    told = {"before": before or None, "after": dict(payload)}
    events.record(Happening(target.subject, "regulation_clause_changed", target.subject, actor, now, told))
