"""The data of catalogues, by subject: items and their prices; index values and price regulations."""

from fellestorg.catalogues.models.items import DeliveryTerms, Item, PriceLine
from fellestorg.catalogues.models.regulation import IndexValue, PriceRegulation, RegulatedLine

__all__ = ["DeliveryTerms", "IndexValue", "Item", "PriceLine", "PriceRegulation", "RegulatedLine"]
