"""What the database asks of a price line: that its model has the terms it needs, and that the unit price follows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Round
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from fellestorg.engines.pricemodels import BY_THE_MONTH, MODELS


def price_fits_its_model() -> models.CheckConstraint:
    """List price and discount for that model alone; for every other model the terms it needs, and the unit price that
    :func:`fellestorg.engines.pricemodels.unit_price_of` gives."""
    no_list = Q(list_price=None, discount_rate=None)
    allowed = (no_list & Q(model="fixed", terms={})) | (
        Q(model="list_minus_discount", terms={}) & ~Q(list_price=None) & ~Q(discount_rate=None)
    )
    for model, terms in MODELS.items():
        if model in ("fixed", "list_minus_discount"):
            continue
        needed = [term.name for term in terms if term.needed]
        held = no_list & Q(model=model)
        held &= Q(terms__has_keys=needed) if needed else Q(terms={})
        if model == "markup":
            held &= Q(unit_price=Round(_number("cost_price") * (1 + _number("markup_rate")), 4))
        elif model == "dynamic":
            held &= Q(unit_price=Round(_number("reference_price") * (1 - _number("off_rate")), 4))
        elif model in BY_THE_MONTH:
            held &= Q(unit_price=_number("monthly") * _number("months"))
        elif model in ("fee_and_bonus", "revenue_share"):
            rate = _number("bonus_rate" if model == "fee_and_bonus" else "return_rate")
            held &= Q(GreaterThanOrEqual(rate, Value(0))) & Q(LessThan(rate, Value(1)))
        allowed |= held
    return models.CheckConstraint(condition=allowed, name="price_fits_its_model")


def _number(term: str) -> Cast:
    return Cast(KeyTextTransform(term, F("terms")), models.DecimalField(max_digits=24, decimal_places=8))
