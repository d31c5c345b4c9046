"""The net-price engine: cover a basket at the lowest net price, proved and exact.

``solve(basket)`` answers; ``parse_basket`` and ``answer_json`` are the wire shapes; ``price_alone`` prices one
supplier. Amounts are ``Decimal`` in the basket's currency without VAT; nothing is rounded before it is shown.
"""

from fellestorg.engines.netprice.answer import Alone, Answer, Cover, price_singles, solve
from fellestorg.engines.netprice.basket import (
    PARTS,
    Basket,
    Costs,
    Limits,
    NeedLine,
    Offer,
    SpendDiscount,
    Supplier,
    Tier,
)
from fellestorg.engines.netprice.pricing import Parts, PriceBook, price_alone
from fellestorg.engines.netprice.wire import alone_json, answer_json, parse_basket, parts_json

__all__ = [
    "PARTS",
    "Alone",
    "Answer",
    "Basket",
    "Costs",
    "Cover",
    "Limits",
    "NeedLine",
    "Offer",
    "Parts",
    "PriceBook",
    "SpendDiscount",
    "Supplier",
    "Tier",
    "alone_json",
    "answer_json",
    "parse_basket",
    "parts_json",
    "price_alone",
    "price_singles",
    "solve",
]
