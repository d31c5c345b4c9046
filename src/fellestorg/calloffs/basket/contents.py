"""The basket a buyer fills before it becomes needs. It lives in the session; lists that last are in ``lists.py``.

Every change keeps the basket as it was just before, so that it can be undone once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from fellestorg.calloffs.forms import norwegian_decimal
from fellestorg.values import BadInput, decimal_text, exact

_KEY = "basket"
_BEFORE = "basket_before"
_MOST = Decimal(10_000_000)
_PLACES = Decimal("0.0001")
MOST_LINES = 500


def lines(request: HttpRequest) -> dict[str, str]:
    """Item number -> quantity, in the order they were added."""
    found = request.session.get(_KEY)
    return dict(found) if isinstance(found, dict) else {}


def count(request: HttpRequest) -> int:
    """How many lines the basket has."""
    return len(lines(request))


def quantities(request: HttpRequest) -> dict[str, Decimal]:
    """The basket's lines with their quantities as numbers."""
    return {item: Decimal(quantity) for item, quantity in lines(request).items()}


def quantity_in(text: str) -> Decimal:
    """A quantity as somebody typed it: above 0, at most ten million, at most four decimals. Raises BadInput otherwise."""
    quantity = exact(norwegian_decimal(text), "quantity")
    if quantity <= 0 or quantity > _MOST or quantity != quantity.quantize(_PLACES):
        raise BadInput.of("quantity", "not_a_quantity", f"expected a quantity above 0, found {text[:40]!r}")
    return quantity


def add(request: HttpRequest, items: Sequence[str], texts: Sequence[str]) -> int:
    """Add quantities to the basket; empty or unreadable quantities are passed over. Returns how many lines were added."""
    wanted: dict[str, Decimal] = {}
    for item, text in zip(items, texts, strict=False):
        try:
            quantity = quantity_in(text)
        except BadInput:
            continue
        if item:
            wanted[item[:60]] = wanted.get(item[:60], Decimal(0)) + quantity
    return len(put(request, wanted))


def put(request: HttpRequest, wanted: Mapping[str, Decimal]) -> list[str]:
    """Add quantities of items, as far as the basket has room. Returns the numbers of those that were added."""
    basket = quantities(request)
    added = []
    for item, quantity in wanted.items():
        together = basket.get(item, Decimal(0)) + quantity
        if together > _MOST or (item not in basket and len(basket) >= MOST_LINES):
            continue
        basket[item] = together
        added.append(item)
    if added:
        _save(request, basket)
    return added


def change(request: HttpRequest, items: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Set the quantities of lines that are there. Returns the numbers of those whose text is no quantity: they are left
    as they were."""
    basket = quantities(request)
    unread = []
    for item, text in zip(items, texts, strict=False):
        if item not in basket:
            continue
        try:
            basket[item] = quantity_in(text)
        except BadInput:
            unread.append(item)
    if basket != quantities(request):
        _save(request, basket)
    return unread


def remove(request: HttpRequest, item: str) -> bool:
    """Take a line out. Returns whether it was there."""
    basket = quantities(request)
    if basket.pop(item, None) is None:
        return False
    _save(request, basket)
    return True


def swap(request: HttpRequest, item: str, instead: str) -> bool:
    """Put as many of another item in the place of a line. Returns whether the line was there."""
    basket = quantities(request)
    if item not in basket or item == instead:
        return False
    changed: dict[str, Decimal] = {}
    for one, quantity in basket.items():
        name = instead if one == item else one
        changed[name] = changed.get(name, Decimal(0)) + quantity
    _save(request, changed)
    return True


def clear(request: HttpRequest) -> None:
    """Empty the basket."""
    if lines(request):
        _save(request, {})


def ordered(request: HttpRequest, made: Mapping[str, Decimal]) -> None:
    """Take what has been called off out of the basket. That cannot be undone here: it has been ordered."""
    left = {item: quantity - made.get(item, Decimal(0)) for item, quantity in quantities(request).items()}
    request.session[_KEY] = {item: decimal_text(quantity) for item, quantity in left.items() if quantity > 0}
    request.session.pop(_BEFORE, None)


def can_undo(request: HttpRequest) -> bool:
    """Whether the last change can be undone."""
    return isinstance(request.session.get(_BEFORE), dict)


def undo(request: HttpRequest) -> bool:
    """Bring back the basket as it was before the last change. Returns whether there was anything to bring back."""
    if not can_undo(request):
        return False
    request.session[_KEY] = request.session.pop(_BEFORE)
    return True


def way_back(request: HttpRequest, otherwise: str = "/avrop/nytt") -> str:
    """Where the buyer came from, if that is a page of this house."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if safe else otherwise


def _save(request: HttpRequest, basket: Mapping[str, Decimal]) -> None:
    request.session[_BEFORE] = lines(request)
    request.session[_KEY] = {item: decimal_text(quantity) for item, quantity in basket.items()}
