"""The basket a buyer fills while reading price lists. It lives in the session until it becomes a need."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from fellestorg.calloffs.forms import norwegian_decimal
from fellestorg.values import BadInput, decimal_text, exact

_KEY = "basket"
_MOST_LINES = 500


def lines(request: HttpRequest) -> dict[str, str]:
    """Item number -> quantity, in the order they were added."""
    found = request.session.get(_KEY)
    return dict(found) if isinstance(found, dict) else {}


def count(request: HttpRequest) -> int:
    """How many lines the basket has."""
    return len(lines(request))


def add(request: HttpRequest, items: Sequence[str], quantities: Sequence[str]) -> int:
    """Add quantities to the basket; empty or unreadable quantities are passed over. Returns how many lines were added."""
    basket, added = lines(request), 0
    for item, text in zip(items, quantities, strict=False):
        try:
            quantity = exact(norwegian_decimal(text), "quantity")
        except BadInput:
            continue
        if quantity <= 0 or not item or (item not in basket and len(basket) >= _MOST_LINES):
            continue
        basket[item[:60]] = decimal_text(quantity + exact(basket.get(item[:60], "0"), "quantity"))
        added += 1
    request.session[_KEY] = basket
    return added


def clear(request: HttpRequest) -> None:
    """Empty the basket."""
    request.session.pop(_KEY, None)


def way_back(request: HttpRequest) -> str:
    """Where the price list was, if that is a page of this house."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if safe else "/avrop/nytt"
