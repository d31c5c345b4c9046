"""Price models: what a price line says besides its unit price, and what one unit draws from the ceiling.

A line has a ``model`` and ``terms``, an object of decimal strings, days and texts. In every model the unit price is what
one unit commits the agency to, without VAT, so that quantity times unit price is the contract value (rule PM):

- ``markup``: cost price times one plus the markup; ``audit`` says how the cost price may be checked.
- ``dynamic``: a rate off the price published when the order is made. Valued at the price last observed, which is an
  estimate; the invoice's amount is entered in the ledger when it is known.
- ``transaction_fee``: the fee for one transaction, in a ``channel`` (online or offline).
- ``fee_and_bonus``: the fee; ``bonus_rate`` of the turnover is paid back.
- ``hourly``: the price of an hour; the quantity is hours.
- ``rent``, ``lease``, ``as_a_service``: the monthly price times the months that are committed to. ``residual`` is what the
  unit can be bought for afterwards; it is nobody's duty and draws nothing.
- ``revenue_share``: the fee; ``return_rate`` of what the goods are resold for is paid back.

What is paid back is uncertain when the order is made: it is shown, and never lowers the net price or the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from fellestorg.values import BadInput, Problem, decimal_text, exact

PLACES = Decimal("0.0001")
CHANNELS = ("online", "offline")
_WHOLE = re.compile(r"[1-9][0-9]{0,2}\Z")


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a model. ``kind``: ``amount`` (kroner without VAT), ``rate`` (0 to under 1; ``markup`` may be more),
    ``months``, ``day``, ``channel``, ``text``."""

    name: str
    kind: str
    needed: bool = True


MODELS: Mapping[str, tuple[Term, ...]] = {
    "fixed": (),
    "list_minus_discount": (),
    "markup": (Term("cost_price", "amount"), Term("markup_rate", "markup"), Term("audit", "text")),
    "dynamic": (
        Term("reference_price", "amount"),
        Term("off_rate", "rate"),
        Term("price_source", "text"),
        Term("observed_on", "day"),
    ),
    "transaction_fee": (Term("channel", "channel"),),
    "fee_and_bonus": (Term("bonus_rate", "rate"), Term("turnover", "amount", needed=False)),
    "hourly": (),
    "rent": (Term("monthly", "amount"), Term("months", "months")),
    "lease": (Term("monthly", "amount"), Term("months", "months"), Term("residual", "amount")),
    "as_a_service": (Term("monthly", "amount"), Term("months", "months"), Term("includes", "text", needed=False)),
    "revenue_share": (Term("return_rate", "rate"),),
}
#: Paid by the month over a period that is committed to.
BY_THE_MONTH = ("rent", "lease", "as_a_service")
#: Models that say nothing but a unit price or a list price: no decision speaks of them.
PLAIN = ("fixed", "list_minus_discount")
TERM_NAMES = tuple(dict.fromkeys(term.name for terms in MODELS.values() for term in terms))


def unit_price_of(model: str, terms: Mapping[str, str]) -> Decimal | None:
    """What one unit commits to where the terms give it, to four decimals half up; None where the line must say it."""
    price: Decimal
    match model:
        case "markup":
            price = Decimal(terms["cost_price"]) * (1 + Decimal(terms["markup_rate"]))
        case "dynamic":
            price = Decimal(terms["reference_price"]) * (1 - Decimal(terms["off_rate"]))
        case "rent" | "lease" | "as_a_service":
            price = Decimal(terms["monthly"]) * int(terms["months"])
        case _:
            return None
    return price.quantize(PLACES, rounding=ROUND_HALF_UP)


def read_terms(model: str, given: Mapping[str, str], *, where: str = "terms") -> dict[str, str]:
    """The terms of a model from what somebody wrote, in one fixed order and form. Raises BadInput with everything that is
    missing, cannot be read or does not belong to the model."""
    if model not in MODELS:
        raise BadInput.of(f"{where}.model", "unknown_model", f"expected one of {', '.join(MODELS)}, found {model!r}")
    wanted = {term.name: term for term in MODELS[model]}
    problems = [
        Problem(f"{where}.{name}", "unknown_field", f"{model} has no such term")
        for name, text in given.items()
        if text and name not in wanted
    ]
    read: dict[str, str] = {}
    for name, term in wanted.items():
        text = given.get(name, "")
        if not text:
            if term.needed:
                problems.append(Problem(f"{where}.{name}", "missing", f"{model} needs {name}"))
            continue
        try:
            read[name] = _READERS[term.kind](text, f"{where}.{name}")
        except BadInput as error:
            problems += error.problems
    BadInput.raise_if(problems)
    return read


def paid_back(model: str, terms: Mapping[str, str], base: Decimal) -> Decimal:
    """What comes back of a turnover (``fee_and_bonus``) or of a resale (``revenue_share``), unrounded; else 0."""
    rate = terms.get("bonus_rate" if model == "fee_and_bonus" else "return_rate", "0")
    return base * Decimal(rate) if model in ("fee_and_bonus", "revenue_share") else Decimal(0)


def spoken_of(offers: Iterable[Mapping[str, Any]]) -> bool:
    """Whether any recorded offer is by another model than a plain price."""
    return any(offer.get("model") is not None for offer in offers)


def _amount(text: str, where: str) -> str:
    value = exact(text, where, minimum=Decimal(0))
    if value >= 10**12 or -int(value.as_tuple().exponent) > 4:
        raise BadInput.of(where, "too_large", f"expected kroner with at most four decimals, found {text}")
    return decimal_text(value)


def _rate(text: str, where: str) -> str:
    value = exact(text, where, minimum=Decimal(0))
    if value >= 1:
        raise BadInput.of(where, "not_a_rate", f"expected a rate under 1, found {text}")
    return decimal_text(value)


def _markup(text: str, where: str) -> str:
    value = exact(text, where, minimum=Decimal(0))
    if value > 10:
        raise BadInput.of(where, "not_a_rate", f"expected a rate of at most 10, found {text}")
    return decimal_text(value)


def _months(text: str, where: str) -> str:
    if not _WHOLE.match(text) or int(text) > 240:
        raise BadInput.of(where, "not_months", f"expected 1 to 240 whole months, found {text!r}")
    return text


def _day(text: str, where: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput.of(where, "not_a_day", f"expected a day as 2023-11-01, found {text!r}") from None


def _channel(text: str, where: str) -> str:
    if text not in CHANNELS:
        raise BadInput.of(where, "unknown", f"expected one of {', '.join(CHANNELS)}, found {text!r}")
    return text


def _text(text: str, where: str) -> str:
    if len(text) > 300:
        raise BadInput.of(where, "too_long", "expected at most 300 characters")
    return text


_READERS = {
    "amount": _amount,
    "rate": _rate,
    "markup": _markup,
    "months": _months,
    "day": _day,
    "channel": _channel,
    "text": _text,
}
