"""The data of catalogues, by subject: items, their words and their prices; index values and price regulations;
the price lists that were sent in."""

from fellestorg.catalogues.models.currency import AdjustedLine, CurrencyAdjustment, CurrencyClause, ExchangeRate
from fellestorg.catalogues.models.intake import PriceListSubmission, SubmittedLine
from fellestorg.catalogues.models.items import DeliveryTerms, Item, PriceLine
from fellestorg.catalogues.models.regulation import IndexValue, PriceRegulation, RegulatedLine
from fellestorg.catalogues.models.vocabulary import Word

__all__ = [
    "AdjustedLine",
    "CurrencyAdjustment",
    "CurrencyClause",
    "DeliveryTerms",
    "ExchangeRate",
    "IndexValue",
    "Item",
    "PriceLine",
    "PriceListSubmission",
    "PriceRegulation",
    "RegulatedLine",
    "SubmittedLine",
    "Word",
]
