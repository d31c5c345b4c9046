"""The data of catalogues, by subject: items and their prices."""

from fellestorg.catalogues.models.items import DeliveryTerms, Item, PriceLine

__all__ = ["DeliveryTerms", "Item", "PriceLine"]
