"""Fixed prices moved by a factor from a day, whether an index or an exchange rate gives it: which they are, what takes over,
and who is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot, Participation, SupplierPosition
from fellestorg.catalogues.models import DeliveryTerms, PriceLine
from fellestorg.catalogues.regulation import rules
from fellestorg.catalogues.regulation.preview import LineChange, movable
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.organisations.queries import current_grants
from fellestorg.ui.formats import day as day_text
from fellestorg.values import BadInput, decimal_text, kroner

BATCH = 1000


def prices_before(lot: Lot, on: date) -> dict[str, Any]:
    """What a proposal says of the prices it was made from: how many, their sum, and a digest of each."""
    prices = list(movable(lot, on).order_by("id").values_list("id", "unit_price"))
    told = ";".join(f"{key}={decimal_text(price)}" for key, price in prices)
    return {
        "lines": len(prices),
        "sum": kroner(sum((price for _key, price in prices), Decimal(0))),
        "prices": hashlib.sha256(told.encode()).hexdigest(),
    }


def move(lines: Iterable[LineChange], by: Fraction, places: int, on: date) -> list[tuple[PriceLine, PriceLine]]:
    """Close the price lines that change and add those that take over on the day; each with its successor."""
    moved = [one.line for one in lines if one.after != one.before or one.line.tiers]
    after = [_successor(one, by, places, on) for one in moved]
    close_lines(PriceLine, [one.pk for one in moved], on)
    PriceLine.objects.bulk_create(after, batch_size=BATCH)
    return list(zip(moved, after, strict=True))


def close_lines(model: type[PriceLine] | type[DeliveryTerms], keys: Iterable[int], on: date) -> None:
    """Let rows end the day before."""
    model._default_manager.filter(pk__in=list(keys)).update(valid_to=on - timedelta(days=1))


def concerned(lot: Lot, on: date, today: date) -> list[Recipient]:
    """The local agreement managers of those who take part now or on the day, and the lot's suppliers."""
    lasting = Q(valid_to=None) | Q(valid_to__gte=today)
    agencies = Participation.objects.filter(lasting, agreement=lot.agreement_id, valid_from__lte=on)
    suppliers = SupplierPosition.objects.filter(lasting, lot=lot, valid_from__lte=on)
    grants = current_grants(today).filter(
        Q(role=RoleGrant.Role.LOCAL_AGREEMENT_MANAGER, organisation__in=agencies.values("organisation"))
        | Q(role=RoleGrant.Role.SUPPLIER, organisation__in=suppliers.values("supplier"))
    )
    people = Person.objects.filter(grants__in=grants, active=True).distinct().order_by("id")
    return [Recipient(one.key, one.email, one.language) for one in people]


def about(lot: Lot) -> dict[str, Any]:
    """The agreement's and the lot's titles, for a message."""
    return {
        "agreement": {code: getattr(lot.agreement, f"title_{code}") for code in LANGUAGES},
        "lot": {code: getattr(lot, f"title_{code}") for code in LANGUAGES},
    }


def in_all_languages(on: date) -> dict[str, str]:
    """A day written out, for a message."""
    return {code: day_text(on, "long", code) for code in LANGUAGES}


def day_of(payload: Mapping[str, Any]) -> date:
    """The day that a proposal's prices change. Raises BadInput."""
    try:
        return date.fromisoformat(str(payload["on"]))
    except (KeyError, ValueError):
        raise BadInput.of("on", "not_a_date", _("ventet en dato som 2024-03-01")) from None


def _successor(line: PriceLine, by: Fraction, places: int, on: date) -> PriceLine:
    """The price line that takes over on a day: everything as before but the prices."""
    kept = {
        one.attname: getattr(line, one.attname)
        for one in PriceLine._meta.concrete_fields
        if one.name not in ("id", "valid_from", "unit_price", "tiers") and not one.generated
    }
    tiers = [
        {**tier, "unit_price": decimal_text(rules.regulated(Decimal(tier["unit_price"]), by, places))}
        for tier in line.tiers
    ]
    price = rules.regulated(line.unit_price, by, places)
    return PriceLine(**kept, valid_from=on, unit_price=price, tiers=tiers)
