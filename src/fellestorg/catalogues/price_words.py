"""A price by its model in words: what one pays, when, and what may come back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fellestorg.engines.pricemodels import BY_THE_MONTH, MODELS, paid_back
from fellestorg.ui.formats import day, money, number, share

MODEL_NAMES: Mapping[str, str | Promise] = {
    "fixed": gettext_lazy("fast pris"),
    "list_minus_discount": gettext_lazy("listepris minus rabatt"),
    "markup": gettext_lazy("kostpris med påslag"),
    "dynamic": gettext_lazy("rabatt på publisert pris"),
    "transaction_fee": gettext_lazy("gebyr per transaksjon"),
    "fee_and_bonus": gettext_lazy("gebyr og bonus"),
    "hourly": gettext_lazy("timepris"),
    "rent": gettext_lazy("leie"),
    "lease": gettext_lazy("leasing"),
    "as_a_service": gettext_lazy("som tjeneste"),
    "revenue_share": gettext_lazy("gebyr med inntektsdeling"),
}


def model_name(model: str) -> str:
    """What a model is called, as it stands in a sentence."""
    return str(MODEL_NAMES[model]) if model in MODELS else model


def price_words(model: str, unit_price: Decimal, terms: Mapping[str, Any]) -> str:
    """A price in one or two sentences of the active language; empty for a plain price, whose figures say it all."""
    price = money(unit_price)
    match model:
        case "markup":
            return _("Kostpris {cost} pluss {rate} påslag gir {price}. Du kan kontrollere kostprisen: {audit}").format(
                cost=money(Decimal(terms["cost_price"])),
                rate=_rate(terms["markup_rate"]),
                price=price,
                audit=_sentence(terms["audit"]),
            )
        case "dynamic":
            return _(
                "{rate} under prisen som er publisert når du bestiller ({source}). Den var {reference} {day}; "
                "det gir {price}, som er et anslag til fakturaen kommer."
            ).format(
                rate=_rate(terms["off_rate"]),
                source=terms["price_source"],
                reference=money(Decimal(terms["reference_price"])),
                day=day(date.fromisoformat(terms["observed_on"])),
                price=price,
            )
        case "transaction_fee":
            how = _("på nett") if terms["channel"] == "online" else _("ved en rådgiver")
            return _("{price} for hver bestilling {how}.").format(price=price, how=how)
        case "fee_and_bonus":
            said = _("Gebyr {price}. {rate} av omsetningen betales tilbake til virksomheten.").format(
                price=price, rate=_rate(terms["bonus_rate"])
            )
            if terms.get("turnover"):
                turnover = Decimal(terms["turnover"])
                said += " " + _("Av {turnover} er det {bonus}, som ikke er trukket fra prisen.").format(
                    turnover=money(turnover), bonus=money(paid_back(model, terms, turnover))
                )
            return said
        case "hourly":
            return _("{price} for hver time.").format(price=price)
        case "revenue_share":
            return _("Gebyr {price}. {rate} av det som videreselges for, betales tilbake til virksomheten.").format(
                price=price, rate=_rate(terms["return_rate"])
            )
    if model in BY_THE_MONTH:
        return _by_the_month(model, price, terms)
    return ""


def _by_the_month(model: str, price: str, terms: Mapping[str, Any]) -> str:
    months = int(terms["months"])
    said = ngettext(
        "{monthly} i måneden i {months} måned, til sammen {price}.",
        "{monthly} i måneden i {months} måneder, til sammen {price}.",
        months,
    ).format(monthly=money(Decimal(terms["monthly"])), months=number(Decimal(months)), price=price)
    if model == "lease":
        residual = money(Decimal(terms["residual"]))
        said += " " + _("Etterpå kan du kjøpe enheten for {residual} eller levere den tilbake.").format(
            residual=residual
        )
    if terms.get("includes"):
        said += " " + _("Inkluderer {what}").format(what=_sentence(terms["includes"]))
    return said


def _rate(text: str) -> str:
    rate = Decimal(text) * 100
    places = max(0, -int(rate.normalize().as_tuple().exponent))
    return share(Decimal(text), places)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
