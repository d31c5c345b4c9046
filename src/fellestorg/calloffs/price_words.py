"""What a decision says of price models and price caps, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.agreements.words import category_in_sentence
from fellestorg.catalogues.price_words import model_name, price_words
from fellestorg.ui.formats import money


def models_text(lines: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """Each offer by a model that needs words: ``Dustin, PC-14-LEIE (leie): 249 kr i måneden …``"""
    return " ".join(
        f"{names.get(one['supplier'], one['supplier'])}, {one['item']} ({model_name(one['model'])}): "
        + price_words(one["model"], Decimal(one["unit_price"]), one["terms"])
        for one in lines
    )


def caps_text(params: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """The words of the question about caps: the caps, the offers left out, and what nobody offers under its cap."""
    caps = ", ".join(f"{category_in_sentence(code)} {_kr(amount)}" for code, amount in params["caps"].items())
    over = ", ".join(
        f"{names.get(one['supplier'], one['supplier'])}, {one['item']} ({_kr(one['unit_price'])})"
        for one in params["over"]
    )
    blocked = ", ".join(
        _("{item} (billigst {lowest}, taket er {cap})").format(
            item=one["item"], lowest=_kr(one["lowest"]), cap=_kr(one["cap"])
        )
        for one in params["blocked"]
    )
    left_out = _(" Disse tilbudene er over taket og er holdt utenfor: {over}.").format(over=over) if over else ""
    return {"caps": caps, "over": left_out, "blocked": blocked}


def _kr(amount: str) -> str:
    value = Decimal(amount)
    return money(value, 0 if value == value.to_integral_value() else 2)
